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
#include <arch/gateway.h>
#include <arch/time.h>
#include <lib/panic.h>
#include <lib/str.h>

enum { PROC_DESC_LOG2 = 4, PROC_DESC_SHIFT = 28 };	/* 4 words each */

extern uint8_t gateway_stubs[], gateway_stubs_end[];

/* Links are offsets in the KIP. */
static void fill_links(struct l4_kip *kip)
{
	bool sysenter = feature_used(FEATURE_SYSENTER);

	memcpy((char *)kip + GATEWAY_OFFSET, gateway_stubs, (size_t)(gateway_stubs_end - gateway_stubs));
	kip->space_control = gateway_link(L4_CALL_SPACE_CONTROL);
	kip->thread_control = gateway_link(L4_CALL_THREAD_CONTROL);
	kip->processor_control = gateway_link(L4_CALL_PROCESSOR_CONTROL);
	kip->memory_control = gateway_link(L4_CALL_MEMORY_CONTROL);
	kip->ipc = kip->lipc = sysenter ? GATEWAY_OFFSET + GATEWAY_SYSENTER : gateway_link(L4_CALL_IPC);
	kip->unmap = gateway_link(L4_CALL_UNMAP);
	kip->exchange_registers = gateway_link(L4_CALL_EXCHANGE_REGISTERS);
	kip->system_clock = gateway_link(L4_CALL_SYSTEM_CLOCK);
	kip->thread_switch = gateway_link(L4_CALL_THREAD_SWITCH);
	kip->schedule = gateway_link(L4_CALL_SCHEDULE);
	kip->arch_syscall[0] = gateway_link(L4_CALL_INSPECT);
}

void arch_kip_fill(struct l4_kip *kip)
{
	l4_word_t *processor = (l4_word_t *)(void *)((char *)kip + kip->proc_desc_ptr);

	ASSERT(gateway_stubs_end - gateway_stubs == GATEWAY_END - GATEWAY_OFFSET);
	fill_links(kip);
	kip->page_info = (l4_word_t)arch_page_sizes() | L4_R | L4_W;
	kip->processor_info = (l4_word_t)PROC_DESC_LOG2 << PROC_DESC_SHIFT | (CFG_CPUS - 1);
	processor[0] = 0;				/* external frequency: unknown */
	processor[1] = time_cpu_khz();
	kip_feature(kip, "ioflexpages");
	if (plat_irq_messages())
		kip_feature(kip, "msi");
}
