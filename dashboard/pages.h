/* pages.h - the page and what it is made of
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Each path of a page is answered by the same document, whose script shows what the path says.
 */

#ifndef SER_PAGES_H
#define SER_PAGES_H

#include "http.h"

/* Answers all that is not the API's. */
void ser_pages_answer (const SerRequest *request);

/* Content-Security-Policy of all answers but the page itself. */
#define SER_PAGES_NO_CONTENT "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"

#endif /* SER_PAGES_H */
