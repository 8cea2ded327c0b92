/* json.c - JSON as the subcommands write it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "json.h"

#include <math.h>
#include <string.h>

/* json-glib 1.6 writes 1e-08 as `1e-08.0`, which no parser takes; the number next to it is written with a point. */
static double
make_writable (double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_dtostr (text, sizeof text, value);
  return strchr (text, 'e') && !strchr (text, '.') ? nextafter (value, 0) : value;
}

void
ser_json_add_double (JsonBuilder *builder, const char *name, double value)
{
  json_builder_set_member_name (builder, name);
  if (isfinite (value))
    json_builder_add_double_value (builder, make_writable (value));
  else
    json_builder_add_null_value (builder);
}

void
ser_json_add_int (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

void
ser_json_add_string (JsonBuilder *builder, const char *name, const char *value)
{
  g_autofree char *valid = value ? g_utf8_make_valid (value, -1) : NULL;

  json_builder_set_member_name (builder, name);
  if (valid)
    json_builder_add_string_value (builder, valid);
  else
    json_builder_add_null_value (builder);
}

void
ser_json_add_boolean (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

void
ser_json_add_strings (JsonBuilder *builder, const char *name, const char *const *strings, guint n)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; i < n; i++) {
    g_autofree char *valid = g_utf8_make_valid (strings[i], -1);
    json_builder_add_string_value (builder, valid);
  }
  json_builder_end_array (builder);
}

void
ser_json_add_square (JsonBuilder *builder, const char *name, const guint *values, guint n, guint stride)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint r = 0; r < n; r++) {
    json_builder_begin_array (builder);
    for (guint c = 0; c < n; c++)
      json_builder_add_int_value (builder, values[r * stride + c]);
    json_builder_end_array (builder);
  }
  json_builder_end_array (builder);
}

char *
ser_json_to_text (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);

  return json_to_string (root, FALSE);
}

gboolean
ser_json_write (JsonBuilder *builder, const char *path, GError **error)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = json_builder_get_root (builder);

  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  return json_generator_to_file (generator, path, error);
}
