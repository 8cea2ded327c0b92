/* error.c - the error domain of ser-core
 *
 * Copyright (C) 2026 the seremotion authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "ser.h"

G_DEFINE_QUARK (ser-error-quark, ser_error)
