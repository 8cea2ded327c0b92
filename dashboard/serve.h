/* serve.h - the command `seremotion serve`
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_SERVE_H
#define SER_SERVE_H

/* Runs it: argv[0] is the subcommand's name; returns an exit status. */
int ser_command_serve (int argc, char **argv);

#endif /* SER_SERVE_H */
