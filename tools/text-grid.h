/* text-grid.h - interval tiers of a TextGrid of Praat
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Praat's manual, "TextGrid file formats": of a text file, long or short, only free-standing numbers, quoted strings
 * and flags count; all else is there for people.
 */

#ifndef SER_TEXT_GRID_H
#define SER_TEXT_GRID_H

#include <glib.h>

typedef struct {
  double start, end; /* s */
  char *text;
  guint line;
} SerTextGridInterval;

typedef struct {
  char *name;
  GArray *intervals; /* SerTextGridInterval */
} SerTextGridTier;

/* Whether a text is a TextGrid, to go by its beginning. */
gboolean ser_text_grid_is (const char *text);

/* The interval tiers (SerTextGridTier *) of a text in UTF-8; point tiers are left out. Fails with SER_ERROR_DATA,
 * naming `path` and the line. */
GPtrArray *ser_text_grid_parse (const char *text, const char *path, GError **error);

#endif /* SER_TEXT_GRID_H */
