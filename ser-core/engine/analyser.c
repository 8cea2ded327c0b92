/* analyser.c - continuous analysis: samples to frames, levels and pitch, of which the latest are kept
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "engine/analyser.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/loudness.h"
#include "dsp/pitch.h"
#include "engine/gate-frames.h"

/* Hops for which samples are collected before the older ones are moved out. */
#define SPARE_HOPS 32

/* Fewer voiced estimates than this share of a window's: unvoiced. */
#define MIN_VOICED 0.1

struct _SerAnalyser {
  SerFeatureSpec spec;
  SerFrontEnd *front;
  SerPitch *pitch;
  guint pitch_hop, pitch_length; /* samples */
  SerGateFrames *gate;           /* NULL for none */
  guint gate_n, gate_hop, gate_win;

  /* The stream's samples from `base` on; `count` were taken in all. */
  float *samples;
  gsize capacity;
  guint64 base, count;

  /* Rings: entry i of the stream is at i modulo the ring's size. */
  float *frames; /* [max_frames, n] */
  SerLevel *levels;
  float *pitches;
  float *gate_frames; /* [max_gate_frames, gate_n] */
  gsize max_frames, max_levels, max_pitches, max_gate_frames;
  guint64 n_frames, n_levels, n_pitches, n_gate_frames; /* made since the start; levels: whole hops, and the rest after
                                                            finish */

  float *voiced; /* [max_pitches] scratch for the median */
};

static void
add_gate (SerAnalyser *analyser, const SerFeatureSpec *gate, guint64 window)
{
  analyser->gate = ser_gate_frames_new (gate, analyser->spec.rate);
  analyser->gate_n = gate->n;
  analyser->gate_hop = ser_gate_frames_get_hop (analyser->gate);
  analyser->gate_win = ser_gate_frames_get_win (analyser->gate);
  analyser->max_gate_frames = MAX (1, ser_gate_frames_count (analyser->gate, window));
  analyser->gate_frames = g_new (float, analyser->max_gate_frames * analyser->gate_n);
}

SerAnalyser *
ser_analyser_new (const SerFeatureSpec *spec, const SerFeatureSpec *gate, guint64 window)
{
  SerAnalyser *analyser = g_new0 (SerAnalyser, 1);

  analyser->spec = *spec;
  analyser->front = ser_front_end_new (spec);
  analyser->pitch = ser_pitch_new (spec->rate);
  analyser->pitch_hop = ser_pitch_get_hop (analyser->pitch);
  analyser->pitch_length = ser_pitch_get_length (analyser->pitch);
  if (gate != NULL)
    add_gate (analyser, gate, window);

  /* Before a hop is complete, the oldest frame and estimate still to be made began at most one hop and their own
   * length ago. */
  analyser->capacity =
      MAX (MAX (spec->win, analyser->gate_win), analyser->pitch_length) + (gsize) (SPARE_HOPS + 2) * spec->hop;
  analyser->samples = g_new (float, analyser->capacity);

  analyser->max_frames = MAX (1, ser_feature_spec_frames (spec, window));
  analyser->max_levels = window / spec->hop + 1;
  analyser->max_pitches = window / analyser->pitch_hop + 1;
  analyser->frames = g_new (float, analyser->max_frames * spec->n);
  analyser->levels = g_new (SerLevel, analyser->max_levels);
  analyser->pitches = g_new (float, analyser->max_pitches);
  analyser->voiced = g_new (float, analyser->max_pitches);
  return analyser;
}

void
ser_analyser_free (SerAnalyser *analyser)
{
  if (analyser == NULL)
    return;
  ser_front_end_free (analyser->front);
  ser_pitch_free (analyser->pitch);
  ser_gate_frames_free (analyser->gate);
  g_free (analyser->samples);
  g_free (analyser->frames);
  g_free (analyser->gate_frames);
  g_free (analyser->levels);
  g_free (analyser->pitches);
  g_free (analyser->voiced);
  g_free (analyser);
}

