/* plot.c - tests of seremotion plot: places and texts against the data, odd data, foreign files
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * plot-check.py reads the SVGs.
 */

#include <math.h>
#include <string.h>

#include "chart.h"
#include "curves.h"
#include "fixture.h"
#include "python.h"

static char *folder;

static char *
in_folder (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

/* Runs the program, which must succeed, in the folder's place: the format's first argument is the folder. */
static void
run_well (const char *format, ...)
{
  g_autofree char *line = NULL, *error = NULL;
  va_list args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  if (fixture_seremotion (NULL, &error, "%s", line) != 0)
    g_error ("%s: %s", line, error);
}

static gboolean
check (const char *kind, const char *picture, const char *data)
{
  const char *const arguments[] = { kind, picture, data, NULL };

  return run_python ("plot-check.py", arguments);
}

/* ---- inputs ---- */

static void
append_figure (GString *out, const char *name, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (
      out, ", \"%s\": %s", name, isnan (value) ? "null" : g_ascii_formatd (text, sizeof text, "%.17g", value));
}

/* The JSON of a run of so many epochs; those that `validated` denies have no validation. */
static char *
write_run (const char *name, guint epochs, gboolean (*validated) (guint epoch))
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *file = g_strconcat (name, ".json", NULL);

  g_string_printf (out,
      "{\"schema\": \"seremotion-run-1\", \"id\": \"0\", \"name\": \"%s\", \"protocol\": \"random:0.2 (speakers in "
      "both "
      "parts: optimistic)\", \"kept_epoch\": %u, \"labels\": [\"anger\", \"fear\"], \"confusion\": [[8, 3], [0, 11]], "
      "\"uar\": 0.86, \"accuracy\": 0.86, \"history\": [",
      name, (epochs + 1) / 2);
  for (guint e = 1; e <= epochs; e++) {
    double x = e / (double) epochs, valid = validated (e) ? 0 : NAN;

    g_string_append_printf (out, "%s{\"epoch\": %u, \"lr\": 0.001", e > 1 ? ", " : "", e);
    append_figure (out, "train_loss", 1.8 - x + 0.05 * sin (7.0 * e));
    append_figure (out, "train_accuracy", 0.2 + 0.6 * x + 0.03 * sin (5.0 * e));
    append_figure (out, "valid_loss", 1.9 - 0.7 * x + 0.1 * cos (3.0 * e) + valid);
    append_figure (out, "valid_accuracy", 0.17 + 0.5 * x + 0.05 * cos (2.0 * e) + valid);
    g_string_append (out, "}");
  }
  g_string_append (out, "]}");
  fixture_write (folder, file, out->str);
  return in_folder (file);
}

static gboolean
always (guint epoch)
{
  return TRUE;
}

static gboolean
never (guint epoch)
{
  return FALSE;
}

/* With gaps, and an epoch that stands alone between two. */
static gboolean
sometimes (guint epoch)
{
  return epoch < 4 || epoch == 7 || epoch > 9;
}

static char *
golden_fold (guint fold)
{
  g_autofree char *name = g_strdup_printf ("fold%u.csv", fold);

  return g_test_build_filename (G_TEST_DIST, "..", "golden", "crossval", name, NULL);
}

/* What crossval makes of the golden folds. */
static char *
write_crossval (void)
{
  g_autofree char *a = golden_fold (1), *b = golden_fold (2), *c = golden_fold (3);
  char *json = in_folder ("crossval.json");

  run_well ("crossval '%s' '%s' '%s' --json '%s'", a, b, c, json);
  return json;
}

/* ---- scales ---- */

