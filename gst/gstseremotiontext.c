/* gstseremotiontext.c - the element that tells the emotion of speech as timed text
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

/**
 * SECTION:element-seremotiontext
 * @title: seremotiontext
 *
 * Takes audio of any format and gives timed text: the emotion of speech as subtitles (`text/x-raw`) or as a line of
 * JSON for each cue (`application/x-json`), whichever downstream takes. What is heard, and in which windows, is the
 * same as with #seremotion.
 *
 * A cue has the time that it describes, and no two overlap. With #GstSerEmotionText:cues at `segment` there is one for
 * each stretch of one emotion, in parts of at most #GstSerEmotionText:max-duration; at `interval` there is one for
 * each window, of the time around its middle. Stretches without speech have no text; in JSON they are told.
 *
 * What a cue says is known only when the window after it has passed. Where upstream is live that much is reported as
 * latency: window and interval, and for segments two intervals and the longest cue more. Where it is not, GAP events
 * run ahead with the audio, and cues come after them, late but with their times: matroskamux never waits; mp4mux takes
 * no gaps and wants a source of its own for the text. What has to
 * show text beside a running picture, as `textoverlay` does, wants #GstSerEmotionText:cues at `latest`: each window is
 * shown from its end on until the next one ends, and no latency is added.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 filesrc location=speech.mp4 ! decodebin ! seremotiontext ! webvttenc ! filesink location=speech.vtt
 * ]| Writes subtitles.
 * |[
 * gst-launch-1.0 filesrc location=a.mp4 ! decodebin ! seremotiontext cues=interval ! application/x-json ! fdsink
 * ]| Writes a line of JSON for each second.
 *
 * Since: 0.1
 */

#include "gst/gstseremotiontext.h"

#include <gst/audio/audio.h>
#include <string.h>

#include "gst/gstseremotionsettings.h"
#include "gst/seranalysis.h"
#include "gst/serconvert.h"
#include "gst/sercuetext.h"

GST_DEBUG_CATEGORY_STATIC (gst_ser_emotion_text_debug);
#define GST_CAT_DEFAULT gst_ser_emotion_text_debug

#define DEFAULT_CUES SER_CUES_SEGMENT
#define DEFAULT_MAX_DURATION (10 * GST_SECOND)

/* GAP events are this far apart: a muxer waits for none longer, and queues of 1 s do not fill. */
#define GAP_STEP (100 * GST_MSECOND)

enum {
  PROP_CUES = GST_SER_EMOTION_PROP_LAST,
  PROP_MAX_DURATION,
};

struct _GstSerEmotionText {
  GstElement parent;
  GstPad *sink, *src;

  /* Under the object lock. */
  GstSerEmotionSettings settings;
  SerCuesKind kind;
  GstClockTime max_duration;
  GstClockTime latency; /* of what is described, while started */

  /* From READY to PAUSED and back. */
  SerModel *model;

  /* Of the streaming thread. */
  SerAnalysis *analysis;
  SerCues *cues;
  GstSegment segment;
  gboolean live, check_live;
  gboolean json, negotiated;
  gboolean told_backwards;
  GstClockTime position; /* where the audio is */
  GstClockTime told;     /* up to where downstream was told, by cues and gaps */
  GstFlowReturn flow;    /* of what was pushed during a call */
};

#define gst_ser_emotion_text_parent_class parent_class
G_DEFINE_TYPE (GstSerEmotionText, gst_ser_emotion_text, GST_TYPE_ELEMENT);
GST_ELEMENT_REGISTER_DEFINE (seremotiontext, "seremotiontext", GST_RANK_NONE, GST_TYPE_SER_EMOTION_TEXT);

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("text/x-raw, format = (string) utf8; application/x-json"));

