/* library.c - tests of the API's part "Recordings" and its exports, of jobs that do not run
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "library.h"

#include <string.h>

#include "exchange.h"
#include "exports.h"
#include "fixture.h"
#include "ser.h"

#define RECORDINGS "/api/v1/recordings"

static char *data;
static SerStore *store;
static SerLibrary *library, *shut; /* `shut` takes nothing */
static SerLibrary *asked;
static char *queued, *done; /* IDs of the recordings that there are */

static gboolean
answer (const SerRequest *request)
{
  return ser_library_answer (asked, request);
}

static void
on_change (const SerEntry *entry, double progress, gboolean removed, gpointer user_data)
{
}

static char *
add (const char *title, const char *speaker, SerState state)
{
  g_autoptr (SerEntry) entry = ser_entry_new ("upload", "a.wav", title);

  entry->state = state;
  entry->finished = state == SER_STATE_QUEUED ? 0 : entry->created;
  g_free (entry->labelling.speaker);
  entry->labelling.speaker = g_strdup (speaker);
  g_assert_true (ser_store_add (store, entry, NULL));
  return g_strdup (entry->id);
}

static Answer
ask (const char *method, const char *id, const char *rest, const char *body)
{
  g_autofree char *path = g_strdup_printf (RECORDINGS "/%s%s", id, rest);

  return exchange_ask (method, path, body, NULL);
}

static void
assert_refused (
    const char *method, const char *id, const char *rest, const char *body, guint status, const char *detail)
{
  g_auto (Answer) answer = ask (method, id, rest, body);

  answer_assert_problem (&answer, status, detail);
}

/* ---- the list ---- */

