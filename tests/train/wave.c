/* wave.c - trainings whose clips are augmented as sound
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>

#include "trainings.h"

#define N_CLIPS 24

/* Clips with the samples that their frames are made of, from `shortest` s to 2.5 s. */
static Clips *
sounding_clips_new (const char *features, double shortest)
{
  Clips *clips = clips_new (9, N_CLIPS, FEATURES, LABELS, 20, 60, 1.0);
  SerFeatureSpec spec;
  SerFrontEnd *front;

  g_assert_true (ser_features_parse (features, &spec, NULL));
  front = ser_front_end_new (&spec);
  for (guint i = 0; i < N_CLIPS; i++) {
    gsize n = (shortest + (2.5 - shortest) * i / N_CLIPS) * spec.rate;
    g_autofree float *x = golden_numbers (i, n);
    gint16 *samples = g_new (gint16, n);
    for (gsize t = 0; t < n; t++) {
      samples[t] = 3000 * x[t] * sin (t * 0.0001 * (1 + i % 5)) + 5000 * sin (t * 0.02 * (1 + clips->clips[i].label));
      x[t] = samples[t] / 32768.0f;
    }
    g_free (clips->frames[i]);
    clips->clips[i].T = ser_feature_spec_frames (&spec, n);
    clips->clips[i].frames = clips->frames[i] = new_floats (clips->clips[i].T, spec.n);
    ser_front_end_clip (front, x, n, clips->frames[i]);
    clips->clips[i].samples = samples;
    clips->clips[i].n_samples = n;
  }
  ser_front_end_free (front);
  return clips;
}

static void
sounding_clips_free (Clips *clips)
{
  for (guint i = 0; i < N_CLIPS; i++)
    g_free ((gint16 *) clips->clips[i].samples);
  clips_free (clips);
}

static SerTrainConfig
wave_config (const char *augment, guint epochs)
{
  SerTrainConfig config = plain_config (epochs, 1e-2);

  config.augment = augment;
  config.crop_min = 0.5;
  return config;
}

/* Nothing is what it does: features computed from the cropped samples are those of the clip. */
static void
test_nothing (void)
{
  static const char *const lines[] = { "gain(0:0)", "shift(0:0)", "gain(6,p=0)" };
  Clips *clips = sounding_clips_new (parts.features, 0.3);
  SerTrainConfig config = wave_config ("", 3);
  SerModel *plain = train_model (&parts, &config, clips, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    SerModel *model;
    config.augment = lines[i];
    model = train_model (&parts, &config, clips, NULL);
    g_assert_true (same_models (plain, model));
    ser_model_unref (model);
  }
  config.augment = "gain(6)";
  SerModel *other = train_model (&parts, &config, clips, NULL);
  g_assert_false (same_models (plain, other));
  ser_model_unref (other);
  ser_model_unref (plain);
  sounding_clips_free (clips);
}

#define ALL                                                                                                            \
  "reverb(p=0.5) gain(6,p=0.5) eq(4,p=0.5) pitch(2,p=0.5) stretch(1.5,p=0.5) shift(0.1,p=0.5) "                        \
  "resample(8000,p=0.5) specaugment(1,10,1,2,p=0.5) mixup(0.3,p=0.5)"

/* The model does not depend on the number of threads, and does on the seed; sequences and mean vectors. */
static void
test_threads (void)
{
  static const struct {
    const char *features, *arch;
  } kinds[] = { { "logmel(n=8,mels=8,norm=cmn)", SMALL }, { "logmel(n=8,mels=8) mean", "conv1d(4,k=3) mean linear" } };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    Clips *clips = sounding_clips_new (kinds[i].features, 0.3);
    SerTrainConfig config = wave_config (ALL, 3);
    SerModelParts what = parts;
    SerModel *one, *three, *other;
    what.features = kinds[i].features;
    what.arch = kinds[i].arch;
    one = train_model (&what, &config, clips, NULL);
    config.threads = 3;
    three = train_model (&what, &config, clips, NULL);
    config.seed = 2;
    other = train_model (&what, &config, clips, NULL);
    g_assert_true (same_models (one, three));
    g_assert_cmpfloat (distance (one, other), >, 1e-3);
    ser_model_unref (one);
    ser_model_unref (three);
    ser_model_unref (other);
    sounding_clips_free (clips);
  }
}

/* Clips that a stretch leaves too short for the network are left alone: the network needs what 0.3 s have. */
static void
test_too_short (void)
{
  Clips *clips = sounding_clips_new (parts.features, 0.3);
  SerTrainConfig config = wave_config ("stretch(0.5:0.5)", 2);
  SerModelParts what = parts;
  History history = { .n = 0 };

  what.arch = "maxpool(28) mean linear";
  ser_trainer_free (train (&what, &config, clips, NULL, &history));
  g_assert_true (isfinite (history.epoch[1].train_loss));
  sounding_clips_free (clips);
}

static void
test_refusals (void)
{
  static const struct {
    const char *augment;
    SerError code;
    const char *about;
  } cases[] = { { "gain(6)", SER_ERROR_DATA, "the training set's clip 0 has no samples" },
    { "noise(10)", SER_ERROR_CONFIG, "`noise` needs recordings" },
    { "reverb(recorded=1)", SER_ERROR_CONFIG, "`reverb` of recorded rooms alone needs impulse responses" },
    { "mp3(64)", SER_ERROR_CONFIG, "`mp3` is too slow to train with" },
    { "mixup(0.3) gain", SER_ERROR_LINE, "augmentation line: item 2 (`gain`)" } };
  Clips *clips = clips_new (9, N_CLIPS, FEATURES, LABELS, 20, 60, 1.0);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    SerTrainConfig config = wave_config (cases[i].augment, 1);
    GError *error = NULL;
    g_assert_null (ser_trainer_new (&parts, &config, &clips->set, NULL, &error));
    g_assert_error (error, SER_ERROR, (int) cases[i].code);
    g_assert_nonnull (strstr (error->message, cases[i].about));
    g_error_free (error);
  }
  clips_free (clips);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/wave/nothing", test_nothing);
  g_test_add_func ("/train/wave/threads", test_threads);
  g_test_add_func ("/train/wave/too-short", test_too_short);
  g_test_add_func ("/train/wave/refusals", test_refusals);
  return g_test_run ();
}
