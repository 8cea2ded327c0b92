/* json-read.c - JSON that the subcommands wrote, read back
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "json-read.h"

#include <math.h>
#include <string.h>

#include "model/error.h"

#define MAX_DEPTH 32
#define MAX_SHOWN 40 /* characters of a value in a message */

struct _SerJsonFile {
  char *name;
  JsonParser *parser;
};

/* ---- files ---- */

/* What the text holds that json-glib must not see, or NULL. Comments and single quotes, which it takes and JSON has
 * not, would hide brackets from this count. */
static const char *
find_fault (const char *text, gsize size)
{
  gboolean quoted = FALSE;
  guint depth = 0;

  for (gsize i = 0; i < size; i++) {
    char c = text[i];

    if (c == '\0' || (!quoted && strchr ("/#'", c)))
      return "not JSON";
    if (c == '"')
      quoted = !quoted;
    else if (quoted)
      i += c == '\\';
    else if ((c == '[' || c == '{') && ++depth > MAX_DEPTH)
      return "nested too deeply; seremotion writes no such file";
    else if ((c == ']' || c == '}') && depth > 0)
      depth--;
  }
  return NULL;
}

static gboolean
parse (SerJsonFile *file, const char *text, gsize size, GError **error)
{
  const char *fault = find_fault (text, size);
  g_autoptr (GError) local = NULL;
  JsonNode *root;

  if (fault)
    return ser_fail (error, SER_ERROR_DATA, "%s: %s", file->name, fault);
  if (!json_parser_load_from_data (file->parser, text, (gssize) size, &local))
    return ser_fail (error, SER_ERROR_DATA, "%s: not JSON: %s", file->name, local->message);
  root = json_parser_get_root (file->parser);
  if (!root || !JSON_NODE_HOLDS_OBJECT (root))
    return ser_fail (error, SER_ERROR_DATA, "%s: expected a JSON object, as seremotion's --json writes", file->name);
  return TRUE;
}

SerJsonFile *
ser_json_file_parse (const char *name, const char *text, gsize size, GError **error)
{
  g_autoptr (SerJsonFile) file = g_new0 (SerJsonFile, 1);

  file->name = g_filename_display_name (name);
  file->parser = json_parser_new_immutable ();
  return parse (file, text, size, error) ? g_steal_pointer (&file) : NULL;
}

SerJsonFile *
ser_json_file_load (const char *path, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *text = NULL;
  gsize size;

  if (g_file_get_contents (path, &text, &size, &local))
    return ser_json_file_parse (path, text, size, error);
  ser_fail (error, SER_ERROR_FILE, "%s", local->message);
  return NULL;
}

void
ser_json_file_free (SerJsonFile *file)
{
  if (!file)
    return;
  g_object_unref (file->parser);
  g_free (file->name);
  g_free (file);
}

SerJsonValue
ser_json_file_root (const SerJsonFile *file)
{
  return (SerJsonValue){ file->name, json_parser_get_root (file->parser), "" };
}

gboolean
ser_json_file_check_schema (const SerJsonFile *file, const char *schema, const char *writer, GError **error)
{
  SerJsonValue root = ser_json_file_root (file);
  const char *found = ser_json_find_text (&root, "schema");

  if (g_strcmp0 (found, schema) == 0)
    return TRUE;
  return ser_fail (error, SER_ERROR_DATA, "%s: schema `%s`: expected %s, as `%s` writes", file->name,
      found ? found : "", schema, writer);
}

/* ---- values ---- */

static gboolean
is_number (const SerJsonValue *value)
{
  GType type = JSON_NODE_HOLDS_VALUE (value->node) ? json_node_get_value_type (value->node) : G_TYPE_INVALID;

  return type == G_TYPE_INT64 || type == G_TYPE_DOUBLE;
}

/* The value as JSON, a number with as many digits as anybody wrote, cut where it is long. Free with g_free(). */
static char *
show (const SerJsonValue *value)
{
  g_autofree char *text = is_number (value) ? g_strdup_printf ("%.10g", json_node_get_double (value->node))
                                            : json_to_string (value->node, FALSE);

  return g_utf8_substring (text, 0, MIN (MAX_SHOWN, g_utf8_strlen (text, -1)));
}

static gboolean
refuse (const SerJsonValue *value, const char *expected, GError **error)
{
  g_autofree char *shown = show (value);

  return ser_fail (error, SER_ERROR_DATA, "%s: %s `%s`: expected %s", value->file, value->place, shown, expected);
}

static gboolean
refuse_range (const SerJsonValue *value, double low, double high, GError **error)
{
  g_autofree char *expected = high < G_MAXDOUBLE ? g_strdup_printf ("a number of %g to %g", low, high)
                                                 : g_strdup_printf ("a number of %g or more", low);

  return refuse (value, expected, error);
}

