/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exception.c - see machine.h: exceptions and calls of x86 (SDM 3A, 6.3.1; SDM 2A, CALL).
 */
#include <root/device/machine.h>

enum { CALL_RELATIVE = 0xe8, CALL_INDIRECT = 0xff, CALL_INDIRECT_MASK = 0x38, CALL_INDIRECT_BITS = 0x10 };

static const char *const names[] = {
	[0] = "division error", [1] = "debug exception", [3] = "breakpoint", [4] = "overflow",
	[5] = "bound range exceeded", [6] = "invalid instruction", [7] = "no floating-point unit",
	[8] = "double fault", [10] = "invalid task state", [11] = "segment not present",
	[12] = "stack fault", [13] = "general protection fault", [16] = "floating-point error",
	[17] = "unaligned access", [18] = "machine check", [19] = "SIMD floating-point error",
	[21] = "control protection exception",
};

const char *machine_exception_name(l4_word_t number)
{
	return number < sizeof(names) / sizeof(names[0]) ? names[number] : 0;
}

struct machine_report machine_report(const l4_word_t *message, unsigned words)
{
	return (struct machine_report){
		.ip = message[L4_EXC_IP - 1],
		.number = words >= L4_EXC_NUMBER ? message[L4_EXC_NUMBER - 1] : ~(l4_word_t)0,
		.code = words >= L4_EXC_ERROR ? message[L4_EXC_ERROR - 1] : 0,
	};
}

static bool is_indirect_call(const uint8_t *p)
{
	return p[0] == CALL_INDIRECT && (p[1] & CALL_INDIRECT_MASK) == CALL_INDIRECT_BITS;
}

bool machine_calls(const uint8_t *after)
{
	return after[-5] == CALL_RELATIVE || is_indirect_call(after - 2) || is_indirect_call(after - 3)
	       || is_indirect_call(after - 6) || is_indirect_call(after - 7);
}
