#!/bin/sh
# burn-in.sh - draws the emotions into the pictures of a video
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Copyright (C) 2026 the seremotion authors
#
# burn-in.sh VIDEO.mp4 OUTPUT.mp4: for H.264 and AAC. A window is shown from when it has been heard until the next one,
# as it would be live; without speech nothing is. zerolatency has the encoder hold back no pictures, which the sound
# would have to wait for in a longer queue.
set -eu
[ $# = 2 ] || { echo "usage: burn-in.sh VIDEO.mp4 OUTPUT.mp4" >&2; exit 2; }
exec gst-launch-1.0 -q mp4mux name=mux ! filesink location="$2" \
  filesrc location="$1" ! qtdemux name=video \
  video.video_0 ! queue ! h264parse ! avdec_h264 ! textoverlay name=overlay ! videoconvert ! \
  x264enc tune=zerolatency speed-preset=veryfast ! h264parse ! mux. \
  video.audio_0 ! queue ! aacparse ! tee name=sound \
  sound. ! queue ! mux. \
  sound. ! queue ! avdec_aac ! seremotiontext cues=latest ! queue ! overlay.text_sink