static GType
cues_get_type (void)
{
  static const GEnumValue values[] = {
    { SER_CUES_SEGMENT, "One for each stretch of one emotion", "segment" },
    { SER_CUES_INTERVAL, "One for each interval, of the time that it describes", "interval" },
    { SER_CUES_LATEST, "One for each interval, from when it is known", "latest" },
    { 0, NULL, NULL },
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstSerEmotionTextCues", values));
  return type;
}

/* ---- output ---- */

static GstClockTime
to_clock_time (gdouble seconds)
{
  return seconds <= 0 ? 0 : (GstClockTime) (seconds * GST_SECOND + 0.5);
}

/* A text stream needs caps of its own before the first segment leaves. */
static gboolean
negotiate (GstSerEmotionText *self)
{
  GstCaps *caps;
  gboolean ok;

  if (self->negotiated && !gst_pad_check_reconfigure (self->src))
    return TRUE;
  caps = gst_pad_get_allowed_caps (self->src);
  if (caps == NULL || gst_caps_is_any (caps))
    gst_caps_replace (&caps, NULL);
  if (caps == NULL)
    caps = gst_pad_get_pad_template_caps (self->src);
  if (gst_caps_is_empty (caps)) {
    gst_caps_unref (caps);
    return FALSE;
  }
  caps = gst_caps_fixate (gst_caps_truncate (caps));
  self->json = gst_structure_has_name (gst_caps_get_structure (caps, 0), "application/x-json");
  ok = gst_pad_push_event (self->src, gst_event_new_caps (caps));
  gst_caps_unref (caps);
  self->negotiated = ok;
  return ok;
}

static void
push_gap (GstSerEmotionText *self, GstClockTime until)
{
  if (!GST_CLOCK_TIME_IS_VALID (self->told))
    self->told = self->segment.start;
  if (until < self->told + GAP_STEP)
    return;
  gst_pad_push_event (self->src, gst_event_new_gap (self->told, until - self->told));
  self->told = until;
}

/* Tells downstream how far the audio is, which is as far as no cue can come any more where there is latency. */
static void
push_progress (GstSerEmotionText *self)
{
  GstClockTime lag = 0;

  if (!GST_CLOCK_TIME_IS_VALID (self->position))
    return;
  GST_OBJECT_LOCK (self);
  if (self->live)
    lag = self->latency;
  GST_OBJECT_UNLOCK (self);
  if (self->position > lag)
    push_gap (self, self->position - lag);
}

static gchar *
write_cue (GstSerEmotionText *self, const SerSegment *cue, GstClockTime start, GstClockTime duration)
{
  const GstSegment *segment = &self->segment;

  if (!self->json)
    return ser_cue_to_text (cue, self->model);
  return ser_cue_to_json (cue, self->model, start, gst_segment_to_stream_time (segment, GST_FORMAT_TIME, start),
      gst_segment_to_running_time (segment, GST_FORMAT_TIME, start), duration);
}

/* Called by the cues. */
static void
on_cue (const SerSegment *cue, gpointer data)
{
  GstSerEmotionText *self = data;
  GstClockTime start = to_clock_time (cue->start), duration = to_clock_time (cue->end) - start;
  gchar *text = write_cue (self, cue, start, duration);
  GstBuffer *buffer;

  GST_LOG_OBJECT (self, "%" GST_TIME_FORMAT ": %s", GST_TIME_ARGS (start), GST_STR_NULL (text));
  if (text == NULL || self->flow != GST_FLOW_OK) {
    g_free (text);
    return;
  }
  buffer = gst_buffer_new_wrapped (text, strlen (text));
  GST_BUFFER_PTS (buffer) = start;
  GST_BUFFER_DURATION (buffer) = duration;
  /* A muxer waits from the cue on, also where it comes late: what follows is told anew. */
  self->told = start;
  self->flow = gst_pad_push (self->src, buffer);
}

/* Called by the analysis for each window. */
static void
on_step (SerStep *step, const SerTimes *times, gpointer data)
{
  GstSerEmotionText *self = data;
  gdouble threshold, smoothing;
  SerResult result;

  GST_OBJECT_LOCK (self);
  threshold = self->settings.threshold;
  smoothing = self->settings.smoothing;
  GST_OBJECT_UNLOCK (self);
  ser_step_classify (step, 0, threshold, smoothing, &result);
  ser_step_free (step);
  if (GST_CLOCK_TIME_IS_VALID (times->timestamp))
    ser_cues_push (
        self->cues, (gdouble) times->timestamp / GST_SECOND, (gdouble) times->duration / GST_SECOND, &result);
}

/* Ends the stretch of sound, and tells all of it. */
static void
drain (GstSerEmotionText *self)
{
  if (self->analysis == NULL || !self->negotiated)
    return;
  ser_analysis_drain (self->analysis, &self->segment);
  ser_cues_finish (self->cues);
  push_progress (self);
}

/* ---- data ---- */

static gboolean
upstream_is_live (GstSerEmotionText *self)
{
  GstQuery *query = gst_query_new_latency ();
  gboolean live = FALSE;

  if (gst_pad_peer_query (self->sink, query))
    gst_query_parse_latency (query, &live, NULL, NULL);
  gst_query_unref (query);
  return live;
}

static void
take_position (GstSerEmotionText *self, GstBuffer *buffer)
{
  GstClockTime end = GST_BUFFER_PTS (buffer);

  if (!GST_CLOCK_TIME_IS_VALID (end))
    return;
  if (GST_BUFFER_DURATION_IS_VALID (buffer))
    end += GST_BUFFER_DURATION (buffer);
  if (!GST_CLOCK_TIME_IS_VALID (self->told))
    self->told = GST_BUFFER_PTS (buffer);
  self->position = end;
}

static GstFlowReturn
gst_ser_emotion_text_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GstSerEmotionText *self = GST_SER_EMOTION_TEXT (parent);
  gboolean ok;

  if (!ser_analysis_is_ready (self->analysis)) {
    GST_ELEMENT_ERROR (self, CORE, NEGOTIATION, ("Audio came without its format."),
        ("a buffer came before caps: upstream must send a caps event first"));
    gst_buffer_unref (buffer);
    return GST_FLOW_NOT_NEGOTIATED;
  }
  if (!negotiate (self)) {
    gst_buffer_unref (buffer);
    return GST_PAD_IS_FLUSHING (self->src) ? GST_FLOW_FLUSHING : GST_FLOW_NOT_NEGOTIATED;
  }
  if (self->check_live) {
    self->live = upstream_is_live (self);
    self->check_live = FALSE;
  }
  self->flow = GST_FLOW_OK;
  take_position (self, buffer);
  ok = self->segment.rate < 0 || ser_analysis_push (self->analysis, buffer, &self->segment);
  gst_buffer_unref (buffer);
  if (!ok) {
    GST_ELEMENT_ERROR (self, STREAM, FORMAT, ("An audio buffer cannot be read."),
        ("it cannot be mapped, or is not interleaved and has no GstAudioMeta"));
    return GST_FLOW_ERROR;
  }
  push_progress (self);
  return self->flow;
}

