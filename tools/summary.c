/* summary.c - what the windows of a recording, or of one of its speakers, come to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Windows that overlap are not independent, nor are moods: what is resampled are blocks of successive windows, on a
 * circle so that the ends weigh the same. Their length grows with the cube root of their number (Hall, Horowitz and
 * Jing, Biometrika 82(3), 1995). Blocks are weighed rather than drawn (the Bayesian bootstrap of Rubin, Annals of
 * Statistics 9(1), 1981), with half a block more in which each label has a part: one that was not heard in a few blocks
 * is not known to have a share of 0.
 */

#include "summary.h"

#include <math.h>
#include <string.h>

#include "baseline.h"

/* The speech windows that a summary is about, in order. */
typedef struct {
  const SerRecording *recording;
  guint *windows; /* indices */
  guint n;
} Speech;

static gboolean
is_about (const SerRecordingWindow *window, guint speaker, gboolean speakers_given)
{
  if (speaker == SER_SUMMARY_ALL)
    return !speakers_given || window->speaker != SER_NO_SPEAKER;
  return window->speaker == speaker;
}

static const SerRecordingWindow *
get (const Speech *speech, guint i)
{
  return &speech->recording->windows[speech->windows[i]];
}

static void
count (SerRecordingSummary *summary, const SerRecording *recording, guint speaker, Speech *speech)
{
  guint none = 0, uncertain = 0;

  *speech = (Speech){ recording, g_new (guint, recording->n_windows + 1), 0 };
  for (guint i = 0; i < recording->n_windows; i++) {
    const SerRecordingWindow *window = &recording->windows[i];

    if (!is_about (window, speaker, recording->speakers_given))
      continue;
    summary->n_windows++;
    none += window->result.label == SER_LABEL_NONE;
    uncertain += window->result.label == SER_LABEL_UNCERTAIN;
    if (window->result.label != SER_LABEL_NONE)
      speech->windows[speech->n++] = i;
  }
  summary->n_speech = speech->n;
  summary->none = summary->n_windows > 0 ? (double) none / summary->n_windows : NAN;
  summary->uncertain = summary->n_windows > 0 ? (double) uncertain / summary->n_windows : NAN;
}

/* ---- shares ---- */

guint
ser_summary_block (guint n, double window, double interval)
{
  double overlap = 2 * ceil (window / interval), length = ceil (4 * cbrt (n));

  return MAX (1, MIN (n, (guint) MAX (overlap, length)));
}

/* Resamples: row by row the shares of each label, as they are and corrected. */
typedef struct {
  double *plain, *corrected; /* [SER_SUMMARY_RESAMPLES] of one label after the other */
} Resamples;

/* Adds a block's windows, each with a weight. */
static void
add_block (const Speech *speech, guint first, guint n, double weight, double *shares)
{
  for (guint i = 0; i < n; i++)
    shares[get (speech, (first + i) % speech->n)->leading] += weight;
}

static void
draw_shares (const Speech *speech, guint block, SerRandom *random, guint n_labels, double *shares)
{
  guint offset = ser_random_below (random, speech->n);
  double sum = 0;

  for (guint k = 0; k < n_labels; k++)
    shares[k] = block * ser_random_gamma (random, 0.5 / n_labels);
  for (guint done = 0; done < speech->n; done += block)
    add_block (speech, offset + done, MIN (block, speech->n - done), ser_random_gamma (random, 1), shares);
  for (guint k = 0; k < n_labels; k++)
    sum += shares[k];
  for (guint k = 0; k < n_labels; k++)
    shares[k] /= sum;
}

