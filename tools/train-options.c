/* train-options.c - what the command line of `seremotion train` says
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train-options.h"

#include <stdio.h>
#include <string.h>

#include "command.h"
#include "presets.h"

#define DEFAULT_SOFT_SHARE 0.5

void
ser_train_options_init (SerTrainOptions *options)
{
  ser_train_config_init (&options->config);
  options->sources = ser_sources_new ();
  options->epochs = options->config.epochs;
  options->batch = options->config.batch;
  options->encoder_epochs = options->config.encoder_epochs;
  options->patience = options->config.patience;
  options->threads = options->config.threads;
  options->seed = options->config.seed;
  options->window = 3.0;
  options->soft_share = DEFAULT_SOFT_SHARE;
}

void
ser_train_options_clear (SerTrainOptions *options)
{
  char **strings[] = { &options->preset, &options->arch, &options->features, &options->labels, &options->schedule,
    &options->crop, &options->train_split, &options->valid_split, &options->output, &options->json,
    &options->predictions, &options->protocol_name, &options->name, &options->notes, &options->licence,
    &options->init };

  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    g_free (*strings[i]);
  g_strfreev (options->soft_labels);
  ser_augmentation_clear (&options->augmentation);
  ser_sources_free (options->sources);
}

/* Free with g_free(). */
static GOptionEntry *
make_entries (SerTrainOptions *o)
{
  SerTrainConfig *c = &o->config;
  /* Text kept in the file is taken as a file name is, byte by byte: UTF-8 in every locale. */
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &o->output, "Model file to write; FILE.history.csv goes beside it",
        "FILE" },
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &o->json, "Write options, history and figures", "FILE" },
    { "predictions", 0, 0, G_OPTION_ARG_FILENAME, &o->predictions,
        "Write each validation clip's probabilities and logits", "CSV" },
    { "preset", 0, 0, G_OPTION_ARG_STRING, &o->preset, "Start from named options: " SER_PRESET_NAMES, "NAME" },
    { "arch", 0, 0, G_OPTION_ARG_STRING, &o->arch, "Architecture line", "LINE" },
    { "features", 0, 0, G_OPTION_ARG_STRING, &o->features, "Features line", "LINE" },
    { "labels", 0, 0, G_OPTION_ARG_STRING, &o->labels,
        "Labels in the order of the scores (default: those of the clips)", "LIST" },
    { "window", 0, 0, G_OPTION_ARG_DOUBLE, &o->window, "Window the model is for, in seconds (default 3)", "S" },
    { "epochs", 0, 0, G_OPTION_ARG_INT, &o->epochs, "Passes over the training clips", "N" },
    { "batch", 0, 0, G_OPTION_ARG_INT, &o->batch, "Clips per step", "N" },
    { "lr", 0, 0, G_OPTION_ARG_DOUBLE, &c->lr, "Peak learning rate", "X" },
    { "schedule", 0, 0, G_OPTION_ARG_STRING, &o->schedule, "Learning rate over time: one-cycle cosine constant",
        "NAME" },
    { "weight-decay", 0, 0, G_OPTION_ARG_DOUBLE, &c->weight_decay, "AdamW's weight decay", "X" },
    { "clip-norm", 0, 0, G_OPTION_ARG_DOUBLE, &c->clip_norm, "Largest norm of the gradients, 0 for any", "X" },
    { "label-smoothing", 0, 0, G_OPTION_ARG_DOUBLE, &c->label_smoothing, "Share of the target spread over all labels",
        "X" },
    { "votes", 0, 0, G_OPTION_ARG_DOUBLE, &c->votes, "Share of the listeners' votes in the target", "X" },
    { "init", 0, 0, G_OPTION_ARG_FILENAME, &o->init,
        "Start from this model's weights, as far as names and shapes agree (fine-tuning)", "FILE" },
    { "soft-labels", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->soft_labels,
        "Predictions of other models to learn from, as evaluate --csv writes them; the mean of several", "CSV" },
    { "soft-share", 0, 0, G_OPTION_ARG_DOUBLE, &o->soft_share, "Share of the soft labels in the target (default 0.5)",
        "X" },
    { "encoder-epochs", 0, 0, G_OPTION_ARG_INT, &o->encoder_epochs,
        "Passes over the training clips of the autoencoder whose encoder an architecture line begins with", "N" },
    { "average", 0, 0, G_OPTION_ARG_DOUBLE, &c->average, "Decay per step of the weights' running average, 0 for none",
        "X" },
    { "patience", 0, 0, G_OPTION_ARG_INT, &o->patience, "Stop after N epochs without a better validation, 0 for never",
        "N" },
    { "keep-best", 0, 0, G_OPTION_ARG_NONE, &c->keep_best, "Keep the epoch with the best validation, not the last",
        NULL },
    { "crop", 0, 0, G_OPTION_ARG_STRING, &o->crop, "Lengths that crops of clips are drawn from, in seconds",
        "MIN,MAX" },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &o->seed, "Seed of everything drawn at random", "N" },
    { "threads", 0, 0, G_OPTION_ARG_INT, &o->threads, "Threads, 0 for one per core; the result does not depend on it",
        "N" },
    { "protocol", 0, 0, G_OPTION_ARG_STRING, &o->protocol_name,
        "What validates: actors (the default), kfold-actors:K or random:FRACTION", "NAME" },
    { "train-split", 0, 0, G_OPTION_ARG_STRING, &o->train_split, "Splits to train on (default train)", "NAME,..." },
    { "valid-split", 0, 0, G_OPTION_ARG_STRING, &o->valid_split,
        "Splits to validate on (default valid where there is one)", "NAME,...|none" },
    { "allow-speaker-overlap", 0, 0, G_OPTION_ARG_NONE, &o->allow_overlap, "Validate on speakers that are trained on",
        NULL },
    { "temperature", 0, 0, G_OPTION_ARG_DOUBLE, &o->temperature,
        "Calibrate by this, as crossval gives it, instead of fitting it to the validation clips; 1 for no calibration",
        "X" },
    { "half", 0, 0, G_OPTION_ARG_NONE, &o->half, "Store weights as 16-bit floats", NULL },
    { "name", 0, 0, G_OPTION_ARG_FILENAME, &o->name, "The model's name, kept in the file", "TEXT" },
    { "notes", 0, 0, G_OPTION_ARG_FILENAME, &o->notes, "Anything else to keep in the file", "TEXT" },
    { "licence", 0, 0, G_OPTION_ARG_FILENAME, &o->licence, "The weights' licence, kept in the file", "TEXT" },
    { NULL },
  };

  return g_memdup2 (entries, sizeof entries);
}

