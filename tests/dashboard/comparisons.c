/* comparisons.c - tests of comparisons: a server and its client on loopback, the real program behind them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "comparisons.h"

#include <glib/gstdio.h>
#include <string.h>
#include <utime.h>

#include "fixture.h"
#include "patience.h"
#include "ser.h"

#define NOBODY "0000000000000000"

/* What the program writes of voices, which last longer and longer, and of silence. */
static char *speeches[3], *silence;

/* ---- the server ---- */

typedef struct {
  SoupServer *soup;
  SoupSession *session;
  SerStore *store;
  SerJobs *jobs;
  SerComparisons *comparisons;
  SerChildSetup setup;
  char *folder, *kept; /* of the data, and of the comparisons in it */
  char *uri;
} Server;

static void
on_request (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  Server *server = data;
  SerRequest request;

  g_assert_true (ser_request_init (&request, message, path, query));
  if (!ser_comparisons_answer (server->comparisons, &request))
    ser_respond_problem (&request, SOUP_STATUS_NOT_FOUND, "there is no %s", path);
  ser_request_clear (&request);
}

static void
on_job (const SerEntry *entry, double progress, gboolean removed, gpointer data)
{
}

static void
open_library (Server *server)
{
  const SerJobsSettings settings = { .n_children = 1, .max_queued = 1000 };
  g_autofree char *path = fixture_path (server->folder, "library.db");
  GError *error = NULL;

  server->store = ser_store_open (path, &error);
  g_assert_no_error (error);
  server->jobs = ser_jobs_new (server->store, server->folder, &settings, on_job, NULL, &error);
  g_assert_no_error (error);
}

/* In `folder`; takes it. `program` is NULL for the real one, in the sandbox where there is one. */
static Server *
server_new_in (char *folder, const char *program)
{
  Server *server = g_new0 (Server, 1);
  g_autofree char *reason = NULL;
  GSList *uris;

  server->folder = folder;
  server->kept = fixture_path (folder, "comparisons");
  server->setup.program = g_strdup (program ? program : g_getenv ("SEREMOTION_PROGRAM"));
  if (!program)
    server->setup.bubblewrap = ser_child_find_bubblewrap (server->setup.program, &reason);
  open_library (server);
  server->comparisons = ser_comparisons_new (server->store, server->jobs, &server->setup, folder);
  server->soup = soup_server_new (NULL, NULL);
  soup_server_add_handler (server->soup, NULL, on_request, server, NULL);
  g_assert_true (soup_server_listen_local (server->soup, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  uris = soup_server_get_uris (server->soup);
  server->uri = g_strdup_printf ("http://127.0.0.1:%d" SER_HTTP_API, g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  server->session = soup_session_new_with_options ("proxy-resolver", NULL, "max-conns-per-host", 10, NULL);
  return server;
}

static Server *
server_new (const char *program)
{
  return server_new_in (fixture_folder (), program);
}

static void
server_free (Server *server)
{
  ser_comparisons_free (server->comparisons);
  soup_session_abort (server->session);
  g_object_unref (server->session);
  soup_server_disconnect (server->soup);
  g_object_unref (server->soup);
  ser_jobs_free (server->jobs);
  ser_store_close (server->store);
  g_free (server->setup.program);
  g_free (server->setup.bubblewrap);
  g_free (server->folder);
  g_free (server->kept);
  g_free (server->uri);
  g_free (server);
}

static guint
count_kept (const Server *server)
{
  g_autoptr (GDir) dir = g_dir_open (server->kept, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir))
    n++;
  return n;
}

/* ---- recordings ---- */

/* Adds one; gives its ID, free with g_free(). */
static char *
add (Server *server, SerState state, const char *speaker, const char *document)
{
  g_autoptr (SerEntry) entry = ser_entry_new ("upload", "a.wav", NULL);
  g_autofree char *path = ser_jobs_make_result_path (server->jobs, entry->id, SER_RESULTS_STEM ".json");
  g_autofree char *folder = g_path_get_dirname (path);
  GError *error = NULL;

  entry->state = state;
  g_free (entry->labelling.speaker);
  entry->labelling.speaker = g_strdup (speaker);
  ser_store_add (server->store, entry, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, document, -1, NULL));
  return g_strdup (entry->id);
}

/* A voice that the one before has not. */
static char *
add_done (Server *server, const char *speaker)
{
  static guint n;

  return add (server, SER_STATE_DONE, speaker, speeches[n++ % G_N_ELEMENTS (speeches)]);
}

/* Of so many seconds of a voice, or of none. */
static char *
make_document (guint voice)
{
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "a.json"), *text = NULL;
  g_autofree gint16 *nothing = g_new0 (gint16, 6 * 16000);

  if (voice)
    fixture_write_voice (folder, "a.wav", 1, 1, voice);
  else
    fixture_write_wav (folder, "a.wav", 16000, 1, nothing, 6 * 16000);
  g_assert_cmpint (fixture_seremotion (NULL, NULL, "analyze '%s/a.wav' %s --as a.wav --format json --output '%s'",
                       folder, voice ? "--no-gate" : "", folder),
      ==, 0);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return g_steal_pointer (&text);
}

