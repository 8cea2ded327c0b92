/* onnx.c - exported models: ONNX Runtime gives what ser-core gives, and the files say what goes in
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * ONNX Runtime is found in the folder that SEREMOTION_ONNXRUNTIME names, where tests/run has npm install it. All models
 * are run by one process of it; then each case looks at its own outputs.
 */

#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "csv.h"
#include "dsp/features.h"
#include "fixture.h"
#include "onnx-model.h"
#include "presets.h"
#include "python.h"
#include "tiny-model.h"

#define TOLERANCE 1e-4
#define TEMPERATURE 1.5
#define LABELS 4

/* Every layer in every position that changes the order of dimensions, and every step of a window's features. */
static const struct {
  const char *name, *features, *arch;
} networks[] = {
  { "usual", TINY_FEATURES, TINY_ARCH },
  { "conv1d", "logmel(mels=8)", "conv1d(5,k=5,bias=0) conv1d(6,k=1) relu mean linear" },
  { "bn", "logmel(mels=8)", "bn conv1d(5) maxpool(1) bn relu mean bn relu linear(7) bn linear" },
  { "maxpool", "logmel(mels=8)", "maxpool(2) maxpool(3) mean linear" },
  { "lstm-last", "logmel(mels=8)", "lstm(5) last linear" },
  { "lstm-layers", "logmel(mels=8)", "lstm(5,layers=3,dropout=0.4) mean dropout(0.2) linear" },
  { "lstm-both", "logmel(mels=8)", "conv1d(6) lstm(5,layers=2,bidirectional) last linear" },
  { "final", "logmel(mels=8)", "lstm(5) final linear" },
  { "final-both", "logmel(mels=8)", "lstm(5,layers=2,bidirectional) final relu linear" },
  { "lstm-conv1d", "logmel(mels=8)", "lstm(5,bidirectional) conv1d(4) lstm(3) bn maxpool(2) last linear" },
  { "attention", "logmel(mels=8)", "attention(1) linear" },
  { "attention-heads", "logmel(mels=8)", "relu attention(3) linear(9,name=hidden) relu linear(name=out)" },
  { "last", "logmel(mels=8)", "conv1d(6) last linear" },
  { "flatten", "mfcc(n=12,mels=20) mean", "conv1d(3) maxpool(2) flatten linear(5) relu linear" },
  { "flatten-first", "mfcc(n=12,mels=20,norm=none) mean", "flatten linear" },
  { "cmn", "mfcc(n=12,mels=20,norm=cmn)", "conv1d(4) attention(2) linear" },
  { "window", "logmel(mels=12,norm=window)", "conv1d(4) relu attention(2) linear" },
  { "none", "logmel(mels=12,norm=none)", "conv1d(4) mean linear" },
  { "delta", "mfcc(n=6,mels=20,delta=1)", "conv1d(4) relu mean linear" },
  { "delta-2", "mfcc(n=6,mels=20,delta=2,norm=window)", "lstm(4) last linear" },
  { "delta-mean", "mfcc(n=6,mels=20,delta=2) mean", "lstm(4,bidirectional) final linear" },
  { "stats", "mfcc(n=12,mels=20) stats", "flatten linear(7) relu linear" },
  { "stats-delta-range", "logmel(mels=8,delta=2,range=40,norm=none) stats", "bn conv1d(3) maxpool(4) flatten linear" },
  { "encoder", "mfcc(n=12,mels=20) mean", "encoder(9,5) flatten linear(7) relu linear" },
  { "encoder-sequence", "logmel(mels=8,delta=1) stats", "encoder(9,14) conv1d(4) maxpool(3) lstm(5) last linear" },
  { "range", "logmel(mels=12,range=30,norm=cmn)", "conv1d(4) relu mean linear" },
  { "range-db", "logmel(mels=12,range=20,log=db,delta=1,norm=window)", "conv1d(4) relu attention(2) linear" },
};

/* Windows and frames of each run; 0 frames are the fewest that the model takes. */
static const struct {
  guint n;
  gsize T;
} batches[] = { { 1, 0 }, { 3, 57 }, { 2, 298 } };

typedef struct {
  SerModel *model;
  float *frames[G_N_ELEMENTS (batches)]; /* [N, T, n] */
  gsize lengths[G_N_ELEMENTS (batches)];
  char *outputs[G_N_ELEMENTS (batches)]; /* paths */
  char *path;
} Case;

