/* corpus-report.c - tests of `seremotion corpus` on sounds of known length, level and pitch, and of distributions
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>

#include "distribution.h"
#include "fixture.h"

/* ---- distributions ---- */

static void
test_bins (void)
{
  static const double values[] = { -23.7, -3.2, -18.0 }, one[] = { 0.3 };
  SerBins bins = ser_bins_choose (values, G_N_ELEMENTS (values));

  g_assert_cmpfloat_with_epsilon (bins.step, 1, 1e-12);
  g_assert_cmpfloat_with_epsilon (bins.from, -24, 1e-9);
  g_assert_cmpuint (bins.n, ==, 21);
  bins = ser_bins_choose (one, 1);
  g_assert_cmpuint (bins.n, ==, 1);
  g_assert_cmpuint (ser_bins_choose (NULL, 0).n, ==, 0);
  for (guint seed = 0; seed < 100; seed++) {
    GRand *rand = g_rand_new_with_seed (seed);
    double width = pow (10, g_rand_double_range (rand, -2, 5)), x[50];

    for (guint i = 0; i < 50; i++)
      x[i] = g_rand_double_range (rand, -width, 2 * width);
    bins = ser_bins_choose (x, 50);
    g_assert_cmpuint (bins.n, <=, SER_MAX_BINS);
    g_assert_cmpuint (bins.n, >=, SER_MAX_BINS / 4);
    for (guint i = 0; i < 50; i++) {
      g_assert_cmpfloat (x[i], >=, bins.from - 1e-6 * bins.step);
      g_assert_cmpfloat (x[i], <, bins.from + bins.step * (bins.n + 1e-6));
    }
    g_rand_free (rand);
  }
}

static void
test_quartiles (void)
{
  double values[] = { 4, 1, 3, 2, 10 };
  const SerBins bins = { 0, 2, 6 };
  SerDistribution d;

  ser_distribution_compute (&d, values, 5, &bins);
  g_assert_cmpfloat (d.minimum, ==, 1);
  g_assert_cmpfloat (d.quartiles[0], ==, 2);
  g_assert_cmpfloat (d.quartiles[1], ==, 3);
  g_assert_cmpfloat (d.quartiles[2], ==, 4);
  g_assert_cmpfloat (d.maximum, ==, 10);
  g_assert_cmpfloat (d.mean, ==, 4);
  /* On an edge is above it. */
  g_assert_cmpuint (d.counts[0], ==, 1);
  g_assert_cmpuint (d.counts[1], ==, 2);
  g_assert_cmpuint (d.counts[2], ==, 1);
  g_assert_cmpuint (d.counts[5], ==, 1);
  ser_distribution_compute (&d, values, 0, &bins);
  g_assert_true (isnan (d.mean) && isnan (d.quartiles[1]) && isnan (d.maximum));
}

/* ---- a corpus of known figures ---- */

/* A square wave: its level is that of its amplitude. */
static void
write_tone (const char *folder, const char *name, double seconds, double pitch, gint16 amplitude)
{
  gsize n = seconds * 16000;
  g_autofree gint16 *samples = g_new (gint16, n);

  for (gsize i = 0; i < n; i++)
    samples[i] = fmod (i * pitch / 16000, 1) < 0.5 ? amplitude : -amplitude;
  fixture_write_wav (folder, name, 16000, 1, samples, n);
}

