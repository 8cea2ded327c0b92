/* websocket.c - tests of WebSockets whose clients do what libsoup's would not
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "websocket.h"

#include <string.h>

#include "exchange.h"
#include "fixture.h"

#define LONGEST 1000
#define PATIENCE 20 /* s */

#define CONTINUED 0x0
#define BINARY 0x2
#define END 0x80    /* the last frame of a message */
#define MASKED 0x80 /* as all of clients are; here by zeros */

/* ---- the server ---- */

static GString *seen; /* the size of each message in brackets */
static gboolean closed;

static void
on_message (SoupWebsocketConnection *connection, SoupWebsocketDataType type, GBytes *bytes)
{
  g_string_append_printf (seen, "[%" G_GSIZE_FORMAT "]", g_bytes_get_size (bytes));
}

static void
on_closed (SoupWebsocketConnection *connection)
{
  closed = TRUE;
  g_object_unref (connection);
}

static void
on_websocket (SoupServerMessage *message, SoupWebsocketConnection *connection, gpointer data)
{
  g_signal_connect (g_object_ref (connection), "message", G_CALLBACK (on_message), NULL);
  g_signal_connect (connection, "closed", G_CALLBACK (on_closed), NULL);
}

static gboolean
answer (const SerRequest *request)
{
  ser_websocket_answer (request, LONGEST, on_websocket, NULL);
  return TRUE;
}

/* ---- a client ---- */

static GSocketConnection *
dial (void)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  GError *error = NULL;
  GSocketConnection *connection = g_socket_client_connect_to_host (client, exchange_get_host (), 0, NULL, &error);

  g_assert_no_error (error);
  g_socket_set_blocking (g_socket_connection_get_socket (connection), FALSE);
  return connection;
}

/* The server reads meanwhile. FALSE: it has broken the connection. */
static gboolean
send_bytes (GSocketConnection *connection, const void *bytes, gsize size)
{
  GSocket *socket = g_socket_connection_get_socket (connection);
  gint64 end = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;

  while (size > 0) {
    g_autoptr (GError) error = NULL;
    gssize n = g_socket_send (socket, bytes, size, NULL, &error);

    if (n < 0 && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      return FALSE;
    g_assert_cmpint (g_get_monotonic_time (), <, end);
    bytes = (const char *) bytes + MAX (0, n);
    size -= MAX (0, n);
    g_main_context_iteration (NULL, FALSE);
  }
  return TRUE;
}

/* Of 126 bytes or more: shorter ones have another head. */
static gboolean
send_frame (GSocketConnection *connection, guint8 kind, guint16 size)
{
  const guint8 head[8] = { kind, MASKED | 126, size >> 8, size & 0xff };
  g_autofree guint8 *frame = g_malloc0 (sizeof head + size);

  memcpy (frame, head, sizeof head);
  return send_bytes (connection, frame, sizeof head + size);
}

/* What the server says first. Free with g_free(). */
static char *
shake_hands (GSocketConnection *connection, const char *extensions)
{
  g_autofree char *request = g_strdup_printf ("GET / HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\n"
                                              "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                              "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n%s\r\n",
      exchange_get_host (), extensions);
  char text[2000] = "";
  gssize n = -1;

  g_assert_true (send_bytes (connection, request, strlen (request)));
  while (n < 0) {
    g_main_context_iteration (NULL, FALSE);
    n = g_socket_receive (g_socket_connection_get_socket (connection), text, sizeof text - 1, NULL, NULL);
  }
  return g_strdup (text);
}

static void
run_until (gboolean (*func) (void))
{
  gint64 end = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;

  while (!func ()) {
    g_assert_cmpint (g_get_monotonic_time (), <, end);
    g_main_context_iteration (NULL, FALSE);
  }
}

static gboolean
is_closed (void)
{
  return closed;
}

static gboolean
has_seen_all (void)
{
  return g_str_has_suffix (seen->str, "[130]");
}

static void
start (void)
{
  seen = g_string_new (NULL);
  closed = FALSE;
  exchange_start (answer);
}

static void
stop (void)
{
  run_until (is_closed);
  exchange_stop ();
  g_string_free (seen, TRUE);
}

/* ---- tests ---- */

/* However many there are, and of however many frames each. */
static void
test_messages (void)
{
  g_autoptr (GSocketConnection) connection = NULL;
  g_autofree char *answer = NULL;

  start ();
  connection = dial ();
  answer = shake_hands (connection, "");
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 101 "));
  for (guint i = 0; i < 5; i++) {
    send_frame (connection, BINARY, 300);
    send_frame (connection, CONTINUED, 200);
    send_frame (connection, CONTINUED | END, 150);
  }
  send_frame (connection, BINARY | END, 130);
  run_until (has_seen_all);
  g_assert_cmpstr (seen->str, ==, "[650][650][650][650][650][130]");
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  stop ();
}

/* One that would fill the memory: the connection breaks. */
static void
test_endless (void)
{
  g_autoptr (GSocketConnection) connection = NULL;
  g_autofree char *answer = NULL;
  guint n = 0;

  start ();
  connection = dial ();
  answer = shake_hands (connection, "");
  send_frame (connection, BINARY, 200);
  while (send_frame (connection, CONTINUED, 60000))
    g_assert_cmpuint (n++, <, 1000);
  run_until (is_closed);
  g_assert_cmpstr (seen->str, ==, "");
  stop ();
}

/* A megabyte of zeros in a kilobyte is not taken from anybody. */
static void
test_deflate (void)
{
  g_autoptr (GSocketConnection) connection = NULL;
  g_autofree char *answer = NULL;

  start ();
  connection = dial ();
  answer = shake_hands (connection, "Sec-WebSocket-Extensions: permessage-deflate\r\n");
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 101 "));
  g_assert_null (strstr (answer, "deflate"));
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  stop ();
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/dashboard/websocket/messages", test_messages);
  g_test_add_func ("/dashboard/websocket/endless", test_endless);
  g_test_add_func ("/dashboard/websocket/deflate", test_deflate);
  return fixture_run ();
}
