/* gstseremotion.c - the element that recognises the emotion of speech
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

/**
 * SECTION:element-seremotion
 * @title: seremotion
 *
 * Recognises the emotion of speech in windows of some seconds and tells it by an element message for each. Audio of any
 * format passes through untouched and without added latency.
 *
 * The message's structure is named `seremotion` and has these fields:
 *
 * * #guint64 `timestamp`, `stream-time`, `running-time`, `duration`: start and length of the window, as with `level`
 * * gchararray `emotion`: the label, or `uncertain` (see #GstSerEmotion:threshold), or `none` when there is no speech
 * * #gdouble `confidence`: calibrated probability of the leading label
 * * #GstStructure `scores`: probability of each label
 * * #gboolean `changed`: the emotion differs from that of the message before
 * * #gdouble `speech`: probability that the window holds speech
 * * gchararray `gate`: `speech`, or why there is none: `silence`, `clipped`, `non-speech`
 * * #gdouble `pitch`, `loudness`: median fundamental frequency in Hz (0 when unvoiced) and level in dBFS
 * * #gboolean `partial`: the window was cut short by a discontinuity or by the end of the stream
 * * #gint `channel`: number of the channel, -1 for the mix
 * * #guint64 `dropped`: windows dropped so far
 *
 * A window's message is posted when its last sample has passed, before the end of stream leaves the element. Where
 * upstream is live, or as #GstSerEmotion:overload says, windows are classified in a thread of their own and messages
 * come from there. Applications that read no bus messages should unset #GstSerEmotion:post-messages.
 *
 * Streams without timestamps are counted from the start of their segment. Streams played backwards are not analysed.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 -m filesrc location=speech.mp4 ! decodebin ! seremotion ! fakesink
 * ]| Prints the emotion of a recording second by second.
 * |[
 * gst-launch-1.0 -m autoaudiosrc ! seremotion only-changes=true threshold=0.5 smoothing=0.6 ! fakesink
 * ]| Prints when the emotion of whoever speaks into the microphone changes.
 * |[
 * gst-launch-1.0 -m filesrc location=talk.wav ! decodebin ! seremotion channels=each interval=2000000000 ! fakesink
 * ]| Prints the emotion of both sides of a talk, one on each channel, every two seconds.
 *
 * Since: 0.1
 */

#include "gst/gstseremotion.h"

#include "gst/gstseremotionmessage.h"
#include "gst/gstseremotionresults.h"
#include "gst/gstseremotionsettings.h"
#include "gst/seranalysis.h"
#include "gst/serconvert.h"
#include "gst/serworker.h"

GST_DEBUG_CATEGORY (gst_ser_emotion_debug);
#define GST_CAT_DEFAULT gst_ser_emotion_debug

/* Windows that wait for the worker, of each channel: enough for it to be late by some seconds. */
#define QUEUE_LENGTH 8

enum {
  PROP_STATS = GST_SER_EMOTION_PROP_LAST,
};

struct _GstSerEmotion {
  GstAudioFilter parent;

  /* Under the object lock. */
  GstSerEmotionSettings settings;

  GstSerEmotionResults *results; /* as long as the element */
  gint check_overload;           /* atomic: `worker_used` and `lossless` are to be found anew before the next buffer */
  SerWorker *worker;             /* as long as the element, its thread only while needed */

  /* From start to stop. */
  SerModel *model;

  /* Of the streaming thread. */
  SerAnalysis *analysis;
  gboolean worker_used;
  gboolean lossless;  /* wait for the worker rather than drop */
  gboolean backwards; /* the segment is not analysed */
  gboolean backwards_told;
  guint64 index; /* of the next window */
};

#define gst_ser_emotion_parent_class parent_class
G_DEFINE_TYPE (GstSerEmotion, gst_ser_emotion, GST_TYPE_AUDIO_FILTER);
GST_ELEMENT_REGISTER_DEFINE (seremotion, "seremotion", GST_RANK_NONE, GST_TYPE_SER_EMOTION);

/* ---- windows ---- */

