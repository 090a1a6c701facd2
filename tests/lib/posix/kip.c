/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kip.c - the kernel interface page, and the instruction that returns it: see kernel.h.
 */
#include <signal.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>
#include <l4/kip.h>
#include <x2/kip.h>
#include <x2/utcb.h>
#include "kernel.h"

enum { LINES = 16, USER_BASE = 18 };

static struct page {
	struct l4_kip kip;
	unsigned long desc[4];
	char text[96];			/* directly behind it */
	struct l4_memdesc memory;
} page __attribute__((aligned(4096)));

extern void link_ipc(void), link_clock(void), link_switch(void), link_tls(void), link_other(void);
extern void link_threads(void), link_spaces(void), link_registers(void), link_schedule(void);
extern void link_unmap(void);

/* `lock; nop` returns the kernel interface page. */
static void trap(int signal, siginfo_t *info, void *context)
{
	greg_t *g = ((ucontext_t *)context)->uc_mcontext.gregs;
	const unsigned char *ip = (const unsigned char *)g[REG_RIP];

	(void)signal;
	(void)info;
	if (ip[0] != 0xf0 || ip[1] != 0x90)
		_exit(1);
	g[REG_RIP] += 2;
	g[REG_RAX] = (greg_t)(unsigned long)&page;
	g[REG_RCX] = g[REG_RDX] = g[REG_RSI] = 0;
}

static void fill_page(void)
{
	static const char text[] = "a kernel\0tls\0kmemlimit\0";

	memcpy(page.text, text, sizeof text);
	page.kip.kern_desc_ptr = offsetof(struct page, desc);
	page.kip.magic = L4_KIP_MAGIC;
	page.kip.thread_info = 18 | (unsigned long)LINES << 8 | (unsigned long)USER_BASE << 20;
	page.kip.ipc = (unsigned long)link_ipc;
	page.kip.system_clock = (unsigned long)link_clock;
	page.kip.thread_switch = (unsigned long)link_switch;
	page.kip.exchange_registers = (unsigned long)link_registers;
	page.kip.schedule = (unsigned long)link_schedule;
	page.kip.thread_control = (unsigned long)link_threads;
	page.kip.space_control = (unsigned long)link_spaces;
	page.kip.unmap = (unsigned long)link_unmap;
	page.kip.arch_syscall[1] = (unsigned long)link_tls;
	page.kip.lipc = page.kip.memory_control = page.kip.processor_control = (unsigned long)link_other;
}

void kernel_machine(unsigned long low, unsigned long high, unsigned long boot_info)
{
	page.kip.memory_info = offsetof(struct page, memory) << 32 | 1;
	page.memory = (struct l4_memdesc){ low | L4_MEM_CONVENTIONAL, high };
	page.kip.boot_info = boot_info;
}

void kernel_messages(unsigned interrupts)
{
	static const char text[] = "a kernel\0tls\0msi\0";

	memcpy(page.text, text, sizeof text);
	page.kip.thread_info = (page.kip.thread_info & ~0xfff00ul) | (unsigned long)interrupts << 8;
}

void kernel_page(void)
{
	struct sigaction action;

	memset(&action, 0, sizeof action);
	action.sa_sigaction = trap;
	action.sa_flags = SA_SIGINFO;
	sigaction(SIGILL, &action, NULL);
	fill_page();
}
