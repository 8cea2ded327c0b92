/* gate.c - the speech gate: its frames at any rate, its network beside a model's, and the one that is compiled in
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>

#include "engine/gate-frames.h"
#include "engine/gate.h"
#include "signals.h"
#include "tiny-model.h"

static SerModel *model, *gate; /* gate: the one compiled in */

/* ---- frames ---- */

/* Tones from 200 Hz to 3.4 kHz that swell in turn, as any rate samples them. */
static float
sound_at (double t)
{
  double x = 0.0;
  guint k;

  for (k = 0; k < 17; k++)
    x += (1.2 + sin (2.0 * G_PI * (0.7 * t + 0.13 * k))) * sin (2.0 * G_PI * (200.0 + 200.0 * k) * t + k * k);
  return (float) (0.02 * x);
}

static float *
sample_sound (guint rate, gsize n)
{
  float *x = g_new (float, n);
  gsize i;

  for (i = 0; i < n; i++)
    x[i] = sound_at ((double) i / rate);
  return x;
}

static void
test_own_rate (void)
{
  const SerFeatureSpec *spec = &gate->features;
  SerGateFrames *frames = ser_gate_frames_new (spec, spec->rate);
  SerFrontEnd *front = ser_front_end_new (spec);
  float *x = sample_sound (spec->rate, spec->win), a[256], b[256];

  g_assert_cmpuint (ser_gate_frames_get_win (frames), ==, spec->win);
  g_assert_cmpuint (ser_gate_frames_get_hop (frames), ==, spec->hop);
  ser_gate_frames_do (frames, x, a);
  ser_front_end_do (front, x, b);
  g_assert_cmpmem (a, spec->n * sizeof (float), b, spec->n * sizeof (float));
  ser_gate_frames_free (frames);
  ser_front_end_free (front);
  g_free (x);
}

/* The same sound at another rate gives the same bands, those above its bandwidth excepted. */
static void
test_other_rates (void)
{
  static const guint rates[] = { 8000, 11025, 16000, 22050, 32000, 44100, 48000 };
  SerFeatureSpec spec;
  SerFrontEnd *front;
  float *own, expected[32];
  guint r, i;

  ser_features_parse ("logmel(n=32,hop=320)", &spec, NULL);
  front = ser_front_end_new (&spec);
  own = sample_sound (spec.rate, spec.win);
  ser_front_end_do (front, own, expected);
  for (r = 0; r < G_N_ELEMENTS (rates); r++) {
    SerGateFrames *frames = ser_gate_frames_new (&spec, rates[r]);
    guint win = ser_gate_frames_get_win (frames);
    float *x = sample_sound (rates[r], win), bands[32];

    g_assert_cmpfloat_with_epsilon ((double) win / rates[r], 0.025, 1.0 / rates[r]);
    g_assert_cmpfloat_with_epsilon ((double) ser_gate_frames_get_hop (frames) / rates[r], 0.02, 1.0 / rates[r]);
    ser_gate_frames_do (frames, x, bands);
    for (i = 3; i < 21; i++) /* where the sound is, and bands are wide enough for every rate's bins */
      g_assert_cmpfloat_with_epsilon (bands[i], expected[i], 0.6);
    g_assert_cmpfloat (bands[31], <, expected[10] - 5.0f);
    ser_gate_frames_free (frames);
    g_free (x);
  }
  ser_front_end_free (front);
  g_free (own);
}

/* ---- the network in a stream ---- */

static GArray *
run_with_gate (SerModel *with, const float *x, gsize n)
{
  const SerStreamConfig config = { 1.0, 1.0, 0.0, 0.5, with != NULL, with };

  return run_model (model, &config, x, n, n);
}