static void
write_corpus (const char *folder)
{
  g_autofree gint16 *noise = fixture_noise (7, 32000), *silence = g_new0 (gint16, 32000);

  write_tone (folder, "audio/1001_IEO_ANG_XX.wav", 2, 200, 16384);
  write_tone (folder, "audio/1001_DFA_ANG_XX.wav", 3, 250, 8192);
  write_tone (folder, "audio/1002_IEO_ANG_XX.wav", 1, 100, 4096);
  fixture_write_wav (folder, "audio/1002_IEO_SAD_XX.wav", 16000, 1, noise, 32000);
  fixture_write_wav (folder, "audio/1002_DFA_SAD_XX.wav", 16000, 1, silence, 32000);
  write_tone (folder, "audio/1001_IEO_NEU_XX.wav", 1.5, 160, 1000);
  write_tone (folder, "audio/1001_IEO_HAP_XX.wav", 1.5, 160, 1000);
  write_tone (folder, "audio/interview.wav", 1, 100, 1000);
  fixture_write (folder, "audio/1002_DFA_FEA_XX.wav", "not a sound");
  fixture_write (folder, "actors.csv", "actor,age,sex\n1001,25,Female\n1002,61,Male\n");
  fixture_write (folder, "clips.csv",
      "clip,split\n1001_IEO_ANG_XX,train\n1001_DFA_ANG_XX,train\n1002_IEO_ANG_XX,valid\n1002_IEO_SAD_XX,valid\n");
  fixture_write (folder, "voice_votes.csv",
      "clip,anger,disgust,fear,happy,neutral,sad\n1001_IEO_ANG_XX,3,1,0,0,0,0\n1001_DFA_ANG_XX,1,1,0,0,2,0\n"
      "1002_IEO_SAD_XX,0,0,0,0,0,5\n");
}

static JsonObject *
get_part (JsonObject *root, const char *list, const char *name)
{
  JsonArray *array = json_object_get_array_member (root, list);

  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonObject *part = json_array_get_object_element (array, i);

    if (strcmp (json_object_get_string_member (part, "name"), name) == 0)
      return part;
  }
  g_error ("%s has no `%s`", list, name);
}

/* Members clips, median, minimum and maximum of a distribution; and its histogram counts all its clips. */
static void
check_distribution (
    JsonObject *part, const char *name, gint64 clips, double median, double minimum, double maximum, double epsilon)
{
  JsonObject *d = json_object_get_object_member (part, name);
  JsonArray *counts = json_object_get_array_member (json_object_get_object_member (d, "histogram"), "counts");
  gint64 sum = 0;

  g_assert_cmpint (json_object_get_int_member (d, "clips"), ==, clips);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (d, "median"), median, epsilon);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (d, "minimum"), minimum, epsilon);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (d, "maximum"), maximum, epsilon);
  for (guint i = 0; i < json_array_get_length (counts); i++)
    sum += json_array_get_int_element (counts, i);
  g_assert_cmpint (sum, ==, clips);
}

static void
check_balance (JsonObject *part, gint64 clips, gint64 speakers, double seconds, gint64 anger, gint64 sadness)
{
  JsonArray *by_label = json_object_get_array_member (part, "clips_by_label");

  g_assert_cmpint (json_object_get_int_member (part, "clips"), ==, clips);
  g_assert_cmpint (json_object_get_int_member (part, "speakers"), ==, speakers);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (part, "hours"), seconds / 3600, 1e-4);
  g_assert_cmpuint (json_array_get_length (by_label), ==, 2);
  g_assert_cmpint (json_array_get_int_element (by_label, 0), ==, anger);
  g_assert_cmpint (json_array_get_int_element (by_label, 1), ==, sadness);
}

static void
check_votes (JsonObject *votes)
{
  JsonArray *shares = json_object_get_array_member (votes, "shares"), *anger, *disgust;

  g_assert_cmpint (json_object_get_int_member (votes, "clips"), ==, 3);
  anger = json_array_get_array_element (shares, 0);
  g_assert_cmpfloat_with_epsilon (json_array_get_double_element (anger, 0), 0.5, 1e-4);
  g_assert_cmpfloat_with_epsilon (json_array_get_double_element (anger, 1), 0.25, 1e-4);
  g_assert_cmpfloat_with_epsilon (json_array_get_double_element (anger, 4), 0.25, 1e-4);
  disgust = json_array_get_array_element (shares, 1);
  g_assert_cmpuint (json_array_get_length (disgust), ==, 0);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (votes, "agreement"), 2.0 / 3, 1e-4);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (votes, "plurality"), 2.0 / 3, 1e-4);
}

