/* evaluation.h - what `seremotion evaluate` found, as text, JSON and CSV
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_EVALUATION_H
#define SER_EVALUATION_H

#include "corpus.h"
#include "json.h"
#include "train/train.h"

/* What a clip was given. */
typedef struct {
  const SerClip *clip;
  guint truth;                  /* index into the labels */
  gboolean answered;            /* FALSE, as a stream only: every window was `none` or `uncertain` */
  gboolean too_short;           /* under the network's minimum: uniform scores */
  float scores[SER_MAX_LABELS]; /* calibrated probabilities */
  float logits[SER_MAX_LABELS]; /* see ser_score_clip(); 0 as a stream */
} SerVerdict;

typedef struct {
  const char *model, *clips_from, *split; /* as the command line names them; split NULL: all */
  gboolean as_stream;
  const char *augment;       /* what was done to the clips, or NULL */
  const char *const *labels; /* NULL-terminated */
  guint n_labels;
  GArray *verdicts;      /* SerVerdict */
  GPtrArray *unreadable; /* char *: "NAME: why" */
  guint other_labels;    /* clips left out because the model lacks their label */
} SerEvaluation;

/* Figures over those verdicts that `keep` accepts (all when NULL). An unanswered clip counts as wrong: it is predicted
 * to have the label behind the last, a column of its own in the confusion matrix. */
typedef gboolean (*SerVerdictFilter) (const SerVerdict *verdict, gconstpointer data);
void ser_evaluation_measure (
    const SerEvaluation *evaluation, SerVerdictFilter keep, gconstpointer data, SerMetrics *metrics);

/* The groups of clips by the speaker's sex and age, and the name of each: "female", "male", "under-30", "30-44" ... */
#define SER_N_GROUPS 6
char *ser_evaluation_group_name (guint group); /* g_free() */
gboolean ser_clip_is_in_group (const SerClip *clip, guint group);
void ser_evaluation_measure_group (const SerEvaluation *evaluation, guint group, SerMetrics *metrics);

/* Sum of a row of the confusion matrix, the clips that are of a label, and of a column, those predicted to be. */
guint ser_metrics_row_sum (const SerMetrics *metrics, guint row);
guint ser_metrics_column_sum (const SerMetrics *metrics, guint column);

/* Index of the leading label, n_labels for an unanswered clip. */
guint ser_verdict_predicted (const SerVerdict *verdict, guint n_labels);

/* Members of the object under way: the figures, recalls and predicted by label, labels, confusion, by_group. */
void ser_evaluation_add_figures (JsonBuilder *builder, const SerEvaluation *evaluation);

/* As ser_evaluation_add_figures() does, but of `metrics` alone: without labels, confusion and groups. */
void ser_evaluation_add_metrics (JsonBuilder *builder, const SerEvaluation *evaluation, const SerMetrics *metrics);

void ser_evaluation_print (const SerEvaluation *evaluation);
gboolean ser_evaluation_write_json (const SerEvaluation *evaluation, const char *path, GError **error);
gboolean ser_evaluation_write_csv (const SerEvaluation *evaluation, const char *path, GError **error);

#endif /* SER_EVALUATION_H */
