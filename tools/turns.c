/* turns.c - who speaks when
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * RTTM: NIST, Rich Transcription Meeting Recognition Evaluation Plan, 2009, appendix A; records other than SPEAKER are
 * passed over. CSV: columns start, end, speaker. TextGrid: see text-grid.h.
 */

#include "turns.h"

#include <math.h>
#include <string.h>

#include "csv.h"
#include "model/error.h"
#include "text-grid.h"

static SerTurns *
turns_new (void)
{
  SerTurns *turns = g_new (SerTurns, 1);

  turns->turns = g_array_new (FALSE, FALSE, sizeof (SerTurn));
  turns->speakers = g_ptr_array_new_with_free_func (g_free);
  return turns;
}

void
ser_turns_free (SerTurns *turns)
{
  if (!turns)
    return;
  g_array_unref (turns->turns);
  g_ptr_array_unref (turns->speakers);
  g_free (turns);
}

/* ---- turns ---- */

static guint
find_speaker (SerTurns *turns, const char *name)
{
  guint i;

  if (!g_ptr_array_find_with_equal_func (turns->speakers, name, g_str_equal, &i)) {
    i = turns->speakers->len;
    g_ptr_array_add (turns->speakers, g_strdup (name));
  }
  return i;
}

static gboolean
read_seconds (const char *text, double *seconds)
{
  char *end;

  *seconds = g_ascii_strtod (text, &end);
  return end != text && *end == '\0' && isfinite (*seconds) && *seconds >= 0;
}

static gboolean
add_turn (SerTurns *turns, double start, double end, const char *speaker, const char *path, guint line, GError **error)
{
  SerTurn turn = { start, end, 0 };

  if (!(start >= 0 && end > start && isfinite (end)))
    return ser_fail (error, SER_ERROR_DATA,
        "%s:%u: a turn from %g to %g s: expected a start of 0 or more and an end after it", path, line, start, end);
  if (*speaker == '\0')
    return ser_fail (error, SER_ERROR_DATA, "%s:%u: the turn has no speaker", path, line);
  turn.speaker = find_speaker (turns, speaker);
  g_array_append_val (turns->turns, turn);
  return TRUE;
}

static int
compare_turns (gconstpointer a, gconstpointer b)
{
  const SerTurn *x = a, *y = b;

  return x->start != y->start ? (x->start > y->start) - (x->start < y->start)
                              : (x->speaker > y->speaker) - (x->speaker < y->speaker);
}

/* Speakers were numbered as the file names them; now by their first turns. */
static void
number_speakers (SerTurns *turns)
{
  g_autoptr (GPtrArray) names = turns->speakers;

  turns->speakers = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < turns->turns->len; i++) {
    SerTurn *turn = &g_array_index (turns->turns, SerTurn, i);
    turn->speaker = find_speaker (turns, names->pdata[turn->speaker]);
  }
}

/* ---- RTTM ---- */

/* `recording` is the name of the one that the lines before were of. */
static gboolean
read_rttm_line (SerTurns *turns, const char *text, const char *path, guint line, char **recording, GError **error)
{
  g_auto (GStrv) split = g_strsplit_set (text, " \t\r", -1);
  g_autoptr (GPtrArray) fields = g_ptr_array_new ();
  double start, duration;

  for (guint i = 0; split[i]; i++)
    if (*split[i])
      g_ptr_array_add (fields, split[i]);
  if (fields->len == 0 || strcmp (fields->pdata[0], "SPEAKER") != 0)
    return TRUE;
  if (fields->len < 8 || !read_seconds (fields->pdata[3], &start) || !read_seconds (fields->pdata[4], &duration))
    return ser_fail (error, SER_ERROR_DATA,
        "%s:%u: expected SPEAKER FILE CHANNEL START DURATION <NA> <NA> NAME, times in seconds", path, line);
  if (!*recording)
    *recording = g_strdup (fields->pdata[1]);
  if (strcmp (*recording, fields->pdata[1]) != 0)
    return ser_fail (error, SER_ERROR_DATA, "%s:%u: turns of another recording, %s after %s: give a file of one", path,
        line, (const char *) fields->pdata[1], *recording);
  return add_turn (turns, start, start + duration, fields->pdata[7], path, line, error);
}