/* ---- requests ---- */

typedef struct {
  SoupMessage *message;
  GCancellable *cancellable;
  gboolean done;
  guint status; /* 0: cancelled */
  char *text;
  JsonParser *parser; /* where the text is JSON */
} Answer;

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;
  g_autoptr (GBytes) bytes = soup_session_send_and_read_finish (SOUP_SESSION (source), result, NULL);

  if (bytes) {
    answer->status = soup_message_get_status (answer->message);
    answer->text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    json_parser_load_from_data (answer->parser, answer->text, -1, NULL);
  }
  answer->done = TRUE;
}

static Answer *
begin (const Server *server, const char *method, const char *path, const char *type, const char *body)
{
  Answer *answer = g_new0 (Answer, 1);
  g_autofree char *uri = g_strconcat (server->uri, path, NULL);
  g_autoptr (GBytes) bytes = body ? g_bytes_new (body, strlen (body)) : NULL;

  answer->message = soup_message_new (method, uri);
  answer->cancellable = g_cancellable_new ();
  answer->parser = json_parser_new ();
  if (body)
    soup_message_set_request_body_from_bytes (answer->message, type, bytes);
  soup_session_send_and_read_async (
      server->session, answer->message, G_PRIORITY_DEFAULT, answer->cancellable, on_answer, answer);
  return answer;
}

static void
answer_free (Answer *answer)
{
  WAIT_FOR (answer->done);
  g_object_unref (answer->message);
  g_object_unref (answer->cancellable);
  g_object_unref (answer->parser);
  g_free (answer->text);
  g_free (answer);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Answer, answer_free)

static Answer *
begin_comparing (const Server *server, const char *const *ids)
{
  g_autofree char *list = g_strjoinv ("\",\"", (char **) ids);
  g_autofree char *body = g_strdup_printf ("{\"recordings\":[\"%s\"]}", list);

  return begin (server, "POST", "/comparisons", "application/json", body);
}

static Answer *
compare (const Server *server, const char *const *ids)
{
  Answer *answer = begin_comparing (server, ids);

  WAIT_FOR (answer->done);
  return answer;
}

static Answer *
get (const Server *server, const char *path)
{
  Answer *answer = begin (server, "GET", path, NULL, NULL);

  WAIT_FOR (answer->done);
  return answer;
}

static JsonObject *
get_root (const Answer *answer)
{
  return json_node_get_object (json_parser_get_root (answer->parser));
}

static JsonObject *
get_comparison (const Answer *answer)
{
  g_assert_cmpuint (answer->status, ==, SOUP_STATUS_CREATED);
  return json_object_get_object_member (get_root (answer), "comparison");
}

static void
assert_problem (const Answer *answer, guint status, const char *says)
{
  g_test_message ("%u %s", answer->status, answer->text);
  g_assert_cmpuint (answer->status, ==, status);
  fixture_assert_has (json_object_get_string_member (get_root (answer), "detail"), says);
}

/* ---- what is compared ---- */

static guint
count_speeches (const Answer *answer, const char *speaker)
{
  JsonArray *speakers = json_object_get_array_member (get_comparison (answer), "speakers");

  for (guint i = 0; i < json_array_get_length (speakers); i++) {
    JsonObject *one = json_array_get_object_element (speakers, i);
    if (strcmp (json_object_get_string_member (one, "name"), speaker) == 0)
      return json_object_get_int_member (one, "speeches");
  }
  return 0;
}

