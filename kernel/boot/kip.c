/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kip.c - the kernel interface page (api 1). arch_kip_fill adds system-call links, page sizes, processor
 * descriptors and the machine's feature strings.
 *
 *   fixed part | processor descriptor (4 words) | kernel descriptor and strings | memory descriptors
 *   amd64: 0    0x240                            0x260                           0x2e0
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <boot/kip.h>
#include <sys/sys.h>
#include <lib/bits.h>
#include <lib/panic.h>
#include <lib/str.h>

enum {
	PROC_DESC	= sizeof(struct l4_kip),
	KERN_DESC	= PROC_DESC + 4 * sizeof(l4_word_t),
	KERN_DESC_WORDS	= 4,
	MEM_DESC	= KERN_DESC + 0x80,
	KERNEL_ID	= 0x50 << 24 | 0x01 << 16,	/* chosen for Pecan */
	KERNEL_DATE	= (2026 - 2000) << 9 | 11 << 5 | 20,
	KERNEL_VERSION	= 0 << 24 | 1 << 16,
	SUPPLIER	= L4_KIP_CHARACTERS('P', 'c', 'n', ' '),
};

#define API_VERSION 0x84050000u	/* X.2, revision 5 */

void kip_feature(struct l4_kip *kip, const char *s)
{
	char *p = (char *)kip + KERN_DESC + KERN_DESC_WORDS * sizeof(l4_word_t);
	char *end = (char *)kip + MEM_DESC;

	while (*p)
		p += strlen(p) + 1;
	ASSERT(p + strlen(s) + 2 <= end);	/* 2: its NUL, and the empty string that ends the list */
	memcpy(p, s, strlen(s) + 1);
}

void kip_init(struct l4_kip *kip)
{
	l4_word_t *desc = (l4_word_t *)(void *)((char *)kip + KERN_DESC);

	kip->magic = L4_KIP_MAGIC;
	kip->api_version = API_VERSION;
	kip->api_flags = L4_KIP_API_FLAGS;
	kip->kern_desc_ptr = KERN_DESC;
	kip->proc_desc_ptr = PROC_DESC;
	kip->memory_info = (l4_word_t)MEM_DESC << (L4_WORD_BITS / 2);
	kip->utcb_info = 1 | L4_UTCB_ALIGN_LOG2 << 10 | L4_UTCB_AREA_LOG2_MIN << 16;
	kip->kip_area_info = L4_KIP_AREA_LOG2;
	kip->clock_info = (l4_word_t)l4_period(1).raw << 16 | l4_period(1).raw;
	kip->thread_info = L4_THREAD_BITS | (l4_word_t)kernel.irq_lines << 8 | kernel.user_base << 20;
	desc[0] = KERNEL_ID;
	desc[1] = KERNEL_DATE;
	desc[2] = KERNEL_VERSION;
	desc[3] = (l4_word_t)(uint32_t)SUPPLIER;
	kip_feature(kip, "Pecan 0.1");		/* the version comes first among the strings */
	kip_feature(kip, "pagerexregs");
	kip_feature(kip, "kmemlimit");
	kip_feature(kip, "norevoke");
	arch_kip_fill(kip);
	if (sys_inspects)
		kip_feature(kip, "inspect");
	else
		kip->arch_syscall[0] = 0;
}

bool kip_memory(struct l4_kip *kip, unsigned type, bool is_virtual, l4_word_t low, l4_word_t high)
{
	l4_word_t n = kip->memory_info & (((l4_word_t)1 << L4_WORD_BITS / 2) - 1);
	struct l4_memdesc *d = (struct l4_memdesc *)(void *)((char *)kip + MEM_DESC) + n;

	if (n >= CFG_MEMDESCS)
		return false;
	d->low = (low & ~(l4_word_t)0x3ff) | (l4_word_t)is_virtual << 9 | type;
	d->high = high & ~(l4_word_t)0x3ff;
	kip->memory_info++;
	return true;
}
