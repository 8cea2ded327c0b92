/* library-query.h - which recordings a request asks for
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_LIBRARY_QUERY_H
#define SER_LIBRARY_QUERY_H

#include "http.h"
#include "store.h"

/* The recording of that ID, or NULL after an answer. */
SerEntry *ser_query_find (SerStore *store, const SerRequest *request, const char *id);

/* Whether it is done; FALSE after an answer. */
gboolean ser_query_check_done (const SerRequest *request, const SerEntry *entry);

/* Reads search, state, speaker, sort and order of the request's query, whose texts are borrowed. FALSE after an
 * answer. */
gboolean ser_query_read (const SerRequest *request, SerQuery *query);

/* Reads offset and limit; what is not asked stays as it is. FALSE after an answer. */
gboolean ser_query_read_part (const SerRequest *request, SerQuery *query);

#endif /* SER_LIBRARY_QUERY_H */
