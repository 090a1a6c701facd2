/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loops.S - see loops.h. An Ipc takes the partners in EAX and EDX, timeouts in ECX, MR0 in ESI and the UTCB's
 * address in EDI; EDI is the same after it, EAX the sender (ia32 3).
 */
#include "loops.h"
#include "../../../scope/marks.h"

#define LINK	4(%esp)
#define TO	8(%esp)
#define FROM	12(%esp)
#define COUNT	16(%esp)
#define DONE	20(%esp)
#define BEST	24(%esp)
#define BEGAN	28(%esp)
#define ERROR	(1 << 15)	/* in MR0 */
#define ANYWHERE (1 << 4)	/* acceptor: the whole address space, no strings */
#define BR0	-16 * 4

	.macro MARK kind, id
	.byte	0x0f, 0x1f, 0x84, 0
	.long	\kind << 16 | \id
	.endm

	.macro FUNC name
	.globl	\name
\name:
	.endm

/* An empty message, or none to EAX = 0, and a receive from EDX; without timeouts. */
	.macro IPC
	xor	%ecx, %ecx
	xor	%esi, %esi
	call	*LINK
	.endm

	.macro CLIENT name, window
FUNC \name
	mov	%gs:0, %edi
1:	rdtsc
	mov	%eax, BEGAN
	MARK	SCOPE_MARK_BEGIN, \window
	mov	TO, %eax
	mov	FROM, %edx
	IPC
	MARK	SCOPE_MARK_END, \window
	rdtsc
	sub	BEGAN, %eax
	cmp	BEST, %eax
	jae	2f
	mov	%eax, BEST
2:	test	$ERROR, %esi
	jnz	failed
	decl	COUNT
	jnz	1b
	jmp	finish
	.endm

	.text
	CLIENT	loop_small_small, W_SMALL_SMALL
	CLIENT	loop_large_small, W_LARGE_SMALL
	CLIENT	loop_large_large, W_LARGE_LARGE
	CLIENT	loop_same_space, W_SAME_SPACE
	CLIENT	loop_ring_one, W_RING_ONE
	CLIENT	loop_ring_two, W_RING_TWO

finish:	mov	DONE, %eax
	mov	%eax, %edx
	IPC
failed:	call	loop_failed
	ud2

FUNC loop_receiver
	mov	%gs:0, %edi
	movl	$ANYWHERE, BR0(%edi)
FUNC loop_server
	mov	%gs:0, %edi
	xor	%eax, %eax
	mov	$-1, %edx
	IPC
1:	mov	$-1, %edx
	IPC
	jmp	1b

FUNC loop_member
	mov	%gs:0, %edi
	xor	%eax, %eax
1:	mov	FROM, %edx
	IPC
	mov	TO, %eax
	jmp	1b

	.section .note.GNU-stack, "", @progbits
