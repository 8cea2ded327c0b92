/* tune.c - tests of seremotion tune: killed and continued, sharded and merged, and what is refused
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

#include "csv.h"
#include "fixture.h"

#define FIXED                                                                                                          \
  "title = A trial\n[fixed]\npreset = cnn-lstm\nfeatures = logmel(n=8,mels=8)\n"                                       \
  "arch = conv1d($width,k=3) relu mean linear\ncrop = 1,1\nkeep-best = yes\n"
#define GRID FIXED "epochs = 30\n[grid]\nbatch = 8 | 16 | 36\n[rows]\n$width | lr\n8 | 1e-2\n16 | 1e-2\n4 | 1e-3\n"
#define RUNS 9

static char *corpus, *grid; /* folder of the small CREMA-D, and path of a grid of nine short runs */

static char *
read_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

/* ---- running ---- */

static int
tune (const char *folder, const char *options)
{
  return fixture_seremotion (
      NULL, NULL, "tune --grid '%s' --output '%s' --corpus crema-d --data '%s' %s", grid, folder, corpus, options);
}

static GPid
start (const char *folder, const char *threads)
{
  const char *argv[] = { g_getenv ("SEREMOTION_PROGRAM"), "tune", "--grid", grid, "--output", folder, "--corpus",
    "crema-d", "--data", corpus, "--threads", threads, NULL };
  const int flags = G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL;
  GError *error = NULL;
  GPid pid;

  g_spawn_async (NULL, (char **) argv, NULL, flags, NULL, NULL, &pid, &error);
  g_assert_no_error (error);
  return pid;
}

/* Names of the finished runs, sorted, in their folder. */
static GPtrArray *
finished (const char *folder)
{
  g_autofree char *runs = g_build_filename (folder, "runs", NULL);
  g_autoptr (GDir) dir = g_dir_open (runs, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    if (g_str_has_suffix (name, ".json"))
      g_ptr_array_add (names, g_build_filename (runs, name, NULL));
  return names;
}

static guint
count_finished (const char *folder)
{
  g_autoptr (GPtrArray) names = finished (folder);

  return names->len;
}

/* Processes whose command line names the folder. */
static guint
count_processes (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename ("/proc", name, "cmdline", NULL), *line = NULL;
    gsize size;

    if (!g_ascii_isdigit (*name) || !g_file_get_contents (path, &line, &size, NULL))
      continue;
    n += memmem (line, size, folder, strlen (folder)) != NULL;
  }
  return n;
}

/* ---- tables ---- */

/* runs.csv and runs.md without what time it took. */
static char *
read_tables (const char *folder)
{
  g_autofree char *csv = read_file (folder, "runs.csv"), *markdown = read_file (folder, "runs.md");
  g_autoptr (GRegex) last_field = g_regex_new (",[0-9.e+-]+$", G_REGEX_MULTILINE, 0, NULL);
  g_autoptr (GRegex) last_cell = g_regex_new (" [0-9]+ \\|$", G_REGEX_MULTILINE, 0, NULL);
  g_autofree char *fields = NULL, *cells = NULL;

  g_assert_nonnull (csv);
  g_assert_nonnull (markdown);
  fields = g_regex_replace_literal (last_field, csv, -1, 0, "", 0, NULL);
  cells = g_regex_replace_literal (last_cell, markdown, -1, 0, "", 0, NULL);
  g_assert_cmpstr (fields, !=, csv);
  g_assert_cmpstr (cells, !=, markdown);
  return g_strconcat (fields, cells, NULL);
}

/* The tables of all runs, done without interruption on one thread. */
static const char *
expected_tables (void)
{
  static char *tables;

  if (!tables) {
    g_autofree char *folder = fixture_folder ();

    g_assert_cmpint (tune (folder, "--threads 1"), ==, 0);
    tables = read_tables (folder);
  }
  return tables;
}