/* The titles that are listed, with commas; free with g_free(). */
static char *
list (const char *query)
{
  g_autofree char *path = g_strconcat (RECORDINGS, query, NULL);
  g_auto (Answer) answer = exchange_ask ("GET", path, NULL, NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonArray *all = json_object_get_array_member (answer_read_json (&answer, parser), "recordings");
  GString *titles = g_string_new (NULL);

  g_assert_cmpuint (answer.status, ==, 200);
  for (guint i = 0; i < json_array_get_length (all); i++)
    g_string_append_printf (titles, "%s%s", i > 0 ? "," : "",
        json_object_get_string_member (json_array_get_object_element (all, i), "title"));
  return g_string_free (titles, FALSE);
}

static void
test_list (void)
{
  static const char *const queries[][2] = { { "?sort=title", "A,B" }, { "?sort=title&order=desc", "B,A" },
    { "?sort=title&limit=1&offset=1", "B" }, { "?search=ada", "B" }, { "?search=nobody", "" }, { "?speaker=Ada", "B" },
    { "?speaker=ada", "" }, { "?state=queued", "A" }, { "?state=&sort=title", "A,B" }, { "?search=%27%22--%25", "" } };

  for (guint i = 0; i < G_N_ELEMENTS (queries); i++) {
    g_autofree char *titles = list (queries[i][0]);

    g_assert_cmpstr (titles, ==, queries[i][1]);
  }
}

static void
test_list_refused (void)
{
  static const char *const queries[] = { "sort=bytes", "order=up", "state=lost", "limit=0", "limit=501", "limit=1x",
    "offset=-1", "offset=4294967296" };

  for (guint i = 0; i < G_N_ELEMENTS (queries); i++) {
    g_autofree char *path = g_strconcat (RECORDINGS "?", queries[i], NULL);
    g_auto (Answer) answer = exchange_ask ("GET", path, NULL, NULL);

    answer_assert_problem (&answer, 400, queries[i]);
  }
}

/* Each word is looked for in each recording, while nobody else is answered. */
static void
test_long_search (void)
{
  g_autofree char *longest = g_strnfill (1200, 'a'), *fits = g_strconcat ("?search=", longest, NULL);
  g_autofree char *path = g_strconcat (RECORDINGS "?search=", longest, "a", NULL), *titles = list (fits);
  g_auto (Answer) answer = exchange_ask ("GET", path, NULL, NULL);

  g_assert_cmpstr (titles, ==, "");
  answer_assert_problem (&answer, 400, "search");
}

/* ---- one ---- */

static void
test_edit (void)
{
  g_auto (Answer) answer = ask ("PATCH", done, "", "{\"place\": \"Bern\", \"date\": \"2024\"}");
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *told = answer_read_json (&answer, parser);
  g_autoptr (SerEntry) entry = ser_store_get (store, done, NULL);

  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_cmpstr (json_object_get_string_member (told, "place"), ==, "Bern");
  g_assert_cmpstr (json_object_get_string_member (told, "title"), ==, "B");
  g_assert_cmpstr (entry->labelling.place, ==, "Bern");
  assert_refused ("PATCH", done, "", "{\"place\": \"Basel\", \"date\": \"yesterday\"}", 400, "date yesterday");
  g_assert_cmpstr (entry->labelling.date, ==, "2024");
}

static void
test_one_refused (void)
{
  assert_refused ("GET", "0123456789abcdef", "", NULL, 404, "there is no recording 0123456789abcdef");
  assert_refused ("GET", "%27%20or%201=1", "", NULL, 404, "there is no recording ' or 1=1");
  assert_refused ("GET", done, "/nothing", NULL, 404, "there is no /api/v1/recordings");
  assert_refused ("PUT", done, "", NULL, 405, "GET, PATCH, DELETE");
  assert_refused ("GET", done, "/cancel", NULL, 405, "POST");
  assert_refused ("POST", done, "/cancel", NULL, 409, "is done");
  assert_refused ("POST", done, "/retry", NULL, 409, "is done");
  assert_refused ("POST", queued, "/retry", NULL, 409, "is queued");
}

static void
test_remove (void)
{
  g_autofree char *id = add ("C", "", SER_STATE_FAILED);
  g_auto (Answer) answer = ask ("DELETE", id, "", NULL);

  g_assert_cmpuint (answer.status, ==, 204);
  assert_refused ("GET", id, "", NULL, 404, "there is no recording");
  assert_refused ("DELETE", id, "", NULL, 404, "there is no recording");
}

/* ---- new ones ---- */

static void
assert_url_refused (const char *body, guint status, const char *detail)
{
  g_auto (Answer) answer = exchange_ask ("POST", RECORDINGS, body, NULL);

  answer_assert_problem (&answer, status, detail);
}

static void
test_url_refused (void)
{
  assert_url_refused ("{}", 400, "expected");
  assert_url_refused ("{\"url\": \"file:///etc/passwd\"}", 400, "http");
  assert_url_refused ("{\"url\": \"http://127.0.0.1/a\"}", 400, "public");
  assert_url_refused ("{\"url\": \"https://example.org/a\", \"sex\": \"?\"}", 400, "sex");
  asked = shut;
  assert_url_refused ("{\"url\": \"https://example.org/a\"}", 403, "there is no bubblewrap");
  asked = library;
}

/* ---- exports ---- */

static void
write_result (const char *suffix, const char *text)
{
  g_autofree char *name = g_strdup_printf ("recordings/%s/results/" SER_RESULTS_STEM "%s", done, suffix);

  fixture_write (data, name, text);
}

static void
test_exports (void)
{
  g_auto (Answer) listed = { 0 }, given = { 0 };
  g_autofree char *text = NULL, *csv = NULL;
  g_autofree char *table = g_strdup_printf (
      "\"name\":\"B.windows.csv\",\"bytes\":null,\"href\":\"/api/v1/tables/windows.csv?ids=%s\"", done);

  write_result (".json", "{}");
  write_result (".windows.csv", "start\n");
  write_result (".secret", "not of a format");
  listed = ask ("GET", done, "/exports", NULL);
  text = answer_dup_text (&listed);
  fixture_assert_has (text, "\"format\":\"json\",\"name\":\"B.json\",\"bytes\":2,");
  fixture_assert_has (text, table);
  g_assert_null (strstr (text, "secret"));
  g_assert_null (strstr (text, ".srt"));
  given = ask ("GET", done, "/exports/medium.windows.csv", NULL);
  csv = answer_dup_text (&given);
  g_assert_cmpstr (csv, ==, "start\n");
  g_assert_cmpstr (answer_get (&given, "Content-Type"), ==, "text/csv");
  fixture_assert_has (answer_get (&given, "Content-Disposition"), "B.windows.csv");
}

static void
test_exports_refused (void)
{
  write_result (".secret", "not of a format");
  assert_refused ("GET", done, "/exports/medium.srt", NULL, 404, "there is no");
  assert_refused ("GET", done, "/exports/medium.secret", NULL, 404, "there is no");
  assert_refused ("GET", done, "/exports/..%5cmedium.json", NULL, 404, "there is no");
  assert_refused ("GET", done, "/exports/a/b", NULL, 404, "there is no");
  assert_refused ("DELETE", done, "/exports", NULL, 405, "GET is");
  assert_refused ("GET", queued, "/exports", NULL, 409, "is queued");
  assert_refused ("GET", queued, "/sound", NULL, 409, "is queued");
}

/* What a title may not make of a file's name on somebody's disk. */
static void
test_download_name (void)
{
  g_auto (Answer) edited = ask ("PATCH", done, "", "{\"title\": \"../a\\\\b:\\\"*?<c>|\"}"), given = { 0 },
                  again = { 0 };

  g_assert_cmpuint (edited.status, ==, 200);
  write_result (".vtt", "WEBVTT\n");
  given = ask ("GET", done, "/exports/medium.vtt", NULL);
  fixture_assert_has (answer_get (&given, "Content-Disposition"), "; filename=\"-.-a-b-----c--.vtt\";");
  again = ask ("PATCH", done, "", "{\"title\": \"B\"}");
  g_assert_cmpuint (again.status, ==, 200);
}

static void
test_formats (void)
{
  g_autofree char *all = ser_exports_make_formats (TRUE), *others = ser_exports_make_formats (FALSE);

  g_assert_cmpstr (all, ==, "html,csv,table,json,jsonl,vtt,srt,textgrid,eaf,audacity,sound");
  g_assert_cmpstr (others, ==, all + strlen ("html,"));
}

int
main (int argc, char **argv)
{
  const SerJobsSettings settings = { .n_children = 1, .max_queued = 100, .max_bytes = 1 << 20, .fetch_seconds = 1 };
  g_autofree char *path = NULL;
  GError *error = NULL;
  SerJobs *jobs;
  int status;

  fixture_init (&argc, &argv);
  data = fixture_folder ();
  path = fixture_path (data, "library.db");
  store = ser_store_open (path, &error);
  g_assert_no_error (error);
  queued = add ("A", "", SER_STATE_QUEUED);
  done = add ("B", "Ada", SER_STATE_DONE);
  jobs = ser_jobs_new (store, data, &settings, on_change, NULL, &error);
  g_assert_no_error (error);
  asked = library = ser_library_new (store, jobs, settings.max_bytes, NULL);
  shut = ser_library_new (store, jobs, settings.max_bytes, "there is no bubblewrap");
  exchange_start (answer);
  g_test_add_func ("/dashboard/library/list", test_list);
  g_test_add_func ("/dashboard/library/list-refused", test_list_refused);
  g_test_add_func ("/dashboard/library/long-search", test_long_search);
  g_test_add_func ("/dashboard/library/edit", test_edit);
  g_test_add_func ("/dashboard/library/one-refused", test_one_refused);
  g_test_add_func ("/dashboard/library/remove", test_remove);
  g_test_add_func ("/dashboard/library/url-refused", test_url_refused);
  g_test_add_func ("/dashboard/library/exports", test_exports);
  g_test_add_func ("/dashboard/library/exports-refused", test_exports_refused);
  g_test_add_func ("/dashboard/library/download-name", test_download_name);
  g_test_add_func ("/dashboard/library/formats", test_formats);
  status = fixture_run ();
  exchange_stop ();
  ser_library_free (shut);
  ser_library_free (library);
  ser_jobs_free (jobs);
  ser_store_close (store);
  g_free (queued);
  g_free (done);
  g_free (data);
  return status;
}
