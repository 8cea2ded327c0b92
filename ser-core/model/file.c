/* file.c - a file that nobody vouches for, read whole
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "model/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/error.h"

/* Header, and as many floats as the parser takes, with room for both to grow. */
#define MAX_FILE ((gsize) 300 << 20)

static gboolean
check_size (int fd, const char *name, gsize *size, GError **error)
{
  struct stat info;

  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    return ser_fail (error, SER_ERROR_FILE, "%s: not a regular file", name);
  if (info.st_size < 0 || (guint64) info.st_size > MAX_FILE)
    return ser_fail (error, SER_ERROR_FILE, "%s: %" G_GINT64_FORMAT " bytes; a model file has at most %" G_GSIZE_FORMAT,
        name, (gint64) info.st_size, MAX_FILE);
  *size = (gsize) info.st_size;
  return TRUE;
}

static guint8 *
read_all (int fd, const char *name, gsize *size, GError **error)
{
  guint8 *bytes;
  gsize n = 0;

  if (!check_size (fd, name, size, error))
    return NULL;
  bytes = g_malloc (*size + 1);
  while (n < *size) {
    gssize got = read (fd, bytes + n, *size - n);

    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0) {
      ser_fail (
          error, SER_ERROR_FILE, "%s: %s", name, got < 0 ? g_strerror (errno) : "became shorter while it was read");
      g_free (bytes);
      return NULL;
    }
    n += (gsize) got;
  }
  return bytes;
}

guint8 *
ser_file_read (const char *path, const char *name, gsize *size, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* opening a FIFO must not wait for a writer */
  guint8 *bytes;

  if (fd < 0) {
    ser_fail (error, SER_ERROR_FILE, "%s: %s", name, g_strerror (errno));
    return NULL;
  }
  bytes = read_all (fd, name, size, error);
  close (fd);
  return bytes;
}
