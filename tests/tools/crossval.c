/* crossval.c - tests of seremotion crossval: NumPy's figures, and folds that are refused
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <json-glib/json-glib.h>

#include "fixture.h"
#include "predictions.h"

#define HEADER "clip,speaker,emotion,p_joy,p_fear,logit_joy,logit_fear\n"

static char *
golden_file (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "..", "golden", "crossval", name, NULL);
}

/* ---- against NumPy ---- */

/* The member that names and indices with dots between lead to. */
static double
get_number (JsonNode *root, const char *path)
{
  g_auto (GStrv) steps = g_strsplit (path, ".", -1);
  JsonNode *node = root;

  for (guint i = 0; steps[i]; i++) {
    node = JSON_NODE_HOLDS_ARRAY (node) ? json_array_get_element (json_node_get_array (node), atoi (steps[i]))
                                        : json_object_get_member (json_node_get_object (node), steps[i]);
    if (!node)
      g_error ("%s: there is no %s", path, steps[i]);
  }
  return json_node_get_double (node);
}

static void
check_figures (const char *json)
{
  g_autofree char *path = golden_file ("expected.txt"), *text = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_auto (GStrv) lines = NULL;
  guint n = 0;

  g_assert_true (json_parser_load_from_file (parser, json, NULL));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; *lines[i]; i++, n++) {
    char *space = strchr (lines[i], ' ');
    double expected = g_ascii_strtod (space + 1, NULL), found;

    *space = '\0';
    found = get_number (json_parser_get_root (parser), lines[i]);
    if (!(fabs (found - expected) <= 2e-5 * fmax (1, fabs (expected))))
      g_error ("%s is %.9g, expected %.9g", lines[i], found, expected);
  }
  g_assert_cmpuint (n, >, 400);
}

