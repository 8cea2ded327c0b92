/* train.c - seremotion train: a model from a corpus
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <stdio.h>
#include <string.h>

#include "clips.h"
#include "command.h"
#include "dataset.h"
#include "history.h"
#include "score.h"
#include "train-options.h"

/* What is trained on what. */
typedef struct {
  const SerTrainOptions *options;
  const char *command; /* the command line */
  SerFeatureSpec spec;
  gsize min_frames;
  char **labels;
  GPtrArray *train_clips, *valid_clips; /* const SerClip *; valid NULL: no validation */
  SerDataset *train, *valid;
  GPtrArray *votes; /* float [n_labels] of clips that have any */
} Plan;

/* ---- plan ---- */

static void
fill_parts (const Plan *plan, SerModelParts *parts)
{
  *parts = (SerModelParts){ .features = plan->options->features,
    .arch = plan->options->arch,
    .labels = (const char *const *) plan->labels,
    .window = plan->options->window,
    .temperature = 1.0 };
}

static gboolean
choose_labels (Plan *plan, GError **error)
{
  const SerTrainOptions *options = plan->options;

  plan->labels =
      options->labels ? g_strsplit (options->labels, ",", -1) : ser_sources_suggest_labels (options->sources);
  if (g_strv_length (plan->labels) >= 2 && g_strv_length (plan->labels) <= SER_MAX_LABELS)
    return TRUE;
  g_set_error (error, SER_ERROR, SER_ERROR_DATA, "the clips have %u labels; a model has 2 to %d",
      g_strv_length (plan->labels), SER_MAX_LABELS);
  return FALSE;
}

/* Finds faults of the lines and the configuration before the corpus is decoded: a trainer without clips complains of
 * their absence last. */
static gboolean
check_lines (Plan *plan, GError **error)
{
  const SerTrainSet none = { NULL, 0 };
  g_autoptr (GError) local = NULL;
  SerArchitecture *arch;
  SerModelParts parts;

  fill_parts (plan, &parts);
  ser_trainer_free (ser_trainer_new (&parts, &plan->options->config, &none, NULL, &local));
  if (!g_error_matches (local, SER_ERROR, SER_ERROR_DATA)) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  ser_features_parse (parts.features, &plan->spec, NULL);
  arch = ser_architecture_parse (parts.arch, ser_feature_spec_channels (&plan->spec),
      plan->spec.mean ? ser_feature_spec_width (&plan->spec) : 0, g_strv_length (plan->labels), NULL);
  plan->min_frames = plan->spec.mean ? 1 : ser_architecture_min_length (arch);
  ser_architecture_free (arch);
  return TRUE;
}

static gboolean
check_overlap (const Plan *plan, GError **error)
{
  g_autoptr (GPtrArray) train = ser_clips_speakers (plan->train_clips), valid = ser_clips_speakers (plan->valid_clips);
  g_autoptr (GString) shared = g_string_new (NULL);

  for (guint i = 0; i < valid->len; i++)
    if (g_ptr_array_find_with_equal_func (train, valid->pdata[i], g_str_equal, NULL))
      g_string_append_printf (shared, " %s", (char *) valid->pdata[i]);
  if (shared->len == 0 || plan->options->allow_overlap)
    return TRUE;
  g_set_error (error, SER_ERROR, SER_ERROR_DATA,
      "speakers in both training and validation:%s; divide them otherwise, or give "
      "--allow-speaker-overlap",
      shared->str);
  return FALSE;
}

static gboolean
has_split (const SerSources *sources, const char *split)
{
  for (guint i = 0; i < sources->corpus->clips->len; i++)
    if (strcmp (g_array_index (sources->corpus->clips, SerClip, i).split, split) == 0)
      return TRUE;
  return FALSE;
}

/* Fills train_clips and valid_clips. */
static gboolean
choose_clips (Plan *plan, GError **error)
{
  const SerTrainOptions *options = plan->options;
  const char *train = options->train_split ? options->train_split : "train";
  const char *valid = options->valid_split    ? options->valid_split
      : has_split (options->sources, "valid") ? "valid"
                                              : "none";
  const char *const *labels = (const char *const *) plan->labels;
  guint n_left_out = 0;

  plan->train_clips = ser_sources_select (options->sources, train, labels, &n_left_out);
  if (options->sources->n_folds) {
    g_autoptr (GPtrArray) all = g_steal_pointer (&plan->train_clips);
    if (!ser_sources_divide (options->sources, all, &plan->valid_clips, &plan->train_clips, error))
      return FALSE;
  } else if (strcmp (valid, "none") != 0) {
    plan->valid_clips = ser_sources_select (options->sources, valid, labels, &n_left_out);
  }
  if (plan->train_clips->len == 0 || (plan->valid_clips && plan->valid_clips->len == 0)) {
    g_set_error (error, SER_ERROR, SER_ERROR_DATA, "no clip is in the %s split `%s`",
        plan->train_clips->len == 0 ? "training" : "validation", plan->train_clips->len == 0 ? train : valid);
    return FALSE;
  }
  return !plan->valid_clips || check_overlap (plan, error);
}

