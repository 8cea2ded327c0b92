/* evaluate.c - seremotion evaluate: how right a model is on a corpus
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <string.h>

#include "alter.h"
#include "clips.h"
#include "command.h"
#include "dataset.h"
#include "evaluation.h"
#include "score.h"
#include "sources.h"

typedef struct {
  SerSources *sources;
  char *model, *gate, *split, *json, *csv;
  gboolean as_stream;
  double threshold, smoothing;
  SerAugmentation augmentation;
  gint64 seed;
} Options;

/* Shared by the workers of ser_clips_decode(); each writes to its own clips. */
typedef struct {
  SerModel *model;
  SerStreamConfig config;
  gboolean as_stream;
  SerAlter *alter;      /* NULL without --augment */
  SerFrontEnd **fronts; /* [workers] */
  SerVerdict *verdicts; /* [clips] */
  char **faults;        /* [clips] */
} Scoring;

static GOptionGroup *
make_group (Options *o)
{
  const GOptionEntry entries[] = {
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &o->model, "Model file; `default` (the default) is the built-in model",
        "FILE" },
    { "split", 0, 0, G_OPTION_ARG_STRING, &o->split, "Only clips of these splits (default: all)", "NAME,..." },
    { "as-stream", 0, 0, G_OPTION_ARG_NONE, &o->as_stream, "Run each clip as a stream, with the gate on", NULL },
    { "gate", 0, 0, G_OPTION_ARG_FILENAME, &o->gate, "With --as-stream: model file of another speech gate", "FILE" },
    { "threshold", 0, 0, G_OPTION_ARG_DOUBLE, &o->threshold,
        "With --as-stream: less probable labels are no answer (default 0)", "X" },
    { "smoothing", 0, 0, G_OPTION_ARG_DOUBLE, &o->smoothing, "With --as-stream: weight of the past (default 0)", "X" },
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &o->json, "Write the figures", "FILE" },
    { "csv", 0, 0, G_OPTION_ARG_FILENAME, &o->csv, "Write each clip's probabilities and logits", "FILE" },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &o->seed, "With --augment: seed of what is drawn (default 1)", "N" },
    { NULL },
  };
  GOptionGroup *group = ser_sources_option_group (o->sources, entries);

  ser_augmentation_add_options (&o->augmentation, group);
  return group;
}

static void
clear_options (Options *o)
{
  char *strings[] = { o->model, o->gate, o->split, o->json, o->csv };

  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    g_free (strings[i]);
  ser_augmentation_clear (&o->augmentation);
  ser_sources_free (o->sources);
}

static gboolean
check_outputs (const Options *o, GError **error)
{
  g_auto (GStrv) manifests = ser_sources_manifests (o->sources);
  g_autoptr (GPtrArray) others = g_ptr_array_new ();

  for (guint i = 0; manifests[i]; i++)
    g_ptr_array_add (others, manifests[i]);
  if (o->model && strcmp (o->model, "default") != 0)
    g_ptr_array_add (others, o->model);
  if (o->gate)
    g_ptr_array_add (others, o->gate);
  g_ptr_array_add (others, NULL);
  if (o->json && !ser_command_check_output ("--json", o->json, (const char *const *) others->pdata, error))
    return FALSE;
  if (!o->csv)
    return TRUE;
  others->pdata[others->len - 1] = o->json;
  g_ptr_array_add (others, NULL);
  return ser_command_check_output ("--csv", o->csv, (const char *const *) others->pdata, error);
}

static gboolean
check_options (const Options *o, GError **error)
{
  if (!o->as_stream && (o->threshold != 0 || o->smoothing != 0 || o->gate)) {
    g_set_error (
        error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "--threshold, --smoothing and --gate go with --as-stream");
    return FALSE;
  }
  return ser_sources_check (o->sources, error) && ser_augmentation_check (&o->augmentation, error)
      && check_outputs (o, error);
}

