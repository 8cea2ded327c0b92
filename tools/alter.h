/* alter.h - clips altered by an augmentation line, to be listened to or to be evaluated on
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_ALTER_H
#define SER_ALTER_H

#include "augmentation.h"

typedef struct _SerAlter SerAlter;

/* Decodes what the line draws from and makes room for `n_workers` threads. Items on features are left out. Fails as
 * ser_augmentation_load(). */
SerAlter *ser_alter_new (
    const SerAugmentation *augmentation, guint rate, guint64 seed, guint n_workers, GError **error);
void ser_alter_free (SerAlter *alter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerAlter, ser_alter_free)

/* What the line makes of a clip's samples [n], in [-1, 1) where nothing made them louder: *n_out samples, free with
 * g_free(). Under one seed, clips of the same name are drawn the same. Where `what` is not NULL, it says what was
 * drawn; free with g_free(). Fails with SER_ERROR_FILE when a codec does. Each worker may be in one call at a time. */
float *ser_alter_do (SerAlter *alter, guint worker, const char *name, const gint16 *samples, gsize n, gsize *n_out,
    char **what, GError **error);

/* Samples [n] as 16-bit integers; free with g_free(). *n_clipped of them were too large. */
gint16 *ser_alter_to_s16 (const float *samples, gsize n, gsize *n_clipped);

#endif /* SER_ALTER_H */
