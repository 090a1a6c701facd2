/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start.c - the machine's part of booting, from boot.S to kernel_main. The order:
 *
 *   console            for messages
 *   descriptor tables  so that a fault is reported
 *   hand-over, CPU     read boot information and features; both may refuse to boot
 *   paging             the final kernel half; the tables and code of boot.S are not used after it
 *   CPU features, page attributes, SYSCALL, FPU, interrupt controllers, clock
 *   core               creates the first spaces and returns the first thread
 *
 * leave_boot unmaps this file.
 */
#include <core/arch.h>
#include <boot/boot.h>
#include <core/kernel.h>
#include <core/upcall.h>
#include <arch/attribute.h>
#include <arch/board.h>
#include <arch/cpu.h>
#include <arch/features.h>
#include <arch/kmap.h>
#include <arch/time.h>
#include <kdb/kdb.h>
#include <lib/print.h>
#include "entry.h"

static struct boot_info boot;

_Noreturn void start(uint32_t magic, uint64_t info);

static void refuse_if(const char *problem)
{
	if (!problem)
		return;
	plat_screen_reclaim();
	printk("Pecan cannot start: %s\n", problem);
	plat_stop(true);
}

/*
 * Set all of CR0 and CR4 (SDM 3A 2.5; 4.6.1 for SMEP, SMAP). FSGSBASE is off. With AM a program may enable
 * alignment checks (RFLAGS.AC); they do not apply to the kernel.
 */
static void enable_features(void)
{
	static const uint32_t bit[FEATURES] = {		/* with PCIDE CR3 has tag 0 (SDM 3A 4.10.1) */
		[FEATURE_PGE] = CR4_PGE, [FEATURE_MCE] = CR4_MCE, [FEATURE_SMEP] = CR4_SMEP,
		[FEATURE_SMAP] = CR4_SMAP, [FEATURE_UMIP] = CR4_UMIP, [FEATURE_PCID] = CR4_PCIDE,
	};
	l4_word_t cr4 = CR4_PAE;

	cpu_write_cr0(CR0_PG | CR0_AM | CR0_WP | CR0_NE | CR0_ET | CR0_MP | CR0_PE);
	for (unsigned f = 0; f < FEATURES; f++)
		cr4 |= feature_used(f) ? bit[f] : 0;
	cpu_write_cr4(cr4);
}

void start(uint32_t magic, uint64_t info)
{
	struct thread *first;

	plat_console_init();
	descr_init();
	trap_init();
	refuse_if(plat_handover(magic, info, &boot));
	plat_screen_init(&boot);
	printk("Pecan: an L4 microkernel (X.2) for x86-64\n");
	features_init(boot.cmdline, "", 0);
	refuse_if(features_missing());
	if (feature_used(FEATURE_NX))
		cpu_write_msr(MSR_EFER, cpu_read_msr(MSR_EFER) | EFER_NXE);
	refuse_if(kmap_init(&boot));
	plat_check_memory(&boot);
	enable_features();
	attribute_init();
	descr_init_bitmap();
	/* By entry_call each Ipc is a system call like the others: no thread is REGS_IPC or RECV_READY. */
	descr_init_syscall(boot_option_is(boot.cmdline, "fastpath", "off", false) ? entry_call
			   : boot_option_is(boot.cmdline, "fastpath", "on", true) ? entry_syscall : entry_by_c);
	fpu_init();
	plat_irq_init(&boot);
	refuse_if(time_init(&boot));
	first = kernel_main(&boot);
	kdb_start();
	if (!(kernel.kdb & KDB_CONSOLE))
		plat_screen_release();		/* else the kernel prints for a root server without a driver */
	leave_boot(first);
}
