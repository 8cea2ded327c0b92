/* folder-watch.h - a folder in which somebody writes who is not trusted
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * The system limits the size of each file that a process writes, but not how many it writes.
 */

#ifndef SER_FOLDER_WATCH_H
#define SER_FOLDER_WATCH_H

#include <glib.h>

#define SER_FOLDER_NAMES 1000                          /* at most */
#define SER_FOLDER_FREE (G_GUINT64_CONSTANT (4) << 20) /* bytes that are left on its disk, at least */

typedef struct _SerFolderWatch SerFolderWatch;

/* Looks at the folder, an existing one, each second from now on: by how much it has grown. */
SerFolderWatch *ser_folder_watch_new (
    const char *path, guint64 max_growth, void (*func) (gpointer data), gpointer data);
void ser_folder_watch_free (SerFolderWatch *watch);

/* Why what was written is too much, for people, or NULL. Free with g_free(). `func` is called each second, to ask. */
char *ser_folder_watch_judge (const SerFolderWatch *watch);

#endif /* SER_FOLDER_WATCH_H */
