/* wav-length.c - how long a WAV file says that it is
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Chunks of an identifier of four bytes and a size in little-endian order, padded to even sizes (Microsoft and IBM,
 * Multimedia Programming Interface and Data Specifications 1.0, 1991).
 */

#include "wav-length.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define MAX_CHUNKS 64       /* before the data */
#define UNKNOWN 0xffffff00u /* sizes from here on: not known when the header was written */

static guint32
read_u32 (const guint8 *bytes)
{
  return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (guint32) bytes[3] << 24;
}

/* Bytes per second of the format chunk that comes next in the file, of `size` bytes; leaves the file after it. */
static guint32
read_byte_rate (FILE *file, guint32 size)
{
  guint8 format[16];

  if (size < sizeof format || fread (format, sizeof format, 1, file) != 1
      || fseek (file, (long) (size - sizeof format + size % 2), SEEK_CUR) != 0)
    return 0;
  return read_u32 (format + 8);
}

static double
read_length (FILE *file)
{
  guint32 byte_rate = 0;
  guint8 head[12];

  if (fread (head, sizeof head, 1, file) != 1 || memcmp (head, "RIFF", 4) != 0 || memcmp (head + 8, "WAVE", 4) != 0)
    return NAN;
  for (guint i = 0; i < MAX_CHUNKS && fread (head, 8, 1, file) == 1; i++) {
    guint32 size = read_u32 (head + 4);

    if (memcmp (head, "data", 4) == 0)
      return byte_rate > 0 && size > 0 && size < UNKNOWN ? (double) size / byte_rate : NAN;
    if (memcmp (head, "fmt ", 4) == 0)
      byte_rate = read_byte_rate (file, size);
    else if (fseek (file, (long) size + size % 2, SEEK_CUR) != 0)
      return NAN;
  }
  return NAN;
}

double
ser_wav_length (const char *path)
{
  g_autofree char *local = g_str_has_prefix (path, "file:") ? g_filename_from_uri (path, NULL, NULL) : g_strdup (path);
  FILE *file = local && g_file_test (local, G_FILE_TEST_IS_REGULAR) ? g_fopen (local, "rb") : NULL;
  double length;

  if (!file)
    return NAN;
  length = read_length (file);
  fclose (file);
  return length;
}
