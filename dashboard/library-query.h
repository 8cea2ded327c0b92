/* library-query.h - which recordings a request asks for
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_LIBRARY_QUERY_H
#define SER_LIBRARY_QUERY_H

#include "http.h"
#include "store.h"

/* Reads search, state, speaker, sort and order of the request's query, whose texts are borrowed. FALSE after an
 * answer. */
gboolean ser_query_read (const SerRequest *request, SerQuery *query);

/* Reads offset and limit; what is not asked stays as it is. FALSE after an answer. */
gboolean ser_query_read_part (const SerRequest *request, SerQuery *query);

#endif /* SER_LIBRARY_QUERY_H */
