/* program.c - tests of the seremotion program from its command line
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <json-glib/json-glib.h>

#include "fixture.h"
#include "model/model.h"
#include "tiny-model.h"

/* A network that learns the fixture's sounds in a few seconds. */
#define FEATURES "logmel(n=16,mels=16)"
#define ARCH "conv1d(16,k=3) bn relu maxpool(2) mean linear"
#define QUICK "--features '" FEATURES "' --arch '" ARCH "' --batch 8 --votes 0 --augment '' --crop 1,1 "

static char *corpus; /* folder of the small CREMA-D */

static guint
count_lines (const char *text)
{
  guint n = 0;

  for (; *text; text++)
    n += *text == '\n';
  return n;
}

/* ---- the way a model goes ---- */

static void
check_history (const char *model, guint epochs)
{
  g_autofree char *path = g_strconcat (model, ".history.csv", NULL), *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_true (
      g_str_has_prefix (text, "epoch,lr,train_loss,train_accuracy,valid_loss,valid_accuracy,valid_uar,seconds\n1,"));
  g_assert_cmpuint (count_lines (text), ==, epochs + 1);
}

static void
check_evaluation (const char *model, const char *folder)
{
  g_autofree char *json = fixture_path (folder, "e.json"), *csv = fixture_path (folder, "e.csv"), *text = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *object;

  g_assert_cmpint (fixture_seremotion (&text, NULL,
                       "evaluate --model '%s' --corpus crema-d --data '%s' --split valid --json '%s' "
                       "--csv '%s'",
                       model, corpus, json, csv),
      ==, 0);
  fixture_assert_has (text, "12 clips");
  fixture_assert_has (text, "UAR");
  object = fixture_load_json (json, parser);
  g_assert_cmpint (json_object_get_int_member (object, "clips"), ==, 12);
  g_assert_cmpfloat (json_object_get_double_member (object, "uar"), >=, 0.9);
  g_assert_cmpfloat (json_object_get_double_member (object, "accuracy"), >=, 0.9);
  g_assert_cmpfloat (json_object_get_double_member (object, "macro_f1"), >=, 0.8);
  g_assert_cmpfloat (json_object_get_double_member (object, "ece"), <, 0.5);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object, "labels")), ==, 6);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object, "confusion")), ==, 6);
  object = json_object_get_object_member (object, "by_group");
  g_assert_true (json_object_has_member (object, "male"));
  g_assert_false (json_object_has_member (object, "female"));
  g_assert_true (json_object_has_member (object, "60-and-over"));
  g_clear_pointer (&text, g_free);
  g_assert_true (g_file_get_contents (csv, &text, NULL, NULL));
  g_assert_cmpuint (count_lines (text), ==, 13);
}

/* Writes the model's tensors as PyTorch would: no metadata; and its statistics as CSV. */
static void
take_apart (const char *path, const char *state_dict, const char *norm)
{
  GError *error = NULL;
  SerModel *model = ser_model_load (path, &error);
  g_autoptr (GString) csv = g_string_new ("mean,std\n");
  g_autoptr (GBytes) bytes = NULL;
  gsize size;
  const char *data;

  g_assert_no_error (error);
  bytes = ser_safetensors_write (model->tensors, NULL, FALSE, state_dict, &error);
  g_assert_no_error (error);
  data = g_bytes_get_data (bytes, &size);
  g_assert_true (g_file_set_contents (state_dict, data, size, NULL));
  for (guint i = 0; i < 16; i++)
    g_string_append_printf (csv, "%.9g,%.9g\n", model->mean[i], model->std[i]);
  g_assert_true (g_file_set_contents (norm, csv->str, csv->len, NULL));
  ser_model_unref (model);
}

