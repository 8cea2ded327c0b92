/* catalogue-corpora.h - figures of corpora: /corpora
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_CATALOGUE_CORPORA_H
#define SER_CATALOGUE_CORPORA_H

#include "http.h"

typedef struct _SerCorpora SerCorpora;

/* What `seremotion corpus --json` wrote, compiled in. Fails with SER_ERROR_FILE or SER_ERROR_DATA, naming the file. */
SerCorpora *ser_corpora_new (GError **error);
void ser_corpora_free (SerCorpora *corpora);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerCorpora, ser_corpora_free)

/* Answers a GET whose first part is corpora; FALSE: there is no such thing. */
gboolean ser_corpora_answer (const SerCorpora *corpora, const SerRequest *request);

#endif /* SER_CATALOGUE_CORPORA_H */