static void
test_scales (void)
{
  static const struct {
    double low, high, from, to, step;
    guint decimals;
  } cases[] = { { 0, 100, 0, 100, 20, 0 }, { 105, 543, 100, 600, 100, 0 }, { 0.12, 0.97, 0, 1, 0.2, 1 },
    { 1.1, 1.8, 1.1, 1.8, 0.1, 1 }, { -3.2, 4.1, -4, 5, 1, 0 }, { 0, 2.03e-7, 0, 2.5e-7, 5e-8, 8 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    SerScale scale = ser_scale_loose (cases[i].low, cases[i].high, 6);

    g_assert_cmpfloat_with_epsilon (scale.step, cases[i].step, 1e-9 * cases[i].step);
    g_assert_cmpuint (scale.decimals, ==, cases[i].decimals);
    g_assert_cmpfloat_with_epsilon (scale.low, cases[i].from, 1e-9 * cases[i].step);
    g_assert_cmpfloat_with_epsilon (scale.high, cases[i].to, 1e-9 * cases[i].step);
  }
}

/* What a scale promises, for limits of all sizes. */
static void
test_scale_promises (void)
{
  GRand *rand = g_rand_new_with_seed (1);

  for (guint i = 0; i < 20000; i++) {
    double size = pow (10, g_rand_double_range (rand, -12, 12)), low = size * g_rand_double_range (rand, -1, 1),
           high = low + size * g_rand_double_range (rand, 1e-3, 2);
    SerScale loose = ser_scale_loose (low, high, 6), tight = ser_scale_tight (low, high, 6, 0);
    double mantissa = loose.step / pow (10, floor (log10 (loose.step) + 1e-9));

    g_assert_cmpfloat (loose.low, <=, low + 1e-6 * loose.step);
    g_assert_cmpfloat (loose.high, >=, high - 1e-6 * loose.step);
    g_assert_cmpfloat (loose.high - loose.low, <, high - low + 2 * loose.step);
    g_assert_true (fabs (mantissa - 1) < 1e-6 || fabs (mantissa - 2) < 1e-6 || fabs (mantissa - 5) < 1e-6);
    g_assert_cmpfloat_with_epsilon (loose.first, loose.low, 1e-5 * loose.step);
    g_assert_cmpfloat_with_epsilon (loose.low + (loose.n_ticks - 1) * loose.step, loose.high, 1e-5 * loose.step);
    g_assert_cmpuint (loose.n_ticks, >=, 3);
    g_assert_cmpuint (loose.n_ticks, <=, 12);
    g_assert_cmpfloat (tight.low, ==, low);
    g_assert_cmpfloat (tight.high, ==, high);
    g_assert_cmpfloat (tight.first, >=, low - 1e-5 * tight.step);
    g_assert_cmpfloat (tight.first + (tight.n_ticks - 1) * tight.step, <=, high + 1e-5 * tight.step);
  }
  g_rand_free (rand);
}

static void
test_scale_of_one_value (void)
{
  static const double values[] = { 0, 1, -5, 1e9, 1e-9 };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    SerScale scale = ser_scale_loose (values[i], values[i], 6);

    g_assert_cmpfloat (scale.low, <, values[i]);
    g_assert_cmpfloat (scale.high, >, values[i]);
    g_assert_cmpuint (scale.n_ticks, <=, 12);
  }
}

/* ---- text ---- */

static void
test_text (void)
{
  g_autofree char *same = ser_text_fit (SER_TEXT_NORMAL, "anger", 200),
                  *cut = ser_text_fit (SER_TEXT_NORMAL, "an-extraordinarily-long-label", 100),
                  *clean = ser_text_clean ("a\tb\n\x01"
                                           "ü");
  g_autofree char *huge = g_strnfill (1000000, 'x'), *fitted = ser_text_fit (SER_TEXT_TITLE, huge, 300);

  g_assert_cmpstr (same, ==, "anger");
  g_assert_true (g_str_has_prefix (cut, "an-") && g_str_has_suffix (cut, "label"));
  fixture_assert_has (cut, "…");
  g_assert_cmpfloat (ser_text_width (SER_TEXT_NORMAL, cut), <=, 100);
  g_assert_cmpstr (clean, ==, "a b  ü");
  g_assert_cmpfloat (ser_text_width (SER_TEXT_TITLE, fitted), <=, 300);
  g_assert_cmpfloat (ser_text_width (SER_TEXT_NORMAL, "ww"), ==, 2 * ser_text_width (SER_TEXT_NORMAL, "w"));
}

/* Text is legible on every share of a row. */
static void
test_contrast (void)
{
  for (guint i = 0; i <= 100; i++) {
    SerColour fill = ser_mix_colours (ser_white, (SerColour){ 0, 0.28, 0.48 }, i / 100.0), text = ser_colour_on (fill);
    double light[2];

    for (guint k = 0; k < 2; k++) {
      SerColour c = k ? text : fill;
      light[k] = 0.2126 * pow (c.r, 2.2) + 0.7152 * pow (c.g, 2.2) + 0.0722 * pow (c.b, 2.2) + 0.05;
    }
    g_assert_cmpfloat (fmax (light[0], light[1]) / fmin (light[0], light[1]), >=, 3.5);
  }
}

