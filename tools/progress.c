/* progress.c - a bar with the time left, on a terminal only, or lines for a program to read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#define BAR_WIDTH 24
#define BAR_STEP 100000  /* us from drawing to drawing */
#define LINE_STEP 250000 /* and from line to line */

struct _SerProgress {
  char *title;
  gboolean shown, lines; /* a bar, or lines */
  gboolean ended;        /* the last line is written */
  gint64 start, last;    /* monotonic us */
};

SerProgress *
ser_progress_new (const char *title)
{
  SerProgress *progress = g_new0 (SerProgress, 1);

  progress->title = g_strdup (title);
  progress->shown = isatty (STDERR_FILENO);
  progress->start = g_get_monotonic_time ();
  return progress;
}

void
ser_progress_write_lines (SerProgress *progress)
{
  progress->lines = TRUE;
  progress->shown = FALSE;
}

void
ser_progress_free (SerProgress *progress)
{
  ser_progress_clear (progress);
  g_free (progress->title);
  g_free (progress);
}

gboolean
ser_progress_is_shown (const SerProgress *progress)
{
  return progress->shown;
}

char *
ser_progress_format_time (double seconds)
{
  guint s = seconds;

  return s < 3600 ? g_strdup_printf ("%u:%02u", s / 60, s % 60)
                  : g_strdup_printf ("%u:%02u:%02u", s / 3600, s / 60 % 60, s % 60);
}

static void
write_line (double fraction)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  fprintf (stderr, "progress %s\n", g_ascii_formatd (text, sizeof text, "%.4f", fraction));
  fflush (stderr);
}

static void
draw_bar (const SerProgress *progress, double elapsed, double fraction, const char *note)
{
  g_autofree char *left = ser_progress_format_time (fraction > 0 ? elapsed * (1 - fraction) / fraction : 0);
  char bar[BAR_WIDTH + 1];

  for (guint i = 0; i < BAR_WIDTH; i++)
    bar[i] = i < fraction * BAR_WIDTH ? '#' : '.';
  bar[BAR_WIDTH] = '\0';
  fprintf (stderr, "\r\033[K%s [%s] %3.0f %%  %s left  %s", progress->title, bar, 100 * fraction,
      fraction > 0 ? left : "?", note ? note : "");
  fflush (stderr);
}

void
ser_progress_update (SerProgress *progress, double fraction, const char *note)
{
  gint64 now = g_get_monotonic_time (), step = progress->lines ? LINE_STEP : BAR_STEP;
  gboolean last = progress->lines && fraction >= 1 && !progress->ended;

  if (!(progress->shown || progress->lines) || (progress->last > 0 && now - progress->last < step && !last))
    return;
  progress->last = now;
  progress->ended |= last;
  fraction = CLAMP (fraction, 0, 1);
  if (progress->lines)
    write_line (fraction);
  else
    draw_bar (progress, (now - progress->start) / 1e6, fraction, note);
}

void
ser_progress_clear (SerProgress *progress)
{
  if (progress->shown && progress->last > 0) {
    fputs ("\r\033[K", stderr);
    fflush (stderr);
    progress->last = 0;
  }
}
