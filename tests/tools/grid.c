/* grid.c - tests of the grid files of seremotion tune: what they mean, and what is refused
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "grid.h"

#include <string.h>

#include "fixture.h"
#include "ser.h"

static SerGrid *
load (const char *text, GError **error)
{
  g_autofree char *folder = fixture_folder (), *path = g_build_filename (folder, "x.grid", NULL);

  fixture_write (folder, "x.grid", text);
  return ser_grid_load (path, error);
}

/* The settings of a run as "KEY=VALUE@LINE ...". */
static char *
show (const SerGridRun *run)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < run->settings->len; i++) {
    const SerSetting *setting = &g_array_index (run->settings, SerSetting, i);
    g_string_append_printf (text, "%s%s=%s@%u", i ? " " : "", setting->key, setting->value, setting->line);
  }
  return g_string_free (text, FALSE);
}

static void
assert_runs (const char *text, const char *title, const char *columns, const char *const *expected)
{
  GError *error = NULL;
  g_autoptr (SerGrid) grid = load (text, &error);
  g_autoptr (GPtrArray) runs = NULL;
  g_autofree char *joined = NULL;

  g_assert_no_error (error);
  runs = ser_grid_get_runs (grid, &error);
  g_assert_no_error (error);
  g_ptr_array_add (grid->columns, NULL);
  joined = g_strjoinv (" ", (char **) grid->columns->pdata);
  g_assert_cmpstr (grid->title, ==, title);
  g_assert_cmpstr (joined, ==, columns);
  for (guint i = 0; i < runs->len; i++) {
    g_autofree char *shown = show (runs->pdata[i]);
    g_assert_cmpstr (shown, ==, expected[i]);
  }
  g_assert_cmpuint (runs->len, ==, g_strv_length ((char **) expected));
}

static void
test_product (void)
{
  static const char *const four[] = { "lr=1@3 batch=8@5 seed=1@6", "lr=1@3 batch=8@5 seed=2@6",
    "lr=1@3 batch=16@5 seed=1@6", "lr=1@3 batch=16@5 seed=2@6", NULL };
  static const char *const one[] = { "lr=1@2", NULL }, *const none[] = { "", NULL };

  assert_runs (
      "title = Two  lists \n[fixed]\nlr = 1\n[grid]\nbatch=8|16\n  seed =  1 |2\n", "Two  lists", "batch seed", four);
  assert_runs ("[fixed]\r\nlr = 1\r\n\r\n# batch = 2\r\n", "x.grid", "", one);
  assert_runs ("", "x.grid", "", none);
}

static void
test_table (void)
{
  static const char *const runs[] = { "arch=conv1d(8) lstm(2)@2 epochs=3@6 batch=4@9",
    "arch=conv1d(8) lstm(2)@2 epochs=3@6 batch=5@9", "arch=conv1d(9) lstm(2)@2 epochs=5@7 batch=4@9",
    "arch=conv1d(9) lstm(2)@2 epochs=5@7 batch=5@9", NULL };

  assert_runs ("[fixed]\narch = conv1d($c) lstm($h)\n$h = 2\n[rows]\n$c | epochs\n8 | 3\n 9|5\n[grid]\nbatch = 4 | 5\n",
      "x.grid", "c epochs batch", runs);
}

/* A variable ends where its name does; values may hold what separates keys. */
static void
test_variables (void)
{
  static const char *const runs[] = { "name=a=b,ba-3x@3", NULL };

  assert_runs ("[fixed]\n$x_1 = a\nname = $x_1=b,b$x_1-$n2\n$n2 = 3x\n", "x.grid", "", runs);
}

static void
test_refused (void)
{
  static const struct {
    const char *text, *line, *remedy;
  } grids[] = {
    { "[fixed]\nbatch 8\n", "x.grid:2: ", "expected KEY = VALUE" },
    { "[fixd]\n", "x.grid:1: ", "expected [fixed], [grid] or [rows]" },
    { "\nbatch = 8\n", "x.grid:2: ", "put it under [fixed] or [grid]" },
    { "[fixed]\nbatch = 8 | 9\n", "x.grid:2: ", "goes under [grid]" },
    { "[fixed]\nbatch = 8\n[grid]\nbatch = 9 | 10\n", "x.grid:4: ", "set in line 2 already" },
    { "[grid]\nbatch = 8 | 8\n", "x.grid:2: ", "the value `8` twice" },
    { "[grid]\nlabel smoothing = 1\n", "x.grid:2: ", "without its hyphens" },
    { "[grid]\n--batch = 1\n", "x.grid:2: ", "hyphens" },
    { "[grid]\n$ = 1\n", "x.grid:2: ", "$NAME" },
    { "[grid]\ncorpus = emodb | ravdess\n", "x.grid:2: ", "under [fixed]" },
    { "[rows]\nbatch | lr\n1 | 2\n\n3\n", "x.grid:5: ", "1 cells, but the table has 2 columns" },
    { "[rows]\nbatch | lr\n", "x.grid:3: ", "has no rows" },
    { "[rows]\nbatch | batch\n", "x.grid:2: ", "already" },
    { "[fixed]\narch = $x\n", "x.grid:2: ", "`$x` is not set; give it a value" },
    { "[fixed]\narch = $\n", "x.grid:2: ", "`$` is not set" },
    { "[grid]\n$x = 1 | 2\n", "x.grid:2: ", "no option's value holds `$x`" },
    { "[fixed]\nname = \xff\n", "x.grid: ", "UTF-8" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (grids); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (SerGrid) grid = load (grids[i].text, &error);
    g_autoptr (GPtrArray) runs = grid ? ser_grid_get_runs (grid, &error) : NULL;

    if (runs)
      g_error ("`%s` is taken", grids[i].text);
    g_assert_error (error, SER_ERROR, SER_ERROR_CONFIG);
    if (!strstr (error->message, grids[i].line) || !strstr (error->message, grids[i].remedy))
      g_error ("`%s` gave: %s", grids[i].text, error->message);
  }
}

/* A product that does not fit any machine is refused, even when its size does not fit a number. */
static void
test_too_many (void)
{
  g_autoptr (GString) text = g_string_new ("[grid]\n");
  g_autoptr (SerGrid) grid = NULL;
  g_autoptr (GError) error = NULL;

  for (char key = 'a'; key <= 'p'; key++) {
    g_string_append_printf (text, "%c = 0", key);
    for (guint i = 1; i < 32; i++)
      g_string_append_printf (text, " | %u", i);
    g_string_append_c (text, '\n');
  }
  grid = load (text->str, NULL);
  g_assert_nonnull (grid);
  g_assert_null (ser_grid_get_runs (grid, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_CONFIG);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/tools/grid/product", test_product);
  g_test_add_func ("/tools/grid/table", test_table);
  g_test_add_func ("/tools/grid/variables", test_variables);
  g_test_add_func ("/tools/grid/refused", test_refused);
  g_test_add_func ("/tools/grid/too-many", test_too_many);
  return fixture_run ();
}
