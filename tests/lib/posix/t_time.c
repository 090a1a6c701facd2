/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_time.c - clocks, sleep, futexes, timers.
 */
#include <linux/futex.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>
#include "px.h"

enum { US = 1000000 };

TEST(clock_boot, "clocks other than the date count from boot")
{
	struct timespec t;

	kernel_set_clock(12345678);
	CHECK(px(SYS_clock_gettime, CLOCK_MONOTONIC, &t) == 0 && t.tv_sec == 12 && t.tv_nsec == 345678000);
	CHECK(px(SYS_clock_gettime, CLOCK_BOOTTIME, &t) == 0 && t.tv_sec == 12 && date.requests == 0);
	CHECK(px(SYS_clock_getres, CLOCK_MONOTONIC, &t) == 0 && t.tv_sec == 0 && t.tv_nsec == 1000);
	CHECK(px(SYS_clock_getres, CLOCK_MONOTONIC, NULL) == 0);
}

TEST(clock_unknown, "clocks that there are not are EINVAL in each call; no wait is for CPU time: ENOTSUP")
{
	static const long clocks[] = { 77, 10, 12, -1, 1l << 31, -6 - (99 << 3), -2 - (99 << 3) };
	struct timespec t = { 1, 0 };

	for (unsigned i = 0; i < sizeof clocks / sizeof *clocks; i++) {
		CHECK(px(SYS_clock_gettime, clocks[i], &t) == -EINVAL);
		CHECK(px(SYS_clock_getres, clocks[i], &t) == -EINVAL);
		CHECK(px(SYS_clock_settime, clocks[i], &t) == -EINVAL);
		CHECK(px(SYS_clock_nanosleep, clocks[i], 0, &t, NULL) == -EINVAL);
	}
	for (long clock = 0; clock < 12; clock++)
		if (clock != 10)
			CHECK(px(SYS_clock_gettime, clock, &t) == 0 && px(SYS_clock_getres, clock, NULL) == 0);
	CHECK(px(SYS_clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, 0, &t, NULL) == -ENOTSUP);
	CHECK(px(SYS_clock_getres, -6, &t) == 0);		/* of this process, as clock_getcpuclockid asks */
	CHECK(px(SYS_clock_gettime, (-1 - px(SYS_gettid)) * 8 + 6, &t) == 0);
}

/* ---- mutexes that inherit priorities, as musl locks them ---- */

static int pi;
static long pi_result[2];

static void lock_pi(void *result)
{
	*(long *)result = px(SYS_futex, &pi, FUTEX_LOCK_PI | FUTEX_PRIVATE_FLAG, 0, NULL);
	px(SYS_sched_yield);
	if (*(long *)result == 0)
		*(long *)result = px(SYS_futex, &pi, FUTEX_UNLOCK_PI | FUTEX_PRIVATE_FLAG) == 0 ? 1 : -EPERM;
}

TEST(pi_lock, "a PI lock is one thread's, is waited for by all others, and left by its owner only")
{
	struct timespec soon = { DATE + 1, 0 }, wrong = { 0, -1 };
	long self = px(SYS_gettid);

	CHECK(px(SYS_futex, &pi, FUTEX_LOCK_PI, 0, NULL) == 0 && pi == self);
	CHECK(px(SYS_futex, &pi, FUTEX_LOCK_PI, 0, NULL) == -EDEADLK);
	kernel_start(lock_pi, &pi_result[0]);
	kernel_start(lock_pi, &pi_result[1]);
	px(SYS_sched_yield);
	px(SYS_sched_yield);
	CHECK(pi < 0 && (pi & 0x3fffffff) == self && pi_result[0] == 0 && pi_result[1] == 0);
	CHECK(px(SYS_futex, &pi, FUTEX_UNLOCK_PI) == 0);
	for (unsigned i = 0; i < 8; i++)
		px(SYS_sched_yield);
	CHECK(pi_result[0] == 1 && pi_result[1] == 1 && pi == 0);
	pi = (int)self + 1;
	CHECK(px(SYS_futex, &pi, FUTEX_UNLOCK_PI) == -EPERM);
	CHECK(px(SYS_futex, &pi, FUTEX_TRYLOCK_PI) == -EAGAIN);
	CHECK(px(SYS_futex, &pi, FUTEX_LOCK_PI, 0, &wrong) == -EINVAL);
	CHECK(px(SYS_futex, &pi, FUTEX_LOCK_PI, 0, &soon) == -ETIMEDOUT && kernel_now() == 2 * US);
	pi = FUTEX_OWNER_DIED;
	CHECK(px(SYS_futex, &pi, FUTEX_LOCK_PI, 0, NULL) == 0 && pi == (FUTEX_OWNER_DIED | self));
}

