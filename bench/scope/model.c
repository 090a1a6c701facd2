/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model.c - the cache and TLB models.
 */
#include "model.h"
#include "set.h"

void cache_touch(struct cache *c, uint64_t line)
{
	uint64_t *way = c->tag[line % CACHE_SETS], tag = line + 1;
	int i = 0;

	c->accesses++;
	while (i < CACHE_WAYS && way[i] != tag)
		i++;
	if (i == CACHE_WAYS) {
		c->misses++;
		i--;
	}
	for (; i > 0; i--)
		way[i] = way[i - 1];
	way[0] = tag;
}

const char *const tlb_name[TLB_KINDS] = {
	"user_4k", "kernel_global_4k", "kernel_nonglobal_4k", "kernel_global_2m", "kernel_nonglobal_2m",
};
uint64_t tlb_misses[TLB_KINDS];

static struct set tlb[TLB_KINDS];

void tlb_init(void)
{
	for (int i = 0; i < TLB_KINDS; i++)
		set_init(&tlb[i], 1024);
}

void tlb_reset(void)
{
	for (int i = 0; i < TLB_KINDS; i++) {
		set_clear(&tlb[i]);
		tlb_misses[i] = 0;
	}
}

static void touch(enum tlb_kind kind, uint64_t page)
{
	tlb_misses[kind] += set_add(&tlb[kind], page, TOUCH_READ);
}

void tlb_touch(uint64_t va, bool kernel)
{
	if (!kernel) {
		touch(TLB_USER_4K, va >> 12);
		return;
	}
	touch(TLB_KERNEL_GLOBAL_4K, va >> 12);
	touch(TLB_KERNEL_NONGLOBAL_4K, va >> 12);
	touch(TLB_KERNEL_GLOBAL_2M, va >> 21);
	touch(TLB_KERNEL_NONGLOBAL_2M, va >> 21);
}

void tlb_cr3_written(void)
{
	set_clear(&tlb[TLB_USER_4K]);
	set_clear(&tlb[TLB_KERNEL_NONGLOBAL_4K]);
	set_clear(&tlb[TLB_KERNEL_NONGLOBAL_2M]);
}
