/* model.h - a model file in memory: tensors, metadata, and what they mean
 *
 * Copyright (C) 2026 the seremotion authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Private to ser-core and the tools; the public view is in ser.h. Metadata keys (all strings):
 *
 *   format        "1"
 *   architecture  an architecture line            features      a features line
 *   labels        comma-separated, in score order
 *   window        seconds                         temperature   logits are divided by it before softmax
 *   norm_mean, norm_std   comma-separated, one per value of a frame (`%.9g`); absent unless features say norm=model
 *   trained_on, licence, held_out, metrics, command, seed       free text
 *   self_check    comma-separated expected probabilities on the self-check signal
 */

#ifndef SER_MODEL_H
#define SER_MODEL_H

#include "dsp/features.h"
#include "model/architecture.h"
#include "model/network.h"
#include "ser.h"

struct _SerModel {
  gatomicrefcount refs;
  SerFeatureSpec features;
  SerArchitecture *arch;
  SerNetwork *net;
  SerTensors *tensors;
  GHashTable *metadata; /* char * -> char * */
  char **labels;        /* NULL-terminated */
  guint n_labels;
  double window;      /* s */
  double temperature; /* > 0 */
  float *mean, *std;  /* [width], NULL unless features.norm is SER_NORM_MODEL */
};

/* What a new model is made of; strings and arrays are copied. */
typedef struct {
  const char *features;    /* line */
  const char *arch;        /* line */
  const char *const *labels; /* NULL-terminated, each [a-z][a-z0-9-]* */
  double window;           /* s */
  double temperature;
  const float *mean, *std; /* [width] or NULL */
} SerModelParts;

/* Makes a model of its parts and `tensors`, of which it takes ownership also on failure. Fails as ser_model_load(). */
SerModel *ser_model_new (const SerModelParts *parts, SerTensors *tensors, GError **error);

/* Sets a metadata string; NULL removes it. Only on a model that nobody else holds yet; the keys that describe the
 * network (architecture, features, labels, window, norm_*, temperature, self_check) cannot be set. */
void ser_model_set_metadata (SerModel *model, const char *key, const char *value);
void ser_model_set_temperature (SerModel *model, double temperature);

/* Writes the file atomically (a temporary beside it, then rename), tensors as F16 if `half`. The self-check is computed
 * from the weights as the file will hold them. */
gboolean ser_model_save (const SerModel *model, const char *path, gboolean half, GError **error);

/* Probabilities (softmax of logits / temperature) of `frames` [T, n]: the whole path from frames on, in one call that
 * allocates. scores [n_labels]. Too few frames for the network: uniform scores and FALSE. */
gboolean ser_model_score_frames (const SerModel *model, const float *frames, gsize T, float *logits, float *scores);

/* ---- safetensors (model/safetensors.c) ---- */

/* Parses a safetensors file: tensors of dtype F32 and F16 and the strings of __metadata__. `metadata` may be NULL.
 * Everything is checked (see docs/model-file.md); `name` is the file in messages. */
SerTensors *ser_safetensors_parse (const guint8 *bytes, gsize size, const char *name, GHashTable **metadata,
    GError **error);

/* Serialises; metadata keys in sorted order, so that equal models are equal bytes. `metadata` may be NULL. Fails with
 * SER_ERROR_FORMAT when the file could not be read back: a value that is not finite or, with `half`, beyond F16's
 * range; a header over 1 MiB. `name` is the file in messages. */
GBytes *ser_safetensors_write (const SerTensors *tensors, GHashTable *metadata, gboolean half, const char *name,
    GError **error);

/* ---- lines (model/lines.c) ---- */

/* A features line to a spec and back. */
gboolean ser_features_parse (const char *line, SerFeatureSpec *spec, GError **error);
char *ser_features_to_string (const SerFeatureSpec *spec);

#endif /* SER_MODEL_H */