/* The imported model says the same of every clip, to the last digit written. */
static void
check_import (const char *model, const char *folder)
{
  g_autofree char *state_dict = fixture_path (folder, "s.safetensors"), *norm = fixture_path (folder, "norm.csv");
  g_autofree char *imported = fixture_path (folder, "i.safetensors"), *csv = fixture_path (folder, "i.csv");
  char *text[2];
  SerModel *original = ser_model_load (model, NULL);

  take_apart (model, state_dict, norm);
  g_assert_cmpint (fixture_seremotion (NULL, NULL,
                       "import '%s' --arch '" ARCH "' --features '" FEATURES "' --labels "
                       "anger,disgust,fear,happiness,neutral,sadness --norm '%s' --temperature %.9g "
                       "--output '%s'",
                       state_dict, norm, original->temperature, imported),
      ==, 0);
  for (guint i = 0; i < 2; i++) {
    g_assert_cmpint (fixture_seremotion (NULL, NULL, "evaluate --model '%s' --corpus crema-d --data '%s' --csv '%s'",
                         i ? imported : model, corpus, csv),
        ==, 0);
    g_assert_true (g_file_get_contents (csv, &text[i], NULL, NULL));
  }
  g_assert_cmpstr (text[0], ==, text[1]);
  g_free (text[0]);
  g_free (text[1]);
  ser_model_unref (original);
}

static void
test_life_of_a_model (void)
{
  g_autofree char *folder = fixture_folder (), *model = fixture_path (folder, "m.safetensors"), *out = NULL,
                  *shown = NULL;

  g_assert_cmpint (fixture_seremotion (&out, NULL,
                       "train --corpus crema-d --data '%s' " QUICK "--epochs 30 --lr 1e-2 --name "
                       "'a name' --licence 'CC BY 4.0' --output '%s'",
                       corpus, model),
      ==, 0);
  fixture_assert_has (out, "training on 36 clips, validating on 12");
  fixture_assert_has (out, "epoch  30/30");
  fixture_assert_has (out, "fitted to these clips");
  check_history (model, 30);
  check_evaluation (model, folder);
  g_assert_cmpint (fixture_seremotion (&shown, NULL, "inspect '%s'", model), ==, 0);
  fixture_assert_has (shown, "self-check: ok");
  fixture_assert_has (shown, "conv1d");
  fixture_assert_has (shown, "a name");
  fixture_assert_has (shown, "CC BY 4.0");
  fixture_assert_has (shown, "crema-d/1004"); /* held out */
  fixture_assert_has (shown, "36 clips of 3 speakers");
  check_import (model, folder);
}

/* ---- training ---- */

static void
test_same_seed (void)
{
  g_autofree char *folder = fixture_folder ();
  g_autofree char *first = NULL, *second = NULL;
  gsize sizes[2];

  /* The command is part of the file, so that both runs must be given the same one. */
  for (guint i = 0; i < 2; i++) {
    g_autofree char *model = fixture_path (folder, "m.safetensors");
    g_assert_cmpint (fixture_seremotion (NULL, NULL,
                         "train --corpus crema-d --data '%s' " QUICK "--epochs 2 --seed 3 --fold 1/2 "
                         "--output '%s'",
                         corpus, model),
        ==, 0);
    g_assert_true (g_file_get_contents (model, i ? &second : &first, &sizes[i], NULL));
  }
  g_assert_cmpmem (first, sizes[0], second, sizes[1]);
}

static void
test_overlap (void)
{
  g_autofree char *folder = fixture_folder (), *model = fixture_path (folder, "m.safetensors"), *error = NULL;

  g_assert_cmpint (fixture_seremotion (NULL, &error,
                       "train --corpus crema-d --data '%s' " QUICK "--epochs 1 --train-split "
                       "train,valid --valid-split valid --output '%s'",
                       corpus, model),
      ==, 1);
  fixture_assert_has (error, "crema-d/1004");
  fixture_assert_has (error, "--allow-speaker-overlap");
  g_assert_false (g_file_test (model, G_FILE_TEST_EXISTS));
  g_assert_cmpint (fixture_seremotion (NULL, NULL,
                       "train --corpus crema-d --data '%s' " QUICK "--epochs 1 --train-split train,valid "
                       "--valid-split valid --allow-speaker-overlap --output '%s'",
                       corpus, model),
      ==, 0);
}