static void
assert_exports (const Server *server, const Answer *answer)
{
  static const char *const names[] = { "comparison.json", "comparison.csv", "comparison.html" };
  const char *begins[] = { "{", "table,speaker,", "<!DOCTYPE html>" };
  const char *id = json_object_get_string_member (get_root (answer), "id");
  JsonArray *exports = json_object_get_array_member (get_root (answer), "exports");

  g_assert_cmpuint (json_array_get_length (exports), ==, 3);
  for (guint i = 0; i < 3; i++) {
    JsonObject *export = json_array_get_object_element (exports, i);
    g_autofree char *path = g_strdup_printf ("/comparisons/%s/%s", id, names[i]);
    g_autofree char *href = g_strconcat (SER_HTTP_API, path, NULL);
    g_autoptr (Answer) file = get (server, path);

    g_assert_cmpstr (json_object_get_string_member (export, "name"), ==, names[i]);
    g_assert_cmpstr (json_object_get_string_member (export, "href"), ==, href);
    g_assert_cmpuint (file->status, ==, SOUP_STATUS_OK);
    g_assert_true (g_str_has_prefix (file->text, begins[i]));
    g_assert_true (i < 2 || !strstr (file->text, "<b>"));
    g_assert_null (strstr (file->text, server->folder));
    g_assert_nonnull (
        soup_message_headers_get_one (soup_message_get_response_headers (file->message), "Content-Disposition"));
    if (i == 0)
      g_assert_true (json_node_equal (
          json_parser_get_root (file->parser), json_object_get_member (get_root (answer), "comparison")));
  }
}

/* Speakers are told, a recording that is named twice once; nothing is left but what is kept. */
static void
test_compare (void)
{
  Server *server = server_new (NULL);
  g_autofree char *a = add_done (server, "Ann, \"A\""), *b = add_done (server, "Bob <b>"),
                  *c = add_done (server, "=1+1");
  const char *const ids[] = { a, b, c, a, NULL };
  g_autoptr (Answer) answer = compare (server, ids);
  g_autofree char *folder = NULL;
  g_autoptr (GDir) dir = NULL;
  guint n = 0;

  g_assert_cmpuint (count_speeches (answer, "Ann, \"A\""), ==, 1);
  g_assert_cmpuint (count_speeches (answer, "Bob <b>"), ==, 1);
  g_assert_cmpuint (count_speeches (answer, "=1+1"), ==, 1);
  g_assert_cmpuint (
      json_array_get_length (json_object_get_array_member (get_comparison (answer), "recordings")), ==, 3);
  assert_exports (server, answer);
  folder = fixture_path (server->kept, json_object_get_string_member (get_root (answer), "id"));
  dir = g_dir_open (folder, 0, NULL);
  while (g_dir_read_name (dir))
    n++;
  g_assert_cmpuint (n, ==, 3);
  server_free (server);
}

/* What cannot be used is left out, and said; when it is all that there is, that is the answer. */
static void
test_left_out (void)
{
  Server *server = server_new (NULL);
  g_autofree char *a = add_done (server, "Ann"), *silent = add (server, SER_STATE_DONE, "Bob", silence);
  g_autofree char *broken = add (server, SER_STATE_DONE, "Bob", "{}");
  const char *const all[] = { a, silent, broken, NULL }, *const one[] = { silent, NULL };
  g_autoptr (Answer) some = compare (server, all), nothing = compare (server, one);
  JsonArray *failures = json_object_get_array_member (get_comparison (some), "failures");
  JsonArray *recordings = json_object_get_array_member (get_comparison (some), "recordings");

  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (recordings, 1), "path"), ==, "a.wav");
  g_assert_cmpuint (json_array_get_length (failures), ==, 2);
  g_assert_cmpstr (json_array_get_string_element (failures, 0), ==, "a.wav: there is no speech in it");
  fixture_assert_has (json_array_get_string_element (failures, 1), broken);
  g_assert_null (strstr (some->text, server->folder));
  g_assert_cmpuint (count_speeches (some, "Ann"), ==, 1);
  g_assert_cmpuint (count_speeches (some, "Bob"), ==, 0);
  assert_problem (nothing, SOUP_STATUS_CONFLICT, "a.wav: there is no speech in it");
  g_assert_cmpuint (count_kept (server), ==, 1);
  server_free (server);
}

