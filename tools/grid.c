/* grid.c - the file that says which trainings `seremotion tune` runs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "grid.h"

#include <stdarg.h>
#include <string.h>

#include "model/error.h"

typedef enum { SECTION_NONE, SECTION_FIXED, SECTION_GRID, SECTION_ROWS } Section;

typedef struct {
  SerGrid *grid;
  Section section;
  gboolean in_table; /* the section's table has its header */
  GHashTable *lines; /* char * key -> where it is set */
  guint line;
} Parser;

gboolean
ser_grid_fail (GError **error, const SerGrid *grid, guint line, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  return ser_fail (error, SER_ERROR_CONFIG, "%s:%u: %s", grid->path, line, message);
}

/* ---- memory ---- */

static void
clear_setting (gpointer data)
{
  SerSetting *setting = data;

  g_free (setting->key);
  g_free (setting->value);
}

GArray *
ser_settings_new (void)
{
  GArray *settings = g_array_new (FALSE, TRUE, sizeof (SerSetting));

  g_array_set_clear_func (settings, clear_setting);
  return settings;
}

void
ser_settings_add (GArray *settings, const char *key, const char *value, guint line)
{
  SerSetting setting = { g_strdup (key), g_strdup (value), line };

  g_array_append_val (settings, setting);
}

static void
free_factor (gpointer data)
{
  SerGridFactor *factor = data;

  g_ptr_array_unref (factor->keys);
  g_array_unref (factor->settings);
  g_free (factor);
}

void
ser_grid_free (SerGrid *grid)
{
  if (!grid)
    return;
  g_free (grid->path);
  g_free (grid->title);
  g_array_unref (grid->fixed);
  g_ptr_array_unref (grid->factors);
  g_ptr_array_unref (grid->columns);
  g_free (grid);
}

/* ---- lines ---- */

/* Notes that a key is set here; a corpus has several keys of one name, which can only be fixed. */
static gboolean
note_key (Parser *parser, const char *key, GError **error)
{
  static const char *const repeatable[] = { "corpus", "manifest", "data", "map", NULL };
  gboolean named = *key == '$' ? key[1] && key[1 + strspn (key + 1, SER_GRID_NAME)] == '\0'
                               : g_ascii_islower (*key) && key[strspn (key, G_CSET_a_2_z "-")] == '\0';
  guint before = GPOINTER_TO_UINT (g_hash_table_lookup (parser->lines, key));

  if (!named)
    return ser_grid_fail (error, parser->grid, parser->line,
        "`%s` is no key; expected an option of `seremotion train` without its hyphens, or $NAME for a variable", key);
  if (g_strv_contains (repeatable, key)) {
    if (parser->section == SECTION_FIXED)
      return TRUE;
    return ser_grid_fail (
        error, parser->grid, parser->line, "`%s` cannot vary; put it under [fixed], or on the command line", key);
  }
  if (before)
    return ser_grid_fail (
        error, parser->grid, parser->line, "`%s` is set in line %u already; take one of them out", key, before);
  g_hash_table_insert (parser->lines, g_strdup (key), GUINT_TO_POINTER (parser->line));
  return TRUE;
}

/* The cells of a line between its bars, without the blanks around them. */
static char **
split_cells (const char *text)
{
  char **cells = g_strsplit (text, "|", -1);

  for (guint i = 0; cells[i]; i++)
    g_strstrip (cells[i]);
  return cells;
}

static SerGridFactor *
add_factor (Parser *parser, const char *const *keys)
{
  SerGridFactor *factor = g_new (SerGridFactor, 1);

  *factor = (SerGridFactor){ g_ptr_array_new_with_free_func (g_free), ser_settings_new () };
  for (; *keys; keys++) {
    g_ptr_array_add (factor->keys, g_strdup (*keys));
    g_ptr_array_add (parser->grid->columns, g_strdup (**keys == '$' ? *keys + 1 : *keys));
  }
  g_ptr_array_add (parser->grid->factors, factor);
  return factor;
}

static gboolean
read_list (Parser *parser, const char *key, const char *value, GError **error)
{
  const char *keys[] = { key, NULL };
  g_auto (GStrv) cells = split_cells (value);
  SerGridFactor *factor = add_factor (parser, keys);

  for (guint i = 0; cells[i]; i++) {
    for (guint j = 0; j < i; j++)
      if (strcmp (cells[i], cells[j]) == 0)
        return ser_grid_fail (error, parser->grid, parser->line, "`%s` has the value `%s` twice", key, cells[i]);
    ser_settings_add (factor->settings, key, cells[i], parser->line);
  }
  return TRUE;
}

