/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * watch.h - which words of UTCBs the kernel reads, and a thread beside it that rewrites each at once.
 *
 * The kernel's entries (watch.c: --wrap) take all access to the pages of UTCBs from this process. An
 * instruction that reads or writes there faults; it is repeated alone, with access and the trap flag. The
 * bytes that it has read then get new random values, as if another thread of that space had written them
 * right after the read. When the operation for which they were read is over, they get back their values,
 * unless something else was written there.
 */
#ifndef WATCH_H
#define WATCH_H

#include <stdbool.h>
#include <stdint.h>

extern struct watch {
	bool on;			/* at the next entry */
	bool checks;			/* kernel_check does something */
	bool strings;			/* rewrite also the descriptors of strings */
	bool descriptors;		/* there were some */
	unsigned long reads;		/* pieces that were read */
	uint64_t noise;			/* state of the random numbers that are written */
	const void *at;			/* the instruction that read the last piece of those read before; or 0 */
} watch;

/* Once. */
void watch_prepare(void);

/* The operations that were watched are over: all bytes get back their values. */
void watch_end(void);

#endif
