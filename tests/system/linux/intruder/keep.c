/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keep.c - a process of user 1000 keeps pages that Linux takes from it. It maps a file of its own privately,
 * and reads it, so it has the pages of Linux's cache. Then it makes Linux replace each by a copy, and makes
 * the file empty: the pages are free, and Linux uses them for a file of root's that the process may not read.
 *
 *   grant   before a page is replaced, a second thread of the process gets it by a grant item elsewhere
 *   fault   it is replaced for a message that the process sends itself, with the label of a fault: the copy
 *           is received elsewhere, and the page stays where it was
 */
#include <stdbool.h>
#include <l4/ipc.h>
#include <l4/message.h>
#include <l4/thread.h>
#include "intruder.h"

enum {
	PAGES = 512, PAGE = 4096, PAGE_LOG2 = 12, BYTES = PAGES * PAGE, WORDS = PAGE / sizeof(L4_Word_t),
	USER = 1000, CREATE = 0x42, MODE = 0600, READ = 1, WRITE = 2, PRIVATE = 2, FIXED = 0x10, ANONYMOUS = 0x20,
	FAULT = -2, STACK_WORDS = 512,
};

#define OWN	((volatile L4_Word_t *)0x2000000000)
#define KEPT	((volatile L4_Word_t *)0x2000200000)
#define SECRET	0x5ec2e75ec2e7ul

static L4_Word_t stack[STACK_WORDS] __attribute__((aligned(16)));
static L4_Word_t page[WORDS];
static int to_root[2], to_user[2];

static long create(const char *name) { return linux_call(LINUX_OPEN, (long)name, (void *)CREATE, MODE); }
static void put(int fd, L4_Word_t word) { linux_call(LINUX_WRITE, fd, &word, sizeof(word)); }

static L4_Word_t get(int fd)
{
	L4_Word_t word = 0;

	linux_call(LINUX_READ, fd, &word, sizeof(word));
	return word;
}

static void fill(long fd, L4_Word_t word)
{
	for (unsigned i = 0; i < WORDS; i++)
		page[i] = word;
	for (unsigned i = 0; i < PAGES; i++)
		linux_call(LINUX_WRITE, fd, page, PAGE);
}

/* ---- the user ---- */

/* Receives pages, each at its place in KEPT, until the process ends. */
static void take_pages(void)
{
	L4_ThreadId_t from;

	L4_Accept(L4_MapGrantItems(L4_Fpage((L4_Word_t)KEPT, BYTES)));
	L4_Wait(&from);
	for (;;) {
		L4_Set_MsgTag((L4_MsgTag_t){ .raw = 0 });
		L4_ReplyWait(from, &from);
	}
}

static void grant(L4_ThreadId_t to, unsigned i)
{
	L4_Fpage_t p = L4_FpageLog2((L4_Word_t)(OWN + i * WORDS), PAGE_LOG2);
	L4_GrantItem_t item = L4_GrantItem(L4_FpageAddRights(p, L4_FullyAccessible), i * PAGE);

	L4_LoadMRs(1, 2, item.raw);
	L4_Set_MsgTag((L4_MsgTag_t){ .X.t = 2 });
	L4_Call(to);
	OWN[i * WORDS] = 1;
}

static void send_fault(unsigned i)
{
	L4_Accept(L4_MapGrantItems(L4_FpageLog2((L4_Word_t)(KEPT + i * WORDS), PAGE_LOG2)));
	L4_LoadMR(1, (L4_Word_t)(OWN + i * WORDS));
	L4_LoadMR(2, (L4_Word_t)send_fault);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = (L4_Word_t)FAULT << 20 | L4_Writable << 16 | 2 });
	L4_Call(L4_ExceptionHandler());
}

static void use(bool by_grant)
{
	volatile const L4_Word_t *kept = by_grant ? KEPT : OWN;
	long fd = create("/tmp/own");
	L4_ThreadId_t second = by_grant ? start_beside(stack + STACK_WORDS, take_pages) : L4_nilthread;
	L4_Word_t read = 0;

	fill(fd, 0);
	linux_call5((void *)OWN, BYTES, READ | WRITE, PRIVATE | FIXED, fd, LINUX_MMAP);
	linux_call5((void *)KEPT, BYTES, READ, PRIVATE | FIXED | ANONYMOUS, -1, LINUX_MMAP);
	for (unsigned i = 0; i < PAGES; i++) {
		OWN[i * WORDS];
		if (by_grant)
			grant(second, i);
		else
			send_fault(i);
	}
	linux_call(LINUX_FTRUNCATE, fd, 0, 0);
	put(to_root[1], 1);
	get(to_user[0]);
	for (unsigned i = 0; i < PAGES; i++) {
		read += kept[i * WORDS] == SECRET;
		put(to_root[1], read);
	}
}

/* ---- root ---- */

unsigned keep(const char *how)
{
	unsigned read = 0;
	L4_Word_t word;

	linux_call(LINUX_PIPE, (long)to_root, 0, 0);
	linux_call(LINUX_PIPE, (long)to_user, 0, 0);
	if (linux_call(LINUX_FORK, 0, 0, 0) == 0) {
		linux_call(LINUX_SETRESGID, USER, (void *)USER, USER);
		linux_call(LINUX_SETRESUID, USER, (void *)USER, USER);
		use(how[0] == 'g');
		linux_call(LINUX_EXIT_GROUP, 0, 0, 0);
	}
	linux_call(LINUX_CLOSE, to_root[1], 0, 0);
	get(to_root[0]);
	fill(create("/tmp/secret"), SECRET);
	put(to_user[1], 1);
	while (linux_call(LINUX_READ, to_root[0], &word, sizeof(word)) > 0)
		read = (unsigned)word;
	linux_call(LINUX_UNLINK, (long)"/tmp/secret", 0, 0);
	linux_call(LINUX_UNLINK, (long)"/tmp/own", 0, 0);
	print(read, " pages of root's file were read\n");
	return read;
}
