/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kept.c - the kept status of PTEs that have no room for it (<arch/kept.h>).
 */
#include <arch/kept.h>
#include <mem/mem.h>
#include <lib/panic.h>
#include <lib/section.h>

uintptr_t arch_kept;

BOOT_CODE void arch_kept_init(void)
{
	struct kmem *k = &mem.kmem;
	size_t per_frame = KMEM_FRAME * sizeof(arch_pte_t);		/* memory whose PTEs have one frame of bytes */
	size_t frames = (k->end - k->base + per_frame - 1) / per_frame;

	for (size_t i = 0; i < frames; i++) {
		uint8_t *frame = kmem_frame(&k->pool);

		if (!frame)
			panic("boot: too little kernel memory for the kept status of PTEs: give kmem= a larger size");
		if (i == 0)
			arch_kept = (uintptr_t)frame - k->base / sizeof(arch_pte_t);
		/* Free frames are in the order of their addresses until one has been freed. */
		ASSERT(frame == arch_kept_byte((arch_pte_t *)k->base) + i * KMEM_FRAME);
	}
	k->pool.used -= frames * KMEM_FRAME;
	k->pool.limit -= frames * KMEM_FRAME;
	k->pool.granted = k->pool.limit;
}
