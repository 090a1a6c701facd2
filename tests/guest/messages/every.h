/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * every.h - a server of every.idl in this program, and calls of it.
 */
#ifndef TESTS_MESSAGES_EVERY_H
#define TESTS_MESSAGES_EVERY_H

#include "breaker.h"

bool every_start(L4_ThreadId_t *server);

/* Calls with right and wrong arguments, and a server that answers wrongly. Returns what fails, or 0. */
const char *every_wrong(L4_ThreadId_t server);

#endif
