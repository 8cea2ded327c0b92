/* csv.c - tests of the CSV reader
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "csv.h"

#include "fixture.h"
#include "ser.h"

static SerCsv *
load (const char *text, GError **error)
{
  g_autofree char *folder = fixture_folder (), *path = g_build_filename (folder, "t.csv", NULL);

  fixture_write (folder, "t.csv", text);
  return ser_csv_load (path, error);
}

static void
test_fields (void)
{
  GError *error = NULL;
  g_autoptr (SerCsv) csv = load ("\xef\xbb\xbf"
                                 "Path, emotion \r\n\"a,b\",x\r\n\n\"say \"\"hi\"\"\nthere\",\nlast,y",
      &error);

  g_assert_no_error (error);
  g_assert_cmpuint (ser_csv_get_n_rows (csv), ==, 3);
  g_assert_cmpint (ser_csv_find_column (csv, "path"), ==, 0);
  g_assert_cmpint (ser_csv_find_column (csv, "emotion"), ==, 1);
  g_assert_cmpint (ser_csv_find_column (csv, "speaker"), ==, -1);
  g_assert_cmpstr (ser_csv_get (csv, 0, 0), ==, "a,b");
  g_assert_cmpstr (ser_csv_get (csv, 0, 1), ==, "x");
  g_assert_cmpstr (ser_csv_get (csv, 1, 0), ==, "say \"hi\"\nthere");
  g_assert_cmpstr (ser_csv_get (csv, 1, 1), ==, "");
  g_assert_cmpstr (ser_csv_get (csv, 2, 1), ==, "y");
  g_assert_cmpstr (ser_csv_get (csv, 2, 7), ==, "");
  g_assert_cmpstr (ser_csv_get (csv, 2, -1), ==, "");
  g_assert_cmpuint (ser_csv_get_line (csv, 0), ==, 2);
  g_assert_cmpuint (ser_csv_get_line (csv, 1), ==, 4);
  g_assert_cmpuint (ser_csv_get_line (csv, 2), ==, 6);
}

static void
test_faults (void)
{
  static const struct {
    const char *text, *pattern;
  } cases[] = { { "a,b\n1,\"2\n", "*t.csv:2: *quote*" }, { "a\n\"x\"y\n", "*t.csv:2: *quote*" },
    { "a,b\r1,2\r", "*t.csv:1: *carriage return*" }, { "", "*t.csv: empty*" }, { "\n\n", "*t.csv: empty*" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (load (cases[i].text, &error));
    g_assert_error (error, SER_ERROR, SER_ERROR_DATA);
    g_assert_true (g_pattern_match_simple (cases[i].pattern, error->message));
  }
}

static void
test_missing (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ser_csv_load ("no/such/file.csv", &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_FILE);
  g_assert_nonnull (g_strstr_len (error->message, -1, "no/such/file.csv"));
}

/* Whatever is written comes back. */
static void
test_round_trip (void)
{
  static const char *const fields[] = { "plain", "a,b", "\"", "two\nlines", "", "end\r" };
  g_autoptr (GString) text = g_string_new ("c0,c1,c2,c3,c4,c5\n");
  g_autoptr (SerCsv) csv = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    if (i > 0)
      g_string_append_c (text, ',');
    ser_csv_append_field (text, fields[i]);
  }
  csv = load (text->str, NULL);
  g_assert_nonnull (csv);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    g_assert_cmpstr (ser_csv_get (csv, 0, i), ==, fields[i]);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/tools/csv/fields", test_fields);
  g_test_add_func ("/tools/csv/faults", test_faults);
  g_test_add_func ("/tools/csv/missing", test_missing);
  g_test_add_func ("/tools/csv/round-trip", test_round_trip);
  return fixture_run ();
}
