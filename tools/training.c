/* training.c - one training: from the clips to a model and its figures
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "training.h"

#include <stdio.h>

#include "command.h"
#include "model/error.h"
#include "score.h"

/* What the trainer takes; its arrays must outlive it. */
typedef struct {
  SerTrainSet train, valid;
  GPtrArray *votes; /* float [n_labels] */
} Sets;

/* The listeners' votes over the model's labels, or NULL when there are none for these labels. */
static const float *
make_votes (const SerTrainPlan *plan, const SerClip *clip, Sets *sets)
{
  float *votes = g_new0 (float, g_strv_length (plan->labels)), sum = 0;

  for (guint i = 0; plan->labels[i]; i++) {
    int emotion = ser_find_label (ser_emotions, plan->labels[i]);
    votes[i] = emotion >= 0 ? clip->votes[emotion] : 0;
    sum += votes[i];
  }
  for (guint i = 0; plan->labels[i]; i++)
    votes[i] /= sum > 0 ? sum : 1;
  g_ptr_array_add (sets->votes, votes);
  return sum > 0 ? votes : NULL;
}

/* The clips as the trainer takes them; free with g_free(). */
static SerTrainClip *
make_clips (const SerTrainPlan *plan, const GArray *examples, Sets *sets)
{
  SerTrainClip *clips = g_new0 (SerTrainClip, examples->len);

  for (guint i = 0; i < examples->len; i++) {
    const SerExample *example = &g_array_index (examples, SerExample, i);
    clips[i] = (SerTrainClip){ .frames = example->frames,
      .T = example->T,
      .label = ser_find_label ((const char *const *) plan->labels, example->clip->label),
      .votes = make_votes (plan, example->clip, sets),
      .soft = plan->soft ? ser_soft_labels_find (plan->soft, example->clip->name) : NULL,
      .samples = example->samples,
      .n_samples = example->n_samples };
  }
  return clips;
}

static void
sets_init (Sets *sets, const SerTrainPlan *plan, const SerDivision *division)
{
  *sets = (Sets){ .votes = g_ptr_array_new_with_free_func (g_free) };
  sets->train = (SerTrainSet){ make_clips (plan, division->train, sets), division->train->len };
  if (division->valid)
    sets->valid = (SerTrainSet){ make_clips (plan, division->valid, sets), division->valid->len };
}

static void
sets_clear (Sets *sets)
{
  g_free ((gpointer) sets->train.clips);
  g_free ((gpointer) sets->valid.clips);
  g_ptr_array_unref (sets->votes);
}

/* ---- figures ---- */

static void
score_examples (SerTraining *training)
{
  const SerDivision *division = training->division;
  GArray *verdicts = training->evaluation.verdicts;

  for (guint i = 0; i < division->valid->len; i++) {
    const SerExample *example = &g_array_index (division->valid, SerExample, i);
    SerVerdict verdict = { .clip = example->clip,
      .truth = ser_find_label (training->evaluation.labels, example->clip->label),
      .answered = TRUE };

    verdict.too_short =
        !ser_score_clip (training->model, example->frames, example->n_samples, verdict.logits, verdict.scores);
    g_array_append_val (verdicts, verdict);
  }
}

static double
fit_temperature (const SerTraining *training)
{
  const GArray *verdicts = training->evaluation.verdicts;
  guint n = verdicts->len, L = training->evaluation.n_labels;
  g_autofree float *logits = g_new (float, (gsize) n *L);
  g_autofree guint *truth = g_new (guint, n);

  for (guint i = 0; i < n; i++) {
    const SerVerdict *verdict = &g_array_index (verdicts, SerVerdict, i);
    truth[i] = verdict->truth;
    for (guint c = 0; c < L; c++)
      logits[(gsize) i * L + c] = verdict->logits[c];
  }
  return ser_metrics_fit_temperature (logits, truth, n, L);
}

/* Scores the validation clips, fits the temperature to them and notes the figures. */
static void
calibrate (SerTraining *training)
{
  double given = training->plan->options->temperature;
  GArray *verdicts = training->evaluation.verdicts;
  g_autofree char *text = NULL;
  double temperature;
  SerMetrics metrics;

  score_examples (training);
  temperature = given > 0 ? given : fit_temperature (training);
  for (guint i = 0; i < verdicts->len; i++) {
    SerVerdict *verdict = &g_array_index (verdicts, SerVerdict, i);
    ser_score_softmax (verdict->logits, training->evaluation.n_labels, temperature, verdict->scores);
  }
  ser_evaluation_measure (&training->evaluation, NULL, NULL, &metrics);
  ser_model_set_temperature (training->model, temperature);
  text = g_strdup_printf (
      "validation by protocol %s, %u clips: UAR %.4f, accuracy %.4f, macro F1 %.4f, ECE %.4f, temperature %.3f",
      training->division->protocol, verdicts->len, metrics.uar, metrics.accuracy, metrics.macro_f1, metrics.ece,
      temperature);
  ser_model_set_metadata (training->model, "metrics", text);
  printf ("%s%s\n", text, given > 0 ? "" : " (fitted to these clips)");
}