/* FALSE where the object has no such member. */
static gboolean
find (const SerJsonValue *object, const char *name, SerJsonValue *member)
{
  member->file = object->file;
  g_snprintf (member->place, sizeof member->place, "%s%s%s", object->place, *object->place ? "." : "", name);
  member->node =
      JSON_NODE_HOLDS_OBJECT (object->node) ? json_object_get_member (json_node_get_object (object->node), name) : NULL;
  return member->node != NULL;
}

gboolean
ser_json_get (const SerJsonValue *object, const char *name, SerJsonValue *member, GError **error)
{
  return find (object, name, member)
      || ser_fail (error, SER_ERROR_DATA, "%s: there is no member `%s`", member->file, member->place);
}

static guint
count_elements (const SerJsonValue *value)
{
  return JSON_NODE_HOLDS_ARRAY (value->node) ? json_array_get_length (json_node_get_array (value->node)) : 0;
}

gboolean
ser_json_get_array (const SerJsonValue *object, const char *name, SerJsonValue *array, guint *n, GError **error)
{
  if (!ser_json_get (object, name, array, error))
    return FALSE;
  *n = count_elements (array);
  return *n > 0 || refuse (array, "a list that is not empty", error);
}

gboolean
ser_json_get_list (const SerJsonValue *object, const char *name, SerJsonValue *array, guint *n, GError **error)
{
  if (!ser_json_get (object, name, array, error))
    return FALSE;
  *n = count_elements (array);
  return JSON_NODE_HOLDS_ARRAY (array->node) || refuse (array, "a list", error);
}

SerJsonValue
ser_json_element (const SerJsonValue *array, guint i)
{
  SerJsonValue element = { array->file, json_array_get_element (json_node_get_array (array->node), i), "" };

  g_snprintf (element.place, sizeof element.place, "%s[%u]", array->place, i);
  return element;
}

gboolean
ser_json_check_length (const SerJsonValue *array, guint n, GError **error)
{
  g_autofree char *expected = g_strdup_printf ("a list of %u", n);

  return (JSON_NODE_HOLDS_ARRAY (array->node) && json_array_get_length (json_node_get_array (array->node)) == n)
      || refuse (array, expected, error);
}

gboolean
ser_json_as_count (const SerJsonValue *value, guint *count, GError **error)
{
  gint64 found = is_number (value) && json_node_get_value_type (value->node) == G_TYPE_INT64
      ? json_node_get_int (value->node)
      : -1;

  if (found < 0 || found > G_MAXUINT32)
    return refuse (value, "a whole number of 0 or more", error);
  *count = found;
  return TRUE;
}

gboolean
ser_json_as_text (const SerJsonValue *value, const char **text, GError **error)
{
  *text = JSON_NODE_HOLDS_VALUE (value->node) ? json_node_get_string (value->node) : NULL;
  return *text || refuse (value, "text", error);
}

gboolean
ser_json_as_number (const SerJsonValue *value, double low, double high, double *number, GError **error)
{
  *number = is_number (value) ? json_node_get_double (value->node) : NAN;
  return (*number >= low && *number <= high) || refuse_range (value, low, high, error);
}

gboolean
ser_json_as_figure (const SerJsonValue *value, double low, double high, double *number, GError **error)
{
  *number = NAN;
  return JSON_NODE_HOLDS_NULL (value->node) || ser_json_as_number (value, low, high, number, error);
}

/* ---- members ---- */

gboolean
ser_json_get_boolean (const SerJsonValue *object, const char *name, gboolean *value, GError **error)
{
  SerJsonValue member;

  if (!ser_json_get (object, name, &member, error))
    return FALSE;
  if (!JSON_NODE_HOLDS_VALUE (member.node) || json_node_get_value_type (member.node) != G_TYPE_BOOLEAN)
    return refuse (&member, "true or false", error);
  *value = json_node_get_boolean (member.node);
  return TRUE;
}

gboolean
ser_json_get_count (const SerJsonValue *object, const char *name, guint *count, GError **error)
{
  SerJsonValue member;

  return ser_json_get (object, name, &member, error) && ser_json_as_count (&member, count, error);
}

gboolean
ser_json_get_number (
    const SerJsonValue *object, const char *name, double low, double high, double *number, GError **error)
{
  SerJsonValue member;

  return ser_json_get (object, name, &member, error) && ser_json_as_number (&member, low, high, number, error);
}

gboolean
ser_json_get_figure (
    const SerJsonValue *object, const char *name, double low, double high, double *number, GError **error)
{
  SerJsonValue member;

  *number = NAN;
  return !find (object, name, &member) || ser_json_as_figure (&member, low, high, number, error);
}

const char *
ser_json_find_text (const SerJsonValue *object, const char *name)
{
  SerJsonValue member;

  return find (object, name, &member) && JSON_NODE_HOLDS_VALUE (member.node) ? json_node_get_string (member.node)
                                                                             : NULL;
}
