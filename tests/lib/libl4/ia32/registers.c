/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registers.c - the registers of the system calls of ia32 (ia32 3); see calls.h.
 */
#include "calls.h"
#include "machine.h"

const struct call_registers call_registers[CALLS] = {
	[CALL_IPC] = { .in = { EAX, EDX, ECX }, .out = { ESI, EAX }, .kept = BIT(EDI) },
	[CALL_UNMAP] = { .in = { EAX }, .kept = BIT(ECX) },
	[CALL_EXCHANGE_REGISTERS] = {
		.in = { EAX, ECX, EDX, ESI, EDI, EBX, EBP }, .out = { EAX, ECX, EDX, ESI, EDI, EBX, EBP },
	},
	[CALL_THREAD_CONTROL] = { .in = { EAX, ESI, EDX, ECX, EDI }, .out = { EAX } },
	[CALL_SPACE_CONTROL] = { .in = { EAX, ECX, EDX, ESI, EDI }, .out = { EAX, ECX } },
	[CALL_SCHEDULE] = { .in = { EAX, EDX, ESI, ECX, EDI }, .out = { EAX, EDX } },
	[CALL_SYSTEM_CLOCK] = { .out = { EAX, EDX }, .kept = BIT(EBX) | BIT(ECX) | BIT(EBP) },
	[CALL_THREAD_SWITCH] = { .in = { EAX }, .kept = BIT(ESP) - 1 },
	[CALL_PROCESSOR_CONTROL] = { .in = { EAX, ECX, EDX, ESI }, .out = { EAX } },
	[CALL_MEMORY_CONTROL] = { .in = { EAX, ECX, EDX, EBX, EBP }, .out = { EAX } },
	[CALL_INSPECT] = { .in = { EAX, ECX, EDX }, .out = { EAX } },
};

const struct message_registers message_registers = {
	.utcb = EDI, .sent = 1, .received = 3, .returned = 1, .by_stub = 1, .at = { ESI, EBX, EBP },
};
