/* dataset.c - clips as features, without those that nothing can be learned from
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "dataset.h"

#include "clip-faults.h"
#include "clips.h"

typedef struct {
  GPtrArray *clips;
  const SerFeatureSpec *spec;
  gsize min_frames;
  gboolean with_samples;
  SerFrontEnd **fronts; /* [workers] */
  SerExample *examples; /* [clips] */
  SerClipFaults *faults;
} Loading;

float *
ser_dataset_to_float (const gint16 *samples, gsize n)
{
  float *x = g_new (float, MAX (n, 1));

  for (gsize i = 0; i < n; i++)
    x[i] = samples[i] / 32768.0f;
  return x;
}

float *
ser_dataset_features (SerFrontEnd *front, const SerFeatureSpec *spec, const float *samples, gsize n, gsize *T)
{
  float *frames;

  *T = ser_feature_spec_frames (spec, n);
  frames = g_new (float, MAX (*T, 1) * spec->n);
  if (*T > 0)
    ser_front_end_clip (front, samples, n, frames);
  return frames;
}

/* FALSE when nothing can be learned from the clip. */
static gboolean
check_clip (const Loading *loading, guint i, const gint16 *samples, gsize n, const GError *error)
{
  gsize T = ser_feature_spec_frames (loading->spec, n);

  if (error || n == 0 || T >= loading->min_frames)
    return ser_clip_faults_look (loading->faults, i, samples, n, error);
  ser_clip_faults_set (loading->faults, i,
      g_strdup_printf ("too short: %.3f s make %" G_GSIZE_FORMAT " frames, the network needs %" G_GSIZE_FORMAT,
          n / (double) loading->spec->rate, T, loading->min_frames));
  return FALSE;
}

static void
load_clip (guint worker, guint i, const gint16 *samples, gsize n, const GError *error, gpointer data)
{
  Loading *loading = data;
  SerExample *example = &loading->examples[i];
  g_autofree float *x = NULL;

  example->clip = loading->clips->pdata[i];
  example->n_samples = n;
  if (!check_clip (loading, i, samples, n, error))
    return;
  if (loading->with_samples)
    example->samples = g_memdup2 (samples, n * sizeof (gint16));
  x = ser_dataset_to_float (samples, n);
  example->frames = ser_dataset_features (loading->fronts[worker], loading->spec, x, n, &example->T);
}

static SerDataset *
collect (Loading *loading)
{
  SerDataset *dataset = g_new0 (SerDataset, 1);

  dataset->examples = g_array_new (FALSE, FALSE, sizeof (SerExample));
  for (guint i = 0; i < loading->clips->len; i++) {
    const SerClip *clip = loading->clips->pdata[i];
    const char *fault = ser_clip_faults_get (loading->faults, i);

    if (!fault) {
      g_array_append_val (dataset->examples, loading->examples[i]);
      continue;
    }
    ser_say ("left out: %s: %s", clip->name, fault);
    dataset->n_left_out++;
    g_free (loading->examples[i].frames);
    g_free (loading->examples[i].samples);
  }
  return dataset;
}

SerDataset *
ser_dataset_load (GPtrArray *clips, const SerFeatureSpec *spec, gsize min_frames, gboolean with_samples, guint threads)
{
  guint workers = ser_clips_n_workers (threads);
  Loading loading = { clips, spec, min_frames, with_samples, g_new (SerFrontEnd *, workers),
    g_new0 (SerExample, clips->len), ser_clip_faults_new (clips) };
  SerDataset *dataset;

  for (guint i = 0; i < workers; i++)
    loading.fronts[i] = ser_front_end_new (spec);
  ser_clips_decode (clips, spec->rate, threads, load_clip, &loading);
  ser_clip_faults_find_contradictions (loading.faults);
  dataset = collect (&loading);
  for (guint i = 0; i < workers; i++)
    ser_front_end_free (loading.fronts[i]);
  ser_clip_faults_free (loading.faults);
  g_free (loading.fronts);
  g_free (loading.examples);
  return dataset;
}

void
ser_dataset_free (SerDataset *dataset)
{
  if (!dataset)
    return;
  for (guint i = 0; i < dataset->examples->len; i++) {
    g_free (g_array_index (dataset->examples, SerExample, i).frames);
    g_free (g_array_index (dataset->examples, SerExample, i).samples);
  }
  g_array_unref (dataset->examples);
  g_free (dataset);
}