void
ser_analyser_reset (SerAnalyser *analyser)
{
  analyser->base = analyser->count = 0;
  analyser->n_frames = analyser->n_levels = analyser->n_pitches = analyser->n_gate_frames = 0;
}

guint64
ser_analyser_get_count (const SerAnalyser *analyser)
{
  return analyser->count;
}

/* ---- samples to rings ---- */

/* Samples at place `at` of the stream. */
static const float *
samples_at (const SerAnalyser *analyser, guint64 at)
{
  return analyser->samples + (at - analyser->base);
}

static void
make_frames (SerAnalyser *analyser)
{
  const SerFeatureSpec *spec = &analyser->spec;

  for (; analyser->n_frames * spec->hop + spec->win <= analyser->count; analyser->n_frames++)
    ser_front_end_do (analyser->front, samples_at (analyser, analyser->n_frames * spec->hop),
        analyser->frames + (analyser->n_frames % analyser->max_frames) * spec->n);
}

static void
make_gate_frames (SerAnalyser *analyser)
{
  for (; analyser->n_gate_frames * analyser->gate_hop + analyser->gate_win <= analyser->count;
       analyser->n_gate_frames++)
    ser_gate_frames_do (analyser->gate, samples_at (analyser, analyser->n_gate_frames * analyser->gate_hop),
        analyser->gate_frames + (analyser->n_gate_frames % analyser->max_gate_frames) * analyser->gate_n);
}

static void
make_pitches (SerAnalyser *analyser)
{
  for (; analyser->n_pitches * analyser->pitch_hop + analyser->pitch_length <= analyser->count; analyser->n_pitches++)
    analyser->pitches[analyser->n_pitches % analyser->max_pitches] =
        ser_pitch_do (analyser->pitch, samples_at (analyser, analyser->n_pitches * analyser->pitch_hop));
}

/* The level of the hop that ends here; of what there is of it, at the stream's end. */
static void
make_level (SerAnalyser *analyser)
{
  guint64 start = analyser->n_levels * analyser->spec.hop;

  analyser->levels[analyser->n_levels % analyser->max_levels] =
      ser_level_do (samples_at (analyser, start), (gsize) (analyser->count - start));
  analyser->n_levels++;
}

/* All that the samples taken are enough for. */
static void
analyse (SerAnalyser *analyser)
{
  make_frames (analyser);
  make_pitches (analyser);
  if (analyser->gate != NULL)
    make_gate_frames (analyser);
  make_level (analyser);
}

/* Moves out the samples that no frame, estimate or level to come will look at. */
static void
drop_old (SerAnalyser *analyser)
{
  guint64 oldest = analyser->n_levels * analyser->spec.hop;

  oldest = MIN (oldest, analyser->n_frames * analyser->spec.hop);
  oldest = MIN (oldest, analyser->n_pitches * analyser->pitch_hop);
  if (analyser->gate != NULL)
    oldest = MIN (oldest, analyser->n_gate_frames * analyser->gate_hop);
  memmove (analyser->samples, samples_at (analyser, oldest), (analyser->count - oldest) * sizeof (float));
  analyser->base = oldest;
}

/* Room for up to `n` samples, no more than complete the current hop: how many, and where they go. */
static gsize
reserve (SerAnalyser *analyser, gsize n, float **to)
{
  n = MIN (n, analyser->spec.hop - analyser->count % analyser->spec.hop);
  if (analyser->count - analyser->base + n > analyser->capacity)
    drop_old (analyser);
  *to = analyser->samples + (analyser->count - analyser->base);
  return n;
}

static void
commit (SerAnalyser *analyser, gsize n)
{
  analyser->count += n;
  if (n > 0 && analyser->count % analyser->spec.hop == 0)
    analyse (analyser);
}

gsize
ser_analyser_push (SerAnalyser *analyser, const float *samples, gsize n)
{
  float *to;
  gsize i;

  n = reserve (analyser, n, &to);
  for (i = 0; i < n; i++)
    to[i] = isfinite (samples[i]) ? CLAMP (samples[i], -SER_SAMPLE_MAX, SER_SAMPLE_MAX) : 0.0f;
  commit (analyser, n);
  return n;
}

