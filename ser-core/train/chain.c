/* chain.c - the augmentation line: text to items, and what they draw from
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/chain.h"

#include <math.h>
#include <string.h>

#include "model/error.h"
#include "model/items.h"
#include "train/responses.h"
#include "train/wsola.h"

/* What a single number means. */
typedef enum { EXACT, PLUS_MINUS, RATIO } Span;

#define NEEDED                                                                                                         \
  {                                                                                                                    \
    NAN, NAN                                                                                                           \
  }

/* Strengths: the argument's name, its limits, the range where none is given. */
static const struct {
  const char *name, *key;
  double min, max;
  Span span;
  SerRange range;
} kinds[SER_N_EFFECTS] = {
  [SER_EFFECT_NOISE] = { "noise", "snr", -20, 60, EXACT, { 5, 20 } },
  [SER_EFFECT_REVERB] = { "reverb", "rt60", 0.05, 2, EXACT, { 0.2, 0.8 } },
  [SER_EFFECT_GAIN] = { "gain", "db", -60, 40, PLUS_MINUS, NEEDED },
  [SER_EFFECT_EQ] = { "eq", "db", 0, 24, EXACT, NEEDED },
  [SER_EFFECT_PITCH] = { "pitch", "semitones", -12, 12, PLUS_MINUS, NEEDED },
  [SER_EFFECT_STRETCH] = { "stretch", "factor", SER_STRETCH_MIN, SER_STRETCH_MAX, RATIO, NEEDED },
  [SER_EFFECT_SHIFT] = { "shift", "seconds", -10, 10, PLUS_MINUS, NEEDED },
  [SER_EFFECT_RESAMPLE] = { "resample", "rate", 2000, 48000, EXACT, NEEDED },
  [SER_EFFECT_MP3] = { "mp3", "kbps", 8, 320, EXACT, NEEDED },
  [SER_EFFECT_SPECAUGMENT] = { "specaugment", NULL, 0, 0, EXACT, { 0, 0 } },
  [SER_EFFECT_MIXUP] = { "mixup", "alpha", 0.01, 10, EXACT, NEEDED },
};

/* Responses that an item with a range draws from: spread over the range, so that a draw costs nothing. */
#define ROOMS 64
#define BANDS 16
#define UNEVEN 64

const char *
ser_effect_name (SerEffectKind kind)
{
  return kinds[kind].name;
}

/* ---- the line ---- */

static gboolean
read_number (const char *text, const char *end, double min, double max, double *value)
{
  char *stop;

  *value = g_ascii_strtod (text, &stop);
  return stop == end && stop != text && *value >= min && *value <= max;
}

/* Argument `i`: a number or LOW:HIGH. */
static gboolean
read_range (const SerItem *item, guint i, double min, double max, Span span, SerRange *range, GError **error)
{
  const SerItemArg *arg = &item->args[i];
  const char *colon = strchr (arg->value, ':'), *end = arg->value + strlen (arg->value);
  const char *equals = arg->key[0] != '\0' ? "=" : "";

  if (!read_number (arg->value, colon ? colon : end, min, max, &range->low)
      || (colon && !read_number (colon + 1, end, min, max, &range->high)) || (colon && range->low > range->high))
    return ser_item_fail (item, error, "`%s%s%s` is neither a number from %g to %g nor a range LOW:HIGH of them",
        arg->key, equals, arg->value, min, max);
  if (colon)
    return TRUE;
  range->high = range->low;
  if (span == PLUS_MINUS && range->high < 0.0)
    return ser_item_fail (
        item, error, "`%s%s%s` is under 0; write X for -X to X, or LOW:HIGH", arg->key, equals, arg->value);
  if (span == RATIO && range->high < 1.0)
    return ser_item_fail (
        item, error, "`%s%s%s` is under 1; write X for 1/X to X, or LOW:HIGH", arg->key, equals, arg->value);
  if (span == PLUS_MINUS)
    range->low = -range->high;
  if (span == RATIO)
    range->low = 1.0 / range->high;
  return TRUE;
}

/* Bare argument `i` of specaugment. */
static gboolean
read_mask (SerMasks *masks, const SerItem *item, guint i, GError **error)
{
  guint *const places[] = { &masks->time_masks, &masks->time_width, &masks->freq_masks, &masks->freq_width };

  return ser_item_uint (item, i, 0, i % 2 == 0 ? 20 : 10000, places[i], error);
}

