/* gstseremotionresults.h - windows classified, and their results told as the settings say
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Windows are processed by one thread at a time, the worker's or the streaming thread; all else may be called from any.
 * What the threads share is guarded by the element's object lock, which all functions take themselves.
 */

#ifndef GST_SER_EMOTION_RESULTS_H
#define GST_SER_EMOTION_RESULTS_H

#include <gst/gst.h>

#include "gst/gstseremotionsettings.h"
#include "gst/serstreams.h"
#include "gst/sertimeline.h"
#include "gst/serworker.h"
#include "ser.h"

G_BEGIN_DECLS

/* A window of each channel on its way to be classified. */
typedef struct _GstSerEmotionItem GstSerEmotionItem;

/* Takes over the step. `index` is the number of the window. */
GstSerEmotionItem *gst_ser_emotion_item_new (SerStep *step, const SerTimes *times, guint64 index);
void gst_ser_emotion_item_free (GstSerEmotionItem *item);

typedef struct _GstSerEmotionResults GstSerEmotionResults;

/* `element` posts the messages and owns the settings, which its object lock guards; it must outlive the results. */
GstSerEmotionResults *gst_ser_emotion_results_new (GstElement *element, const GstSerEmotionSettings *settings);
void gst_ser_emotion_results_free (GstSerEmotionResults *results);

/* Starts to count anew. The model must stay until the last item is processed; `channels` is as in serconvert.h. */
void gst_ser_emotion_results_start (GstSerEmotionResults *results, SerModel *model, gint channels);

/* Takes over an item, classifies its windows, and posts their messages and queues their metas. `worker` is the one that
 * calls, whose flushes outdate what was pushed before them, or NULL in the streaming thread. */
void gst_ser_emotion_results_process (GstSerEmotionResults *results, SerWorker *worker, GstSerEmotionItem *item);

/* Takes over an item and counts its windows as dropped. */
void gst_ser_emotion_results_drop (GstSerEmotionResults *results, GstSerEmotionItem *item);

/* Adds the queued metas to a buffer if it is writable; and drops them. */
void gst_ser_emotion_results_attach (GstSerEmotionResults *results, GstBuffer *buffer);
void gst_ser_emotion_results_clear_metas (GstSerEmotionResults *results);

/* The value of the property `stats`. */
GstStructure *gst_ser_emotion_results_make_stats (GstSerEmotionResults *results);

G_END_DECLS

#endif /* GST_SER_EMOTION_RESULTS_H */