/* Non-speech is `none`, keeps its own scores and is not smoothed. */
static void
test_closed (void)
{
  SerModel *closed = tiny_model_gate (0.29), *open = tiny_model_gate (0.31);
  gsize n;
  float *x = make_speech (4.0, &n);
  GArray *shut = run_with_gate (closed, x, n), *through = run_with_gate (open, x, n),
         *none = run_with_gate (NULL, x, n);
  const SerStreamConfig plain = { 1.0, 1.0, 0.0, 0.0, FALSE };
  GArray *own = run_model (model, &plain, x, n, n);
  guint i;

  for (i = 0; i < 4; i++) {
    g_assert_cmpint (RESULT (shut, i).gate, ==, SER_GATE_NON_SPEECH);
    g_assert_cmpint (RESULT (shut, i).label, ==, SER_LABEL_NONE);
    g_assert_cmpstr (RESULT (shut, i).emotion, ==, "none");
    g_assert_cmpfloat_with_epsilon (RESULT (shut, i).speech, 0.29, 1e-6);
    g_assert_cmpint (RESULT (shut, i).changed, ==, i == 0);
    g_assert_cmpmem (
        RESULT (shut, i).scores, sizeof RESULT (own, i).scores, RESULT (own, i).scores, sizeof RESULT (own, i).scores);
    g_assert_cmpint (RESULT (through, i).gate, ==, SER_GATE_SPEECH);
    g_assert_cmpfloat_with_epsilon (RESULT (through, i).speech, 0.31, 1e-6);
    g_assert_cmpint (RESULT (through, i).label, >=, 0);
    g_assert_cmpmem (RESULT (through, i).scores, sizeof RESULT (none, i).scores, RESULT (none, i).scores,
        sizeof RESULT (none, i).scores);
    g_assert_cmpfloat (RESULT (none, i).speech, ==, 1.0);
  }
  g_array_unref (shut);
  g_array_unref (through);
  g_array_unref (none);
  g_array_unref (own);
  ser_model_unref (closed);
  ser_model_unref (open);
  g_free (x);
}

/* What a stream says is what the gate's model says of the window's samples alone. */
static void
test_window_alone (void)
{
  const SerStreamConfig config = { 0.0, 0.5, 0.0, 0.0, TRUE };
  SerFrontEnd *front = ser_front_end_new (&gate->features);
  gsize n;
  float *x = make_speech (6.7, &n);
  GArray *results = run_model (model, &config, x, n, 333);
  guint i;

  for (i = 0; i < results->len; i++) {
    const SerResult *result = &RESULT (results, i);
    gsize T = ser_feature_spec_frames (&gate->features, result->length);
    float *frames = g_new (float, T * gate->features.n), scores[2];

    ser_front_end_clip (front, x + result->start, result->length, frames);
    g_assert_true (ser_model_score_frames (gate, frames, T, NULL, scores));
    g_assert_cmpfloat (result->speech, ==, scores[1]);
    g_assert_cmpint (result->gate == SER_GATE_SPEECH, ==, scores[1] >= SER_GATE_MIN_SPEECH);
    g_free (frames);
  }
  g_array_unref (results);
  ser_front_end_free (front);
  g_free (x);
}

/* A window longer than the gate's own is speech where a stretch of it is. */
static void
test_long_window (void)
{
  const gsize n = gate->features.n, stretch = ser_gate_stretch (gate), T = 4 * stretch + stretch / 3;
  SerGateNetwork *network = ser_gate_network_new (gate);
  float *frames = tiny_frames (T, n), scores[2];
  double most = 0.0;
  gsize at, end;

  for (at = 0; at < T * n; at++)
    frames[at] *= 0.2f + 0.8f * (float) fabs (sin (at / n * 0.01)) * (at / n % 20 < 10);
  for (at = 0;; at = MIN (at + stretch / 2, T - stretch)) {
    end = at + stretch;
    ser_model_score_frames (gate, frames + at * n, stretch, NULL, scores);
    most = MAX (most, scores[1]);
    if (end == T)
      break;
  }
  g_assert_cmpfloat (ser_gate_network_do (network, frames, T), ==, most);
  ser_model_score_frames (gate, frames, stretch, NULL, scores);
  g_assert_cmpfloat (ser_gate_network_do (network, frames, stretch), ==, scores[1]);
  g_assert_cmpfloat (ser_gate_network_do (network, frames, 0), ==, 1.0);
  ser_gate_network_free (network);
  g_free (frames);
}

/* Streams of models of any rate have the gate, the same bits for any portions. */
static void
test_model_rates (void)
{
  static const guint rates[] = { 8000, 11025, 44100 };
  guint r, i;

  for (r = 0; r < G_N_ELEMENTS (rates); r++) {
    char *features = g_strdup_printf (
        "logmel(n=8,mels=8,rate=%u,win=%u,fft=2048,hop=%u,norm=window)", rates[r], rates[r] / 40, rates[r] / 100);
    SerModel *other = tiny_model (features, TINY_ARCH, 2.0);
    const SerStreamConfig config = { 2.0, 0.55, 0.0, 0.0, TRUE };
    gsize n = (gsize) (5.3 * rates[r]);
    float *x = sample_sound (rates[r], n);
    GArray *whole = run_model (other, &config, x, n, n), *pieces = run_model (other, &config, x, n, 61);

    assert_same_results (whole, pieces);
    for (i = 0; i < whole->len; i++)
      g_assert_true (RESULT (whole, i).speech > 0.0 && RESULT (whole, i).speech < 1.0);
    g_array_unref (whole);
    g_array_unref (pieces);
    ser_model_unref (other);
    g_free (features);
    g_free (x);
  }
}

