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
#include <l4/ipc.h>
#include <l4/message.h>
#include <l4/thread.h>
#include "keep.h"

enum { USER = 1000, CREATE = 0x42, MODE = 0600, FAULT = -2, STACK_WORDS = 512, REQUEST_BITS = 2 };

#define OWN_FILE "/tmp/own"
#define SECRET_FILE "/tmp/secret"

static L4_Word_t page[WORDS];
static int to_root[2], to_user[2];

long create(const char *name) { return linux_call(LINUX_OPEN, (long)name, (void *)CREATE, MODE); }

static L4_Word_t get(int fd)
{
	L4_Word_t word = 0;

	linux_call(LINUX_READ, fd, &word, sizeof(word));
	return word;
}

void ask_root(enum request r, L4_Word_t n)
{
	L4_Word_t word = n << REQUEST_BITS | r;

	linux_call(LINUX_WRITE, to_root[1], &word, sizeof(word));
	get(to_user[0]);
}

void fill(long fd, L4_Word_t word, L4_Word_t pages)
{
	for (unsigned i = 0; i < WORDS; i++)
		page[i] = word;
	while (pages-- > 0)
		linux_call(LINUX_WRITE, fd, page, PAGE);
}

/* ---- the user ---- */

static L4_Word_t stack[STACK_WORDS] __attribute__((aligned(16)));

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

L4_ThreadId_t start_keeper(void)
{
	linux_call5((void *)KEPT, BYTES, READ, PRIVATE | FIXED | ANONYMOUS, -1, LINUX_MMAP);
	return start_beside(stack + STACK_WORDS, take_pages);
}

bool grant(L4_ThreadId_t to, unsigned i)
{
	L4_Fpage_t p = L4_FpageLog2((L4_Word_t)(OWN + i * WORDS), PAGE_LOG2);
	L4_GrantItem_t item = L4_GrantItem(L4_FpageAddRights(p, L4_FullyAccessible), i * PAGE);

	OWN[i * WORDS];
	L4_LoadMRs(1, 2, item.raw);
	L4_Set_MsgTag((L4_MsgTag_t){ .X.t = 2 });
	return L4_IpcSucceeded(L4_Call(to));
}

static void send_fault(unsigned i)
{
	L4_Accept(L4_MapGrantItems(L4_FpageLog2((L4_Word_t)(KEPT + i * WORDS), PAGE_LOG2)));
	L4_LoadMR(1, (L4_Word_t)(OWN + i * WORDS));
	L4_LoadMR(2, (L4_Word_t)send_fault);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = (L4_Word_t)FAULT << 20 | L4_Writable << 16 | 2 });
	L4_Call(L4_ExceptionHandler());
}

void keep_by(const char *how)
{
	bool by_grant = how[0] == 'g';
	volatile const L4_Word_t *kept = by_grant ? KEPT : OWN;
	L4_ThreadId_t keeper = start_keeper();
	long fd = create(OWN_FILE);
	L4_Word_t read = 0;

	fill(fd, 0, PAGES);
	linux_call5((void *)OWN, BYTES, READ | WRITE, PRIVATE | FIXED, fd, LINUX_MMAP);
	for (unsigned i = 0; i < PAGES; i++) {
		OWN[i * WORDS];
		if (by_grant)
			grant(keeper, i);
		else
			send_fault(i);
		if (by_grant)
			OWN[i * WORDS] = 1;
	}
	linux_call(LINUX_FTRUNCATE, fd, 0, 0);
	ask_root(MAKE_SECRET, PAGES);
	for (unsigned i = 0; i < PAGES; i++) {
		read += kept[i * WORDS] == SECRET;
		ask_root(HAVE_READ, read);
	}
}

/* ---- root ---- */

/* Do what the user asks, until it ends. Returns how many pages it has read. */
static unsigned serve(void)
{
	unsigned read = 0, moved = 0;
	L4_Word_t word;

	while (linux_call(LINUX_READ, to_root[0], &word, sizeof(word)) > 0) {
		L4_Word_t n = word >> REQUEST_BITS;
		enum request r = word & ((1 << REQUEST_BITS) - 1);
		long fd = r == MAKE_SECRET ? create(SECRET_FILE) : 0;

		if (r == MAKE_SECRET)
			fill(fd, SECRET, n);
		if (r == MAKE_SECRET)
			linux_call(LINUX_CLOSE, fd, 0, 0);
		if (r == REMOVE_SECRET)
			linux_call(LINUX_UNLINK, (long)SECRET_FILE, 0, 0);
		if (r == HAVE_READ)
			read = (unsigned)n;
		if (r == HAVE_MOVED)
			moved = (unsigned)n;
		linux_call(LINUX_WRITE, to_user[1], &word, sizeof(word));
	}
	if (moved > 0)
		print(moved, " pages were moved\n");
	return read;
}

unsigned keep(void (*use)(const char *), const char *how)
{
	unsigned read;

	linux_call(LINUX_PIPE, (long)to_root, 0, 0);
	linux_call(LINUX_PIPE, (long)to_user, 0, 0);
	if (linux_call(LINUX_FORK, 0, 0, 0) == 0) {
		linux_call(LINUX_SETRESGID, USER, (void *)USER, USER);
		linux_call(LINUX_SETRESUID, USER, (void *)USER, USER);
		use(how);
		linux_call(LINUX_EXIT_GROUP, 0, 0, 0);
	}
	linux_call(LINUX_CLOSE, to_root[1], 0, 0);
	read = serve();
	linux_call(LINUX_UNLINK, (long)SECRET_FILE, 0, 0);
	linux_call(LINUX_UNLINK, (long)OWN_FILE, 0, 0);
	print(read, " pages of root's file were read\n");
	return read;
}
