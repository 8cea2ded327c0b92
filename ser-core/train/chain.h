/* chain.h - the augmentation line: what may happen to a clip, how strongly and how often
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 *     noise(snr=5:20,p=0.5) reverb(p=0.3) gain(6) pitch(2) stretch(1.1) shift(0.1) resample(8000)
 *     specaugment(2,25,2,10) mixup(0.3)
 *
 * Items of the syntax in model/items.h, applied in their order; docs/augmentation.md describes each. An item has a
 * name, a strength and a probability `p`, 1 unless given. The strength is a number or a range LOW:HIGH to draw from
 * uniformly. A single number x is a range around no change for gain, pitch and shift (-x:x) and for stretch (1/x:x).
 *
 * What happens to a clip's samples is drawn from a generator that belongs to the item's name, the seed, and two numbers
 * that name the clip: neither the other items of the line nor the threads make a difference to it. Items on features,
 * specaugment and mixup, draw from the trainer's generator of the clip, which no thread makes a difference to
 * either. */

#ifndef SER_CHAIN_H
#define SER_CHAIN_H

#include <glib.h>

#include "train/sounds.h"

typedef enum {
  SER_EFFECT_NOISE,    /* recordings added; dB, signal to noise */
  SER_EFFECT_REVERB,   /* a room; s of reverberation time (RT60) */
  SER_EFFECT_GAIN,     /* dB */
  SER_EFFECT_EQ,       /* an uneven frequency response; dB */
  SER_EFFECT_PITCH,    /* semitones */
  SER_EFFECT_STRETCH,  /* factor of the length */
  SER_EFFECT_SHIFT,    /* s, later */
  SER_EFFECT_RESAMPLE, /* Hz, sampling rate of the line that the sound goes through */
  SER_EFFECT_MP3,      /* kbit/s; left to a caller who has a codec */
  SER_N_WAVE_EFFECTS,  /* those above act on samples, those below on features */
  SER_EFFECT_SPECAUGMENT = SER_N_WAVE_EFFECTS,
  SER_EFFECT_MIXUP, /* alpha of the Beta distribution */
  SER_N_EFFECTS
} SerEffectKind;

/* Most items of a line. */
#define SER_CHAIN_MAX 16

typedef struct {
  double low, high; /* low <= high */
} SerRange;

/* SpecAugment (Park et al. 2019): number of masks and their largest width, in frames and in features. */
typedef struct {
  guint time_masks, time_width, freq_masks, freq_width;
} SerMasks;

typedef struct {
  SerEffectKind kind;
  guint nth; /* among the items of its kind */
  double p;
  SerRange strength;
  SerRange drr;         /* reverb: dB, direct sound to reverberation */
  double recorded;      /* reverb: share of recorded rooms, where there are any */
  SerMasks masks;       /* specaugment */
  GPtrArray *responses; /* SerResponse, of reverb, eq and resample, once the chain is prepared; else NULL */
  GArray *strengths;    /* double, of each of them; NAN for a recorded room */
} SerChainItem;

typedef struct {
  SerChainItem items[SER_CHAIN_MAX];
  guint n;
  guint rate; /* Hz; 0 until prepared */
  guint64 seed;
  const SerSounds *sounds;
} SerChain;

/* Reads a line; an empty one makes a chain that does nothing. Fails with SER_ERROR_LINE, naming the item, what was
 * found and what is expected. */
SerChain *ser_chain_new (const char *line, GError **error);
void ser_chain_free (SerChain *chain);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerChain, ser_chain_free)

/* Makes the impulse responses that the items draw from, for sound at `rate` Hz. `sounds` may be NULL, and must outlive
 * the chain. Fails with SER_ERROR_CONFIG when an item needs recordings that are not there. To be called once. */
gboolean ser_chain_prepare (SerChain *chain, guint rate, const SerSounds *sounds, guint64 seed, GError **error);

/* Refuses, with SER_ERROR_CONFIG, a line with an item that no training has. */
gboolean ser_chain_check_trainable (const SerChain *chain, GError **error);

/* Whether any item acts on samples. */
gboolean ser_chain_has_wave (const SerChain *chain);

/* Whether an item takes recorded rooms and no others. */
gboolean ser_chain_needs_rooms (const SerChain *chain);

/* The first item of that kind, or NULL. */
const SerChainItem *ser_chain_find (const SerChain *chain, SerEffectKind kind);

const char *ser_effect_name (SerEffectKind kind);

/* ---- draws (train/draw.c) ---- */

typedef struct {
  SerEffectKind kind;
  const SerChainItem *item;
  double strength; /* NAN for a recorded room */
  guint which;     /* recording or response */
  double place;    /* [0, 1): where in the recording */
} SerDrawnEffect;

typedef struct {
  SerDrawnEffect effects[SER_CHAIN_MAX];
  guint n;
} SerDraw;

/* What happens to the samples of the clip that (a, b) names: the items on samples that were drawn, in their order. The
 * chain is prepared. Any number of threads may call this at once. */
void ser_chain_draw (const SerChain *chain, guint64 a, guint64 b, SerDraw *draw);

/* Samples that the effects make of n, and the fewest that they make at least n of. */
gsize ser_draw_output_length (const SerDraw *draw, gsize n);
gsize ser_draw_input_length (const SerDraw *draw, gsize n);

/* One line that says what was drawn, as "noise 12.3 dB (rain.wav), gain -3.1 dB", or "nothing"; free with g_free(). */
char *ser_draw_to_string (const SerDraw *draw, const SerSounds *sounds);

#endif /* SER_CHAIN_H */
