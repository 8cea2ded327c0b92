/* gstseremotionsettings.h - the values of the element's properties
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef GST_SER_EMOTION_SETTINGS_H
#define GST_SER_EMOTION_SETTINGS_H

#include <gst/gst.h>

#include "ser.h"

G_BEGIN_DECLS

/**
 * GstSerEmotionOverload:
 * @GST_SER_EMOTION_OVERLOAD_AUTO: drop when upstream is live, else classify in the streaming thread
 * @GST_SER_EMOTION_OVERLOAD_BLOCK: classify in a worker thread, and wait for it when it lags behind
 * @GST_SER_EMOTION_OVERLOAD_DROP: classify in a worker thread, and drop the oldest windows when it lags behind
 *
 * What is done when windows come faster than they are classified.
 *
 * Since: 0.1
 */
typedef enum {
  GST_SER_EMOTION_OVERLOAD_AUTO,
  GST_SER_EMOTION_OVERLOAD_BLOCK,
  GST_SER_EMOTION_OVERLOAD_DROP,
} GstSerEmotionOverload;

#define GST_TYPE_SER_EMOTION_OVERLOAD (gst_ser_emotion_overload_get_type ())
GType gst_ser_emotion_overload_get_type (void);

typedef struct {
  gchar *model;     /* a path, or NULL for the built-in model */
  guint64 window;   /* ns, 0 for the model's own */
  guint64 interval; /* ns */
  gchar *channels;
  gboolean gate;
  gdouble threshold;
  gdouble smoothing;
  gboolean post_messages;
  gboolean only_changes;
  gboolean add_meta;
  GstSerEmotionOverload overload;
} GstSerEmotionSettings;

/* Numbers of the properties; the first one that the element itself may install is GST_SER_EMOTION_PROP_LAST. */
enum {
  GST_SER_EMOTION_PROP_0,
  GST_SER_EMOTION_PROP_MODEL,
  GST_SER_EMOTION_PROP_WINDOW,
  GST_SER_EMOTION_PROP_INTERVAL,
  GST_SER_EMOTION_PROP_CHANNELS,
  GST_SER_EMOTION_PROP_GATE,
  GST_SER_EMOTION_PROP_THRESHOLD,
  GST_SER_EMOTION_PROP_SMOOTHING,
  GST_SER_EMOTION_PROP_POST_MESSAGES,
  GST_SER_EMOTION_PROP_ONLY_CHANGES,
  GST_SER_EMOTION_PROP_ADD_META,
  GST_SER_EMOTION_PROP_OVERLOAD,
  GST_SER_EMOTION_PROP_LAST,
};

/* All of them; and those up to GST_SER_EMOTION_PROP_SMOOTHING, for whoever has another way to tell results. */
void gst_ser_emotion_settings_install_properties (GObjectClass *klass);
void gst_ser_emotion_settings_install_analysis (GObjectClass *klass);

/* A copy with strings of its own; gst_ser_emotion_settings_clear() frees them. */
void gst_ser_emotion_settings_copy (GstSerEmotionSettings *to, const GstSerEmotionSettings *from);

/* The configuration of streams that the settings ask for. */
SerStreamConfig gst_ser_emotion_settings_get_config (const GstSerEmotionSettings *settings);

/* Loads the model that the settings name; posts an error for `element`, and returns NULL, where it cannot be used. */
SerModel *gst_ser_emotion_settings_load_model (const GstSerEmotionSettings *settings, GstElement *element);

/* Posts an error that says which of the settings is unusable; frees `error`. */
void gst_ser_emotion_settings_fail (
    const GstSerEmotionSettings *settings, GstElement *element, const SerModel *model, GError *error);

void gst_ser_emotion_settings_init (GstSerEmotionSettings *settings);
void gst_ser_emotion_settings_clear (GstSerEmotionSettings *settings);

/* Sets or gets the value of a property; FALSE when there is none of that number. */
gboolean gst_ser_emotion_settings_set (GstSerEmotionSettings *settings, guint id, const GValue *value);
gboolean gst_ser_emotion_settings_get (const GstSerEmotionSettings *settings, guint id, GValue *value);

/* The channels that `text` names, as in serconvert.h. Fails with SER_ERROR_CONFIG. */
gboolean gst_ser_emotion_parse_channels (const gchar *text, gint *channels, GError **error);

G_END_DECLS

#endif /* GST_SER_EMOTION_SETTINGS_H */
