/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * args.h - the root server's command line.
 */
#ifndef GUEST_ARGS_H
#define GUEST_ARGS_H

#include <stdbool.h>

/*
 * The first word after the program's name may be "serial": print through the serial port itself,
 * for kernels without the debugger's conventions.
 */
bool args_serial(void);

/* "NAME=N". rounds: how often GRND0001 repeats its tests; limit: of a test, in seconds. */
unsigned long args_number(const char *name, unsigned long otherwise);

/* Words without "=" are prefixes of ids: only such tests are run. None: all are. */
bool args_select(const char *id);

#endif
