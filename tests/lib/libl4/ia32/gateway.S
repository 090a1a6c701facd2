/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gateway.S - the target of all links: registers into `frame`, gateway_enter on another stack,
 * registers out of `frame`, return.
 */
	.text
	.globl	gateway
gateway:
	movl	%eax, frame
	movl	%ebx, frame + 4
	movl	%ecx, frame + 8
	movl	%edx, frame + 12
	movl	%esi, frame + 16
	movl	%edi, frame + 20
	movl	%ebp, frame + 24
	movl	%esp, frame + 28
	movl	$stack + 0x10000 - 12, %esp
	pushfl
	popl	frame + 32
	cld
	pushl	$frame
	call	gateway_enter
	movl	frame, %eax
	movl	frame + 4, %ebx
	movl	frame + 8, %ecx
	movl	frame + 12, %edx
	movl	frame + 16, %esi
	movl	frame + 20, %edi
	movl	frame + 24, %ebp
	movl	frame + 28, %esp
	ret

/* bool world_kept(void (*f)(void)) */
	.globl	world_kept
world_kept:
	pushl	%ebx
	pushl	%esi
	pushl	%edi
	pushl	%ebp
	movl	20(%esp), %eax
	movl	%gs, %edx
	subl	$8, %esp
	pushl	%edx
	movw	world_selector, %gs
	movl	$0x0badb001, %ebx
	movl	$0x0badb002, %esi
	movl	$0x0badb003, %edi
	movl	$0x0badb004, %ebp
	call	*%eax
	popl	%edx
	addl	$8, %esp
	movl	%edx, %gs
	subl	$0x0badb001, %ebx
	subl	$0x0badb002, %esi
	subl	$0x0badb003, %edi
	subl	$0x0badb004, %ebp
	orl	%ebx, %esi
	orl	%esi, %edi
	orl	%edi, %ebp
	setz	%al
	popl	%ebp
	popl	%edi
	popl	%esi
	popl	%ebx
	ret

	.bss
	.balign	64
frame:	.skip	9 * 4
	.balign	64
stack:	.skip	0x10000

	.section .note.GNU-stack, "", @progbits
