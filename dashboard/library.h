/* library.h - the API's part "Recordings"
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_LIBRARY_H
#define SER_LIBRARY_H

#include "jobs.h"
#include "uploads.h"

typedef struct _SerLibrary SerLibrary;

/* All are borrowed. `refusal` is why nobody may send media here, for people; NULL: everybody may who may ask. */
SerLibrary *ser_library_new (SerStore *store, SerJobs *jobs, guint64 max_bytes, const char *refusal);
void ser_library_free (SerLibrary *library);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerLibrary, ser_library_free)

/* Of a request whose headers alone are known, when it sends a medium: has that written to a file, or answers. FALSE:
 * it sends none. */
gboolean ser_library_begin (SerLibrary *library, const SerRequest *request);

/* Answers requests whose first part is recordings; FALSE for others. */
gboolean ser_library_answer (SerLibrary *library, const SerRequest *request);

#endif /* SER_LIBRARY_H */
