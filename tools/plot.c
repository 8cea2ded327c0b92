/* plot.c - seremotion plot: pictures of trainings, evaluations and models
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "plot.h"

#include <math.h>
#include <string.h>

#include "chart.h"
#include "command.h"
#include "model/error.h"

typedef struct {
  SerPlotOptions plot;
  char *output, *names;
} Options;

static const struct {
  const char *name, *inputs;
  guint at_least, at_most; /* inputs */
  SerPlotFunc draw;
} kinds[] = { { "curves", "1 to 7, run JSON or history.csv", 1, SER_N_COLOURS, ser_plot_curves },
  { "confusion", "1, JSON", 1, 1, ser_plot_confusion },
  { "reliability", "1, JSON of crossval", 1, 1, ser_plot_reliability },
  { "coverage", "1, JSON of crossval", 1, 1, ser_plot_coverage },
  { "architecture", "1, a model, or none and --arch with --features", 0, 1, ser_plot_architecture },
  { "spectrogram", "1, a recording", 1, 1, ser_plot_spectrogram }, { "mfcc", "1, a recording", 1, 1, ser_plot_mfcc } };

static GOptionGroup *
make_group (Options *o)
{
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &o->output, "Picture to write, its name ends in .svg or .png", "FILE" },
    { "title", 0, 0, G_OPTION_ARG_FILENAME, &o->plot.title, "What stands above it (default: made from the input)",
        "TEXT" },
    { "names", 0, 0, G_OPTION_ARG_FILENAME, &o->names, "curves: what the runs are called, in their order", "NAME,..." },
    { "overlay", 0, 0, G_OPTION_ARG_NONE, &o->plot.overlay, "curves: all runs in the same axes", NULL },
    { "arch", 0, 0, G_OPTION_ARG_STRING, &o->plot.arch, "architecture: this line instead of a model's", "LINE" },
    { "features", 0, 0, G_OPTION_ARG_STRING, &o->plot.features,
        "architecture: features line, with --arch; spectrogram, mfcc: theirs", "LINE" },
    { "bare", 0, 0, G_OPTION_ARG_NONE, &o->plot.bare, "spectrogram, mfcc: the plot alone, as wide as the sound is long",
        NULL },
    { "labels", 0, 0, G_OPTION_ARG_STRING, &o->plot.labels, "architecture: labels, with --arch (default: the six)",
        "LIST" },
    { "window", 0, 0, G_OPTION_ARG_DOUBLE, &o->plot.window, "architecture: window in seconds, with --arch (default 3)",
        "S" },
    { NULL },
  };
  GOptionGroup *group = g_option_group_new (NULL, NULL, NULL, NULL, NULL);

  g_option_group_add_entries (group, entries);
  return group;
}

static void
clear_options (Options *o)
{
  char *strings[] = { o->output, o->names, o->plot.title, o->plot.arch, o->plot.features, o->plot.labels };

  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    g_free (strings[i]);
  g_strfreev (o->plot.names);
}

static gboolean
usage_error (GError **error, const char *text)
{
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, text);
  return FALSE;
}

/* The index of the kind of that name. */
static gboolean
find_kind (const char *name, guint *kind, GError **error)
{
  g_autofree char *shown = g_utf8_make_valid (name, -1);

  for (*kind = 0; *kind < G_N_ELEMENTS (kinds); (*kind)++)
    if (strcmp (kinds[*kind].name, name) == 0)
      return TRUE;
  return ser_fail (error, SER_ERROR_CONFIG,
      "no pictures of `%s`; expected curves, confusion, reliability, coverage, architecture, spectrogram or mfcc",
      shown);
}

/* Options that say nothing about this kind of picture are mistakes. */
static gboolean
check_kind (const Options *o, guint kind, char **inputs, GError **error)
{
  guint n = g_strv_length (inputs);
  SerPlotFunc draw = kinds[kind].draw;
  gboolean sound = draw == ser_plot_spectrogram || draw == ser_plot_mfcc;
  gboolean lines = o->plot.arch || o->plot.features || o->plot.labels || !isnan (o->plot.window);

  if (n < kinds[kind].at_least || n > kinds[kind].at_most)
    return ser_fail (error, SER_ERROR_CONFIG, "%s: %u files; expected %s", kinds[kind].name, n, kinds[kind].inputs);
  if (draw != ser_plot_curves && (o->names || o->plot.overlay))
    return usage_error (error, "--names and --overlay go with curves");
  if (!sound && o->plot.bare)
    return usage_error (error, "--bare goes with spectrogram and mfcc");
  if (sound && (o->plot.arch || o->plot.labels || !isnan (o->plot.window)))
    return usage_error (error, "--arch, --labels and --window go with architecture");
  if (!sound && draw != ser_plot_architecture && lines)
    return usage_error (error, "--arch, --features, --labels and --window go with architecture");
  if (draw == ser_plot_architecture && (n == 1 ? lines : !o->plot.arch || !o->plot.features))
    return usage_error (error, "architecture takes a model file, or --arch and --features");
  return TRUE;
}

static gboolean
read_names (Options *o, guint n_inputs, GError **error)
{
  if (!o->names)
    return TRUE;
  o->plot.names = g_strsplit (o->names, ",", -1);
  if (g_strv_length (o->plot.names) != n_inputs)
    return ser_fail (error, SER_ERROR_CONFIG, "--names %s: %u names for %u files", o->names,
        g_strv_length (o->plot.names), n_inputs);
  return TRUE;
}

static gboolean
check_output (Options *o, char **inputs, GError **error)
{
  if (!o->output)
    return usage_error (error, "--output FILE is missing");
  if (!ser_command_check_output ("--output", o->output, (const char *const *) inputs, error))
    return FALSE;
  if (!g_str_has_suffix (o->output, ".svg") && !g_str_has_suffix (o->output, ".png"))
    return ser_fail (error, SER_ERROR_CONFIG, "--output %s: expected a name that ends in .svg or .png", o->output);
  o->plot.format = g_str_has_suffix (o->output, ".svg") ? SER_PICTURE_SVG : SER_PICTURE_PNG;
  return TRUE;
}

static gboolean
run (Options *o, char **args, GError **error)
{
  g_autoptr (SerPicture) picture = NULL;
  guint kind;

  if (!find_kind (args[0], &kind, error) || !check_kind (o, kind, args + 1, error)
      || !ser_command_check_text ("--title", o->plot.title, error)
      || !ser_command_check_text ("--names", o->names, error) || !read_names (o, g_strv_length (args + 1), error)
      || !check_output (o, args + 1, error))
    return FALSE;
  picture = kinds[kind].draw (&o->plot, args + 1, error);
  return picture && ser_picture_write (picture, o->output, error);
}

int
ser_command_plot (int argc, char **argv)
{
  Options options = { .plot = { .window = NAN } };
  g_auto (GStrv) args = NULL;
  GError *error = NULL;
  gboolean ok = ser_command_parse_list (argc, argv, "KIND [FILE...]",
                    "Draws curves, confusion, reliability, coverage, architecture, spectrogram or mfcc as SVG or PNG.",
                    make_group (&options), 1, &args, &error)
      && run (&options, args, &error);

  clear_options (&options);
  return ok ? SER_EXIT_OK : ser_command_fail (argv[0], error);
}
