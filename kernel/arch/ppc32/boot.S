/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot.S - from the firmware to C at the kernel's addresses.
 *
 * Open Firmware enters at the first byte of the image, at 16 MiB, with translation by tables of its own,
 * which its client interface needs too: r3 and r4 are address and size of the boot archive, r5 is the client
 * interface. So only BAT 0 is set here, for the first 256 MiB of the direct map; start() sets the rest.
 */
#include <arch/privileged.h>

	.section .boot.text, "ax"
	.globl	boot_entry
boot_entry:
	mfmsr	%r6
	rlwinm	%r6, %r6, 0, 17, 15		/* no interrupts: without MSR_EE */
	mtmsr	%r6
	lis	%r6, KERNEL_BASE >> 16 & 0xffff
	ori	%r6, %r6, BAT_VS
	li	%r7, 0				/* a pair is invalid while its lower word changes */
	mtspr	IBAT0U, %r7
	mtspr	DBAT0U, %r7
	isync
	li	%r7, BAT_RW
	mtspr	IBAT0U + 1, %r7
	mtspr	DBAT0U + 1, %r7
	mtspr	IBAT0U, %r6
	mtspr	DBAT0U, %r6
	isync
	lis	%r1, kernel_stack + STACK_TOP@ha
	addi	%r1, %r1, kernel_stack + STACK_TOP@l
	load_data_base
	lis	%r6, start@ha
	addi	%r6, %r6, start@l
	mtctr	%r6
	bctr					/* start(archive, size, client interface) */

	.section .note.GNU-stack, "", @progbits
