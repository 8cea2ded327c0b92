/* run.c - a training as JSON: what it was, how it went, what came of it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "training.h"

#include <math.h>
#include <string.h>

static void
begin_object (JsonBuilder *builder, const char *name)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
}

/* ---- options ---- */

static void
add_division (JsonBuilder *builder, const SerTrainOptions *options)
{
  g_autofree char *protocol = ser_protocol_describe (&options->protocol, options->sources->fold);

  ser_json_add_string (builder, "protocol", protocol);
  ser_json_add_string (builder, "train_split", ser_train_options_split (options));
  ser_json_add_string (builder, "valid_split", options->valid_split);
  ser_json_add_boolean (builder, "allow_speaker_overlap", options->allow_overlap);
  ser_json_add_int (builder, "fold_seed", options->sources->fold_seed);
}

/* Files and folders whose contents change what comes of the training. */
static void
add_paths (JsonBuilder *builder, const SerTrainOptions *options)
{
  const struct {
    const char *name;
    char **paths;
  } lists[] = { { "noise", options->augmentation.noise }, { "rir", options->augmentation.rir },
    { "soft_labels", options->soft_labels } };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    if (lists[i].paths)
      ser_json_add_strings (
          builder, lists[i].name, (const char *const *) lists[i].paths, g_strv_length (lists[i].paths));
  if (options->init)
    ser_json_add_string (builder, "init", options->init);
}

/* All other options that do. */
static void
add_options (JsonBuilder *builder, const SerTrainOptions *options)
{
  static const char *const schedules[] = { "one-cycle", "cosine", "constant" };
  const SerTrainConfig *config = &options->config;

  ser_json_add_string (builder, "preset", options->preset ? options->preset : "default");
  ser_json_add_string (builder, "arch", options->arch);
  ser_json_add_string (builder, "features", options->features);
  ser_json_add_double (builder, "window", options->window);
  ser_json_add_int (builder, "epochs", config->epochs);
  if (strstr (options->arch, "encoder("))
    ser_json_add_int (builder, "encoder_epochs", config->encoder_epochs);
  ser_json_add_int (builder, "batch", config->batch);
  ser_json_add_double (builder, "lr", config->lr);
  ser_json_add_string (builder, "schedule", schedules[config->schedule]);
  ser_json_add_double (builder, "weight_decay", config->weight_decay);
  ser_json_add_double (builder, "clip_norm", config->clip_norm);
  ser_json_add_double (builder, "label_smoothing", config->label_smoothing);
  ser_json_add_double (builder, "votes", config->votes);
  ser_json_add_string (builder, "augment", config->augment);
  ser_json_add_double (builder, "soft_share", config->soft);
  ser_json_add_double (builder, "average", config->average);
  ser_json_add_int (builder, "patience", config->patience);
  ser_json_add_boolean (builder, "keep_best", config->keep_best);
  ser_json_add_double (builder, "crop_min", config->crop_min);
  ser_json_add_double (builder, "crop_max", config->crop_max);
  ser_json_add_int (builder, "seed", config->seed);
  if (options->temperature > 0)
    ser_json_add_double (builder, "temperature", options->temperature);
  add_division (builder, options);
}

/* ---- identity ---- */

/* What the training could be told of a clip, apart from its sound. */
static void
digest_clip (GChecksum *sum, const SerClip *clip)
{
  const double times[] = { clip->start, clip->end };
  const char *texts[] = { clip->name, clip->label, clip->speaker, clip->split };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_checksum_update (sum, (const guchar *) texts[i], strlen (texts[i]) + 1);
  g_checksum_update (sum, (const guchar *) times, sizeof times);
  g_checksum_update (sum, (const guchar *) clip->votes, sizeof clip->votes);
}

static void
digest_clips (GChecksum *sum, const SerCorpus *corpus)
{
  for (guint i = 0; i < corpus->clips->len; i++)
    digest_clip (sum, &g_array_index (corpus->clips, SerClip, i));
}

/* The recordings that an item of the augmentation draws from, if it is there. What cannot be read is reported by
 * whoever needs what is in it. */
static void
digest_recordings (GChecksum *sum, const SerTrainOptions *options, SerEffectKind item, char *const *places)
{
  g_autoptr (SerChain) chain = ser_chain_new (options->config.augment, NULL);
  g_autoptr (SerCorpus) corpus = ser_corpus_new ();

  if (places && chain && ser_chain_find (chain, item) && ser_augmentation_list (places, corpus, NULL)) {
    g_checksum_update (sum, (const guchar *) &item, sizeof item);
    digest_clips (sum, corpus);
  }
}

static void
digest_file (GChecksum *sum, const char *path)
{
  g_autofree char *bytes = NULL;
  gsize size;

  if (g_file_get_contents (path, &bytes, &size, NULL))
    g_checksum_update (sum, (const guchar *) bytes, size);
}

