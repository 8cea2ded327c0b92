/* gstseremotionsettings.c - the values of the element's properties
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "gst/gstseremotionsettings.h"

#include "gst/serconvert.h"

#define DEFAULT_MODEL NULL
#define DEFAULT_WINDOW 0
#define DEFAULT_INTERVAL GST_SECOND
#define DEFAULT_CHANNELS "mix"
#define DEFAULT_GATE TRUE
#define DEFAULT_THRESHOLD 0.0
#define DEFAULT_SMOOTHING 0.0
#define DEFAULT_POST_MESSAGES TRUE
#define DEFAULT_ONLY_CHANGES FALSE
#define DEFAULT_ADD_META FALSE
#define DEFAULT_OVERLOAD GST_SER_EMOTION_OVERLOAD_AUTO

/* A time of SerStreamConfig in nanoseconds. */
#define NANOSECONDS(seconds) ((guint64) ((seconds) *GST_SECOND))

GType
gst_ser_emotion_overload_get_type (void)
{
  static const GEnumValue values[] = {
    { GST_SER_EMOTION_OVERLOAD_AUTO, "Drop when upstream is live, else classify in the streaming thread", "auto" },
    { GST_SER_EMOTION_OVERLOAD_BLOCK, "Classify in a worker thread, and wait for it when it lags behind", "block" },
    { GST_SER_EMOTION_OVERLOAD_DROP, "Classify in a worker thread, and drop the oldest windows when it lags behind",
        "drop" },
    { 0, NULL, NULL },
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstSerEmotionOverload", values));
  return type;
}

static void
install_analysis_properties (GObjectClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY;

  /**
   * GstSerEmotion:model:
   *
   * Path of a model file. Without one the built-in model is used. It is read on the way from READY to PAUSED.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, GST_SER_EMOTION_PROP_MODEL,
      g_param_spec_string (
          "model", "Model", "Path of the model file, the built-in model if unset", DEFAULT_MODEL, flags));
  /**
   * GstSerEmotion:window:
   *
   * Length of the stretch of audio that one result is computed from: 0 for the length that the model was made for,
   * else 1 to 30 seconds.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, GST_SER_EMOTION_PROP_WINDOW,
      g_param_spec_uint64 ("window", "Window",
          "Length of the analysed windows in nanoseconds, 1 to 30 seconds "
          "(0 = the model's own)",
          0, NANOSECONDS (SER_MAX_WINDOW), DEFAULT_WINDOW, flags));
  /**
   * GstSerEmotion:interval:
   *
   * Time from the start of one window to that of the next one, hence between messages. At most the window's length.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, GST_SER_EMOTION_PROP_INTERVAL,
      g_param_spec_uint64 ("interval", "Interval",
          "Time between the starts of windows in nanoseconds, at most the "
          "window's length",
          NANOSECONDS (SER_MIN_INTERVAL), NANOSECONDS (SER_MAX_INTERVAL), DEFAULT_INTERVAL, flags));
  /**
   * GstSerEmotion:channels:
   *
   * Which channels are analysed: `mix` for one result of all of them, `each` for a result of every channel, or the
   * number of one channel, counted from 0. The mix is the centre channel where three or more positioned channels have
   * one, as that carries speech in film and broadcast, else the mean of all channels but LFE.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, GST_SER_EMOTION_PROP_CHANNELS,
      g_param_spec_string ("channels", "Channels",
          "Channels to analyse: mix, each, or the number of one channel, "
          "counted from 0",
          DEFAULT_CHANNELS, flags));
  /**
   * GstSerEmotion:gate:
   *
   * Whether windows without speech are reported as `none`: silence, clipped sound, and what the built-in speech gate
   * hears as music, applause, a crowd or noise. Without it every window gets an emotion.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, GST_SER_EMOTION_PROP_GATE,
      g_param_spec_boolean ("gate", "Gate", "Report windows without speech as none", DEFAULT_GATE, flags));
}

static void
install_score_properties (GObjectClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  /**
   * GstSerEmotion:threshold:
   *
   * A window whose leading emotion is less probable than this is reported as `uncertain`.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, GST_SER_EMOTION_PROP_THRESHOLD,
      g_param_spec_double ("threshold", "Threshold",
          "Probability below which the leading emotion is reported as "
          "uncertain",
          0.0, 1.0, DEFAULT_THRESHOLD, flags));
  /**
   * GstSerEmotion:smoothing:
   *
   * Weight of earlier windows in an exponential average of the scores; 0 has each window stand for itself.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, GST_SER_EMOTION_PROP_SMOOTHING,
      g_param_spec_double ("smoothing", "Smoothing", "Weight of earlier windows in the scores, 0 for none", 0.0,
          SER_MAX_SMOOTHING, DEFAULT_SMOOTHING, flags));
}

static void
install_result_properties (GObjectClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  /**
   * GstSerEmotion:post-messages:
   *
   * Whether an element message is posted for each window.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, GST_SER_EMOTION_PROP_POST_MESSAGES,
      g_param_spec_boolean (
          "post-messages", "Post Messages", "Post an element message for each window", DEFAULT_POST_MESSAGES, flags));
  /**
   * GstSerEmotion:only-changes:
   *
   * Whether messages are posted only for windows whose emotion differs from the one before.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, GST_SER_EMOTION_PROP_ONLY_CHANGES,
      g_param_spec_boolean (
          "only-changes", "Only Changes", "Post messages only when the emotion changes", DEFAULT_ONLY_CHANGES, flags));
  /**
   * GstSerEmotion:add-meta:
   *
   * Whether results are attached to buffers as #GstCustomMeta named GstSerEmotionMeta, each to the first buffer that is
   * pushed after it exists. The audio memory is shared, not copied. A buffer carries several where windows or channels
   * end together: gst_buffer_get_custom_meta() gives the first only, gst_buffer_iterate_meta() gives all. What the end
   * of the stream brings about is on the bus only, as no buffer follows.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, GST_SER_EMOTION_PROP_ADD_META,
      g_param_spec_boolean (
          "add-meta", "Add Meta", "Attach results to buffers as GstSerEmotionMeta", DEFAULT_ADD_META, flags));
  /**
   * GstSerEmotion:overload:
   *
   * What is done when windows come faster than they are classified.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, GST_SER_EMOTION_PROP_OVERLOAD,
      g_param_spec_enum ("overload", "Overload", "What to do when windows come faster than they are classified",
          GST_TYPE_SER_EMOTION_OVERLOAD, DEFAULT_OVERLOAD, flags));
}

void
gst_ser_emotion_settings_install_analysis (GObjectClass *klass)
{
  install_analysis_properties (klass);
  install_score_properties (klass);
}

void
gst_ser_emotion_settings_install_properties (GObjectClass *klass)
{
  gst_ser_emotion_settings_install_analysis (klass);
  install_result_properties (klass);
  gst_type_mark_as_plugin_api (GST_TYPE_SER_EMOTION_OVERLOAD, 0);
}

void
gst_ser_emotion_settings_init (GstSerEmotionSettings *settings)
{
  settings->model = g_strdup (DEFAULT_MODEL);
  settings->window = DEFAULT_WINDOW;
  settings->interval = DEFAULT_INTERVAL;
  settings->channels = g_strdup (DEFAULT_CHANNELS);
  settings->gate = DEFAULT_GATE;
  settings->threshold = DEFAULT_THRESHOLD;
  settings->smoothing = DEFAULT_SMOOTHING;
  settings->post_messages = DEFAULT_POST_MESSAGES;
  settings->only_changes = DEFAULT_ONLY_CHANGES;
  settings->add_meta = DEFAULT_ADD_META;
  settings->overload = DEFAULT_OVERLOAD;
}

void
gst_ser_emotion_settings_clear (GstSerEmotionSettings *settings)
{
  g_clear_pointer (&settings->model, g_free);
  g_clear_pointer (&settings->channels, g_free);
}

void
gst_ser_emotion_settings_copy (GstSerEmotionSettings *to, const GstSerEmotionSettings *from)
{
  *to = *from;
  to->model = g_strdup (from->model);
  to->channels = g_strdup (from->channels);
}

gboolean
gst_ser_emotion_settings_set (GstSerEmotionSettings *settings, guint id, const GValue *value)
{
  switch (id) {
    case GST_SER_EMOTION_PROP_MODEL:
      g_free (settings->model);
      settings->model = g_value_dup_string (value);
      break;
    case GST_SER_EMOTION_PROP_WINDOW:
      settings->window = g_value_get_uint64 (value);
      break;
    case GST_SER_EMOTION_PROP_INTERVAL:
      settings->interval = g_value_get_uint64 (value);
      break;
    case GST_SER_EMOTION_PROP_CHANNELS:
      g_free (settings->channels);
      settings->channels = g_value_dup_string (value);
      if (settings->channels == NULL)
        settings->channels = g_strdup (DEFAULT_CHANNELS);
      break;
    case GST_SER_EMOTION_PROP_GATE:
      settings->gate = g_value_get_boolean (value);
      break;
    case GST_SER_EMOTION_PROP_THRESHOLD:
      settings->threshold = g_value_get_double (value);
      break;
    case GST_SER_EMOTION_PROP_SMOOTHING:
      settings->smoothing = g_value_get_double (value);
      break;
    case GST_SER_EMOTION_PROP_POST_MESSAGES:
      settings->post_messages = g_value_get_boolean (value);
      break;
    case GST_SER_EMOTION_PROP_ONLY_CHANGES:
      settings->only_changes = g_value_get_boolean (value);
      break;
    case GST_SER_EMOTION_PROP_ADD_META:
      settings->add_meta = g_value_get_boolean (value);
      break;
    case GST_SER_EMOTION_PROP_OVERLOAD:
      settings->overload = g_value_get_enum (value);
      break;
    default:
      return FALSE;
  }
  return TRUE;
}

gboolean
gst_ser_emotion_settings_get (const GstSerEmotionSettings *settings, guint id, GValue *value)
{
  switch (id) {
    case GST_SER_EMOTION_PROP_MODEL:
      g_value_set_string (value, settings->model);
      break;
    case GST_SER_EMOTION_PROP_WINDOW:
      g_value_set_uint64 (value, settings->window);
      break;
    case GST_SER_EMOTION_PROP_INTERVAL:
      g_value_set_uint64 (value, settings->interval);
      break;
    case GST_SER_EMOTION_PROP_CHANNELS:
      g_value_set_string (value, settings->channels);
      break;
    case GST_SER_EMOTION_PROP_GATE:
      g_value_set_boolean (value, settings->gate);
      break;
    case GST_SER_EMOTION_PROP_THRESHOLD:
      g_value_set_double (value, settings->threshold);
      break;
    case GST_SER_EMOTION_PROP_SMOOTHING:
      g_value_set_double (value, settings->smoothing);
      break;
    case GST_SER_EMOTION_PROP_POST_MESSAGES:
      g_value_set_boolean (value, settings->post_messages);
      break;
    case GST_SER_EMOTION_PROP_ONLY_CHANGES:
      g_value_set_boolean (value, settings->only_changes);
      break;
    case GST_SER_EMOTION_PROP_ADD_META:
      g_value_set_boolean (value, settings->add_meta);
      break;
    case GST_SER_EMOTION_PROP_OVERLOAD:
      g_value_set_enum (value, settings->overload);
      break;
    default:
      return FALSE;
  }
  return TRUE;
}

gboolean
gst_ser_emotion_parse_channels (const gchar *text, gint *channels, GError **error)
{
  guint64 number;

  if (g_strcmp0 (text, "mix") == 0)
    *channels = SER_CHANNELS_MIX;
  else if (g_strcmp0 (text, "each") == 0)
    *channels = SER_CHANNELS_EACH;
  else if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT - 1, &number, NULL))
    *channels = (gint) number;
  else {
    g_set_error (
        error, SER_ERROR, SER_ERROR_CONFIG, "channels is \"%s\", but must be mix, each, or a channel's number", text);
    return FALSE;
  }
  return TRUE;
}

/* ---- what they come to ---- */

SerStreamConfig
gst_ser_emotion_settings_get_config (const GstSerEmotionSettings *settings)
{
  SerStreamConfig config = SER_STREAM_CONFIG_INIT;

  config.window = (gdouble) settings->window / GST_SECOND;
  config.interval = (gdouble) settings->interval / GST_SECOND;
  config.gate = settings->gate;
  config.threshold = settings->threshold;
  config.smoothing = settings->smoothing;
  return config;
}

SerModel *
gst_ser_emotion_settings_load_model (const GstSerEmotionSettings *settings, GstElement *element)
{
  const gchar *path = settings->model;
  GError *error = NULL;
  SerModel *model = path ? ser_model_load (path, &error) : ser_model_new_default (&error);

  if (model != NULL)
    return model;
  if (g_error_matches (error, SER_ERROR, SER_ERROR_FILE))
    GST_ELEMENT_ERROR (element, RESOURCE, OPEN_READ, ("The model cannot be read: %s.", error->message),
        ("model is \"%s\": set it to the path of a model file, or leave it unset for the built-in model",
            GST_STR_NULL (path)));
  else
    GST_ELEMENT_ERROR (element, RESOURCE, READ, ("The model cannot be used: %s.", error->message),
        ("model is \"%s\": `seremotion inspect` tells what is in a model file, `seremotion train` makes one",
            GST_STR_NULL (path)));
  g_error_free (error);
  return NULL;
}

void
gst_ser_emotion_settings_fail (
    const GstSerEmotionSettings *settings, GstElement *element, const SerModel *model, GError *error)
{
  GST_ELEMENT_ERROR (element, LIBRARY, SETTINGS, ("A property has an unusable value: %s.", error->message),
      ("window=%" G_GUINT64_FORMAT " (0 = the model's own, %.0f) interval=%" G_GUINT64_FORMAT ", both in nanoseconds, "
       "e.g. window=3000000000; channels=\"%s\": set the one named",
          settings->window, ser_model_get_window (model) * GST_SECOND, settings->interval, settings->channels));
  g_error_free (error);
}