/* Why it was left out, or NULL. */
static const char *
get_fault (const Answer *answer, guint number)
{
  JsonArray *recordings = json_object_get_array_member (get_comparison (answer), "recordings");

  return json_object_get_string_member_with_default (json_array_get_object_element (recordings, number), "fault", NULL);
}

/* One that ends early is compared where that is asked for; one that is there twice counts once in any case. */
static void
test_truncated (void)
{
  Server *server = server_new (NULL);
  g_autoptr (GString) early = g_string_new (speeches[1]);
  g_autofree char *a = add (server, SER_STATE_DONE, "Ann", speeches[0]),
                  *again = add (server, SER_STATE_DONE, "Ann", speeches[0]), *b = NULL;

  g_assert_cmpuint (g_string_replace (early, "\"truncated\":false", "\"truncated\":true", 0), ==, 1);
  b = add (server, SER_STATE_DONE, "Bob", early->str);
  for (guint i = 0; i < 2; i++) {
    g_autofree char *body = g_strdup_printf (
        "{\"recordings\":[\"%s\",\"%s\",\"%s\"],\"allow_truncated\":%s}", a, again, b, i ? "true" : "false");
    g_autoptr (Answer) answer = begin (server, "POST", "/comparisons", "application/json", body);

    WAIT_FOR (answer->done);
    g_assert_cmpuint (count_speeches (answer, "Ann"), ==, 1);
    g_assert_cmpuint (count_speeches (answer, "Bob"), ==, i);
    g_assert_cmpstr (get_fault (answer, 0), ==, NULL);
    g_assert_cmpstr (get_fault (answer, 1), ==, "copy");
    g_assert_cmpstr (get_fault (answer, 2), ==, i ? NULL : "truncated");
  }
  server_free (server);
}

/* ---- what is refused ---- */

static void
test_refused (void)
{
  static const struct {
    const char *body, *says; /* "QUEUED" etc. stand for IDs */
    guint status;
  } cases[] = {
    { "{}", "there is no member `recordings`", 400 },
    { "[]", "expected a JSON object", 400 },
    { "{\"recordings\":[]}", "expected a list that is not empty", 400 },
    { "{\"recordings\":\"DONE\"}", "recordings", 400 },
    { "{\"recordings\":[5]}", "`5`", 400 },
    { "{\"recordings\":[null]}", "recordings", 400 },
    { "{\"recordings\":[\"DONE\",\"" NOBODY "\"]}", "there is no recording " NOBODY, 404 },
    { "{\"recordings\":[\"../../../../etc/passwd\"]}", "there is no recording", 404 },
    { "{\"recordings\":[\"DONE\",\"QUEUED\"]}", "QUEUED is queued: expected recordings that are done", 409 },
    { "{\"recordings\":[\"DONE\"],\"allow_truncated\":1}", "allow_truncated `1`: expected true or false", 400 },
    { "{\"recordings\":[\"DONE\",\"NAMELESS\"]}", "NAMELESS (a.wav) has no speaker", 400 },
  };
  Server *server = server_new (NULL);
  g_autofree char *done = add_done (server, "Ann"), *queued = add (server, SER_STATE_QUEUED, "Ann", speeches[0]);
  g_autofree char *nameless = add_done (server, "");
  const char *const ids[][2] = { { "DONE", done }, { "QUEUED", queued }, { "NAMELESS", nameless } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GString) body = g_string_new (cases[i].body), says = g_string_new (cases[i].says);
    g_autoptr (Answer) answer = NULL;

    for (guint k = 0; k < G_N_ELEMENTS (ids); k++) {
      g_string_replace (body, ids[k][0], ids[k][1], 0);
      g_string_replace (says, ids[k][0], ids[k][1], 0);
    }
    answer = begin (server, "POST", "/comparisons", "application/json", body->str);
    WAIT_FOR (answer->done);
    assert_problem (answer, cases[i].status, says->str);
  }
  g_assert_cmpuint (count_kept (server), ==, 0);
  server_free (server);
}

