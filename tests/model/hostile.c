/* hostile.c - safetensors files that must be refused, and how
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <string.h>

#include "bytes.h"

#define A_(fields) "{\"a\":{" fields "}}"
#define F32_2 "\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]"

/* Each with 8 bytes of data. */
static const struct {
  const char *header, *message;
} faults[] = {
  { "", "the header ends where `{` is expected" },
  { " {}", "byte 0x20 where `{` is expected" },
  { "[]", "`[` where `{` is expected" },
  { "{}x", "`x` where the header's end is expected" },
  { "{", "the header ends where a string is expected" },
  { "{\"a\"", "the header ends where `:` is expected" },
  { "{\"a\":1}", "`1` where `{` is expected" },
  { "{\"a\":null}", "`n` where `{` is expected" },
  { "{\"a\":{}}", "tensor `a`: `}` where a string is expected" },
  { "{\"a\":{" F32_2 "},}", "`}` where a string is expected" },
  { "{\"a\":{" F32_2 "} \"b\":{}}", "`\"` where `,` or `}` is expected" },
  { "{\"a\":{" F32_2 "},\"a\":{" F32_2 "}}", "`a` is given twice" },
  { "{\"a\":{" F32_2 "},\"\\u0061\":{" F32_2 "}}", "`a` is given twice" },
  { "{\"__metadata__\":{},\"__metadata__\":{}}", "`__metadata__` is given twice" },
  { "{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}", "metadata `k` is given twice" },
  { "{\"__metadata__\":{\"k\":1}}", "`1` where a string is expected" },
  { "{\"__metadata__\":{\"k\":{\"l\":\"m\"}}}", "`{` where a string is expected" },
  { "{\"__metadata__\":[]}", "`[` where `{` is expected" },
  { "{\"__metadata__\":{\"\":\"x\"}}", "a metadata key of 0 bytes; 1 to 255 are allowed" },
  { "{\"\":{" F32_2 "}}", "a tensor name of 0 bytes; 1 to 255 are allowed" },
  { "{\"a\\nb\":{" F32_2 "}}", "a tensor name holds a control character" },
  { "{\"a\nb\":{" F32_2 "}}", "byte 0x0a where the rest of a string is expected" },
  { "{\"a\\qb\":{" F32_2 "}}", "`q` where an escape is expected" },
  { "{\"a\\u12g4\":{" F32_2 "}}", "`g` where a hexadecimal digit is expected" },
  { "{\"a\\u0000\":{" F32_2 "}}", "a string holds \\u0000" },
  { "{\"a\\ud800\":{" F32_2 "}}", "\\ud800 is half of a surrogate pair" },
  { "{\"a\\udc00\\ud800\":{" F32_2 "}}", "\\udc00 is half of a surrogate pair" },
  { "{\"a\\ud800\\u0041\":{" F32_2 "}}", "\\u0041 does not complete the surrogate pair of \\ud800" },
  { "{\"a\xff\":{" F32_2 "}}", "not UTF-8" },
  { "{\"a\xc0\x80\":{" F32_2 "}}", "not UTF-8" },
  { A_ (F32_2 ",\"dtype\":\"F32\""), "tensor `a`: `dtype` is given twice" },
  { A_ (F32_2 ",\"extra\":1"), "tensor `a`: unknown field; `dtype`, `shape` and `data_offsets` are expected" },
  { A_ ("\"shape\":[2],\"data_offsets\":[0,8]"), "tensor `a`: `dtype` is missing" },
  { A_ ("\"dtype\":\"F32\",\"data_offsets\":[0,8]"), "tensor `a`: `shape` is missing" },
  { A_ ("\"dtype\":\"F32\",\"shape\":[2]"), "tensor `a`: `data_offsets` is missing" },
  { A_ ("\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]"),
      "tensor `a`: dtype `F64`; F32 and F16 are supported" },
  { A_ ("\"dtype\":\"F32____________\",\"shape\":[1],\"data_offsets\":[0,8]"), "tensor `a`: unknown dtype" },
  { A_ ("\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]"), "tensor `a`: dtype `I64`" },
  { A_ ("\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]"),
      "tensor `a`: a scalar; 1 to 4 dimensions are expected" },
  { A_ ("\"dtype\":\"F32\",\"shape\":[1,1,1,1,2],\"data_offsets\":[0,8]"), "`shape` has more than 4 numbers" },
  { A_ ("\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]"), "tensor `a`: dimension 0 is 0; 1 to 1048576" },
  { A_ ("\"dtype\":\"F32\",\"shape\":[1,2000000],\"data_offsets\":[0,8]"), "tensor `a`: dimension 1 is 2000000" },
  { A_ ("\"dtype\":\"F32\",\"shape\":[1000000,1000000,1000000,1000000],\"data_offsets\":[0,8]"),
      "tensor `a`: the file holds more than 68157440 values" },
  { A_ ("\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]"), "`-` where a whole number is expected" },
  { A_ ("\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]"), "`.` where `,` or `]` is expected" },
  { A_ ("\"dtype\":\"F32\",\"shape\":[2e0],\"data_offsets\":[0,8]"), "`e` where `,` or `]` is expected" },
  { A_ ("\"dtype\":\"F32\",\"shape\":[02],\"data_offsets\":[0,8]"), "a number with a leading zero" },
  { A_ ("\"dtype\":\"F32\",\"shape\":[99999999999999999999999],\"data_offsets\":[0,8]"), "a number over 2^53 - 1" },
  { A_ ("\"dtype\":\"F32\",\"shape\":[[2]],\"data_offsets\":[0,8]"), "`[` where a whole number is expected" },
  { A_ ("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]"), "`data_offsets` has 1 numbers; 2 are expected" },
  { A_ ("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,8]"), "`data_offsets` has more than 2 numbers" },
  { A_ ("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,9]"), "data_offsets 0 to 9 do not lie in order inside" },
  { A_ ("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]"), "data_offsets 8 to 0 do not lie in order inside" },
  { A_ ("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[9007199254740984,9007199254740991]"),
      "do not lie in order" },
  { A_ ("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]"),
      "tensor `a`: 8 bytes of data; its shape and dtype need 4" },
  { A_ ("\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,8]"), "8 bytes of data; its shape and dtype need 4" },
  { A_ ("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]"),
      "4 bytes after the last tensor belong to no tensor" },
  { A_ ("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]"), "4 bytes before its data belong to no tensor" },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],"
    "\"data_offsets\":[4,8]}}",
      "tensor `b`: its data overlap those of `a`" },
  { "{\"a\":{" F32_2 "},\"b\":{" F32_2 "}}", "its data overlap those of `" },
  { "{}", "8 bytes after the last tensor belong to no tensor" },
};

