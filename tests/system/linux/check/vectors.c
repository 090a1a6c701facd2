/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vectors.c - vector registers and general registers keep their values, whatever comes between.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

#include "check.h"
#include "machine.h"

/* Of an area: x87 control word, MXCSR, the eight registers of x87, the sixteen of SSE. */
enum { FCW = 0, MXCSR = 24, ST = 32, ST_BYTES = 10, XMM = 160, XMM_BYTES = 256, PROCESSES = 4 };

/* Values that differ by seed, with rounding modes that are not the usual ones. */
static struct vectors pattern(int seed)
{
	struct vectors v;

	memset(&v, 0, sizeof v);
	v.bytes[FCW] = 0x7f;
	v.bytes[FCW + 1] = seed & 1 ? 0x0f : 0x07;	/* round to zero; down */
	v.bytes[4] = 0xff;				/* all registers of x87 are in use */
	v.bytes[MXCSR] = 0x80;
	v.bytes[MXCSR + 1] = seed & 1 ? 0x7f : 0x3f;
	for (int i = 0; i < 8; i++) {
		for (int b = 0; b < 8; b++)
			v.bytes[ST + 16 * i + b] = (unsigned char)(seed * 13 + i * 8 + b);
		v.bytes[ST + 16 * i + 7] |= 0x80;	/* a normal number */
		v.bytes[ST + 16 * i + 9] = 0x3f;
	}
	for (int i = 0; i < XMM_BYTES; i++)
		v.bytes[XMM + i] = (unsigned char)(seed * 31 + i);
	return v;
}

static void is_same(const struct vectors *a, const struct vectors *b)
{
	CHECK(memcmp(a->bytes + FCW, b->bytes + FCW, 2) == 0);
	CHECK(memcmp(a->bytes + MXCSR, b->bytes + MXCSR, 4) == 0);
	for (int i = 0; i < 8; i++)
		if (memcmp(a->bytes + ST + 16 * i, b->bytes + ST + 16 * i, ST_BYTES) != 0)
			fail("register %d of x87 differs", i);
	for (int i = 0; i < XMM_BYTES; i++)
		if (a->bytes[XMM + i] != b->bytes[XMM + i])
			fail("byte %d of xmm%d is %#x, not %#x", i % 16, i / 16, b->bytes[XMM + i], a->bytes[XMM + i]);
}

static volatile int count, enough, wanted;

/* A handler uses all registers itself. */
static void use(int unused, siginfo_t *info, void *context)
{
	struct vectors mine = pattern(200), after;

	(void)unused;
	(void)info;
	(void)context;
	vectors_call(&mine, &after, SYS_getppid, 0, 0, 0);
	count++;
	if (count == wanted)
		enough = 1;
}

static void at_calls(void)
{
	struct vectors in, out;

	for (int i = 0; i < 100; i++) {
		in = pattern(i);
		CHECK(vectors_call(&in, &out, SYS_getppid, 0, 0, 0) == getppid());
		is_same(&in, &out);
		vectors_call(&in, &out, SYS_sched_yield, 0, 0, 0);
		is_same(&in, &out);
	}
}

static void at_faults(void)
{
	char *p = fresh(100 * PAGE);
	struct vectors in, out;

	for (int i = 0; i < 100; i++) {
		in = pattern(i);
		vectors_touch(&in, &out, p + i * PAGE);
		is_same(&in, &out);
	}
}

static void at_signals(void)
{
	struct vectors in, out;

	handle(SIGUSR1, use, 0);
	for (int i = 0; i < 100; i++) {
		in = pattern(i);
		vectors_call(&in, &out, SYS_kill, getpid(), SIGUSR1, 0);
		CHECK(count == i + 1);
		is_same(&in, &out);
	}
}

static void at_timer(void)
{
	struct itimerval t = { { 0, 3000 }, { 0, 3000 } };
	struct vectors in = pattern(5), out;

	wanted = 20;
	handle(SIGALRM, use, 0);
	CHECK(setitimer(ITIMER_REAL, &t, NULL) == 0);
	vectors_spin(&in, &out, &enough);
	is_same(&in, &out);
}

