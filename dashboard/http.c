/* http.c - requests and answers, as the parts of the API see them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "http.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "json.h"
#include "ser.h"

#define PROBLEM_TYPE "application/problem+json"

/* ---- requests ---- */

gboolean
ser_request_init (SerRequest *request, SoupServerMessage *message, const char *path, GHashTable *query)
{
  const char *rest = g_str_has_prefix (path, SER_HTTP_API "/") ? path + strlen (SER_HTTP_API "/") : "";
  g_auto (GStrv) parts = g_strsplit (rest, "/", SER_REQUEST_PARTS + 1);
  guint n = g_strv_length (parts);

  *request = (SerRequest){ message, soup_server_message_get_method (message), path, { NULL }, query };
  if (n > SER_REQUEST_PARTS)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!*parts[i])
      return FALSE;
  for (guint i = 0; i < n; i++)
    request->parts[i] = g_steal_pointer (&parts[i]);
  return TRUE;
}

void
ser_request_clear (SerRequest *request)
{
  for (guint i = 0; i < SER_REQUEST_PARTS; i++)
    g_clear_pointer (&request->parts[i], g_free);
}

guint
ser_request_count_parts (const SerRequest *request)
{
  guint n = 0;

  while (request->parts[n])
    n++;
  return n;
}

gboolean
ser_request_is (const SerRequest *request, const char *method)
{
  return strcmp (request->method, method) == 0
      || (strcmp (method, SOUP_METHOD_GET) == 0 && strcmp (request->method, SOUP_METHOD_HEAD) == 0);
}

const char *
ser_request_get_query (const SerRequest *request, const char *name)
{
  return request->query ? g_hash_table_lookup (request->query, name) : NULL;
}

/* A text would end at one. */
static gboolean
holds_zero (const char *json, gsize size)
{
  const char *end = json + size, *zero = "u0000";

  while ((json = memchr (json, '\\', end - json)) && end - json > (gssize) strlen (zero)) {
    if (memcmp (json + 1, zero, strlen (zero)) == 0)
      return TRUE;
    json += 2;
  }
  return FALSE;
}

SerJsonFile *
ser_request_read_json (const SerRequest *request)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (request->message);
  const char *type = soup_message_headers_get_content_type (headers, NULL);
  g_autoptr (GBytes) body = soup_message_body_flatten (soup_server_message_get_request_body (request->message));
  g_autoptr (GError) error = NULL;
  gsize size;
  const char *text = g_bytes_get_data (body, &size) ?: "";
  SerJsonFile *file;

  if (g_strcmp0 (type, "application/json") != 0) {
    ser_respond_problem (request, SOUP_STATUS_UNSUPPORTED_MEDIA_TYPE,
        "the body is of type %s: expected a JSON object, with Content-Type: application/json", type ? type : "(none)");
    return NULL;
  }
  if (holds_zero (text, size)) {
    ser_respond_problem (request, SOUP_STATUS_BAD_REQUEST, "a text of the request holds a zero byte (\\u0000)");
    return NULL;
  }
  file = ser_json_file_parse ("the request", text, size, &error);
  if (!file)
    ser_respond_problem (request, SOUP_STATUS_BAD_REQUEST, "%s", error->message);
  return file;
}

/* ---- answers ---- */

static const char *
get_phrase (guint status)
{
  switch (status) {
    case SOUP_STATUS_MISDIRECTED_REQUEST:
      return "Misdirected Request";
    case SER_STATUS_UPGRADE_REQUIRED:
      return "Upgrade Required";
    case SER_STATUS_TOO_MANY_REQUESTS:
      return "Too Many Requests";
    default:
      return soup_status_get_phrase (status);
  }
}

static void
respond_text (const SerRequest *request, guint status, const char *type, char *text)
{
  soup_server_message_set_status (request->message, status, get_phrase (status));
  soup_server_message_set_response (request->message, type, SOUP_MEMORY_TAKE, text, strlen (text));
}

void
ser_respond_json (const SerRequest *request, guint status, JsonBuilder *builder)
{
  respond_text (request, status, "application/json", ser_json_to_text (builder));
}

void
ser_respond_problem (const SerRequest *request, guint status, const char *format, ...)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *detail = NULL;
  va_list arguments;

  va_start (arguments, format);
  detail = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  json_builder_begin_object (builder);
  ser_json_add_string (builder, "title", get_phrase (status));
  ser_json_add_int (builder, "status", status);
  ser_json_add_string (builder, "detail", detail);
  json_builder_end_object (builder);
  respond_text (request, status, PROBLEM_TYPE, ser_json_to_text (builder));
}

void
ser_respond_busy (const SerRequest *request, guint seconds, const char *format, ...)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);
  g_autofree char *after = g_strdup_printf ("%u", seconds), *detail = NULL;
  va_list values;

  va_start (values, format);
  detail = g_strdup_vprintf (format, values);
  va_end (values);
  soup_message_headers_replace (headers, "Retry-After", after);
  ser_respond_problem (request, SER_STATUS_TOO_MANY_REQUESTS, "%s", detail);
}

void
ser_respond_error (const SerRequest *request, GError *error)
{
  gboolean asked_wrongly =
      g_error_matches (error, SER_ERROR, SER_ERROR_DATA) || g_error_matches (error, SER_ERROR, SER_ERROR_CONFIG);

  ser_respond_problem (
      request, asked_wrongly ? SOUP_STATUS_BAD_REQUEST : SOUP_STATUS_INTERNAL_SERVER_ERROR, "%s", error->message);
  g_error_free (error);
}

