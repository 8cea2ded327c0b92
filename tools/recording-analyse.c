/* recording-analyse.c - a medium to what is known of it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "recording-analyse.h"

#include <math.h>
#include <string.h>

#include "baseline.h"
#include "fragility.h"
#include "media-info.h"
#include "model/error.h"
#include "model/model.h"
#include "summary.h"

/* Of a window's length, that a speaker must have to be told apart from the others: what the network hears of them
 * together is nobody's emotion. */
#define TURN_SHARE (2.0 / 3)

/* A track is truncated when it ends by both of these before the container says. */
#define MISSING_SECONDS 1.0
#define MISSING_SHARE 0.01

/* ---- setup ---- */

char *
ser_model_make_id (const SerModel *model, GError **error)
{
  g_autoptr (GBytes) bytes = ser_safetensors_write (model->tensors, model->metadata, FALSE, "model", error);
  char *id = bytes ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes) : NULL;

  if (id)
    id[16] = '\0';
  return id;
}

/* Ranges are those of a stream, which says what is wrong. */
static gboolean
check_options (SerAnalysisSetup *setup, GError **error)
{
  SerTrackOptions *tracks = &setup->tracks;
  SerStreamConfig config = SER_STREAM_CONFIG_INIT;
  SerStream *stream;

  config.window = tracks->window;
  config.interval = tracks->interval;
  config.threshold = tracks->threshold;
  config.smoothing = tracks->smoothing;
  config.gate = tracks->gate;
  stream = ser_stream_new (setup->model, &config, error);
  if (!stream)
    return FALSE;
  tracks->window = (double) ser_stream_get_window (stream) / ser_model_get_rate (setup->model);
  tracks->interval = (double) ser_stream_get_interval (stream) / ser_model_get_rate (setup->model);
  ser_stream_free (stream);
  return TRUE;
}

gboolean
ser_analysis_setup_init (SerAnalysisSetup *setup, GError **error)
{
  const char *path = setup->tracks.model;

  setup->model = path ? ser_model_load (path, error) : ser_model_new_default (error);
  if (!setup->model)
    return FALSE;
  setup->model_id = ser_model_make_id (setup->model, error);
  return setup->model_id && check_options (setup, error) && ser_confusion_read (&setup->confusion, setup->model, error);
}

void
ser_analysis_setup_clear (SerAnalysisSetup *setup)
{
  g_clear_pointer (&setup->model, ser_model_unref);
  g_clear_pointer (&setup->model_id, g_free);
}

/* ---- speakers ---- */

static double
get_overlap (const SerRecordingWindow *window, const SerTurn *turn)
{
  double start = MAX (window->start, turn->start), end = MIN (window->start + window->duration, turn->end);

  return MAX (0, end - start);
}

/* Who has most of the window, if it is enough and nobody else has as much as the rest of it. */
static guint
find_speaker (const SerRecordingWindow *window, const SerTurns *turns, double *heard)
{
  guint best = 0;

  memset (heard, 0, turns->speakers->len * sizeof *heard);
  for (guint i = 0; i < turns->turns->len; i++) {
    const SerTurn *turn = &g_array_index (turns->turns, SerTurn, i);
    if (turn->start >= window->start + window->duration)
      break;
    heard[turn->speaker] += get_overlap (window, turn);
  }
  for (guint i = 1; i < turns->speakers->len; i++)
    if (heard[i] > heard[best])
      best = i;
  for (guint i = 0; i < turns->speakers->len; i++)
    if (i != best && heard[i] > (1 - TURN_SHARE) * window->duration)
      return SER_NO_SPEAKER;
  return heard[best] >= TURN_SHARE * window->duration ? best : SER_NO_SPEAKER;
}

