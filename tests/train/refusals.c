/* refusals.c - what a trainer does not accept, and what it says about it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>

#include "fixture.h"

static const char *const labels[] = { "anger", "joy", "neutral", NULL };

static const SerModelParts parts = {
  .features = "logmel(n=8,mels=8,norm=model)",
  .arch = "maxpool(4) mean linear",
  .labels = labels,
  .window = 1.0,
  .temperature = 1.0,
};

/* Builds a trainer; checks that it fails with the code and that the message holds `about`. */
static void
refuse (const SerModelParts *what, const SerTrainConfig *config, const SerTrainSet *set, const SerTrainSet *valid,
    SerError code, const char *about)
{
  GError *error = NULL;
  SerTrainer *trainer = ser_trainer_new (what, config, set, valid, &error);

  g_assert_null (trainer);
  g_assert_error (error, SER_ERROR, (int) code);
  g_test_message ("%s", error->message);
  if (!strstr (error->message, about))
    g_error ("\"%s\" does not speak of \"%s\"", error->message, about);
  g_error_free (error);
}

static void
accept (const SerModelParts *what, const SerTrainConfig *config, const SerTrainSet *set)
{
  GError *error = NULL;
  SerTrainer *trainer = ser_trainer_new (what, config, set, NULL, &error);

  g_assert_no_error (error);
  ser_trainer_free (trainer);
}

/* ---- configuration ---- */

typedef enum { REAL, INTEGER } Type;

static const struct {
  const char *about;
  Type type;
  gsize offset;
  double bad[3], good[2];
} fields[] = {
#define FIELD(name) G_STRUCT_OFFSET (SerTrainConfig, name)
  { "epochs", INTEGER, FIELD (epochs), { 0, 10001, 4e9 }, { 1, 10000 } },
  { "batch", INTEGER, FIELD (batch), { 0, 4097, 4e9 }, { 1, 4096 } },
  { "learning rate", REAL, FIELD (lr), { 0, -1e-3, 11 }, { 1e-8, 10 } },
  { "weight decay", REAL, FIELD (weight_decay), { -0.1, 11, INFINITY }, { 0, 10 } },
  { "clip norm", REAL, FIELD (clip_norm), { -1, 2e6, INFINITY }, { 0, 1e6 } },
  { "label smoothing", REAL, FIELD (label_smoothing), { -0.1, 0.91, 1 }, { 0, 0.9 } },
  { "votes", REAL, FIELD (votes), { -0.1, 1.1, INFINITY }, { 0, 1 } },
  { "average", REAL, FIELD (average), { -0.1, 1, 2 }, { 0, 0.999 } },
  { "crop", REAL, FIELD (crop_min), { 0, 3.5, -1 }, { 0.1, 3 } },
  { "crop", REAL, FIELD (crop_max), { 0, 0.9, 31 }, { 1, 30 } },
  { "encoder epochs", INTEGER, FIELD (encoder_epochs), { 0, 10001, 4e9 }, { 1, 10000 } },
  { "threads", INTEGER, FIELD (threads), { 257, 1e6, 4e9 }, { 0, 3 } },
#undef FIELD
};

static SerTrainConfig
config_with (gsize i, double value)
{
  SerTrainConfig config;
  char *at = (char *) &config + fields[i].offset;

  ser_train_config_init (&config);
  if (fields[i].type == REAL)
    *(double *) at = value;
  else
    *(guint *) at = value;
  return config;
}

static void
test_config (void)
{
  Clips *clips = clips_new (1, 3, 8, 3, 20, 30, 1.0);

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++) {
    SerTrainConfig config;
    for (guint j = 0; j < 3; j++) {
      config = config_with (i, fields[i].bad[j]);
      refuse (&parts, &config, &clips->set, NULL, SER_ERROR_CONFIG, fields[i].about);
    }
    if (fields[i].type == REAL) {
      config = config_with (i, NAN);
      refuse (&parts, &config, &clips->set, NULL, SER_ERROR_CONFIG, fields[i].about);
    }
    for (guint j = 0; j < 2; j++) {
      config = config_with (i, fields[i].good[j]);
      accept (&parts, &config, &clips->set);
    }
  }
  clips_free (clips);
}

/* A message names what was found and what is expected. */
static void
test_message (void)
{
  Clips *clips = clips_new (1, 3, 8, 3, 20, 30, 1.0);
  SerTrainConfig config;

  ser_train_config_init (&config);
  config.lr = 25;
  refuse (
      &parts, &config, &clips->set, NULL, SER_ERROR_CONFIG, "learning rate=25 is out of range, expected 1e-08 to 10");
  ser_train_config_init (&config);
  config.crop_min = 4;
  refuse (
      &parts, &config, &clips->set, NULL, SER_ERROR_CONFIG, "the shortest crop (4 s) is longer than the longest (3 s)");
  clips_free (clips);
}