static void
resample (const Speech *speech, const SerConfusion *confusion, guint64 seed, Resamples *resamples)
{
  const SerRecording *recording = speech->recording;
  guint block = ser_summary_block (speech->n, recording->window, recording->interval);
  SerRandom random = { seed };
  double shares[SER_MAX_LABELS], corrected[SER_MAX_LABELS] = { 0 };
  SerConfusion drawn;

  for (guint i = 0; i < SER_SUMMARY_RESAMPLES; i++) {
    draw_shares (speech, block, &random, recording->n_labels, shares);
    if (confusion->n > 0) {
      ser_confusion_resample (confusion, &random, &drawn);
      ser_confusion_correct (&drawn, shares, corrected);
    }
    for (guint k = 0; k < recording->n_labels; k++) {
      resamples->plain[k * SER_SUMMARY_RESAMPLES + i] = shares[k];
      resamples->corrected[k * SER_SUMMARY_RESAMPLES + i] = corrected[k];
    }
  }
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/* The middle 95 % of resamples, which are sorted, and the estimate itself. */
static void
set_interval (double *resamples, double estimate, double *low, double *high)
{
  qsort (resamples, SER_SUMMARY_RESAMPLES, sizeof *resamples, compare_doubles);
  *low = MIN (estimate, resamples[(guint) (0.025 * (SER_SUMMARY_RESAMPLES - 1))]);
  *high = MAX (estimate, resamples[(guint) ceil (0.975 * (SER_SUMMARY_RESAMPLES - 1))]);
}

static void
set_shares (SerRecordingSummary *summary, const Speech *speech, const SerConfusion *confusion, guint64 seed)
{
  guint n_labels = speech->recording->n_labels;
  gsize size = (gsize) n_labels * SER_SUMMARY_RESAMPLES;
  g_autofree double *plain = g_new (double, size), *fixed = g_new (double, size);
  double shares[SER_MAX_LABELS] = { 0 }, corrected[SER_MAX_LABELS];
  Resamples resamples = { plain, fixed };

  for (guint i = 0; i < speech->n; i++)
    shares[get (speech, i)->leading] += 1.0 / speech->n;
  if (confusion->n > 0)
    ser_confusion_correct (confusion, shares, corrected);
  resample (speech, confusion, seed, &resamples);
  for (guint k = 0; k < n_labels; k++) {
    SerShare *share = &summary->shares[k];

    share->share = shares[k];
    set_interval (plain + k * SER_SUMMARY_RESAMPLES, share->share, &share->low, &share->high);
    share->corrected = share->c_low = share->c_high = NAN;
    if (confusion->n == 0)
      continue;
    share->corrected = corrected[k];
    set_interval (fixed + k * SER_SUMMARY_RESAMPLES, share->corrected, &share->c_low, &share->c_high);
  }
}

/* ---- dynamics ---- */

/* Segments that follow each other without a pause. */
static gboolean
is_transition (const SerRecordingSegment *a, const SerRecordingSegment *b)
{
  return a->segment.label >= 0 && b->segment.label >= 0 && a->segment.label != b->segment.label
      && a->speaker == b->speaker && b->segment.start - a->segment.end < 1e-6;
}

static void
set_dwell (SerRecordingSummary *summary, const SerRecording *recording, guint speaker)
{
  double total[SER_MAX_LABELS] = { 0 }, all = 0;
  guint counts[SER_MAX_LABELS] = { 0 }, n = 0;

  for (guint i = 0; i < recording->n_segments; i++) {
    const SerRecordingSegment *segment = &recording->segments[i];
    int label = segment->segment.label;

    if (label < 0 || (speaker != SER_SUMMARY_ALL && segment->speaker != speaker))
      continue;
    total[label] += segment->segment.end - segment->segment.start;
    all += segment->segment.end - segment->segment.start;
    counts[label]++;
    n++;
    summary->transitions += i > 0 && is_transition (&recording->segments[i - 1], segment);
  }
  for (guint k = 0; k < recording->n_labels; k++)
    summary->dwell[k] = counts[k] > 0 ? total[k] / counts[k] : NAN;
  summary->mean_dwell = n > 0 ? all / n : NAN;
  summary->transitions_per_minute = all > 0 ? summary->transitions / (all / 60) : NAN;
}

/* Total variation distance: half the sum of absolute differences. */
static double
get_distance (const SerResult *a, const SerResult *b)
{
  double distance = 0;

  for (guint k = 0; k < a->n_labels; k++)
    distance += fabs (a->scores[k] - b->scores[k]) / 2;
  return distance;
}

static void
set_volatility (SerRecordingSummary *summary, const Speech *speech)
{
  double sum = 0;
  guint n = 0;

  for (guint i = 1; i < speech->n; i++) {
    if (speech->windows[i] != speech->windows[i - 1] + 1)
      continue;
    sum += get_distance (&get (speech, i - 1)->result, &get (speech, i)->result);
    n++;
  }
  summary->volatility = n > 0 ? sum / n : NAN;
}

static void
set_voice (SerRecordingSummary *summary, const Speech *speech)
{
  SerMoments pitch = { 0 }, loudness = { 0 };

  for (guint i = 0; i < speech->n; i++) {
    const SerResult *result = &get (speech, i)->result;
    ser_moments_add (&loudness, result->loudness);
    if (result->pitch > 0)
      ser_moments_add (&pitch, ser_semitones (result->pitch));
  }
  summary->pitch_mean = pitch.n > 0 ? exp2 (pitch.mean / 12) : NAN;
  summary->pitch_sd = ser_moments_get_sd (&pitch);
  summary->loudness_mean = loudness.n > 0 ? loudness.mean : NAN;
  summary->loudness_sd = ser_moments_get_sd (&loudness);
}

/* ---- peaks ---- */

static int
compare_scores (gconstpointer a, gconstpointer b)
{
  const SerPeak *x = a, *y = b;

  return x->score != y->score ? (x->score < y->score) - (x->score > y->score)
                              : (x->time > y->time) - (x->time < y->time);
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  const SerPeak *x = a, *y = b;

  return x->time != y->time ? (x->time > y->time) - (x->time < y->time) : (x->label > y->label) - (x->label < y->label);
}

static gboolean
is_far (const GArray *peaks, const SerPeak *peak)
{
  for (guint i = 0; i < peaks->len; i++) {
    const SerPeak *other = &g_array_index (peaks, SerPeak, i);
    if (other->label == peak->label && fabs (other->time - peak->time) < SER_SUMMARY_PEAK_APART)
      return FALSE;
  }
  return TRUE;
}

static void
add_peaks (const Speech *speech, guint label, GArray *peaks)
{
  g_autoptr (GArray) windows = g_array_new (FALSE, FALSE, sizeof (SerPeak));
  SerMoments moments = { 0 };
  guint n = 0;

  for (guint i = 0; i < speech->n; i++) {
    const SerRecordingWindow *window = get (speech, i);
    SerPeak peak = { window->start + window->duration / 2, label, window->result.scores[label], NAN };

    ser_moments_add (&moments, peak.score);
    if (window->leading == label && peak.score >= SER_SUMMARY_PEAK_SCORE)
      g_array_append_val (windows, peak);
  }
  g_array_sort (windows, compare_scores);
  for (guint i = 0; i < windows->len && n < SER_SUMMARY_PEAKS; i++) {
    SerPeak *peak = &g_array_index (windows, SerPeak, i);

    if (!is_far (peaks, peak))
      continue;
    peak->z = ser_moments_get_z (&moments, peak->score);
    g_array_append_val (peaks, *peak);
    n++;
  }
}

static void
set_peaks (SerRecordingSummary *summary, const Speech *speech)
{
  GArray *peaks = g_array_new (FALSE, FALSE, sizeof (SerPeak));

  for (guint k = 0; k < speech->recording->n_labels; k++)
    add_peaks (speech, k, peaks);
  g_array_sort (peaks, compare_times);
  summary->n_peaks = peaks->len;
  summary->peaks = (SerPeak *) g_array_free (peaks, FALSE);
}

/* ---- all of it ---- */

static void
set_nothing (SerRecordingSummary *summary)
{
  for (guint k = 0; k < SER_MAX_LABELS; k++)
    summary->shares[k] = (SerShare){ NAN, NAN, NAN, NAN, NAN, NAN };
}

void
ser_summarise (SerRecordingSummary *summary, const SerRecording *recording, guint speaker,
    const SerConfusion *confusion, guint64 seed)
{
  Speech speech;

  *summary = (SerRecordingSummary){ 0 };
  count (summary, recording, speaker, &speech);
  if (speech.n > 0)
    set_shares (summary, &speech, confusion, seed);
  else
    set_nothing (summary);
  set_dwell (summary, recording, speaker);
  set_volatility (summary, &speech);
  set_voice (summary, &speech);
  set_peaks (summary, &speech);
  g_free (speech.windows);
}
