/* logarithm.h - logarithm of power with a floor
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_LOGARITHM_H
#define SER_LOGARITHM_H

#include "dsp/features.h"

/* x [n] in place: SER_LOG_LN ln (x + floor), SER_LOG_DB 10 log10 (max (x, floor)). x >= 0, floor > 0. */
void ser_log_do (SerLogKind kind, float floor, float *x, gsize n);

#endif /* SER_LOGARITHM_H */