/* The mean of the answered windows' probabilities. */
static void
score_stream (const Scoring *scoring, const float *samples, gsize n, SerVerdict *verdict)
{
  SerStream *stream = ser_stream_new (scoring->model, &scoring->config, NULL);
  double sums[SER_MAX_LABELS] = { 0 };
  guint L = scoring->model->n_labels, windows = 0;
  gboolean finished = FALSE;
  SerResult result;

  while (!finished) {
    gsize used = ser_stream_push (stream, samples, n);

    samples += used;
    n -= used;
    finished = n == 0;
    if (finished)
      ser_stream_finish (stream);
    while (ser_stream_next (stream, &result)) {
      if (result.label < 0)
        continue;
      for (guint i = 0; i < L; i++)
        sums[i] += result.scores[i];
      windows++;
    }
  }
  ser_stream_free (stream);
  verdict->answered = windows > 0;
  for (guint i = 0; i < L; i++)
    verdict->scores[i] = windows > 0 ? sums[i] / windows : 1.0 / L;
}

/* A clip as it is scored; *n becomes its length. */
static float *
get_samples (const Scoring *scoring, guint worker, guint i, const gint16 *samples, gsize *n, GError **error)
{
  if (!scoring->alter || *n == 0)
    return ser_dataset_to_float (samples, *n);
  return ser_alter_do (scoring->alter, worker, scoring->verdicts[i].clip->name, samples, *n, n, NULL, error);
}

static void
score_clip (guint worker, guint i, const gint16 *samples, gsize n, const GError *error, gpointer data)
{
  Scoring *scoring = data;
  SerVerdict *verdict = &scoring->verdicts[i];
  g_autofree float *x = NULL, *frames = NULL;
  g_autoptr (GError) local = NULL;
  gsize T;

  x = error ? NULL : get_samples (scoring, worker, i, samples, &n, &local);
  if (!x) {
    g_autofree char *name = g_filename_display_name (verdict->clip->name);
    scoring->faults[i] = g_strdup_printf ("%s: %s", name, (error ? error : local)->message);
    return;
  }
  if (scoring->as_stream) {
    score_stream (scoring, x, n, verdict);
    return;
  }
  frames = ser_dataset_features (scoring->fronts[worker], &scoring->model->features, x, n, &T);
  verdict->answered = TRUE;
  verdict->too_short = !ser_score_clip (scoring->model, frames, n, verdict->logits, verdict->scores);
}

/* Scores all clips and moves the results into the evaluation. */
static void
score_clips (Scoring *scoring, GPtrArray *clips, SerEvaluation *evaluation)
{
  guint workers = ser_clips_n_workers (0);

  scoring->fronts = g_new (SerFrontEnd *, workers);
  scoring->verdicts = g_new0 (SerVerdict, clips->len);
  scoring->faults = g_new0 (char *, clips->len);
  for (guint i = 0; i < workers; i++)
    scoring->fronts[i] = ser_front_end_new (&scoring->model->features);
  for (guint i = 0; i < clips->len; i++) {
    scoring->verdicts[i].clip = clips->pdata[i];
    scoring->verdicts[i].truth = ser_find_label (evaluation->labels, scoring->verdicts[i].clip->label);
  }
  ser_clips_decode (clips, scoring->model->features.rate, 0, score_clip, scoring);
  for (guint i = 0; i < clips->len; i++) {
    if (scoring->faults[i]) {
      ser_say ("cannot be read: %s", scoring->faults[i]);
      g_ptr_array_add (evaluation->unreadable, scoring->faults[i]);
    } else {
      g_array_append_val (evaluation->verdicts, scoring->verdicts[i]);
    }
  }
  for (guint i = 0; i < workers; i++)
    ser_front_end_free (scoring->fronts[i]);
  g_free (scoring->fronts);
  g_free (scoring->verdicts);
  g_free (scoring->faults);
}

static GPtrArray *
choose_clips (const Options *o, SerEvaluation *evaluation, GError **error)
{
  g_autoptr (GPtrArray) all = ser_sources_select (o->sources, o->split, evaluation->labels, &evaluation->other_labels);
  GPtrArray *inside = NULL;

  if (o->sources->n_folds && all->len > 0 && !ser_sources_divide (o->sources, all, &inside, NULL, error))
    return NULL;
  if (!inside)
    inside = g_steal_pointer (&all);
  if (inside->len > 0)
    return inside;
  g_set_error (error, SER_ERROR, SER_ERROR_DATA, "no clip to evaluate%s%s", o->split ? " in the split " : "",
      o->split ? o->split : "");
  g_ptr_array_unref (inside);
  return NULL;
}

