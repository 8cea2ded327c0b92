/* recording-read.c - the analysis of a recording, read back from its document
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * The counterpart of report-json.c, whose columns stand here in the same order.
 */

#include "recording-read.h"

#include <math.h>
#include <string.h>

#include <gst/gst.h>

#include "corpus.h"
#include "json-read.h"
#include "model/error.h"
#include "recording-json.h"

#define MAX_TIME 1e9         /* s */
#define MAX_PITCH 1e5        /* Hz */
#define MAX_LEVEL 1000.      /* dB */
#define MAX_SHARE (1 + 1e-9) /* sums of shares are a little over 1 */
#define MAX_Z 1e12

gboolean
ser_recording_is_document (const char *location)
{
  return g_str_has_suffix (location, ".json") && !gst_uri_is_valid (location);
}

/* ---- the recording ---- */

static gboolean
read_texts (SerRecording *recording, const SerJsonValue *about, GError **error)
{
  const struct {
    const char *name;
    gboolean needed; /* else it may be null */
    char **text;
  } texts[] = { { "file", TRUE, &recording->file }, { "name", TRUE, &recording->name },
    { "title", FALSE, &recording->title }, { "date", FALSE, &recording->date },
    { "uploader", FALSE, &recording->uploader }, { "language", FALSE, &recording->language },
    { "model", TRUE, &recording->model }, { "model_id", TRUE, &recording->model_id } };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    SerJsonValue member;
    const char *text = NULL;

    if (!ser_json_get (about, texts[i].name, &member, error)
        || ((texts[i].needed || !JSON_NODE_HOLDS_NULL (member.node)) && !ser_json_as_text (&member, &text, error)))
      return FALSE;
    *texts[i].text = g_strdup (text);
  }
  return TRUE;
}

static gboolean
read_labels (SerRecording *recording, const SerJsonValue *about, GError **error)
{
  SerJsonValue labels;
  guint n;

  if (!ser_json_get_array (about, "labels", &labels, &n, error))
    return FALSE;
  if (n > SER_MAX_LABELS)
    return ser_fail (
        error, SER_ERROR_DATA, "%s: %s: %u labels: expected at most %d", labels.file, labels.place, n, SER_MAX_LABELS);
  recording->labels = g_new0 (char *, n + 1);
  for (; recording->n_labels < n; recording->n_labels++) {
    SerJsonValue label = ser_json_element (&labels, recording->n_labels);
    const char *text;

    if (!ser_json_as_text (&label, &text, error))
      return FALSE;
    if (!ser_is_label (text) || g_strv_contains ((const char *const *) recording->labels, text))
      return ser_fail (error, SER_ERROR_DATA, "%s: %s `%s`: expected labels of letters, digits and hyphens, each once",
          label.file, label.place, text);
    recording->labels[recording->n_labels] = g_strdup (text);
  }
  return TRUE;
}

/* Windows refer to them by number. */
static gboolean
check_gates (const SerJsonValue *about, GError **error)
{
  SerJsonValue gates;
  const char *name;
  guint n;

  if (!ser_json_get_array (about, "gates", &gates, &n, error)
      || !ser_json_check_length (&gates, SER_GATE_NON_SPEECH + 1, error))
    return FALSE;
  for (guint i = 0; i < n; i++) {
    SerJsonValue gate = ser_json_element (&gates, i);

    if (!ser_json_as_text (&gate, &name, error))
      return FALSE;
    if (strcmp (name, ser_gate_to_string (i)) != 0)
      return ser_fail (
          error, SER_ERROR_DATA, "%s: %s `%s`: expected %s", gate.file, gate.place, name, ser_gate_to_string (i));
  }
  return TRUE;
}

/* Summaries of a speaker are of some of the windows. */
static gboolean
check_speakers (const SerJsonValue *about, GError **error)
{
  gboolean given;

  if (!ser_json_get_boolean (about, "speakers_separated", &given, error))
    return FALSE;
  return !given
      || ser_fail (error, SER_ERROR_DATA,
          "%s: %s.speakers_separated is true: expected the analysis of one speaker, made without --segments",
          about->file, about->place);
}

