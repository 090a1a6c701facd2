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
#include <arch/user.h>
#include <arch/words.h>
#include <mem/leaf.h>
#include <mem/space.h>

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
 * the entry. Machine: arch_ptab_set takes `read` out of the hardware's bits and adds touched;
 * arch_ptab_clear returns touched. No allocation but in arch_ptab_reserve (all: never LEAF_MORE), which
 * charges s's account (kmem_frame) and frees an empty table in the way. Neither set nor clear flushes
 * translations.
 *
 * Here and below: a present entry is changed by one atomic operation (lib/atomic.h), as a CPU may set status
 * bits in it at any time. One that is not present is written as it is.
 */
struct leaf arch_ptab_get(struct space *s, l4_word_t address);
enum leaf_room arch_ptab_reserve(struct space *s, l4_word_t address, unsigned log2, bool all);
void arch_ptab_prune(struct space *s, l4_word_t address);	/* frees the empty tables for that address */
void arch_ptab_set(struct space *s, l4_word_t address, struct leaf leaf, uint8_t read);
uint8_t arch_ptab_clear(struct space *s, l4_word_t address, unsigned log2);

/*
 * A run: entries of 2^log2 bytes that stand side by side in one table. `left` of them, from that for the
 * address to the table's end; 0: there is no such run. Good until a table of the space is freed.
 */
struct arch_run { uint64_t *at; unsigned log2, left; };

/* From the leaf for address, of whatever size, if there is one and it is not the kernel's own. */
struct arch_run arch_ptes_of(struct space *s, l4_word_t address);

/* From the entry of 2^log2 bytes for address, if it is free and its table is there (.at: if that is). */
struct arch_run arch_ptes_room(struct space *s, l4_word_t address, unsigned log2);

/*
 * How many of the first n entries are free; are leaves without kept bits; can be copied from `from`,
 * leaves, to `to`, free, less rights and without status; can be cleared (idle: unless they have status).
 * Those before the first that is not so are copied or cleared, and *seen becomes what all that are cleared
 * have seen: their kept bits, and above those a pair, KEPT_SEEN and KEPT_WRITTEN (mapping.h), of what the
 * machine has noted.
 */
unsigned arch_run_empty(struct arch_run run, unsigned n);
unsigned arch_run_idle(struct arch_run run, unsigned n);
unsigned arch_run_copy(struct arch_run from, struct arch_run to, unsigned rights, unsigned n);
unsigned arch_run_clear(struct arch_run run, unsigned n, bool idle, unsigned *seen);

/*
 * The same of one small page: from src of `from` to dst of `to`, which is free. False: not so, or not at
 * hand (then nothing has happened). <arch/page.h> has arch_page_last, the entry for the small page at `at`
 * of s, or 0 if it is not at hand; arch_page_mapped: is one there that is not the kernel's own;
 * arch_page_remove, which clears it and returns what it has seen; and arch_page_keep, which returns the kept
 * bits, and then takes `not` out of them and `more` in. arch_page_reset takes away those rights, but not R,
 * and what the machine has noted, and returns what the page has seen.
 */
unsigned arch_page_reset(uint64_t *e, unsigned revoke);
bool arch_page_copy(struct space *from, l4_word_t src, struct space *to, l4_word_t dst, unsigned rights);

/*
 * The rights that the first entry of `there` would gain by a copy of the first of `from`, all of them if it
 * has another frame. Both are leaves of one size.
 */
unsigned arch_run_lacks(struct arch_run from, struct arch_run there, unsigned rights);

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
