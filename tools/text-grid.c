/* text-grid.c - interval tiers of a TextGrid of Praat
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "text-grid.h"

#include <math.h>
#include <string.h>

#include "model/error.h"

#define MAX_ITEMS 10000000 /* tiers, intervals: more is a damaged number */

typedef struct {
  const char *at;
  const char *path;
  guint line;
  GError **error;
} Reader;

static void
interval_clear (gpointer data)
{
  g_free (((SerTextGridInterval *) data)->text);
}

static void
tier_free (gpointer data)
{
  SerTextGridTier *tier = data;

  g_array_unref (tier->intervals);
  g_free (tier->name);
  g_free (tier);
}

static gboolean
fail (Reader *reader, const char *expected)
{
  return ser_fail (reader->error, SER_ERROR_DATA, "%s:%u: not a TextGrid of Praat: expected %s", reader->path,
      reader->line, expected);
}

/* ---- tokens ---- */

static void
skip_space (Reader *reader)
{
  for (; g_ascii_isspace (*reader->at); reader->at++)
    reader->line += *reader->at == '\n';
}

/* A word that does not count, or, from `!` on, the rest of a line. */
static void
skip_word (Reader *reader)
{
  gboolean comment = *reader->at == '!';

  while (*reader->at && *reader->at != '\n' && (comment || !g_ascii_isspace (*reader->at)))
    reader->at++;
}

static gboolean
read_number (Reader *reader, double *number)
{
  for (skip_space (reader); *reader->at && *reader->at != '"'; skip_space (reader)) {
    char *end;

    *number = g_ascii_strtod (reader->at, &end);
    if (end != reader->at && (*end == '\0' || g_ascii_isspace (*end)) && isfinite (*number)) {
      reader->at = end;
      return TRUE;
    }
    skip_word (reader);
  }
  return fail (reader, "a number");
}

static gboolean
read_count (Reader *reader, guint *count)
{
  double number;

  if (!read_number (reader, &number))
    return FALSE;
  if (number < 0 || number > MAX_ITEMS || number != floor (number))
    return fail (reader, "a whole number of tiers or intervals");
  *count = number;
  return TRUE;
}

/* A quoted string, in which quotes are doubled. */
static char *
read_string (Reader *reader)
{
  GString *text;

  for (skip_space (reader); *reader->at && *reader->at != '"'; skip_space (reader))
    skip_word (reader);
  if (!*reader->at) {
    fail (reader, "text in quotes");
    return NULL;
  }
  text = g_string_new (NULL);
  for (reader->at++; *reader->at && !(*reader->at == '"' && reader->at[1] != '"'); reader->at++) {
    reader->at += *reader->at == '"';
    reader->line += *reader->at == '\n';
    g_string_append_c (text, *reader->at);
  }
  if (*reader->at == '"') {
    reader->at++;
    return g_string_free (text, FALSE);
  }
  g_string_free (text, TRUE);
  fail (reader, "a closing quote");
  return NULL;
}

static gboolean
expect_string (Reader *reader, const char *expected)
{
  g_autofree char *text = read_string (reader);

  return text && (strcmp (text, expected) == 0 || fail (reader, expected));
}

/* ---- tiers ---- */

static gboolean
read_interval (Reader *reader, gboolean is_point, GArray *intervals)
{
  SerTextGridInterval interval = { 0 };

  if (!read_number (reader, &interval.start) || (!is_point && !read_number (reader, &interval.end)))
    return FALSE;
  interval.text = read_string (reader);
  interval.line = reader->line;
  if (!interval.text)
    return FALSE;
  g_strstrip (interval.text);
  if (is_point)
    g_free (interval.text);
  else
    g_array_append_val (intervals, interval);
  return TRUE;
}

static gboolean
read_tier (Reader *reader, GPtrArray *tiers)
{
  g_autofree char *kind = read_string (reader);
  gboolean is_point = g_strcmp0 (kind, "TextTier") == 0;
  SerTextGridTier *tier;
  double start, end;
  guint n = 0;

  if (!kind)
    return FALSE;
  if (!is_point && strcmp (kind, "IntervalTier") != 0)
    return fail (reader, "\"IntervalTier\" or \"TextTier\"");
  tier = g_new0 (SerTextGridTier, 1);
  tier->intervals = g_array_new (FALSE, FALSE, sizeof (SerTextGridInterval));
  g_array_set_clear_func (tier->intervals, interval_clear);
  g_ptr_array_add (tiers, tier);
  if (!(tier->name = read_string (reader)) || !read_number (reader, &start) || !read_number (reader, &end)
      || !read_count (reader, &n))
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!read_interval (reader, is_point, tier->intervals))
      return FALSE;
  if (is_point)
    g_ptr_array_remove_index (tiers, tiers->len - 1);
  return TRUE;
}

gboolean
ser_text_grid_is (const char *text)
{
  return g_regex_match_simple ("^\\s*(File type\\s*=\\s*)?\"ooTextFile", text, 0, 0);
}

GPtrArray *
ser_text_grid_parse (const char *text, const char *path, GError **error)
{
  g_autoptr (GPtrArray) tiers = g_ptr_array_new_with_free_func (tier_free);
  Reader reader = { text, path, 1, error };
  double start, end;
  guint n = 0;

  if (!expect_string (&reader, "ooTextFile") || !expect_string (&reader, "TextGrid") || !read_number (&reader, &start)
      || !read_number (&reader, &end) || !read_count (&reader, &n))
    return NULL;
  for (guint i = 0; i < n; i++)
    if (!read_tier (&reader, tiers))
      return NULL;
  return g_steal_pointer (&tiers);
}
