/* comparison.c - speakers compared by their speeches
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "comparison.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What generators are for under the seed. */
enum { FOR_SHARES, FOR_PARTS, FOR_TESTS };

#define SAME 1e-9 /* of resamples: what sums in another order come to */

static guint64
make_seed (guint64 seed, guint purpose, guint a, guint b)
{
  SerRandom random = ser_random_for (seed, purpose, a, b);

  return ser_random_next (&random);
}

static SerSpeaking *
get_speaker (SerComparison *comparison, guint speaker)
{
  return &g_array_index (comparison->speakers, SerSpeaking, speaker);
}

const SerSpeaking *
ser_comparison_get_speaker (const SerComparison *comparison, guint speaker)
{
  return &g_array_index (comparison->speakers, SerSpeaking, speaker);
}

const SerSpeech *
ser_comparison_get_speech (const SerComparison *comparison, guint speech)
{
  return comparison->list->speeches->pdata[speech];
}

static const SerSpeech *
get_speech (const SerComparison *comparison, const SerSpeaking *speaker, guint i)
{
  return ser_comparison_get_speech (comparison, speaker->speeches[i]);
}

static void
speaking_clear (gpointer data)
{
  SerSpeaking *speaker = data;

  g_free (speaker->name);
  g_free (speaker->speeches);
  g_free (speaker->moments);
  g_free (speaker->groups);
}

void
ser_comparison_free (SerComparison *comparison)
{
  if (!comparison)
    return;
  g_array_unref (comparison->speakers);
  g_array_unref (comparison->differences);
  g_free (comparison);
}

/* ---- who has which speeches ---- */

static SerSpeaking *
find_speaker (SerComparison *comparison, const char *name)
{
  guint n = comparison->speakers->len;
  SerSpeaking *speaker;

  for (guint i = 0; i < n; i++)
    if (strcmp (get_speaker (comparison, i)->name, name) == 0)
      return get_speaker (comparison, i);
  g_array_set_size (comparison->speakers, n + 1);
  speaker = get_speaker (comparison, n);
  speaker->name = g_strdup (name);
  speaker->speeches = g_new (guint, comparison->list->speeches->len);
  return speaker;
}

/* A date that names less sorts before those within it; none sorts last. */
static int
compare_dates (gconstpointer a, gconstpointer b, gpointer data)
{
  guint i = *(const guint *) a, k = *(const guint *) b;
  const char *x = ser_comparison_get_speech (data, i)->date, *y = ser_comparison_get_speech (data, k)->date;
  int order = x && y ? strcmp (x, y) : (x == NULL) - (y == NULL);

  return order ? order : (i > k) - (i < k);
}

static void
add_baseline (SerSpeaking *speaker, const SerSpeech *speech, guint n_labels)
{
  ser_moments_merge (&speaker->base_pitch, &speech->pitch[SER_PART_WHOLE]);
  ser_moments_merge (&speaker->base_loudness, &speech->loudness[SER_PART_WHOLE]);
  for (guint k = 0; k < n_labels; k++)
    ser_moments_merge (&speaker->base_scores[k], &speech->scores[k]);
}

static void
find_speakers (SerComparison *comparison)
{
  for (guint i = 0; i < comparison->list->speeches->len; i++) {
    const SerSpeech *speech = ser_comparison_get_speech (comparison, i);
    SerSpeaking *speaker;

    if (!speech->heard || speech->n_speech[SER_PART_WHOLE] == 0)
      continue;
    speaker = find_speaker (comparison, speech->speaker);
    speaker->speeches[speaker->n_speeches++] = i;
    add_baseline (speaker, speech, comparison->n_labels);
  }
  for (guint i = 0; i < comparison->speakers->len; i++) {
    SerSpeaking *speaker = get_speaker (comparison, i);
    g_qsort_with_data (speaker->speeches, speaker->n_speeches, sizeof *speaker->speeches, compare_dates, comparison);
  }
}

/* A column tells a speaker's group when it does so, alike, for all speeches. */
static void
find_groups (SerComparison *comparison, const SerGroups *groups)
{
  guint n_columns = g_strv_length (comparison->list->columns);

  for (guint i = 0; i < comparison->speakers->len; i++) {
    SerSpeaking *speaker = get_speaker (comparison, i);

    speaker->groups = g_new (int, n_columns + 1);
    for (guint c = 0; c < n_columns; c++)
      for (guint k = 0; k < speaker->n_speeches; k++) {
        const SerSpeech *speech = get_speech (comparison, speaker, k);
        int group = ser_groups_find (groups, comparison->list->columns[c], speech->values[c]);

        speaker->groups[c] = k == 0 || speaker->groups[c] == group ? group : -1;
      }
  }
}

