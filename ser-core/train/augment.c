/* augment.c - augmentation of features: crops, SpecAugment, mixup
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/augment.h"

#include "model/architecture.h"

SerCrop
ser_augment_crop (SerRandom *random, gsize T, gsize min, gsize max)
{
  gsize length = min + (gsize) ser_random_below (random, max - min + 1);
  length = MIN (length, T);
  return (SerCrop){ .start = ser_random_below (random, T - length + 1), .length = length };
}

static float
channel_mean (const float *x, gsize T, guint C, guint c)
{
  double sum = 0.0;
  for (gsize t = 0; t < T; t++)
    sum += x[t * C + c];
  return sum / T;
}

static void
mask_time (SerRandom *random, float *x, gsize T, guint C, guint width, const float *mean)
{
  gsize w = ser_random_below (random, MIN (width, T / 2) + 1), start = ser_random_below (random, T - w + 1);

  for (gsize t = start; t < start + w; t++)
    for (guint c = 0; c < C; c++)
      x[t * C + c] = mean[c];
}

static void
mask_frequency (SerRandom *random, float *x, gsize T, guint C, guint width, const float *mean)
{
  guint w = ser_random_below (random, MIN (width, C / 2) + 1), start = ser_random_below (random, C - w + 1);

  for (gsize t = 0; t < T; t++)
    for (guint c = start; c < start + w; c++)
      x[t * C + c] = mean[c];
}

void
ser_augment_mask (SerRandom *random, float *x, gsize T, guint C, const SerMasks *masks)
{
  float mean[SER_ARCH_MAX_WIDTH];

  if (masks->time_masks + masks->freq_masks == 0)
    return;
  for (guint c = 0; c < C; c++)
    mean[c] = channel_mean (x, T, C, c);
  for (guint i = 0; i < masks->time_masks; i++)
    mask_time (random, x, T, C, MIN (masks->time_width, T / (2 * masks->time_masks)), mean);
  for (guint i = 0; i < masks->freq_masks; i++)
    mask_frequency (random, x, T, C, masks->freq_width, mean);
}

void
ser_augment_mix (float *x, gsize T, guint C, const float *other, gsize n, float share)
{
  for (gsize t = 0; t < T; t++)
    for (guint c = 0; c < C; c++)
      x[t * C + c] = share * x[t * C + c] + (1.0f - share) * other[(t % n) * C + c];
}
