/* presets.c - tests of the presets: each learns 32 clips by heart, and its file runs in the program and in the element
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "presets.h"

#include <string.h>

#include <gst/gst.h>
#include <json-glib/json-glib.h>

#include "fixture.h"
#include "sources.h"

#define CLIPS 32

static char *folder;

/* Each clip of a speaker of its own; the labels take turns. */
static void
write_clips (void)
{
  g_autoptr (GString) rows = g_string_new ("path,emotion,speaker\n");

  folder = fixture_folder ();
  for (guint i = 0; i < CLIPS; i++) {
    g_autofree char *name = g_strdup_printf ("%02u.wav", i);

    fixture_write_voice (folder, name, i % SER_N_EMOTIONS, i / SER_N_EMOTIONS, 1.1);
    g_string_append_printf (rows, "%s,%s,s%u\n", name, ser_emotions[i % SER_N_EMOTIONS], i);
  }
  fixture_write (folder, "m.csv", rows->str);
}

/* The model's accuracy on all clips. */
static double
evaluate (const char *model)
{
  g_autofree char *json = g_build_filename (folder, "e.json", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *figures;

  g_assert_cmpint (
      fixture_seremotion (NULL, NULL, "evaluate --model '%s' --manifest '%s/m.csv' --json '%s'", model, folder, json),
      ==, 0);
  g_assert_true (json_parser_load_from_file (parser, json, NULL));
  figures = json_node_get_object (json_parser_get_root (parser));
  g_assert_cmpint (json_object_get_int_member (figures, "clips"), ==, CLIPS);
  return json_object_get_double_member (figures, "accuracy");
}

/* The emotion that the element gives the first clip of an emotion. */
static char *
ask_element (const char *model, guint emotion)
{
  g_autofree char *line = g_strdup_printf ("filesrc location=%s/%02u.wav ! wavparse ! audioconvert ! "
                                           "seremotion model=%s gate=false ! fakesink",
      folder, emotion, model);
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (line, &error);
  char *answer = NULL;
  GstMessage *message;
  GstBus *bus;

  g_assert_no_error (error);
  bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while ((message = gst_bus_timed_pop_filtered (
              bus, 20 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_ELEMENT))) {
    GstMessageType type = GST_MESSAGE_TYPE (message);

    if (type == GST_MESSAGE_ELEMENT && !answer)
      answer = g_strdup (gst_structure_get_string (gst_message_get_structure (message), "emotion"));
    gst_message_unref (message);
    if (type != GST_MESSAGE_ELEMENT)
      break;
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
  return answer;
}

/* Augmentation and smoothed targets are off: they are there to keep a network from learning by heart. */
static void
test_overfit (gconstpointer data)
{
  const char *preset = data;
  gboolean quick = g_getenv ("SEREMOTION_TEST_QUICK") != NULL;
  g_autofree char *model = g_strdup_printf ("%s/%s.safetensors", folder, preset), *shown = NULL;
  double accuracy;

  g_assert_cmpint (fixture_seremotion (NULL, NULL,
                       "train --manifest '%s/m.csv' --preset %s --epochs %u --lr 3e-3 --batch 8 --threads 1 "
                       "--label-smoothing 0 --votes 0 --augment '' --output '%s'",
                       folder, preset, quick ? 1 : 20, model),
      ==, 0);
  g_assert_cmpint (fixture_seremotion (&shown, NULL, "inspect '%s'", model), ==, 0);
  g_assert_nonnull (strstr (shown, "self-check: ok"));
  accuracy = evaluate (model);
  g_test_message ("accuracy %.3f", accuracy);
  if (quick)
    return;
  g_assert_cmpfloat (accuracy, ==, 1);
  for (guint emotion = 0; emotion < SER_N_EMOTIONS; emotion++) {
    g_autofree char *answer = ask_element (model, emotion);
    g_assert_cmpstr (answer, ==, ser_emotions[emotion]);
  }
}

/* The names that the help lists are those that there are. */
static void
test_names (void)
{
  g_auto (GStrv) names = g_strsplit (SER_PRESET_NAMES, " ", -1);

  for (guint i = 0; names[i]; i++)
    g_assert_nonnull (ser_preset_find (names[i]));
  g_assert_null (ser_preset_find ("report"));
  g_assert_null (ser_preset_find (""));
}

int
main (int argc, char **argv)
{
  g_auto (GStrv) names = g_strsplit (SER_PRESET_NAMES, " ", -1);

  fixture_init (&argc, &argv);
  gst_init (NULL, NULL);
  write_clips ();
  g_test_add_func ("/tools/presets/names", test_names);
  for (guint i = 0; names[i]; i++) {
    g_autofree char *path = g_strdup_printf ("/tools/presets/overfit/%s", names[i]);
    g_test_add_data_func (path, names[i], test_overfit);
  }
  return fixture_run ();
}
