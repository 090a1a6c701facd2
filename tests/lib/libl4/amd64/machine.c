/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.c - see machine.h.
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#include <l4/kip.h>
#include "harness.h"
#include "world.h"

enum { SET_GS = 0x1001 };	/* of arch_prctl */

static unsigned long gs_cell;

/* The pseudo call: only these four registers change. */
void machine_trap(int signal, siginfo_t *info, void *context)
{
	greg_t *g = ((ucontext_t *)context)->uc_mcontext.gregs;
	const unsigned char *ip = (const unsigned char *)g[REG_RIP];

	(void)info;
	if (signal == SIGTRAP) {
		world.trap.count++;
		world.trap.al = (unsigned long)g[REG_RAX];
		memcpy(world.trap.code, ip, sizeof world.trap.code);
		g[REG_RAX] = (greg_t)world.trap.answer_al;
		return;
	}
	if (ip[0] != 0xf0 || ip[1] != 0x90)
		_exit(3);
	g[REG_RIP] += 2;
	g[REG_RAX] = (greg_t)(unsigned long)&world_page;
	g[REG_RCX] = (greg_t)WORLD_API_VERSION;
	g[REG_RDX] = MACHINE_API_FLAGS;
	g[REG_RSI] = WORLD_KERNEL_ID;
}

/*
 * Before main, so before all tests: the compiler may read gs:0 as early in a test as it likes, as
 * in a thread it may.
 */
__attribute__((constructor)) static void set_gs(void)
{
	gs_cell = (unsigned long)world_word(0);
	if (syscall(SYS_arch_prctl, SET_GS, &gs_cell) != 0)
		test_fail(__FILE__, __LINE__, "this system does not let a program set the base of GS");
}

void machine_start(void)
{
	__L4_Init();
}

void world_message(const struct regs *in, struct regs *out)
{
	out->rdi = in->rdi;
	out->rsi = 0x5000000001;
	out->r9 = 7;
	out->rax = 0x101;
	out->rbx = 0x102;
	out->r10 = 0x103;
	out->r12 = 0x104;
	out->r13 = 0x105;
	out->r14 = 0x106;
	out->r15 = 0x107;
}

void world_two(const struct regs *in, struct regs *out)
{
	(void)in;
	out->rax = 1;
	out->rdx = 0x77;
}
