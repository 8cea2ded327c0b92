/* state-dict.c - tests of reading what torch.save() wrote
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * The files of tests/golden/state_dict are PyTorch's own; make_state_dict.py made them.
 */

#include "state-dict.h"

#include <string.h>

#include "fixture.h"
#include "pickle.h"
#include "tiny-model.h"

#define ARCH "conv1d(6,k=3) bn lstm(4,layers=2,bidirectional) final linear"

static char *
golden (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "..", "golden", "state_dict", name, NULL);
}

static SerTensors *
load (const char *name)
{
  g_autofree char *path = golden (name);
  GError *error = NULL;
  SerTensors *tensors = ser_state_dict_load (path, &error);

  g_assert_no_error (error);
  return tensors;
}

/* ---- files of PyTorch ---- */

/* Views of any strides, shared storages, float16 and parameters give the values that PyTorch has. */
static void
test_values (void)
{
  SerTensors *torch = load ("plain.pt"), *plain = load ("plain.safetensors");

  g_assert_cmpuint (ser_tensors_get_n (torch), ==, 24);
  g_assert_cmpuint (ser_tensors_get_n (plain), ==, 24);
  for (guint i = 0; i < 24; i++) {
    const SerTensor *a = ser_tensors_get (torch, i), *b = ser_tensors_get (plain, i);

    g_assert_cmpstr (a->name, ==, b->name);
    g_assert_cmpmem (a->dims, a->n_dims * sizeof *a->dims, b->dims, b->n_dims * sizeof *b->dims);
    g_assert_cmpmem (a->data, a->n * sizeof (float), b->data, b->n * sizeof (float));
  }
  ser_tensors_free (torch);
  ser_tensors_free (plain);
}

/* An encoder is what PyTorch calls a Sequential of two linear layers. */
static void
test_encoder (void)
{
  g_autofree char *path = golden ("encoder.pt"), *folder = fixture_folder ();
  g_autofree char *model = g_build_filename (folder, "m.safetensors", NULL), *shown = NULL;

  g_assert_cmpint (fixture_seremotion (NULL, NULL,
                       "import '%s' --arch 'encoder(5,3) flatten linear(name=head)' "
                       "--features 'mfcc(n=9,mels=20,norm=none) mean' --labels a,b --output '%s'",
                       path, model),
      ==, 0);
  g_assert_cmpint (fixture_seremotion (&shown, NULL, "inspect '%s'", model), ==, 0);
  g_assert_nonnull (strstr (shown, "encoder    encoder    [3, 1]"));
}

/* Both kinds of file become the same model. */
static void
test_import (void)
{
  static const char *const names[] = { "plain.pt", "plain.safetensors" };
  g_autofree char *folder = fixture_folder ();
  char *models[2];
  gsize sizes[2];

  for (guint i = 0; i < 2; i++) {
    g_autofree char *path = golden (names[i]), *output = g_strdup_printf ("%s/%u", folder, i);

    g_assert_cmpint (fixture_seremotion (NULL, NULL,
                         "import '%s' --arch '" ARCH "' --features 'logmel(mels=8,norm=none)' --labels a,b,c,d "
                         "--output '%s'",
                         path, output),
        ==, 0);
    g_assert_true (g_file_get_contents (output, &models[i], &sizes[i], NULL));
  }
  g_assert_cmpmem (models[0], sizes[0], models[1], sizes[1]);
  g_free (models[0]);
  g_free (models[1]);
}

