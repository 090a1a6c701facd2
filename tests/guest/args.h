/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * args.h - the root server's command line.
 */
#ifndef GUEST_ARGS_H
#define GUEST_ARGS_H

#include <stdbool.h>

/* Words after the program's name are prefixes of ids: only such tests are run. None: all are. */
bool args_select(const char *id);

#endif
