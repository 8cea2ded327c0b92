#!/bin/sh
# mp4.sh - adds the emotions to a video as a subtitle track, with the times that they describe
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Copyright (C) 2026 the seremotion authors
#
# mp4.sh VIDEO.mp4 OUTPUT.mp4: for H.264 and AAC, which are copied. mp4mux holds each cue until the next one comes,
# whatever gaps it is told of. So the sound is read a second time, by a branch that can run ahead of the pictures.
set -eu
[ $# = 2 ] || { echo "usage: mp4.sh VIDEO.mp4 OUTPUT.mp4" >&2; exit 2; }
exec gst-launch-1.0 -q mp4mux name=mux ! filesink location="$2" \
  filesrc location="$1" ! qtdemux name=video \
  video.video_0 ! queue ! h264parse ! mux. \
  video.audio_0 ! queue ! aacparse ! mux. \
  filesrc location="$1" ! qtdemux name=again \
  again.audio_0 ! queue ! aacparse ! avdec_aac ! seremotiontext ! queue ! mux.
