/* compare.c - tests of what seremotion compare is made of: manifests, groups, what speakers come to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>

#include "comparison.h"
#include "fixture.h"
#include "model/model.h"
#include "speech-copies.h"
#include "synthetic.h"

/* ---- manifests ---- */

static SerSpeeches *
load (const char *text, GError **error)
{
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "m.csv");

  fixture_write (folder, "m.csv", text);
  return ser_speeches_load (path, error);
}

static const SerSpeech *
get (const SerSpeeches *speeches, guint i)
{
  return speeches->speeches->pdata[i];
}

static void
test_manifest (void)
{
  GError *error = NULL;
  g_autoptr (SerSpeeches) speeches = load ("Speaker, sex ,path,date,Age,title\n"
                                           "Ann,f, a b.wav ,2003-02-01,40,\"One, two\"\n"
                                           "Bob,m,/x/c.wav,2003,,\n\n"
                                           "Ann,f,https://example.org/d.mp4,2003-02,41,\n",
      &error);

  g_assert_no_error (error);
  g_assert_cmpuint (speeches->speeches->len, ==, 3);
  g_assert_cmpstr (speeches->columns[0], ==, "sex");
  g_assert_cmpstr (speeches->columns[1], ==, "Age");
  g_assert_null (speeches->columns[2]);
  g_assert_cmpstr (get (speeches, 0)->path, ==, "a b.wav");
  g_assert_true (g_str_has_suffix (get (speeches, 0)->location, "/a b.wav"));
  g_assert_cmpstr (get (speeches, 0)->title, ==, "One, two");
  g_assert_cmpstr (get (speeches, 1)->location, ==, "/x/c.wav");
  g_assert_cmpstr (get (speeches, 1)->values[1], ==, "");
  g_assert_null (get (speeches, 1)->title);
  g_assert_cmpstr (get (speeches, 2)->location, ==, "https://example.org/d.mp4");
  g_assert_cmpuint (get (speeches, 2)->line, ==, 5);
}