static gboolean
report (const Options *o, const SerEvaluation *evaluation, GError **error)
{
  if (evaluation->verdicts->len == 0) {
    g_set_error (error, SER_ERROR, SER_ERROR_DATA, "no clip could be read");
    return FALSE;
  }
  ser_evaluation_print (evaluation);
  return (!o->json || ser_evaluation_write_json (evaluation, o->json, error))
      && (!o->csv || ser_evaluation_write_csv (evaluation, o->csv, error));
}

/* A stream that shows that the others can be made. The column of unanswered clips takes the place of a label. */
static SerStream *
make_probe (SerModel *model, const SerStreamConfig *config, gboolean as_stream, GError **error)
{
  if (!as_stream || model->n_labels < SER_MAX_LABELS)
    return ser_stream_new (model, config, error);
  g_set_error (error, SER_ERROR, SER_ERROR_CONFIG, "--as-stream takes models of up to %d labels", SER_MAX_LABELS - 1);
  return NULL;
}

/* FALSE when there are faults; without --augment there is nothing to make. */
static gboolean
make_alter (const Options *o, Scoring *scoring, GError **error)
{
  if (!o->augmentation.line)
    return TRUE;
  ser_augmentation_warn_of_features (&o->augmentation);
  scoring->alter =
      ser_alter_new (&o->augmentation, scoring->model->features.rate, o->seed, ser_clips_n_workers (0), error);
  return scoring->alter != NULL;
}

static gboolean
evaluate (const Options *o, SerModel *model, SerModel *gate, GError **error)
{
  g_autofree char *from = ser_sources_describe (o->sources);
  SerEvaluation evaluation = { .model = o->model ? o->model : "default",
    .clips_from = from,
    .split = o->split,
    .as_stream = o->as_stream,
    .augment = o->augmentation.line,
    .labels = (const char *const *) model->labels,
    .n_labels = model->n_labels,
    .verdicts = g_array_new (FALSE, TRUE, sizeof (SerVerdict)),
    .unreadable = g_ptr_array_new_with_free_func (g_free) };
  Scoring scoring = { .model = model, .config = SER_STREAM_CONFIG_INIT, .as_stream = o->as_stream };
  g_autoptr (GPtrArray) clips = NULL;
  SerStream *probe;
  gboolean ok = FALSE;

  scoring.config.threshold = o->threshold;
  scoring.config.smoothing = o->smoothing;
  scoring.config.gate_model = gate;
  probe = make_probe (model, &scoring.config, o->as_stream, error);
  clips = probe ? choose_clips (o, &evaluation, error) : NULL;
  if (clips && make_alter (o, &scoring, error)) {
    score_clips (&scoring, clips, &evaluation);
    ok = report (o, &evaluation, error);
  }
  ser_stream_free (probe);
  ser_alter_free (scoring.alter);
  g_array_unref (evaluation.verdicts);
  g_ptr_array_unref (evaluation.unreadable);
  return ok;
}

static gboolean
run (const Options *o, GError **error)
{
  SerModel *model = ser_command_load_model (o->model ? o->model : "default", error);
  SerModel *gate = model && o->gate ? ser_command_load_model (o->gate, error) : NULL;
  gboolean ok = model && (gate || !o->gate) && ser_sources_load (o->sources, error) && evaluate (o, model, gate, error);

  ser_model_unref (model);
  ser_model_unref (gate);
  return ok;
}

int
ser_command_evaluate (int argc, char **argv)
{
  Options options = { .sources = ser_sources_new (), .seed = 1 };
  g_auto (GStrv) args = NULL;
  GError *error = NULL;
  gboolean ok = ser_command_parse (argc, argv, NULL, "Measures a model on the clips of a corpus or manifest.",
                    make_group (&options), 0, &args, &error)
      && check_options (&options, &error) && run (&options, &error);

  clear_options (&options);
  return ok ? SER_EXIT_OK : ser_command_fail (argv[0], error);
}
