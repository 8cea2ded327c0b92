/* tune.c - seremotion tune: the trainings of a grid, and their table
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <stdio.h>
#include <string.h>

#include "clips.h"
#include "command.h"
#include "model/error.h"
#include "pool.h"
#include "progress.h"
#include "table.h"
#include "tune-folder.h"
#include "tune-plan.h"

typedef struct {
  char *grid, *output, *shard_text;
  char **reuse;
  gboolean list, merge, keep_models;
  int threads;
  guint shard, n_shards; /* shard from 1 */
} Options;

/* What the processes under way are told and say. */
typedef struct {
  const Options *options;
  const SerTunePlan *plan;
  GArray *pending; /* guint: runs that are to be done */
  guint n_over, n_failed;
} Tuning;

/* ---- options ---- */

static gboolean
usage_error (GError **error, const char *message)
{
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, message);
  return FALSE;
}

static gboolean
check_options (Options *o, char **rest, GError **error)
{
  if (!ser_command_parse_shard (o->shard_text, &o->shard, &o->n_shards, error))
    return FALSE;
  if (o->threads < 0 || o->threads > 1024)
    return usage_error (error, "--threads: expected a number of 0 to 1024");
  for (guint i = 0; o->reuse && o->reuse[i]; i++)
    if (!g_file_test (o->reuse[i], G_FILE_TEST_IS_DIR))
      return usage_error (error, "--reuse: there is no such folder; name one that `seremotion tune` wrote to");
  if (!o->output && !o->list)
    return usage_error (error, "--output DIR is missing");
  if (o->merge)
    return (!o->grid && !o->list && !o->shard_text && !o->keep_models && !o->threads && !o->reuse)
        ? (*rest && **rest != '-') || usage_error (error, "--merge: expected the folders to put together")
        : usage_error (error, "--merge takes folders and --output alone");
  return o->grid || usage_error (error, "--grid FILE is missing");
}

/* Options that are none of these are left in `rest` for `seremotion train`; so is whatever is no option. */
static gboolean
parse (Options *o, int argc, char **argv, char ***rest, GError **error)
{
  const GOptionEntry entries[] = {
    { "grid", 'g', 0, G_OPTION_ARG_FILENAME, &o->grid, "File that says which trainings to run", "FILE" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &o->output, "Folder for the results; what is in it is not done again",
        "DIR" },
    { "list", 0, 0, G_OPTION_ARG_NONE, &o->list, "Only show the runs, and which are finished", NULL },
    { "reuse", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->reuse,
        "Take runs that are finished in this folder, of whatever grid; may be repeated", "DIR" },
    { "shard", 0, 0, G_OPTION_ARG_STRING, &o->shard_text, "Only every Nth run, from the Ith on", "I/N" },
    { "merge", 0, 0, G_OPTION_ARG_NONE, &o->merge, "Put the results of shards together: --merge DIR... --output DIR",
        NULL },
    { "keep-models", 0, 0, G_OPTION_ARG_NONE, &o->keep_models, "Keep each run's model, history and predictions too",
        NULL },
    { "threads", 0, 0, G_OPTION_ARG_INT, &o->threads, "Threads in all, 0 for one per core (default 0)", "N" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("[OPTION OF TRAIN...]");
  g_auto (GStrv) words = g_new0 (char *, argc + 1);

  for (int i = 0; i < argc; i++)
    words[i] = g_strdup (argv[i]);
  g_set_prgname ("seremotion tune");
  g_option_context_set_summary (context, "Runs the trainings of a grid that are not done yet, and writes their table.");
  g_option_context_set_description (context, "Any other option is one of `seremotion train`, for all runs.");
  g_option_context_set_ignore_unknown_options (context, TRUE);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse_strv (context, &words, error))
    return FALSE;
  *rest = g_strdupv (words + 1);
  return check_options (o, *rest, error);
}

/* ---- running ---- */

static gboolean
is_finished (const Options *o, const SerTuneRun *run)
{
  g_autofree char *model = o->output ? ser_tune_path (o->output, run->id, ".safetensors") : NULL;

  return o->output && ser_tune_is_finished (o->output, run->id)
      && (!o->keep_models || g_file_test (model, G_FILE_TEST_EXISTS));
}

static gboolean
is_in_shard (const Options *o, guint run)
{
  return run % o->n_shards == o->shard - 1;
}

static GArray *
find_pending (const Options *o, const SerTunePlan *plan)
{
  GArray *pending = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < plan->runs->len; i++)
    if (is_in_shard (o, i) && !is_finished (o, plan->runs->pdata[i]))
      g_array_append_val (pending, i);
  return pending;
}