static void
test_manifest_faults (void)
{
  static const struct {
    const char *text, *pattern;
  } cases[] = {
    { "path,name\na.wav,x\n", "*m.csv: expected the columns path and speaker*" },
    { "path,speaker\n", "*m.csv: there are no speeches*" },
    { "path,speaker\na.wav,\n", "*m.csv:2: the column speaker is empty" },
    { "path,speaker\na.wav,x\n ,x\n", "*m.csv:3: the column path names no file" },
    { "path,speaker\n-,x\n", "*m.csv:2: the column path names no file" },
    { "path,speaker,date\na.wav,x,1.2.2003\n", "*m.csv:2: date `1.2.2003`: expected YYYY-MM-DD*" },
    { "path,speaker,date\na.wav,x,2003-02-29\n", "*m.csv:2: date `2003-02-29`*" },
    { "path,speaker,date\na.wav,x,2003-13\n", "*m.csv:2: date `2003-13`*" },
    { "path,speaker\na.wav,x\nb.wav,x\na.wav,y\n", "*m.csv:4: a.wav is in line 2 already*" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (load (cases[i].text, &error));
    g_assert_error (error, SER_ERROR, SER_ERROR_DATA);
    g_test_message ("%s", error->message);
    g_assert_true (g_pattern_match_simple (cases[i].pattern, error->message));
  }
}

/* ---- groups ---- */

static void
test_groups (void)
{
  static const struct {
    const char *column, *value;
    int group;
  } cases[] = { { "sex", "f", 0 }, { "Sex", "Female", 0 }, { "gender", "w", 0 }, { "sex", "m", 1 }, { "sex", "", -1 },
    { "sex", "x", -1 }, { "party", "f", -1 }, { "party", "male", 1 }, { "age", "29.9", 2 }, { "age", "30", 3 },
    { "age", "44.5", 3 }, { "age", "45", -1 }, { "age", "60", 4 }, { "age", "101", 4 }, { "age", "-1", -1 },
    { "age", "old", -1 }, { "age", "", -1 }, { "size", "30", -1 } };
  GError *error = NULL;
  g_autoptr (SerGroups) groups = ser_groups_parse (SYNTHETIC_GROUPS, 6, &error),
                        none = ser_groups_parse (NULL, 6, NULL);

  g_assert_no_error (error);
  g_assert_cmpuint (ser_groups_get_n (groups), ==, 5);
  g_assert_cmpuint (ser_groups_get_n (none), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_assert_cmpint (ser_groups_find (groups, cases[i].column, cases[i].value), ==, cases[i].group);
    g_assert_cmpint (ser_groups_find (none, cases[i].column, cases[i].value), ==, -1);
  }
  g_assert_cmpfloat_with_epsilon (ser_groups_get_gap (groups, 0, 1, 2), 0.1, 1e-12);
  g_assert_cmpfloat_with_epsilon (ser_groups_get_gap (groups, 2, 0, 0), 0.4, 1e-12);
}

static void
test_groups_faults (void)
{
  static const char *const texts[] = { "female", "female:0.5", "female:0.5,0.5,0.5", ":0.5,0.5", "a:0.5,x", "a:0.5,1.5",
    "a:0.5,nan", "a:0.5,0.5;" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (ser_groups_parse (texts[i], 2, &error));
    g_assert_error (error, SER_ERROR, SER_ERROR_FORMAT);
    fixture_assert_has (error->message, "`groups`");
  }
}

/* ---- speakers ---- */

/* A speech of windows that a string tells, one a second: a digit is a label, x no speech, ? uncertain of label 1. */
static void
hear (SerSpeeches *speeches, guint number, const char *windows)
{
  SerSpeech *speech = speeches->speeches->pdata[number];
  g_autoptr (SerRecording) recording = synthetic_new (speech->location, NULL);

  for (guint i = 0; windows[i]; i++) {
    synthetic_add (recording, i,
        windows[i] == 'x'       ? SER_LABEL_NONE
            : windows[i] == '?' ? SER_LABEL_UNCERTAIN
                                : windows[i] - '0',
        SER_NO_SPEAKER);
    if (windows[i] == '?')
      recording->windows[i].leading = 1;
  }
  synthetic_finish (recording);
  ser_speech_take (speech, recording);
}

/* Speakers by their letters, each speech of one; `heard` has what was in them. */
static SerSpeeches *
make_speeches (const char *rows, const char *const *heard)
{
  g_autofree char *text = g_strconcat ("path,speaker,date,sex,age\n", rows, NULL);
  GError *error = NULL;
  SerSpeeches *speeches = load (text, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < speeches->speeches->len; i++)
    if (heard[i])
      hear (speeches, i, heard[i]);
  return speeches;
}

static SerComparison *
compare (const SerSpeeches *speeches, const SerConfusion *confusion, const SerGroups *groups)
{
  static const SerConfusion none;
  g_autoptr (SerGroups) no_groups = ser_groups_parse (NULL, SYNTHETIC_LABELS, NULL);

  return ser_comparison_new (
      speeches, synthetic_labels, SYNTHETIC_LABELS, confusion ? confusion : &none, groups ? groups : no_groups, 1);
}

/* Each speech weighs the same; those not heard, and those without speech, do not count. */
static void
test_shares (void)
{
  static const char *const heard[] = { "0000000000", "1x", "xxxx", NULL, "2", "01?x" };
  g_autoptr (SerSpeeches) speeches = make_speeches ("a,A,,,\nb,A,,,\nc,A,,,\nd,D,,,\ne,E,,,\nf,A,,,\n", heard);
  g_autoptr (SerComparison) comparison = compare (speeches, NULL, NULL);
  const SerSpeaking *a = ser_comparison_get_speaker (comparison, 0);

  g_assert_cmpuint (comparison->speakers->len, ==, 2);
  g_assert_cmpstr (a->name, ==, "A");
  g_assert_cmpuint (a->n_speeches, ==, 3);
  g_assert_cmpfloat_with_epsilon (a->shares[0].share, (1 + 0 + 1 / 3.0) / 3, 1e-12);
  g_assert_cmpfloat_with_epsilon (a->shares[1].share, (0 + 1 + 2 / 3.0) / 3, 1e-12);
  g_assert_true (a->shares[0].low < a->shares[0].share && a->shares[0].share < a->shares[0].high);
  g_assert_true (a->shares[0].low >= 0 && a->shares[0].high <= 1);
  g_assert_true (isnan (a->shares[0].corrected) && isnan (a->shares[0].c_low));
  g_assert_true (isnan (a->shares[4].low));
  g_assert_cmpstr (ser_comparison_get_speaker (comparison, 1)->name, ==, "E");
  g_assert_cmpfloat (ser_comparison_get_speaker (comparison, 1)->shares[2].share, ==, 1);
  g_assert_true (isnan (ser_comparison_get_speaker (comparison, 1)->shares[2].low));
}

/* Windows by their middles: 12 of them last 14 s; the first third ends at 4.67 s. */
static void
test_parts (void)
{
  static const char *const heard[] = { "000011112222", "0x0xxxxx3333", "444444444444" };
  g_autoptr (SerSpeeches) speeches = make_speeches ("a,A,,,\nb,A,,,\nc,B,,,\n", heard);
  g_autoptr (SerComparison) comparison = compare (speeches, NULL, NULL);
  const SerSpeaking *a = ser_comparison_get_speaker (comparison, 0);

  g_assert_cmpuint (get (speeches, 0)->n_speech[SER_PART_BEGINNING], ==, 4);
  g_assert_cmpuint (get (speeches, 0)->n_speech[SER_PART_MIDDLE], ==, 4);
  g_assert_cmpuint (get (speeches, 0)->n_speech[SER_PART_END], ==, 4);
  g_assert_cmpfloat (a->parts[SER_PART_BEGINNING][0].value, ==, 1);
  g_assert_cmpfloat (a->parts[SER_PART_MIDDLE][1].value, ==, 1);
  g_assert_cmpfloat (a->parts[SER_PART_END][2].value, ==, 0.5);
  g_assert_cmpfloat (a->parts[SER_PART_END][3].value, ==, 0.5);
  g_assert_true (isnan (a->parts[SER_PART_MIDDLE][1].low));
  g_assert_false (isnan (a->parts[SER_PART_END][3].low));
}

/* The synthetic level falls by 1/7 dB a window: against the baseline of all windows of both speeches. */
static void
test_voice (void)
{
  static const char *const heard[] = { "000000000000", "000000" };
  g_autoptr (SerSpeeches) speeches = make_speeches ("a,A,,,\nb,A,,,\n", heard);
  g_autoptr (SerComparison) comparison = compare (speeches, NULL, NULL);
  const SerSpeaking *a = ser_comparison_get_speaker (comparison, 0);
  double sum = 0, squares = 0, mean, sd, first, second;

  for (guint i = 0; i < 18; i++) {
    double level = -20 - (i < 12 ? i : i - 12) / 7.0;
    sum += level;
    squares += level * level;
  }
  mean = sum / 18;
  sd = sqrt ((squares - 18 * mean * mean) / 17);
  first = (-20 - 1.5 / 7 - mean) / sd;  /* windows 0 to 3 */
  second = (-20 - 0.5 / 7 - mean) / sd; /* windows 0 and 1 of 8 s */
  g_assert_cmpuint (a->base_loudness.n, ==, 18);
  g_assert_cmpfloat_with_epsilon (a->base_loudness.mean, mean, 1e-6);
  g_assert_cmpfloat_with_epsilon (ser_moments_get_sd (&a->base_loudness), sd, 1e-6);
  g_assert_cmpfloat_with_epsilon (a->loudness[SER_PART_BEGINNING].value, (first + second) / 2, 1e-5);
  g_assert_cmpfloat_with_epsilon (
      a->loudness[SER_PART_WHOLE].value, ((-20 - 5.5 / 7 - mean) / sd + (-20 - 2.5 / 7 - mean) / sd) / 2, 1e-5);
  g_assert_cmpfloat (a->pitch[SER_PART_BEGINNING].value, <, a->pitch[SER_PART_END].value);
}

static void
test_dates (void)
{
  static const char *const heard[] = { "0", "0", "0", "0", "0" };
  static const guint order[] = { 3, 1, 2, 0, 4 };
  g_autoptr (SerSpeeches) speeches =
      make_speeches ("a,A,,,\nb,A,2003-02,,\nc,A,2003-02-01,,\nd,A,1999,,\ne,A,,,\n", heard);
  g_autoptr (SerComparison) comparison = compare (speeches, NULL, NULL);

  for (guint i = 0; i < 5; i++)
    g_assert_cmpuint (ser_comparison_get_speaker (comparison, 0)->speeches[i], ==, order[i]);
}

/* ---- correction ---- */

/* A model that is never wrong changes nothing; one whose matrix made the shares is seen through. */
static void
test_correction (void)
{
  static const char *const heard[] = { "0000011111", "0000001111", "0000111111", "0001111111" };
  g_autoptr (SerSpeeches) speeches = make_speeches ("a,A,,,\nb,A,,,\nc,B,,,\nd,B,,,\n", heard);
  SerConfusion right = { SYNTHETIC_LABELS }, wrong;

  for (guint k = 0; k < SYNTHETIC_LABELS; k++)
    right.counts[k][k] = 4000;
  wrong = right;
  wrong.counts[0][0] = wrong.counts[0][1] = 2000; /* half of 0 is heard as 1 */
  for (guint i = 0; i < 2; i++) {
    g_autoptr (SerComparison) comparison = compare (speeches, i ? &wrong : &right, NULL);
    const SerShare *a = ser_comparison_get_speaker (comparison, 0)->shares;
    const SerDifference *difference = &g_array_index (comparison->differences, SerDifference, 0);

    g_assert_cmpfloat_with_epsilon (a[0].share, 0.55, 1e-9);
    g_assert_cmpfloat_with_epsilon (a[0].corrected, i ? 1 : 0.55, 0.02);
    g_assert_cmpfloat_with_epsilon (difference->plain.value, 0.55 - 0.35, 1e-9);
    g_assert_cmpfloat_with_epsilon (difference->corrected.value, i ? 1 - 0.7 : 0.2, 0.02);
    g_assert_cmpfloat (difference->corrected.low, <=, difference->corrected.value);
    g_assert_cmpfloat (difference->corrected.high, >=, difference->corrected.value - 0.02);
  }
}

/* Few clips in the matrix widen the corrected interval, and only that. */
static void
test_correction_interval (void)
{
  static const char *const heard[] = { "0000011111", "0000001111", "0000111111", "0000011111" };
  g_autoptr (SerSpeeches) speeches = make_speeches ("a,A,,,\nb,A,,,\nc,A,,,\nd,A,,,\n", heard);
  double widths[2], plain[2];

  for (guint i = 0; i < 2; i++) {
    SerConfusion confusion = { SYNTHETIC_LABELS };
    g_autoptr (SerComparison) comparison = NULL;
    const SerShare *share;

    for (guint r = 0; r < SYNTHETIC_LABELS; r++)
      for (guint c = 0; c < SYNTHETIC_LABELS; c++)
        confusion.counts[r][c] = (r == c ? 10 : 2) * (i ? 1 : 100);
    comparison = compare (speeches, &confusion, NULL);
    share = &ser_comparison_get_speaker (comparison, 0)->shares[0];
    widths[i] = share->c_high - share->c_low;
    plain[i] = share->high - share->low;
  }
  g_assert_cmpfloat (widths[1], >, 1.5 * widths[0]);
  g_assert_cmpfloat_with_epsilon (plain[0], plain[1], 0.05);
}

/* ---- differences ---- */

static const SerDifference *
find_difference (const SerComparison *comparison, const char *a, const char *b, guint label)
{
  for (guint i = 0; i < comparison->differences->len; i++) {
    const SerDifference *difference = &g_array_index (comparison->differences, SerDifference, i);

    if (difference->label == label && strcmp (ser_comparison_get_speaker (comparison, difference->a)->name, a) == 0
        && strcmp (ser_comparison_get_speaker (comparison, difference->b)->name, b) == 0)
      return difference;
  }
  g_assert_not_reached ();
}

static void
assert_explained (const SerDifference *difference, const char *words)
{
  g_autofree char *text = ser_difference_explain (difference);

  g_assert_cmpstr (text, ==, words);
}

/* Four speeches against four, apart in labels 0 and 1 alone; C has one, too few for a test. */
static void
test_differences (void)
{
  static const char *const heard[] = { "0000000001", "000000001", "00000001", "0000001", "1111111110", "111111110",
    "11111110", "1111110", "22" };
  g_autoptr (SerSpeeches) speeches =
      make_speeches ("a,A,,,\nb,A,,,\nc,A,,,\nd,A,,,\ne,B,,,\nf,B,,,\ng,B,,,\nh,B,,,\ni,C,,,\n", heard);
  g_autoptr (SerComparison) comparison = compare (speeches, NULL, NULL);
  const SerDifference *ab = find_difference (comparison, "A", "B", 0), *ac = find_difference (comparison, "A", "C", 0);
  const SerDifference *constant = find_difference (comparison, "A", "B", 5);

  g_assert_cmpuint (comparison->differences->len, ==, 3 * SYNTHETIC_LABELS);
  g_assert_cmpuint (comparison->n_tests, ==, 2);
  g_assert_true (ab->tested && ab->exact && !ab->within_gap && isnan (ab->gap));
  g_assert_cmpfloat_with_epsilon (ab->p, 2 / 70.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (ab->least, 2 / 70.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (ab->p_holm, 4 / 70.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (comparison->least, 4 / 70.0, 1e-12);
  g_assert_true (ab->plain.low > 0 && ab->plain.low < ab->plain.value && ab->plain.value < ab->plain.high);
  g_assert_cmpfloat_with_epsilon (find_difference (comparison, "A", "B", 1)->plain.value, -ab->plain.value, 1e-12);
  g_assert_true (!ac->tested && isnan (ac->p) && isnan (ac->p_holm) && isnan (ac->plain.low));
  g_assert_cmpfloat_with_epsilon (ac->least, 0.2, 1e-12);
  g_assert_true (!constant->tested && constant->equal && !ab->equal && !ac->equal);
  g_assert_cmpfloat (constant->least, ==, 1);
  assert_explained (ab, "");
  assert_explained (ac, "not tested: so few speeches cannot give a p under 0.200");
  assert_explained (constant, "not tested: all speeches have the same share");
}

/* With three against three p reaches 0.1 at best: nothing is tested. */
static void
test_too_few (void)
{
  static const char *const heard[] = { "0", "0", "0", "1", "1", "1" };
  g_autoptr (SerSpeeches) speeches = make_speeches ("a,A,,,\nb,A,,,\nc,A,,,\nd,B,,,\ne,B,,,\nf,B,,,\n", heard);
  g_autoptr (SerComparison) comparison = compare (speeches, NULL, NULL);
  SerComparisonFacts facts = { "m", "id", "m.csv", 3, 1, 1, NULL };
  g_autoptr (GPtrArray) failures = g_ptr_array_new ();
  g_autoptr (GString) text = g_string_new (NULL);

  facts.failures = failures;
  g_assert_cmpuint (comparison->n_tests, ==, 0);
  g_assert_true (isnan (comparison->least));
  g_assert_cmpfloat_with_epsilon (find_difference (comparison, "A", "B", 0)->least, 0.1, 1e-12);
  ser_comparison_append_table (comparison, &facts, text);
  fixture_assert_has (text->str, "not tested");
  fixture_assert_has (text->str, "no pair has enough speeches");
  fixture_assert_has (text->str, "0.1000");
  fixture_assert_has (text->str, "weighs as much as a long speech: a (1), b (1), c (1), d (1), e (1), f (1).");
  /* Nothing varies, whatever the order in which resamples are summed. */
  g_assert_true (isnan (find_difference (comparison, "A", "B", 0)->plain.low));
}

/* A is female, B and D male, C unclear. The widest gap of those by sex and age counts. */
static void
test_gaps (void)
{
  static const char *const heard[] = { "0001", "0111", "0001", "0000", "0011" };
  g_autoptr (SerSpeeches) speeches = make_speeches ("a,A,,f,25\nb,B,,m,40\nc,C,,f,\nd,C,,m,\ne,D,,m,\n", heard);
  g_autoptr (SerGroups) groups = ser_groups_parse (SYNTHETIC_GROUPS, SYNTHETIC_LABELS, NULL);
  g_autoptr (SerComparison) comparison = compare (speeches, NULL, groups);
  const SerDifference *ab = find_difference (comparison, "A", "B", 0),
                      *fear = find_difference (comparison, "A", "B", 2);

  g_assert_true (comparison->has_groups);
  g_assert_cmpfloat_with_epsilon (ab->plain.value, 0.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (ab->gap, 0.3, 1e-12); /* under-30 and 30-44: 0.3, female and male: 0.05 */
  g_assert_cmpstr (ab->group_a, ==, "under-30");
  g_assert_cmpstr (ab->group_b, ==, "30-44");
  g_assert_false (ab->within_gap);
  g_assert_true (fear->within_gap);
  assert_explained (fear,
      "not tested: all speeches have the same share; smaller than the model's gap between under-30 and "
      "30-44, 10.0 %");
  g_assert_true (isnan (find_difference (comparison, "A", "C", 0)->gap));
  g_assert_true (isnan (find_difference (comparison, "B", "D", 0)->gap));
  g_assert_cmpstr (find_difference (comparison, "A", "D", 2)->group_b, ==, "male");
}

/* ---- moments ---- */

static void
test_moments (void)
{
  static const char *const heard[] = { "000000000000000000000001", "2222222222222222222222222222222222222222" };
  g_autoptr (SerSpeeches) speeches = make_speeches ("a b#.wav,A,,,\nc,A,,,\n", heard);
  g_autoptr (SerComparison) comparison = compare (speeches, NULL, NULL);
  const SerSpeaking *a = ser_comparison_get_speaker (comparison, 0);
  g_autofree char *name = ser_comparison_name_moment (comparison, &a->moments[0]);

  /* Label 1 leads once in 64 windows: nothing is further from what is usual. */
  g_assert_cmpuint (a->moments[0].label, ==, 1);
  g_assert_cmpstr (name, ==, "a b#.wav#t=24.5");
  g_assert_cmpuint (a->n_moments, >, 3);
  for (guint i = 1; i < a->n_moments; i++)
    g_assert_cmpfloat (a->moments[i].z, <=, a->moments[i - 1].z);
  for (guint i = 0; i < a->n_moments; i++) {
    const SerMoments *base = &a->base_scores[a->moments[i].label];
    g_assert_cmpuint (base->n, ==, 64);
    g_assert_cmpfloat_with_epsilon (
        a->moments[i].z, (a->moments[i].score - base->mean) / ser_moments_get_sd (base), 1e-9);
  }
}

/* ---- copies ---- */

/* A's second is its first again, and C has what B has: of those, one of A and none of B and C is left. E has as many
 * windows of each label as A, in another order. */
static void
test_copies (void)
{
  static const char *const heard[] = { "0011", "0011", "0122", "2210", "0122", NULL, "1100" };
  static const SerSpeechFault faults[] = { SER_SPEECH_FINE, SER_SPEECH_COPY, SER_SPEECH_COPY, SER_SPEECH_FINE,
    SER_SPEECH_COPY, SER_SPEECH_FINE, SER_SPEECH_FINE };
  g_autoptr (SerSpeeches) speeches = make_speeches ("a,A,,,\nb,A,,,\nc,B,,,\nd,B,,,\ne,C,,,\nf,D,,,\ng,E,,,\n", heard);
  g_autoptr (SerComparison) comparison = NULL;

  ser_speeches_drop_copies (speeches);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_assert_cmpint (get (speeches, i)->fault, ==, faults[i]);
    g_assert_cmpint (get (speeches, i)->heard, ==, faults[i] == SER_SPEECH_FINE && heard[i]);
  }
  g_assert_cmpuint (get (speeches, 1)->copy_of, ==, 0);
  g_assert_cmpuint (get (speeches, 2)->copy_of, ==, 4);
  g_assert_cmpuint (get (speeches, 4)->copy_of, ==, 2);
  comparison = compare (speeches, NULL, NULL);
  g_assert_cmpuint (comparison->speakers->len, ==, 3);
  g_assert_cmpuint (ser_comparison_get_speaker (comparison, 0)->n_speeches, ==, 1);
}

/* Whole and in parts. */
static void
test_merge (void)
{
  SerRandom random = { 4 };
  SerMoments all = { 0 }, parts[4] = { 0 }, merged = { 0 };

  for (guint i = 0; i < 100; i++) {
    double value = 50 + ser_random_normal (&random);
    ser_moments_add (&all, value);
    ser_moments_add (&parts[i < 3 ? 0 : i < 80 ? 1 : 3], value);
  }
  for (guint i = 0; i < 4; i++)
    ser_moments_merge (&merged, &parts[i]);
  g_assert_cmpuint (merged.n, ==, 100);
  g_assert_cmpfloat_with_epsilon (merged.mean, all.mean, 1e-12);
  g_assert_cmpfloat_with_epsilon (ser_moments_get_sd (&merged), ser_moments_get_sd (&all), 1e-12);
}

/* ---- what is written ---- */

/* Each column of the CSV and each measure stands in the page about them. */
static void
test_documented (void)
{
  static const char *const heard[] = { "000000000001", "1100" };
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "..", "docs", "compare.md", NULL), *page = NULL;
  g_autoptr (SerSpeeches) speeches = make_speeches ("a,A,,,\nb,B,,,\n", heard);
  g_autoptr (SerComparison) comparison = compare (speeches, NULL, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (GStrv) lines = NULL, columns = NULL;

  g_assert_true (g_file_get_contents (path, &page, NULL, NULL));
  ser_comparison_append_csv (comparison, text);
  lines = g_strsplit (g_strchomp (text->str), "\n", -1);
  columns = g_strsplit (lines[0], ",", -1);
  for (guint i = 0; columns[i]; i++) {
    g_autofree char *cell = g_strdup_printf ("\n| `%s` |", columns[i]);
    fixture_assert_has (page, cell);
  }
  for (guint i = 1; lines[i]; i++) {
    g_auto (GStrv) fields = g_strsplit (lines[i], ",", -1);
    g_autofree char *table = g_strdup_printf ("`%s`", fields[0]), *measure = g_strdup_printf ("`%s`", fields[7]);

    g_assert_cmpuint (g_strv_length (fields), ==, g_strv_length (columns));
    fixture_assert_has (page, table);
    fixture_assert_has (page, measure);
  }
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/tools/compare/manifest", test_manifest);
  g_test_add_func ("/tools/compare/manifest-faults", test_manifest_faults);
  g_test_add_func ("/tools/compare/groups", test_groups);
  g_test_add_func ("/tools/compare/groups-faults", test_groups_faults);
  g_test_add_func ("/tools/compare/shares", test_shares);
  g_test_add_func ("/tools/compare/parts", test_parts);
  g_test_add_func ("/tools/compare/voice", test_voice);
  g_test_add_func ("/tools/compare/dates", test_dates);
  g_test_add_func ("/tools/compare/correction", test_correction);
  g_test_add_func ("/tools/compare/correction-interval", test_correction_interval);
  g_test_add_func ("/tools/compare/differences", test_differences);
  g_test_add_func ("/tools/compare/too-few", test_too_few);
  g_test_add_func ("/tools/compare/gaps", test_gaps);
  g_test_add_func ("/tools/compare/moments", test_moments);
  g_test_add_func ("/tools/compare/copies", test_copies);
  g_test_add_func ("/tools/compare/merge", test_merge);
  g_test_add_func ("/tools/compare/documented", test_documented);
  return fixture_run ();
}
