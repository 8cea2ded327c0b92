/* chain.c - the augmentation line: what it may say, and what is drawn from it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/chain.h"

#include <math.h>
#include <string.h>

#include "ser.h"

#define RATE 16000

static SerChain *
chain_new (const char *line)
{
  GError *error = NULL;
  SerChain *chain = ser_chain_new (line, &error);

  g_assert_no_error (error);
  return chain;
}

static SerSounds *
sounds_new (void)
{
  static const gint16 sound[] = { 0, 0, 5, -9, 3, 0 }, silence[] = { 0, 0, 0 };
  SerSounds *sounds = ser_sounds_new ();

  g_assert_true (ser_sounds_add (sounds->noise, "rain", sound, 6));
  g_assert_true (ser_sounds_add (sounds->noise, "wind", sound, 4));
  g_assert_true (ser_sounds_add (sounds->rooms, "hall", sound, 6));
  g_assert_false (ser_sounds_add (sounds->noise, "nothing", silence, 3));
  return sounds;
}

static SerChain *
prepared (const char *line, const SerSounds *sounds, guint64 seed)
{
  GError *error = NULL;
  SerChain *chain = chain_new (line);

  ser_chain_prepare (chain, RATE, sounds, seed, &error);
  g_assert_no_error (error);
  return chain;
}

/* ---- the line ---- */

static void
test_line (void)
{
  static const struct {
    SerEffectKind kind;
    double p, low, high;
  } expected[] = { { SER_EFFECT_NOISE, 0.5, 5, 20 }, { SER_EFFECT_REVERB, 0.3, 0.2, 0.8 },
    { SER_EFFECT_GAIN, 1, -6, 6 }, { SER_EFFECT_PITCH, 1, -2, 2 }, { SER_EFFECT_STRETCH, 1, 1 / 1.1, 1.1 },
    { SER_EFFECT_SHIFT, 1, -0.1, 0.1 }, { SER_EFFECT_RESAMPLE, 1, 8000, 8000 }, { SER_EFFECT_SPECAUGMENT, 1, 0, 0 },
    { SER_EFFECT_MIXUP, 1, 0.3, 0.3 }, { SER_EFFECT_GAIN, 0, -20, -20 }, { SER_EFFECT_EQ, 1, 2, 6 },
    { SER_EFFECT_NOISE, 1, 10, 10 }, { SER_EFFECT_MP3, 1, 64, 64 } };
  g_autoptr (SerChain) chain =
      chain_new (" noise(snr=5:20,p=0.5) reverb(p=0.3) gain(6) pitch(2) stretch(1.1) shift(0.1)\n"
                 "resample(8000) specaugment(2,25,1,10) mixup(0.3) gain(db=-20:-20,p=0) eq(2:6) noise(10) mp3(64)");
  const SerMasks *masks = &ser_chain_find (chain, SER_EFFECT_SPECAUGMENT)->masks;

  g_assert_cmpuint (chain->n, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < chain->n; i++) {
    const SerChainItem *item = &chain->items[i];
    g_assert_cmpuint (item->kind, ==, expected[i].kind);
    g_assert_cmpfloat (item->p, ==, expected[i].p);
    g_assert_cmpfloat (item->strength.low, ==, expected[i].low);
    g_assert_cmpfloat (item->strength.high, ==, expected[i].high);
    g_assert_cmpuint (item->nth, ==, i == 9 || i == 11);
  }
  g_assert_true (
      masks->time_masks == 2 && masks->time_width == 25 && masks->freq_masks == 1 && masks->freq_width == 10);
  g_assert_true (ser_chain_has_wave (chain));
  g_assert_true (ser_chain_find (chain, SER_EFFECT_GAIN) == &chain->items[2]);
}

/* Items on features alone, and none at all. */
static void
test_no_wave (void)
{
  g_autoptr (SerChain) features = chain_new ("specaugment(0,0,0,0) mixup(1:2,p=0.25)");
  g_autoptr (SerChain) none = chain_new ("");

  g_assert_false (ser_chain_has_wave (features));
  g_assert_false (ser_chain_has_wave (none));
  g_assert_null (ser_chain_find (features, SER_EFFECT_NOISE));
  g_assert_cmpfloat (ser_chain_find (features, SER_EFFECT_MIXUP)->p, ==, 0.25);
}

