/* folder-remove.c - a folder removed with all in it, whoever filled it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Folders in it are moved up and emptied there: however deep they lie, no path is too long and no stack too small.
 */

#include "results.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/error.h"

typedef struct {
  int top;         /* the folder that is removed */
  guint n_moved;   /* folders that were moved up */
  gboolean failed; /* `number` says why */
  int number;
} Removal;

static gboolean
fail (Removal *removal)
{
  if (!removal->failed)
    removal->number = errno;
  removal->failed = TRUE;
  return FALSE;
}

/* Nothing there counts as removed. */
static gboolean
unlink_one (int at, const char *name)
{
  return unlinkat (at, name, 0) == 0 || errno == ENOENT || unlinkat (at, name, AT_REMOVEDIR) == 0;
}

/* Opens a folder that may have been locked, for all that removing wants. */
static DIR *
open_folder (int at, const char *name)
{
  int fd = openat (at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *dir;

  if (fd < 0 && errno == EACCES && fchmodat (at, name, S_IRWXU, 0) == 0)
    fd = openat (at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return NULL;
  fchmod (fd, S_IRWXU);
  dir = fdopendir (fd);
  if (!dir)
    close (fd);
  return dir;
}

static const char *
read_name (DIR *dir)
{
  const struct dirent *entry;

  do
    entry = readdir (dir);
  while (entry && (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0));
  return entry ? entry->d_name : NULL;
}

/* To a name that nothing there has. */
static gboolean
move_up (Removal *removal, int at, const char *name)
{
  char other[32];

  fchmodat (at, name, S_IRWXU, 0);
  do
    snprintf (other, sizeof other, "moved-%u", removal->n_moved++);
  while (renameat (at, name, removal->top, other) != 0 && (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR));
  return faccessat (removal->top, other, F_OK, AT_SYMLINK_NOFOLLOW) == 0 || fail (removal);
}

/* Removes a folder in the first one, whose folders are moved beside it. */
static gboolean
flatten (Removal *removal, const char *name)
{
  DIR *dir = open_folder (removal->top, name);
  const char *inner;

  if (!dir)
    return fail (removal);
  while (!removal->failed && (inner = read_name (dir)))
    if (!unlink_one (dirfd (dir), inner))
      move_up (removal, dirfd (dir), inner);
  closedir (dir);
  return !removal->failed && (unlinkat (removal->top, name, AT_REMOVEDIR) == 0 || fail (removal));
}

/* Until a look at it finds nothing any more. */
static void
empty (Removal *removal, DIR *top)
{
  gboolean found = TRUE;
  const char *name;

  removal->top = dirfd (top);
  while (found && !removal->failed) {
    found = FALSE;
    rewinddir (top);
    while (!removal->failed && (name = read_name (top))) {
      found = TRUE;
      if (!unlink_one (removal->top, name))
        flatten (removal, name);
    }
  }
}

gboolean
ser_folder_remove (const char *path, GError **error)
{
  Removal removal = { .top = -1 };
  DIR *top;

  if (unlink_one (AT_FDCWD, path))
    return TRUE;
  if ((top = open_folder (AT_FDCWD, path))) {
    empty (&removal, top);
    closedir (top);
  }
  if (top && !removal.failed && rmdir (path) == 0)
    return TRUE;
  return ser_fail (
      error, SER_ERROR_FILE, "%s: cannot be removed: %s", path, g_strerror (removal.failed ? removal.number : errno));
}
