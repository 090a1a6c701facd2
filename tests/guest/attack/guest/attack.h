/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attack.h - what the attacks share.
 *
 * An attack is a test of a root server like that of tests/guest/interface: adversaries run in spaces of their
 * own and have no right; the victims do work that is checked. It counts what an adversary gained, and hands
 * the sum to guest_figure with the number of rounds. "rounds=N" on the command line is how many are asked
 * for.
 */
#ifndef ATTACK_H
#define ATTACK_H

#include "args.h"
#include "map.h"
#include "string_items.h"

enum { ROUNDS = 100 };			/* of a run by hand */

static inline word rounds_asked(void) { return args_number("rounds", ROUNDS); }

/* The same numbers in each run. */
word random_below(word limit);

/*
 * The kernel's memory: note it after warm-up rounds of each kind, in which the kernel makes what it keeps
 * beside threads that stay (docs/caveats.md); 1 if it differs afterwards, in any figure.
 */
void memory_note(void);
word memory_changed(void);

#endif
