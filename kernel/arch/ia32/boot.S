/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot.S - from the boot loader to C in the kernel's gigabyte.
 *
 * Both Multiboot protocols enter in 32-bit protected mode without paging, magic number in EAX,
 * information in EBX. The order: check the magic number and the CPU's features; map the first 2 MiB at
 * address 0, and the first 700 MiB in the direct map, which contains the kernel's addresses; call start().
 * Errors before that are printed on COM1 and on the text screen, if they exist.
 *
 * Preserved throughout: EDI magic, ESI information.
 */
#define MULTIBOOT1_MAGIC	0x2badb002
#define MULTIBOOT2_MAGIC	0x36d76289
#define COM1			0x3f8
#define VGA_TEXT		0xb8000
#include "offsets.h"

/* Physical address of a symbol of the kernel's gigabyte: minus KMAP_IMAGE. */
#define LOW(symbol)		((symbol) - 0xc8000000)

/* The entries of the page directory of that gigabyte that map the direct map. */
#define DIRECT_FIRST		((0xc8000000 - 0xc0000000) >> 21)
#define DIRECT_ENTRIES		(700 << 20 >> 21)

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

/* Each entry of the table: a CPUID leaf, the required bit of EDX, and its name. */
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

/*
 * Present, writable; 2 MiB pages. Zeroed here, because some boot loaders do not zero the bss. The entries
 * of the table of page directories have no bit W (SDM 3A 4.4.1).
 */
tables:
	mov %edi, %ebx
	mov $LOW(boot_tables), %edi
	mov $(boot_tables_end - boot_tables) / 4, %ecx
	xor %eax, %eax
	rep stosl
	mov %ebx, %edi
	movl $LOW(boot_pd_low) + 1, LOW(boot_pdpt)
	movl $LOW(boot_pd_high) + 1, LOW(boot_pdpt) + 3 * 8
	mov $0x83, %eax
	mov %eax, LOW(boot_pd_low)
	mov $LOW(boot_pd_high) + DIRECT_FIRST * 8, %ecx
1:	mov %eax, (%ecx)
	add $8, %ecx
	add $1 << 21, %eax
	cmp $LOW(boot_pd_high) + (DIRECT_FIRST + DIRECT_ENTRIES) * 8, %ecx
	jne 1b

	mov %cr4, %eax
	or $3 << 4, %eax		/* PAE; PSE: see enable_features */
	mov %eax, %cr4
	mov $LOW(boot_pdpt), %eax
	mov %eax, %cr3
	mov %cr0, %eax
	or $0x80010001, %eax		/* PG, WP, PE */
	mov %eax, %cr0
	lgdt boot_gdt_pointer
	ljmp $0x08, $1f
1:	mov $0x10, %eax
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %ss
	xor %eax, %eax
	mov %eax, %fs
	mov %eax, %gs
	push $2
	popf
	xor %ebp, %ebp
	mov $kernel_stack + STACK_TOP, %esp
	mov %edi, %eax
	mov %esi, %edx
	mov $start, %ecx
	call *%ecx			/* start(magic, information) does not return */
	ud2

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
	.long 1, 1 << 8, text_cx8
	.long 1, 1 << 15, text_cmov
	.long 1, 1 << 24, text_fxsr
	.long 1, 1 << 25, text_sse
required_end:

text_magic:	.asciz "Pecan: not started by a Multiboot boot loader (bad magic number). "
text_none:	.asciz "Use GRUB's multiboot2 command or QEMU's -kernel.\r\n"
text_lacks:	.asciz "Restart in some seconds: Pecan cannot run on this CPU, which lacks "
text_cpuid:	.asciz "CPUID\r\n"
text_tsc:	.asciz "TSC (time-stamp counter)\r\n"
text_msr:	.asciz "MSR (model-specific registers)\r\n"
text_pae:	.asciz "PAE (physical address extension)\r\n"
text_cx8:	.asciz "CX8 (CMPXCHG8B)\r\n"
text_cmov:	.asciz "CMOV (conditional moves)\r\n"
text_fxsr:	.asciz "FXSR (FXSAVE and FXRSTOR)\r\n"
text_sse:	.asciz "SSE\r\n"

	.balign 8
boot_gdt:
	.quad 0, 0x00cf9a000000ffff, 0x00cf92000000ffff
boot_gdt_pointer:
	.short boot_gdt_pointer - boot_gdt - 1
	.long boot_gdt

	.section .boot.bss, "aw", @nobits
	.balign 4096
boot_tables:
boot_pd_low:	.skip 4096
boot_pd_high:	.skip 4096
boot_pdpt:	.skip 32
boot_tables_end:
	.skip 256
boot_stack_end:

	.section .note.GNU-stack, "", @progbits
