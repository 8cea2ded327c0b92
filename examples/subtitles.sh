#!/bin/sh
# subtitles.sh - writes the emotions of a recording as subtitles, WebVTT
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Copyright (C) 2026 the seremotion authors
#
# subtitles.sh RECORDING OUTPUT.vtt: one cue for each stretch of one emotion, of the time that it describes.
set -eu
[ $# = 2 ] || { echo "usage: subtitles.sh RECORDING OUTPUT.vtt" >&2; exit 2; }
exec gst-launch-1.0 -q filesrc location="$1" ! decodebin ! seremotiontext ! webvttenc ! filesink location="$2"
