#!/bin/sh
# two-channels.sh - the emotions of two speakers who were recorded on a channel each, apart
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Copyright (C) 2026 the seremotion authors
#
# two-channels.sh INTERVIEW LEFT.vtt RIGHT.vtt: subtitles of the first channel and of the second. An application that
# reads the bus asks for both with `seremotion channels=each`; each message tells its channel.
set -eu
[ $# = 3 ] || { echo "usage: two-channels.sh INTERVIEW LEFT.vtt RIGHT.vtt" >&2; exit 2; }
exec gst-launch-1.0 -q filesrc location="$1" ! decodebin ! tee name=sound \
  sound. ! queue ! seremotiontext channels=0 ! webvttenc ! filesink location="$2" \
  sound. ! queue ! seremotiontext channels=1 ! webvttenc ! filesink location="$3"