static GOptionGroup *
make_group (SerTrainOptions *o)
{
  g_autofree GOptionEntry *entries = make_entries (o);
  GOptionGroup *group = ser_sources_option_group (o->sources, entries);

  ser_augmentation_add_options (&o->augmentation, group);
  return group;
}

gboolean
ser_train_options_is_flag (const char *name)
{
  SerTrainOptions options = { 0 };
  g_autofree GOptionEntry *entries = make_entries (&options);

  for (guint i = 0; entries[i].long_name; i++)
    if (strcmp (entries[i].long_name, name) == 0)
      return entries[i].arg == G_OPTION_ARG_NONE;
  return FALSE;
}

static gboolean
usage_error (GError **error, const char *option, const char *value, const char *expected)
{
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s %s: expected %s", option, value, expected);
  return FALSE;
}

/* The preset's options, then those of the command line, so that the latter stand. */
static char **
expand_preset (int argc, char **argv, GError **error)
{
  const char *name = "default", *line;
  g_auto (GStrv) options = NULL;
  GPtrArray *all = g_ptr_array_new ();

  for (int i = 1; i < argc; i++) {
    if (g_str_has_prefix (argv[i], "--preset="))
      name = argv[i] + strlen ("--preset=");
    else if (strcmp (argv[i], "--preset") == 0 && i + 1 < argc)
      name = argv[i + 1];
  }
  line = ser_preset_find (name);
  if (!line) {
    usage_error (error, "--preset", name, SER_PRESET_NAMES);
    g_ptr_array_free (all, TRUE);
    return NULL;
  }
  g_shell_parse_argv (line, NULL, &options, NULL);
  g_ptr_array_add (all, g_strdup (argv[0]));
  for (guint i = 0; options[i]; i++)
    g_ptr_array_add (all, g_strdup (options[i]));
  for (int i = 1; i < argc; i++)
    g_ptr_array_add (all, g_strdup (argv[i]));
  g_ptr_array_add (all, NULL);
  return (char **) g_ptr_array_free (all, FALSE);
}

static gboolean
read_schedule (SerTrainOptions *options, GError **error)
{
  static const char *const names[] = { "one-cycle", "cosine", "constant", NULL };
  int schedule = options->schedule ? ser_find_label (names, options->schedule) : (int) options->config.schedule;

  options->config.schedule = schedule;
  return schedule >= 0 || usage_error (error, "--schedule", options->schedule, "one-cycle, cosine or constant");
}

static gboolean
read_tuples (SerTrainOptions *options, GError **error)
{
  SerTrainConfig *c = &options->config;

  if (options->crop) {
    char *end = NULL;
    c->crop_min = g_ascii_strtod (options->crop, &end);
    if (*end != ',')
      return usage_error (error, "--crop", options->crop, "MIN,MAX in seconds, as in 1,3");
    c->crop_max = g_ascii_strtod (end + 1, &end);
    if (*end != '\0')
      return usage_error (error, "--crop", options->crop, "MIN,MAX in seconds, as in 1,3");
  }
  return TRUE;
}

