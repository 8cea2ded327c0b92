/* summary.c - tests of what windows come to: shares, intervals, corrections, dynamics
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "summary.h"

#include <math.h>
#include <string.h>

#include "baseline.h"
#include "fixture.h"

#define N_LABELS 3

/* A recording of one window a second, 3 s long, of these leading labels; `x` is no speech. */
static SerRecording *
make (const char *labels)
{
  SerRecording *recording = g_new0 (SerRecording, 1);

  recording->window = 3;
  recording->interval = 1;
  recording->n_labels = N_LABELS;
  recording->labels = g_strsplit ("anger,fear,neutral", ",", -1);
  recording->n_windows = strlen (labels);
  recording->windows = g_new0 (SerRecordingWindow, recording->n_windows + 1);
  for (guint i = 0; i < recording->n_windows; i++) {
    SerRecordingWindow *window = &recording->windows[i];

    *window = (SerRecordingWindow){ .start = i, .duration = 3, .speaker = SER_NO_SPEAKER };
    window->leading = labels[i] == 'x' ? 0 : labels[i] - '0';
    window->result.n_labels = N_LABELS;
    window->result.label = labels[i] == 'x' ? SER_LABEL_NONE : (int) window->leading;
    window->result.gate = labels[i] == 'x' ? SER_GATE_SILENCE : SER_GATE_SPEECH;
    window->result.loudness = -20;
    for (guint k = 0; k < N_LABELS; k++)
      window->result.scores[k] = k == window->leading ? 0.8f : 0.1f;
  }
  return recording;
}

static const SerConfusion confusion = { N_LABELS, { { 80, 15, 5 }, { 30, 60, 10 }, { 5, 15, 80 } } };

