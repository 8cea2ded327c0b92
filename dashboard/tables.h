/* tables.h - many recordings in one table: the API's part "Tables"
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_TABLES_H
#define SER_TABLES_H

#include "http.h"
#include "jobs.h"

typedef struct _SerTables SerTables;

/* Both are borrowed. */
SerTables *ser_tables_new (SerStore *store, SerJobs *jobs);

/* Whoever waits gets no answer any more. */
void ser_tables_free (SerTables *tables);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerTables, ser_tables_free)

/* Answers requests whose first part is tables, later where a table has to be made; FALSE for others. */
gboolean ser_tables_answer (SerTables *tables, const SerRequest *request);

#endif /* SER_TABLES_H */
