/* catalogue.h - models, experiments, corpora and example clips: the API's part "Models and data"
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Read from the committed results, which are compiled into the program, and from a folder of one's own; both by GFile.
 */

#ifndef SER_CATALOGUE_H
#define SER_CATALOGUE_H

#include "http.h"
#include "model/model.h"

typedef struct _SerCatalogue SerCatalogue;

/* `folder` holds outputs of `seremotion tune`, each in a folder of its own, or is one; NULL: there is none. `model` is
 * what the server hears with and is borrowed. Fails with SER_ERROR_DATA or SER_ERROR_FILE, naming what is wrong. */
SerCatalogue *ser_catalogue_new (const SerModel *model, const char *folder, GError **error);
void ser_catalogue_free (SerCatalogue *catalogue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerCatalogue, ser_catalogue_free)

/* Answers requests whose first part is models, experiments, corpora or examples; FALSE for others. Quick enough for the
 * main loop: files are small and kept as bytes. */
gboolean ser_catalogue_answer (SerCatalogue *catalogue, const SerRequest *request);

#endif /* SER_CATALOGUE_H */