static volatile char *page;

static void open_page(int unused, siginfo_t *info, void *context)
{
	use(unused, info, context);
	mprotect((void *)page, PAGE, PROT_READ | PROT_WRITE);
}

static void at_handled_faults(void)
{
	struct vectors in, out;

	handle(SIGSEGV, open_page, 0);
	for (int i = 0; i < 50; i++) {
		page = fresh(PAGE);
		CHECK(mprotect((void *)page, PAGE, PROT_NONE) == 0);
		in = pattern(i);
		vectors_touch(&in, &out, page);
		is_same(&in, &out);
	}
	CHECK(count == 50);
}

/* The frame of a signal has the registers, and what the handler writes there is loaded on return. */
static void exchange(int unused, siginfo_t *info, void *context)
{
	ucontext_t *u = context;
	struct vectors frame, other = pattern(8);

	(void)unused;
	(void)info;
	memcpy(&frame, u->uc_mcontext.fpregs, sizeof frame);
	other.bytes[MXCSR + 4] = frame.bytes[MXCSR + 4];
	is_same(&frame, (struct vectors[]){ pattern(7) });
	memcpy((char *)u->uc_mcontext.fpregs + XMM, other.bytes + XMM, XMM_BYTES);
	count++;
}

static void in_frame(void)
{
	struct vectors in, out, want;

	handle(SIGUSR1, exchange, 0);
	in = pattern(7);
	want = pattern(7);
	memcpy(want.bytes + XMM, pattern(8).bytes + XMM, XMM_BYTES);
	vectors_call(&in, &out, SYS_kill, getpid(), SIGUSR1, 0);
	CHECK(count == 1);
	is_same(&want, &out);
}

static void after_fork(void)
{
	struct vectors in = pattern(3), out;
	long pid;

	for (int i = 0; i < 20; i++) {
		pid = vectors_call(&in, &out, SYS_fork, 0, 0, 0);
		CHECK(pid >= 0);
		is_same(&in, &out);
		if (pid == 0)
			_exit(0);
		join((pid_t)pid);
	}
}

static volatile int *stop;

static void spin_vectors(void *seed)
{
	struct vectors in = pattern((int)(long)seed), out;

	vectors_spin(&in, &out, stop);
	is_same(&in, &out);
}

static void spin_registers(void *seed)
{
	unsigned long in[REGISTERS], out[REGISTERS];

	for (unsigned long i = 0; i < REGISTERS; i++)
		in[i] = (unsigned long)seed << 56 | i << 32 | 0x1234567 * (i + 1);
	registers_spin(in, out, stop);
	CHECK(memcmp(in, out, sizeof in) == 0);
}

/* Processes that never enter the kernel by themselves, beside one that does. */
static void beside_others(void (*f)(void *))
{
	pid_t pid[PROCESSES];
	struct vectors in, out;

	stop = shared(PAGE);
	for (long i = 0; i < PROCESSES; i++)
		pid[i] = child(f, (void *)(i + 1));
	for (int i = 0; i < 40; i++) {
		in = pattern(i);
		sleep_ns(5 * MS);
		vectors_call(&in, &out, SYS_sched_yield, 0, 0, 0);
		is_same(&in, &out);
	}
	*stop = 1;
	for (int i = 0; i < PROCESSES; i++)
		join(pid[i]);
}

static void of_processes(void) { beside_others(spin_vectors); }
static void general_registers(void) { beside_others(spin_registers); }

const struct test vector_tests[] = {
	{ "vectors_at_calls", at_calls }, { "vectors_at_faults", at_faults },
	{ "vectors_at_signals", at_signals },
	{ "vectors_at_timer", at_timer }, { "vectors_at_handled_faults", at_handled_faults },
	{ "vectors_in_frame", in_frame }, { "vectors_after_fork", after_fork },
	{ "vectors_of_processes", of_processes }, { "general_registers", general_registers }, { NULL, NULL },
};
