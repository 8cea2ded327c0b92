/* architecture.c - tests of the architecture line
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "model/architecture.h"

#include <string.h>

#include "model/items.h"
#include "ser.h"

#define REPORT                                                                                                         \
  "conv1d(64,k=3) relu conv1d(128,k=3) relu maxpool(2) dropout(0.5) lstm(256,layers=2,bidirectional,dropout=0.5) "     \
  "last "                                                                                                              \
  "linear"

static SerArchitecture *
parse (const char *line, guint channels, guint length)
{
  GError *error = NULL;
  SerArchitecture *arch = ser_architecture_parse (line, channels, length, 6, &error);

  g_assert_no_error (error);
  g_assert_nonnull (arch);
  return arch;
}

static void
test_report (void)
{
  SerArchitecture *arch = parse (REPORT, 1, 40);
  char *line = ser_architecture_to_string (arch);

  g_assert_cmpstr (line, ==, REPORT);
  g_assert_cmpuint (arch->n_layers, ==, 9);
  g_assert_cmpuint (arch->layers[6].kind, ==, SER_LAYER_LSTM);
  g_assert_cmpuint (arch->layers[6].in, ==, 128);
  g_assert_cmpuint (arch->layers[6].out, ==, 256);
  g_assert_cmpuint (arch->layers[6].layers, ==, 2);
  g_assert_true (arch->layers[6].bidirectional);
  g_assert_cmpfloat (arch->layers[6].dropout, ==, 0.5f);
  g_assert_cmpuint (arch->layers[8].in, ==, 512);
  g_assert_cmpuint (arch->layers[8].out, ==, 6);
  g_assert_cmpuint (ser_architecture_min_length (arch), ==, 40);
  g_assert_cmpuint (ser_architecture_min_frames (arch), ==, 1);
  /* Counted by PyTorch: sum of p.numel () over the report's module. */
  g_assert_cmpuint (ser_architecture_n_parameters (arch), ==, 2395526);
  g_free (line);
  ser_architecture_free (arch);
}

/* The canonical line of `line`, and that it is its own canonical line. */
static void
check_canonical (const char *line, guint length, const char *expected)
{
  SerArchitecture *arch = parse (line, length > 0 ? 1 : 3, length), *again;
  char *canonical = ser_architecture_to_string (arch), *twice;

  g_assert_cmpstr (canonical, ==, expected);
  again = parse (canonical, length > 0 ? 1 : 3, length);
  twice = ser_architecture_to_string (again);
  g_assert_cmpstr (twice, ==, canonical);
  g_free (canonical);
  g_free (twice);
  ser_architecture_free (arch);
  ser_architecture_free (again);
}

static void
test_canonical (void)
{
  check_canonical ("  conv1d(5)\tmean\n linear ", 0, "conv1d(5,k=3) mean linear");
  check_canonical ("conv1d(5,bias=0,k=7) bn mean linear(6)", 0, "conv1d(5,k=7,bias=0) bn mean linear");
  check_canonical ("lstm(4,dropout=0.1,layers=1,bidirectional) final linear(3) linear", 0,
      "lstm(4,bidirectional,dropout=0.1) final linear(3) linear");
  check_canonical ("dropout(0.123456789) last linear", 0, "dropout(0.12345679) last linear");
  check_canonical ("dropout(0) last linear", 0, "dropout(0) last linear");
  check_canonical ("maxpool(2) flatten linear(8,name=a.b_1) relu linear(name=fc2)", 9,
      "maxpool(2) flatten linear(8,name=a.b_1) relu linear");
  check_canonical (
      "encoder(5,12,name=coder) maxpool(3) flatten linear", 2, "encoder(5,12,name=coder) maxpool(3) flatten linear");
  check_canonical ("lstm(4,name=lstm) attention(2,name=pool) linear(name=out)", 0,
      "lstm(4) attention(2,name=pool) linear(name=out)");
}

