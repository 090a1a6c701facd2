/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.c - see machine.h: ia32.
 */
#include <root/device/machine.h>

const char *const machine_registers[L4_EXC_REPLY_WORDS + 1] = {
	[L4_EXC_EIP] = "eip", [L4_EXC_EFLAGS] = "eflags", [L4_EXC_NUMBER] = "exception",
	[L4_EXC_ERROR] = "error", [L4_EXC_EDI] = "edi", [L4_EXC_ESI] = "esi", [L4_EXC_EBP] = "ebp",
	[L4_EXC_ESP] = "esp", [L4_EXC_EBX] = "ebx", [L4_EXC_EDX] = "edx", [L4_EXC_ECX] = "ecx",
	[L4_EXC_EAX] = "eax",
};
