/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * layout.h - addresses of the kernel's gigabyte, segments 12 to 15. BATs translate it, for the kernel only;
 * users see the gateway there (hash.c).
 *
 *   0xc0000000  physical memory from 0 on, up to 512 MiB; the kernel's image is in it
 *   0xe0000000  physical 0x80000000: devices, not cached
 */
#ifndef ARCH_LAYOUT_H
#define ARCH_LAYOUT_H

#include <x2/word.h>

#define KMAP_DIRECT		0xc0000000ul
#define KMAP_POINTER(pa)	((void *)(uintptr_t)(KMAP_DIRECT + (pa)))
#define KMAP_DIRECT_BYTES	((uint64_t)512 << 20)
#define KMAP_PCI		0xe0000000ul
#define KMAP_PCI_PA		0x80000000ul
#define KMAP_WINDOW_BYTES	0x10000000ul

#endif
