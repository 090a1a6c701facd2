/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * promise.h - the memory that the system description reserves for its tasks, and its sum: for root, for the
 * supervisor, and for the tool that makes boot images. docs/user/system.md has the rules.
 */
#ifndef PROTO_PROMISE_H
#define PROTO_PROMISE_H

#include <proto/grants.h>

enum {
	PROMISE_NODES = 31,		/* extents of the kernel in a frame of 4 KiB */
	PROMISE_KMEM_BASE = 128,	/* KiB: space, a few threads, tables and extents of a program's file */
	PROMISE_LEAST = 8 << 10,	/* bytes: with less reserved, root may find no page for the task's record */
	PROMISE_OTHERS = 512 << 10,	/* bytes that are reserved for a task not named by `start`: it may get more */
};

/* Returns the KiB of kernel memory with which a task can touch so many bytes, in any order and frames. */
l4_word_t promise_kmem_kib(l4_word_t memory);

/* Returns the bytes that are reserved for so much of `keep`: its pages, and one for the list of them. */
l4_word_t promise_keep(l4_word_t bytes);

/* The bytes of memory and KiB of kernel memory that are reserved for the tasks named by `start`. */
struct promise_sums { l4_word_t memory, kmem_kib; };
struct promise_sums promise_sums(const struct grants *c);

#endif
