/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root_common.c - root's rights, memory, blocks and threads, for roots of tests (root.c, drivers/root.c).
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <proto/root_server.h>
#include "servers.h"

enum { AREAS = 64, BLOCKS = 32, PAGE = 4096, LOW_BASE = 0x20000000, LOW_BYTES = 0x100000 };

struct root root;
struct spoil spoil;

static struct { char *at; size_t bytes; } areas[AREAS];
static struct { char *at; size_t bytes; unsigned owner; bool open; } blocks[BLOCKS];

/* ---- requests that are answered by other means ---- */

bool spoiled(L4_MsgTag_t tag, unsigned server)
{
	if (!spoil.count || L4_Label(tag) != spoil.label || spoil.skip) {
		spoil.skip -= spoil.count && L4_Label(tag) == spoil.label;
		return false;
	}
	spoil.count--;
	if (spoil.dead) {
		L4_ThreadId_t caller = L4_Myself();

		kernel_cancel(caller, IPC_ABSENT);
		return true;
	}
	(void)server;
	for (int i = 1; i < 64; i++)
		L4_LoadMR(i, 0x5a5a5a5a5a5a5a5aul);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = spoil.tag });
	return true;
}

void check_request(const char *server, L4_Word_t malformed)
{
	static char why[64];

	if (L4_Label(L4_MsgTag()) != malformed)
		return;
	snprintf(why, sizeof why, "a request to %s broke its protocol", server);
	kernel_stop(why);
}

/* Every task has all rights (<proto/root_server.h>). */
bool allow_root(struct root_caller *c, L4_Word_t right)
{
	(void)c;
	(void)right;
	return true;
}

/* ---- memory ---- */

static enum root_error map(size_t size, L4_Word_t address, L4_Word_t *at)
{
	size_t bytes = (size + PAGE - 1) & ~(size_t)(PAGE - 1);
	unsigned i = 0;
	char *got;

	if (root.map != ROOT_OK)
		return root.map;
	while (i < AREAS && areas[i].at)
		i++;
	if (!size || i == AREAS)
		return size ? ROOT_E_LIMIT : ROOT_E_ARGUMENT;
	got = mmap((void *)address, bytes, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | (address ? MAP_FIXED_NOREPLACE : 0), -1, 0);
	if (got == MAP_FAILED)
		return ROOT_E_ARGUMENT;
	areas[i].at = got;
	areas[i].bytes = bytes;
	*at = (L4_Word_t)got;
	return ROOT_OK;
}

enum root_error serve_root_map(struct root_caller *c, const struct root_map_in *in, struct root_map_out *out)
{
	(void)c;
	root.maps++;
	return map(in->size, in->address, &out->address);
}

enum root_error serve_root_populate(struct root_caller *c, const struct root_populate_in *in,
				    struct root_populate_out *out)
{
	(void)c;
	root.populates++;
	return map(in->size, in->address, &out->address);
}

/* It is the owner's until the opener has given it back. */
static bool unmap_block(char *at)
{
	for (unsigned i = 0; i < BLOCKS; i++)
		if (at && blocks[i].at == at) {
			if (!blocks[i].open) {
				munmap(at, blocks[i].bytes + PAGE);
				blocks[i].at = NULL;
			}
			blocks[i].open = false;
			return true;
		}
	return false;
}

enum root_error serve_root_unmap(struct root_caller *c, const struct root_unmap_in *in)
{
	(void)c;
	root.unmaps++;
	if (unmap_block((char *)in->address))
		return ROOT_OK;
	for (unsigned i = 0; i < AREAS; i++)
		if (areas[i].at && areas[i].at == (char *)in->address) {
			munmap(areas[i].at, areas[i].bytes);
			areas[i].at = NULL;
			return ROOT_OK;
		}
	return ROOT_E_ARGUMENT;
}

enum root_error serve_root_memory(struct root_caller *c, struct root_memory_out *out)
{
	(void)c;
	*out = (struct root_memory_out){ .total = 1 << 30, .free = 1 << 29, .limit = root.limit };
	return ROOT_OK;
}