/* Figures that differ, and that are the runs' own. */
static void
test_tables (void)
{
  g_autofree char *folder = fixture_folder (), *tables = NULL, *csv_path = NULL, *markdown = NULL, *json_path = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (SerCsv) csv = NULL;
  JsonObject *run, *epoch;
  g_autofree char *loss = NULL;

  g_assert_cmpint (tune (folder, "--threads 5 --keep-models"), ==, 0);
  tables = read_tables (folder);
  g_assert_cmpstr (tables, ==, expected_tables ());
  csv_path = g_build_filename (folder, "runs.csv", NULL);
  csv = ser_csv_load (csv_path, NULL);
  g_assert_cmpuint (ser_csv_get_n_rows (csv), ==, RUNS);
  for (guint i = 0; i < RUNS; i++) {
    g_assert_cmpstr (ser_csv_get (csv, i, ser_csv_find_column (csv, "batch")), ==, i < 3 ? "8" : i < 6 ? "16" : "36");
    g_assert_cmpstr (ser_csv_get (csv, i, ser_csv_find_column (csv, "width")), ==,
        i % 3 == 0       ? "8"
            : i % 3 == 1 ? "16"
                         : "4");
    g_assert_cmpstr (ser_csv_get (csv, i, ser_csv_find_column (csv, "protocol")), ==, "actors");
    for (guint j = 0; j < i; j++)
      g_assert_cmpstr (ser_csv_get (csv, i, ser_csv_find_column (csv, "valid_loss")), !=,
          ser_csv_get (csv, j, ser_csv_find_column (csv, "valid_loss")));
  }
  json_path = g_strdup_printf ("%s/runs/%s.json", folder, ser_csv_get (csv, 4, 1));
  g_assert_true (json_parser_load_from_file (parser, json_path, NULL));
  run = json_node_get_object (json_parser_get_root (parser));
  g_assert_cmpstr (json_object_get_string_member (run, "name"), ==, "batch=16 width=16 lr=1e-2");
  epoch = json_array_get_object_element (
      json_object_get_array_member (run, "history"), json_object_get_int_member (run, "kept_epoch") - 1);
  loss = g_strdup_printf ("%.6g", json_object_get_double_member (epoch, "valid_loss"));
  g_assert_cmpstr (ser_csv_get (csv, 4, ser_csv_find_column (csv, "valid_loss")), ==, loss);
  markdown = read_file (folder, "runs.md");
  fixture_assert_has (markdown, "# A trial\n");
  fixture_assert_has (markdown, "crema-d, protocol actors: 36 clips of 3 speakers train, 12 of 1 validate.");
  fixture_assert_has (markdown, "| batch | width | lr | train loss | train acc. | valid. loss | valid. acc. |");
  strcpy (strrchr (json_path, '.'), ".csv");
  g_assert_true (g_file_test (json_path, G_FILE_TEST_EXISTS));
}

/* ---- killed ---- */

/* Ends the run of the grid when `n` trainings are finished, by the interrupt key not before another is under way; no
 * process of it is left. */
static void
kill_at (const char *folder, guint n, int signal, const char *threads)
{
  GPid pid = start (folder, threads);
  int status;

  for (guint i = 0; i < 6000 && count_finished (folder) < n; i++)
    g_usleep (2000);
  g_assert_cmpuint (count_finished (folder), >=, n);
  for (guint i = 0; i < 6000 && signal == SIGINT && count_finished (folder) < RUNS && count_processes (folder) < 2; i++)
    g_usleep (2000);
  g_assert_cmpint (kill (pid, signal), ==, 0);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  for (guint i = 0; i < 1000 && count_processes (folder) > 0; i++)
    g_usleep (10000);
  g_assert_cmpuint (count_processes (folder), ==, 0);
  /* On a busy machine all may be over before the signal comes. */
  if (count_finished (folder) == RUNS)
    return;
  if (signal == SIGKILL)
    g_assert_true (WIFSIGNALED (status));
  else
    g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 1);
}

