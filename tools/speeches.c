/* speeches.c - the speeches that a manifest names, and what a comparison keeps of each
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "speeches.h"

#include <gst/gst.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "model/error.h"
#include "recording-read.h"

const char *
ser_part_get_name (SerPart part)
{
  static const char *const names[SER_N_PARTS] = { "whole", "beginning", "middle", "end" };

  return names[part];
}

const char *
ser_speech_fault_get_name (SerSpeechFault fault)
{
  static const char *const names[] = { NULL, "unreadable", "silent", "truncated", "copy" };

  return names[fault];
}

static void
speech_free (gpointer data)
{
  SerSpeech *speech = data;

  g_free (speech->path);
  g_free (speech->location);
  g_free (speech->speaker);
  g_free (speech->date);
  g_free (speech->place);
  g_free (speech->title);
  g_free (speech->party);
  g_strfreev (speech->values);
  g_free (speech->peaks);
  g_free (speech->why);
  g_free (speech);
}

void
ser_speeches_free (SerSpeeches *speeches)
{
  if (!speeches)
    return;
  g_strfreev (speeches->columns);
  g_ptr_array_unref (speeches->speeches);
  g_free (speeches);
}

/* ---- the manifest ---- */

static const char *const known[] = { "path", "speaker", "date", "place", "title", "party" };

/* Columns that are not known, by their numbers in the file. */
static GArray *
find_columns (SerSpeeches *speeches, const SerCsv *csv)
{
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (int i = 0; i < (int) ser_csv_get_n_columns (csv); i++) {
    g_autofree char *name = g_strstrip (g_utf8_make_valid (ser_csv_get_column_name (csv, i), -1));
    gboolean is_known = *name == '\0';

    for (guint k = 0; k < G_N_ELEMENTS (known); k++)
      is_known |= g_ascii_strcasecmp (name, known[k]) == 0;
    if (is_known)
      continue;
    g_ptr_array_add (names, g_steal_pointer (&name));
    g_array_append_val (numbers, i);
  }
  g_ptr_array_add (names, NULL);
  speeches->columns = (char **) g_ptr_array_free (g_steal_pointer (&names), FALSE);
  return numbers;
}

/* A field without the space around it, or NULL when it is empty. Free with g_free(). */
static char *
get_field (const SerCsv *csv, guint row, int column)
{
  g_autofree char *text = g_strstrip (g_utf8_make_valid (ser_csv_get (csv, row, column), -1));

  return *text ? g_steal_pointer (&text) : NULL;
}

static gboolean
is_date (const char *text)
{
  unsigned year, month = 1, day = 1;
  int end = 0;

  if (!g_regex_match_simple ("^\\d{4}(-\\d\\d(-\\d\\d)?)?$", text, 0, 0))
    return FALSE;
  end = sscanf (text, "%4u-%2u-%2u", &year, &month, &day);
  return end >= 1 && year > 0 && g_date_valid_dmy (day, month, year);
}

/* Paths as the file system has them, which need not be UTF-8. */
static char *
make_location (const char *folder, const char *field)
{
  g_autofree char *path = g_strstrip (g_strdup (field));

  if (gst_uri_is_valid (path) || g_path_is_absolute (path) || strcmp (folder, ".") == 0)
    return g_steal_pointer (&path);
  return g_build_filename (folder, path, NULL);
}

/* Whether two locations are one, by whatever names and links. */
static gboolean
is_same (const char *a, const char *b)
{
  g_autofree char *x = realpath (a, NULL), *y = realpath (b, NULL);

  return strcmp (x ? x : a, y ? y : b) == 0;
}

static gboolean
check_speech (const SerSpeeches *speeches, const SerSpeech *speech, const char *manifest, GError **error)
{
  if (!speech->path || strcmp (speech->path, "-") == 0)
    return ser_fail (error, SER_ERROR_DATA, "%s:%u: the column path names no file", manifest, speech->line);
  if (!speech->speaker)
    return ser_fail (error, SER_ERROR_DATA, "%s:%u: the column speaker is empty", manifest, speech->line);
  if (speech->date && !is_date (speech->date))
    return ser_fail (error, SER_ERROR_DATA, "%s:%u: date `%s`: expected YYYY-MM-DD, YYYY-MM or YYYY", manifest,
        speech->line, speech->date);
  for (guint i = 0; i < speeches->speeches->len; i++) {
    const SerSpeech *other = speeches->speeches->pdata[i];
    if (is_same (other->location, speech->location))
      return ser_fail (error, SER_ERROR_DATA, "%s:%u: %s is in line %u already; a speech counts once", manifest,
          speech->line, speech->path, other->line);
  }
  return TRUE;
}

