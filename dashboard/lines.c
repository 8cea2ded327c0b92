/* lines.c - a stream of somebody who is not trusted, line by line
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "lines.h"

#include <string.h>

#define PORTION 16384

struct _SerLines {
  GInputStream *stream;
  GCancellable *cancellable;
  GString *line; /* what there is of one that has not ended */
  gsize max;
  gboolean freed; /* while a read is under way, or a function is called */
  SerLinesFunc on_line;
  SerLinesEndFunc on_end;
  gpointer data;
  char portion[PORTION];
};

static void
destroy (SerLines *lines)
{
  g_object_unref (lines->stream);
  g_object_unref (lines->cancellable);
  g_string_free (lines->line, TRUE);
  g_free (lines);
}

static void
tell_line (SerLines *lines)
{
  g_autofree char *valid = g_utf8_make_valid (lines->line->str, -1);

  g_string_truncate (lines->line, 0);
  lines->on_line (valid, lines->data);
}

/* FALSE when a line is too long. */
static gboolean
take (SerLines *lines, const char *bytes, gsize n)
{
  while (n > 0 && !lines->freed) {
    const char *end = memchr (bytes, '\n', n);
    gsize part = end ? (gsize) (end - bytes) : n;

    if (lines->line->len + part > lines->max)
      return FALSE;
    g_string_append_len (lines->line, bytes, (gssize) part);
    if (!end)
      return TRUE;
    tell_line (lines);
    bytes += part + 1;
    n -= part + 1;
  }
  return TRUE;
}

static void read_on (SerLines *lines);

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  SerLines *lines = data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);
  gboolean fits = n <= 0 || lines->freed || take (lines, lines->portion, (gsize) n);

  if (n > 0 && fits && !lines->freed) {
    read_on (lines);
    return;
  }
  if (fits && lines->line->len > 0 && !lines->freed)
    tell_line (lines);
  /* Whoever is told may free it: that is for this function to do. */
  if (!lines->freed) {
    SerLinesEndFunc on_end = lines->on_end;
    lines->on_end = NULL;
    on_end (!fits, lines->data);
  }
  if (lines->freed)
    destroy (lines);
  else
    lines->freed = TRUE;
}

static void
read_on (SerLines *lines)
{
  g_input_stream_read_async (
      lines->stream, lines->portion, PORTION, G_PRIORITY_DEFAULT, lines->cancellable, on_read, lines);
}

SerLines *
ser_lines_new (GInputStream *stream, gsize max, SerLinesFunc on_line, SerLinesEndFunc on_end, gpointer data)
{
  SerLines *lines = g_new0 (SerLines, 1);

  lines->stream = g_object_ref (stream);
  lines->cancellable = g_cancellable_new ();
  lines->line = g_string_new (NULL);
  lines->max = max;
  lines->on_line = on_line;
  lines->on_end = on_end;
  lines->data = data;
  read_on (lines);
  return lines;
}

void
ser_lines_free (SerLines *lines)
{
  if (!lines)
    return;
  /* It has ended. */
  if (lines->freed) {
    destroy (lines);
    return;
  }
  lines->freed = TRUE;
  g_cancellable_cancel (lines->cancellable);
}
