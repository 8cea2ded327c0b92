/* store-list.c - the library searched and sorted
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "store-private.h"

#include <string.h>

/* ---- functions for SQL ---- */

static char *
fold_letters (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1), *apart = g_utf8_normalize (valid, -1, G_NORMALIZE_ALL);
  g_autofree char *lower = g_utf8_casefold (apart, -1);
  GString *bare = g_string_new (NULL);

  for (const char *p = lower; *p; p = g_utf8_next_char (p))
    if (!g_unichar_ismark (g_utf8_get_char (p)))
      g_string_append_unichar (bare, g_utf8_get_char (p));
  return g_string_free (bare, FALSE);
}

/* Without case, accents and forms of writing: "Ärzte" as "arzte". */
static char *
fold (const char *text)
{
  return g_str_is_ascii (text) ? g_ascii_strdown (text, -1) : fold_letters (text);
}

static void
sql_fold (sqlite3_context *context, int n, sqlite3_value **values)
{
  sqlite3_result_text (context, fold ((const char *) sqlite3_value_text (values[0])), -1, g_free);
}

/* has_words (WORDS, TEXT): whether all words, folded, occur in the text. */
static void
sql_has_words (sqlite3_context *context, int n, sqlite3_value **values)
{
  g_autofree char *text = fold ((const char *) sqlite3_value_text (values[1]));
  g_auto (GStrv) words = g_strsplit ((const char *) sqlite3_value_text (values[0]), " ", -1);
  gboolean found = TRUE;

  for (guint i = 0; words[i] && found; i++)
    found = strstr (text, words[i]) != NULL;
  sqlite3_result_int (context, found);
}

gboolean
ser_store_add_functions (SerStore *store, GError **error)
{
  int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;

  return (sqlite3_create_function_v2 (store->db, "fold", 1, flags, NULL, sql_fold, NULL, NULL, NULL) == SQLITE_OK
             && sqlite3_create_function_v2 (store->db, "has_words", 2, flags, NULL, sql_has_words, NULL, NULL, NULL)
                 == SQLITE_OK)
      || ser_store_fail (store, error);
}

/* ---- queries ---- */

/* What is sorted by; of each, in both directions. */
static const struct {
  const char *ascending, *descending;
} orders[SER_N_SORTS] = {
  [SER_SORT_CREATED] = { "created, serial", "created DESC, serial DESC" },
  [SER_SORT_TITLE] = { "fold (title), serial", "fold (title) DESC, serial DESC" },
  [SER_SORT_SPEAKER] = { "speaker = '', fold (speaker), serial", "speaker = '', fold (speaker) DESC, serial DESC" },
  [SER_SORT_DATE] = { "date = '', date, serial", "date = '', date DESC, serial DESC" },
  [SER_SORT_DURATION] = { "duration IS NULL, duration, serial", "duration IS NULL, duration DESC, serial DESC" },
};

/* ?1: words, ?2: state, ?3: speaker. */
static const char conditions[] =
    " FROM recordings WHERE (?1 IS NULL OR has_words (?1, title || char (10) || origin || char (10) || speaker "
    "|| char (10) || date || char (10) || place || char (10) || party)) AND (?2 IS NULL OR state = ?2) "
    "AND (?3 IS NULL OR speaker = ?3)";

static SerStatement *
prepare (SerStore *store, const char *what, const char *rest, const SerQuery *query, GError **error)
{
  g_autofree char *text = g_strconcat ("SELECT ", what, conditions, rest, NULL);
  SerStatement *statement = ser_store_prepare (store, text, error);

  if (!statement)
    return NULL;
  if (query->search)
    sqlite3_bind_text (statement, 1, fold (query->search), -1, g_free);
  if (query->state < SER_N_STATES)
    sqlite3_bind_text (statement, 2, ser_state_get_name (query->state), -1, SQLITE_STATIC);
  if (query->speaker)
    sqlite3_bind_text (statement, 3, query->speaker, -1, SQLITE_TRANSIENT);
  return statement;
}

static gboolean
count (SerStore *store, const SerQuery *query, guint *total, GError **error)
{
  g_autoptr (SerStatement) statement = prepare (store, "count (*)", "", query, error);

  if (!statement)
    return FALSE;
  if (sqlite3_step (statement) != SQLITE_ROW)
    return ser_store_fail (store, error);
  *total = sqlite3_column_int64 (statement, 0);
  return TRUE;
}

GPtrArray *
ser_store_list (SerStore *store, const SerQuery *query, guint *total, GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) ser_entry_free);
  const char *order = query->descending ? orders[query->sort].descending : orders[query->sort].ascending;
  g_autofree char *rest = g_strconcat (" ORDER BY ", order, " LIMIT ?4 OFFSET ?5", NULL);
  g_autoptr (SerStatement) statement = prepare (store, SER_STORE_COLUMNS, rest, query, error);
  int status;

  if (!statement)
    return NULL;
  sqlite3_bind_int64 (statement, 4, query->limit);
  sqlite3_bind_int64 (statement, 5, query->offset);
  while ((status = sqlite3_step (statement)) == SQLITE_ROW)
    g_ptr_array_add (entries, ser_store_read_entry (statement));
  if (status != SQLITE_DONE) {
    ser_store_fail (store, error);
    return NULL;
  }
  /* All of them: counting would look through all texts once more. */
  if (total && query->offset == 0 && entries->len < query->limit)
    *total = entries->len;
  else if (total && !count (store, query, total, error))
    return NULL;
  return g_steal_pointer (&entries);
}