/* What cannot be learned from is named, and the rest goes on. */
static void
test_bad_clips (void)
{
  g_autofree char *folder = fixture_folder (), *model = fixture_path (folder, "m.safetensors"), *error = NULL,
                  *out = NULL;
  g_autofree gint16 *silence = g_new0 (gint16, 20000);

  fixture_write_crema_d (folder);
  fixture_write_wav (folder, "audio/1001_MTI_SAD_XX.wav", 16000, 1, silence, 20000);
  fixture_write_wav (folder, "audio/1001_MTI_ANG_XX.wav", 16000, 1, silence, 100);
  fixture_write_wav (folder, "audio/1001_MTI_DIS_XX.wav", 16000, 1, silence, 0);
  fixture_write (folder, "audio/1001_MTI_FEA_XX.wav", "no sound");
  fixture_write (folder, "audio/1001_MTI_HAP_XX.wav", "");
  fixture_write (folder, "audio/1001_MTI_JOY_XX.wav", "no such emotion");
  fixture_write_voice (folder, "audio/1002_TIE_HAP_XX.wav", 2, 77, 1.2);
  fixture_write_voice (folder, "audio/1002_TIE_NEU_XX.wav", 2, 77, 1.2);
  g_assert_cmpint (fixture_seremotion (&out, &error,
                       "train --corpus crema-d --data '%s' " QUICK "--epochs 1 --output '%s'", folder, model),
      ==, 0);
  fixture_assert_has (out, "training on 36 clips, validating on 12");
  fixture_assert_has (error, "1001_MTI_SAD_XX.wav: digital silence");
  fixture_assert_has (error, "1001_MTI_ANG_XX.wav: too short");
  fixture_assert_has (error, "left out: 1001_MTI_DIS_XX.wav: ");
  fixture_assert_has (error, "left out: 1001_MTI_FEA_XX.wav: ");
  fixture_assert_has (error, "left out: 1001_MTI_HAP_XX.wav: ");
  fixture_assert_has (error, "left out: 1001_MTI_JOY_XX.wav: not a clip");
  fixture_assert_has (error, "1002_TIE_HAP_XX.wav: labelled `happiness`, but the same sound as 1002_TIE_NEU_XX.wav");
  fixture_assert_has (error, "1002_TIE_NEU_XX.wav: labelled `neutral`, but the same sound as 1002_TIE_HAP_XX.wav");
}

/* Evaluation takes every clip that can be read, silent, short and contradictory ones too. */
static void
test_evaluate_all (void)
{
  g_autofree char *folder = fixture_folder (), *model = fixture_path (folder, "m.safetensors"), *error = NULL;
  g_autofree char *json = fixture_path (folder, "e.json"), *gate = fixture_path (folder, "gate.safetensors");
  SerModel *open_gate = tiny_model_gate (0.9); /* the voices here are no speech to the built-in one */
  g_autofree gint16 *silence = g_new0 (gint16, 20000);
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *object;

  g_assert_cmpint (fixture_seremotion (NULL, NULL,
                       "train --corpus crema-d --data '%s' " QUICK "--epochs 1 --output '%s'", corpus, model),
      ==, 0);
  g_assert_true (ser_model_save (open_gate, gate, FALSE, NULL));
  ser_model_unref (open_gate);
  fixture_write_wav (folder, "03a01Na.wav", 16000, 1, silence, 20000);
  fixture_write_wav (folder, "03a02Nb.wav", 16000, 1, silence, 100);
  fixture_write_voice (folder, "08a01Wa.wav", 0, 1, 0.5);
  fixture_write_voice (folder, "08a01Fa.wav", 0, 1, 0.5);
  fixture_write_voice (folder, "08a02Wa.wav", 0, 2, 7.0);
  fixture_write_voice (folder, "08a02La.wav", 0, 2, 1.0);
  fixture_write (folder, "08a03Wa.wav", "no sound");
  for (guint stream = 0; stream < 2; stream++) {
    g_assert_cmpint (
        fixture_seremotion (NULL, &error, "evaluate --model '%s' --corpus emodb --data '%s' --json '%s' %s %s%s", model,
            folder, json, stream ? "--as-stream" : "", stream ? "--gate=" : "", stream ? gate : ""),
        ==, 0);
    fixture_assert_has (error, "1 clips of `boredom`");
    fixture_assert_has (error, "cannot be read: 08a03Wa.wav: ");
    g_clear_pointer (&error, g_free);
    object = fixture_load_json (json, parser);
    g_assert_cmpint (json_object_get_int_member (object, "clips"), ==, 5);
    g_assert_cmpint (json_object_get_int_member (object, "other_labels"), ==, 1);
    g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object, "unreadable")), ==, 1);
    g_assert_cmpint (json_object_get_int_member (object, "too_short"), ==, stream ? 0 : 1);
    /* As streams the silent ones are `none` and those under 1 s `uncertain`. */
    g_assert_cmpint (json_object_get_int_member (object, "no_answer"), ==, stream ? 4 : 0);
  }
}

