/* entry-json.c - tests of recordings as the API tells them, and of what people say of them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "entry-json.h"

#include <math.h>
#include <string.h>

#include "fixture.h"
#include "ser.h"

static void
set (char **text, const char *value)
{
  g_free (*text);
  *text = g_strdup (value);
}

/* The object that is told; belongs to `parser`. */
static JsonObject *
tell (const SerEntry *entry, double progress, JsonParser *parser)
{
  g_autofree char *text = ser_entry_to_json (entry, progress);
  GError *error = NULL;

  g_assert_null (strpbrk (text, "\r\n")); /* a line's end would end an event */
  json_parser_load_from_data (parser, text, -1, &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (parser));
}

static void
assert_null (JsonObject *object, const char *member)
{
  g_assert_true (json_object_has_member (object, member));
  g_assert_true (json_object_get_null_member (object, member));
}

/* ---- telling ---- */

static void
test_new (void)
{
  static const char *const unknown[] = { "progress", "error", "finished", "bytes", "duration", "summary", "model",
    "model_id" };
  g_autoptr (SerEntry) entry = ser_entry_new ("upload", "a\nb.wav", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *told;

  entry->created = 1700000000;
  told = tell (entry, NAN, parser);
  g_assert_cmpstr (json_object_get_string_member (told, "id"), ==, entry->id);
  g_assert_cmpstr (json_object_get_string_member (told, "state"), ==, "queued");
  g_assert_cmpstr (json_object_get_string_member (told, "origin"), ==, "a b.wav");
  g_assert_cmpstr (json_object_get_string_member (told, "title"), ==, "a b.wav");
  g_assert_cmpstr (json_object_get_string_member (told, "speaker"), ==, "");
  g_assert_cmpstr (json_object_get_string_member (told, "created"), ==, "2023-11-14T22:13:20Z");
  for (guint i = 0; i < G_N_ELEMENTS (unknown); i++)
    assert_null (told, unknown[i]);
}

static void
test_done (void)
{
  g_autoptr (SerEntry) entry = ser_entry_new ("url", "https://example.org/a", "\"</script>\xe2\x80\xa8\\");
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *told;

  entry->state = SER_STATE_DONE;
  entry->bytes = G_GUINT64_CONSTANT (5000000000);
  entry->duration = 12.5;
  entry->finished = 1700000001;
  set (&entry->summary, "{\"windows\": 3}");
  set (&entry->labelling.sex, "f");
  told = tell (entry, 0.25, parser);
  g_assert_cmpint (json_object_get_int_member (told, "bytes"), ==, G_GINT64_CONSTANT (5000000000));
  g_assert_cmpfloat (json_object_get_double_member (told, "duration"), ==, 12.5);
  g_assert_cmpfloat (json_object_get_double_member (told, "progress"), ==, 0.25);
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (told, "summary"), "windows"), ==, 3);
  g_assert_cmpstr (json_object_get_string_member (told, "title"), ==, entry->labelling.title);
  g_assert_cmpstr (json_object_get_string_member (told, "sex"), ==, "f");
}

/* A disk that lies makes one recording poorer, and breaks no list. */
static void
test_broken_summary (void)
{
  g_autoptr (SerEntry) entry = ser_entry_new ("upload", "a.wav", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();

  set (&entry->summary, "{\"windows\": ");
  assert_null (tell (entry, NAN, parser), "summary");
}

/* ---- reading ---- */

static gboolean
read_text (SerLabelling *labelling, const char *json, GError **error)
{
  g_autoptr (SerJsonFile) file = ser_json_file_parse ("the request", json, strlen (json), error);
  SerJsonValue root;

  g_assert_nonnull (file);
  root = ser_json_file_root (file);
  return ser_labelling_read (labelling, &root, error);
}

static void
test_read (void)
{
  g_autoptr (SerEntry) entry = ser_entry_new ("upload", "a.wav", "Speech");
  SerLabelling *l = &entry->labelling;
  GError *error = NULL;

  g_assert_true (read_text (l, "{\"speaker\": \" Ada \", \"date\": \"2024-02-29\", \"other\": [1]}", &error));
  g_assert_no_error (error);
  g_assert_cmpstr (l->title, ==, "Speech");
  g_assert_cmpstr (l->speaker, ==, "Ada");
  g_assert_cmpstr (l->date, ==, "2024-02-29");
  g_assert_true (
      read_text (l, "{\"title\": \"\\u00c4\", \"speaker\": \"\", \"date\": \"1848\", \"sex\": \"m\"}", &error));
  g_assert_no_error (error);
  g_assert_cmpstr (l->title, ==, "\xc3\x84");
  g_assert_cmpstr (l->speaker, ==, "");
  g_assert_cmpstr (l->date, ==, "1848");
  g_assert_cmpstr (l->sex, ==, "m");
}

static void
assert_refused (const char *member, const char *value)
{
  g_autoptr (SerEntry) entry = ser_entry_new ("upload", "a.wav", "Speech");
  g_autofree char *json = g_strdup_printf ("{\"%s\": %s}", member, value);
  g_autoptr (GError) error = NULL;

  g_assert_false (read_text (&entry->labelling, json, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_DATA);
  fixture_assert_has (error->message, member);
}

static void
test_refusals (void)
{
  g_autofree char *text = g_strnfill (SER_LABEL_LENGTH + 1, 'x'), *quoted = g_strdup_printf ("\"%s\"", text);

  for (guint i = 0; i < SER_N_LABELLING; i++) {
    assert_refused (ser_labelling_names[i], "null");
    assert_refused (ser_labelling_names[i], "7");
    assert_refused (ser_labelling_names[i], "[\"a\"]");
    assert_refused (ser_labelling_names[i], "\"a\\nb\"");
    if (i > 0)
      assert_refused (ser_labelling_names[i], quoted);
  }
  assert_refused ("title", "\" \"");
  assert_refused ("date", "\"2023-02-29\"");
  assert_refused ("date", "\"29.2.2024\"");
  assert_refused ("sex", "\"F\"");
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/dashboard/entry-json/new", test_new);
  g_test_add_func ("/dashboard/entry-json/done", test_done);
  g_test_add_func ("/dashboard/entry-json/broken-summary", test_broken_summary);
  g_test_add_func ("/dashboard/entry-json/read", test_read);
  g_test_add_func ("/dashboard/entry-json/refusals", test_refusals);
  return fixture_run ();
}
