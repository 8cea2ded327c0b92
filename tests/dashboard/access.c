/* access.c - tests of who may ask
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "access.h"

#include <sys/stat.h>
#include <string.h>

#include "exchange.h"
#include "fixture.h"
#include "ser.h"

#define API "/api/v1/models"
#define SESSION "/api/v1/session"
#define TOKEN "0123456789abcdef0123456789ABCDEF-._~"

static SerAccess *guard;

/* 204 stands for all that a server has to say. */
static gboolean
answer (const SerRequest *request)
{
  if (!ser_access_check (guard, request))
    return TRUE;
  if (g_strcmp0 (request->parts[0], "session") == 0)
    ser_access_answer_session (guard, request);
  else
    soup_server_message_set_status (request->message, SOUP_STATUS_NO_CONTENT, NULL);
  return TRUE;
}

static void
guard_with (const char *token, gboolean tls)
{
  ser_access_free (guard);
  guard = ser_access_new (token, tls);
}

static guint
get_status (const char *method, const char *path, const char *header, const char *value)
{
  g_auto (Answer) answer = exchange_ask (method, path, NULL, header, value, NULL);

  if (answer.status != 204)
    answer_assert_problem (&answer, answer.status, "\"detail\"");
  return answer.status;
}

/* ---- hosts and origins ---- */

static void
test_host (void)
{
  static const char *const own[] = { "localhost", "LocalHost:8080", "127.0.0.1:1", "127.9.9.9", "[::1]:8080", "[::1]" };
  static const char *const foreign[] = { "evil.example", "localhost.evil.example:80", "127.0.0.1.evil.example",
    "192.168.1.1", "[fe80::1]:80", ":80", "localhost@evil.example", "local host" };

  guard_with (NULL, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (own); i++)
    g_assert_cmpuint (get_status ("GET", API, "Host", own[i]), ==, 204);
  for (guint i = 0; i < G_N_ELEMENTS (foreign); i++) {
    g_assert_cmpuint (get_status ("GET", API, "Host", foreign[i]), ==, 421);
    g_assert_cmpuint (get_status ("GET", "/", "Host", foreign[i]), ==, 421);
  }
  /* A server with a token may be called anything, as only who knows the token learns anything. */
  guard_with (TOKEN, FALSE);
  g_assert_cmpuint (get_status ("GET", API, "Host", "speech.example"), ==, 401);
  g_assert_cmpuint (get_status ("GET", "/", "Host", "speech.example"), ==, 204);
}

static void
test_origin (void)
{
  g_autofree char *own = g_strconcat ("http://", exchange_get_host (), NULL);
  g_autofree char *over_tls = g_strconcat ("https://", exchange_get_host (), NULL);
  g_autofree char *longer = g_strconcat (own, ".evil.example", NULL);
  const char *const foreign[] = { "http://evil.example", "null", over_tls, longer, "http://127.0.0.1", "" };

  guard_with (NULL, FALSE);
  g_assert_cmpuint (get_status ("POST", API, "Origin", own), ==, 204);
  for (guint i = 0; i < G_N_ELEMENTS (foreign); i++) {
    g_assert_cmpuint (get_status ("POST", API, "Origin", foreign[i]), ==, 403);
    g_assert_cmpuint (get_status ("GET", "/api/v1/health", "Origin", foreign[i]), ==, 403);
  }
  guard_with (NULL, TRUE);
  g_assert_cmpuint (get_status ("POST", API, "Origin", over_tls), ==, 204);
  g_assert_cmpuint (get_status ("POST", API, "Origin", own), ==, 403);
}

