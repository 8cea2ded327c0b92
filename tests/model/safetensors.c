/* safetensors.c - reading and writing safetensors: round trips, other software's files
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "bytes.h"
#include "model/half.h"
#include "python.h"

static void
assert_same (const SerTensors *a, const SerTensors *b, gboolean half)
{
  guint i, j;

  g_assert_cmpuint (ser_tensors_get_n (a), ==, ser_tensors_get_n (b));
  for (i = 0; i < ser_tensors_get_n (a); i++) {
    const SerTensor *x = ser_tensors_get (a, i), *y = ser_tensors_get (b, i);

    g_assert_cmpstr (x->name, ==, y->name);
    g_assert_cmpuint (x->n_dims, ==, y->n_dims);
    for (j = 0; j < x->n_dims; j++)
      g_assert_cmpuint (x->dims[j], ==, y->dims[j]);
    for (j = 0; j < x->n; j++) {
      float expected = half ? ser_half_to_float (ser_half_from_float (x->data[j])) : x->data[j];

      g_assert_cmpmem (&expected, sizeof (float), &y->data[j], sizeof (float));
    }
  }
}

/* ---- round trips ---- */

static void
test_round_trip (gconstpointer data)
{
  gboolean half = GPOINTER_TO_INT (data);
  SerTensors *tensors = make_tensors (), *back;
  GHashTable *metadata = g_hash_table_new (g_str_hash, g_str_equal), *read = NULL;
  GError *error = NULL;
  GBytes *file;
  gsize size;

  g_hash_table_insert (metadata, "labels", "anger,joy");
  g_hash_table_insert (metadata, "tricky", "\"quoted\"\\ \n\t\x01 \xf0\x9f\x98\x80 /");
  g_hash_table_insert (metadata, "empty", "");
  file = ser_safetensors_write (tensors, metadata, half, "x", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (((const guint8 *) g_bytes_get_data (file, &size))[0] % 8, ==, 0);
  back = parse_file (file, &read, &error);
  g_assert_no_error (error);
  assert_same (tensors, back, half);
  g_assert_cmpuint (g_hash_table_size (read), ==, 3);
  g_assert_cmpstr (g_hash_table_lookup (read, "tricky"), ==, g_hash_table_lookup (metadata, "tricky"));
  g_assert_cmpstr (g_hash_table_lookup (read, "empty"), ==, "");
  ser_tensors_free (back);
  g_hash_table_unref (read);

  /* The header's order of metadata does not depend on that of insertion. */
  {
    GHashTable *other = g_hash_table_new (g_str_hash, g_str_equal);
    GBytes *again;

    g_hash_table_insert (other, "empty", "");
    g_hash_table_insert (other, "tricky", g_hash_table_lookup (metadata, "tricky"));
    g_hash_table_insert (other, "labels", "anger,joy");
    again = ser_safetensors_write (tensors, other, half, "x", &error);
    g_assert_true (g_bytes_equal (file, again));
    g_bytes_unref (again);
    g_hash_table_unref (other);
  }
  g_bytes_unref (file);
  g_hash_table_unref (metadata);
  ser_tensors_free (tensors);
}

static void
test_no_metadata (void)
{
  SerTensors *tensors = make_tensors (), *back;
  GHashTable *metadata = NULL;
  GBytes *file = ser_safetensors_write (tensors, NULL, FALSE, "x", NULL);

  back = parse_file (file, &metadata, NULL);
  assert_same (tensors, back, FALSE);
  g_assert_cmpuint (g_hash_table_size (metadata), ==, 0);
  g_hash_table_unref (metadata);
  ser_tensors_free (back);
  g_bytes_unref (file);
  ser_tensors_free (tensors);
}

static void
test_unwritable (void)
{
  SerTensors *tensors = make_tensors ();
  GHashTable *metadata = g_hash_table_new (g_str_hash, g_str_equal);
  char *large = g_strnfill (1 << 20, 'x');
  GError *error = NULL;

  ser_tensors_find (tensors, "conv.bias")->data[2] = 70000.0f;
  g_assert_null (ser_safetensors_write (tensors, NULL, TRUE, "x", &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_FORMAT);
  g_assert_cmpstr (error->message, ==, "x: tensor `conv.bias`: value 2 is 70000, beyond the range of F16; save as F32");
  g_clear_error (&error);
  ser_tensors_find (tensors, "conv.bias")->data[2] = NAN;
  g_assert_null (ser_safetensors_write (tensors, NULL, FALSE, "x", &error));
  g_assert_cmpstr (error->message, ==, "x: tensor `conv.bias`: value 2 is not finite");
  g_clear_error (&error);
  g_hash_table_insert (metadata, "long", large);
  g_assert_null (ser_safetensors_write (tensors, metadata, FALSE, "x", &error));
  g_assert_nonnull (strstr (error->message, "shorten the metadata"));
  g_clear_error (&error);
  g_hash_table_unref (metadata);
  ser_tensors_free (tensors);
  g_free (large);
}

/* ---- what must be accepted ---- */

static void
test_variants (void)
{
  static const char *const headers[] = {
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
    "{\"a\":{\"data_offsets\":[0,8],\"shape\":[2],\"dtype\":\"F32\"}}     ",
    "{ \"\\u0061\" : { \"dtype\" :\t\"F32\",\r\n\"shape\": [ 2 ] , \"data_offsets\":[ 0 , 8 ] } }",
    "{\"__metadata__\":{},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"__metadata__\":{\"k\":\"\\ud83d\\ude00\\/\"}}",
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (headers); i++) {
    GBytes *file = make_file (headers[i], 8);
    GError *error = NULL;
    SerTensors *tensors = parse_file (file, NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpfloat (ser_tensors_find (tensors, "a")->data[1], ==, 1.0f);
    ser_tensors_free (tensors);
    g_bytes_unref (file);
  }
}

/* The header's order of tensors need not be that of their data, and PyTorch's count of batches is left out. */
static void
test_order (void)
{
  GBytes *file = make_file ("{\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]},"
                            "\"bn.num_batches_tracked\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]},"
                            "\"a\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[16,20]}}",
      20);
  GError *error = NULL;
  SerTensors *tensors = parse_file (file, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (ser_tensors_get_n (tensors), ==, 2);
  g_assert_cmpstr (ser_tensors_get (tensors, 0)->name, ==, "b");
  g_assert_cmpfloat (ser_tensors_get (tensors, 0)->data[0], ==, 2.0f);
  g_assert_cmpfloat (ser_tensors_get (tensors, 1)->data[0], ==, 4.0f);
  ser_tensors_free (tensors);
  g_bytes_unref (file);
}

/* ---- other software ---- */

static gboolean
run_script (const char *verb, const char *path)
{
  return run_python ("safetensors-interop.py", (const char *const[]){ verb, path, NULL });
}

/* What is written here, Python reads with struct and json alone and finds the same bits as its own conversion. */
static void
test_python_reads (void)
{
  gboolean half;

  for (half = FALSE; half <= TRUE; half++) {
    char *path = g_strdup_printf ("%s/ser-interop-%d.safetensors", g_get_tmp_dir (), (int) g_random_int () >> 1);
    SerTensors *tensors = ser_tensors_new ();
    const gsize dims[2] = { 1000, 3 };
    SerTensor *tensor = ser_tensors_add (tensors, "ramp", 2, dims);
    GHashTable *metadata = g_hash_table_new (g_str_hash, g_str_equal);
    GBytes *file;
    gsize i;

    for (i = 0; i < tensor->n; i++) /* what the script expects */
      tensor->data[i] = (float) ((i % 2 ? -1.0 : 1.0)
          * ldexp (1.0 + (double) (i * 7919 % 4096) / 4096.0 + 1.0 / 65536.0, (int) (i % 40) - 26));
    g_hash_table_insert (metadata, "text", "caf\xc3\xa9 \"x\" \\ \n \xf0\x9f\x98\x80");
    file = ser_safetensors_write (tensors, metadata, half, "x", NULL);
    g_assert_true (g_file_set_contents (path, g_bytes_get_data (file, NULL), (gssize) g_bytes_get_size (file), NULL));
    run_script (half ? "read-f16" : "read-f32", path);
    g_unlink (path);
    g_bytes_unref (file);
    g_hash_table_unref (metadata);
    ser_tensors_free (tensors);
    g_free (path);
  }
}

/* A file that Python made, from a PyTorch state_dict where torch is installed. */
static void
test_python_writes (void)
{
  char *path = g_strdup_printf ("%s/ser-interop-%d.safetensors", g_get_tmp_dir (), (int) g_random_int () >> 1);
  GHashTable *metadata = NULL;
  GError *error = NULL;
  SerTensors *tensors;
  char *bytes;
  gsize size, i;

  if (run_script ("write", path)) {
    const SerTensor *weight, *half;

    g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
    tensors = ser_safetensors_parse ((const guint8 *) bytes, size, path, &metadata, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (g_hash_table_lookup (metadata, "note"), ==, "na\xc3\xafve \xf0\x9f\x98\x80 \"\\\n");
    g_assert_null (ser_tensors_find (tensors, "bn.num_batches_tracked"));
    weight = ser_tensors_find (tensors, "conv.weight");
    g_assert_cmpuint (weight->n_dims, ==, 3);
    g_assert_true (weight->dims[0] == 4 && weight->dims[1] == 2 && weight->dims[2] == 3);
    half = ser_tensors_find (tensors, "half");
    for (i = 0; i < weight->n; i++) {
      g_assert_cmpfloat (weight->data[i], ==, (float) ((double) i / 7.0 - 1.5));
      g_assert_cmpfloat (half->data[i], ==, ser_half_to_float (ser_half_from_float (weight->data[i])));
    }
    ser_tensors_free (tensors);
    g_hash_table_unref (metadata);
    g_free (bytes);
    g_unlink (path);
  }
  g_free (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/model/safetensors/round-trip-f32", GINT_TO_POINTER (FALSE), test_round_trip);
  g_test_add_data_func ("/model/safetensors/round-trip-f16", GINT_TO_POINTER (TRUE), test_round_trip);
  g_test_add_func ("/model/safetensors/no-metadata", test_no_metadata);
  g_test_add_func ("/model/safetensors/unwritable", test_unwritable);
  g_test_add_func ("/model/safetensors/variants", test_variants);
  g_test_add_func ("/model/safetensors/order", test_order);
  g_test_add_func ("/model/safetensors/python-reads", test_python_reads);
  g_test_add_func ("/model/safetensors/python-writes", test_python_writes);
  return g_test_run ();
}
