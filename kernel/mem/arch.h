/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch.h - the part of the contract with a machine (core/arch.h) about address spaces and physical memory:
 * functions that each machine supplies, and headers for which there is generic C. Called with interrupts off.
 * "Core:" marks duties of the portable kernel, "machine:" those of the machine.
 */
#ifndef MEM_ARCH_H
#define MEM_ARCH_H

#include <arch/hook.h>
#include <arch/tags.h>
#include <arch/tlb.h>
#include <arch/words.h>
#include <mem/leaf.h>
#include <mem/ptes.h>
#include <mem/space.h>

/* The code of an attribute that the machine does not have. */
enum { ARCH_NO_ATTRIBUTE = 0xff };
#include <arch/attribute.h>
#include <arch/io.h>
#include <arch/kept.h>
#include <arch/resident.h>
#include <arch/space_control.h>
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
 * A present entry is changed by one atomic operation (<arch/atomic.h>), as a CPU may set status bits in it at
 * any time. An entry that is not present is stored. Adjacent entries: mem/ptes.h.
 */
struct leaf arch_ptab_get(struct space *s, l4_word_t address);
enum leaf_room arch_ptab_reserve(struct space *s, l4_word_t address, unsigned log2, bool all);
void arch_ptab_prune(struct space *s, l4_word_t address);	/* frees the empty tables for address */
void arch_ptab_set(struct space *s, l4_word_t address, struct leaf leaf);
uint8_t arch_ptab_clear(struct space *s, l4_word_t address, unsigned log2);

/* Returns the sizes of PTEs: bit k is set if there are PTEs of 2^k bytes. */
uint64_t arch_page_sizes(void);

/*
 * In <arch/tlb.h>, inline where the machine can, both void:
 *
 * arch_tlb_load(uint64_t word): makes the page table of `word` current. Invalidates what the kind of the TLB
 * (<arch/tags.h>) says.
 *
 * arch_tlb_page(l4_word_t address): invalidates the translations of one small page of the loaded space, and
 * all that the CPU has cached of the tables of that space.
 */

/*
 * Returns the argument of arch_tlb_load that makes the table of s current under tag and invalidates nothing;
 * not 0. s 0: the kernel's own table, which maps no user addresses.
 */
uint64_t arch_tlb_word(const struct space *s, unsigned tag);

/* Return the kernel address of physical address pa, and the reverse. O(1). */
void *arch_frame_ptr(uint64_t pa);
uint64_t arch_frame_pa(const void *p);

/* Returns true if the kernel can access pa there: all RAM; perhaps not the memory of a device. */
bool arch_frame_reachable(uint64_t pa);

#endif
