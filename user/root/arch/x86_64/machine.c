/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.c - see machine.h: x86-64.
 */
#include <root/device/machine.h>

const char *const machine_registers[L4_EXC_REPLY_WORDS + 1] = {
	[L4_EXC_RIP] = "rip", [L4_EXC_RBX] = "rbx", [L4_EXC_R10] = "r10", [L4_EXC_R12] = "r12",
	[L4_EXC_R13] = "r13", [L4_EXC_R14] = "r14", [L4_EXC_R15] = "r15", [L4_EXC_RAX] = "rax",
	[L4_EXC_RCX] = "rcx", [L4_EXC_RDX] = "rdx", [L4_EXC_RSI] = "rsi", [L4_EXC_RDI] = "rdi",
	[L4_EXC_RBP] = "rbp", [L4_EXC_R8] = "r8", [L4_EXC_R9] = "r9", [L4_EXC_R11] = "r11",
	[L4_EXC_RSP] = "rsp", [L4_EXC_RFLAGS] = "rflags",
};
