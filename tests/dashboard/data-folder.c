/* data-folder.c - tests of where a new library may begin
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "data-folder.h"

#include <glib/gstdio.h>

#include "fixture.h"
#include "model/error.h"

static void
assert_refused (const char *part, const char *name)
{
  g_autofree char *folder = fixture_folder ();
  g_autoptr (GError) error = NULL;

  fixture_write (folder, name, "somebody's own");
  g_assert_false (ser_data_check_new (folder, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_FILE);
  fixture_assert_has (error->message, folder);
  fixture_assert_has (error->message, part);
}

static void
test_filled (void)
{
  assert_refused ("recordings", "recordings/speech.opus");
  assert_refused ("incoming", "incoming/speech.opus");
  assert_refused ("comparisons", "comparisons/one/comparison.csv");
}

static void
test_fit (void)
{
  g_autofree char *folder = fixture_folder (), *recordings = fixture_path (folder, "recordings");
  g_autoptr (GError) error = NULL;

  g_assert_true (ser_data_check_new (folder, &error));
  g_assert_no_error (error);
  fixture_write (folder, "token", "what a service was given");
  fixture_write (folder, "other/speech.opus", "beside the library");
  g_assert_cmpint (g_mkdir (recordings, 0700), ==, 0);
  g_assert_true (ser_data_check_new (folder, &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/dashboard/data-folder/filled", test_filled);
  g_test_add_func ("/dashboard/data-folder/fit", test_fit);
  return fixture_run ();
}
