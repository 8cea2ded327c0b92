/* model.c - model files: round trips, what must be refused and how, the default model, scores
 *
 * Copyright (C) 2026 the seremotion authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "model/self-check.h"
#include "tiny-model.h"

static char *folder; /* for files, removed at the end */

static char *
path_of (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

static void
assert_message (GError *error, int code, const char *message)
{
  g_assert_error (error, SER_ERROR, code);
  if (strstr (error->message, message) == NULL)
    g_error ("expected \"%s\" in \"%s\"", message, error->message);
  g_error_free (error);
}

/* Random frames [T, n] of about the range of log energies. */
static float *
make_frames (gsize T, guint n)
{
  GRand *rand = g_rand_new_with_seed (3);
  float *frames = g_new (float, T *n);
  gsize i;

  for (i = 0; i < T * n; i++)
    frames[i] = (float) g_rand_double_range (rand, -12.0, 0.0);
  g_rand_free (rand);
  return frames;
}

/* ---- round trips ---- */

static void
test_round_trip (gconstpointer data)
{
  gboolean half = GPOINTER_TO_INT (data);
  SerModel *model = tiny_model ("mfcc(n=13,mels=20,delta=1)", TINY_ARCH, 2.5), *back;
  char *path = path_of ("round-trip.safetensors"), *first, *second;
  float *frames = make_frames (200, 13), before[4], after[4];
  gsize first_size, second_size;
  GError *error = NULL;
  guint i;

  ser_model_set_metadata (model, "licence", "CC BY 4.0");
  ser_model_set_metadata (model, "trained_on", "caf\xc3\xa9 \"quoted\"\n");
  ser_model_set_metadata (model, "seed", "1");
  ser_model_set_metadata (model, "seed", NULL);
  ser_model_set_temperature (model, 1.25);
  ser_model_save (model, path, half, &error);
  g_assert_no_error (error);
  back = ser_model_load (path, &error);
  g_assert_no_error (error);

  g_assert_cmpuint (ser_model_get_n_labels (back), ==, 4);
  g_assert_cmpstr (ser_model_get_label (back, 2), ==, "joy");
  g_assert_cmpuint (ser_model_get_rate (back), ==, 16000);
  g_assert_cmpfloat (ser_model_get_window (back), ==, 2.5);
  g_assert_cmpfloat (back->temperature, ==, 1.25);
  g_assert_cmpstr (ser_model_get_metadata (back, "licence"), ==, "CC BY 4.0");
  g_assert_cmpstr (ser_model_get_metadata (back, "trained_on"), ==, "caf\xc3\xa9 \"quoted\"\n");
  g_assert_null (ser_model_get_metadata (back, "seed"));
  g_assert_cmpstr (ser_model_get_metadata (back, "architecture"), ==, ser_model_get_metadata (model, "architecture"));
  g_assert_cmpstr (ser_model_get_metadata (back, "features"), ==, ser_model_get_metadata (model, "features"));
  g_assert_nonnull (ser_model_get_metadata (back, "self_check"));

  g_assert_true (ser_model_score_frames (model, frames, 200, NULL, before));
  g_assert_true (ser_model_score_frames (back, frames, 200, NULL, after));
  for (i = 0; i < 4; i++)
    g_assert_cmpfloat_with_epsilon (before[i], after[i], half ? 5e-3 : 1e-12);

  /* A loaded model saved again is the same file. */
  g_assert_true (g_file_get_contents (path, &first, &first_size, NULL));
  g_assert_true (ser_model_save (back, path, half, NULL));
  g_assert_true (g_file_get_contents (path, &second, &second_size, NULL));
  g_assert_cmpmem (first, first_size, second, second_size);
  g_free (first);
  g_free (second);
  g_free (frames);
  g_free (path);
  ser_model_unref (model);
  ser_model_unref (back);
}

/* The report's kind of input: a mean vector as a sequence of one channel. */
static void
test_mean_features (void)
{
  SerModel *model = tiny_model ("mfcc(n=30,norm=none) mean", "conv1d(4,k=3) relu maxpool(2) lstm(5) last linear", 3.0),
           *back;
  char *path = path_of ("mean.safetensors");
  GError *error = NULL;

  ser_model_save (model, path, FALSE, &error);
  g_assert_no_error (error);
  back = ser_model_load (path, &error);
  g_assert_no_error (error);
  g_assert_null (back->mean);
  g_assert_true (ser_model_has_enough_frames (back, 1));
  g_assert_false (ser_model_has_enough_frames (back, 0));
  ser_model_unref (back);
  ser_model_unref (model);
  g_free (path);
}

/* ---- metadata that must be refused ---- */

static const struct {
  const char *key, *value; /* what the file says instead; NULL: nothing */
  int code;
  const char *message;
} metadata_faults[] = {
  { "format", NULL, SER_ERROR_FORMAT,
      "metadata `format` is missing, so this is not a complete model file; `seremotion import`" },
  { "format", "2", SER_ERROR_FORMAT, "format `2`; this version reads format 1" },
  { "architecture", NULL, SER_ERROR_FORMAT, "metadata `architecture` is missing" },
  { "architecture", "conv2d linear", SER_ERROR_LINE, "architecture line: item 1 (`conv2d`): no such layer" },
  { "architecture", "mean linear", SER_ERROR_FORMAT, "is not part of the architecture" },
  { "architecture", "maxpool(400) mean linear", SER_ERROR_FORMAT,
      "a window of 3 s has 298 frames; the architecture needs 400 steps" },
  { "architecture", "conv1d(4096,k=3) conv1d(4096,k=3) mean linear", SER_ERROR_FORMAT,
      "the architecture has 50454532 parameters" },
  { "architecture", "lstm(9999) linear", SER_ERROR_LINE, "is not a whole number from 1 to 4096" },
  { "features", NULL, SER_ERROR_FORMAT, "metadata `features` is missing" },
  { "features", "plp", SER_ERROR_LINE, "features line: item 1 (`plp`)" },
  { "features", "logmel(mels=8,hop=1,norm=window)", SER_ERROR_LINE, "hop=1 is out of range" },
  { "features", "logmel(mels=8)", SER_ERROR_FORMAT, "norm_mean or norm_std is missing" },
  { "features", "logmel(mels=10,norm=window)", SER_ERROR_FORMAT,
      "tensor `conv.weight` is [6,8,3]; the architecture needs [6,10,3]" },
  { "labels", NULL, SER_ERROR_FORMAT, "metadata `labels` is missing" },
  { "labels", "", SER_ERROR_FORMAT, "labels: 0 of them; 2 to 32 are expected" },
  { "labels", "joy", SER_ERROR_FORMAT, "labels: 1 of them" },
  { "labels", "a,b,c", SER_ERROR_FORMAT, "tensor `fc.weight` is [4,16]; the architecture needs [3,16]" },
  { "labels", "a,b,c,a", SER_ERROR_FORMAT, "label `a` is given twice" },
  { "labels", "a,b,c,", SER_ERROR_FORMAT, "label ``: labels match [a-z][a-z0-9-]*" },
  { "labels", "a,b,c,Joy", SER_ERROR_FORMAT, "label `Joy`: labels match" },
  { "labels", "a,b,c,joy ride", SER_ERROR_FORMAT, "label `joy ride`: labels match" },
  { "labels", "a,b,c,none", SER_ERROR_FORMAT, "label `none`: that word" },
  { "labels", "a,b,c,uncertain", SER_ERROR_FORMAT, "label `uncertain`: that word" },
  { "labels", "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z,a0,b0,c0,d0,e0,f0,g0", SER_ERROR_FORMAT,
      "labels: 33 of them" },
  { "window", NULL, SER_ERROR_FORMAT, "metadata `window` is missing" },
  { "window", "0.4", SER_ERROR_FORMAT, "window is 0.4; 0.5 to 30 is expected" },
  { "window", "31", SER_ERROR_FORMAT, "window is 31" },
  { "window", "nan", SER_ERROR_FORMAT, "metadata `window` is `nan`; a number is expected" },
  { "window", "3 s", SER_ERROR_FORMAT, "metadata `window` is `3 s`; a number is expected" },
  { "window", "", SER_ERROR_FORMAT, "metadata `window` is ``; a number is expected" },
  { "window", "0x3", SER_ERROR_FORMAT, "metadata `window` is `0x3`" },
  { "temperature", NULL, SER_ERROR_FORMAT, "metadata `temperature` is missing" },
  { "temperature", "0", SER_ERROR_FORMAT, "temperature is 0; 0.01 to 100 is expected" },
  { "temperature", "-1", SER_ERROR_FORMAT, "temperature is -1" },
  { "temperature", "1e999", SER_ERROR_FORMAT, "metadata `temperature` is `1e999`" },
  { "norm_mean", "1", SER_ERROR_FORMAT, "metadata `norm_std` is missing; norm_mean and norm_std go together" },
  { "self_check", NULL, SER_ERROR_FORMAT, "metadata `self_check` is missing" },
  { "self_check", "0.25,0.25,0.25", SER_ERROR_FORMAT,
      "metadata `self_check`: a fault at value 2; 4 comma-separated numbers" },
  { "self_check", "0.25,0.25,0.25,0.25,0", SER_ERROR_FORMAT, "metadata `self_check`: a fault at value 3" },
  { "self_check", "0.5,0.5,0.5,-0.5", SER_ERROR_SELF_CHECK, "the self-check gives" },
};

/* A saved model in its two parts, which a test may change before it loads them. */
typedef struct {
  SerTensors *tensors;
  GHashTable *metadata;
} File;

static File
open_file (const char *features)
{
  SerModel *model = tiny_model (features, TINY_ARCH, 3.0);
  char *path = path_of ("parts.safetensors"), *bytes;
  File file = { NULL };
  GError *error = NULL;
  gsize size;

  ser_model_save (model, path, FALSE, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  file.tensors = ser_safetensors_parse ((const guint8 *) bytes, size, path, &file.metadata, NULL);
  g_free (bytes);
  g_free (path);
  ser_model_unref (model);
  return file;
}

static void
change (File *file, const char *key, const char *value)
{
  if (value == NULL)
    g_hash_table_remove (file->metadata, key);
  else
    g_hash_table_insert (file->metadata, g_strdup (key), g_strdup (value));
}

/* Frees the parts. */
static SerModel *
load_file (File *file, GError **error)
{
  GBytes *bytes = ser_safetensors_write (file->tensors, file->metadata, FALSE, "x", NULL);
  SerModel *model = ser_model_load_bytes (bytes, "my.model", error);

  g_bytes_unref (bytes);
  ser_tensors_free (file->tensors);
  g_hash_table_unref (file->metadata);
  return model;
}

static void
test_metadata_faults (void)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (metadata_faults); i++) {
    File file = open_file (TINY_FEATURES);
    GError *error = NULL;

    change (&file, metadata_faults[i].key, metadata_faults[i].value);
    g_assert_null (load_file (&file, &error));
    g_assert_true (g_str_has_prefix (error->message, "my.model: "));
    assert_message (error, metadata_faults[i].code, metadata_faults[i].message);
  }
}