gsize
ser_analyser_push_s16 (SerAnalyser *analyser, const gint16 *samples, gsize n)
{
  float *to;
  gsize i;

  n = reserve (analyser, n, &to);
  for (i = 0; i < n; i++)
    to[i] = samples[i] / 32768.0f;
  commit (analyser, n);
  return n;
}

void
ser_analyser_finish (SerAnalyser *analyser)
{
  if (analyser->count % analyser->spec.hop != 0)
    analyse (analyser);
}

/* ---- rings to windows ---- */

/* Energy and clipped samples from sample `start` on, summed hop by hop from the first. */
static SerLevel
sum_levels (const SerAnalyser *analyser, guint64 start)
{
  SerLevel sum = { 0.0, 0 };
  guint64 i;

  for (i = start / analyser->spec.hop; i < analyser->n_levels; i++) {
    const SerLevel *level = &analyser->levels[i % analyser->max_levels];

    sum.energy += level->energy;
    sum.clipped += level->clipped;
  }
  return sum;
}

static int
compare_floats (const void *a, const void *b)
{
  float x = *(const float *) a, y = *(const float *) b;

  return x < y ? -1 : x > y;
}

/* Median of the voiced estimates that lie wholly after `start`, 0 when they are few. */
static double
median_pitch (SerAnalyser *analyser, guint64 start)
{
  guint64 first = (start + analyser->pitch_hop - 1) / analyser->pitch_hop, i;
  gsize n = 0;

  for (i = first; i < analyser->n_pitches; i++) {
    float f0 = analyser->pitches[i % analyser->max_pitches];

    if (f0 > 0.0f)
      analyser->voiced[n++] = f0;
  }
  if (n == 0 || n < MIN_VOICED * (analyser->n_pitches - first))
    return 0.0;
  qsort (analyser->voiced, n, sizeof (float), compare_floats);
  return ((double) analyser->voiced[(n - 1) / 2] + analyser->voiced[n / 2]) / 2.0;
}

/* Entries `first` to first + T of a ring of `size` rows of n. */
static void
copy_rows (float *to, const float *ring, gsize size, guint64 first, gsize T, gsize n)
{
  gsize i;

  for (i = 0; i < T; i++)
    memcpy (to + i * n, ring + ((first + i) % size) * n, n * sizeof (float));
}

SerWindow *
ser_analyser_cut (SerAnalyser *analyser, guint64 start)
{
  const gsize n = analyser->spec.n;
  guint64 first = start / analyser->spec.hop, length = analyser->count - start;
  guint64 gate_first = analyser->gate != NULL ? (start + analyser->gate_hop - 1) / analyser->gate_hop : 0;
  gsize T = analyser->n_frames > first ? analyser->n_frames - first : 0;
  gsize gate_T = analyser->n_gate_frames > gate_first ? analyser->n_gate_frames - gate_first : 0;
  SerWindow *window = g_malloc0 (sizeof (SerWindow) + (T * n + gate_T * analyser->gate_n) * sizeof (float));
  SerLevel level = sum_levels (analyser, start);

  g_assert (T <= analyser->max_frames && gate_T <= analyser->max_gate_frames);
  window->start = start;
  window->length = length;
  window->loudness = ser_loudness_dbfs (level.energy, length);
  window->clipped = (double) level.clipped / length;
  window->pitch = median_pitch (analyser, start);
  window->T = T;
  copy_rows (window->frames, analyser->frames, analyser->max_frames, first, T, n);
  if (analyser->gate != NULL) {
    window->gate_T = gate_T;
    window->gate_frames = window->frames + T * n;
    copy_rows (
        window->frames + T * n, analyser->gate_frames, analyser->max_gate_frames, gate_first, gate_T, analyser->gate_n);
  }
  return window;
}
