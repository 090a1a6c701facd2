/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.c - see machine.h.
 */
#define _GNU_SOURCE
#include <ucontext.h>
#include <unistd.h>
#include "harness.h"
#include "world.h"

enum { SET_THREAD_AREA = 243, SEGMENT_32 = 1, LIMIT_IN_PAGES = 1 << 4, USEABLE = 1 << 6, RPL_USER = 3 };

unsigned world_selector;		/* of GS, in gateway.S */

static unsigned long gs_cell;

/* The pseudo call: only these four registers change. */
void machine_trap(int signal, siginfo_t *info, void *context)
{
	greg_t *g = ((ucontext_t *)context)->uc_mcontext.gregs;
	const unsigned char *ip = (const unsigned char *)g[REG_EIP];

	(void)info;
	if (signal == SIGTRAP) {
		world.trap.count++;
		world.trap.al = (unsigned long)g[REG_EAX];
		for (unsigned i = 0; i < sizeof world.trap.code; i++)
			world.trap.code[i] = ip[i];
		g[REG_EAX] = (greg_t)world.trap.answer_al;
		return;
	}
	if (ip[0] != 0xf0 || ip[1] != 0x90)
		_exit(3);
	g[REG_EIP] += 2;
	g[REG_EAX] = (greg_t)(unsigned long)&world_page;
	g[REG_ECX] = (greg_t)WORLD_API_VERSION;
	g[REG_EDX] = MACHINE_API_FLAGS;
	g[REG_ESI] = WORLD_KERNEL_ID;
}

void machine_start(void)
{
	struct { unsigned entry; unsigned long base; unsigned limit, flags; } d = {
		~0u, (unsigned long)&gs_cell, 0xfffff, SEGMENT_32 | LIMIT_IN_PAGES | USEABLE,
	};

	gs_cell = (unsigned long)world_word(0);
	if (syscall(SET_THREAD_AREA, &d) != 0)
		test_fail(__FILE__, __LINE__, "this system does not give a program a segment for GS");
	world_selector = d.entry << 3 | RPL_USER;
}