static void
assign_speakers (SerRecording *recording, const SerTurns *turns)
{
  g_autofree double *heard = NULL;

  if (!turns || turns->speakers->len == 0)
    return;
  heard = g_new (double, turns->speakers->len);
  recording->speakers_given = TRUE;
  recording->n_speakers = turns->speakers->len;
  recording->speakers = g_new0 (SerSpeaker, recording->n_speakers);
  for (guint i = 0; i < recording->n_speakers; i++)
    recording->speakers[i].name = g_strdup (turns->speakers->pdata[i]);
  for (guint i = 0; i < recording->n_windows; i++)
    recording->windows[i].speaker = find_speaker (&recording->windows[i], turns, heard);
}

/* ---- segments ---- */

static void
add_voice (const SerRecordingWindow *window, SerMoments *pitch, SerMoments *power)
{
  ser_moments_add (power, pow (10, window->result.loudness / 10));
  if (window->result.pitch > 0)
    ser_moments_add (pitch, ser_semitones (window->result.pitch));
}

static void
set_voice (SerRecordingSegment *segment, const SerRecordingWindow *windows, guint n)
{
  SerMoments pitch = { 0 }, power = { 0 }, pitch_z = { 0 }, loudness_z = { 0 };

  for (guint i = 0; i < n; i++) {
    add_voice (&windows[i], &pitch, &power);
    if (!isnan (windows[i].pitch_z))
      ser_moments_add (&pitch_z, windows[i].pitch_z);
    if (!isnan (windows[i].loudness_z))
      ser_moments_add (&loudness_z, windows[i].loudness_z);
  }
  segment->pitch = pitch.n > 0 ? exp2 (pitch.mean / 12) : 0;
  segment->loudness = MAX (-120, 10 * log10 (power.mean));
  segment->pitch_z = pitch_z.n > 0 ? pitch_z.mean : NAN;
  segment->loudness_z = loudness_z.n > 0 ? loudness_z.mean : NAN;
}

/* Takes the segments that are complete. `numbers` says which window of the recording was pushed as which. */
static void
take_segments (SerSegmenter *segmenter, const SerRecording *recording, const GArray *numbers, GArray *segments)
{
  SerSegment found;

  while (ser_segmenter_next (segmenter, &found)) {
    guint first = g_array_index (numbers, guint, found.first);
    SerRecordingSegment segment = { .segment = found, .speaker = recording->windows[first].speaker };

    segment.segment.first = first;
    segment.emotion = ser_recording_get_emotion (recording, found.label);
    set_voice (&segment, &recording->windows[first], found.n_windows);
    /* Where one speaker follows another, their windows overlap. */
    if (segments->len > 0)
      segment.segment.start =
          MAX (found.start, g_array_index (segments, SerRecordingSegment, segments->len - 1).segment.end);
    g_array_append_val (segments, segment);
  }
}

/* Windows of nobody, where speakers are told apart, are in no segment. */
static void
make_segments (SerRecording *recording)
{
  g_autoptr (SerSegmenter) segmenter = ser_segmenter_new (recording->n_labels);
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint));
  GArray *segments = g_array_new (FALSE, TRUE, sizeof (SerRecordingSegment));

  for (guint i = 0; i < recording->n_windows; i++) {
    const SerRecordingWindow *window = &recording->windows[i];

    if (i > 0 && window->speaker != recording->windows[i - 1].speaker)
      ser_segmenter_finish (segmenter);
    if (!recording->speakers_given || window->speaker != SER_NO_SPEAKER) {
      ser_segmenter_push (segmenter, window->start, window->duration, &window->result);
      g_array_append_val (numbers, i);
    }
    take_segments (segmenter, recording, numbers, segments);
  }
  ser_segmenter_finish (segmenter);
  take_segments (segmenter, recording, numbers, segments);
  recording->n_segments = segments->len;
  recording->segments = (SerRecordingSegment *) g_array_free (segments, FALSE);
}

/* ---- the recording ---- */