static gboolean
read_pair (Parser *parser, const char *text, GError **error)
{
  const char *equals = strchr (text, '=');
  g_autofree char *key = equals ? g_strndup (text, equals - text) : NULL;
  const char *value = equals ? equals + 1 + strspn (equals + 1, " \t") : NULL;

  if (!equals)
    return ser_grid_fail (error, parser->grid, parser->line, "`%s`: expected KEY = VALUE", text);
  g_strchomp (key);
  if (parser->section == SECTION_NONE) {
    if (strcmp (key, "title") != 0)
      return ser_grid_fail (error, parser->grid, parser->line,
          "`%s` stands before the first section; put it under [fixed] or [grid]", key);
    g_free (parser->grid->title);
    parser->grid->title = g_strdup (value);
    return TRUE;
  }
  if (!note_key (parser, key, error))
    return FALSE;
  if (parser->section == SECTION_GRID)
    return read_list (parser, key, value, error);
  if (strchr (value, '|'))
    return ser_grid_fail (
        error, parser->grid, parser->line, "`%s` has several values; what varies goes under [grid]", key);
  ser_settings_add (parser->grid->fixed, key, value, parser->line);
  return TRUE;
}

static gboolean
read_row (Parser *parser, const char *text, GError **error)
{
  g_auto (GStrv) cells = split_cells (text);
  SerGridFactor *factor = parser->in_table ? parser->grid->factors->pdata[parser->grid->factors->len - 1] : NULL;
  guint n = g_strv_length (cells);

  if (!factor) {
    for (guint i = 0; i < n; i++)
      if (!note_key (parser, cells[i], error))
        return FALSE;
    add_factor (parser, (const char *const *) cells);
    parser->in_table = TRUE;
    return TRUE;
  }
  if (n != factor->keys->len)
    return ser_grid_fail (error, parser->grid, parser->line,
        "%u cells, but the table has %u columns; put a | between every two", n, factor->keys->len);
  for (guint i = 0; i < n; i++)
    ser_settings_add (factor->settings, factor->keys->pdata[i], cells[i], parser->line);
  return TRUE;
}

static gboolean
read_section (Parser *parser, const char *text, GError **error)
{
  static const char *const names[] = { "[fixed]", "[grid]", "[rows]" };

  parser->in_table = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (text, names[i]) == 0) {
      parser->section = SECTION_FIXED + i;
      return TRUE;
    }
  return ser_grid_fail (
      error, parser->grid, parser->line, "no such section: %s; expected [fixed], [grid] or [rows]", text);
}

static gboolean
read_lines (Parser *parser, char **lines, GError **error)
{
  for (guint i = 0; lines[i]; i++) {
    const char *text = g_strstrip (lines[i]);
    gboolean ok;

    parser->line = i + 1;
    if (*text == '\0' || *text == '#')
      continue;
    ok = *text == '['                     ? read_section (parser, text, error)
        : parser->section == SECTION_ROWS ? read_row (parser, text, error)
                                          : read_pair (parser, text, error);
    if (!ok)
      return FALSE;
  }
  for (guint i = 0; i < parser->grid->factors->len; i++) {
    const SerGridFactor *factor = parser->grid->factors->pdata[i];
    if (factor->settings->len == 0)
      return ser_grid_fail (
          error, parser->grid, parser->line, "the table of `%s` has no rows", (char *) factor->keys->pdata[0]);
  }
  return TRUE;
}

/* ---- the file ---- */

static SerGrid *
grid_new (const char *path)
{
  SerGrid *grid = g_new0 (SerGrid, 1);

  grid->path = g_strdup (path);
  grid->title = g_path_get_basename (path);
  grid->fixed = ser_settings_new ();
  grid->factors = g_ptr_array_new_with_free_func (free_factor);
  grid->columns = g_ptr_array_new_with_free_func (g_free);
  return grid;
}

SerGrid *
ser_grid_load (const char *path, GError **error)
{
  g_autoptr (SerGrid) grid = grid_new (path);
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Parser parser = { .grid = grid, .lines = keys };
  g_autofree char *text = NULL;
  g_autoptr (GError) local = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, &local)) {
    ser_fail (error, SER_ERROR_FILE, "%s", local->message);
    return NULL;
  }
  if (!g_utf8_validate (text, -1, NULL)) {
    ser_fail (error, SER_ERROR_CONFIG, "%s: expected text in UTF-8", path);
    return NULL;
  }
  lines = g_strsplit (text, "\n", -1);
  return read_lines (&parser, lines, error) ? g_steal_pointer (&grid) : NULL;
}
