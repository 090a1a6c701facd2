/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host.c - clock, timer, console, interrupt lines, memory and KIP of the host machine.
 *
 * Nothing here happens asynchronously: a test sets the clock, and calls the upcalls when the timer or a
 * line is due.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <core/arch.h>
#include <core/kernel.h>
#include <boot/kip.h>
#include <lib/panic.h>
#include "host.h"

struct host host;
unsigned char host_memory[HOST_MEMORY] __attribute__((aligned(1 << 21)));
jmp_buf *host_stop_to;

void host_reset(void)
{
	memset(&host, 0, sizeof(host));
	memset(&host.cpu, 0xa5, sizeof(host.cpu));
	host.timer = L4_FOREVER;
	host.fail_at = SIZE_MAX;
	host.tlb_word = arch_tlb_word(0, 0);
}

/* ---- time, console, end ---- */

uint64_t arch_time_now(void)
{
	return host.now;
}

void arch_timer_in(uint64_t us)
{
	host.timer = host.now + us;
}

void arch_putc(char c)
{
	if (host.console_len + 1 >= HOST_CONSOLE)
		return;
	host.console[host.console_len++] = c;
	host.console[host.console_len] = 0;
}

bool arch_put_now(char c)
{
	arch_putc(c);
	return true;
}

int arch_getc(void)
{
	return host.input && *host.input ? (unsigned char)*host.input++ : -1;
}

void arch_stop(void)
{
	if (host_stop_to)
		longjmp(*host_stop_to, 1);
	fprintf(stderr, "%s\n", host.console);
	abort();
}

/* ---- exit ---- */

struct host_leave host_leave;

struct thread *arch_leave_to(struct thread *next, bool direct)
{
	return host_leave.leave_to(next, direct) ? next : 0;
}

struct thread *arch_window(struct thread *t) { return host_leave.window(t); }

/* The test program decides what is next when a thread waits. */
void arch_wait(void) { panic("the host's idle thread leaves the kernel"); }

/* In the window an interrupt has made t current, which leaves. */
struct thread *arch_refuse(struct thread *t)
{
	ASSERT(t == cpu_self()->current);
	return NEXT_IS_CURRENT;
}

/* ---- physical memory ---- */

bool arch_frame_reachable(uint64_t pa) { return pa < HOST_MEMORY; }

void *arch_frame_ptr(uint64_t pa)
{
	ASSERT(pa < HOST_MEMORY);
	return host_memory + pa;
}

uint64_t arch_frame_pa(const void *p)
{
	uintptr_t offset = (uintptr_t)p - (uintptr_t)host_memory;

	ASSERT(offset < HOST_MEMORY);
	return offset;
}

/* ---- allocation failures ---- */

bool arch_kmem_admit(void)
{
	size_t n = host.admitted++;

	return host.fail_all ? n < host.fail_at : n != host.fail_at;
}

void host_fail_at(size_t n, bool all)
{
	host.admitted = 0;
	host.fail_at = n;
	host.fail_all = all;
}

void host_fail_never(void)
{
	host_fail_at(SIZE_MAX, false);
}

/* ---- interrupt lines ---- */

bool arch_irq_usable(unsigned line)
{
	return line < HOST_IRQS && line != HOST_IRQ_KERNEL;
}

void arch_irq_mask(unsigned line)
{
	ASSERT(arch_irq_usable(line));
	host.irq_open[line] = false;
}

bool arch_irq_unmask(unsigned line)
{
	bool edge = host.irq_edge[line];

	ASSERT(arch_irq_usable(line));
	host.irq_edge[line] = false;
	host.irq_open[line] = !edge;
	return edge;
}

/* ---- KIP ---- */

static void fill_links(struct l4_kip *kip)
{
	kip->space_control = host_link(L4_CALL_SPACE_CONTROL);
	kip->thread_control = host_link(L4_CALL_THREAD_CONTROL);
	kip->processor_control = host_link(L4_CALL_PROCESSOR_CONTROL);
	kip->memory_control = host_link(L4_CALL_MEMORY_CONTROL);
	kip->ipc = host_link(L4_CALL_IPC);
	kip->lipc = host_link(L4_CALL_LIPC);
	kip->unmap = host_link(L4_CALL_UNMAP);
	kip->exchange_registers = host_link(L4_CALL_EXCHANGE_REGISTERS);
	kip->system_clock = host_link(L4_CALL_SYSTEM_CLOCK);
	kip->thread_switch = host_link(L4_CALL_THREAD_SWITCH);
	kip->schedule = host_link(L4_CALL_SCHEDULE);
	kip->arch_syscall[0] = host_link(L4_CALL_INSPECT);
	kip->arch_syscall[1] = host_link(L4_CALL_SET_TLS);
}

void arch_kip_fill(struct l4_kip *kip)
{
	fill_links(kip);
	kip->page_info = (l4_word_t)(arch_page_sizes() & ~(uint64_t)0x3ff) | L4_RWX;
}

/* The host kernel has no image: it is part of the test program. */
size_t arch_image_size(bool text)
{
	(void)text;
	return 0;
}
