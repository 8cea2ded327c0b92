/* stream.c - samples in, one result per window out
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Window k covers samples [k * interval, k * interval + window). The analyser takes samples up to its end and no
 * further until the window is fetched, so what is in its rings then is exactly that window.
 */

#include "engine/analyser.h"
#include "engine/classifier.h"
#include "engine/cut.h"
#include "engine/gate.h"

/* The whole of a stream shorter than this is too little to tell an emotion from. */
#define MIN_STREAM 1.0 /* s */

struct _SerStream {
  SerModel *model, *gate;    /* gate: NULL for none */
  SerClassifier *classifier; /* belongs to the thread that classifies, all else to the one that pushes */

  SerAnalyser *analyser;
  guint64 window, interval; /* samples, whole hops */
  guint64 n_windows;        /* fetched since the start */
  gboolean finished;
  guint generation;
};

/* ---- configuration ---- */

/* `unit` with a space before it, or "". */
static gboolean
check_range (const char *field, double value, double low, double high, const char *unit, GError **error)
{
  if (value >= low && value <= high)
    return TRUE;
  g_set_error (
      error, SER_ERROR, SER_ERROR_CONFIG, "%s is %g%s; %g to %g%s is expected", field, value, unit, low, high, unit);
  return FALSE;
}

/* Ranges of the fields; `window` is the one in effect. */
static gboolean
check_config (const SerStreamConfig *config, double window, GError **error)
{
  if ((config->window != 0.0 && !check_range ("window", config->window, SER_MIN_WINDOW, SER_MAX_WINDOW, " s", error))
      || !check_range ("interval", config->interval, SER_MIN_INTERVAL, SER_MAX_INTERVAL, " s", error)
      || !check_range ("threshold", config->threshold, 0.0, 1.0, "", error)
      || !check_range ("smoothing", config->smoothing, 0.0, SER_MAX_SMOOTHING, "", error))
    return FALSE;
  if (config->interval > window) {
    g_set_error (error, SER_ERROR, SER_ERROR_CONFIG, "interval is %g s; at most the window, %g s, is expected",
        config->interval, window);
    return FALSE;
  }
  return TRUE;
}

/* A reference to the gate's model, or NULL in *gate for none. */
static gboolean
choose_gate (const SerStreamConfig *config, SerModel **gate, GError **error)
{
  *gate = NULL;
  if (!config->gate)
    return TRUE;
  if (config->gate_model == NULL)
    return (*gate = ser_model_new_gate (error)) != NULL;
  if (!ser_gate_check_model (config->gate_model, error))
    return FALSE;
  *gate = ser_model_ref (config->gate_model);
  return TRUE;
}

SerStream *
ser_stream_new (SerModel *model, const SerStreamConfig *config, GError **error)
{
  static const SerStreamConfig defaults = SER_STREAM_CONFIG_INIT;
  const SerFeatureSpec *spec = &model->features;
  SerStream *stream;
  SerModel *gate;
  guint64 samples;
  double window;
  gsize T;

  if (config == NULL)
    config = &defaults;
  window = config->window != 0.0 ? config->window : model->window;
  if (!check_config (config, window, error))
    return NULL;
  samples = ser_round_to_hops (window, spec);
  T = ser_feature_spec_frames (spec, samples);
  if (!ser_model_has_enough_frames (model, T)) {
    g_set_error (error, SER_ERROR, SER_ERROR_CONFIG, "window is %g s, %" G_GSIZE_FORMAT " frames; the model needs more",
        window, T);
    return NULL;
  }
  if (!choose_gate (config, &gate, error))
    return NULL;

  stream = g_new0 (SerStream, 1);
  stream->model = ser_model_ref (model);
  stream->gate = gate;
  stream->window = samples;
  stream->interval = ser_round_to_hops (config->interval, spec);
  stream->analyser = ser_analyser_new (spec, gate != NULL ? &gate->features : NULL, stream->window);
  stream->classifier = ser_classifier_new (model, T, gate);
  ser_classifier_set_threshold (stream->classifier, config->threshold);
  ser_classifier_set_smoothing (stream->classifier, config->smoothing);
  return stream;
}

