/* protocol.c - tests of what validates: --protocol, its names and its parts; and of train --json
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "protocol.h"

#include <math.h>
#include <string.h>

#include <json-glib/json-glib.h>

#include "fixture.h"
#include "model/model.h"
#include "predictions.h"
#include "train-options.h"

#define TRAIN                                                                                                          \
  "train --corpus crema-d --data '%s' --preset cnn-lstm --features 'logmel(n=8,mels=8)' --arch 'mean linear' "         \
  "--batch 8 --epochs 3 --crop 1,1 --lr 1e-2 "

static char *corpus; /* folder of the small CREMA-D: 48 clips of four actors */

static void
test_parse (void)
{
  static const struct {
    const char *text, *described;
  } good[] = { { "actors", "actors" }, { "kfold-actors:5", "kfold-actors:5 fold 2" }, { "random:0.25", "random:0.25" },
    { "random:2e-1", "random:0.2" }, { "kfold-actors:1000", "kfold-actors:1000 fold 2" } };
  static const char *const bad[] = { "", "actor", "actors:5", "kfold-actors", "kfold-actors:", "kfold-actors:1",
    "kfold-actors:5x", "kfold-actors:-5", "kfold-actors: 5", "kfold-actors:1001", "random", "random:", "random:0",
    "random:1", "random:nan", "random:0.2x" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autofree char *text = NULL;
    SerProtocol protocol;

    g_assert_true (ser_protocol_parse (good[i].text, &protocol, NULL));
    text = ser_protocol_describe (&protocol, 2);
    g_assert_cmpstr (text, ==, good[i].described);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    SerProtocol protocol;

    if (ser_protocol_parse (bad[i], &protocol, &error))
      g_error ("`%s` is taken", bad[i]);
    fixture_assert_has (error->message, "kfold-actors:5");
  }
}

/* Parts of the size asked for, in order, without a clip in both; the seed decides which. */
static void
test_draw (void)
{
  static const double fractions[] = { 0.001, 0.2, 0.5, 0.999 };
  static const guint sizes[] = { 1, 20, 50, 99 };
  g_autoptr (GPtrArray) clips = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  GPtrArray *none = NULL;

  for (guint i = 0; i < 100; i++)
    g_ptr_array_add (clips, GUINT_TO_POINTER (i + 1));
  for (guint f = 0; f < G_N_ELEMENTS (fractions); f++) {
    g_autoptr (GPtrArray) drawn = NULL, others = NULL, again = NULL, rest = NULL, different = NULL, remainder = NULL;

    g_assert_true (ser_protocol_draw (clips, fractions[f], 3, &drawn, &others, NULL));
    g_assert_true (ser_protocol_draw (clips, fractions[f], 3, &again, &rest, NULL));
    g_assert_true (ser_protocol_draw (clips, fractions[f], 4, &different, &remainder, NULL));
    g_assert_cmpuint (drawn->len, ==, sizes[f]);
    g_assert_cmpuint (others->len, ==, 100 - sizes[f]);
    g_assert_cmpmem (drawn->pdata, drawn->len * sizeof (gpointer), again->pdata, again->len * sizeof (gpointer));
    g_assert_true (memcmp (drawn->pdata, different->pdata, drawn->len * sizeof (gpointer)) != 0);
    for (guint i = 0; i < drawn->len; i++) {
      g_assert_false (g_ptr_array_find (others, drawn->pdata[i], NULL));
      g_assert_true (i == 0 || drawn->pdata[i - 1] < drawn->pdata[i]);
    }
  }
  g_ptr_array_set_size (clips, 1);
  g_assert_false (ser_protocol_draw (clips, 0.5, 1, &none, &none, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_DATA);
}

/* Figures, model file and standard output say the protocol. */
static void
check_named (const char *option, const char *expected, guint train, guint valid, gboolean held_out)
{
  g_autofree char *folder = fixture_folder (), *model = fixture_path (folder, "m.safetensors"),
                  *json = fixture_path (folder, "r.json"), *out = NULL, *shown = NULL, *line = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *run;

  g_assert_cmpint (
      fixture_seremotion (&out, NULL, TRAIN "%s --json '%s' --output '%s'", corpus, option, json, model), ==, 0);
  line = g_strdup_printf ("training on %u clips, validating on %u, protocol %s", train, valid, expected);
  fixture_assert_has (out, line);
  run = fixture_load_json (json, parser);
  g_assert_cmpstr (json_object_get_string_member (run, "protocol"), ==, expected);
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (run, "clips"), "valid"), ==, valid);
  g_assert_cmpint (fixture_seremotion (&shown, NULL, "inspect '%s'", model), ==, 0);
  fixture_assert_has (shown, expected);
  g_assert_true (held_out == (strstr (shown, "held_out") != NULL));
}

