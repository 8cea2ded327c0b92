/* synthetic.c - recordings made by hand, for the tests of what is made of recordings
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "synthetic.h"

#include <math.h>

#include "summary.h"

const char *const synthetic_labels[] = { "anger", "disgust", "fear", "happiness", "neutral", "sadness", NULL };

SerRecording *
synthetic_new (const char *location, const char *const *speakers)
{
  SerRecording *recording = g_new0 (SerRecording, 1);

  recording->location = g_strdup (location);
  recording->file = g_strdup (location);
  recording->name = g_strdup ("synthetic");
  recording->track = recording->n_tracks = 1;
  recording->expected = NAN;
  recording->model = g_strdup ("synthetic model");
  recording->model_id = g_strdup ("0123456789abcdef");
  recording->window = 3;
  recording->interval = 1;
  recording->n_labels = SYNTHETIC_LABELS;
  recording->labels = g_strdupv ((char **) synthetic_labels);
  recording->speakers_given = speakers != NULL;
  recording->n_speakers = speakers ? g_strv_length ((char **) speakers) : 0;
  recording->speakers = g_new0 (SerSpeaker, recording->n_speakers + 1);
  for (guint i = 0; i < recording->n_speakers; i++)
    recording->speakers[i].name = g_strdup (speakers[i]);
  return recording;
}

static void
set_scores (SerRecordingWindow *window, guint number)
{
  double sum = 0;

  for (guint k = 0; k < SYNTHETIC_LABELS; k++) {
    window->result.scores[k] = k == window->leading ? 4 : 0.1 + (number * (k + 3) % 7) / 10.0;
    sum += window->result.scores[k];
    window->scores_z[k] = number % 3 == 0 ? NAN : (double) k - number / 8.0;
  }
  for (guint k = 0; k < SYNTHETIC_LABELS; k++)
    window->result.scores[k] /= sum;
}

void
synthetic_add (SerRecording *recording, double start, int label, guint speaker)
{
  guint n = recording->n_windows;
  SerRecordingWindow window = { .start = start, .duration = 3, .speaker = speaker };
  SerResult *result = &window.result;

  window.leading = label >= 0 ? (guint) label : n % SYNTHETIC_LABELS;
  set_scores (&window, n);
  result->n_labels = SYNTHETIC_LABELS;
  result->label = label;
  result->emotion = ser_recording_get_emotion (recording, label);
  result->confidence = result->scores[window.leading];
  result->gate = label == SER_LABEL_NONE ? SER_GATE_SILENCE : SER_GATE_SPEECH;
  result->speech = label == SER_LABEL_NONE ? 0 : 0.75 + n % 4 / 16.0;
  result->pitch = label == SER_LABEL_NONE || n % 5 == 4 ? 0 : 110 + n / 3.0;
  result->loudness = -20 - n / 7.0;
  window.pitch_z = result->pitch > 0 && n >= 2 ? n / 10.0 - 1 : NAN;
  window.loudness_z = n >= 2 ? 1e-9 * n : NAN;
  recording->windows = g_renew (SerRecordingWindow, recording->windows, n + 1);
  recording->windows[n] = window;
  recording->n_windows++;
  recording->duration = MAX (recording->duration, start + window.duration);
}

void
synthetic_add_run (SerRecording *recording, double start, guint n, int label, guint speaker)
{
  for (guint i = 0; i < n; i++)
    synthetic_add (recording, start + i, label, speaker);
}

static gboolean
goes_on (const SerRecordingWindow *a, const SerRecordingWindow *b)
{
  return b->result.label == a->result.label && b->speaker == a->speaker && b->start <= a->start + a->duration;
}

/* Windows first to end - 1; the segment ends where the next one's first window does not yet stand for the sound. */
static void
add_segment (SerRecording *recording, guint first, guint end)
{
  const SerRecordingWindow *windows = recording->windows, *last = &windows[end - 1];
  gboolean joined = first > 0 && windows[first].start <= windows[first - 1].start + windows[first - 1].duration;
  gboolean joins = end < recording->n_windows && windows[end].start <= last->start + last->duration;
  SerRecordingSegment segment = { .speaker = windows[first].speaker };

  segment.segment.first = first;
  segment.segment.n_windows = end - first;
  segment.segment.label = windows[first].result.label;
  segment.segment.start = windows[first].start + (joined ? 1 : 0);
  segment.segment.end = last->start + (joins ? 2 : 3);
  segment.emotion = ser_recording_get_emotion (recording, segment.segment.label);
  for (guint i = first; i < end; i++) {
    segment.segment.confidence += windows[i].result.confidence / (end - first);
    for (guint k = 0; k < recording->n_labels; k++)
      segment.segment.scores[k] += windows[i].result.scores[k] / (end - first);
  }
  segment.pitch = windows[first].result.pitch;
  segment.loudness = windows[first].result.loudness;
  segment.pitch_z = windows[first].pitch_z;
  segment.loudness_z = windows[first].loudness_z;
  recording->segments = g_renew (SerRecordingSegment, recording->segments, recording->n_segments + 1);
  recording->segments[recording->n_segments++] = segment;
}

void
synthetic_finish (SerRecording *recording)
{
  const SerConfusion none = { 0 };

  for (guint first = 0, i = 1; i <= recording->n_windows; i++) {
    if (i < recording->n_windows && goes_on (&recording->windows[i - 1], &recording->windows[i]))
      continue;
    if (!recording->speakers_given || recording->windows[first].speaker != SER_NO_SPEAKER)
      add_segment (recording, first, i);
    first = i;
  }
  ser_summarise (&recording->summary, recording, SER_SUMMARY_ALL, &none, 1);
  for (guint i = 0; i < recording->n_speakers; i++)
    ser_summarise (&recording->speakers[i].summary, recording, i, &none, 1);
}
