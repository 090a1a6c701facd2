/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch.h - the part of the contract with a machine (core/arch.h) about address spaces and physical memory.
 * Called with interrupts off. "Core:" marks duties of the portable kernel, "machine:" those of the machine.
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

/* Makes an empty page table for s. Returns false, with nothing allocated, if s's account has no memory. */
bool arch_space_init(struct space *s);

/*
 * Frees a bounded number of tables of s. Returns true when none is left. s is not current on any CPU. Core:
 * all leaves have been cleared. Machine: frees clear frames by kmem_clear_frame_free.
 */
bool arch_space_exit_step(struct space *s);

/*
 * Leaves of the page table, as leaf.h describes them. Core: addresses are in the user area and aligned to
 * the entry. Machine: arch_ptab_set keeps the status bits of the hardware and adds `touched`;
 * arch_ptab_clear returns `touched`. Neither invalidates translations. Only arch_ptab_reserve allocates: it
 * charges s's account (kmem_frame), makes one table a call, or all of them (all: never LEAF_MORE), and frees
 * an empty table at the place of the entry.
 *
 * A present entry is changed by one atomic operation (lib/atomic.h), as a CPU may set status bits in it at
 * any time. An entry that is not present is stored. Adjacent entries: mem/ptes.h.
 */
struct leaf arch_ptab_get(struct space *s, l4_word_t address);
enum leaf_room arch_ptab_reserve(struct space *s, l4_word_t address, unsigned log2, bool all);
void arch_ptab_prune(struct space *s, l4_word_t address);	/* frees the empty tables for address */
void arch_ptab_set(struct space *s, l4_word_t address, struct leaf leaf);
uint8_t arch_ptab_clear(struct space *s, l4_word_t address, unsigned log2);

/* Returns the sizes of PTEs: bit k is set if there are PTEs of 2^k bytes. */
uint64_t arch_page_sizes(void);

/* Returns the number of TLB tags, at most ARCH_TLB_TAGS. 1: no tags, each load invalidates all. */
unsigned arch_tlb_tags(void);

/*
 * Returns the argument of arch_tlb_load that makes the table of s current under tag and invalidates nothing;
 * not 0. s 0: the kernel's own table, which maps no user addresses.
 */
uint64_t arch_tlb_word(const struct space *s, unsigned tag);

/* The permission of a port of s. arch_io_reserve: as leaf_reserve, for the tables of the permission set. */
enum leaf_room arch_io_reserve(struct space *s);
void arch_io_set(struct space *s, l4_word_t port, bool allowed);
bool arch_io_get(const struct space *s, l4_word_t port);

/*
 * Returns a word for the aligned block of 64 ports around port: bit n is set if port n of it is allowed.
 * O(1).
 */
uint64_t arch_io_word(const struct space *s, l4_word_t port);

/* Return the kernel address of physical address pa, and the reverse. O(1). */
void *arch_frame_ptr(uint64_t pa);
uint64_t arch_frame_pa(const void *p);

/* Returns true if the kernel can access pa there: all RAM; perhaps not the memory of a device. */
bool arch_frame_reachable(uint64_t pa);

/*
 * Returns the kernel address of the byte at `at` of s, valid to the end of its 4 KiB, and sets the status
 * bits that the CPU would set for the access. Returns 0 if no page with that right is mapped, or if the page
 * has a memory attribute or is out of the kernel's reach (arch_frame_reachable). arch_user_near of
 * <arch/user.h> is the same inline, and also returns 0 if the page is not in the table of the last lookup.
 */
void *arch_user_ptr(struct space *s, l4_word_t at, bool write);

/* Copies n bytes from the user memory of s. Returns false if user code could not read one of them. */
bool arch_copy_in(struct space *s, void *to, l4_word_t from, size_t n);

/* ---- memory attributes (api 7.4) ---- */

/*
 * arch_attribute returns the machine's code, below 2^LEAF_ATTR_BITS, for an attribute of MemoryControl: 0
 * for default memory, ARCH_NO_ATTRIBUTE if the machine does not have it. arch_attribute_name: the reverse.
 */
enum { ARCH_NO_ATTRIBUTE = 0xff };
uint8_t arch_attribute(l4_word_t name);
l4_word_t arch_attribute_name(uint8_t attr);

/*
 * Writes back and invalidates the cache lines of physical memory from pa on: to the end of its frame, or of
 * the memory that the kernel cannot reach, which is not cached; at most `bytes`. Returns the number of bytes
 * that are done, more than 0.
 */
uint64_t arch_cache_flush(uint64_t pa, uint64_t bytes);

#endif
