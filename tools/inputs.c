/* inputs.c - which media a command line means, and what their outputs are called
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "inputs.h"

#include <stdint.h>
#include <string.h>

#include <glib/gstdio.h>

#include "media-info.h"
#include "model/error.h"

static const char *const extensions[] = { "3g2", "3gp", "aac", "ac3", "aif", "aiff", "amr", "ape", "asf", "au", "avi",
  "caf", "dts", "eac3", "f4v", "flac", "flv", "m2ts", "m4a", "m4b", "m4v", "mka", "mkv", "mov", "mp2", "mp3", "mp4",
  "mpeg", "mpg", "mts", "mxf", "oga", "ogg", "ogv", "opus", "spx", "ts", "vob", "wav", "weba", "webm", "wma", "wmv",
  "wv", NULL };

static void
input_free (gpointer data)
{
  SerInput *input = data;

  g_free (input->location);
  g_free (input->name);
  g_free (input);
}

static void
add (GPtrArray *inputs, const char *location)
{
  SerInput *input = g_new0 (SerInput, 1);

  input->location = g_strdup (location);
  g_ptr_array_add (inputs, input);
}

static gboolean
is_medium (const char *name)
{
  const char *dot = strrchr (name, '.');
  g_autofree char *extension = dot ? g_ascii_strdown (dot + 1, -1) : NULL;

  return extension && g_strv_contains (extensions, extension);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* FALSE for a folder that was seen already, by whatever name or link. */
static gboolean
is_new (GHashTable *seen, const char *folder)
{
  GStatBuf st;

  return g_stat (folder, &st) != 0
      || g_hash_table_add (seen, g_strdup_printf ("%ju:%ju", (uintmax_t) st.st_dev, (uintmax_t) st.st_ino));
}

/* One inside another that cannot be read is an input that fails, so that the others are done. */
static gboolean
add_folder (GPtrArray *inputs, GHashTable *seen, const char *folder, gboolean inside, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GDir) dir = is_new (seen, folder) ? g_dir_open (folder, 0, &local) : NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *found;

  if (!dir && !local)
    return TRUE;
  if (!dir && inside)
    add (inputs, folder);
  if (!dir)
    return inside || ser_fail (error, SER_ERROR_FILE, "%s", local->message);
  while ((found = g_dir_read_name (dir)))
    g_ptr_array_add (names, g_strdup (found));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *path = g_build_filename (folder, names->pdata[i], NULL);
    gboolean is_folder = g_file_test (path, G_FILE_TEST_IS_DIR);

    if (is_folder && *(char *) names->pdata[i] != '.' && !add_folder (inputs, seen, path, TRUE, error))
      return FALSE;
    if (!is_folder && is_medium (names->pdata[i]))
      add (inputs, path);
  }
  return TRUE;
}

/* ---- names ---- */

static gboolean
is_taken (GHashTable *names, const char *name)
{
  return g_hash_table_contains (names, name);
}

/* "talk", or "talk-mp4", or "talk-mp4-2" and so on. */
static char *
make_name (GHashTable *names, GHashTable *counts, const SerInput *input)
{
  g_autofree char *plain = ser_media_info_get_name (input->location);
  g_autofree char *base = g_path_get_basename (input->location);
  const char *dot = strrchr (base, '.');
  g_autofree char *full = dot ? g_strdup_printf ("%s-%s", plain, dot + 1) : g_strdup (plain);
  char *name;

  /* A name that occurs twice goes to neither: it would depend on the order. */
  if (GPOINTER_TO_UINT (g_hash_table_lookup (counts, plain)) == 1 && !is_taken (names, plain))
    return g_steal_pointer (&plain);
  name = g_strdup (full);
  for (guint i = 2; is_taken (names, name); i++) {
    g_free (name);
    name = g_strdup_printf ("%s-%u", full, i);
  }
  return name;
}

static void
set_names (GPtrArray *inputs)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < inputs->len; i++) {
    char *name = ser_media_info_get_name (((SerInput *) inputs->pdata[i])->location);
    guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, name));
    g_hash_table_insert (counts, name, GUINT_TO_POINTER (n + 1));
  }
  for (guint i = 0; i < inputs->len; i++) {
    SerInput *input = inputs->pdata[i];
    input->name = make_name (names, counts, input);
    g_hash_table_add (names, input->name);
  }
}

GPtrArray *
ser_inputs_list (char *const *arguments, GError **error)
{
  g_autoptr (GPtrArray) inputs = g_ptr_array_new_with_free_func (input_free);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; arguments[i]; i++) {
    guint before = inputs->len;

    if (!g_file_test (arguments[i], G_FILE_TEST_IS_DIR)) {
      add (inputs, arguments[i]);
      continue;
    }
    if (!add_folder (inputs, seen, arguments[i], FALSE, error))
      return NULL;
    if (inputs->len == before) {
      ser_fail (error, SER_ERROR_DATA, "%s: there are no media files in this folder", arguments[i]);
      return NULL;
    }
  }
  set_names (inputs);
  return g_steal_pointer (&inputs);
}

void
ser_inputs_take_shard (GPtrArray *inputs, guint shard, guint n_shards)
{
  for (guint i = inputs->len; i-- > 0;)
    if (i % n_shards != shard - 1)
      g_ptr_array_remove_index (inputs, i);
}
