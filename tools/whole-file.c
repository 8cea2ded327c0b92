/* whole-file.c - a file that is written in portions and appears whole or not at all
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "whole-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "model/error.h"

struct _SerWholeFile {
  char *path, *shown;
  char *part; /* its name until it is whole */
  FILE *stream;
  int fault; /* errno of the first failure, 0 while there is none */
};

static gboolean
fail (const SerWholeFile *file, int fault, GError **error)
{
  return ser_fail (error, SER_ERROR_FILE, "%s: cannot be written: %s", file->shown, g_strerror (fault));
}

static gboolean
open_part (SerWholeFile *file)
{
  int descriptor = g_mkstemp_full (file->part, O_WRONLY | O_CLOEXEC, 0666);

  if (descriptor >= 0)
    file->stream = fdopen (descriptor, "wb");
  if (!file->stream)
    file->fault = errno;
  return file->stream != NULL;
}

SerWholeFile *
ser_whole_file_new (const char *path, GError **error)
{
  SerWholeFile *file = g_new0 (SerWholeFile, 1);

  file->path = g_strdup (path);
  file->shown = g_filename_display_name (path);
  file->part = g_strconcat (path, ".XXXXXX", NULL);
  /* A device would be replaced. */
  if (g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    ser_fail (error, SER_ERROR_FILE, "%s: cannot be written: not a regular file", file->shown);
  else if (open_part (file))
    return file;
  else
    fail (file, file->fault, error);
  ser_whole_file_free (file);
  return NULL;
}

void
ser_whole_file_free (SerWholeFile *file)
{
  if (!file)
    return;
  if (file->stream) {
    fclose (file->stream);
    g_unlink (file->part);
  }
  g_free (file->path);
  g_free (file->shown);
  g_free (file->part);
  g_free (file);
}

gboolean
ser_whole_file_write (SerWholeFile *file, const void *bytes, gsize n)
{
  if (file->fault == 0 && fwrite (bytes, 1, n, file->stream) != n)
    file->fault = errno;
  return file->fault == 0;
}

gboolean
ser_whole_file_write_text (SerWholeFile *file, const char *text)
{
  return ser_whole_file_write (file, text, strlen (text));
}

gboolean
ser_whole_file_finish (SerWholeFile *file, GError **error)
{
  if (file->fault == 0 && (fflush (file->stream) != 0 || fsync (fileno (file->stream)) != 0))
    file->fault = errno;
  if (file->fault == 0 && g_rename (file->part, file->path) != 0)
    file->fault = errno;
  if (file->fault != 0)
    return fail (file, file->fault, error);
  fclose (file->stream);
  file->stream = NULL;
  return TRUE;
}
