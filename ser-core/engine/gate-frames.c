/* gate-frames.c - what the gate's network hears, from sound of any rate
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "engine/gate-frames.h"

#include "dsp/frame.h"
#include "dsp/logarithm.h"
#include "dsp/mel.h"

struct _SerGateFrames {
  SerFeatureSpec spec;
  guint win, hop, fft; /* at the stream's rate */
  SerFrame *frame;
  SerMel *mel;
  float *power; /* [mel_fft / 2 + 1], zero above the stream's fft / 2 */
  float scale;  /* of powers; 1 at the gate's own rate */
};

gboolean
ser_gate_frames_can (const SerFeatureSpec *spec)
{
  return spec->kind == SER_FEATURES_LOGMEL && spec->summary == SER_SUMMARY_NONE;
}

static guint
round_rate (guint samples, guint rate, guint own_rate)
{
  return (guint) (((guint64) samples * rate + own_rate / 2) / own_rate);
}

SerGateFrames *
ser_gate_frames_new (const SerFeatureSpec *spec, guint rate)
{
  SerGateFrames *frames = g_new0 (SerGateFrames, 1);
  guint mel_fft, mel_rate = rate;

  g_assert (ser_gate_frames_can (spec));
  frames->spec = *spec;
  frames->win = round_rate (spec->win, rate, spec->rate);
  frames->hop = round_rate (spec->hop, rate, spec->rate);
  for (frames->fft = 64; frames->fft < round_rate (spec->fft, rate, spec->rate);)
    frames->fft *= 2;
  frames->frame = ser_frame_new (frames->win, frames->fft);

  /* Twice the points at twice the rate are the same bins and as many again above them. */
  for (mel_fft = frames->fft; mel_rate / 2.0 < spec->fmax; mel_rate *= 2)
    mel_fft *= 2;
  frames->mel = ser_mel_new (spec->mels, mel_fft, mel_rate, spec->fmin, spec->fmax, spec->scale, spec->mel_norm);
  frames->power = g_new0 (float, mel_fft / 2 + 1);
  frames->scale = (float) ((double) spec->win * spec->fft / ((double) frames->win * frames->fft));
  return frames;
}

void
ser_gate_frames_free (SerGateFrames *frames)
{
  if (frames == NULL)
    return;
  ser_frame_free (frames->frame);
  ser_mel_free (frames->mel);
  g_free (frames->power);
  g_free (frames);
}

guint
ser_gate_frames_get_win (const SerGateFrames *frames)
{
  return frames->win;
}

guint
ser_gate_frames_get_hop (const SerGateFrames *frames)
{
  return frames->hop;
}

gsize
ser_gate_frames_count (const SerGateFrames *frames, guint64 samples)
{
  return samples < frames->win ? 0 : (gsize) ((samples - frames->win) / frames->hop + 1);
}

void
ser_gate_frames_do (SerGateFrames *frames, const float *samples, float *out)
{
  guint i;

  ser_frame_do (frames->frame, samples, frames->power);
  ser_mel_do (frames->mel, frames->power, out);
  for (i = 0; i < frames->spec.mels; i++)
    out[i] *= frames->scale;
  ser_log_do (frames->spec.log, (float) frames->spec.floor, out, frames->spec.mels);
}
