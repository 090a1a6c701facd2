/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * layout.h - addresses of the kernel half of every address space. docs/decisions/address-layout.md
 *
 *   0xffff800000000000  direct map of physical memory, up to 64 TiB
 *   0xffffff0000000000  TSS, and after it an I/O bitmap, the only part that differs between spaces
 *   0xffffffff80000000  kernel image (maps physical address 0; the image begins at 1 MiB)
 *   0xffffffffc0000000  gateway page, readable and executable for users
 *   0xffffffffffa00000  UTCB pointer cells, readable for users
 */
#ifndef ARCH_LAYOUT_H
#define ARCH_LAYOUT_H

#include <x2/word.h>

#define KMAP_DIRECT		0xffff800000000000ul
#define KMAP_POINTER(pa)	((void *)(uintptr_t)(KMAP_DIRECT + (pa)))
#define KMAP_DIRECT_BYTES	((uint64_t)1 << 46)
#define KMAP_PA_BYTES		KMAP_DIRECT_BYTES	/* memory beyond is not used */
#define KMAP_BOOT_BYTES		((uint64_t)1 << 32)	/* the part that boot.S maps */
#define KMAP_TSS		0xffffff0000000000ul
#define KMAP_IMAGE		0xffffffff80000000ul
#define KMAP_GATEWAY		0xffffffffc0000000ul
#define KMAP_UTCB_CELL		0xffffffffffa00000ul

/*
 * The CPU reads its TSS at KMAP_TSS + its offset in struct cpu_local, and the I/O bitmap at KMAP_BITMAP. A
 * shared bitmap there denies all ports, until kmap_use_bitmap (kmap.c) gives the space its own: two frames,
 * mapped by tables in zeroed frames.
 */
#define KMAP_BITMAP		(KMAP_TSS + 0x1000)

#endif