/* A run that is finished is neither lost nor done again, whatever happens to the others. */
static void
check_continues (int signal)
{
  g_autofree char *folder = fixture_folder (), *tables = NULL;
  const guint kills[] = { signal == SIGKILL ? 0 : 1, 2, 3, 6 };
  g_autoptr (GHashTable) before = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint k = 0; k <= G_N_ELEMENTS (kills); k++) {
    g_autoptr (GPtrArray) names = NULL;

    if (k < G_N_ELEMENTS (kills))
      kill_at (folder, kills[k], signal, k % 2 ? "1" : "3");
    else
      g_assert_cmpint (tune (folder, ""), ==, 0);
    names = finished (folder);
    for (guint i = 0; i < names->len; i++) {
      const char *known = g_hash_table_lookup (before, names->pdata[i]);
      char *text = NULL;

      g_assert_true (g_file_get_contents (names->pdata[i], &text, NULL, NULL));
      if (known)
        g_assert_cmpstr (text, ==, known);
      g_hash_table_insert (before, g_strdup (names->pdata[i]), text);
    }
    g_assert_cmpuint (g_hash_table_size (before), ==, names->len);
  }
  g_assert_cmpuint (g_hash_table_size (before), ==, RUNS);
  tables = read_tables (folder);
  g_assert_cmpstr (tables, ==, expected_tables ());
}

static void
test_killed (void)
{
  check_continues (SIGKILL);
}

static void
test_interrupted (void)
{
  check_continues (SIGINT);
}

/* A file that a process left half written, or wrote of something else, does not count. */
static void
test_remains (void)
{
  g_autofree char *folder = fixture_folder (), *tables = NULL, *half = NULL, *rest = NULL;
  g_autoptr (GPtrArray) names = NULL;

  g_assert_cmpint (tune (folder, ""), ==, 0);
  names = finished (folder);
  g_assert_true (g_file_set_contents (names->pdata[0], "{ \"schema\" : \"seremotion-run-1\",", -1, NULL));
  g_assert_true (g_file_get_contents (names->pdata[2], &half, NULL, NULL));
  g_assert_true (g_file_set_contents (names->pdata[1], half, -1, NULL));
  rest = g_strconcat (names->pdata[2], ".A1B2C3", NULL);
  g_assert_true (g_file_set_contents (rest, "x", 1, NULL));
  g_assert_cmpint (tune (folder, ""), ==, 0);
  g_assert_false (g_file_test (rest, G_FILE_TEST_EXISTS));
  tables = read_tables (folder);
  g_assert_cmpstr (tables, ==, expected_tables ());
}

/* Two at work in one folder would do everything twice. */
static void
test_locked (void)
{
  g_autofree char *folder = fixture_folder (), *error = NULL;
  GPid pid = start (folder, "1");

  for (guint i = 0; i < 3000 && count_finished (folder) < 1; i++)
    g_usleep (2000);
  g_assert_cmpint (fixture_seremotion (NULL, &error, "tune --grid '%s' --output '%s' --corpus crema-d --data '%s'",
                       grid, folder, corpus),
      ==, 1);
  fixture_assert_has (error, "another `seremotion tune` is at work there");
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
}

/* ---- shards ---- */

static void
test_shards (void)
{
  g_autofree char *a = fixture_folder (), *b = fixture_folder (), *whole = fixture_folder (), *tables = NULL,
                  *other = fixture_folder (), *again = fixture_folder (), *options = NULL, *error = NULL,
                  *missing = NULL;

  g_assert_cmpint (tune (a, "--shard 1/2"), ==, 0);
  g_assert_cmpuint (count_finished (a), ==, 5);
  g_assert_cmpint (fixture_seremotion (NULL, &missing, "tune --merge '%s' --output '%s'", a, whole), ==, 1);
  fixture_assert_has (missing, "4 of the 9 runs are in none of the folders");
  g_assert_cmpint (tune (b, "--shard 2/2"), ==, 0);
  g_assert_cmpuint (count_finished (b), ==, 4);
  g_assert_cmpint (fixture_seremotion (NULL, NULL, "tune --output '%s' --merge '%s' '%s'", whole, b, a), ==, 0);
  tables = read_tables (whole);
  g_assert_cmpstr (tables, ==, expected_tables ());
  options = g_strdup_printf ("--reuse '%s' --reuse '%s' --shard 1/9", b, a);
  g_assert_cmpint (tune (again, options), ==, 0);
  g_assert_cmpuint (count_finished (again), ==, RUNS);
  g_assert_cmpint (tune (other, "--shard 9/9 --seed 7"), ==, 0);
  g_assert_cmpint (fixture_seremotion (NULL, &error, "tune --merge '%s' '%s' --output '%s'", a, other, whole), ==, 1);
  fixture_assert_has (error, "different grids, clips or versions");
}

