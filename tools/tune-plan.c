/* tune-plan.c - the runs of a grid as command lines of `seremotion train`
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "tune-plan.h"

#include <string.h>

#include "model/error.h"
#include "training.h"

/* What is the runs' own affair, or ours. */
static const char *const reserved[] = { "output", "json", "predictions", "threads", "name", "help", NULL };

typedef struct {
  const SerGrid *grid;
  const char *const *common;
  SerTunePlan *plan;
} Planner;

/* ---- options ---- */

static void
add_common (GPtrArray *words, const Planner *planner)
{
  for (const char *const *word = planner->common; *word; word++)
    g_ptr_array_add (words, g_strdup (*word));
}

/* Adds the setting as an option: --KEY=VALUE, or --KEY for a flag that is set. */
static gboolean
add_option (GPtrArray *words, const SerGrid *grid, const SerSetting *setting, GError **error)
{
  gboolean flag = ser_train_options_is_flag (setting->key), yes = strcmp (setting->value, "yes") == 0;

  if (g_strv_contains (reserved, setting->key))
    return ser_grid_fail (error, grid, setting->line, "`%s` is not for a grid to say; take it out", setting->key);
  if (flag && !yes && strcmp (setting->value, "no") != 0)
    return ser_grid_fail (error, grid, setting->line, "%s = %s: expected yes or no", setting->key, setting->value);
  if (!flag)
    g_ptr_array_add (words, g_strdup_printf ("--%s=%s", setting->key, setting->value));
  else if (yes)
    g_ptr_array_add (words, g_strdup_printf ("--%s", setting->key));
  return TRUE;
}

/* Reads words as the options of a training, whose labels, where they are not given, are the six emotions. */
static gboolean
read_words (SerTrainOptions *options, GPtrArray *words, gboolean lines, GError **error)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_auto (GStrv) labels = NULL;

  g_ptr_array_add (argv, (gpointer) "train");
  for (guint i = 0; i < words->len; i++)
    g_ptr_array_add (argv, words->pdata[i]);
  ser_train_options_init (options);
  if (!ser_train_options_read (options, argv->len, (char **) argv->pdata, error))
    return FALSE;
  labels = options->labels ? g_strsplit (options->labels, ",", -1) : g_strdupv ((char **) ser_emotions);
  return !lines || ser_train_options_check_lines (options, (const char *const *) labels, error);
}

/* ---- who is to blame ---- */

/* What is wrong with a setting by itself, or NULL. An architecture cannot be judged without the features. */
static GError *
find_fault (const SerGrid *grid, const SerSetting *setting)
{
  gboolean arch = strcmp (setting->key, "arch") == 0, features = strcmp (setting->key, "features") == 0;
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  SerTrainOptions options = { 0 };
  SerFeatureSpec spec;
  GError *error = NULL;

  if (!add_option (words, grid, setting, &error))
    return error;
  if (features)
    ser_features_parse (setting->value, &spec, &error);
  else
    read_words (&options, words, !arch, &error);
  ser_train_options_clear (&options);
  return error;
}

/* Puts the line in front that is to blame for a run's error: that of the first setting which is wrong by itself, else
 * that of the architecture, else that of the last setting. */
static void
blame (const SerGrid *grid, const SerGridRun *run, GError **error)
{
  const SerSetting *guilty = NULL;

  for (guint i = 0; i < run->settings->len; i++) {
    const SerSetting *setting = &g_array_index (run->settings, SerSetting, i);
    GError *fault = find_fault (grid, setting);

    if (fault) {
      g_error_free (*error);
      *error = fault;
      guilty = setting;
      break;
    }
    if (!guilty || strcmp (guilty->key, "arch") != 0)
      guilty = setting;
  }
  if (guilty && !g_str_has_prefix ((*error)->message, grid->path)) {
    GError *placed = NULL;
    ser_grid_fail (&placed, grid, guilty->line, "%s = %s: %s%s", guilty->key, guilty->value, (*error)->message,
        (*error)->domain == G_OPTION_ERROR ? " (`seremotion train --help` lists the options)" : "");
    g_error_free (*error);
    *error = placed;
  }
}

/* ---- runs ---- */

static char *
name_run (const SerGrid *grid, const SerGridRun *run)
{
  GString *name = g_string_new (grid->columns->len ? NULL : grid->title);

  for (guint i = 0; i < grid->columns->len; i++)
    g_string_append_printf (name, "%s%s=%s", i ? " " : "", (char *) grid->columns->pdata[i], run->values[i]);
  return g_string_free (name, FALSE);
}