/* ---- events ---- */

static gboolean
handle_caps (GstSerEmotionText *self, GstEvent *event)
{
  GError *error = NULL;
  GstAudioInfo info;
  GstCaps *caps;

  gst_event_parse_caps (event, &caps);
  if (!gst_audio_info_from_caps (&info, caps))
    return FALSE;
  self->flow = GST_FLOW_OK;
  if (ser_analysis_set_info (self->analysis, &info, &self->segment, &error))
    return negotiate (self);
  GST_ELEMENT_ERROR (self, STREAM, FORMAT, ("This audio cannot be analysed: %s.", error->message),
      ("%d channels at %d Hz: set channels to \"mix\" or to one of them, or put audioconvert ! audioresample before",
          info.channels, info.rate));
  g_error_free (error);
  return FALSE;
}

static gboolean
handle_stream_start (GstSerEmotionText *self, GstEvent *event)
{
  gchar *id = gst_pad_create_stream_id (self->src, GST_ELEMENT (self), "text");
  GstEvent *start = gst_event_new_stream_start (id);
  guint group;

  drain (self);
  if (gst_event_parse_group_id (event, &group))
    gst_event_set_group_id (start, group);
  gst_event_set_stream_flags (start, GST_STREAM_FLAG_SPARSE);
  gst_event_set_seqnum (start, gst_event_get_seqnum (event));
  self->check_live = TRUE;
  g_free (id);
  return gst_pad_push_event (self->src, start);
}

