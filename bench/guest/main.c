/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - announces the figures, runs them, ends the emulator. bench/run reads what it prints:
 *
 *   gateway ADDRESS                      of the kernel's page that user code executes
 *   figure WINDOW NAME DIVISOR COUNTS text      the figure is the window's count / DIVISOR;
 *                                        COUNTS is 0, everything, or 1, the kernel and its gateway
 *   bench: done                          every operation did what it should
 */
#include "bench.h"

enum { ALL, KERNEL };		/* what counts: everything, or only the kernel and its gateway page */

static const struct figure { unsigned window, divisor; const char *name, *text; int counts; } figures[] = {
	{ W_NULL, 1, "null_syscall", "SystemClock", ALL },
	{ W_CROSS_0, 1, "ipc_rtt_cross_0", "round trip to another space, no words", ALL },
	{ W_CROSS_7, 1, "ipc_rtt_cross_7", "7 words each way", ALL },
	{ W_CROSS_63, 1, "ipc_rtt_cross_63", "63 words each way", ALL },
	{ W_SAME_0, 1, "ipc_rtt_same_0", "round trip inside one space, no words", ALL },
	{ W_SAME_7, 1, "ipc_rtt_same_7", "7 words each way", ALL },
	{ W_SAME_63, 1, "ipc_rtt_same_63", "63 words each way", ALL },
	{ W_PF, 1, "pf_rtt", "page fault, pager maps 4 KiB, resume", ALL },
	{ W_MAP, 1, "map_4k", "round trip that maps one 4 KiB page", ALL },
	{ W_UNMAP, 1, "unmap_4k", "unmap it from the receiver", ALL },
	{ W_FLUSH, 1, "flush_4k", "flush it, from the receiver and here", ALL },
	{ W_MAP_BULK, EXTENT_PAGES, "map_4k_bulk", "per 4 KiB page of a round trip that maps 4 MiB, one extent",
	  ALL },
	{ W_UNMAP_BULK, EXTENT_PAGES, "unmap_4k_bulk", "per page, unmap them from the receiver", ALL },
	{ W_FLUSH_BULK, EXTENT_PAGES, "flush_4k_bulk", "per page, flush them", ALL },
	{ W_MAP_TOUCHED, BULK_PAGES, "map_4k_bulk_touched", "the same with 4 MiB touched page by page", ALL },
	{ W_UNMAP_TOUCHED, BULK_PAGES, "unmap_4k_bulk_touched", "per page, unmap them from the receiver", ALL },
	{ W_FLUSH_TOUCHED, BULK_PAGES, "flush_4k_bulk_touched", "per page, flush them", ALL },
	{ W_IRQ, 1, "irq_user", "device raises interrupt to handler's next instruction", ALL },
	{ W_THREAD, 1, "thread_cycle", "create and delete a thread", ALL },
	{ W_CREATE, 1, "thread_create", "create an active thread", ALL },
	{ W_DELETE, 1, "thread_delete", "delete it", ALL },
	{ W_MAP_LARGE, 1, "map_4m_large", "round trip that maps 4 MiB got from sigma0 in one go", ALL },
	{ W_UNMAP_LARGE, 1, "unmap_4m_large", "unmap it from the receiver", ALL },
	{ W_MANY_CALL, 1, "ipc_rtt_cross_0_many", "with 10,000 more threads in the system", ALL },
	{ W_MANY_THREAD, 1, "thread_cycle_many", "with 10,000 more threads in the system", ALL },
	{ W_MANY_MAP, 1, "map_4k_many", "of a page that is mapped 1,000 times already", ALL },
	{ W_MANY_FLUSH, MANY_MAPPINGS + 1, "flush_4k_many", "per mapping, of a page mapped 1,001 times", ALL },
	{ W_NULL, 1, "null_syscall_kernel", "SystemClock, kernel and gateway only", KERNEL },
	{ W_SWITCH, 1, "null_switch", "ThreadSwitch to no thread, none is ready", ALL },
	{ W_SCHEDULE, 1, "null_schedule", "Schedule that changes nothing", ALL },
	{ W_POLL, 1, "null_poll", "receive with a timeout of 0, no sender is queued", ALL },
	{ W_EXREGS, 1, "null_exregs", "ExchangeRegisters that changes nothing", ALL },
	{ W_OPEN_0, 1, "ipc_oneway_cross_kernel", "one way to an open wait, kernel and gateway only", KERNEL },
	{ W_OPEN_7, 1, "ipc_oneway_cross_kernel_7", "the same with 7 words", KERNEL },
	{ W_CLOSED_0, 1, "ipc_oneway_cross_kernel_closed", "one way to a closed wait", KERNEL },
	{ W_CLOSED_7, 1, "ipc_oneway_cross_kernel_closed_7", "the same with 7 words", KERNEL },
	{ W_CROSS_63, 2, "ipc_oneway_cross_63", "half of the round trip with 63 words", ALL },
	{ W_SPLIT, 2, "ipc_split_cross", "send alone and receive alone there, per message", ALL },
	{ W_QUEUED, 1, "ipc_rtt_queued", "reply-and-wait, one is queued; call, it queues", KERNEL },
	{ W_SHORT, 1, "ipc_rtt_cross_0_inline", "round trip to another space by the short forms", ALL },
	{ W_SSE, 1, "ipc_rtt_cross_0_sse", "round trip, both sides use SSE registers", ALL },
	{ W_PORTS, 1, "ipc_rtt_same_0_ports", "round trip inside a space that uses an I/O port", ALL },
	{ W_DRIVER, 1, "ipc_rtt_cross_0_driver", "round trip to a driver that reads a port for it", ALL },
	{ W_STRING, 1, "string_4k", "round trip with a string of 4 KiB", ALL },
	{ W_PLAIN_2, 1, "map_4k_plain", "the round trip of map_4k with two words instead", ALL },
	{ W_MAP_FLUSH_2M, 1, "map_flush_2m", "map 4 MiB as two large pages, flush them", ALL },
	{ W_ALL_PORTS, 1, "map_ports_one", "round trip, item of all I/O ports, the sender has one", ALL },
	{ W_EXCEPTION, 1, "exception_rtt", "exception, handler in another space, reply", ALL },
	{ W_THREAD_START, 1, "thread_cycle_start", "create, start and delete a thread", ALL },
	{ W_SPACE, 1, "space_cycle", "create and delete a space", ALL },
	{ W_STUB, 1, "stub_call", "call through generated stubs, 2 words there, 1 back", ALL },
	{ W_STUB_BARE, 1, "stub_call_bare", "round trip with as many words", ALL },
	{ W_STUB_REFUSED, 1, "stub_refused", "call of a server that the caller may not use", ALL },
};