/* ---- lines, labels, window ---- */

static void
test_parts (void)
{
  static const char *const none[] = { NULL }, *const one[] = { "joy", NULL },
                           *const twice[] = { "joy", "anger", "joy", NULL };
  static const char *const upper[] = { "joy", "Anger", "fear", NULL };
  const char *many[SER_MAX_LABELS + 2] = { NULL };
  char names[SER_MAX_LABELS + 1][8];
  Clips *clips = clips_new (1, 3, 8, 3, 20, 30, 1.0), *single = clips_new (1, 3, 8, 1, 20, 30, 1.0);
  SerTrainConfig config;
  SerModelParts what;

  ser_train_config_init (&config);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_snprintf (names[i], sizeof (names[i]), "l%u", i);
    many[i] = names[i];
  }
#define REFUSE(field, value, set, code, about)                                                                         \
  (what = parts, what.field = value, refuse (&what, &config, set, NULL, code, about))
  REFUSE (features, "mfcc(n=", &clips->set, SER_ERROR_LINE, "features line");
  REFUSE (features, "mfcc(n=0)", &clips->set, SER_ERROR_LINE, "n");
  REFUSE (arch, "conv3d(5) linear", &clips->set, SER_ERROR_LINE, "architecture line");
  REFUSE (arch, "mean linear(4)", &clips->set, SER_ERROR_LINE, "4 outputs for 3 labels");
  REFUSE (arch, "flatten linear", &clips->set, SER_ERROR_LINE, "length varies");
  REFUSE (window, 0.0, &clips->set, SER_ERROR_FORMAT, "window");
  REFUSE (window, NAN, &clips->set, SER_ERROR_FORMAT, "window");
  REFUSE (window, 1000.0, &clips->set, SER_ERROR_FORMAT, "window");
  REFUSE (labels, none, &clips->set, SER_ERROR_LINE, "0 labels");
  REFUSE (labels, one, &single->set, SER_ERROR_FORMAT, "labels: 1");
  REFUSE (labels, twice, &clips->set, SER_ERROR_FORMAT, "`joy` is given twice");
  REFUSE (labels, upper, &clips->set, SER_ERROR_FORMAT, "Anger");
  REFUSE (labels, many, &clips->set, SER_ERROR_FORMAT, "labels: 33");
#undef REFUSE
  clips_free (clips);
  clips_free (single);
}

/* ---- sets ---- */

static void
test_sets (void)
{
  Clips *good = clips_new (1, 3, 8, 3, 20, 30, 1.0), *bad = clips_new (2, 3, 8, 3, 20, 30, 1.0);
  static const float negative[] = { 1.5f, -0.5f, 0.0f }, counts[] = { 3.0f, 1.0f, 0.0f }, nan[] = { NAN, 0.5f, 0.5f };
  const float *const votes[] = { negative, counts, nan };
  const SerTrainSet empty = { good->clips, 0 };
  SerTrainConfig config;

  ser_train_config_init (&config);
  refuse (&parts, &config, &empty, NULL, SER_ERROR_DATA, "the training set has no clips");
  refuse (&parts, &config, &good->set, &empty, SER_ERROR_DATA, "the validation set has no clips");

  for (guint i = 0; i < G_N_ELEMENTS (votes); i++) {
    bad->clips[1].votes = votes[i];
    refuse (&parts, &config, &bad->set, NULL, SER_ERROR_DATA, "the training set's clip 1 has votes");
    bad->clips[1].votes = NULL;
  }
  bad->clips[2].label = 3;
  refuse (&parts, &config, &bad->set, NULL, SER_ERROR_DATA, "the training set's clip 2");
  refuse (&parts, &config, &good->set, &bad->set, SER_ERROR_DATA, "the validation set's clip 2");
  bad->clips[2].label = 0;
  bad->clips[2].T = 3; /* maxpool(4) leaves nothing */
  refuse (&parts, &config, &bad->set, NULL, SER_ERROR_DATA, "has 3 frames and label 0, expected at least 4 frames");
  bad->clips[2].T = 4;
  accept (&parts, &config, &bad->set);
  bad->frames[0][9] = INFINITY;
  refuse (
      &parts, &config, &bad->set, NULL, SER_ERROR_DATA, "the training set's clip 0 has features that are not finite");
  bad->frames[0][9] = NAN;
  refuse (&parts, &config, &good->set, &bad->set, SER_ERROR_DATA,
      "the validation set's clip 0 has features that are not finite");
  clips_free (good);
  clips_free (bad);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/refusals/config", test_config);
  g_test_add_func ("/train/refusals/message", test_message);
  g_test_add_func ("/train/refusals/parts", test_parts);
  g_test_add_func ("/train/refusals/sets", test_sets);
  return g_test_run ();
}
