/* gstseremotionmessage.h - what is told of a window, as bus message and as buffer meta
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * The fields are described in docs/message.md.
 */

#ifndef GST_SER_EMOTION_MESSAGE_H
#define GST_SER_EMOTION_MESSAGE_H

#include <gst/gst.h>

#include "gst/sertimeline.h"
#include "ser.h"

G_BEGIN_DECLS

/* The name of the message's structure, and that of the meta's. */
#define GST_SER_EMOTION_MESSAGE_NAME "seremotion"
#define GST_SER_EMOTION_META_NAME "GstSerEmotionMeta"

/* Makes the message's structure; channel -1 stands for the mix. */
GstStructure *gst_ser_emotion_message_new (
    const SerResult *result, const SerModel *model, const SerTimes *times, gint channel, guint64 dropped);

/* Registers the meta, once for the process. */
void gst_ser_emotion_meta_register (void);

/* Adds a meta with all fields of a message and `index`. The buffer must be writable. */
void gst_ser_emotion_meta_add (GstBuffer *buffer, const GstStructure *message);

G_END_DECLS

#endif /* GST_SER_EMOTION_MESSAGE_H */