/* ---- faults ---- */

/* Writes another grid beside; free the path. */
static char *
write_grid (const char *text)
{
  g_autofree char *folder = fixture_folder ();

  fixture_write (folder, "y.grid", text);
  return g_build_filename (folder, "y.grid", NULL);
}

/* A run that fails says why, and the others go on. */
static void
test_failed (void)
{
  g_autofree char *folder = fixture_folder (),
                  *path = write_grid ("[fixed]\nfeatures = logmel(n=8,mels=8)\n"
                                      "arch = mean linear\nepochs = 1\n[grid]\n"
                                      "fold = 1/2 | 1/4 | 1/3\n"),
                  *error = NULL, *csv = NULL;

  g_assert_cmpint (fixture_seremotion (NULL, &error, "tune --grid '%s' --output '%s' --corpus crema-d --data '%s'",
                       path, folder, corpus),
      ==, 1);
  fixture_assert_has (error, "failed: fold=1/4: --fold 1/4: there are only 3 speakers");
  fixture_assert_has (error, "1 runs failed");
  g_assert_cmpuint (count_finished (folder), ==, 2);
  csv = read_file (folder, "runs.csv");
  fixture_assert_has (csv, "kfold-actors:2 fold 1 of split train");
  fixture_assert_has (csv, "kfold-actors:3 fold 1 of split train");
}