/* ---- pictures ---- */

static void
test_curves (void)
{
  static const struct {
    const char *name;
    guint epochs;
    gboolean (*validated) (guint epoch);
  } runs[] = { { "usual", 24, always }, { "one", 1, always }, { "many", 300, always }, { "unvalidated", 20, never },
    { "gaps", 45, sometimes } };

  for (guint i = 0; i < G_N_ELEMENTS (runs); i++) {
    g_autofree char *json = write_run (runs[i].name, runs[i].epochs, runs[i].validated),
                    *svg = in_folder ("curves.svg");

    run_well ("plot curves '%s' --output '%s'", json, svg);
    if (!check ("curves", svg, json))
      return;
  }
}

/* What `seremotion train` writes. */
static void
test_trained (void)
{
  g_autofree char *model = in_folder ("trained.safetensors"), *json = in_folder ("trained.json"),
                  *history = g_strconcat (model, ".history.csv", NULL), *svg = in_folder ("trained.svg");

  fixture_write_crema_d (folder);
  run_well ("train --corpus crema-d --data '%s' --features 'logmel(n=16,mels=16)' --arch 'conv1d(8,k=3) mean linear' "
            "--epochs 3 --batch 16 --crop 1,1 --output '%s' --json '%s'",
      folder, model, json);
  run_well ("plot curves '%s' --output '%s'", json, svg);
  if (!check ("curves", svg, json))
    return;
  run_well ("plot curves '%s' --output '%s'", history, svg);
  check ("curves", svg, history);
  run_well ("plot confusion '%s' --output '%s'", json, svg);
  check ("confusion", svg, json);
  run_well ("plot architecture '%s' --output '%s'", model, svg);
  check ("any", svg, NULL);
}

/* Figures that there are not, or that ran away. */
static void
test_history (void)
{
  static const char *const rows[] = { "1,0.001,1.7,0.3,1.6,0.35,0.3,9", "2,0.001,inf,0.35,1.5,0.36,0.3,9",
    "3,0.001,1.4,0.5,,,,9" };
  g_autofree char *csv = in_folder ("m.safetensors.history.csv"), *svg = in_folder ("history.svg"), *text = NULL;
  g_autofree char *lines =
      g_strjoin ("\n", "epoch,lr,train_loss,train_accuracy,valid_loss,valid_accuracy,valid_uar,seconds", rows[0],
          rows[1], rows[2], "", NULL);
  g_autoptr (SerCurves) curves = NULL;

  fixture_write (folder, "m.safetensors.history.csv", lines);
  curves = ser_curves_load (csv, NULL);
  g_assert_nonnull (curves);
  g_assert_cmpstr (curves->name, ==, "m");
  g_assert_cmpuint (curves->n, ==, 3);
  g_assert_cmpfloat (curves->figures[SER_CURVE_VALID_ACCURACY][1], ==, 36);
  g_assert_true (isnan (curves->figures[SER_CURVE_VALID_LOSS][2]));
  g_assert_true (isnan (curves->figures[SER_CURVE_TRAIN_LOSS][1]));
  g_assert_true (isnan (curves->kept));
  run_well ("plot curves '%s' --output '%s'", csv, svg);
  g_assert_true (g_file_get_contents (svg, &text, NULL, NULL));
  fixture_assert_has (text, "<title>m</title>");
  fixture_assert_has (text, "validation loss ends at 1.500");
}

static void
test_several_runs (void)
{
  g_autofree char *a = write_run ("a", 10, always), *b = write_run ("b &lt; &amp; <c>", 50, sometimes),
                  *c = write_run ("with-a-name-that-is-longer-than-there-is-room-for-in-any-place-"
                                  "of-the-picture-and-still-goes-on-until-it-has-to-be-cut-somewhere",
                      20, never),
                  *svg = in_folder ("runs.svg"), *text = NULL;

  run_well ("plot curves '%s' '%s' '%s' '%s' --output '%s'", a, b, c, a, svg);
  if (!check ("any", svg, NULL))
    return;
  run_well ("plot curves --overlay --names 'one,two\x07,,four' '%s' '%s' '%s' '%s' --title 'A & B' --output '%s'", a, b,
      c, a, svg);
  check ("any", svg, NULL);
  g_assert_true (g_file_get_contents (svg, &text, NULL, NULL));
  fixture_assert_has (text, "<title>A &amp; B</title>");
  fixture_assert_has (text, "two , 50 epochs");
}