char *
ser_run_id (const SerTrainOptions *options, const SerCorpus *corpus, const char *const *labels)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  ser_json_add_string (builder, "version", SER_VERSION);
  ser_json_add_strings (builder, "labels", labels, g_strv_length ((char **) labels));
  add_options (builder, options);
  json_builder_end_object (builder);
  text = ser_json_to_text (builder);
  g_checksum_update (sum, (const guchar *) text, -1);
  digest_clips (sum, corpus);
  digest_recordings (sum, options, SER_EFFECT_NOISE, options->augmentation.noise);
  digest_recordings (sum, options, SER_EFFECT_REVERB, options->augmentation.rir);
  for (guint i = 0; options->soft_labels && options->soft_labels[i]; i++)
    digest_file (sum, options->soft_labels[i]);
  if (options->init)
    digest_file (sum, options->init);
  return g_strndup (g_checksum_get_string (sum), 16);
}

/* ---- the run ---- */

static void
add_counts (JsonBuilder *builder, const char *name, guint train, guint valid)
{
  begin_object (builder, name);
  ser_json_add_int (builder, "train", train);
  ser_json_add_int (builder, "valid", valid);
  json_builder_end_object (builder);
}

static guint
count_speakers (GPtrArray *clips)
{
  g_autoptr (GPtrArray) speakers = clips ? ser_clips_speakers (clips) : g_ptr_array_new ();

  return speakers->len;
}

static void
add_clips (JsonBuilder *builder, const SerTraining *training)
{
  const SerDivision *division = training->division;
  g_autofree char *corpora = ser_sources_describe (training->plan->options->sources);

  ser_json_add_string (builder, "protocol", division->protocol);
  ser_json_add_string (builder, "corpora", corpora);
  add_counts (builder, "clips", division->train->len, division->valid ? division->valid->len : 0);
  add_counts (builder, "speakers", count_speakers (division->train_clips), count_speakers (division->valid_clips));
}

/* What an autoencoder came to, as it was reported with the first epoch; nothing where none was trained. */
static void
add_encoder (JsonBuilder *builder, const SerHistory *history)
{
  const SerTrainProgress *p = &g_array_index (ser_history_get_epochs (history), SerTrainProgress, 0);

  if (isnan (p->train_explained))
    return;
  begin_object (builder, "encoder");
  ser_json_add_double (builder, "train_explained", p->train_explained);
  ser_json_add_double (builder, "valid_explained", p->valid_explained);
  json_builder_end_object (builder);
}

static void
add_history (JsonBuilder *builder, const SerHistory *history)
{
  const GArray *epochs = ser_history_get_epochs (history);

  json_builder_set_member_name (builder, "history");
  json_builder_begin_array (builder);
  for (guint i = 0; i < epochs->len; i++) {
    const SerTrainProgress *p = &g_array_index (epochs, SerTrainProgress, i);

    json_builder_begin_object (builder);
    ser_json_add_int (builder, "epoch", p->epoch);
    ser_json_add_double (builder, "lr", p->lr);
    ser_json_add_double (builder, "train_loss", p->train_loss);
    ser_json_add_double (builder, "train_accuracy", p->train_accuracy);
    ser_json_add_double (builder, "valid_loss", p->valid_loss);
    ser_json_add_double (builder, "valid_accuracy", p->valid_accuracy);
    ser_json_add_double (builder, "valid_uar", p->valid_uar);
    ser_json_add_double (builder, "seconds", p->seconds);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

gboolean
ser_training_write_json (const SerTraining *training, const char *path, GError **error)
{
  const SerTrainPlan *plan = training->plan;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *id = ser_run_id (plan->options, plan->options->sources->corpus, (const char *const *) plan->labels);

  json_builder_begin_object (builder);
  ser_json_add_string (builder, "schema", SER_RUN_SCHEMA);
  ser_json_add_string (builder, "version", SER_VERSION);
  ser_json_add_string (builder, "id", id);
  ser_json_add_string (builder, "name", plan->options->name);
  ser_json_add_string (builder, "command", training->command);
  begin_object (builder, "options");
  add_options (builder, plan->options);
  add_paths (builder, plan->options);
  json_builder_end_object (builder);
  add_clips (builder, training);
  ser_json_add_int (builder, "parameters", plan->n_parameters);
  add_encoder (builder, training->history);
  add_history (builder, training->history);
  ser_json_add_int (builder, "kept_epoch", training->kept_epoch);
  ser_json_add_double (builder, "seconds", training->seconds);
  ser_json_add_boolean (builder, "interrupted", ser_history_was_interrupted (training->history));
  if (training->evaluation.verdicts->len > 0)
    ser_evaluation_add_figures (builder, &training->evaluation);
  ser_json_add_double (builder, "temperature", training->model->temperature);
  json_builder_end_object (builder);
  return ser_json_write (builder, path, error);
}
