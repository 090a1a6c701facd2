/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tlb.c - TLBs of x86, of unlimited size, that drop their non-global entries when CR3 is written, under five
 * assumptions at once. INVLPG, INVPCID, PCIDs, changes of CR4.PGE and capacity are not modelled.
 */
#include "model.h"
#include "set.h"

#define TLB_NAME(name) #name,
const char *const tlb_name[TLB_KINDS] = { TLBS(TLB_NAME) };
const char tlb_note[] = "unlimited size, each CR3 write drops non-global entries";
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

void tlb_touch(uint64_t va, bool fetch, bool kernel)
{
	(void)fetch;
	if (!kernel) {
		touch(TLB_user_4k, va >> 12);
		return;
	}
	touch(TLB_kernel_global_4k, va >> 12);
	touch(TLB_kernel_nonglobal_4k, va >> 12);
	touch(TLB_kernel_global_2m, va >> 21);
	touch(TLB_kernel_nonglobal_2m, va >> 21);
}

void tlb_space_loaded(void)
{
	set_clear(&tlb[TLB_user_4k]);
	set_clear(&tlb[TLB_kernel_nonglobal_4k]);
	set_clear(&tlb[TLB_kernel_nonglobal_2m]);
}

void tlb_space_is(uint16_t id) { (void)id; }
