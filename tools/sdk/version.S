/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * version.S - the SDK's version in each program that is linked with it: pecan-image reads this note
 * (docs/sdk.md#versions). It is not loaded. The linker takes it from libl4.a by -u pecan_sdk_version.
 */
	.section .note.pecan, "", @note
	.balign	4
	.globl	pecan_sdk_version
pecan_sdk_version:
	.long	2f - 1f, 4f - 3f, 1
1:	.asciz	"Pecan"
2:	.balign	4
3:	.asciz	VERSION
4:	.balign	4

	.section .note.GNU-stack, "", @progbits