static gboolean
handle_segment (GstSerEmotionText *self, GstEvent *event)
{
  GstSegment segment;
  GstEvent *out;

  gst_event_copy_segment (event, &segment);
  drain (self);
  /* Time may begin again. */
  ser_cues_reset (self->cues);
  /* Streams that are not in time are counted from 0. */
  if (segment.format != GST_FORMAT_TIME)
    gst_segment_init (&segment, GST_FORMAT_TIME);
  self->segment = segment;
  self->position = self->told = GST_CLOCK_TIME_NONE;
  if (segment.rate < 0 && !self->told_backwards) {
    self->told_backwards = TRUE;
    GST_ELEMENT_INFO (self, STREAM, NOT_IMPLEMENTED, ("Audio played backwards is not analysed."), (NULL));
  }
  out = gst_event_new_segment (&segment);
  gst_event_set_seqnum (out, gst_event_get_seqnum (event));
  return gst_pad_push_event (self->src, out);
}

static void
handle_gap (GstSerEmotionText *self, GstEvent *event)
{
  GstClockTime timestamp, duration;

  gst_event_parse_gap (event, &timestamp, &duration);
  if (!GST_CLOCK_TIME_IS_VALID (timestamp) || !GST_CLOCK_TIME_IS_VALID (duration) || self->segment.rate < 0)
    return;
  self->flow = GST_FLOW_OK;
  ser_analysis_push_gap (self->analysis, timestamp, duration, &self->segment);
  if (!GST_CLOCK_TIME_IS_VALID (self->told))
    self->told = timestamp;
  self->position = timestamp + duration;
  if (self->negotiated)
    push_progress (self);
}

static gboolean
gst_ser_emotion_text_sink_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  GstSerEmotionText *self = GST_SER_EMOTION_TEXT (parent);
  gboolean ok = TRUE;

  self->flow = GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_START ? self->flow : GST_FLOW_OK;
  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_STREAM_START:
      ok = handle_stream_start (self, event);
      break;
    case GST_EVENT_CAPS:
      ok = handle_caps (self, event);
      break;
    case GST_EVENT_SEGMENT:
      ok = handle_segment (self, event);
      break;
    case GST_EVENT_GAP:
      handle_gap (self, event);
      break;
    case GST_EVENT_FLUSH_STOP:
      ser_analysis_reset (self->analysis);
      ser_cues_reset (self->cues);
      gst_segment_init (&self->segment, GST_FORMAT_TIME);
      self->position = self->told = GST_CLOCK_TIME_NONE;
      return gst_pad_event_default (pad, parent, event);
    case GST_EVENT_EOS:
    case GST_EVENT_SEGMENT_DONE:
      drain (self);
      return gst_pad_event_default (pad, parent, event);
    /* Codecs, titles and languages are the audio's. */
    case GST_EVENT_TAG:
      break;
    default:
      return gst_pad_event_default (pad, parent, event);
  }
  gst_event_unref (event);
  return ok;
}

/* ---- queries ---- */

static gboolean
query_latency (GstSerEmotionText *self, GstQuery *query)
{
  GstClockTime min, max, own = 0;
  gboolean live;

  if (!gst_pad_peer_query (self->sink, query))
    return FALSE;
  gst_query_parse_latency (query, &live, &min, &max);
  GST_OBJECT_LOCK (self);
  if (live)
    own = self->latency;
  GST_OBJECT_UNLOCK (self);
  gst_query_set_latency (query, live, min + own, GST_CLOCK_TIME_IS_VALID (max) ? max + own : max);
  return TRUE;
}

static gboolean
gst_ser_emotion_text_src_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) == GST_QUERY_LATENCY)
    return query_latency (GST_SER_EMOTION_TEXT (parent), query);
  return gst_pad_query_default (pad, parent, query);
}

/* Each side has formats of its own: by default one would be asked for what the other takes. */
static gboolean
answer_caps (GstPad *pad, GstQuery *query)
{
  GstCaps *filter, *caps = gst_pad_get_pad_template_caps (pad);

  gst_query_parse_caps (query, &filter);
  if (filter != NULL) {
    GstCaps *both = gst_caps_intersect_full (filter, caps, GST_CAPS_INTERSECT_FIRST);
    gst_caps_unref (caps);
    caps = both;
  }
  gst_query_set_caps_result (query, caps);
  gst_caps_unref (caps);
  return TRUE;
}