static void
test_manifest (void)
{
  g_autofree char *folder = fixture_folder (), *model = fixture_path (folder, "m.safetensors"),
                  *csv = fixture_path (folder, "m.csv");
  g_autofree char *out = NULL, *error = NULL, *shown = NULL;
  g_autoptr (GString) rows = g_string_new ("path,start,end,emotion,speaker,split\n");

  /* One file of 12 s for each of three speakers, two emotions by turns. */
  for (guint speaker = 0; speaker < 3; speaker++) {
    g_autofree char *name = g_strdup_printf ("all, %u.wav", speaker);
    fixture_write_voice (folder, name, speaker, 1, 12.0);
    for (guint i = 0; i < 8; i++)
      g_string_append_printf (rows, "\"%s\",%g,%g,%s,s%u,%s\n", name, 1.5 * i, 1.5 * i + 1.4, i % 2 ? "Joy" : "calm",
          speaker, speaker == 2 ? "dev" : "");
  }
  g_string_append (rows, "nowhere.wav,,,calm,s0,\n");
  g_assert_true (g_file_set_contents (csv, rows->str, rows->len, NULL));
  g_assert_cmpint (
      fixture_seremotion (&out, &error,
          "train --manifest '%s' --map Joy=joy --map rage=anger --valid-split dev " QUICK "--epochs 1 --output '%s'",
          csv, model),
      ==, 0);
  fixture_assert_has (out, "training on 16 clips, validating on 8");
  fixture_assert_has (error, "left out: nowhere.wav: ");
  fixture_assert_has (error, "--map rage=anger: no clip");
  g_assert_cmpint (fixture_seremotion (&shown, NULL, "inspect '%s'", model), ==, 0);
  fixture_assert_has (shown, "calm,joy");
}

/* Starts a training of one small network in `folder`, so that equal runs have equal command lines. */
static GPid
start_training (const char *folder, const char *epochs)
{
  const char *argv[] = { g_getenv ("SEREMOTION_PROGRAM"), "train", "--corpus", "crema-d", "--data", corpus,
    "--features", FEATURES, "--arch", ARCH, "--epochs", epochs, "--output", "m.safetensors", NULL };
  const int flags = G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL;
  GError *error = NULL;
  GPid pid;

  g_spawn_async (folder, (char **) argv, NULL, flags, NULL, NULL, &pid, &error);
  g_assert_no_error (error);
  return pid;
}

