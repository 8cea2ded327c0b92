/* soft-labels.c - what other models said of clips, as targets of a training (distillation)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "soft-labels.h"

#include "model/error.h"
#include "predictions.h"
#include "sources.h"

struct _SerSoftLabels {
  guint n_labels;
  GHashTable *clips; /* char * -> float [n_labels], whose sum is the number of files that have the clip */
};

void
ser_soft_labels_free (SerSoftLabels *soft)
{
  if (!soft)
    return;
  g_hash_table_unref (soft->clips);
  g_free (soft);
}

/* Where each label of the table stands among ours, in places [n_labels]. */
static gboolean
match_labels (
    const SerSoftLabels *soft, const SerPredictions *p, const char *const *labels, guint *places, GError **error)
{
  g_autofree char *theirs = g_strjoinv (" ", p->labels), *ours = g_strjoinv (" ", (char **) labels);

  for (guint i = 0; i < p->n_labels; i++) {
    int place = ser_find_label (labels, p->labels[i]);

    if (place < 0 || p->n_labels != soft->n_labels)
      return ser_fail (error, SER_ERROR_DATA,
          "%s: its labels are %s, those of the training %s; give predictions of the same labels", p->path, theirs,
          ours);
    places[i] = place;
  }
  return TRUE;
}

static void
add_verdict (SerSoftLabels *soft, const SerVerdict *verdict, const guint *places)
{
  float *sums = g_hash_table_lookup (soft->clips, verdict->clip->name), total = 0;

  if (!sums) {
    sums = g_new0 (float, soft->n_labels);
    g_hash_table_insert (soft->clips, g_strdup (verdict->clip->name), sums);
  }
  for (guint i = 0; i < soft->n_labels; i++)
    total += verdict->scores[i];
  /* Rounded to few digits in the file, they sum to nearly 1. */
  for (guint i = 0; i < soft->n_labels; i++)
    sums[places[i]] += total > 0 ? verdict->scores[i] / total : 1.0f / soft->n_labels;
}

static gboolean
add_file (SerSoftLabels *soft, const char *path, const char *const *labels, GError **error)
{
  g_autoptr (SerPredictions) p = ser_predictions_load (path, error);
  guint places[SER_MAX_LABELS];

  if (!p || !match_labels (soft, p, labels, places, error))
    return FALSE;
  for (guint i = 0; i < p->verdicts->len; i++)
    add_verdict (soft, &g_array_index (p->verdicts, SerVerdict, i), places);
  return TRUE;
}

SerSoftLabels *
ser_soft_labels_load (const char *const *paths, const char *const *labels, GError **error)
{
  g_autoptr (SerSoftLabels) soft = g_new0 (SerSoftLabels, 1);
  GHashTableIter iter;
  gpointer value;

  soft->n_labels = g_strv_length ((char **) labels);
  soft->clips = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; paths[i]; i++)
    if (!add_file (soft, paths[i], labels, error))
      return NULL;
  g_hash_table_iter_init (&iter, soft->clips);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    float *p = value, total = 0;

    for (guint i = 0; i < soft->n_labels; i++)
      total += p[i];
    for (guint i = 0; i < soft->n_labels; i++)
      p[i] /= total;
  }
  return g_steal_pointer (&soft);
}

const float *
ser_soft_labels_find (const SerSoftLabels *soft, const char *clip)
{
  return g_hash_table_lookup (soft->clips, clip);
}
