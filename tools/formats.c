/* formats.c - the forms in which the analysis of a recording is written
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "formats.h"

#include <math.h>
#include <string.h>

#include "model/error.h"
#include "report-html.h"
#include "report-json.h"

static void
append_json (const SerRecording *recording, GString *out)
{
  g_autofree char *json = ser_report_to_json (recording);

  g_string_append (out, json);
  g_string_append_c (out, '\n');
}

static const SerFormat formats[] = {
  { "table", { { ".txt", ser_format_table } }, TRUE },
  { "jsonl", { { ".jsonl", ser_format_jsonl } }, TRUE },
  { "json", { { ".json", append_json } }, FALSE },
  { "csv",
      { { ".windows.csv", ser_format_csv_windows }, { ".segments.csv", ser_format_csv_segments },
          { ".summary.csv", ser_format_csv_summary } },
      TRUE },
  { "vtt", { { ".vtt", ser_format_vtt } }, FALSE },
  { "srt", { { ".srt", ser_format_srt } }, FALSE },
  { "textgrid", { { ".TextGrid", ser_format_textgrid } }, FALSE },
  { "eaf", { { ".eaf", ser_format_eaf } }, FALSE },
  { "audacity",
      { { ".audacity-segments.txt", ser_format_audacity_segments },
          { ".audacity-windows.txt", ser_format_audacity_windows } },
      FALSE },
  { "html", { { ".html", NULL } }, FALSE },
  { "sound", { { ".opus", NULL }, { ".peaks", NULL } }, FALSE },
};

const SerFormat *
ser_format_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (strcmp (formats[i].name, name) == 0)
      return &formats[i];
  return NULL;
}

gboolean
ser_format_is_text (const SerFormat *format)
{
  return format->parts[0].append != NULL;
}

gboolean
ser_format_is_joinable (const SerFormat *format)
{
  return format->joinable;
}

gboolean
ser_format_is_live (const SerFormat *format)
{
  return format->parts[0].append == ser_format_table || format->parts[0].append == ser_format_jsonl;
}

static gboolean
is_page (const SerFormat *format)
{
  return strcmp (format->name, "html") == 0;
}

gboolean
ser_format_check (const SerFormat *format, GError **error)
{
  return !is_page (format) || ser_report_check (error);
}

SerSoundParts
ser_format_get_sound (const SerFormat *format, const char *location, const SerFormatOptions *options)
{
  if (ser_format_is_text (format))
    return SER_SOUND_NONE;
  return is_page (format) ? ser_report_get_sound (location, options->media) : SER_SOUND_OPUS;
}

void
ser_format_append (const SerFormat *format, const SerRecording *recording, GString *out)
{
  format->parts[0].append (recording, out);
}

void
ser_format_append_live (const SerFormat *format, const SerRecordingWindow *window, const SerModel *model, GString *out)
{
  if (format->parts[0].append == ser_format_table)
    ser_format_table_window (window, model, out);
  else
    ser_format_jsonl_window (window, model, out);
}

static gboolean
write_part (const SerFormat *format, guint part, const SerRecording *recording, const char *stem, GError **error)
{
  g_autofree char *path = g_strconcat (stem, format->parts[part].suffix, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) local = NULL;

  format->parts[part].append (recording, text);
  return g_file_set_contents (path, text->str, text->len, &local)
      || ser_fail (error, SER_ERROR_FILE, "%s", local->message);
}

gboolean
ser_format_write (const SerFormat *format, const SerRecording *recording, const SerSound *sound,
    const SerFormatOptions *options, const char *stem, GError **error)
{
  if (is_page (format)) {
    g_autofree char *path = g_strconcat (stem, format->parts[0].suffix, NULL);
    return ser_report_write_html (recording, sound, options->media, path, error);
  }
  if (!ser_format_is_text (format))
    return ser_sound_write (sound, stem, error);
  for (guint i = 0; i < SER_FORMAT_PARTS && format->parts[i].suffix; i++)
    if (!write_part (format, i, recording, stem, error))
      return FALSE;
  return TRUE;
}

void
ser_format_append_names (const SerFormat *format, const char *stem, GString *out)
{
  for (guint i = 0; i < SER_FORMAT_PARTS && format->parts[i].suffix; i++)
    g_string_append_printf (out, "%s%s\n", stem, format->parts[i].suffix);
}

/* ---- what they share ---- */

static double
get_border (const SerRecordingWindow *a, const SerRecordingWindow *b)
{
  return (2 * a->start + a->duration + 2 * b->start + b->duration) / 4;
}

static gboolean
touches (const SerRecordingWindow *a, const SerRecordingWindow *b)
{
  return b->start >= a->start && b->start <= a->start + a->duration;
}

void
ser_format_get_own_time (const SerRecording *recording, guint i, double *start, double *end)
{
  const SerRecordingWindow *window = &recording->windows[i];

  *start = i > 0 && touches (window - 1, window) ? get_border (window - 1, window) : window->start;
  *end = i + 1 < recording->n_windows && touches (window, window + 1) ? get_border (window, window + 1)
                                                                      : window->start + window->duration;
}

void
ser_format_append_time (GString *out, double seconds, char point)
{
  guint64 ms = llround (MAX (0, seconds) * 1000);

  g_string_append_printf (out, "%02" G_GUINT64_FORMAT ":%02u:%02u%c%03u", ms / 3600000, (guint) (ms / 60000 % 60),
      (guint) (ms / 1000 % 60), point, (guint) (ms % 1000));
}

void
ser_format_append_number (GString *out, double value, int digits)
{
  char format[16], text[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (value))
    return;
  g_snprintf (format, sizeof format, "%%.%dg", digits);
  g_string_append (out, g_ascii_formatd (text, sizeof text, format, value));
}

const char *
ser_format_get_speaker (const SerRecording *recording, guint speaker)
{
  return speaker == SER_NO_SPEAKER ? "" : recording->speakers[speaker].name;
}

char *
ser_format_make_caption (const SerRecording *recording, guint speaker, const char *emotion, double confidence)
{
  const char *name = ser_format_get_speaker (recording, speaker);
  const char *colon = *name ? ": " : "";

  if (strcmp (emotion, "none") == 0)
    return g_strdup_printf ("%s%sno speech", name, colon);
  return g_strdup_printf ("%s%s%s %.0f %%", name, colon, emotion, 100 * confidence);
}
