/* folds.c - the folds of a cross-validation put together: figures, intervals, calibration
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "folds.h"

#include <string.h>

#include "model/error.h"
#include "score.h"

/* Clips [n] of several folds, one after the other. */
typedef struct {
  gsize n;
  guint L;
  guint *truth;
  float *logits, *probabilities; /* [n, L] */
} Clips;

static void
clips_init (Clips *clips, gsize n, guint L)
{
  *clips = (Clips){ 0, L, g_new (guint, n + 1), g_new (float, n *L + 1), g_new (float, n *L + 1) };
}

static void
clips_clear (Clips *clips)
{
  g_free (clips->truth);
  g_free (clips->logits);
  g_free (clips->probabilities);
}

/* Appends a fold's clips, their probabilities at `temperature`. */
static void
clips_append (Clips *clips, const SerFold *fold, double temperature)
{
  const GArray *verdicts = fold->predictions->verdicts;

  for (guint i = 0; i < verdicts->len; i++, clips->n++) {
    const SerVerdict *verdict = &g_array_index (verdicts, SerVerdict, i);

    clips->truth[clips->n] = verdict->truth;
    memcpy (clips->logits + clips->n * clips->L, verdict->logits, clips->L * sizeof (float));
    ser_score_softmax (verdict->logits, clips->L, temperature, clips->probabilities + clips->n * clips->L);
  }
}

static gsize
count_clips (const SerFolds *folds)
{
  gsize n = 0;

  for (guint f = 0; f < folds->n_folds; f++)
    n += folds->folds[f].predictions->verdicts->len;
  return n;
}

/* ---- leaks ---- */

/* Where something was seen first. */
typedef struct {
  const SerPredictions *predictions;
  guint line;
} Place;

/* Notes that `key` stands at a place, or fails when it stands in another file, or in this one where `once`. */
static gboolean
note_place (GHashTable *seen, const char *what, const char *key, const char *shown, const SerPredictions *p, guint line,
    gboolean once, GError **error)
{
  const Place *first = g_hash_table_lookup (seen, key);
  Place *place;

  if (first && (once || first->predictions != p))
    return ser_fail (error, SER_ERROR_DATA, "%s:%u: %s `%s` is in %s:%u already; %s", p->path, line, what, shown,
        first->predictions->path, first->line,
        first->predictions == p ? "a clip counts once" : "no fold may hold what another does");
  if (first)
    return TRUE;
  place = g_new (Place, 1);
  *place = (Place){ p, line };
  g_hash_table_insert (seen, g_strdup (key), place);
  return TRUE;
}

typedef struct {
  GHashTable *speakers, *clips, *rows; /* char * -> Place */
} Seen;

static gboolean
check_clip (Seen *seen, const SerPredictions *p, guint i, GError **error)
{
  const SerClip *clip = &p->clips[i];
  g_autofree char *row = g_strjoin ("\n", clip->name, clip->speaker, clip->label, NULL);

  if (*clip->speaker == '\0')
    return ser_fail (error, SER_ERROR_DATA, "%s:%u: no speaker; without it nobody can tell whether the folds share one",
        p->path, p->lines[i]);
  return note_place (seen->rows, "clip", row, clip->name, p, p->lines[i], TRUE, error)
      && note_place (seen->clips, "clip", clip->name, clip->name, p, p->lines[i], FALSE, error)
      && note_place (seen->speakers, "speaker", clip->speaker, clip->speaker, p, p->lines[i], FALSE, error);
}

static gboolean
check_leaks (SerFolds *folds, GError **error)
{
  Seen seen = { g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free) };
  gboolean ok = TRUE;

  for (guint f = 0; f < folds->n_folds; f++) {
    SerFold *fold = &folds->folds[f];

    for (guint i = 0; ok && i < fold->predictions->verdicts->len; i++)
      ok = check_clip (&seen, fold->predictions, i, error);
    fold->n_speakers = g_hash_table_size (seen.speakers) - folds->n_speakers;
    folds->n_speakers = g_hash_table_size (seen.speakers);
  }
  g_hash_table_unref (seen.speakers);
  g_hash_table_unref (seen.clips);
  g_hash_table_unref (seen.rows);
  return ok;
}

/* ---- reading ---- */

static gboolean
check_alike (const SerPredictions *first, const SerPredictions *p, GError **error)
{
  g_autofree char *expected = g_strjoinv (",", first->labels), *found = g_strjoinv (",", p->labels);

  if (!p->has_logits)
    return ser_fail (error, SER_ERROR_DATA,
        "%s: no logits (columns logit_LABEL, not all 0), to which temperatures are fitted; streams have none", p->path);
  if (strcmp (expected, found) != 0)
    return ser_fail (
        error, SER_ERROR_DATA, "%s: the labels are %s, those of %s are %s", p->path, found, first->path, expected);
  return TRUE;
}