static void
await_success (GPid pid)
{
  int status;

  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

/* Two runs that start on an empty cache together, and a third that finds it full, give the same model. */
static void
test_shared_cache (void)
{
  g_autofree char *cache = fixture_folder (), *before = g_strdup (g_getenv ("XDG_CACHE_HOME"));
  char *models[3];
  gsize sizes[3];
  GPid pids[3];

  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  for (guint i = 0; i < 3; i++) {
    g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "m.safetensors");

    models[i] = g_strdup (path);
    pids[i] = start_training (folder, "1");
    if (i == 1)
      await_success (pids[0]);
    if (i >= 1)
      await_success (pids[i]);
  }
  g_setenv ("XDG_CACHE_HOME", before, TRUE);
  for (guint i = 0; i < 3; i++) {
    g_autofree char *path = models[i];
    g_assert_true (g_file_get_contents (path, &models[i], &sizes[i], NULL));
    g_assert_cmpmem (models[i], sizes[i], models[0], sizes[0]);
  }
  for (guint i = 0; i < 3; i++)
    g_free (models[i]);
}

static guint
history_lines (const char *path)
{
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? count_lines (text) : 0;
}

/* The interrupt key ends the training after the epoch under way, and the model is written. */
static void
test_interrupt (void)
{
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "m.safetensors");
  g_autofree char *history = g_strconcat (path, ".history.csv", NULL);
  GPid pid = start_training (folder, "10000");
  SerModel *model;

  for (guint i = 0; i < 3000 && history_lines (history) < 3; i++)
    g_usleep (10000);
  g_assert_cmpuint (history_lines (history), >=, 3);
  g_assert_cmpint (kill (pid, SIGINT), ==, 0);
  await_success (pid);
  g_assert_cmpuint (history_lines (history), <, 10001);
  model = ser_model_load (path, NULL);
  g_assert_nonnull (model);
  ser_model_unref (model);
}

/* ---- the command line ---- */

static void
test_usage (void)
{
  static const char *const lines[] = { "", "fly", "train --colour red", "train --output m --epochs many",
    "train --output m", "train --corpus crema-d --output m", "train --corpus iemocap --data . --output m",
    "train --corpus crema-d --data .", "train --preset none --corpus crema-d --data . --output m",
    "train --corpus crema-d --data . --output m --fold 0/3",
    "train --corpus crema-d --data . --output m --fold 1/3 --valid-split valid",
    "train --corpus crema-d --data . --output m --schedule up",
    "train --corpus crema-d --data . --output m --epochs -1",
    "train --corpus crema-d --data . --output m --augment specaugment(1,2)",
    "train --corpus crema-d --data . --output m --crop 1", "train --corpus crema-d --data . --data . --output m",
    "train --corpus crema-d --data . --output m --map anger",
    "train --corpus crema-d --data . --output m --map anger=ANGER",
    "train surplus --corpus crema-d --data . --output m", "evaluate --model m",
    "evaluate --corpus crema-d --data . --threshold 0.5", "evaluate --corpus crema-d --data . --gate g", "gate",
    "gate --corpus crema-d --data . --gate default", "gate --corpus crema-d --data . --csv /no/folder/x", "inspect",
    "inspect a b", "import x", "import x --arch linear --features mfcc --labels a,b --output m" };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autofree char *error = NULL;
    int status = fixture_seremotion (NULL, &error, "%s", lines[i]);

    if (status != 2 || count_lines (error) != 1 || !g_str_has_prefix (error, "seremotion"))
      g_error ("`seremotion %s` gave status %d and: %s", lines[i], status, error);
  }
}

/* Faults of lines and values are found before any audio is decoded. */
static void
test_faulty_values (void)
{
  static const char *const options[] = { "--arch 'conv2d(3) linear'", "--features 'mfcc(n=1000)'", "--epochs 0",
    "--encoder-epochs 0", "--arch 'encoder(4,2) flatten linear'", "--lr 1000", "--labels 'Anger,fear'", "--window 0.1",
    "--crop 3,1", "--votes 2", "--window nan", "--labels anger,fear,anger", "--name 'a\xff'", "--notes 'a\xff'",
    "--licence 'a\xff'", "--augment 'specaugment(4294967297,2,2,2)'", "--augment 'noise(10)'", "--augment 'gain'",
    "--augment 'gain(-20)'", "--augment 'noise(snr=20:5) mixup(0.3)'", "--augment 'fuzz(3)'",
    "--fold 4294967297/4294967298" };

  for (guint i = 0; i < G_N_ELEMENTS (options); i++) {
    g_autofree char *error = NULL;
    int status = fixture_seremotion (
        NULL, &error, "train --corpus crema-d --data '%s' --output m.safetensors %s", corpus, options[i]);

    if (status != 2 || count_lines (error) != 1)
      g_error ("%s gave status %d and: %s", options[i], status, error);
  }
}

