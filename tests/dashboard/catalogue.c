/* catalogue.c - tests of "Models and data": answers against the committed files, and folders of all sorts
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "catalogue.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catalogue-files.h"
#include "exchange.h"
#include "fixture.h"

#define RUN "0123456789abcdef"

static SerModel *model;
static SerCatalogue *catalogue; /* what is asked now */

/* ---- asking ---- */

static gboolean
answer_by_catalogue (const SerRequest *request)
{
  return ser_catalogue_answer (catalogue, request);
}

/* `header` is a name, or NULL. */
static Answer
ask (const char *method, const char *path, const char *header, const char *value)
{
  g_autofree char *full = g_strconcat (SER_HTTP_API, path, NULL);

  return exchange_ask (method, full, NULL, header, value, NULL);
}

/* The answer to a GET, which must be JSON; belongs to `parser`. */
static JsonObject *
get_json (const char *path, JsonParser *parser)
{
  g_auto (Answer) answer = ask ("GET", path, NULL, NULL);

  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_cmpstr (answer_get (&answer, "Content-Type"), ==, "application/json");
  return answer_read_json (&answer, parser);
}

static void
assert_problem (const char *method, const char *path, guint status, const char *detail)
{
  g_auto (Answer) answer = ask (method, path, NULL, NULL);

  answer_assert_problem (&answer, status, detail);
}

/* A file of the source tree; free with g_free(). */
static char *
source_path (const char *path)
{
  return g_test_build_filename (G_TEST_DIST, "..", "..", path, NULL);
}

static JsonObject *
load_source (const char *path, JsonParser *parser)
{
  g_autofree char *full = source_path (path);

  return fixture_load_json (full, parser);
}

static void
assert_same_bytes (const char *path, const char *type, const char *source)
{
  g_auto (Answer) answer = ask ("GET", path, NULL, NULL);
  g_autofree char *full = source_path (source), *text = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (full, &text, &size, NULL));
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_cmpstr (answer_get (&answer, "Content-Type"), ==, type);
  g_assert_cmpmem (g_bytes_get_data (answer.body, NULL), g_bytes_get_size (answer.body), text, size);
}

/* The element of an array of objects whose member `name` is that. */
static JsonObject *
find_named (JsonArray *array, const char *name)
{
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonObject *object = json_array_get_object_element (array, i);
    if (strcmp (json_object_get_string_member (object, "name"), name) == 0)
      return object;
  }
  g_error ("there is no `%s`", name);
}

/* ---- models ---- */

static const struct {
  const char *name, *report, *features;
  gint64 parameters; /* of docs/experiments.md */
} expected_models[] = {
  { "mlp", "models/experiments/folds/mlp.json", "mfcc", 95366 },
  { "cnn", "models/experiments/folds/cnn.json", "mfcc", 36486 },
  { "lstm", "models/experiments/folds/lstm.json", "mfcc", 2110470 },
  { "cnn-lstm", "models/experiments/folds/cnn-lstm.json", "mfcc", 2395526 },
  { "crnn-attention", "models/experiments/folds/crnn-attention.json", "logmel", 247882 },
  { "default", "models/experiments/default/crossval.json", "logmel", 247882 },
};

/* Figures are the report's, layers add up. */
static void
check_model (JsonObject *found, guint i)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *report = load_source (expected_models[i].report, parser), *uar, *last;
  JsonObject *crossval = json_object_get_object_member (found, "crossval");
  JsonArray *layers = json_object_get_array_member (found, "layers");
  gint64 sum = 0;

  uar = json_object_get_object_member (json_object_get_object_member (report, "mean"), "uar");
  g_assert_cmpfloat_with_epsilon (
      json_object_get_double_member (crossval, "uar"), json_object_get_double_member (uar, "value"), 1e-12);
  g_assert_cmpfloat_with_epsilon (
      json_object_get_double_member (crossval, "uar_low"), json_object_get_double_member (uar, "low"), 1e-12);
  g_assert_cmpfloat_with_epsilon (
      json_object_get_double_member (crossval, "uar_high"), json_object_get_double_member (uar, "high"), 1e-12);
  g_assert_cmpint (json_object_get_int_member (crossval, "clips"), ==, json_object_get_int_member (report, "clips"));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (crossval, "folds")), ==, 5);
  g_assert_true (g_str_has_prefix (json_object_get_string_member (found, "features"), expected_models[i].features));
  for (guint l = 0; l < json_array_get_length (layers); l++)
    sum += json_object_get_int_member (json_array_get_object_element (layers, l), "parameters");
  g_assert_cmpint (sum, ==, expected_models[i].parameters);
  g_assert_cmpint (json_object_get_int_member (found, "parameters"), ==, sum);
  last = json_array_get_object_element (layers, json_array_get_length (layers) - 1);
  g_assert_cmpstr (json_object_get_string_member (last, "kind"), ==, "linear");
  g_assert_cmpint (json_array_get_int_element (json_object_get_array_member (last, "output"), 0), ==, 6);
}

