/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * window.h - everything counted between a BEGIN and an END mark.
 *
 * Pairs are [0] user, [1] kernel. Counts of instructions and accesses are by the mode of the code;
 * lines and pages by the address.
 */
#ifndef SCOPE_WINDOW_H
#define SCOPE_WINDOW_H

#include <stdio.h>

#include "insn.h"
#include "model.h"
#include "set.h"

struct counts {
	uint64_t insn[2], rep_extra[2];		/* rep_extra: iterations after the first of a REP string */
	uint64_t gateway;			/* of insn[0]: in a page that an option gateway names */
	uint64_t load[2], store[2], load_bytes[2], store_bytes[2];
	uint64_t class[CLASS_COUNT][2], lock[2], xchg_mem[2], rep[2];
	uint64_t kernel_to_user_address;	/* accesses of kernel code */
	uint64_t discontinuity, entry_syscall, entry_async, exit, exit_other, restart;
	uint64_t entries;			/* executions of the instruction that the option entry names */
	uint64_t io, no_address, ops;
	uint64_t closed, closed_max;		/* instructions since interrupts were off: so far, and at most */
};

/* What had been counted when the warm-up ended; at: after how many operations, 0 not yet. */
struct warm {
	uint64_t at, insn, imiss, dmiss, tlb[TLB_KINDS];
};

struct window {
	bool active;
	uint16_t id;
	uint64_t number;			/* of windows begun so far */
	uint64_t warm_ops;			/* operations that count as warm-up */
	struct counts n;
	struct warm warm;
	struct footprint all, op;		/* of the window; of the operation under way */
	struct footprint_size sum, min, max;	/* over the operations after the warm-up */
	uint64_t measured;			/* operations in sum */
	struct cache icache, dcache;
};

extern struct window window;

/* One line of JSON. */
void window_report(FILE *f);

#endif
