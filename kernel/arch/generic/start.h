/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start.h - what machines do alike at boot: reserved memory, and fields of the kernel interface page (api 1).
 */
#ifndef GENERIC_START_H
#define GENERIC_START_H

#include <boot/boot.h>
#include <core/config.h>
#include <lib/panic.h>
#include <lib/section.h>
#include <x2/kip.h>
#include <arch/gateway.h>

/* `size` bytes at base are of this type (boot/boot.h). */
static inline BOOT_CODE void boot_reserve(struct boot_info *boot, uint64_t base, uint64_t size, uint32_t type)
{
	ASSERT(boot->nreserved < BOOT_RESERVED_MAX);
	boot->reserved[boot->nreserved++] = (struct boot_memory){ base, size, type };
}

/* The links of the calls that each machine has; Lipc is Ipc. */
static inline BOOT_CODE void kip_links(struct l4_kip *kip)
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
}

/* The descriptors of processors: four words each. khz: of the CPU's clock. */
static inline BOOT_CODE void kip_processors(struct l4_kip *kip, l4_word_t khz)
{
	l4_word_t *processor = (l4_word_t *)(void *)((char *)kip + kip->proc_desc_ptr);
	l4_word_t bytes_log2 = L4_WORD_BITS == 64 ? 5 : 4;

	kip->processor_info = bytes_log2 << (L4_WORD_BITS - 4) | (CFG_CPUS - 1);
	processor[0] = 0;				/* external frequency: unknown */
	processor[1] = khz;
}

#endif
