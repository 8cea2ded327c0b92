/* json.h - JSON as the subcommands write it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_JSON_H
#define SER_JSON_H

#include <json-glib/json-glib.h>

/* Members of the object under way. A value that is not finite becomes null, as does a string that is NULL; text that
 * is not UTF-8 is made so. */
void ser_json_add_double (JsonBuilder *builder, const char *name, double value);
void ser_json_add_int (JsonBuilder *builder, const char *name, gint64 value);
void ser_json_add_string (JsonBuilder *builder, const char *name, const char *value);
void ser_json_add_boolean (JsonBuilder *builder, const char *name, gboolean value);

/* `strings` has n of them. */
void ser_json_add_strings (JsonBuilder *builder, const char *name, const char *const *strings, guint n);

/* The first n rows and columns of `values`, whose rows are `stride` apart. */
void ser_json_add_square (JsonBuilder *builder, const char *name, const guint *values, guint n, guint stride);

/* What was built as text, in one line; free with g_free(). */
char *ser_json_to_text (JsonBuilder *builder);

/* Writes what was built, indented. The file appears whole, by rename, or not at all. Fails with G_FILE_ERROR. */
gboolean ser_json_write (JsonBuilder *builder, const char *path, GError **error);

#endif /* SER_JSON_H */
