/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registers.c - the registers of the system calls of amd64 (amd64 4); see calls.h.
 */
#include "calls.h"
#include "machine.h"

const struct call_registers call_registers[CALLS] = {
	[CALL_IPC] = { .in = { RSI, RDX, R8 }, .out = { R9, RSI }, .kept = BIT(RDI) },
	[CALL_UNMAP] = { .in = { RDX }, .kept = BIT(RDI) },
	[CALL_EXCHANGE_REGISTERS] = {
		.in = { RAX, RSI, RDX, R8, R9, R10, RDI }, .out = { RAX, RSI, RDX, R8, R9, R10, RDI },
	},
	[CALL_THREAD_CONTROL] = { .in = { RDI, R8, RDX, RSI, R9 }, .out = { RAX } },
	[CALL_SPACE_CONTROL] = { .in = { RDI, RSI, RDX, R8, R9 }, .out = { RAX, RDX } },
	[CALL_SCHEDULE] = { .in = { RDI, RDX, R8, RSI, R9 }, .out = { RAX, RDX } },
	[CALL_SYSTEM_CLOCK] = { .out = { RAX } },
	[CALL_THREAD_SWITCH] = { .in = { RDI } },
	[CALL_PROCESSOR_CONTROL] = { .in = { RDI, RSI, RDX, R8 }, .out = { RAX } },
	[CALL_MEMORY_CONTROL] = { .in = { RDX, RCX, RSI, R8, R11 }, .out = { RDX }, .kept = BIT(R9) },
	[CALL_INSPECT] = { .in = { RDI, RSI, RDX }, .out = { RAX } },
};

const struct message_registers message_registers = {
	.utcb = RDI, .sent = 8, .received = 8, .returned = 8,
	.at = { R9, RAX, RBX, R10, R12, R13, R14, R15 },
};
