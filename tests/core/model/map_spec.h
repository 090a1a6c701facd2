/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * map_spec.h - what maps, grants, unmaps and accesses do, as a model of one array of pages.
 *
 * Memory is divided into cells. In a small world each cell is a page of 4 KiB. In a large one three
 * cells are 2 MiB: the first 4 KiB, the second, and the other 510 pages, which are always treated
 * alike; so a page is one cell, or three. In a huge one three cells are 1 GiB, likewise of 2 MiB.
 */
#ifndef MAP_SPEC_H
#define MAP_SPEC_H

#include <stdbool.h>
#include <stdint.h>

enum { SIGMA0, SPACES = 4, CELLS = 6, PAGES = (SPACES - 1) * CELLS };
enum { SEEN = 1, WRITTEN = 2 };		/* what may have happened to a page */

struct page {
	bool there;
	uint8_t space, cell, cells;
	uint8_t rights;
	uint8_t frame;			/* cell of physical memory */
	struct page *origin;		/* in the space that it was mapped from; 0: sigma0's */
	uint8_t span;			/* log2: an upper limit of what was mapped in one go with it */
	uint8_t own;			/* happened here, and this space has not read it by a flush */
	uint8_t up;			/* happened here or below; not recorded at the origin yet */
	uint8_t kids;			/* happened below, is recorded here, and was not read here yet */
};

struct map_state {
	uint8_t cells;			/* in use */
	uint8_t big;			/* cells of a large page, 0: there are none */
	uint8_t log2;			/* of a cell: the small page; a large one has 512 of them */
	struct page page[PAGES];
};

extern struct map_state map_state;

enum { BIG_LOG2 = 9 };			/* small pages in a large one, as log2 */

/* A piece of a space: cells, and its size as fpages name it. */
struct region { uint8_t cell, cells, log2; };

/* The page that covers a cell, or 0. */
struct page *page_at(unsigned space, unsigned cell);

/*
 * A map or grant item: `src` of space `from` to `dst` of space `to`, which have one size. `all` is what
 * the sender named: it is larger than src if the window was smaller than that.
 */
struct item {
	uint8_t from, to, rights;
	bool grant;
	struct region src, dst, all;
};

/*
 * Whether the children of a granted page follow it depends on how they were mapped together; where
 * that is open, the model asks (true: this page, a child, is still there).
 */
extern bool (*map_ask)(const struct page *child);

void spec_map(const struct item *i);

/* Unmap; the status, R W X. */
unsigned spec_unmap(unsigned space, struct region r, unsigned rights, bool flush);

/* The space ends, and there is an empty one in its place. */
void spec_renew(unsigned space);

/* An access; false if it faults. */
bool spec_touch(unsigned space, unsigned cell, unsigned access);

/* Faults that can be planted. */
enum map_fault {
	MAP_FAULT_NONE, MAP_FAULT_RIGHTS, MAP_FAULT_EXTEND, MAP_FAULT_BEYOND, MAP_FAULT_ORIGIN,
	MAP_FAULT_OVERMAP, MAP_FAULT_DEEP, MAP_FAULT_READ_TWICE, MAP_FAULT_LOST_EVENT, MAP_FAULT_OWN,
	MAP_FAULT_GRANT_KEEPS, MAP_FAULT_GRANT_STATUS, MAP_FAULT_REST, MAP_FAULT_LESS,
	MAP_FAULT_PART, MAP_FAULT_GROW, MAP_FAULT_BUSY,
};

#endif
