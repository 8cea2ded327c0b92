/* gstseremotionresults.c - windows classified, and their results told as the settings say
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "gst/gstseremotionresults.h"

#include "gst/gstseremotionmessage.h"
#include "gst/serconvert.h"

GST_DEBUG_CATEGORY_EXTERN (gst_ser_emotion_debug);
#define GST_CAT_DEFAULT gst_ser_emotion_debug

struct _GstSerEmotionItem {
  SerStep *step;
  SerTimes times;
  guint64 index;
};

struct _GstSerEmotionResults {
  GstElement *element; /* no reference: it owns this */

  /* From start to stop. */
  SerModel *model;
  gint channels;

  /* Under the element's object lock. */
  const GstSerEmotionSettings *settings;
  guint64 n_windows; /* classified, of all channels */
  guint64 n_dropped;
  GstClockTime processing_time;
  GQueue metas; /* GstStructure: what is to be attached to buffers */
};

GstSerEmotionItem *
gst_ser_emotion_item_new (SerStep *step, const SerTimes *times, guint64 index)
{
  GstSerEmotionItem *item = g_new (GstSerEmotionItem, 1);

  item->step = step;
  item->times = *times;
  item->index = index;
  return item;
}

void
gst_ser_emotion_item_free (GstSerEmotionItem *item)
{
  ser_step_free (item->step);
  g_free (item);
}

GstSerEmotionResults *
gst_ser_emotion_results_new (GstElement *element, const GstSerEmotionSettings *settings)
{
  GstSerEmotionResults *results = g_new0 (GstSerEmotionResults, 1);

  results->element = element;
  results->settings = settings;
  g_queue_init (&results->metas);
  return results;
}

void
gst_ser_emotion_results_free (GstSerEmotionResults *results)
{
  if (results == NULL)
    return;
  g_queue_clear_full (&results->metas, (GDestroyNotify) gst_structure_free);
  g_free (results);
}

void
gst_ser_emotion_results_start (GstSerEmotionResults *results, SerModel *model, gint channels)
{
  GST_OBJECT_LOCK (results->element);
  results->model = model;
  results->channels = channels;
  results->n_windows = results->n_dropped = 0;
  results->processing_time = 0;
  GST_OBJECT_UNLOCK (results->element);
}

/* Classifies a channel's window, and gives what is to be told of it. */
static GstStructure *
classify (GstSerEmotionResults *results, const GstSerEmotionItem *item, guint channel, gboolean *changed)
{
  gint number = results->channels == SER_CHANNELS_EACH ? (gint) channel : results->channels;
  gint64 begin = g_get_monotonic_time ();
  gdouble threshold, smoothing;
  guint64 dropped;
  SerResult result;

  GST_OBJECT_LOCK (results->element);
  threshold = results->settings->threshold;
  smoothing = results->settings->smoothing;
  GST_OBJECT_UNLOCK (results->element);

  ser_step_classify (item->step, channel, threshold, smoothing, &result);

  GST_OBJECT_LOCK (results->element);
  results->n_windows++;
  results->processing_time += (g_get_monotonic_time () - begin) * GST_USECOND;
  dropped = results->n_dropped;
  GST_OBJECT_UNLOCK (results->element);

  GST_LOG_OBJECT (results->element, "window %" G_GUINT64_FORMAT " at %" GST_TIME_FORMAT ", channel %d: %s %.3f",
      item->index, GST_TIME_ARGS (item->times.timestamp), number, result.emotion, result.confidence);
  *changed = result.changed;
  return gst_ser_emotion_message_new (&result, results->model, &item->times, number, dropped);
}

/* Posts or queues what is told of a window, unless a flush came before. FLUSH_STOP clears the queue under the same
 * lock, so that nothing outdated gets into it. No lock is held while posting: handlers may set properties. */
static void
deliver (GstSerEmotionResults *results, SerWorker *worker, GstStructure *message, guint64 index, gboolean changed)
{
  gboolean current, post;

  GST_OBJECT_LOCK (results->element);
  current = worker == NULL || ser_worker_is_current (worker);
  post = current && results->settings->post_messages && (changed || !results->settings->only_changes);
  if (current && results->settings->add_meta) {
    GstStructure *meta = gst_structure_copy (message);

    gst_structure_set (meta, "index", G_TYPE_UINT64, index, NULL);
    g_queue_push_tail (&results->metas, meta);
  }
  GST_OBJECT_UNLOCK (results->element);

  if (post)
    gst_element_post_message (results->element, gst_message_new_element (GST_OBJECT (results->element), message));
  else
    gst_structure_free (message);
}

void
gst_ser_emotion_results_process (GstSerEmotionResults *results, SerWorker *worker, GstSerEmotionItem *item)
{
  guint channel;

  for (channel = 0; channel < item->step->n; channel++) {
    gboolean changed;
    GstStructure *message;

    if (worker != NULL && !ser_worker_is_current (worker))
      break;
    message = classify (results, item, channel, &changed);
    deliver (results, worker, message, item->index, changed);
  }
  gst_ser_emotion_item_free (item);
}

void
gst_ser_emotion_results_drop (GstSerEmotionResults *results, GstSerEmotionItem *item)
{
  GST_DEBUG_OBJECT (results->element, "%" GST_TIME_FORMAT ": dropped the oldest window, classification lags behind",
      GST_TIME_ARGS (item->times.timestamp));
  GST_OBJECT_LOCK (results->element);
  results->n_dropped += item->step->n;
  GST_OBJECT_UNLOCK (results->element);
  gst_ser_emotion_item_free (item);
}

void
gst_ser_emotion_results_attach (GstSerEmotionResults *results, GstBuffer *buffer)
{
  GQueue metas;
  GstStructure *meta;

  /* Not writable if add-meta was set after the buffer was prepared: the next one will do. */
  if (!gst_buffer_is_writable (buffer))
    return;
  GST_OBJECT_LOCK (results->element);
  metas = results->metas;
  g_queue_init (&results->metas);
  GST_OBJECT_UNLOCK (results->element);
  while ((meta = g_queue_pop_head (&metas)) != NULL) {
    gst_ser_emotion_meta_add (buffer, meta);
    gst_structure_free (meta);
  }
}

void
gst_ser_emotion_results_clear_metas (GstSerEmotionResults *results)
{
  GST_OBJECT_LOCK (results->element);
  g_queue_clear_full (&results->metas, (GDestroyNotify) gst_structure_free);
  GST_OBJECT_UNLOCK (results->element);
}

GstStructure *
gst_ser_emotion_results_make_stats (GstSerEmotionResults *results)
{
  GstStructure *stats;

  GST_OBJECT_LOCK (results->element);
  stats = gst_structure_new ("application/x-seremotion-stats", "windows", G_TYPE_UINT64, results->n_windows, "dropped",
      G_TYPE_UINT64, results->n_dropped, "processing-time", G_TYPE_UINT64, results->processing_time, NULL);
  GST_OBJECT_UNLOCK (results->element);
  return stats;
}
