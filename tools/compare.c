/* compare.c - seremotion compare: speakers, by their speeches
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "clips.h"
#include "command.h"
#include "comparison.h"
#include "model/error.h"
#include "progress.h"
#include "recording-analyse.h"
#include "recording-read.h"
#include "speech-copies.h"

typedef struct {
  SerAnalysisSetup setup;
  SerGroups *groups;
  char *model, *html, *csv, *json;
  gboolean no_gate, allow_truncated;
  int jobs;
  gint64 seed;
} Options;

static GOptionGroup *
make_group (Options *o)
{
  SerTrackOptions *tracks = &o->setup.tracks;
  const GOptionEntry entries[] = {
    { "html", 0, 0, G_OPTION_ARG_FILENAME, &o->html, "Write a report, one page without scripts", "FILE" },
    { "csv", 0, 0, G_OPTION_ARG_FILENAME, &o->csv, "Write all figures, a row for each", "FILE" },
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &o->json, "Write all figures", "FILE" },
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &o->model, "Model file (default: the built-in model)", "FILE" },
    { "window", 0, 0, G_OPTION_ARG_DOUBLE, &tracks->window, "Length of a window (default: the model's)", "S" },
    { "interval", 0, 0, G_OPTION_ARG_DOUBLE, &tracks->interval, "From window to window (default 1)", "S" },
    { "no-gate", 0, 0, G_OPTION_ARG_NONE, &o->no_gate, "Take every window for speech", NULL },
    { "allow-truncated", 0, 0, G_OPTION_ARG_NONE, &o->allow_truncated, "Keep recordings that end too early, marked",
        NULL },
    { "jobs", 'j', 0, G_OPTION_ARG_INT, &o->jobs, "Recordings at once (default: one per core)", "N" },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &o->seed, "Seed of resampling and permutation (default 1)", "N" },
    { NULL },
  };
  GOptionGroup *group = g_option_group_new (NULL, NULL, NULL, NULL, NULL);

  g_option_group_add_entries (group, entries);
  return group;
}

static void
options_clear (Options *o)
{
  ser_analysis_setup_clear (&o->setup);
  ser_groups_free (o->groups);
  g_free (o->model);
  g_free (o->html);
  g_free (o->csv);
  g_free (o->json);
}

/* Each output is none of the inputs, nor another output. */
static gboolean
check_outputs (const Options *o, const char *manifest, const SerSpeeches *speeches, GError **error)
{
  static const char *const names[] = { "--html", "--csv", "--json" };
  const char *const outputs[] = { o->html, o->csv, o->json };
  g_autoptr (GPtrArray) others = g_ptr_array_new ();

  g_ptr_array_add (others, (gpointer) manifest);
  if (o->model)
    g_ptr_array_add (others, o->model);
  for (guint i = 0; i < speeches->speeches->len; i++)
    g_ptr_array_add (others, ((const SerSpeech *) speeches->speeches->pdata[i])->location);
  g_ptr_array_add (others, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (outputs); i++) {
    if (!outputs[i])
      continue;
    if (!ser_command_check_output (names[i], outputs[i], (const char *const *) others->pdata, error))
      return FALSE;
    others->pdata[others->len - 1] = (gpointer) outputs[i];
    g_ptr_array_add (others, NULL);
  }
  return TRUE;
}

static gboolean
prepare (Options *o, GError **error)
{
  if (o->jobs < 0 || o->jobs > 1024)
    return ser_fail (
        error, SER_ERROR_CONFIG, "--jobs %d: expected a number from 1 to 1024, or 0 for one per core", o->jobs);
  o->setup.tracks.gate = !o->no_gate;
  o->setup.tracks.model = o->model;
  o->setup.tracks.track = 1;
  o->setup.seed = o->seed;
  return ser_analysis_setup_init (&o->setup, error) && (o->groups = ser_groups_read (o->setup.model, error));
}

/* ---- listening ---- */

static volatile sig_atomic_t interrupted;

static void
on_interrupt (int number)
{
  interrupted = number;
}

typedef struct {
  const Options *options;
  const SerSpeeches *speeches;
  GMutex lock; /* of all that follows */
  SerProgress *progress;
  double *fractions;
  guint n_done;
} Work;

typedef struct {
  Work *work;
  guint speech;
} Job;

static void
show_progress (Work *work)
{
  guint n = work->speeches->speeches->len;
  g_autofree char *note = g_strdup_printf ("%u of %u", work->n_done, n);
  double sum = 0;

  for (guint i = 0; i < n; i++)
    sum += work->fractions[i];
  ser_progress_update (work->progress, sum / n, note);
}

static gboolean
on_track (const SerTrack *track, const SerRecordingWindow *window, double position, double duration, gpointer data)
{
  const Job *job = data;

  if (window && duration > 0) {
    g_mutex_lock (&job->work->lock);
    job->work->fractions[job->speech] = CLAMP (position / duration, 0, 1);
    show_progress (job->work);
    g_mutex_unlock (&job->work->lock);
  }
  return !interrupted;
}

