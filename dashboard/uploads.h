/* uploads.h - media that clients send, on their way to a file
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * A body is written as it comes and never held in memory. What the client calls the file is text of the entry; the
 * file's own name is the server's.
 */

#ifndef SER_UPLOADS_H
#define SER_UPLOADS_H

#include "http.h"
#include "jobs.h"

typedef struct _SerUploads SerUploads;

/* `jobs` is borrowed; a medium has at most max_bytes. */
SerUploads *ser_uploads_new (SerJobs *jobs, guint64 max_bytes);
void ser_uploads_free (SerUploads *uploads);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerUploads, ser_uploads_free)

/* Of a request whose headers alone are known: has its body written to a file. What speaks against it is answered. */
void ser_uploads_begin (SerUploads *uploads, const SerRequest *request);

/* Of the same request when the body is complete: moves the file to where `entry` is analysed. FALSE after an answer
 * that tells why not. */
gboolean ser_uploads_end (SerUploads *uploads, const SerRequest *request, SerEntry *entry);

/* What submitting or retrying failed with: 429 when it was full. Frees it. */
void ser_uploads_respond_error (const SerRequest *request, GError *error);

/* The name of the file as the client gave it, or NULL after an answer of 400. */
const char *ser_uploads_get_name (const SerRequest *request);

#endif /* SER_UPLOADS_H */
