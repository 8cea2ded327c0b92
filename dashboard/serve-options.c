/* serve-options.c - what the command line of `seremotion serve` says
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "serve-options.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "command.h"
#include "model/error.h"

#define MAX_JOBS 64
#define MAX_QUEUED 100000

static GOptionGroup *
make_group (SerServeOptions *o)
{
  const GOptionEntry entries[] = {
    { "port", 'p', 0, G_OPTION_ARG_INT, &o->port, "Port; 0 takes a free one (default 8080)", "N" },
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &o->data, "Folder of the library (default: seremotion in the user's data)",
        "DIR" },
    { "host", 0, 0, G_OPTION_ARG_STRING, &o->host,
        "Address to listen at (default 127.0.0.1); others than loopback need --tls-cert and --tls-key", "ADDRESS" },
    { "token-file", 0, 0, G_OPTION_ARG_FILENAME, &o->token_file,
        "Token that clients need, made where there is none (default beyond loopback: token in --data)", "FILE" },
    { "tls-cert", 0, 0, G_OPTION_ARG_FILENAME, &o->tls_cert, "Certificate and chain, PEM", "FILE" },
    { "tls-key", 0, 0, G_OPTION_ARG_FILENAME, &o->tls_key, "Private key, PEM", "FILE" },
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &o->model, "Model file (default: the built-in model)", "FILE" },
    { "experiments", 0, 0, G_OPTION_ARG_FILENAME, &o->experiments,
        "Folder of results of `seremotion tune` to show beside the shipped ones", "DIR" },
    { "preload", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->preload, "Recording, or folder of them, to put in the library",
        "PATH" },
    { "no-preload", 0, 0, G_OPTION_ARG_NONE, &o->no_preload, "Begin a new library without the shipped recordings",
        NULL },
    { "jobs", 'j', 0, G_OPTION_ARG_INT, &o->jobs, "Recordings analysed at once (default: one per two cores)", "N" },
    { "max-upload", 0, 0, G_OPTION_ARG_INT64, &o->max_upload, "Bytes of a recording (default 2147483648)", "BYTES" },
    { "max-queued", 0, 0, G_OPTION_ARG_INT, &o->max_queued, "Recordings that may wait (default 200)", "N" },
    { "max-live", 0, 0, G_OPTION_ARG_INT, &o->max_live, "Microphones at once (default 4)", "N" },
    { NULL },
  };
  GOptionGroup *group = g_option_group_new (NULL, NULL, NULL, NULL, NULL);

  g_option_group_add_entries (group, entries);
  return group;
}

static gboolean
check_number (const char *option, gint64 value, gint64 low, gint64 high, GError **error)
{
  return (value >= low && value <= high)
      || ser_fail (error, SER_ERROR_CONFIG,
          "%s %" G_GINT64_FORMAT ": expected a number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, option, value,
          low, high);
}

static gboolean
check_numbers (const SerServeOptions *o, GError **error)
{
  return check_number ("--port", o->port, 0, 65535, error) && check_number ("--jobs", o->jobs, 1, MAX_JOBS, error)
      && check_number ("--max-upload", o->max_upload, 1, G_MAXINT64 / 2, error)
      && check_number ("--max-queued", o->max_queued, 1, MAX_QUEUED, error)
      && check_number ("--max-live", o->max_live, 0, MAX_JOBS, error);
}

static gboolean
check_address (SerServeOptions *o, GError **error)
{
  const char *host = !o->host || g_ascii_strcasecmp (o->host, "localhost") == 0 ? "127.0.0.1" : o->host;

  o->address = g_inet_address_new_from_string (host);
  if (!o->address)
    return ser_fail (error, SER_ERROR_CONFIG,
        "--host %s: expected an IP address: 127.0.0.1 for this machine alone, 0.0.0.0 for all networks", host);
  if (!o->tls_cert != !o->tls_key)
    return ser_fail (error, SER_ERROR_CONFIG, "--tls-cert and --tls-key go together");
  return g_inet_address_get_is_loopback (o->address) || o->tls_cert
      || ser_fail (error, SER_ERROR_CONFIG,
          "--host %s is not loopback: other machines are served over TLS alone, with --tls-cert and --tls-key", host);
}

/* Makes it, for its owner alone. */
static gboolean
take_folder (SerServeOptions *o, GError **error)
{
  g_autofree char *given = g_steal_pointer (&o->data);

  if (given && !*given)
    return ser_fail (error, SER_ERROR_CONFIG, "--data: expected a folder, found an empty name");
  o->data =
      given ? g_canonicalize_filename (given, NULL) : g_build_filename (g_get_user_data_dir (), "seremotion", NULL);
  if (g_mkdir_with_parents (o->data, 0700) != 0)
    return ser_fail (error, SER_ERROR_FILE, "--data %s: the folder cannot be made: %s; name one elsewhere", o->data,
        g_strerror (errno));
  return g_access (o->data, W_OK | X_OK) == 0
      || ser_fail (error, SER_ERROR_FILE, "--data %s: cannot be written to: %s; name a folder of your own", o->data,
          g_strerror (errno));
}

gboolean
ser_serve_options_read (SerServeOptions *o, int argc, char **argv, GError **error)
{
  g_auto (GStrv) args = NULL;

  *o = (SerServeOptions){ .port = 8080,
    .jobs = MAX (1, (int) g_get_num_processors () / 2),
    .max_upload = G_GINT64_CONSTANT (2) << 30,
    .max_queued = 200,
    .max_live = 4 };
  return ser_command_parse (argc, argv, NULL, "Serves a page, and an interface, that analyses recordings.",
             make_group (o), 0, &args, error)
      && check_numbers (o, error) && check_address (o, error) && take_folder (o, error);
}

void
ser_serve_options_clear (SerServeOptions *o)
{
  g_free (o->data);
  g_free (o->host);
  g_free (o->token_file);
  g_free (o->tls_cert);
  g_free (o->tls_key);
  g_free (o->model);
  g_free (o->experiments);
  g_strfreev (o->preload);
  g_clear_object (&o->address);
}
