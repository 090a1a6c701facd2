/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - announces the figures, runs them, ends the emulator. bench/run reads what it prints:
 *
 *   gateway ADDRESS                      of the kernel's page that user code executes
 *   figure WINDOW NAME DIVISOR text      the figure is the window's count / DIVISOR
 *   bench: done                          every operation did what it should
 */
#include <l4/amd64/port.h>
#include <l4/kdebug.h>

#include "bench.h"

enum { QEMU_EXIT_PORT = 0xf4 };

static const struct figure { unsigned window, divisor; const char *name, *text; } figures[] = {
	{ W_NULL, 1, "null_syscall", "SystemClock" },
	{ W_CROSS_0, 1, "ipc_rtt_cross_0", "round trip to another space, no words" },
	{ W_CROSS_7, 1, "ipc_rtt_cross_7", "7 words each way" },
	{ W_CROSS_63, 1, "ipc_rtt_cross_63", "63 words each way" },
	{ W_SAME_0, 1, "ipc_rtt_same_0", "round trip inside one space, no words" },
	{ W_SAME_7, 1, "ipc_rtt_same_7", "7 words each way" },
	{ W_SAME_63, 1, "ipc_rtt_same_63", "63 words each way" },
	{ W_PF, 1, "pf_rtt", "page fault, pager maps 4 KiB, resume" },
	{ W_MAP, 1, "map_4k", "round trip that maps one 4 KiB page" },
	{ W_UNMAP, 1, "unmap_4k", "unmap it from the receiver" },
	{ W_FLUSH, 1, "flush_4k", "flush it, from the receiver and here" },
	{ W_MAP_BULK, BULK_PAGES, "map_4k_bulk", "per page of a round trip that maps 4 MiB of 4 KiB pages" },
	{ W_UNMAP_BULK, BULK_PAGES, "unmap_4k_bulk", "per page, unmap them from the receiver" },
	{ W_FLUSH_BULK, BULK_PAGES, "flush_4k_bulk", "per page, flush them" },
	{ W_IRQ, 1, "irq_user", "device raises interrupt to handler's next instruction" },
	{ W_THREAD, 1, "thread_cycle", "create and delete a thread" },
	{ W_CREATE, 1, "thread_create", "create an active thread" },
	{ W_DELETE, 1, "thread_delete", "delete it" },
	{ W_MAP_LARGE, 1, "map_4m_large", "round trip that maps 4 MiB got from sigma0 in one go" },
	{ W_UNMAP_LARGE, 1, "unmap_4m_large", "unmap it from the receiver" },
	{ W_MANY_CALL, 1, "ipc_rtt_cross_0_many", "with 10,000 more threads in the system" },
	{ W_MANY_THREAD, 1, "thread_cycle_many", "with 10,000 more threads in the system" },
	{ W_MANY_MAP, 1, "map_4k_many", "of a page that is mapped 1,000 times already" },
	{ W_MANY_FLUSH, MANY_MAPPINGS + 1, "flush_4k_many", "per mapping, of a page mapped 1,001 times" },
};

static void put(const char *text)
{
	while (*text)
		L4_KDB_PrintChar(*text++);
}

static void put_number(L4_Word_t n)
{
	if (n >= 10)
		put_number(n / 10);
	L4_KDB_PrintChar('0' + (char)(n % 10));
}

void _exit(int status) __attribute__((noreturn));	/* called by the start code after main */

void _exit(int status)
{
	L4_PortOut8(QEMU_EXIT_PORT, (L4_Word8_t)status);
	for (;;)
		L4_Sleep(L4_Never);
}

void fail(const char *what)
{
	put("bench: failed: ");
	put(what);
	put(", error ");
	put_number(L4_ErrorCode());
	put("\n");
	_exit(1);
}

static void announce(const struct figure *f)
{
	put("figure ");
	put_number(f->window);
	put(" ");
	put(f->name);
	put(" ");
	put_number(f->divisor);
	put(" ");
	put(f->text);
	put("\n");
}

int main(void)
{
	put("gateway ");
	put_number(__L4_Kip(L4_GetKernelInterface())->Ipc & -(L4_Word_t)PAGE);
	put("\n");
	for (unsigned i = 0; i < sizeof figures / sizeof figures[0]; i++)
		announce(&figures[i]);
	world_init();
	bench_calls();
	bench_ipc();
	bench_fault();
	bench_map();
	bench_irq();
	bench_threads();
	bench_many_threads();
	bench_many_mappings();
	put("bench: done\n");
	return 0;
}
