/* compare-program.c - tests of seremotion compare as it is run, with all outputs recomputed
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * compare-check.py computes shares, differences and tests from what `seremotion analyze` writes, with pandas and SciPy.
 */

#include <math.h>
#include <string.h>

#include "comparison.h"
#include "fixture.h"
#include "model/model.h"
#include "python.h"
#include "synthetic.h"

/* Tones and noise that the model takes for different things; `take` varies order and length. */
static void
write_speech (const char *folder, const char *name, guint take)
{
  gsize n = 16000 * (9 + take % 4);
  g_autofree gint16 *samples = fixture_noise (take, n);

  for (gsize i = 0; i < n; i++) {
    guint second = i / 16000, tone = (second / 3 + take) % 4;
    double f = 110 * (1 + tone) * (1 + 0.03 * take), level = 1500 + 2500 * ((second + take) % 3);
    double t = i / 16000.0;

    samples[i] = samples[i] / (4 + 20 * tone)
        + level * (sin (2 * G_PI * f * t) + 0.5 * sin (4 * G_PI * f * t))
            * (0.6 + 0.4 * sin (2 * G_PI * (2 + tone) * t));
  }
  fixture_write_wav (folder, name, 16000, 1, samples, n);
}

/* The built-in model with a confusion matrix and groups. */
static void
write_model (const char *path)
{
  GError *error = NULL;
  SerModel *original = ser_model_new_default (&error), *model;
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_no_error (error);
  g_assert_true (ser_model_save (original, path, FALSE, &error));
  ser_model_unref (original);
  model = ser_model_load (path, &error);
  g_assert_no_error (error);
  for (guint r = 0; r < SYNTHETIC_LABELS; r++)
    for (guint c = 0; c < SYNTHETIC_LABELS; c++)
      g_string_append_printf (text, "%s%u", c ? "," : r ? ";" : "", r == c ? 600u : 80u);
  ser_model_set_metadata (model, SER_CONFUSION_KEY, text->str);
  ser_model_set_metadata (model, SER_GROUPS_KEY, SYNTHETIC_GROUPS);
  g_assert_true (ser_model_save (model, path, FALSE, &error));
  ser_model_unref (model);
}

/* Nine speeches of two speakers, one of a third, and one that is missing. */
static char *
write_manifest (void)
{
  char *folder = fixture_folder ();
  g_autofree char *model = fixture_path (folder, "m.safetensors");
  g_autoptr (GString) text = g_string_new ("path,speaker,date,sex,title\n");

  for (guint i = 0; i < 10; i++) {
    g_autofree char *name = g_strdup_printf ("speech #%u & \xc3\xbc.wav", i);

    write_speech (folder, name, i);
    g_string_append_printf (text, "%s,%s,20%02u-%02u-01,%s,<b>%u</b>\n", name,
        i == 9      ? "Carla"
            : i % 2 ? "\"Ann & <i>Co</i>, \"\"A\"\"\""
                    : "Bob",
        20 - i, 1 + i, i % 2 ? "f" : "m", i);
  }
  g_string_append (text, "no such file.wav,Bob,,m,\n");
  fixture_write (folder, "m.csv", text->str);
  write_model (model);
  return folder;
}

/* Runs it twice: the same again, to the byte. */
static void
test_program (void)
{
  static const char *const outputs[] = { "r.csv", "r.json", "r.html" };
  g_autofree char *folder = write_manifest (), *table = NULL, *again = NULL, *error = NULL;
  g_autofree char *inside = g_strdup_printf ("--no-gate --model '%s/m.safetensors'", folder);
  const char *const arguments[] = { folder, NULL };

  g_assert_cmpint (fixture_seremotion (&table, &error,
                       "compare '%s/m.csv' %s --csv '%s/r.csv' --json '%s/r.json' --html '%s/r.html'", folder, inside,
                       folder, folder, folder),
      ==, 1);
  fixture_assert_has (error, "no such file.wav");
  fixture_assert_has (error, "1 of 11 recordings were left out");
  g_assert_cmpint (
      fixture_seremotion (&again, NULL,
          "compare '%s/m.csv' %s --jobs 3 --csv '%s/again.csv' --json '%s/again.json' --html '%s/again.html'", folder,
          inside, folder, folder, folder),
      ==, 1);
  g_assert_cmpstr (table, ==, again);
  for (guint i = 0; i < G_N_ELEMENTS (outputs); i++) {
    g_autofree char *first = fixture_path (folder, outputs[i]), *a = NULL, *b = NULL;
    g_autofree char *name = g_strconcat ("again", strchr (outputs[i], '.'), NULL),
                    *second = fixture_path (folder, name);

    g_assert_true (g_file_get_contents (first, &a, NULL, NULL) && g_file_get_contents (second, &b, NULL, NULL));
    g_assert_true (strcmp (a, b) == 0);
  }
  g_assert_cmpint (
      fixture_seremotion (NULL, NULL, "analyze '%s' --format csv %s --output '%s/csv'", folder, inside, folder), ==, 0);
  run_python ("compare-check.py", arguments);
}

