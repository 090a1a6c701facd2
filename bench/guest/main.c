/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - announces the figures, runs them, ends the emulator. bench/run reads what it prints:
 *
 *   gateway ADDRESS                      of a page of the kernel's that user code executes
 *   bench: done                          every operation did what it should
 */
#include "world.h"

static const struct figure figures[] = {
	{ W_NULL, 1, "null_syscall", "SystemClock", BOTH },
	{ W_CROSS_0, 1, "ipc_rtt_cross_0", "round trip to another space, no words", BOTH },
	{ W_CROSS_7, 1, "ipc_rtt_cross_7", "7 words each way", BOTH },
	{ W_CROSS_63, 1, "ipc_rtt_cross_63", "63 words each way", BOTH },
	{ W_SAME_0, 1, "ipc_rtt_same_0", "round trip inside one space, no words", BOTH },
	{ W_SAME_7, 1, "ipc_rtt_same_7", "7 words each way", BOTH },
	{ W_SAME_63, 1, "ipc_rtt_same_63", "63 words each way", BOTH },
	{ W_PF, 1, "pf_rtt", "page fault, pager maps 4 KiB, resume", BOTH },
	{ W_MAP, 1, "map_4k", "round trip that maps one 4 KiB page", BOTH },
	{ W_UNMAP, 1, "unmap_4k", "unmap it from the receiver", BOTH },
	{ W_FLUSH, 1, "flush_4k", "flush it, from the receiver and here", BOTH },
	{ W_MAP_BULK, EXTENT_PAGES, "map_4k_bulk", "per 4 KiB page of a round trip that maps 4 MiB, one extent",
	  BOTH },
	{ W_UNMAP_BULK, EXTENT_PAGES, "unmap_4k_bulk", "per page, unmap them from the receiver", BOTH },
	{ W_FLUSH_BULK, EXTENT_PAGES, "flush_4k_bulk", "per page, flush them", BOTH },
	{ W_MAP_64K, 1, "map_64k", "round trip that maps 64 KiB", BOTH },
	{ W_UNMAP_64K, 1, "unmap_64k", "unmap them from the receiver", BOTH },
	{ W_REVOKE_W, REVOKED_PAGES, "revoke_w_128k", "per page, Unmap of W of 128 KiB, mapped on once", BOTH },
	{ W_MAP_TOUCHED, BULK_PAGES, "map_4k_bulk_touched", "the same with 4 MiB touched page by page", BOTH },
	{ W_UNMAP_TOUCHED, BULK_PAGES, "unmap_4k_bulk_touched", "per page, unmap them from the receiver", BOTH },
	{ W_FLUSH_TOUCHED, BULK_PAGES, "flush_4k_bulk_touched", "per page, flush them", BOTH },
	{ W_IRQ, 1, "irq_user", "device raises interrupt to handler's next instruction", BOTH },
	{ W_THREAD, 1, "thread_cycle", "create and delete a thread", BOTH },
	{ W_CREATE, 1, "thread_create", "create an active thread", BOTH },
	{ W_DELETE, 1, "thread_delete", "delete it", BOTH },
	{ W_MAP_LARGE, 1, "map_4m_large", "round trip that maps 4 MiB got from sigma0 in one go", BOTH },
	{ W_UNMAP_LARGE, 1, "unmap_4m_large", "unmap it from the receiver", BOTH },
	{ W_MANY_CALL, 1, "ipc_rtt_cross_0_many", "with 10,000 more threads in the system", BOTH },
	{ W_MANY_THREAD, 1, "thread_cycle_many", "with 10,000 more threads in the system", BOTH },
	{ W_MANY_MAP, 1, "map_4k_many", "of a page that is mapped 1,000 times already", BOTH },
	{ W_MANY_FLUSH, MANY_MAPPINGS + 1, "flush_4k_many", "per mapping, of a page mapped 1,001 times", BOTH },
	{ W_NULL, 1, "null_syscall_kernel", "SystemClock, kernel and gateway only", KERNEL },
	{ W_SWITCH, 1, "null_switch", "ThreadSwitch to no thread, none is ready", KERNEL },
	{ W_YIELD, 1, "yield_cross", "ThreadSwitch to no thread, one there is ready and does the same", BOTH },
	{ W_SCHEDULE, 1, "null_schedule", "Schedule that changes nothing", KERNEL },
	{ W_POLL, 1, "null_poll", "receive with a timeout of 0, no sender is queued", KERNEL },
	{ W_EXREGS, 1, "null_exregs", "ExchangeRegisters that changes nothing", BOTH },
	{ W_OPEN_0, 1, "ipc_oneway_cross_kernel", "one way to an open wait, kernel and gateway only", KERNEL },
	{ W_OPEN_7, 1, "ipc_oneway_cross_kernel_7", "the same with 7 words", KERNEL },
	{ W_CLOSED_0, 1, "ipc_oneway_cross_kernel_closed", "one way to a closed wait", KERNEL },
	{ W_CLOSED_7, 1, "ipc_oneway_cross_kernel_closed_7", "the same with 7 words", KERNEL },
	{ W_CROSS_63, 2, "ipc_oneway_cross_63", "half of the round trip with 63 words", BOTH },
	{ W_SPLIT, 2, "ipc_split_cross", "send alone and receive alone there, per message", BOTH },
	{ W_QUEUED, 1, "ipc_rtt_queued", "reply-and-wait, one is queued; call, it queues", KERNEL },
	{ W_SHORT, 1, "ipc_rtt_cross_0_inline", "round trip to another space by the short forms", BOTH },
	{ W_SSE, 1, "ipc_rtt_cross_0_sse", "round trip, both sides use SSE registers", BOTH },
	{ W_PORTS, 1, "ipc_rtt_same_0_ports", "round trip inside a space that uses an I/O port", BOTH },
	{ W_DRIVER, 1, "ipc_rtt_cross_0_driver", "round trip to a driver that reads a port for it", BOTH },
	{ W_STRING, 1, "string_4k", "round trip with a string of 4 KiB", BOTH },
	{ W_PLAIN_2, 1, "map_4k_plain", "the round trip of map_4k with two words instead", BOTH },
	{ W_MAP_FLUSH_2M, 1, "map_flush_2m", "map 4 MiB as two large pages, flush them", BOTH },
	{ W_ALL_PORTS, 1, "map_ports_one", "round trip, item of all I/O ports, the sender has one", BOTH },
	{ W_EXCEPTION, 1, "exception_rtt", "exception, handler in another space, reply", BOTH },
	{ W_THREAD_START, 1, "thread_cycle_start", "create, start and delete a thread", BOTH },
	{ W_SPACE, 1, "space_cycle", "create and delete a space", BOTH },
	{ W_STUB, 1, "stub_call", "call through generated stubs, 2 words there, 1 back", BOTH },
	{ W_STUB_BARE, 1, "stub_call_bare", "round trip with as many words", BOTH },
	{ W_STUB_REFUSED, 1, "stub_refused", "call of a server that the caller may not use", BOTH },
};

static void walks(void)
{
	announce(figures, sizeof figures / sizeof figures[0]);
	bench_ipc();
	bench_fault();
	bench_map();
	bench_irq();
}

static void rows(void)
{
	announce(figures, sizeof figures / sizeof figures[0]);
	bench_calls();
	bench_ipc();
	bench_fault();
	bench_map();
	bench_map_ranges();
	bench_blocks();
	bench_all_ports(receiver);
	bench_irq();
	bench_threads();
	bench_many_threads();
	bench_many_mappings();
	bench_message();
	bench_exception();
	bench_ports();
	bench_stubs();
	bench_null_calls();
	bench_machine();
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
	cliffs_ready();
}

static void announce_gateway(L4_Word_t kip)
{
	put("gateway ");
	put_number(gateway_page(kip));
	put("\n");
}

int main(void)
{
	announce_gateway((L4_Word_t)L4_GetKernelInterface());
	announce_gateway(KIP_AREA);
	world_init();
	if (argument("rows"))
		rows();
	else if (argument("walks"))
		walks();
	else if (argument("machine"))
		bench_machine();
	else if (argument("curves"))
		bench_curves();
	else if (argument("cliffs"))
		cliffs();
	put("bench: done\n");
	return 0;
}
