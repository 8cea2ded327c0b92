/* train-plan.c - which clips a training takes, loaded once for all of its folds
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train-plan.h"

#include <string.h>

#include "model/error.h"

/* ---- lines and labels ---- */

static gboolean
choose_labels (SerTrainPlan *plan, GError **error)
{
  const SerTrainOptions *options = plan->options;
  guint n;

  plan->labels =
      options->labels ? g_strsplit (options->labels, ",", -1) : ser_sources_suggest_labels (options->sources);
  n = g_strv_length (plan->labels);
  return (n >= 2 && n <= SER_MAX_LABELS)
      || ser_fail (error, SER_ERROR_DATA, "the clips have %u labels; a model has 2 to %d", n, SER_MAX_LABELS);
}

static gboolean
read_lines (SerTrainPlan *plan, GError **error)
{
  const SerTrainOptions *options = plan->options;
  SerArchitecture *arch;

  if (!ser_train_options_check_lines (options, (const char *const *) plan->labels, error))
    return FALSE;
  ser_features_parse (options->features, &plan->spec, NULL);
  arch = ser_architecture_parse (options->arch, ser_feature_spec_channels (&plan->spec),
      ser_feature_spec_fixed_length (&plan->spec), g_strv_length (plan->labels), NULL);
  plan->min_frames = ser_architecture_min_frames (arch);
  plan->n_parameters = ser_architecture_n_parameters (arch);
  ser_architecture_free (arch);
  return TRUE;
}

/* ---- pools ---- */

static gboolean
has_split (const SerSources *sources, const char *split)
{
  for (guint i = 0; i < sources->corpus->clips->len; i++)
    if (strcmp (g_array_index (sources->corpus->clips, SerClip, i).split, split) == 0)
      return TRUE;
  return FALSE;
}

static void
choose_splits (SerTrainPlan *plan)
{
  const SerTrainOptions *options = plan->options;

  plan->train_split = ser_train_options_split (options);
  if (options->protocol.kind == SER_PROTOCOL_ACTORS)
    plan->valid_split = options->valid_split    ? options->valid_split
        : has_split (options->sources, "valid") ? "valid"
                                                : "none";
}

static void
choose_pools (SerTrainPlan *plan)
{
  const SerTrainOptions *options = plan->options;
  const char *const *labels = (const char *const *) plan->labels;
  guint n_left_out = 0;

  choose_splits (plan);
  plan->train_pool = ser_sources_select (options->sources, plan->train_split, labels, &n_left_out);
  if (plan->valid_split && strcmp (plan->valid_split, "none") != 0)
    plan->valid_pool = ser_sources_select (options->sources, plan->valid_split, labels, &n_left_out);
}

SerTrainPlan *
ser_train_plan_new (const SerTrainOptions *options, GError **error)
{
  g_autoptr (SerTrainPlan) plan = g_new0 (SerTrainPlan, 1);

  plan->options = options;
  if (!ser_sources_load (options->sources, error) || !choose_labels (plan, error) || !read_lines (plan, error))
    return NULL;
  if (options->soft_labels) {
    plan->soft =
        ser_soft_labels_load ((const char *const *) options->soft_labels, (const char *const *) plan->labels, error);
    if (!plan->soft)
      return NULL;
  }
  choose_pools (plan);
  return g_steal_pointer (&plan);
}