/* Whether the sound was cut as the media's is, and labels come from one window each. */
static gboolean
is_same_run (const SerRecording *recording, const SerTrackOptions *tracks)
{
  return fabs (recording->window - tracks->window) < 1e-9 && fabs (recording->interval - tracks->interval) < 1e-9
      && recording->smoothing == 0;
}

/* A document must be of the model and the options that the media are heard with. */
static gboolean
check_document (const Options *o, const SerRecording *recording, GError **error)
{
  const SerTrackOptions *tracks = &o->setup.tracks;
  gboolean same = strcmp (recording->model_id, o->setup.model_id) == 0
      && recording->n_labels == ser_model_get_n_labels (o->setup.model);

  for (guint i = 0; same && i < recording->n_labels; i++)
    same = strcmp (recording->labels[i], ser_model_get_label (o->setup.model, i)) == 0;
  if (!same)
    return ser_fail (error, SER_ERROR_DATA,
        "%s: recording.model_id `%s` (%s): expected that of the model compared with, %s; analyse it with this model, "
        "or "
        "name the other with --model",
        recording->location, recording->model_id, recording->model, o->setup.model_id);
  return is_same_run (recording, tracks)
      || ser_fail (error, SER_ERROR_DATA,
          "%s: recording: window `%g`, interval `%g`, smoothing `%g`: expected %g, %g and 0; analyse it with these",
          recording->location, recording->window, recording->interval, recording->smoothing, tracks->window,
          tracks->interval);
}

static SerRecording *
read_document (const Options *o, const char *path, GError **error)
{
  g_autoptr (SerRecording) recording = ser_recording_read (path, error);

  return recording && check_document (o, recording, error) ? g_steal_pointer (&recording) : NULL;
}

static SerRecording *
hear (const Options *o, const SerSpeech *speech, Job *job, char **ended, GError **error)
{
  g_autoptr (GPtrArray) recordings = NULL;

  if (speech->document)
    return read_document (o, speech->location, error);
  recordings = ser_recordings_analyse (speech->location, &o->setup, NULL, on_track, job, ended, error);
  return recordings ? g_ptr_array_steal_index (recordings, 0) : NULL;
}

static SerSpeechFault
find_fault (const Options *o, const SerRecording *recording)
{
  if (recording->summary.n_speech == 0)
    return SER_SPEECH_SILENT;
  return recording->truncated && !o->allow_truncated ? SER_SPEECH_TRUNCATED : SER_SPEECH_FINE;
}

/* What is wrong with a recording, in a few words; `ended` says why decoding ended early, if it did. */
static char *
describe_fault (SerSpeechFault fault, const SerRecording *recording, const char *ended)
{
  if (fault == SER_SPEECH_SILENT)
    return g_strdup ("there is no speech in it");
  if (ended)
    return g_strdup_printf (
        "decoding ended at %.1f s: %s; --allow-truncated keeps what there is", recording->duration, ended);
  if (isnan (recording->expected))
    return g_strdup_printf (
        "decoding ended early, at %.1f s; --allow-truncated keeps what there is", recording->duration);
  return g_strdup_printf ("truncated: %.1f s of sound where the file says %.1f s; --allow-truncated keeps them",
      recording->duration, recording->expected);
}

/* What is told of a fault begins with the path where the error does not name it already. */
static void
listen (const Options *o, SerSpeech *speech, Job *job)
{
  g_autofree char *ended = NULL, *what = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SerRecording) recording = hear (o, speech, job, &ended, &error);
  SerSpeechFault fault;

  if (!recording) {
    ser_speech_reject (speech, SER_SPEECH_UNREADABLE, g_strdup (error->message));
    return;
  }
  ser_speech_name (speech, recording);
  fault = find_fault (o, recording);
  if (fault == SER_SPEECH_FINE) {
    ser_speech_take (speech, recording);
    return;
  }
  what = describe_fault (fault, recording, ended);
  ser_speech_reject (speech, fault, g_strdup_printf ("%s: %s", speech->path, what));
}

static void
do_speech (gpointer data, gpointer user_data)
{
  Work *work = user_data;
  Job job = { work, GPOINTER_TO_UINT (data) - 1 };
  SerSpeech *speech = work->speeches->speeches->pdata[job.speech];

  if (!interrupted)
    listen (work->options, speech, &job);
  g_mutex_lock (&work->lock);
  if (speech->why && !interrupted) {
    ser_progress_clear (work->progress);
    ser_say ("seremotion compare: %s", speech->why);
  }
  work->fractions[job.speech] = 1;
  work->n_done++;
  show_progress (work);
  g_mutex_unlock (&work->lock);
}

/* Once all are heard: which of them are the same. */
static void
drop_copies (const SerSpeeches *speeches)
{
  ser_speeches_drop_copies (speeches);
  for (guint i = 0; i < speeches->speeches->len; i++) {
    const SerSpeech *speech = speeches->speeches->pdata[i];

    if (speech->fault == SER_SPEECH_COPY)
      ser_say ("seremotion compare: %s", speech->why);
  }
}

