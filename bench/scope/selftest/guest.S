/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guest.S - windows whose counts are known by hand, for the self-test of the counting plugin.
 *
 * 32-bit ring 0 by Multiboot. After each window eight bytes go to port 0xe9: the window's id, and by
 * how much the time-stamp counter advanced, which under -icount counts instructions. It includes
 * four that the plugin does not count: the first RDTSC, the move after it, and the two marks.
 */
	.macro	mark kind, id
	.byte	0x0f, 0x1f, 0x84, 0x00
	.long	\kind << 16 | \id
	.endm

	.macro	begin id
	rdtsc
	mov	%eax, %esi
	mark	0x4d42, \id
	.endm

	.macro	end id
	mark	0x4d45, \id
	rdtsc
	sub	%esi, %eax
	mov	$\id, %ebx
	call	report
	.endm

	.section .multiboot, "a"
	.align	4
	.long	0x1badb002, 0, -0x1badb002

	.bss
	.align	4096
buffer:	.skip	65536
other:	.skip	65536
idt:	.skip	256 * 8
stack:	.skip	16384
stack_top:

	.data
idtr:	.word	256 * 8 - 1
	.long	idt

	.text
	.globl	_start
_start:
	mov	$stack_top, %esp
	mov	$handler, %eax			/* every vector: a 32-bit interrupt gate to handler */
	mov	%cs, %edx
	shl	$16, %edx
	mov	%ax, %dx
	and	$0xffff0000, %eax
	or	$0x8e00, %eax
	xor	%ecx, %ecx
1:	mov	%edx, idt(, %ecx, 8)
	mov	%eax, idt + 4(, %ecx, 8)
	inc	%ecx
	cmp	$256, %ecx
	jb	1b
	lidt	idtr

	/* 1: 1000 one-byte instructions. */
	begin	1
	.rept	1000
	nop
	.endr
	end	1

	/* 2: ten loads of ten lines of one page. */
	begin	2
	.set	i, 0
	.rept	10
	mov	buffer + 64 * i, %edx
	.set	i, i + 1
	.endr
	end	2

	/* 3: twenty stores to five lines, then five loads of the same. */
	begin	3
	.set	i, 0
	.rept	20
	mov	%edx, buffer + 64 * (i % 5) + 4 * (i / 5)
	.set	i, i + 1
	.endr
	.set	i, 0
	.rept	5
	mov	buffer + 64 * i, %edx
	.set	i, i + 1
	.endr
	end	3

	/* 4: a repeated string move of 100 bytes and five instructions round it. */
	begin	4
	push	%esi
	mov	$buffer, %esi
	mov	$other, %edi
	mov	$100, %ecx
	rep movsb
	pop	%esi
	end	4

	/* 5: instructions with a class or flag of their own. */
	begin	5
	.rept	7
	lock addl $1, buffer
	.endr
	.rept	3
	xchg	%edx, buffer
	.endr
	mfence
	mfence
	lfence
	mov	%es, %ecx
	.rept	6
	mov	%ecx, %es
	.endr
	out	%al, $0x80
	out	%al, $0x80
	in	$0x80, %al
	mov	%cr3, %ecx
	.rept	3
	mov	%ecx, %cr3
	.endr
	invlpg	buffer
	clts
	clts
	wbinvd
	push	%esi
	xor	%eax, %eax
	cpuid
	pop	%esi
	end	5

	/* 6: five software interrupts. */
	begin	6
	.rept	5
	int	$0x40
	.endr
	end	6

	/* 7: a load across a line, a load across a page. */
	begin	7
	mov	buffer + 62, %edx
	mov	buffer + 4094, %edx
	end	7

	/* 8: ten rounds over 1024 lines, twice the cache: least recently used keeps none of them. */
	begin	8
	mov	$10, %ecx
2:	mov	$buffer, %edi
1:	mov	(%edi), %edx
	add	$64, %edi
	cmp	$buffer + 65536, %edi
	jb	1b
	dec	%ecx
	jnz	2b
	end	8

	/* 9: ten rounds over 256 lines, which fit: only the first round misses. */
	begin	9
	mov	$10, %ecx
2:	mov	$buffer, %edi
1:	mov	(%edi), %edx
	add	$64, %edi
	cmp	$buffer + 16384, %edi
	jb	1b
	dec	%ecx
	jnz	2b
	end	9

	/* 10: one-byte INC and DEC must not be taken for REX prefixes. */
	begin	10
	inc	%ecx
	dec	%ecx
	inc	%edx
	.rept	3
	pushf
	popf
	.endr
	cli
	end	10

	/* 11: thirty operations of ten instructions and two loads each. */
	begin	11
	.rept	30
	.rept	10
	nop
	.endr
	mov	buffer, %edx
	mov	buffer + 64, %edx
	mark	0x4d4f, 11
	.endr
	end	11

	/* 12: saving and restoring the FPU's state. */
	begin	12
	mov	%cr4, %ecx
	or	$0x200, %ecx
	mov	%ecx, %cr4
	fxsave	buffer
	fxrstor	buffer
	sfence
	pause
	end	12

	/* 13: interrupts are on behind STI only, where the CPU takes none yet. */
	begin	13
	.rept	40
	nop
	.endr
	sti
	cli
	.rept	30
	nop
	.endr
	end	13

	out	%al, $0xf4
1:	hlt
	jmp	1b

handler:
	iret

/* Write EBX, then EAX, to the debug port, lowest byte first. */
report:
	xchg	%eax, %ebx
	call	word
	mov	%ebx, %eax
word:
	mov	$4, %ecx
1:	out	%al, $0xe9
	shr	$8, %eax
	loop	1b
	ret
