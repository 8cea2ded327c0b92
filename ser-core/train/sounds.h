/* sounds.h - recordings that augmentation draws from: noise and impulse responses of rooms
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_SOUNDS_H
#define SER_SOUNDS_H

#include <glib.h>

typedef struct {
  char *name;
  gint16 *samples;
  gsize n;
  gsize loudest; /* index of the largest magnitude */
} SerSound;

typedef struct {
  GPtrArray *noise, *rooms; /* SerSound *, in the order in which they were added */
} SerSounds;

SerSounds *ser_sounds_new (void);
void ser_sounds_free (SerSounds *sounds);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerSounds, ser_sounds_free)

/* Copies a recording to `list`, which is sounds->noise or sounds->rooms, without the digital silence at its ends. FALSE
 * when it is nothing but silence. */
gboolean ser_sounds_add (GPtrArray *list, const char *name, const gint16 *samples, gsize n);

#endif /* SER_SOUNDS_H */