static gboolean
read_description (SerRecording *recording, const SerJsonValue *root, GError **error)
{
  SerJsonValue about;

  return ser_json_get (root, "recording", &about, error) && read_texts (recording, &about, error)
      && ser_json_get_count (&about, "track", &recording->track, error)
      && ser_json_get_count (&about, "tracks", &recording->n_tracks, error)
      && ser_json_get_number (&about, "duration", 0, MAX_TIME, &recording->duration, error)
      && ser_json_get_figure (&about, "expected_duration", 0, MAX_TIME, &recording->expected, error)
      && ser_json_get_boolean (&about, "truncated", &recording->truncated, error)
      && ser_json_get_number (&about, "window", 0, MAX_TIME, &recording->window, error)
      && ser_json_get_number (&about, "interval", 0, MAX_TIME, &recording->interval, error)
      && ser_json_get_number (&about, "threshold", 0, 1, &recording->threshold, error)
      && ser_json_get_number (&about, "smoothing", 0, 1, &recording->smoothing, error)
      && read_labels (recording, &about, error) && check_gates (&about, error) && check_speakers (&about, error);
}

/* ---- windows ---- */

/* clang-format off */
enum { START, DURATION, EMOTION, LEADING, CONFIDENCE, SPEECH, GATE, PITCH, LOUDNESS, PITCH_Z, LOUDNESS_Z, PARTIAL,
  N_COLUMNS };
/* clang-format on */

/* What may stand in a column: whole numbers, or null as well. */
typedef enum { NUMBER, WHOLE, FIGURE } Kind;

static gboolean
read_value (const SerJsonValue *value, Kind kind, double low, double high, double *number, GError **error)
{
  if (kind == FIGURE)
    return ser_json_as_figure (value, low, high, number, error);
  if (!ser_json_as_number (value, low, high, number, error))
    return FALSE;
  return kind == NUMBER || *number == floor (*number)
      || ser_fail (error, SER_ERROR_DATA, "%s: %s `%g`: expected a whole number", value->file, value->place, *number);
}

/* Into values [n_windows, N_COLUMNS]. */
static gboolean
read_columns (const SerRecording *recording, const SerJsonValue *windows, double *values, GError **error)
{
  const double last = recording->n_labels - 1.;
  const struct {
    const char *name;
    Kind kind;
    double low, high;
  } columns[N_COLUMNS] = { { "stream-time", NUMBER, 0, MAX_TIME }, { "duration", NUMBER, 0, MAX_TIME },
    { "emotion", WHOLE, SER_LABEL_NONE, last }, { "leading", WHOLE, 0, last }, { "confidence", NUMBER, 0, MAX_SHARE },
    { "speech", NUMBER, 0, MAX_SHARE }, { "gate", WHOLE, 0, SER_GATE_NON_SPEECH }, { "pitch", NUMBER, 0, MAX_PITCH },
    { "loudness", NUMBER, -MAX_LEVEL, MAX_LEVEL }, { "pitch_z", FIGURE, -MAX_Z, MAX_Z },
    { "loudness_z", FIGURE, -MAX_Z, MAX_Z }, { "partial", WHOLE, 0, 1 } };

  for (guint c = 0; c < N_COLUMNS; c++) {
    SerJsonValue column;

    if (!ser_json_get (windows, columns[c].name, &column, error)
        || !ser_json_check_length (&column, recording->n_windows, error))
      return FALSE;
    for (guint i = 0; i < recording->n_windows; i++) {
      SerJsonValue element = ser_json_element (&column, i);

      if (!read_value (
              &element, columns[c].kind, columns[c].low, columns[c].high, &values[(gsize) i * N_COLUMNS + c], error))
        return FALSE;
    }
  }
  return TRUE;
}

static void
set_window (const SerRecording *recording, SerRecordingWindow *window, const double *v)
{
  *window = (SerRecordingWindow){ .start = v[START],
    .duration = v[DURATION],
    .leading = v[LEADING],
    .speaker = SER_NO_SPEAKER,
    .pitch_z = v[PITCH_Z],
    .loudness_z = v[LOUDNESS_Z] };
  window->result.label = v[EMOTION];
  window->result.emotion = ser_recording_get_emotion (recording, window->result.label);
  window->result.confidence = v[CONFIDENCE];
  window->result.n_labels = recording->n_labels;
  window->result.speech = v[SPEECH];
  window->result.gate = v[GATE];
  window->result.pitch = v[PITCH];
  window->result.loudness = v[LOUDNESS];
  window->result.partial = v[PARTIAL] != 0;
}

