/* json-read.h - JSON that the subcommands wrote, read back
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Every refusal is SER_ERROR_DATA and names the file, the member and what was expected of it.
 */

#ifndef SER_JSON_READ_H
#define SER_JSON_READ_H

#include <json-glib/json-glib.h>

typedef struct _SerJsonFile SerJsonFile;

/* A value in a file, valid as long as the file is. */
typedef struct {
  const char *file;
  JsonNode *node;
  char place[128]; /* "" for the root, else as in "calibration.before.bins[3].low" */
} SerJsonValue;

/* Reads a file whose root is an object. Foreign files are safe to try: what nests deeply, on which json-glib before
 * 1.10 overflows the stack, is refused before it is parsed. Fails with SER_ERROR_FILE when the file cannot be read. */
SerJsonFile *ser_json_file_load (const char *path, GError **error);

/* The same of text that is at hand; `name` is what messages call it. */
SerJsonFile *ser_json_file_parse (const char *name, const char *text, gsize size, GError **error);
void ser_json_file_free (SerJsonFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerJsonFile, ser_json_file_free)

SerJsonValue ser_json_file_root (const SerJsonFile *file);

/* Checks the root's member `schema`; `writer` is the command that writes such files. */
gboolean ser_json_file_check_schema (const SerJsonFile *file, const char *schema, const char *writer, GError **error);

/* A member of an object, of any type. */
gboolean ser_json_get (const SerJsonValue *object, const char *name, SerJsonValue *member, GError **error);

/* A member that is an array of at least one element, and its length; and the element `i`, which must exist. */
gboolean ser_json_get_array (
    const SerJsonValue *object, const char *name, SerJsonValue *array, guint *n, GError **error);
SerJsonValue ser_json_element (const SerJsonValue *array, guint i);

/* The same of one that may be empty. */
gboolean ser_json_get_list (
    const SerJsonValue *object, const char *name, SerJsonValue *array, guint *n, GError **error);

/* The value as an array of exactly n elements. */
gboolean ser_json_check_length (const SerJsonValue *array, guint n, GError **error);

/* The value as a whole number of 0 to 2^32-1; as text; as a number in [low, high]; as the same, NAN where it is null.
 * */
gboolean ser_json_as_count (const SerJsonValue *value, guint *count, GError **error);
gboolean ser_json_as_text (const SerJsonValue *value, const char **text, GError **error);
gboolean ser_json_as_number (const SerJsonValue *value, double low, double high, double *number, GError **error);
gboolean ser_json_as_figure (const SerJsonValue *value, double low, double high, double *number, GError **error);

/* A member that is true or false. */
gboolean ser_json_get_boolean (const SerJsonValue *object, const char *name, gboolean *value, GError **error);

/* Members: a whole number; a number in [low, high]; the same, NAN where it is null or left out. */
gboolean ser_json_get_count (const SerJsonValue *object, const char *name, guint *count, GError **error);
gboolean ser_json_get_number (
    const SerJsonValue *object, const char *name, double low, double high, double *number, GError **error);
gboolean ser_json_get_figure (
    const SerJsonValue *object, const char *name, double low, double high, double *number, GError **error);

/* A member's text, NULL when there is no such text. */
const char *ser_json_find_text (const SerJsonValue *object, const char *name);

#endif /* SER_JSON_READ_H */
