/* host.c - a host that answers as the path says, often wrongly
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "host.h"

#include <stdlib.h>
#include <string.h>

#define OK "HTTP/1.1 200 OK\r\nConnection: close\r\n"
#define NONE "Content-Length: 0\r\n\r\n"
#define MAX_THREADS 32

typedef struct {
  const char *path, *head;
  guint64 n;      /* bytes of the body */
  gboolean hangs; /* after them */
} Reply;

static const Reply replies[] = {
  { "/speech", OK "Content-Length: 200000\r\n\r\n", HOST_SIZE },
  { "/unsized", OK "\r\n", HOST_SIZE },
  { "/chunked", OK "Transfer-Encoding: chunked\r\n\r\n30d40\r\n", HOST_SIZE },
  { "/larger", OK "Content-Length: 200001\r\n\r\n", HOST_SIZE + 1 },
  { "/unsized-larger", OK "\r\n", HOST_SIZE + 1 },
  { "/endless", OK "\r\n", G_MAXUINT64 },
  { "/empty", OK NONE },
  { "/404", "HTTP/1.1 404 Not Found\r\n" NONE },
  { "/401", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\n" NONE },
  { "/broken", OK "Content-Length: 200000\r\n\r\n", 1000 },
  { "/broken-chunk", OK "Transfer-Encoding: chunked\r\n\r\n30d40\r\n", 1000 },
  { "/silent", "", 0, TRUE },
  { "/half", OK "Content-Length: 200000\r\n\r\n", 1000, TRUE },
};

static GMutex lock;
static char *request; /* under the lock */

char *
host_get_request (void)
{
  char *copy;

  g_mutex_lock (&lock);
  copy = g_strdup (request);
  g_mutex_unlock (&lock);
  return copy;
}

char *
host_make_body (void)
{
  char *body = g_malloc (HOST_SIZE + 1);

  for (guint i = 0; i <= HOST_SIZE; i++)
    body[i] = "a body of no use, "[i % 18];
  return body;
}

/* ---- answers ---- */

static void
write_text (GOutputStream *output, const char *text)
{
  g_output_stream_write_all (output, text, strlen (text), NULL, NULL, NULL);
}

static void
write_body (GOutputStream *output, guint64 n)
{
  g_autofree char *body = host_make_body ();
  gboolean going = TRUE;

  for (gsize piece; n > 0 && going; n -= piece) {
    piece = MIN (n, HOST_SIZE + 1);
    going = g_output_stream_write_all (output, body, piece, NULL, NULL, NULL);
  }
}

static void
redirect (GOutputStream *output, const char *location)
{
  g_autofree char *line = *location ? g_strdup_printf ("Location: %s\r\n", location) : g_strdup ("");
  g_autofree char *head = g_strconcat ("HTTP/1.1 302 Found\r\nSet-Cookie: a=b\r\n", line, NONE, NULL);

  write_text (output, head);
}

static void
write_zipped (GOutputStream *output)
{
  static const guint8 letter[HOST_ZIPPED] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b, 4, 0, 0x43, 0xbe, 0xb7, 0xe8,
    1 };

  write_text (output, OK "Content-Encoding: gzip\r\nContent-Length: 21\r\n\r\n");
  g_output_stream_write_all (output, letter, sizeof letter, NULL, NULL, NULL);
}

/* TRUE: then nothing more comes. */
static gboolean
reply (GOutputStream *output, const char *path)
{
  for (guint i = 0; i < G_N_ELEMENTS (replies); i++) {
    if (strcmp (replies[i].path, path) != 0)
      continue;
    write_text (output, replies[i].head);
    write_body (output, replies[i].n);
    if (strcmp (path, "/chunked") == 0)
      write_text (output, "\r\n0\r\n\r\n");
    return replies[i].hangs;
  }
  write_text (output, "SSH-2.0-OpenSSH_9.2\r\n");
  return FALSE;
}

static void
promise (GOutputStream *output, guint64 n)
{
  static const char text[] = "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n";

  while (n-- > 0 && g_output_stream_write_all (output, text, strlen (text), NULL, NULL, NULL))
    ;
}

static gboolean
answer (GOutputStream *output, const char *path)
{
  int hops = g_str_has_prefix (path, "/hops/") ? atoi (path + 6) : -1;
  g_autofree char *next = g_strdup_printf ("%d?x", hops - 1);

  if (hops > 0)
    redirect (output, next);
  else if (g_str_has_prefix (path, "/to/"))
    redirect (output, path + 4);
  else if (strcmp (path, "/zipped") == 0)
    write_zipped (output);
  else if (strcmp (path, "/promises") == 0)
    promise (output, G_MAXUINT64);
  else {
    promise (output, strcmp (path, "/promised") == 0 ? 2 : 0);
    return reply (output, hops == 0 || strcmp (path, "/promised") == 0 ? "/speech" : path);
  }
  return FALSE;
}

/* ---- requests ---- */

/* Its path; NULL when there is none. */
static char *
read_request (GInputStream *input)
{
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (input);
  g_autoptr (GString) head = g_string_new (NULL);
  g_auto (GStrv) words = NULL;
  char *line;

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  while ((line = g_data_input_stream_read_line (lines, NULL, NULL, NULL)) && *g_strchomp (line)) {
    g_string_append_printf (head, "%s\n", line);
    g_free (line);
  }
  g_free (line);
  words = g_strsplit (head->str, " ", 3);
  g_mutex_lock (&lock);
  g_free (request);
  request = g_strdup (head->str);
  g_mutex_unlock (&lock);
  return g_strv_length (words) == 3 ? g_strdup (words[1]) : NULL;
}

static gboolean
on_run (GThreadedSocketService *service, GSocketConnection *connection, GObject *source, gpointer certificate)
{
  g_autoptr (GIOStream) stream = g_object_ref (G_IO_STREAM (connection));
  g_autofree char *path = NULL;
  char byte;

  if (certificate) {
    g_object_unref (stream);
    stream = g_tls_server_connection_new (G_IO_STREAM (connection), certificate, NULL);
  }
  path = read_request (g_io_stream_get_input_stream (stream));
  if (path && answer (g_io_stream_get_output_stream (stream), path))
    g_input_stream_read (g_io_stream_get_input_stream (stream), &byte, 1, NULL, NULL);
  g_io_stream_close (stream, NULL, NULL);
  return TRUE;
}

guint
host_start (GTlsCertificate *certificate)
{
  GSocketService *service = g_threaded_socket_service_new (MAX_THREADS);
  g_autoptr (GInetAddress) here = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (here, 0), got = NULL;
  GError *error = NULL;

  g_socket_listener_add_address (
      G_SOCKET_LISTENER (service), wanted, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &got, &error);
  g_assert_no_error (error);
  g_signal_connect (service, "run", G_CALLBACK (on_run), certificate);
  g_socket_service_start (service);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (got));
}
