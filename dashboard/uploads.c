/* uploads.c - media that clients send, on their way to a file
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "uploads.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "model/error.h"

#define RESERVE (G_GUINT64_CONSTANT (64) << 20) /* bytes of disk that uploads leave free, for the results */
#define MAX_NAME 300                            /* characters */
#define RETRY_AFTER 30                          /* s */
#define KEY "seremotion-upload"

struct _SerUploads {
  SerJobs *jobs;
  guint64 max_bytes;
  guint under_way;
  guint64 expected; /* bytes that are still to come, of all */
};

/* One upload; belongs to its message, and so ends with it however that does. */
typedef struct {
  SerUploads *uploads;
  char *path;
  int fd;
  guint64 size, received;
} Upload;

SerUploads *
ser_uploads_new (SerJobs *jobs, guint64 max_bytes)
{
  SerUploads *uploads = g_new0 (SerUploads, 1);

  uploads->jobs = jobs;
  uploads->max_bytes = max_bytes;
  return uploads;
}

void
ser_uploads_free (SerUploads *uploads)
{
  g_free (uploads);
}

static void
upload_free (gpointer data)
{
  Upload *upload = data;

  upload->uploads->under_way--;
  upload->uploads->expected -= upload->size - upload->received;
  if (upload->fd >= 0)
    close (upload->fd);
  if (upload->path)
    unlink (upload->path);
  g_free (upload->path);
  g_free (upload);
}

static const char *
why (int number)
{
  return number == ENOSPC || number == EDQUOT ? "there is no room on the server's disk" : g_strerror (number);
}

/* ---- what speaks against it ---- */

static void
respond_full (const SerRequest *request)
{
  ser_respond_busy (request, RETRY_AFTER, "too many recordings wait to be analysed: try again in a while");
}

void
ser_uploads_respond_error (const SerRequest *request, GError *error)
{
  if (!g_error_matches (error, SER_ERROR, SER_ERROR_CONFIG)) {
    ser_respond_error (request, error);
    return;
  }
  respond_full (request);
  g_error_free (error);
}

const char *
ser_uploads_get_name (const SerRequest *request)
{
  const char *name = ser_request_get_query (request, "name");

  if (name && *name && g_utf8_validate (name, -1, NULL) && g_utf8_strlen (name, -1) <= MAX_NAME) {
    const char *at = name;

    while (*at && !g_unichar_iscntrl (g_utf8_get_char (at)))
      at = g_utf8_next_char (at);
    if (!*at)
      return name;
  }
  ser_respond_problem (request, SOUP_STATUS_BAD_REQUEST,
      "name: expected what the file is called, 1 to %d characters without control characters, as in ?name=speech.mp4",
      MAX_NAME);
  return NULL;
}

static gboolean
has_room (SerUploads *uploads, const SerRequest *request, const char *path, guint64 size)
{
  g_autofree char *folder = g_path_get_dirname (path);
  struct statvfs disk;

  if (statvfs (folder, &disk) != 0 || (guint64) disk.f_bavail * disk.f_frsize >= uploads->expected + size + RESERVE)
    return TRUE;
  ser_respond_problem (
      request, SOUP_STATUS_INSUFFICIENT_STORAGE, "there is no room for it on the server's disk: delete recordings");
  return FALSE;
}

/* The length that the client says, or 0 after an answer. */
static guint64
check_length (const SerUploads *uploads, const SerRequest *request)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (request->message);
  goffset size = soup_message_headers_get_content_length (headers);

  if (soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH) {
    if (!soup_message_headers_get_one (headers, "Transfer-Encoding"))
      ser_respond_problem (request, SOUP_STATUS_BAD_REQUEST, "the body is empty: expected audio or video");
    else
      ser_respond_problem (request, SOUP_STATUS_LENGTH_REQUIRED, "expected a body with Content-Length");
    return 0;
  }
  if (size <= 0)
    ser_respond_problem (request, SOUP_STATUS_BAD_REQUEST, "the body is empty: expected audio or video");
  else if ((guint64) size > uploads->max_bytes)
    ser_respond_problem (request, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE,
        "%" G_GOFFSET_FORMAT " bytes: a recording has at most %" G_GUINT64_FORMAT " here", size, uploads->max_bytes);
  else
    return size;
  return 0;
}

