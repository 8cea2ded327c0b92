/* streams.c - tests of lines that come from a child, and of bytes on their way to one
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <string.h>

#include "fixture.h"
#include "lines.h"
#include "sink.h"

/* ---- lines ---- */

typedef struct {
  SerLines *lines;
  GString *seen; /* each line in brackets, then what the end was */
  const char *free_at;
  gboolean ended;
} Reader;

static void
see (Reader *reader, const char *text)
{
  g_string_append_printf (reader->seen, "[%s]", text);
  if (g_strcmp0 (reader->free_at, text) == 0)
    g_clear_pointer (&reader->lines, ser_lines_free);
}

static void
on_line (const char *line, gpointer data)
{
  see (data, line);
}

static void
on_end (gboolean too_long, gpointer data)
{
  Reader *reader = data;

  g_assert_false (reader->ended);
  reader->ended = TRUE;
  see (reader, too_long ? "too long" : "end");
}

static void
run_loop (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Gives what was seen of a text; free with g_free(). */
static char *
read_text (const char *text, gsize size, gsize max, const char *free_at)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (text, (gssize) size, NULL);
  Reader reader = { .seen = g_string_new (NULL), .free_at = free_at };

  reader.lines = ser_lines_new (stream, max, on_line, on_end, &reader);
  for (int i = 0; i < 1000 && !reader.ended && reader.lines; i++)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (reader.ended || !reader.lines);
  ser_lines_free (reader.lines);
  run_loop ();
  return g_string_free (reader.seen, FALSE);
}

static void
assert_lines (const char *text, gsize max, const char *free_at, const char *expected)
{
  g_autofree char *seen = read_text (text, strlen (text), max, free_at);

  g_assert_cmpstr (seen, ==, expected);
}

static void
test_lines (void)
{
  assert_lines ("", 10, NULL, "[end]");
  assert_lines ("a\nbc\n", 10, NULL, "[a][bc][end]");
  assert_lines ("a\n\nb", 10, NULL, "[a][][b][end]");
  assert_lines ("caf\xe9\n", 10, NULL, "[caf\xef\xbf\xbd][end]");
}

static void
test_long_lines (void)
{
  g_autofree char *line = g_strnfill (50000, 'x'), *text = g_strconcat (line, "\n", line, "\nb\n", NULL);
  g_autofree char *expected = g_strdup_printf ("[%s][%s][b][end]", line, line);

  assert_lines (text, 50000, NULL, expected);
  assert_lines (text, 49999, NULL, "[too long]");
  assert_lines ("abc\nabcd\nab\n", 3, NULL, "[abc][too long]");
  assert_lines ("abc", 3, NULL, "[abc][end]");
  assert_lines ("abcd", 3, NULL, "[too long]");
}

/* After that nothing is told, though more is there. */
static void
test_lines_freed (void)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data ("a\n", 2, NULL);
  Reader reader = { .seen = g_string_new (NULL) };

  assert_lines ("a\nb\nc\n", 10, "b", "[a][b]");
  assert_lines ("a\nb", 10, "b", "[a][b]");
  assert_lines ("a\n", 10, "end", "[a][end]");
  assert_lines ("abcdef", 3, "too long", "[too long]");
  ser_lines_free (ser_lines_new (stream, 10, on_line, on_end, &reader));
  run_loop ();
  g_assert_cmpstr (reader.seen->str, ==, "");
  g_string_free (reader.seen, TRUE);
}

/* ---- bytes ---- */

static gboolean
push (SerSink *sink, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return ser_sink_push (sink, bytes);
}

static void
wait_for_close (GOutputStream *stream)
{
  for (int i = 0; i < 1000 && !g_output_stream_is_closed (stream); i++)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (g_output_stream_is_closed (stream));
}

static void
test_sink (void)
{
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  GMemoryOutputStream *memory = G_MEMORY_OUTPUT_STREAM (stream);
  g_autoptr (SerSink) sink = ser_sink_new (stream, 8);

  g_assert_true (push (sink, "abcdef"));
  g_assert_false (push (sink, "ghi")); /* as all of the first waits until the loop runs */
  g_assert_true (push (sink, ""));
  g_assert_true (push (sink, "gh"));
  while (!push (sink, "ij345678"))
    g_main_context_iteration (NULL, TRUE);
  ser_sink_end (sink);
  wait_for_close (stream);
  g_assert_cmpmem (
      g_memory_output_stream_get_data (memory), g_memory_output_stream_get_data_size (memory), "abcdefghij345678", 16);
}

static void
test_sink_empty (void)
{
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  g_autoptr (SerSink) sink = ser_sink_new (stream, 8);

  ser_sink_end (sink);
  g_assert_true (g_output_stream_is_closed (stream));
}

/* A child that is gone takes nothing: what is for it is dropped, and makes room. */
static void
test_sink_broken (void)
{
  char room[4];
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new (room, sizeof room, NULL, NULL);
  g_autoptr (SerSink) sink = ser_sink_new (stream, 8);

  for (int i = 0; i < 5; i++) {
    g_assert_true (push (sink, "abcd"));
    g_assert_true (push (sink, "efgh"));
    g_assert_false (push (sink, "i"));
    while (!push (sink, "01234567"))
      g_main_context_iteration (NULL, TRUE);
    while (!push (sink, "89"))
      g_main_context_iteration (NULL, TRUE);
    run_loop ();
  }
  ser_sink_end (sink);
  wait_for_close (stream);
  g_assert_cmpmem (room, sizeof room, "abcd", 4);
}

static void
test_sink_freed (void)
{
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  SerSink *sink = ser_sink_new (stream, 8);

  g_assert_true (push (sink, "abcd"));
  g_assert_true (push (sink, "efgh"));
  ser_sink_free (sink);
  run_loop ();
  g_assert_false (g_output_stream_is_closed (stream));
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/dashboard/streams/lines", test_lines);
  g_test_add_func ("/dashboard/streams/long-lines", test_long_lines);
  g_test_add_func ("/dashboard/streams/lines-freed", test_lines_freed);
  g_test_add_func ("/dashboard/streams/sink", test_sink);
  g_test_add_func ("/dashboard/streams/sink-empty", test_sink_empty);
  g_test_add_func ("/dashboard/streams/sink-broken", test_sink_broken);
  g_test_add_func ("/dashboard/streams/sink-freed", test_sink_freed);
  return fixture_run ();
}
