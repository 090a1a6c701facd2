/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pecan.h - what the tests with Pecan's inspection share (pecan/, scheduling/memory_control.c and others).
 */
#ifndef GUEST_PECAN_H
#define GUEST_PECAN_H

#include <l4/pecan.h>
#include "guest.h"

void need_inspect(void);		/* skips the test on a kernel without it */
bool find_space(L4_ThreadId_t first, struct l4_inspect_space *out);

/* The kernel's memory, and that of the first spaces, with all figures but the times. */
enum { INSPECTED_SPACES = 8 };
struct kernel_memory {
	struct l4_inspect_system system;
	struct l4_inspect_space space[INSPECTED_SPACES];
	word spaces;
};
void kernel_memory_look(struct kernel_memory *m);

/* Notes each figure that differs. */
bool kernel_memory_same(const struct kernel_memory *a, const struct kernel_memory *b);

#endif
