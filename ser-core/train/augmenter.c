/* augmenter.c - does to samples what was drawn
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/augmenter.h"

#include <math.h>
#include <string.h>

#include "train/convolve.h"
#include "train/effects.h"
#include "train/reader.h"
#include "train/wsola.h"

struct _SerAugmenter {
  const SerChain *chain;
  SerConvolver *convolver;
  SerWsola *wsola;
  float *x, *y; /* [capacity]: the samples, and where the next effect puts them */
  gsize capacity;
  gsize n; /* samples in x */
};

SerAugmenter *
ser_augmenter_new (const SerChain *chain)
{
  SerAugmenter *augmenter = g_new0 (SerAugmenter, 1);

  augmenter->chain = chain;
  augmenter->convolver = ser_convolver_new ();
  augmenter->wsola = ser_wsola_new (chain->rate);
  return augmenter;
}

void
ser_augmenter_free (SerAugmenter *augmenter)
{
  if (!augmenter)
    return;
  ser_convolver_free (augmenter->convolver);
  ser_wsola_free (augmenter->wsola);
  g_free (augmenter->x);
  g_free (augmenter->y);
  g_free (augmenter);
}

static void
reserve (SerAugmenter *augmenter, gsize n)
{
  if (n <= augmenter->capacity)
    return;
  augmenter->capacity = n;
  augmenter->x = g_renew (float, augmenter->x, n);
  augmenter->y = g_renew (float, augmenter->y, n);
}

/* The result of an effect, in y [n], becomes x. */
static void
swap (SerAugmenter *augmenter, gsize n)
{
  float *x = augmenter->x;

  augmenter->x = augmenter->y;
  augmenter->y = x;
  augmenter->n = n;
}

static void
convolve (SerAugmenter *augmenter, const SerDrawnEffect *effect, gboolean keep_level)
{
  double energy = keep_level ? ser_energy (augmenter->x, augmenter->n) : 0.0;

  ser_convolver_do (
      augmenter->convolver, effect->item->responses->pdata[effect->which], augmenter->x, augmenter->n, augmenter->y);
  swap (augmenter, augmenter->n);
  if (keep_level)
    ser_set_energy (augmenter->x, augmenter->n, energy);
}

/* The level is that of the power, as the length changes. */
static void
stretch (SerAugmenter *augmenter, double factor)
{
  gsize n = augmenter->n, longer = ser_wsola_length (n, factor);
  double power = ser_energy (augmenter->x, n) / n;

  reserve (augmenter, longer);
  ser_wsola_do (augmenter->wsola, augmenter->x, n, factor, augmenter->y);
  swap (augmenter, longer);
  ser_set_energy (augmenter->x, longer, power * longer);
}

/* As much longer as it is then played faster. */
static void
shift_pitch (SerAugmenter *augmenter, double semitones)
{
  double speed = pow (2.0, semitones / 12.0), energy = ser_energy (augmenter->x, augmenter->n);
  gsize n = augmenter->n, longer = ser_wsola_length (n, speed), margin = SER_READER_MARGIN;

  reserve (augmenter, MAX (n, longer + 2 * margin + 2));
  ser_wsola_do (augmenter->wsola, augmenter->x, n, speed, augmenter->y + margin);
  memset (augmenter->y, 0, margin * sizeof (float));
  memset (augmenter->y + margin + longer, 0, (margin + 2) * sizeof (float));
  ser_reader_do (augmenter->y + margin, speed, augmenter->x, n);
  ser_set_energy (augmenter->x, n, energy);
}

static void
apply (SerAugmenter *augmenter, const SerDrawnEffect *effect)
{
  const SerChain *chain = augmenter->chain;

  switch (effect->kind) {
    case SER_EFFECT_NOISE:
      ser_effect_noise (augmenter->x, augmenter->n, chain->sounds->noise->pdata[effect->which], effect->place,
          effect->strength, augmenter->y);
      break;
    case SER_EFFECT_GAIN:
      ser_effect_gain (augmenter->x, augmenter->n, effect->strength);
      break;
    case SER_EFFECT_SHIFT:
      ser_effect_shift (augmenter->x, augmenter->n, lrint (effect->strength * chain->rate), augmenter->y);
      break;
    case SER_EFFECT_PITCH:
      shift_pitch (augmenter, effect->strength);
      break;
    case SER_EFFECT_STRETCH:
      stretch (augmenter, effect->strength);
      break;
    case SER_EFFECT_REVERB:
    case SER_EFFECT_EQ:
    case SER_EFFECT_RESAMPLE:
      convolve (augmenter, effect, effect->kind == SER_EFFECT_REVERB);
      break;
    default:
      g_return_if_reached ();
  }
}

const float *
ser_augmenter_do (SerAugmenter *augmenter, const SerDraw *draw, const gint16 *samples, gsize n, gsize *n_out)
{
  reserve (augmenter, n);
  for (gsize i = 0; i < n; i++)
    augmenter->x[i] = samples[i] / 32768.0f;
  augmenter->n = n;
  for (guint i = 0; i < draw->n; i++)
    apply (augmenter, &draw->effects[i]);
  *n_out = augmenter->n;
  return augmenter->x;
}