static gboolean
check_label_counts (const Plan *plan, GError **error)
{
  for (guint c = 0; plan->labels[c]; c++) {
    guint n = 0;
    for (guint i = 0; i < plan->train->examples->len; i++)
      n += strcmp (g_array_index (plan->train->examples, SerExample, i).clip->label, plan->labels[c]) == 0;
    if (n == 0) {
      g_set_error (error, SER_ERROR, SER_ERROR_DATA, "no training clip has the label `%s`; leave it out with --labels",
          plan->labels[c]);
      return FALSE;
    }
  }
  return TRUE;
}

/* All clips are loaded together, so that identical sounds are found across the splits. */
static gboolean
load_clips (Plan *plan, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_copy (plan->train_clips, NULL, NULL);
  g_autoptr (GHashTable) valid = g_hash_table_new (NULL, NULL);
  SerDataset *dataset;

  for (guint i = 0; plan->valid_clips && i < plan->valid_clips->len; i++) {
    g_hash_table_add (valid, plan->valid_clips->pdata[i]);
    g_ptr_array_add (all, plan->valid_clips->pdata[i]);
  }
  dataset = plan->train = ser_dataset_load (all, &plan->spec, plan->min_frames);
  if (plan->valid_clips) {
    plan->valid = g_new0 (SerDataset, 1);
    plan->valid->examples = g_array_new (FALSE, FALSE, sizeof (SerExample));
    for (guint i = 0; i < dataset->examples->len;) {
      SerExample *example = &g_array_index (dataset->examples, SerExample, i);
      if (g_hash_table_contains (valid, example->clip)) {
        g_array_append_vals (plan->valid->examples, example, 1);
        g_array_remove_index (dataset->examples, i);
      } else {
        i++;
      }
    }
    if (plan->valid->examples->len == 0) {
      g_set_error (error, SER_ERROR, SER_ERROR_DATA, "no validation clip is left to use");
      return FALSE;
    }
  }
  return check_label_counts (plan, error);
}

static void
clear_plan (Plan *plan)
{
  g_strfreev (plan->labels);
  g_clear_pointer (&plan->train_clips, g_ptr_array_unref);
  g_clear_pointer (&plan->valid_clips, g_ptr_array_unref);
  ser_dataset_free (plan->train);
  ser_dataset_free (plan->valid);
  g_clear_pointer (&plan->votes, g_ptr_array_unref);
}

/* ---- training ---- */

/* The listeners' votes over the model's labels, or NULL when there are none for these labels. */
static const float *
make_votes (Plan *plan, const SerClip *clip)
{
  float *votes = g_new0 (float, g_strv_length (plan->labels)), sum = 0;

  for (guint i = 0; plan->labels[i]; i++) {
    int emotion = ser_find_label (ser_emotions, plan->labels[i]);
    votes[i] = emotion >= 0 ? clip->votes[emotion] : 0;
    sum += votes[i];
  }
  for (guint i = 0; plan->labels[i]; i++)
    votes[i] /= sum > 0 ? sum : 1;
  g_ptr_array_add (plan->votes, votes);
  return sum > 0 ? votes : NULL;
}

/* The clips as the trainer takes them; free with g_free(). */
static SerTrainClip *
make_clips (Plan *plan, const SerDataset *dataset)
{
  SerTrainClip *clips = g_new0 (SerTrainClip, dataset->examples->len);

  for (guint i = 0; i < dataset->examples->len; i++) {
    const SerExample *example = &g_array_index (dataset->examples, SerExample, i);
    clips[i] = (SerTrainClip){ .frames = example->frames,
      .T = example->T,
      .label = ser_find_label ((const char *const *) plan->labels, example->clip->label),
      .votes = make_votes (plan, example->clip) };
  }
  return clips;
}

/* Scores the validation clips, fits the temperature to them and notes the figures. */
static void
calibrate (const Plan *plan, SerModel *model, const SerTrainClip *clips)
{
  guint n = plan->valid->examples->len, L = model->n_labels;
  g_autofree float *logits = g_new0 (float, (gsize) n *L), *scores = g_new0 (float, (gsize) n *L);
  g_autofree guint *truth = g_new (guint, n);
  g_autofree char *text = NULL;
  double temperature;
  SerMetrics metrics;

  for (guint i = 0; i < n; i++) {
    const SerExample *example = &g_array_index (plan->valid->examples, SerExample, i);
    truth[i] = clips[i].label;
    ser_score_clip (model, example->frames, example->n_samples, logits + i * L, scores + i * L);
  }
  temperature = plan->options->no_calibration ? 1.0 : ser_metrics_fit_temperature (logits, truth, n, L);
  for (guint i = 0; i < n; i++)
    ser_score_softmax (logits + i * L, L, temperature, scores + i * L);
  ser_metrics_compute (&metrics, scores, truth, n, L);
  ser_model_set_temperature (model, temperature);
  text = g_strdup_printf ("validation, %u clips: UAR %.4f, accuracy %.4f, macro F1 %.4f, ECE %.4f, temperature %.3f", n,
      metrics.uar, metrics.accuracy, metrics.macro_f1, metrics.ece, temperature);
  ser_model_set_metadata (model, "metrics", text);
  printf ("%s%s\n", text, plan->options->no_calibration ? " (not calibrated)" : " (fitted to these clips)");
}

