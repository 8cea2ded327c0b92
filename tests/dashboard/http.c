/* http.c - tests of requests and answers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "http.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exchange.h"
#include "fixture.h"
#include "json.h"
#include "ser.h"

#define ALPHABET "abcdefghijklmnopqrstuvwxyz"

static void (*now) (const SerRequest *request); /* how the test that runs answers */
static const char *file;                        /* that is given */

static gboolean
answer (const SerRequest *request)
{
  now (request);
  return TRUE;
}

static void
assert_body (const Answer *answer, guint status, const char *body)
{
  g_autofree char *text = answer_dup_text (answer);

  g_assert_cmpuint (answer->status, ==, status);
  g_assert_cmpstr (text, ==, body);
}

static void
respond_text (const SerRequest *request, const char *text)
{
  soup_server_message_set_status (request->message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (request->message, "text/plain", SOUP_MEMORY_COPY, text, strlen (text));
}

/* ---- requests ---- */

static void
tell_parts (const SerRequest *request)
{
  g_autofree char *all = g_strjoinv ("|", (char **) request->parts);
  const char *value = ser_request_get_query (request, "q");
  g_autofree char *text = g_strdup_printf ("%u:%s:%s", ser_request_count_parts (request), all, value ? value : "-");

  respond_text (request, text);
}

static void
test_parts (void)
{
  static const char *const paths[][2] = { { "/", "0::-" }, { "/models", "0::-" }, { "/api/v1", "0::-" },
    { "/api/v1/", "0::-" }, { "/api/v10/models", "0::-" }, { "/api/v1/models", "1:models:-" },
    { "/api/v1/a/b%20c/%c3%a4", "3:a|b c|\xc3\xa4:-" }, { "/api/v1/1/2/3/4/5/6", "6:1|2|3|4|5|6:-" },
    { "/api/v1/a?q=x%26y&q2=z", "1:a:x&y" } };
  static const char *const none[] = { "/api/v1/a/", "/api/v1//a", "/api/v1/a//b", "/api/v1/1/2/3/4/5/6/7" };

  now = tell_parts;
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_auto (Answer) answer = exchange_ask ("GET", paths[i][0], NULL, NULL);

    assert_body (&answer, 200, paths[i][1]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (none); i++) {
    g_auto (Answer) answer = exchange_ask ("GET", none[i], NULL, NULL);

    answer_assert_problem (&answer, 404, "nobody answers");
  }
}

static void
tell_json (const SerRequest *request)
{
  g_autoptr (SerJsonFile) body = ser_request_read_json (request);
  SerJsonValue root;

  if (!body)
    return;
  root = ser_json_file_root (body);
  respond_text (request, ser_json_find_text (&root, "x") ?: "-");
}

static void
test_json (void)
{
  g_autofree char *deep = g_strnfill (60000, '[');
  const char *const bad[] = { "", "{", "[]", "5", "{\"x\": 1,}", "{\"x\": \"\xff\"}", "{\"x\": \"a\\u0000b\"}", deep };
  g_auto (Answer) right = { 0 }, charset = { 0 }, text = { 0 };

  now = tell_json;
  right = exchange_ask ("POST", "/", "{\"x\": \"\\u00e4\"}", NULL);
  assert_body (&right, 200, "\xc3\xa4");
  charset = exchange_ask ("POST", "/", "{}", "Content-Type", "application/json; charset=utf-8", NULL);
  assert_body (&charset, 200, "-");
  text = exchange_ask ("POST", "/", "{}", "Content-Type", "text/plain", NULL);
  answer_assert_problem (&text, 415, "of type text/plain");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_auto (Answer) answer = exchange_ask ("POST", "/", bad[i], NULL);

    answer_assert_problem (&answer, 400, "the request");
  }
}

/* ---- problems ---- */

static void
tell_status (const SerRequest *request)
{
  ser_respond_problem (request, (guint) g_ascii_strtoull (request->parts[0], NULL, 10), "\"%s\"\n", request->method);
}

