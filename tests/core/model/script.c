/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * script.c - scripts from the beginning: playing, random ones, shrinking, printing; and differences.
 */
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <core/check.h>
#include "engine.h"
#include "world.h"

sigjmp_buf differed;
static char difference[512];
unsigned model_fault;

static uint64_t seed;

unsigned dice(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

double seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- differences ---- */

static void say(const char *format, va_list args)
{
	vsnprintf(difference, sizeof(difference), format, args);
}

void differ(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
	siglongjmp(differed, 1);
}

/* A check of the world's own: a call failed that must not. */
void test_fail(const char *file, int line, const char *format, ...)
{
	char what[256];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	differ("%s:%d: %s", file, line, what);
}

/*
 * Of the processor's time, for one script or for all steps from one state, which take a small part of one.
 * They are counted one by one, so that a jump of that clock is no hang.
 */
enum { HANG_S = 20 };
static volatile sig_atomic_t seconds;

static void crashed(int signal)
{
	if (signal == SIGVTALRM && ++seconds < HANG_S)
		return;
	differ(signal == SIGVTALRM ? "the core hangs" : "the core crashed: signal %d", signal);
}

void expect_end(void)
{
	static const struct itimerval second = { { .tv_sec = 1 }, { .tv_sec = 1 } };

	seconds = 0;
	setitimer(ITIMER_VIRTUAL, &second, 0);
}

/*
 * A panic of the kernel comes by the same way as a difference, but without a text. The handler has a stack of
 * its own, so that it also runs when the core has used up the program's.
 */
void catch_crashes(void)
{
	static char stack[1 << 16];
	const stack_t other = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction crash = { .sa_handler = crashed, .sa_flags = SA_NODEFER | SA_ONSTACK };

	sigaltstack(&other, 0);
	sigaction(SIGSEGV, &crash, 0);
	sigaction(SIGBUS, &crash, 0);
	sigaction(SIGFPE, &crash, 0);
	sigaction(SIGVTALRM, &crash, 0);
	host_stop_to = &differed;
}

void note_difference(struct script *s)
{
	size_t tail = host.console_len < 300 ? host.console_len : 300;

	if (!difference[0])
		snprintf(difference, sizeof(difference), "the kernel stopped: ...%s",
			 host.console + host.console_len - tail);
	memcpy(s->difference, difference, sizeof(difference));
	difference[0] = 0;
}

/* ---- invariants: the linker puts __wrap_kernel_check in the place of kernel_check ---- */

void __real_kernel_check(struct thread *self);
void __wrap_kernel_check(struct thread *self);

static bool check_each_entry;

void __wrap_kernel_check(struct thread *self)
{
	if (check_each_entry)
		__real_kernel_check(self);
}

void check_core(void)
{
	__real_kernel_check(world_current());
}

/* ---- playing ---- */

/* The copy of the beginning of the game that was played last. */
static const struct game *begun;
static struct copy *beginning;

void begin(const struct game *g)
{
	if (begun != g) {
		if (beginning)
			copy_drop(beginning);
		beginning = 0;		/* boot may end in script_fails */
		begun = 0;
		g->boot();
		beginning = copy_new(g);
		copy_take(beginning);
		begun = g;
	}
	copy_back(beginning);
	host.console_len = 0;
	expect_end();
}

bool script_fails(struct script *s)
{
	volatile unsigned at = 0;

	if (sigsetjmp(differed, 1)) {
		check_each_entry = false;
		note_difference(s);
		if (at < s->length)
			s->length = at + 1;
		return true;
	}
	begin(s->game);
	check_each_entry = true;
	for (at = 0; at < s->length; at++)
		s->game->play(s->step[at]);
	if (s->game->probe)
		s->game->probe();
	check_each_entry = false;
	return false;
}

static void cut(struct script *s, unsigned at, unsigned n)
{
	memmove(s->step + at, s->step + at + n, (s->length - at - n) * sizeof(s->step[0]));
	s->length -= n;
}

/* Pieces of half the script, of a quarter, ..., of one step: out with each that is not needed. */
void script_shrink(struct script *s)
{
	static struct script shorter;

	for (unsigned piece = s->length; piece > 0; piece /= 2)
		for (unsigned at = 0; at + piece <= s->length; ) {
			shorter = *s;
			cut(&shorter, at, piece);
			if (script_fails(&shorter))
				*s = shorter;
			else
				at++;
		}
}

void script_print(const struct script *s)
{
	char text[200];

	printf("%s: model and core differ: %s\n", s->game->name, s->difference);
	for (unsigned i = 0; i < s->length; i++) {
		s->game->say(s->step[i], text, sizeof(text));
		printf("  %2u. %s\n", i + 1, text);
	}
}

/* ---- random ---- */

/* One script, noted as it is played; invariants are looked at now and then. */
static bool play_one(struct script *s, unsigned length, struct figures *f)
{
	if (sigsetjmp(differed, 1)) {
		note_difference(s);
		return true;
	}
	begin(s->game);
	for (s->length = 0; s->length < length; ) {
		struct step next = s->game->random();

		s->step[s->length++] = next;
		if (!s->game->play(next)) {
			s->length--;
			continue;
		}
		f->steps++;
		if (s->length % 16 == 0)
			check_core();
	}
	if (s->game->probe)
		s->game->probe();
	return false;
}

static bool more(const struct random *r, unsigned played, double start)
{
	return r->seconds > 0 ? seconds_now() - start < r->seconds : played < r->count;
}

bool play_random(const struct game *g, const struct random *r, struct figures *f, struct script *s)
{
	double start = seconds_now();
	bool fails = false;

	*f = (struct figures){ .depth = r->length };
	s->game = g;
	for (unsigned i = 0; !fails && more(r, i, start); i++) {
		s->number = r->first + i;
		seed = s->number * 7919u + 17;
		fails = play_one(s, r->length, f);
	}
	if (fails)
		script_shrink(s);
	f->seconds = seconds_now() - start;
	return fails;
}