/* Called by the worker. */
static void
process (SerWorker *worker, gpointer data, gpointer user_data)
{
  GstSerEmotion *self = user_data;

  gst_ser_emotion_results_process (self->results, worker, data);
}

/* Called by the analysis for each window, in the streaming thread. */
static void
on_step (SerStep *step, const SerTimes *times, gpointer data)
{
  GstSerEmotion *self = data;
  GstSerEmotionItem *item = gst_ser_emotion_item_new (step, times, self->index++), *oldest;

  if (!self->worker_used) {
    gst_ser_emotion_results_process (self->results, NULL, item);
    return;
  }
  oldest = ser_worker_push (self->worker, item, self->lossless);
  if (oldest != NULL)
    gst_ser_emotion_results_drop (self->results, oldest);
}

/* ---- overload ---- */

static gboolean
upstream_is_live (GstSerEmotion *self)
{
  GstQuery *query = gst_query_new_latency ();
  gboolean live = FALSE;

  if (gst_pad_peer_query (GST_BASE_TRANSFORM_SINK_PAD (self), query))
    gst_query_parse_latency (query, &live, NULL, NULL);
  gst_query_unref (query);
  return live;
}

/* Decides which thread classifies. Asked before a buffer is analysed, as only then upstream surely knows whether it is
 * live. */
static void
update_overload (GstSerEmotion *self)
{
  GstSerEmotionOverload overload;
  gboolean used;

  if (!g_atomic_int_compare_and_exchange (&self->check_overload, TRUE, FALSE))
    return;
  GST_OBJECT_LOCK (self);
  overload = self->settings.overload;
  GST_OBJECT_UNLOCK (self);
  used = overload != GST_SER_EMOTION_OVERLOAD_AUTO || upstream_is_live (self);
  /* Two threads must not classify at once, nor out of order. After a flush the worker may still be at it. */
  if (self->worker_used && !used && !ser_worker_drain (self->worker)) {
    g_atomic_int_set (&self->check_overload, TRUE);
    return;
  }
  self->lossless = overload == GST_SER_EMOTION_OVERLOAD_BLOCK;
  self->worker_used = used;
  GST_DEBUG_OBJECT (self, "classifying in the %s thread, %s", used ? "worker" : "streaming",
      !used || self->lossless ? "every window" : "dropping when late");
}

/* Ends the stretch of sound. At the end of the data, and wherever nothing may be dropped, returns when its last message
 * is posted, or a flush began. Amid a stream that drops what is late, nobody waits. */
static void
drain (GstSerEmotion *self, gboolean at_end)
{
  gboolean lossless = self->lossless;

  if (self->analysis == NULL)
    return;
  self->lossless = lossless || at_end;
  ser_analysis_drain (self->analysis, &GST_BASE_TRANSFORM (self)->segment);
  if (self->worker_used && self->lossless)
    ser_worker_drain (self->worker);
  self->lossless = lossless;
}

/* ---- data ---- */

static gboolean
gst_ser_emotion_setup (GstAudioFilter *filter, const GstAudioInfo *info)
{
  GstSerEmotion *self = GST_SER_EMOTION (filter);
  GError *error = NULL;

  if (!ser_analysis_set_info (self->analysis, info, &GST_BASE_TRANSFORM (self)->segment, &error)) {
    GST_ELEMENT_ERROR (self, STREAM, FORMAT, ("This audio cannot be analysed: %s.", error->message),
        ("%d channels at %d Hz: set channels to \"mix\" or to one of them, or put audioconvert ! audioresample before",
            info->channels, info->rate));
    g_error_free (error);
    return FALSE;
  }
  return TRUE;
}

/* Up to 1.22 at least the base class loses a buffer that comes before caps in a segment of time, and takes it in any
 * other segment. */
static GstFlowReturn
gst_ser_emotion_submit_input_buffer (GstBaseTransform *trans, gboolean is_discont, GstBuffer *input)
{
  GstSerEmotion *self = GST_SER_EMOTION (trans);

  if (!ser_analysis_is_ready (self->analysis)) {
    GST_ELEMENT_ERROR (self, CORE, NEGOTIATION, ("Audio came without its format."),
        ("a buffer came before caps: upstream must send a caps event first"));
    gst_buffer_unref (input);
    return GST_FLOW_NOT_NEGOTIATED;
  }
  return GST_BASE_TRANSFORM_CLASS (parent_class)->submit_input_buffer (trans, is_discont, input);
}