static void
check_left_out (JsonObject *root)
{
  static const char *const expected[] = { "interview.wav: not a clip of crema-d", "1001_IEO_HAP_XX.wav: labelled",
    "1001_IEO_NEU_XX.wav: labelled", "1002_DFA_FEA_XX.wav: ", "1002_DFA_SAD_XX.wav: digital silence" };
  JsonArray *left_out = json_object_get_array_member (root, "left_out");

  g_assert_cmpuint (json_array_get_length (left_out), ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_true (g_str_has_prefix (json_array_get_string_element (left_out, i), expected[i]));
}

static void
check_document (JsonObject *root)
{
  JsonObject *anger = get_part (root, "by_label", "anger"), *sadness = get_part (root, "by_label", "sadness");

  g_assert_cmpstr (json_object_get_string_member (root, "schema"), ==, "seremotion-corpus-1");
  g_assert_cmpstr (json_object_get_string_member (root, "name"), ==, "crema-d");
  g_assert_nonnull (strstr (json_object_get_string_member (root, "licence"), "Open Database License"));
  check_balance (root, 4, 2, 8, 3, 1);
  check_balance (anger, 3, 2, 6, 3, 0);
  check_balance (get_part (root, "by_split", "train"), 2, 1, 5, 2, 0);
  check_balance (get_part (root, "by_split", "valid"), 2, 1, 3, 1, 1);
  check_balance (get_part (root, "by_group", "female"), 2, 1, 5, 2, 0);
  check_balance (get_part (root, "by_group", "60-and-over"), 2, 1, 3, 1, 1);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (root, "by_group")), ==, 4);
  check_distribution (root, "duration", 4, 2, 1, 3, 1e-4);
  check_distribution (anger, "duration", 3, 2, 1, 3, 1e-4);
  check_distribution (anger, "loudness", 3, -12.04, -18.06, -6.02, 0.01);
  check_distribution (anger, "pitch", 3, 200, 100, 250, 1);
  check_distribution (json_object_get_object_member (anger, "pitch_by_sex"), "female", 2, 225, 200, 250, 1);
  check_distribution (json_object_get_object_member (anger, "pitch_by_sex"), "male", 1, 100, 100, 100, 1);
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (sadness, "pitch"), "clips"), ==, 0);
  g_assert_true (json_object_get_null_member (json_object_get_object_member (sadness, "pitch"), "median"));
  check_votes (json_object_get_object_member (root, "votes"));
  check_left_out (root);
}

static void
test_figures (void)
{
  g_autofree char *folder = fixture_folder (), *json = fixture_path (folder, "c.json"), *first = NULL, *again = NULL;
  g_autofree char *err = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();

  write_corpus (folder);
  g_assert_cmpint (fixture_seremotion (NULL, &err, "corpus '%s' --json '%s' -j 1", folder, json), ==, 0);
  fixture_assert_has (err, "left out: 1002_DFA_SAD_XX.wav: digital silence");
  check_document (fixture_load_json (json, parser));
  g_assert_true (g_file_get_contents (json, &first, NULL, NULL));
  g_assert_null (strstr (first, folder));
  g_assert_cmpint (
      fixture_seremotion (NULL, NULL, "corpus --corpus crema-d --data '%s' --json '%s' -j 4", folder, json), ==, 0);
  g_assert_true (g_file_get_contents (json, &again, NULL, NULL));
  g_assert_cmpstr (first, ==, again);
}

static void
test_tables (void)
{
  g_autofree char *folder = fixture_folder (), *out = NULL;

  write_corpus (folder);
  g_assert_cmpint (fixture_seremotion (&out, NULL, "corpus '%s'", folder), ==, 0);
  fixture_assert_has (out, "4 clips of 2 speakers, 0.00 hours; 5 left out");
  fixture_assert_has (out, "1.5 2.0 2.5   -15 -12 -9       212 225 238  100 100 100");
  fixture_assert_has (out, "66.7 % of votes are for what was intended; it has the most in 66.7 % of 3 clips");
}