static void
assert_output_refused (const char *command, const char *output, const char *manifest)
{
  g_autofree char *error = NULL;
  int status = fixture_seremotion (NULL, &error, "%s '%s' --manifest '%s'", command, output, manifest);

  if (status != 2 || count_lines (error) != 1 || !strstr (error, *output ? output : "''"))
    g_error ("`%s '%s'` gave status %d and: %s", command, output, status, error);
}

/* Outputs that cannot be written, or would overwrite what is read, are refused before anything is decoded. */
static void
test_outputs (void)
{
  static const char *const commands[] = { "train --output", "evaluate --json", "evaluate --csv",
    "evaluate --json e --csv" };
  g_autofree char *folder = fixture_folder (), *manifest = fixture_path (folder, "m.csv"),
                  *fifo = fixture_path (folder, "f"), *missing = fixture_path (folder, "none/m"),
                  *history = fixture_path (folder, "h.history.csv"), *model = fixture_path (folder, "h"),
                  *again = fixture_path (folder, "./m.csv"), *error = NULL;
  const char *outputs[] = { "", "/dev/null", folder, fifo, missing, manifest, again };

  fixture_write (folder, "m.csv", "path,emotion,speaker\nnowhere.wav,calm,a\n");
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    for (guint j = 0; j < G_N_ELEMENTS (outputs); j++)
      assert_output_refused (commands[i], outputs[j], manifest);
  assert_output_refused ("evaluate --json e --csv", "e", manifest);
  g_assert_cmpint (mkfifo (history, 0600), ==, 0);
  assert_output_refused ("train --output", model, manifest);
  g_assert_cmpint (
      fixture_seremotion (NULL, &error,
          "import '%s' --arch linear --features 'mfcc(norm=none) mean' --labels a,b --output '%s'", manifest, again),
      ==, 2);
}

/* A training without a clip to read says so of each, a FIFO too, and leaves the history of the model before it. */
static void
test_history_kept (void)
{
  g_autofree char *folder = fixture_folder (), *manifest = fixture_path (folder, "m.csv"),
                  *fifo = fixture_path (folder, "f"), *model = fixture_path (folder, "m"),
                  *history = fixture_path (folder, "m.history.csv"), *error = NULL, *text = NULL;

  fixture_write (
      folder, "m.csv", "path,emotion,speaker,split\nf,calm,a,train\nnowhere.wav,joy,b,train\nempty.wav,,b,train\n");
  fixture_write (folder, "m.history.csv", "of the model before");
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_assert_cmpint (fixture_seremotion (NULL, &error, "train --output '%s' --manifest '%s'", model, manifest), ==, 1);
  fixture_assert_has (error, "left out: f: ");
  fixture_assert_has (error, "not a regular file");
  fixture_assert_has (error, "left out: nowhere.wav: ");
  fixture_assert_has (error, "line 4: the emotion is missing");
  g_assert_true (g_file_get_contents (history, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "of the model before");
}

/* Runs `$SEREMOTION_PROGRAM` as the shell command says; gives what it wrote on standard error. */
static char *
run_shell (const char *command, int expected)
{
  const char *argv[] = { "sh", "-c", command, NULL };
  GError *fault = NULL;
  char *error;
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &error,
      &status, &fault);
  g_assert_no_error (fault);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, expected);
  return error;
}

