/* catalogue-files.c - files of results, compiled in or in a folder
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "catalogue-files.h"

#include <string.h>

#include "catalogue-resources.h"
#include "model/error.h"

#define ROOT "resource:///seremotion/dashboard/"

GFile *
ser_catalogue_find (const char *path)
{
  g_autofree char *uri = g_strconcat (ROOT, path, NULL);

  /* Registers it, too: URIs are looked up in what is registered. */
  g_assert (ser_catalogue_get_resource ());
  return g_file_new_for_uri (uri);
}

gboolean
ser_catalogue_is (GFile *file, GFileType type)
{
  return g_file_query_file_type (file, G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL) == type;
}

char *
ser_catalogue_describe (GFile *file)
{
  return g_file_get_parse_name (file);
}

/* The GIO error says why, but not always of what. */
static gboolean
fail (GFile *file, const GError *local, GError **error)
{
  g_autofree char *name = ser_catalogue_describe (file);

  return ser_fail (error, SER_ERROR_FILE, "%s: %s", name, local->message);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GPtrArray *
ser_catalogue_list (GFile *folder, GFileType type, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local = NULL;
  g_autoptr (GFileEnumerator) children =
      g_file_enumerate_children (folder, G_FILE_ATTRIBUTE_STANDARD_NAME "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
          G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, &local);
  GFileInfo *info;

  while (children && g_file_enumerator_iterate (children, &info, NULL, NULL, &local) && info)
    if (g_file_info_get_file_type (info) == type)
      g_ptr_array_add (names, g_strdup (g_file_info_get_name (info)));
  if (local) {
    fail (folder, local, error);
    return NULL;
  }
  g_ptr_array_sort (names, compare_names);
  return g_steal_pointer (&names);
}

/* Reads one byte more than may be there, whatever size the file says to have. */
static GBytes *
read_stream (GFile *file, GInputStream *stream, GError **error)
{
  g_autofree char *name = ser_catalogue_describe (file);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) local = NULL;
  char buffer[16384];
  gssize n;

  while ((n = g_input_stream_read (stream, buffer, sizeof buffer, NULL, &local)) > 0) {
    g_byte_array_append (bytes, (const guint8 *) buffer, n);
    if (bytes->len > SER_CATALOGUE_MAX_BYTES) {
      ser_fail (
          error, SER_ERROR_DATA, "%s: over %d bytes; seremotion writes no such file", name, SER_CATALOGUE_MAX_BYTES);
      return NULL;
    }
  }
  if (n < 0) {
    fail (file, local, error);
    return NULL;
  }
  n = bytes->len;
  g_byte_array_append (bytes, (const guint8 *) "", 1);
  return g_bytes_new_with_free_func (bytes->data, n, (GDestroyNotify) g_byte_array_unref, g_byte_array_ref (bytes));
}

GBytes *
ser_catalogue_read (GFile *file, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GFileInputStream) stream = NULL;

  /* What is no file may never end, or not even be opened. */
  if (!ser_catalogue_is (file, G_FILE_TYPE_REGULAR)) {
    g_autofree char *name = ser_catalogue_describe (file);
    ser_fail (error, SER_ERROR_FILE, "%s: %s", name,
        ser_catalogue_is (file, G_FILE_TYPE_UNKNOWN) ? "there is no such file" : "not a file, or a link to one");
    return NULL;
  }
  stream = g_file_read (file, NULL, &local);
  if (stream)
    return read_stream (file, G_INPUT_STREAM (stream), error);
  fail (file, local, error);
  return NULL;
}

SerJsonFile *
ser_catalogue_read_json (GFile *file, GError **error)
{
  g_autoptr (GBytes) bytes = ser_catalogue_read (file, error);
  g_autofree char *name = ser_catalogue_describe (file);
  gsize size;
  const char *text = bytes ? g_bytes_get_data (bytes, &size) : NULL;

  return text ? ser_json_file_parse (name, text, size, error) : NULL;
}
