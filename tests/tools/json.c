/* json.c - tests of JSON written and read back
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "json.h"

#include <float.h>
#include <math.h>

#include "fixture.h"
#include "json-read.h"

/* Writes {"x": value} and reads it. */
static double
there_and_back (const char *path, double value)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (SerJsonFile) file = NULL;
  GError *error = NULL;
  SerJsonValue root;
  double x;

  json_builder_begin_object (builder);
  ser_json_add_double (builder, "x", value);
  json_builder_end_object (builder);
  ser_json_write (builder, path, &error);
  g_assert_no_error (error);
  file = ser_json_file_load (path, &error);
  g_assert_no_error (error);
  root = ser_json_file_root (file);
  ser_json_get_figure (&root, "x", -G_MAXDOUBLE, G_MAXDOUBLE, &x, &error);
  g_assert_no_error (error);
  return x;
}

/* To the last bit but one. */
static void
assert_comes_back (const char *path, double value)
{
  g_assert_cmpfloat (fabs (there_and_back (path, value) - value), <=, DBL_EPSILON * fabs (value));
}

static void
test_numbers (void)
{
  static const double values[] = { 0, 1, -1, 0.1, 1e-8, -1e-8, 5e-5, 1.5e-8, 1e15, 1e16, 1e17, 1e22, 1e300, 3e-310,
    1.0 / 3 };
  g_autofree char *folder = fixture_folder (), *path = g_build_filename (folder, "x.json", NULL);
  GRand *rand = g_rand_new_with_seed (1);

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    assert_comes_back (path, values[i]);
  for (int i = -300; i <= 300; i += 7)
    assert_comes_back (path, g_rand_int_range (rand, 1, 100) * pow (10, i));
  g_assert_true (isnan (there_and_back (path, NAN)));
  g_assert_true (isnan (there_and_back (path, INFINITY)));
  g_rand_free (rand);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/tools/json/numbers", test_numbers);
  return fixture_run ();
}
