/* serve.c - the command `seremotion serve`: the parts of the server, from the library up to the port
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "serve.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "clips.h"
#include "command.h"
#include "data-folder.h"
#include "entry-json.h"
#include "exports.h"
#include "model/error.h"
#include "preload.h"
#include "recording-analyse.h"
#include "report-html.h"
#include "serve-options.h"
#include "server.h"

#define UPLOAD_SECONDS (2 * 3600)
#define FETCH_SECONDS (2 * 3600)
#define FILES 4096 /* open at once: connections, media that are sent or played */

typedef struct {
  SerServeOptions options;
  SerAnalysisSetup analysis; /* the model that children will use */
  char *token;
  GTlsCertificate *certificate;
  char *refusal; /* why media are not taken, or NULL */
  char *formats;
  SerChildSetup child;
  SerStore *store;
  SerJobs *jobs;
  SerServerParts parts;
  SerServer *server;
  GMainLoop *loop;
} Serve;

static gboolean
is_loopback (const Serve *serve)
{
  return g_inet_address_get_is_loopback (serve->options.address);
}

/* ---- what it needs ---- */

static gboolean
prepare_model (Serve *serve, GError **error)
{
  serve->analysis.tracks.model = serve->options.model;
  serve->analysis.tracks.interval = 1;
  serve->analysis.tracks.gate = TRUE;
  return ser_analysis_setup_init (&serve->analysis, error);
}

static gboolean
prepare_access (Serve *serve, GError **error)
{
  const SerServeOptions *o = &serve->options;
  g_autofree char *usual = g_build_filename (o->data, "token", NULL);
  const char *path = o->token_file ? o->token_file : is_loopback (serve) ? NULL : usual;
  g_autoptr (GError) local = NULL;

  if (path && !(serve->token = ser_access_load_token (path, error)))
    return FALSE;
  if (path)
    ser_say ("seremotion serve: clients need the token in %s", path);
  if (o->tls_cert && !(serve->certificate = g_tls_certificate_new_from_files (o->tls_cert, o->tls_key, &local)))
    return ser_fail (error, SER_ERROR_FILE, "--tls-cert %s --tls-key %s: %s", o->tls_cert, o->tls_key, local->message);
  return TRUE;
}

/* Without bubblewrap a hostile medium could do what the server may: then only this machine's own users may send any. */
static gboolean
prepare_child (Serve *serve, GError **error)
{
  g_autofree char *reason = NULL;
  g_autoptr (GError) local = NULL;

  serve->child.program = g_file_read_link ("/proc/self/exe", &local);
  if (!serve->child.program)
    return ser_fail (error, SER_ERROR_FILE, "%s", local->message);
  serve->child.model = serve->options.model ? g_canonicalize_filename (serve->options.model, NULL) : NULL;
  serve->child.bubblewrap = ser_child_find_bubblewrap (serve->child.program, &reason);
  serve->child.registry = ser_child_make_registry (&serve->child, serve->options.data);
  if (serve->child.bubblewrap)
    return TRUE;
  ser_say ("seremotion serve: media are decoded without a sandbox: %s", reason);
  if (!is_loopback (serve))
    serve->refusal = g_strdup_printf (
        "recordings are taken from other machines only where bubblewrap shuts their decoding off: %s", reason);
  return TRUE;
}

static gboolean
open_store (Serve *serve, GError **error)
{
  g_autofree char *path = g_build_filename (serve->options.data, "library.db", NULL);

  if (!g_file_test (path, G_FILE_TEST_EXISTS) && !ser_data_check_new (serve->options.data, error))
    return FALSE;
  serve->store = ser_store_open (path, error);
  return serve->store != NULL;
}

/* ---- the parts ---- */

static void
on_job (const SerEntry *entry, double progress, gboolean removed, gpointer data)
{
  Serve *serve = data;
  g_autofree char *json =
      removed ? g_strdup_printf ("{\"id\":\"%s\"}", entry->id) : ser_entry_to_json (entry, progress);

  if (serve->parts.events)
    ser_events_send (serve->parts.events, removed ? "removed" : "recording", json);
}

static gboolean
make_jobs (Serve *serve, GError **error)
{
  const SerServeOptions *o = &serve->options;
  SerJobsSettings settings = { .analysis = { .child = serve->child, .limits = SER_CHILD_LIMITS },
    .model_id = serve->analysis.model_id,
    .n_children = o->jobs,
    .max_queued = o->max_queued,
    .max_bytes = o->max_upload,
    .fetch_seconds = FETCH_SECONDS };

  serve->formats = ser_exports_make_formats (ser_report_check (NULL));
  settings.analysis.formats = serve->formats;
  serve->jobs = ser_jobs_new (serve->store, o->data, &settings, on_job, serve, error);
  return serve->jobs != NULL;
}

static char *
make_folder (const Serve *serve, const char *name)
{
  char *path = g_build_filename (serve->options.data, name, NULL);

  g_mkdir (path, 0700);
  return path;
}

