/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.c - see world.h.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#include <l4/kip.h>
#include "harness.h"
#include "world.h"

enum { SET_GS = 0x1001 };	/* of arch_prctl */

struct world world;
struct world_page world_page __attribute__((aligned(4096)));

static unsigned long gs_cell;

extern void gateway(void);
void gateway_enter(struct regs *r);

/* Called by gateway.S on a stack of its own; r is what the caller gets back. */
void gateway_enter(struct regs *r)
{
	unsigned long *word = &r->rax;

	world.seen = *r;
	world.calls++;
	for (unsigned i = 0; i < 16; i++)
		if (word + i != &r->rsp)
			word[i] = POISON(i);
	if (world.answer)
		world.answer(&world.seen, r);
}

/* The pseudo call: only these four registers change. */
static void trap(int signal, siginfo_t *info, void *context)
{
	greg_t *g = ((ucontext_t *)context)->uc_mcontext.gregs;
	const unsigned char *ip = (const unsigned char *)g[REG_RIP];

	(void)info;
	if (signal == SIGTRAP) {
		world.breaks++;
		world.al = (unsigned long)g[REG_RAX];
		memcpy(world.code, ip, sizeof world.code);
		g[REG_RAX] = (greg_t)world.answer_al;
		return;
	}
	if (ip[0] != 0xf0 || ip[1] != 0x90)
		_exit(3);
	g[REG_RIP] += 2;
	g[REG_RAX] = (greg_t)(unsigned long)&world_page;
	g[REG_RCX] = 0x84050000;
	g[REG_RDX] = 4;
	g[REG_RSI] = 0x04020000;
}

static void fill_links(void)
{
	unsigned long link = (unsigned long)gateway;

	world_kip.space_control = world_kip.thread_control = world_kip.processor_control = link;
	world_kip.memory_control = world_kip.ipc = world_kip.lipc = world_kip.unmap = link;
	world_kip.exchange_registers = world_kip.system_clock = world_kip.thread_switch = link;
	world_kip.schedule = world_kip.arch_syscall[0] = world_kip.arch_syscall[1] = link;
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
	static const char text[] = "a kernel\0ioflexpages\0inspect\0tls\0";
	const unsigned long desc[4] = { 0x04020000, 5ul | 6ul << 5 | 26ul << 9, 0x01020003, 0x6e616350 };

	memcpy(world_page.desc, desc, sizeof desc);
	memcpy(world_page.text, text, sizeof text);
	world_kip.magic = L4_KIP_MAGIC;
	world_kip.kern_desc_ptr = offsetof(struct world_page, desc);
	world_kip.memory_info = (unsigned long)offsetof(struct world_page, memory) << 32;
	world_kip.proc_desc_ptr = offsetof(struct world_page, processor);
	world_kip.thread_info = 18 | 16 << 8 | 48 << 20;
	fill_links();
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

void world_start(void)
{
	catch(SIGILL);
	catch(SIGTRAP);
	fill_page();
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