static void announce(const struct figure *f)
{
	put("figure ");
	put_number(f->window);
	put(" ");
	put(f->name);
	put(" ");
	put_number(f->divisor);
	put(" ");
	put_number((L4_Word_t)f->counts);
	put(" ");
	put(f->text);
	put("\n");
}

static void announce_all(void)
{
	for (unsigned i = 0; i < sizeof figures / sizeof figures[0]; i++)
		announce(&figures[i]);
}

static void walks(void)
{
	announce_all();
	bench_ipc();
	bench_fault();
	bench_map();
	bench_irq();
}

static void rows(void)
{
	announce_all();
	bench_calls();
	bench_ipc();
	bench_fault();
	bench_map();
	bench_map_ranges();
	bench_irq();
	bench_threads();
	bench_many_threads();
	bench_many_mappings();
	bench_message();
	bench_exception();
	bench_ports();
	bench_stubs();
	bench_null_calls();
}

static void cliffs(void)
{
	echo_start();
	receiver_start();
	call(echo_there, 0);
	call(receiver, 0);
	cliffs_ipc();
	cliffs_strings();
	cliffs_threads();
	cliffs_memory();
	pairs();
	cliffs_servers();
	cliffs_fpages();
}

int main(void)
{
	put("gateway ");
	put_number(__L4_Kip(L4_GetKernelInterface())->Ipc & -(L4_Word_t)PAGE);
	put("\n");
	world_init();
	if (argument("rows"))
		rows();
	else if (argument("walks"))
		walks();
	else if (argument("curves"))
		bench_curves();
	else if (argument("cliffs"))
		cliffs();
	put("bench: done\n");
	return 0;
}
