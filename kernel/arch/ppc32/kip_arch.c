/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kip_arch.c - the machine's fields of the kernel interface page (api 1; ppc32 1, 5, 6).
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <boot/kip.h>
#include <arch/gateway.h>
#include <arch/time.h>

enum { PROC_DESC_LOG2 = 4, PROC_DESC_SHIFT = 28 };	/* 4 words each */

/* Links are addresses. */
static void fill_links(struct l4_kip *kip)
{
	kip->space_control = gateway_link(L4_CALL_SPACE_CONTROL);
	kip->thread_control = gateway_link(L4_CALL_THREAD_CONTROL);
	kip->processor_control = gateway_link(L4_CALL_PROCESSOR_CONTROL);
	kip->memory_control = gateway_link(L4_CALL_MEMORY_CONTROL);
	kip->ipc = kip->lipc = gateway_link(L4_CALL_IPC);
	kip->unmap = gateway_link(L4_CALL_UNMAP);
	kip->exchange_registers = gateway_link(L4_CALL_EXCHANGE_REGISTERS);
	kip->system_clock = gateway_link(L4_CALL_SYSTEM_CLOCK);
	kip->thread_switch = gateway_link(L4_CALL_THREAD_SWITCH);
	kip->schedule = gateway_link(L4_CALL_SCHEDULE);
	kip->arch_syscall[0] = gateway_link(L4_CALL_INSPECT);
	kip->arch_syscall[3] = gateway_link(GATEWAY_NULL);
}

void arch_kip_fill(struct l4_kip *kip)
{
	l4_word_t *processor = (l4_word_t *)(void *)((char *)kip + kip->proc_desc_ptr);

	fill_links(kip);
	kip->page_info = (l4_word_t)arch_page_sizes() | L4_R | L4_W;
	kip->processor_info = (l4_word_t)PROC_DESC_LOG2 << PROC_DESC_SHIFT | (CFG_CPUS - 1);
	processor[0] = 0;				/* external frequency: unknown */
	processor[1] = time_cpu_khz();
	kip_memory(kip, L4_MEM_SHARED, true, (l4_word_t)GATEWAY_ADDRESS,
		   (l4_word_t)(GATEWAY_ADDRESS + KMEM_FRAME - 1));
}
