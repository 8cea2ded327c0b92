/* catalogue-presets.c - the networks that presets train: lines, layers, drawings
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>

#include "catalogue-models.h"
#include "corpus.h"
#include "json.h"
#include "model/error.h"
#include "plot.h"
#include "presets.h"
#include "shape.h"

#define WINDOW 3 /* s */

static const struct {
  const char *name, *title;
} presets[SER_N_PRESET_NETWORKS] = { { "mlp", "Multilayer perceptron on statistics of MFCCs" },
  { "cnn", "Convolutions on the mean of MFCCs" }, { "lstm", "LSTM on the mean of MFCCs" },
  { "cnn-lstm", "Convolutions and LSTM, the report\u2019s network" },
  { "crnn-attention", "Convolutions, LSTM and attention on log-mel frames" },
  { "default", "The model that ships: crnn-attention, trained with noise and rooms" } };

/* What a preset gives an option, or NULL. */
static const char *
find_option (char *const *words, const char *option)
{
  for (guint i = 0; words[i] && words[i + 1]; i++)
    if (strcmp (words[i], option) == 0)
      return words[i + 1];
  return NULL;
}

gboolean
ser_preset_network_init (SerPresetNetwork *network, guint preset, GError **error)
{
  const char *options = ser_preset_find (presets[preset].name), *arch, *features;
  g_auto (GStrv) words = NULL;

  *network = (SerPresetNetwork){ .name = presets[preset].name, .title = presets[preset].title };
  if (!g_shell_parse_argv (options, NULL, &words, error))
    return FALSE;
  arch = find_option (words, "--arch");
  features = find_option (words, "--features");
  if (!arch || !features)
    return ser_fail (error, SER_ERROR_LINE, "the preset %s has no network", network->name);
  if (!ser_features_parse (features, &network->spec, error))
    return FALSE;
  network->layers = ser_architecture_parse (arch, ser_feature_spec_channels (&network->spec),
      ser_feature_spec_fixed_length (&network->spec), SER_N_EMOTIONS, error);
  if (!network->layers)
    return FALSE;
  network->arch = ser_architecture_to_string (network->layers);
  network->features = ser_features_to_string (&network->spec);
  return TRUE;
}

void
ser_preset_network_clear (SerPresetNetwork *network)
{
  g_free (network->arch);
  g_free (network->features);
  ser_architecture_free (network->layers);
}

/* [steps, channels], or [channels] of a vector. */
static void
add_shape (JsonBuilder *builder, const char *name, const SerShape *shape)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  if (shape->sequence)
    json_builder_add_int_value (builder, shape->T);
  json_builder_add_int_value (builder, shape->C);
  json_builder_end_array (builder);
}

static void
add_layers (const SerPresetNetwork *network, JsonBuilder *builder)
{
  SerShape shape = ser_shape_of_window (&network->spec, WINDOW);
  g_auto (GStrv) texts = g_strsplit (network->arch, " ", -1);

  add_shape (builder, "input", &shape);
  json_builder_set_member_name (builder, "layers");
  json_builder_begin_array (builder);
  for (guint i = 0; i < network->layers->n_layers; i++) {
    const SerLayer *layer = &network->layers->layers[i];

    ser_shape_apply (&shape, layer);
    json_builder_begin_object (builder);
    ser_json_add_string (builder, "kind", ser_layer_kind_name (layer->kind));
    ser_json_add_string (builder, "name", layer->prefix ? layer->prefix : "");
    ser_json_add_string (builder, "line", texts[i]);
    add_shape (builder, "output", &shape);
    ser_json_add_int (builder, "parameters", ser_layer_n_parameters (layer));
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

void
ser_preset_network_add (const SerPresetNetwork *network, JsonBuilder *builder)
{
  ser_json_add_string (builder, "name", network->name);
  ser_json_add_string (builder, "title", network->title);
  ser_json_add_string (builder, "arch", network->arch);
  ser_json_add_string (builder, "features", network->features);
  add_layers (network, builder);
  ser_json_add_int (builder, "parameters", ser_architecture_n_parameters (network->layers));
}

GBytes *
ser_preset_network_draw (const SerPresetNetwork *network, GError **error)
{
  g_autofree char *title = g_strdup (network->title);
  const SerPlotOptions options = {
    .format = SER_PICTURE_SVG, .title = title, .arch = network->arch, .features = network->features, .window = NAN
  };
  char *inputs[] = { NULL };
  g_autoptr (SerPicture) picture = ser_plot_architecture (&options, inputs, error);

  return picture ? ser_picture_finish (picture, network->name, error) : NULL;
}