/* ---- shares ---- */

/* Resamples of all speakers' shares: [speaker][label][SER_RESAMPLES]. */
typedef struct {
  double *plain, *corrected;
} Resamples;

static double *
get_resamples (double *all, const SerComparison *comparison, guint speaker, guint label)
{
  return all + ((gsize) speaker * comparison->n_labels + label) * SER_RESAMPLES;
}

/* Mean shares of the speeches, each as often as `counts` says, or once where it is NULL. */
static void
get_mean_shares (const SerComparison *comparison, const SerSpeaking *speaker, const guint *counts, double *shares)
{
  for (guint k = 0; k < comparison->n_labels; k++) {
    shares[k] = 0;
    for (guint i = 0; i < speaker->n_speeches; i++)
      shares[k] += ser_speech_get_share (get_speech (comparison, speaker, i), SER_PART_WHOLE, k)
          * (counts ? counts[i] : 1) / speaker->n_speeches;
  }
}

/* Moves resampled shares away from the mean, as few speeches need it. */
static void
stretch (double *shares, const double *mean, guint n, double factor)
{
  for (guint k = 0; k < n; k++)
    shares[k] = CLAMP (mean[k] + factor * (shares[k] - mean[k]), 0, 1);
}

/* Shares that sum to 1 again. */
static void
normalise (const double *shares, guint n, double *normal)
{
  double sum = 0;

  for (guint k = 0; k < n; k++)
    sum += shares[k];
  for (guint k = 0; k < n; k++)
    normal[k] = shares[k] / sum;
}

/* One resample of a speaker; the matrix, if there is one, is drawn already. */
static void
draw_speaker (const SerComparison *comparison, guint number, const SerConfusion *drawn, SerRandom *random,
    Resamples *resamples, guint r)
{
  const SerSpeaking *speaker = ser_comparison_get_speaker (comparison, number);
  guint n_labels = comparison->n_labels;
  g_autofree guint *counts = g_new (guint, speaker->n_speeches);
  double mean[SER_MAX_LABELS], shares[SER_MAX_LABELS], normal[SER_MAX_LABELS], corrected[SER_MAX_LABELS] = { 0 };

  get_mean_shares (comparison, speaker, NULL, mean);
  ser_resample_draw (random, speaker->n_speeches, counts);
  get_mean_shares (comparison, speaker, counts, shares);
  stretch (shares, mean, n_labels, ser_resample_stretch (speaker->n_speeches));
  normalise (shares, n_labels, normal);
  if (comparison->has_confusion)
    ser_confusion_correct (drawn, normal, corrected);
  for (guint k = 0; k < n_labels; k++) {
    get_resamples (resamples->plain, comparison, number, k)[r] = shares[k];
    get_resamples (resamples->corrected, comparison, number, k)[r] = corrected[k];
  }
}

/* The matrix is the same for all speakers of a resample: one model heard them all. */
static void
draw_all (const SerComparison *comparison, const SerConfusion *confusion, guint64 seed, Resamples *resamples)
{
  SerRandom random = { make_seed (seed, FOR_SHARES, 0, 0) };
  SerConfusion drawn = { 0 };

  for (guint r = 0; r < SER_RESAMPLES; r++) {
    if (comparison->has_confusion)
      ser_confusion_resample (confusion, &random, &drawn);
    for (guint i = 0; i < comparison->speakers->len; i++)
      if (ser_comparison_get_speaker (comparison, i)->n_speeches > 1)
        draw_speaker (comparison, i, &drawn, &random, resamples, r);
  }
}

/* Sorts a copy, since differences need the resamples as they were drawn. */
static void
set_interval (const double *resamples, double *low, double *high)
{
  g_autofree double *copy = g_memdup2 (resamples, SER_RESAMPLES * sizeof *copy);

  ser_resample_interval (copy, SER_RESAMPLES, low, high);
  if (*high - *low < SAME)
    *low = *high = NAN;
}

