/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host.h - the machine made of plain C, as tests see it: memory, clock, timer, console, interrupt
 * lines, user accesses, the modelled TLB. What changes is in `host`, `host_memory` and `kernel` (and
 * the TLB, which host_tlb_reset empties), so a test can copy a whole world.
 */
#ifndef HOST_H
#define HOST_H

#include <setjmp.h>
#include <core/config.h>
#include <mem/space.h>

/* ---- machine (host.c) ---- */

enum {
	HOST_MEMORY	= 24 << 20,	/* bytes of RAM, at physical address 0 */
	HOST_IRQS	= 32,		/* interrupt lines; HOST_IRQ_KERNEL is not for users */
	HOST_IRQ_KERNEL	= 2,
	HOST_CONSOLE	= 1 << 16,	/* characters kept */
	HOST_FLAGS	= 0x202,	/* of a new thread */
	HOST_FLAGS_USER	= 0x0cd5,	/* bits that users may change */
};

/*
 * What the machine keeps for its CPU, as cpu_local of x86_64 (L1). The words between are wrong as any of the
 * others, and do not change.
 */
struct host_cpu {
	l4_word_t wrong0;
	l4_tid_t *rsp0;			/* of the running thread */
	l4_word_t wrong1;
	uint32_t floor;
	uint32_t wrong2;
	l4_word_t wrong3;
	l4_word_t utcb_cell;
	l4_word_t wrong4;
	l4_word_t gs;
	l4_word_t wrong5;
	void *stack;			/* on which C runs */
	l4_word_t wrong6;
};

struct host {
	uint64_t now;			/* us; a test moves it on */
	uint64_t timer;			/* us when kernel_timer is due; L4_FOREVER: off */
	bool irq_open[CFG_IRQS];	/* unmasked */
	bool irq_edge[CFG_IRQS];	/* fired while masked */
	size_t admitted;		/* allocations since host_fail_at */
	size_t fail_at;			/* the allocation with this number fails; SIZE_MAX: none */
	bool fail_all;			/* and so do all later ones */
	uint8_t cached[HOST_MEMORY >> 12 >> 3];	/* bit: the cache holds something of the frame */
	uint64_t tlb_word;		/* as it was loaded last */
	struct host_cpu cpu;
	bool gs_is_lost;		/* user code has loaded GS */
	size_t fast;			/* messages without core, that their sender then waits for */
	size_t unmaps;			/* fpages unmapped without the call */
	size_t clocks;			/* SystemClock without it */
	size_t flushes;			/* calls of arch_cache_flush that could reach the memory */
	size_t console_len;
	char console[HOST_CONSOLE];	/* terminated */
	const char *input;		/* what arch_getc reads; 0: nothing */
};

extern struct host host;
extern unsigned char host_memory[HOST_MEMORY];

/* Where arch_stop goes instead of ending the program; a test sets it to see a panic. */
extern jmp_buf *host_stop_to;

/* The machine as it is when switched on; memory is left as it is. */
void host_reset(void);

/* Allocation number n from now (0: the next) fails; all: every one from there on. */
void host_fail_at(size_t n, bool all);
void host_fail_never(void);

/* ---- the fast path: x86_64/enter.c, or by_c/enter.c where there is none ---- */

enum { HOST_USER_GS = 0x33 };

/* Where call nr returns to. Links are made up, but differ, so that a test can tell them apart. */
static inline l4_word_t host_link(unsigned nr) { return 0x1000 + 0x10 * (l4_word_t)nr; }

extern const bool host_has_fast_path;

/* self calls the kernel. Returns the thread that runs now, or 0 if core must be asked. */
struct thread *host_fast(struct thread *self, unsigned nr);

/* ---- caches (cache.c) ---- */

/* User code accesses pa, in memory of that attribute. */
void host_cache_access(uint64_t pa, uint8_t attr);

/* The cache holds something of the frame at pa. */
bool host_cached(uint64_t pa);

/* ---- page table and TLB (ptab.c, tlb.c) ---- */

/* The machine's own marks in the entry at address, as a user access would leave them. */
void host_ptab_touch(struct space *s, l4_word_t address, bool write);

/*
 * The largest aligned block around address (or port), as log2, in which the one table that would have
 * the entry has none: as far as a check may skip. There is no entry for address; ports: 0 if there
 * may be one.
 */
unsigned host_ptab_hole(const struct space *s, l4_word_t address);
unsigned host_io_hole(const struct space *s, l4_word_t port);

/*
 * User code of s reads, writes or executes (access: one of L4_R, L4_W, L4_X) at va. False: a page
 * fault. True: *pa is the physical address. Goes through the TLB, which never forgets by itself;
 * a cached translation that no longer agrees with the table is a panic, or is counted (below).
 */
bool host_user_access(struct space *s, l4_word_t va, unsigned access, uint64_t *pa);

/* The entry for va, and the table that has its entries of 2^log2 bytes or 0, below that root. */
struct leaf host_ptab_get(const void *root, l4_word_t va);
const void *host_ptab_table(const void *root, l4_word_t va, unsigned log2);

/* Forget everything: a new test begins. */
void host_tlb_reset(void);

/* Tags there are, of the next boot: 1, without tags, to ARCH_TLB_TAGS. */
extern unsigned host_tlb_tags;

/* All that user code of s would use without asking the table again, against the table. */
void host_tlb_check(struct space *s);

/* The CPU walks the loaded table for va on its own account, and from now on knows the tables there. */
void host_tlb_walk(l4_word_t va);
bool host_tlb_is_loaded(const struct space *s);

/* A translation of va is cached under the loaded tag. */
bool host_tlb_has(l4_word_t va);

/* The CPU has loaded a translation by which it may read from pa into the cache at any time. */
bool host_tlb_caches(uint64_t pa);

/*
 * To show that each invalidation is needed: leave_out = n makes the n-th useful one from now (one that
 * takes away something wrong) do nothing; stale counts what the model then finds.
 */
struct host_tlb_test { unsigned leave_out, drops, stale; };
extern struct host_tlb_test host_tlb_test;

#endif