static void
test_models (void)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *root = get_json ("/models", parser), *served = json_object_get_object_member (root, "default");
  JsonArray *models = json_object_get_array_member (root, "models");

  g_assert_cmpuint (json_array_get_length (models), ==, G_N_ELEMENTS (expected_models));
  for (guint i = 0; i < G_N_ELEMENTS (expected_models); i++)
    check_model (find_named (models, expected_models[i].name), i);
  g_assert_cmpuint (strlen (json_object_get_string_member (served, "id")), ==, 16);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (served, "labels")), ==, 6);
  g_assert_cmpint (json_object_get_int_member (served, "parameters"), ==, 247882);
  served = json_object_get_object_member (served, "metadata");
  g_assert_true (json_object_has_member (served, "trained_on"));
  g_assert_false (json_object_has_member (served, "norm_mean"));
}

/* The report and the runs are the files' own. */
static void
test_model (void)
{
  g_autoptr (JsonParser) parser = json_parser_new (), other = json_parser_new ();

  for (guint i = 0; i < G_N_ELEMENTS (expected_models); i++) {
    g_autofree char *path = g_strconcat ("/models/", expected_models[i].name, NULL);
    JsonObject *found = get_json (path, parser), *report = load_source (expected_models[i].report, other), *run;
    JsonArray *runs = json_object_get_array_member (found, "runs");
    JsonNode *a = json_object_get_member (found, "report"), *b = json_parser_get_root (other);

    check_model (found, i);
    g_assert_true (json_node_equal (a, b));
    g_assert_cmpuint (json_array_get_length (json_object_get_array_member (report, "folds")), ==, 5);
    g_assert_cmpuint (json_array_get_length (runs), ==, 5);
    for (guint k = 0; k < 5; k++) {
      run = json_array_get_object_element (runs, k);
      g_assert_cmpuint (json_array_get_length (json_object_get_array_member (run, "history")), >=, 20);
      g_assert_true (json_object_has_member (run, "confusion") || strcmp (expected_models[i].name, "default") == 0);
    }
  }
}

static void
test_drawing (void)
{
  g_auto (Answer) answer = ask ("GET", "/models/cnn-lstm/architecture.svg", NULL, NULL), again = { 0 };
  g_autofree char *text = answer_dup_text (&answer);

  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_cmpstr (answer_get (&answer, "Content-Type"), ==, "image/svg+xml");
  fixture_assert_has (text, "<svg ");
  fixture_assert_has (answer_get (&answer, "Content-Security-Policy"),
      "style-src 'unsafe-inline'"); /* without it the drawing is black */
  fixture_assert_has (text, "2,395,526");
  again = ask ("GET", "/models/cnn-lstm/architecture.svg", "If-None-Match", answer_get (&answer, "ETag"));
  g_assert_cmpuint (again.status, ==, 304);
}

/* ---- experiments that are shipped ---- */

/* Every folder of the source tree that has a grid. */
static guint
count_grids (void)
{
  g_autofree char *folder = source_path ("models/experiments");
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir))) {
    g_autofree char *grid = g_build_filename (folder, name, "grid.json", NULL);
    n += g_file_test (grid, G_FILE_TEST_EXISTS);
  }
  return n;
}