static void
test_problems (void)
{
  static const struct {
    const char *path, *title;
    gint64 status;
  } problems[] = { { "/api/v1/404", "Not Found", 404 }, { "/api/v1/421", "Misdirected Request", 421 },
    { "/api/v1/426", "Upgrade Required", 426 }, { "/api/v1/429", "Too Many Requests", 429 } };

  now = tell_status;
  for (guint i = 0; i < G_N_ELEMENTS (problems); i++) {
    g_auto (Answer) answer = exchange_ask ("PUT", problems[i].path, NULL, NULL);
    g_autoptr (JsonParser) parser = json_parser_new ();
    JsonObject *problem = answer_read_json (&answer, parser);

    answer_assert_problem (&answer, problems[i].status, "PUT");
    g_assert_cmpstr (json_object_get_string_member (problem, "title"), ==, problems[i].title);
    g_assert_cmpint (json_object_get_int_member (problem, "status"), ==, problems[i].status);
    g_assert_cmpstr (json_object_get_string_member (problem, "detail"), ==, "\"PUT\"\n");
  }
}

static void
tell_error (const SerRequest *request)
{
  static const struct {
    const char *name;
    SerError code;
  } errors[] = { { "data", SER_ERROR_DATA }, { "config", SER_ERROR_CONFIG }, { "file", SER_ERROR_FILE } };

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    if (strcmp (errors[i].name, request->parts[0]) == 0)
      ser_respond_error (request, g_error_new (SER_ERROR, errors[i].code, "why: %s", errors[i].name));
}

static void
test_errors (void)
{
  static const struct {
    const char *path, *detail;
    guint status;
  } errors[] = { { "/api/v1/data", "why: data", 400 }, { "/api/v1/config", "why: config", 400 },
    { "/api/v1/file", "why: file", 500 } };

  now = tell_error;
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    g_auto (Answer) answer = exchange_ask ("GET", errors[i].path, NULL, NULL);

    answer_assert_problem (&answer, errors[i].status, errors[i].detail);
  }
}

static void
tell_method (const SerRequest *request)
{
  if (ser_request_is (request, SOUP_METHOD_GET))
    respond_text (request, "got");
  else
    ser_respond_method (request, "GET, PATCH");
}

static void
test_methods (void)
{
  g_auto (Answer) get = { 0 }, head = { 0 }, post = { 0 };

  now = tell_method;
  get = exchange_ask ("GET", "/", NULL, NULL);
  assert_body (&get, 200, "got");
  head = exchange_ask ("HEAD", "/", NULL, NULL);
  assert_body (&head, 200, "");
  g_assert_cmpstr (answer_get (&head, "Content-Length"), ==, "3");
  post = exchange_ask ("POST", "/", NULL, NULL);
  answer_assert_problem (&post, 405, "POST is not for /");
  g_assert_cmpstr (answer_get (&post, "Allow"), ==, "GET, PATCH");
}

/* ---- bytes and files ---- */

static void
give_bytes (const SerRequest *request)
{
  const char *text = request->parts[0] ?: ALPHABET;
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  ser_respond_bytes (request, "text/plain", bytes);
}

static void
test_tags (void)
{
  g_auto (Answer) first = { 0 }, again = { 0 }, other = { 0 };
  g_autofree char *tags = NULL;

  now = give_bytes;
  first = exchange_ask ("GET", "/", NULL, NULL);
  assert_body (&first, 200, ALPHABET);
  g_assert_cmpuint (strlen (answer_get (&first, "ETag")), ==, 34);
  tags = g_strdup_printf ("\"x\", %s", answer_get (&first, "ETag"));
  again = exchange_ask ("GET", "/", NULL, "If-None-Match", tags, NULL);
  assert_body (&again, 304, "");
  other = exchange_ask ("GET", "/api/v1/other", NULL, "If-None-Match", tags, NULL);
  assert_body (&other, 200, "other");
}

static void
give_file (const SerRequest *request)
{
  ser_respond_file (request, "audio/ogg", file, request->parts[0]);
}