static void
describe (SerRecording *recording, const char *location, const SerAnalysisSetup *setup, const SerTracks *tracks)
{
  const SerTrackOptions *options = &setup->tracks;
  const char *name = ser_model_get_metadata (setup->model, "name");

  recording->location = g_strdup (location);
  recording->file = g_strdup (setup->name ? setup->name : location);
  recording->name = setup->name ? g_strdup (setup->name) : ser_media_info_get_name (location);
  recording->n_tracks = tracks->n_tracks;
  recording->model = g_strdup (name ? name : options->model ? options->model : "default");
  recording->model_id = g_strdup (setup->model_id);
  recording->window = options->window;
  recording->interval = options->interval;
  recording->threshold = options->threshold;
  recording->smoothing = options->smoothing;
  recording->n_labels = ser_model_get_n_labels (setup->model);
  recording->labels = g_new0 (char *, recording->n_labels + 1);
  for (guint i = 0; i < recording->n_labels; i++)
    recording->labels[i] = g_strdup (ser_model_get_label (setup->model, i));
}

/* A track may end before the others: then the medium is whole, and what it says is its own length. */
static void
check_length (SerRecording *recording, const SerTracks *tracks)
{
  double missing = MAX (MISSING_SECONDS, MISSING_SHARE * recording->expected);
  gboolean ends_early = recording->expected - recording->duration > missing;

  recording->truncated = tracks->fault || (ends_early && recording->expected - tracks->end > missing);
  if (ends_early && !recording->truncated)
    recording->expected = NAN;
}

static void
take_track (SerRecording *recording, SerTrack *track, const SerTracks *tracks)
{
  recording->track = track->number;
  recording->language = g_steal_pointer (&track->language);
  recording->duration = track->end;
  recording->expected = track->expected;
  check_length (recording, tracks);
  recording->n_windows = track->windows->len;
  recording->windows = (SerRecordingWindow *) g_array_steal (track->windows, NULL);
  /* Results name labels of the model, which others may outlive. */
  for (guint i = 0; i < recording->n_windows; i++)
    recording->windows[i].result.emotion = ser_recording_get_emotion (recording, recording->windows[i].result.label);
}

static void
summarise (SerRecording *recording, const SerAnalysisSetup *setup)
{
  ser_summarise (&recording->summary, recording, SER_SUMMARY_ALL, &setup->confusion, setup->seed);
  for (guint i = 0; i < recording->n_speakers; i++)
    ser_summarise (&recording->speakers[i].summary, recording, i, &setup->confusion, setup->seed);
}

static SerRecording *
make_recording (const char *location, const SerAnalysisSetup *setup, const SerTurns *turns, const SerTracks *tracks,
    SerTrack *track)
{
  SerRecording *recording = g_new0 (SerRecording, 1);

  describe (recording, location, setup, tracks);
  ser_media_info_apply (recording, track);
  take_track (recording, track, tracks);
  assign_speakers (recording, turns);
  ser_baseline_apply (recording->windows, recording->n_windows, recording->n_speakers);
  make_segments (recording);
  summarise (recording, setup);
  return recording;
}

GPtrArray *
ser_recordings_analyse (const char *location, const SerAnalysisSetup *setup, const SerTurns *turns, SerTrackFunc func,
    gpointer data, char **fault, GError **error)
{
  g_autoptr (SerTracks) tracks = ser_tracks_analyse (location, &setup->tracks, setup->model, func, data, error);
  g_autoptr (GPtrArray) recordings = g_ptr_array_new_with_free_func ((GDestroyNotify) ser_recording_free);

  *fault = NULL;
  if (!tracks)
    return NULL;
  for (guint i = 0; i < tracks->tracks->len; i++) {
    SerRecording *recording = make_recording (location, setup, turns, tracks, tracks->tracks->pdata[i]);
    g_ptr_array_add (recordings, recording);
    if (setup->fragility && !ser_fragility_measure (recording, setup, error))
      return NULL;
  }
  *fault = g_strdup (tracks->fault);
  return g_steal_pointer (&recordings);
}
