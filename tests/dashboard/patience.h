/* patience.h - waiting in a test for what the main loop brings
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef DASHBOARD_PATIENCE_H
#define DASHBOARD_PATIENCE_H

#include <glib.h>

#define PATIENCE 30 /* s for whatever a test waits for */

static inline gboolean
on_patience (gpointer data)
{
  g_error ("what was waited for did not happen");
  return G_SOURCE_REMOVE;
}

/* Runs the main loop until the expression holds. */
#define WAIT_FOR(expression)                                                                                           \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    guint patience = g_timeout_add_seconds (PATIENCE, on_patience, NULL);                                              \
    while (!(expression))                                                                                              \
      g_main_context_iteration (NULL, TRUE);                                                                           \
    g_source_remove (patience);                                                                                        \
  }                                                                                                                    \
  G_STMT_END

#endif /* DASHBOARD_PATIENCE_H */