/* The same file by three names and as a document is one speech. */
static void
test_program_copies (void)
{
  g_autofree char *folder = fixture_folder (), *json = fixture_path (folder, "r.json"), *error = NULL, *page = NULL;
  g_autofree char *html = fixture_path (folder, "r.html");
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonArray *recordings;

  write_speech (folder, "a.wav", 1);
  write_speech (folder, "b.wav", 1);
  write_speech (folder, "c.wav", 2);
  g_assert_cmpint (
      fixture_seremotion (NULL, NULL, "analyze '%s/a.wav' --no-gate --format json --output '%s/d'", folder, folder), ==,
      0);
  fixture_write (folder, "m.csv", "path,speaker,title\na.wav,A,One\nb.wav,A,Two\nc.wav,B,Three\nd/a.json,A,Four\n");
  g_assert_cmpint (
      fixture_seremotion (NULL, &error, "compare '%s/m.csv' --no-gate --json '%s' --html '%s'", folder, json, html), ==,
      1);
  fixture_assert_has (error, "b.wav (Two): the same sound as a.wav, which counts once");
  fixture_assert_has (error, "2 of 4 recordings were left out");
  recordings = json_object_get_array_member (fixture_load_json (json, parser), "recordings");
  for (guint i = 0; i < 4; i++) {
    JsonObject *recording = json_array_get_object_element (recordings, i);
    gboolean copy = i == 1 || i == 3;

    g_assert_cmpint (json_object_get_boolean_member (recording, "heard"), ==, !copy);
    g_assert_cmpstr (json_object_get_string_member_with_default (recording, "fault", NULL), ==, copy ? "copy" : NULL);
    g_assert_true (!copy || json_object_get_int_member (recording, "copy_of") == 0);
    g_assert_true (copy || json_object_get_int_member (recording, "speech_windows") > 6);
  }
  g_assert_true (g_file_get_contents (html, &page, NULL, NULL));
  fixture_assert_has (page, "Left out: b.wav (Two): the same sound as a.wav, which counts once");
}

/* A manifest of eight recordings, as media or as their documents; both name place and sex. */
static void
write_manifests (const char *folder)
{
  g_autoptr (GString) media = g_string_new ("path,speaker,sex\n"), documents = g_string_new (media->str);

  for (guint i = 0; i < 8; i++) {
    g_autofree char *name = g_strdup_printf ("speech %u.wav", i);

    write_speech (folder, name, i);
    g_string_append_printf (media, "speech %u.wav,%s,%s\n", i, i % 2 ? "Ann" : "Bob", i % 2 ? "f" : "m");
    g_string_append_printf (documents, "speech %u.json,%s,%s\n", i, i % 2 ? "Ann" : "Bob", i % 2 ? "f" : "m");
  }
  fixture_write (folder, "media.csv", media->str);
  fixture_write (folder, "documents.csv", documents->str);
}

/* Equal but for numbers, which may differ by what four digits leave out, and paths, which are told apart below. */
static void
assert_alike (JsonNode *a, JsonNode *b)
{
  static const char *const told_apart[] = { "manifest", "path", "link", NULL };

  if (JSON_NODE_HOLDS_OBJECT (a)) {
    JsonObject *x = json_node_get_object (a), *y = json_node_get_object (b);
    g_autoptr (GList) names = json_object_get_members (x);

    g_assert_cmpuint (json_object_get_size (x), ==, json_object_get_size (y));
    for (GList *name = names; name; name = name->next)
      if (!g_strv_contains (told_apart, name->data))
        assert_alike (json_object_get_member (x, name->data), json_object_get_member (y, name->data));
  } else if (JSON_NODE_HOLDS_ARRAY (a)) {
    JsonArray *x = json_node_get_array (a), *y = json_node_get_array (b);

    g_assert_cmpuint (json_array_get_length (x), ==, json_array_get_length (y));
    for (guint i = 0; i < json_array_get_length (x); i++)
      assert_alike (json_array_get_element (x, i), json_array_get_element (y, i));
  } else if (JSON_NODE_HOLDS_VALUE (a) && json_node_get_value_type (a) == G_TYPE_DOUBLE)
    g_assert_cmpfloat_with_epsilon (json_node_get_double (a), json_node_get_double (b), 2e-3);
  else
    g_assert_true (json_node_equal (a, b));
}

