/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * multiboot.h - the Multiboot information structure (0.6.96, section 3.3): a boot loader gives it to the
 * kernel, and the kernel gives one to the root server (protocols 7.5).
 */
#ifndef X2_MULTIBOOT_H
#define X2_MULTIBOOT_H

#include <x2/word.h>

struct multiboot_framebuffer {
	uint64_t base;			/* 0: none */
	uint32_t pitch, width, height;	/* bytes, pixels, pixels (text: characters) */
	uint8_t bpp, type;		/* 0 indexed, 1 RGB, which the next line describes, 2 text */
	uint8_t red_pos, red_size, green_pos, green_size, blue_pos, blue_size;
} __attribute__((packed));

struct multiboot_info {
	uint32_t flags, mem_lower, mem_upper, boot_device, cmdline, mods_count, mods_addr, syms[4];
	uint32_t mmap_length, mmap_addr, drives[2], config_table, loader_name, apm_table;
	uint32_t vbe[4];
	struct multiboot_framebuffer fb;
} __attribute__((packed));

enum {						/* flags */
	MULTIBOOT_MEMORY = 1 << 0, MULTIBOOT_CMDLINE = 1 << 2, MULTIBOOT_MODULES = 1 << 3,
	MULTIBOOT_MMAP = 1 << 6, MULTIBOOT_FRAMEBUFFER = 1 << 12,
};

struct multiboot_module { uint32_t start, end, cmdline, reserved; } __attribute__((packed));
struct multiboot_mmap { uint32_t size; uint64_t base, length; uint32_t type; } __attribute__((packed));

_Static_assert(sizeof(struct multiboot_info) == 116, "Multiboot 0.6.96, 3.3");

#endif
