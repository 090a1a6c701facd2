/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.c - see machine.h: ppc32. Exceptions are named by the offset of their vector (ppc32 8.1).
 */
#include <root/device/machine.h>

enum {
	VECTOR_SHIFT = 8,
	OPCODE_SHIFT = 26, LINK = 1,
	OPCODE_BRANCH = 18, OPCODE_CONDITIONAL = 16, OPCODE_TO_REGISTER = 19,	/* 19: bctrl, blrl */
};

static const char *const names[] = {
	[0x200 >> VECTOR_SHIFT] = "machine check",
	[0x300 >> VECTOR_SHIFT] = "access to memory in a way that it does not have",
	[0x400 >> VECTOR_SHIFT] = "execution of memory that holds no code",
	[0x600 >> VECTOR_SHIFT] = "unaligned access", [0x700 >> VECTOR_SHIFT] = "invalid instruction or trap",
	[0xd00 >> VECTOR_SHIFT] = "trace", [0xe00 >> VECTOR_SHIFT] = "floating-point assist",
	[0xf20 >> VECTOR_SHIFT] = "no vector unit", [0x1300 >> VECTOR_SHIFT] = "instruction breakpoint",
	[0x1600 >> VECTOR_SHIFT] = "vector assist",
};

const char *const machine_registers[L4_EXC_REPLY_WORDS + 1] = {
	[L4_EXC_IP] = "ip", [L4_EXC_SP] = "r1", [L4_EXC_FLAGS] = "flags",
};

const char *machine_exception_name(l4_word_t number)
{
	l4_word_t vector = number >> VECTOR_SHIFT;

	return vector < sizeof(names) / sizeof(names[0]) ? names[vector] : 0;
}

/* The message of a system call has another form, which its length shows (ppc32 8.2). Its code is r0. */
struct machine_report machine_report(const l4_word_t *message, unsigned words)
{
	if (words >= L4_TRAP_WORDS)
		return (struct machine_report){ .ip = message[L4_TRAP_IP - 1], .number = L4_EXC_FOREIGN_SYSCALL,
						.code = message[L4_TRAP_R0 - 1] };
	return (struct machine_report){
		.ip = message[L4_EXC_IP - 1],
		.number = words >= L4_EXC_NUMBER ? message[L4_EXC_NUMBER - 1] : ~(l4_word_t)0,
		.code = words >= L4_EXC_ERROR ? message[L4_EXC_ERROR - 1] : 0,
	};
}

bool machine_calls(const uint8_t *after)
{
	uint32_t word = (uint32_t)after[-4] << 24 | (uint32_t)after[-3] << 16 | (uint32_t)after[-2] << 8
			| after[-1];
	uint32_t opcode = word >> OPCODE_SHIFT;

	return (word & LINK) != 0
	       && (opcode == OPCODE_BRANCH || opcode == OPCODE_CONDITIONAL || opcode == OPCODE_TO_REGISTER);
}
