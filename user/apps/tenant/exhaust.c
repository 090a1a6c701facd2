/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exhaust.c - attacks that take as much as they can get: memory, kernel memory, time, attention.
 */
#include <l4/ipc.h>
#include <pecan/addresses.h>
#include <pecan/memory.h>
#include <pecan/thread.h>
#include <proto/tenant_client.h>

#include "tenant.h"

enum { PAGE = 4096, PIECE = 1 << 20, PIECES_MAX = 1 << 16, THREADS_MAX = 1 << 18, STACK = 1024 };

/* As many pages as root gives. Refused, or ended for want of memory: the limit holds either way. */
static int take_memory(const struct target *t)
{
	(void)t;
	for (unsigned n = 0; n < PIECES_MAX; n++) {
		volatile char *piece = pecan_map(PIECE);

		if (!piece)
			return CONTAINED;
		for (unsigned i = 0; i < PIECE; i += PAGE)
			piece[i] = 1;
	}
	return SUCCEEDED;
}

static void sleep_for_ever(void)
{
	for (;;)
		L4_Sleep(L4_Never);
}

/* As many threads as root and kernel give: each costs the kernel memory, charged to our space. */
static int take_threads(const struct target *t)
{
	static char stack[STACK] __attribute__((aligned(16)));

	L4_Word_t sp = PECAN_CALLED_SP((L4_Word_t)(stack + STACK));
	unsigned n = 0;

	(void)t;
	while (n < THREADS_MAX && pecan_thread_new((L4_Word_t)sleep_for_ever, sp, 0, NULL) == ROOT_OK)
		n++;
	return n > 0 && n < THREADS_MAX ? CONTAINED : SUCCEEDED;
}

static volatile L4_Word_t spins;

static int take_time(const struct target *t)
{
	(void)t;
	for (;;)
		spins++;
	return SUCCEEDED;
}

static int take_attention(const struct target *t)
{
	for (;;)
		tenant_note(t->victim);
	return SUCCEEDED;
}

const struct attack exhausting_attacks[] = {
	{ "memory", take_memory }, { "threads", take_threads }, { "time", take_time },
	{ "flood", take_attention }, { NULL, NULL },
};
