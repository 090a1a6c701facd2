/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tlb.h - what the TLB of a CPU may hold of each space, and when it has to go
 * (docs/decisions/tagged-tlb.md).
 *
 * Where a TLB marks what it holds with a tag (PCID, ASID), each space that ran lately has one, of each
 * CPU, and a switch forgets nothing. Where it does not, there is only tag 0, and each switch forgets all.
 * Tag 0 is the kernel's own; the others go round: a space that needs one takes the next from its owner.
 *
 * As a rule nothing is done at once for a change of an entry. The kernel itself uses no translation of user
 * addresses, so those of the loaded space need to be right when it is left to (tlb_switch), those of
 * another one when that is loaded: then everything under its tag is forgotten. Only tables are not
 * waited for, and caches (tlb_sync): the CPU walks the loaded space's on its own account.
 *
 *   G1  owner[t] has tag t, and a space with a tag owns it; tag 0 has no owner
 *   G2  enter is what loads the space under its tag, without forgetting anything; or it is 0
 *   G3  enter is 0 of a space that has no tag, and of one that is not loaded while something is wrong
 *       under its tag
 *   G4  the CPU has loaded what `loaded` says, whose enter is not 0; what is wrong of it is pending
 *   G5  direct is enter, or 0 if the space has a redirector: what its threads send may have to go
 *       elsewhere, so the machine must not go over to it by itself
 *   G6  nothing is pending while user code runs
 */
#ifndef MEM_TLB_H
#define MEM_TLB_H

#include <x2/word.h>
#include <arch/ptab.h>

struct space;

/*
 * Pages dropped one by one; more, or larger ones, are everything under the tag, at once: of a large page
 * a CPU may hold any number of translations, and need not know that once the table has it no more.
 */
enum { TLB_FEW = 8, TLB_PAGE_LOG2 = 12 };

/* Of a space on one CPU. Changed by mem/tlb.c only. */
struct tlb_space {
	uint64_t enter;		/* G2: arch_tlb_load makes the space current; 0: only tlb_enter may */
	uint64_t direct;	/* G5 */
	unsigned tag;		/* 0: none */
};

struct tlb {
	struct space *loaded;	/* its table is current; 0: the kernel's own */
	union {
		uint64_t exit;		/* both of these: 0 if the exit to user mode need only load the space */
		struct {
			uint32_t pending;	/* changed pages of loaded; more than TLB_FEW: they are not listed */
			uint32_t held;		/* 1 while the machine forbids switches without C, else 0 */
		};
	};
	unsigned tags;		/* there are, tag 0 included */
	unsigned last;		/* tag that was taken last */
	l4_word_t page[TLB_FEW];
	struct space *owner[ARCH_TLB_TAGS];	/* at the end: large */
};

/* This CPU's, at boot: the kernel's own table is current. */
void tlb_init(void);

/* Entries of s changed: `count` of 2^log2 bytes, from address on. What the TLB has of them is wrong now. */
void tlb_drop(struct space *s, l4_word_t address, unsigned log2, unsigned count);

/* The same where s is not what the CPU has loaded, whatever the address. */
void tlb_mark_stale(struct space *s);

/* A table on the way to address was taken out of s, and shall be freed. */
void tlb_drop_table(struct space *s, l4_word_t address);

/* The CPU must not use what is wrong any more, not even on its own account. */
void tlb_sync(void);

/*
 * The CPU is going to run a thread of s. While nothing is pending, and s has an `enter`, the machine may load
 * that by itself, and set `loaded`. True if s was not loaded already.
 */
bool tlb_switch(struct space *s);

/* s has another redirector, or none any more (G5). */
void tlb_redirected(struct space *s);

/* The machine has loaded s by itself. */
void tlb_switched(struct space *s);

/* No thread of s will run any more: its table may go. */
void tlb_leave(struct space *s);

/* G1, G4; G1 to G3 of one space */
void tlb_check(void);
void tlb_check_space(const struct space *s);

#endif
