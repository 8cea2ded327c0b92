/* access.c - who may ask: hosts, origins, the token
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "access.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "model/error.h"
#include "ser.h"

#define COOKIE "seremotion-token"
#define COOKIE_DAYS 30
#define TOKEN_BYTES 32

struct _SerAccess {
  char *token; /* NULL: there is none */
  gboolean tls;
};

SerAccess *
ser_access_new (const char *token, gboolean tls)
{
  SerAccess *access = g_new0 (SerAccess, 1);

  access->token = g_strdup (token);
  access->tls = tls;
  return access;
}

void
ser_access_free (SerAccess *access)
{
  if (!access)
    return;
  g_free (access->token);
  g_free (access);
}

static const char *
get_header (const SerRequest *request, const char *name)
{
  return soup_message_headers_get_one (soup_server_message_get_request_headers (request->message), name);
}

/* ---- hosts ---- */

/* The host of "host:port", with the brackets of an IPv6 address taken off. Free with g_free(). */
static char *
read_host (const char *text)
{
  const char *end;

  if (text[0] == '[')
    return (end = strchr (text, ']')) ? g_strndup (text + 1, end - text - 1) : g_strdup ("");
  end = strchr (text, ':');
  return end ? g_strndup (text, end - text) : g_strdup (text);
}

static gboolean
is_loopback_name (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return address ? g_inet_address_get_is_loopback (address) : g_ascii_strcasecmp (host, "localhost") == 0;
}

static gboolean
check_host (const SerAccess *access, const SerRequest *request)
{
  const char *header = get_header (request, "Host");
  g_autofree char *host = header ? read_host (header) : NULL;

  if (host && *host && (access->token || is_loopback_name (host)))
    return TRUE;
  ser_respond_problem (request, SOUP_STATUS_MISDIRECTED_REQUEST,
      "this server is not %s: it answers at localhost, or with --host and a token at other names", host ? host : "");
  return FALSE;
}

/* ---- origins ---- */

static gboolean
is_own_origin (const SerAccess *access, const SerRequest *request, const char *origin)
{
  const char *scheme = access->tls ? "https://" : "http://";

  return g_str_has_prefix (origin, scheme)
      && g_ascii_strcasecmp (origin + strlen (scheme), get_header (request, "Host")) == 0;
}

static gboolean
is_safe (const SerRequest *request)
{
  return ser_request_is (request, SOUP_METHOD_GET);
}

/* Links from elsewhere lead to pages; nothing from elsewhere leads to the API. */
static gboolean
check_origin (const SerAccess *access, const SerRequest *request)
{
  const char *origin = get_header (request, "Origin"), *site = get_header (request, "Sec-Fetch-Site");
  gboolean page = is_safe (request) && request->parts[0] == NULL;

  if (origin && !is_own_origin (access, request, origin)) {
    ser_respond_problem (request, SOUP_STATUS_FORBIDDEN, "requests of pages of %s are not answered", origin);
    return FALSE;
  }
  if (page || !site || strcmp (site, "same-origin") == 0 || strcmp (site, "none") == 0)
    return TRUE;
  ser_respond_problem (request, SOUP_STATUS_FORBIDDEN, "requests of pages of other sites are not answered");
  return FALSE;
}

/* ---- the token ---- */

/* In a time that tells nothing of how much of it is right. */
static gboolean
is_token (const SerAccess *access, const char *given)
{
  g_autofree char *expected = g_compute_checksum_for_string (G_CHECKSUM_SHA256, access->token, -1);
  g_autofree char *found = g_compute_checksum_for_string (G_CHECKSUM_SHA256, given, -1);
  guint difference = 0;

  for (gsize i = 0; expected[i]; i++)
    difference |= (guchar) expected[i] ^ (guchar) found[i];
  return difference == 0;
}

/* What the client says is the token, or NULL. Free with g_free(). */
static char *
find_token (const SerRequest *request)
{
  const char *authorization = get_header (request, "Authorization");
  const char *header =
      soup_message_headers_get_list (soup_server_message_get_request_headers (request->message), "Cookie");
  g_auto (GStrv) cookies = g_strsplit (header ? header : "", ";", -1);

  if (authorization && g_ascii_strncasecmp (authorization, "Bearer ", strlen ("Bearer ")) == 0)
    return g_strstrip (g_strdup (authorization + strlen ("Bearer ")));
  for (guint i = 0; cookies[i]; i++)
    if (g_str_has_prefix (g_strstrip (cookies[i]), COOKIE "="))
      return g_strdup (cookies[i] + strlen (COOKIE "="));
  return NULL;
}

