/* pages.c - the page and what it is made of
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "pages.h"

#include <string.h>
#include <sys/random.h>

#include "page-resource.h"

#define RESOURCE "/seremotion/dashboard/page/"
#define ASSETS "/assets/"
#define NONCE_MARK "{{seremotion-nonce}}"
#define NONCE_BYTES 18

/* Scripts and connections of our own alone. The nonce is for the one style sheet that a library makes
 * (wavesurfer.js's). */
#define POLICY                                                                                                         \
  "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-%s'; img-src 'self' data: blob:; "                   \
  "media-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

static GBytes *
find_resource (const char *name)
{
  g_autofree char *path = g_strconcat (RESOURCE, name, NULL);

  return g_resource_lookup_data (page_resource_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}

static gboolean
answer_get (const SerRequest *request)
{
  if (ser_request_is (request, SOUP_METHOD_GET))
    return TRUE;
  ser_respond_method (request, "GET");
  return FALSE;
}

/* ---- assets ---- */

static const char *
find_type (const char *name)
{
  static const char *const types[][2] = { { ".js", "text/javascript" }, { ".css", "text/css" },
    { ".svg", "image/svg+xml" }, { ".png", "image/png" } };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_has_suffix (name, types[i][0]))
      return types[i][1];
  return NULL;
}

static void
answer_asset (const SerRequest *request)
{
  const char *name = request->path + strlen (ASSETS), *type = find_type (name);
  g_autoptr (GBytes) bytes = type && !strchr (name, '/') ? find_resource (name) : NULL;

  if (bytes)
    ser_respond_bytes (request, type, bytes);
  else
    ser_respond_problem (request, SOUP_STATUS_NOT_FOUND, "there is no %s", request->path);
}

/* ---- the page ---- */

/* Whether the page's script knows the path. */
static gboolean
is_page (const char *path)
{
  static const char *const alone[] = { "/", "/microphone", "/compare", "/sign-in", "/data", "/models", "/experiments",
    "/model-card" };
  static const char *const folders[] = { "/recordings/", "/models/", "/experiments/" };

  for (guint i = 0; i < G_N_ELEMENTS (alone); i++)
    if (strcmp (path, alone[i]) == 0)
      return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++) {
    const char *name = path + strlen (folders[i]);
    if (g_str_has_prefix (path, folders[i]) && *name && !strchr (name, '/'))
      return TRUE;
  }
  return FALSE;
}

static char *
make_nonce (void)
{
  guchar bytes[NONCE_BYTES];

  if (getrandom (bytes, sizeof bytes, 0) != (gssize) sizeof bytes)
    g_error ("the system has no random numbers");
  return g_base64_encode (bytes, sizeof bytes);
}

static void
answer_page (const SerRequest *request, guint status)
{
  g_autoptr (GBytes) page = find_resource ("dashboard.html");
  g_autofree char *nonce = make_nonce (), *policy = g_strdup_printf (POLICY, nonce);
  g_autoptr (GString) text = g_string_new_len (g_bytes_get_data (page, NULL), g_bytes_get_size (page));
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);

  /* Where the program was built without the page, a line says why. */
  if (!g_str_has_prefix (text->str, "<!doctype html>")) {
    ser_respond_problem (
        request, SOUP_STATUS_NOT_IMPLEMENTED, "this program was built without its page: %s", text->str);
    return;
  }
  g_string_replace (text, NONCE_MARK, nonce, 0);
  soup_message_headers_replace (headers, "Content-Security-Policy", policy);
  soup_server_message_set_status (request->message, status, NULL);
  soup_server_message_set_response (
      request->message, "text/html; charset=utf-8", SOUP_MEMORY_COPY, text->str, text->len);
}

void
ser_pages_answer (const SerRequest *request)
{
  if (!answer_get (request))
    return;
  if (g_str_has_prefix (request->path, ASSETS))
    answer_asset (request);
  else
    answer_page (request, is_page (request->path) ? SOUP_STATUS_OK : SOUP_STATUS_NOT_FOUND);
}
