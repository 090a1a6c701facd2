/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.c - see world.h.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include "harness.h"
#include "world.h"

enum { HALF_WORD = 4 * sizeof(L4_Word_t) };

struct world world;
struct world_page world_page __attribute__((aligned(4096)));

extern void gateway(void);
void gateway_enter(struct regs *r);

/* Called by gateway.S on a stack of its own; r is what the caller gets back. */
void gateway_enter(struct regs *r)
{
	world.seen = *r;
	world.calls++;
	for (unsigned i = 0; i < MACHINE_REGISTERS; i++)
		if (!machine_keeps(i))
			*world_register(r, i) = POISON(i);
	if (world.answer)
		world.answer(&world.seen, r);
}

static void fill_links(void)
{
	unsigned long link = (unsigned long)gateway - MACHINE_LINK_BASE;

	world_kip.space_control = world_kip.thread_control = world_kip.processor_control = link;
	world_kip.memory_control = world_kip.ipc = world_kip.lipc = world_kip.unmap = link;
	world_kip.exchange_registers = world_kip.system_clock = world_kip.thread_switch = link;
	world_kip.schedule = world_kip.arch_syscall[0] = world_kip.arch_syscall[1] = link;
}

static void catch(int signal)
{
	struct sigaction action;

	memset(&action, 0, sizeof action);
	action.sa_sigaction = machine_trap;
	action.sa_flags = SA_SIGINFO;
	sigaction(signal, &action, NULL);
}

static void fill_page(void)
{
	static const char text[] = "a kernel\0" MACHINE_FEATURES;
	const unsigned long desc[4] = { WORLD_KERNEL_ID, 5ul | 6ul << 5 | 26ul << 9, 0x01020003, 0x6e616350 };

	memcpy(world_page.desc, desc, sizeof desc);
	memcpy(world_page.text, text, sizeof text);
	world_kip.magic = L4_KIP_MAGIC;
	world_kip.kern_desc_ptr = offsetof(struct world_page, desc);
	world_kip.memory_info = (unsigned long)offsetof(struct world_page, memory) << HALF_WORD;
	world_kip.proc_desc_ptr = offsetof(struct world_page, processor);
	world_kip.thread_info = 18 | 16 << 8 | 48 << 20;
	fill_links();
}

void world_start(void)
{
	catch(SIGILL);
	catch(SIGTRAP);
	fill_page();
	machine_start();
}

void world_run(void (*f)(void))
{
	CHECK(world_kept(f));
	CHECK(machine_upwards(&world.seen));
}
