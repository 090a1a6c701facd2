/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kmap.h - the kernel half of every address space. docs/decisions/address-layout.md
 *
 *   0xffff800000000000  direct map of physical memory, up to 64 TiB
 *   0xffffff0000000000  TSS, and behind it an I/O bitmap, which alone differs between spaces
 *   0xffffffff80000000  kernel image (physical 0 is here; the image begins at 1 MiB)
 *   0xffffffffc0000000  gateway page, users may read and execute it
 *   0xffffffffffa00000  UTCB pointer cells, users may read them
 */
#ifndef ARCH_KMAP_H
#define ARCH_KMAP_H

#include <x2/word.h>

#define KMAP_DIRECT		0xffff800000000000ul
#define KMAP_DIRECT_BYTES	((uint64_t)1 << 46)
#define KMAP_TSS		0xffffff0000000000ul
#define KMAP_IMAGE		0xffffffff80000000ul
#define KMAP_GATEWAY		0xffffffffc0000000ul
#define KMAP_UTCB_CELL		0xffffffffffa00000ul

struct boot_info;

/*
 * Build the final tables and load them: from here on the boot code and its low addresses are gone.
 * Adds to boot->reserved. Returns 0, or why it could not.
 */
const char *kmap_init(struct boot_info *boot);

/* Boot is over: what only it needed is no longer mapped. Not to be called from there. */
void kmap_forget_boot(void);

/* Boot only: add physical memory to the direct map (firmware tables; uncached: device registers). */
void *kmap_add(uint64_t base, uint64_t size, bool uncached);

/* True if the byte at pa is in the direct map; all below kmap_solid are. */
bool kmap_covers(uint64_t pa);
extern uint64_t kmap_solid;

/* The same, unless the kernel itself has it as registers of a device. */
bool kmap_caches(uint64_t pa);

/* Bytes from pa on of which kmap_covers and kmap_caches say the same as of pa, at least. */
uint64_t kmap_rest(uint64_t pa);

/* Put the kernel half into the root of a space, which has none; and take it out again. */
void kmap_share(uint64_t *root);
void kmap_unshare(uint64_t *root);

/*
 * The CPU reads its TSS at KMAP_TSS + its offset in struct cpu_local, and the I/O bitmap at KMAP_BITMAP. In
 * every space that is one that denies all ports, until the space gets its own: two frames, mapped by tables
 * in clear frames. What the TLB has of KMAP_BITMAP under the space's tag is wrong then.
 */
#define KMAP_BITMAP		(KMAP_TSS + 0x1000)
enum { KMAP_TSS_TABLES = 3 };
void kmap_own_bitmap(uint64_t *root, uint64_t *const table[KMAP_TSS_TABLES], uint64_t *const bitmap[2]);

/* The tables of no space: kernel half only. */
uint64_t kmap_cr3(void);

#endif