static GstFlowReturn
gst_ser_emotion_transform_ip (GstBaseTransform *trans, GstBuffer *buffer)
{
  GstSerEmotion *self = GST_SER_EMOTION (trans);

  if (self->backwards)
    return GST_FLOW_OK;
  update_overload (self);
  GST_LOG_OBJECT (self, "analysing %" GST_PTR_FORMAT, buffer);
  if (!ser_analysis_push (self->analysis, buffer, &trans->segment)) {
    GST_ELEMENT_ERROR (self, STREAM, FORMAT, ("An audio buffer cannot be read."),
        ("%" GST_PTR_FORMAT ": it cannot be mapped, or is not interleaved and has no GstAudioMeta", buffer));
    return GST_FLOW_ERROR;
  }
  gst_ser_emotion_results_attach (self->results, buffer);
  return GST_FLOW_OK;
}

/* Metas need a buffer of our own where upstream still holds the one that came, but not audio memory of our own. */
static GstFlowReturn
gst_ser_emotion_prepare_output_buffer (GstBaseTransform *trans, GstBuffer *input, GstBuffer **output)
{
  if (gst_base_transform_is_passthrough (trans) || gst_buffer_is_writable (input))
    *output = input;
  else
    *output = gst_buffer_copy (input);
  return GST_FLOW_OK;
}

/* ---- events ---- */

static void
handle_flush_stop (GstSerEmotion *self)
{
  ser_worker_set_flushing (self->worker, FALSE);
  if (self->analysis != NULL)
    ser_analysis_reset (self->analysis);
  gst_ser_emotion_results_clear_metas (self->results);
}

/* Reduces a gap to what of it lies in the segment, as the base class does buffers; FALSE when nothing does. */
static gboolean
clip_gap (const GstSegment *segment, GstClockTime *timestamp, GstClockTime *duration)
{
  GstClockTime start, stop;

  if (!GST_CLOCK_TIME_IS_VALID (*timestamp) || !GST_CLOCK_TIME_IS_VALID (*duration))
    return FALSE;
  if (segment->format != GST_FORMAT_TIME)
    return TRUE;
  stop = *timestamp + MIN (*duration, GST_CLOCK_TIME_NONE - *timestamp);
  if (!gst_segment_clip (segment, GST_FORMAT_TIME, *timestamp, stop, &start, &stop))
    return FALSE;
  *timestamp = start;
  *duration = stop - start;
  return TRUE;
}

static void
handle_gap (GstSerEmotion *self, GstEvent *event)
{
  const GstSegment *segment = &GST_BASE_TRANSFORM (self)->segment;
  GstClockTime timestamp, duration;

  if (self->analysis == NULL || self->backwards)
    return;
  gst_event_parse_gap (event, &timestamp, &duration);
  if (!clip_gap (segment, &timestamp, &duration))
    return;
  update_overload (self);
  ser_analysis_push_gap (self->analysis, timestamp, duration, segment);
}

static void
handle_segment (GstSerEmotion *self, GstEvent *event)
{
  GstSegment segment, *current = &GST_BASE_TRANSFORM (self)->segment;
  gboolean backwards;

  gst_event_copy_segment (event, &segment);
  backwards = segment.rate < 0 || segment.applied_rate < 0;
  /* What the base class has counted up, and what says nothing about time. */
  segment.position = current->position;
  segment.duration = current->duration;
  if (gst_segment_is_equal (&segment, current))
    return;
  drain (self, FALSE);
  self->backwards = backwards;
  if (backwards && !self->backwards_told) {
    self->backwards_told = TRUE;
    GST_ELEMENT_INFO (self, STREAM, NOT_IMPLEMENTED, ("Audio played backwards is not analysed."),
        ("the segment's rate is %g and its applied rate %g; messages resume when it plays forwards", segment.rate,
            segment.applied_rate));
  }
}