static void
check_tensors (const char *line, guint channels, guint length, const char *expected)
{
  SerArchitecture *arch = parse (line, channels, length);
  SerTensors *tensors = ser_tensors_new ();
  GString *found = g_string_new (NULL);
  gsize n = 0;
  guint i, d;

  ser_architecture_add_tensors (arch, tensors);
  for (i = 0; i < ser_tensors_get_n (tensors); i++) {
    const SerTensor *tensor = ser_tensors_get (tensors, i);

    g_string_append_printf (found, "%s%s", i > 0 ? " " : "", tensor->name);
    for (d = 0; d < tensor->n_dims; d++)
      g_string_append_printf (found, "%c%" G_GSIZE_FORMAT, d == 0 ? ':' : 'x', tensor->dims[d]);
    if (!g_str_has_suffix (tensor->name, ".running_mean") && !g_str_has_suffix (tensor->name, ".running_var"))
      n += tensor->n;
  }
  g_assert_cmpstr (found->str, ==, expected);
  g_assert_cmpuint (ser_architecture_n_parameters (arch), ==, n);
  g_string_free (found, TRUE);
  ser_tensors_free (tensors);
  ser_architecture_free (arch);
}

static void
test_tensors (void)
{
  check_tensors ("conv1d(5,k=7) bn relu conv1d(2,k=1,bias=0) bn mean linear", 3, 0,
      "conv1.weight:5x3x7 conv1.bias:5 bn1.weight:5 bn1.bias:5 bn1.running_mean:5 bn1.running_var:5 conv2.weight:2x5x1 "
      "bn2.weight:2 bn2.bias:2 bn2.running_mean:2 bn2.running_var:2 fc.weight:6x2 fc.bias:6");
  check_tensors ("lstm(4,layers=2,bidirectional) attention(2) linear(7) linear", 3, 0,
      "lstm.weight_ih_l0:16x3 lstm.weight_hh_l0:16x4 lstm.bias_ih_l0:16 lstm.bias_hh_l0:16 "
      "lstm.weight_ih_l0_reverse:16x3 lstm.weight_hh_l0_reverse:16x4 lstm.bias_ih_l0_reverse:16 "
      "lstm.bias_hh_l0_reverse:16 "
      "lstm.weight_ih_l1:16x8 lstm.weight_hh_l1:16x4 lstm.bias_ih_l1:16 lstm.bias_hh_l1:16 "
      "lstm.weight_ih_l1_reverse:16x8 lstm.weight_hh_l1_reverse:16x4 lstm.bias_ih_l1_reverse:16 "
      "lstm.bias_hh_l1_reverse:16 "
      "attention.weight:2x8 attention.bias:2 fc1.weight:7x16 fc1.bias:7 fc2.weight:6x7 fc2.bias:6");
  check_tensors ("encoder(5,4) conv1d(2,k=3) maxpool(2) flatten linear", 1, 9,
      "encoder.0.weight:5x9 encoder.0.bias:5 encoder.2.weight:4x5 encoder.2.bias:4 conv.weight:2x1x3 conv.bias:2 "
      "fc.weight:6x4 fc.bias:6");
  check_tensors ("conv1d(1,name=stem) conv1d(1,k=1) last linear(name=head)", 3, 0,
      "stem.weight:1x3x3 stem.bias:1 conv2.weight:1x1x1 conv2.bias:1 head.weight:6x1 head.bias:6");
}

static void
test_min_length (void)
{
  static const struct {
    const char *line;
    gsize length;
  } cases[] = {
    { "mean linear", 1 },
    { "maxpool(3) mean linear", 3 },
    { "maxpool(2) conv1d(4) maxpool(5) lstm(3) maxpool(4) last linear", 40 },
    { "maxpool(64) maxpool(64) last linear", 4096 },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    SerArchitecture *arch = parse (cases[i].line, 3, 0);

    g_assert_cmpuint (ser_architecture_min_length (arch), ==, cases[i].length);
    g_assert_cmpuint (ser_architecture_min_frames (arch), ==, cases[i].length);
    ser_architecture_free (arch);
  }
}

/* `where` is the item that the message must name, `what` another part of it. */
typedef struct {
  const char *line;
  guint length;
  const char *where, *what;
  guint channels; /* 0: 3 of them */
} Fault;

