/* cache.h - decoded audio kept on disk, so that a corpus is decoded once
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * One file per media file and rate under $XDG_CACHE_HOME/seremotion (else ~/.cache/seremotion), named by a hash of the
 * media file's absolute path, size and modification time. A file appears whole, by rename, so any number of runs may
 * share the folder; a damaged one is made again. Nothing is ever removed: the folder may be deleted at any time.
 */

#ifndef SER_CACHE_H
#define SER_CACHE_H

#include <glib.h>

typedef struct _SerCache SerCache;

SerCache *ser_cache_new (void);
void ser_cache_free (SerCache *cache);

/* As ser_media_decode() for a path, from the cache where it is there. May be called from any number of threads. */
gint16 *ser_cache_decode (SerCache *cache, const char *path, guint rate, gsize *n_samples, GError **error);

/* Why the first entry could not be written, or NULL when all could; valid while nobody decodes. */
const char *ser_cache_get_write_error (const SerCache *cache);

const char *ser_cache_get_folder (const SerCache *cache);

#endif /* SER_CACHE_H */