static void
test_names (void)
{
  check_named ("", "actors", 36, 12, TRUE);
  check_named ("--protocol actors", "actors", 36, 12, TRUE);
  check_named ("--protocol kfold-actors:2 --fold 2/2", "kfold-actors:2 fold 2", 24, 24, TRUE);
  check_named ("--fold 1/3", "kfold-actors:3 fold 1 of split train", 24, 12, TRUE);
  check_named ("--protocol random:0.25", "random:0.25 (speakers in both parts: optimistic)", 36, 12, FALSE);
  check_named ("--train-split train,valid --valid-split valid --allow-speaker-overlap", "actors", 36, 12, TRUE);
  check_named (
      "--train-split train,valid --valid-split train --allow-speaker-overlap --map anger=", "actors", 10, 30, TRUE);
}

/* The members of a run, and that they agree with each other and with the predictions. */
static void
test_json (void)
{
  static const char *const members[] = { "schema", "version", "id", "name", "command", "options", "protocol", "corpora",
    "clips", "speakers", "parameters", "history", "kept_epoch", "seconds", "interrupted", "uar", "accuracy", "macro_f1",
    "ece", "loss", "recalls", "predicted", "labels", "confusion", "by_group", "temperature" };
  g_autofree char *folder = fixture_folder (), *json = fixture_path (folder, "r.json"),
                  *csv = fixture_path (folder, "p.csv");
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (SerPredictions) predictions = NULL;
  SerEvaluation evaluation = { 0 };
  SerMetrics metrics;
  JsonObject *run, *epoch;
  JsonArray *history;

  g_assert_cmpint (fixture_seremotion (NULL, NULL, TRAIN "--keep-best --name 'a name' --json '%s' --predictions '%s'",
                       corpus, json, csv),
      ==, 0);
  run = fixture_load_json (json, parser);
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    if (!json_object_has_member (run, members[i]))
      g_error ("there is no %s", members[i]);
  g_assert_cmpstr (json_object_get_string_member (run, "schema"), ==, "seremotion-run-1");
  g_assert_cmpstr (json_object_get_string_member (run, "name"), ==, "a name");
  g_assert_cmpuint (strlen (json_object_get_string_member (run, "id")), ==, 16);
  g_assert_cmpint (json_object_get_int_member (run, "parameters"), ==, 9 * 6);
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (run, "speakers"), "train"), ==, 3);
  history = json_object_get_array_member (run, "history");
  g_assert_cmpuint (json_array_get_length (history), ==, 3);
  epoch = json_array_get_object_element (history, json_object_get_int_member (run, "kept_epoch") - 1);
  g_assert_cmpfloat (
      fabs (json_object_get_double_member (epoch, "valid_uar") - json_object_get_double_member (run, "uar")), <, 1e-9);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat (json_object_get_double_member (json_array_get_object_element (history, i), "valid_uar"), <=,
        json_object_get_double_member (epoch, "valid_uar"));
  predictions = ser_predictions_load (csv, NULL);
  g_assert_nonnull (predictions);
  evaluation = (SerEvaluation){ .n_labels = predictions->n_labels, .verdicts = predictions->verdicts };
  ser_evaluation_measure (&evaluation, NULL, NULL, &metrics);
  g_assert_cmpfloat (fabs (metrics.uar - json_object_get_double_member (run, "uar")), <, 1e-9);
  g_assert_cmpfloat (fabs (metrics.loss - json_object_get_double_member (run, "loss")), <, 1e-4);
}

/* All folds: a model, a history, predictions and figures of each, and what crossval makes of them. */
static void
test_folds (void)
{
  static const char *const files[] = { "m-fold1.safetensors", "m-fold1.safetensors.history.csv", "m-fold1.csv",
    "r-fold1.json", "m-fold2.safetensors", "m-fold2.safetensors.history.csv", "m-fold2.csv", "r-fold2.json" };
  g_autofree char *folder = fixture_folder (), *model = fixture_path (folder, "m.safetensors"),
                  *json = fixture_path (folder, "r.json"), *again = fixture_path (folder, "c.json"), *out = NULL;
  g_autoptr (JsonParser) parser = json_parser_new (), other = json_parser_new ();
  JsonObject *folds;

  g_assert_cmpint (
      fixture_seremotion (&out, NULL, TRAIN "--protocol kfold-actors:2 --output '%s' --json '%s'", corpus, model, json),
      ==, 0);
  fixture_assert_has (out, "protocol kfold-actors:2 fold 1\n");
  fixture_assert_has (out, "kfold-actors:2: 2 folds");
  fixture_assert_has (out, "UAR, mean over folds (Student's t)");
  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *path = fixture_path (folder, files[i]);
    if (!g_file_test (path, G_FILE_TEST_EXISTS))
      g_error ("there is no %s", files[i]);
  }
  g_assert_false (g_file_test (model, G_FILE_TEST_EXISTS));
  folds = fixture_load_json (json, parser);
  g_assert_cmpstr (json_object_get_string_member (folds, "protocol"), ==, "kfold-actors:2");
  g_assert_cmpint (json_object_get_int_member (folds, "clips"), ==, 48);
  g_assert_cmpint (
      fixture_seremotion (NULL, NULL, "crossval '%s/m-fold1.csv' '%s/m-fold2.csv' --json '%s'", folder, folder, again),
      ==, 0);
  g_assert_cmpfloat (json_object_get_double_member (fixture_load_json (again, other), "uar"), ==,
      json_object_get_double_member (folds, "uar"));
}

