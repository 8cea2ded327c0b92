/* fixture.h - folders, sounds and runs of the program for the tests of the tools
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef TOOLS_FIXTURE_H
#define TOOLS_FIXTURE_H

#include <json-glib/json-glib.h>

/* g_test_init() with a fresh folder as XDG_CACHE_HOME. */
void fixture_init (int *argc, char ***argv);

/* g_test_run(), then removes every folder made below. */
int fixture_run (void);

/* A fresh, empty folder; free with g_free(). */
char *fixture_folder (void);

/* Writes text; `path` is made of the pieces of g_build_filename (folder, name). */
void fixture_write (const char *folder, const char *name, const char *text);

/* The path of a file in a folder; free with g_free(). */
char *fixture_path (const char *folder, const char *name);

/* Fails the test, showing the whole text, unless `part` is in it. */
void fixture_assert_has (const char *text, const char *part);

/* The object that a JSON file holds; it belongs to `parser`. */
JsonObject *fixture_load_json (const char *path, JsonParser *parser);

/* A 16-bit WAV file of n frames of interleaved samples. Folders are made as needed. */
void fixture_write_wav (
    const char *folder, const char *name, guint rate, guint channels, const gint16 *samples, gsize n);

/* A WAV file, 16 kHz mono, of a sound that says which `emotion` (0 to 5) it stands for; `take` varies it. */
void fixture_write_voice (const char *folder, const char *name, guint emotion, guint take, double seconds);

/* Such a sound as samples [n] at that rate; free with g_free(). */
gint16 *fixture_make_voice (guint rate, gsize *n, double seconds);

/* How many files and folders are in it. */
guint fixture_count_files (const char *folder);

/* Noise [n] at full scale / 4, from a seed; free with g_free(). */
gint16 *fixture_noise (guint32 seed, gsize n);

/* A small CREMA-D: four actors (1001 to 1004), the six emotions, two takes each of 1.1 s, with clips.csv (1004 is the
 * valid split), actors.csv (1001 and 1003 female) and voice_votes.csv. */
void fixture_write_crema_d (const char *folder);

/* Runs the seremotion program with the words of a shell-like command line; gives the exit status. Output and error may
 * be NULL; free with g_free(). */
int fixture_seremotion (char **output, char **error, const char *format, ...) G_GNUC_PRINTF (3, 4);

#endif /* TOOLS_FIXTURE_H */
