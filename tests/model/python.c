/* python.c - runs a Python script beside a test
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "python.h"

#include <sys/wait.h>

/* Debian's own first: it is the one that has NumPy and PyTorch when they are installed. */
static char *
find_python (void)
{
  if (g_file_test ("/usr/bin/python3", G_FILE_TEST_IS_EXECUTABLE))
    return g_strdup ("/usr/bin/python3");
  return g_find_program_in_path ("python3");
}

gboolean
run_python (const char *script, const char *const *arguments)
{
  GPtrArray *argv = g_ptr_array_new_with_free_func (g_free);
  char *python = find_python (), *output = NULL;
  GError *error = NULL;
  int status;

  if (python == NULL) {
    g_test_skip ("python3 is not installed");
    g_ptr_array_unref (argv);
    return FALSE;
  }
  g_ptr_array_add (argv, python);
  g_ptr_array_add (argv, g_test_build_filename (G_TEST_DIST, script, NULL));
  for (; *arguments != NULL; arguments++)
    g_ptr_array_add (argv, g_strdup (*arguments));
  g_ptr_array_add (argv, NULL);
  g_spawn_sync (NULL, (char **) argv->pdata, NULL, 0, NULL, NULL, &output, NULL, &status, &error);
  g_assert_no_error (error);
  g_ptr_array_unref (argv);
  g_test_message ("%s", g_strstrip (output));
  if (WIFEXITED (status) && WEXITSTATUS (status) == 77) {
    g_test_skip (output);
    g_free (output);
    return FALSE;
  }
  g_assert_true (g_spawn_check_wait_status (status, NULL));
  g_free (output);
  return TRUE;
}
