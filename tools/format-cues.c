/* format-cues.c - segments as subtitles (WebVTT, SubRip) and as labels of Audacity
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * WebVTT: W3C, WebVTT: The Web Video Text Tracks Format. SubRip has no specification: GStreamer's subparse and VLC read
 * what is written here. Audacity: Label Tracks, tab-separated start, end and text.
 */

#include <string.h>

#include "formats.h"

/* Appends text in one line with substitutes for &, < and >. */
static void
append_replaced (GString *out, const char *text, const char *const *substitutes)
{
  static const char special[] = "&<>";
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  g_strdelimit (valid, "\r\n", ' ');
  for (const char *c = valid; *c; c++) {
    const char *found = strchr (special, *c);
    if (found)
      g_string_append (out, substitutes[found - special]);
    else
      g_string_append_c (out, *c);
  }
}

/* In the text of WebVTT the three mean something, and an arrow may not occur. */
static void
append_vtt (GString *out, const char *text)
{
  static const char *const references[] = { "&amp;", "&lt;", "&gt;" };

  append_replaced (out, text, references);
}

/* SubRip knows tags and arrows too, but no way to write their characters: others stand for them. */
static void
append_srt (GString *out, const char *text)
{
  static const char *const lookalikes[] = { "&", "\xe2\x80\xb9", "\xe2\x80\xba" };

  append_replaced (out, text, lookalikes);
}

static void
append_cue (GString *out, const SerRecording *recording, const SerRecordingSegment *segment, char point)
{
  g_autofree char *caption =
      ser_format_make_caption (recording, segment->speaker, segment->emotion, segment->segment.confidence);

  ser_format_append_time (out, segment->segment.start, point);
  g_string_append (out, " --> ");
  ser_format_append_time (out, segment->segment.end, point);
  g_string_append_c (out, '\n');
  if (point == '.')
    append_vtt (out, caption);
  else
    append_srt (out, caption);
  g_string_append (out, "\n\n");
}

void
ser_format_vtt (const SerRecording *recording, GString *out)
{
  g_string_append (out, "WEBVTT\n\nNOTE\nemotions in ");
  append_vtt (out, recording->file);
  g_string_append (out, ", seremotion with the model ");
  append_vtt (out, recording->model);
  g_string_append (out, "\n\n");
  for (guint i = 0; i < recording->n_segments; i++)
    append_cue (out, recording, &recording->segments[i], '.');
}

void
ser_format_srt (const SerRecording *recording, GString *out)
{
  for (guint i = 0; i < recording->n_segments; i++) {
    g_string_append_printf (out, "%u\n", i + 1);
    append_cue (out, recording, &recording->segments[i], ',');
  }
}

static void
append_label (GString *out, double start, double end, char *caption)
{
  char times[2][G_ASCII_DTOSTR_BUF_SIZE];

  g_strdelimit (caption, "\t\r\n", ' ');
  g_string_append_printf (out, "%s\t%s\t%s\n", g_ascii_formatd (times[0], sizeof times[0], "%.6f", start),
      g_ascii_formatd (times[1], sizeof times[1], "%.6f", end), caption);
  g_free (caption);
}

void
ser_format_audacity_segments (const SerRecording *recording, GString *out)
{
  for (guint i = 0; i < recording->n_segments; i++) {
    const SerRecordingSegment *segment = &recording->segments[i];
    append_label (out, segment->segment.start, segment->segment.end,
        ser_format_make_caption (recording, segment->speaker, segment->emotion, segment->segment.confidence));
  }
}

/* Labels of Audacity may overlap: each has the whole of its window. */
void
ser_format_audacity_windows (const SerRecording *recording, GString *out)
{
  for (guint i = 0; i < recording->n_windows; i++) {
    const SerRecordingWindow *window = &recording->windows[i];
    append_label (out, window->start, window->start + window->duration,
        ser_format_make_caption (recording, window->speaker, window->result.emotion, window->result.confidence));
  }
}