/* One column of `scores` or `scores_z`. */
static gboolean
read_scores (SerRecording *recording, const SerJsonValue *scores, guint label, gboolean is_z, GError **error)
{
  SerJsonValue column;

  if (!ser_json_get (scores, recording->labels[label], &column, error)
      || !ser_json_check_length (&column, recording->n_windows, error))
    return FALSE;
  for (guint i = 0; i < recording->n_windows; i++) {
    SerRecordingWindow *window = &recording->windows[i];
    SerJsonValue element = ser_json_element (&column, i);
    double value;

    if (!(is_z ? read_value (&element, FIGURE, -MAX_Z, MAX_Z, &value, error)
               : read_value (&element, NUMBER, 0, MAX_SHARE, &value, error)))
      return FALSE;
    if (is_z)
      window->scores_z[label] = value;
    else
      window->result.scores[label] = value;
  }
  return TRUE;
}

static gboolean
read_windows (SerRecording *recording, const SerJsonValue *root, GError **error)
{
  SerJsonValue windows, starts, scores, scores_z;
  g_autofree double *values = NULL;

  if (!ser_json_get (root, "windows", &windows, error)
      || !ser_json_get_array (&windows, "stream-time", &starts, &recording->n_windows, error))
    return FALSE;
  recording->windows = g_new0 (SerRecordingWindow, recording->n_windows);
  values = g_new (double, (gsize) recording->n_windows *N_COLUMNS);
  if (!read_columns (recording, &windows, values, error) || !ser_json_get (&windows, "scores", &scores, error)
      || !ser_json_get (&windows, "scores_z", &scores_z, error))
    return FALSE;
  for (guint i = 0; i < recording->n_windows; i++)
    set_window (recording, &recording->windows[i], values + (gsize) i * N_COLUMNS);
  for (guint k = 0; k < recording->n_labels; k++)
    if (!read_scores (recording, &scores, k, FALSE, error) || !read_scores (recording, &scores_z, k, TRUE, error))
      return FALSE;
  return TRUE;
}

/* ---- the summary ---- */

static gboolean
read_estimate (const SerJsonValue *share, const char *name, double *value, double *low, double *high, GError **error)
{
  SerJsonValue estimate;

  return ser_json_get (share, name, &estimate, error)
      && ser_json_get_figure (&estimate, "value", 0, MAX_SHARE, value, error)
      && ser_json_get_figure (&estimate, "low", 0, MAX_SHARE, low, error)
      && ser_json_get_figure (&estimate, "high", 0, MAX_SHARE, high, error);
}

