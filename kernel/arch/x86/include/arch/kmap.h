/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kmap.h - the kernel half of every address space. docs/decisions/address-layout.md
 *
 *   0xffff800000000000  direct map of physical memory, up to 64 TiB
 *   0xffffff0000000000  TSS, and after it an I/O bitmap, the only part that differs between spaces
 *   0xffffffff80000000  kernel image (maps physical address 0; the image begins at 1 MiB)
 *   0xffffffffc0000000  gateway page, readable and executable for users
 *   0xffffffffffa00000  UTCB pointer cells, readable for users
 */
#ifndef ARCH_KMAP_H
#define ARCH_KMAP_H

#include <x2/word.h>

#define KMAP_DIRECT		0xffff800000000000ul
#define KMAP_DIRECT_BYTES	((uint64_t)1 << 46)
#define KMAP_BOOT_BYTES		((uint64_t)1 << 32)	/* the part that boot.S maps */
#define KMAP_TSS		0xffffff0000000000ul
#define KMAP_IMAGE		0xffffffff80000000ul
#define KMAP_GATEWAY		0xffffffffc0000000ul
#define KMAP_UTCB_CELL		0xffffffffffa00000ul

struct boot_info;

/*
 * Build the final tables and load them: the low addresses of the boot code are unmapped. Adds to
 * boot->reserved. Returns 0, or an error text.
 */
const char *kmap_init(struct boot_info *boot);

/* End of booting: unmap boot code and data. The caller must not be boot code. */
void kmap_unmap_boot(void);

/* Boot only: add physical memory to the direct map (firmware tables; uncached: device registers). */
void *kmap_add(uint64_t base, uint64_t size, bool uncached);

/* True if the byte at pa is in the direct map; all bytes below kmap_covered_below are. */
bool kmap_covers(uint64_t pa);
extern uint64_t kmap_covered_below;

/* True if the byte at pa is in the direct map as cached memory, not as registers of a device. */
bool kmap_caches(uint64_t pa);

/* Returns a number of bytes from pa on for which kmap_covers and kmap_caches have the same result. */
uint64_t kmap_rest(uint64_t pa);

/* Copy the kernel half into the root of a space, which has none; and remove it. */
void kmap_share(uint64_t *root);
void kmap_unshare(uint64_t *root);

/*
 * The CPU reads its TSS at KMAP_TSS + its offset in struct cpu_local, and the I/O bitmap at KMAP_BITMAP. A
 * shared bitmap there denies all ports, until kmap_own_bitmap gives the space its own: two frames, mapped by
 * tables in zeroed frames. The caller must then invalidate KMAP_BITMAP under the space's tag.
 */
#define KMAP_BITMAP		(KMAP_TSS + 0x1000)
enum { KMAP_TSS_TABLES = 3 };
void kmap_own_bitmap(uint64_t *root, uint64_t *const table[KMAP_TSS_TABLES], uint64_t *const bitmap[2]);

/* Returns CR3 for tables with the kernel half only. */
uint64_t kmap_cr3(void);

#endif