static gboolean
load_files (SerFolds *folds, const char *const *paths, GError **error)
{
  for (; *paths; paths++) {
    SerFold *fold = &folds->folds[folds->n_folds];

    fold->predictions = ser_predictions_load (*paths, error);
    if (!fold->predictions)
      return FALSE;
    folds->n_folds++;
    if (!check_alike (folds->folds[0].predictions, fold->predictions, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- figures ---- */

static void
fit_temperatures (SerFolds *folds)
{
  guint L = folds->pooled.n_labels;

  /* The last round leaves out none. */
  for (guint left_out = 0; left_out <= folds->n_folds; left_out++) {
    double temperature;
    Clips clips;

    clips_init (&clips, count_clips (folds), L);
    for (guint f = 0; f < folds->n_folds; f++)
      if (f != left_out)
        clips_append (&clips, &folds->folds[f], 1.0);
    temperature = ser_metrics_fit_temperature (clips.logits, clips.truth, clips.n, L);
    *(left_out < folds->n_folds ? &folds->folds[left_out].temperature : &folds->temperature) = temperature;
    clips_clear (&clips);
  }
}

static void
calibration_compute (SerCalibration *calibration, const Clips *clips)
{
  SerMetrics metrics;

  ser_metrics_compute (&metrics, clips->probabilities, clips->truth, clips->n, clips->L);
  calibration->loss = metrics.loss;
  calibration->ece = ser_reliability_bins (clips->probabilities, clips->truth, clips->n, clips->L, calibration->bins);
  calibration->brier = ser_reliability_brier (clips->probabilities, clips->truth, clips->n, clips->L);
}

/* Fills the pooled verdicts, the folds' own figures and what is measured over all. */
static void
measure_pooled (SerFolds *folds)
{
  gsize n = count_clips (folds);
  Clips before, after;

  clips_init (&before, n, folds->pooled.n_labels);
  clips_init (&after, n, folds->pooled.n_labels);
  for (guint f = 0; f < folds->n_folds; f++) {
    SerFold *fold = &folds->folds[f];
    gsize first = after.n;

    clips_append (&before, fold, 1.0);
    clips_append (&after, fold, fold->temperature);
    ser_metrics_compute (
        &fold->metrics, after.probabilities + first * after.L, after.truth + first, after.n - first, after.L);
    for (guint i = 0; i < fold->predictions->verdicts->len; i++) {
      SerVerdict verdict = g_array_index (fold->predictions->verdicts, SerVerdict, i);

      verdict.answered = TRUE;
      memcpy (verdict.scores, after.probabilities + (first + i) * after.L, after.L * sizeof (float));
      g_array_append_val (folds->pooled.verdicts, verdict);
    }
  }
  calibration_compute (&folds->before, &before);
  calibration_compute (&folds->after, &after);
  for (guint i = 0; i < SER_FOLDS_THRESHOLDS; i++)
    folds->coverage[i] =
        ser_reliability_coverage (after.probabilities, after.truth, after.n, after.L, ser_folds_threshold (i));
  clips_clear (&before);
  clips_clear (&after);
}

static void
average_folds (SerFolds *folds)
{
  g_autofree double *values = g_new (double, 3 * folds->n_folds);
  double *uar = values, *accuracy = uar + folds->n_folds, *macro_f1 = accuracy + folds->n_folds;

  for (guint f = 0; f < folds->n_folds; f++) {
    uar[f] = folds->folds[f].metrics.uar;
    accuracy[f] = folds->folds[f].metrics.accuracy;
    macro_f1[f] = folds->folds[f].metrics.macro_f1;
  }
  folds->uar = ser_interval_of_mean (uar, folds->n_folds);
  folds->accuracy = ser_interval_of_mean (accuracy, folds->n_folds);
  folds->macro_f1 = ser_interval_of_mean (macro_f1, folds->n_folds);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Numbers the speakers by name, so that the order of the files makes no difference. */
static void
resample_speakers (SerFolds *folds)
{
  const GArray *verdicts = folds->pooled.verdicts;
  g_autoptr (GHashTable) numbers = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree guint *data = g_new (guint, 3 * (gsize) verdicts->len);
  guint n = verdicts->len, *truth = data, *predicted = truth + n, *unit = predicted + n;

  for (guint i = 0; i < n; i++) {
    const char *speaker = g_array_index (verdicts, SerVerdict, i).clip->speaker;
    if (g_hash_table_insert (numbers, (gpointer) speaker, NULL))
      g_ptr_array_add (names, (gpointer) speaker);
  }
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    g_hash_table_insert (numbers, names->pdata[i], GUINT_TO_POINTER (i));
  for (guint i = 0; i < n; i++) {
    const SerVerdict *verdict = &g_array_index (verdicts, SerVerdict, i);
    truth[i] = verdict->truth;
    predicted[i] = ser_verdict_predicted (verdict, folds->pooled.n_labels);
    unit[i] = GPOINTER_TO_UINT (g_hash_table_lookup (numbers, verdict->clip->speaker));
  }
  folds->pooled_uar = ser_interval_of_uar (
      truth, predicted, unit, n, folds->pooled.n_labels, names->len, SER_FOLDS_RESAMPLES, SER_FOLDS_SEED);
}

double
ser_folds_threshold (guint i)
{
  return i / (double) SER_FOLDS_THRESHOLDS;
}

SerFolds *
ser_folds_load (const char *const *paths, GError **error)
{
  g_autoptr (SerFolds) folds = g_new0 (SerFolds, 1);

  folds->folds = g_new0 (SerFold, g_strv_length ((char **) paths));
  folds->pooled.verdicts = g_array_new (FALSE, TRUE, sizeof (SerVerdict));
  if (!load_files (folds, paths, error) || !check_leaks (folds, error))
    return NULL;
  folds->pooled.labels = (const char *const *) folds->folds[0].predictions->labels;
  folds->pooled.n_labels = folds->folds[0].predictions->n_labels;
  fit_temperatures (folds);
  measure_pooled (folds);
  average_folds (folds);
  resample_speakers (folds);
  return g_steal_pointer (&folds);
}

void
ser_folds_free (SerFolds *folds)
{
  if (!folds)
    return;
  for (guint f = 0; f < folds->n_folds; f++)
    ser_predictions_free (folds->folds[f].predictions);
  g_array_unref (folds->pooled.verdicts);
  g_free (folds->folds);
  g_free (folds);
}
