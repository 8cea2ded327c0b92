/* format-csv.c - windows, segments and summary as tidy CSV; docs/codebook.md says what the columns are
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>

#include "csv.h"
#include "formats.h"

static void
add_text (GString *out, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text ? text : "", -1);

  ser_csv_append_field (out, valid);
  g_string_append_c (out, ',');
}

static void
add_number (GString *out, double value, int digits)
{
  ser_format_append_number (out, value, digits);
  g_string_append_c (out, ',');
}

/* The comma after the last field. */
static void
end_row (GString *out)
{
  g_string_truncate (out, out->len - 1);
  g_string_append_c (out, '\n');
}

static void
add_recording (GString *out, const SerRecording *recording)
{
  add_text (out, recording->file);
  g_string_append_printf (out, "%u,", recording->track);
}

static void
add_label_columns (GString *out, const SerRecording *recording, const char *prefix, const char *suffix)
{
  for (guint i = 0; i < recording->n_labels; i++)
    g_string_append_printf (out, "%s%s%s,", prefix, recording->labels[i], suffix);
}

/* ---- windows ---- */

static void
add_windows_header (const SerRecording *recording, GString *out)
{
  g_string_append (out, "file,track,window,start,end,speaker,emotion,leading,confidence,");
  add_label_columns (out, recording, "score_", "");
  g_string_append (out, "gate,speech,partial,pitch_hz,loudness_dbfs,pitch_z,loudness_z,");
  add_label_columns (out, recording, "score_", "_z");
  end_row (out);
}

static void
add_window (const SerRecording *recording, guint i, GString *out)
{
  const SerRecordingWindow *window = &recording->windows[i];
  const SerResult *result = &window->result;

  add_recording (out, recording);
  g_string_append_printf (out, "%u,", i);
  add_number (out, window->start, 12);
  add_number (out, window->start + window->duration, 12);
  add_text (out, ser_format_get_speaker (recording, window->speaker));
  add_text (out, result->emotion);
  add_text (out, recording->labels[window->leading]);
  add_number (out, result->confidence, 6);
  for (guint k = 0; k < recording->n_labels; k++)
    add_number (out, result->scores[k], 6);
  add_text (out, ser_gate_to_string (result->gate));
  add_number (out, result->speech, 6);
  g_string_append_printf (out, "%d,", result->partial);
  add_number (out, result->pitch > 0 ? result->pitch : NAN, 6);
  add_number (out, result->loudness, 6);
  add_number (out, window->pitch_z, 6);
  add_number (out, window->loudness_z, 6);
  for (guint k = 0; k < recording->n_labels; k++)
    add_number (out, window->scores_z[k], 6);
  end_row (out);
}

void
ser_format_csv_windows (const SerRecording *recording, GString *out)
{
  if (out->len == 0)
    add_windows_header (recording, out);
  for (guint i = 0; i < recording->n_windows; i++)
    add_window (recording, i, out);
}

/* ---- segments ---- */

static void
add_segments_header (const SerRecording *recording, GString *out)
{
  g_string_append (out, "file,track,segment,start,end,speaker,emotion,confidence,");
  add_label_columns (out, recording, "score_", "");
  g_string_append (out, "first_window,windows,pitch_hz,loudness_dbfs,pitch_z,loudness_z,");
  end_row (out);
}

static void
add_segment (const SerRecording *recording, guint i, GString *out)
{
  const SerRecordingSegment *segment = &recording->segments[i];

  add_recording (out, recording);
  g_string_append_printf (out, "%u,", i);
  add_number (out, segment->segment.start, 12);
  add_number (out, segment->segment.end, 12);
  add_text (out, ser_format_get_speaker (recording, segment->speaker));
  add_text (out, segment->emotion);
  add_number (out, segment->segment.confidence, 6);
  for (guint k = 0; k < recording->n_labels; k++)
    add_number (out, segment->segment.scores[k], 6);
  g_string_append_printf (out, "%u,%u,", (guint) segment->segment.first, segment->segment.n_windows);
  add_number (out, segment->pitch > 0 ? segment->pitch : NAN, 6);
  add_number (out, segment->loudness, 6);
  add_number (out, segment->pitch_z, 6);
  add_number (out, segment->loudness_z, 6);
  end_row (out);
}

