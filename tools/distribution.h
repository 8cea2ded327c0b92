/* distribution.h - how values are spread: quartiles and a histogram
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_DISTRIBUTION_H
#define SER_DISTRIBUTION_H

#include <glib.h>

#define SER_MAX_BINS 40

/* Bins of one width, the same for all distributions that stand beside each other. */
typedef struct {
  double from; /* low end of the first bin, a multiple of `step` */
  double step; /* 1, 2 or 5 times a power of ten */
  guint n;     /* at most SER_MAX_BINS */
} SerBins;

/* The narrowest bins that hold all of values [n]; none (n = 0) where there are no values. */
SerBins ser_bins_choose (const double *values, gsize n);

typedef struct {
  gsize n;
  double minimum, maximum, mean; /* NAN without values */
  double quartiles[3];           /* type 7 of Hyndman and Fan 1996 */
  SerBins bins;
  guint counts[SER_MAX_BINS]; /* a value on an edge counts in the bin above it */
} SerDistribution;

/* Sorts values [n], which lie in the bins. */
void ser_distribution_compute (SerDistribution *distribution, double *values, gsize n, const SerBins *bins);

#endif /* SER_DISTRIBUTION_H */
