/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * layout.h - addresses of the kernel's gigabyte, whose page directory all spaces share.
 *
 *   0xc0000000  small spaces (small.c), 128 MiB
 *   0xc8000000  direct map of physical memory, up to 700 MiB; the kernel image is in it, from 1 MiB on
 *   0xf4000000  windows for physical memory that is not in the direct map: tables of the firmware, registers
 *   0xffe00000  TSS, and after it the I/O bitmaps of some spaces
 *   0xfff00000  UTCB pointer cells, readable for users
 *   0xfff01000  the code to which SYSEXIT leads, which users can execute
 */
#ifndef ARCH_LAYOUT_H
#define ARCH_LAYOUT_H

#include <x2/word.h>

#define KMAP_SMALL		0xc0000000ul
#define KMAP_SMALL_BYTES	0x08000000ul
#define KMAP_DIRECT		0xc8000000ul
#define KMAP_POINTER(pa)	((void *)(uintptr_t)(KMAP_DIRECT + (pa)))
#define KMAP_DIRECT_BYTES	((uint64_t)700 << 20)
#define KMAP_PA_BYTES		((uint64_t)1 << 32)	/* memory beyond is not used */
#define KMAP_BOOT_BYTES		KMAP_DIRECT_BYTES	/* the part that boot.S maps */
#define KMAP_IMAGE		KMAP_DIRECT
#define KMAP_WINDOWS		0xf4000000ul
#define KMAP_WINDOWS_END	0xf8000000ul
#define KMAP_TSS		0xffe00000ul
#define KMAP_UTCB_CELL		0xfff00000ul
#define KMAP_TRAMPOLINE		0xfff01000ul

#endif
