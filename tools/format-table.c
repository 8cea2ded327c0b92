/* format-table.c - the analysis of a recording on a terminal
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>

#include "formats.h"
#include "progress.h"
#include "table.h"

/* ---- segments ---- */

static void
add_times (SerTable *table, double start, double end)
{
  g_autofree char *from = ser_progress_format_time (start), *to = ser_progress_format_time (end);

  ser_table_add (table, "%s-%s", from, to);
}

static void
add_z (SerTable *table, double z)
{
  if (isnan (z))
    ser_table_add (table, "-");
  else
    ser_table_add (table, "%+.1f", z);
}

static void
append_segments (const SerRecording *recording, GString *out)
{
  gboolean speakers = recording->speakers_given;
  g_autoptr (SerTable) table = ser_table_new (NULL, 7 + speakers);

  ser_table_add (table, "time");
  if (speakers)
    ser_table_add (table, "speaker");
  for (guint i = 0; i < 6; i++)
    ser_table_add (
        table, "%s", ((const char *const[]){ "emotion", "conf.", "pitch Hz", "level dB", "pitch z", "level z" })[i]);
  for (guint i = 0; i < recording->n_segments; i++) {
    const SerRecordingSegment *segment = &recording->segments[i];

    add_times (table, segment->segment.start, segment->segment.end);
    if (speakers)
      ser_table_add (table, "%s", ser_format_get_speaker (recording, segment->speaker));
    ser_table_add (table, "%s", segment->emotion);
    ser_table_add (table, "%.2f", segment->segment.confidence);
    ser_table_add_number (table, segment->pitch > 0 ? segment->pitch : NAN, 0);
    ser_table_add_number (table, segment->loudness, 1);
    add_z (table, segment->pitch_z);
    add_z (table, segment->loudness_z);
  }
  ser_table_append (table, out, FALSE);
}

/* ---- summary ---- */

static void
add_interval (SerTable *table, double value, double low, double high)
{
  if (isnan (value))
    ser_table_add (table, "-");
  else
    ser_table_add (table, "%.0f %% (%.0f to %.0f)", 100 * value, 100 * low, 100 * high);
}

static void
append_shares (const SerRecording *recording, const SerRecordingSummary *summary, GString *out)
{
  g_autoptr (SerTable) table = ser_table_new (NULL, 4);

  ser_table_add (table, "emotion");
  ser_table_add (table, "share, sampling only");
  ser_table_add (table, "corrected by the model's confusion");
  ser_table_add (table, "mean length s");
  for (guint i = 0; i < recording->n_labels; i++) {
    const SerShare *share = &summary->shares[i];

    ser_table_add (table, "%s", recording->labels[i]);
    add_interval (table, share->share, share->low, share->high);
    add_interval (table, share->corrected, share->c_low, share->c_high);
    ser_table_add_number (table, summary->dwell[i], 1);
  }
  ser_table_append (table, out, FALSE);
}

static void
append_peaks (const SerRecording *recording, const SerRecordingSummary *summary, GString *out)
{
  if (summary->n_peaks == 0)
    return;
  g_string_append (out, "peaks:");
  for (guint i = 0; i < summary->n_peaks; i++) {
    g_autofree char *time = ser_progress_format_time (summary->peaks[i].time);
    g_string_append_printf (out, "%s %s %s %.2f", i > 0 ? "," : "", time, recording->labels[summary->peaks[i].label],
        summary->peaks[i].score);
  }
  g_string_append_c (out, '\n');
}

static void
append_summary (const SerRecording *recording, const SerRecordingSummary *summary, GString *out)
{
  g_string_append_printf (out, "\n%u windows, %u of them speech", summary->n_windows, summary->n_speech);
  if (summary->n_windows > 0)
    g_string_append_printf (out, "; none %.0f %%, uncertain %.0f %%", 100 * summary->none, 100 * summary->uncertain);
  g_string_append_c (out, '\n');
  if (summary->n_speech == 0)
    return;
  append_shares (recording, summary, out);
  g_string_append_printf (out, "%u transitions", summary->transitions);
  if (!isnan (summary->transitions_per_minute))
    g_string_append_printf (out, ", %.1f a minute", summary->transitions_per_minute);
  if (!isnan (summary->volatility))
    g_string_append_printf (out, "; volatility %.2f", summary->volatility);
  if (!isnan (summary->pitch_mean))
    g_string_append_printf (out, "; pitch %.0f Hz", summary->pitch_mean);
  g_string_append_printf (out, "; level %.1f dBFS\n", summary->loudness_mean);
  append_peaks (recording, summary, out);
}

static void
append_fragility (const SerFragility *fragility, GString *out)
{
  if (fragility->n_sampled == 0)
    return;
  g_string_append_printf (
      out, "\nlabels that change, of %u windows: any %.0f %%", fragility->n_sampled, 100 * fragility->any);
  for (guint i = 0; i < SER_N_FRAGILITY; i++)
    g_string_append_printf (out, ", %s %.0f %%", ser_fragility_get_name (i), 100 * fragility->changed[i]);
  g_string_append_c (out, '\n');
}

/* ---- the whole ---- */

static void
append_title (const SerRecording *recording, GString *out)
{
  g_autofree char *duration = ser_progress_format_time (recording->duration);

  g_string_append_printf (out, "%s%s", out->len > 0 ? "\n" : "", recording->file);
  if (recording->n_tracks > 1)
    g_string_append_printf (out, ", track %u of %u%s%s", recording->track, recording->n_tracks,
        recording->language ? ", " : "", recording->language ? recording->language : "");
  g_string_append_printf (out, " (%s)%s\n", duration, recording->truncated ? ", TRUNCATED" : "");
  if (recording->title)
    g_string_append_printf (out, "%s%s%s%s%s\n", recording->title, recording->uploader ? ", " : "",
        recording->uploader ? recording->uploader : "", recording->date ? ", " : "",
        recording->date ? recording->date : "");
}

void
ser_format_table (const SerRecording *recording, GString *out)
{
  append_title (recording, out);
  append_segments (recording, out);
  append_summary (recording, &recording->summary, out);
  for (guint i = 0; i < recording->n_speakers; i++) {
    g_string_append_printf (out, "\n%s:", recording->speakers[i].name);
    append_summary (recording, &recording->speakers[i].summary, out);
  }
  append_fragility (&recording->fragility, out);
  if (!recording->speakers_given)
    g_string_append (out, "\nWho speaks was not separated: --segments FILE tells who speaks when.\n");
}

void
ser_format_table_window (const SerRecordingWindow *window, const SerModel *model, GString *out)
{
  g_autofree char *time = ser_progress_format_time (window->start);

  g_string_append_printf (out, "%10s  %-12s %.2f  %6.1f dB\n", time, window->result.emotion, window->result.confidence,
      window->result.loudness);
}