/* Takes in all speeches; gives what could not be used (char *, of the speeches), in the manifest's order. */
static GPtrArray *
listen_to_all (const Options *o, const SerSpeeches *speeches)
{
  guint n = speeches->speeches->len;
  Work work = { .options = o, .speeches = speeches, .progress = ser_progress_new ("listening") };
  GPtrArray *failures = g_ptr_array_new ();
  GThreadPool *pool;

  g_mutex_init (&work.lock);
  work.fractions = g_new0 (double, n);
  pool = g_thread_pool_new (do_speech, &work, o->jobs > 0 ? (guint) o->jobs : g_get_num_processors (), FALSE, NULL);
  for (guint i = 0; i < n; i++)
    g_thread_pool_push (pool, GUINT_TO_POINTER (i + 1), NULL);
  g_thread_pool_free (pool, FALSE, TRUE);
  ser_progress_free (work.progress);
  if (!interrupted)
    drop_copies (speeches);
  for (guint i = 0; i < n; i++) {
    const SerSpeech *speech = speeches->speeches->pdata[i];

    if (speech->why)
      g_ptr_array_add (failures, speech->why);
  }
  g_free (work.fractions);
  g_mutex_clear (&work.lock);
  return failures;
}

/* ---- telling ---- */

static gboolean
write_text (const char *path, const GString *text, GError **error)
{
  g_autoptr (GError) local = NULL;

  return g_file_set_contents (path, text->str, text->len, &local)
      || ser_fail (error, SER_ERROR_FILE, "%s", local->message);
}

static gboolean
write_outputs (const Options *o, const SerComparison *comparison, const SerComparisonFacts *facts, GError **error)
{
  g_autoptr (GString) html = g_string_new (NULL), csv = g_string_new (NULL);

  if (o->html)
    ser_comparison_append_html (comparison, facts, o->html, html);
  if (o->csv)
    ser_comparison_append_csv (comparison, csv);
  return (!o->html || write_text (o->html, html, error)) && (!o->csv || write_text (o->csv, csv, error))
      && (!o->json || ser_comparison_write_json (comparison, facts, o->json, error));
}

static gboolean
tell (const Options *o, const char *manifest, const SerSpeeches *speeches, GPtrArray *failures, GError **error)
{
  const SerModel *model = o->setup.model;
  const char *labels[SER_MAX_LABELS], *name = ser_model_get_metadata (model, "name");
  SerComparisonFacts facts = { name ? name
        : o->model                  ? o->model
                                    : "default",
    o->setup.model_id, manifest, o->setup.tracks.window, o->setup.tracks.interval, o->seed, failures };
  g_autoptr (SerComparison) comparison = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < ser_model_get_n_labels (model); i++)
    labels[i] = ser_model_get_label (model, i);
  comparison =
      ser_comparison_new (speeches, labels, ser_model_get_n_labels (model), &o->setup.confusion, o->groups, o->seed);
  if (comparison->speakers->len == 0)
    return ser_fail (error, SER_ERROR_DATA, "%s: none of its recordings can be used; the first: %s", manifest,
        (const char *) g_ptr_array_index (failures, 0));
  ser_comparison_append_table (comparison, &facts, text);
  fputs (text->str, stdout);
  return write_outputs (o, comparison, &facts, error);
}

static int
run (const Options *o, const char *manifest, SerSpeeches *speeches)
{
  struct sigaction action = { .sa_handler = on_interrupt, .sa_flags = SA_RESETHAND };
  g_autoptr (GPtrArray) failures = NULL;
  GError *error = NULL;

  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
  failures = listen_to_all (o, speeches);
  if (interrupted) {
    ser_say ("seremotion compare: interrupted");
    return SER_EXIT_FAILURE;
  }
  if (!tell (o, manifest, speeches, failures, &error))
    return ser_command_fail ("compare", error);
  if (failures->len > 0)
    ser_say ("seremotion compare: %u of %u recordings were left out", failures->len, speeches->speeches->len);
  return failures->len > 0 ? SER_EXIT_FAILURE : SER_EXIT_OK;
}

int
ser_command_compare (int argc, char **argv)
{
  Options options = { .seed = 1, .setup.tracks = { .interval = 1 } };
  g_autoptr (SerSpeeches) speeches = NULL;
  g_auto (GStrv) args = NULL;
  GError *error = NULL;
  int status;

  if (ser_command_parse (
          argc, argv, "MANIFEST.csv", "Compares speakers by their speeches.", make_group (&options), 1, &args, &error)
      && (speeches = ser_speeches_load (args[0], &error)) && check_outputs (&options, args[0], speeches, &error)
      && prepare (&options, &error))
    status = run (&options, args[0], speeches);
  else
    status = ser_command_fail (argv[0], error);
  options_clear (&options);
  return status;
}