/* Mistakes of a grid are found before anything is trained, and the line that is to blame is named. */
static void
test_typos (void)
{
  static const struct {
    const char *text, *line, *remedy;
  } grids[] = {
    { FIXED "[grid]\n$width = 8\nbatchs = 8 | 16\n", "y.grid:10: batchs = 8: ", "--help" },
    { FIXED "[grid]\n$width = 8\nbatch = 8 | many\n", "y.grid:10: batch = many: ", "" },
    { FIXED "[grid]\n$width = 8\nlr = 1 | 1000\n", "y.grid:10: lr = 1000: ", "expected 1e-08 to 10" },
    { FIXED "[grid]\n$width = 8 | x\n", "y.grid:5: arch = conv1d(x,k=3) relu mean linear: ", "conv1d" },
    { "[fixed]\nfeatures = mfc(n=2)\n", "y.grid:2: features = mfc(n=2): ", "expected" },
    { "[fixed]\npreset = report\n", "y.grid:2: preset = report: ", "cnn-lstm" },
    { "[fixed]\nkeep-best = true\n", "y.grid:2: keep-best = true: ", "expected yes or no" },
    { "[fixed]\njson = x\n", "y.grid:2: ", "take it out" },
    { "[fixed]\nprotocol = random:2\n", "y.grid:2: protocol = random:2: ", "random:0.2" },
    { "[fixed]\nprotocol = kfold-actors:3\n", "y.grid:2: ", "fold = 1/3 | 2/3" },
    { "[grid]\nlr = 1e-3 | 0.001\n", "y.grid: `lr=1e-3` and `lr=0.001` are the same training", "take one" },
    { "[grid]\nbatch = 8 |\n", "y.grid:2: batch = : ", "" },
    { "[gird]\n", "y.grid:1: ", "expected [fixed]" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (grids); i++) {
    g_autofree char *path = write_grid (grids[i].text), *error = NULL;
    int status =
        fixture_seremotion (NULL, &error, "tune --list --grid '%s' --corpus crema-d --data '%s'", path, corpus);

    if (status != 2 || strcspn (error, "\n") + 1 != strlen (error) || !strstr (error, grids[i].line)
        || !strstr (error, grids[i].remedy))
      g_error ("`%s` gave status %d and: %s", grids[i].text, status, error);
  }
}

static void
test_command_line (void)
{
  g_autofree char *folder = fixture_folder (), *file = g_build_filename (folder, "file", NULL), *missing = NULL,
                  *blocked = NULL;
  static const char *const options[] = { "", "--corpus crema-d", "--corpus crema-d --data . --shard 0/2",
    "--corpus crema-d --data . --shard 3/2", "--corpus crema-d --data . --shard 1",
    "--corpus crema-d --data . --colour red", "--corpus crema-d --data . --threads -1",
    "--corpus crema-d --data . --batch x", "--corpus crema-d --data . surplus", "--merge",
    "--corpus crema-d --data . --reuse none", "--merge x --shard 1/2" };

  for (guint i = 0; i < G_N_ELEMENTS (options); i++) {
    g_autofree char *error = NULL;
    int status = fixture_seremotion (NULL, &error, "tune --grid '%s' --output '%s' %s", grid, folder, options[i]);

    if (status != 2 || strcspn (error, "\n") + 1 != strlen (error) || !g_str_has_prefix (error, "seremotion tune: "))
      g_error ("`%s` gave status %d and: %s", options[i], status, error);
  }
  g_assert_cmpint (fixture_seremotion (NULL, NULL, "tune --output x --corpus crema-d --data ."), ==, 2);
  g_assert_cmpint (fixture_seremotion (NULL, NULL, "tune --grid x --corpus crema-d --data ."), ==, 2);
  g_assert_cmpint (
      fixture_seremotion (NULL, &missing, "tune --grid none.grid --output x --corpus crema-d --data ."), ==, 1);
  fixture_assert_has (missing, "none.grid");
  fixture_write (folder, "file", "");
  g_assert_cmpint (fixture_seremotion (NULL, &blocked, "tune --grid '%s' --output '%s' --corpus crema-d --data '%s'",
                       grid, file, corpus),
      ==, 1);
  fixture_assert_has (blocked, "--output ");
  g_assert_cmpint (fixture_seremotion (NULL, NULL, "tune --merge '%s' --output '%s'", folder, folder), ==, 1);
}

/* The list says what there is to do, and what is done. */
static void
test_list (void)
{
  g_autofree char *folder = fixture_folder (), *before = NULL, *after = NULL;

  g_assert_cmpint (fixture_seremotion (
                       &before, NULL, "tune --list --grid '%s' --corpus crema-d --data '%s' --shard 1/9", grid, corpus),
      ==, 0);
  fixture_assert_has (before, "to do");
  g_assert_null (strstr (before, "  2  "));
  g_assert_cmpint (tune (folder, "--shard 1/9"), ==, 0);
  g_assert_cmpint (fixture_seremotion (&after, NULL,
                       "tune --list --grid '%s' --corpus crema-d --data '%s' --output '%s'", grid, corpus, folder),
      ==, 0);
  fixture_assert_has (after, "finished");
  fixture_assert_has (after, "to do");
}

/* The grids of this project's tables mean something to this program. */
static void
test_committed (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "..", "models", "experiments", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint n = 0;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir))) {
    g_autofree char *error = NULL;

    if (!g_str_has_suffix (name, ".grid"))
      continue;
    n++;
    if (fixture_seremotion (NULL, &error, "tune --list --grid '%s/%s' --corpus crema-d --data '%s' --noise '%s'", path,
            name, corpus, corpus)
        != 0)
      g_error ("%s: %s", name, error);
  }
  g_assert_cmpuint (n, >=, 5);
}

int
main (int argc, char **argv)
{
  int status;

  fixture_init (&argc, &argv);
  corpus = fixture_folder ();
  fixture_write_crema_d (corpus);
  grid = write_grid (GRID);
  g_test_add_func ("/tools/tune/tables", test_tables);
  g_test_add_func ("/tools/tune/killed", test_killed);
  g_test_add_func ("/tools/tune/interrupted", test_interrupted);
  g_test_add_func ("/tools/tune/remains", test_remains);
  g_test_add_func ("/tools/tune/locked", test_locked);
  g_test_add_func ("/tools/tune/shards", test_shards);
  g_test_add_func ("/tools/tune/failed", test_failed);
  g_test_add_func ("/tools/tune/typos", test_typos);
  g_test_add_func ("/tools/tune/command-line", test_command_line);
  g_test_add_func ("/tools/tune/list", test_list);
  g_test_add_func ("/tools/tune/committed", test_committed);
  status = fixture_run ();
  g_free (corpus);
  g_free (grid);
  return status;
}
