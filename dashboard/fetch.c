/* fetch.c - a URL into a file, within limits and never from a private network
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 *     URL -> checked -> resolved -> address checked, pinned -> request -> (redirection: again) -> body -> file
 */

#include "fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <libsoup/soup.h>
#include <string.h>
#include <unistd.h>

#include "model/error.h"
#include "pinned-address.h"
#include "ser.h"

#define MAX_URL 2000
#define PIECE (64 * 1024) /* bytes that are read at once */
#define SILENCE 30        /* s without a byte that end it */
#define PROMISES 10       /* answers of 1xx to one request, which libsoup reads on and on without a pause */
#define PACE_SECONDS 60   /* in which there must be ... */
#define PACE_BYTES 65536  /* ... so much: less is no medium that anybody sends */

typedef struct {
  GUri *uri;
  char *path;
  int fd;
  SerFetchLimits limits;
  SerFetchProgressFunc func;
  gpointer data;
  GCancellable *cancellable; /* our own: the caller's, or a limit, cancels it */
  gulong on_cancelled;
  GCancellable *callers;
  guint hops, promises;
  SoupSession *session;
  SoupMessage *message;
  GInputStream *body;
  guint64 received, total, paced;
  guint timer, pace;
  const char *limit; /* which limit has ended it, or NULL */
} Fetch;

static void resolve (GTask *task);
static void read_more (GTask *task);

/* ---- URLs ---- */

static gboolean
is_port_allowed (int port)
{
  return port == 80 || port == 443 || port > 1023;
}

static int
get_port (GUri *uri)
{
  int port = g_uri_get_port (uri);

  return port >= 0 ? port : g_str_equal (g_uri_get_scheme (uri), "https") ? 443 : 80;
}

static gboolean
check_uri (GUri *uri, gboolean allow_private, GError **error)
{
  const char *scheme = g_uri_get_scheme (uri), *host = g_uri_get_host (uri);
  g_autoptr (GInetAddress) address = host ? g_inet_address_new_from_string (host) : NULL;

  if (strcmp (scheme, "http") != 0 && strcmp (scheme, "https") != 0)
    return ser_fail (
        error, SER_ERROR_DATA, "a URL that begins with %s: is not fetched: expected http:// or https://", scheme);
  if (!host || !*host)
    return ser_fail (error, SER_ERROR_DATA, "the URL has no host: expected one like https://example.org/speech.mp4");
  if (g_uri_get_userinfo (uri))
    return ser_fail (error, SER_ERROR_DATA, "the URL has a user or a password: expected one without");
  if (!is_port_allowed (get_port (uri)))
    return ser_fail (error, SER_ERROR_DATA, "the URL has port %d: expected 80, 443 or one above 1023", get_port (uri));
  if (address && !allow_private && !ser_fetch_is_public (address))
    return ser_fail (error, SER_ERROR_DATA, "the host of the URL, %s, is not an address of the public Internet", host);
  if (address && !allow_private && ser_fetch_is_own (address))
    return ser_fail (error, SER_ERROR_DATA, "the host of the URL, %s, is an address of this server", host);
  return TRUE;
}

static GUri *
parse_url (const char *url, GError **error)
{
  g_autoptr (GError) local = NULL;
  GUri *uri = NULL;

  if (strlen (url) > MAX_URL)
    ser_fail (error, SER_ERROR_DATA, "the URL is too long: expected at most %d characters", MAX_URL);
  else if (!(uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, &local)))
    ser_fail (
        error, SER_ERROR_DATA, "this is no URL: expected one like https://example.org/speech.mp4 (%s)", local->message);
  return uri;
}

gboolean
ser_fetch_check_url (const char *url, GError **error)
{
  g_autoptr (GUri) uri = parse_url (url, error);

  return uri && check_uri (uri, FALSE, error);
}

/* ---- life ---- */

