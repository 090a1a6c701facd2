/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space.h - address spaces: a page table, a KIP area, a UTCB area, an I/O permission set, an account.
 *
 *   EMPTY -> LIVE      [space_configure]  KIP and UTCB areas set, KIP mapped
 *   EMPTY, LIVE -> DYING [teardown_begin] the last thread is gone
 *   DYING -> freed     [teardown_step]    mappings flushed, tables freed, account closed; an account with
 *                                         accounts below it waits until they are closed
 *
 *   P1  threads counts the entries of the threads list
 *   P2  a UTCB page exists for each page of the UTCB area that contains the UTCB of a thread
 *   P3  a DYING space has no threads, and accepts no mapping
 *   P4  a free block, before its first space and between two, has no threads, UTCB pages, mappings, walks,
 *       blocks, tables and tag. space_create relies on this
 */
#ifndef MEM_SPACE_H
#define MEM_SPACE_H

#include <x2/fpage.h>
#include <mem/mapdb.h>
#include <mem/tlb.h>
#include <arch/ptab.h>
#include <x2/arch.h>
#include <x2/utcb.h>

struct thread;

enum space_state { SPACE_EMPTY, SPACE_LIVE, SPACE_DYING };

struct space {
	struct tlb_space tlb;		/* first: the kernel exit uses it */
	struct arch_space arch;		/* page table, I/O permission set */
	enum space_state state;
	bool privileged;		/* sigma0, sigma1, root (api 4.2) */
	bool sigma0;
	uint8_t reports;		/* number of reports of its stopped threads on the console */
	l4_word_t number;		/* from 1, never reused: for inspection */
	struct tree_node link;		/* in mem.space_tree, by number */
	l4_fpage_t kip_area, utcb_area;	/* nil until set */
	l4_tid_t redirector;		/* anythread: unrestricted; tlb_set_enter follows each change */
	struct tree utcbs;		/* struct utcb_page by address */
	struct utcb_page *newest;	/* the page made last, or 0: most lookups are for it */
	struct list threads;		/* used by core, like nthreads; links: thread.space_link */
	size_t nthreads;
	struct account account;
	struct slab blocks;		/* nodes, UTCB pages, attribute ranges: SPACE_BLOCK bytes each */
	struct mapspace map[RESOURCES];
	unsigned teardown;		/* stage of teardown_step */
};

enum { SPACE_BLOCK = 128, UTCBS_PER_PAGE = KMEM_FRAME >> L4_UTCB_ALIGN_LOG2 };

struct utcb_page {
	struct tree_node node;		/* key: page address */
	void *frame;			/* kernel address */
	struct thread *owner[UTCBS_PER_PAGE];	/* 0: not assigned */
};
_Static_assert(sizeof(struct utcb_page) <= SPACE_BLOCK, "a machine with large pages needs larger blocks");

/* Returns the space of a node of mem.space_tree, or 0 if n is 0. */
static inline struct space *space_at(struct tree_node *n)
{
	return n ? container_of(n, struct space, link) : 0;
}

/* Sets the constant fields of the mappings of s, which are zero. */
static inline void space_init_maps(struct space *s)
{
	for (unsigned w = 0; w < RESOURCES; w++) {
		struct mapspace *m = &s->map[w];

		m->space = s;
		m->resource = (enum map_resource)w;
		m->walk.m = m->clear.m = m;
	}
}

/* Returns a new, empty space whose account is below parent, or 0 if there is no memory. */
struct space *space_create(struct account *parent);

/* Returns true if the 2^log2 bytes at base, aligned, overlap that area; false if it is nil. */
bool space_in_area(l4_fpage_t area, uint64_t base, unsigned log2);

/*
 * Checks new areas of s (nil: unchanged). Returns L4_OK, or the error of SpaceControl: L4_ERR_UTCB_AREA or
 * L4_ERR_KIP_AREA (api 6.4).
 */
enum l4_error space_check_areas(const struct space *s, l4_fpage_t kip_area, l4_fpage_t utcb_area);

/*
 * Sets the areas, which have passed that check, and maps the KIP. No effect if s is in use. Returns L4_OK or
 * L4_ERR_NO_MEM.
 */
enum l4_error space_configure(struct space *s, l4_fpage_t kip_area, l4_fpage_t utcb_area);

/* Returns true if the 2^log2 bytes at base, aligned, overlap the KIP or UTCB area of s. */
bool space_in_areas(const struct space *s, uint64_t base, unsigned log2);

/* Returns true if [base, base + size) is in the user area. */
bool space_in_user(l4_word_t base, l4_word_t size);

/* Both return the UTCB page that contains location, or 0. */
struct utcb_page *space_find_utcbs(const struct space *s, l4_word_t location);

static inline struct utcb_page *space_utcbs(const struct space *s, l4_word_t location)
{
	struct utcb_page *page = s->newest;

	return page && !((page->node.key ^ location) >> KMEM_FRAME_LOG2) ? page : space_find_utcbs(s, location);
}

/* Returns the address of the owner field of the UTCB at location, which is in that page. */
static inline struct thread **space_utcb_owner(struct utcb_page *page, l4_word_t location)
{
	return &page->owner[location >> L4_UTCB_ALIGN_LOG2 & (UTCBS_PER_PAGE - 1)];
}

/* Makes the UTCB page that contains location, where none is, and maps it. Returns 0 if there is no memory. */
struct utcb_page *space_make_utcbs(struct space *s, l4_word_t location);

/*
 * Returns true if a thread of s may have its UTCB at location: aligned, in the area if that is set, and
 * free.
 */
bool space_utcb_ok(const struct space *s, l4_word_t location);

/* Checks P3, and the rules of the TLB state, the UTCB pages and the account of s. P1 and P2: core/utcb.c. */
void space_check(struct space *s);

/* Checks P4 of a free block. */
void space_check_spare(struct space *s);

#endif
