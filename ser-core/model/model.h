/* model.h - a model file in memory: tensors, metadata, and what they mean
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Private to ser-core and the tools; the public view is in ser.h. Metadata keys (all strings):
 *
 *   format        "1"
 *   architecture  an architecture line            features      a features line
 *   labels        comma-separated, in score order
 *   window        seconds                         temperature   logits are divided by it before softmax
 *   norm_mean, norm_std   comma-separated, one per value of a frame (`%.9g`); absent unless features say norm=model or
 *                 norm=cmn
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
  float *mean, *std;  /* [width], NULL unless ser_norm_has_statistics (features.norm) */
};

#define SER_MODEL_MAX_FRAMES                                                                                           \
  6000 /* of a window: 30 s in hops of 5 ms; bounds what the self-check of a hostile file costs */
#define SER_MODEL_MIN_TEMPERATURE 0.01
#define SER_MODEL_MAX_TEMPERATURE 100.0

/* What a new model is made of; strings and arrays are copied. */
typedef struct {
  const char *features; /* line */
  const char *arch;     /* line */
  const char *const
      *labels;   /* NULL-terminated, 2 to SER_MAX_LABELS, unique, each [a-z][a-z0-9-]*; not uncertain, none */
  double window; /* s, SER_MIN_WINDOW to SER_MAX_WINDOW; must give the network as many frames as it needs */
  double temperature;
  const float *mean, *std; /* [width], std > 0; NULL exactly unless ser_norm_has_statistics() */
} SerModelParts;

/* Makes a model of its parts and `tensors`, of which it takes ownership also on failure. Their order does not matter;
 * they must be exactly the architecture's. Fails as ser_model_load(), naming the fault but no file. */
SerModel *ser_model_new (const SerModelParts *parts, SerTensors *tensors, GError **error);

/* Sets a metadata string; NULL removes it. Only on a model that nobody else holds yet; the keys that describe the
 * network (architecture, features, labels, window, norm_*, temperature, self_check) cannot be set. */
void ser_model_set_metadata (SerModel *model, const char *key, const char *value);

/* TRUE for those keys, and for `format`. */
gboolean ser_model_is_described_by (const char *key);

/* Between SER_MODEL_MIN_TEMPERATURE and SER_MODEL_MAX_TEMPERATURE; only on a model that nobody else holds yet. */
void ser_model_set_temperature (SerModel *model, double temperature);

/* Writes the file atomically (a temporary beside it, then rename), tensors as F16 if `half`. The self-check is computed
 * from the weights as the file will hold them. Fails with SER_ERROR_FILE when the file cannot be written, and with
 * SER_ERROR_FORMAT or SER_ERROR_SELF_CHECK when it could not be loaded again. */
gboolean ser_model_save (const SerModel *model, const char *path, gboolean half, GError **error);

/* Probabilities (softmax of logits / temperature) of `frames` [T, n]: the whole path from frames on, in one call that
 * allocates. logits [n_labels] or NULL, scores [n_labels]. Too few frames for the network: uniform scores, logits 0 and
 * FALSE. */
gboolean ser_model_score_frames (const SerModel *model, const float *frames, gsize T, float *logits, float *scores);

/* TRUE when T frames are as many as the network needs. */
gboolean ser_model_has_enough_frames (const SerModel *model, gsize T);

/* softmax (logits / temperature): logits [n_labels] -> scores [n_labels], sum 1. Uniform if a logit is not finite. May
 * be done in place. */
void ser_model_probabilities (const SerModel *model, const float *logits, float *scores);

/* ---- safetensors (model/safetensors.c) ---- */

/* Parses a safetensors file: tensors of dtype F32 and F16 and the strings of __metadata__. `metadata` may be NULL.
 * Everything is checked (see docs/model-file.md); `name` is the file in messages. Nothing of `bytes` is kept. The
 * caller owns the tensors and, with g_hash_table_unref(), the metadata (char * -> char *). On failure NULL with
 * SER_ERROR_FORMAT, and `metadata` is not set. */
SerTensors *ser_safetensors_parse (
    const guint8 *bytes, gsize size, const char *name, GHashTable **metadata, GError **error);

/* Serialises; metadata keys in sorted order, so that equal models are equal bytes. `metadata` may be NULL. Fails with
 * SER_ERROR_FORMAT when the file could not be read back: a value that is not finite or, with `half`, beyond F16's
 * range; a header over 1 MiB. `name` is the file in messages. */
GBytes *ser_safetensors_write (
    const SerTensors *tensors, GHashTable *metadata, gboolean half, const char *name, GError **error);

/* ---- lines (model/lines.c) ---- */

/* A features line to a spec, checked by ser_feature_spec_validate(). Fails with SER_ERROR_LINE: what argument, what
 * was found and what is expected. `spec` is then not to be used. */
gboolean ser_features_parse (const char *line, SerFeatureSpec *spec, GError **error);

/* The canonical line, with all arguments; parsing it again gives the same spec. Free with g_free(). */
char *ser_features_to_string (const SerFeatureSpec *spec);

#endif /* SER_MODEL_H */