static gboolean
read_speech (
    SerSpeeches *speeches, const SerCsv *csv, guint row, const GArray *others, const char *manifest, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (manifest);
  SerSpeech *speech = g_new0 (SerSpeech, 1);
  char **fields[] = { &speech->path, &speech->speaker, &speech->date, &speech->place, &speech->title, &speech->party };

  G_STATIC_ASSERT (G_N_ELEMENTS (fields) == G_N_ELEMENTS (known));
  speech->line = ser_csv_get_line (csv, row);
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    *fields[i] = get_field (csv, row, ser_csv_find_column (csv, known[i]));
  speech->location =
      speech->path ? make_location (folder, ser_csv_get (csv, row, ser_csv_find_column (csv, "path"))) : NULL;
  speech->document = speech->location && ser_recording_is_document (speech->location);
  speech->values = g_new0 (char *, others->len + 1);
  for (guint i = 0; i < others->len; i++) {
    char *value = get_field (csv, row, g_array_index (others, int, i));
    speech->values[i] = value ? value : g_strdup ("");
  }
  if (!check_speech (speeches, speech, manifest, error)) {
    speech_free (speech);
    return FALSE;
  }
  g_ptr_array_add (speeches->speeches, speech);
  return TRUE;
}

SerSpeeches *
ser_speeches_load (const char *path, GError **error)
{
  g_autoptr (SerCsv) csv = ser_csv_load (path, error);
  g_autoptr (SerSpeeches) speeches = g_new0 (SerSpeeches, 1);
  g_autoptr (GArray) others = NULL;

  speeches->speeches = g_ptr_array_new_with_free_func (speech_free);
  if (!csv)
    return NULL;
  if (ser_csv_find_column (csv, "path") < 0 || ser_csv_find_column (csv, "speaker") < 0) {
    ser_fail (error, SER_ERROR_DATA, "%s: expected the columns path and speaker in its first line", path);
    return NULL;
  }
  others = find_columns (speeches, csv);
  for (guint i = 0; i < ser_csv_get_n_rows (csv); i++)
    if (!read_speech (speeches, csv, i, others, path, error))
      return NULL;
  if (speeches->speeches->len == 0) {
    ser_fail (error, SER_ERROR_DATA, "%s: there are no speeches in it", path);
    return NULL;
  }
  return g_steal_pointer (&speeches);
}

/* ---- what was heard ---- */

static void
count_window (SerSpeech *speech, SerPart part, const SerRecordingWindow *window)
{
  speech->n_speech[part]++;
  speech->counts[part][window->leading]++;
  ser_moments_add (&speech->loudness[part], window->result.loudness);
  if (window->result.pitch > 0)
    ser_moments_add (&speech->pitch[part], ser_semitones (window->result.pitch));
}

static void
take_window (SerSpeech *speech, const SerRecordingWindow *window)
{
  double middle = window->start + window->duration / 2;
  guint third = speech->duration > 0 ? 3 * middle / speech->duration : 0;

  if (window->result.label == SER_LABEL_NONE)
    return;
  count_window (speech, SER_PART_WHOLE, window);
  count_window (speech, SER_PART_BEGINNING + MIN (third, 2), window);
  for (guint k = 0; k < window->result.n_labels; k++)
    ser_moments_add (&speech->scores[k], window->result.scores[k]);
}

void
ser_speech_reject (SerSpeech *speech, SerSpeechFault fault, char *why)
{
  speech->heard = FALSE;
  speech->fault = fault;
  speech->why = g_strdelimit (why, "\r\n", ' ');
}

void
ser_speech_name (SerSpeech *speech, const SerRecording *recording)
{
  if (!speech->document)
    return;
  g_free (speech->path);
  speech->path = g_strdup (recording->file);
}

void
ser_speech_take (SerSpeech *speech, const SerRecording *recording)
{
  const SerRecordingSummary *summary = &recording->summary;

  if (!speech->title)
    speech->title = g_strdup (recording->title);
  if (!speech->date && recording->date && is_date (recording->date))
    speech->date = g_strdup (recording->date);
  speech->heard = TRUE;
  speech->truncated = recording->truncated;
  speech->duration = recording->duration;
  speech->n_windows = recording->n_windows;
  for (guint i = 0; i < recording->n_windows; i++)
    take_window (speech, &recording->windows[i]);
  memcpy (speech->shares, summary->shares, sizeof speech->shares);
  speech->n_peaks = summary->n_peaks;
  speech->peaks = g_new (SerPeak, summary->n_peaks + 1);
  for (guint i = 0; i < summary->n_peaks; i++)
    speech->peaks[i] = summary->peaks[i];
}

double
ser_speech_get_share (const SerSpeech *speech, SerPart part, guint label)
{
  return speech->n_speech[part] > 0 ? (double) speech->counts[part][label] / speech->n_speech[part] : NAN;
}