static gboolean
gst_ser_emotion_sink_event (GstBaseTransform *trans, GstEvent *event)
{
  GstSerEmotion *self = GST_SER_EMOTION (trans);

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_FLUSH_START:
      ser_worker_set_flushing (self->worker, TRUE);
      break;
    case GST_EVENT_FLUSH_STOP:
      handle_flush_stop (self);
      break;
    case GST_EVENT_STREAM_START:
      drain (self, FALSE);
      g_atomic_int_set (&self->check_overload, TRUE);
      break;
    case GST_EVENT_SEGMENT:
      handle_segment (self, event);
      break;
    case GST_EVENT_GAP:
      handle_gap (self, event);
      break;
    case GST_EVENT_SEGMENT_DONE:
    case GST_EVENT_EOS:
      drain (self, TRUE);
      break;
    default:
      break;
  }
  return GST_BASE_TRANSFORM_CLASS (parent_class)->sink_event (trans, event);
}

/* ---- states ---- */

static gboolean
make_analysis (GstSerEmotion *self, const GstSerEmotionSettings *settings)
{
  SerStreamConfig config = gst_ser_emotion_settings_get_config (settings);
  GError *error = NULL;
  gint channels;

  if (gst_ser_emotion_parse_channels (settings->channels, &channels, &error))
    self->analysis = ser_analysis_new (self->model, &config, channels, on_step, self, &error);
  if (self->analysis != NULL) {
    gst_ser_emotion_results_start (self->results, self->model, channels);
    return TRUE;
  }
  gst_ser_emotion_settings_fail (settings, GST_ELEMENT (self), self->model, error);
  return FALSE;
}

static gboolean
gst_ser_emotion_stop (GstBaseTransform *trans)
{
  GstSerEmotion *self = GST_SER_EMOTION (trans);

  ser_worker_stop (self->worker);
  g_clear_pointer (&self->analysis, ser_analysis_free);
  g_clear_pointer (&self->model, ser_model_unref);
  gst_ser_emotion_results_clear_metas (self->results);
  return TRUE;
}

static gboolean
gst_ser_emotion_start (GstBaseTransform *trans)
{
  GstSerEmotion *self = GST_SER_EMOTION (trans);
  GstSerEmotionSettings settings;
  gboolean started;

  GST_OBJECT_LOCK (self);
  gst_ser_emotion_settings_copy (&settings, &self->settings);
  GST_OBJECT_UNLOCK (self);

  self->worker_used = self->lossless = self->backwards = self->backwards_told = FALSE;
  self->index = 0;
  g_atomic_int_set (&self->check_overload, TRUE);
  ser_worker_set_flushing (self->worker, FALSE);
  self->model = gst_ser_emotion_settings_load_model (&settings, GST_ELEMENT (self));
  started = self->model != NULL && make_analysis (self, &settings);
  gst_ser_emotion_settings_clear (&settings);
  if (!started)
    gst_ser_emotion_stop (trans);
  return started;
}

static GstStateChangeReturn
gst_ser_emotion_change_state (GstElement *element, GstStateChange transition)
{
  GstSerEmotion *self = GST_SER_EMOTION (element);

  /* A source may be live only from the time on that it plays. */
  if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING)
    g_atomic_int_set (&self->check_overload, TRUE);
  /* The streaming thread may be waiting for the worker, and the pads' deactivation waits for the streaming thread. */
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    ser_worker_set_flushing (self->worker, TRUE);
  return GST_ELEMENT_CLASS (parent_class)->change_state (element, transition);
}

/* ---- object ---- */

static void
gst_ser_emotion_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  GstSerEmotion *self = GST_SER_EMOTION (object);
  gboolean known, add_meta;

  GST_OBJECT_LOCK (self);
  known = gst_ser_emotion_settings_set (&self->settings, id, value);
  add_meta = self->settings.add_meta;
  GST_OBJECT_UNLOCK (self);

  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  else if (id == GST_SER_EMOTION_PROP_ADD_META) {
    gst_base_transform_set_passthrough (GST_BASE_TRANSFORM (self), !add_meta);
    if (!add_meta)
      gst_ser_emotion_results_clear_metas (self->results);
  } else if (id == GST_SER_EMOTION_PROP_OVERLOAD)
    g_atomic_int_set (&self->check_overload, TRUE);
}

