/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * faults.c - faults of a program: signal, code and address, and that the program can continue.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "check.h"
#include "machine.h"

#define NOT_CANONICAL ((char *)0x0001000000000000)
#define KERNEL ((char *)0xffff888000001000)
#define HIGH ((char *)0x7ffffffff000)		/* above all programs, below the half of the kernel */

static void wild_data(void)
{
	static char *const at[] = { NULL, (char *)0x123, HIGH, KERNEL, (char *)-8 };

	for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
		struct fault f = fault_of(read_byte, at[i]);

		if (f.signal != SIGSEGV)
			fail("a read of %p: signal %d", at[i], f.signal);
		CHECK(fault_of(write_byte, at[i]).signal == SIGSEGV);
	}
	CHECK(fault_of(read_byte, NULL).code == SEGV_MAPERR);
	CHECK(fault_of(read_byte, (char *)0x123).address == (char *)0x123);
	CHECK(fault_of(read_byte, NOT_CANONICAL).signal == SIGSEGV);
}

static void wild_jumps(void)
{
	static char *const at[] = { NULL, (char *)0x777, HIGH, KERNEL, NOT_CANONICAL, (char *)-1 };
	struct fault f;

	for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
		f = fault_of(jump_to, at[i]);
		if (f.signal != SIGSEGV)
			fail("a jump to %p: signal %d", at[i], f.signal);
	}
	f = fault_of(jump_to, (char *)0x777);
	CHECK(f.address == (char *)0x777 && f.code == SEGV_MAPERR);
}

static void instructions(void)
{
	char *p = fresh(PAGE);
	struct fault f = fault_of(trap_divide, NULL);

	CHECK(fault_of(trap_undefined, NULL).signal == SIGILL);
	CHECK(f.signal == SIGFPE && f.code == FPE_INTDIV);
	CHECK(fault_of(trap_int3, NULL).signal == SIGTRAP);
	CHECK(fault_of(trap_privileged, NULL).signal == SIGSEGV);
	CHECK(fault_of(trap_step, NULL).signal == SIGTRAP);
	f = fault_of(trap_port, NULL);
	CHECK(f.signal == SIGSEGV && f.code == SI_KERNEL && f.address == NULL);
	CHECK(fault_of(trap_aligned, p + 16).signal == 0 && fault_of(trap_aligned, p + 8).signal == SIGSEGV);
}

static void addresses(void)
{
	struct fault f = fault_of(trap_undefined, NULL);

	CHECK(f.signal == SIGILL && f.code == ILL_ILLOPN && f.address == (char *)trap_undefined);
	f = fault_of(trap_divide, NULL);
	CHECK(f.signal == SIGFPE && f.address > (char *)trap_divide && f.address < (char *)trap_divide + 16);
}

/* Accesses that are not aligned, also from one page to the next, of which the second is not there yet. */
static void alignment(void)
{
	char *p = fresh(64 * PAGE);
	unsigned long v = 0x1122334455667788, w;

	for (int i = 1; i < 64; i++) {
		memcpy(p + i * PAGE - i % 7 - 1, &v, sizeof v);
		memcpy(&w, p + i * PAGE - i % 7 - 1, sizeof w);
		CHECK(v == w);
	}
	CHECK(mprotect(p + 32 * PAGE, PAGE, PROT_NONE) == 0);
	*(volatile long *)(p + 40 * PAGE - 3) = 7;
	CHECK(*(volatile long *)(p + 40 * PAGE - 3) == 7);
	CHECK(fault_of(write_byte, p + 32 * PAGE).address == p + 32 * PAGE);
}

static volatile int fixed;
static volatile char *volatile page;

/* Repairs what faulted: maps the page, or steps over the instruction. */
static void repair(int number, siginfo_t *info, void *context)
{
	ucontext_t *u = context;

	fixed++;
	if (number == SIGSEGV) {
		CHECK(info->si_addr == page);
		CHECK(mprotect((void *)page, PAGE, PROT_READ | PROT_WRITE) == 0);
	} else {
		u->uc_mcontext.gregs[REG_RIP] += 2;
		u->uc_mcontext.gregs[REG_RAX] = 0x123456789;
	}
}

static void repaired(void)
{
	long (*undefined)(void *) = (long (*)(void *))(void *)trap_undefined;

	handle(SIGSEGV, repair, 0);
	handle(SIGILL, repair, 0);
	page = fresh(100 * PAGE);
	CHECK(mprotect((void *)page, 100 * PAGE, PROT_NONE) == 0);
	for (int i = 0; i < 100; i++, page += PAGE) {
		*page = (char)i;
		CHECK(*page == (char)i);
	}
	CHECK(undefined(NULL) == 0x123456789);
	CHECK(fixed == 101);
}

static char *alt_stack;
static volatile int on_alt;

static void overflowed(int number, siginfo_t *info, void *unused)
{
	char here;

	(void)number;
	(void)unused;
	(void)info;
	on_alt = &here >= alt_stack && &here < alt_stack + 16 * PAGE;
	_exit(on_alt ? 7 : 8);
}

static int deep(volatile int *n)
{
	volatile char bytes[PAGE];

	bytes[0] = (char)++*n;
	return *n == 0 ? 0 : deep(n) + bytes[0];
}

static void overflow(void *unused)
{
	stack_t s = { .ss_sp = alt_stack, .ss_size = 16 * PAGE };
	volatile int n = 0;

	(void)unused;
	CHECK(sigaltstack(&s, NULL) == 0);
	handle(SIGSEGV, overflowed, SA_ONSTACK);
	deep(&n);
}

/* The stack is at its end: the handler runs on the other one. */
static void stack_overflow(void)
{
	int status;

	alt_stack = fresh(16 * PAGE);
	status = ended(child(overflow, NULL));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 7)
		fail("the status is %#x", (unsigned)status);
}

static void deadly(void *at)
{
	struct sigaction action = { .sa_handler = SIG_DFL };

	sigaction(SIGSEGV, &action, NULL);
	read_byte(at);
}

static void with_blocked(void *at)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	deadly(at);
}

/* A fault without a handler, or with the signal blocked, ends the process. */
static void ends(void)
{
	int status = ended(child(deadly, NULL));

	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	status = ended(child(with_blocked, KERNEL));
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	status = ended(child(trap_int3, NULL));
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGTRAP);
	status = ended(child(trap_divide, NULL));
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGFPE);
	status = ended(child(jump_to, (void *)0x1000));
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
}

const struct test fault_tests[] = {
	{ "wild_data", wild_data }, { "wild_jumps", wild_jumps }, { "instructions", instructions },
	{ "addresses_of_instructions", addresses },
	{ "alignment", alignment }, { "repaired", repaired }, { "stack_overflow", stack_overflow },
	{ "ends", ends }, { NULL, NULL },
};
