/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gateway.S - the page that programs of all spaces see at GATEWAY_ADDRESS, and nothing else of the kernel's
 * (gateway.h). The instruction behind an `sc` is never executed: the kernel returns to LR.
 */
#include "offsets.h"

	.section .gateway, "a"
	.globl	gateway_page
	.balign	GATEWAY_BYTES
gateway_page:
	.rept	GATEWAY_SLOTS
	sc
	.balign	GATEWAY_SLOT
	.endr

	.section .note.GNU-stack, "", @progbits
