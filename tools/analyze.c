/* analyze.c - seremotion analyze: the emotions in recordings, for people and for the tools that they use
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <gst/gst.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "analyze-job.h"
#include "clips.h"
#include "command.h"
#include "model/error.h"
#include "progress.h"

/* ---- options ---- */

typedef struct {
  SerAnalyzePlan plan;
  char *model, *name, *track, *segments, *output, *shard_text, *media;
  char **formats; /* as given: each may list several */
  gboolean no_gate, live, progress;
  guint shard, n_shards;
  int jobs, raw;
  gint64 seed;
} Options;

static gboolean
usage_error (GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, message);
  return FALSE;
}

static GOptionGroup *
make_group (Options *o)
{
  SerTrackOptions *tracks = &o->plan.setup.tracks;
  const GOptionEntry entries[] = {
    { "format", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->formats,
        "What to write, several with commas: " SER_FORMAT_NAMES " (default table)", "NAME" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &o->output, "Folder of the outputs (default: standard output)", "DIR" },
    { "as", 0, 0, G_OPTION_ARG_FILENAME, &o->name, "What the outputs call the recording (default: as it is named here)",
        "NAME" },
    { "model", 0, 0, G_OPTION_ARG_FILENAME, &o->model, "Model file (default: the built-in model)", "FILE" },
    { "window", 0, 0, G_OPTION_ARG_DOUBLE, &tracks->window, "Length of a window (default: the model's)", "S" },
    { "interval", 0, 0, G_OPTION_ARG_DOUBLE, &tracks->interval, "From window to window (default 1)", "S" },
    { "threshold", 0, 0, G_OPTION_ARG_DOUBLE, &tracks->threshold,
        "Least probability of a label; under it a window is uncertain (default 0)", "P" },
    { "smoothing", 0, 0, G_OPTION_ARG_DOUBLE, &tracks->smoothing, "Weight of the windows before, 0 to 0.99", "X" },
    { "no-gate", 0, 0, G_OPTION_ARG_NONE, &o->no_gate, "Take every window for speech", NULL },
    { "track", 0, 0, G_OPTION_ARG_STRING, &o->track, "Audio track, from 1 (default 1)", "N|all" },
    { "segments", 0, 0, G_OPTION_ARG_FILENAME, &o->segments,
        "Who speaks when: RTTM, CSV (start,end,speaker) or TextGrid, of the one recording", "FILE" },
    { "fragility", 0, 0, G_OPTION_ARG_NONE, &o->plan.setup.fragility,
        "Tell which labels change on a telephone, as MP3, played softly and in a room", NULL },
    { "media", 0, 0, G_OPTION_ARG_STRING, &o->media, "Sound of the html report (default embed)", "embed|link|none" },
    { "allow-truncated", 0, 0, G_OPTION_ARG_NONE, &o->plan.allow_truncated,
        "Keep the results of recordings that end too early, marked", NULL },
    { "resume", 0, 0, G_OPTION_ARG_NONE, &o->plan.resume, "Leave out what is done already", NULL },
    { "shard", 0, 0, G_OPTION_ARG_STRING, &o->shard_text, "Only every Nth recording, from the Ith on", "I/N" },
    { "jobs", 'j', 0, G_OPTION_ARG_INT, &o->jobs, "Recordings at once (default: one per core)", "N" },
    { "live", 0, 0, G_OPTION_ARG_NONE, &o->live,
        "Print windows as they come, of a source that need not end (RTSP, SRT, `microphone`)", NULL },
    { "raw", 0, 0, G_OPTION_ARG_INT, &o->raw,
        "`-` is bare samples, 16-bit little-endian mono at so many a second: 8000 to 192000", "HZ" },
    { "progress", 0, 0, G_OPTION_ARG_NONE, &o->progress,
        "Write lines `progress FRACTION` to standard error, for programs that wait", NULL },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &o->seed, "Seed of the resampling (default 1)", "N" },
    { NULL },
  };
  GOptionGroup *group = g_option_group_new (NULL, NULL, NULL, NULL, NULL);

  g_option_group_add_entries (group, entries);
  return group;
}

static void
options_clear (Options *o)
{
  ser_analysis_setup_clear (&o->plan.setup);
  ser_turns_free (o->plan.turns);
  g_free (o->plan.formats);
  g_free (o->plan.signature);
  g_free (o->model);
  g_free (o->name);
  g_free (o->track);
  g_free (o->segments);
  g_free (o->output);
  g_free (o->shard_text);
  g_free (o->media);
  g_strfreev (o->formats);
}