static void
check_predictions (const char *path, const char *json)
{
  g_autoptr (SerPredictions) p = ser_predictions_load (path, NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  SerEvaluation evaluation = { 0 };
  SerMetrics metrics;
  JsonNode *root;

  g_assert_nonnull (p);
  g_assert_true (json_parser_load_from_file (parser, json, NULL));
  root = json_parser_get_root (parser);
  evaluation = (SerEvaluation){ .n_labels = p->n_labels, .verdicts = p->verdicts };
  ser_evaluation_measure (&evaluation, NULL, NULL, &metrics);
  g_assert_cmpfloat (metrics.uar, ==, get_number (root, "uar"));
  g_assert_cmpfloat (fabs (metrics.loss - get_number (root, "loss")), <, 1e-5);
  g_assert_cmpfloat (fabs (metrics.ece - get_number (root, "ece")), <, 1e-5);
}

static void
test_golden (void)
{
  g_autofree char *folder = fixture_folder (), *json = g_build_filename (folder, "c.json", NULL),
                  *markdown = g_build_filename (folder, "c.md", NULL), *csv = g_build_filename (folder, "c.csv", NULL);
  g_autofree char *a = golden_file ("fold1.csv"), *b = golden_file ("fold2.csv"), *c = golden_file ("fold3.csv");
  g_autofree char *text = NULL, *tables = NULL;

  g_assert_cmpint (
      fixture_seremotion (&text, NULL, "crossval '%s' '%s' '%s' --json '%s' --markdown '%s' --predictions '%s'", a, b,
          c, json, markdown, csv),
      ==, 0);
  check_figures (json);
  check_predictions (csv, json);
  fixture_assert_has (text, "UAR of all 225 clips (bootstrap over 15 speakers)");
  g_assert_true (g_file_get_contents (markdown, &tables, NULL, NULL));
  fixture_assert_has (tables, "\n| --- | ---: | ---: | ---: |\n");
}

/* What does not belong to one fold is the same whatever the order of the files. */
static void
test_order (void)
{
  g_autofree char *folder = fixture_folder (), *a = golden_file ("fold1.csv"), *b = golden_file ("fold2.csv");
  static const char *const same[] = { "uar", "temperature", "bootstrap.uar.low", "bootstrap.uar.high", "mean.uar.low",
    "calibration.after.loss" };
  double found[2][G_N_ELEMENTS (same)];

  for (guint i = 0; i < 2; i++) {
    g_autofree char *json = g_build_filename (folder, "c.json", NULL);
    g_autoptr (JsonParser) parser = json_parser_new ();

    g_assert_cmpint (
        fixture_seremotion (NULL, NULL, "crossval '%s' '%s' --json '%s'", i ? a : b, i ? b : a, json), ==, 0);
    g_assert_true (json_parser_load_from_file (parser, json, NULL));
    for (guint k = 0; k < G_N_ELEMENTS (same); k++)
      found[i][k] = get_number (json_parser_get_root (parser), same[k]);
  }
  for (guint k = 0; k < G_N_ELEMENTS (same); k++)
    g_assert_cmpfloat (fabs (found[0][k] - found[1][k]), <, 1e-9);
}

/* ---- what is refused ---- */

/* Runs crossval over two folds with these texts; one line on standard error must have all of the given parts. */
static void
assert_refused (const char *one, const char *two, const char *first, const char *second)
{
  g_autofree char *folder = fixture_folder (), *error = NULL;

  fixture_write (folder, "one.csv", one);
  fixture_write (folder, "two.csv", two);
  g_assert_cmpint (fixture_seremotion (NULL, &error, "crossval '%s/one.csv' '%s/two.csv'", folder, folder), ==, 1);
  fixture_assert_has (error, first);
  fixture_assert_has (error, second);
  g_assert_cmpuint (strcspn (error, "\n"), ==, strlen (error) - 1);
}

static void
test_leaks (void)
{
  const char *one = HEADER "a.wav,a,joy,0.6,0.4,1,0\nb.wav,b,fear,0.6,0.4,1,0\n";

  assert_refused (one, HEADER "c.wav,c,joy,0.6,0.4,1,0\nd.wav,b,fear,0.6,0.4,1,0\n", "two.csv:3: speaker `b` is in ",
      "one.csv:3 already");
  assert_refused (one, HEADER "a.wav,c,joy,0.6,0.4,1,0\n", "two.csv:2: clip `a.wav` is in ", "one.csv:2 already");
  assert_refused (HEADER "a.wav,a,joy,0.6,0.4,1,0\na.wav,a,joy,0.6,0.4,1,0\n", HEADER "c.wav,c,joy,0.6,0.4,1,0\n",
      "one.csv:3: clip `a.wav` is in ", "counts once");
  assert_refused (one, one, "two.csv:2: clip `a.wav`", "one.csv:2");
  assert_refused (one, HEADER "c.wav,,joy,0.6,0.4,1,0\n", "two.csv:2: no speaker", "share one");
}

static void
test_unlike (void)
{
  const char *one = HEADER "a.wav,a,joy,0.6,0.4,1,0\n";

  assert_refused (one,
      "clip,speaker,emotion,p_fear,p_joy,logit_fear,logit_joy\n"
      "c.wav,c,joy,0.6,0.4,1,0\n",
      "two.csv: the labels are fear,joy", "one.csv are joy,fear");
  assert_refused (one, "clip,speaker,emotion,p_joy,p_fear\nc.wav,c,joy,0.6,0.4\n", "two.csv: no logits", "logit_LABEL");
  assert_refused (one, HEADER "c.wav,c,joy,0.6,0.4,0,0\n", "two.csv: no logits", "streams");
  assert_refused (one, "clip,speaker,emotion,p_joy,p_fear,logit_joy\nc.wav,c,joy,0.6,0.4,0\n",
      "two.csv: ", "no column `logit_fear`");
}

static void
test_malformed (void)
{
  static const struct {
    const char *text, *first, *second;
  } files[] = {
    { "clip,emotion,p_joy,p_fear\nx,joy,1,0\n", "two.csv: ", "no column `speaker`" },
    { "clip,speaker,emotion,p_joy\nx,s,joy,1\n", "two.csv: 1 columns p_LABEL", "expected 2" },
    { "clip,speaker,emotion,p_joy,p_joy\nx,s,joy,1,0\n", "two.csv: two columns", "p_joy" },
    { HEADER, "two.csv: ", "no clips" },
    { HEADER "x,s,anger,1,0,1,0\n", "two.csv:2: emotion `anger`", "one of the labels" },
    { HEADER "x,s,joy,1,0,1,abc\n", "two.csv:2: logit_fear `abc`", "a number" },
    { HEADER "x,s,joy,1,0,1,nan\n", "two.csv:2: logit_fear `nan`", "a number" },
    { HEADER "x,s,joy,1.5,0,1,1\n", "two.csv:2: p_joy `1.5`", "a probability" },
    { HEADER "x,s,joy,1,0,1\n", "two.csv:2: logit_fear ``", "a number" },
    { HEADER ",s,joy,1,0,1,0\n", "two.csv:2: clip ``", "the name of a clip" },
    { "clip,speaker,sex,emotion,p_joy,p_fear\nx,s,both,joy,1,0\n", "two.csv:2: sex `both`", "f, m or nothing" },
    { "clip,speaker,age,emotion,p_joy,p_fear\nx,s,-3,joy,1,0\n", "two.csv:2: age `-3`", "years" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    assert_refused (HEADER "a.wav,a,joy,0.6,0.4,1,0\n", files[i].text, files[i].first, files[i].second);
}

static void
test_command_line (void)
{
  g_autofree char *folder = fixture_folder ();
  static const char *const lines[] = { "crossval", "crossval a.csv", "crossval a.csv b.csv --nothing",
    "crossval a.csv b.csv --json a.csv", "crossval a.csv b.csv --json x --markdown x",
    "crossval a.csv b.csv --predictions none/x", "crossval a.csv b.csv --markdown ''" };
  g_autofree char *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autofree char *line = NULL;

    g_assert_cmpint (fixture_seremotion (NULL, &line, "%s", lines[i]), ==, 2);
    fixture_assert_has (line, "seremotion crossval: ");
    g_assert_cmpuint (strcspn (line, "\n"), ==, strlen (line) - 1);
  }
  g_assert_cmpint (fixture_seremotion (NULL, &error, "crossval '%s/none.csv' b.csv", folder), ==, 1);
  fixture_assert_has (error, "none.csv");
}

/* Unknown groups and labels that do not occur leave no figure behind. */
static void
test_few (void)
{
  g_autofree char *folder = fixture_folder (), *json = g_build_filename (folder, "c.json", NULL), *text = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *object;

  fixture_write (folder, "one.csv", HEADER "a.wav,a,joy,0.6,0.4,1,0\n");
  fixture_write (folder, "two.csv", HEADER "b.wav,b,joy,0.6,0.4,1,0\n");
  g_assert_cmpint (
      fixture_seremotion (&text, NULL, "crossval '%s/one.csv' '%s/two.csv' --json '%s'", folder, folder, json), ==, 0);
  g_assert_true (json_parser_load_from_file (parser, json, NULL));
  object = json_node_get_object (json_parser_get_root (parser));
  g_assert_cmpuint (json_object_get_size (json_object_get_object_member (object, "by_group")), ==, 0);
  g_assert_cmpuint (json_object_get_size (json_object_get_object_member (object, "recalls")), ==, 1);
  g_assert_cmpfloat (json_object_get_double_member (object, "uar"), ==, 1);
  fixture_assert_has (text, "100.0 %");
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/tools/crossval/golden", test_golden);
  g_test_add_func ("/tools/crossval/order", test_order);
  g_test_add_func ("/tools/crossval/leaks", test_leaks);
  g_test_add_func ("/tools/crossval/unlike", test_unlike);
  g_test_add_func ("/tools/crossval/malformed", test_malformed);
  g_test_add_func ("/tools/crossval/command-line", test_command_line);
  g_test_add_func ("/tools/crossval/few", test_few);
  return fixture_run ();
}
