/* analyze-program.c - a program in place of seremotion, whose `analyze` does what its medium says
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * The medium is lines of a word and what belongs to it; lines that begin with another are passed over. In the end there
 * are good results.
 *
 *     title TEXT   the title that the medium has
 *     progress X   tells its progress
 *     say TEXT     says why it fails
 *     first        waits for ever, but not when it is run again
 *     link PATH    medium.json is a link there, and nothing else is written
 *     wait, crash, fail, bare (without results)
 */

#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *title;

static void
write_text (const char *name, const char *text)
{
  g_autofree char *path = g_build_filename ("results", name, NULL);

  if (!g_file_set_contents (path, text, -1, NULL))
    exit (3);
}

static void
write_results (void)
{
  g_autofree char *member = title ? g_strdup_printf ("\"title\": \"%s\", ", title) : g_strdup ("");
  g_autofree char *lines = g_strconcat ("{\"row\": \"recording\", \"schema\": \"seremotion-analysis-1\", ", member,
      "\"duration\": 20.5, \"truncated\": false, \"model\": \"default\", \"model_id\": \"00ff\", "
      "\"labels\": [\"anger\", \"neutral\"]}\n"
      "{\"row\": \"window\"}\n"
      "{\"row\": \"summary\", \"windows\": 18, \"speech_windows\": 16, \"none\": 0.125, \"uncertain\": 0.25, "
      "\"shares\": {\"anger\": {\"sampling_only\": {\"value\": 0.25}}, \"neutral\": {\"sampling_only\": "
      "{\"value\": 0.75}}}}\n",
      NULL);

  write_text ("medium.json", "{}\n");
  write_text ("medium.jsonl", lines);
}

static void
wait_for_ever (void)
{
  for (;;)
    pause ();
}

/* A sanitizer would have it exit. */
static void
crash (void)
{
  signal (SIGSEGV, SIG_DFL);
  raise (SIGSEGV);
}

static void
link_document (const char *path)
{
  exit (symlink (path, "results/medium.json") == 0 ? 0 : 3);
}

static void
do_line (const char *word, const char *rest)
{
  if (strcmp (word, "title") == 0)
    title = g_strdup (rest);
  else if (strcmp (word, "progress") == 0)
    fprintf (stderr, "progress %s\n", rest);
  else if (strcmp (word, "say") == 0)
    fprintf (stderr, "seremotion analyze: %s\n", rest);
  else if (strcmp (word, "wait") == 0 || (strcmp (word, "first") == 0 && g_mkdir ("again", 0700) == 0))
    wait_for_ever ();
  else if (strcmp (word, "link") == 0)
    link_document (rest);
  else if (strcmp (word, "crash") == 0)
    crash ();
  else if (strcmp (word, "fail") == 0 || strcmp (word, "bare") == 0)
    exit (*word == 'f');
}

int
main (int argc, char **argv)
{
  g_autofree char *text = NULL, *process = g_strdup_printf ("%d", (int) getpid ());
  g_autofree char *arguments = g_strjoinv ("\n", argv + 1);
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents ("medium", &text, NULL, NULL))
    return 3;
  write_text ("arguments", arguments);
  write_text ("process", process);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i]; i++) {
    g_auto (GStrv) words = g_strsplit (lines[i], " ", 2);

    if (words[0])
      do_line (words[0], words[1] ? words[1] : "");
  }
  write_results ();
  g_free (title);
  return 0;
}