void
ser_stream_free (SerStream *stream)
{
  if (stream == NULL)
    return;
  ser_analyser_free (stream->analyser);
  ser_classifier_free (stream->classifier);
  ser_model_unref (stream->model);
  ser_model_unref (stream->gate);
  g_free (stream);
}

guint64
ser_stream_get_window (const SerStream *stream)
{
  return stream->window;
}

guint64
ser_stream_get_interval (const SerStream *stream)
{
  return stream->interval;
}

void
ser_stream_set_threshold (SerStream *stream, double threshold)
{
  ser_classifier_set_threshold (stream->classifier, threshold);
}

void
ser_stream_set_smoothing (SerStream *stream, double smoothing)
{
  ser_classifier_set_smoothing (stream->classifier, smoothing);
}

/* ---- samples ---- */

/* First sample of the next window. */
static guint64
next_start (const SerStream *stream)
{
  return stream->n_windows * stream->interval;
}

/* Samples still missing from the next window: 0 when it is ready. */
static guint64
missing (const SerStream *stream)
{
  return next_start (stream) + stream->window - ser_analyser_get_count (stream->analyser);
}

gsize
ser_stream_push (SerStream *stream, const float *samples, gsize n)
{
  gsize used = 0;

  g_return_val_if_fail (!stream->finished, n);
  while (used < n && missing (stream) > 0)
    used += ser_analyser_push (stream->analyser, samples + used, n - used);
  return used;
}

gsize
ser_stream_push_s16 (SerStream *stream, const gint16 *samples, gsize n)
{
  gsize used = 0;

  g_return_val_if_fail (!stream->finished, n);
  while (used < n && missing (stream) > 0)
    used += ser_analyser_push_s16 (stream->analyser, samples + used, n - used);
  return used;
}

void
ser_stream_finish (SerStream *stream)
{
  if (stream->finished)
    return;
  stream->finished = TRUE;
  ser_analyser_finish (stream->analyser);
}

void
ser_stream_reset (SerStream *stream)
{
  ser_analyser_reset (stream->analyser);
  stream->n_windows = 0;
  stream->finished = FALSE;
  stream->generation++;
}

/* ---- windows ---- */

/* Whether what is left of a finished stream makes a window; see ser_stream_finish(). */
static gboolean
has_partial (const SerStream *stream)
{
  guint64 count = ser_analyser_get_count (stream->analyser);

  if (stream->n_windows == 0)
    return count > 0;
  return count >= next_start (stream) - stream->interval + stream->window
      + (guint64) (SER_MIN_NEW * stream->model->features.rate);
}

SerWindow *
ser_stream_take_window (SerStream *stream)
{
  gboolean full = missing (stream) == 0;
  SerWindow *window;

  if (!full && !(stream->finished && has_partial (stream)))
    return NULL;
  window = ser_analyser_cut (stream->analyser, next_start (stream));
  window->generation = stream->generation;
  window->partial = !full;
  window->brief = window->partial && window->start == 0 && window->length < MIN_STREAM * stream->model->features.rate;
  stream->n_windows++;
  return window;
}

void
ser_stream_classify (SerStream *stream, const SerWindow *window, SerResult *result)
{
  ser_classifier_do (stream->classifier, window, result);
}

gboolean
ser_stream_next (SerStream *stream, SerResult *result)
{
  SerWindow *window = ser_stream_take_window (stream);

  if (window == NULL)
    return FALSE;
  ser_stream_classify (stream, window, result);
  ser_window_free (window);
  return TRUE;
}

void
ser_window_free (SerWindow *window)
{
  g_free (window);
}

guint64
ser_window_get_start (const SerWindow *window)
{
  return window->start;
}

guint64
ser_window_get_length (const SerWindow *window)
{
  return window->length;
}