/* What is lost on a full disk is not lost in silence; the history is named once. */
static void
test_full_disk (void)
{
  g_autofree char *folder = fixture_folder (), *model = fixture_path (folder, "m"), *error = NULL, *printed = NULL;
  g_autofree char *command = g_strdup_printf ("ulimit -f 0; trap '' XFSZ; exec \"$SEREMOTION_PROGRAM\" train --corpus "
                                              "crema-d --data '%s' " QUICK "--epochs 2 --output '%s'",
      corpus, model);
  const char *warning;

  error = run_shell (command, 1);
  fixture_assert_has (error, "m.history.csv: ");
  warning = strstr (error, "the history is not complete");
  g_assert_nonnull (warning);
  g_assert_null (strstr (warning + 1, "the history is not complete"));
  printed = run_shell ("exec \"$SEREMOTION_PROGRAM\" --version > /dev/full", 1);
  fixture_assert_has (printed, "standard output");
}

static void
test_failures (void)
{
  static const char *const lines[] = { "inspect no-such-file",
    "train --corpus crema-d --data no-such-folder --output m", "train --manifest no-such-file --output m",
    "evaluate --model no-such-file --manifest no-such-file", "gate --manifest no-such-file",
    "gate --gate no-such-file --manifest x",
    "import no-such-file --arch linear --features 'mfcc(norm=none) mean' --labels a,b --output m" };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autofree char *error = NULL;
    int status = fixture_seremotion (NULL, &error, "%s", lines[i]);

    if (status != 1 || count_lines (error) != 1)
      g_error ("`seremotion %s` gave status %d and: %s", lines[i], status, error);
    fixture_assert_has (error, "no-such-f");
  }
}

/* A file without an end is refused, not read. */
static void
test_endless (void)
{
  static const char *const lines[] = { "inspect /dev/zero",
    "import /dev/zero --arch linear --features 'mfcc(norm=none) mean' --labels a,b --output m" };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autofree char *error = NULL;

    g_assert_cmpint (fixture_seremotion (NULL, &error, "%s", lines[i]), ==, 1);
    fixture_assert_has (error, "/dev/zero: not a regular file");
  }
}

static void
test_help (void)
{
  static const char *const lines[] = { "--help", "train --help", "evaluate --help", "gate --help", "inspect --help",
    "import --help" };
  g_autofree char *version = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autofree char *text = NULL;
    g_assert_cmpint (fixture_seremotion (&text, NULL, "%s", lines[i]), ==, 0);
    fixture_assert_has (text, "Usage:");
  }
  g_assert_cmpint (fixture_seremotion (&version, NULL, "--version"), ==, 0);
  g_assert_true (g_str_has_prefix (version, "seremotion "));
}

int
main (int argc, char **argv)
{
  int status;

  fixture_init (&argc, &argv);
  corpus = fixture_folder ();
  fixture_write_crema_d (corpus);
  g_test_add_func ("/tools/program/life-of-a-model", test_life_of_a_model);
  g_test_add_func ("/tools/program/same-seed", test_same_seed);
  g_test_add_func ("/tools/program/overlap", test_overlap);
  g_test_add_func ("/tools/program/bad-clips", test_bad_clips);
  g_test_add_func ("/tools/program/evaluate-all", test_evaluate_all);
  g_test_add_func ("/tools/program/manifest", test_manifest);
  g_test_add_func ("/tools/program/shared-cache", test_shared_cache);
  g_test_add_func ("/tools/program/interrupt", test_interrupt);
  g_test_add_func ("/tools/program/usage", test_usage);
  g_test_add_func ("/tools/program/faulty-values", test_faulty_values);
  g_test_add_func ("/tools/program/outputs", test_outputs);
  g_test_add_func ("/tools/program/history-kept", test_history_kept);
  g_test_add_func ("/tools/program/full-disk", test_full_disk);
  g_test_add_func ("/tools/program/failures", test_failures);
  g_test_add_func ("/tools/program/endless", test_endless);
  g_test_add_func ("/tools/program/help", test_help);
  status = fixture_run ();
  g_free (corpus);
  return status;
}