static void
assert_refused (GBytes *file, const char *message)
{
  GHashTable *metadata = NULL;
  GError *error = NULL;
  SerTensors *tensors = parse_file (file, &metadata, &error);

  g_assert_null (tensors);
  g_assert_null (metadata);
  g_assert_error (error, SER_ERROR, SER_ERROR_FORMAT);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_true (g_str_has_prefix (error->message, "x.safetensors: "));
  if (strstr (error->message, message) == NULL)
    g_error ("expected \"%s\" in \"%s\"", message, error->message);
  g_error_free (error);
}

static void
test_faults (void)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (faults); i++) {
    GBytes *file = make_file (faults[i].header, 8);

    assert_refused (file, faults[i].message);
    g_bytes_unref (file);
  }
}

static void
test_lengths (void)
{
  guint8 bytes[16] = { 0 };
  GBytes *file;

  file = g_bytes_new (bytes, 7);
  assert_refused (file, "7 bytes; a safetensors file has at least 8");
  g_bytes_unref (file);
  bytes[0] = 9;
  file = g_bytes_new (bytes, 16);
  assert_refused (file, "a header of 9 bytes, but only 8 follow: the file is cut short");
  g_bytes_unref (file);
  memset (bytes, 0xff, 8);
  file = g_bytes_new (bytes, 16);
  assert_refused (file, "a header of 18446744073709551615 bytes; at most 1048576 are allowed");
  g_bytes_unref (file);
}

/* Nesting costs no stack: half a million brackets, at every place where one can open. */
static void
test_deep (void)
{
  static const char *const places[] = { "", "{\"a\":", "{\"a\":{\"shape\":", "{\"a\":{\"shape\":[",
    "{\"__metadata__\":{\"k\":" };
  char *deep = g_strnfill (500000, '['), *objects = g_strnfill (500000, '{');
  guint i;

  for (i = 0; i < G_N_ELEMENTS (places); i++) {
    char *header = g_strconcat (places[i], i % 2 ? objects : deep, NULL);
    GBytes *file = make_file (header, 0);

    assert_refused (file, "is expected");
    g_bytes_unref (file);
    g_free (header);
  }
  g_free (deep);
  g_free (objects);
}

