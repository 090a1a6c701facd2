/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start.c - the machine's part of booting, from boot.S to kernel_main. The order:
 *
 *   firmware           its information is copied by its last calls
 *   take-over          BATs, vectors; from here on the firmware's memory is free
 *   console            for messages
 *   boot information   is read; it may refuse to boot
 *   memory             the kernel's is reserved; the hash table and segment registers
 *   system calls, interrupt controller, clock
 *   core               creates the first spaces and returns the first thread
 */
#include <core/arch.h>
#include <boot/boot.h>
#include <core/kernel.h>
#include <core/upcall.h>
#include <arch/board.h>
#include <arch/cpu.h>
#include <arch/kmap.h>
#include <arch/time.h>
#include <kdb/kdb.h>
#include <lib/print.h>
#include "attribute.h"
#include "entry.h"

#define HID0_DOZE	0x00800000u		/* MSR_POW stops the CPU until an interrupt (cpu_wait) */
#define MMCR0_COUNT	0x42u			/* the first counter: cycles, the second: instructions (ppc32 9) */

static struct boot_info boot;
static struct board_info board;

_Noreturn void start(uint32_t archive, uint32_t size, uint32_t client);

static void refuse_if(const char *problem)
{
	if (!problem)
		return;
	printk("Pecan cannot start: %s\n", problem);
	plat_stop(true);
}

static bool no_option(const char *word, size_t length)
{
	(void)word, (void)length;
	return false;
}

/* The instruction cache may have what was before in the memory into which the servers were loaded. */
static void make_code_of_servers(void)
{
	const l4_word_t info = kernel.kip->memory_info;
	const struct l4_memdesc *d = (const void *)((const char *)kernel.kip + (info >> 16));

	for (unsigned n = info & 0xffff; n > 0; n--, d++)
		if (l4_memdesc_type(d) == L4_MEM_BOOTLOADER && l4_memdesc_subtype(d) == L4_MEM_T_SERVER)
			cache_make_code(KMAP_POINTER(l4_memdesc_low(d)),
					l4_memdesc_high(d) + 1 - l4_memdesc_low(d));
}

void start(uint32_t archive, uint32_t size, uint32_t client)
{
	struct thread *first;

	plat_handover(archive, size, client);
	cpu_set_msr(MSR_KERNEL);
	cpu_set_hid0(cpu_hid0() | HID0_DOZE);
	cpu_set_mmcr0(MMCR0_COUNT);
	cpu_set_ear(0);
	kmap_take_over();
	trap_init();
	plat_console_init();
	printk("Pecan: an L4 microkernel (X.2) for ppc32\n");
	refuse_if(plat_boot_info(&boot, &board));
	boot_options_check(boot.cmdline, no_option);
	refuse_if(kmap_init(&boot));
	trap_calls(boot.cmdline);
	plat_irq_init(&boot);
	time_init(&board);
	first = kernel_main(&boot);
	make_code_of_servers();
	kdb_start();
	leave_first(kernel_leave(first));
}