TEST(sleep_period, "nanosleep sleeps for its period, rounded up; 0 returns at once; wrong periods are EINVAL")
{
	struct timespec t = { 2, 1 }, zero = { 0, 0 }, rest = { 7, 7 };
	struct timespec wrong[4] = { { -1, 0 }, { 0, -1 }, { 0, 1000000000 }, { -1, -1 } };
	unsigned long before = kernel_now();

	CHECK(px(SYS_nanosleep, &t, NULL) == 0 && kernel_now() - before == 2000001);
	before = kernel_now();
	CHECK(px(SYS_nanosleep, &zero, &rest) == 0 && kernel_now() == before && rest.tv_sec == 7);
	for (unsigned i = 0; i < 4; i++) {
		CHECK(px(SYS_nanosleep, &wrong[i], NULL) == -EINVAL);
		CHECK(px(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &wrong[i], NULL) == -EINVAL);
	}
	CHECK(kernel_now() == before);
}

static void sleep_here(void *period)
{
	px(SYS_nanosleep, period, NULL);
}

TEST(wait_reported, "the first wait of the first thread is reported to root, once, and no other thread's")
{
	struct timespec t = { 0, 1000 };

	kernel_start(sleep_here, &t);
	px(SYS_sched_yield);
	px(SYS_clock_gettime, CLOCK_REALTIME, &t);
	CHECK(root.calls == 0);
	t = (struct timespec){ 0, 1000 };
	CHECK(px(SYS_nanosleep, &t, NULL) == 0 && root.calls == 1);
	CHECK(px(SYS_nanosleep, &t, NULL) == 0 && root.calls == 1);
}

