/* play.h - what the tests of the examples share: running one, and playing back what it wrote
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef PLAY_H
#define PLAY_H

#include <gst/gst.h>

#include "ser.h"

G_BEGIN_DECLS

typedef struct {
  double start, end; /* seconds */
  char *text;        /* "anger 74 %" */
} PlayCue;

/* TRUE when all of these elements and programs, by spaces, exist; else skips the test, saying which does not. */
gboolean play_has (const char *elements, const char *programs);

/* The project's own sample, and a recording of the test data or NULL where there is none; free with g_free(). */
char *play_sample (void);
char *play_data (const char *name);

/* Runs examples/NAME (or, where it is absolute, that program) with the words of a shell-like line, for at most a
 * minute; gives its standard output. The test fails, showing standard error, unless it succeeds. Free with g_free(). */
char *play_example (const char *name, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Runs a pipeline to its end; the test fails where it has an error. `func` is called for each message of an element. */
void play_run (const char *line, void (*func) (const GstStructure *message, gpointer data), gpointer data);

/* The messages of seremotion, with these properties, for a recording: GstStructure, unref the array. */
GPtrArray *play_results (const char *path, const char *properties);

/* A number and, in seconds, a time of a message. */
double play_get_double (const GstStructure *result, const char *field);
double play_get_seconds (const GstStructure *result, const char *field);

/* The text that comes to the fakesink named `cues` of a pipeline: PlayCue, but for empty texts. Unref the array. */
GArray *play_cues (const char *line);

/* The segments of results, as ser.h has them, but for those without speech: PlayCue with the label as text. */
GArray *play_segments (GPtrArray *results);

/* Cues that go on where the one before ended with the same label are made one, with the label as text. */
GArray *play_join (const GArray *cues);

/* Asserts that as many cues with the same labels begin and end at the same times, to within `tolerance` seconds. */
void play_assert_same (const GArray *cues, const GArray *expected, double tolerance);

G_END_DECLS

#endif /* PLAY_H */