static void
make_service (Serve *serve)
{
  const char *name = ser_model_get_metadata (serve->analysis.model, "name");
  SerServiceSettings settings = { .model = serve->analysis.model,
    .model_name = name ? name : "default",
    .model_id = serve->analysis.model_id,
    .jobs = serve->jobs,
    .events = serve->parts.events,
    .upload_bytes = serve->options.max_upload,
    .upload_seconds = UPLOAD_SECONDS,
    .queued = serve->options.max_queued,
    .live = serve->options.max_live,
    .sandbox = serve->child.bubblewrap != NULL,
    .token = serve->token != NULL,
    .refusal = serve->refusal };

  serve->parts.service = ser_service_new (&settings);
}

static gboolean
make_parts (Serve *serve, GError **error)
{
  SerServerParts *parts = &serve->parts;
  g_autofree char *live = make_folder (serve, "live");

  parts->catalogue = ser_catalogue_new (serve->analysis.model, serve->options.experiments, error);
  if (!parts->catalogue)
    return FALSE;
  parts->access = ser_access_new (serve->token, serve->certificate != NULL);
  parts->events = ser_events_new ();
  parts->library = ser_library_new (serve->store, serve->jobs, serve->options.max_upload, serve->refusal);
  parts->comparisons = ser_comparisons_new (serve->store, serve->jobs, &serve->child, serve->options.data);
  parts->tables = ser_tables_new (serve->store, serve->jobs);
  parts->live = ser_live_new (&serve->child, live, serve->options.max_live);
  parts->upload_seconds = UPLOAD_SECONDS;
  parts->refusal = serve->refusal;
  make_service (serve);
  return TRUE;
}

static void
clear (Serve *serve)
{
  SerServerParts *parts = &serve->parts;

  ser_live_free (parts->live);
  ser_comparisons_free (parts->comparisons);
  ser_tables_free (parts->tables);
  g_clear_pointer (&parts->events, ser_events_free);
  ser_server_free (serve->server);
  ser_jobs_free (serve->jobs);
  ser_service_free (parts->service);
  ser_library_free (parts->library);
  ser_catalogue_free (parts->catalogue);
  ser_access_free (parts->access);
  ser_store_close (serve->store);
  ser_analysis_setup_clear (&serve->analysis);
  ser_serve_options_clear (&serve->options);
  g_clear_object (&serve->certificate);
  g_clear_pointer (&serve->loop, g_main_loop_unref);
  g_free (serve->token);
  g_free (serve->refusal);
  g_free (serve->formats);
  g_free (serve->child.program);
  g_free (serve->child.bubblewrap);
  g_free (serve->child.registry);
  g_free (serve->child.model);
}

/* ---- running ---- */

/* As many files as the system lets us have, within reason. */
static void
raise_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= FILES)
    return;
  limit.rlim_cur = MIN (limit.rlim_max, FILES);
  setrlimit (RLIMIT_NOFILE, &limit);
}

static gboolean
on_signal (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_CONTINUE;
}

static gboolean
listen_and_tell (Serve *serve, GError **error)
{
  g_autofree char *uri = NULL;

  serve->server = ser_server_new (&serve->parts, serve->certificate);
  if (!ser_server_listen (serve->server, serve->options.address, serve->options.port, error))
    return FALSE;
  uri = ser_server_get_uri (serve->server);
  printf ("seremotion serve: %s\n", uri);
  fflush (stdout);
  return TRUE;
}

/* A library is new until something is in it: an earlier start may have ended before it came to that. */
static gboolean
preload (Serve *serve, GError **error)
{
  const SerServeOptions *o = &serve->options;
  gboolean is_new;

  if (!ser_store_is_new (serve->store, &is_new, error))
    return FALSE;
  if (is_new && !o->no_preload)
    ser_preload_shipped (serve->jobs);
  return !o->preload || ser_preload_paths (serve->jobs, serve->store, o->preload, error);
}

static gboolean
run (Serve *serve, GError **error)
{
  serve->loop = g_main_loop_new (NULL, FALSE);
  g_unix_signal_add (SIGINT, on_signal, serve->loop);
  g_unix_signal_add (SIGTERM, on_signal, serve->loop);
  signal (SIGPIPE, SIG_IGN);
  raise_limit ();
  if (!ser_preload_check (serve->options.preload, error) || !listen_and_tell (serve, error) || !preload (serve, error))
    return FALSE;
  ser_jobs_run (serve->jobs);
  g_main_loop_run (serve->loop);
  return TRUE;
}

int
ser_command_serve (int argc, char **argv)
{
  Serve serve = { .loop = NULL };
  GError *error = NULL;
  int status = SER_EXIT_OK;

  umask (077); /* in a folder that was there already, too, the library is its owner's alone */
  if (!ser_serve_options_read (&serve.options, argc, argv, &error) || !prepare_model (&serve, &error)
      || !open_store (&serve, &error) || !prepare_access (&serve, &error) || !prepare_child (&serve, &error)
      || !make_jobs (&serve, &error) || !make_parts (&serve, &error) || !run (&serve, &error))
    status = ser_command_fail (argv[0], error);
  clear (&serve);
  return status;
}
