/* cache.c - decoded audio kept on disk, so that a corpus is decoded once
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "cache.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "media.h"
#include "ser.h"

/* An entry: this header, then the samples, in the machine's byte order (the cache does not travel). */
typedef struct {
  char magic[8];
  guint64 n_samples;
  guint64 sum; /* of the samples */
} Header;

/* To be changed whenever decoding gives other samples than before. */
#define MAGIC "serpcm1\n"

struct _SerCache {
  char *folder;
  GMutex lock;
  char *write_error; /* under `lock` */
};

SerCache *
ser_cache_new (void)
{
  SerCache *cache = g_new0 (SerCache, 1);

  cache->folder = g_build_filename (g_get_user_cache_dir (), "seremotion", NULL);
  g_mutex_init (&cache->lock);
  return cache;
}

void
ser_cache_free (SerCache *cache)
{
  if (!cache)
    return;
  g_mutex_clear (&cache->lock);
  g_free (cache->folder);
  g_free (cache->write_error);
  g_free (cache);
}

const char *
ser_cache_get_write_error (const SerCache *cache)
{
  return cache->write_error;
}

const char *
ser_cache_get_folder (const SerCache *cache)
{
  return cache->folder;
}

/* FNV-1a over 16-bit words: guards against a truncated or damaged disk, not against malice. */
static guint64
sum_samples (const gint16 *samples, gsize n)
{
  guint64 h = G_GUINT64_CONSTANT (0xcbf29ce484222325);

  for (gsize i = 0; i < n; i++)
    h = (h ^ (guint16) samples[i]) * G_GUINT64_CONSTANT (0x100000001b3);
  return h;
}

/* The entry's path, or NULL when there is no such file. */
static char *
entry_path (const SerCache *cache, const char *path, guint rate)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *key = NULL, *hash = NULL, *name = NULL;
  struct stat st;

  if (stat (path, &st) != 0)
    return NULL;
  key = g_strdup_printf ("%s\n%" G_GINT64_FORMAT "\n%" G_GINT64_FORMAT ".%09ld\n%u", absolute, (gint64) st.st_size,
      (gint64) st.st_mtim.tv_sec, st.st_mtim.tv_nsec, rate);
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, key, -1);
  name = g_strdup_printf ("%.2s" G_DIR_SEPARATOR_S "%s.pcm", hash, hash + 2);
  return g_build_filename (cache->folder, name, NULL);
}

/* NULL when the entry is missing or damaged. */
static gint16 *
read_entry (const char *entry, gsize *n_samples)
{
  g_autofree char *bytes = NULL;
  Header header;
  gsize size;

  if (!g_file_get_contents (entry, &bytes, &size, NULL) || size < sizeof header)
    return NULL;
  memcpy (&header, bytes, sizeof header);
  size -= sizeof header;
  if (memcmp (header.magic, MAGIC, sizeof header.magic) != 0 || size % sizeof (gint16) != 0
      || header.n_samples != size / sizeof (gint16))
    return NULL;
  memmove (bytes, bytes + sizeof header, size);
  if (sum_samples ((gint16 *) bytes, header.n_samples) != header.sum)
    return NULL;
  *n_samples = header.n_samples;
  return (gint16 *) g_steal_pointer (&bytes);
}

static gboolean
write_entry (const char *entry, const gint16 *samples, gsize n, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (entry);
  g_autoptr (GByteArray) bytes = g_byte_array_sized_new (sizeof (Header) + n * sizeof (gint16));
  Header header = { MAGIC, n, sum_samples (samples, n) };

  if (g_mkdir_with_parents (folder, 0700) != 0) {
    g_set_error (error, SER_ERROR, SER_ERROR_FILE, "%s: %s", folder, g_strerror (errno));
    return FALSE;
  }
  g_byte_array_append (bytes, (const guint8 *) &header, sizeof header);
  g_byte_array_append (bytes, (const guint8 *) samples, n * sizeof (gint16));
  return g_file_set_contents_full (entry, (const char *) bytes->data, bytes->len,
      G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_ONLY_EXISTING, 0600, error);
}

gint16 *
ser_cache_decode (SerCache *cache, const char *path, guint rate, gsize *n_samples, GError **error)
{
  g_autofree char *entry = entry_path (cache, path, rate);
  g_autoptr (GError) local = NULL;
  gint16 *samples = entry ? read_entry (entry, n_samples) : NULL;

  if (samples)
    return samples;
  samples = ser_media_decode (path, rate, n_samples, error);
  if (samples && entry && !write_entry (entry, samples, *n_samples, &local)) {
    g_mutex_lock (&cache->lock);
    if (!cache->write_error)
      cache->write_error = g_strdup (local->message);
    g_mutex_unlock (&cache->lock);
  }
  return samples;
}