/* Where the block is to be: below 4 GiB, or NULL. */
static void *low_place(unsigned block)
{
	if (root.low_blocks == 0)
		return NULL;
	root.low_blocks--;
	return (void *)(uintptr_t)(LOW_BASE + block * (uintptr_t)LOW_BYTES);
}

size_t root_block_bytes(unsigned task)
{
	size_t bytes = 0;

	for (unsigned i = 0; i < BLOCKS; i++)
		bytes += blocks[i].at && blocks[i].owner == task ? blocks[i].bytes : 0;
	return bytes;
}

enum root_error serve_root_dma_new(struct root_caller *c, const struct root_dma_new_in *in,
				   struct root_dma_new_out *out)
{
	unsigned i = 0;

	while (i < BLOCKS && blocks[i].at)
		i++;
	if (i == BLOCKS)
		return ROOT_E_LIMIT;
	blocks[i].bytes = PAGE;
	while (blocks[i].bytes < in->size)
		blocks[i].bytes *= 2;
	blocks[i].at = mmap(low_place(i), blocks[i].bytes + PAGE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	mprotect(blocks[i].at + blocks[i].bytes, PAGE, PROT_NONE);	/* nothing lies directly behind it */
	blocks[i].owner = kernel_task(c->thread);
	out->block = i + 1;
	out->address = (L4_Word_t)blocks[i].at;
	out->physical = root.drives ? out->address : 0;
	return ROOT_OK;
}

/* The address is that of the owner, too. */
enum root_error serve_root_dma_open(struct root_caller *c, const struct root_dma_open_in *in,
				    struct root_dma_open_out *out)
{
	size_t bytes;
	char *at = block_at(in->block, &bytes);

	(void)c;
	if (!at || blocks[in->block - 1].owner != in->owner)
		return ROOT_E_ARGUMENT;
	if (blocks[in->block - 1].open)
		return ROOT_E_BUSY;
	blocks[in->block - 1].open = true;
	*out = (struct root_dma_open_out){ .address = (L4_Word_t)at, .bytes = bytes, .physical = (L4_Word_t)at };
	return ROOT_OK;
}

enum root_error serve_root_dma_share(struct root_caller *c, const struct root_dma_share_in *in)
{
	size_t bytes;

	(void)c;
	return block_at(in->block, &bytes) ? ROOT_OK : ROOT_E_ARGUMENT;
}

char *block_at(L4_Word_t block, size_t *bytes)
{
	if (block < 1 || block > BLOCKS)
		return NULL;
	*bytes = blocks[block - 1].bytes;
	return blocks[block - 1].at;
}

unsigned blocks_open(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < BLOCKS; i++)
		n += blocks[i].at && blocks[i].open;
	return n;
}

bool in_a_block(uint64_t physical, uint64_t bytes)
{
	for (unsigned i = 0; i < BLOCKS; i++) {
		uint64_t at = physical - (uint64_t)blocks[i].at;

		if (blocks[i].at && at < blocks[i].bytes && bytes <= blocks[i].bytes - at)
			return true;
	}
	return false;
}

/* ---- threads ---- */

enum root_error serve_root_thread_new(struct root_caller *c, const struct root_thread_new_in *in,
				      struct root_thread_new_out *out)
{
	unsigned number = root.thread_new == ROOT_OK ? kernel_thread_new(in->ip, in->sp) : 0;

	(void)c;
	out->thread = kernel_thread(number);
	return number ? ROOT_OK : root.thread_new == ROOT_OK ? ROOT_E_LIMIT : root.thread_new;
}

enum root_error serve_root_thread_end(struct root_caller *c, const struct root_thread_end_in *in)
{
	bool self = L4_IsNilThread(in->thread);

	if (root_thread_ends)
		root_thread_ends(self ? c->thread : in->thread);
	if (!kernel_thread_end((unsigned)L4_ThreadNo(self ? c->thread : in->thread)))
		return ROOT_E_TASK;
	return self ? ROOT_LATER : ROOT_OK;
}