/* Documents come to what the media do, by the names that the recordings were given. */
static void
test_documents (void)
{
  g_autofree char *folder = fixture_folder (), *media = fixture_path (folder, "media.json"), *page = NULL;
  g_autofree char *documents = fixture_path (folder, "documents.json"), *html = fixture_path (folder, "r.html");
  g_autoptr (JsonParser) first = json_parser_new (), second = json_parser_new ();
  const char *path;

  write_manifests (folder);
  for (guint i = 0; i < 8; i++)
    g_assert_cmpint (fixture_seremotion (NULL, NULL,
                         "analyze '%s/speech %u.wav' --no-gate --format json --as 'talk <%u>.mp4' --output '%s'",
                         folder, i, i, folder),
        ==, 0);
  g_assert_cmpint (
      fixture_seremotion (NULL, NULL, "compare '%s/media.csv' --no-gate --json '%s'", folder, media), ==, 0);
  g_assert_cmpint (
      fixture_seremotion (NULL, NULL, "compare '%s/documents.csv' --json '%s' --html '%s'", folder, documents, html),
      ==, 0);
  fixture_load_json (media, first);
  fixture_load_json (documents, second);
  assert_alike (json_parser_get_root (first), json_parser_get_root (second));
  path = json_object_get_string_member (
      json_array_get_object_element (
          json_object_get_array_member (json_node_get_object (json_parser_get_root (second)), "recordings"), 3),
      "path");
  g_assert_cmpstr (path, ==, "talk <3>.mp4");
  g_assert_true (g_file_get_contents (html, &page, NULL, NULL));
  fixture_assert_has (page, "talk &lt;3&gt;.mp4#t=");
  g_assert_null (strstr (page, "<a href"));
  g_assert_null (strstr (page, "speech 3."));
}

/* Runs it over one document; it fails with these words. */
static void
assert_left_out (const char *folder, const char *options, const char *says)
{
  g_autofree char *error = NULL;

  g_assert_cmpint (fixture_seremotion (NULL, &error, "compare '%s/m.csv' %s", folder, options), ==, 1);
  fixture_assert_has (error, says);
}

static void
test_other_documents (void)
{
  g_autofree char *folder = fixture_folder (), *model = fixture_path (folder, "m.safetensors"), *options = NULL;

  write_speech (folder, "a.wav", 1);
  write_model (model);
  fixture_write (folder, "m.csv", "path,speaker\na.json,A\n");
  assert_left_out (folder, "", "a.json");
  fixture_write (folder, "a.json", "{\"schema\": \"seremotion-comparison-1\"}");
  assert_left_out (folder, "", "a.json: schema `seremotion-comparison-1`: expected seremotion-analysis-1");
  g_assert_cmpint (
      fixture_seremotion (NULL, NULL, "analyze '%s/a.wav' --no-gate --format json --output '%s'", folder, folder), ==,
      0);
  options = g_strdup_printf ("--model '%s'", model);
  assert_left_out (folder, options, "a.json: recording.model_id `");
  assert_left_out (folder, "--interval 2", "a.json: recording: window `3`, interval `1`, smoothing `0`: expected 3, 2");
}

static void
test_usage (void)
{
  g_autofree char *folder = fixture_folder ();
  static const struct {
    const char *options, *error;
    int status;
  } cases[] = {
    { "'%s/missing.csv'", "missing.csv", 1 },
    { "'%s/m.csv' --html '%1$s/m.csv'", "reads or writes this file already", 2 },
    { "'%s/m.csv' --csv '%1$s/a.wav'", "reads or writes this file already", 2 },
    { "'%s/m.csv' --csv '%1$s/o' --json '%1$s/o'", "reads or writes this file already", 2 },
    { "'%s/m.csv' --json '%1$s/no/o'", "its folder does not exist", 2 },
    { "'%s/m.csv' --jobs -1", "--jobs -1", 2 },
    { "'%s/m.csv' --interval 0", "interval", 2 },
    { "'%s/m.csv' extra", "unexpected argument", 2 },
    { "'%s/m.csv'", "none of its recordings can be used", 1 },
    { "'%s/bad.csv'", "bad.csv:2: the column speaker is empty", 1 },
  };

  fixture_write (folder, "m.csv", "path,speaker\na.wav,A\n");
  fixture_write (folder, "bad.csv", "path,speaker\na.wav,\n");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (GStrv) parts = g_strsplit (cases[i].options, "%1$s", -1);
    g_autofree char *joined = g_strjoinv (folder, parts), *error = NULL;
    g_auto (GStrv) whole = g_strsplit (joined, "%s", -1);
    g_autofree char *options = g_strjoinv (folder, whole);

    g_assert_cmpint (fixture_seremotion (NULL, &error, "compare %s", options), ==, cases[i].status);
    fixture_assert_has (error, cases[i].error);
  }
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/tools/compare-program/all", test_program);
  g_test_add_func ("/tools/compare-program/copies", test_program_copies);
  g_test_add_func ("/tools/compare-program/documents", test_documents);
  g_test_add_func ("/tools/compare-program/other-documents", test_other_documents);
  g_test_add_func ("/tools/compare-program/usage", test_usage);
  return fixture_run ();
}
