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
#include "local.h"

/* HID0 (MPC750 user's manual, 2.1.2.2). */
enum {
	HID0_DOZE	= 0x800000,	/* MSR_POW stops the CPU until an interrupt (cpu_wait); these two, its clocks.
					 * Of a 7455 this bit enables the BATs from 4 on */
	HID0_NAP	= 0x400000,
	HID0_SLEEP	= 0x200000,
	HID0_CACHES	= 0xc000,	/* for instructions, for data: DCBZ needs it */
	HID0_LOCKS	= 0x3000,	/* of these caches: no line is replaced */
	INVALIDATE_SHIFT = 4,		/* from a cache's bit to the one that invalidates all of it */
};
#define MMCR0_COUNT	0x42u		/* the first counter: cycles, the second: instructions (ppc32 9) */

/* The versions that have more than a 604: HID0_DOZE and a thermometer; AltiVec; eight pairs of each BAT. */
static const struct version { uint16_t version; bool doze, altivec, more_bats; } versions[] = {
	{ 0x0008, true, false, false },		/* 740, 750 */
	{ 0x7000, true, false, true },		/* 750FX */
	{ 0x7002, true, false, true },		/* 750GX */
	{ 0x000c, true, true, false },		/* 7400 */
	{ 0x800c, true, true, false },		/* 7410 */
	{ 0x8000, false, true, false },		/* 7450 */
	{ 0x8001, false, true, true },		/* 7445, 7455 */
	{ 0x8002, false, true, true },		/* 7447, 7457 */
	{ 0x8003, false, true, true },		/* 7447A */
	{ 0x8004, false, true, true },		/* 7448 */
};

/* Upper words of the first pairs that kmap.c does not set; the lower ones and the other pairs follow. */
enum { IBAT4U = 560, DBAT4U = 568 };
#define NO_BAT(upper) __asm__ volatile("mtspr %0, %1" : : "i"(upper), "r"(0) : "memory")

static struct boot_info boot;
static struct board_info board;

_Noreturn void start(uint32_t archive, uint32_t size, uint32_t client);

static struct version version_of(l4_word_t pvr)
{
	for (unsigned i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
		if (versions[i].version == pvr >> 16)
			return versions[i];
	return (struct version){ 0 };
}

/* A cache that was off can have anything in it; one that was on can have what is not in memory yet. */
static void set_hid0(bool doze)
{
	l4_word_t old = cpu_hid0(), off = ~old & HID0_CACHES;
	l4_word_t new = (old & ~(l4_word_t)(HID0_DOZE | HID0_NAP | HID0_SLEEP | HID0_LOCKS)) | HID0_CACHES
			| (doze ? HID0_DOZE : 0);

	cpu_sync();
	cpu_isync();
	cpu_set_hid0(new | off >> INVALIDATE_SHIFT);
	cpu_sync();
	cpu_isync();
	cpu_set_hid0(new);
	cpu_sync();
}

/* By a pair that the firmware has left user code could reach any memory. */
static void clear_more_bats(void)
{
	NO_BAT(IBAT4U);
	NO_BAT(IBAT4U + 2);
	NO_BAT(IBAT4U + 4);
	NO_BAT(IBAT4U + 6);
	NO_BAT(DBAT4U);
	NO_BAT(DBAT4U + 2);
	NO_BAT(DBAT4U + 4);
	NO_BAT(DBAT4U + 6);
}

/*
 * What the firmware may have left. So neither breakpoints nor counters nor the thermometer raise an exception
 * or interrupt (0x300, 0xf00, 0x1300, 0x1700), which an interrupt window would take as one of the kernel:
 * user code cannot set these registers.
 */
static void set_cpu(struct version v)
{
	set_hid0(v.doze);
	cpu_set_mmcr0(MMCR0_COUNT);
	cpu_set_mmcr1(0);
	cpu_set_ear(0);
	cpu_set_iabr(0);
	cpu_set_dabr(0);
	if (v.doze) {
		cpu_set_thrm1(0);
		cpu_set_thrm2(0);
		cpu_set_thrm3(0);
	}
	if (v.more_bats)
		clear_more_bats();
	cpu_sync();
	cpu_isync();
}

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
	struct version version = version_of(cpu_pvr());
	struct thread *first;

	plat_handover(archive, size, client);
	cpu_set_msr(MSR_KERNEL);
	set_cpu(version);
	kmap_take_over();
	cpu_local()->altivec = version.altivec;
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
