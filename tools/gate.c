/* gate.c - seremotion gate: what the speech gate lets through
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <stdio.h>

#include "clips.h"
#include "command.h"
#include "csv.h"
#include "sources.h"

#define DIGITAL_SILENCE (-119.9) /* dBFS: windows under it, which hold nothing, are not counted */

typedef struct {
  SerSources *sources;
  char *gate, *split, *csv;
} Options;

/* Shared by the workers of ser_clips_decode(); each writes to its own clips. */
typedef struct {
  SerModel *gate;
  GPtrArray *clips; /* const SerClip * */
  GArray **windows; /* [clips] of SerResult; NULL: cannot be read */
} Judging;

/* Windows of the clips of one label. */
typedef struct {
  guint clips, windows, of[SER_GATE_NON_SPEECH + 1];
  double speech; /* sum of probabilities */
} Tally;

static GOptionGroup *
make_group (Options *o)
{
  const GOptionEntry entries[] = {
    { "gate", 'g', 0, G_OPTION_ARG_FILENAME, &o->gate,
        "Model file of the gate; `gate` (the default) is the built-in one", "FILE" },
    { "split", 0, 0, G_OPTION_ARG_STRING, &o->split, "Only clips of these splits (default: all)", "NAME,..." },
    { "csv", 0, 0, G_OPTION_ARG_FILENAME, &o->csv, "Write each window's gate, probability and level", "FILE" },
    { NULL },
  };

  return ser_sources_option_group (o->sources, entries);
}

static void
clear_options (Options *o)
{
  g_free (o->gate);
  g_free (o->split);
  g_free (o->csv);
  ser_sources_free (o->sources);
}

static gboolean
check_options (const Options *o, GError **error)
{
  g_auto (GStrv) manifests = ser_sources_manifests (o->sources);

  return ser_sources_check (o->sources, error)
      && (!o->csv || ser_command_check_output ("--csv", o->csv, (const char *const *) manifests, error));
}

/* ---- judging ---- */

/* The gate is the stream's model as well: its scores are not wanted, and it is the cheapest there is. */
static SerStream *
make_stream (SerModel *gate, GError **error)
{
  SerStreamConfig config = SER_STREAM_CONFIG_INIT;

  config.gate_model = gate;
  return ser_stream_new (gate, &config, error);
}

static void
judge_clip (guint worker, guint i, const gint16 *samples, gsize n, const GError *error, gpointer data)
{
  Judging *judging = data;
  SerStream *stream = error ? NULL : make_stream (judging->gate, NULL);
  gboolean finished = !stream;
  SerResult result;

  if (error)
    ser_say ("cannot be read: %s: %s", ((const SerClip *) judging->clips->pdata[i])->name, error->message);
  else
    judging->windows[i] = g_array_new (FALSE, FALSE, sizeof (SerResult));
  while (!finished) {
    gsize used = ser_stream_push_s16 (stream, samples, n);

    samples += used;
    n -= used;
    finished = n == 0;
    if (finished)
      ser_stream_finish (stream);
    while (ser_stream_next (stream, &result))
      if (result.loudness > DIGITAL_SILENCE)
        g_array_append_val (judging->windows[i], result);
  }
  ser_stream_free (stream);
}

/* ---- reporting ---- */

static void
count_clip (Tally *tally, const GArray *windows)
{
  tally->clips++;
  for (guint i = 0; i < windows->len; i++) {
    const SerResult *result = &g_array_index (windows, SerResult, i);

    tally->windows++;
    tally->of[result->gate]++;
    tally->speech += result->speech;
  }
}

static void
print_tally (const char *label, const Tally *tally)
{
  const double percent = tally->windows > 0 ? 100.0 / tally->windows : 0.0;

  printf ("%-32s %6u %8u %8u %10u %8u %8u %7.1f %% %7.3f\n", label, tally->clips, tally->windows,
      tally->of[SER_GATE_SPEECH], tally->of[SER_GATE_NON_SPEECH], tally->of[SER_GATE_SILENCE],
      tally->of[SER_GATE_CLIPPED], percent * (tally->windows - tally->of[SER_GATE_SPEECH]),
      tally->windows > 0 ? tally->speech / tally->windows : 0.0);
}