/* A form's body would be kept with its boundaries, as what no decoder knows. */
static gboolean
check_type (const SerRequest *request)
{
  const char *type =
      soup_message_headers_get_content_type (soup_server_message_get_request_headers (request->message), NULL);

  if (!type || !g_str_has_prefix (type, "multipart/"))
    return TRUE;
  ser_respond_problem (request, SOUP_STATUS_UNSUPPORTED_MEDIA_TYPE,
      "the body is a form: expected the file itself, as `curl --data-binary @FILE` sends it");
  return FALSE;
}

static gboolean
check_queue (SerUploads *uploads, const SerRequest *request)
{
  if (!ser_jobs_is_full (uploads->jobs, uploads->under_way))
    return TRUE;
  respond_full (request);
  return FALSE;
}

/* ---- bytes ---- */

static void
fail (Upload *upload, SoupServerMessage *message, int number)
{
  SerRequest request = { .message = message };

  close (upload->fd);
  upload->fd = -1;
  ser_respond_problem (&request,
      number == ENOSPC || number == EDQUOT ? SOUP_STATUS_INSUFFICIENT_STORAGE : SOUP_STATUS_INTERNAL_SERVER_ERROR,
      "the recording cannot be kept: %s", why (number));
}

static void
on_chunk (SoupServerMessage *message, GBytes *chunk, Upload *upload)
{
  gsize n;
  const char *bytes = g_bytes_get_data (chunk, &n);

  while (n > 0 && upload->fd >= 0) {
    gssize written = write (upload->fd, bytes, n);

    if (written < 0 && errno != EINTR)
      fail (upload, message, errno);
    else if (written > 0) {
      bytes += written;
      n -= written;
      upload->received += written;
      upload->uploads->expected -= written;
    }
  }
}

void
ser_uploads_begin (SerUploads *uploads, const SerRequest *request)
{
  Upload *upload;
  guint64 size;

  soup_message_body_set_accumulate (soup_server_message_get_request_body (request->message), FALSE);
  if (!check_type (request) || !ser_uploads_get_name (request) || (size = check_length (uploads, request)) == 0
      || !check_queue (uploads, request))
    return;
  upload = g_new0 (Upload, 1);
  *upload = (Upload){ uploads, ser_jobs_make_incoming (uploads->jobs), -1, 0, 0 };
  uploads->under_way++;
  g_object_set_data_full (G_OBJECT (request->message), KEY, upload, upload_free);
  if (!has_room (uploads, request, upload->path, size))
    return;
  upload->fd = open (upload->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (upload->fd < 0) {
    ser_respond_problem (request, SOUP_STATUS_INTERNAL_SERVER_ERROR, "the recording cannot be kept: %s", why (errno));
    return;
  }
  upload->size = size;
  uploads->expected += size;
  g_signal_connect (request->message, "got-chunk", G_CALLBACK (on_chunk), upload);
}

gboolean
ser_uploads_end (SerUploads *uploads, const SerRequest *request, SerEntry *entry)
{
  Upload *upload = g_object_get_data (G_OBJECT (request->message), KEY);
  GError *error = NULL;

  if (!upload || upload->received != upload->size) {
    ser_respond_problem (request, SOUP_STATUS_BAD_REQUEST, "the body ended before its Content-Length");
    return FALSE;
  }
  entry->bytes = upload->size;
  if (!ser_jobs_submit_file (uploads->jobs, entry, upload->path, &error)) {
    ser_uploads_respond_error (request, error);
    return FALSE;
  }
  g_clear_pointer (&upload->path, g_free);
  return TRUE;
}
