/* frame.c - power spectrum of one windowed frame
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "dsp/frame.h"

#include "dsp/fft.h"

#include <math.h>

struct _SerFrame {
  guint win;
  float *window; /* [win] */
  SerFft *fft;
  float *middle; /* [win], inside the transform's real buffer; what surrounds it stays zero */
};

SerFrame *
ser_frame_new (guint win, guint fft)
{
  SerFrame *frame;

  g_return_val_if_fail (win >= 1 && win <= fft, NULL);

  frame = g_new0 (SerFrame, 1);
  frame->win = win;
  frame->window = g_new (float, win);
  for (guint i = 0; i < win; i++)
    frame->window[i] = (float) (0.5 - 0.5 * cos (2.0 * G_PI * i / win));
  frame->fft = ser_fft_new (fft);
  frame->middle = ser_fft_get_real (frame->fft) + (fft - win) / 2;
  return frame;
}

void
ser_frame_free (SerFrame *frame)
{
  if (frame == NULL)
    return;
  ser_fft_free (frame->fft);
  g_free (frame->window);
  g_free (frame);
}

void
ser_frame_do (SerFrame *frame, const float *samples, float *power)
{
  for (guint i = 0; i < frame->win; i++)
    frame->middle[i] = samples[i] * frame->window[i];
  ser_fft_forward (frame->fft);
  ser_fft_power (frame->fft, power);
}