gboolean
ser_access_is_public (const SerRequest *request)
{
  const char *part = request->parts[0];

  return !part || strcmp (part, "health") == 0 || strcmp (part, "session") == 0;
}

static gboolean
check_token (const SerAccess *access, const SerRequest *request)
{
  g_autofree char *given = access->token && !ser_access_is_public (request) ? find_token (request) : NULL;

  if (!access->token || ser_access_is_public (request) || (given && is_token (access, given)))
    return TRUE;
  soup_message_headers_replace (
      soup_server_message_get_response_headers (request->message), "WWW-Authenticate", "Bearer");
  ser_respond_problem (request, SOUP_STATUS_UNAUTHORIZED,
      given ? "the token is not this server's" : "this server wants its token: sign in, or send it as a bearer token");
  return FALSE;
}

gboolean
ser_access_check (const SerAccess *access, const SerRequest *request)
{
  return check_host (access, request) && check_origin (access, request) && check_token (access, request);
}

/* ---- sessions ---- */

static void
set_cookie (const SerAccess *access, const SerRequest *request, const char *value, int seconds)
{
  g_autofree char *cookie = g_strdup_printf (
      COOKIE "=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Strict%s", value, seconds, access->tls ? "; Secure" : "");

  soup_message_headers_replace (soup_server_message_get_response_headers (request->message), "Set-Cookie", cookie);
  soup_server_message_set_status (request->message, SOUP_STATUS_NO_CONTENT, NULL);
}

static void
sign_in (const SerAccess *access, const SerRequest *request)
{
  g_autoptr (SerJsonFile) body = ser_request_read_json (request);
  SerJsonValue root;
  const char *token;

  if (!body)
    return;
  root = ser_json_file_root (body);
  token = ser_json_find_text (&root, "token");
  if (!token)
    ser_respond_problem (request, SOUP_STATUS_BAD_REQUEST, "expected {\"token\": \"...\"}");
  else if (access->token && !is_token (access, token))
    ser_respond_problem (request, SOUP_STATUS_FORBIDDEN, "the token is not this server's");
  else
    set_cookie (access, request, access->token ? access->token : "none", COOKIE_DAYS * 24 * 3600);
}

void
ser_access_answer_session (const SerAccess *access, const SerRequest *request)
{
  if (ser_request_is (request, SOUP_METHOD_POST))
    sign_in (access, request);
  else if (ser_request_is (request, SOUP_METHOD_DELETE))
    set_cookie (access, request, "", 0);
  else
    ser_respond_method (request, "POST, DELETE");
}

/* ---- the token's file ---- */

/* The file is there with all of it, or not at all: the next start would take what is less for somebody's own. */
static gboolean
make_token (const char *path, GError **error)
{
  guchar bytes[TOKEN_BYTES];
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) local = NULL;

  if (getrandom (bytes, sizeof bytes, 0) != (gssize) sizeof bytes)
    return ser_fail (error, SER_ERROR_FILE, "%s: the token cannot be made: %s", path, g_strerror (errno));
  for (guint i = 0; i < sizeof bytes; i++)
    g_string_append_printf (text, "%02x", bytes[i]);
  g_string_append_c (text, '\n');
  return g_file_set_contents_full (path, text->str, (gssize) text->len,
             G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &local)
      || ser_fail (error, SER_ERROR_FILE, "%s: the token cannot be made: %s", path, local->message);
}

char *
ser_access_load_token (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) local = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS) && !make_token (path, error))
    return NULL;
  if (!g_file_get_contents (path, &text, NULL, &local)) {
    ser_fail (error, SER_ERROR_FILE, "%s", local->message);
    return NULL;
  }
  text[strcspn (text, "\r\n")] = '\0';
  g_strstrip (text);
  if (strlen (text) >= SER_TOKEN_LENGTH
      && strspn (text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-._~") == strlen (text))
    return g_steal_pointer (&text);
  ser_fail (error, SER_ERROR_DATA,
      "%s: expected a token of at least %d letters, digits or -._~ in the first line; without the file a good one is "
      "made",
      path, SER_TOKEN_LENGTH);
  return NULL;
}