static gboolean
read_shares (SerRecording *recording, const SerJsonValue *summary, GError **error)
{
  SerJsonValue shares, share;

  if (!ser_json_get (summary, "shares", &shares, error))
    return FALSE;
  for (guint k = 0; k < recording->n_labels; k++) {
    SerShare *s = &recording->summary.shares[k];

    if (!ser_json_get (&shares, recording->labels[k], &share, error)
        || !read_estimate (&share, "sampling_only", &s->share, &s->low, &s->high, error)
        || !read_estimate (&share, "corrected", &s->corrected, &s->c_low, &s->c_high, error)
        || !ser_json_get_figure (&share, "dwell", 0, MAX_TIME, &recording->summary.dwell[k], error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_peak (const SerRecording *recording, SerPeak *peak, const SerJsonValue *value, GError **error)
{
  SerJsonValue emotion;
  const char *name;

  if (!ser_json_get_number (value, "time", 0, MAX_TIME, &peak->time, error)
      || !ser_json_get_number (value, "score", 0, MAX_SHARE, &peak->score, error)
      || !ser_json_get_figure (value, "z", -MAX_Z, MAX_Z, &peak->z, error)
      || !ser_json_get (value, "emotion", &emotion, error) || !ser_json_as_text (&emotion, &name, error))
    return FALSE;
  for (peak->label = 0; peak->label < recording->n_labels; peak->label++)
    if (strcmp (recording->labels[peak->label], name) == 0)
      return TRUE;
  return ser_fail (error, SER_ERROR_DATA, "%s: %s `%s`: expected one of the labels", emotion.file, emotion.place, name);
}

static gboolean
read_peaks (SerRecording *recording, const SerJsonValue *summary, GError **error)
{
  SerRecordingSummary *s = &recording->summary;
  SerJsonValue peaks;
  guint n;

  if (!ser_json_get_list (summary, "peaks", &peaks, &n, error))
    return FALSE;
  s->peaks = g_new0 (SerPeak, n + 1);
  s->n_peaks = n;
  for (guint i = 0; i < n; i++) {
    SerJsonValue peak = ser_json_element (&peaks, i);

    if (!read_peak (recording, &s->peaks[i], &peak, error))
      return FALSE;
  }
  return TRUE;
}

/* Counts are those of the windows above. */
static gboolean
check_counts (const SerRecording *recording, const SerJsonValue *summary, GError **error)
{
  guint n_speech = 0;

  for (guint i = 0; i < recording->n_windows; i++)
    n_speech += recording->windows[i].result.label != SER_LABEL_NONE;
  if (recording->summary.n_windows == recording->n_windows && recording->summary.n_speech == n_speech)
    return TRUE;
  return ser_fail (error, SER_ERROR_DATA,
      "%s: %s: windows `%u`, speech_windows `%u`: expected %u and %u, as the columns have it", summary->file,
      summary->place, recording->summary.n_windows, recording->summary.n_speech, recording->n_windows, n_speech);
}

static gboolean
read_summary (SerRecording *recording, const SerJsonValue *root, GError **error)
{
  SerRecordingSummary *s = &recording->summary;
  SerJsonValue summary;

  return ser_json_get (root, "summary", &summary, error)
      && ser_json_get_count (&summary, "windows", &s->n_windows, error)
      && ser_json_get_count (&summary, "speech_windows", &s->n_speech, error)
      && check_counts (recording, &summary, error)
      && ser_json_get_figure (&summary, "none", 0, MAX_SHARE, &s->none, error)
      && ser_json_get_figure (&summary, "uncertain", 0, MAX_SHARE, &s->uncertain, error)
      && read_shares (recording, &summary, error)
      && ser_json_get_count (&summary, "transitions", &s->transitions, error)
      && ser_json_get_figure (&summary, "transitions_per_minute", 0, MAX_TIME, &s->transitions_per_minute, error)
      && ser_json_get_figure (&summary, "mean_dwell", 0, MAX_TIME, &s->mean_dwell, error)
      && ser_json_get_figure (&summary, "volatility", 0, MAX_SHARE, &s->volatility, error)
      && ser_json_get_figure (&summary, "pitch", 0, MAX_PITCH, &s->pitch_mean, error)
      && ser_json_get_figure (&summary, "pitch_sd_semitones", 0, MAX_PITCH, &s->pitch_sd, error)
      && ser_json_get_figure (&summary, "loudness", -MAX_LEVEL, MAX_LEVEL, &s->loudness_mean, error)
      && ser_json_get_figure (&summary, "loudness_sd", 0, MAX_LEVEL, &s->loudness_sd, error)
      && read_peaks (recording, &summary, error);
}

SerRecording *
ser_recording_read (const char *path, GError **error)
{
  g_autoptr (SerJsonFile) file = ser_json_file_load (path, error);
  g_autoptr (SerRecording) recording = g_new0 (SerRecording, 1);
  SerJsonValue root;

  if (!file || !ser_json_file_check_schema (file, SER_ANALYSIS_SCHEMA, "seremotion analyze --format json", error))
    return NULL;
  root = ser_json_file_root (file);
  recording->location = g_strdup (path);
  if (!read_description (recording, &root, error) || !read_windows (recording, &root, error)
      || !read_summary (recording, &root, error))
    return NULL;
  return g_steal_pointer (&recording);
}