static GPtrArray *cases; /* Case * */
static char *folder;
static gboolean have_runtime;

/* ---- models ---- */

/* With statistics that matter, and labels' logits far enough from each other to tell windows apart. */
static SerModel *
make_model (const char *features, const char *arch)
{
  SerFeatureSpec spec;
  g_autofree float *mean = NULL, *std = NULL;
  SerModelParts parts = { features, arch, tiny_labels, 3.0, TEMPERATURE, NULL, NULL };
  GError *error = NULL;
  SerModel *model;
  guint width;

  ser_features_parse (features, &spec, &error);
  g_assert_no_error (error);
  width = ser_feature_spec_width (&spec);
  mean = g_new (float, width);
  std = g_new (float, width);
  for (guint i = 0; i < width; i++) {
    mean[i] = i < spec.n && spec.norm == SER_NORM_MODEL ? -6.0f + 0.1f * (i % 7) : 0.01f * (i % 5);
    std[i] = (i < spec.n && spec.summary == SER_SUMMARY_NONE ? 3.0f : 0.3f) + 0.1f * (i % 3);
  }
  if (ser_norm_has_statistics (spec.norm))
    parts.mean = mean, parts.std = std;
  model = ser_model_new (&parts, tiny_tensors (features, arch, 7, 3.0), &error);
  g_assert_no_error (error);
  return model;
}

/* The value of an option on the preset's command line. */
static char *
preset_option (const char *preset, const char *option)
{
  g_auto (GStrv) words = NULL;

  g_assert_true (g_shell_parse_argv (ser_preset_find (preset), NULL, &words, NULL));
  for (guint i = 0; words[i]; i++)
    if (strcmp (words[i], option) == 0)
      return g_strdup (words[i + 1]);
  g_error ("preset %s has no %s", preset, option);
}

/* Each window has a spectrum of its own. The second has a channel that does not change, as silence and sound of a lower
 * rate have. */
static float *
make_frames (guint n, gsize T, guint width)
{
  float *frames = tiny_frames (n * T, width);

  for (gsize i = 0; i < n * T * width; i++)
    frames[i] += 4.0f * cosf (5.0f * (i / (T * width)) + i % width);
  for (gsize t = T; n > 1 && t < 2 * T; t++)
    frames[t * width] = -13.815510f;
  return frames;
}

/* ---- running them ---- */

static void
write_bytes (const char *path, gconstpointer data, gsize size)
{
  GError *error = NULL;

  g_file_set_contents (path, data, (gssize) size, &error);
  g_assert_no_error (error);
}

static void
prepare_case (Case *c, guint i, GString *runs)
{
  guint width = c->model->features.n;
  g_autoptr (GBytes) bytes = ser_onnx_from_model (c->model, TRUE, "0");
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  c->path = g_strdup_printf ("%s/%u.onnx", folder, i);
  write_bytes (c->path, data, size);
  for (guint j = 0; j < G_N_ELEMENTS (batches); j++) {
    gsize T = batches[j].T > 0 ? batches[j].T : ser_architecture_min_frames (c->model->arch);
    g_autofree char *input = g_strdup_printf ("%s/%u-%u.in", folder, i, j);

    c->lengths[j] = T;
    c->frames[j] = make_frames (batches[j].n, T, width);
    c->outputs[j] = g_strdup_printf ("%s/%u-%u.out", folder, i, j);
    write_bytes (input, c->frames[j], batches[j].n * T * width * sizeof (float));
    g_string_append_printf (
        runs, "%s\t%s\t%s\t%u\t%" G_GSIZE_FORMAT "\t%u\n", c->path, input, c->outputs[j], batches[j].n, T, width);
  }
}

/* Runs the lines (see onnx-run.mjs). */
static void
run_onnx (const char *runs)
{
  g_autofree char *script = g_test_build_filename (G_TEST_DIST, "onnx-run.mjs", NULL), *errors = NULL;
  g_autofree char *list = g_strconcat (folder, "/runs", NULL);
  const char *argv[] = { "node", script, list, NULL };
  GError *error = NULL;
  int status;

  write_bytes (list, runs, strlen (runs));
  g_spawn_sync (g_getenv ("SEREMOTION_ONNXRUNTIME"), (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
      &errors, &status, &error);
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, NULL))
    g_error ("node failed: %s", errors);
}

