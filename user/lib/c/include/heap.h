/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * heap.h - a simple allocator over memory that the program gives it.
 *
 * First fit over a list of free blocks in the order of their addresses; neighbours are joined when
 * a block is freed. Linear in the number of free blocks: for servers with few allocations. Blocks
 * are aligned to 16 bytes. Not for several threads at once: the caller locks.
 */
#ifndef C_HEAP_H
#define C_HEAP_H

#include <stdbool.h>
#include <stddef.h>

#if defined(__cplusplus)
extern "C" {
#endif

struct heap_block;

/*
 * If no block fits, more(bytes, &got) may return at least `bytes` of new memory (NULL: there is none) and
 * sets `got` to its size.
 */
struct heap {
	struct heap_block *free;
	void *(*more)(size_t bytes, size_t *got);
};

/* An empty heap; more may be NULL. */
void heap_init(struct heap *h, void *(*more)(size_t bytes, size_t *got));

/* Adds a region; one that is too small for a block is ignored. */
void heap_add(struct heap *h, void *region, size_t bytes);

/* heap_alloc returns NULL if there is no memory. heap_free takes a block of heap_alloc, or NULL. */
void *heap_alloc(struct heap *h, size_t bytes);
void heap_free(struct heap *h, void *p);

/* Returns the bytes of all free blocks. */
size_t heap_left(const struct heap *h);

#if defined(__cplusplus)
}
#endif

#endif