void
ser_respond_method (const SerRequest *request, const char *allowed)
{
  soup_message_headers_replace (soup_server_message_get_response_headers (request->message), "Allow", allowed);
  ser_respond_problem (
      request, SOUP_STATUS_METHOD_NOT_ALLOWED, "%s is not for %s: %s is", request->method, request->path, allowed);
}

/* ---- bytes ---- */

/* libsoup takes no empty ones. */
static void
append (const SerRequest *request, GBytes *bytes)
{
  if (g_bytes_get_size (bytes) > 0)
    soup_message_body_append_bytes (soup_server_message_get_response_body (request->message), bytes);
}

void
ser_respond_bytes (const SerRequest *request, const char *type, GBytes *bytes)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);
  const char *known =
      soup_message_headers_get_one (soup_server_message_get_request_headers (request->message), "If-None-Match");
  g_autofree char *sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autofree char *tag = g_strdup_printf ("\"%.32s\"", sum);

  soup_message_headers_replace (headers, "ETag", tag);
  soup_message_headers_replace (headers, "Cache-Control", "no-cache");
  if (known && strstr (known, tag)) {
    soup_server_message_set_status (request->message, SOUP_STATUS_NOT_MODIFIED, NULL);
    return;
  }
  soup_server_message_set_status (request->message, SOUP_STATUS_OK, NULL);
  soup_message_headers_set_content_type (headers, type, NULL);
  append (request, bytes);
}

void
ser_respond_svg (const SerRequest *request, GBytes *svg)
{
  soup_message_headers_replace (soup_server_message_get_response_headers (request->message), "Content-Security-Policy",
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'; "
      "form-action 'none'; sandbox");
  ser_respond_bytes (request, "image/svg+xml", svg);
}

/* The file's bytes, mapped; NULL where there is no regular file of that name. */
static GBytes *
map_file (const char *path)
{
  int fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  g_autoptr (GMappedFile) file = NULL;
  struct stat status;

  if (fd < 0)
    return NULL;
  if (fstat (fd, &status) == 0 && S_ISREG (status.st_mode))
    file = g_mapped_file_new_from_fd (fd, FALSE, NULL);
  close (fd);
  return file ? g_mapped_file_get_bytes (file) : NULL;
}

static void
give_range (const SerRequest *request, GBytes *bytes, const SoupRange *range)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);
  goffset total = (goffset) g_bytes_get_size (bytes), end = MIN (range->end, total - 1);
  g_autofree char *whole = g_strdup_printf ("bytes */%" G_GOFFSET_FORMAT, total);
  g_autoptr (GBytes) part = NULL;

  if (range->start < 0 || range->start > end) {
    soup_message_headers_replace (headers, "Content-Range", whole);
    ser_respond_problem (request, SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE,
        "%s has %" G_GOFFSET_FORMAT " bytes: the range is not in it", request->path, total);
    return;
  }
  part = g_bytes_new_from_bytes (bytes, range->start, end - range->start + 1);
  soup_message_headers_set_content_range (headers, range->start, end, total);
  soup_server_message_set_status (request->message, SOUP_STATUS_PARTIAL_CONTENT, NULL);
  soup_message_body_append_bytes (soup_server_message_get_response_body (request->message), part);
}

/* Gives the one range that was asked for; several at once get all. libsoup's own would copy the whole file first, and
 * takes ends beyond the file's. */
static gboolean
respond_range (const SerRequest *request, GBytes *bytes)
{
  SoupMessageHeaders *asked = soup_server_message_get_request_headers (request->message);
  SoupRange *ranges;
  int n;

  if (!soup_message_headers_get_one (asked, "Range")
      || !soup_message_headers_get_ranges (asked, (goffset) g_bytes_get_size (bytes), &ranges, &n))
    return FALSE;
  if (n == 1)
    give_range (request, bytes, &ranges[0]);
  soup_message_headers_free_ranges (asked, ranges);
  return n == 1;
}

/* RFC 6266, with the name once in ASCII and once as it is (RFC 8187). libsoup's own leaves commas and semicolons in the
 * latter as they are, which browsers take for the end of it, or of the header. */
static void
set_attachment (SoupMessageHeaders *headers, const char *name)
{
  g_autofree char *escaped = g_uri_escape_string (name, NULL, FALSE);
  g_autoptr (GString) value = g_string_new ("attachment; filename=\"");

  for (const char *p = name; *p; p = g_utf8_next_char (p))
    g_string_append_c (value, g_ascii_isprint (*p) && !strchr ("\"\\%", *p) ? *p : '_');
  g_string_append_printf (value, "\"; filename*=UTF-8''%s", escaped);
  soup_message_headers_replace (headers, "Content-Disposition", value->str);
}

void
ser_respond_file (const SerRequest *request, const char *type, const char *path, const char *attachment)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);
  g_autoptr (GBytes) bytes = map_file (path);

  if (!bytes) {
    ser_respond_problem (request, SOUP_STATUS_NOT_FOUND, "there is no %s", request->path);
    return;
  }
  soup_message_headers_set_content_type (headers, type, NULL);
  soup_message_headers_replace (headers, "Accept-Ranges", "bytes");
  if (attachment)
    set_attachment (headers, attachment);
  if (respond_range (request, bytes))
    return;
  soup_server_message_set_status (request->message, SOUP_STATUS_OK, NULL);
  /* Else libsoup would make several ranges of it. */
  soup_message_body_set_accumulate (soup_server_message_get_response_body (request->message), FALSE);
  append (request, bytes);
}
