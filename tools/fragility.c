/* fragility.c - which labels do not survive another recording of the same sound
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "fragility.h"

#include <math.h>
#include <string.h>

#include "alter.h"
#include "media.h"

/* What the kinds are, in the order of ser_fragility_get_name(), as augmentation lines. */
static const char *const lines[SER_N_FRAGILITY] = { "resample(8000)", "mp3(64)", "gain(-20:-20)",
  "reverb(rt60=0.5,drr=5,recorded=0)" };

/* A window of the sample. */
typedef struct {
  guint window;
  double start, end; /* s */
  GArray *samples;   /* gint16 */
} Excerpt;

typedef struct {
  GArray *excerpts; /* Excerpt */
  guint first;      /* the first one that is not complete */
  guint rate;
} Sample;

/* ---- excerpts ---- */

static void
excerpt_clear (gpointer data)
{
  g_array_unref (((Excerpt *) data)->samples);
}

static void
add_excerpt (Sample *sample, const SerRecordingWindow *window, guint i)
{
  const Excerpt excerpt = { i, window->start, window->start + window->duration,
    g_array_new (FALSE, FALSE, sizeof (gint16)) };

  g_array_append_val (sample->excerpts, excerpt);
}

static void
choose (Sample *sample, const SerRecording *recording)
{
  guint n = recording->summary.n_speech, taken = MIN (n, SER_FRAGILITY_SAMPLE), seen = 0;

  sample->excerpts = g_array_new (FALSE, FALSE, sizeof (Excerpt));
  g_array_set_clear_func (sample->excerpts, excerpt_clear);
  for (guint i = 0; i < recording->n_windows && taken > 0; i++) {
    const SerRecordingWindow *window = &recording->windows[i];
    if (window->result.gate != SER_GATE_SPEECH || (recording->speakers_given && window->speaker == SER_NO_SPEAKER))
      continue;
    /* The k-th is taken where k taken / n passes a whole number. */
    if ((guint64) (seen + 1) * taken / n > (guint64) seen * taken / n)
      add_excerpt (sample, window, i);
    seen++;
  }
}

/* Adds the part of samples [n], the first at `time`, that lies in the excerpt. */
static void
add_part (Excerpt *excerpt, const gint16 *samples, gsize n, double time, guint rate)
{
  double from = (excerpt->start - time) * rate, to = (excerpt->end - time) * rate;
  gsize first = from <= 0 ? 0 : MIN (n, (gsize) lrint (from)), last = to <= 0 ? 0 : MIN (n, (gsize) lrint (to));

  if (last > first)
    g_array_append_vals (excerpt->samples, samples + first, last - first);
}

static void
on_samples (const gint16 *samples, gsize n, double time, gpointer data)
{
  Sample *sample = data;
  double end = time + (double) n / sample->rate;

  for (guint i = sample->first; i < sample->excerpts->len; i++) {
    Excerpt *excerpt = &g_array_index (sample->excerpts, Excerpt, i);
    if (excerpt->start >= end)
      break;
    add_part (excerpt, samples, n, time, sample->rate);
    if (excerpt->end < time && i == sample->first)
      sample->first++;
  }
}

/* ---- labels ---- */

/* The label of samples [n] as one window. */
static int
classify (SerStream *stream, const gint16 *samples, gsize n)
{
  SerResult result = { .label = SER_LABEL_UNCERTAIN };

  ser_stream_reset (stream);
  while (n > 0) {
    gsize used = ser_stream_push_s16 (stream, samples, n);
    samples += used, n -= used;
    if (ser_stream_next (stream, &result))
      return result.label;
  }
  ser_stream_finish (stream);
  ser_stream_next (stream, &result);
  return result.label;
}

