/* entry-json.h - a recording of the library as the API tells it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_ENTRY_JSON_H
#define SER_ENTRY_JSON_H

#include "json-read.h"
#include "store.h"

/* The object of docs/api.md, as a value of the builder; progress NAN: not known. */
void ser_entry_build (const SerEntry *entry, double progress, JsonBuilder *builder);

/* The same as text in one line. Free with g_free(). */
char *ser_entry_to_json (const SerEntry *entry, double progress);

/* Takes title, speaker, date, place, party and sex from an object, as far as they are there, and checks them. Fails
 * with SER_ERROR_DATA, naming the member. */
gboolean ser_labelling_read (SerLabelling *labelling, const SerJsonValue *object, GError **error);

/* A time of an entry as in RFC 3339, or NULL for 0. Free with g_free(). */
char *ser_entry_format_time (gint64 seconds);

/* The members of a labelling, in order, NULL-terminated, and where they are. */
#define SER_N_LABELLING 6
extern const char *const ser_labelling_names[SER_N_LABELLING + 1];
char **ser_labelling_get (SerLabelling *labelling, guint member);

#endif /* SER_ENTRY_JSON_H */
