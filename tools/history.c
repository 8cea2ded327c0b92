/* history.c - how a training goes: FILE.history.csv, a line per epoch or a progress bar, and the interrupt key
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "history.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>

#include "clips.h"
#include "progress.h"

struct _SerHistory {
  FILE *file; /* NULL: none is written */
  char *path;
  gboolean failed; /* a write did */
  GArray *epochs;  /* SerTrainProgress */
  gboolean interrupted;
  SerProgress *progress;
  char *note; /* the last epoch's figures */
};

static volatile sig_atomic_t interrupted;

static void
on_interrupt (int number)
{
  interrupted = 1;
}

/* The training goes on without its history: the model is worth more. */
static void
warn_once (SerHistory *history)
{
  if (!history->failed)
    ser_say ("%s: %s: the history is not complete", history->path, g_strerror (errno));
  history->failed = TRUE;
}

static void
write_line (SerHistory *history, const char *line)
{
  if (!history->file)
    return;
  if (fprintf (history->file, "%s\n", line) < 0 || fflush (history->file) != 0)
    warn_once (history);
}

SerHistory *
ser_history_new (const char *output, GError **error)
{
  g_autoptr (SerHistory) history = g_new0 (SerHistory, 1);

  history->epochs = g_array_new (FALSE, FALSE, sizeof (SerTrainProgress));
  if (!output)
    return g_steal_pointer (&history);
  history->path = g_strconcat (output, ".history.csv", NULL);
  history->file = fopen (history->path, "we");
  if (!history->file) {
    g_set_error (error, SER_ERROR, SER_ERROR_FILE, "%s: %s", history->path, g_strerror (errno));
    return NULL;
  }
  write_line (history, "epoch,lr,train_loss,train_accuracy,valid_loss,valid_accuracy,valid_uar,seconds");
  return g_steal_pointer (&history);
}

void
ser_history_free (SerHistory *history)
{
  if (!history)
    return;
  if (history->file && fclose (history->file) != 0)
    warn_once (history);
  g_array_unref (history->epochs);
  g_free (history->path);
  g_free (history->note);
  g_free (history);
}

/* Appends ",value", the value left out when there is none. */
static void
append_figure (GString *line, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (line, ",%s", isnan (value) ? "" : g_ascii_formatd (text, sizeof text, "%.6g", value));
}

static void
write_epoch (SerHistory *history, const SerTrainProgress *p)
{
  const double figures[] = { p->lr, p->train_loss, p->train_accuracy, p->valid_loss, p->valid_accuracy, p->valid_uar,
    p->seconds };
  g_autoptr (GString) line = g_string_new (NULL);

  g_string_printf (line, "%u", p->epoch);
  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    append_figure (line, figures[i]);
  write_line (history, line->str);
}

static void
finish_epoch (SerHistory *history, const SerTrainProgress *p)
{
  g_autofree char *valid = isnan (p->valid_loss) ? g_strdup ("")
                                                 : g_strdup_printf ("  valid loss %.3f acc %.1f %% UAR %.1f %%",
                                                     p->valid_loss, 100 * p->valid_accuracy, 100 * p->valid_uar);

  write_epoch (history, p);
  g_array_append_vals (history->epochs, p, 1);
  g_free (history->note);
  history->note = g_strdup_printf ("loss %.3f acc %.1f %%%s", p->train_loss, 100 * p->train_accuracy, valid);
  if (ser_progress_is_shown (history->progress))
    return;
  printf ("epoch %3u/%u  lr %.2e  %s  %.1f s\n", p->epoch, p->epochs, p->lr, history->note, p->seconds);
  fflush (stdout);
}

char *
ser_history_describe_encoder (const SerTrainProgress *p)
{
  g_autofree char *valid = isnan (p->valid_explained)
      ? g_strdup ("")
      : g_strdup_printf (", %.1f %% of the validation clips'", 100 * p->valid_explained);

  if (isnan (p->train_explained))
    return NULL;
  return g_strdup_printf ("the code keeps %.1f %% of the training clips' variance%s", 100 * p->train_explained, valid);
}

/* The autoencoder's epochs, and what they came to. */
static gboolean
on_encoder_progress (const SerTrainProgress *p, SerHistory *history)
{
  g_autofree char *note = g_strdup_printf ("autoencoder, epoch %u/%u", p->batch, p->batches);
  g_autofree char *found = p->batch == 0 ? ser_history_describe_encoder (p) : NULL;

  if (p->batch > 0)
    ser_progress_update (history->progress, 0, note);
  if (found) {
    ser_progress_clear (history->progress);
    printf ("autoencoder: %s  %.1f s\n", found, p->seconds);
    fflush (stdout);
  }
  return !interrupted;
}

static gboolean
on_progress (const SerTrainProgress *p, gpointer data)
{
  SerHistory *history = data;
  double done = p->epoch - (p->batch > 0 ? 1 - p->batch / (double) p->batches : 0);
  g_autofree char *note = NULL;

  if (p->epoch == 0)
    return on_encoder_progress (p, history);
  if (p->batch == 0)
    finish_epoch (history, p);
  note = g_strdup_printf ("epoch %u/%u  %s", p->epoch, p->epochs, history->note ? history->note : "");
  ser_progress_update (history->progress, done / p->epochs, note);
  return !interrupted;
}

void
ser_history_run (SerHistory *history, SerTrainer *trainer)
{
  struct sigaction action = { .sa_handler = on_interrupt, .sa_flags = SA_RESETHAND }, before;

  interrupted = 0;
  history->progress = ser_progress_new ("training");
  sigaction (SIGINT, &action, &before);
  ser_trainer_run (trainer, on_progress, history);
  sigaction (SIGINT, &before, NULL);
  ser_progress_free (g_steal_pointer (&history->progress));
  history->interrupted = interrupted;
  if (interrupted)
    ser_say ("interrupted: the model is that of the epochs so far");
}

const GArray *
ser_history_get_epochs (const SerHistory *history)
{
  return history->epochs;
}

gboolean
ser_history_was_interrupted (const SerHistory *history)
{
  return history->interrupted;
}
