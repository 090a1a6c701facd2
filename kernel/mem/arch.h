/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch.h - the part of the contract with a machine (core/arch.h) that is about address spaces and physical
 * memory. Called with interrupts off. "Core" names what the portable kernel promises, "machine" what the
 * machine does.
 */
#ifndef MEM_ARCH_H
#define MEM_ARCH_H

#include <arch/hook.h>
#include <arch/tlb.h>
#include <arch/words.h>
#include <mem/leaf.h>
#include <mem/ptes.h>
#include <mem/space.h>
#include <arch/user.h>

/* ---- address spaces ---- */

/* An empty page table. False if s's account has no memory; nothing is kept then. */
bool arch_space_init(struct space *s);

/*
 * Free tables, a bounded number a call; true when all are gone. s is not current on any CPU. Core: all
 * leaves have been cleared. Machine: what is clear is given back as such (kmem_clear_frame_free).
 */
bool arch_space_exit_step(struct space *s);

/*
 * Leaves of the page table; the semantics of leaf.h. Core: addresses in the user area, aligned to
 * the entry. Machine: arch_ptab_set keeps the hardware's bits and adds touched; arch_ptab_clear returns
 * touched. No allocation but in arch_ptab_reserve (all: never LEAF_MORE), which
 * charges s's account (kmem_frame) and frees an empty table in the way. Neither set nor clear flushes
 * translations.
 *
 * A present entry is changed by one atomic operation (lib/atomic.h), as a CPU may set status bits in it at
 * any time. One that is not present is written as it is. Entries side by side: mem/ptes.h.
 */
struct leaf arch_ptab_get(struct space *s, l4_word_t address);
enum leaf_room arch_ptab_reserve(struct space *s, l4_word_t address, unsigned log2, bool all);
void arch_ptab_prune(struct space *s, l4_word_t address);	/* frees the empty tables for that address */
void arch_ptab_set(struct space *s, l4_word_t address, struct leaf leaf);
uint8_t arch_ptab_clear(struct space *s, l4_word_t address, unsigned log2);

/* Sizes of page-table entries, bit k: 2^k bytes. */
uint64_t arch_page_sizes(void);

/* How many tags the TLB tells apart, ARCH_TLB_TAGS at the most. 1: none, a load forgets all. */
unsigned arch_tlb_tags(void);

/*
 * What arch_tlb_load takes to make the table of s current under tag, and keep all that the TLB has
 * there; not 0. s 0: the kernel's own table, which has no user addresses.
 */
uint64_t arch_tlb_word(const struct space *s, unsigned tag);

/* Port p of s: allowed or not. reserve: as leaf_reserve, the tables being those of the permission set. */
enum leaf_room arch_io_reserve(struct space *s);
void arch_io_set(struct space *s, l4_word_t port, bool allowed);
bool arch_io_get(const struct space *s, l4_word_t port);

/* The 64 ports of the aligned block around p: bit n: the n-th is allowed. Constant time. */
uint64_t arch_io_word(const struct space *s, l4_word_t port);

/* Kernel address of physical memory, and back; both constant-time arithmetic. */
void *arch_frame_ptr(uint64_t pa);
uint64_t arch_frame_pa(const void *p);

/* Can the kernel touch pa there? All RAM; memory of devices that sigma0 gives away may be out of reach. */
bool arch_frame_reachable(uint64_t pa);

/*
 * Where the kernel sees the byte at `at` of s, marked as the CPU would mark the page for that access; valid
 * to the end of its 4 KiB. 0 if there is no page with that right, or if it is not default memory that the
 * kernel can reach (arch_ptab_get). <arch/user.h> has arch_user_near: the same in place, or 0 if the page is
 * not at hand.
 */
void *arch_user_ptr(struct space *s, l4_word_t at, bool write);

/* Copy n bytes out of the user memory of s, as user code could read them; false if it could not. */
bool arch_copy_in(struct space *s, void *to, l4_word_t from, size_t n);

/* ---- memory attributes (api 7.4) ---- */

/*
 * The machine's code for an attribute as MemoryControl names it, and back. Below 2^LEAF_ATTR_BITS; 0
 * is default memory. ARCH_NO_ATTRIBUTE: there is none such.
 */
enum { ARCH_NO_ATTRIBUTE = 0xff };
uint8_t arch_attribute(l4_word_t name);
l4_word_t arch_attribute_name(uint8_t attr);

/*
 * Write back and forget what the caches hold of physical memory from pa on: as much of `bytes` as one
 * frame, or as much as the kernel cannot reach and has not cached. Returns how much, more than 0.
 */
uint64_t arch_cache_flush(uint64_t pa, uint64_t bytes);

#endif
