/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * promise.h - what the system description promises its tasks, and whether there is so much: for root, and for
 * the tool that makes boot images. docs/user/system.md has the rules.
 */
#ifndef ROOT_PROMISE_H
#define ROOT_PROMISE_H

#include "config.h"

enum {
	PROMISE_NODES = 31,		/* extents of the kernel in a frame of 4 KiB */
	PROMISE_KMEM_BASE = 128,	/* KiB: space, a few threads, tables and extents of a program's file */
	PROMISE_LEAST = 8 << 10,	/* bytes: with less reserved, root may find no page for the task's record */
	PROMISE_OTHERS = 512 << 10,	/* bytes that are reserved for a task not named by `start`: it may get more */
};

/* KiB of kernel memory with which a task can touch so many bytes, in whatever order and frames. */
l4_word_t promise_kmem_kib(l4_word_t memory);

/*
 * Set what the sections leave out: `reserve` and `kernel-memory`. Returns 0, or what contradicts itself in a
 * section, at *at in the text.
 */
const char *promise_complete(struct config *c, const char **at);

/* Bytes of memory, and KiB of kernel memory, that the tasks named by `start` have for certain. */
struct promise_sums { l4_word_t memory, kmem_kib; };
struct promise_sums promise_sums(const struct config *c);

#endif
