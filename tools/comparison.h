/* comparison.h - speakers compared by their speeches
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 *     speeches -> speakers -> shares, parts, moments -> differences
 *
 * Speeches are the unit: a speaker's share is the mean over speeches, each of which weighs the same, intervals resample
 * speeches and tests permute them. Windows of one speech are too much alike to count.
 */

#ifndef SER_COMPARISON_H
#define SER_COMPARISON_H

#include "confusion.h"
#include "groups.h"
#include "resample.h"
#include "speeches.h"

#define SER_COMPARISON_MOMENTS 10 /* of a speaker, at most */
#define SER_COMPARISON_LEVEL 0.05
#define SER_COMPARISON_FEW 10 /* windows with speech, under which a speech says little */

/* A moment at which a speaker is furthest from what is usual for this speaker. */
typedef struct {
  guint speech; /* index into SerSpeeches.speeches */
  double time;  /* s: middle of the window */
  guint label;
  double score;
  double z; /* of the score, against all of the speaker's windows in all speeches */
} SerMoment;

typedef struct {
  char *name;
  guint *speeches;  /* n_speeches indices, by date; those without one last */
  guint n_speeches; /* heard, with speech in them */
  /* Means over speeches. Both intervals resample speeches, the corrected ones the confusion matrix as well; they are
   * NAN for one speech, and where all have the same share. */
  SerShare shares[SER_MAX_LABELS];
  SerInterval parts[SER_N_PARTS][SER_MAX_LABELS];        /* shares of the parts of a speech, means over speeches */
  SerInterval pitch[SER_N_PARTS], loudness[SER_N_PARTS]; /* z-scores against the speaker's baseline */
  /* That baseline: all windows of all speeches. */
  SerMoments base_pitch, base_loudness, base_scores[SER_MAX_LABELS];
  SerMoment *moments; /* n_moments, the furthest first */
  guint n_moments;
  int *groups; /* for each column of the manifest the model's group, or -1 */
} SerSpeaking;

/* Speaker a against speaker b, one label. */
typedef struct {
  guint a, b, label;
  SerInterval plain, corrected;  /* share of a less that of b, -1 to 1 */
  gboolean tested;               /* FALSE: `least` exceeds SER_COMPARISON_LEVEL */
  gboolean equal;                /* all speeches have the same share, so that p could only be 1 */
  gboolean exact;                /* all ways to divide the speeches were gone through */
  double least;                  /* smallest p that these speeches can give, before correction */
  double p, p_holm;              /* NAN when not tested; corrected for all tests of the comparison */
  double gap;                    /* between the model's groups of a and of b; NAN when it knows none, or the same */
  const char *group_a, *group_b; /* those groups */
  gboolean within_gap;           /* the difference is smaller than that */
} SerDifference;

typedef struct {
  const SerSpeeches *list;
  guint n_labels;
  const char *const *labels;
  gboolean has_confusion, has_groups; /* of the model */
  GArray *speakers;                   /* SerSpeaking, in the manifest's order; those without speech left out */
  GArray *differences;                /* SerDifference, of each pair all labels */
  guint n_tests;
  double least; /* smallest p of all tests that were run, after correction; NAN when there are none */
} SerComparison;

/* All of it. Speeches, labels and groups must outlive the comparison; the matrix may have n = 0. */
SerComparison *ser_comparison_new (const SerSpeeches *speeches, const char *const *labels, guint n_labels,
    const SerConfusion *confusion, const SerGroups *groups, guint64 seed);
void ser_comparison_free (SerComparison *comparison);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerComparison, ser_comparison_free)

const SerSpeaking *ser_comparison_get_speaker (const SerComparison *comparison, guint speaker);
const SerSpeech *ser_comparison_get_speech (const SerComparison *comparison, guint speech);

/* ---- the forms in which it is written, each in its file ---- */

/* What more there is to say. */
typedef struct {
  const char *model, *model_id;
  const char *manifest;
  double window, interval;
  guint64 seed;
  GPtrArray *failures; /* char *: recordings that could not be used, and why */
} SerComparisonFacts;

void ser_comparison_append_table (const SerComparison *comparison, const SerComparisonFacts *facts, GString *out);

/* Tidy: a row for each figure, see docs/compare.md. */
void ser_comparison_append_csv (const SerComparison *comparison, GString *out);

gboolean ser_comparison_write_json (
    const SerComparison *comparison, const SerComparisonFacts *facts, const char *path, GError **error);

/* One page without scripts. `path` is where it will be: links to recordings are relative to it. */
void ser_comparison_append_html (
    const SerComparison *comparison, const SerComparisonFacts *facts, const char *path, GString *out);

/* What ends a link to a moment, "#t=12.0": the recording from there on, by the W3C's Media Fragments. Rounded down, as
 * times are wherever they are shown. Free with g_free(). */
char *ser_moment_make_fragment (const SerMoment *moment);

/* That after the path as the manifest has it. Free with g_free(). */
char *ser_comparison_name_moment (const SerComparison *comparison, const SerMoment *moment);

/* A sentence that names the speeches that count although they have fewer than SER_COMPARISON_FEW windows with speech;
 * "" when there are none. Free with g_free(). */
char *ser_comparison_name_few (const SerComparison *comparison);

/* What there is to know of a difference besides its figures: why it was not tested, and that the model alone may have
 * made it. "" when there is nothing. Free with g_free(). */
char *ser_difference_explain (const SerDifference *difference);

#endif /* SER_COMPARISON_H */
