/* python.h - runs a Python script beside a test
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef PYTHON_H
#define PYTHON_H

#include <glib.h>

/* Runs the script of that name in the test's folder with the arguments, NULL-terminated. TRUE when it succeeded; FALSE,
 * and the test is skipped, when Python or a module that the script wants is absent (it then exits with 77). Any other
 * exit status fails the test. */
gboolean run_python (const char *script, const char *const *arguments);

#endif /* PYTHON_H */
