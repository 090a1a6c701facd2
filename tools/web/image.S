/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * image.S - kernel and modules in one file that is a Multiboot 1 kernel, as v86 loads one module at most.
 * Linked as plain bytes at the kernel's address, with the kernel's symbols.
 *
 * The header is in the place of the kernel's, which has the same size. The loader describes the memory, and
 * no modules: `enter` adds them to its description.
 */
#define MULTIBOOT1_HEADER	0x1badb002
#define MULTIBOOT1_FLAGS	0x00010002	/* memory map; address fields */

/* Multiboot 0.6.96, 3.3: fields of the loader's description, at which EBX points */
#define INFO_FLAGS		0
#define INFO_MODS_COUNT		20
#define INFO_MODS_ADDR		24
#define FLAG_MODULES		(1 << 3)

	.text
	.globl image
image:
	.long MULTIBOOT1_HEADER, MULTIBOOT1_FLAGS, -(MULTIBOOT1_HEADER + MULTIBOOT1_FLAGS)
	.long image, image, boot_end, boot_end, enter
header_end:
	.incbin "kernel.bin", header_end - image

enter:
	orl $FLAG_MODULES, INFO_FLAGS(%ebx)
	movl $(modules_end - modules) / 16, INFO_MODS_COUNT(%ebx)
	movl $modules, INFO_MODS_ADDR(%ebx)
	jmp boot_entry

	.balign 4
modules:
	.long sigma0, sigma0_end, sigma0_name, 0
	.long root, root_end, root_name, 0
	.long boot, boot_end, boot_name, 0
modules_end:
sigma0_name:
	.asciz "sigma0"
root_name:
	.asciz "root"
boot_name:
	.asciz "boot.tar"

	.balign 4096
sigma0:
	.incbin "sigma0"
sigma0_end:
	.balign 4096
root:
	.incbin "root"
root_end:
	.balign 4096
boot:
	.incbin "boot.tar"
boot_end:

	.section .note.GNU-stack, "", @progbits