TEST(sleep_absolute, "clock_nanosleep until a time: of boot, of the date; a time in the past returns at once")
{
	struct timespec t = { 5, 0 }, date = { 1700000010, 0 }, past = { 3, 0 }, old = { 1000, 0 };
	struct timespec zero = { 0, 0 };
	unsigned long before;

	CHECK(px(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == 0);
	CHECK(kernel_now() == 5 * US);
	before = kernel_now();
	CHECK(px(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &past, NULL) == 0);
	CHECK(px(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &zero, NULL) == 0);
	CHECK(px(SYS_clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, &old, NULL) == 0);
	CHECK(kernel_now() == before);
	CHECK(px(SYS_clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, &date, NULL) == 0);
	CHECK(kernel_now() == 11 * US);
	CHECK(px(SYS_clock_nanosleep, CLOCK_REALTIME, 0, &past, NULL) == 0);
	CHECK(kernel_now() == 14 * US);
}

static void handler(int signal)
{
	(void)signal;
}

static long handle(int signal, void (*fn)(int), unsigned long flags)
{
	struct action a = { .handler = fn, .flags = flags };

	return px(SYS_rt_sigaction, signal, &a, NULL, 8);
}

static void send(void *signal)
{
	px_signal_send(MAIN_THREAD, (int)(long)signal);
}

static void start_send(void *signal)
{
	kernel_start(send, signal);
}

TEST(sleep_signal, "a signal with a handler ends a sleep, which says what is left")
{
	struct timespec t = { 10, 0 }, rest = { 0, 0 };

	CHECK(handle(SIGUSR1, handler, SA_RESTART) == 0);
	kernel_at(kernel_now() + 4 * US, start_send, (void *)SIGUSR1);
	CHECK(px(SYS_nanosleep, &t, &rest) == -EINTR && rest.tv_sec == 6 && rest.tv_nsec == 0);
	kernel_at(kernel_now() + US, start_send, (void *)SIGUSR1);
	CHECK(px(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &t, &rest) == -EINTR && rest.tv_sec == 9);
}

/* ---- futexes ---- */

static int word;
static long results[4];
static unsigned waited;

static void wait_word(void *timeout)
{
	unsigned n = waited++;

	results[n] = px(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 1, timeout);
}

TEST(futex_value, "FUTEX_WAIT of another value is EAGAIN; commands that there are not ENOSYS")
{
	word = 2;
	CHECK(px(SYS_futex, &word, FUTEX_WAIT, 1, NULL) == -EAGAIN);
	CHECK(px(SYS_futex, &word, FUTEX_WAKE_OP, 0, NULL) == -ENOSYS);
}

TEST(futex_timeout, "FUTEX_WAIT ends after its timeout, and a wrong timeout is EINVAL")
{
	struct timespec t = { 1, 500000000 }, wrong = { 0, -1 };
	unsigned long before = kernel_now();

	CHECK(px(SYS_futex, &word, FUTEX_WAIT, 0, &t) == -ETIMEDOUT && kernel_now() - before == 1500000);
	CHECK(px(SYS_futex, &word, FUTEX_WAIT, 0, &wrong) == -EINVAL);
	CHECK(px(SYS_futex, &word, FUTEX_WAKE, 1) == 0);
}

TEST(futex_expired, "FUTEX_WAIT whose time has passed ends at once, and is no waiter any more")
{
	struct timespec none = { 0, 0 };
	unsigned long before = kernel_now();

	CHECK(px(SYS_futex, &word, FUTEX_WAIT, 0, &none) == -ETIMEDOUT && kernel_now() == before);
	CHECK(px(SYS_futex, &word, FUTEX_WAKE, 1) == 0);
}

TEST(futex_wake, "FUTEX_WAKE wakes as many as it says, those that wait longest first")
{
	word = 1;
	for (unsigned i = 0; i < 4; i++) {
		results[i] = 99;
		kernel_start(wait_word, NULL);
	}
	px(SYS_sched_yield);
	CHECK(waited == 4 && px(SYS_futex, &word, FUTEX_WAKE, 2) == 2);
	px(SYS_sched_yield);
	CHECK(results[0] == 0 && results[1] == 0 && results[2] == 99 && results[3] == 99);
	CHECK(px(SYS_futex, &results, FUTEX_WAKE, 100) == 0 && px(SYS_futex, &word, FUTEX_WAKE, 100) == 2);
	CHECK(px(SYS_futex, &word, FUTEX_WAKE, 100) == 0);
}

TEST(futex_requeue, "FUTEX_REQUEUE wakes those that it would move, too, however many they may be")
{
	word = 1;
	for (unsigned i = 0; i < 4; i++)
		kernel_start(wait_word, NULL);
	px(SYS_sched_yield);
	CHECK(px(SYS_futex, &word, FUTEX_REQUEUE, 1, 1, &waited) == 2);
	CHECK(px(SYS_futex, &word, FUTEX_REQUEUE, 1, 0x7fffffff, &waited) == 2);
}

TEST(futex_signal, "a signal ends a futex wait; after SA_RESTART it is repeated if it has no timeout")
{
	struct timespec t = { 10, 0 };
	unsigned long before = kernel_now();

	word = 1;
	CHECK(handle(SIGUSR1, handler, SA_RESTART) == 0);
	kernel_at(before + US, start_send, (void *)SIGUSR1);
	CHECK(px(SYS_futex, &word, FUTEX_WAIT, 1, &t) == -EINTR && kernel_now() - before == US);
	CHECK(handle(SIGUSR2, handler, 0) == 0);
	kernel_at(kernel_now() + US, start_send, (void *)SIGUSR1);
	kernel_at(kernel_now() + 2 * US, start_send, (void *)SIGUSR2);
	CHECK(px(SYS_futex, &word, FUTEX_WAIT, 1, NULL) == -EINTR && kernel_now() - before == 3 * US);
}

/* ---- timers ---- */

/* As musl has it. */
struct event { union sigval value; int signal, notify, thread; };

static unsigned alarms;
static siginfo_t last;

static unsigned long expiries, not_timers;

static void count(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	alarms++;
	last = *info;
	expiries += 1 + (unsigned)info->si_overrun;
	not_timers += info->si_code != SI_TIMER;
}

static long handle_info(int signal)
{
	struct action a = { .action = count, .flags = SA_SIGINFO };

	return px(SYS_rt_sigaction, signal, &a, NULL, 8);
}

TEST(timer_interval, "setitimer sends SIGALRM after its time and each interval; getitimer has the rest")
{
	struct itimerval t = { { 2, 0 }, { 5, 0 } }, now, zero = { { 0, 0 }, { 0, 0 } };
	struct timespec second = { 1, 0 };
	unsigned long before = kernel_now();

	CHECK(handle_info(SIGALRM) == 0 && px(SYS_setitimer, ITIMER_REAL, &t, NULL) == 0);
	CHECK(px(SYS_nanosleep, &second, NULL) == 0 && px(SYS_getitimer, ITIMER_REAL, &now) == 0);
	CHECK(now.it_value.tv_sec == 4 && now.it_value.tv_usec == 0 && now.it_interval.tv_sec == 2);
	CHECK(px(SYS_pause) == -EINTR && kernel_now() - before == 5 * US && alarms == 1);
	CHECK(px(SYS_pause) == -EINTR && kernel_now() - before == 7 * US && alarms == 2);
	CHECK(px(SYS_setitimer, ITIMER_REAL, &zero, &now) == 0 && now.it_value.tv_sec == 2);
	CHECK(px(SYS_getitimer, ITIMER_REAL, &now) == 0 && now.it_value.tv_sec == 0);
	CHECK(now.it_value.tv_usec == 0);
	second.tv_sec = 10;
	CHECK(px(SYS_nanosleep, &second, NULL) == 0 && alarms == 2);
}

static unsigned unlocks;

/* After so many locks that the timers' thread has released, the main thread runs, which waits for `word`. */
static void let_main_run(void)
{
	if (L4_ThreadNo(L4_Myself()) == MAIN_THREAD || --unlocks)
		return;
	px_unlocked = NULL;
	px_futex_wake(&word, 1);
	L4_ThreadSwitch(L4_nilthread);
}

TEST(timer_ended, "no SIGALRM comes after setitimer(0), whichever lock the timers' thread has released")
{
	struct itimerval soon = { { 0, 0 }, { 1, 0 } }, zero = { { 0, 0 }, { 0, 0 } };
	struct timespec second = { 1, 0 };
	unsigned seen;

	CHECK(handle_info(SIGALRM) == 0);
	for (unsigned n = 1; n <= 8; n++) {
		CHECK(px(SYS_setitimer, ITIMER_REAL, &soon, NULL) == 0);
		px(SYS_sched_yield);
		unlocks = n;
		px_unlocked = let_main_run;
		word = 1;
		px(SYS_futex, &word, FUTEX_WAIT, 1, NULL);
		CHECK(px(SYS_setitimer, ITIMER_REAL, &zero, NULL) == 0);
		seen = alarms;
		px_unlocked = NULL;
		CHECK(px(SYS_nanosleep, &second, NULL) == 0 && alarms == seen);
	}
}

TEST(timer_wrong, "interval timers: wrong times are EINVAL, those of the CPU's time ENOSYS, no thread ENOMEM")
{
	struct itimerval t = { { 0, 0 }, { 0, 1000000 } };

	CHECK(px(SYS_setitimer, ITIMER_REAL, &t, NULL) == -EINVAL);
	t.it_value.tv_usec = -1;
	CHECK(px(SYS_setitimer, ITIMER_REAL, &t, NULL) == -EINVAL);
	CHECK(px(SYS_setitimer, ITIMER_PROF, &t, NULL) == -ENOSYS && px(SYS_getitimer, 9, &t) == -EINVAL);
	t.it_value.tv_usec = 5;
	root.thread_new = ROOT_E_LIMIT;
	CHECK(px(SYS_setitimer, ITIMER_REAL, &t, NULL) == -ENOMEM);
	root.thread_new = ROOT_OK;
	CHECK(px(SYS_setitimer, ITIMER_REAL, &t, NULL) == 0);
}

TEST(timer_create, "a timer sends its signal with its value; overruns are those since the last was taken")
{
	struct event e = { { .sival_int = 42 }, SIGUSR1, SIGEV_SIGNAL, 0 };
	struct itimerspec t = { { 1, 0 }, { 3, 0 } }, now;
	unsigned long mask = 1ul << (SIGUSR1 - 1), none = 0;
	struct timespec wait = { 6, 500000000 };
	int id;

	CHECK(handle_info(SIGUSR1) == 0 && px(SYS_timer_create, CLOCK_MONOTONIC, &e, &id) == 0);
	CHECK(px(SYS_timer_settime, id, 0, &t, NULL) == 0 && px(SYS_pause) == -EINTR && alarms == 1);
	CHECK(last.si_code == SI_TIMER && last.si_value.sival_int == 42 && last.si_overrun == 0);
	CHECK(last.si_timerid == id && px(SYS_timer_getoverrun, id) == 0);
	CHECK(px(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, 8) == 0);
	CHECK(px(SYS_nanosleep, &wait, NULL) == 0);
	CHECK(alarms == 1 && px(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, 8) == 0 && alarms == 2);
	CHECK(last.si_overrun == 5 && px(SYS_timer_getoverrun, id) == 5);
	CHECK(px(SYS_timer_gettime, id, &now) == 0 && now.it_value.tv_sec == 0);
	CHECK(now.it_value.tv_nsec == 500000000 && now.it_interval.tv_sec == 1);
	CHECK(px(SYS_timer_delete, id) == 0 && px(SYS_timer_delete, id) == -EINVAL);
	CHECK(px(SYS_timer_gettime, id, &now) == -EINVAL && px(SYS_timer_getoverrun, id) == -EINVAL);
	CHECK(px(SYS_nanosleep, &wait, NULL) == 0 && alarms == 2);
}

/* After so many locks that the main thread has released, the timers' thread runs for two seconds. */
static void let_timers_run(void)
{
	if (L4_ThreadNo(L4_Myself()) != MAIN_THREAD || --unlocks)
		return;
	px_unlocked = NULL;
	L4_Sleep(L4_TimePeriod(2 * US));
}

TEST(timer_described, "each signal of a timer is described as such, and each expiry is one or an overrun, "
     "whichever lock was released last before the timer expires again")
{
	struct event e = { { .sival_int = 42 }, SIGUSR1, SIGEV_SIGNAL, 0 };
	struct itimerspec t = { { 1, 0 }, { 1, 0 } };
	unsigned long begin = kernel_now();
	int id;

	CHECK(handle_info(SIGUSR1) == 0 && px(SYS_timer_create, CLOCK_MONOTONIC, &e, &id) == 0);
	CHECK(px(SYS_timer_settime, id, 0, &t, NULL) == 0);
	for (unsigned n = 1; n <= 12; n++) {
		unlocks = n;
		px_unlocked = let_timers_run;
		CHECK(px(SYS_pause) == -EINTR);
		px_unlocked = NULL;
		CHECK(not_timers == 0 && last.si_value.sival_int == 42);
	}
	for (unsigned n = 0; n < 3; n++) {
		CHECK(px(SYS_pause) == -EINTR);
		CHECK(not_timers == 0 && expiries == (kernel_now() - begin) / US);
	}
}

static void count_plain(int signal)
{
	(void)signal;
	alarms++;
}

TEST(timer_plain, "a timer whose signal was ignored or had a handler without siginfo sends it again, and "
     "a signal of kill is none of the timer's then")
{
	struct event e = { { .sival_int = 42 }, SIGUSR1, SIGEV_SIGNAL, 0 };
	struct itimerspec t = { { 1, 0 }, { 1, 0 } }, none = { { 0, 0 }, { 0, 0 } };
	struct timespec wait = { 2, 500000000 };
	int id;

	CHECK(handle(SIGUSR1, SIG_IGN, 0) == 0 && px(SYS_timer_create, CLOCK_MONOTONIC, &e, &id) == 0);
	CHECK(px(SYS_timer_settime, id, 0, &t, NULL) == 0 && px(SYS_nanosleep, &wait, NULL) == 0);
	CHECK(handle(SIGUSR1, count_plain, 0) == 0);
	CHECK(px(SYS_pause) == -EINTR && px(SYS_pause) == -EINTR && alarms == 2);
	CHECK(px(SYS_timer_settime, id, 0, &none, NULL) == 0 && handle_info(SIGUSR1) == 0);
	CHECK(px(SYS_kill, px(SYS_getpid), SIGUSR1) == 0 && alarms == 3 && last.si_code == SI_USER);
}

/* After expire_once, with a signal that was ignored or dropped: is the next one described as one of kill? */
static bool is_user_of_kill(void)
{
	return handle_info(SIGUSR1) == 0 && px(SYS_kill, px(SYS_getpid), SIGUSR1) == 0 && alarms == 1
	    && last.si_code == SI_USER;
}

static void expire_once(void)
{
	struct event e = { { .sival_int = 42 }, SIGUSR1, SIGEV_SIGNAL, 0 };
	struct itimerspec t = { { 0, 0 }, { 1, 0 } };
	struct timespec wait = { 2, 0 };
	int id;

	CHECK(px(SYS_timer_create, CLOCK_MONOTONIC, &e, &id) == 0 && px(SYS_timer_settime, id, 0, &t, NULL) == 0);
	CHECK(px(SYS_nanosleep, &wait, NULL) == 0 && alarms == 0);
}

TEST(timer_ignored, "a signal of kill is none of the timer's whose signal was ignored")
{
	CHECK(handle(SIGUSR1, SIG_IGN, 0) == 0);
	expire_once();
	CHECK(is_user_of_kill());
}

TEST(timer_dropped, "a signal of kill is none of the timer's whose signal was blocked, and then dropped")
{
	unsigned long usr1 = 1ul << (SIGUSR1 - 1);

	CHECK(handle_info(SIGUSR1) == 0 && px(SYS_rt_sigprocmask, SIG_BLOCK, &usr1, NULL, 8) == 0);
	expire_once();
	CHECK(handle(SIGUSR1, SIG_IGN, 0) == 0 && px(SYS_rt_sigprocmask, SIG_UNBLOCK, &usr1, NULL, 8) == 0);
	CHECK(is_user_of_kill());
}

TEST(timer_two, "two timers with one signal: each sends its own")
{
	struct event e = { { .sival_int = 42 }, SIGUSR1, SIGEV_SIGNAL, 0 };
	struct itimerspec t = { { 0, 0 }, { 1, 0 } };
	int id, other;

	CHECK(handle_info(SIGUSR1) == 0 && px(SYS_timer_create, CLOCK_MONOTONIC, &e, &id) == 0);
	CHECK(px(SYS_timer_create, CLOCK_MONOTONIC, &e, &other) == 0);
	CHECK(px(SYS_timer_settime, id, 0, &t, NULL) == 0 && px(SYS_timer_settime, other, 0, &t, NULL) == 0);
	CHECK(px(SYS_pause) == -EINTR && alarms == 2 && last.si_code == SI_TIMER && last.si_timerid == other);
}

TEST(timer_absolute, "a timer for a time that has passed fires at once; for one of the date then")
{
	struct itimerspec past = { { 0, 0 }, { 0, 1 } }, date = { { 0, 0 }, { 1700000004, 0 } }, old;
	struct itimerspec before_boot = { { 0, 0 }, { 1000, 0 } };
	unsigned long before = kernel_now();
	int id, other;

	CHECK(handle_info(SIGALRM) == 0 && px(SYS_timer_create, CLOCK_MONOTONIC, NULL, &id) == 0);
	CHECK(px(SYS_timer_settime, id, TIMER_ABSTIME, &past, NULL) == 0);
	CHECK(px(SYS_pause) == -EINTR && alarms == 1 && kernel_now() == before);
	CHECK(last.si_value.sival_int == id);
	CHECK(px(SYS_timer_create, CLOCK_REALTIME, NULL, &other) == 0 && other != id);
	CHECK(px(SYS_timer_settime, other, TIMER_ABSTIME, &date, NULL) == 0);
	CHECK(px(SYS_timer_settime, other, TIMER_ABSTIME, &date, &old) == 0 && old.it_value.tv_sec == 4);
	CHECK(px(SYS_pause) == -EINTR && alarms == 2 && kernel_now() == before + 4 * US);
	CHECK(px(SYS_timer_settime, other, TIMER_ABSTIME, &before_boot, NULL) == 0);
	CHECK(px(SYS_pause) == -EINTR && alarms == 3 && kernel_now() == before + 4 * US);
}

TEST(timer_most, "there are 31 timers; wrong clocks, signals, threads and ids are EINVAL")
{
	struct event wrong = { { 0 }, 65, SIGEV_SIGNAL, 0 }, nothing = { { 0 }, 0, SIGEV_NONE, 0 };
	struct event thread = { { 0 }, SIGUSR1, SIGEV_THREAD_ID, -5 };
	struct itimerspec t = { { 0, 0 }, { 0, -1 } };
	int id;

	CHECK(px(SYS_timer_create, CLOCK_PROCESS_CPUTIME_ID, NULL, &id) == -EINVAL);
	CHECK(px(SYS_timer_create, CLOCK_MONOTONIC, &wrong, &id) == -EINVAL);
	CHECK(px(SYS_timer_create, CLOCK_MONOTONIC, &thread, &id) == -EINVAL);
	for (int i = 1; i < 32; i++)
		CHECK(px(SYS_timer_create, CLOCK_MONOTONIC, &nothing, &id) == 0 && id == i);
	CHECK(px(SYS_timer_create, CLOCK_MONOTONIC, &nothing, &id) == -EAGAIN);
	CHECK(px(SYS_timer_settime, 3, 0, &t, NULL) == -EINVAL);
	CHECK(px(SYS_timer_settime, 0, 0, &t, NULL) == -EINVAL);
	CHECK(px(SYS_timer_delete, 7) == 0 && px(SYS_timer_create, CLOCK_BOOTTIME, &nothing, &id) == 0);
	CHECK(id == 7);
}

TEST(timer_thread, "a timer can send its signal to one thread")
{
	struct event e = { { 0 }, SIGUSR1, SIGEV_THREAD_ID, 0 };
	struct itimerspec t = { { 0, 0 }, { 1, 0 } };
	int id;

	e.thread = (int)px(SYS_gettid);
	CHECK(e.thread == MAIN_THREAD && handle_info(SIGUSR1) == 0);
	CHECK(px(SYS_timer_create, CLOCK_MONOTONIC, &e, &id) == 0);
	CHECK(px(SYS_timer_settime, id, 0, &t, NULL) == 0);
	CHECK(px(SYS_pause) == -EINTR && alarms == 1 && last.si_signo == SIGUSR1);
}