static void
set_shares (SerComparison *comparison, guint number, const SerConfusion *confusion, Resamples *resamples)
{
  SerSpeaking *speaker = get_speaker (comparison, number);
  double mean[SER_MAX_LABELS], corrected[SER_MAX_LABELS];

  get_mean_shares (comparison, speaker, NULL, mean);
  if (comparison->has_confusion)
    ser_confusion_correct (confusion, mean, corrected);
  for (guint k = 0; k < comparison->n_labels; k++) {
    SerShare *share = &speaker->shares[k];

    *share = (SerShare){ mean[k], NAN, NAN, comparison->has_confusion ? corrected[k] : NAN, NAN, NAN };
    if (speaker->n_speeches < 2)
      continue;
    set_interval (get_resamples (resamples->plain, comparison, number, k), &share->low, &share->high);
    if (comparison->has_confusion)
      set_interval (get_resamples (resamples->corrected, comparison, number, k), &share->c_low, &share->c_high);
  }
}

/* ---- parts of speeches ---- */

/* Speeches that have no value for it are left out. */
static SerInterval
average (double *values, guint n, guint64 seed)
{
  guint kept = 0;

  for (guint i = 0; i < n; i++)
    if (!isnan (values[i]))
      values[kept++] = values[i];
  return ser_resample_mean (values, kept, seed);
}

/* How far the mean of a part is from the speaker's, NAN where there is none. */
static double
get_z (const SerMoments *part, const SerMoments *base)
{
  return part->n > 0 ? ser_moments_get_z (base, part->mean) : NAN;
}

static void
set_part (SerComparison *comparison, guint number, SerPart part, guint64 seed)
{
  SerSpeaking *speaker = get_speaker (comparison, number);
  g_autofree double *values = g_new (double, speaker->n_speeches);
  guint64 own = make_seed (seed, FOR_PARTS, number, part);

  for (guint k = 0; k < comparison->n_labels; k++) {
    SerInterval *interval = &speaker->parts[part][k];

    for (guint i = 0; i < speaker->n_speeches; i++)
      values[i] = ser_speech_get_share (get_speech (comparison, speaker, i), part, k);
    *interval = average (values, speaker->n_speeches, own);
    if (!isnan (interval->low)) {
      interval->low = MAX (0, interval->low);
      interval->high = MIN (1, interval->high);
    }
  }
  for (guint i = 0; i < speaker->n_speeches; i++)
    values[i] = get_z (&get_speech (comparison, speaker, i)->pitch[part], &speaker->base_pitch);
  speaker->pitch[part] = average (values, speaker->n_speeches, own);
  for (guint i = 0; i < speaker->n_speeches; i++)
    values[i] = get_z (&get_speech (comparison, speaker, i)->loudness[part], &speaker->base_loudness);
  speaker->loudness[part] = average (values, speaker->n_speeches, own);
}

/* ---- moments ---- */

static int
compare_moments (gconstpointer a, gconstpointer b)
{
  const SerMoment *x = a, *y = b;

  if (x->z != y->z)
    return (x->z < y->z) - (x->z > y->z);
  return x->speech != y->speech ? (x->speech > y->speech) - (x->speech < y->speech)
                                : (x->time > y->time) - (x->time < y->time);
}

static void
set_moments (SerComparison *comparison, SerSpeaking *speaker)
{
  g_autoptr (GArray) moments = g_array_new (FALSE, FALSE, sizeof (SerMoment));

  for (guint i = 0; i < speaker->n_speeches; i++) {
    const SerSpeech *speech = get_speech (comparison, speaker, i);

    for (guint k = 0; k < speech->n_peaks; k++) {
      const SerPeak *peak = &speech->peaks[k];
      SerMoment moment = { speaker->speeches[i], peak->time, peak->label, peak->score, 0 };

      moment.z = ser_moments_get_z (&speaker->base_scores[peak->label], peak->score);
      if (!isnan (moment.z))
        g_array_append_val (moments, moment);
    }
  }
  g_array_sort (moments, compare_moments);
  g_array_set_size (moments, MIN (moments->len, SER_COMPARISON_MOMENTS));
  speaker->n_moments = moments->len;
  speaker->moments = (SerMoment *) g_array_free (g_steal_pointer (&moments), FALSE);
}

char *
ser_moment_make_fragment (const SerMoment *moment)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  return g_strconcat ("#t=", g_ascii_formatd (text, sizeof text, "%.1f", floor (10 * moment->time + 1e-6) / 10), NULL);
}

char *
ser_comparison_name_moment (const SerComparison *comparison, const SerMoment *moment)
{
  g_autofree char *fragment = ser_moment_make_fragment (moment);

  return g_strconcat (ser_comparison_get_speech (comparison, moment->speech)->path, fragment, NULL);
}

