/* grid-runs.c - the runs of a grid: the product of its factors, variables replaced
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <string.h>

#include "grid.h"

/* One choice of every factor. */
typedef struct {
  const SerGrid *grid;
  GPtrArray *settings; /* const SerSetting *: the fixed ones, then those of the choices */
  GHashTable *used;    /* const char *: variables that stand in a value, over all runs */
} Choice;

static void
free_run (gpointer data)
{
  SerGridRun *run = data;

  g_array_unref (run->settings);
  g_strfreev (run->values);
  g_free (run);
}

static guint
count_choices (const SerGridFactor *factor)
{
  return factor->settings->len / factor->keys->len;
}

static guint64
count_runs (const SerGrid *grid)
{
  guint64 n = 1;

  for (guint f = 0; f < grid->factors->len && n <= SER_GRID_MAX_RUNS; f++)
    n *= count_choices (grid->factors->pdata[f]);
  return n;
}

/* The settings of the run whose number is `index`, from 0, of n. */
static void
choose (Choice *choice, guint64 index, guint64 n)
{
  const SerGrid *grid = choice->grid;

  g_ptr_array_set_size (choice->settings, 0);
  for (guint i = 0; i < grid->fixed->len; i++)
    g_ptr_array_add (choice->settings, &g_array_index (grid->fixed, SerSetting, i));
  for (guint f = 0; f < grid->factors->len; f++) {
    const SerGridFactor *factor = grid->factors->pdata[f];
    guint n_keys = factor->keys->len;

    n /= count_choices (factor);
    for (guint k = 0; k < n_keys; k++)
      g_ptr_array_add (choice->settings,
          &g_array_index (factor->settings, SerSetting, index / n % count_choices (factor) * n_keys + k));
  }
}

static const SerSetting *
find_variable (const Choice *choice, const char *name, gsize length)
{
  for (guint i = 0; i < choice->settings->len; i++) {
    const SerSetting *setting = choice->settings->pdata[i];
    if (strncmp (setting->key, name, length) == 0 && setting->key[length] == '\0')
      return setting;
  }
  return NULL;
}

/* The value with its variables replaced, or NULL where one is not set. */
static char *
expand (Choice *choice, const SerSetting *setting, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (const char *at = setting->value; *at;) {
    gsize length = *at == '$' ? 1 + strspn (at + 1, SER_GRID_NAME) : 0;
    const SerSetting *variable = length ? find_variable (choice, at, length) : NULL;

    if (length && !variable) {
      ser_grid_fail (error, choice->grid, setting->line,
          "`%.*s` is not set; give it a value under [fixed], [grid] or [rows]", (int) length, at);
      return NULL;
    }
    if (length) {
      g_string_append (text, variable->value);
      g_hash_table_add (choice->used, variable->key);
      at += length;
    } else {
      g_string_append_c (text, *at++);
    }
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static SerGridRun *
make_run (Choice *choice, GError **error)
{
  guint n_fixed = choice->grid->fixed->len;
  SerGridRun *run = g_new0 (SerGridRun, 1);

  run->settings = ser_settings_new ();
  run->values = g_new0 (char *, choice->grid->columns->len + 1);
  for (guint i = 0; i < choice->settings->len; i++) {
    const SerSetting *setting = choice->settings->pdata[i];
    gboolean variable = *setting->key == '$';
    g_autofree char *value = variable ? NULL : expand (choice, setting, error);

    if (i >= n_fixed)
      run->values[i - n_fixed] = g_strdup (setting->value);
    if (variable)
      continue;
    if (!value) {
      free_run (run);
      return NULL;
    }
    ser_settings_add (run->settings, setting->key, value, setting->line);
  }
  return run;
}

static gboolean
check_used (const Choice *choice, GError **error)
{
  for (guint i = 0; i < choice->settings->len; i++) {
    const SerSetting *setting = choice->settings->pdata[i];
    if (*setting->key == '$' && !g_hash_table_contains (choice->used, setting->key))
      return ser_grid_fail (error, choice->grid, setting->line,
          "no option's value holds `%s`; use it in one, or take it out", setting->key);
  }
  return TRUE;
}

GPtrArray *
ser_grid_get_runs (const SerGrid *grid, GError **error)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func (free_run), settings = g_ptr_array_new ();
  g_autoptr (GHashTable) used = g_hash_table_new (g_str_hash, g_str_equal);
  Choice choice = { grid, settings, used };
  guint64 n = count_runs (grid);

  if (n > SER_GRID_MAX_RUNS) {
    ser_grid_fail (error, grid, 1, "the product of all lists and tables has more than %d runs", SER_GRID_MAX_RUNS);
    return NULL;
  }
  for (guint64 i = 0; i < n; i++) {
    SerGridRun *run;

    choose (&choice, i, n);
    run = make_run (&choice, error);
    if (!run)
      return NULL;
    g_ptr_array_add (runs, run);
  }
  return check_used (&choice, error) ? g_steal_pointer (&runs) : NULL;
}
