/* turns.h - who speaks when
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_TURNS_H
#define SER_TURNS_H

#include <glib.h>

typedef struct {
  double start, end; /* s, start < end */
  guint speaker;     /* index into SerTurns.speakers */
} SerTurn;

/* In order of their starts; turns may overlap. */
typedef struct {
  GArray *turns;       /* SerTurn */
  GPtrArray *speakers; /* char *, in order of their first turns */
} SerTurns;

/* Reads RTTM, CSV with the columns start,end,speaker, or a TextGrid of Praat, told apart by what is in the file. Fails
 * with SER_ERROR_FILE when it cannot be read and SER_ERROR_DATA, naming file and line, when it is malformed. */
SerTurns *ser_turns_load (const char *path, GError **error);
void ser_turns_free (SerTurns *turns);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerTurns, ser_turns_free)

#endif /* SER_TURNS_H */
