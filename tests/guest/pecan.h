/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pecan.h - what the tests of Pecan's inspection share (pecan/, scheduling/memory_control.c).
 */
#ifndef GUEST_PECAN_H
#define GUEST_PECAN_H

#include <l4/pecan.h>
#include "guest.h"

void need_inspect(void);		/* skips the test on a kernel without it */
bool find_space(L4_ThreadId_t first, struct l4_inspect_space *out);

#endif