gboolean
ser_train_plan_load (SerTrainPlan *plan, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_copy (plan->train_pool, NULL, NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  const SerTrainConfig *config = &plan->options->config;
  g_autoptr (SerChain) chain = ser_chain_new (config->augment, error);

  plan->sounds = ser_augmentation_load (&plan->options->augmentation, plan->spec.rate, config->threads, error);
  if (!chain || !plan->sounds)
    return FALSE;
  for (guint i = 0; i < all->len; i++)
    g_hash_table_add (seen, all->pdata[i]);
  for (guint i = 0; plan->valid_pool && i < plan->valid_pool->len; i++)
    if (g_hash_table_add (seen, plan->valid_pool->pdata[i]))
      g_ptr_array_add (all, plan->valid_pool->pdata[i]);
  plan->dataset = ser_dataset_load (all, &plan->spec, plan->min_frames, ser_chain_has_wave (chain), config->threads);
  return plan->dataset->examples->len > 0 || ser_fail (error, SER_ERROR_DATA, "no clip is left to use");
}

void
ser_train_plan_free (SerTrainPlan *plan)
{
  if (!plan)
    return;
  g_strfreev (plan->labels);
  g_clear_pointer (&plan->train_pool, g_ptr_array_unref);
  g_clear_pointer (&plan->valid_pool, g_ptr_array_unref);
  ser_dataset_free (plan->dataset);
  ser_soft_labels_free (plan->soft);
  ser_sounds_free (plan->sounds);
  g_free (plan);
}

/* ---- division ---- */

static gboolean
divide_clips (const SerTrainPlan *plan, guint fold, SerDivision *division, GError **error)
{
  const SerTrainOptions *options = plan->options;
  SerSources sources = *options->sources;

  switch (options->protocol.kind) {
    case SER_PROTOCOL_KFOLD_ACTORS:
      sources.fold = fold;
      sources.n_folds = options->protocol.folds;
      return ser_sources_divide (&sources, plan->train_pool, &division->valid_clips, &division->train_clips, error);
    case SER_PROTOCOL_RANDOM:
      return ser_protocol_draw (plan->train_pool, options->protocol.fraction, sources.fold_seed, &division->valid_clips,
          &division->train_clips, error);
    default:
      division->train_clips = g_ptr_array_ref (plan->train_pool);
      division->valid_clips = plan->valid_pool ? g_ptr_array_ref (plan->valid_pool) : NULL;
      return TRUE;
  }
}

static gboolean
check_parts (const SerTrainPlan *plan, const SerDivision *division, GError **error)
{
  if (division->train_clips->len == 0)
    return ser_fail (error, SER_ERROR_DATA, "no clip is in the training split `%s`", plan->train_split);
  if (division->valid_clips && division->valid_clips->len == 0)
    return ser_fail (error, SER_ERROR_DATA, "no clip is in the validation split `%s`",
        plan->valid_split ? plan->valid_split : plan->train_split);
  return TRUE;
}

/* Names of the speakers who are in both parts, a blank before each. */
static char *
find_shared (const SerDivision *division)
{
  g_autoptr (GPtrArray) train = ser_clips_speakers (division->train_clips);
  g_autoptr (GPtrArray) valid = ser_clips_speakers (division->valid_clips);
  g_autoptr (GHashTable) trained = g_hash_table_new (g_str_hash, g_str_equal);
  GString *shared = g_string_new (NULL);

  for (guint i = 0; i < train->len; i++)
    g_hash_table_add (trained, train->pdata[i]);
  for (guint i = 0; i < valid->len; i++)
    if (g_hash_table_contains (trained, valid->pdata[i]))
      g_string_append_printf (shared, " %s", (char *) valid->pdata[i]);
  return g_string_free (shared, FALSE);
}

static gboolean
refuse_shared (const SerTrainPlan *plan, const SerDivision *division, GError **error)
{
  const SerTrainOptions *options = plan->options;
  g_autofree char *shared = NULL;

  if (!division->valid_clips || options->allow_overlap || options->protocol.kind == SER_PROTOCOL_RANDOM)
    return TRUE;
  shared = find_shared (division);
  return !*shared
      || ser_fail (error, SER_ERROR_DATA,
          "speakers in both training and validation:%s; divide them otherwise, or give --allow-speaker-overlap",
          shared);
}

/* A clip that validates does not train. */
static void
drop_common (SerDivision *division)
{
  g_autoptr (GHashTable) valid = g_hash_table_new (NULL, NULL);
  GPtrArray *rest = g_ptr_array_new ();

  for (guint i = 0; division->valid_clips && i < division->valid_clips->len; i++)
    g_hash_table_add (valid, division->valid_clips->pdata[i]);
  for (guint i = 0; i < division->train_clips->len; i++)
    if (!g_hash_table_contains (valid, division->train_clips->pdata[i]))
      g_ptr_array_add (rest, division->train_clips->pdata[i]);
  g_ptr_array_unref (division->train_clips);
  division->train_clips = rest;
}

static void
name_protocol (const SerTrainPlan *plan, guint fold, SerDivision *division)
{
  const SerTrainOptions *options = plan->options;
  g_autofree char *name = ser_protocol_describe (&options->protocol, fold), *shared = NULL;

  if (!division->valid_clips) {
    division->protocol = g_strdup ("no validation");
    return;
  }
  shared = find_shared (division);
  division->overlap = *shared || options->protocol.kind == SER_PROTOCOL_RANDOM;
  if (division->overlap)
    division->protocol = g_strdup_printf ("%s (" SER_PROTOCOL_OPTIMISTIC ")", name);
  else if (fold && !options->protocol_name)
    division->protocol = g_strdup_printf ("%s of split %s", name, plan->train_split);
  else
    division->protocol = g_steal_pointer (&name);
}

/* Those of the loaded examples whose clip is among `clips`. */
static GArray *
find_examples (const SerTrainPlan *plan, GPtrArray *clips)
{
  g_autoptr (GHashTable) wanted = g_hash_table_new (NULL, NULL);
  GArray *examples = g_array_new (FALSE, FALSE, sizeof (SerExample));

  for (guint i = 0; i < clips->len; i++)
    g_hash_table_add (wanted, clips->pdata[i]);
  for (guint i = 0; i < plan->dataset->examples->len; i++) {
    const SerExample *example = &g_array_index (plan->dataset->examples, SerExample, i);
    if (g_hash_table_contains (wanted, example->clip))
      g_array_append_vals (examples, example, 1);
  }
  return examples;
}

static gboolean
check_label_counts (const SerTrainPlan *plan, const SerDivision *division, GError **error)
{
  for (guint c = 0; plan->labels[c]; c++) {
    guint n = 0;
    for (guint i = 0; i < division->train->len; i++)
      n += strcmp (g_array_index (division->train, SerExample, i).clip->label, plan->labels[c]) == 0;
    if (n == 0)
      return ser_fail (
          error, SER_ERROR_DATA, "no training clip has the label `%s`; leave it out with --labels", plan->labels[c]);
  }
  return TRUE;
}

SerDivision *
ser_train_plan_divide (const SerTrainPlan *plan, guint fold, GError **error)
{
  g_autoptr (SerDivision) division = g_new0 (SerDivision, 1);

  if (!divide_clips (plan, fold, division, error) || !refuse_shared (plan, division, error))
    return NULL;
  drop_common (division);
  if (!check_parts (plan, division, error))
    return NULL;
  name_protocol (plan, fold, division);
  if (!plan->dataset)
    return g_steal_pointer (&division);
  division->train = find_examples (plan, division->train_clips);
  division->valid = division->valid_clips ? find_examples (plan, division->valid_clips) : NULL;
  if (division->valid && division->valid->len == 0) {
    ser_fail (error, SER_ERROR_DATA, "no validation clip is left to use");
    return NULL;
  }
  return check_label_counts (plan, division, error) ? g_steal_pointer (&division) : NULL;
}

void
ser_division_free (SerDivision *division)
{
  if (!division)
    return;
  g_free (division->protocol);
  g_clear_pointer (&division->train_clips, g_ptr_array_unref);
  g_clear_pointer (&division->valid_clips, g_ptr_array_unref);
  g_clear_pointer (&division->train, g_array_unref);
  g_clear_pointer (&division->valid, g_array_unref);
  g_free (division);
}
