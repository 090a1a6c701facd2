/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * move.c - rounds in which a process of user 1000 moves some of its pages, by grants to a second thread
 * of its own, and then lets Linux take them: replaces them by copies, unmaps or moves them, gives them
 * up, forks and writes, while the child ends or executes a program, or empties their file. After each
 * round a file of root's is made of what is free, and the process looks for it in all places that it has.
 */
#include "keep.h"

enum { SOME = 8, DONTNEED = 4, TO_PLACE = 3 };	/* of madvise; MREMAP_MAYMOVE, MREMAP_FIXED */

enum way { COPIED, UNMAPPED, REMAPPED, GIVEN_UP, FORKED, EXECUTED, EMPTIED, WAYS };

#define OTHER	((volatile L4_Word_t *)0x2000400000)

static L4_Word_t seed = 1, moved, read;

static unsigned random(unsigned below)
{
	seed = seed * 6364136223846793005 + 1442695040888963407;
	return (unsigned)(seed >> 33) % below;
}

static void write_all(void)
{
	for (unsigned i = 0; i < SOME; i++)
		OWN[i * WORDS] = 1;
}

/* The way's pages at OWN: of the file, or fresh ones. */
static void have_pages(enum way way, long fd)
{
	bool of_file = way == COPIED || way == EMPTIED || (way == UNMAPPED && random(2));
	long flags = (way == EMPTIED ? SHARED : PRIVATE) | FIXED | (of_file ? 0 : ANONYMOUS);

	linux_call5((void *)OWN, SOME * PAGE, READ | WRITE, flags, of_file ? fd : -1, LINUX_MMAP);
	if (!of_file)
		write_all();
}

/* The pages are a child's too, while this process writes to them. */
static void fork_and_write(bool executes)
{
	static char *const tiny[] = { "/bin/tiny", 0 };
	long child = linux_call(LINUX_FORK, 0, 0, 0);

	if (child == 0) {
		OWN[0];
		if (executes)
			linux_call(LINUX_EXECVE, (long)tiny[0], tiny, 0);
		linux_call(LINUX_EXIT_GROUP, 0, 0, 0);
	}
	write_all();
	linux_call(LINUX_WAIT4, child, 0, 0);
}

static void lose_pages(enum way way, long fd)
{
	if (way == COPIED)
		write_all();
	if (way == REMAPPED) {
		linux_call5((void *)OWN, SOME * PAGE, SOME * PAGE, TO_PLACE, (long)OTHER, LINUX_MREMAP);
		OTHER[random(SOME) * WORDS] = 2;
		linux_call(LINUX_MUNMAP, (long)OTHER, (void *)(SOME * PAGE), 0);
	}
	if (way == GIVEN_UP)
		linux_call(LINUX_MADVISE, (long)OWN, (void *)(SOME * PAGE), DONTNEED);
	if (way == FORKED || way == EXECUTED)
		fork_and_write(way == EXECUTED);
	if (way == COPIED || way == EMPTIED)
		linux_call(LINUX_FTRUNCATE, fd, 0, 0);
	if (way == UNMAPPED)
		linux_call(LINUX_MUNMAP, (long)OWN, (void *)(SOME * PAGE), 0);
}

/* Pages that were replaced by copies and are free now come first: so the secret has as many. */
static void look(void)
{
	ask_root(MAKE_SECRET, 2 * SOME);
	for (unsigned i = 0; i < SOME; i++)
		read += KEPT[i * WORDS] == SECRET;
	ask_root(HAVE_READ, read);
	ask_root(REMOVE_SECRET, 0);
}

void move(const char *rounds)
{
	L4_ThreadId_t keeper = start_keeper();
	unsigned n = 0;

	while (*rounds >= '0' && *rounds <= '9')
		n = 10 * n + (unsigned)(*rounds++ - '0');
	for (unsigned round = 0; round < n; round++) {
		enum way way = (enum way)random(WAYS);
		long fd = create("/tmp/own");

		fill(fd, 0, SOME);
		have_pages(way, fd);
		for (unsigned i = 0; i < SOME; i++)
			moved += random(4) && grant(keeper, i);
		lose_pages(way, fd);
		linux_call(LINUX_CLOSE, fd, 0, 0);
		linux_call(LINUX_UNLINK, (long)"/tmp/own", 0, 0);
		look();
	}
	ask_root(HAVE_MOVED, moved);
}