static void
test_other_requests (void)
{
  static const struct {
    const char *method, *path, *type, *says;
    guint status;
  } cases[] = {
    { "POST", "/comparisons", "text/plain", "expected a JSON object", 415 },
    { "GET", "/comparisons", NULL, "POST is", 405 },
    { "GET", "/comparisons/" NOBODY, NULL, "there is no", 404 },
    { "GET", "/comparisons/" NOBODY "/comparison.json", NULL, "there is no", 404 },
    { "DELETE", "/comparisons/" NOBODY "/comparison.json", NULL, "GET is", 405 },
    { "GET", "/comparisons/" NOBODY "/manifest.csv", NULL, "there is no", 404 },
    { "GET", "/comparisons/anything/comparison.json", NULL, "there is no", 404 },
  };
  Server *server = server_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Answer) answer =
        begin (server, cases[i].method, cases[i].path, cases[i].type, cases[i].type ? "{}" : NULL);

    WAIT_FOR (answer->done);
    assert_problem (answer, cases[i].status, cases[i].says);
  }
  server_free (server);
}

/* More than can be compared, of which none is looked for. */
static void
test_too_many (void)
{
  Server *server = server_new (NULL);
  const char *ids[502] = { NULL };
  g_autoptr (Answer) answer = NULL;

  for (guint i = 0; i < 501; i++)
    ids[i] = NOBODY;
  answer = compare (server, ids);
  assert_problem (answer, SOUP_STATUS_BAD_REQUEST, "500");
  server_free (server);
}

/* ---- several at once ---- */

/* A program that does nothing for long. */
static char *
write_idler (void)
{
  g_autofree char *folder = fixture_folder ();
  char *path = fixture_path (folder, "idler");

  fixture_write (folder, "idler", "#!/bin/sh\nexec sleep 60\n");
  g_assert_cmpint (g_chmod (path, 0700), ==, 0);
  return path;
}

static void
test_at_once (void)
{
  g_autofree char *idler = write_idler ();
  Server *server = server_new (idler);
  g_autofree char *a = add_done (server, "Ann");
  const char *const ids[] = { a, NULL };
  g_autoptr (Answer) first = begin_comparing (server, ids), second = begin_comparing (server, ids), third = NULL;

  WAIT_FOR (count_kept (server) == 2);
  third = compare (server, ids);
  assert_problem (third, SER_STATUS_TOO_MANY_REQUESTS, "2 comparisons are being made");
  g_assert_nonnull (soup_message_headers_get_one (soup_message_get_response_headers (third->message), "Retry-After"));
  g_assert_false (first->done);
  g_assert_false (second->done);
  /* The end of the server ends them, and leaves nothing. */
  ser_comparisons_free (server->comparisons);
  server->comparisons = NULL;
  g_assert_cmpuint (count_kept (server), ==, 0);
  server_free (server);
}

/* One whose client has left goes on to its end, and harms nobody. */
static void
test_client_leaves (void)
{
  Server *server = server_new (NULL);
  g_autofree char *a = add_done (server, "Ann");
  const char *const ids[] = { a, NULL };
  g_autoptr (Answer) gone = begin_comparing (server, ids), answer = NULL;

  WAIT_FOR (count_kept (server) == 1);
  g_cancellable_cancel (gone->cancellable);
  WAIT_FOR (gone->done);
  g_assert_cmpuint (gone->status, ==, 0);
  answer = compare (server, ids);
  g_assert_cmpuint (count_speeches (answer, "Ann"), ==, 1);
  server_free (server);
}

/* ---- what goes wrong here ---- */