static void
test_experiments (void)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonArray *list = json_object_get_array_member (get_json ("/experiments", parser), "experiments");
  JsonObject *mfcc = find_named (list, "mfcc");

  g_assert_cmpuint (json_array_get_length (list), ==, count_grids ());
  g_assert_cmpint (json_object_get_int_member (mfcc, "runs"), ==, 6);
  g_assert_cmpstr (json_object_get_string_member (mfcc, "source"), ==, "shipped");
  g_assert_cmpstr (json_array_get_string_element (json_object_get_array_member (mfcc, "columns"), 1), ==, "batch");
}

/* Every run's figures are those of its file. */
static void
check_experiment (const char *name)
{
  g_autofree char *path = g_strconcat ("/experiments/", name, NULL);
  g_autoptr (JsonParser) parser = json_parser_new (), other = json_parser_new ();
  JsonArray *runs = json_object_get_array_member (get_json (path, parser), "runs");

  for (guint i = 0; i < json_array_get_length (runs); i++) {
    JsonObject *run = json_array_get_object_element (runs, i), *document, *epoch;
    const char *id = json_object_get_string_member (run, "id");
    g_autofree char *source = g_strdup_printf ("models/experiments/%s/runs/%s.json", name, id);
    g_autofree char *at = g_strdup_printf ("/experiments/%s/runs/%s", name, id);
    gint64 kept = json_object_get_int_member (run, "kept_epoch");

    assert_same_bytes (at, "application/json", source);
    document = load_source (source, other);
    g_assert_cmpfloat_with_epsilon (
        json_object_get_double_member (run, "uar"), json_object_get_double_member (document, "uar"), 1e-12);
    g_assert_cmpfloat_with_epsilon (
        json_object_get_double_member (run, "ece"), json_object_get_double_member (document, "ece"), 1e-12);
    epoch = json_array_get_object_element (json_object_get_array_member (document, "history"), kept - 1);
    g_assert_cmpint (json_object_get_int_member (epoch, "epoch"), ==, kept);
    g_assert_cmpfloat_with_epsilon (json_object_get_double_member (run, "train_accuracy"),
        json_object_get_double_member (epoch, "train_accuracy"), 1e-12);
  }
}

static void
test_experiment (void)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonArray *list = json_object_get_array_member (get_json ("/experiments", parser), "experiments");

  for (guint i = 0; i < json_array_get_length (list); i++)
    check_experiment (json_object_get_string_member (json_array_get_object_element (list, i), "name"));
}

/* ---- corpora and examples ---- */

static void
test_corpora (void)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonArray *list = json_object_get_array_member (get_json ("/corpora", parser), "corpora");
  JsonObject *crema_d = find_named (list, "crema-d");

  g_assert_cmpint (json_object_get_int_member (crema_d, "clips"), ==, 5885);
  g_assert_cmpint (json_object_get_int_member (crema_d, "speakers"), ==, 72);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (crema_d, "hours"), 4.186, 0.001);
  assert_same_bytes ("/corpora/crema-d", "application/json", "models/corpora/crema-d.json");
  assert_same_bytes ("/corpora/emodb", "application/json", "models/corpora/emodb.json");
}

static void
check_pictures (const char *name)
{
  static const char *const kinds[] = { "spectrogram", "mfcc" };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autofree char *path = g_strdup_printf ("/examples/%s/%s.svg", name, kinds[i]);
    g_autofree char *source = g_strdup_printf ("examples/clips/%s-%s.svg", name, kinds[i]);

    assert_same_bytes (path, "image/svg+xml", source);
  }
}

static void
test_examples (void)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonArray *list = json_object_get_array_member (get_json ("/examples", parser), "examples");
  g_auto (Answer) part = ask ("GET", "/examples/anger/sound", "Range", "bytes=4-7");

  g_assert_cmpuint (json_array_get_length (list), ==, 6);
  for (guint i = 0; i < 6; i++) {
    const char *name = json_object_get_string_member (json_array_get_object_element (list, i), "name");
    g_autofree char *path = g_strdup_printf ("/examples/%s/sound", name);
    g_autofree char *source = g_strdup_printf ("examples/clips/%s.opus", name);

    assert_same_bytes (path, "audio/ogg", source);
    check_pictures (name);
  }
  g_assert_cmpuint (part.status, ==, 206);
  g_assert_cmpuint (g_bytes_get_size (part.body), ==, 4);
}