static char *
join_speakers (GPtrArray *clips)
{
  g_autoptr (GPtrArray) speakers = ser_clips_speakers (clips);

  g_ptr_array_add (speakers, NULL);
  return g_strjoinv (" ", (char **) speakers->pdata);
}

/* Names of files and speakers may be in any encoding; metadata is UTF-8. */
static void
set_text (SerModel *model, const char *key, const char *text)
{
  g_autofree char *valid = text ? g_utf8_make_valid (text, -1) : NULL;

  ser_model_set_metadata (model, key, valid);
}

static void
describe_model (const Plan *plan, SerModel *model, guint epoch)
{
  const SerTrainOptions *options = plan->options;
  g_autofree char *sources = ser_sources_describe (options->sources);
  g_autoptr (GPtrArray) speakers = ser_clips_speakers (plan->train_clips);
  g_autofree char *trained_on = g_strdup_printf (
      "%s: %u clips of %u speakers, epoch %u", sources, plan->train->examples->len, speakers->len, epoch);
  g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, options->config.seed);
  g_autofree char *held_out = plan->valid_clips ? join_speakers (plan->valid_clips) : NULL;

  set_text (model, "trained_on", trained_on);
  set_text (model, "command", plan->command);
  ser_model_set_metadata (model, "seed", seed);
  set_text (model, "held_out", options->allow_overlap ? NULL : held_out);
  ser_model_set_metadata (model, "licence", options->licence);
  ser_model_set_metadata (model, "name", options->name);
  ser_model_set_metadata (model, "notes", options->notes);
}

/* From the clips to the file. */
static gboolean
train_model (Plan *plan, GError **error)
{
  g_autoptr (SerHistory) history = NULL;
  g_autofree SerTrainClip *train_clips = make_clips (plan, plan->train);
  g_autofree SerTrainClip *valid_clips = plan->valid ? make_clips (plan, plan->valid) : NULL;
  SerTrainSet train = { train_clips, plan->train->examples->len };
  SerTrainSet valid = { valid_clips, plan->valid ? plan->valid->examples->len : 0 };
  SerModelParts parts;
  SerTrainer *trainer;
  SerModel *model;
  gboolean ok = FALSE;

  fill_parts (plan, &parts);
  trainer = ser_trainer_new (&parts, &plan->options->config, &train, plan->valid ? &valid : NULL, error);
  if (!trainer)
    return FALSE;
  history = ser_history_new (plan->options->output, error);
  if (!history) {
    ser_trainer_free (trainer);
    return FALSE;
  }
  ser_history_run (history, trainer);
  model = ser_trainer_get_model (trainer, error);
  if (model) {
    describe_model (plan, model, ser_trainer_get_epoch (trainer));
    if (plan->valid)
      calibrate (plan, model, valid_clips);
    ok = ser_model_save (model, plan->options->output, plan->options->half, error);
    ser_model_unref (model);
  }
  ser_trainer_free (trainer);
  return ok;
}

static gboolean
run (Plan *plan, GError **error)
{
  if (!ser_sources_load (plan->options->sources, error) || !choose_labels (plan, error) || !check_lines (plan, error)
      || !choose_clips (plan, error) || !load_clips (plan, error))
    return FALSE;
  if (plan->valid)
    printf ("training on %u clips, validating on %u\n", plan->train->examples->len, plan->valid->examples->len);
  else
    printf ("training on %u clips, no validation: neither calibrated nor measured\n", plan->train->examples->len);
  fflush (stdout);
  return train_model (plan, error);
}

static char *
join_command (int argc, char **argv)
{
  GString *text = g_string_new ("seremotion");

  for (int i = 0; i < argc; i++) {
    gboolean plain =
        argv[i][0] != '\0' && argv[i][strspn (argv[i], G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_=./,:+%@")] == '\0';
    g_autofree char *quoted = plain ? g_strdup (argv[i]) : g_shell_quote (argv[i]);
    g_string_append_printf (text, " %s", quoted);
  }
  return g_string_free (text, FALSE);
}

int
ser_command_train (int argc, char **argv)
{
  SerTrainOptions options = { 0 };
  g_autofree char *command = join_command (argc, argv);
  GError *error = NULL;
  Plan plan = { .options = &options, .command = command, .votes = g_ptr_array_new_with_free_func (g_free) };
  gboolean ok;

  ser_train_options_init (&options);
  ok = ser_train_options_parse (&options, argc, argv, &error) && run (&plan, &error);
  if (ok)
    printf ("wrote %s\n", options.output);
  clear_plan (&plan);
  ser_train_options_clear (&options);
  return ok ? SER_EXIT_OK : ser_command_fail (argv[0], error);
}
