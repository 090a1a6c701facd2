/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tlb.c - the TLBs of a 750: one for fetches and one for data, each of 64 sets of two ways, of which the less
 * recently used is replaced; the set is that of the effective address, and an entry has the number of its
 * segment's VSID. Only user code uses them: the kernel's translations are BATs. Which space runs is said by
 * marks (mark.h); without one all have the same number. TLBIE is not modelled.
 */
#include <string.h>

#include "model.h"

enum { PAGE_LOG2 = 12, SETS = 64, WAYS = 2, KERNEL_SEGMENTS_LOG2 = 30, KERNEL_SEGMENTS = 3 };

#define TLB_NAME(name) #name,
const char *const tlb_name[TLB_KINDS] = { TLBS(TLB_NAME) };
const char tlb_note[] = "64 sets of 2 ways by effective address, for fetches and for data";
uint64_t tlb_misses[TLB_KINDS];

/* page and space + 1, the more recently used way first; 0: free */
struct tlb { uint64_t way[SETS][WAYS]; };

static struct tlb tlb[TLB_KINDS][2];		/* of data, of fetches */
static uint16_t space;

void tlb_init(void) { }

void tlb_reset(void)
{
	memset(tlb, 0, sizeof tlb);
	memset(tlb_misses, 0, sizeof tlb_misses);
}

static bool look_up(struct tlb *t, uint64_t page, uint64_t entry)
{
	uint64_t *way = t->way[page % SETS];
	bool hit = way[0] == entry || way[1] == entry;

	if (way[0] != entry) {
		way[1] = way[0];
		way[0] = entry;
	}
	return hit;
}

/* Segments of the kernel have the same VSIDs in all spaces. */
void tlb_touch(uint64_t va, bool fetch, bool kernel)
{
	uint64_t page = va >> PAGE_LOG2;
	unsigned owner = va >> KERNEL_SEGMENTS_LOG2 == KERNEL_SEGMENTS ? 0 : space + 1;

	for (int i = 0; i < TLB_KINDS && !kernel; i++)
		tlb_misses[i] += !look_up(&tlb[i][fetch], page, (page << 17 | owner) + 1);
}

void tlb_space_loaded(void) { }

void tlb_space_is(uint16_t id)
{
	if (id != space)
		memset(tlb[TLB_user_4k_flushed], 0, sizeof tlb[TLB_user_4k_flushed]);
	space = id;
}
