/* serdownmix.h - which channels make a plane that is analysed, and in what parts
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_DOWNMIX_H
#define SER_DOWNMIX_H

#include <gst/audio/audio.h>

G_BEGIN_DECLS

/* Initialises `matrix` to a mix matrix for GstAudioConverter, [n_planes, info->channels], of `channels` as in
 * serconvert.h. It is needed even where the converter could find one, as that refuses to mix unpositioned channels by
 * itself. */
void ser_downmix_init_matrix (GValue *matrix, const GstAudioInfo *info, guint n_planes, gint channels);

G_END_DECLS

#endif /* SER_DOWNMIX_H */
