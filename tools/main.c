/* main.c - the seremotion program: dispatches to a subcommand
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "clips.h"
#include "command.h"
#include "serve.h"

static const struct {
  const char *name;
  int (*run) (int argc, char **argv);
  const char *what;
} commands[] = {
  { "analyze", ser_command_analyze, "tell the emotions in recordings" },
  { "compare", ser_command_compare, "compare speakers by their speeches" },
  { "serve", ser_command_serve, "serve the dashboard: a page and an interface, over HTTP" },
  { "train", ser_command_train, "train a model on a corpus" },
  { "tune", ser_command_tune, "run the trainings of a grid and table their figures" },
  { "augment", ser_command_augment, "apply an augmentation line to a recording" },
  { "evaluate", ser_command_evaluate, "measure a model on a corpus" },
  { "crossval", ser_command_crossval, "put the folds of a cross-validation together" },
  { "calibrate", ser_command_calibrate, "tell a model what the folds of its recipe showed" },
  { "gate", ser_command_gate, "measure the speech gate" },
  { "corpus", ser_command_corpus, "count and measure the clips of a corpus" },
  { "plot", ser_command_plot, "draw curves, confusion, calibration or a network" },
  { "inspect", ser_command_inspect, "show what a model file holds" },
  { "export", ser_command_export, "write a model as an ONNX file" },
  { "import", ser_command_import, "make a model file of a PyTorch state_dict" },
};

static void
print_help (void)
{
  printf ("Usage: seremotion COMMAND [OPTION...]\n\nSpeech emotion recognition: recordings, models, "
          "training.\n\nCommands:\n");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    printf ("  %-10s %s\n", commands[i].name, commands[i].what);
  printf ("\n`seremotion COMMAND --help` lists a command's options; `seremotion --version` prints the version.\n");
}

static int
dispatch (int argc, char **argv)
{
  if (argc < 2) {
    ser_say ("seremotion: no command given (--help lists them)");
    return SER_EXIT_USAGE;
  }
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0 || strcmp (argv[1], "help") == 0) {
    print_help ();
    return SER_EXIT_OK;
  }
  if (strcmp (argv[1], "--version") == 0) {
    printf ("seremotion %s\n", SER_VERSION);
    return SER_EXIT_OK;
  }
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (argv[1], commands[i].name) == 0)
      return commands[i].run (argc - 1, argv + 1);
  ser_say ("seremotion: unknown command %s (--help lists them)", argv[1]);
  return SER_EXIT_USAGE;
}

int
main (int argc, char **argv)
{
  int status;

  setlocale (LC_CTYPE, "");
  status = dispatch (argc, argv);
  if (fflush (stdout) == 0 && !ferror (stdout))
    return status;
  ser_say ("seremotion: standard output cannot be written to; what was printed is not complete");
  return status ? status : SER_EXIT_FAILURE;
}