static void
add_word (GPtrArray *words, const char *option, char *value)
{
  g_ptr_array_add (words, g_strconcat (option, "=", value, NULL));
  g_free (value);
}

static SerPoolJob
make_job (const Options *o, const SerTuneRun *run)
{
  GPtrArray *words = g_ptr_array_new ();

  g_ptr_array_add (words, g_strdup ("train"));
  for (guint i = 0; i < run->words->len; i++)
    g_ptr_array_add (words, g_strdup (run->words->pdata[i]));
  add_word (words, "--name", g_strdup (run->name));
  add_word (words, "--json", ser_tune_path (o->output, run->id, ".json"));
  if (o->keep_models) {
    add_word (words, "--output", ser_tune_path (o->output, run->id, ".safetensors"));
    add_word (words, "--predictions", ser_tune_path (o->output, run->id, ".csv"));
  }
  g_ptr_array_add (words, NULL);
  return (SerPoolJob){ (char **) g_ptr_array_free (words, FALSE), ser_tune_path (o->output, run->id, ".log") };
}

/* A table that cannot be written is not the end: the runs are there, and the last one is written anew. */
static void
on_over (guint job, const char *fault, double left, gpointer data)
{
  Tuning *tuning = data;
  const SerTuneRun *run = tuning->plan->runs->pdata[g_array_index (tuning->pending, guint, job)];
  g_autofree char *time = ser_progress_format_time (left);
  guint n_finished;

  tuning->n_over++;
  if (fault) {
    tuning->n_failed++;
    ser_say ("failed: %s: %s", run->name, fault);
    return;
  }
  printf ("%u of %u  %s  %s left\n", tuning->n_over, tuning->pending->len, run->name, time);
  fflush (stdout);
  ser_tune_report (tuning->plan->table, tuning->options->output, &n_finished, NULL);
}

/* The processes' own reports of it go to their logs. */
static void
report_unreadable (guint worker, guint i, const gint16 *samples, gsize n, const GError *error, gpointer data)
{
  const SerClip *clip = ((GPtrArray *) data)->pdata[i];

  if (error)
    ser_say ("left out: %s: %s", clip->name, error->message);
}

/* Decodes the clips once, before several processes would at the same time. */
static void
fill_cache (const Tuning *tuning)
{
  const SerTrainOptions *options = &tuning->plan->first;
  const GArray *clips = options->sources->corpus->clips;
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  SerFeatureSpec spec;

  for (guint i = 0; i < clips->len; i++)
    g_ptr_array_add (all, &g_array_index (clips, SerClip, i));
  if (ser_features_parse (options->features, &spec, NULL))
    ser_clips_decode (all, spec.rate, tuning->options->threads, report_unreadable, all);
}

/* FALSE when it was stopped. */
static gboolean
run_pending (Tuning *tuning)
{
  guint n = tuning->pending->len;
  g_autofree SerPoolJob *jobs = g_new (SerPoolJob, n + 1);
  gboolean whole;

  fill_cache (tuning);
  for (guint i = 0; i < n; i++)
    jobs[i] = make_job (tuning->options, tuning->plan->runs->pdata[g_array_index (tuning->pending, guint, i)]);
  whole = ser_pool_run (jobs, n, tuning->options->threads, on_over, tuning);
  for (guint i = 0; i < n; i++) {
    g_strfreev (jobs[i].words);
    g_free (jobs[i].log);
  }
  return whole;
}

/* Writes the tables and prints the one for the terminal. */
static gboolean
report (const SerTuneTable *table, const char *folder, guint *n_finished, GError **error)
{
  g_autofree char *text = NULL;

  if (!ser_tune_report (table, folder, n_finished, error))
    return FALSE;
  text = ser_tune_report_text (table, folder);
  printf ("\n%s\n\n%s\nwrote %s/runs.csv and runs.md: %u of %u runs\n", table->title, text, folder, *n_finished,
      table->rows->len);
  return TRUE;
}