static gboolean
find_runtime (void)
{
  const char *where = g_getenv ("SEREMOTION_ONNXRUNTIME");
  g_autofree char *module = g_build_filename (where ? where : "", "node_modules", "onnxruntime-node", NULL);
  g_autofree char *node = g_find_program_in_path ("node");

  return node && where && g_file_test (module, G_FILE_TEST_IS_DIR);
}

/* TRUE when ONNX Runtime is there; else the test is skipped. */
static gboolean
need_runtime (void)
{
  if (!have_runtime)
    g_test_skip ("ONNX Runtime is not in the folder that SEREMOTION_ONNXRUNTIME names; ./dev test installs it there");
  return have_runtime;
}

static void
prepare (void)
{
  g_autoptr (GString) runs = g_string_new (NULL);

  folder = fixture_folder ();
  for (guint i = 0; i < cases->len; i++)
    prepare_case (cases->pdata[i], i, runs);
  have_runtime = find_runtime ();
  if (have_runtime)
    run_onnx (runs->str);
}

/* ---- agreement ---- */

static float *
load_floats (const char *path, gsize n)
{
  char *data;
  gsize size;

  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  g_assert_cmpuint (size, ==, n * sizeof (float));
  return (float *) data;
}

/* Of values [n], as a share of `scale`. */
static double
largest_difference (const float *a, const float *b, guint n, double scale)
{
  double worst = 0.0;

  for (guint i = 0; i < n; i++) {
    g_assert_true (isfinite (a[i]) && isfinite (b[i]));
    worst = MAX (worst, fabs ((double) a[i] - b[i]) / scale);
  }
  return worst;
}

/* Compares all windows of a run; the largest difference goes to *worst. */
static void
check_batch (const Case *c, guint j, double *worst)
{
  const guint L = c->model->n_labels, N = batches[j].n;
  const gsize size = c->lengths[j] * c->model->features.n;
  g_autofree float *found = load_floats (c->outputs[j], 2 * N * L);
  float logits[SER_MAX_LABELS], scores[SER_MAX_LABELS];

  for (guint i = 0; i < N; i++) {
    double scale = 1.0;

    g_assert_true (ser_model_score_frames (c->model, c->frames[j] + i * size, c->lengths[j], logits, scores));
    for (guint l = 0; l < L; l++)
      scale = MAX (scale, fabs (logits[l]));
    *worst = MAX (*worst, largest_difference (found + i * L, scores, L, 1.0));
    *worst = MAX (*worst, largest_difference (found + (N + i) * L, logits, L, scale));
  }
  /* Else nothing above would have been compared. */
  if (N > 1)
    g_assert_cmpfloat (largest_difference (found + N * L, found + (N + 1) * L, L, 1.0), >, 50 * TOLERANCE);
}

static void
test_agreement (gconstpointer data)
{
  const Case *c = data;
  double worst = 0.0;

  if (!need_runtime ())
    return;
  for (guint j = 0; j < G_N_ELEMENTS (batches); j++)
    check_batch (c, j, &worst);
  g_test_message ("largest difference %.1e", worst);
  g_assert_cmpfloat (worst, <=, TOLERANCE);
}

/* ---- the file ---- */

static void
test_file (gconstpointer data)
{
  const Case *c = data;
  g_autofree char *features = ser_features_to_string (&c->model->features);
  g_autofree char *rate = g_strdup_printf ("%u", c->model->features.rate);
  const char *labels = ser_model_get_metadata (c->model, "labels");
  const char *temperature = ser_model_get_metadata (c->model, "temperature");

  run_python ("onnx-check.py",
      (const char *const[]){ c->path, "features", features, "rate", rate, "labels", labels, "temperature", temperature,
          "architecture", ser_model_get_metadata (c->model, "architecture"), "window",
          ser_model_get_metadata (c->model, "window"), NULL });
}

/* ---- the program ---- */

