/* seranalysis.c - buffers in, windows with their times out
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "gst/seranalysis.h"

#include "gst/serconvert.h"

/* The longest stretch without data that is taken for silence rather than for missing sound. */
#define MAX_SILENT_GAP (1 * GST_SECOND)

/* A shorter stretch holds no full window and too little to tell an emotion from. At the end of a stream that is worth a
 * result nevertheless; amid one, between two discontinuities, a series of them would bury the others. */
#define MIN_STRETCH (1 * GST_SECOND)

struct _SerAnalysis {
  SerModel *model;
  SerStreamConfig config;
  gint channels;
  SerAnalysisFunc func;
  gpointer data;

  GstAudioInfo info; /* valid while there is a `convert` */
  SerConvert *convert;
  SerStreams *streams;
  SerTimeline *timeline;
  guint64 pending;           /* input frames taken since the last drain or reset */
  const GstSegment *segment; /* during a call */
};

SerAnalysis *
ser_analysis_new (
    SerModel *model, const SerStreamConfig *config, gint channels, SerAnalysisFunc func, gpointer data, GError **error)
{
  SerStreams *trial = ser_streams_new (model, config, 1, error);
  SerAnalysis *analysis;

  if (trial == NULL)
    return NULL;
  ser_streams_unref (trial);
  analysis = g_new0 (SerAnalysis, 1);
  analysis->model = ser_model_ref (model);
  analysis->config = *config;
  analysis->channels = channels;
  analysis->func = func;
  analysis->data = data;
  analysis->timeline = ser_timeline_new ();
  return analysis;
}

void
ser_analysis_free (SerAnalysis *analysis)
{
  if (analysis == NULL)
    return;
  g_clear_pointer (&analysis->convert, ser_convert_free);
  g_clear_pointer (&analysis->streams, ser_streams_unref);
  ser_timeline_free (analysis->timeline);
  ser_model_unref (analysis->model);
  g_free (analysis);
}

gboolean
ser_analysis_is_ready (const SerAnalysis *analysis)
{
  return analysis->convert != NULL;
}

gboolean
ser_analysis_set_info (SerAnalysis *analysis, const GstAudioInfo *info, const GstSegment *segment, GError **error)
{
  guint rate = ser_model_get_rate (analysis->model);

  if (analysis->convert != NULL && gst_audio_info_is_equal (&analysis->info, info))
    return TRUE;
  ser_analysis_drain (analysis, segment);
  g_clear_pointer (&analysis->convert, ser_convert_free);
  g_clear_pointer (&analysis->streams, ser_streams_unref);
  analysis->convert = ser_convert_new (info, rate, analysis->channels, error);
  if (analysis->convert == NULL)
    return FALSE;
  analysis->streams =
      ser_streams_new (analysis->model, &analysis->config, ser_convert_get_n_planes (analysis->convert), error);
  if (analysis->streams == NULL) {
    g_clear_pointer (&analysis->convert, ser_convert_free);
    return FALSE;
  }
  analysis->info = *info;
  ser_timeline_set_rates (analysis->timeline, info->rate, rate);
  return TRUE;
}

static void
on_step (SerStep *step, gpointer data)
{
  SerAnalysis *analysis = data;
  SerTimes times = ser_timeline_get_times (analysis->timeline, step->start, step->length, analysis->segment);

  analysis->func (step, &times, analysis->data);
}

static void
on_samples (const gint16 *const *planes, gsize n, gpointer data)
{
  SerAnalysis *analysis = data;

  ser_streams_push (analysis->streams, planes, n, on_step, analysis);
}

/* Hands out what is pending. */
static void
finish (SerAnalysis *analysis)
{
  if (analysis->pending > 0) {
    ser_convert_drain (analysis->convert, on_samples, analysis);
    ser_streams_finish (analysis->streams, on_step, analysis);
  }
  analysis->pending = 0;
}

/* Drops what is pending. */
static void
discard (SerAnalysis *analysis)
{
  if (analysis->pending > 0) {
    ser_convert_reset (analysis->convert);
    ser_streams_reset (analysis->streams);
  }
  analysis->pending = 0;
}

/* Ends the stretch at a discontinuity. */
static void
interrupt (SerAnalysis *analysis)
{
  if (gst_util_uint64_scale (analysis->pending, GST_SECOND, GST_AUDIO_INFO_RATE (&analysis->info)) < MIN_STRETCH)
    discard (analysis);
  else
    finish (analysis);
}

/* Counts n frames that are about to come, and makes up for what is missing before them or ends what they do not
 * follow. */
static void
advance (SerAnalysis *analysis, GstClockTime pts, guint64 n, gboolean discont, const GstSegment *segment)
{
  GstClockTime anchor;
  guint64 missing;

  analysis->segment = segment;
  if (ser_timeline_advance (analysis->timeline, pts, n, discont, segment, &anchor, &missing)) {
    interrupt (analysis);
    ser_timeline_set_anchor (analysis->timeline, anchor);
  } else if (missing > 0) {
    ser_convert_push_silence (analysis->convert, missing, on_samples, analysis);
  }
  analysis->pending += n + missing;
}

gboolean
ser_analysis_push (SerAnalysis *analysis, GstBuffer *buffer, const GstSegment *segment)
{
  GstAudioMeta *meta = gst_buffer_get_audio_meta (buffer);
  gsize n = meta ? meta->samples : gst_buffer_get_size (buffer) / GST_AUDIO_INFO_BPF (&analysis->info);
  gboolean discont = GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DISCONT);

  if (n == 0)
    return TRUE;
  advance (analysis, GST_BUFFER_PTS (buffer), n, discont, segment);
  return ser_convert_push (analysis->convert, buffer, on_samples, analysis);
}

void
ser_analysis_push_gap (SerAnalysis *analysis, GstClockTime timestamp, GstClockTime duration, const GstSegment *segment)
{
  guint64 n;

  if (analysis->convert == NULL || !GST_CLOCK_TIME_IS_VALID (duration) || !GST_CLOCK_TIME_IS_VALID (timestamp))
    return;
  if (duration > MAX_SILENT_GAP) {
    analysis->segment = segment;
    interrupt (analysis);
    ser_timeline_reset (analysis->timeline);
    return;
  }
  n = gst_util_uint64_scale_round (duration, GST_AUDIO_INFO_RATE (&analysis->info), GST_SECOND);
  if (n == 0)
    return;
  advance (analysis, timestamp, n, FALSE, segment);
  ser_convert_push_silence (analysis->convert, n, on_samples, analysis);
}

void
ser_analysis_drain (SerAnalysis *analysis, const GstSegment *segment)
{
  analysis->segment = segment;
  finish (analysis);
  ser_timeline_reset (analysis->timeline);
}

void
ser_analysis_reset (SerAnalysis *analysis)
{
  discard (analysis);
  ser_timeline_reset (analysis->timeline);
}
