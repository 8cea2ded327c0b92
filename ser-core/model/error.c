/* error.c - the error domain of ser-core
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "model/error.h"

G_DEFINE_QUARK (ser - error - quark, ser_error)

gboolean
ser_fail (GError **error, SerError code, const char *format, ...)
{
  if (error != NULL) {
    va_list args;

    va_start (args, format);
    *error = g_error_new_valist (SER_ERROR, code, format, args);
    va_end (args);
  }
  return FALSE;
}
