/* front-end.c - samples to log-mel bands or cepstral coefficients, frame by frame
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "dsp/dct.h"
#include "dsp/features.h"
#include "dsp/frame.h"
#include "dsp/logarithm.h"
#include "dsp/mel.h"

struct _SerFrontEnd {
  SerFeatureSpec spec;
  SerFrame *frame;
  SerMel *mel;
  SerDct *dct;  /* NULL for log-mel */
  float *power; /* [fft / 2 + 1] */
  float *bands; /* [mels] */
};

SerFrontEnd *
ser_front_end_new (const SerFeatureSpec *spec)
{
  SerFrontEnd *front;

  g_return_val_if_fail (ser_feature_spec_validate (spec, NULL), NULL);

  front = g_new0 (SerFrontEnd, 1);
  front->spec = *spec;
  front->frame = ser_frame_new (spec->win, spec->fft);
  front->mel = ser_mel_new (spec->mels, spec->fft, spec->rate, spec->fmin, spec->fmax, spec->scale, spec->mel_norm);
  if (spec->kind == SER_FEATURES_MFCC)
    front->dct = ser_dct_new (spec->n, spec->mels);
  front->power = g_new (float, spec->fft / 2 + 1);
  front->bands = g_new (float, spec->mels);
  return front;
}

void
ser_front_end_free (SerFrontEnd *front)
{
  if (front == NULL)
    return;
  ser_frame_free (front->frame);
  ser_mel_free (front->mel);
  ser_dct_free (front->dct);
  g_free (front->power);
  g_free (front->bands);
  g_free (front);
}

void
ser_front_end_do (SerFrontEnd *front, const float *samples, float *out)
{
  float *bands = front->dct != NULL ? front->bands : out;

  ser_frame_do (front->frame, samples, front->power);
  ser_mel_do (front->mel, front->power, bands);
  ser_log_do (front->spec.log, (float) front->spec.floor, bands, front->spec.mels);
  if (front->dct != NULL)
    ser_dct_do (front->dct, bands, out);
}

void
ser_front_end_clip (SerFrontEnd *front, const float *samples, gsize n_samples, float *out)
{
  const gsize T = ser_feature_spec_frames (&front->spec, n_samples);

  for (gsize t = 0; t < T; t++)
    ser_front_end_do (front, samples + t * front->spec.hop, out + t * front->spec.n);
}
