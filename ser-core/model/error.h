/* error.h - how errors are set
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_MODEL_ERROR_H
#define SER_MODEL_ERROR_H

#include "ser.h"

/* Sets an error of the domain SER_ERROR, unless `error` is NULL. Returns FALSE. */
gboolean ser_fail (GError **error, SerError code, const char *format, ...) G_GNUC_PRINTF (3, 4);

#endif /* SER_MODEL_ERROR_H */