static gboolean
take_formats (Options *o, GError **error)
{
  g_autoptr (GPtrArray) formats = g_ptr_array_new ();
  g_autofree char *list = o->formats ? g_strjoinv (",", o->formats) : g_strdup ("table");
  g_auto (GStrv) names = g_strsplit (list, ",", -1);

  for (guint i = 0; names[i]; i++) {
    const SerFormat *format = ser_format_find (names[i]);
    if (!format)
      return usage_error (error, "--format %s: expected " SER_FORMAT_NAMES, names[i]);
    if (!g_ptr_array_find (formats, format, NULL))
      g_ptr_array_add (formats, (gpointer) format);
  }
  if (formats->len == 0)
    return usage_error (error, "--format: expected " SER_FORMAT_NAMES);
  o->plan.n_formats = formats->len;
  o->plan.formats = (const SerFormat **) g_ptr_array_free (g_steal_pointer (&formats), FALSE);
  return TRUE;
}

static gboolean
take_track (Options *o, GError **error)
{
  guint64 number = 1;

  if (o->track && strcmp (o->track, "all") != 0 && !g_ascii_string_to_unsigned (o->track, 10, 1, 1000, &number, NULL))
    return usage_error (error, "--track %s: expected a number from 1 or all", o->track);
  o->plan.setup.tracks.track = o->track && strcmp (o->track, "all") == 0 ? SER_TRACK_ALL : number;
  return TRUE;
}

static gboolean
take_media (Options *o, GError **error)
{
  static const char *const names[] = { "embed", "link", "none" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (o->media ? o->media : "embed", names[i]) == 0) {
      o->plan.format.media = i;
      return TRUE;
    }
  return usage_error (error, "--media %s: expected embed, link or none", o->media);
}

static gboolean
take_options (Options *o, GError **error)
{
  if (!take_formats (o, error) || !take_track (o, error)
      || !ser_command_parse_shard (o->shard_text, &o->shard, &o->n_shards, error) || !take_media (o, error))
    return FALSE;
  if (o->jobs < 0 || o->jobs > 1024)
    return usage_error (error, "--jobs %d: expected a number from 1 to 1024, or 0 for one per core", o->jobs);
  if (o->raw != 0 && (o->raw < 8000 || o->raw > 192000))
    return usage_error (error, "--raw %d: expected samples a second, 8000 to 192000", o->raw);
  if (o->plan.resume && !o->output)
    return usage_error (error, "--resume needs --output DIR, the folder of what is done already");
  if (!ser_command_check_text ("--as", o->name, error))
    return FALSE;
  if (o->name && *o->name == '\0')
    return usage_error (error, "--as '': expected a name");
  if (o->live
      && (o->output || o->name || o->plan.setup.fragility || o->segments || o->shard_text || o->plan.n_formats > 1))
    return usage_error (error,
        "--live prints windows on standard output: it takes one --format, jsonl or table, and no "
        "--output, --as, --fragility, --segments or --shard");
  if (o->live && !ser_format_is_live (o->plan.formats[0]))
    return usage_error (error, "--live: expected --format jsonl or table");
  o->plan.folder = o->output;
  o->plan.setup.tracks.gate = !o->no_gate;
  o->plan.setup.tracks.model = o->model;
  o->plan.setup.tracks.raw_rate = o->raw;
  o->plan.setup.name = o->name;
  o->plan.setup.seed = o->seed;
  return TRUE;
}

/* What can go to standard output, and what one file of turns can be about. */
static gboolean
check_inputs (const Options *o, const GPtrArray *inputs, GError **error)
{
  if (o->segments && inputs->len > 1)
    return usage_error (error, "--segments is of one recording, and here are %u", inputs->len);
  if (o->live && inputs->len > 1)
    return usage_error (error, "--live takes one source");
  if (o->raw > 0 && (inputs->len > 1 || strcmp (((const SerInput *) inputs->pdata[0])->location, "-") != 0))
    return usage_error (error, "--raw is of standard input: expected `-` and nothing else");
  if (o->name && inputs->len > 1)
    return usage_error (error, "--as names one recording, and here are %u", inputs->len);
  if (o->output || o->live)
    return TRUE;
  if (o->plan.n_formats > 1)
    return usage_error (error, "several formats need --output DIR");
  if (!ser_format_is_text (o->plan.formats[0]))
    return usage_error (error, "--format %s needs --output DIR", o->plan.formats[0]->name);
  if (inputs->len > 1 && !ser_format_is_joinable (o->plan.formats[0]))
    return usage_error (error, "--format %s of several recordings needs --output DIR", o->plan.formats[0]->name);
  return TRUE;
}

