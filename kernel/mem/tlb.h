/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tlb.h - which translations the TLB of a CPU may have, and when they are invalidated
 * (docs/decisions/tagged-tlb.md).
 *
 * If the TLB has tags (PCID, ASID), each space that ran recently on a CPU has one, and a switch invalidates
 * nothing. If it has none, there is only tag 0, and each switch invalidates all. Tag 0 is the kernel's own;
 * the others are assigned in a circle: a space that needs a tag takes the next one from its owner. On some
 * machines a space is resident (arch_tlb_is_resident): its translations have addresses or numbers of their
 * own, stay over each switch, and may be in use while another space is loaded.
 *
 * As a rule nothing is invalidated at the change of an entry, except at once in a resident space. The kernel
 * uses no translation of user addresses, so the translations of the loaded space must be right when user code
 * runs (tlb_switch), and those of another space when it is loaded: then all under its tag are invalidated.
 * Two changes cannot wait, as the CPU also reads the loaded tables speculatively: a table is freed
 * (tlb_drop_table), and caches are written back (tlb_sync).
 *
 *   G1  owner[t] has tag t, and a space with a tag owns it; tag 0 has no owner
 *   G2  enter is 0, or the word that loads the space under its tag and invalidates nothing
 *   G3  enter is 0 in a space that has no tag, and in one that is not loaded and has a stale translation
 *       under its tag
 *   G4  the CPU has loaded the table of `loaded`, whose enter is not 0; its stale translations are pending
 *   G5  direct is enter, or 0 if the space has a redirector: its messages may be redirected, so the machine
 *       must not switch to it without core
 *   G6  nothing is pending while user code runs, and never in a resident space
 */
#ifndef MEM_TLB_H
#define MEM_TLB_H

#include <x2/word.h>
#include <arch/ptab.h>

struct space;

/*
 * Up to TLB_FEW small pages (ARCH_PAGE_LOG2) are invalidated one by one. For more, or for larger pages, all
 * translations under the tag are: a CPU may have any number of translations of a large page, and when the PTE
 * is gone an invalidation of one address need not remove them all.
 */
enum { TLB_FEW = 8 };

/*
 * Bits of tlb.held: a thread runs whose space has a redirector, or the next switch decides; the FPU has the
 * state of a thread; it is shut, so user code cannot use that state. ia32 sets the first where no other is.
 */
enum { TLB_HELD_REDIRECTED = 1, TLB_HELD_FPU = 2, TLB_HELD_SHUT = 4 };

/* The TLB state of a space on one CPU. Changed by mem/tlb.c only. */
struct tlb_space {
	uint64_t enter;		/* G2: the word for arch_tlb_load; 0: only tlb_enter (tlb.c) may load it */
	uint64_t direct;	/* G5 */
	unsigned tag;		/* 0: none */
};

struct tlb {
	struct space *loaded;	/* the space whose table is current; 0: the kernel's own table */
	union {
		uint64_t exit;		/* both fields: 0 if the exit to user mode only has to load the space */
		struct {
			uint32_t held;		/* TLB_HELD: why the machine forbids switches without C; or 0 */
			uint32_t pending;	/* changed pages of loaded; more than TLB_FEW: not in `page` */
		};
	};
	unsigned tags;		/* number of tags, with tag 0 */
	unsigned last;		/* the tag that was assigned last */
	l4_word_t page[TLB_FEW];
	struct space *owner[ARCH_TLB_TAGS];	/* at the end: large */
};

/* Initialises the TLB state of this CPU; called at boot, while the kernel's own table is loaded. */
void tlb_init(void);

/*
 * Call after `count` entries of s, of 2^log2 bytes each, from address on, have changed: their translations
 * are stale, and are invalidated before user code can use them.
 */
void tlb_drop(struct space *s, l4_word_t address, unsigned log2, unsigned count);

/* The same for all translations of s, which is not loaded. */
void tlb_mark_stale(struct space *s);

/* Call when a table for address was removed from s, before the table is freed. */
void tlb_drop_table(struct space *s, l4_word_t address);

/* Invalidates the pending stale translations at once, so that the CPU cannot use them even speculatively. */
void tlb_sync(void);

/*
 * Loads s, and invalidates its stale translations; call before a thread of s runs. While nothing is pending
 * and s has an `enter`, the machine may load that itself instead, and set `loaded`. Returns true if s was
 * not loaded.
 */
bool tlb_switch(struct space *s);

/*
 * Sets enter and direct of s (G2, G5). Call with the old enter after the redirector of s has changed; the
 * machine calls it when another word loads s.
 */
void tlb_set_enter(struct space *s, uint64_t word);

/* Call after the machine has loaded s itself: sets `loaded`. */
void tlb_switched(struct space *s);

/* Call when no thread of s will run any more: unloads its table and releases its tag. */
void tlb_leave(struct space *s);

/* Check G1 and G4 of this CPU; G1 to G3 and G5 of one space. */
void tlb_check(void);
void tlb_check_space(const struct space *s);

#endif
