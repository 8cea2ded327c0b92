/* model-file.c - model files: round trips, what must be refused and how, the default model
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "tiny-model.h"

static char *folder; /* for files, removed at the end */

static char *
path_of (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

/* ---- round trips ---- */

static void
test_round_trip (gconstpointer data)
{
  gboolean half = GPOINTER_TO_INT (data);
  SerModel *model = tiny_model ("mfcc(n=13,mels=20,delta=1)", TINY_ARCH, 2.5), *back;
  char *path = path_of ("round-trip.safetensors"), *first, *second;
  float *frames = tiny_frames (200, 13), before[4], after[4];
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
  { "window", "0.9", SER_ERROR_FORMAT, "window is 0.9; 1 to 30 is expected" },
  { "window", "31", SER_ERROR_FORMAT, "window is 31" },
  { "window", "nan", SER_ERROR_FORMAT, "metadata `window` is `nan`; a number is expected" },
  { "window", "3 s", SER_ERROR_FORMAT, "metadata `window` is `3 s`; a number is expected" },
  { "window", "", SER_ERROR_FORMAT, "metadata `window` is ``; a number is expected" },
  { "window", "0123456789012345678901234567890\xe2\x82\xac", SER_ERROR_FORMAT,
      "metadata `window` is `0123456789012345678901234567890`; a number is expected" },
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
  static const char *made_for; /* what the file on disk was saved with */
  char *path = path_of ("parts.safetensors"), *bytes;
  File file = { NULL };
  gsize size;

  if (g_strcmp0 (features, made_for) != 0) {
    SerModel *model = tiny_model (features, TINY_ARCH, 3.0);
    GError *error = NULL;

    ser_model_save (model, path, FALSE, &error);
    g_assert_no_error (error);
    ser_model_unref (model);
    made_for = features;
  }
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  file.tensors = ser_safetensors_parse ((const guint8 *) bytes, size, path, &file.metadata, NULL);
  g_free (bytes);
  g_free (path);
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
    assert_ser_error (error, metadata_faults[i].code, metadata_faults[i].message);
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
  { "features", "logmel(mels=8,norm=none)",
      "norm_mean and norm_std are given; the features say neither norm=model nor norm=cmn" },
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
    assert_ser_error (error, SER_ERROR_FORMAT, norm_faults[i].message);
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

/* ---- files ---- */

static void
test_no_file (void)
{
  char *absent = path_of ("absent"), *fifo = path_of ("fifo"), *empty = path_of ("empty");
  GError *error = NULL;

  g_assert_null (ser_model_load (absent, &error));
  g_assert_nonnull (strstr (error->message, absent));
  assert_ser_error (g_steal_pointer (&error), SER_ERROR_FILE, "No such file");
  g_assert_null (ser_model_load (folder, &error));
  assert_ser_error (g_steal_pointer (&error), SER_ERROR_FILE, "not a regular file");
  g_assert_null (ser_model_load ("/dev/zero", &error));
  assert_ser_error (g_steal_pointer (&error), SER_ERROR_FILE, "/dev/zero: not a regular file");
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_assert_null (ser_model_load (fifo, &error));
  assert_ser_error (g_steal_pointer (&error), SER_ERROR_FILE, "not a regular file");
  g_assert_true (g_file_set_contents (empty, "", 0, NULL));
  g_assert_null (ser_model_load (empty, &error));
  assert_ser_error (g_steal_pointer (&error), SER_ERROR_FORMAT, "empty: 0 bytes; a safetensors file has at least 8");
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
  assert_ser_error (
      g_steal_pointer (&error), SER_ERROR_FORMAT, "tensor `fc.bias`: value 0 is 1e+06, beyond the range of F16");
  ser_model_unref (model);

  model = tiny_model ("logmel(n=8,norm=none)", "mean linear", 3.0); /* log energies of about -10 */
  for (i = 0; i < 4 * 8; i++)
    ser_tensors_find (model->tensors, "fc.weight")->data[i] = 3e38f;
  g_assert_false (ser_model_save (model, path, FALSE, &error));
  assert_ser_error (g_steal_pointer (&error), SER_ERROR_SELF_CHECK, "scores are not finite");
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "precious");
  g_assert_cmpuint (count_files (), ==, n);
  g_free (contents);
  ser_model_unref (model);

  model = tiny_model_usual ();
  g_assert_false (ser_model_save (model, nowhere, FALSE, &error));
  assert_ser_error (g_steal_pointer (&error), SER_ERROR_FILE, "no/such/folder");
  ser_model_unref (model);
  g_free (nowhere);
  g_free (path);
}

/* Bits turned here and there in a whole model file never do worse than an error. */
static void
test_flipped (void)
{
  SerModel *model = tiny_model (TINY_FEATURES, TINY_ARCH, 1.0);
  char *path = path_of ("flipped"), *bytes;
  gsize size, i;
  guint refused = 0, n = 0, step = g_getenv ("SEREMOTION_TEST_QUICK") != NULL ? 511 : 31;

  g_assert_true (ser_model_save (model, path, TRUE, NULL));
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  for (i = 0; i < size * 8; i += step, n++) {
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

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("ser-model-XXXXXX", NULL);
  g_test_add_data_func ("/model/model-file/round-trip-f32", GINT_TO_POINTER (FALSE), test_round_trip);
  g_test_add_data_func ("/model/model-file/round-trip-f16", GINT_TO_POINTER (TRUE), test_round_trip);
  g_test_add_func ("/model/model-file/mean-features", test_mean_features);
  g_test_add_func ("/model/model-file/metadata-faults", test_metadata_faults);
  g_test_add_func ("/model/model-file/norm-faults", test_norm_faults);
  g_test_add_func ("/model/model-file/other-metadata", test_other_metadata);
  g_test_add_func ("/model/model-file/no-file", test_no_file);
  g_test_add_func ("/model/model-file/save-faults", test_save_faults);
  g_test_add_func ("/model/model-file/flipped", test_flipped);
  g_test_add_func ("/model/model-file/default", test_default);
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
