/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot.S - from the boot loader to C in the upper half.
 *
 * Both Multiboot protocols enter in 32-bit protected mode without paging, magic number in EAX,
 * information in EBX. The order: check the magic number and the CPU's features; map the first 4 GiB at
 * address 0 and in the direct map, and the first GiB at the kernel's addresses; enter long mode; call
 * start(). Errors before that are printed on COM1 and on the text screen, if they exist.
 *
 * Preserved throughout: EDI magic, ESI information.
 */
#define MULTIBOOT1_MAGIC	0x2badb002
#define MULTIBOOT2_MAGIC	0x36d76289
#define COM1			0x3f8
#define VGA_TEXT		0xb8000
#include "offsets.h"

/* Physical address of a symbol of the upper half: minus KMAP_IMAGE. */
#define LOW(symbol)		((symbol) - 0xffffffff80000000)

	.section .boot.text, "ax"
	.code32
	.globl boot_entry
boot_entry:
	cli
	cld
	mov $LOW(boot_stack_end), %esp
	mov %eax, %edi
	mov %ebx, %esi
	cmp $MULTIBOOT1_MAGIC, %edi
	je check_cpu
	cmp $MULTIBOOT2_MAGIC, %edi
	je check_cpu
	mov $text_magic, %ebp
	mov $text_none, %ebx
	jmp refuse

/* CPUID exists if EFLAGS.ID can be changed (SDM 1 3.4.3.3). */
check_cpu:
	pushf
	pop %eax
	mov %eax, %ecx
	xor $1 << 21, %eax
	push %eax
	popf
	pushf
	pop %eax
	xor %ecx, %eax
	mov $text_lacks, %ebp
	mov $text_cpuid, %ebx
	test $1 << 21, %eax
	jz refuse

/* Each entry of the table: a CPUID leaf, the required bits of EDX, and their name. */
	mov $required, %ebp
1:	mov (%ebp), %eax
	mov %eax, %edx
	and $0x80000000, %eax		/* the highest leaf of this range */
	cpuid
	xor %ecx, %ecx
	cmp (%ebp), %eax
	jb 2f
	mov (%ebp), %eax
	cpuid
	mov %edx, %ecx
2:	test 4(%ebp), %ecx
	mov 8(%ebp), %ebx
	jz lacking
	add $12, %ebp
	cmp $required_end, %ebp
	jne 1b
	jmp tables
lacking:
	mov $text_lacks, %ebp
	jmp refuse

/* Present, writable; 2 MiB pages. Zeroed here, because some boot loaders do not zero the bss. */
tables:
	mov %edi, %ebx
	mov $LOW(boot_tables), %edi
	mov $(boot_tables_end - boot_tables) / 4, %ecx
	xor %eax, %eax
	rep stosl
	mov %ebx, %edi
	movl $LOW(boot_pdpt_low) + 3, LOW(boot_pml4)
	movl $LOW(boot_pdpt_low) + 3, LOW(boot_pml4) + 256 * 8
	movl $LOW(boot_pdpt_high) + 3, LOW(boot_pml4) + 511 * 8
	movl $LOW(boot_pd) + 3, LOW(boot_pdpt_high) + 510 * 8
	mov $LOW(boot_pdpt_low), %ecx
	mov $LOW(boot_pd) + 3, %eax
1:	mov %eax, (%ecx)
	add $8, %ecx
	add $4096, %eax
	cmp $LOW(boot_pd) + 3 + 4 * 4096, %eax
	jne 1b
	mov $LOW(boot_pd), %ecx
	mov $0x83, %eax
1:	mov %eax, (%ecx)
	add $8, %ecx
	add $1 << 21, %eax
	jnc 1b

/* Long mode: PAE, tables, EFER.LME, then paging (SDM 3A 9.8.5). */
	mov %cr4, %eax
	or $1 << 5, %eax
	mov %eax, %cr4
	mov $LOW(boot_pml4), %eax
	mov %eax, %cr3
	mov $0xc0000080, %ecx
	rdmsr
	or $1 << 8, %eax
	wrmsr
	mov %cr0, %eax
	or $0x80010001, %eax		/* PG, WP, PE */
	mov %eax, %cr0
	lgdt boot_gdt_pointer
	ljmp $0x08, $long_mode

/* Print text EBP, then text EBX, and restart. */
refuse:
	mov $VGA_TEXT, %edi
	call say
	mov %ebx, %ebp
	call say
	lidt boot_gdt			/* its first 6 bytes are 0: no IDT */
	xor %ecx, %ecx
1:	loop 1b				/* 2^32 times: seconds for the text to be read */
	ud2				/* the machine restarts */

say:	movzbl (%ebp), %eax
	test %al, %al
	jz 3f
	mov $0x4f, %ah
	mov %ax, (%edi)
	add $2, %edi
	push %eax
	mov $COM1 + 5, %edx
	mov $100000, %ecx		/* limit of polls, in case there is no UART */
1:	in %dx, %al
	test $0x20, %al
	jnz 2f
	loop 1b
2:	pop %eax
	mov $COM1, %edx
	out %al, %dx
	inc %ebp
	jmp say
3:	ret

	.balign 4
required:
	.long 1, 1 << 4, text_tsc
	.long 1, 1 << 5, text_msr
	.long 1, 1 << 6, text_pae
	.long 1, 1 << 24, text_fxsr
	.long 1, 1 << 25, text_sse
	.long 1, 1 << 26, text_sse2
	.long 0x80000001, 1 << 29, text_lm
required_end:

text_magic:	.asciz "Pecan: not started by a Multiboot boot loader (bad magic number). "
text_none:	.asciz "Use GRUB's multiboot2 command or QEMU's -kernel.\r\n"
text_lacks:	.asciz "Restart in some seconds: Pecan cannot run on this CPU, which lacks "
text_cpuid:	.asciz "CPUID\r\n"
text_tsc:	.asciz "TSC (time-stamp counter)\r\n"
text_msr:	.asciz "MSR (model-specific registers)\r\n"
text_pae:	.asciz "PAE (physical address extension)\r\n"
text_fxsr:	.asciz "FXSR (FXSAVE and FXRSTOR)\r\n"
text_sse:	.asciz "SSE\r\n"
text_sse2:	.asciz "SSE2\r\n"
text_lm:	.asciz "LM (64-bit long mode)\r\n"

	.balign 8
boot_gdt:
	.quad 0, 0x00af9a000000ffff, 0x00cf92000000ffff
boot_gdt_pointer:
	.short boot_gdt_pointer - boot_gdt - 1
	.long boot_gdt

	.code64
long_mode:
	mov $0x10, %eax
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %ss
	xor %eax, %eax
	mov %eax, %fs
	mov %eax, %gs
	xor %ebp, %ebp
	movabs $kernel_stack + STACK_TOP, %rsp
	movabs $start, %rax
	call *%rax			/* start(magic in EDI, information in ESI) does not return */
	ud2

	.section .boot.bss, "aw", @nobits
	.balign 4096
boot_tables:
boot_pml4:	.skip 4096
boot_pdpt_low:	.skip 4096
boot_pdpt_high:	.skip 4096
boot_pd:	.skip 4 * 4096
boot_tables_end:
	.skip 256
boot_stack_end:

	.section .note.GNU-stack, "", @progbits
