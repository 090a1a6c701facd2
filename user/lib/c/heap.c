/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * heap.c - see <heap.h>.
 *
 *   block   header | bytes...       size counts both; the header keeps it while the block is in use
 *
 * H1  The free list is in the order of addresses; no two blocks on it touch.
 * H2  Addresses and sizes of blocks are multiples of the header's size, which is the alignment.
 */
#include <heap.h>
#include <stdint.h>

struct heap_block { size_t size; struct heap_block *next; };

enum { UNIT = sizeof(struct heap_block) };
_Static_assert(UNIT == 2 * sizeof(void *), "alignment of what heap_alloc returns");

static struct heap_block *end_of(struct heap_block *b)
{
	return (struct heap_block *)((char *)b + b->size);
}

void heap_init(struct heap *h, void *(*more)(size_t bytes, size_t *got))
{
	h->free = NULL;
	h->more = more;
}

/* Puts b where its address belongs (H1) and joins it with neighbours that it touches. */
static void insert(struct heap *h, struct heap_block *b)
{
	struct heap_block *before = NULL, *after = h->free;

	while (after && after < b) {
		before = after;
		after = after->next;
	}
	b->next = after;
	if (after && end_of(b) == after) {
		b->size += after->size;
		b->next = after->next;
	}
	if (!before) {
		h->free = b;
	} else if (end_of(before) == b) {
		before->size += b->size;
		before->next = b->next;
	} else {
		before->next = b;
	}
}

void heap_add(struct heap *h, void *region, size_t bytes)
{
	size_t skip = -(uintptr_t)region % UNIT;
	struct heap_block *b = (struct heap_block *)((char *)region + skip);

	if (bytes < skip + 2 * UNIT)
		return;
	b->size = (bytes - skip) / UNIT * UNIT;
	insert(h, b);
}

/* Takes size bytes out of the first block that has them; the rest of the block stays in place. */
static struct heap_block *take(struct heap *h, size_t size)
{
	struct heap_block **at, *b, *rest;

	for (at = &h->free; (b = *at); at = &b->next) {
		if (b->size < size)
			continue;
		if (b->size < size + 2 * UNIT) {
			*at = b->next;
			return b;
		}
		rest = (struct heap_block *)((char *)b + size);
		rest->size = b->size - size;
		rest->next = b->next;
		*at = rest;
		b->size = size;
		return b;
	}
	return NULL;
}

static bool grow(struct heap *h, size_t size)
{
	size_t got = 0;
	void *region = h->more ? h->more(size + UNIT, &got) : NULL;

	if (!region)
		return false;
	heap_add(h, region, got);
	return true;
}

void *heap_alloc(struct heap *h, size_t bytes)
{
	struct heap_block *b;
	size_t size;

	if (bytes > SIZE_MAX / 2)
		return NULL;
	size = UNIT + (bytes + (bytes == 0) + UNIT - 1) / UNIT * UNIT;
	b = take(h, size);
	if (!b && grow(h, size))
		b = take(h, size);
	return b ? b + 1 : NULL;
}

void heap_free(struct heap *h, void *p)
{
	if (p)
		insert(h, (struct heap_block *)p - 1);
}

size_t heap_left(const struct heap *h)
{
	size_t sum = 0;

	for (const struct heap_block *b = h->free; b; b = b->next)
		sum += b->size - UNIT;
	return sum;
}
