/* kernels.c - chooses the inner loops that suit the processor
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "nn/kernels.h"

static const SerKernels *const tables[] = {
#if SER_HAVE_X86_KERNELS
  &ser_kernels_avx512,
  &ser_kernels_avx2,
#endif
  &ser_kernels_c,
};

guint
ser_cpu_flags (void)
{
  guint flags = 0;

#if SER_HAVE_X86_KERNELS
  __builtin_cpu_init ();
  if (__builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma"))
    flags |= SER_CPU_AVX2;
  if (__builtin_cpu_supports ("avx512f"))
    flags |= SER_CPU_AVX512;
#endif
  return flags;
}

const SerKernels *
ser_kernels_get (guint flags)
{
  guint i = 0;

  while ((tables[i]->flags & ~flags) != 0)
    i++;
  return tables[i];
}

const SerKernels *
ser_kernels_nth (guint i)
{
  return i < G_N_ELEMENTS (tables) ? tables[i] : NULL;
}