static void
test_shares (void)
{
  g_autoptr (SerRecording) recording = make ("0000111xx2");
  SerRecordingSummary summary;

  ser_summarise (&summary, recording, SER_SUMMARY_ALL, &confusion, 1);
  g_assert_cmpuint (summary.n_windows, ==, 10);
  g_assert_cmpuint (summary.n_speech, ==, 8);
  g_assert_cmpfloat_with_epsilon (summary.none, 0.2, 1e-12);
  g_assert_cmpfloat_with_epsilon (summary.shares[0].share, 4 / 8.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (summary.shares[2].share, 1 / 8.0, 1e-12);
  for (guint i = 0; i < N_LABELS; i++) {
    const SerShare *s = &summary.shares[i];
    g_assert_true (s->low <= s->share && s->share <= s->high);
    g_assert_true (s->c_low <= s->corrected && s->corrected <= s->c_high);
  }
  /* Distances between neighbours of other labels 0.7, five pairs of neighbours in speech, one of which differs. */
  g_assert_cmpfloat_with_epsilon (summary.volatility, 0.7 / 6, 1e-6);
  g_free (summary.peaks);
}

/* What was not heard in a minute may be there in the next; after an hour that is less likely. */
static void
test_unheard (void)
{
  double high[2];

  for (guint i = 0; i < 2; i++) {
    g_autofree char *labels = g_strnfill (i == 0 ? 60 : 3600, '0');
    g_autoptr (SerRecording) recording = make (labels);
    SerRecordingSummary summary;

    ser_summarise (&summary, recording, SER_SUMMARY_ALL, &confusion, 1);
    g_assert_cmpfloat_with_epsilon (summary.shares[0].share, 1, 1e-9);
    g_assert_cmpfloat_with_epsilon (summary.shares[0].high, 1, 1e-9);
    g_assert_cmpfloat (summary.shares[0].low, <, 1);
    high[i] = summary.shares[1].high;
    g_free (summary.peaks);
  }
  g_assert_true (high[0] > 0.05 && high[0] < 0.5);
  g_assert_cmpfloat (high[1], <, high[0] / 4);
}

/* Without speech there are no figures, and nothing is divided by zero. */
static void
test_nothing (void)
{
  static const char *const texts[] = { "", "x", "xxxxxx" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (SerRecording) recording = make (texts[i]);
    SerRecordingSummary summary;

    ser_summarise (&summary, recording, SER_SUMMARY_ALL, &confusion, 1);
    g_assert_cmpuint (summary.n_speech, ==, 0);
    g_assert_true (isnan (summary.shares[0].share) && isnan (summary.shares[0].corrected));
    g_assert_true (isnan (summary.volatility) && isnan (summary.mean_dwell));
    g_assert_cmpuint (summary.n_peaks, ==, 0);
    g_free (summary.peaks);
  }
}

/* Shares that a mixture of true labels leads to are led back to it. */
static void
test_correction (void)
{
  const double truth[N_LABELS] = { 0.2, 0.5, 0.3 };
  SerConfusion large = confusion;
  double observed[N_LABELS] = { 0 }, corrected[N_LABELS], sum = 0;

  for (guint r = 0; r < N_LABELS; r++)
    for (guint c = 0; c < N_LABELS; c++) {
      large.counts[r][c] *= 100000;
      observed[c] += truth[r] * confusion.counts[r][c] / 100;
    }
  ser_confusion_correct (&large, observed, corrected);
  for (guint i = 0; i < N_LABELS; i++) {
    g_assert_cmpfloat_with_epsilon (corrected[i], truth[i], 1e-3);
    sum += corrected[i];
  }
  g_assert_cmpfloat_with_epsilon (sum, 1, 1e-9);
  /* More neutral than any mixture gives is all neutral. */
  ser_confusion_correct (&confusion, (const double[]){ 0, 0, 1 }, corrected);
  g_assert_cmpfloat (corrected[2], >, 0.99);
}

static void
test_resample (void)
{
  SerRandom random = { 1 };
  SerConfusion drawn;
  double mean = 0;

  for (guint i = 0; i < 500; i++) {
    ser_confusion_resample (&confusion, &random, &drawn);
    for (guint r = 0; r < N_LABELS; r++)
      g_assert_cmpuint (drawn.counts[r][0] + drawn.counts[r][1] + drawn.counts[r][2], ==, 100);
    mean += drawn.counts[1][0] / 500.0;
  }
  /* Binomial of 100 and 0.3: the mean of 500 has a standard error of 0.2. */
  g_assert_cmpfloat_with_epsilon (mean, 30, 1);
}

/* The interval holds the true share of a process whose moods last in nine of ten cases or so; one that took windows for
 * independent would hold it far less often. */
static void
test_coverage (void)
{
  const guint rounds = 200, n = 300;
  SerRandom random = { 7 };
  guint held = 0;

  for (guint r = 0; r < rounds; r++) {
    g_autofree char *labels = g_new0 (char, n + 1);
    SerRecordingSummary summary;

    /* A mood changes every eight windows on average, to either of two: the share of each is a half. */
    for (guint i = 0; i < n; i++)
      labels[i] = i > 0 && ser_random_uniform (&random) > 1 / 8.0 ? labels[i - 1]
                                                                  : (char) ('0' + (int) ser_random_below (&random, 2));
    {
      g_autoptr (SerRecording) recording = make (labels);
      const SerConfusion none = { 0 };

      ser_summarise (&summary, recording, SER_SUMMARY_ALL, &none, r);
      held += summary.shares[0].low <= 0.5 && summary.shares[0].high >= 0.5;
      g_assert_true (isnan (summary.shares[0].corrected));
      g_free (summary.peaks);
    }
  }
  g_test_message ("95 %% intervals held the truth in %u of %u", held, rounds);
  g_assert_cmpuint (held, >=, rounds * 85 / 100);
  g_assert_cmpuint (held, <, rounds);
}

static void
test_peaks (void)
{
  g_autoptr (SerRecording) recording = make ("000000000000000000000000000000000000000011");
  SerRecordingSummary summary;

  recording->windows[5].result.scores[0] = 0.99f;
  recording->windows[6].result.scores[0] = 0.98f;
  recording->windows[30].result.scores[0] = 0.97f;
  ser_summarise (&summary, recording, SER_SUMMARY_ALL, &confusion, 1);
  g_assert_cmpuint (summary.n_peaks, ==, SER_SUMMARY_PEAKS + 1);
  g_assert_cmpfloat (summary.peaks[0].time, ==, 6.5);
  g_assert_cmpfloat (summary.peaks[2].time, ==, 31.5);
  for (guint i = 1; i < summary.n_peaks; i++)
    g_assert_true (summary.peaks[i].label != summary.peaks[i - 1].label
        || summary.peaks[i].time - summary.peaks[i - 1].time >= SER_SUMMARY_PEAK_APART);
  g_free (summary.peaks);
}

static void
test_moments (void)
{
  SerMoments moments = { 0 };
  double values[20], sum = 0, squares = 0;

  for (guint i = 0; i < 20; i++) {
    values[i] = 1e6 + g_test_rand_double_range (0, 1);
    sum += values[i] / 20;
    ser_moments_add (&moments, values[i]);
    g_assert_true (i >= SER_BASELINE_MIN - 1 || isnan (ser_moments_get_z (&moments, values[i])));
  }
  for (guint i = 0; i < 20; i++)
    squares += (values[i] - sum) * (values[i] - sum) / 19;
  g_assert_cmpfloat_with_epsilon (ser_moments_get_sd (&moments), sqrt (squares), 1e-6);
  g_assert_cmpfloat_with_epsilon (ser_moments_get_z (&moments, sum + sqrt (squares)), 1, 1e-5);
  moments = (SerMoments){ 0 };
  for (guint i = 0; i < 20; i++)
    ser_moments_add (&moments, 3);
  g_assert_true (isnan (ser_moments_get_z (&moments, 3)));
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/tools/summary/shares", test_shares);
  g_test_add_func ("/tools/summary/unheard", test_unheard);
  g_test_add_func ("/tools/summary/nothing", test_nothing);
  g_test_add_func ("/tools/summary/correction", test_correction);
  g_test_add_func ("/tools/summary/resample", test_resample);
  g_test_add_func ("/tools/summary/coverage", test_coverage);
  g_test_add_func ("/tools/summary/peaks", test_peaks);
  g_test_add_func ("/tools/summary/moments", test_moments);
  return fixture_run ();
}
