/* alter.c - clips altered by an augmentation line
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "alter.h"

#include <math.h>

#include "codec.h"
#include "train/augmenter.h"

struct _SerAlter {
  SerSounds *sounds;
  SerChain *chain;
  guint n_workers;
  SerAugmenter **augmenters; /* [n_workers] */
};

/* Whether there is the codec that the line needs, asked once and not of every clip. */
static gboolean
check_codec (const SerChain *chain, guint rate, GError **error)
{
  const SerChainItem *item = ser_chain_find (chain, SER_EFFECT_MP3);
  gint16 silence[2000] = { 0 };
  g_autofree gint16 *coded =
      item ? ser_codec_mp3 (silence, G_N_ELEMENTS (silence), rate, lrint (item->strength.low), error) : NULL;

  return !item || coded;
}

SerAlter *
ser_alter_new (const SerAugmentation *augmentation, guint rate, guint64 seed, guint n_workers, GError **error)
{
  g_autoptr (SerAlter) alter = g_new0 (SerAlter, 1);

  alter->chain = ser_chain_new (augmentation->line, error);
  alter->sounds = alter->chain ? ser_augmentation_load (augmentation, rate, n_workers, error) : NULL;
  if (!alter->sounds || !check_codec (alter->chain, rate, error)
      || !ser_chain_prepare (alter->chain, rate, alter->sounds, seed, error))
    return NULL;
  alter->n_workers = n_workers;
  alter->augmenters = g_new (SerAugmenter *, n_workers);
  for (guint i = 0; i < n_workers; i++)
    alter->augmenters[i] = ser_augmenter_new (alter->chain);
  return g_steal_pointer (&alter);
}

void
ser_alter_free (SerAlter *alter)
{
  if (!alter)
    return;
  for (guint i = 0; i < alter->n_workers; i++)
    ser_augmenter_free (alter->augmenters[i]);
  g_free (alter->augmenters);
  ser_chain_free (alter->chain);
  ser_sounds_free (alter->sounds);
  g_free (alter);
}

gint16 *
ser_alter_to_s16 (const float *samples, gsize n, gsize *n_clipped)
{
  gint16 *out = g_new (gint16, MAX (n, 1));

  *n_clipped = 0;
  for (gsize i = 0; i < n; i++) {
    float x = rintf (samples[i] * 32768.0f);
    *n_clipped += x < -32768.0f || x > 32767.0f;
    out[i] = CLAMP (x, -32768.0f, 32767.0f);
  }
  return out;
}

/* What codecs leave of samples [n] goes on as 16-bit integers, as codecs take and give them. */
static gint16 *
code (const SerAlter *alter, const SerDrawnEffect *effect, const float *samples, gsize n, GError **error)
{
  gsize n_clipped;
  g_autofree gint16 *s16 = ser_alter_to_s16 (samples, n, &n_clipped);

  return ser_codec_mp3 (s16, n, alter->chain->rate, lrint (effect->strength), error);
}

/* The effects of `draw` from `first` to the next codec's or the end. */
static SerDraw
take_until_codec (const SerDraw *draw, guint first)
{
  SerDraw part = { .n = 0 };

  for (guint i = first; i < draw->n && draw->effects[i].kind != SER_EFFECT_MP3; i++)
    part.effects[part.n++] = draw->effects[i];
  return part;
}

float *
ser_alter_do (SerAlter *alter, guint worker, const char *name, const gint16 *samples, gsize n, gsize *n_out,
    char **what, GError **error)
{
  g_autofree gint16 *coded = NULL;
  SerDraw draw;
  guint i = 0;

  ser_chain_draw (alter->chain, 0, g_str_hash (name), &draw);
  if (what)
    *what = ser_draw_to_string (&draw, alter->sounds);
  for (;;) {
    SerDraw part = take_until_codec (&draw, i);
    const float *x = ser_augmenter_do (alter->augmenters[worker], &part, coded ? coded : samples, n, n_out);
    gint16 *next;

    i += part.n;
    if (i == draw.n)
      return g_memdup2 (x, *n_out * sizeof (float));
    next = code (alter, &draw.effects[i++], x, *n_out, error);
    if (!next)
      return NULL;
    g_free (coded);
    coded = next;
    n = *n_out;
  }
}
