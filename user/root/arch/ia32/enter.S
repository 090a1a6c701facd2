/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enter.S - the first instructions of every program, in a page that root maps into its space.
 *
 * Only a thread itself can set its exception handler, so that a foreign program's exceptions
 * reach root: ExceptionHandler := Pager (which is root). Then the entry point, which root has put on
 * top of the stack, with all registers zero. UTCB offsets: api 2.1; gs:0 is the UTCB: ia32 1.
 */
	.set	TCR_EXCEPTION_HANDLER, -44
	.set	TCR_PAGER, -48

	.section .rodata
	.globl	enter_code, enter_code_end
enter_code:
	movl	%gs:0, %eax
	movl	TCR_PAGER(%eax), %ecx
	movl	%ecx, TCR_EXCEPTION_HANDLER(%eax)
	xorl	%eax, %eax
	xorl	%ecx, %ecx
	ret
enter_code_end:

	.section .note.GNU-stack, "", @progbits
