#!/bin/sh
# matroska.sh - adds the emotions to a video as a subtitle track, in one pass: what a live recording can do as well
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Copyright (C) 2026 the seremotion authors
#
# matroska.sh VIDEO.mp4 OUTPUT.mkv: for H.264 and AAC, which are copied. A window is told when it has been heard, and
# stands until the next one: so the muxer need not wait, and what it writes is in the order of time.
set -eu
[ $# = 2 ] || { echo "usage: matroska.sh VIDEO.mp4 OUTPUT.mkv" >&2; exit 2; }
exec gst-launch-1.0 -q matroskamux name=mux ! filesink location="$2" \
  filesrc location="$1" ! qtdemux name=video \
  video.video_0 ! queue ! h264parse ! mux. \
  video.audio_0 ! queue ! aacparse ! tee name=sound \
  sound. ! queue ! mux. \
  sound. ! queue ! avdec_aac ! seremotiontext cues=latest ! queue ! mux.