static void
test_failures (void)
{
  static const struct {
    const char *program, *says;
  } cases[] = { { "/bin/false", "did not say why" }, { "/bin/true", "left no comparison" },
    { "/nowhere/seremotion", "cannot be run" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Server *server = server_new (cases[i].program);
    g_autofree char *a = add_done (server, "Ann");
    const char *const ids[] = { a, NULL };
    g_autoptr (Answer) answer = compare (server, ids);

    assert_problem (answer, SOUP_STATUS_INTERNAL_SERVER_ERROR, cases[i].says);
    g_assert_cmpuint (count_kept (server), ==, 0);
    server_free (server);
  }
}

/* One that is deleted before the program has seen it. */
static void
test_gone (void)
{
  Server *server = server_new (NULL);
  g_autofree char *gone = add_done (server, "Ann");
  g_autofree char *path = ser_jobs_make_result_path (server->jobs, gone, SER_RESULTS_STEM ".json");
  const char *const ids[] = { gone, NULL };
  g_autoptr (Answer) answer = NULL;

  g_assert_cmpint (g_remove (path), ==, 0);
  answer = compare (server, ids);
  assert_problem (answer, SOUP_STATUS_CONFLICT, "the recordings cannot be compared");
  g_assert_null (strstr (answer->text, server->folder));
  g_assert_cmpuint (count_kept (server), ==, 0);
  server_free (server);
}

/* ---- what is kept ---- */

static char *
write_kept (const char *kept, guint age)
{
  g_autofree char *id = g_strdup_printf ("%016x", age), *folder = fixture_path (kept, id);
  char *path = fixture_path (folder, "comparison.json");
  const struct utimbuf times = { 1000000 - age, 1000000 - age };

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  fixture_write (folder, "comparison.json", "{}");
  g_assert_cmpint (utime (path, &times), ==, 0);
  return path;
}

/* So many of an earlier server's, and not what it did not finish; the oldest makes room. */
static void
test_kept (void)
{
  char *folder = fixture_folder ();
  g_autofree char *kept = fixture_path (folder, "comparisons"), *oldest = NULL, *next = NULL, *stray = NULL;
  g_autofree char *a = NULL, *unfinished = fixture_path (kept, "fedcba9876543210");
  g_autoptr (Answer) answer = NULL;
  Server *server;

  for (guint i = 1; i < SER_COMPARISONS_KEPT - 1; i++)
    g_free (write_kept (kept, i));
  next = write_kept (kept, SER_COMPARISONS_KEPT - 1);
  oldest = write_kept (kept, SER_COMPARISONS_KEPT);
  g_assert_cmpint (g_mkdir (unfinished, 0700), ==, 0);
  stray = fixture_path (kept, "stray");
  fixture_write (kept, "stray", "");
  server = server_new_in (folder, NULL);
  g_assert_cmpuint (count_kept (server), ==, SER_COMPARISONS_KEPT);
  g_assert_false (g_file_test (unfinished, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (stray, G_FILE_TEST_EXISTS));
  a = add_done (server, "Ann");
  answer = compare (server, (const char *const[]){ a, NULL });
  g_assert_cmpuint (answer->status, ==, SOUP_STATUS_CREATED);
  g_assert_cmpuint (count_kept (server), ==, SER_COMPARISONS_KEPT);
  g_assert_false (g_file_test (oldest, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (next, G_FILE_TEST_EXISTS));
  assert_exports (server, answer);
  server_free (server);
}

int
main (int argc, char **argv)
{
  int status;

  fixture_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (speeches); i++)
    speeches[i] = make_document (6 + i);
  silence = make_document (0);
  g_test_add_func ("/dashboard/comparisons/compare", test_compare);
  g_test_add_func ("/dashboard/comparisons/left-out", test_left_out);
  g_test_add_func ("/dashboard/comparisons/truncated", test_truncated);
  g_test_add_func ("/dashboard/comparisons/refused", test_refused);
  g_test_add_func ("/dashboard/comparisons/other-requests", test_other_requests);
  g_test_add_func ("/dashboard/comparisons/too-many", test_too_many);
  g_test_add_func ("/dashboard/comparisons/at-once", test_at_once);
  g_test_add_func ("/dashboard/comparisons/client-leaves", test_client_leaves);
  g_test_add_func ("/dashboard/comparisons/failures", test_failures);
  g_test_add_func ("/dashboard/comparisons/gone", test_gone);
  g_test_add_func ("/dashboard/comparisons/kept", test_kept);
  status = fixture_run ();
  for (guint i = 0; i < G_N_ELEMENTS (speeches); i++)
    g_free (speeches[i]);
  g_free (silence);
  return status;
}
