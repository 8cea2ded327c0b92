/* gstseremotion.h - the element that recognises the emotion of speech
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef GST_SER_EMOTION_H
#define GST_SER_EMOTION_H

#include <gst/audio/gstaudiofilter.h>

G_BEGIN_DECLS

#define GST_TYPE_SER_EMOTION (gst_ser_emotion_get_type ())
G_DECLARE_FINAL_TYPE (GstSerEmotion, gst_ser_emotion, GST, SER_EMOTION, GstAudioFilter)

GST_ELEMENT_REGISTER_DECLARE (seremotion);

G_END_DECLS

#endif /* GST_SER_EMOTION_H */
