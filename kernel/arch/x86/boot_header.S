/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot_header.S - the headers by which a boot loader recognises the image, on both x86 machines; kernel.ld
 * puts them at its beginning.
 */
#define MULTIBOOT1_HEADER	0x1badb002
#define MULTIBOOT1_FLAGS	0x00010003	/* modules on pages; memory map; address fields */
#define MULTIBOOT2_HEADER	0xe85250d6

	.section .boot.header, "ax"
	.balign 8
multiboot1:			/* Multiboot 0.6.96, 3.1 */
	.long MULTIBOOT1_HEADER, MULTIBOOT1_FLAGS, -(MULTIBOOT1_HEADER + MULTIBOOT1_FLAGS)
	.long multiboot1, image_load, image_load_end, image_end, boot_entry

	.balign 8
multiboot2:			/* Multiboot 2.0, 3.1; the length counts the end tag */
	.long MULTIBOOT2_HEADER, 0, multiboot2_end - multiboot2
	.long -(MULTIBOOT2_HEADER + (multiboot2_end - multiboot2))
	.balign 8
	.short 4, 1		/* console, optional: text is supported */
	.long 12, 2
	.balign 8
	.short 3, 0		/* entry address */
	.long 12, boot_entry
	.balign 8
	.short 6, 0		/* modules on pages */
	.long 8
	.balign 8
	.long 0, 8		/* the end tag, without flags */
multiboot2_end:

	.section .note.GNU-stack, "", @progbits