static void
fetch_free (gpointer data)
{
  Fetch *fetch = data;

  if (fetch->callers)
    g_cancellable_disconnect (fetch->callers, fetch->on_cancelled);
  g_clear_object (&fetch->callers);
  g_clear_handle_id (&fetch->timer, g_source_remove);
  g_clear_handle_id (&fetch->pace, g_source_remove);
  g_clear_object (&fetch->body);
  g_clear_object (&fetch->message);
  if (fetch->session)
    soup_session_abort (fetch->session);
  g_clear_object (&fetch->session);
  g_clear_object (&fetch->cancellable);
  g_clear_pointer (&fetch->uri, g_uri_unref);
  if (fetch->fd >= 0)
    close (fetch->fd);
  g_free (fetch->path);
  g_free (fetch);
}

/* Why, for people, where a library says it for itself. */
static GError *
explain (const Fetch *fetch, const GError *error)
{
  const char *host = g_uri_get_host (fetch->uri);

  if (fetch->limit)
    return g_error_new_literal (SER_ERROR, SER_ERROR_DATA, fetch->limit);
  if (error->domain == SER_ERROR)
    return g_error_copy (error);
  if (error->domain == G_RESOLVER_ERROR)
    return g_error_new (SER_ERROR, SER_ERROR_DATA, "the name %s was not found", host);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
    return g_error_new (SER_ERROR, SER_ERROR_DATA, "%s broke off before the end", host);
  return g_error_new (SER_ERROR, SER_ERROR_DATA, "%s: %s", host, error->message);
}

/* Ends the task, which is consumed, as are the errors. */
static void
fail (GTask *task, GError *error)
{
  Fetch *fetch = g_task_get_task_data (task);

  if (fetch->fd >= 0)
    unlink (fetch->path);
  g_clear_handle_id (&fetch->timer, g_source_remove);
  g_clear_handle_id (&fetch->pace, g_source_remove);
  g_task_return_error (task, explain (fetch, error));
  g_error_free (error);
  g_object_unref (task);
}

static void G_GNUC_PRINTF (2, 3) fail_with (GTask *task, const char *format, ...)
{
  va_list arguments;
  GError *error;

  va_start (arguments, format);
  error = g_error_new_valist (SER_ERROR, SER_ERROR_DATA, format, arguments);
  va_end (arguments);
  fail (task, error);
}

static gboolean
on_time (gpointer data)
{
  Fetch *fetch = data;

  fetch->timer = 0;
  fetch->limit = "fetching it took too long";
  g_cancellable_cancel (fetch->cancellable);
  return G_SOURCE_REMOVE;
}

static gboolean
on_pace (gpointer data)
{
  Fetch *fetch = data;

  if (fetch->received - fetch->paced >= PACE_BYTES) {
    fetch->paced = fetch->received;
    return G_SOURCE_CONTINUE;
  }
  fetch->pace = 0;
  fetch->limit = "it comes too slowly";
  g_cancellable_cancel (fetch->cancellable);
  return G_SOURCE_REMOVE;
}

/* ---- the body ---- */

static gboolean
write_bytes (Fetch *fetch, GBytes *bytes, GError **error)
{
  gsize n;
  const char *at = g_bytes_get_data (bytes, &n);

  while (n > 0) {
    gssize written = write (fetch->fd, at, n);

    if (written < 0 && errno != EINTR)
      return ser_fail (error, SER_ERROR_FILE, "it cannot be kept: %s", g_strerror (errno));
    if (written > 0) {
      at += written;
      n -= written;
    }
  }
  return TRUE;
}

static void
finish (GTask *task)
{
  Fetch *fetch = g_task_get_task_data (task);

  if (fetch->received == 0)
    fail_with (task, "%s gave nothing", g_uri_get_host (fetch->uri));
  else if (fetch->total > 0 && fetch->received != fetch->total)
    fail_with (task, "%s broke off before the end", g_uri_get_host (fetch->uri));
  else {
    g_clear_handle_id (&fetch->timer, g_source_remove);
    g_clear_handle_id (&fetch->pace, g_source_remove);
    g_task_return_boolean (task, TRUE);
    g_object_unref (task);
  }
}

