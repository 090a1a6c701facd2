/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start.c - the machine's part of booting, from boot.S to kernel_main. The order:
 *
 *   console            for messages
 *   descriptor tables  so that a fault is reported
 *   hand-over, CPU     read boot information and features; both may refuse to boot
 *   paging             the final kernel half; the tables and code of boot.S are not used after it
 *   CPU features, page attributes, SYSENTER, FPU, interrupt controllers, clock
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
#include <arch/x86/machine.h>
#include <kdb/kdb.h>
#include <lib/print.h>
#include "entry.h"

static struct boot_info boot;

_Noreturn void start(uint32_t magic, uint32_t info);

static void refuse_if(const char *problem)
{
	if (!problem)
		return;
	plat_screen_reclaim();
	printk("Pecan cannot start: %s\n", problem);
	plat_stop(true);
}

/*
 * Set all of CR0 and CR4 (SDM 3A 2.5; 4.6.1 for SMEP, SMAP). With AM a program may enable alignment checks
 * (RFLAGS.AC); they do not apply to the kernel. With PAE a CPU ignores PSE (SDM 3A 4.3), but v86 does not.
 */
static void enable_features(void)
{
	static const uint32_t bit[FEATURES] = {
		[FEATURE_PGE] = CR4_PGE, [FEATURE_MCE] = CR4_MCE, [FEATURE_SMEP] = CR4_SMEP,
		[FEATURE_SMAP] = CR4_SMAP, [FEATURE_UMIP] = CR4_UMIP,
	};
	l4_word_t cr4 = CR4_PAE | CR4_PSE;

	cpu_write_cr0(CR0_PG | CR0_AM | CR0_WP | CR0_NE | CR0_ET | CR0_MP | CR0_PE);
	for (unsigned f = 0; f < FEATURES; f++)
		cr4 |= feature_used(f) ? bit[f] : 0;
	cpu_write_cr4(cr4);
}

/* Each Ipc is a system call by INT, like the others: no thread is REGS_IPC or RECV_READY. */
static void leave_out_sysenter(void) { cpu_features &= ~((uint32_t)1 << FEATURE_SYSENTER); }

/* X follows R in user code (ia32 1): from now on only the kernel's tables, which are made, have NX. */
static void leave_nx_to_kernel(void) { cpu_features &= ~((uint32_t)1 << FEATURE_NX); }

void start(uint32_t magic, uint32_t info)
{
	struct thread *first;

	plat_console_init();
	descr_init();
	trap_init();
	refuse_if(plat_handover(magic, info, &boot));
	plat_screen_init(&boot);
	printk("Pecan: an L4 microkernel (X.2) for ia32\n");
	features_init(boot.cmdline, "smallspaces", FEATURES_LONG_MODE);
	if (feature_used(FEATURE_NX))
		cpu_write_msr(MSR_EFER, cpu_read_msr(MSR_EFER) | EFER_NXE);
	refuse_if(kmap_init(&boot));
	leave_nx_to_kernel();
	if (boot_option_is(boot.cmdline, "fastpath", "off", false))
		leave_out_sysenter();
	plat_check_memory(&boot);
	enable_features();
	attribute_init();
	descr_init_bitmap();
	small_init(boot.cmdline);
	descr_init_syscall(boot_option_is(boot.cmdline, "fastpath", "on", true) ? entry_sysenter : entry_by_c);
	fpu_init();
	plat_irq_init(&boot);
	refuse_if(time_init(&boot));
	first = kernel_main(&boot);
	kdb_start();
	if (!(kernel.kdb & KDB_CONSOLE))
		plat_screen_release();		/* else the kernel prints for a root server without a driver */
	leave_boot(first);
}
