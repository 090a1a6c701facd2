/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * supervisor.c - see supervisor.h.
 */
#include <pecan/memory.h>
#include <proto/root_client.h>
#include <root/root.h>
#include <root/supervised/starts.h>
#include <stdlib.h>
#include <string.h>
#include "../posix/kernel.h"
#include "machine.h"
#include "supervisor.h"

#undef root_keep

enum { BLOCKS = 8, KEEP_BYTES = sizeof(supervisor_host.before) };

int supervisor_main(void);
l4_word_t vtab_get(const struct vtab *v, l4_word_t address);
l4_word_t host_vtab_get(const struct vtab *v, l4_word_t address);

struct supervisor_host supervisor_host;

static L4_ThreadId_t thread;		/* the supervisor's */
static char memory[KEEP_BYTES] __attribute__((aligned(8)));	/* its `keep` */
static struct { char *at; L4_Word_t bytes; } blocks[BLOCKS];

/* As a fault would: no other message of it follows. */
static void end_now(void)
{
	struct supervisor_host *h = &supervisor_host;

	h->ends++;
	h->end_at = h->ends == 1 ? h->end_at + h->end_after : 0;
	if (h->forgets)
		memcpy(memory, h->before, sizeof(memory));
	if (h->lost)
		memset(memory, 0x5a, sizeof(memory));
	if (h->torn != 0)
		memory[h->torn - 1] ^= 1;
	L4_LoadMR(1, 0);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = ROOT_EXIT << 16 | 1 });
	L4_Send(kernel_thread(ROOT_THREAD));
	L4_Sleep(L4_Never);
}

/* It asks for this before each message. */
L4_ThreadId_t pecan_root(void)
{
	struct supervisor_host *h = &supervisor_host;

	h->messages++;
	if (h->messages == h->end_at)
		end_now();
	memcpy(h->before, memory, sizeof(memory));
	return kernel_thread(ROOT_THREAD);
}

void *pecan_map(L4_Word_t size)
{
	for (unsigned i = 0; i < BLOCKS && !supervisor_host.starves; i++)
		if (!blocks[i].at) {
			blocks[i].bytes = (size + PAGE_MASK) & ~PAGE_MASK;
			blocks[i].at = aligned_alloc(PAGE_BYTES, blocks[i].bytes);
			return memset(blocks[i].at, 0, blocks[i].bytes);
		}
	return NULL;
}

enum root_error pecan_unmap(void *at)
{
	for (unsigned i = 0; i < BLOCKS; i++)
		if (at && blocks[i].at == at) {
			free(at);
			blocks[i].at = NULL;
			return ROOT_OK;
		}
	return ROOT_E_ARGUMENT;
}

/* In handover.c: the pages of these blocks are where the host has them. */
l4_word_t host_vtab_get(const struct vtab *v, l4_word_t address)
{
	for (unsigned i = 0; i < BLOCKS; i++)
		if (blocks[i].at && address - (l4_word_t)blocks[i].at < blocks[i].bytes)
			return ((address & ~PAGE_MASK) - direct_base) | VTAB_PRESENT;
	return vtab_get(v, address);
}

enum root_error host_keep(L4_ThreadId_t to, struct root_keep_out *out)
{
	enum root_error e = root_keep(to, out);

	out->address = (L4_Word_t)memory;
	return e;
}

static void run(void *unused)
{
	(void)unused;
	for (unsigned i = 0; i < BLOCKS; i++)		/* of an earlier one */
		pecan_unmap(blocks[i].at);
	supervisor_main();
}

bool supervisor_is(L4_ThreadId_t id)
{
	return id.raw == thread.raw && !L4_IsNilThread(id);
}

bool supervisor_starts(L4_ThreadId_t id)
{
	unsigned i;

	if (supervisor_host.absent || supervisor_is(id)
	    || task_of_thread(id.raw, &i) != starts_task(&starts[SUPERVISOR]))
		return false;
	thread = id;
	kernel_name(kernel_start(run, NULL), id, 2);
	return true;
}

void supervisor_ends(void)
{
	kernel_thread_delete(thread);
	thread = L4_nilthread;
}