static void
test_many (void)
{
  GString *header = g_string_new ("{\"__metadata__\":{\"k0\":\"\"");
  GBytes *file;
  guint i;

  for (i = 1; i < 300; i++)
    g_string_append_printf (header, ",\"k%u\":\"\"", i);
  g_string_append (header, "}}");
  file = make_file (header->str, 0);
  assert_refused (file, "more than 256 metadata strings");
  g_bytes_unref (file);

  g_string_assign (header, "{");
  for (i = 0; i < 1025; i++)
    g_string_append_printf (header, "%s\"t%u\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[%u,%u]}",
        i ? "," : "", i, 4 * i, 4 * i + 4);
  g_string_append_c (header, '}');
  file = make_file (header->str, 4 * 1025);
  assert_refused (file, "more than 1024 tensors");
  g_bytes_unref (file);
  g_string_free (header, TRUE);
}

/* Replaces the last bytes of a file whose header is given. */
static void
assert_value_refused (const char *header, const guint8 *end, gsize n, const char *message)
{
  GBytes *file = make_file (header, 8);
  gsize size;
  guint8 *bytes = g_bytes_unref_to_data (file, &size);

  memcpy (bytes + size - n, end, n);
  file = g_bytes_new_take (bytes, size);
  assert_refused (file, message);
  g_bytes_unref (file);
}

static void
test_not_finite (void)
{
  static const guint8 f32[][4] = { { 0, 0, 0x80, 0x7f }, { 0, 0, 0x80, 0xff }, { 1, 0, 0x80, 0x7f },
    { 0, 0, 0xc0, 0xff } };
  static const guint8 f16[][4] = { { 0, 0x7c, 0, 0 }, { 0, 0xfc, 0, 0 }, { 1, 0x7c, 0, 0 }, { 0, 0xfe, 0, 0 } };
  guint i;

  for (i = 0; i < 4; i++) {
    assert_value_refused (A_ (F32_2), f32[i], 4, "tensor `a`: value 1 is not finite");
    assert_value_refused (
        A_ ("\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[0,8]"), f16[i], 4, "tensor `a`: value 2 is not finite");
  }
}

/* Whatever its length, a file cut short is refused. */
static void
test_truncated (void)
{
  SerTensors *tensors = make_tensors ();
  GHashTable *metadata = g_hash_table_new (g_str_hash, g_str_equal);
  GBytes *file;
  gsize n;

  g_hash_table_insert (metadata, "format", "1");
  file = ser_safetensors_write (tensors, metadata, FALSE, "x", NULL);
  for (n = 0; n < g_bytes_get_size (file); n++) {
    GBytes *cut = g_bytes_new_from_bytes (file, 0, n);

    assert_refused (cut, "");
    g_bytes_unref (cut);
  }
  g_bytes_unref (file);
  g_hash_table_unref (metadata);
  ser_tensors_free (tensors);
}

/* One bit turned anywhere: refused or read, but nothing read that the file does not hold. A sanitizer watches. */
static void
test_flipped (void)
{
  SerTensors *tensors = make_tensors ();
  GBytes *file = ser_safetensors_write (tensors, NULL, TRUE, "x", NULL);
  gsize size, i;
  guint refused = 0;
  guint8 *bytes = g_bytes_unref_to_data (file, &size);

  for (i = 0; i < size * 8; i++) {
    GError *error = NULL;
    SerTensors *read;

    bytes[i / 8] ^= (guint8) (1u << i % 8);
    read = ser_safetensors_parse (bytes, size, "x", NULL, &error);
    g_assert_true ((read == NULL) == (error != NULL));
    refused += read == NULL;
    if (i < 64)
      g_assert_null (read);
    g_clear_pointer (&read, ser_tensors_free);
    g_clear_error (&error);
    bytes[i / 8] ^= (guint8) (1u << i % 8);
  }
  g_assert_cmpuint (refused, >, size * 2);
  g_free (bytes);
  ser_tensors_free (tensors);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/hostile/faults", test_faults);
  g_test_add_func ("/model/hostile/lengths", test_lengths);
  g_test_add_func ("/model/hostile/deep", test_deep);
  g_test_add_func ("/model/hostile/many", test_many);
  g_test_add_func ("/model/hostile/not-finite", test_not_finite);
  g_test_add_func ("/model/hostile/truncated", test_truncated);
  g_test_add_func ("/model/hostile/flipped", test_flipped);
  return g_test_run ();
}
