/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.c - see world.h.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>
#include "harness.h"
#include "world.h"

enum { SET_THREAD_AREA = 243, SEGMENT_32 = 1, LIMIT_IN_PAGES = 1 << 4, USEABLE = 1 << 6, RPL_USER = 3 };

struct world world;
struct world_page world_page __attribute__((aligned(4096)));
unsigned world_selector;		/* of GS, in gateway.S */

static unsigned long gs_cell;

extern void gateway(void);
void gateway_enter(struct regs *r);

/* Called by gateway.S on a stack of its own; r is what the caller gets back. */
void gateway_enter(struct regs *r)
{
	unsigned long *word = &r->eax;

	world.seen = *r;
	world.calls++;
	for (unsigned i = 0; i < 8; i++)
		if (word + i != &r->esp)
			word[i] = POISON(i);
	if (world.answer)
		world.answer(&world.seen, r);
}

/* The pseudo call: only these four registers change. */
static void trap(int signal, siginfo_t *info, void *context)
{
	greg_t *g = ((ucontext_t *)context)->uc_mcontext.gregs;
	const unsigned char *ip = (const unsigned char *)g[REG_EIP];

	(void)info;
	if (signal == SIGTRAP) {
		world.breaks++;
		world.al = (unsigned long)g[REG_EAX];
		for (unsigned i = 0; i < sizeof world.code; i++)
			world.code[i] = ip[i];
		g[REG_EAX] = (greg_t)world.answer_al;
		return;
	}
	if (ip[0] != 0xf0 || ip[1] != 0x90)
		_exit(3);
	g[REG_EIP] += 2;
	g[REG_EAX] = (greg_t)(unsigned long)&world_page;
	g[REG_ECX] = (greg_t)0x84050000;
	g[REG_EDX] = 0;
	g[REG_ESI] = 0x04020000;
}

static void catch(int signal)
{
	struct sigaction action;

	memset(&action, 0, sizeof action);
	action.sa_sigaction = trap;
	action.sa_flags = SA_SIGINFO;
	sigaction(signal, &action, NULL);
}

static void fill_page(void)
{
	static const char text[] = "a kernel\0ioflexpages\0inspect\0";
	unsigned long link = (unsigned long)gateway - (unsigned long)&world_page;
	struct l4_kip *kip = &world_page.kip;

	memcpy(world_page.text, text, sizeof text);
	kip->magic = L4_KIP_MAGIC;
	kip->kern_desc_ptr = offsetof(struct world_page, desc);
	kip->space_control = kip->thread_control = kip->processor_control = kip->memory_control = link;
	kip->ipc = kip->lipc = kip->unmap = kip->exchange_registers = kip->system_clock = link;
	kip->thread_switch = kip->schedule = kip->arch_syscall[0] = link;
}

static void set_gs(void)
{
	struct { unsigned entry; unsigned long base; unsigned limit, flags; } d = {
		~0u, (unsigned long)&gs_cell, 0xfffff, SEGMENT_32 | LIMIT_IN_PAGES | USEABLE,
	};

	gs_cell = (unsigned long)world_word(0);
	if (syscall(SET_THREAD_AREA, &d) != 0)
		test_fail(__FILE__, __LINE__, "this system does not give a program a segment for GS");
	world_selector = d.entry << 3 | RPL_USER;
}

void world_start(void)
{
	catch(SIGILL);
	catch(SIGTRAP);
	fill_page();
	set_gs();
}
