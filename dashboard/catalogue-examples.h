/* catalogue-examples.h - clips to hear and to see: /examples
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_CATALOGUE_EXAMPLES_H
#define SER_CATALOGUE_EXAMPLES_H

#include "http.h"

typedef struct _SerExamples SerExamples;

/* What examples/make-clips made, compiled in. Fails with SER_ERROR_FILE or SER_ERROR_DATA, naming the file. */
SerExamples *ser_examples_new (GError **error);
void ser_examples_free (SerExamples *examples);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerExamples, ser_examples_free)

/* Answers a GET whose first part is examples; FALSE: there is no such thing. */
gboolean ser_examples_answer (const SerExamples *examples, const SerRequest *request);

#endif /* SER_CATALOGUE_EXAMPLES_H */