/* ---- what there is not ---- */

static void
test_refusals (void)
{
  g_auto (Answer) head = ask ("HEAD", "/corpora", NULL, NULL);

  g_assert_cmpuint (head.status, ==, 200);
  g_assert_cmpuint (g_bytes_get_size (head.body), ==, 0);
  assert_problem ("GET", "/models/gpt", 404, "there is no model gpt");
  assert_problem ("GET", "/models/cnn/weights", 404, "nobody answers");
  assert_problem ("GET", "/experiments/none", 404, "there is no experiment none");
  assert_problem ("GET", "/experiments/mfcc/runs/" RUN, 404, "mfcc has no run " RUN);
  assert_problem ("GET", "/experiments/mfcc/grid.json", 404, "nobody answers");
  assert_problem ("GET", "/experiments/folds", 404, "there is no experiment folds");
  assert_problem ("GET", "/corpora/..%5ccrema-d", 404, "there is no corpus");
  assert_problem ("GET", "/corpora/crema-d.json", 404, "there is no corpus crema-d.json");
  assert_problem ("GET", "/examples/clips/sound", 404, "there is no clip clips");
  assert_problem ("GET", "/examples/anger/mfcc.gif", 404, "nobody answers");
  assert_problem ("POST", "/models", 405, "GET is");
  assert_problem ("DELETE", "/experiments/mfcc", 405, "GET is");
}

/* ---- folders ---- */

#define GRID(title)                                                                                                    \
  "{\"schema\": \"seremotion-tune-1\", \"title\": \"" title "\", \"fixed\": [\"preset = mlp\"], \"columns\": "         \
  "[\"batch\"], \"runs\": [{\"id\": \"" RUN "\", \"values\": [\"32\"]}]}"
#define RESULT(id)                                                                                                     \
  "{\"schema\": \"seremotion-run-1\", \"id\": \"" id "\", \"interrupted\": false, \"uar\": 0.5, \"accuracy\": 0.25, "  \
  "\"loss\": 1.5, \"seconds\": 7, \"parameters\": 9, \"kept_epoch\": 1, \"history\": [{\"train_accuracy\": 0.75}]}"

/* Asks about a folder; what was asked before is asked again afterwards. */
static void
with_folder (const char *folder, void (*func) (void))
{
  SerCatalogue *before = catalogue;
  GError *error = NULL;

  catalogue = ser_catalogue_new (model, folder, &error);
  g_assert_no_error (error);
  func ();
  ser_catalogue_free (catalogue);
  catalogue = before;
}

static JsonObject *
get_first_run (const char *path, JsonParser *parser)
{
  return json_array_get_object_element (json_object_get_array_member (get_json (path, parser), "runs"), 0);
}

static void
check_own (void)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonArray *list = json_object_get_array_member (get_json ("/experiments", parser), "experiments");
  JsonObject *run;

  g_assert_cmpuint (json_array_get_length (list), ==, count_grids () + 2);
  g_assert_cmpstr (json_object_get_string_member (find_named (list, "mine"), "source"), ==, "folder");
  g_assert_cmpstr (json_object_get_string_member (find_named (list, "mfcc-2"), "title"), ==, "another");
  run = get_first_run ("/experiments/mine", parser);
  g_assert_cmpfloat (json_object_get_double_member (run, "uar"), ==, 0.5);
  g_assert_cmpfloat (json_object_get_double_member (run, "train_accuracy"), ==, 0.75);
  g_assert_true (json_object_get_null_member (run, "ece"));
  g_assert_cmpint (json_object_get_int_member (run, "kept_epoch"), ==, 1);
  run = get_first_run ("/experiments/mfcc-2", parser);
  g_assert_true (json_object_get_null_member (run, "uar") && json_object_get_null_member (run, "epochs"));
  assert_problem ("GET", "/experiments/mfcc-2/runs/" RUN, 404, "has no result yet");
  assert_problem ("GET", "/experiments/notes", 404, "there is no experiment notes");
}