static gboolean
read_rttm (SerTurns *turns, const char *text, const char *path, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *recording = NULL;

  for (guint i = 0; lines[i]; i++)
    if (!read_rttm_line (turns, lines[i], path, i + 1, &recording, error))
      return FALSE;
  return TRUE;
}

/* ---- CSV ---- */

static gboolean
read_csv (SerTurns *turns, const char *path, GError **error)
{
  g_autoptr (SerCsv) csv = ser_csv_load (path, error);
  int start_column, end_column, speaker_column;

  if (!csv)
    return FALSE;
  start_column = ser_csv_find_column (csv, "start");
  end_column = ser_csv_find_column (csv, "end");
  speaker_column = ser_csv_find_column (csv, "speaker");
  if (start_column < 0 || end_column < 0 || speaker_column < 0)
    return ser_fail (
        error, SER_ERROR_DATA, "%s: expected RTTM, a TextGrid, or CSV with the columns start,end,speaker", path);
  for (guint i = 0; i < ser_csv_get_n_rows (csv); i++) {
    guint line = ser_csv_get_line (csv, i);
    double start, end;

    if (!read_seconds (ser_csv_get (csv, i, start_column), &start)
        || !read_seconds (ser_csv_get (csv, i, end_column), &end))
      return ser_fail (error, SER_ERROR_DATA, "%s:%u: start `%s`, end `%s`: expected seconds", path, line,
          ser_csv_get (csv, i, start_column), ser_csv_get (csv, i, end_column));
    if (!add_turn (turns, start, end, ser_csv_get (csv, i, speaker_column), path, line, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- TextGrid ---- */

static gboolean
read_text_grid (SerTurns *turns, const char *text, const char *path, GError **error)
{
  g_autoptr (GPtrArray) tiers = ser_text_grid_parse (text, path, error);

  if (!tiers)
    return FALSE;
  for (guint i = 0; i < tiers->len; i++) {
    const SerTextGridTier *tier = tiers->pdata[i];

    for (guint k = 0; k < tier->intervals->len; k++) {
      const SerTextGridInterval *interval = &g_array_index (tier->intervals, SerTextGridInterval, k);
      const char *speaker = tiers->len > 1 ? tier->name : interval->text;

      if (*interval->text && !add_turn (turns, interval->start, interval->end, speaker, path, interval->line, error))
        return FALSE;
    }
  }
  return TRUE;
}

/* ---- which of them ---- */

/* The file as UTF-8: Praat also writes UTF-16. */
static char *
load_text (const char *path, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *bytes = NULL;
  char *text;
  gsize size;

  if (!g_file_get_contents (path, &bytes, &size, &local)) {
    ser_fail (error, SER_ERROR_FILE, "%s", local->message);
    return NULL;
  }
  if (size >= 2 && (memcmp (bytes, "\xff\xfe", 2) == 0 || memcmp (bytes, "\xfe\xff", 2) == 0))
    text = g_convert (bytes, size, "UTF-8", "UTF-16", NULL, NULL, &local);
  else
    text = g_strndup (g_str_has_prefix (bytes, "\xef\xbb\xbf") ? bytes + 3 : bytes, size);
  if (!text || !g_utf8_validate (text, -1, NULL)) {
    ser_fail (error, SER_ERROR_DATA, "%s: expected text in UTF-8 or UTF-16", path);
    g_free (text);
    return NULL;
  }
  return text;
}

static gboolean
is_rttm (const char *text)
{
  return g_regex_match_simple ("^(;;.*\\s+|\\s*(SPKR-INFO|SPEAKER|LEXEME|NON-LEX|NOSCORE)\\s)", text, 0, 0);
}

SerTurns *
ser_turns_load (const char *path, GError **error)
{
  g_autoptr (SerTurns) turns = turns_new ();
  g_autofree char *text = load_text (path, error);
  gboolean ok;

  if (!text)
    return NULL;
  if (ser_text_grid_is (text))
    ok = read_text_grid (turns, text, path, error);
  else if (is_rttm (text))
    ok = read_rttm (turns, text, path, error);
  else
    ok = read_csv (turns, path, error);
  if (ok && turns->turns->len == 0)
    ok = ser_fail (error, SER_ERROR_DATA, "%s: there are no turns in it", path);
  g_array_sort (turns->turns, compare_turns);
  number_speakers (turns);
  return ok ? g_steal_pointer (&turns) : NULL;
}