static void
on_piece (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Fetch *fetch = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  if (!bytes)
    fail (task, error);
  else if (g_bytes_get_size (bytes) == 0)
    finish (task);
  else if ((fetch->received += g_bytes_get_size (bytes)) > fetch->limits.max_bytes)
    fail_with (task, "it has more than %" G_GUINT64_FORMAT " bytes", fetch->limits.max_bytes);
  else if (!write_bytes (fetch, bytes, &error))
    fail (task, error);
  else {
    if (fetch->func)
      fetch->func (fetch->received, fetch->total, fetch->data);
    read_more (task);
  }
}

static void
read_more (GTask *task)
{
  Fetch *fetch = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (fetch->body, PIECE, G_PRIORITY_DEFAULT, fetch->cancellable, on_piece, task);
}

static void
receive (GTask *task)
{
  Fetch *fetch = g_task_get_task_data (task);
  SoupMessageHeaders *headers = soup_message_get_response_headers (fetch->message);

  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH)
    fetch->total = soup_message_headers_get_content_length (headers);
  if (fetch->total > fetch->limits.max_bytes) {
    fail_with (task, "it has %" G_GUINT64_FORMAT " bytes: a recording has at most %" G_GUINT64_FORMAT " here",
        fetch->total, fetch->limits.max_bytes);
    return;
  }
  fetch->fd = open (fetch->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fetch->fd < 0)
    fail (task, g_error_new (SER_ERROR, SER_ERROR_FILE, "it cannot be kept: %s", g_strerror (errno)));
  else
    read_more (task);
}

/* ---- requests ---- */

static void
follow (GTask *task)
{
  Fetch *fetch = g_task_get_task_data (task);
  const char *location = soup_message_headers_get_one (soup_message_get_response_headers (fetch->message), "Location");
  g_autoptr (GUri) next = NULL;
  GError *error = NULL;

  if (fetch->hops++ >= SER_FETCH_REDIRECTS) {
    fail_with (task, "%s leads on and on: more than %d redirections", g_uri_get_host (fetch->uri), SER_FETCH_REDIRECTS);
    return;
  }
  next = location ? g_uri_parse_relative (fetch->uri, location, SOUP_HTTP_URI_FLAGS, NULL) : NULL;
  if (!next)
    fail_with (task, "%s leads nowhere", g_uri_get_host (fetch->uri));
  else if (!check_uri (next, fetch->limits.allow_private, &error))
    fail (task, error);
  else {
    g_uri_unref (fetch->uri);
    fetch->uri = g_steal_pointer (&next);
    resolve (task);
  }
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Fetch *fetch = g_task_get_task_data (task);
  GError *error = NULL;
  guint status;

  g_clear_object (&fetch->body);
  fetch->body = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  status = soup_message_get_status (fetch->message);
  if (!fetch->body)
    fail (task, error);
  else if (SOUP_STATUS_IS_REDIRECTION (status))
    follow (task);
  else if (status == SOUP_STATUS_OK)
    receive (task);
  else
    fail_with (task, "%s answered %u %s", g_uri_get_host (fetch->uri), status,
        soup_message_get_reason_phrase (fetch->message) ?: "");
}

/* A session that knows nothing but the one address: no proxy, cookies, credentials or decoding. */
static SoupSession *
make_session (const Fetch *fetch, GInetAddress *address)
{
  g_autoptr (GSocketConnectable) pinned =
      ser_pinned_address_new (g_uri_get_host (fetch->uri), address, get_port (fetch->uri));
  SoupSession *session = soup_session_new_with_options ("remote-connectable", pinned, "proxy-resolver", NULL, "timeout",
      SILENCE, "user-agent", "seremotion/" SER_VERSION, NULL);

  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  return session;
}