/* Frames of all clips of the CSV that `evaluate` wrote, which are equally long; *T is set. */
static float *
frames_of_clips (const SerModel *model, const SerCsv *csv, const char *corpus, gsize *T)
{
  SerFrontEnd *front = ser_front_end_new (&model->features);
  guint column = ser_csv_find_column (csv, "clip"), n = ser_csv_get_n_rows (csv);
  float *frames = NULL;

  *T = 0;
  for (guint i = 0; i < n; i++) {
    g_autofree char *path = g_build_filename (corpus, "audio", ser_csv_get (csv, i, column), NULL), *data = NULL;
    gsize size, n_samples;
    g_autofree float *samples = NULL;

    g_assert_true (g_file_get_contents (path, &data, &size, NULL));
    n_samples = (size - 44) / 2;
    samples = g_new (float, n_samples);
    for (gsize k = 0; k < n_samples; k++)
      samples[k] = (gint16) GUINT16_FROM_LE (((guint16 *) (data + 44))[k]) / 32768.0f;
    *T = ser_feature_spec_frames (&model->features, n_samples);
    if (!frames)
      frames = g_new (float, n **T * model->features.n);
    ser_front_end_clip (front, samples, n_samples, frames + i * *T * model->features.n);
  }
  ser_front_end_free (front);
  return frames;
}

static void
compare_clips (const SerModel *model, const SerCsv *csv, const float *found)
{
  const guint n = ser_csv_get_n_rows (csv), L = model->n_labels;

  for (guint i = 0; i < n; i++)
    for (guint l = 0; l < L; l++) {
      g_autofree char *p = g_strconcat ("p_", model->labels[l], NULL);
      g_autofree char *logit = g_strconcat ("logit_", model->labels[l], NULL);
      double score = g_ascii_strtod (ser_csv_get (csv, i, ser_csv_find_column (csv, p)), NULL);
      double value = g_ascii_strtod (ser_csv_get (csv, i, ser_csv_find_column (csv, logit)), NULL);

      g_assert_cmpfloat_with_epsilon (found[i * L + l], score, TOLERANCE);
      g_assert_cmpfloat_with_epsilon (found[(n + i) * L + l], value, TOLERANCE * MAX (1.0, fabs (value)));
    }
}

/* The default model, exported by the program, says of clips what `seremotion evaluate` says of them. */
static void
test_evaluate (void)
{
  g_autofree char *corpus = fixture_folder (), *onnx = g_build_filename (folder, "default.onnx", NULL);
  g_autofree char *table = g_build_filename (folder, "e.csv", NULL), *in = g_build_filename (folder, "e.in", NULL);
  g_autofree char *out = g_build_filename (folder, "e.out", NULL), *line = NULL;
  g_autofree float *frames = NULL, *found = NULL;
  g_autoptr (SerCsv) csv = NULL;
  SerModel *model;
  guint n;
  gsize T;

  if (!need_runtime ())
    return;
  fixture_write_crema_d (corpus);
  g_assert_cmpint (fixture_seremotion (NULL, NULL, "export --logits --onnx '%s'", onnx), ==, 0);
  g_assert_cmpint (
      fixture_seremotion (NULL, NULL, "evaluate --corpus crema-d --data '%s' --csv '%s'", corpus, table), ==, 0);
  csv = ser_csv_load (table, NULL);
  g_assert_nonnull (csv);
  n = ser_csv_get_n_rows (csv);
  g_assert_cmpuint (n, ==, 48);
  model = ser_model_new_default (NULL);
  frames = frames_of_clips (model, csv, corpus, &T);
  write_bytes (in, frames, n * T * model->features.n * sizeof (float));
  line = g_strdup_printf ("%s\t%s\t%s\t%u\t%" G_GSIZE_FORMAT "\t%u\n", onnx, in, out, n, T, (guint) model->features.n);
  run_onnx (line);
  found = load_floats (out, 2 * n * model->n_labels);
  compare_clips (model, csv, found);
  ser_model_unref (model);
}

static void
assert_refused (const char *options, int status, const char *message)
{
  g_autofree char *error = NULL, *out = NULL;

  g_assert_cmpint (fixture_seremotion (&out, &error, "export %s", options), ==, status);
  g_assert_cmpstr (out, ==, "");
  if (!strstr (error, message))
    g_error ("`%s` is not in: %s", message, error);
  g_assert_true (strchr (error, '\n') == error + strlen (error) - 1);
}