/* ---- differences ---- */

static void
set_difference_interval (SerComparison *comparison, const SerDifference *difference, double *all, SerInterval *interval)
{
  const double *a = get_resamples (all, comparison, difference->a, difference->label);
  const double *b = get_resamples (all, comparison, difference->b, difference->label);
  g_autofree double *differences = g_new (double, SER_RESAMPLES);

  for (guint r = 0; r < SER_RESAMPLES; r++)
    differences[r] = a[r] - b[r];
  set_interval (differences, &interval->low, &interval->high);
}

/* The widest gap of all columns by which the two are in different groups. */
static void
set_gap (const SerComparison *comparison, const SerGroups *groups, SerDifference *difference)
{
  const SerSpeaking *a = ser_comparison_get_speaker (comparison, difference->a);
  const SerSpeaking *b = ser_comparison_get_speaker (comparison, difference->b);

  difference->gap = NAN;
  for (guint c = 0; comparison->list->columns[c]; c++) {
    int x = a->groups[c], y = b->groups[c];
    double gap = x >= 0 && y >= 0 && x != y ? ser_groups_get_gap (groups, x, y, difference->label) : NAN;

    if (isnan (gap) || gap <= difference->gap)
      continue;
    difference->gap = gap;
    difference->group_a = ser_groups_get_name (groups, x);
    difference->group_b = ser_groups_get_name (groups, y);
  }
  difference->within_gap = fabs (difference->plain.value) < difference->gap;
}

/* Where all speeches have the same share, no division of them differs from another, and p can only be 1. */
static gboolean
is_constant (const SerComparison *comparison, const SerSpeaking *a, const SerSpeaking *b, guint label)
{
  double first = ser_speech_get_share (get_speech (comparison, a, 0), SER_PART_WHOLE, label);

  for (guint i = 1; i < a->n_speeches + b->n_speeches; i++) {
    const SerSpeech *speech =
        i < a->n_speeches ? get_speech (comparison, a, i) : get_speech (comparison, b, i - a->n_speeches);
    if (ser_speech_get_share (speech, SER_PART_WHOLE, label) != first)
      return FALSE;
  }
  return TRUE;
}

static void
test_pair (const SerComparison *comparison, guint a, guint b, guint64 seed, double *p)
{
  const SerSpeaking *speakers[] = { ser_comparison_get_speaker (comparison, a),
    ser_comparison_get_speaker (comparison, b) };
  g_autofree double *values =
      g_new (double, (gsize) (speakers[0]->n_speeches + speakers[1]->n_speeches) * comparison->n_labels);
  gsize n = 0;

  for (guint s = 0; s < 2; s++)
    for (guint i = 0; i < speakers[s]->n_speeches; i++)
      for (guint k = 0; k < comparison->n_labels; k++)
        values[n++] = ser_speech_get_share (get_speech (comparison, speakers[s], i), SER_PART_WHOLE, k);
  ser_permutation_test (values, speakers[0]->n_speeches, speakers[1]->n_speeches, comparison->n_labels,
      make_seed (seed, FOR_TESTS, a, b), p);
}

static void
add_difference (SerComparison *comparison, SerDifference *difference, const SerGroups *groups, Resamples *resamples)
{
  const SerSpeaking *a = ser_comparison_get_speaker (comparison, difference->a);
  const SerSpeaking *b = ser_comparison_get_speaker (comparison, difference->b);
  const SerShare *x = &a->shares[difference->label], *y = &b->shares[difference->label];

  difference->plain = (SerInterval){ x->share - y->share, NAN, NAN };
  difference->corrected = (SerInterval){ x->corrected - y->corrected, NAN, NAN };
  if (a->n_speeches > 1 && b->n_speeches > 1) {
    set_difference_interval (comparison, difference, resamples->plain, &difference->plain);
    if (comparison->has_confusion)
      set_difference_interval (comparison, difference, resamples->corrected, &difference->corrected);
  }
  set_gap (comparison, groups, difference);
  g_array_append_val (comparison->differences, *difference);
}

