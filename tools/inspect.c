/* inspect.c - seremotion inspect: what a model file holds
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <stdio.h>
#include <string.h>

#include "command.h"
#include "shape.h"

/* Values that a layer's tensors hold: those of the names PREFIX.something. */
static gsize
count_values (const SerModel *model, const SerLayer *layer)
{
  gsize n = 0, length = layer->prefix ? strlen (layer->prefix) : 0;

  for (guint i = 0; layer->prefix && i < ser_tensors_get_n (model->tensors); i++) {
    const SerTensor *tensor = ser_tensors_get (model->tensors, i);
    if (strncmp (tensor->name, layer->prefix, length) == 0 && tensor->name[length] == '.')
      n += tensor->n;
  }
  return n;
}

static void
print_shape (const SerShape *shape)
{
  g_autofree char *text = shape->sequence
      ? g_strdup_printf ("[%" G_GSIZE_FORMAT ", %" G_GSIZE_FORMAT "]", shape->T, shape->C)
      : g_strdup_printf ("[%" G_GSIZE_FORMAT "]", shape->C);

  printf (" %-14s", text);
}

static void
print_layers (const SerModel *model)
{
  SerShape shape = ser_shape_of_window (&model->features, model->window);

  printf ("layers, for a window of %g s:\n  %-10s %-10s", model->window, "input", "");
  print_shape (&shape);
  printf ("\n");
  for (guint i = 0; i < model->arch->n_layers; i++) {
    const SerLayer *layer = &model->arch->layers[i];
    gsize n = count_values (model, layer);

    ser_shape_apply (&shape, layer);
    printf ("  %-10s %-10s", ser_layer_kind_name (layer->kind), layer->prefix ? layer->prefix : "");
    print_shape (&shape);
    if (n > 0)
      printf (" %8" G_GSIZE_FORMAT, n);
    printf ("\n");
  }
  printf ("  %" G_GSIZE_FORMAT " trainable parameters\n", ser_architecture_n_parameters (model->arch));
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  return strcmp (a, b);
}

/* All metadata but the long lists of numbers. */
static void
print_metadata (const SerModel *model)
{
  g_autoptr (GList) keys = g_list_sort (g_hash_table_get_keys (model->metadata), compare_keys);

  printf ("metadata:\n");
  for (GList *k = keys; k; k = k->next) {
    const char *key = k->data;
    if (strcmp (key, "norm_mean") != 0 && strcmp (key, "norm_std") != 0 && strcmp (key, "self_check") != 0)
      printf ("  %-12s %s\n", key, (const char *) g_hash_table_lookup (model->metadata, key));
  }
  if (model->mean)
    printf (
        "  %-12s mean and standard deviation of %u values\n", "normalised", ser_feature_spec_width (&model->features));
}

int
ser_command_inspect (int argc, char **argv)
{
  const GOptionEntry none[] = { { NULL } };
  GOptionGroup *group = g_option_group_new (NULL, NULL, NULL, NULL, NULL);
  g_auto (GStrv) args = NULL;
  GError *error = NULL;
  SerModel *model;

  g_option_group_add_entries (group, none);
  if (!ser_command_parse (argc, argv, "MODEL",
          "Shows what a model file holds; `default` is the built-in model, `gate` the speech gate.", group, 1, &args,
          &error))
    return ser_command_fail (argv[0], error);
  model = ser_command_load_model (args[0], &error);
  if (!model)
    return ser_command_fail (argv[0], error);
  printf ("%s\nself-check: ok\n", args[0]); /* a model that fails it does not load */
  print_layers (model);
  print_metadata (model);
  ser_model_unref (model);
  return SER_EXIT_OK;
}
