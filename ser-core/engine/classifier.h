/* classifier.h - windows to results: the networks, smoothing, the label
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_CLASSIFIER_H
#define SER_CLASSIFIER_H

#include "engine/window.h"
#include "model/model.h"

/* The mutable half of a stream that classifies. It shares nothing with the half that takes samples but the const model
 * and two atomic settings, so each half may have a thread of its own. */
typedef struct _SerClassifier SerClassifier;

/* `max_T`: most frames a window will have. `gate`: the gate's model, or NULL to take every window for speech; windows
 * must then hold its frames. The models must outlive the classifier. */
SerClassifier *ser_classifier_new (const SerModel *model, gsize max_T, const SerModel *gate);
void ser_classifier_free (SerClassifier *classifier);

/* From any thread; clamped to [0, 1] and [0, SER_MAX_SMOOTHING], NaN to 0. */
void ser_classifier_set_threshold (SerClassifier *classifier, double threshold);
void ser_classifier_set_smoothing (SerClassifier *classifier, double smoothing);

/* Smoothing is an exponential average over the windows that the gate lets through, and only those: s <- w s + (1 - w)
 * scores, which starts with the first one's scores. Others report their own scores. Allocates nothing. */
void ser_classifier_do (SerClassifier *classifier, const SerWindow *window, SerResult *result);

#endif /* SER_CLASSIFIER_H */
