/* fuzz.h - what a fuzz target defines
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Each target is built twice: with libFuzzer (-Dfuzz=enabled, clang) and with replay.c, which runs its seeds as a test.
 */

#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#endif /* FUZZ_H */
