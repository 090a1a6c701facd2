/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * calls.c - see monitor.h: system calls of Linux. Each is shown, with its result; those that have no function
 * here do not exist (ENOSYS).
 */
#include <stdio.h>
#include <string.h>
#include <pecan/print.h>
#include "monitor.h"

enum {
	WRITE_CALL = 1, MPROTECT = 10, BRK = 12, READLINK = 89, GETUID = 102, PRCTL = 157, ARCH_PRCTL = 158,
	SET_TID_ADDRESS = 218, EXIT_GROUP = 231, SET_ROBUST_LIST = 273, PRLIMIT64 = 302, GETRANDOM = 318,
	CALLS = 512, LINE = 160,
	ENOENT = 2, EBADF = 9, EFAULT = 14, EINVAL = 22, ENOSYS = 38, ARCH_SET_FS = 0x1002, THREAD_ID = 1,
};

static L4_Word_t heap, heap_end, heap_limit;
static bool seen[CALLS];
static int status_wanted;

static L4_SignedWord_t call_brk(const L4_Word_t *a)
{
	if (a[0] >= heap && a[0] <= heap_limit)
		heap_end = a[0];
	return (L4_SignedWord_t)heap_end;
}

static L4_SignedWord_t call_arch_prctl(const L4_Word_t *a)
{
	return a[0] == ARCH_SET_FS && child_set_tls(a[1]) ? 0 : -EINVAL;
}

static L4_SignedWord_t call_write(const L4_Word_t *a)
{
	const char *text = child_memory(a[1], a[2]);

	if (a[0] != 1 && a[0] != 2)
		return -EBADF;
	if (!text)
		return -EFAULT;
	printf("%.*s", (int)a[2], text);
	return (L4_SignedWord_t)a[2];
}

static L4_SignedWord_t call_getrandom(const L4_Word_t *a)
{
	char *to = child_memory(a[0], a[1]);

	if (!to)
		return -EFAULT;
	for (L4_Word_t i = 0; i < a[1]; i++)
		to[i] = (char)(37 * i + 1);	/* an example: not random */
	return (L4_SignedWord_t)a[1];
}

static L4_SignedWord_t call_exit(const L4_Word_t *a)
{
	status_wanted = (int)a[0];
	return 0;
}

static L4_SignedWord_t is_done(const L4_Word_t *a) { (void)a; return 0; }
static L4_SignedWord_t has_no_such(const L4_Word_t *a) { (void)a; return -ENOENT; }
static L4_SignedWord_t is_invalid(const L4_Word_t *a) { (void)a; return -EINVAL; }
static L4_SignedWord_t thread_id(const L4_Word_t *a) { (void)a; return THREAD_ID; }

static const struct call {
	unsigned number, words;
	const char *name;
	L4_SignedWord_t (*answer)(const L4_Word_t *a);
} calls[] = {
	{ WRITE_CALL, 3, "write", call_write }, { MPROTECT, 3, "mprotect", is_done }, { BRK, 1, "brk", call_brk },
	{ READLINK, 3, "readlink", has_no_such }, { GETUID, 0, "getuid", is_done },
	{ PRCTL, 2, "prctl", is_invalid }, { ARCH_PRCTL, 2, "arch_prctl", call_arch_prctl },
	{ SET_TID_ADDRESS, 1, "set_tid_address", thread_id }, { EXIT_GROUP, 1, "exit_group", call_exit },
	{ SET_ROBUST_LIST, 2, "set_robust_list", is_done }, { PRLIMIT64, 4, "prlimit64", is_invalid },
	{ GETRANDOM, 3, "getrandom", call_getrandom },
};

static const struct call *find(L4_Word_t number)
{
	for (unsigned i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (calls[i].number == number)
			return &calls[i];
	return 0;
}

/* "name(arguments) = result", numbers as the machine has them; in one piece. */
static void show(const struct call *c, L4_Word_t number, const L4_Word_t *a, L4_SignedWord_t result)
{
	char text[LINE];
	int n = c ? snprintf(text, LINE, "%s(", c->name) : snprintf(text, LINE, "call %lu(", number);

	for (unsigned i = 0; c && i < c->words; i++)
		n += snprintf(text + n, (L4_Word_t)(LINE - n), i > 0 ? ", 0x%lx" : "0x%lx", a[i]);
	printf("  %s) = %s%lx\n", text, result < 0 ? "-0x" : "0x", (L4_Word_t)(result < 0 ? -result : result));
}

void call_begin(L4_Word_t at, L4_Word_t bytes)
{
	heap = heap_end = at;
	heap_limit = at + bytes;
	memset(seen, 0, sizeof(seen));
}

unsigned call_kinds(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < CALLS; i++)
		n += seen[i];
	return n;
}

bool call_answer(struct registers *r, int *status)
{
	L4_Word_t number = r->r[L4_EXC_RAX];
	const L4_Word_t a[] = { r->r[L4_EXC_RDI], r->r[L4_EXC_RSI], r->r[L4_EXC_RDX], r->r[L4_EXC_R10] };
	const struct call *c = find(number);
	L4_SignedWord_t result = c ? c->answer(a) : -ENOSYS;

	if (number < CALLS)
		seen[number] = true;
	show(c, number, a, result);
	r->r[L4_EXC_RAX] = (L4_Word_t)result;
	*status = status_wanted;
	return number != EXIT_GROUP;
}