static void
free_run (gpointer data)
{
  SerTuneRun *run = data;

  g_free (run->id);
  g_free (run->name);
  g_clear_pointer (&run->words, g_ptr_array_unref);
  g_free (run);
}

/* All folds at once are several trainings, which a grid runs one by one. */
static gboolean
check_folds (const SerTrainOptions *options, GError **error)
{
  return !ser_train_options_all_folds (options)
      || ser_fail (error, SER_ERROR_CONFIG,
          "--protocol %s trains %u models; name the folds, as in fold = 1/%u | 2/%u under [grid]",
          options->protocol_name, options->protocol.folds, options->protocol.folds, options->protocol.folds);
}

/* Reads the run's options; the clips are those of the first run. */
static gboolean
identify (SerTunePlan *plan, SerTuneRun *run, const SerTrainOptions *options, GError **error)
{
  SerSources *sources = plan->first.sources;
  g_auto (GStrv) labels = NULL;

  if (options == &plan->first && (!ser_sources_check (sources, error) || !ser_sources_load (sources, error)))
    return FALSE;
  labels = options->labels ? g_strsplit (options->labels, ",", -1) : ser_sources_suggest_labels (sources);
  run->id = ser_run_id (options, sources->corpus, (const char *const *) labels);
  return TRUE;
}

static gboolean
make_run (Planner *planner, SerTuneRun *run, const SerGridRun *of_grid, SerTrainOptions *options, GError **error)
{
  const SerGrid *grid = planner->grid;

  run->name = name_run (grid, of_grid);
  run->words = g_ptr_array_new_with_free_func (g_free);
  add_common (run->words, planner);
  for (guint i = 0; i < of_grid->settings->len; i++)
    if (!add_option (run->words, grid, &g_array_index (of_grid->settings, SerSetting, i), error))
      return FALSE;
  if (!read_words (options, run->words, TRUE, error) || !check_folds (options, error)) {
    blame (grid, of_grid, error);
    return FALSE;
  }
  return identify (planner->plan, run, options, error);
}

static gboolean
add_run (Planner *planner, const SerGridRun *of_grid, GError **error)
{
  SerTunePlan *plan = planner->plan;
  SerTuneRun *run = g_new0 (SerTuneRun, 1);
  SerTrainOptions own = { 0 };
  gboolean first = plan->runs->len == 0, ok = make_run (planner, run, of_grid, first ? &plan->first : &own, error);

  if (!first)
    ser_train_options_clear (&own);
  if (!ok) {
    free_run (run);
    return FALSE;
  }
  ser_tune_table_add (plan->table, run->id, (const char *const *) of_grid->values);
  g_ptr_array_add (plan->runs, run);
  return TRUE;
}

/* Two runs of one name are a mistake: what varies between them changes nothing. */
static gboolean
check_distinct (const SerTunePlan *plan, const SerGrid *grid, GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < plan->runs->len; i++) {
    const SerTuneRun *run = plan->runs->pdata[i], *other = g_hash_table_lookup (names, run->id);

    if (other)
      return ser_fail (error, SER_ERROR_CONFIG, "%s: `%s` and `%s` are the same training; take one of them out",
          grid->path, other->name, run->name);
    g_hash_table_insert (names, run->id, (gpointer) run);
  }
  return TRUE;
}

/* Faults of the command line are its own, not the grid's. */
static gboolean
check_common (Planner *planner, GError **error)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  SerTrainOptions options = { 0 };
  gboolean ok;

  add_common (words, planner);
  ok = read_words (&options, words, FALSE, error);
  ser_train_options_clear (&options);
  return ok;
}

SerTunePlan *
ser_tune_plan_new (const SerGrid *grid, const char *const *common, GError **error)
{
  g_autoptr (GPtrArray) runs = ser_grid_get_runs (grid, error);
  g_autoptr (SerTunePlan) plan = NULL;
  Planner planner = { grid, common, NULL };

  if (!runs || !check_common (&planner, error))
    return NULL;
  plan = planner.plan = g_new0 (SerTunePlan, 1);
  plan->table = ser_tune_table_new (grid);
  plan->runs = g_ptr_array_new_with_free_func (free_run);
  for (guint i = 0; i < runs->len; i++)
    if (!add_run (&planner, runs->pdata[i], error))
      return NULL;
  return check_distinct (plan, grid, error) ? g_steal_pointer (&plan) : NULL;
}

void
ser_tune_plan_free (SerTunePlan *plan)
{
  if (!plan)
    return;
  ser_tune_table_free (plan->table);
  g_ptr_array_unref (plan->runs);
  ser_train_options_clear (&plan->first);
  g_free (plan);
}
