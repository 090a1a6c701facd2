/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.c - see machine.h: x86-64 (SDM 3A, 6.3.1; SDM 2A, CALL).
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
	[L4_EXC_RIP] = "rip", [L4_EXC_RBX] = "rbx", [L4_EXC_R10] = "r10", [L4_EXC_R12] = "r12",
	[L4_EXC_R13] = "r13", [L4_EXC_R14] = "r14", [L4_EXC_R15] = "r15", [L4_EXC_RAX] = "rax",
	[L4_EXC_RCX] = "rcx", [L4_EXC_RDX] = "rdx", [L4_EXC_RSI] = "rsi", [L4_EXC_RDI] = "rdi",
	[L4_EXC_RBP] = "rbp", [L4_EXC_R8] = "r8", [L4_EXC_R9] = "r9", [L4_EXC_R11] = "r11",
	[L4_EXC_RSP] = "rsp", [L4_EXC_RFLAGS] = "rflags",
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
