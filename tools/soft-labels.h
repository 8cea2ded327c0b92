/* soft-labels.h - what other models said of clips, as targets of a training (distillation)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_SOFT_LABELS_H
#define SER_SOFT_LABELS_H

#include <glib.h>

/* Distributions over a model's labels by the name of the clip: the mean of those that the files give, a teacher or a
 * fold each (Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network", 2015). */
typedef struct _SerSoftLabels SerSoftLabels;

/* Reads tables that `seremotion evaluate --csv` wrote; `paths` and `labels` are NULL-terminated. The files must have
 * exactly these labels, in any order. Fails with SER_ERROR_FILE or SER_ERROR_DATA, naming the file and what is wrong.
 */
SerSoftLabels *ser_soft_labels_load (const char *const *paths, const char *const *labels, GError **error);
void ser_soft_labels_free (SerSoftLabels *soft);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerSoftLabels, ser_soft_labels_free)

/* The distribution of a clip in the order of `labels`, sum 1, or NULL where no file has it; lives as long as `soft`. */
const float *ser_soft_labels_find (const SerSoftLabels *soft, const char *clip);

#endif /* SER_SOFT_LABELS_H */
