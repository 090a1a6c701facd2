/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kip_arch.c - the machine's fields of the kernel interface page (api 1; ia32 1, 3), and the stubs in its
 * upper half.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <boot/kip.h>
#include <arch/board.h>
#include <arch/features.h>
#include <arch/generic/start.h>
#include <arch/time.h>
#include <lib/panic.h>
#include <lib/str.h>

extern uint8_t gateway_stubs[], gateway_stubs_end[];

void arch_kip_fill(struct l4_kip *kip)
{
	ASSERT(gateway_stubs_end - gateway_stubs == GATEWAY_END - GATEWAY_OFFSET);
	memcpy((char *)kip + GATEWAY_OFFSET, gateway_stubs, (size_t)(gateway_stubs_end - gateway_stubs));
	kip_links(kip);			/* offsets in the KIP */
	if (feature_used(FEATURE_SYSENTER))
		kip->ipc = kip->lipc = GATEWAY_OFFSET + GATEWAY_SYSENTER;
	kip->page_info = (l4_word_t)arch_page_sizes() | L4_R | L4_W;
	kip_processors(kip, time_cpu_khz());
	kip_feature(kip, "ioflexpages");
	if (plat_irq_messages())
		kip_feature(kip, "msi");
}
