/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kmap.h - the kernel half of every address space: tables made at boot. Its addresses: <arch/layout.h>.
 */
#ifndef ARCH_KMAP_H
#define ARCH_KMAP_H

#include <x2/word.h>

struct boot_info;
struct space;

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

/*
 * Called by ptab_arch.c only: set the kernel's entries in the first root of s, which has none; clear them.
 * The other roots, if there are any, are not made by kmap_share, and freed by kmap_unshare.
 */
void kmap_share(struct space *s);
void kmap_unshare(struct space *s);

/*
 * The same, on a machine with several roots: make root n, if it is not made; result and `all` are those of
 * arch_ptab_reserve (mem/arch.h). And free it if it is not the first; it has no entries.
 */
enum leaf_room kmap_make_root(struct space *s, unsigned n, bool all);
void kmap_drop_root(struct space *s, unsigned n);

#endif