static void
gst_ser_emotion_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  GstSerEmotion *self = GST_SER_EMOTION (object);
  gboolean known;

  if (id == PROP_STATS) {
    g_value_take_boxed (value, gst_ser_emotion_results_make_stats (self->results));
    return;
  }
  GST_OBJECT_LOCK (self);
  known = gst_ser_emotion_settings_get (&self->settings, id, value);
  GST_OBJECT_UNLOCK (self);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
gst_ser_emotion_finalize (GObject *object)
{
  GstSerEmotion *self = GST_SER_EMOTION (object);

  ser_worker_free (self->worker);
  gst_ser_emotion_results_free (self->results);
  gst_ser_emotion_settings_clear (&self->settings);
  G_OBJECT_CLASS (parent_class)->finalize (object);
}

static void
gst_ser_emotion_init (GstSerEmotion *self)
{
  gst_ser_emotion_settings_init (&self->settings);
  self->results = gst_ser_emotion_results_new (GST_ELEMENT (self), &self->settings);
  self->worker = ser_worker_new (QUEUE_LENGTH, process, (GDestroyNotify) gst_ser_emotion_item_free, self);
  gst_base_transform_set_gap_aware (GST_BASE_TRANSFORM (self), TRUE);
  gst_base_transform_set_passthrough (GST_BASE_TRANSFORM (self), TRUE);
}

static void
gst_ser_emotion_class_init (GstSerEmotionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseTransformClass *trans_class = GST_BASE_TRANSFORM_CLASS (klass);
  GstCaps *caps = gst_caps_from_string (
      GST_AUDIO_CAPS_MAKE (GST_AUDIO_FORMATS_ALL) ", layout = (string) { interleaved, non-interleaved }");

  /* What cannot be converted is left to negotiation, which may find a way. */
  gst_caps_set_simple (caps, "rate", GST_TYPE_INT_RANGE, SER_CONVERT_MIN_RATE, SER_CONVERT_MAX_RATE, NULL);

  GST_DEBUG_CATEGORY_INIT (gst_ser_emotion_debug, "seremotion", 0, "speech emotion recognition");

  object_class->set_property = gst_ser_emotion_set_property;
  object_class->get_property = gst_ser_emotion_get_property;
  object_class->finalize = gst_ser_emotion_finalize;
  element_class->change_state = gst_ser_emotion_change_state;
  trans_class->start = gst_ser_emotion_start;
  trans_class->stop = gst_ser_emotion_stop;
  trans_class->sink_event = gst_ser_emotion_sink_event;
  trans_class->submit_input_buffer = gst_ser_emotion_submit_input_buffer;
  trans_class->prepare_output_buffer = gst_ser_emotion_prepare_output_buffer;
  trans_class->transform_ip = gst_ser_emotion_transform_ip;
  trans_class->transform_ip_on_passthrough = TRUE;
  GST_AUDIO_FILTER_CLASS (klass)->setup = gst_ser_emotion_setup;

  gst_ser_emotion_settings_install_properties (object_class);
  /**
   * GstSerEmotion:stats:
   *
   * What was done since the element left READY: windows classified and dropped (#guint64, of all channels together) and
   * the time that classification took (#guint64 `processing-time`, in nanoseconds).
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, PROP_STATS,
      g_param_spec_boxed ("stats", "Statistics", "Windows classified and dropped, and the time it took, in nanoseconds",
          GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));

  gst_element_class_set_static_metadata (element_class, "Speech emotion recognition", "Filter/Analyzer/Audio",
      "Recognises the emotion of speech and tells it by messages", "the seremotion authors");
  gst_audio_filter_class_add_pad_templates (GST_AUDIO_FILTER_CLASS (klass), caps);
  gst_caps_unref (caps);
  gst_ser_emotion_meta_register ();
}
