/* folder-watch.c - a folder in which somebody writes who is not trusted
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "folder-watch.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/statvfs.h>

#define DEPTH 4   /* of folders in it */
#define BLOCK 512 /* bytes, of st_blocks */

struct _SerFolderWatch {
  char *path;
  guint64 before, max_growth;
  void (*func) (gpointer data);
  gpointer data;
  guint timer;
};

/* ---- what is there ---- */

typedef struct {
  guint64 bytes;
  guint names;
} Extent;

static gboolean measure (const char *path, guint depth, Extent *extent);

/* What is gone meanwhile takes no room. */
static gboolean
measure_one (const char *path, guint depth, Extent *extent)
{
  GStatBuf status;

  if (++extent->names > SER_FOLDER_NAMES)
    return FALSE;
  if (g_lstat (path, &status) != 0)
    return errno == ENOENT;
  extent->bytes += (guint64) status.st_blocks * BLOCK;
  return !S_ISDIR (status.st_mode) || measure (path, depth + 1, extent);
}

/* Bounded, whatever is there. FALSE: it is more than that, or cannot be looked at. */
static gboolean
measure (const char *path, guint depth, Extent *extent)
{
  g_autoptr (GDir) dir = depth <= DEPTH ? g_dir_open (path, 0, NULL) : NULL;
  const char *name;

  if (!dir)
    return depth <= DEPTH && !g_file_test (path, G_FILE_TEST_EXISTS);
  while ((name = g_dir_read_name (dir))) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    if (!measure_one (child, depth, extent))
      return FALSE;
  }
  return TRUE;
}

/* ---- whether that is too much ---- */

static gboolean
has_room (const char *path)
{
  struct statvfs disk;

  return statvfs (path, &disk) != 0 || (guint64) disk.f_bavail * disk.f_frsize >= SER_FOLDER_FREE;
}

char *
ser_folder_watch_judge (const SerFolderWatch *watch)
{
  Extent extent = { 0 };

  if (!measure (watch->path, 0, &extent))
    return g_strdup_printf ("it wrote more than %d files, or folders in folders", SER_FOLDER_NAMES);
  if (extent.bytes > watch->before + watch->max_growth)
    return g_strdup_printf ("it wrote more than %" G_GUINT64_FORMAT " MiB", watch->max_growth >> 20);
  return has_room (watch->path) ? NULL : g_strdup ("there is no room on the server's disk");
}

static gboolean
on_look (gpointer data)
{
  SerFolderWatch *watch = data;

  watch->func (watch->data);
  return G_SOURCE_CONTINUE;
}

/* ---- from start to end ---- */

SerFolderWatch *
ser_folder_watch_new (const char *path, guint64 max_growth, void (*func) (gpointer data), gpointer data)
{
  SerFolderWatch *watch = g_new0 (SerFolderWatch, 1);
  Extent extent = { 0 };

  measure (path, 0, &extent);
  watch->path = g_strdup (path);
  watch->before = extent.bytes;
  watch->max_growth = max_growth;
  watch->func = func;
  watch->data = data;
  watch->timer = g_timeout_add_seconds (1, on_look, watch);
  return watch;
}

void
ser_folder_watch_free (SerFolderWatch *watch)
{
  if (!watch)
    return;
  g_source_remove (watch->timer);
  g_free (watch->path);
  g_free (watch);
}