static gboolean
classify_altered (
    SerStream *stream, SerAlter *alter, const Excerpt *excerpt, const char *name, int *label, GError **error)
{
  gsize n, n_clipped;
  g_autofree float *altered =
      ser_alter_do (alter, 0, name, (const gint16 *) excerpt->samples->data, excerpt->samples->len, &n, NULL, error);
  g_autofree gint16 *s16 = altered ? ser_alter_to_s16 (altered, n, &n_clipped) : NULL;

  if (s16)
    *label = classify (stream, s16, n);
  return s16 != NULL;
}

static gboolean
compare (SerStream *stream, SerAlter *const *alters, const Excerpt *excerpt, SerFragility *fragility, GArray *fragile,
    GError **error)
{
  g_autofree char *name = g_strdup_printf ("window %u", excerpt->window);
  int label = classify (stream, (const gint16 *) excerpt->samples->data, excerpt->samples->len);
  SerFragileWindow found = { .window = excerpt->window };
  gboolean any = FALSE;

  for (guint i = 0; i < SER_N_FRAGILITY; i++) {
    if (!classify_altered (stream, alters[i], excerpt, name, &found.labels[i], error))
      return FALSE;
    fragility->changed[i] += found.labels[i] != label;
    any = any || found.labels[i] != label;
  }
  if (any)
    g_array_append_val (fragile, found);
  fragility->n_sampled++;
  return TRUE;
}

/* ---- all of it ---- */

static SerStream *
make_stream (const SerAnalysisSetup *setup, GError **error)
{
  SerStreamConfig config = SER_STREAM_CONFIG_INIT;

  config.window = setup->tracks.window;
  config.interval = setup->tracks.interval;
  config.threshold = setup->tracks.threshold;
  config.gate = setup->tracks.gate;
  return ser_stream_new (setup->model, &config, error);
}

static gboolean
make_alters (SerAlter **alters, guint rate, guint64 seed, GError **error)
{
  for (guint i = 0; i < SER_N_FRAGILITY; i++) {
    SerAugmentation augmentation = { .line = (char *) lines[i] };
    alters[i] = ser_alter_new (&augmentation, rate, seed, 1, error);
    if (!alters[i])
      return FALSE;
  }
  return TRUE;
}

static gboolean
compare_all (Sample *sample, SerStream *stream, SerAlter *const *alters, SerFragility *fragility, GError **error)
{
  GArray *fragile = g_array_new (FALSE, FALSE, sizeof (SerFragileWindow));
  gboolean ok = TRUE;

  for (guint i = 0; i < sample->excerpts->len && ok; i++) {
    const Excerpt *excerpt = &g_array_index (sample->excerpts, Excerpt, i);
    if (excerpt->samples->len > 0)
      ok = compare (stream, alters, excerpt, fragility, fragile, error);
  }
  for (guint i = 0; i < SER_N_FRAGILITY && fragility->n_sampled > 0; i++)
    fragility->changed[i] /= fragility->n_sampled;
  fragility->any = fragility->n_sampled > 0 ? (double) fragile->len / fragility->n_sampled : 0;
  fragility->n_windows = fragile->len;
  fragility->windows = (SerFragileWindow *) g_array_free (fragile, FALSE);
  return ok;
}

gboolean
ser_fragility_measure (SerRecording *recording, const SerAnalysisSetup *setup, GError **error)
{
  Sample sample = { .rate = ser_model_get_rate (setup->model) };
  SerAlter *alters[SER_N_FRAGILITY] = { NULL };
  SerStream *stream = make_stream (setup, error);
  gboolean ok;

  choose (&sample, recording);
  ok = stream && make_alters (alters, sample.rate, setup->seed, error)
      && ser_media_read (recording->location, recording->track, sample.rate, on_samples, &sample, error)
      && compare_all (&sample, stream, alters, &recording->fragility, error);
  for (guint i = 0; i < SER_N_FRAGILITY; i++)
    ser_alter_free (alters[i]);
  ser_stream_free (stream);
  g_array_unref (sample.excerpts);
  return ok;
}