static const struct {
  const char *key, *value, *message;
} norm_faults[] = {
  { "norm_mean", "0,0,0,0,0,0,0", "metadata `norm_mean`: a fault at value 6; 8 comma-separated numbers are expected" },
  { "norm_mean", "0,0,0,0,0,0,0,0,0", "metadata `norm_mean`: a fault at value 7; 8 comma-separated" },
  { "norm_mean", "0,0,0,inf,0,0,0,0", "metadata `norm_mean`: a fault at value 3" },
  { "norm_mean", "0,0,0,1e60,0,0,0,0", "norm_mean: value 3 is not finite" },
  { "norm_mean", NULL, "metadata `norm_mean` is missing; norm_mean and norm_std go together" },
  { "norm_std", "1,1,1,1,1,1,0,1", "norm_std: value 6 is 0; a number over 0 is expected" },
  { "norm_std", "1,1,1,1,1,1,-1,1", "norm_std: value 6 is -1" },
  { "norm_std", "1,1,1,1,1,1,1e-60,1", "norm_std: value 6 is 0" },
  { "features", "logmel(mels=8,norm=none)", "norm_mean and norm_std are given; the features do not say norm=model" },
};

static void
test_norm_faults (void)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (norm_faults); i++) {
    File file = open_file ("logmel(mels=8)");
    GError *error = NULL;

    change (&file, norm_faults[i].key, norm_faults[i].value);
    g_assert_null (load_file (&file, &error));
    assert_message (error, SER_ERROR_FORMAT, norm_faults[i].message);
  }
}