void
ser_format_csv_segments (const SerRecording *recording, GString *out)
{
  if (out->len == 0)
    add_segments_header (recording, out);
  for (guint i = 0; i < recording->n_segments; i++)
    add_segment (recording, i, out);
}

/* ---- summary ---- */

typedef struct {
  const SerRecording *recording;
  const char *speaker;
  GString *out;
} Rows;

static void
add_row (const Rows *rows, const char *measure, const char *label, double estimate, double low, double high,
    const char *method)
{
  add_recording (rows->out, rows->recording);
  add_text (rows->out, rows->speaker);
  add_text (rows->out, measure);
  add_text (rows->out, label);
  add_number (rows->out, estimate, 6);
  add_number (rows->out, low, 6);
  add_number (rows->out, high, 6);
  add_text (rows->out, method);
  end_row (rows->out);
}

static void
add_figure (const Rows *rows, const char *measure, const char *label, double estimate)
{
  add_row (rows, measure, label, estimate, NAN, NAN, "");
}

static void
add_shares (const Rows *rows, const SerRecordingSummary *summary)
{
  for (guint k = 0; k < rows->recording->n_labels; k++) {
    const SerShare *share = &summary->shares[k];
    const char *label = rows->recording->labels[k];

    add_row (rows, "share", label, share->share, share->low, share->high, "sampling only");
    add_row (
        rows, "share_corrected", label, share->corrected, share->c_low, share->c_high, "sampling and confusion matrix");
    add_figure (rows, "dwell_s", label, summary->dwell[k]);
  }
}

static void
add_summary (const Rows *rows, const SerRecordingSummary *summary)
{
  add_figure (rows, "windows", "", summary->n_windows);
  add_figure (rows, "speech_windows", "", summary->n_speech);
  add_figure (rows, "none", "", summary->none);
  add_figure (rows, "uncertain", "", summary->uncertain);
  add_shares (rows, summary);
  add_figure (rows, "transitions", "", summary->transitions);
  add_figure (rows, "transitions_per_minute", "", summary->transitions_per_minute);
  add_figure (rows, "mean_dwell_s", "", summary->mean_dwell);
  add_figure (rows, "volatility", "", summary->volatility);
  add_figure (rows, "pitch_hz", "", summary->pitch_mean);
  add_figure (rows, "pitch_sd_semitones", "", summary->pitch_sd);
  add_figure (rows, "loudness_dbfs", "", summary->loudness_mean);
  add_figure (rows, "loudness_sd_db", "", summary->loudness_sd);
}

static void
add_fragility (const Rows *rows, const SerFragility *fragility)
{
  if (fragility->n_sampled == 0)
    return;
  for (guint i = 0; i < SER_N_FRAGILITY; i++)
    add_figure (rows, "fragile", ser_fragility_get_name (i), fragility->changed[i]);
  add_figure (rows, "fragile", "any", fragility->any);
}

void
ser_format_csv_summary (const SerRecording *recording, GString *out)
{
  Rows rows = { recording, "", out };

  if (out->len == 0)
    g_string_append (out, "file,track,speaker,measure,label,estimate,low,high,interval\n");
  add_summary (&rows, &recording->summary);
  add_fragility (&rows, &recording->fragility);
  add_figure (&rows, "duration_s", "", recording->duration);
  add_figure (&rows, "truncated", "", recording->truncated);
  for (guint i = 0; i < recording->n_speakers; i++) {
    rows.speaker = recording->speakers[i].name;
    add_summary (&rows, &recording->speakers[i].summary);
  }
}
