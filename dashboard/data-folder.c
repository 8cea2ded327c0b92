/* data-folder.c - the data folder: the media of recordings, those on their way there, and what an earlier server left
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "data-folder.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>

#include "clips.h"
#include "model/error.h"
#include "results.h"

#define RECORDINGS "recordings"
#define INCOMING "incoming"

/* ---- one recording ---- */

char *
ser_data_make_folder (const char *data, const char *id)
{
  return g_build_filename (data, RECORDINGS, id, NULL);
}

static char *
make_path (const char *data, const char *id)
{
  return g_build_filename (data, RECORDINGS, id, SER_RESULTS_STEM, NULL);
}

char *
ser_data_make_incoming (const char *data, guint number)
{
  g_autofree char *name = g_strdup_printf ("%u", number);

  return g_build_filename (data, INCOMING, name, NULL);
}

gboolean
ser_data_take (const char *data, const char *id, const char *path, GError **error)
{
  g_autofree char *folder = ser_data_make_folder (data, id), *medium = make_path (data, id);

  int number;

  if ((g_mkdir (folder, 0700) == 0 || errno == EEXIST) && g_rename (path, medium) == 0)
    return TRUE;
  number = errno;
  g_rmdir (folder);
  return ser_fail (error, SER_ERROR_FILE, "the recording cannot be kept: %s", g_strerror (number));
}

void
ser_data_give_back (const char *data, const char *id, const char *path)
{
  g_autofree char *folder = ser_data_make_folder (data, id), *medium = make_path (data, id);

  if (g_rename (medium, path) == 0)
    g_rmdir (folder);
}

guint64
ser_data_get_size (const char *data, const char *id)
{
  g_autofree char *medium = make_path (data, id);
  GStatBuf status;

  return g_stat (medium, &status) == 0 ? status.st_size : 0;
}

static void
remove_in_thread (GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
  (void) source, (void) cancellable;
  ser_folder_remove (path, NULL);
  g_task_return_boolean (task, TRUE);
}

static void
remove_later (const char *folder, const char *gone)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  if (g_rename (folder, gone) != 0)
    return;
  g_task_set_task_data (task, g_strdup (gone), g_free);
  g_task_run_in_thread (task, remove_in_thread);
}

void
ser_data_remove (const char *data, const char *id, const char *gone)
{
  g_autofree char *folder = ser_data_make_folder (data, id);

  remove_later (folder, gone);
}

static char *
make_results_path (const char *data, const char *id)
{
  g_autofree char *folder = ser_data_make_folder (data, id);

  return g_build_filename (folder, SER_RESULTS_FOLDER, NULL);
}

void
ser_data_remove_results (const char *data, const char *id, const char *gone)
{
  g_autofree char *results = make_results_path (data, id);

  remove_later (results, gone);
}

/* ---- what was there before ---- */

static gboolean
is_filled (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);

  return dir && g_dir_read_name (dir);
}

gboolean
ser_data_check_new (const char *data, GError **error)
{
  static const char *const names[] = { RECORDINGS, INCOMING, SER_DATA_COMPARISONS };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (data, names[i], NULL);
    if (is_filled (path))
      return ser_fail (error, SER_ERROR_FILE,
          "--data %s: there is no library in it, but files in its folder %s, which a new library would remove; name a "
          "folder that is empty or does not exist (--preload takes recordings)",
          data, names[i]);
  }
  return TRUE;
}

/* ---- what an earlier server left ---- */

static gboolean
make_folder (const char *path, GError **error)
{
  return g_mkdir (path, 0700) == 0 || errno == EEXIST
      || ser_fail (error, SER_ERROR_FILE, "%s: cannot be made: %s", path, g_strerror (errno));
}

/* Removes what is in the folder, but for names that are in `kept`, a set, or NULL. What cannot be removed is told, and
 * keeps no server from starting. */
static gboolean
empty_folder (const char *path, GHashTable *kept, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GDir) dir = make_folder (path, error) ? g_dir_open (path, 0, &local) : NULL;
  const char *name;

  if (local)
    return ser_fail (error, SER_ERROR_FILE, "%s", local->message);
  if (!dir)
    return FALSE;
  while ((name = g_dir_read_name (dir))) {
    g_autofree char *child = g_build_filename (path, name, NULL);
    g_autoptr (GError) fault = NULL;

    if (!(kept && g_hash_table_contains (kept, name)) && !ser_folder_remove (child, &fault))
      ser_say ("seremotion serve: %s", fault->message);
  }
  return TRUE;
}

/* In the store first, as always. */
static gboolean
take_up (SerStore *store, SerEntry *entry, guint attempts, GError **error)
{
  g_autofree char *why = g_strdup_printf ("the server ended during each of %u analyses of it", entry->attempts);

  if (entry->state == SER_STATE_ANALYSING && entry->attempts >= attempts)
    ser_entry_set_state (entry, SER_STATE_FAILED, why);
  else if (entry->state == SER_STATE_ANALYSING || entry->state == SER_STATE_FETCHING)
    ser_entry_set_state (entry, SER_STATE_QUEUED, NULL);
  else
    return TRUE;
  return ser_store_update (store, entry, error);
}

/* What is not done has none: the server may have ended before they were removed. */
static void
remove_left_results (const char *data, const char *id)
{
  g_autofree char *results = make_results_path (data, id);

  ser_folder_remove (results, NULL);
}

GPtrArray *
ser_data_recover (SerStore *store, const char *data, guint attempts, GError **error)
{
  SerQuery all = { .state = SER_N_STATES, .sort = SER_SORT_CREATED, .limit = G_MAXINT32 };
  g_autofree char *recordings = g_build_filename (data, RECORDINGS, NULL);
  g_autofree char *incoming = g_build_filename (data, INCOMING, NULL);
  g_autoptr (GPtrArray) entries = ser_store_list (store, &all, NULL, error);
  g_autoptr (GPtrArray) queued = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);

  if (!entries)
    return NULL;
  for (guint i = 0; i < entries->len; i++) {
    SerEntry *entry = entries->pdata[i];

    if (!take_up (store, entry, attempts, error))
      return NULL;
    g_hash_table_add (known, entry->id);
    if (entry->state != SER_STATE_DONE)
      remove_left_results (data, entry->id);
    if (entry->state == SER_STATE_QUEUED)
      g_ptr_array_add (queued, g_strdup (entry->id));
  }
  if (!empty_folder (incoming, NULL, error) || !empty_folder (recordings, known, error))
    return NULL;
  return g_steal_pointer (&queued);
}