static void
test_confusion (void)
{
  g_autofree char *crossval = write_crossval (), *run = write_run ("run", 3, always),
                  *svg = in_folder ("confusion.svg");
  g_autofree char *evaluation = in_folder ("e.json");
  const char *inputs[] = { crossval, run, evaluation };

  fixture_write_crema_d (folder);
  run_well ("evaluate --corpus crema-d --data '%s' --split valid --json '%s'", folder, evaluation);
  for (guint i = 0; i < G_N_ELEMENTS (inputs); i++) {
    run_well ("plot confusion '%s' --output '%s'", inputs[i], svg);
    if (!check ("confusion", svg, inputs[i]))
      return;
  }
}

/* Many labels, long ones, and one that does not occur. */
static void
test_confusion_shapes (void)
{
  static const guint sizes[] = { 1, 2, 12, 32 };

  for (guint k = 0; k < G_N_ELEMENTS (sizes); k++) {
    g_autoptr (GString) labels = g_string_new (NULL), rows = g_string_new (NULL);
    g_autofree char *json = in_folder ("matrix.json"), *svg = in_folder ("matrix.svg"), *text = NULL;

    for (guint r = 0; r < sizes[k]; r++) {
      g_string_append_printf (labels, "%s\"%c%u%s\"", r ? "," : "", 'a' + r % 26, r, r == 1 ? "-and-many-others" : "");
      g_string_append (rows, r ? ",[" : "[");
      for (guint c = 0; c < sizes[k]; c++)
        g_string_append_printf (rows, "%s%u", c ? "," : "", r == 1 ? 0 : r == c ? 97 * (r + 1) : 7 * c + r);
      g_string_append (rows, "]");
    }
    text = g_strdup_printf ("{\"labels\": [%s], \"confusion\": [%s], \"uar\": null}", labels->str, rows->str);
    fixture_write (folder, "matrix.json", text);
    run_well ("plot confusion '%s' --output '%s'", json, svg);
    if (!check ("confusion", svg, json))
      return;
  }
}

static void
test_crossval (void)
{
  static const char *const kinds[] = { "reliability", "coverage" };
  g_autofree char *json = write_crossval (), *svg = in_folder ("crossval.svg");

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    run_well ("plot %s '%s' --output '%s'", kinds[i], json, svg);
    if (!check (kinds[i], svg, json))
      return;
  }
}

/* All clips equally confident, so that bins have no width; and one clip. */
static void
test_reliability_without_width (void)
{
  g_autofree char *json = in_folder ("flat.json"), *svg = in_folder ("flat.svg");
  static const char *const bins = "{\"ece\": 0.25, \"bins\": ["
                                  "{\"clips\": 3, \"low\": 1, \"high\": 1, \"confidence\": 1, \"accuracy\": 1}, "
                                  "{\"clips\": 1, \"low\": 1, \"high\": 1, \"confidence\": 1, \"accuracy\": 0}]}";
  g_autofree char *text = g_strdup_printf (
      "{\"schema\": \"seremotion-crossval-1\", \"calibration\": {\"before\": %s, \"after\": %s}}", bins, bins);

  fixture_write (folder, "flat.json", text);
  run_well ("plot reliability '%s' --output '%s'", json, svg);
  check ("any", svg, NULL);
}

