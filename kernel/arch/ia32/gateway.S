/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gateway.S - the stubs through which programs call the kernel: kip_arch.c copies them into the upper
 * half of the KIP, which is mapped at another address in each space, so the code does not depend on its
 * address.
 *
 * Slot n, GATEWAY_SLOT bytes long, is for call n of <x2/call.h>; the kernel computes the number from the
 * return address of its INT, which preserves all registers. The last slot is Ipc by SYSENTER, on CPUs
 * that have it: SYSENTER saves neither SP nor IP; EBP, which an Ipc destroys, has the SP, and the IP is
 * always the same. The kernel does not access the user stack.
 *
 * Behind an Ipc ESI has MR0 and EDI the UTCB's address: MR0 is stored there too, where programs that were
 * built with L4Ka::Pistachio's headers expect it (docs/decisions/ia32.md).
 *
 * The code before them stays in the kernel's image; user code executes it at KMAP_TRAMPOLINE. SYSEXIT has
 * loaded CS and SS with segments of all addresses: it loads those of the space, and continues at the
 * address in the CPU's cell. It reads no user memory, and leaves a constant in EDX.
 */
#include "offsets.h"

	.section .gateway, "a"
	.globl gateway_trampoline, gateway_stubs, gateway_stubs_end
gateway_trampoline:
	mov $USER_DS, %edx
	mov %edx, %ss
	ljmp *%cs:TRAMPOLINE_CELL
	.balign TRAMPOLINE_BYTES, 0xcc

gateway_stubs:				/* the first is that of Ipc */
	int $GATEWAY_VECTOR
	mov %esi, (%edi)
	ret
	.rept CALLS - 1
	.balign GATEWAY_SLOT, 0xcc
	int $GATEWAY_VECTOR
	ret
	.endr

	.balign GATEWAY_SLOT, 0xcc
	mov %esp, %ebp
	sysenter
	mov %esi, (%edi)
	ret
gateway_stubs_end:

	.section .note.GNU-stack, "", @progbits
