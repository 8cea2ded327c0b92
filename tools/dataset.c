/* dataset.c - clips as features, without those that nothing can be learned from
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "dataset.h"

#include <string.h>

#include "clips.h"

typedef struct {
  GPtrArray *clips;
  const SerFeatureSpec *spec;
  gsize min_frames;
  gboolean with_samples;
  SerFrontEnd **fronts; /* [workers] */
  SerExample *examples; /* [clips] */
  char **digests;       /* [clips], of the samples */
  char **faults;        /* [clips], why a clip is left out, or NULL */
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

static gboolean
is_silent (const gint16 *samples, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (samples[i] != 0)
      return FALSE;
  return TRUE;
}

static char *
find_fault (const Loading *loading, const gint16 *samples, gsize n, const GError *error)
{
  gsize T = ser_feature_spec_frames (loading->spec, n);

  if (error)
    return g_strdup (error->message);
  if (n == 0)
    return g_strdup ("it holds no audio");
  if (T < loading->min_frames)
    return g_strdup_printf ("too short: %.3f s make %" G_GSIZE_FORMAT " frames, the network needs %" G_GSIZE_FORMAT,
        n / (double) loading->spec->rate, T, loading->min_frames);
  if (is_silent (samples, n))
    return g_strdup ("digital silence");
  return NULL;
}

static void
load_clip (guint worker, guint i, const gint16 *samples, gsize n, const GError *error, gpointer data)
{
  Loading *loading = data;
  SerExample *example = &loading->examples[i];
  g_autofree float *x = NULL;

  example->clip = loading->clips->pdata[i];
  example->n_samples = n;
  loading->faults[i] = find_fault (loading, samples, n, error);
  if (loading->faults[i])
    return;
  loading->digests[i] = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) samples, n * sizeof (gint16));
  if (loading->with_samples)
    example->samples = g_memdup2 (samples, n * sizeof (gint16));
  x = ser_dataset_to_float (samples, n);
  example->frames = ser_dataset_features (loading->fronts[worker], loading->spec, x, n, &example->T);
}

static void
mark_contradiction (Loading *loading, guint i, guint j)
{
  const SerClip *a = loading->clips->pdata[i], *b = loading->clips->pdata[j];

  if (!loading->faults[i])
    loading->faults[i] =
        g_strdup_printf ("labelled `%s`, but the same sound as %s, labelled `%s`", a->label, b->name, b->label);
}

/* Marks every clip whose sound occurs with another label. */
static void
find_contradictions (Loading *loading)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  gpointer value;

  for (guint i = 0; i < loading->clips->len; i++) {
    const SerClip *clip = loading->clips->pdata[i];
    if (!loading->digests[i])
      continue;
    if (!g_hash_table_lookup_extended (seen, loading->digests[i], NULL, &value)) {
      g_hash_table_insert (seen, loading->digests[i], GUINT_TO_POINTER (i));
    } else if (strcmp (((const SerClip *) loading->clips->pdata[GPOINTER_TO_UINT (value)])->label, clip->label) != 0) {
      mark_contradiction (loading, i, GPOINTER_TO_UINT (value));
      mark_contradiction (loading, GPOINTER_TO_UINT (value), i);
    }
  }
  /* A third copy that agrees with the first is contradicted by the second. */
  for (guint i = 0; i < loading->clips->len; i++) {
    guint first = loading->digests[i] ? GPOINTER_TO_UINT (g_hash_table_lookup (seen, loading->digests[i])) : i;
    if (first != i && loading->faults[first])
      mark_contradiction (loading, i, first);
  }
}

static SerDataset *
collect (Loading *loading)
{
  SerDataset *dataset = g_new0 (SerDataset, 1);

  dataset->examples = g_array_new (FALSE, FALSE, sizeof (SerExample));
  for (guint i = 0; i < loading->clips->len; i++) {
    const SerClip *clip = loading->clips->pdata[i];
    if (!loading->faults[i]) {
      g_array_append_val (dataset->examples, loading->examples[i]);
      continue;
    }
    ser_say ("left out: %s: %s", clip->name, loading->faults[i]);
    dataset->n_left_out++;
    g_free (loading->examples[i].frames);
    g_free (loading->examples[i].samples);
  }
  return dataset;
}

SerDataset *
ser_dataset_load (GPtrArray *clips, const SerFeatureSpec *spec, gsize min_frames, gboolean with_samples, guint threads)
{
  guint workers = ser_clips_n_workers (threads), n = clips->len;
  Loading loading = { clips, spec, min_frames, with_samples, g_new (SerFrontEnd *, workers), g_new0 (SerExample, n),
    g_new0 (char *, n), g_new0 (char *, n) };
  SerDataset *dataset;

  for (guint i = 0; i < workers; i++)
    loading.fronts[i] = ser_front_end_new (spec);
  ser_clips_decode (clips, spec->rate, threads, load_clip, &loading);
  find_contradictions (&loading);
  dataset = collect (&loading);
  for (guint i = 0; i < workers; i++)
    ser_front_end_free (loading.fronts[i]);
  for (guint i = 0; i < n; i++) {
    g_free (loading.digests[i]);
    g_free (loading.faults[i]);
  }
  g_free (loading.fronts);
  g_free (loading.examples);
  g_free (loading.digests);
  g_free (loading.faults);
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