static const Fault faults[] = {
  { "", 0, "", "it is empty" },
  { " \n ", 0, "", "it is empty" },
  { "conv1d(4)", 0, "item 1 (`conv1d`)", "must be `linear`" },
  { "mean linear relu", 0, "item 3 (`relu`)", "must be `linear`" },
  { "conv2d(4) mean linear", 0, "item 1 (`conv2d`)", "no such layer" },
  { "mean linear(6", 0, "item 2 (`linear`)", "line ends" },
  { "conv1d mean linear", 0, "item 1 (`conv1d`)", "a number is missing" },
  { "conv1d(k=3) mean linear", 0, "item 1 (`conv1d`)", "a number is missing" },
  { "conv1d(0) mean linear", 0, "item 1 (`conv1d`)", "from 1 to 4096" },
  { "conv1d(4097) mean linear", 0, "item 1 (`conv1d`)", "from 1 to 4096" },
  { "conv1d(18446744073709551617) mean linear", 0, "item 1 (`conv1d`)", "from 1 to 4096" },
  { "conv1d(-1) mean linear", 0, "item 1 (`conv1d`)", "from 1 to 4096" },
  { "conv1d(4,k=2) mean linear", 0, "item 1 (`conv1d`)", "is even" },
  { "conv1d(4,k=257) mean linear", 0, "item 1 (`conv1d`)", "from 1 to 255" },
  { "conv1d(4,k=0) mean linear", 0, "item 1 (`conv1d`)", "from 1 to 255" },
  { "conv1d(4,bias=2) mean linear", 0, "item 1 (`conv1d`)", "`bias=2`" },
  { "conv1d(4,stride=2) mean linear", 0, "item 1 (`conv1d`)", "unknown argument `stride=2`" },
  { "conv1d(4,5) mean linear", 0, "item 1 (`conv1d`)", "unknown argument `5`" },
  { "conv1d(4,name=-x) mean linear", 0, "item 1 (`conv1d`)", "not a prefix" },
  { "conv1d(4,name=3x) mean linear", 0, "item 1 (`conv1d`)", "not a prefix" },
  { "conv1d(4,name=a) conv1d(4,name=a) mean linear", 0, "item 2 (`conv1d`)", "called `a`" },
  { "conv1d(4,name=conv2) conv1d(4) mean linear", 0, "item 2 (`conv1d`)", "called `conv2`" },
  { "conv1d(4) mean linear(name=conv)", 0, "item 3 (`linear`)", "called `conv`" },
  { "relu(3) mean linear", 0, "item 1 (`relu`)", "unknown argument `3`" },
  { "relu(name=x) mean linear", 0, "item 1 (`relu`)", "unknown argument `name=x`" },
  { "bn(4) mean linear", 0, "item 1 (`bn`)", "unknown argument" },
  { "maxpool mean linear", 0, "item 1 (`maxpool`)", "a number is missing" },
  { "maxpool(0) mean linear", 0, "item 1 (`maxpool`)", "from 1 to 4096" },
  { "maxpool(64) maxpool(65) mean linear", 0, "item 2 (`maxpool`)", "more than 4096" },
  { "maxpool(3) maxpool(4) mean linear", 11, "item 2 (`maxpool`)", "4 steps on a sequence of 3" },
  { "dropout mean linear", 0, "item 1 (`dropout`)", "a number is missing" },
  { "dropout(1) mean linear", 0, "item 1 (`dropout`)", "from 0 to 0.99" },
  { "dropout(-0.1) mean linear", 0, "item 1 (`dropout`)", "from 0 to 0.99" },
  { "dropout(nan) mean linear", 0, "item 1 (`dropout`)", "from 0 to 0.99" },
  { "lstm mean linear", 0, "item 1 (`lstm`)", "a number is missing" },
  { "lstm(4,layers=0) mean linear", 0, "item 1 (`lstm`)", "from 1 to 8" },
  { "lstm(4,layers=9) mean linear", 0, "item 1 (`lstm`)", "from 1 to 8" },
  { "lstm(4,bidirectional=1) mean linear", 0, "item 1 (`lstm`)", "unknown argument" },
  { "lstm(4,bidirectional,bidirectional) mean linear", 0, "item 1 (`lstm`)", "unknown argument" },
  { "lstm(4,dropout=2) mean linear", 0, "item 1 (`lstm`)", "from 0 to 0.99" },
  { "lstm(2049,bidirectional) mean linear", 0, "item 1 (`lstm`)", "4098 wide" },
  { "lstm(2048,layers=8,bidirectional) mean linear", 0, "item 1 (`lstm`)", "the limit is 67108864" },
  { "conv1d(4096,k=255) conv1d(4096,k=255) mean linear", 0, "item 2 (`conv1d`)", "the limit is 67108864" },
  { "final linear", 0, "item 1 (`final`)", "directly after lstm" },
  { "lstm(4) relu final linear", 0, "item 3 (`final`)", "directly after lstm" },
  { "mean mean linear", 0, "item 2 (`mean`)", "expects a sequence" },
  { "last conv1d(3) linear", 0, "item 2 (`conv1d`)", "expects a sequence" },
  { "attention(2) lstm(3) last linear", 0, "item 2 (`lstm`)", "expects a sequence" },
  { "attention linear", 0, "item 1 (`attention`)", "a number is missing" },
  { "attention(1366) linear", 0, "item 1 (`attention`)", "4098 wide" },
  { "linear", 0, "item 1 (`linear`)", "expects a vector" },
  { "mean linear linear", 0, "item 2 (`linear`)", "only the last" },
  { "mean linear(7)", 0, "item 2 (`linear`)", "7 outputs for 6 labels" },
  { "flatten linear", 0, "item 1 (`flatten`)", "length varies" },
  { "conv1d(4096) flatten linear", 17, "item 2 (`flatten`)", "17 steps of 4096 channels" },
  { "encoder flatten linear", 9, "item 1 (`encoder`)", "a number is missing", 1 },
  { "encoder(5) flatten linear", 9, "item 1 (`encoder`)", "a second number is missing", 1 },
  { "encoder(5,name=a) flatten linear", 9, "item 1 (`encoder`)", "a second number is missing", 1 },
  { "encoder(0,4) flatten linear", 9, "item 1 (`encoder`)", "from 1 to 4096", 1 },
  { "encoder(5,0) flatten linear", 9, "item 1 (`encoder`)", "from 1 to 4096", 1 },
  { "encoder(4097,4) flatten linear", 9, "item 1 (`encoder`)", "from 1 to 4096", 1 },
  { "encoder(5,4097) flatten linear", 9, "item 1 (`encoder`)", "from 1 to 4096", 1 },
  { "encoder(5,18446744073709551617) flatten linear", 9, "item 1 (`encoder`)", "from 1 to 4096", 1 },
  { "encoder(5,4,3) flatten linear", 9, "item 1 (`encoder`)", "unknown argument `3`", 1 },
  { "encoder(5,4,k=3) flatten linear", 9, "item 1 (`encoder`)", "unknown argument `k=3`", 1 },
  { "encoder(5,4) flatten linear", 0, "item 1 (`encoder`)", "behind features with `mean` or `stats`", 1 },
  { "encoder(5,4) flatten linear", 9, "item 1 (`encoder`)", "behind features with `mean` or `stats`", 3 },
  { "relu encoder(5,4) flatten linear", 9, "item 2 (`encoder`)", "at the front of the line", 1 },
  { "encoder(5,4) encoder(4,3) flatten linear", 9, "item 2 (`encoder`)", "at the front of the line", 1 },
  { "encoder(5,4) flatten linear(name=encoder)", 9, "item 3 (`linear`)", "called `encoder`", 1 },
  { "encoder(5,4) linear", 9, "item 2 (`linear`)", "expects a vector", 1 },
  { "encoder(5,4) maxpool(5) flatten linear", 9, "item 2 (`maxpool`)", "5 steps on a sequence of 4", 1 },
  { "encoder(4096,4096) conv1d(4096,k=9) flatten linear", 4096, "item 3 (`flatten`)", "4096 steps of 4096 channels",
      1 },
};