static gboolean
work (Tuning *tuning, GError **error)
{
  const Options *o = tuning->options;
  guint n_finished;
  gboolean whole;

  if (!ser_tune_table_save (tuning->plan->table, o->output, error))
    return FALSE;
  ser_tune_folder_clean (o->output);
  for (guint i = 0; o->reuse && o->reuse[i]; i++)
    if (!ser_tune_folder_reuse (o->output, tuning->plan->table, o->reuse[i], error))
      return FALSE;
  tuning->pending = find_pending (o, tuning->plan);
  printf ("%u of %u runs to do\n", tuning->pending->len, tuning->plan->runs->len);
  fflush (stdout);
  whole = tuning->pending->len == 0 || run_pending (tuning);
  g_array_unref (tuning->pending);
  if (!report (tuning->plan->table, o->output, &n_finished, error))
    return FALSE;
  if (!whole)
    return ser_fail (error, SER_ERROR_DATA, "stopped; the same command goes on from here");
  return tuning->n_failed == 0
      || ser_fail (
          error, SER_ERROR_DATA, "%u runs failed, see above; the same command tries them again", tuning->n_failed);
}

static gboolean
tune (const Options *o, const SerTunePlan *plan, GError **error)
{
  Tuning tuning = { .options = o, .plan = plan };
  int lock = ser_tune_folder_open (o->output, error);
  gboolean ok = lock >= 0 && work (&tuning, error);

  ser_tune_folder_close (lock);
  return ok;
}

/* ---- listing and merging ---- */

static void
list (const Options *o, const SerTunePlan *plan)
{
  const SerTuneTable *table = plan->table;
  g_autoptr (SerTable) cells = ser_table_new (NULL, 3 + g_strv_length (table->columns));
  g_autoptr (GString) text = g_string_new (NULL);

  ser_table_add (cells, "run");
  ser_table_add (cells, "id");
  ser_table_add (cells, "state");
  for (guint c = 0; table->columns[c]; c++)
    ser_table_add (cells, "%s", table->columns[c]);
  for (guint i = 0; i < plan->runs->len; i++) {
    const SerTuneRow *row = table->rows->pdata[i];

    if (!is_in_shard (o, i))
      continue;
    ser_table_add (cells, "%u", i + 1);
    ser_table_add (cells, "%s", row->id);
    ser_table_add (cells, "%s", is_finished (o, plan->runs->pdata[i]) ? "finished" : "to do");
    for (guint c = 0; table->columns[c]; c++)
      ser_table_add (cells, "%s", row->values[c]);
  }
  ser_table_append (cells, text, FALSE);
  fputs (text->str, stdout);
}

static gboolean
merge (const Options *o, char **folders, GError **error)
{
  int lock = ser_tune_folder_open (o->output, error);
  g_autoptr (SerTuneTable) table = lock >= 0 ? ser_tune_folder_merge (o->output, folders, error) : NULL;
  guint n_finished = 0;
  gboolean ok = table && report (table, o->output, &n_finished, error);

  ser_tune_folder_close (lock);
  return ok
      && (n_finished == table->rows->len
          || ser_fail (error, SER_ERROR_DATA, "%u of the %u runs are in none of the folders",
              table->rows->len - n_finished, table->rows->len));
}

/* ---- the command ---- */

static gboolean
run (const Options *o, char **rest, GError **error)
{
  g_autoptr (SerGrid) grid = NULL;
  g_autoptr (SerTunePlan) plan = NULL;

  if (o->merge)
    return merge (o, rest, error);
  grid = ser_grid_load (o->grid, error);
  plan = grid ? ser_tune_plan_new (grid, (const char *const *) rest, error) : NULL;
  if (!plan)
    return FALSE;
  if (!o->list)
    return tune (o, plan, error);
  list (o, plan);
  return TRUE;
}

int
ser_command_tune (int argc, char **argv)
{
  Options options = { 0 };
  g_auto (GStrv) rest = NULL;
  GError *error = NULL;
  gboolean ok = parse (&options, argc, argv, &rest, &error) && run (&options, rest, &error);

  g_free (options.grid);
  g_free (options.output);
  g_free (options.shard_text);
  g_strfreev (options.reuse);
  return ok ? SER_EXIT_OK : ser_command_fail (argv[0], error);
}
