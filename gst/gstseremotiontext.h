/* gstseremotiontext.h - the element that tells the emotion of speech as timed text
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef GST_SER_EMOTION_TEXT_H
#define GST_SER_EMOTION_TEXT_H

#include <gst/gst.h>

#include "gst/sercues.h"

G_BEGIN_DECLS

#define GST_TYPE_SER_EMOTION_TEXT (gst_ser_emotion_text_get_type ())
G_DECLARE_FINAL_TYPE (GstSerEmotionText, gst_ser_emotion_text, GST, SER_EMOTION_TEXT, GstElement)

GST_ELEMENT_REGISTER_DECLARE (seremotiontext);

G_END_DECLS

#endif /* GST_SER_EMOTION_TEXT_H */