static gboolean
gst_ser_emotion_text_sink_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) == GST_QUERY_CAPS)
    return answer_caps (pad, query);
  /* Downstream's pools and allocators are for text. */
  if (GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION)
    return FALSE;
  return gst_pad_query_default (pad, parent, query);
}

/* ---- states ---- */

static void
stop (GstSerEmotionText *self)
{
  g_clear_pointer (&self->analysis, ser_analysis_free);
  g_clear_pointer (&self->cues, ser_cues_free);
  g_clear_pointer (&self->model, ser_model_unref);
}

/* How long after the time that it describes a cue is known, at most: half of what overlaps and half an interval pass
 * until its window ends, the next window takes an interval, a segment two more and its own length. */
static GstClockTime
get_latency (const GstSerEmotionSettings *settings, const SerModel *model, SerCuesKind kind, GstClockTime max_duration)
{
  GstClockTime window = settings->window > 0 ? settings->window : to_clock_time (ser_model_get_window (model));

  if (kind == SER_CUES_LATEST)
    return 0;
  if (kind == SER_CUES_INTERVAL)
    return window + settings->interval;
  return window + (1 + SER_SEGMENT_HOLD) * settings->interval + max_duration;
}

static gboolean
make_analysis (GstSerEmotionText *self, const GstSerEmotionSettings *settings, SerCuesKind kind, GstClockTime longest)
{
  SerStreamConfig config = gst_ser_emotion_settings_get_config (settings);
  GError *error = NULL;
  gint channels;

  if (gst_ser_emotion_parse_channels (settings->channels, &channels, &error)) {
    if (channels == SER_CHANNELS_EACH)
      g_set_error (&error, SER_ERROR, SER_ERROR_CONFIG,
          "channels is \"each\", but text is of one: use an element for each channel");
    else
      self->analysis = ser_analysis_new (self->model, &config, channels, on_step, self, &error);
  }
  if (self->analysis == NULL) {
    gst_ser_emotion_settings_fail (settings, GST_ELEMENT (self), self->model, error);
    return FALSE;
  }
  self->cues = ser_cues_new (kind, ser_model_get_n_labels (self->model), (gdouble) settings->interval / GST_SECOND,
      (gdouble) longest / GST_SECOND, on_cue, self);
  return TRUE;
}

static gboolean
start (GstSerEmotionText *self)
{
  GstSerEmotionSettings settings;
  GstClockTime longest;
  SerCuesKind kind;
  gboolean started;

  GST_OBJECT_LOCK (self);
  gst_ser_emotion_settings_copy (&settings, &self->settings);
  kind = self->kind;
  longest = self->max_duration;
  GST_OBJECT_UNLOCK (self);
  self->negotiated = self->live = self->told_backwards = FALSE;
  self->check_live = TRUE;
  self->position = self->told = GST_CLOCK_TIME_NONE;
  self->flow = GST_FLOW_OK;
  gst_segment_init (&self->segment, GST_FORMAT_TIME);
  self->model = gst_ser_emotion_settings_load_model (&settings, GST_ELEMENT (self));
  started = self->model != NULL && make_analysis (self, &settings, kind, longest);
  if (started) {
    GST_OBJECT_LOCK (self);
    self->latency = get_latency (&settings, self->model, kind, longest);
    GST_OBJECT_UNLOCK (self);
  } else
    stop (self);
  gst_ser_emotion_settings_clear (&settings);
  return started;
}

static GstStateChangeReturn
gst_ser_emotion_text_change_state (GstElement *element, GstStateChange transition)
{
  GstSerEmotionText *self = GST_SER_EMOTION_TEXT (element);
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !start (self))
    return GST_STATE_CHANGE_FAILURE;
  ret = GST_ELEMENT_CLASS (parent_class)->change_state (element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY
      || (transition == GST_STATE_CHANGE_READY_TO_PAUSED && ret == GST_STATE_CHANGE_FAILURE))
    stop (self);
  return ret;
}

/* ---- object ---- */

static void
gst_ser_emotion_text_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  GstSerEmotionText *self = GST_SER_EMOTION_TEXT (object);
  gboolean known = TRUE;

  GST_OBJECT_LOCK (self);
  if (id == PROP_CUES)
    self->kind = g_value_get_enum (value);
  else if (id == PROP_MAX_DURATION)
    self->max_duration = g_value_get_uint64 (value);
  else
    known = gst_ser_emotion_settings_set (&self->settings, id, value);
  GST_OBJECT_UNLOCK (self);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