/* Shapes and parameters of PyTorch's layers of these sizes. */
static void
test_architecture (void)
{
  static const struct {
    const char *features, *arch, *boxes;
  } networks[] = {
    { "logmel(n=64,mels=64)",
        "conv1d(64,k=5) bn relu maxpool(2) dropout(0.3) lstm(64,layers=2,bidirectional) attention(4) linear",
        "64 log-mel bands|298 × 64|\nconv1d(64,k=5)|298 × 64|20544\nbn||128\nrelu||\nmaxpool(2)|149 × 64|\n"
        "dropout(0.3)||\nlstm(64,layers=2,bidirectional)|149 × 128|165888\nattention(4)|512|516\nlinear|6|3078\n"
        "softmax|6|" },
    { "mfcc(n=30) mean", "conv1d(8,k=3,bias=0) flatten linear(16,name=head) relu linear",
        "30 MFCC, mean|30 × 1|\nconv1d(8,k=3,bias=0)|30 × 8|24\nflatten|240|\nlinear(16,name=head)|16|3856\nrelu||\n"
        "linear|6|102\nsoftmax|6|" },
  };
  g_autofree char *svg = in_folder ("network.svg");

  for (guint i = 0; i < G_N_ELEMENTS (networks); i++) {
    run_well (
        "plot architecture --features '%s' --arch '%s' --output '%s'", networks[i].features, networks[i].arch, svg);
    if (!check ("architecture", svg, networks[i].boxes))
      return;
  }
}

/* The model that the library holds, and the deepest line that there can be. */
static void
test_architecture_models (void)
{
  g_autoptr (GString) deep = g_string_new (NULL);
  g_autofree char *svg = in_folder ("model.svg"), *text = NULL;

  run_well ("plot architecture default --output '%s'", svg);
  if (!check ("any", svg, NULL))
    return;
  g_assert_true (g_file_get_contents (svg, &text, NULL, NULL));
  fixture_assert_has (text, "trainable parameters");
  fixture_assert_has (text, "Labels: anger, disgust, fear, happiness, neutral, sadness.");
  for (guint i = 0; i < 62; i++)
    g_string_append (deep, i % 2 ? "relu " : "conv1d(8,k=3) ");
  run_well ("plot architecture --features logmel --arch '%s mean linear' --labels a,b --window 1.5 --output '%s'",
      deep->str, svg);
  check ("any", svg, NULL);
}

/* The same input gives the same bytes. */
static void
test_deterministic (void)
{
  g_autofree char *json = write_crossval (), *run = write_run ("usual", 24, always);
  const struct {
    const char *kind, *input;
  } pictures[] = { { "curves", run }, { "confusion", json }, { "reliability", json }, { "coverage", json },
    { "architecture", "default" } };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (pictures); i++) {
    g_autofree char *texts[2] = { NULL };
    gsize sizes[2];

    for (guint k = 0; k < 2; k++) {
      g_autofree char *path = in_folder (i % 2 ? "same.svg" : "same.png");

      run_well ("plot %s '%s' --output '%s'", pictures[i / 2].kind, pictures[i / 2].input, path);
      g_assert_true (g_file_get_contents (path, &texts[k], &sizes[k], NULL));
    }
    g_assert_cmpmem (texts[0], sizes[0], texts[1], sizes[1]);
    g_free (texts[1]);
  }
}

static void
test_png (void)
{
  g_autofree char *png = in_folder ("network.png"), *svg = in_folder ("network.svg"), *text = NULL, *size = NULL;
  cairo_surface_t *surface;
  int width, height;

  run_well ("plot architecture default --output '%s'", png);
  run_well ("plot architecture default --output '%s'", svg);
  surface = cairo_image_surface_create_from_png (png);
  g_assert_cmpint (cairo_surface_status (surface), ==, CAIRO_STATUS_SUCCESS);
  width = cairo_image_surface_get_width (surface);
  height = cairo_image_surface_get_height (surface);
  g_assert_true (g_file_get_contents (svg, &text, NULL, NULL));
  size = g_strdup_printf ("width=\"%dpx\" height=\"%dpx\"", width / 2, height / 2);
  fixture_assert_has (text, size);
  g_assert_cmphex (*(guint32 *) (gpointer) cairo_image_surface_get_data (surface) & 0xffffff, ==, 0xffffff);
  cairo_surface_destroy (surface);
}

/* ---- what is refused ---- */

/* One line on standard error with both parts; no picture. */
static void
assert_refused (int status, const char *command, const char *first, const char *second)
{
  g_autofree char *svg = in_folder ("refused.svg"), *error = NULL;

  g_assert_cmpint (fixture_seremotion (NULL, &error, "%s --output '%s'", command, svg), ==, status);
  fixture_assert_has (error, "seremotion plot: ");
  fixture_assert_has (error, first);
  fixture_assert_has (error, second);
  g_assert_cmpuint (strcspn (error, "\n"), ==, strlen (error) - 1);
  g_assert_false (g_file_test (svg, G_FILE_TEST_EXISTS));
}

