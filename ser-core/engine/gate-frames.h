/* gate-frames.h - what the gate's network hears, from sound of any rate
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * The gate is one network, made for one rate, beside models of any. Its log-mel bands lie at the same places in Hz
 * whatever the stream's rate: frames are as long and as far apart in seconds, and by Parseval's theorem a factor makes
 * their powers those of the gate's own rate. Bands above half the stream's rate are empty, as they are in a recording
 * of that bandwidth.
 */

#ifndef SER_GATE_FRAMES_H
#define SER_GATE_FRAMES_H

#include "dsp/features.h"

typedef struct _SerGateFrames SerGateFrames;

/* Whether `spec` can be computed at other rates: logmel without mean, of a rate that has all its bands. */
gboolean ser_gate_frames_can (const SerFeatureSpec *spec);

/* `rate` is the stream's, 8000 to 48000 Hz. At spec->rate the frames are those of a SerFrontEnd, to the bit. */
SerGateFrames *ser_gate_frames_new (const SerFeatureSpec *spec, guint rate);
void ser_gate_frames_free (SerGateFrames *frames);

/* Samples, at the stream's rate, in a frame and from one to the next. */
guint ser_gate_frames_get_win (const SerGateFrames *frames);
guint ser_gate_frames_get_hop (const SerGateFrames *frames);

/* Most frames that lie wholly inside `samples` samples. */
gsize ser_gate_frames_count (const SerGateFrames *frames, guint64 samples);

/* One frame: samples [win] -> out [spec->n]. Allocates nothing. */
void ser_gate_frames_do (SerGateFrames *frames, const float *samples, float *out);

#endif /* SER_GATE_FRAMES_H */
