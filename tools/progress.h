/* progress.h - a bar with the time left, on a terminal only, or lines for a program to read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_PROGRESS_H
#define SER_PROGRESS_H

#include <glib.h>

typedef struct _SerProgress SerProgress;

/* A bar on standard error, or nothing at all when that is no terminal. `title` is copied. */
SerProgress *ser_progress_new (const char *title);

/* Has it write lines `progress FRACTION` instead, at most four a second and one at 1, whatever standard error is. To be
 * called before the first update. */
void ser_progress_write_lines (SerProgress *progress);

/* Wipes the bar off the terminal. */
void ser_progress_free (SerProgress *progress);

/* Draws the bar at `fraction` of the whole, with `note` behind it, at most ten times a second. */
void ser_progress_update (SerProgress *progress, double fraction, const char *note);

/* Wipes the bar so that a line may be printed; the next update draws it again. */
void ser_progress_clear (SerProgress *progress);

gboolean ser_progress_is_shown (const SerProgress *progress);

/* "1:02:03" or "2:03", rounded down. Free with g_free(). */
char *ser_progress_format_time (double seconds);

#endif /* SER_PROGRESS_H */
