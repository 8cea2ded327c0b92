/* model.c - a model of its parts: what must be refused and how, and scores
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>

#include "tiny-model.h"

/* ---- tensors that must be refused ---- */

typedef void (*Spoil) (SerTensors *tensors);

static void
spoil_nan (SerTensors *tensors)
{
  ser_tensors_find (tensors, "fc.bias")->data[1] = NAN;
}

static void
spoil_variance (SerTensors *tensors)
{
  ser_tensors_find (tensors, "bn.running_var")->data[2] = -0.5f;
}

static void
spoil_extra (SerTensors *tensors)
{
  ser_tensors_add (tensors, "fc.extra", 1, (const gsize[]){ 2 });
}

static void
spoil_shape (SerTensors *tensors)
{
  SerTensor *weight = ser_tensors_find (tensors, "fc.weight");

  weight->dims[0] = 16;
  weight->dims[1] = 4;
}

static void
spoil_dims (SerTensors *tensors)
{
  SerTensor *weight = ser_tensors_find (tensors, "fc.weight");

  weight->n_dims = 1;
  weight->dims[0] = 64;
}

static void
spoil_name (SerTensors *tensors)
{
  ser_tensors_find (tensors, "fc.bias")->name[3] = 'B';
}

static void
test_tensor_faults (void)
{
  static const struct {
    Spoil spoil;
    const char *message;
  } faults[] = {
    { spoil_nan, "tensor `fc.bias`: value 1 is not finite" },
    { spoil_variance, "tensor `bn.running_var`: value 2 is -0.5; a variance is not negative" },
    { spoil_extra, "tensor `fc.extra` is not part of the architecture" },
    { spoil_shape, "tensor `fc.weight` is [16,4]; the architecture needs [4,16]" },
    { spoil_dims, "tensor `fc.weight` is [64]; the architecture needs [4,16]" },
    { spoil_name, "tensor `fc.Bias` is not part of the architecture" },
  };
  const SerModelParts parts = { TINY_FEATURES, TINY_ARCH, tiny_labels, 3.0, 1.0, NULL, NULL };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (faults); i++) {
    SerTensors *tensors = tiny_tensors (TINY_FEATURES, TINY_ARCH, 1, 1.0);
    GError *error = NULL;

    faults[i].spoil (tensors);
    g_assert_null (ser_model_new (&parts, tensors, &error));
    assert_ser_error (error, SER_ERROR_FORMAT, faults[i].message);
  }
}

/* Each of the architecture's tensors is needed. */
static void
test_missing_tensors (void)
{
  const SerModelParts parts = { TINY_FEATURES, TINY_ARCH, tiny_labels, 3.0, 1.0, NULL, NULL };
  SerTensors *all = tiny_tensors (TINY_FEATURES, TINY_ARCH, 1, 1.0);
  guint skip, i;

  for (skip = 0; skip < ser_tensors_get_n (all); skip++) {
    SerTensors *some = ser_tensors_new ();
    char *message = g_strdup_printf ("tensor `%s` is missing", ser_tensors_get (all, skip)->name);
    GError *error = NULL;

    for (i = 0; i < ser_tensors_get_n (all); i++) {
      const SerTensor *from = ser_tensors_get (all, i);

      if (i != skip)
        memcpy (
            ser_tensors_add (some, from->name, from->n_dims, from->dims)->data, from->data, from->n * sizeof (float));
    }
    g_assert_null (ser_model_new (&parts, some, &error));
    assert_ser_error (error, SER_ERROR_FORMAT, message);
    g_free (message);
  }
  ser_tensors_free (all);
}

/* What a file asks to be computed when it is loaded is bounded. */
static void
test_many_frames (void)
{
  const char *features = "logmel(mels=8,hop=16,norm=window)";
  const SerModelParts parts = { features, TINY_ARCH, tiny_labels, 7.0, 1.0, NULL, NULL };
  GError *error = NULL;

  g_assert_null (ser_model_new (&parts, tiny_tensors (features, TINY_ARCH, 1, 1.0), &error));
  assert_ser_error (error, SER_ERROR_FORMAT, "a window of 7 s has 6976 frames; at most 6000 are allowed");
}

/* ---- scores ---- */

static void
test_probabilities (void)
{
  SerModel *model = tiny_model_usual ();
  const float logits[4] = { 1.0f, 2.0f, -1.0f, 0.0f };
  float scores[4], bad[4] = { 1.0f, INFINITY, 0.0f, 0.0f };
  double sum = 0.0;
  guint i;

  ser_model_set_temperature (model, 2.0);
  ser_model_probabilities (model, logits, scores);
  for (i = 0; i < 4; i++)
    sum += exp (logits[i] / 2.0);
  for (i = 0; i < 4; i++)
    g_assert_cmpfloat_with_epsilon (scores[i], exp (logits[i] / 2.0) / sum, 1e-7);

  ser_model_probabilities (model, bad, scores);
  for (i = 0; i < 4; i++)
    g_assert_cmpfloat (scores[i], ==, 0.25f);
  bad[1] = NAN;
  ser_model_probabilities (model, bad, bad);
  for (i = 0; i < 4; i++)
    g_assert_cmpfloat (bad[i], ==, 0.25f);
  ser_model_unref (model);
}

static void
test_too_few_frames (void)
{
  SerModel *model = tiny_model_usual ();
  float *frames = tiny_frames (2, 8), logits[4], scores[4];

  g_assert_cmpuint (ser_architecture_min_length (model->arch), ==, 2);
  g_assert_true (ser_model_score_frames (model, frames, 2, logits, scores));
  g_assert_false (ser_model_score_frames (model, frames, 1, logits, scores));
  g_assert_cmpfloat (scores[3], ==, 0.25f);
  g_assert_cmpfloat (logits[3], ==, 0.0f);
  g_assert_false (ser_model_score_frames (model, frames, 0, NULL, scores));
  g_free (frames);
  ser_model_unref (model);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/model/tensor-faults", test_tensor_faults);
  g_test_add_func ("/model/model/missing-tensors", test_missing_tensors);
  g_test_add_func ("/model/model/many-frames", test_many_frames);
  g_test_add_func ("/model/model/probabilities", test_probabilities);
  g_test_add_func ("/model/model/too-few-frames", test_too_few_frames);
  return g_test_run ();
}