static void
test_folder (void)
{
  g_autofree char *folder = fixture_folder (), *alone = g_build_filename (folder, "mine", NULL);
  GError *error = NULL;

  fixture_write (folder, "mine/grid.json", GRID ("own"));
  fixture_write (folder, "mine/runs/" RUN ".json", RESULT (RUN));
  fixture_write (folder, "mfcc/grid.json", GRID ("another"));
  fixture_write (folder, "notes/read-me.txt", "not an experiment");
  with_folder (folder, check_own);
  ser_catalogue_free (ser_catalogue_new (model, alone, &error));
  g_assert_no_error (error);
}

static void
check_changed (void)
{
  assert_problem ("GET", "/experiments/mine/runs/" RUN, 500, RUN ".json");
}

/* A file that is no longer what it was is not passed on. */
static void
test_changed (void)
{
  g_autofree char *folder = fixture_folder (), *runs = g_build_filename (folder, "mine", "runs", NULL);
  g_autofree char *file = g_build_filename (runs, RUN ".json", NULL);
  SerCatalogue *before = catalogue;
  GError *error = NULL;

  fixture_write (folder, "mine/grid.json", GRID ("own"));
  fixture_write (folder, "mine/runs/" RUN ".json", RESULT (RUN));
  catalogue = ser_catalogue_new (model, folder, &error);
  g_assert_no_error (error);
  fixture_write (folder, "mine/runs/" RUN ".json", RESULT ("fedcba9876543210"));
  check_changed ();
  g_assert_cmpint (unlink (file), ==, 0);
  g_assert_cmpint (symlink ("/etc/hostname", file), ==, 0);
  check_changed ();
  ser_catalogue_free (catalogue);
  catalogue = before;
}

/* ---- hostile folders ---- */

static void
assert_fault (const char *folder, const char *file, const char *what)
{
  GError *error = NULL;

  g_assert_null (ser_catalogue_new (model, folder, &error));
  g_assert_nonnull (error);
  fixture_assert_has (error->message, file);
  fixture_assert_has (error->message, what);
  g_error_free (error);
}

/* A folder whose grid or run is this text. */
static void
assert_text_fault (const char *grid, const char *run, const char *file, const char *what)
{
  g_autofree char *folder = fixture_folder ();

  fixture_write (folder, "x/grid.json", grid);
  if (run)
    fixture_write (folder, "x/runs/" RUN ".json", run);
  assert_fault (folder, file, what);
}

static char *
repeat (const char *text, guint n)
{
  GString *out = g_string_new (NULL);

  while (n-- > 0)
    g_string_append (out, text);
  return g_string_free (out, FALSE);
}

static void
test_hostile_text (void)
{
  g_autofree char *deep = repeat ("[", 200000), *large = repeat ("          ", SER_CATALOGUE_MAX_BYTES / 10 + 1);
  g_autofree char *many = repeat ("{\"id\": \"" RUN "\", \"values\": []},", 10001);
  g_autofree char *runs = g_strdup_printf ("{\"schema\": \"seremotion-tune-1\", \"title\": \"\", \"fixed\": [], "
                                           "\"columns\": [], \"runs\": [%.*s]}",
      (int) strlen (many) - 1, many);

  assert_text_fault ("", NULL, "grid.json", "expected a JSON object");
  assert_text_fault ("{\"schema\": 1", NULL, "grid.json", "not JSON");
  assert_text_fault (deep, NULL, "grid.json", "nested too deeply");
  assert_text_fault (large, NULL, "grid.json", "over 4194304 bytes");
  assert_text_fault ("{\"schema\": \"seremotion-run-1\"}", NULL, "grid.json", "expected seremotion-tune-1");
  assert_text_fault ("{\"schema\": \"seremotion-tune-1\", \"title\": \"\", \"fixed\": [], \"columns\": [], "
                     "\"runs\": [{\"id\": \"../../../etc/pass\", \"values\": []}]}",
      NULL, "grid.json", "expected an id of 16 hexadecimal digits");
  assert_text_fault (runs, NULL, "grid.json", "10001 runs");
  assert_text_fault (GRID (""), deep, RUN ".json", "nested too deeply");
  assert_text_fault (GRID (""), large, RUN ".json", "over 4194304 bytes");
  assert_text_fault (GRID (""), RESULT ("fedcba9876543210"), RUN ".json", "expected the run " RUN);
  assert_text_fault (GRID (""),
      "{\"schema\": \"seremotion-run-1\", \"id\": \"" RUN "\", \"interrupted\": false, \"uar\": 1e99}", RUN ".json",
      "expected a number of 0 to 1");
  assert_text_fault (GRID (""),
      "{\"schema\": \"seremotion-run-1\", \"id\": \"" RUN "\", \"interrupted\": false, \"parameters\": 9, "
      "\"kept_epoch\": 7, \"history\": [{}]}",
      RUN ".json", "kept_epoch 7");
}