static void
test_faults (void)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (faults); i++) {
    GError *error = NULL;
    guint channels = faults[i].channels ? faults[i].channels : 3;
    SerArchitecture *arch = ser_architecture_parse (faults[i].line, channels, faults[i].length, 6, &error);

    if (arch != NULL)
      g_error ("accepted: %s", faults[i].line);
    g_assert_error (error, SER_ERROR, SER_ERROR_LINE);
    if (!g_str_has_prefix (error->message, "architecture line: ") || strstr (error->message, faults[i].where) == NULL
        || strstr (error->message, faults[i].what) == NULL)
      g_error ("\"%s\" gives \"%s\" instead of \"%s ... %s\"", faults[i].line, error->message, faults[i].where,
          faults[i].what);
    g_error_free (error);
    g_assert_null (ser_architecture_parse (faults[i].line, channels, faults[i].length, 6, NULL));
  }
}

static void
test_limits (void)
{
  GString *line = g_string_new (NULL);
  GError *error = NULL;
  guint i;

  for (i = 0; i < SER_ARCH_MAX_LAYERS - 2; i++)
    g_string_append (line, "relu ");
  g_string_append (line, "mean linear");
  ser_architecture_free (parse (line->str, 3, 0));
  g_string_prepend (line, "relu ");
  g_assert_null (ser_architecture_parse (line->str, 3, 0, 6, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_LINE);
  g_assert_nonnull (strstr (error->message, "more than 64 layers"));
  g_clear_error (&error);

  g_string_assign (line, "mean linear");
  while (line->len <= SER_ITEM_MAX_LINE)
    g_string_append_c (line, ' ');
  g_assert_null (ser_architecture_parse (line->str, 3, 0, 6, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_LINE);
  g_clear_error (&error);
  g_string_free (line, TRUE);

  g_assert_null (ser_architecture_parse ("mean linear", 0, 0, 6, NULL));
  g_assert_null (ser_architecture_parse ("mean linear", 4097, 0, 6, NULL));
  g_assert_null (ser_architecture_parse ("mean linear", 3, 4097, 6, NULL));
  g_assert_null (ser_architecture_parse ("mean linear", 3, 0, 0, NULL));
}

/* Lines with bytes changed, dropped and doubled are refused with a message or give a network within the limits. */
static void
test_mutations (void)
{
  GRand *rand = g_rand_new_with_seed (1);
  const char *alphabet = "0123456789(),=. abcdefghiklmnoprstuvx\xff\x01";
  guint round, accepted = 0;

  for (round = 0; round < 20000; round++) {
    GString *line = g_string_new (REPORT);
    GError *error = NULL;
    SerArchitecture *arch;
    gint n = g_rand_int_range (rand, 1, 5);

    while (n-- > 0) {
      gsize at = g_rand_int_range (rand, 0, line->len);

      switch (g_rand_int_range (rand, 0, 3)) {
        case 0:
          line->str[at] = alphabet[g_rand_int_range (rand, 0, strlen (alphabet))];
          break;
        case 1:
          g_string_erase (line, at, 1);
          break;
        default:
          g_string_insert_len (line, at, line->str, MIN (at, 40));
          break;
      }
    }
    arch = ser_architecture_parse (line->str, 1, 40, 6, &error);
    if (arch != NULL) {
      accepted++;
      g_assert_no_error (error);
      g_assert_cmpuint (ser_architecture_n_parameters (arch), <=, SER_ARCH_MAX_PARAMETERS);
      g_assert_cmpuint (ser_architecture_min_length (arch), <=, 40);
      ser_architecture_free (arch);
    } else {
      g_assert_error (error, SER_ERROR, SER_ERROR_LINE);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_error_free (error);
    }
    g_string_free (line, TRUE);
  }
  g_test_message ("%u of %u accepted", accepted, round);
  g_rand_free (rand);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/architecture/report", test_report);
  g_test_add_func ("/model/architecture/canonical", test_canonical);
  g_test_add_func ("/model/architecture/tensors", test_tensors);
  g_test_add_func ("/model/architecture/min-length", test_min_length);
  g_test_add_func ("/model/architecture/faults", test_faults);
  g_test_add_func ("/model/architecture/limits", test_limits);
  g_test_add_func ("/model/architecture/mutations", test_mutations);
  return g_test_run ();
}
