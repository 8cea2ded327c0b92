/* catalogue-models.h - the networks that the project compares, and the one that ships: /models
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Each is a preset of `seremotion train` with its five folds by actor (docs/experiments.md), compiled in.
 */

#ifndef SER_CATALOGUE_MODELS_H
#define SER_CATALOGUE_MODELS_H

#include "http.h"
#include "model/model.h"

typedef struct _SerModels SerModels;

/* `model` is what the server hears with and is borrowed. Fails with SER_ERROR_FILE, SER_ERROR_DATA or SER_ERROR_LINE,
 * naming the file. */
SerModels *ser_models_new (const SerModel *model, GError **error);
void ser_models_free (SerModels *models);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerModels, ser_models_free)

/* Answers a GET whose first part is models; FALSE: there is no such thing. Drawings are kept once made. */
gboolean ser_models_answer (SerModels *models, const SerRequest *request);

/* ---- catalogue-presets.c ---- */

/* A network that a preset trains. */
typedef struct {
  const char *name, *title;
  char *arch, *features; /* canonical lines */
  SerFeatureSpec spec;
  SerArchitecture *layers; /* for the six emotions */
} SerPresetNetwork;

#define SER_N_PRESET_NETWORKS 6

/* Fails with SER_ERROR_LINE where a preset's lines make no network. */
gboolean ser_preset_network_init (SerPresetNetwork *network, guint preset, GError **error);
void ser_preset_network_clear (SerPresetNetwork *network);

/* Members of the object under way: name, title, arch, features, input, layers, parameters. Shapes are those of a window
 * of 3 s. */
void ser_preset_network_add (const SerPresetNetwork *network, JsonBuilder *builder);

/* A drawing as SVG. */
GBytes *ser_preset_network_draw (const SerPresetNetwork *network, GError **error);

#endif /* SER_CATALOGUE_MODELS_H */
