/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kip_arch.c - the machine's fields of the kernel interface page (api 1; ppc32 1, 5, 6).
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <boot/kip.h>
#include <arch/generic/start.h>
#include <arch/time.h>

void arch_kip_fill(struct l4_kip *kip)
{
	kip_links(kip);
	kip->arch_syscall[3] = gateway_link(GATEWAY_NULL);
	kip->page_info = (l4_word_t)arch_page_sizes() | L4_R | L4_W;
	kip_processors(kip, time_cpu_khz());
	kip_memory(kip, L4_MEM_SHARED, true, (l4_word_t)GATEWAY_ADDRESS,
		   (l4_word_t)(GATEWAY_ADDRESS + KMEM_FRAME - 1));
}
