/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enter.S - the first instructions of every program, in a page that root maps into its space.
 *
 * Only a thread itself can set its exception handler, so that a foreign program's exceptions reach root:
 * ExceptionHandler := Pager (which is root). Then the entry point, which root has put on top of the stack and
 * which stays in CTR, with all other registers but r1 and r2 zero. UTCB offsets: api 2.1; r2 is the UTCB:
 * ppc32 3.
 */
	.set	TCR_EXCEPTION_HANDLER, -44
	.set	TCR_PAGER, -48

	.section .rodata
	.globl	enter_code, enter_code_end
enter_code:
	lwz	3, TCR_PAGER(2)
	stw	3, TCR_EXCEPTION_HANDLER(2)
	lwz	3, 0(1)
	addi	1, 1, 4
	mtctr	3
	li	3, 0
	bctr
enter_code_end:

	.section .note.GNU-stack, "", @progbits
