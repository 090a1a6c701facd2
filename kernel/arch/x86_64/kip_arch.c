/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kip_arch.c - the machine's fields of the kernel interface page (api 1; amd64 11.1).
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <boot/kip.h>
#include <arch/board.h>
#include <arch/features.h>
#include <arch/generic/start.h>
#include <arch/time.h>

void arch_kip_fill(struct l4_kip *kip)
{
	kip_links(kip);
	kip->arch_syscall[1] = gateway_link(L4_CALL_SET_TLS);
	kip->page_info = arch_page_sizes() | (feature_used(FEATURE_NX) ? L4_RWX : L4_R | L4_W);
	kip_processors(kip, time_cpu_khz());
	kip_feature(kip, "ioflexpages");
	kip_feature(kip, "tls");
	if (plat_irq_messages())
		kip_feature(kip, "msi");
}