/* What results depend on, the recordings apart. */
static char *
make_signature (const Options *o)
{
  const SerTrackOptions *t = &o->plan.setup.tracks;
  GString *text = g_string_new (NULL);
  g_autofree char *bytes = NULL, *turns = NULL;
  gsize size;

  if (o->segments && g_file_get_contents (o->segments, &bytes, &size, NULL))
    turns = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) bytes, size);
  g_string_append_printf (text,
      "seremotion %s model %s window %g interval %g threshold %g smoothing %g gate %d track %u fragility %d seed "
      "%" G_GINT64_FORMAT " truncated %d segments %s media %u as %s formats",
      SER_VERSION, o->plan.setup.model_id, t->window, t->interval, t->threshold, t->smoothing, t->gate, t->track,
      o->plan.setup.fragility, o->seed, o->plan.allow_truncated, turns ? turns : "", o->plan.format.media,
      o->name ? o->name : "");
  for (guint i = 0; i < o->plan.n_formats; i++)
    g_string_append_printf (text, " %s", o->plan.formats[i]->name);
  return g_string_free (text, FALSE);
}

static gboolean
prepare (Options *o, GError **error)
{
  for (guint i = 0; i < o->plan.n_formats; i++)
    if (!ser_format_check (o->plan.formats[i], error))
      return FALSE;
  if (!ser_analysis_setup_init (&o->plan.setup, error))
    return FALSE;
  if (o->segments && !(o->plan.turns = ser_turns_load (o->segments, error)))
    return FALSE;
  if (o->output && g_mkdir_with_parents (o->output, 0777) != 0)
    return ser_fail (
        error, SER_ERROR_FILE, "--output %s: the folder cannot be made: %s", o->output, g_strerror (errno));
  o->plan.signature = make_signature (o);
  return TRUE;
}

/* ---- work ---- */

static volatile sig_atomic_t interrupted;

static void
on_interrupt (int number)
{
  interrupted = number;
}

typedef struct {
  const Options *options;
  GPtrArray *inputs; /* SerInput * */
  SerProgress *progress;
  GMutex lock; /* of all that follows, and of standard output */
  double *fractions;
  GString **texts; /* of inputs that are done, until it is their turn to be printed */
  guint next;      /* to be printed */
  guint n_done, n_failed;
} Work;

typedef struct {
  Work *work;
  guint input;
} Job;

static void
show_progress (Work *work)
{
  g_autofree char *note = g_strdup_printf ("%u of %u", work->n_done, work->inputs->len);
  double sum = 0;

  for (guint i = 0; i < work->inputs->len; i++)
    sum += work->fractions[i];
  ser_progress_update (work->progress, sum / work->inputs->len, note);
}

static gboolean
on_way (double fraction, gpointer data)
{
  const Job *job = data;
  Work *work = job->work;

  if (!isnan (fraction)) {
    g_mutex_lock (&work->lock);
    work->fractions[job->input] = fraction;
    show_progress (work);
    g_mutex_unlock (&work->lock);
  }
  return !interrupted;
}

static void
say_failure (Work *work, GError *error)
{
  ser_progress_clear (work->progress);
  g_strdelimit (error->message, "\r\n", ' ');
  ser_say ("seremotion analyze: %s", error->message);
  work->n_failed++;
}

/* Prints, in the order of the inputs, what is complete. */
static void
print_ready (Work *work)
{
  for (; work->next < work->inputs->len && work->texts[work->next]; work->next++) {
    if (work->texts[work->next]->len == 0)
      continue;
    ser_progress_clear (work->progress);
    fputs (work->texts[work->next]->str, stdout);
    fflush (stdout);
    g_string_truncate (work->texts[work->next], 0);
  }
}

