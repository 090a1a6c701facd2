/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.c - see machine.h. A signal comes with r2 as the UTCB: its function uses nothing of the C library.
 */
#define _GNU_SOURCE
#include <ucontext.h>
#include <unistd.h>
#include "world.h"

enum { TLBIA = 0x7c0002e4, TRAP = 0x7fe00008, PT_NIP_INDEX = 32 };

/* The pseudo call, and the debugger's trap: only r3 to r6, only r3 change. */
void machine_trap(int signal, siginfo_t *info, void *context)
{
	unsigned long *g = (unsigned long *)((ucontext_t *)context)->uc_mcontext.uc_regs->gregs;
	const unsigned long *ip = (const unsigned long *)g[PT_NIP_INDEX];

	(void)signal;
	(void)info;
	if (*ip == TRAP) {
		world.trap.count++;
		world.trap.r0 = g[0];
		world.trap.r3 = g[3];
		for (unsigned i = 0; i < 8; i++)
			world.trap.behind[i] = ip[1 + i];
		g[3] = world.trap.answer_r3;
	} else if (*ip == TLBIA) {
		g[3] = (unsigned long)&world_page;
		g[4] = WORLD_API_VERSION;
		g[5] = MACHINE_API_FLAGS;
		g[6] = WORLD_KERNEL_ID;
	} else {
		_exit(3);
	}
	g[PT_NIP_INDEX] += 4;
}

/* r2 is the UTCB by world_kept, and __L4_Init wants it. */
void machine_start(void)
{
}