/* ---- metadata ---- */

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
describe_model (const SerTraining *training)
{
  const SerTrainOptions *options = training->plan->options;
  const SerDivision *division = training->division;
  SerModel *model = training->model;
  g_autofree char *sources = ser_sources_describe (options->sources);
  g_autoptr (GPtrArray) speakers = ser_clips_speakers (division->train_clips);
  g_autofree char *trained_on = g_strdup_printf (
      "%s: %u clips of %u speakers, epoch %u", sources, division->train->len, speakers->len, training->kept_epoch);
  g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, options->config.seed);
  g_autofree char *held_out =
      division->valid_clips && !division->overlap ? join_speakers (division->valid_clips) : NULL;
  g_autofree char *encoder =
      ser_history_describe_encoder (&g_array_index (ser_history_get_epochs (training->history), SerTrainProgress, 0));

  set_text (model, "trained_on", trained_on);
  set_text (model, "command", training->command);
  ser_model_set_metadata (model, "seed", seed);
  set_text (model, "held_out", held_out);
  set_text (model, "protocol", division->protocol);
  ser_model_set_metadata (model, "autoencoder", encoder);
  ser_model_set_metadata (model, "licence", options->licence);
  ser_model_set_metadata (model, "name", options->name);
  ser_model_set_metadata (model, "notes", options->notes);
}

/* ---- training ---- */

static SerTraining *
training_new (const SerTrainPlan *plan, const SerDivision *division, const char *command)
{
  SerTraining *training = g_new0 (SerTraining, 1);

  *training = (SerTraining){ .plan = plan, .division = division, .command = command };
  training->evaluation = (SerEvaluation){ .labels = (const char *const *) plan->labels,
    .n_labels = g_strv_length (plan->labels),
    .verdicts = g_array_new (FALSE, TRUE, sizeof (SerVerdict)) };
  return training;
}

/* Says how many of the training clips have soft labels; tables of other clips are a mistake. */
static gboolean
report_soft_labels (const SerTrainSet *train, GError **error)
{
  gsize n = 0;

  for (gsize i = 0; i < train->n_clips; i++)
    n += train->clips[i].soft != NULL;
  if (n == 0)
    return ser_fail (error, SER_ERROR_DATA,
        "no training clip is in the tables of --soft-labels; their column `clip` must hold the training clips' names");
  printf ("soft labels for %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " training clips\n", n, train->n_clips);
  return TRUE;
}

/* Fine-tuning from --init; a model of which nothing fits is refused. */
static gboolean
start_from (SerTrainer *trainer, const char *init, GError **error)
{
  SerModel *model = init ? ser_command_load_model (init, error) : NULL;
  gsize n;

  if (!model)
    return !init;
  n = ser_trainer_start_from (trainer, model);
  ser_model_unref (model);
  if (n == 0)
    return ser_fail (error, SER_ERROR_CONFIG,
        "--init %s: no tensor has the name and shape of one of this architecture's; give a model of a like --arch",
        init);
  printf ("starting from %" G_GSIZE_FORMAT " values of %s\n", n, init);
  return TRUE;
}

/* Trains, and takes the model out of the trainer. */
static gboolean
train (SerTraining *training, const Sets *sets, const char *output, GError **error)
{
  const SerTrainOptions *options = training->plan->options;
  SerModelParts parts = { .features = options->features,
    .arch = options->arch,
    .labels = training->evaluation.labels,
    .window = options->window,
    .temperature = 1.0 };
  SerTrainConfig config = options->config;
  SerTrainer *trainer;

  config.sounds = training->plan->sounds;
  trainer = ser_trainer_new (&parts, &config, &sets->train, sets->valid.clips ? &sets->valid : NULL, error);
  if (trainer && start_from (trainer, options->init, error))
    training->history = ser_history_new (output, error);
  if (training->history) {
    ser_history_run (training->history, trainer);
    training->kept_epoch = ser_trainer_get_epoch (trainer);
    training->model = ser_trainer_get_model (trainer, error);
  }
  ser_trainer_free (trainer);
  return training->model != NULL;
}

SerTraining *
ser_training_run (
    const SerTrainPlan *plan, const SerDivision *division, const char *command, const char *output, GError **error)
{
  g_autoptr (SerTraining) training = training_new (plan, division, command);
  gint64 start = g_get_monotonic_time ();
  Sets sets;
  gboolean ok;

  sets_init (&sets, plan, division);
  ok = (!plan->soft || report_soft_labels (&sets.train, error)) && train (training, &sets, output, error);
  sets_clear (&sets);
  if (!ok)
    return NULL;
  describe_model (training);
  if (division->valid)
    calibrate (training);
  else if (plan->options->temperature > 0)
    ser_model_set_temperature (training->model, plan->options->temperature);
  training->seconds = (g_get_monotonic_time () - start) / 1e6;
  return g_steal_pointer (&training);
}

void
ser_training_free (SerTraining *training)
{
  if (!training)
    return;
  ser_history_free (training->history);
  ser_model_unref (training->model);
  g_array_unref (training->evaluation.verdicts);
  g_free (training);
}