static gboolean
read_arg (SerChainItem *out, const SerItem *item, guint i, gboolean *given, GError **error)
{
  const char *key = kinds[out->kind].key;

  if (ser_item_is_key (item, i, "p"))
    return ser_item_double (item, i, 0.0, 1.0, &out->p, error);
  if (out->kind == SER_EFFECT_SPECAUGMENT && item->args[i].key[0] == '\0' && i < 4) {
    *given = i == 3;
    return read_mask (&out->masks, item, i, error);
  }
  if (key && (ser_item_is_key (item, i, key) || (item->args[i].key[0] == '\0' && i == 0))) {
    *given = TRUE;
    return read_range (
        item, i, kinds[out->kind].min, kinds[out->kind].max, kinds[out->kind].span, &out->strength, error);
  }
  if (out->kind == SER_EFFECT_REVERB && ser_item_is_key (item, i, "drr"))
    return read_range (item, i, -20.0, 40.0, EXACT, &out->drr, error);
  if (out->kind == SER_EFFECT_REVERB && ser_item_is_key (item, i, "recorded"))
    return ser_item_double (item, i, 0.0, 1.0, &out->recorded, error);
  return ser_item_unknown (item, i,
      out->kind == SER_EFFECT_REVERB            ? "rt60, drr, recorded, p"
          : out->kind == SER_EFFECT_SPECAUGMENT ? "T,TW,F,FW and p"
          : out->kind == SER_EFFECT_NOISE       ? "snr, p"
                                                : "one strength and p",
      error);
}

static gboolean
read_item (SerChain *chain, const SerItem *item, GError **error)
{
  SerChainItem *out = &chain->items[chain->n];
  gboolean given = FALSE;
  guint kind = 0;

  while (kind < SER_N_EFFECTS && strcmp (item->name, kinds[kind].name) != 0)
    kind++;
  if (kind == SER_N_EFFECTS)
    return ser_item_fail (
        item, error, "no such item; known are noise reverb gain eq pitch stretch shift resample mp3 specaugment mixup");
  if (chain->n == SER_CHAIN_MAX)
    return ser_item_fail (item, error, "more than %d items", SER_CHAIN_MAX);
  *out = (SerChainItem){ .kind = kind, .p = 1.0, .strength = kinds[kind].range, .drr = { 0.0, 10.0 }, .recorded = 0.5 };
  for (guint i = 0; i < chain->n; i++)
    out->nth += chain->items[i].kind == kind;
  if (kind >= SER_N_WAVE_EFFECTS && out->nth > 0)
    return ser_item_fail (item, error, "given twice");
  for (guint i = 0; i < item->n_args; i++)
    if (!read_arg (out, item, i, &given, error))
      return FALSE;
  if (kind == SER_EFFECT_SPECAUGMENT && !given)
    return ser_item_fail (item, error, "expected four whole numbers T,TW,F,FW, as in specaugment(2,25,2,10)");
  if (!given && isnan (out->strength.low))
    return ser_item_fail (
        item, error, "expected a strength: %s from %g to %g", kinds[kind].key, kinds[kind].min, kinds[kind].max);
  chain->n++;
  return TRUE;
}

static gboolean
read_line (SerChain *chain, const char *line, GError **error)
{
  SerItem item = SER_ITEM_INIT;
  GError *fault = NULL;

  if (strnlen (line, SER_ITEM_MAX_LINE + 1) > SER_ITEM_MAX_LINE)
    return ser_fail (error, SER_ERROR_LINE, "longer than %d bytes", SER_ITEM_MAX_LINE);
  while (ser_item_next (&line, &item, &fault))
    if (!read_item (chain, &item, error))
      return FALSE;
  if (fault)
    g_propagate_error (error, fault);
  return fault == NULL;
}

SerChain *
ser_chain_new (const char *line, GError **error)
{
  SerChain *chain = g_new0 (SerChain, 1);

  if (!read_line (chain, line, error)) {
    g_prefix_error (error, "augmentation line: ");
    ser_chain_free (chain);
    return NULL;
  }
  return chain;
}

void
ser_chain_free (SerChain *chain)
{
  if (!chain)
    return;
  for (guint i = 0; i < chain->n; i++) {
    g_clear_pointer (&chain->items[i].responses, g_ptr_array_unref);
    g_clear_pointer (&chain->items[i].strengths, g_array_unref);
  }
  g_free (chain);
}