static void
test_file (void)
{
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "a");
  g_auto (Answer) whole = { 0 }, head = { 0 }, named = { 0 }, empty = { 0 };

  now = give_file;
  file = path;
  fixture_write (folder, "a", ALPHABET);
  whole = exchange_ask ("GET", "/", NULL, NULL);
  assert_body (&whole, 200, ALPHABET);
  g_assert_cmpstr (answer_get (&whole, "Content-Type"), ==, "audio/ogg");
  g_assert_cmpstr (answer_get (&whole, "Content-Disposition"), ==, "");
  head = exchange_ask ("HEAD", "/", NULL, NULL);
  assert_body (&head, 200, "");
  g_assert_cmpstr (answer_get (&head, "Content-Length"), ==, "26");
  named = exchange_ask ("GET", "/api/v1/t%C3%A4g,%20%22;%0d%0aX:%20y.csv", NULL, NULL);
  assert_body (&named, 200, ALPHABET);
  g_assert_cmpstr (answer_get (&named, "Content-Disposition"), ==,
      "attachment; filename=\"t_g, _;__X: y.csv\"; filename*=UTF-8''t%C3%A4g%2C%20%22%3B%0D%0AX%3A%20y.csv");
  g_assert_cmpstr (answer_get (&named, "X"), ==, "");
  fixture_write (folder, "a", "");
  empty = exchange_ask ("GET", "/", NULL, NULL);
  assert_body (&empty, 200, "");
}

static void
test_ranges (void)
{
  static const struct {
    const char *range, *body, *place;
    guint status;
  } ranges[] = { { "bytes=0-2", "abc", "bytes 0-2/26", 206 }, { "bytes=23-", "xyz", "bytes 23-25/26", 206 },
    { "bytes=-1", "z", "bytes 25-25/26", 206 }, { "bytes=20-90", "uvwxyz", "bytes 20-25/26", 206 },
    { "bytes=0-0,2-2", ALPHABET, "", 200 }, { "lines=1-2", ALPHABET, "", 200 }, { "bytes=a-b", ALPHABET, "", 200 } };
  g_auto (Answer) behind = { 0 };
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "a");

  now = give_file;
  file = path;
  fixture_write (folder, "a", ALPHABET);
  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++) {
    g_auto (Answer) answer = exchange_ask ("GET", "/", NULL, "Range", ranges[i].range, NULL);

    assert_body (&answer, ranges[i].status, ranges[i].body);
    g_assert_cmpstr (answer_get (&answer, "Content-Range"), ==, ranges[i].place);
  }
  behind = exchange_ask ("GET", "/", NULL, "Range", "bytes=26-", NULL);
  answer_assert_problem (&behind, 416, "has 26 bytes");
  g_assert_cmpstr (answer_get (&behind, "Content-Range"), ==, "bytes */26");
}

static void
assert_no_file (const char *path)
{
  g_auto (Answer) answer = { 0 };

  file = path;
  answer = exchange_ask ("GET", "/", NULL, NULL);
  answer_assert_problem (&answer, 404, "there is no /");
}

/* A hostile medium may leave anything among its results. */
static void
test_no_files (void)
{
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "a");
  g_autofree char *link = fixture_path (folder, "link"), *pipe = fixture_path (folder, "pipe");

  now = give_file;
  fixture_write (folder, "a", ALPHABET);
  g_assert_cmpint (symlink (path, link), ==, 0);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  assert_no_file (link);
  assert_no_file (pipe);
  assert_no_file (folder);
  assert_no_file ("/dev/zero");
  assert_no_file ("/nowhere/at/all");
}

int
main (int argc, char **argv)
{
  int status;

  fixture_init (&argc, &argv);
  exchange_start (answer);
  g_test_add_func ("/dashboard/http/parts", test_parts);
  g_test_add_func ("/dashboard/http/json", test_json);
  g_test_add_func ("/dashboard/http/problems", test_problems);
  g_test_add_func ("/dashboard/http/errors", test_errors);
  g_test_add_func ("/dashboard/http/methods", test_methods);
  g_test_add_func ("/dashboard/http/tags", test_tags);
  g_test_add_func ("/dashboard/http/file", test_file);
  g_test_add_func ("/dashboard/http/ranges", test_ranges);
  g_test_add_func ("/dashboard/http/no-files", test_no_files);
  status = fixture_run ();
  exchange_stop ();
  return status;
}