/* A link elsewhere leads to a page, a form elsewhere to nothing. */
static void
test_site (void)
{
  static const char *const foreign[] = { "cross-site", "same-site", "SAME-ORIGIN", "?" };

  guard_with (NULL, FALSE);
  g_assert_cmpuint (get_status ("POST", API, "Sec-Fetch-Site", "same-origin"), ==, 204);
  g_assert_cmpuint (get_status ("GET", API, "Sec-Fetch-Site", "none"), ==, 204);
  for (guint i = 0; i < G_N_ELEMENTS (foreign); i++) {
    g_assert_cmpuint (get_status ("GET", API, "Sec-Fetch-Site", foreign[i]), ==, 403);
    g_assert_cmpuint (get_status ("POST", "/", "Sec-Fetch-Site", foreign[i]), ==, 403);
    g_assert_cmpuint (get_status ("GET", "/models", "Sec-Fetch-Site", foreign[i]), ==, 204);
  }
}

/* ---- the token ---- */

static void
test_token (void)
{
  static const char *const right[][2] = { { "Authorization", "Bearer " TOKEN }, { "Authorization", "bearer  " TOKEN },
    { "Cookie", "seremotion-token=" TOKEN }, { "Cookie", "a=b; seremotion-token=" TOKEN "; c=d" } };
  static const char *const wrong[][2] = { { "Authorization", "Bearer " TOKEN "x" }, { "Authorization", "Bearer " },
    { "Authorization", "Bearer 0123456789abcdef" }, { "Authorization", TOKEN }, { "Authorization", "Basic " TOKEN },
    { "Cookie", "xseremotion-token=" TOKEN }, { "Cookie", "seremotion-token=" }, { "Cookie", TOKEN } };

  guard_with (TOKEN, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (right); i++)
    g_assert_cmpuint (get_status ("GET", API, right[i][0], right[i][1]), ==, 204);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_cmpuint (get_status ("DELETE", API, wrong[i][0], wrong[i][1]), ==, 401);
}

static void
test_near_tokens (void)
{
  guard_with (TOKEN, FALSE);
  for (guint i = 0; i < 2 * strlen (TOKEN); i++) {
    g_autofree char *near = g_strdup ("Bearer " TOKEN);

    near[strlen ("Bearer ") + i / 2] = i % 2 ? 'x' : 'y';
    g_assert_cmpuint (get_status ("GET", API, "Authorization", near), ==, 401);
  }
}

static void
test_public (void)
{
  g_auto (Answer) refused = { 0 };

  guard_with (TOKEN, FALSE);
  refused = exchange_ask ("GET", API, NULL, NULL);
  answer_assert_problem (&refused, 401, "wants its token");
  g_assert_cmpstr (answer_get (&refused, "WWW-Authenticate"), ==, "Bearer");
  g_assert_cmpuint (get_status ("GET", "/", NULL, NULL), ==, 204);
  g_assert_cmpuint (get_status ("GET", "/recordings/1", NULL, NULL), ==, 204);
  g_assert_cmpuint (get_status ("GET", "/api/v1/health", NULL, NULL), ==, 204);
  g_assert_cmpuint (get_status ("GET", "/api/v1/healthy", NULL, NULL), ==, 401);
  g_assert_cmpuint (get_status ("GET", "/api/v1/about", NULL, NULL), ==, 401);
}

/* ---- sessions ---- */

/* What a browser sends back of the cookie that it was given; free with g_free(). */
static char *
sign_in (const char *attributes)
{
  g_auto (Answer) answer = exchange_ask ("POST", SESSION, "{\"token\": \"" TOKEN "\"}", NULL);
  const char *cookie = answer_get (&answer, "Set-Cookie"), *end = strchr (cookie, ';');

  g_assert_cmpuint (answer.status, ==, 204);
  g_assert_nonnull (end);
  g_assert_cmpstr (end, ==, attributes);
  return g_strndup (cookie, end - cookie);
}

static void
test_sign_in (void)
{
  g_autofree char *cookie = NULL, *over_tls = NULL;

  guard_with (TOKEN, TRUE);
  over_tls = sign_in ("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict; Secure");
  guard_with (TOKEN, FALSE);
  cookie = sign_in ("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict");
  g_assert_cmpstr (cookie, ==, over_tls);
  g_assert_cmpuint (get_status ("GET", API, "Cookie", cookie), ==, 204);
}