/* What the file says beyond what inference needs is kept, and unknown keys do no harm. */
static void
test_other_metadata (void)
{
  File file = open_file (TINY_FEATURES);
  GError *error = NULL;
  SerModel *model;

  change (&file, "held_out", "1001,1002");
  change (&file, "future", "x");
  model = load_file (&file, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (ser_model_get_metadata (model, "held_out"), ==, "1001,1002");
  g_assert_cmpstr (ser_model_get_metadata (model, "future"), ==, "x");
  ser_model_unref (model);
}

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
    assert_message (error, SER_ERROR_FORMAT, faults[i].message);
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
    assert_message (error, SER_ERROR_FORMAT, message);
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
  assert_message (error, SER_ERROR_FORMAT, "a window of 7 s has 6976 frames; at most 6000 are allowed");
}

/* ---- files ---- */

static void
test_no_file (void)
{
  char *absent = path_of ("absent"), *fifo = path_of ("fifo"), *empty = path_of ("empty");
  GError *error = NULL;

  g_assert_null (ser_model_load (absent, &error));
  g_assert_nonnull (strstr (error->message, absent));
  assert_message (g_steal_pointer (&error), SER_ERROR_FILE, "No such file");
  g_assert_null (ser_model_load (folder, &error));
  assert_message (g_steal_pointer (&error), SER_ERROR_FILE, "not a regular file");
  g_assert_null (ser_model_load ("/dev/zero", &error));
  assert_message (g_steal_pointer (&error), SER_ERROR_FILE, "/dev/zero: not a regular file");
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_assert_null (ser_model_load (fifo, &error));
  assert_message (g_steal_pointer (&error), SER_ERROR_FILE, "not a regular file");
  g_assert_true (g_file_set_contents (empty, "", 0, NULL));
  g_assert_null (ser_model_load (empty, &error));
  assert_message (g_steal_pointer (&error), SER_ERROR_FORMAT, "empty: 0 bytes; a safetensors file has at least 8");
  g_free (absent);
  g_free (fifo);
  g_free (empty);
}