static void
test_faults (void)
{
  static const struct {
    const char *line, *about;
  } cases[] = { { "fuzz(3)", "item 1 (`fuzz`): no such item; known are noise reverb" },
    { "gain(3) gain", "item 2 (`gain`): expected a strength: db from -60 to 40" },
    { "gain(-20)", "`-20` is under 0; write X for -X to X, or LOW:HIGH" },
    { "stretch(0.9)", "`0.9` is under 1; write X for 1/X to X, or LOW:HIGH" },
    { "stretch(0.4:1)", "`0.4:1` is neither a number from 0.5 to 2 nor a range" },
    { "noise(snr=20:5)", "`snr=20:5` is neither a number from -20 to 60 nor a range LOW:HIGH of them" },
    { "noise(snr=5:)", "`snr=5:` is neither" }, { "noise(snr=:5)", "`snr=:5` is neither" },
    { "noise(snr=1:2:3)", "`snr=1:2:3` is neither" }, { "noise(snr=nan)", "`snr=nan` is neither" },
    { "pitch(2,p=1.5)", "`p=1.5` is not a number from 0 to 1" }, { "pitch(2,3)", "unknown argument `3`" },
    { "pitch(p=0.5)", "expected a strength: semitones" }, { "noise(loud)", "`loud` is neither" },
    { "noise(10,kind=rain)", "unknown argument `kind=rain`; expected: snr, p" },
    { "reverb(0.5,wet=1)", "expected: rt60, drr, recorded, p" }, { "reverb(recorded=2)", "from 0 to 1" },
    { "resample(100)", "from 2000 to 48000" }, { "mixup(0)", "from 0.01 to 10" },
    { "mixup(0.3) mixup(0.2)", "item 2 (`mixup`): given twice" },
    { "specaugment(2,25)", "expected four whole numbers" }, { "specaugment(2,25,2,x)", "`x` is not a whole number" },
    { "specaugment(2,25,2,10,3)", "unknown argument `3`" }, { "specaugment(21,25,2,10)", "from 0 to 20" },
    { "gain(1", "the line ends" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    GError *error = NULL;
    g_assert_null (ser_chain_new (cases[i].line, &error));
    g_assert_error (error, SER_ERROR, SER_ERROR_LINE);
    if (!g_str_has_prefix (error->message, "augmentation line: ") || !strstr (error->message, cases[i].about))
      g_error ("%s: %s", cases[i].line, error->message);
    g_error_free (error);
  }
}

static void
test_too_many (void)
{
  GString *line = g_string_new (NULL);
  GError *error = NULL;

  for (guint i = 0; i < SER_CHAIN_MAX; i++)
    g_string_append (line, "gain(1) ");
  ser_chain_free (chain_new (line->str));
  g_string_append (line, "gain(1)");
  g_assert_null (ser_chain_new (line->str, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_LINE);
  g_assert_nonnull (strstr (error->message, "item 17 (`gain`): more than 16 items"));
  g_clear_error (&error);
  g_string_set_size (line, 0);
  for (guint i = 0; i < 9000; i++)
    g_string_append_c (line, ' ');
  g_assert_null (ser_chain_new (line->str, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_LINE);
  g_error_free (error);
  g_string_free (line, TRUE);
}

static void
test_needs_noise (void)
{
  g_autoptr (SerChain) chain = chain_new ("gain(3) noise(10)");
  g_autoptr (SerSounds) sounds = ser_sounds_new ();
  GError *error = NULL;

  g_assert_false (ser_chain_prepare (chain, RATE, NULL, 1, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_CONFIG);
  g_clear_error (&error);
  g_assert_false (ser_chain_prepare (chain, RATE, sounds, 1, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_CONFIG);
  g_error_free (error);
}

/* ---- draws ---- */

/* Each as often as it says, uniformly in its range, in the line's order. */
static void
test_chances (void)
{
  const guint n = 20000;
  g_autoptr (SerChain) chain = prepared ("pitch(2,p=0.3) gain(-4:8) shift(1,p=0)", NULL, 5);
  guint pitches = 0;
  double sum = 0, squares = 0;
  SerDraw draw;

  for (guint i = 0; i < n; i++) {
    const SerDrawnEffect *gain;
    ser_chain_draw (chain, 3, i, &draw);
    pitches += draw.n == 2;
    g_assert_cmpuint (draw.n, >=, 1);
    g_assert_cmpuint (draw.effects[0].kind, ==, draw.n == 2 ? SER_EFFECT_PITCH : SER_EFFECT_GAIN);
    gain = &draw.effects[draw.n - 1];
    g_assert_true (gain->kind == SER_EFFECT_GAIN && gain->strength >= -4 && gain->strength < 8);
    sum += gain->strength;
    squares += gain->strength * gain->strength;
  }
  g_assert_cmpfloat (fabs (pitches - 0.3 * n), <, 5 * sqrt (0.3 * 0.7 * n));
  g_assert_cmpfloat (fabs (sum / n - 2), <, 5 * sqrt (12.0 / n));
  g_assert_cmpfloat (fabs (squares / n - 4 - 12), <, 0.5);
}

static gboolean
same_effect (const SerDrawnEffect *a, const SerDrawnEffect *b)
{
  return a->kind == b->kind && a->which == b->which && a->place == b->place
      && (a->strength == b->strength || (isnan (a->strength) && isnan (b->strength)));
}

/* What an item draws depends on seed and clip, and not on the items beside it. */
static void
test_independence (void)
{
  g_autoptr (SerSounds) sounds = sounds_new ();
  g_autoptr (SerChain) all = prepared ("gain(6) noise(5:20) reverb pitch(2)", sounds, 7);
  g_autoptr (SerChain) some = prepared ("stretch(1.2) pitch(2) noise(5:20)", sounds, 7);
  g_autoptr (SerChain) other = prepared ("stretch(1.2) pitch(2) noise(5:20)", sounds, 8);
  guint same_seed = 0, same_clip = 0;

  for (guint i = 0; i < 100; i++) {
    SerDraw a, b, c, d;
    ser_chain_draw (all, 1, i, &a);
    ser_chain_draw (some, 1, i, &b);
    ser_chain_draw (other, 1, i, &c);
    ser_chain_draw (some, 2, i, &d);
    g_assert_true (same_effect (&a.effects[3], &b.effects[1]));
    g_assert_true (same_effect (&a.effects[1], &b.effects[2]));
    same_seed += same_effect (&b.effects[1], &c.effects[1]);
    same_clip += same_effect (&b.effects[1], &d.effects[1]);
  }
  g_assert_cmpuint (same_seed + same_clip, ==, 0);
}

/* Two items of a name draw differently. */
static void
test_twice (void)
{
  g_autoptr (SerChain) chain = prepared ("gain(6) gain(6)", NULL, 7);
  SerDraw draw;

  ser_chain_draw (chain, 1, 1, &draw);
  g_assert_cmpfloat (draw.effects[0].strength, !=, draw.effects[1].strength);
}

/* Recordings are drawn about equally often, recorded rooms as often as the line says. */
static void
test_recordings (void)
{
  const guint n = 10000;
  g_autoptr (SerSounds) sounds = sounds_new ();
  g_autoptr (SerChain) chain = prepared ("noise(10) reverb(0.4:0.6,recorded=0.2)", sounds, 1);
  guint second = 0, halls = 0;

  for (guint i = 0; i < n; i++) {
    SerDraw draw;
    ser_chain_draw (chain, 0, i, &draw);
    second += draw.effects[0].which == 1;
    g_assert_cmpuint (draw.effects[0].which, <, 2);
    halls += isnan (draw.effects[1].strength);
    g_assert_true (
        isnan (draw.effects[1].strength) || (draw.effects[1].strength > 0.4 && draw.effects[1].strength < 0.6));
  }
  g_assert_cmpfloat (fabs (second - 0.5 * n), <, 5 * sqrt (0.25 * n));
  g_assert_cmpfloat (fabs (halls - 0.2 * n), <, 5 * sqrt (0.16 * n));
}

/* The fewest samples that make at least n. */
static void
test_lengths (void)
{
  g_autoptr (SerChain) chain = prepared ("stretch(2) gain(3) stretch(1.3,p=0.5)", NULL, 1);

  for (guint i = 0; i < 300; i++) {
    gsize wanted = 1 + i * 97, needed;
    SerDraw draw;
    ser_chain_draw (chain, 0, i, &draw);
    needed = ser_draw_input_length (&draw, wanted);
    g_assert_cmpuint (ser_draw_output_length (&draw, needed), >=, wanted);
    if (needed > 1)
      g_assert_cmpuint (ser_draw_output_length (&draw, needed - 1), <, wanted);
  }
}

static void
test_text (void)
{
  g_autoptr (SerSounds) sounds = sounds_new ();
  g_autoptr (SerChain) chain = prepared (
      "noise(12:12) gain(-3:-3) reverb(0.5,recorded=1) stretch(1.25:1.25) resample(8000) gain(1,p=0)", sounds, 1);
  g_autofree char *text = NULL, *none = NULL;
  SerDraw draw, nothing = { .n = 0 };

  ser_chain_draw (chain, 0, 0, &draw);
  text = ser_draw_to_string (&draw, sounds);
  none = ser_draw_to_string (&nothing, sounds);
  g_assert_true (
      g_str_has_prefix (text, "noise at 12.0 dB SNR (rain), gain -3.0 dB, reverb of hall, stretch by 1.250, resample")
      || g_str_has_prefix (
          text, "noise at 12.0 dB SNR (wind), gain -3.0 dB, reverb of hall, stretch by 1.250, resample"));
  g_assert_cmpstr (none, ==, "nothing");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/chain/line", test_line);
  g_test_add_func ("/train/chain/no-wave", test_no_wave);
  g_test_add_func ("/train/chain/faults", test_faults);
  g_test_add_func ("/train/chain/too-many", test_too_many);
  g_test_add_func ("/train/chain/needs-noise", test_needs_noise);
  g_test_add_func ("/train/chain/chances", test_chances);
  g_test_add_func ("/train/chain/independence", test_independence);
  g_test_add_func ("/train/chain/twice", test_twice);
  g_test_add_func ("/train/chain/recordings", test_recordings);
  g_test_add_func ("/train/chain/lengths", test_lengths);
  g_test_add_func ("/train/chain/text", test_text);
  return g_test_run ();
}