/* Per label, in alphabetical order: how many windows are speech, and how many are not and why. */
static void
print_tallies (const Judging *judging)
{
  g_autoptr (GHashTable) tallies = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  g_autoptr (GList) labels = NULL;

  for (guint i = 0; i < judging->clips->len; i++) {
    const SerClip *clip = judging->clips->pdata[i];
    Tally *tally = g_hash_table_lookup (tallies, clip->label);

    if (!tally)
      g_hash_table_insert (tallies, (gpointer) clip->label, tally = g_new0 (Tally, 1));
    if (judging->windows[i])
      count_clip (tally, judging->windows[i]);
  }
  labels = g_list_sort (g_hash_table_get_keys (tallies), (GCompareFunc) g_strcmp0);
  printf ("%-32s %6s %8s %8s %10s %8s %8s %9s %7s\n", "label", "clips", "windows", "speech", "non-speech", "silence",
      "clipped", "none", "mean p");
  for (GList *l = labels; l; l = l->next)
    print_tally (l->data, g_hash_table_lookup (tallies, l->data));
}

static gboolean
write_csv (const Judging *judging, const char *path, GError **error)
{
  g_autoptr (GString) out = g_string_new ("clip,speaker,emotion,start,duration,gate,speech,loudness\n");
  const double rate = ser_model_get_rate (judging->gate);

  for (guint i = 0; i < judging->clips->len; i++) {
    const SerClip *clip = judging->clips->pdata[i];

    for (guint w = 0; judging->windows[i] && w < judging->windows[i]->len; w++) {
      const SerResult *result = &g_array_index (judging->windows[i], SerResult, w);
      const double numbers[] = { result->start / rate, result->length / rate, result->speech, result->loudness };
      char text[G_N_ELEMENTS (numbers)][G_ASCII_DTOSTR_BUF_SIZE];

      for (guint k = 0; k < G_N_ELEMENTS (numbers); k++)
        g_ascii_formatd (text[k], sizeof text[k], "%.6g", numbers[k]);
      ser_csv_append_field (out, clip->name);
      g_string_append_c (out, ',');
      ser_csv_append_field (out, clip->speaker);
      g_string_append_printf (out, ",%s,%s,%s,%s,%s,%s\n", clip->label, text[0], text[1],
          ser_gate_to_string (result->gate), text[2], text[3]);
    }
  }
  return g_file_set_contents (path, out->str, out->len, error);
}

/* ---- the command ---- */

static GPtrArray *
choose_clips (const Options *o, GError **error)
{
  const GArray *all = o->sources->corpus->clips;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree const char **labels = NULL;
  g_autoptr (GPtrArray) clips = NULL;
  guint left_out = 0;

  for (guint i = 0; i < all->len; i++)
    g_hash_table_add (seen, (gpointer) g_array_index (all, SerClip, i).label);
  labels = (const char **) g_hash_table_get_keys_as_array (seen, NULL);
  clips = ser_sources_select (o->sources, o->split, labels, &left_out);
  if (o->sources->n_folds && clips->len > 0) {
    g_autoptr (GPtrArray) selected = g_steal_pointer (&clips);
    if (!ser_sources_divide (o->sources, selected, &clips, NULL, error))
      return NULL;
  }
  if (clips->len > 0)
    return g_steal_pointer (&clips);
  g_set_error (error, SER_ERROR, SER_ERROR_DATA, "no clip is left%s%s", o->split ? " in the split " : "",
      o->split ? o->split : "");
  return NULL;
}

static gboolean
judge_all (const Options *o, SerModel *gate, GError **error)
{
  g_autoptr (GPtrArray) clips = choose_clips (o, error);
  Judging judging = { gate, clips, NULL };
  gboolean ok;

  if (!clips)
    return FALSE;
  judging.windows = g_new0 (GArray *, clips->len);
  ser_clips_decode (clips, ser_model_get_rate (gate), 0, judge_clip, &judging);
  print_tallies (&judging);
  ok = !o->csv || write_csv (&judging, o->csv, error);
  for (guint i = 0; i < clips->len; i++)
    g_clear_pointer (&judging.windows[i], g_array_unref);
  g_free (judging.windows);
  return ok;
}

static gboolean
run (const Options *o, GError **error)
{
  SerModel *gate = ser_command_load_model (o->gate ? o->gate : "gate", error);
  SerStream *probe = gate ? make_stream (gate, error) : NULL;
  gboolean ok = probe && ser_sources_load (o->sources, error) && judge_all (o, gate, error);

  ser_stream_free (probe);
  ser_model_unref (gate);
  return ok;
}

int
ser_command_gate (int argc, char **argv)
{
  Options options = { .sources = ser_sources_new () };
  g_auto (GStrv) args = NULL;
  GError *error = NULL;
  gboolean ok =
      ser_command_parse (argc, argv, NULL,
          "Runs each clip of a corpus or manifest as a stream and counts, label by label, the windows that the "
          "speech gate takes for speech.",
          make_group (&options), 0, &args, &error)
      && check_options (&options, &error) && run (&options, &error);

  clear_options (&options);
  return ok ? SER_EXIT_OK : ser_command_fail (argv[0], error);
}