static guint
count_files (void)
{
  GDir *dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  g_dir_close (dir);
  return n;
}

/* A failed save leaves the file that was there, and nothing beside it. */
static void
test_save_faults (void)
{
  SerModel *model = tiny_model_usual ();
  char *path = path_of ("kept"), *contents, *nowhere = path_of ("no/such/folder");
  GError *error = NULL;
  guint n, i;

  g_assert_true (g_file_set_contents (path, "precious", -1, NULL));
  n = count_files ();
  ser_tensors_find (model->tensors, "fc.bias")->data[0] = 1e6f;
  g_assert_false (ser_model_save (model, path, TRUE, &error));
  g_assert_nonnull (strstr (error->message, path));
  assert_message (
      g_steal_pointer (&error), SER_ERROR_FORMAT, "tensor `fc.bias`: value 0 is 1e+06, beyond the range of F16");
  ser_model_unref (model);

  model = tiny_model ("logmel(n=8,norm=none)", "mean linear", 3.0); /* log energies of about -10 */
  for (i = 0; i < 4 * 8; i++)
    ser_tensors_find (model->tensors, "fc.weight")->data[i] = 3e38f;
  g_assert_false (ser_model_save (model, path, FALSE, &error));
  assert_message (g_steal_pointer (&error), SER_ERROR_SELF_CHECK, "scores are not finite");
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "precious");
  g_assert_cmpuint (count_files (), ==, n);
  g_free (contents);
  ser_model_unref (model);

  model = tiny_model_usual ();
  g_assert_false (ser_model_save (model, nowhere, FALSE, &error));
  assert_message (g_steal_pointer (&error), SER_ERROR_FILE, "no/such/folder");
  ser_model_unref (model);
  g_free (nowhere);
  g_free (path);
}

/* Bits turned here and there in a whole model file never do worse than an error. */
static void
test_flipped (void)
{
  SerModel *model = tiny_model_usual ();
  char *path = path_of ("flipped"), *bytes;
  gsize size, i;
  guint refused = 0, n = 0;

  g_assert_true (ser_model_save (model, path, TRUE, NULL));
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  for (i = 0; i < size * 8; i += 31, n++) {
    GBytes *file;
    GError *error = NULL;
    SerModel *read;

    bytes[i / 8] ^= (char) (1 << i % 8);
    file = g_bytes_new_static (bytes, size);
    read = ser_model_load_bytes (file, "flipped", &error);
    g_assert_true ((read == NULL) == (error != NULL));
    refused += read == NULL;
    g_clear_pointer (&read, ser_model_unref);
    g_clear_error (&error);
    g_bytes_unref (file);
    bytes[i / 8] ^= (char) (1 << i % 8);
  }
  g_test_message ("%u of %u refused", refused, n);
  g_assert_cmpuint (refused, >, n / 4);
  g_free (bytes);
  g_free (path);
  ser_model_unref (model);
}

/* ---- the default model ---- */