static void
test_fold_path (void)
{
  static const struct {
    const char *path, *expected;
  } paths[] = { { "m.safetensors", "m-fold3.safetensors" }, { "a.b/m", "a.b/m-fold3" }, { "a/.m", "a/.m-fold3" },
    { "a/m.x.y", "a/m.x-fold3.y" } };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autofree char *path = ser_train_fold_path (paths[i].path, 3);
    g_assert_cmpstr (path, ==, paths[i].expected);
  }
}

static void
test_refused (void)
{
  static const char *const lines[] = { "--protocol folds --output m", "--protocol random:2 --output m",
    "--protocol kfold-actors:5 --fold 1/4 --output m", "--protocol actors --fold 1/4 --output m",
    "--protocol random:0.2 --fold 1/4 --output m", "--protocol random:0.2 --valid-split valid --output m",
    "--protocol kfold-actors:2 --valid-split valid --output m", "--json none/r.json", "--json r --predictions r",
    "--protocol kfold-actors:2 --output m.csv", "" };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autofree char *error = NULL;
    int status = fixture_seremotion (NULL, &error, TRAIN "%s", corpus, lines[i]);

    if (status != 2 || strcspn (error, "\n") + 1 != strlen (error))
      g_error ("%s gave status %d and: %s", lines[i], status, error);
  }
}

/* A temperature that is given stands, with validation clips and without. */
static void
test_temperature (void)
{
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "m.safetensors"), *error = NULL;

  for (guint i = 0; i < 2; i++) {
    g_autofree char *out = NULL;
    SerModel *model;

    g_assert_cmpint (fixture_seremotion (&out, NULL, TRAIN "--valid-split %s --temperature 1.75 --output '%s'", corpus,
                         i ? "none" : "valid", path),
        ==, 0);
    fixture_assert_has (out, i ? "not measured, calibrated by --temperature" : "temperature 1.750");
    model = ser_model_load (path, NULL);
    g_assert_cmpfloat_with_epsilon (model->temperature, 1.75, 1e-9);
    ser_model_unref (model);
  }
  g_assert_cmpint (fixture_seremotion (NULL, &error, TRAIN "--temperature -1 --output '%s'", corpus, path), ==, 2);
  fixture_assert_has (error, "--temperature -1: expected 0.01 to 100");
}

/* What an autoencoder came to stands in the output, in the figures and in the file, and nowhere without one. */
static void
test_encoder (void)
{
  static const char *const lines[] = { "--features 'mfcc(n=8,mels=8) stats' --arch 'encoder(12,4) flatten linear' "
                                       "--encoder-epochs 200",
    "--arch 'mean linear'" };
  g_autofree char *folder = fixture_folder (), *model = fixture_path (folder, "m.safetensors"),
                  *json = fixture_path (folder, "r.json");

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    const gboolean has = i == 0;
    g_autofree char *out = NULL, *shown = NULL;
    g_autoptr (JsonParser) parser = json_parser_new ();
    JsonObject *run, *encoder;

    g_assert_cmpint (
        fixture_seremotion (&out, NULL, TRAIN "%s --json '%s' --output '%s'", corpus, lines[i], json, model), ==, 0);
    g_assert_true (has == (strstr (out, "autoencoder: the code keeps ") != NULL));
    g_assert_cmpint (fixture_seremotion (&shown, NULL, "inspect '%s'", model), ==, 0);
    g_assert_true (has == (strstr (shown, "autoencoder  the code keeps ") != NULL));
    run = fixture_load_json (json, parser);
    g_assert_true (has == json_object_has_member (run, "encoder"));
    g_assert_true (has == json_object_has_member (json_object_get_object_member (run, "options"), "encoder_epochs"));
    if (!has)
      continue;
    encoder = json_object_get_object_member (run, "encoder");
    g_assert_cmpfloat (json_object_get_double_member (encoder, "train_explained"), >, 0);
    g_assert_cmpfloat (json_object_get_double_member (encoder, "train_explained"), <, 1);
    g_assert_cmpfloat (json_object_get_double_member (encoder, "valid_explained"), <, 1);
  }
}

int
main (int argc, char **argv)
{
  int status;

  fixture_init (&argc, &argv);
  corpus = fixture_folder ();
  fixture_write_crema_d (corpus);
  g_test_add_func ("/tools/protocol/parse", test_parse);
  g_test_add_func ("/tools/protocol/draw", test_draw);
  g_test_add_func ("/tools/protocol/names", test_names);
  g_test_add_func ("/tools/protocol/json", test_json);
  g_test_add_func ("/tools/protocol/folds", test_folds);
  g_test_add_func ("/tools/protocol/fold-path", test_fold_path);
  g_test_add_func ("/tools/protocol/refused", test_refused);
  g_test_add_func ("/tools/protocol/temperature", test_temperature);
  g_test_add_func ("/tools/protocol/encoder", test_encoder);
  status = fixture_run ();
  g_free (corpus);
  return status;
}
