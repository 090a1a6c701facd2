/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host.h - the host machine, a machine in C for tests: memory, clock, timer, console, interrupt lines, user
 * accesses, a model of the TLB. All state is in `host`, `host_memory` and `kernel` (and the TLB, which
 * host_tlb_reset empties), so a test can copy the whole system.
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
	HOST_CONSOLE	= 1 << 16,	/* characters of output that are stored */
	HOST_FLAGS	= 0x202,	/* of a new thread */
	HOST_FLAGS_USER	= 0x0cd5,	/* bits that users may change */
};

/*
 * The machine's state of its CPU, as cpu_local of x86_64 (L1). The words between have invalid values and do
 * not change, so that an access with a wrong displacement is detected.
 */
struct host_segments {			/* of ia32 (ia32/enter.c) */
	uint32_t wrong0;
	uint32_t code[2];		/* descriptor of user code, and of user data */
	uint32_t data[2];
	uint32_t wrong1;
	uint32_t hidden[2];		/* what DS, ES and FS have of a descriptor */
	l4_word_t es;			/* selector */
	uint32_t wrong2;
	l4_word_t cell_ip;		/* where user code continues */
	uint32_t wrong3;
	uint16_t iomap, wrong4;
	uint32_t wrong5;
	uint8_t stack[60];		/* of SYSENTER */
	l4_word_t odd_flags;		/* what it pushes first */
	uint32_t wrong6;
};

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
	l4_word_t fs_base;
	l4_word_t wrong6;
	l4_word_t tls_loaded;		/* a byte */
	l4_word_t wrong7;
	void *stack;			/* on which C runs */
	l4_word_t wrong8;
	struct host_segments segments;
};

struct host {
	uint64_t now;			/* us; set by tests */
	uint64_t timer;			/* us when preempt_timer is due; L4_FOREVER: off */
	bool irq_open[CFG_IRQS];	/* unmasked */
	bool irq_edge[CFG_IRQS];	/* fired while masked */
	size_t admitted;		/* number of allocations since host_fail_at */
	size_t fail_at;			/* the allocation with this number fails; SIZE_MAX: none */
	bool fail_all;			/* and so do all later ones */
	uint8_t cached[HOST_MEMORY >> 12 >> 3];	/* bit n: the cache contains part of frame n */
	uint64_t tlb_word;		/* loaded last */
	struct host_cpu cpu;
	bool gs_is_lost;		/* user code has loaded GS */
	struct space *small;		/* of which all other spaces have the page tables too; or 0 */
	struct thread *behind;		/* to which C exited, if short messages have led on from it since; or 0 */
	size_t fast;			/* Ipcs by the fast path */
	size_t unmaps;			/* Unmaps by the fast path */
	size_t clocks;			/* SystemClocks by the fast path */
	size_t flushes;			/* calls of arch_cache_flush for RAM */
	size_t console_len;
	char console[HOST_CONSOLE];	/* terminated */
	const char *input;		/* read by arch_getc; 0: no input */
};

extern struct host host;
extern unsigned char host_memory[HOST_MEMORY];

/* If not 0, arch_stop jumps to it instead of ending the program: for tests that expect a panic. */
extern jmp_buf *host_stop_to;

/* Set the machine's state after power-on; memory is unchanged. */
void host_reset(void);

/* Make allocation number n from now (0: the next) fail; all: and every later one. */
void host_fail_at(size_t n, bool all);
void host_fail_never(void);

/* ---- exit (host.c): what a test does there ---- */

struct host_leave {
	bool (*leave_to)(struct thread *next, bool direct);	/* of arch_leave_to: true if next leaves */
	struct thread *(*window)(struct thread *t);		/* returns the thread that is current then */
};
extern struct host_leave host_leave;

/* ---- the fast path: x86_64/enter.c, ia32/enter.c, or by_c/enter.c for a host without it ---- */

enum { HOST_USER_GS = 0x33 };

/* Return address of call nr, which is also its link: different for each call. */
static inline l4_word_t host_link(unsigned nr) { return 0x1000 + 0x10 * (l4_word_t)nr; }

extern const bool host_has_fast_path;

/* Unmap and SystemClock have one too. */
extern const bool host_has_fast_calls;

/* arch_ptes_* may treat several PTEs in one call: ptes/ptes.c, not generic/ptes.c. */
extern const bool host_has_ranges;

/* A load of GS by user code makes the fast path ask core. */
extern const bool host_has_gs;

/* self makes call nr. Returns the thread that runs next, or 0 if core must do the call. */
struct thread *host_fast(struct thread *self, unsigned nr);

/* ---- caches (cache.c) ---- */

/* Note an access of user code to pa with memory attribute attr. */
void host_cache_access(uint64_t pa, uint8_t attr);

/* Returns true if the cache contains a part of the frame at pa. */
bool host_cached(uint64_t pa);

/* ---- page table and TLB (ptab.c, tlb.c) ---- */

/* Set Accessed, and for a write Dirty, in the PTE for address. */
void host_ptab_touch(struct space *s, l4_word_t address, bool write);

/*
 * Return the log2 of the largest aligned block around address (or port) without an entry, within one table: a
 * check may skip it. There must be no entry for address; host_io_hole returns 0 if there may be one for port.
 */
unsigned host_ptab_hole(const struct space *s, l4_word_t address);
unsigned host_io_hole(const struct space *s, l4_word_t port);

/*
 * User code of s reads, writes or executes (access: one of L4_R, L4_W, L4_X) at va. False: a page
 * fault. True: *pa is the physical address. Uses the TLB, which never evicts; a stale translation is
 * a panic, or is counted (host_tlb_test).
 */
bool host_user_access(struct space *s, l4_word_t va, unsigned access, uint64_t *pa);

/* Return the PTE for va in the page table `root`; its table with the entries of 2^log2 bytes for va, or 0. */
struct leaf host_ptab_get(const void *root, l4_word_t va);
const void *host_ptab_table(const void *root, l4_word_t va, unsigned log2);

/* Empty the TLB, at the beginning of a test. */
void host_tlb_reset(void);

/* Number of tags from the next boot on: 1 (without tags) to ARCH_TLB_TAGS. */
extern unsigned host_tlb_tags;

/*
 * From the next boot on, with host_tlb_tags 1: spaces are resident, as where segment registers have numbers
 * of spaces (PowerPC). A load invalidates nothing.
 */
extern bool host_tlb_resident;

/* Check all translations that user code of s could use against the page table. */
void host_tlb_check(struct space *s);

/* A speculative page walk of the CPU for va: the paging-structure caches get the tables of va. */
void host_tlb_walk(l4_word_t va);
bool host_tlb_is_loaded(const struct space *s);

/* Returns true if the TLB has a translation of va under the loaded tag. */
bool host_tlb_has(l4_word_t va);

/* Returns true if there is a translation by which the CPU may read from pa into the cache at any time. */
bool host_tlb_caches(uint64_t pa);

/*
 * To show that each invalidation is needed: leave_out = n makes the n-th useful one from now (one that
 * removes a stale translation) do nothing; stale counts the stale translations that are found later.
 */
struct host_tlb_test { unsigned leave_out, drops, stale; };
extern struct host_tlb_test host_tlb_test;

#endif
