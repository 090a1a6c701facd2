/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registers.c - the registers of the system calls of powerpc (ppc32 5); see calls.h.
 */
#include "calls.h"
#include "machine.h"

#define BITS(first, last) (BIT((last) + 1) - BIT(first))

const struct call_registers call_registers[CALLS] = {
	[CALL_IPC] = { .in = { 15, 16, 17 }, .out = { 14, 16 } },
	[CALL_UNMAP] = { .in = { 15 } },
	[CALL_EXCHANGE_REGISTERS] = { .in = { 3, 4, 5, 6, 7, 8, 9 }, .out = { 3, 4, 5, 6, 7, 8, 9 } },
	[CALL_THREAD_CONTROL] = { .in = { 3, 4, 5, 6, 7 }, .out = { 3 } },
	[CALL_SPACE_CONTROL] = { .in = { 3, 4, 5, 6, 7 }, .out = { 3, 4 } },
	[CALL_SCHEDULE] = { .in = { 3, 4, 5, 6, 7 }, .out = { 3, 4 }, .kept = BITS(5, 7) },
	[CALL_SYSTEM_CLOCK] = { .out = { 4, 3 } },
	[CALL_THREAD_SWITCH] = { .in = { 3 } },
	[CALL_PROCESSOR_CONTROL] = { .in = { 3, 4, 5, 6 }, .out = { 3 } },
	[CALL_MEMORY_CONTROL] = {
		.in = { 15, 16, 17, 18, 19 }, .out = { 3 }, .kept = BITS(11, 13) | BITS(15, 19),
	},
	[CALL_INSPECT] = { .in = { 3, 4, 5 }, .out = { 3 } },
	[CALL_NULL_CALL] = { .kept = BIT(3) | BIT(CTR) },
};

const struct message_registers message_registers = {
	.utcb = 2, .sent = 10, .received = 10, .returned = 10, .at = { 14, 3, 4, 5, 6, 7, 8, 9, 10, 0 },
};
