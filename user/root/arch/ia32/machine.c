/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.c - see machine.h: ia32 (SDM 3A, 6.3.1; SDM 2A, CALL).
 */
#include "../../machine.h"

enum { CALL_RELATIVE = 0xe8, CALL_INDIRECT = 0xff, CALL_INDIRECT_MASK = 0x38, CALL_INDIRECT_BITS = 0x10 };

const char *const machine_exceptions[MACHINE_EXCEPTIONS] = {
	[0] = "division error", [1] = "debug exception", [3] = "breakpoint", [4] = "overflow",
	[5] = "bound range exceeded", [6] = "invalid instruction", [7] = "no floating-point unit",
	[8] = "double fault", [10] = "invalid task state", [11] = "segment not present",
	[12] = "stack fault", [13] = "general protection fault", [16] = "floating-point error",
	[17] = "unaligned access", [18] = "machine check", [19] = "SIMD floating-point error",
	[21] = "control protection exception",
};

const char *const machine_registers[L4_EXC_REPLY_WORDS + 1] = {
	[L4_EXC_EIP] = "eip", [L4_EXC_EFLAGS] = "eflags", [L4_EXC_NUMBER] = "exception",
	[L4_EXC_ERROR] = "error", [L4_EXC_EDI] = "edi", [L4_EXC_ESI] = "esi", [L4_EXC_EBP] = "ebp",
	[L4_EXC_ESP] = "esp", [L4_EXC_EBX] = "ebx", [L4_EXC_EDX] = "edx", [L4_EXC_ECX] = "ecx",
	[L4_EXC_EAX] = "eax",
};

static bool is_indirect_call(const uint8_t *p)
{
	return p[0] == CALL_INDIRECT && (p[1] & CALL_INDIRECT_MASK) == CALL_INDIRECT_BITS;
}

bool machine_calls(const uint8_t *after)
{
	return after[-5] == CALL_RELATIVE || is_indirect_call(after - 2) || is_indirect_call(after - 3)
	       || is_indirect_call(after - 6) || is_indirect_call(after - 7);
}
