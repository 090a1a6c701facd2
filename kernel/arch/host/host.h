/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host.h - the machine made of plain C, as tests see it: user accesses, the modelled TLB.
 */
#ifndef HOST_H
#define HOST_H

#include <core/space.h>

/* ---- page table and TLB (ptab.c, tlb.c) ---- */

/* The machine's own marks in the entry at address, as a user access would leave them. */
void host_ptab_touch(struct space *s, l4_word_t address, bool write);

/*
 * User code of s reads, writes or executes (access: one of L4_R, L4_W, L4_X) at va. False: a page
 * fault. True: *pa is the physical address. Goes through the TLB, which never forgets by itself;
 * a cached translation that no longer agrees with the table is a panic, or is counted (below).
 */
bool host_user_access(struct space *s, l4_word_t va, unsigned access, uint64_t *pa);

/* Forget everything: a new test begins. */
void host_tlb_reset(void);

/* All cached translations of s against its table, without any access. */
void host_tlb_check(struct space *s);

/* Drop every translation of s: its tag is given up. */
void host_tlb_forget(const struct space *s);

/*
 * To show that each invalidation is needed: leave_out = n makes the n-th useful arch_tlb_drop from
 * now (one that has something to remove) do nothing; stale counts what the model then finds.
 */
struct host_tlb_test { unsigned leave_out, drops, stale; };
extern struct host_tlb_test host_tlb_test;

#endif