static void
test_default (void)
{
  GError *error = NULL;
  SerModel *model = ser_model_new_default (&error), *again;

  g_assert_no_error (error);
  again = ser_model_new_default (&error);
  g_assert_no_error (error);
  g_assert_true (model == again);
  g_assert_cmpuint (ser_model_get_rate (model), ==, 16000);
  g_assert_cmpuint (ser_model_get_n_labels (model), ==, 6);
  g_assert_cmpstr (ser_model_get_metadata (model, "labels"), ==, "anger,disgust,fear,happiness,neutral,sadness");
  g_assert_nonnull (ser_model_get_metadata (model, "licence"));
  g_assert_nonnull (ser_model_get_metadata (model, "trained_on"));
  ser_model_unref (again);
  ser_model_unref (model);
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
  float *frames = make_frames (2, 8), logits[4], scores[4];

  g_assert_cmpuint (ser_architecture_min_length (model->arch), ==, 2);
  g_assert_true (ser_model_score_frames (model, frames, 2, logits, scores));
  g_assert_false (ser_model_score_frames (model, frames, 1, logits, scores));
  g_assert_cmpfloat (scores[3], ==, 0.25f);
  g_assert_cmpfloat (logits[3], ==, 0.0f);
  g_assert_false (ser_model_score_frames (model, frames, 0, NULL, scores));
  g_free (frames);
  ser_model_unref (model);
}

/* Samples that a program in another language computed from the definition in docs/model-file.md. */
static void
test_self_check_signal (void)
{
  static const struct {
    guint rate, i;
    double value;
  } golden[] = {
    { 8000, 0, 0.001418733154 },
    { 8000, 1, 0.003119386267 },
    { 8000, 777, 0.02179102413 },
    { 8000, 4123, 0.03766274452 },
    { 8000, 16999, 0.2694356143 },
    { 8000, 27995, 0.001346295467 },
    { 16000, 0, 0.001418733154 },
    { 16000, 1, 0.002513343235 },
    { 16000, 777, 0.003347225953 },
    { 16000, 8123, 0.01142790262 },
    { 16000, 32999, -0.1989994496 },
    { 16000, 55995, 0.0008492173511 },
    { 44100, 0, 0.001418733154 },
    { 44100, 1, 0.002260836074 },
    { 44100, 777, -0.09446008503 },
    { 44100, 22173, -0.002838643733 },
    { 44100, 89199, -0.008786358871 },
    { 44100, 154345, -0.0002181928867 },
  };
  guint rates[] = { 8000, 16000, 44100 }, r, i;

  for (r = 0; r < G_N_ELEMENTS (rates); r++) {
    gsize n = rates[r] * 7 / 2;
    float *samples = g_new (float, n);
    double peak = 0.0;

    ser_self_check_signal (rates[r], samples, n);
    for (i = 0; i < n; i++)
      peak = MAX (peak, fabsf (samples[i]));
    g_assert_cmpfloat (peak, >, 0.05);
    g_assert_cmpfloat (peak, <, 0.99);
    for (i = 0; i < G_N_ELEMENTS (golden); i++)
      if (golden[i].rate == rates[r])
        g_assert_cmpfloat_with_epsilon (samples[golden[i].i], golden[i].value, 1e-8);
    g_free (samples);
  }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("ser-model-XXXXXX", NULL);
  g_test_add_data_func ("/model/model/round-trip-f32", GINT_TO_POINTER (FALSE), test_round_trip);
  g_test_add_data_func ("/model/model/round-trip-f16", GINT_TO_POINTER (TRUE), test_round_trip);
  g_test_add_func ("/model/model/mean-features", test_mean_features);
  g_test_add_func ("/model/model/metadata-faults", test_metadata_faults);
  g_test_add_func ("/model/model/norm-faults", test_norm_faults);
  g_test_add_func ("/model/model/other-metadata", test_other_metadata);
  g_test_add_func ("/model/model/tensor-faults", test_tensor_faults);
  g_test_add_func ("/model/model/missing-tensors", test_missing_tensors);
  g_test_add_func ("/model/model/many-frames", test_many_frames);
  g_test_add_func ("/model/model/no-file", test_no_file);
  g_test_add_func ("/model/model/save-faults", test_save_faults);
  g_test_add_func ("/model/model/flipped", test_flipped);
  g_test_add_func ("/model/model/default", test_default);
  g_test_add_func ("/model/model/probabilities", test_probabilities);
  g_test_add_func ("/model/model/too-few-frames", test_too_few_frames);
  g_test_add_func ("/model/model/self-check-signal", test_self_check_signal);
  status = g_test_run ();

  {
    const char *name;
    GDir *dir = g_dir_open (folder, 0, NULL);

    while ((name = g_dir_read_name (dir)) != NULL) {
      char *path = path_of (name);

      g_remove (path);
      g_free (path);
    }
    g_dir_close (dir);
    g_rmdir (folder);
    g_free (folder);
  }
  return status;
}
