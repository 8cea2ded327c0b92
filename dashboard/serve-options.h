/* serve-options.h - what the command line of `seremotion serve` says
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_SERVE_OPTIONS_H
#define SER_SERVE_OPTIONS_H

#include <gio/gio.h>

typedef struct {
  int port;
  char *data; /* absolute path of an existing folder */
  char *host, *token_file, *tls_cert, *tls_key, *model, *experiments;
  char **preload;
  gboolean no_preload;
  int jobs, max_queued, max_live;
  gint64 max_upload; /* bytes */
  GInetAddress *address;
} SerServeOptions;

/* Reads and checks them. Beyond loopback a certificate is wanted. Fails with an error of the command line, or with
 * SER_ERROR_FILE where the data folder cannot be made. */
gboolean ser_serve_options_read (SerServeOptions *options, int argc, char **argv, GError **error);
void ser_serve_options_clear (SerServeOptions *options);

#endif /* SER_SERVE_OPTIONS_H */
