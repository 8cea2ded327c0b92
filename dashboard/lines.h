/* lines.h - a stream of somebody who is not trusted, line by line
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Reads a little at a time, in turn with all else that wants the main loop: a flood leaves it to others, and the flood
 * of another, as of media that are sent, leaves it to this.
 */

#ifndef SER_LINES_H
#define SER_LINES_H

#include <gio/gio.h>

typedef struct _SerLines SerLines;

/* A line without its end, made valid UTF-8. */
typedef void (*SerLinesFunc) (const char *line, gpointer data);

/* The stream has ended; too_long: what came was longer than a line may be, and nothing more is read. Called once, after
 * the last line, by the main loop. */
typedef void (*SerLinesEndFunc) (gboolean too_long, gpointer data);

/* Reads the stream, of which it takes a reference; lines of at most `max` bytes. */
SerLines *ser_lines_new (GInputStream *stream, gsize max, SerLinesFunc on_line, SerLinesEndFunc on_end, gpointer data);

/* Stops reading: nothing is called any more. May be called from either function. */
void ser_lines_free (SerLines *lines);

#endif /* SER_LINES_H */
