/* segmenter.c - windows merged into segments
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "ser.h"

#include <string.h>

#define N 3

/* A window of a label; the leading score is 0.6, or just over the others where `brink`. */
static void
push (SerSegmenter *segmenter, double start, double duration, int label, gboolean brink)
{
  SerResult result = { .label = label, .n_labels = N };
  float lead = brink ? 0.36f : 0.6f;

  for (int i = 0; i < N; i++)
    result.scores[i] = i == label ? lead : (1 - lead) / (N - 1);
  result.confidence = lead;
  ser_segmenter_push (segmenter, start, duration, &result);
}

/* Windows of 3 s each second, one a character: a digit is a label, x no speech, ? uncertain; after a ~ a label is on
 * the brink. Gives the segments as "LABELxWINDOWS@START-END". */
static char *
run (const char *windows)
{
  g_autoptr (SerSegmenter) segmenter = ser_segmenter_new (N);
  GString *text = g_string_new (NULL);
  gboolean brink = FALSE, ended = FALSE;
  SerSegment segment;
  double start = 0;

  for (const char *c = windows; !ended; c++) {
    ended = *c == '\0';
    if (*c == '~')
      brink = TRUE;
    else if (ended)
      ser_segmenter_finish (segmenter);
    else {
      push (segmenter, start++, 3, *c == 'x' ? SER_LABEL_NONE : *c == '?' ? SER_LABEL_UNCERTAIN : *c - '0', brink);
      brink = FALSE;
    }
    while (ser_segmenter_next (segmenter, &segment))
      g_string_append_printf (
          text, "%s%dx%u@%g-%g", text->len ? " " : "", segment.label, segment.n_windows, segment.start, segment.end);
  }
  return g_string_free (text, FALSE);
}

static void
check (const char *windows, const char *expected)
{
  g_autofree char *found = run (windows);

  g_assert_cmpstr (found, ==, expected);
}

static void
test_borders (void)
{
  check ("", "");
  check ("0", "0x1@0-3");
  check ("000", "0x3@0-5");
  /* Windows 2 and 3 start at 2 and 3 s: their middles at 3.5 and 4.5 s. */
  check ("00011", "0x3@0-4 1x2@4-7");
}

static void
test_hysteresis (void)
{
  check ("00~100", "0x5@0-7");
  check ("00~1~100", "0x2@0-3 1x2@3-5 0x2@5-8");
  check ("00100", "0x2@0-3 1x1@3-4 0x2@4-7"); /* leads by 0.4 */
  check ("00~1~200", "0x6@0-8");
  check ("00~1~2~20", "0x3@0-4 2x2@4-6 0x1@6-8");
  check ("00?00", "0x5@0-7");
  check ("00??00", "0x2@0-3 -1x2@3-5 0x2@5-8");
  check ("00~1", "0x3@0-5");
}

static void
test_gate (void)
{
  check ("00x00", "0x2@0-3 -2x1@3-4 0x2@4-7");
  check ("xx~1", "-2x2@0-3 1x1@3-5");
}

static void
test_discontinuity (void)
{
  g_autoptr (SerSegmenter) segmenter = ser_segmenter_new (N);
  SerSegment segment;

  push (segmenter, 0, 3, 0, FALSE);
  push (segmenter, 10, 3, 0, FALSE);
  g_assert_true (ser_segmenter_next (segmenter, &segment));
  g_assert_cmpfloat (segment.end, ==, 3);
  push (segmenter, 2, 3, 0, FALSE);
  g_assert_true (ser_segmenter_next (segmenter, &segment));
  g_assert_cmpfloat (segment.start, ==, 10);
  g_assert_cmpuint (segment.first, ==, 1);
  g_assert_false (ser_segmenter_next (segmenter, &segment));
  ser_segmenter_finish (segmenter);
  ser_segmenter_finish (segmenter);
  g_assert_true (ser_segmenter_next (segmenter, &segment));
  g_assert_cmpfloat (segment.end, ==, 5);
  g_assert_cmpuint (segment.first, ==, 2);
}

/* What is decided of the segment under way ends where a window to come may change it. */
static void
test_peek (void)
{
  g_autoptr (SerSegmenter) segmenter = ser_segmenter_new (N);
  SerSegment segment;

  g_assert_false (ser_segmenter_peek (segmenter, &segment));
  push (segmenter, 0, 3, 0, FALSE);
  g_assert_false (ser_segmenter_peek (segmenter, &segment));
  push (segmenter, 1, 3, 0, FALSE);
  g_assert_true (ser_segmenter_peek (segmenter, &segment));
  g_assert_cmpfloat (segment.end, ==, 2);
  push (segmenter, 2, 3, 1, TRUE);
  g_assert_true (ser_segmenter_peek (segmenter, &segment));
  g_assert_cmpfloat (segment.end, ==, 3);
  g_assert_cmpuint (segment.n_windows, ==, 2);
  push (segmenter, 3, 3, 1, TRUE);
  g_assert_true (ser_segmenter_next (segmenter, &segment));
  g_assert_cmpfloat (segment.end, ==, 3);
  g_assert_true (ser_segmenter_peek (segmenter, &segment));
  g_assert_cmpint (segment.label, ==, 1);
  g_assert_cmpfloat (segment.end, ==, 4);
}

static void
test_means (void)
{
  g_autoptr (SerSegmenter) segmenter = ser_segmenter_new (N);
  SerSegment segment;

  push (segmenter, 0, 3, 0, FALSE);
  push (segmenter, 1, 3, 1, TRUE);
  push (segmenter, 2, 3, 0, FALSE);
  ser_segmenter_finish (segmenter);
  g_assert_true (ser_segmenter_next (segmenter, &segment));
  g_assert_cmpfloat_with_epsilon (segment.confidence, (0.6 + 0.32 + 0.6) / 3, 1e-6);
  g_assert_cmpfloat_with_epsilon (segment.scores[1], (0.2 + 0.36 + 0.2) / 3, 1e-6);
}

/* Whatever comes, every window is in one segment and they tile the time. */
static void
test_tiles (void)
{
  for (int round = 0; round < 200; round++) {
    g_autoptr (SerSegmenter) segmenter = ser_segmenter_new (N);
    int n = g_test_rand_int_range (1, 40);
    double end = 0;
    guint64 first = 0;
    SerSegment segment;

    for (int i = 0; i < n; i++)
      push (segmenter, i, 3, g_test_rand_int_range (-2, N), g_test_rand_bit ());
    ser_segmenter_finish (segmenter);
    while (ser_segmenter_next (segmenter, &segment)) {
      g_assert_cmpfloat (segment.start, ==, end);
      g_assert_cmpfloat (segment.end, >, segment.start);
      g_assert_cmpuint (segment.first, ==, first);
      end = segment.end;
      first += segment.n_windows;
    }
    g_assert_cmpuint (first, ==, n);
    g_assert_cmpfloat (end, ==, n - 1 + 3);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/segmenter/borders", test_borders);
  g_test_add_func ("/segmenter/hysteresis", test_hysteresis);
  g_test_add_func ("/segmenter/gate", test_gate);
  g_test_add_func ("/segmenter/discontinuity", test_discontinuity);
  g_test_add_func ("/segmenter/peek", test_peek);
  g_test_add_func ("/segmenter/means", test_means);
  g_test_add_func ("/segmenter/tiles", test_tiles);
  return g_test_run ();
}