static void
test_refusals (void)
{
  g_autofree char *model = g_build_filename (folder, "m.safetensors", NULL), *same = NULL, *sub = NULL, *nowhere = NULL;
  g_autofree char *dir = g_strdup_printf ("--onnx '%s'", folder), *text = NULL;
  SerModel *tiny = tiny_model_usual ();

  g_assert_true (ser_model_save (tiny, model, FALSE, NULL));
  ser_model_unref (tiny);
  same = g_strdup_printf ("--model '%s' --onnx '%s'", model, model);
  sub = g_strdup_printf ("--onnx '%s/no/x.onnx'", folder);
  nowhere = g_strdup_printf ("--model '%s/none.safetensors' --onnx '%s/x.onnx'", folder, folder);
  text = g_strdup_printf ("--model '%s/0.onnx' --onnx '%s/x.onnx'", folder, folder);
  assert_refused ("", 2, "--onnx FILE is missing");
  assert_refused ("--onnx ''", 2, "no file is named");
  assert_refused ("--onnx x.onnx more", 2, "unexpected argument more");
  assert_refused ("--onnx x.onnx --opset 3", 2, "Unknown option --opset");
  assert_refused (dir, 2, "is a folder");
  assert_refused (same, 2, "reads or writes this file already");
  assert_refused (sub, 2, "its folder does not exist");
  assert_refused (nowhere, 1, "none.safetensors");
  assert_refused (text, 1, "0.onnx");
}

/* Equal models give equal bytes, and without --logits there is one output. */
static void
test_program (void)
{
  g_autofree char *model = g_build_filename (folder, "p.safetensors", NULL), *first = NULL, *second = NULL;
  char *paths[] = { g_build_filename (folder, "p1.onnx", NULL), g_build_filename (folder, "p2.onnx", NULL) };
  SerModel *tiny = tiny_model_usual ();
  gsize sizes[2];

  ser_model_set_metadata (tiny, "name", "a \"name\"");
  ser_model_set_metadata (tiny, "licence", "CC0");
  ser_model_set_metadata (tiny, "rate", "not what it is");
  g_assert_true (ser_model_save (tiny, model, FALSE, NULL));
  ser_model_unref (tiny);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpint (fixture_seremotion (NULL, NULL, "export -m '%s' --onnx '%s'", model, paths[i]), ==, 0);
  g_assert_true (g_file_get_contents (paths[0], &first, &sizes[0], NULL));
  g_assert_true (g_file_get_contents (paths[1], &second, &sizes[1], NULL));
  g_assert_cmpmem (first, sizes[0], second, sizes[1]);
  run_python ("onnx-check.py",
      (const char *const[]){
          paths[0], "name", "a \"name\"", "licence", "CC0", "rate", "16000", "min_frames", "2", NULL });
  g_free (paths[0]);
  g_free (paths[1]);
}

/* ---- the list ---- */

static void
add_case (const char *name, SerModel *model)
{
  Case *c = g_new0 (Case, 1);
  g_autofree char *agreement = g_strdup_printf ("/tools/onnx/agreement/%s", name);
  g_autofree char *file = g_strdup_printf ("/tools/onnx/file/%s", name);

  c->model = model;
  g_ptr_array_add (cases, c);
  g_test_add_data_func (agreement, c, test_agreement);
  g_test_add_data_func (file, c, test_file);
}

static void
add_presets (void)
{
  g_auto (GStrv) names = g_strsplit (SER_PRESET_NAMES, " ", -1);

  for (guint i = 0; names[i]; i++) {
    g_autofree char *features = preset_option (names[i], "--features"), *arch = preset_option (names[i], "--arch");
    g_autofree char *name = g_strdup_printf ("preset-%s", names[i]);

    add_case (name, make_model (features, arch));
  }
}

static void
free_case (gpointer data)
{
  Case *c = data;

  for (guint j = 0; j < G_N_ELEMENTS (batches); j++) {
    g_free (c->frames[j]);
    g_free (c->outputs[j]);
  }
  ser_model_unref (c->model);
  g_free (c->path);
  g_free (c);
}

int
main (int argc, char **argv)
{
  int status;

  fixture_init (&argc, &argv);
  cases = g_ptr_array_new_with_free_func (free_case);
  for (guint i = 0; i < G_N_ELEMENTS (networks); i++)
    add_case (networks[i].name, make_model (networks[i].features, networks[i].arch));
  add_presets ();
  add_case ("default-model", ser_model_new_default (NULL));
  g_test_add_func ("/tools/onnx/evaluate", test_evaluate);
  g_test_add_func ("/tools/onnx/refusals", test_refusals);
  g_test_add_func ("/tools/onnx/program", test_program);
  prepare ();
  status = fixture_run ();
  g_ptr_array_unref (cases);
  g_free (folder);
  return status;
}