static void
assert_refused (SerModel *refused, const char *message)
{
  SerStreamConfig config = SER_STREAM_CONFIG_INIT;
  GError *error = NULL;

  config.gate_model = refused;
  g_assert_null (ser_stream_new (model, &config, &error));
  assert_ser_error (error, SER_ERROR_CONFIG, message);
}

static void
test_refusals (void)
{
  static const char *const labels[] = { "non-speech", "speech", NULL };
  const SerModelParts parts = { "mfcc(n=8,norm=none)", "mean linear", labels, 3.0, 1.0, NULL, NULL };
  SerTensors *tensors = ser_tensors_new ();
  SerArchitecture *arch = ser_architecture_parse (parts.arch, 8, 0, 2, NULL);
  SerModel *cepstral;

  assert_refused (model, "labels anger,fear,joy,neutral; a gate has non-speech,speech");
  ser_architecture_add_tensors (arch, tensors);
  ser_architecture_free (arch);
  cepstral = ser_model_new (&parts, tensors, NULL);
  assert_refused (cepstral, "a gate has logmel");
  ser_model_unref (cepstral);
}

/* ---- the gate that is compiled in ---- */

static void
test_built_in (void)
{
  guint i, n_tensors = ser_tensors_get_n (gate->tensors);

  g_assert_cmpstr (ser_model_get_metadata (gate, "labels"), ==, "non-speech,speech");
  for (i = 0; i < n_tensors; i++)
    g_assert_true (g_str_has_prefix (ser_tensors_get (gate->tensors, i)->name, "gate."));
}

/* `clappers` people who clap 3 to 5 times a second: bursts of noise that a resonance colours (Peltola et al. 2007). */
static float *
make_applause (guint clappers, double seconds, gsize *n)
{
  float *x = make_noise (0.001, seconds, n);
  GRand *rand = g_rand_new_with_seed (5);
  guint c, i;

  for (c = 0; c < clappers; c++) {
    double step = RATE / g_rand_double_range (rand, 3.0, 5.0), at = g_rand_double_range (rand, 0.0, step);
    double turn = 2.0 * cos (2.0 * G_PI * g_rand_double_range (rand, 700.0, 2500.0) / RATE);

    for (; at + 800 < *n; at += step * g_rand_double_range (rand, 0.85, 1.15)) {
      double y = 0.0, before = 0.0, level = g_rand_double_range (rand, 0.2, 1.0) / sqrt (clappers);

      for (i = 0; i < 800; i++) {
        double next =
            0.9 * turn * y - 0.81 * before + level * exp (-(double) i / 70.0) * g_rand_double_range (rand, -1.0, 1.0);

        before = y;
        x[(gsize) at + i] += (float) (y = next);
      }
    }
  }
  g_rand_free (rand);
  return x;
}

static void
assert_none (const char *what, float *x, gsize n)
{
  GArray *results = run_model (model, NULL, x, n, n);
  guint i;

  for (i = 0; i < results->len; i++) {
    g_test_message ("%s, window %u: %.3f, %.1f dB", what, i, RESULT (results, i).speech, RESULT (results, i).loudness);
    g_assert_cmpint (RESULT (results, i).gate, ==, SER_GATE_NON_SPEECH);
  }
  g_array_unref (results);
  g_free (x);
}

static void
test_other_sounds (void)
{
  gsize n;
  float *x;

  x = make_noise (0.3, 5.0, &n);
  assert_none ("white noise", x, n);
  x = make_noise (0.01, 5.0, &n);
  assert_none ("faint noise", x, n);
  x = make_tone (440.0, 5.0, &n);
  assert_none ("a held note", x, n);
  x = make_applause (40, 6.0, &n);
  assert_none ("applause", x, n);
}

int
main (int argc, char **argv)
{
  GError *error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  model = tiny_model_usual ();
  gate = ser_model_new_gate (&error);
  g_assert_no_error (error);
  g_test_add_func ("/engine/gate/own-rate", test_own_rate);
  g_test_add_func ("/engine/gate/other-rates", test_other_rates);
  g_test_add_func ("/engine/gate/closed", test_closed);
  g_test_add_func ("/engine/gate/window-alone", test_window_alone);
  g_test_add_func ("/engine/gate/long-window", test_long_window);
  g_test_add_func ("/engine/gate/model-rates", test_model_rates);
  g_test_add_func ("/engine/gate/refusals", test_refusals);
  g_test_add_func ("/engine/gate/built-in", test_built_in);
  g_test_add_func ("/engine/gate/other-sounds", test_other_sounds);
  status = g_test_run ();
  ser_model_unref (model);
  ser_model_unref (gate);
  return status;
}