#define RUN "{\"schema\": \"seremotion-run-1\", "
#define CROSSVAL "{\"schema\": \"seremotion-crossval-1\", "
#define BIN "{\"clips\": 5, \"low\": 0.5, \"high\": 0.6, \"confidence\": 0.55, \"accuracy\": 0.5}"

static void
test_foreign (void)
{
  static const struct {
    const char *kind, *text, *first, *second;
  } files[] = {
    { "curves", "", "x.json: ", "JSON" },
    { "curves", "PNG", "x.json: ", "not JSON" },
    { "curves", "{\"schema\": \"seremotion-run-1\"", "x.json: ", "not JSON" },
    { "curves", "{\"a\": \"\xff\"}", "x.json: ", "not JSON" },
    { "curves", "{/* \" */ \"a\": 1}", "x.json: ", "not JSON" },
    { "curves", "{'a': 1}", "x.json: ", "not JSON" },
    { "curves", "[1, 2]", "x.json: ", "expected a JSON object" },
    { "curves", "{}", "x.json: schema ``", "seremotion-run-1" },
    { "curves", CROSSVAL "\"history\": []}", "x.json: schema `seremotion-crossval-1`", "seremotion train --json" },
    { "curves", RUN "\"x\": 1}", "x.json: ", "no member `history`" },
    { "curves", RUN "\"history\": []}", "x.json: history `[]`", "not empty" },
    { "curves", RUN "\"history\": {\"a\": 1}}", "x.json: history `{\"a\":1}`", "a list" },
    { "curves", RUN "\"history\": [5]}", "x.json: ", "no member `history[0].epoch`" },
    { "curves", RUN "\"history\": [{\"epoch\": \"1\"}]}", "history[0].epoch `\"1\"`", "a number of 0 to" },
    { "curves", RUN "\"history\": [{\"epoch\": 2}, {\"epoch\": 2}]}", "history[1].epoch `2`", "a number of 3 to" },
    { "curves", RUN "\"history\": [{\"epoch\": 1, \"valid_accuracy\": 60}]}", "history[0].valid_accuracy `60`",
        "a number of 0 to 1" },
    { "curves", RUN "\"history\": [{\"epoch\": 1, \"train_loss\": -1}]}", "history[0].train_loss `-1`", "0 or more" },
    { "curves", RUN "\"history\": [{\"epoch\": 1, \"train_loss\": true}]}", "history[0].train_loss `true`",
        "0 or more" },
    { "curves", RUN "\"kept_epoch\": [], \"history\": [{\"epoch\": 1}]}", "kept_epoch `[]`", "a number" },
    { "confusion", "{\"a\": 1}", "x.json: ", "no member `labels`" },
    { "confusion", "{\"labels\": [\"a\", 3]}", "labels[1] `3`", "expected text" },
    { "confusion", "{\"labels\": [\"a\", \"b\"]}", "x.json: ", "no member `confusion`" },
    { "confusion", "{\"labels\": [\"a\", \"b\"], \"confusion\": [[1, 2]]}", "confusion `[[1,2]]`", "a list of 2" },
    { "confusion", "{\"labels\": [\"a\", \"b\"], \"confusion\": [[1, 2], [1, 2, 3]]}", "confusion[1] `[1,2,3]`",
        "a list of 2" },
    { "confusion", "{\"labels\": [\"a\", \"b\"], \"confusion\": [[1, 2], [1, -2]]}", "confusion[1][1] `-2`",
        "a whole number" },
    { "confusion", "{\"labels\": [\"a\", \"b\"], \"confusion\": [[1, 2.5], [1, 2]]}", "confusion[0][1] `2.5`",
        "a whole number" },
    { "confusion", "{\"labels\": [\"a\", \"b\"], \"confusion\": [[4294967295, 1], [1, 2]]}", "confusion[0][1]",
        "more than 4294967295 clips" },
    { "confusion", "{\"labels\": [\"a\"], \"confusion\": [[1]], \"uar\": 60}", "uar `60`", "a number of 0 to 1" },
    { "reliability", "{\"calibration\": {}}", "x.json: schema ``", "seremotion crossval --json" },
    { "reliability", CROSSVAL "\"x\": 1}", "x.json: ", "no member `calibration`" },
    { "reliability", CROSSVAL "\"calibration\": {\"before\": {\"ece\": 0.1, \"bins\": [" BIN "]}}}",
        "x.json: ", "no member `calibration.after`" },
    { "reliability", CROSSVAL "\"calibration\": {\"before\": {\"ece\": 0.1, \"bins\": [" BIN ", " BIN "]}}}",
        "calibration.before.bins[1].low `0.5`", "a number of 0.6 to 1" },
    { "reliability",
        CROSSVAL "\"calibration\": {\"before\": {\"ece\": 0.1, \"bins\": [{\"clips\": 0, \"low\": 0, "
                 "\"high\": 0, \"confidence\": 0, \"accuracy\": 0}]}}}",
        "calibration.before.bins[0].clips `0`", "1 or more" },
    { "reliability", CROSSVAL "\"calibration\": {\"before\": {\"ece\": null, \"bins\": [" BIN "]}}}",
        "calibration.before.ece `null`", "a number of 0 to 1" },
    { "coverage", CROSSVAL "\"coverage\": [{\"threshold\": 0, \"answered\": 0, \"coverage\": 0}]}",
        "x.json: ", "no clip is answered" },
    { "coverage",
        CROSSVAL "\"coverage\": [{\"threshold\": 0.5, \"answered\": 9, \"coverage\": 0.9}, {\"threshold\": 0.1}]}",
        "coverage[1].threshold `0.1`", "a number of 0.5 to 1" },
    { "coverage", CROSSVAL "\"coverage\": [{\"threshold\": 0, \"answered\": 9, \"coverage\": 90}]}",
        "coverage[0].coverage `90`", "a number of 0 to 1" },
    { "architecture", "{\"a\": 1}", "x.json", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *command = g_strdup_printf ("plot %s '%s/x.json'", files[i].kind, folder);

    fixture_write (folder, "x.json", files[i].text);
    assert_refused (1, command, files[i].first, files[i].second);
  }
}

/* Brackets enough to run json-glib out of stack, plain and behind what hides them. */
static void
test_nested (void)
{
  g_autofree char *brackets = g_strnfill (1000000, '['), *command = g_strdup_printf ("plot curves '%s/x.json'", folder);
  static const char *const before[] = { "", "{\"a\": \"\\\"]\", \"b\": ", "{\"schema\": \"]]]]\", \"b\": " };
  g_autofree char *many = g_strjoin (NULL, "{\"labels\": [", NULL);
  g_autoptr (GString) labels = g_string_new (many);

  for (guint i = 0; i < G_N_ELEMENTS (before); i++) {
    g_autofree char *text = g_strconcat (before[i], brackets, NULL);

    fixture_write (folder, "x.json", text);
    assert_refused (1, command, "x.json: ", "nested too deeply");
  }
  for (guint i = 0; i < 33; i++)
    g_string_append_printf (labels, "%s\"l%u\"", i ? "," : "", i);
  g_string_append (labels, "]}");
  fixture_write (folder, "x.json", labels->str);
  g_free (command);
  command = g_strdup_printf ("plot confusion '%s/x.json'", folder);
  assert_refused (1, command, "x.json: 33 labels", "at most 32");
}

static void
test_foreign_history (void)
{
  static const struct {
    const char *text, *first, *second;
  } files[] = {
    { "", "x.csv: ", "empty" },
    { "clip,speaker\na,b\n", "x.csv: ", "no column `epoch`" },
    { "epoch,train_loss,train_accuracy,valid_loss\n1,1,1,1\n", "x.csv: ", "no column `valid_accuracy`" },
    { "epoch,train_loss,train_accuracy,valid_loss,valid_accuracy\n", "x.csv: ", "no epochs" },
    { "epoch,train_loss,train_accuracy,valid_loss,valid_accuracy\n1,1,1,1,1\n1,1,1,1,1\n", "x.csv:3: epoch `1`",
        "2 or more" },
    { "epoch,train_loss,train_accuracy,valid_loss,valid_accuracy\n,1,1,1,1\n", "x.csv:2: epoch ``", "0 or more" },
    { "epoch,train_loss,train_accuracy,valid_loss,valid_accuracy\n1,x,1,1,1\n", "x.csv:2: train_loss `x`", "a number" },
    { "epoch,train_loss,train_accuracy,valid_loss,valid_accuracy\n1,1,1,1,1.5\n", "x.csv:2: valid_accuracy `1.5`",
        "at most 1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *command = g_strdup_printf ("plot curves '%s/x.csv'", folder);

    fixture_write (folder, "x.csv", files[i].text);
    assert_refused (1, command, files[i].first, files[i].second);
  }
}

static void
test_command_line (void)
{
  static const struct {
    const char *arguments, *first, *second;
  } lines[] = {
    { "plot", "expected KIND", "" },
    { "plot picture a.json", "`picture`", "expected curves, confusion" },
    { "plot curves", "curves: 0 files", "1 to 7" },
    { "plot curves a b c d e f g h", "curves: 8 files", "1 to 7" },
    { "plot confusion a b", "confusion: 2 files", "1, JSON" },
    { "plot confusion a --overlay", "--overlay", "curves" },
    { "plot coverage a --names x", "--names", "curves" },
    { "plot reliability a --arch linear", "--arch", "architecture" },
    { "plot curves a --names x,y", "--names x,y: 2 names", "1 files" },
    { "plot curves a --title '\xff'", "--title", "UTF-8" },
    { "plot architecture", "architecture takes", "--arch" },
    { "plot architecture --arch linear", "architecture takes", "--features" },
    { "plot architecture default --arch linear", "architecture takes", "or --arch" },
    { "plot architecture default --window 2", "architecture takes", "or --arch" },
    { "plot coverage a --window 2", "--window", "architecture" },
    { "plot architecture --arch nonsense --features logmel", "nonsense", "no such layer" },
    { "plot architecture --arch 'mean linear' --features nonsense", "nonsense", "" },
    { "plot architecture --arch 'mean linear' --features logmel --window 0", "--window 0", "1 to 30" },
    { "plot architecture --arch 'mean linear' --features logmel --labels A", "--labels A", "lower-case" },
    { "plot architecture default --nothing", "--nothing", "--help" },
  };
  g_autofree char *missing = NULL, *wrong = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    assert_refused (2, lines[i].arguments, lines[i].first, lines[i].second);
  assert_refused (1, "plot curves none.json", "none.json", "No such file");
  g_assert_cmpint (fixture_seremotion (NULL, &missing, "plot architecture default"), ==, 2);
  fixture_assert_has (missing, "--output FILE is missing");
  g_assert_cmpint (fixture_seremotion (NULL, &wrong, "plot architecture default --output '%s/a.jpg'", folder), ==, 2);
  fixture_assert_has (wrong, ".svg or .png");
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  folder = fixture_folder ();
  g_test_add_func ("/tools/plot/scales", test_scales);
  g_test_add_func ("/tools/plot/scale-promises", test_scale_promises);
  g_test_add_func ("/tools/plot/scale-of-one-value", test_scale_of_one_value);
  g_test_add_func ("/tools/plot/text", test_text);
  g_test_add_func ("/tools/plot/contrast", test_contrast);
  g_test_add_func ("/tools/plot/curves", test_curves);
  g_test_add_func ("/tools/plot/trained", test_trained);
  g_test_add_func ("/tools/plot/history", test_history);
  g_test_add_func ("/tools/plot/several-runs", test_several_runs);
  g_test_add_func ("/tools/plot/confusion", test_confusion);
  g_test_add_func ("/tools/plot/confusion-shapes", test_confusion_shapes);
  g_test_add_func ("/tools/plot/crossval", test_crossval);
  g_test_add_func ("/tools/plot/reliability-without-width", test_reliability_without_width);
  g_test_add_func ("/tools/plot/architecture", test_architecture);
  g_test_add_func ("/tools/plot/architecture-models", test_architecture_models);
  g_test_add_func ("/tools/plot/deterministic", test_deterministic);
  g_test_add_func ("/tools/plot/png", test_png);
  g_test_add_func ("/tools/plot/foreign", test_foreign);
  g_test_add_func ("/tools/plot/nested", test_nested);
  g_test_add_func ("/tools/plot/foreign-history", test_foreign_history);
  g_test_add_func ("/tools/plot/command-line", test_command_line);
  return fixture_run ();
}