/* A manifest's labels are its own, nobody voted, and a clip over 30 s is the mean of its windows. */
static void
test_manifest (void)
{
  g_autofree char *folder = fixture_folder (), *json = fixture_path (folder, "c.json");
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *root;

  write_tone (folder, "long.wav", 60, 125, 3277);
  write_tone (folder, "short.wav", 4, 400, 3277);
  fixture_write (folder, "m.csv",
      "path,start,end,emotion,speaker,split\nlong.wav,,,calm,a,\nshort.wav,1,3.5,wonder,b,test\nno.wav,,,calm,c,\n");
  g_assert_cmpint (fixture_seremotion (NULL, NULL, "corpus --manifest '%s/m.csv' --json '%s'", folder, json), ==, 0);
  root = fixture_load_json (json, parser);
  check_balance (root, 2, 2, 62.5, 1, 1);
  g_assert_cmpstr (json_object_get_string_member (root, "title"), ==, "m.csv");
  g_assert_true (json_object_get_null_member (root, "licence"));
  g_assert_true (json_object_get_null_member (root, "votes"));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (root, "by_group")), ==, 0);
  check_balance (get_part (root, "by_split", "test"), 1, 1, 2.5, 0, 1);
  check_distribution (get_part (root, "by_label", "calm"), "duration", 1, 60, 60, 60, 1e-4);
  check_distribution (get_part (root, "by_label", "calm"), "loudness", 1, -20, -20, -20, 0.01);
  check_distribution (get_part (root, "by_label", "calm"), "pitch", 1, 125, 125, 125, 1);
  check_distribution (get_part (root, "by_label", "wonder"), "pitch", 1, 400, 400, 400, 2);
}

/* ---- refusals ---- */

static void
assert_refused (int status, const char *message, const char *command)
{
  g_autofree char *err = NULL;

  g_assert_cmpint (fixture_seremotion (NULL, &err, "%s", command), ==, status);
  fixture_assert_has (err, message);
}

static void
test_refusals (void)
{
  g_autofree char *folder = fixture_folder (), *silent = fixture_folder (), *wrong = fixture_folder ();
  g_autofree char *nowhere = g_strdup_printf ("corpus '%s/none'", folder);
  g_autofree char *empty = g_strdup_printf ("corpus '%s'", folder);
  g_autofree char *of_silence = g_strdup_printf ("corpus '%s'", silent);
  g_autofree char *strange = g_strdup_printf ("corpus '%s'", wrong);
  g_autofree char *fold = g_strdup_printf ("corpus '%s' --fold 1/5", silent);
  g_autofree char *output = g_strdup_printf ("corpus '%s' --json '%s/none/c.json'", silent, silent);
  g_autofree gint16 *silence = g_new0 (gint16, 32000);

  fixture_write_wav (silent, "03a01Wa.wav", 16000, 1, silence, 32000);
  fixture_write_wav (wrong, "interview.wav", 16000, 1, silence, 32000);
  assert_refused (2, "no clips: give --corpus NAME --data DIR, or --manifest CSV", "corpus");
  assert_refused (1, "no such folder", nowhere);
  assert_refused (1, "none of its 0 audio files is named", empty);
  assert_refused (1, "none of its 1 audio files is named as those of a known corpus", strange);
  assert_refused (
      1, "none of its 1 clips can be used; the first is left out as 03a01Wa.wav: digital silence", of_silence);
  assert_refused (2, "--fold is for training", fold);
  assert_refused (2, "--jobs -1: expected 0 or more", "corpus -j -1");
  assert_refused (2, "its folder does not exist", output);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/tools/corpus-report/bins", test_bins);
  g_test_add_func ("/tools/corpus-report/quartiles", test_quartiles);
  g_test_add_func ("/tools/corpus-report/figures", test_figures);
  g_test_add_func ("/tools/corpus-report/tables", test_tables);
  g_test_add_func ("/tools/corpus-report/manifest", test_manifest);
  g_test_add_func ("/tools/corpus-report/refusals", test_refusals);
  return fixture_run ();
}