gst_ser_emotion_text_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  GstSerEmotionText *self = GST_SER_EMOTION_TEXT (object);
  gboolean known = TRUE;

  GST_OBJECT_LOCK (self);
  if (id == PROP_CUES)
    g_value_set_enum (value, self->kind);
  else if (id == PROP_MAX_DURATION)
    g_value_set_uint64 (value, self->max_duration);
  else
    known = gst_ser_emotion_settings_get (&self->settings, id, value);
  GST_OBJECT_UNLOCK (self);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
gst_ser_emotion_text_finalize (GObject *object)
{
  GstSerEmotionText *self = GST_SER_EMOTION_TEXT (object);

  gst_ser_emotion_settings_clear (&self->settings);
  G_OBJECT_CLASS (parent_class)->finalize (object);
}

static void
gst_ser_emotion_text_init (GstSerEmotionText *self)
{
  GstPadTemplate *sink = gst_element_class_get_pad_template (GST_ELEMENT_GET_CLASS (self), "sink");

  gst_ser_emotion_settings_init (&self->settings);
  self->kind = DEFAULT_CUES;
  self->max_duration = DEFAULT_MAX_DURATION;
  self->sink = gst_pad_new_from_template (sink, "sink");
  gst_pad_set_chain_function (self->sink, gst_ser_emotion_text_chain);
  gst_pad_set_event_function (self->sink, gst_ser_emotion_text_sink_event);
  gst_pad_set_query_function (self->sink, gst_ser_emotion_text_sink_query);
  gst_element_add_pad (GST_ELEMENT (self), self->sink);
  self->src = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_set_query_function (self->src, gst_ser_emotion_text_src_query);
  gst_pad_use_fixed_caps (self->src);
  gst_element_add_pad (GST_ELEMENT (self), self->src);
}

static void
install_properties (GObjectClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY;

  gst_ser_emotion_settings_install_analysis (klass);
  /**
   * GstSerEmotionText:cues:
   *
   * What a cue is for: a segment, which is a stretch of one emotion; an interval; or the latest window, from when it is
   * known.
   *
   * Since: 0.1
   */
  g_object_class_install_property (
      klass, PROP_CUES, g_param_spec_enum ("cues", "Cues", "What a cue is for", cues_get_type (), DEFAULT_CUES, flags));
  /**
   * GstSerEmotionText:max-duration:
   *
   * The longest cue for a segment. A longer segment becomes several cues of the same text.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_MAX_DURATION,
      g_param_spec_uint64 ("max-duration", "Max Duration", "The longest cue for a segment in nanoseconds", GST_SECOND,
          3600 * GST_SECOND, DEFAULT_MAX_DURATION, flags));
  gst_type_mark_as_plugin_api (cues_get_type (), 0);
}

static void
gst_ser_emotion_text_class_init (GstSerEmotionTextClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstCaps *caps = gst_caps_from_string (
      GST_AUDIO_CAPS_MAKE (GST_AUDIO_FORMATS_ALL) ", layout = (string) { interleaved, non-interleaved }");

  gst_caps_set_simple (caps, "rate", GST_TYPE_INT_RANGE, SER_CONVERT_MIN_RATE, SER_CONVERT_MAX_RATE, NULL);
  GST_DEBUG_CATEGORY_INIT (gst_ser_emotion_text_debug, "seremotiontext", 0, "speech emotion as timed text");

  object_class->set_property = gst_ser_emotion_text_set_property;
  object_class->get_property = gst_ser_emotion_text_get_property;
  object_class->finalize = gst_ser_emotion_text_finalize;
  element_class->change_state = gst_ser_emotion_text_change_state;
  install_properties (object_class);

  gst_element_class_set_static_metadata (element_class, "Speech emotion as text", "Audio/Text/Filter",
      "Recognises the emotion of speech and tells it as timed text or JSON", "the seremotion authors");
  gst_element_class_add_pad_template (element_class, gst_pad_template_new ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, caps));
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_caps_unref (caps);
}
