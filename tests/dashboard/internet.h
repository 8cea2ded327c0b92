/* internet.h - an Internet for one test program: names that mean what a test says, and a public address that is here
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * So that what refuses private addresses can be tested as it is, by a server of this machine and without a network.
 */

#ifndef DASHBOARD_INTERNET_H
#define DASHBOARD_INTERNET_H

#include <gio/gio.h>

/* Connections to this public address are made to 127.0.0.1; there is no way to others. */
#define INTERNET_ADDRESS "93.184.216.34"

/* Replaces the resolver of this process, which then knows no other names than those below. */
void internet_set_up (void);

/* `addresses` with blanks between them; NULL: whoever asks gets no answer. `later`: what the name means from the second
 * time on, NULL: the same. Texts are borrowed. */
void internet_add_name (const char *name, const char *addresses, const char *later);

/* How often somebody asked for the name. */
guint internet_count_lookups (const char *name);

#endif /* DASHBOARD_INTERNET_H */
