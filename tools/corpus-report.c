/* corpus-report.c - seremotion corpus: what a corpus is made of
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "clips.h"
#include "command.h"
#include "corpus-figures.h"
#include "sources.h"

typedef struct {
  SerSources *sources;
  char *json;
  int jobs;
} Options;

static GOptionGroup *
make_group (Options *o)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &o->json, "Write the figures to a file, not to standard output", "FILE" },
    { "jobs", 'j', 0, G_OPTION_ARG_INT, &o->jobs, "Clips at once (default: one per core)", "N" },
    { NULL },
  };

  return ser_sources_option_group (o->sources, entries);
}

static gboolean
check_options (const Options *o, char **folders, GError **error)
{
  g_auto (GStrv) manifests = ser_sources_manifests (o->sources);

  if (o->sources->n_folds) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "--fold is for training; all clips are counted here");
    return FALSE;
  }
  if (o->jobs < 0) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--jobs %d: expected 0 or more", o->jobs);
    return FALSE;
  }
  if (o->json && !ser_command_check_output ("--json", o->json, (const char *const *) manifests, error))
    return FALSE;
  for (guint i = 0; folders[i]; i++)
    if (!ser_sources_add_folder (o->sources, folders[i], error))
      return FALSE;
  return ser_sources_check (o->sources, error);
}

static gboolean
run (const Options *o, GError **error)
{
  const char *known = ser_sources_get_corpus (o->sources);
  g_autofree char *name = ser_sources_describe (o->sources);
  g_autoptr (SerCorpusFigures) figures = NULL;

  if (!ser_sources_load (o->sources, error))
    return FALSE;
  figures = ser_corpus_measure (o->sources->corpus, name, known ? ser_corpus_find_facts (known) : NULL, o->jobs, error);
  if (!figures)
    return FALSE;
  for (guint i = o->sources->corpus->problems->len; i < figures->left_out->len; i++)
    ser_say ("left out: %s", (const char *) figures->left_out->pdata[i]);
  if (o->json)
    return ser_corpus_figures_write_json (figures, o->json, error);
  ser_corpus_figures_print (figures);
  return TRUE;
}

int
ser_command_corpus (int argc, char **argv)
{
  Options options = { .sources = ser_sources_new () };
  g_auto (GStrv) folders = NULL;
  GError *error = NULL;
  gboolean ok = ser_command_parse_list (argc, argv, "[DIR...]",
                    "Counts and measures the clips of a corpus: balance of labels, durations, level and pitch, votes "
                    "of listeners. "
                    "A folder's corpus is told by the names of its files.",
                    make_group (&options), 0, &folders, &error)
      && check_options (&options, folders, &error) && run (&options, &error);

  g_free (options.json);
  ser_sources_free (options.sources);
  return ok ? SER_EXIT_OK : ser_command_fail (argv[0], error);
}
