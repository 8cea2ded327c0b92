/* draw.c - what happens to a clip: draws from an augmentation line
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>

#include "train/chain.h"
#include "train/random.h"
#include "train/wsola.h"

static guint
draw_room (const SerChainItem *item, guint n_recorded, SerRandom *random)
{
  guint n_made = item->responses->len - n_recorded;

  if (ser_random_uniform (random) < item->recorded && n_recorded > 0)
    return n_made + ser_random_below (random, n_recorded);
  return ser_random_below (random, n_made);
}

/* All of an item's draws are made in one order, whatever comes of them. */
static gboolean
draw_effect (const SerChain *chain, const SerChainItem *item, SerRandom *random, SerDrawnEffect *effect)
{
  gboolean drawn = ser_random_uniform (random) < item->p;
  double low = item->strength.low, high = item->strength.high;

  *effect = (SerDrawnEffect){ .kind = item->kind, .item = item, .strength = low };
  if (low < high)
    effect->strength += (high - low) * ser_random_uniform (random);
  if (item->kind == SER_EFFECT_NOISE) {
    effect->which = ser_random_below (random, chain->sounds->noise->len);
    effect->place = ser_random_uniform (random);
  } else if (item->responses->len > 0) {
    effect->which = item->kind == SER_EFFECT_REVERB
        ? draw_room (item, chain->sounds ? chain->sounds->rooms->len : 0, random)
        : ser_random_below (random, item->responses->len);
    effect->strength = g_array_index (item->strengths, double, effect->which);
  }
  return drawn;
}

void
ser_chain_draw (const SerChain *chain, guint64 a, guint64 b, SerDraw *draw)
{
  draw->n = 0;
  for (guint i = 0; i < chain->n; i++) {
    const SerChainItem *item = &chain->items[i];
    SerRandom random = ser_random_for (chain->seed, SER_FOR_EFFECTS + item->kind * SER_CHAIN_MAX + item->nth, a, b);
    if (item->kind < SER_N_WAVE_EFFECTS && draw_effect (chain, item, &random, &draw->effects[draw->n]))
      draw->n++;
  }
}

gsize
ser_draw_output_length (const SerDraw *draw, gsize n)
{
  for (guint i = 0; i < draw->n; i++)
    if (draw->effects[i].kind == SER_EFFECT_STRETCH)
      n = ser_wsola_length (n, draw->effects[i].strength);
  return n;
}

gsize
ser_draw_input_length (const SerDraw *draw, gsize n)
{
  double factor = 1.0;
  gsize length;

  for (guint i = 0; i < draw->n; i++)
    if (draw->effects[i].kind == SER_EFFECT_STRETCH)
      factor *= draw->effects[i].strength;
  length = n / factor;
  while (ser_draw_output_length (draw, length) < n)
    length++;
  while (length > 1 && ser_draw_output_length (draw, length - 1) >= n)
    length--;
  return length;
}

/* How a strength is said. */
static const struct {
  const char *before, *after;
  guint digits;
  gboolean is_signed;
} words[SER_N_WAVE_EFFECTS] = {
  [SER_EFFECT_NOISE] = { "noise at ", " dB SNR", 1, FALSE },
  [SER_EFFECT_REVERB] = { "reverb of ", " s", 2, FALSE },
  [SER_EFFECT_GAIN] = { "gain ", " dB", 1, TRUE },
  [SER_EFFECT_EQ] = { "eq of up to ", " dB", 1, FALSE },
  [SER_EFFECT_PITCH] = { "pitch ", " semitones", 2, TRUE },
  [SER_EFFECT_STRETCH] = { "stretch by ", "", 3, FALSE },
  [SER_EFFECT_SHIFT] = { "shift by ", " s", 3, TRUE },
  [SER_EFFECT_RESAMPLE] = { "resample at ", " Hz", 0, FALSE },
  [SER_EFFECT_MP3] = { "mp3 of ", " kbit/s", 0, FALSE },
};

static void
append_effect (GString *text, const SerDrawnEffect *effect, const SerSounds *sounds)
{
  const char *before = words[effect->kind].before, *after = words[effect->kind].after;
  int digits = words[effect->kind].digits;

  g_string_append (text, text->len > 0 ? ", " : "");
  if (effect->kind == SER_EFFECT_REVERB && isnan (effect->strength)) {
    guint room = effect->which - (effect->item->responses->len - sounds->rooms->len);
    g_string_append_printf (text, "%s%s", before, ((const SerSound *) sounds->rooms->pdata[room])->name);
    return;
  }
  if (words[effect->kind].is_signed)
    g_string_append_printf (text, "%s%+.*f%s", before, digits, effect->strength, after);
  else
    g_string_append_printf (text, "%s%.*f%s", before, digits, effect->strength, after);
  if (effect->kind == SER_EFFECT_NOISE)
    g_string_append_printf (text, " (%s)", ((const SerSound *) sounds->noise->pdata[effect->which])->name);
}

char *
ser_draw_to_string (const SerDraw *draw, const SerSounds *sounds)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < draw->n; i++)
    append_effect (text, &draw->effects[i], sounds);
  if (draw->n == 0)
    g_string_append (text, "nothing");
  return g_string_free (text, FALSE);
}