static void
do_input (gpointer data, gpointer user_data)
{
  Work *work = user_data;
  Job job = { work, GPOINTER_TO_UINT (data) - 1 };
  const SerInput *input = work->inputs->pdata[job.input];
  const SerAnalyzePlan *plan = &work->options->plan;
  g_autoptr (GError) error = NULL;
  GString *text = g_string_new (NULL);
  gboolean ok;

  if (interrupted || (plan->resume && ser_analyze_is_done (plan, input)))
    ok = TRUE;
  else
    ok = ser_analyze_input (plan, input, on_way, &job, text, &error);
  g_mutex_lock (&work->lock);
  if (!ok && !interrupted)
    say_failure (work, error);
  work->texts[job.input] = text;
  work->fractions[job.input] = 1;
  work->n_done++;
  if (!interrupted)
    print_ready (work);
  show_progress (work);
  g_mutex_unlock (&work->lock);
}

static void
run_jobs (Work *work, guint n_jobs)
{
  GThreadPool *pool = g_thread_pool_new (do_input, work, n_jobs, FALSE, NULL);

  for (guint i = 0; i < work->inputs->len; i++)
    g_thread_pool_push (pool, GUINT_TO_POINTER (i + 1), NULL);
  g_thread_pool_free (pool, FALSE, TRUE);
}

static int
run (const Options *o, GPtrArray *inputs)
{
  Work work = { .options = o, .inputs = inputs, .progress = ser_progress_new ("analysing") };
  guint n_failed;

  if (o->progress)
    ser_progress_write_lines (work.progress);
  work.fractions = g_new0 (double, inputs->len);
  work.texts = g_new0 (GString *, inputs->len);
  g_mutex_init (&work.lock);
  run_jobs (&work, o->jobs > 0 ? (guint) o->jobs : g_get_num_processors ());
  n_failed = work.n_failed;
  ser_progress_free (work.progress);
  for (guint i = 0; i < inputs->len; i++)
    g_string_free (work.texts[i], TRUE);
  g_free (work.texts);
  g_free (work.fractions);
  g_mutex_clear (&work.lock);
  if (interrupted)
    ser_say ("seremotion analyze: interrupted%s", o->output ? "; with --resume it goes on from here" : "");
  else if (n_failed > 0 && inputs->len > 1)
    ser_say ("seremotion analyze: %u of %u recordings failed", n_failed, inputs->len);
  return interrupted || n_failed > 0 ? SER_EXIT_FAILURE : SER_EXIT_OK;
}

/* ---- live ---- */

static gboolean
on_live (const SerTrack *track, const SerRecordingWindow *window, double position, double duration, gpointer data)
{
  const Options *o = data;
  g_autoptr (GString) text = g_string_new (NULL);

  if (window) {
    ser_format_append_live (o->plan.formats[0], window, o->plan.setup.model, text);
    fputs (text->str, stdout);
    fflush (stdout);
  }
  return !interrupted && !ferror (stdout);
}

static int
run_live (const Options *o, const char *location)
{
  GError *error = NULL;
  g_autoptr (SerTracks) tracks =
      ser_tracks_analyse (location, &o->plan.setup.tracks, o->plan.setup.model, on_live, (gpointer) o, &error);

  if (!tracks)
    return ser_command_fail ("analyze", error);
  if (tracks->fault)
    ser_say ("seremotion analyze: %s: the stream ended: %s", location, tracks->fault);
  return tracks->fault ? SER_EXIT_FAILURE : SER_EXIT_OK;
}

int
ser_command_analyze (int argc, char **argv)
{
  Options options = { .seed = 1, .plan.setup.tracks = { .interval = 1 } };
  g_autoptr (GPtrArray) inputs = NULL;
  g_auto (GStrv) args = NULL;
  GError *error = NULL;
  int status;

  if (ser_command_parse_list (argc, argv, "FILE|URI|FOLDER|- ...", "Tells the emotions in recordings.",
          make_group (&options), 1, &args, &error)
      && take_options (&options, &error) && gst_init_check (NULL, NULL, &error)
      && (inputs = ser_inputs_list (args, &error)) && check_inputs (&options, inputs, &error)
      && prepare (&options, &error)) {
    struct sigaction action = { .sa_handler = on_interrupt, .sa_flags = SA_RESETHAND };

    sigaction (SIGINT, &action, NULL);
    sigaction (SIGTERM, &action, NULL);
    ser_inputs_take_shard (inputs, options.shard, options.n_shards);
    status = options.live ? run_live (&options, args[0]) : inputs->len > 0 ? run (&options, inputs) : SER_EXIT_OK;
  } else
    status = ser_command_fail (argv[0], error);
  options_clear (&options);
  return status;
}
