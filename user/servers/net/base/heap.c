/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * heap.c - lwIP's heap, and the end of the server when something fails that must not.
 */
#include <lwip/opt.h>
#include <pecan/memory.h>
#include <pecan/system.h>
#include <pecan/task.h>

void net_failed(const char *what)
{
	pecan_logf("lwIP: %s", what);
	pecan_exit(1);
}

void *net_heap(void)
{
	void *heap = pecan_map(NET_HEAP_BYTES);

	if (!heap)
		net_failed("there is no memory for the heap");
	return heap;
}