/* Cancelled here, where no timer comes to its turn. */
static void
on_promise (SoupMessage *message, Fetch *fetch)
{
  if (++fetch->promises <= PROMISES)
    return;
  fetch->limit = "it promises an answer and gives none";
  g_cancellable_cancel (fetch->cancellable);
}

static void
request (GTask *task, GInetAddress *address)
{
  Fetch *fetch = g_task_get_task_data (task);

  g_clear_object (&fetch->body);
  g_clear_object (&fetch->message);
  g_clear_object (&fetch->session);
  fetch->session = make_session (fetch, address);
  fetch->message = soup_message_new_from_uri (SOUP_METHOD_GET, fetch->uri);
  fetch->promises = 0;
  g_signal_connect (fetch->message, "got-informational", G_CALLBACK (on_promise), fetch);
  soup_message_set_flags (fetch->message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_DO_NOT_USE_AUTH_CACHE);
  soup_message_headers_replace (soup_message_get_request_headers (fetch->message), "Accept-Encoding", "identity");
  soup_session_send_async (fetch->session, fetch->message, G_PRIORITY_DEFAULT, fetch->cancellable, on_answer, task);
}

/* ---- names ---- */

/* One that is reached from most places: IPv4 where there is any. */
static GInetAddress *
choose (GList *addresses)
{
  for (GList *at = addresses; at; at = at->next)
    if (g_inet_address_get_family (at->data) == G_SOCKET_FAMILY_IPV4)
      return at->data;
  return addresses->data;
}

static void
on_resolved (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Fetch *fetch = g_task_get_task_data (task);
  GError *error = NULL;
  GList *addresses = g_resolver_lookup_by_name_finish (G_RESOLVER (source), result, &error);

  for (GList *at = addresses; at && !error && !fetch->limits.allow_private; at = at->next)
    if (!ser_fetch_is_public (at->data))
      ser_fail (
          &error, SER_ERROR_DATA, "%s has an address that is not of the public Internet", g_uri_get_host (fetch->uri));
    else if (ser_fetch_is_own (at->data))
      ser_fail (&error, SER_ERROR_DATA, "%s has an address of this server", g_uri_get_host (fetch->uri));
  if (error)
    fail (task, error);
  else
    request (task, choose (addresses));
  g_resolver_free_addresses (addresses);
}

static void
resolve (GTask *task)
{
  Fetch *fetch = g_task_get_task_data (task);
  g_autoptr (GResolver) resolver = g_resolver_get_default ();

  g_resolver_lookup_by_name_async (resolver, g_uri_get_host (fetch->uri), fetch->cancellable, on_resolved, task);
}

/* ---- all of it ---- */

static void
on_callers_cancelled (GCancellable *callers, gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
}

void
ser_fetch_async (const char *url, const char *path, const SerFetchLimits *limits, SerFetchProgressFunc func,
    gpointer data, GCancellable *cancellable, GAsyncReadyCallback ready, gpointer ready_data)
{
  GTask *task = g_task_new (NULL, NULL, ready, ready_data);
  Fetch *fetch = g_new0 (Fetch, 1);
  GError *error = NULL;

  *fetch = (Fetch){ .path = g_strdup (path), .fd = -1, .limits = *limits, .func = func, .data = data };
  fetch->cancellable = g_cancellable_new ();
  g_task_set_task_data (task, fetch, fetch_free);
  fetch->uri = parse_url (url, &error);
  if (!fetch->uri || !check_uri (fetch->uri, limits->allow_private, &error)) {
    g_task_return_error (task, error);
    g_object_unref (task);
    return;
  }
  fetch->timer = g_timeout_add_seconds (limits->seconds, on_time, fetch);
  fetch->pace = g_timeout_add_seconds (PACE_SECONDS, on_pace, fetch);
  if (cancellable) {
    fetch->callers = g_object_ref (cancellable);
    fetch->on_cancelled = g_cancellable_connect (
        cancellable, G_CALLBACK (on_callers_cancelled), g_object_ref (fetch->cancellable), g_object_unref);
  }
  resolve (task);
}

gboolean
ser_fetch_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