/* Links, pipes and folders where files should be. */
static void
test_hostile_files (void)
{
  g_autofree char *folder = fixture_folder (), *grid = g_build_filename (folder, "x", "grid.json", NULL);
  g_autofree char *run = g_build_filename (folder, "x", "runs", RUN ".json", NULL), *empty = fixture_folder ();
  g_autofree char *runs = g_build_filename (folder, "x", "runs", NULL), *none = g_build_filename (empty, "y", NULL);

  fixture_write (folder, "x/runs/other", "");
  g_assert_cmpint (symlink ("/etc/passwd", grid), ==, 0);
  assert_fault (folder, grid, "not a file, or a link");
  g_assert_cmpint (unlink (grid), ==, 0);
  g_assert_cmpint (mkfifo (grid, 0600), ==, 0);
  assert_fault (folder, grid, "not a file, or a link");
  g_assert_cmpint (unlink (grid), ==, 0);
  fixture_write (folder, "x/grid.json", GRID (""));
  g_assert_cmpint (mkdir (run, 0700), ==, 0);
  assert_fault (folder, run, "not a file, or a link");
  g_assert_cmpint (rmdir (run), ==, 0);
  g_assert_cmpint (symlink (grid, run), ==, 0);
  assert_fault (folder, run, "not a file, or a link");
  fixture_write (folder, "elsewhere/" RUN ".json", RESULT (RUN));
  g_assert_cmpint (unlink (run), ==, 0);
  g_assert_cmpint (rename (runs, none), ==, 0);
  g_assert_cmpint (symlink ("../elsewhere", runs), ==, 0);
  assert_fault (folder, runs, "a link; expected a folder");
  assert_fault (none, none, "there is no grid.json in it");
  assert_fault (grid, grid, "");
  assert_fault ("/nowhere/at/all", "/nowhere/at/all", "");
}

int
main (int argc, char **argv)
{
  GError *error = NULL;
  int status;

  fixture_init (&argc, &argv);
  model = ser_model_new_default (&error);
  g_assert_no_error (error);
  catalogue = ser_catalogue_new (model, NULL, &error);
  g_assert_no_error (error);
  exchange_start (answer_by_catalogue);
  g_test_add_func ("/dashboard/catalogue/models", test_models);
  g_test_add_func ("/dashboard/catalogue/model", test_model);
  g_test_add_func ("/dashboard/catalogue/drawing", test_drawing);
  g_test_add_func ("/dashboard/catalogue/experiments", test_experiments);
  g_test_add_func ("/dashboard/catalogue/experiment", test_experiment);
  g_test_add_func ("/dashboard/catalogue/corpora", test_corpora);
  g_test_add_func ("/dashboard/catalogue/examples", test_examples);
  g_test_add_func ("/dashboard/catalogue/refusals", test_refusals);
  g_test_add_func ("/dashboard/catalogue/folder", test_folder);
  g_test_add_func ("/dashboard/catalogue/changed", test_changed);
  g_test_add_func ("/dashboard/catalogue/hostile/text", test_hostile_text);
  g_test_add_func ("/dashboard/catalogue/hostile/files", test_hostile_files);
  status = fixture_run ();
  exchange_stop ();
  ser_catalogue_free (catalogue);
  ser_model_unref (model);
  return status;
}