static void
test_refused_files (void)
{
  static const struct {
    const char *name, *message;
  } files[] = {
    { "checkpoint.pt", "checkpoint.pt: `epoch` is a number, not a tensor; save the state_dict alone" },
    { "double.pt", "torch.DoubleStorage; float32 and float16 are supported" },
    { "int.pt", "tensor `weight`: int64" },
    { "scalar.pt", "tensor `weight`: a scalar" },
    { "nan.pt", "tensor `weight`: value 0 is not finite" },
    { "expanded.pt", "tensor `weight`: more values than the file has room for" },
    { "tensor.pt", "a tensor where a dictionary is expected" },
    { "object.pt", "an object of collections.Counter; a state_dict is expected" },
    { "module.pt", "an object of torch.nn.modules.linear.Linear; a state_dict is expected" },
    { "key.pt", "a key of the dictionary is a number" },
    { "legacy.pt", "the format of PyTorch before 1.6" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *path = golden (files[i].name);
    GError *error = NULL;

    g_assert_null (ser_state_dict_load (path, &error));
    assert_ser_error (error, SER_ERROR_FORMAT, files[i].message);
  }
}

/* ---- damaged archives ---- */

static void
assert_damaged (const guint8 *bytes, gsize size, const char *message)
{
  g_autofree guint8 *copy = g_memdup2 (bytes, size); /* a reading beyond it is seen by sanitizers */
  GError *error = NULL;

  g_assert_null (ser_state_dict_parse (copy, size, "file", &error));
  assert_ser_error (error, SER_ERROR_FORMAT, message);
}

static gsize
find (const char *data, gsize size, const char *what)
{
  const char *at = memmem (data, size, what, strlen (what));

  g_assert_nonnull (at);
  return (gsize) (at - data);
}

static void
test_damaged_archives (void)
{
  g_autofree char *path = golden ("plain.pt"), *data = NULL;
  gsize size, at;

  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  for (gsize n = 0; n < size; n += 97)
    assert_damaged ((guint8 *) data, n, "file: ");
  /* One of the values: the checksum is wrong. */
  at = find (data, size, "plain/data/0");
  data[at + 128] ^= 1;
  assert_damaged ((guint8 *) data, size, "`plain/data/0` is damaged");
  data[at + 128] ^= 1;
  at = find (data, size, "plain/data.pkl");
  data[at] = 'q';
  at += find (data + at + 1, size - at - 1, "plain/data.pkl") + 1;
  data[at] = 'q';
  assert_damaged ((guint8 *) data, size, "`qlain/data/0` is missing");
}

/* ---- pickles ---- */

static void
put (GByteArray *pickle, const char *bytes, gsize n)
{
  g_byte_array_append (pickle, (const guint8 *) bytes, (guint) n);
}

static void
put_text (GByteArray *pickle, const char *text)
{
  const guint8 n = (guint8) strlen (text);

  put (pickle, "X", 1);
  put (pickle, (const char *) &n, 1);
  put (pickle, "\0\0\0", 3);
  put (pickle, text, n);
}

/* A number in 8 bytes. */
static void
put_number (GByteArray *pickle, gint64 number)
{
  number = GINT64_TO_LE (number);
  put (pickle, "\x8a\x08", 2);
  put (pickle, (const char *) &number, 8);
}

typedef struct {
  const char *name, *storage, *key;
  gint64 n_stored, offset, dims[2], strides[2];
} Claim;

static void
put_tensor (GByteArray *pickle, const Claim *claim)
{
  put_text (pickle, claim->name);
  put (pickle, "ctorch._utils\n_rebuild_tensor_v2\n((", 35);
  put_text (pickle, "storage");
  put (pickle, "ctorch\n", 7);
  put (pickle, claim->storage, strlen (claim->storage));
  put (pickle, "\n", 1);
  put_text (pickle, claim->key);
  put_text (pickle, "cpu");
  put_number (pickle, claim->n_stored);
  put (pickle, "tQ", 2);
  put_number (pickle, claim->offset);
  for (guint i = 0; i < 2; i++) {
    put_number (pickle, (i ? claim->strides : claim->dims)[0]);
    put_number (pickle, (i ? claim->strides : claim->dims)[1]);
    put (pickle, "\x86", 1);
  }
  put (pickle, "\x89}tRs", 5);
}

/* The pickle of a dictionary with one or two tensors. */
static GByteArray *
make_pickle (const Claim *first, const Claim *second)
{
  GByteArray *pickle = g_byte_array_new ();

  put (pickle, "\x80\x02}", 3);
  put_tensor (pickle, first);
  if (second)
    put_tensor (pickle, second);
  put (pickle, ".", 1);
  return pickle;
}

/* Six values, 0 to 5, for the key 0; none for others. */
static GBytes *
read_storage (gpointer data, const char *key, GError **error)
{
  static const float values[6] = { 0, 1, 2, 3, 4, 5 };

  if (strcmp (key, "0") == 0)
    return g_bytes_new (values, sizeof values);
  g_set_error (error, SER_ERROR, SER_ERROR_FORMAT, "no storage");
  return NULL;
}

static SerTensors *
parse (const GByteArray *pickle, GError **error)
{
  g_autofree guint8 *copy = g_memdup2 (pickle->data, pickle->len);

  return ser_state_dict_from_pickle (copy, pickle->len, 100, read_storage, NULL, "file", error);
}

static const Claim sound = { "w", "FloatStorage", "0", 6, 0, { 2, 3 }, { 3, 1 } };

static void
test_views (void)
{
  static const struct {
    Claim claim;
    float values[6];
  } views[] = {
    { { "w", "FloatStorage", "0", 6, 0, { 2, 3 }, { 3, 1 } }, { 0, 1, 2, 3, 4, 5 } },
    { { "w", "FloatStorage", "0", 6, 0, { 2, 3 }, { 1, 2 } }, { 0, 2, 4, 1, 3, 5 } },
    { { "w", "FloatStorage", "0", 6, 1, { 2, 3 }, { 2, 1 } }, { 1, 2, 3, 3, 4, 5 } },
    { { "w", "FloatStorage", "0", 6, 5, { 2, 3 }, { 0, 0 } }, { 5, 5, 5, 5, 5, 5 } },
    { { "w", "FloatStorage", "0", 6, 3, { 1, 3 }, { G_MAXINT64, 1 } }, { 3, 4, 5 } }, /* no second row */
  };

  for (guint i = 0; i < G_N_ELEMENTS (views); i++) {
    g_autoptr (GByteArray) pickle = make_pickle (&views[i].claim, NULL);
    GError *error = NULL;
    SerTensors *tensors = parse (pickle, &error);
    const SerTensor *w;

    g_assert_no_error (error);
    w = ser_tensors_find (tensors, "w");
    g_assert_cmpmem (w->data, w->n * sizeof (float), views[i].values, i == 4 ? 12 : 24);
    ser_tensors_free (tensors);
  }
}

static void
assert_refused (GByteArray *pickle, const char *message)
{
  GError *error = NULL;

  g_assert_null (parse (pickle, &error));
  assert_ser_error (error, SER_ERROR_FORMAT, message);
  g_byte_array_unref (pickle);
}

static void
test_refused_views (void)
{
  static const struct {
    Claim claim;
    const char *message;
  } views[] = {
    { { "w", "FloatStorage", "0", 6, 1, { 2, 3 }, { 3, 1 } }, "outside its storage" },
    { { "w", "FloatStorage", "0", 6, 6, { 1, 1 }, { 1, 1 } }, "outside its storage" },
    { { "w", "FloatStorage", "0", 6, 0, { 2, 3 }, { 4, 1 } }, "outside its storage" },
    { { "w", "FloatStorage", "0", 6, 0, { 2, 3 }, { 3, G_MAXINT64 } }, "outside its storage" },
    { { "w", "FloatStorage", "0", 6, 0, { 3, 3 }, { G_MAXINT64, G_MAXINT64 } }, "outside its storage" },
    { { "w", "FloatStorage", "0", 6, G_MAXINT64, { 2, 3 }, { 3, 1 } }, "outside its storage" },
    { { "w", "FloatStorage", "0", 7, 0, { 2, 3 }, { 3, 1 } }, "not the 7 values" },
    { { "w", "HalfStorage", "0", 6, 0, { 2, 3 }, { 3, 1 } }, "not the 6 values of 2 bytes" },
    { { "w", "LongStorage", "0", 3, 0, { 1, 3 }, { 3, 1 } }, "int64" },
    { { "w", "FloatStorage", "1", 6, 0, { 2, 3 }, { 3, 1 } }, "no storage" },
    { { "w", "FloatStorage", "../0", 6, 0, { 2, 3 }, { 3, 1 } }, "names a storage in an unknown way" },
    { { "w", "FloatStorage", "0", -1, 0, { 2, 3 }, { 3, 1 } }, "names a storage in an unknown way" },
    { { "w", "FloatStorage", "0", 6, -1, { 2, 3 }, { 3, 1 } }, "makes a tensor in an unknown way" },
    { { "w", "FloatStorage", "0", 6, 0, { 2, -3 }, { 3, 1 } }, "shape or strides" },
    { { "w", "FloatStorage", "0", 6, 0, { 2, 3 }, { 3, -1 } }, "shape or strides" },
    { { "w", "FloatStorage", "0", 6, 0, { 2, 0 }, { 3, 1 } }, "dimension 1 is 0" },
    { { "w", "FloatStorage", "0", 6, 0, { 20, 20 }, { 0, 0 } }, "more values than the file has room for" },
    { { "w", "FloatStorage", "0", 6, 0, { 1 << 20, 1 << 20 }, { 0, 0 } }, "more values" },
    { { "w", "FloatStorage", "0", 6, 0, { G_MAXINT64, G_MAXINT64 }, { 0, 0 } }, "dimension 0 is" },
    { { "", "FloatStorage", "0", 6, 0, { 2, 3 }, { 3, 1 } }, "names of tensors are expected" },
    { { "w", "BFloat16Storage", "0", 6, 0, { 2, 3 }, { 3, 1 } }, "torch.BFloat16Storage" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    assert_refused (make_pickle (&views[i].claim, NULL), views[i].message);
  assert_refused (make_pickle (&sound, &sound), "tensor `w` is there twice");
}

#define PICKLE(text) text, sizeof text - 1
static const struct {
  const char *bytes;
  gsize n;
  const char *message;
} pickles[] = {
  { PICKLE ("\x80\x02"
            "cos\nsystem\nX\4\0\0\0true\x85R."),
      "an object of os.system" },
  { PICKLE ("\x80\x02"
            "cbuiltins\neval\n."),
      "an object of builtins.eval" },
  { PICKLE ("\x80\x02"
            "ctorch._utils\n_rebuild_tensor_v2\n)R."),
      "makes a tensor in an unknown way" },
  { PICKLE ("\x80\x02"
            "ctorch._utils\n_rebuild_parameter\n)R."),
      "makes a parameter in an unknown way" },
  { PICKLE ("\x80\x02"
            "ctorch\nFloatStorage\n)R."),
      "calls torch.FloatStorage" },
  { PICKLE ("\x80\x02"
            "ccollections\nOrderedDict\nK\1\x85R."),
      "makes a dictionary in an unknown way" },
  { PICKLE ("\x80\x04}."), "a pickle of protocol 4" },
  { PICKLE ("\x80\x02}.}"), "1 bytes behind the pickle" },
  { PICKLE ("\x80\x02."), "nothing where a dictionary is expected" },
  { PICKLE ("\x80\x02(."), "a mark where a dictionary is expected" },
  { PICKLE ("\x80\x02t."), "lacks a mark" },
  { PICKLE ("\x80\x02u."), "lacks a mark" },
  { PICKLE ("\x80\x02(K\1u."), "adds values to what is not a dictionary" },
  { PICKLE ("\x80\x02}(K\1u."), "adds values to what is not a dictionary" },
  { PICKLE ("\x80\x02}K\1s."), "adds values to what is not a dictionary" },
  { PICKLE ("\x80\x02s."), "lacks values" },
  { PICKLE ("\x80\x02(K\1K\2s."), "adds values to what is not a dictionary" },
  { PICKLE ("\x80\x02}}e."), "lacks a mark" },
  { PICKLE ("\x80\x02\x87."), "lacks values for a tuple" },
  { PICKLE ("\x80\x02(K\1\x86."), "lacks values for a tuple" },
  { PICKLE ("\x80\x02K\1}b."), "gives attributes to what is not a dictionary" },
  { PICKLE ("\x80\x02"
            "b."),
      "nothing where a value is expected" },
  { PICKLE ("\x80\x02q\1."), "notes a value that is not there" },
  { PICKLE ("\x80\x02h\1."), "refers to value 1" },
  { PICKLE ("\x80\x02"
            "0."),
      "an instruction 0x30" },
  { PICKLE ("\x80\x02X\xff\xff\xff\xff."), "a text of 4294967295 bytes" },
  { PICKLE ("\x80\x02X\1\0\0\0\xff."), "not UTF-8" },
  { PICKLE ("\x80\x02X\1\0\0\0\0."), "not UTF-8" },
  { PICKLE ("\x80\x02\x8a\x09"
            "123456789."),
      "a number of 9 bytes" },
  { PICKLE ("\x80\x02"
            "cos."),
      "cut short" },
  { PICKLE ("\x80\x02}q\0h\0h\0s."), "a key of the dictionary is a dictionary" },
  { PICKLE ("\x80\x02}q\0X\1\0\0\0ah\0s."), "`a` is a dictionary, not a tensor" }, /* holds itself */
  { PICKLE (""), "cut short" },
};
#undef PICKLE

/* Nothing is called, whatever a pickle asks for. */
static void
test_refused_pickles (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (pickles); i++) {
    GByteArray *pickle = g_byte_array_new ();

    put (pickle, pickles[i].bytes, pickles[i].n);
    assert_refused (pickle, pickles[i].message);
  }
}

/* No part of a pickle is one. */
static void
test_cut_short (void)
{
  g_autoptr (GByteArray) whole = make_pickle (&sound, NULL);

  for (guint n = 0; n < whole->len; n++) {
    GByteArray *part = g_byte_array_new ();

    g_byte_array_append (part, whole->data, n);
    assert_refused (part, "file: ");
  }
}

/* As many values as bytes: memory stays in proportion, and nothing recurses. */
static void
test_deep (void)
{
  g_autoptr (GByteArray) pickle = g_byte_array_new ();
  GError *error = NULL;

  put (pickle, "\x80\x02)", 3);
  for (guint i = 0; i < 300000; i++)
    put (pickle, "\x85", 1);
  put (pickle, ".", 1);
  g_assert_null (ser_pickle_parse (pickle->data, pickle->len, "file", &error));
  assert_ser_error (error, SER_ERROR_FORMAT, "a tuple where a dictionary is expected");
  g_byte_array_set_size (pickle, SER_PICKLE_MAX_SIZE + 1);
  error = NULL;
  g_assert_null (ser_pickle_parse (pickle->data, pickle->len, "file", &error));
  assert_ser_error (error, SER_ERROR_FORMAT, "a pickle of 1048577 bytes");
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/tools/state-dict/values", test_values);
  g_test_add_func ("/tools/state-dict/import", test_import);
  g_test_add_func ("/tools/state-dict/encoder", test_encoder);
  g_test_add_func ("/tools/state-dict/refused-files", test_refused_files);
  g_test_add_func ("/tools/state-dict/damaged-archives", test_damaged_archives);
  g_test_add_func ("/tools/state-dict/views", test_views);
  g_test_add_func ("/tools/state-dict/refused-views", test_refused_views);
  g_test_add_func ("/tools/state-dict/refused-pickles", test_refused_pickles);
  g_test_add_func ("/tools/state-dict/cut-short", test_cut_short);
  g_test_add_func ("/tools/state-dict/deep", test_deep);
  return fixture_run ();
}