gboolean
ser_chain_check_trainable (const SerChain *chain, GError **error)
{
  return !ser_chain_find (chain, SER_EFFECT_MP3)
      || ser_fail (error, SER_ERROR_CONFIG,
          "augmentation line: `mp3` is too slow to train with; leave it to augment and evaluate");
}

gboolean
ser_chain_has_wave (const SerChain *chain)
{
  for (guint i = 0; i < chain->n; i++)
    if (chain->items[i].kind < SER_N_WAVE_EFFECTS)
      return TRUE;
  return FALSE;
}

gboolean
ser_chain_needs_rooms (const SerChain *chain)
{
  for (guint i = 0; i < chain->n; i++)
    if (chain->items[i].kind == SER_EFFECT_REVERB && chain->items[i].recorded == 1.0)
      return TRUE;
  return FALSE;
}

const SerChainItem *
ser_chain_find (const SerChain *chain, SerEffectKind kind)
{
  for (guint i = 0; i < chain->n; i++)
    if (chain->items[i].kind == kind)
      return &chain->items[i];
  return NULL;
}

/* ---- what the items draw from ---- */

static void
add_response (SerChainItem *item, SerResponse *response, double strength)
{
  g_ptr_array_add (item->responses, response);
  g_array_append_val (item->strengths, strength);
}

static void
add_rooms (SerChainItem *item, guint rate, const SerSounds *sounds, SerRandom *random)
{
  double low = item->strength.low, high = item->strength.high;

  for (guint i = 0; i < ROOMS; i++) {
    double rt60 = low + (high - low) * (i + 0.5) / ROOMS;
    double drr = item->drr.low + (item->drr.high - item->drr.low) * ser_random_uniform (random);
    add_response (item, ser_response_room (rt60, drr, rate, random), rt60);
  }
  for (guint i = 0; sounds && i < sounds->rooms->len; i++) {
    const SerSound *room = sounds->rooms->pdata[i];
    add_response (item, ser_response_recorded (room->samples, room->n, rate), NAN);
  }
}

static void
add_bands (SerChainItem *item, guint rate)
{
  double low = item->strength.low, high = item->strength.high;
  guint n = low < high ? BANDS : 1;

  for (guint i = 0; i < n; i++) {
    double line = low + (high - low) * (i + 0.5) / n;
    add_response (item, ser_response_band (line, rate), line);
  }
}

static void
add_uneven (SerChainItem *item, guint rate, SerRandom *random)
{
  double low = item->strength.low, high = item->strength.high;

  for (guint i = 0; i < UNEVEN; i++) {
    double db = low + (high - low) * (i + 0.5) / UNEVEN;
    add_response (item, ser_response_uneven (db, rate, random), db);
  }
}

gboolean
ser_chain_prepare (SerChain *chain, guint rate, const SerSounds *sounds, guint64 seed, GError **error)
{
  chain->rate = rate;
  chain->sounds = sounds;
  chain->seed = seed;
  if (ser_chain_find (chain, SER_EFFECT_NOISE) && (!sounds || sounds->noise->len == 0))
    return ser_fail (error, SER_ERROR_CONFIG,
        "augmentation line: `noise` needs recordings; name them with --noise, or leave it out");
  if (ser_chain_needs_rooms (chain) && (!sounds || sounds->rooms->len == 0))
    return ser_fail (error, SER_ERROR_CONFIG,
        "augmentation line: `reverb` of recorded rooms alone needs impulse responses; name them with --rir");
  for (guint i = 0; i < chain->n; i++) {
    SerChainItem *item = &chain->items[i];
    SerRandom random = ser_random_for (seed, SER_FOR_RESPONSES, item->kind, item->nth);
    item->responses = g_ptr_array_new_with_free_func ((GDestroyNotify) ser_response_free);
    item->strengths = g_array_new (FALSE, FALSE, sizeof (double));
    if (item->kind == SER_EFFECT_REVERB)
      add_rooms (item, rate, sounds, &random);
    else if (item->kind == SER_EFFECT_RESAMPLE)
      add_bands (item, rate);
    else if (item->kind == SER_EFFECT_EQ)
      add_uneven (item, rate, &random);
  }
  return TRUE;
}