static void
compare_pair (SerComparison *comparison, guint a, guint b, const SerGroups *groups, Resamples *resamples, guint64 seed)
{
  const SerSpeaking *x = ser_comparison_get_speaker (comparison, a), *y = ser_comparison_get_speaker (comparison, b);
  gboolean exact = ser_permutation_count (x->n_speeches, y->n_speeches) <= SER_PERMUTATIONS;
  double least = ser_permutation_least (x->n_speeches, y->n_speeches), p[SER_MAX_LABELS] = { 0 };

  if (least <= SER_COMPARISON_LEVEL)
    test_pair (comparison, a, b, seed, p);
  for (guint k = 0; k < comparison->n_labels; k++) {
    SerDifference difference = { .a = a, .b = b, .label = k, .exact = exact };

    difference.equal = is_constant (comparison, x, y, k);
    difference.least = difference.equal ? 1 : least;
    difference.tested = difference.least <= SER_COMPARISON_LEVEL;
    difference.p = difference.p_holm = difference.tested ? p[k] : NAN;
    add_difference (comparison, &difference, groups, resamples);
  }
}

char *
ser_comparison_name_few (const SerComparison *comparison)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < comparison->list->speeches->len; i++) {
    const SerSpeech *speech = ser_comparison_get_speech (comparison, i);
    guint n = speech->n_speech[SER_PART_WHOLE];

    if (speech->heard && n < SER_COMPARISON_FEW)
      g_string_append_printf (text, "%s%s (%u)", text->len > 0 ? ", " : "", speech->path, n);
  }
  if (text->len > 0) {
    g_string_prepend (text, "Hardly any windows with speech, yet each weighs as much as a long speech: ");
    g_string_append_c (text, '.');
  }
  return g_string_free (text, FALSE);
}

char *
ser_difference_explain (const SerDifference *difference)
{
  GString *text = g_string_new (NULL);

  if (difference->equal)
    g_string_append (text, "not tested: all speeches have the same share");
  else if (!difference->tested)
    g_string_append_printf (text, "not tested: so few speeches cannot give a p under %.3f", difference->least);
  if (difference->within_gap)
    g_string_append_printf (text, "%ssmaller than the model's gap between %s and %s, %.1f %%",
        text->len > 0 ? "; " : "", difference->group_a, difference->group_b, 100 * difference->gap);
  return g_string_free (text, FALSE);
}

/* Over all pairs and labels. */
static void
correct_tests (SerComparison *comparison)
{
  guint n = comparison->differences->len;
  g_autofree double *p = g_new (double, n + 1);

  comparison->least = NAN;
  for (guint i = 0; i < n; i++) {
    const SerDifference *difference = &g_array_index (comparison->differences, SerDifference, i);
    if (!difference->tested)
      continue;
    p[comparison->n_tests++] = difference->p;
    if (!(comparison->least <= difference->least))
      comparison->least = difference->least;
  }
  comparison->least = MIN (1, comparison->least * comparison->n_tests);
  ser_holm (p, comparison->n_tests);
  for (guint i = 0, test = 0; i < n; i++) {
    SerDifference *difference = &g_array_index (comparison->differences, SerDifference, i);
    if (difference->tested)
      difference->p_holm = p[test++];
  }
}

/* ---- all of it ---- */

SerComparison *
ser_comparison_new (const SerSpeeches *speeches, const char *const *labels, guint n_labels,
    const SerConfusion *confusion, const SerGroups *groups, guint64 seed)
{
  SerComparison *comparison = g_new0 (SerComparison, 1);
  g_autofree double *plain = NULL, *corrected = NULL;
  Resamples resamples;
  gsize size;

  *comparison = (SerComparison){ speeches, n_labels, labels, confusion->n > 0, ser_groups_get_n (groups) > 0 };
  comparison->speakers = g_array_new (FALSE, TRUE, sizeof (SerSpeaking));
  g_array_set_clear_func (comparison->speakers, speaking_clear);
  comparison->differences = g_array_new (FALSE, TRUE, sizeof (SerDifference));
  find_speakers (comparison);
  find_groups (comparison, groups);
  size = (gsize) comparison->speakers->len * n_labels * SER_RESAMPLES;
  resamples = (Resamples){ plain = g_new0 (double, size), corrected = g_new0 (double, size) };
  draw_all (comparison, confusion, seed, &resamples);
  for (guint i = 0; i < comparison->speakers->len; i++) {
    set_shares (comparison, i, confusion, &resamples);
    for (SerPart part = SER_PART_WHOLE; part < SER_N_PARTS; part++)
      set_part (comparison, i, part, seed);
    set_moments (comparison, get_speaker (comparison, i));
  }
  for (guint a = 0; a < comparison->speakers->len; a++)
    for (guint b = a + 1; b < comparison->speakers->len; b++)
      compare_pair (comparison, a, b, groups, &resamples, seed);
  correct_tests (comparison);
  return comparison;
}