static gboolean
read_numbers (SerTrainOptions *options, GError **error)
{
  const struct {
    const char *option;
    int value;
    guint *place;
  } numbers[] = { { "--epochs", options->epochs, &options->config.epochs },
    { "--batch", options->batch, &options->config.batch },
    { "--encoder-epochs", options->encoder_epochs, &options->config.encoder_epochs },
    { "--patience", options->patience, &options->config.patience },
    { "--threads", options->threads, &options->config.threads } };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    if (numbers[i].value < 0) {
      g_autofree char *value = g_strdup_printf ("%d", numbers[i].value);
      return usage_error (error, numbers[i].option, value, "a number of 0 or more");
    }
    *numbers[i].place = numbers[i].value;
  }
  options->config.seed = options->seed;
  options->config.soft = options->soft_labels ? options->soft_share : 0.0;
  return TRUE;
}

/* What the model file keeps as it is given. */
static gboolean
check_model (const SerTrainOptions *options, GError **error)
{
  if (!(options->window >= SER_MIN_WINDOW && options->window <= SER_MAX_WINDOW)) {
    g_set_error (error, SER_ERROR, SER_ERROR_CONFIG, "--window %g: expected 1 to 30 seconds", options->window);
    return FALSE;
  }
  if (options->temperature != 0.0
      && !(options->temperature >= SER_MODEL_MIN_TEMPERATURE && options->temperature <= SER_MODEL_MAX_TEMPERATURE)) {
    g_set_error (error, SER_ERROR, SER_ERROR_CONFIG, "--temperature %g: expected %g to %g, 1 for no calibration",
        options->temperature, SER_MODEL_MIN_TEMPERATURE, SER_MODEL_MAX_TEMPERATURE);
    return FALSE;
  }
  return (!options->labels || ser_command_check_labels (options->labels, error))
      && ser_command_check_text ("--name", options->name, error)
      && ser_command_check_text ("--notes", options->notes, error)
      && ser_command_check_text ("--licence", options->licence, error);
}

static gboolean
read_protocol (SerTrainOptions *options, GError **error)
{
  const SerSources *sources = options->sources;
  SerProtocol *protocol = &options->protocol;

  if (!options->protocol_name) {
    *protocol =
        (SerProtocol){ sources->n_folds ? SER_PROTOCOL_KFOLD_ACTORS : SER_PROTOCOL_ACTORS, sources->n_folds, 0 };
  } else if (!ser_protocol_parse (options->protocol_name, protocol, error)) {
    return FALSE;
  } else if (sources->n_folds && sources->n_folds != protocol->folds) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
        "--fold %u/%u goes with --protocol kfold-actors:%u, not with %s", sources->fold, sources->n_folds,
        sources->n_folds, options->protocol_name);
    return FALSE;
  }
  if (protocol->kind == SER_PROTOCOL_ACTORS || !options->valid_split)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
      "%s and --valid-split both name the validation clips; give one",
      options->protocol_name ? options->protocol_name : "--fold");
  return FALSE;
}

static gboolean
read_augmentation (SerTrainOptions *options, GError **error)
{
  g_autoptr (SerChain) chain = NULL;

  if (options->augmentation.line)
    options->config.augment = options->augmentation.line;
  if (!ser_augmentation_check (&options->augmentation, error))
    return FALSE;
  chain = ser_chain_new (options->config.augment, error);
  return chain && ser_chain_check_trainable (chain, error);
}

const char *
ser_train_options_split (const SerTrainOptions *options)
{
  gboolean all = options->protocol_name && options->protocol.kind != SER_PROTOCOL_ACTORS;

  return options->train_split ? options->train_split : all ? "train,valid" : "train";
}

gboolean
ser_train_options_check_lines (const SerTrainOptions *options, const char *const *labels, GError **error)
{
  const SerTrainSet none = { NULL, 0 };
  SerTrainConfig config = options->config;
  const SerModelParts parts = { .features = options->features,
    .arch = options->arch,
    .labels = labels,
    .window = options->window,
    .temperature = 1.0 };
  g_autoptr (GError) local = NULL;

  config.augment = ""; /* checked with the options; what it draws from is not decoded yet */
  /* A trainer without clips complains of their absence last. */
  ser_trainer_free (ser_trainer_new (&parts, &config, &none, NULL, &local));
  if (g_error_matches (local, SER_ERROR, SER_ERROR_DATA))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
ser_train_options_read (SerTrainOptions *options, int argc, char **argv, GError **error)
{
  g_auto (GStrv) all = expand_preset (argc, argv, error), rest = NULL;

  return all
      && ser_command_parse (g_strv_length (all), all, NULL, "Trains a model on a corpus and writes it to FILE.",
          make_group (options), 0, &rest, error)
      && read_protocol (options, error) && read_schedule (options, error) && read_tuples (options, error)
      && read_numbers (options, error) && read_augmentation (options, error) && check_model (options, error);
}

gboolean
ser_train_options_parse (SerTrainOptions *options, int argc, char **argv, GError **error)
{
  return ser_train_options_read (options, argc, argv, error) && ser_sources_check (options->sources, error)
      && ser_train_options_check_outputs (options, error);
}
