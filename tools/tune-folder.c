/* tune-folder.c - the folder that the results of a grid are kept in
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "tune-folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "model/error.h"

static gboolean
make_folder (const char *folder, GError **error)
{
  g_autofree char *runs = g_build_filename (folder, "runs", NULL);

  return g_mkdir_with_parents (runs, 0777) == 0
      || ser_fail (error, SER_ERROR_FILE, "--output %s: %s", folder, g_strerror (errno));
}

static int
lock_folder (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "runs", NULL);
  int fd = g_open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);

  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  ser_fail (error, SER_ERROR_FILE, "--output %s: %s", folder,
      errno == EWOULDBLOCK ? "another `seremotion tune` is at work there; wait for it, or name another folder"
                           : g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return -1;
}

int
ser_tune_folder_open (const char *folder, GError **error)
{
  return make_folder (folder, error) ? lock_folder (folder, error) : -1;
}

void
ser_tune_folder_close (int lock)
{
  if (lock >= 0)
    close (lock);
}

/* Files are written under a longer name and then renamed. */
void
ser_tune_folder_clean (const char *folder)
{
  g_autofree char *runs = g_build_filename (folder, "runs", NULL);
  g_autoptr (GDir) dir = g_dir_open (runs, 0, NULL);
  g_autoptr (GRegex) half = g_regex_new ("^[0-9a-f]{16}\\.(json|csv|safetensors)\\.[A-Z0-9]{6}$", 0, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (runs, name, NULL);

    if (g_regex_match (half, name, 0, NULL))
      g_unlink (path);
  }
}

gboolean
ser_tune_folder_reuse (const char *folder, const SerTuneTable *table, const char *from, GError **error)
{
  for (guint i = 0; i < table->rows->len; i++) {
    const char *id = ((const SerTuneRow *) table->rows->pdata[i])->id;
    g_autofree char *source = ser_tune_path (from, id, ".json"), *target = ser_tune_path (folder, id, ".json");
    g_autofree char *bytes = NULL;
    gsize size;

    if (!ser_tune_is_finished (from, id) || ser_tune_is_finished (folder, id))
      continue;
    if (!g_file_get_contents (source, &bytes, &size, error) || !g_file_set_contents (target, bytes, size, error))
      return FALSE;
  }
  return TRUE;
}

SerTuneTable *
ser_tune_folder_merge (const char *folder, char **folders, GError **error)
{
  g_autoptr (SerTuneTable) first = ser_tune_table_load (folders[0], error);

  if (!first)
    return NULL;
  for (guint i = 1; folders[i]; i++) {
    g_autoptr (SerTuneTable) other = ser_tune_table_load (folders[i], error);

    if (other && !ser_tune_table_equal (first, other))
      ser_fail (error, SER_ERROR_DATA,
          "%s and %s are of different grids, clips or versions; give the shards of one grid", folders[0], folders[i]);
    if (!other || !ser_tune_table_equal (first, other))
      return NULL;
  }
  for (guint i = 0; folders[i]; i++)
    if (!ser_tune_folder_reuse (folder, first, folders[i], error))
      return NULL;
  return ser_tune_table_save (first, folder, error) ? g_steal_pointer (&first) : NULL;
}
