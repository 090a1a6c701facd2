/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.h - memory from the root task.
 */
#ifndef PECAN_MEMORY_H
#define PECAN_MEMORY_H

#include <stdbool.h>

#include <pecan/addresses.h>
#include <pecan/root.h>

struct pecan_memory { L4_Word_t total, free, reserved, limit, used, kept, cached; };

/* Returns zeroed read-write memory, rounded up to pages, each allocated at its first use; 0 if refused. */
void *pecan_map(L4_Word_t size);
enum root_error pecan_map_at(L4_Word_t size, L4_Word_t address, void **at);

/*
 * The same, but all frames are allocated and cleared now. Each aligned 2 MiB are one large page as long as
 * such blocks are free: one page fault maps it. No thread may have touched the memory before.
 */
void *pecan_populate(L4_Word_t size);
enum root_error pecan_populate_at(L4_Word_t size, L4_Word_t address, void **at);

enum root_error pecan_unmap(void *at);

/* Make a whole area of the functions above read-only, and executable if so desired. */
enum root_error pecan_seal(void *at, bool executable);

/* Map device memory (right phys=). *at: where physical address `address` is mapped. */
enum root_error pecan_phys(L4_Word_t address, L4_Word_t size, void **at);

enum root_error pecan_memory(struct pecan_memory *m);

/*
 * Copies in free memory (root_cache_put and root_cache_get of user/proto/root.idl): n pieces, of which `done`
 * are copied then, and the store had so many pages. Both are 0 if root refuses the request.
 */
struct pecan_cache {
	L4_Word_t n, place[ROOT_CACHE_PIECES], address[ROOT_CACHE_PIECES], bytes[ROOT_CACHE_PIECES], pages, done;
};
void pecan_cache_put(struct pecan_cache *c);
void pecan_cache_get(struct pecan_cache *c);

/* Take a page of the caller's memory from all tasks that have got it from the caller. Uses MR0. */
void pecan_take_back(const void *page);

#endif
