/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.c - see world.h. A signal comes with r2 as the UTCB: its function uses nothing of the C library.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>
#include "harness.h"
#include "world.h"

enum { TLBIA = 0x7c0002e4, TRAP = 0x7fe00008, PT_NIP_INDEX = 32 };

struct world world;
struct world_page world_page __attribute__((aligned(4096)));

extern void gateway(void);
void gateway_enter(struct regs *r);

/* Called by gateway.S on a stack of its own; r is what the caller gets back. r1, r2, r30 and r31 are kept. */
void gateway_enter(struct regs *r)
{
	world.seen = *r;
	world.calls++;
	for (unsigned i = 0; i < 30; i++)
		if (i != 1 && i != 2)
			r->r[i] = POISON(i);
	if (world.answer)
		world.answer(&world.seen, r);
}

/* The pseudo call, and the debugger's trap: only r3 to r6, only r3 change. */
static void trap(int signal, siginfo_t *info, void *context)
{
	unsigned long *g = (unsigned long *)((ucontext_t *)context)->uc_mcontext.uc_regs->gregs;
	const unsigned long *ip = (const unsigned long *)g[PT_NIP_INDEX];

	(void)signal;
	(void)info;
	if (*ip == TRAP) {
		world.traps++;
		world.r0 = g[0];
		world.r3 = g[3];
		for (unsigned i = 0; i < 8; i++)
			world.behind[i] = ip[1 + i];
		g[3] = world.answer_r3;
	} else if (*ip == TLBIA) {
		g[3] = (unsigned long)&world_page;
		g[4] = 0x84050000;
		g[5] = 1;
		g[6] = 0x04020000;
	} else {
		_exit(3);
	}
	g[PT_NIP_INDEX] += 4;
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
	static const char text[] = "a kernel\0inspect\0";
	unsigned long link = (unsigned long)gateway;
	struct l4_kip *kip = &world_page.kip;

	memcpy(world_page.text, text, sizeof text);
	kip->magic = L4_KIP_MAGIC;
	kip->kern_desc_ptr = offsetof(struct world_page, desc);
	kip->space_control = kip->thread_control = kip->processor_control = kip->memory_control = link;
	kip->ipc = kip->lipc = kip->unmap = kip->exchange_registers = kip->system_clock = link;
	kip->thread_switch = kip->schedule = kip->arch_syscall[0] = link;
}

void world_start(void)
{
	catch(SIGILL);
	catch(SIGTRAP);
	fill_page();
}
