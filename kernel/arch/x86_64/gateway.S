/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gateway.S - the page through which programs call the kernel (docs/decisions/kernel-entry.md).
 *
 * It is mapped at KMAP_GATEWAY in every space, readable and executable for users. Slot n, GATEWAY_SLOT
 * bytes long, is for call n of <x2/call.h>; its SYSCALL is at offset GATEWAY_SYSCALL in the slot, so
 * the kernel computes the number from the return address alone. The kernel does not access the user
 * stack; SYSRET returns to the RET of the stub.
 *
 * MemoryControl passes two arguments in registers that SYSCALL destroys, and returns MR0 in RCX and the
 * UTCB in RDI (amd64 4); its slot moves them, and is entered at its beginning.
 */
#include "offsets.h"

	.macro slot
	.balign GATEWAY_SLOT, 0xcc
	.fill GATEWAY_SYSCALL, 1, 0xcc
	syscall
	ret
	.endm

	.section .gateway, "a"
	.rept CALL_MEMORY_CONTROL
	slot
	.endr

	.balign GATEWAY_SLOT, 0xcc
	mov %rcx, %rbp
	mov %r11, %rdi
	syscall
	mov %gs:0, %rdi
	mov %r9, %rcx
	ret

	.rept CALLS - CALL_MEMORY_CONTROL - 1
	slot
	.endr

	.section .note.GNU-stack, "", @progbits
