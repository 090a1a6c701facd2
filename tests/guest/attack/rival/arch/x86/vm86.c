/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vm86.c - an IRET into virtual-8086 mode with interrupts off, to a jump to itself. Only QEMU's TCG does it.
 *
 * A thread that comes back from there continues in 64-bit mode at its old IP, where nothing is mapped.
 */
#include <pecan/memory.h>
#include <pecan/print.h>
#include <stdint.h>

#include "../../rival.h"

enum {
	PAGE = 4096, CS = 0x1000, IP = 0x4000, SP = 0x8000, FLAGS_VM = 0x20002, JUMP_TO_ITSELF = 0xfeeb,
};

void iret_long(const void *frame) __attribute__((noreturn));

void vm86_run(void)
{
	static const uint32_t frame[9] = { IP, CS, FLAGS_VM, SP };
	void *at;

	if (pecan_map_at(PAGE, CS * 16 + IP, &at) != ROOT_OK)
		return;
	*(volatile uint16_t *)at = JUMP_TO_ITSELF;
	if (pecan_seal(at, true) != ROOT_OK || *(volatile uint16_t *)at != JUMP_TO_ITSELF)
		return;
	printf("vm86: begins\n");
	iret_long(frame);
}