static void
test_sign_in_refused (void)
{
  static const struct {
    const char *body, *detail;
    guint status;
  } bodies[] = { { "{\"token\": \"" TOKEN "0\"}", "is not this server's", 403 }, { "{\"token\": 5}", "expected", 400 },
    { "{}", "expected", 400 }, { "[]", "the request", 400 }, { TOKEN, "the request", 400 } };

  guard_with (TOKEN, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++) {
    g_auto (Answer) answer = exchange_ask ("POST", SESSION, bodies[i].body, NULL);

    answer_assert_problem (&answer, bodies[i].status, bodies[i].detail);
    g_assert_cmpstr (answer_get (&answer, "Set-Cookie"), ==, "");
  }
}

static void
test_sign_out (void)
{
  g_auto (Answer) out = { 0 }, get = { 0 };

  guard_with (TOKEN, FALSE);
  out = exchange_ask ("DELETE", SESSION, NULL, NULL);
  g_assert_cmpuint (out.status, ==, 204);
  g_assert_true (g_str_has_prefix (answer_get (&out, "Set-Cookie"), "seremotion-token=; Path=/; Max-Age=0;"));
  get = exchange_ask ("GET", SESSION, NULL, NULL);
  answer_assert_problem (&get, 405, "POST, DELETE");
}

/* ---- the token's file ---- */

static void
test_file (void)
{
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "token"), *own = NULL;
  g_autofree char *made = ser_access_load_token (path, NULL), *again = ser_access_load_token (path, NULL);
  struct stat status;

  g_assert_cmpint (stat (path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
  g_assert_cmpuint (strlen (made), ==, 64);
  g_assert_cmpuint (strspn (made, "0123456789abcdef"), ==, 64);
  g_assert_cmpstr (made, ==, again);
  fixture_write (folder, "token", TOKEN " \r\nwhat it is for\n");
  own = ser_access_load_token (path, NULL);
  g_assert_cmpstr (own, ==, TOKEN);
}

static void
assert_no_token (const char *path, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ser_access_load_token (path, &error));
  g_assert_error (error, SER_ERROR, code);
  fixture_assert_has (error->message, path);
}

static void
test_file_refused (void)
{
  static const char *const texts[] = { "", "\n0123456789abcdef0123456789abcdef\n", "0123456789abcdef0123456789abcde",
    "0123456789abcdef 0123456789abcdef", "0123456789abcdef0123456789abcdef;",
    "0123456789abcdef0123456789abcdef\xc3\xa4" };
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "token");
  g_autofree char *nowhere = fixture_path (folder, "none/token");

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    fixture_write (folder, "token", texts[i]);
    assert_no_token (path, SER_ERROR_DATA);
  }
  assert_no_token (nowhere, SER_ERROR_FILE);
  assert_no_token (folder, SER_ERROR_FILE);
}

int
main (int argc, char **argv)
{
  int status;

  fixture_init (&argc, &argv);
  exchange_start (answer);
  g_test_add_func ("/dashboard/access/host", test_host);
  g_test_add_func ("/dashboard/access/origin", test_origin);
  g_test_add_func ("/dashboard/access/site", test_site);
  g_test_add_func ("/dashboard/access/token", test_token);
  g_test_add_func ("/dashboard/access/near-tokens", test_near_tokens);
  g_test_add_func ("/dashboard/access/public", test_public);
  g_test_add_func ("/dashboard/access/sign-in", test_sign_in);
  g_test_add_func ("/dashboard/access/sign-in-refused", test_sign_in_refused);
  g_test_add_func ("/dashboard/access/sign-out", test_sign_out);
  g_test_add_func ("/dashboard/access/file", test_file);
  g_test_add_func ("/dashboard/access/file-refused", test_file_refused);
  status = fixture_run ();
  exchange_stop ();
  ser_access_free (guard);
  return status;
}
