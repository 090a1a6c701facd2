/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - tasks that end at any moment of what root does for them, for tests/system/programs/races: there an
 * instruction is a nanosecond.
 *
 *   racer KIND       starts task after task that makes requests of that kind without end, and kills each a
 *                    little later than the one before; then all memory, kernel memory and task records are as
 *                    before
 *   racer family     the same, but kills each with the children that it starts: none is left at once
 *   racer start      a thread kills each task at another moment of its start: refused, or killed
 *   racer supervisor TIMES
 *                    ends `victim`, which is started again, and the supervisor each time at another moment of
 *                    that: then each of both is there once, and as many tasks as before
 *   racer bomb       starts two of its kind and ends, so that none has a parent for long: without end
 *   racer off US     turns the machine off after so many us, while tasks make requests of all kinds
 *
 * With further words it is one of those tasks.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/addresses.h>
#include <pecan/device.h>
#include <pecan/dma.h>
#include <pecan/memory.h>
#include <pecan/print.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <pecan/thread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <x2/inspect.h>

enum {
	ROUNDS = 150, WARM = 20, BELOW = 100, SPIN_STEP = 37, SPINS = 500, STEP_US = 7, LATEST_US = 120,
	START_US = 500, STARTS = 400, SLACK = 16 << 10, SETTLE = 2000, END_STEP_US = 3, END_LATEST_US = 900,
	AREA = 0x40000, STEP = 0x9000, LINE = 11, PORT = 0x280, PORTS_LOG2 = 3, ROM = 0xc0000, ROM_BYTES = 0x4000,
};

static void sleep_us(L4_Word_t us)
{
	if (us > 0)
		L4_Sleep(L4_TimePeriod(us));
}

/* ---- what the tasks do: false, if a request is refused ---- */

static bool memory(void)
{
	char *at = pecan_map(AREA);

	if (at == 0)
		return false;
	for (L4_Word_t i = 0; i < AREA; i += STEP)
		at[i] = 1;
	return pecan_seal(at, false) == ROOT_OK && pecan_unmap(at) == ROOT_OK;
}

static bool block(void)
{
	struct pecan_dma d;

	return pecan_dma_new(AREA, L4_nilthread, &d) == ROOT_OK && pecan_dma_free(&d) == ROOT_OK;
}

static void wait_for_ever(void *unused)
{
	(void)unused;
	L4_Sleep(L4_Never);
}

static bool thread(void)
{
	static char stack[256] __attribute__((aligned(16)));
	L4_ThreadId_t id;

	return pecan_thread_new((L4_Word_t)wait_for_ever, PECAN_CALLED_SP((L4_Word_t)(stack + sizeof stack)), 1,
				&id) == ROOT_OK && pecan_thread_end(id) == ROOT_OK;
}

static bool child(void)
{
	struct pecan_end end;
	L4_Word_t task;

	return pecan_spawn("racer", "child nothing", BELOW, &task, 0) == ROOT_OK
	       && pecan_wait(task, false, &end) == ROOT_OK && end.how == ROOT_END_EXIT;
}

static bool device(void)
{
	void *at;

	return pecan_phys(ROM, ROM_BYTES, &at) == ROOT_OK && pecan_irq_attach(LINE, L4_nilthread) == ROOT_OK
	       && pecan_ports(PORT, PORTS_LOG2) == ROOT_OK && pecan_unmap(at) == ROOT_OK
	       && pecan_irq_detach(LINE) == ROOT_OK && pecan_ports_free(PORT, PORTS_LOG2) == ROOT_OK;
}

static bool family(void)
{
	L4_Word_t task;

	return pecan_spawn("racer", "start nothing", BELOW, &task, 0) == ROOT_OK && pecan_kill(task) == ROOT_OK
	       && pecan_wait(task, false, &(struct pecan_end){ 0 }) == ROOT_OK;
}

/* us: after which the task is ended, at the latest. */
static const struct kind { const char *name; bool (*request)(void); unsigned us; } kinds[] = {
	{ "memory", memory, LATEST_US }, { "block", block, LATEST_US }, { "thread", thread, LATEST_US },
	{ "child", child, LATEST_US }, { "device", device, LATEST_US }, { "family", family, START_US },
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static const struct kind *kind_of(const char *name)
{
	for (unsigned i = 0; i < KINDS; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return 0;
}

/* A task: says that it is there, takes some instructions, and makes requests without end. */
static int be_task(const struct kind *k, const char *parent, const char *spins)
{
	L4_ThreadId_t to = { .raw = strtoul(parent, 0, 0) };

	if (to.raw != 0)
		L4_Send(to);
	for (volatile unsigned long n = strtoul(spins, 0, 0); n > 0; n--)
		;
	while (k->request())
		;
	return 1;
}

/* ---- the race ---- */

struct state { L4_Word_t tasks, free, kept, kmem; };

static L4_Word_t count_tasks(void)
{
	struct pecan_task t;
	L4_Word_t n = 0;

	for (L4_Word_t at = 0; pecan_next_task(&at, &t); )
		n++;
	return n;
}

static struct state look(void)
{
	struct l4_inspect_system s = { 0 };
	struct pecan_memory m = { 0 };
	L4_Word_t start = 0;

	pecan_memory(&m);
	pecan_inspect(L4_INSPECT_SYSTEM, 0, &start, &s, sizeof(s) / sizeof(L4_Word_t), 0);
	return (struct state){ count_tasks(), m.free, m.kept, s.kmem_used };
}

static bool differ(L4_Word_t a, L4_Word_t b) { return a > b + SLACK || b > a + SLACK; }

/* Console and shell may have touched a page or two; something lost in each tenth round is more. */
static bool has_lost(const struct state *a, const struct state *b)
{
	return a->tasks != b->tasks || differ(a->free, b->free) || differ(a->kept, b->kept)
	       || differ(a->kmem, b->kmem);
}

/* Tasks of tasks that were killed end by themselves; one that is starting is not counted. */
static void settle(L4_Word_t tasks)
{
	sleep_us(2 * START_US);
	for (unsigned i = 0; i < SETTLE && count_tasks() != tasks; i++)
		sleep_us(1000);
}

/* Kill a task after so many us of its requests; false: it was not running any more. */
static bool round_of(const struct kind *k, unsigned n)
{
	struct pecan_end end;
	L4_ThreadId_t first;
	L4_Word_t task;
	char args[64];

	snprintf(args, sizeof(args), "%s task %#lx %u", k->name, L4_Myself().raw, n * SPIN_STEP % SPINS);
	if (pecan_spawn("racer", args, BELOW, &task, &first) != ROOT_OK)
		return false;
	L4_Receive(first);
	sleep_us(1 + n * STEP_US % k->us);
	return (k->request == family ? pecan_kill_family(task) : pecan_kill(task)) == ROOT_OK
	       && pecan_wait(task, false, &end) == ROOT_OK && end.how == ROOT_END_KILL;
}

static int race(const struct kind *k)
{
	struct state before, after;

	before = look();
	for (unsigned n = 0; n < WARM + ROUNDS; n++) {
		if (n == WARM) {
			settle(before.tasks);
			before = look();
		}
		if (!round_of(k, n)) {
			printf("racer: %s: task %u was refused something\n", k->name, n);
			return 1;
		}
		if (k->request == family && count_tasks() != before.tasks) {
			printf("racer: family: a child of task %u is left\n", n);
			return 1;
		}
	}
	settle(before.tasks);
	after = look();
	printf("racer: %s: tasks %lu %lu, free %lu %lu, kept %lu %lu, kernel %lu %lu\n", k->name, before.tasks,
	       after.tasks, before.free, after.free, before.kept, after.kept, before.kmem, after.kmem);
	return has_lost(&before, &after);
}

/* ---- killed while it starts ---- */

static struct { L4_Word_t task, us; enum root_error result; } kill_order;

/* A thread above the one that starts tasks: kills what has that number after that time. */
static void killer(void *arg)
{
	L4_ThreadId_t *main_thread = arg;

	for (;;) {
		L4_Receive(*main_thread);
		sleep_us(kill_order.us);
		kill_order.result = pecan_kill(kill_order.task);
		L4_Set_MsgTag(L4_Niltag);
		L4_Send(*main_thread);
	}
}

/* Returns whether the kill came too early, or too late to be refused; -1: neither. */
static int kill_at(L4_ThreadId_t thread, unsigned us, L4_Word_t *last)
{
	struct pecan_end end;
	L4_Word_t task;
	bool early;

	kill_order.task = *last + 1;
	kill_order.us = us;
	L4_Set_MsgTag(L4_Niltag);
	L4_Send(thread);
	if (pecan_spawn("racer", "start nothing", BELOW, &task, 0) != ROOT_OK)
		return -1;
	L4_Receive(thread);
	*last = task;
	early = kill_order.result == ROOT_E_TASK;
	if ((early && pecan_kill(task) != ROOT_OK) || (!early && kill_order.result != ROOT_OK))
		return -1;
	return pecan_wait(task, false, &end) == ROOT_OK && end.how == ROOT_END_KILL ? early : -1;
}

static int start(void)
{
	L4_ThreadId_t me = L4_Myself(), thread;
	struct state before, after;
	L4_Word_t last;
	unsigned early = 0;

	if (pecan_thread_start(killer, &me, 119, &thread) != ROOT_OK
	    || pecan_spawn("racer", "child nothing", BELOW, &last, 0) != ROOT_OK)
		return 1;
	pecan_kill(last);
	pecan_wait(last, false, &(struct pecan_end){ 0 });
	before = look();
	for (unsigned us = 0; us < STARTS; us++) {
		int e = kill_at(thread, us, &last);

		if (e < 0) {
			printf("racer: start: neither refused nor killed after %u us\n", us);
			return 1;
		}
		early += (unsigned)e;
	}
	after = look();
	printf("racer: start: refused %u, killed %u; tasks %lu %lu, free %lu %lu, kernel %lu %lu\n", early,
	       STARTS - early, before.tasks, after.tasks, before.free, after.free, before.kmem, after.kmem);
	return early == 0 || early == STARTS || has_lost(&before, &after);
}

/* ---- the supervisor ---- */

/* The task of that name; 0: there is none, or more than one. */
static L4_Word_t only(const char *name)
{
	struct pecan_task t;
	L4_Word_t found = 0;
	unsigned n = 0;

	for (L4_Word_t at = 0; pecan_next_task(&at, &t); )
		if (strcmp(t.name, name) == 0 && t.ended == ROOT_ALIVE) {
			found = t.task;
			n++;
		}
	return n == 1 ? found : 0;
}

/* Waits until both are new ones, and all other tasks as before. */
static bool come_back(L4_Word_t victim, L4_Word_t supervisor, L4_Word_t tasks)
{
	for (unsigned i = 0; i < SETTLE; i++) {
		L4_Word_t v = only("victim"), s = only("supervisor");

		if (v != 0 && v != victim && s != 0 && s != supervisor && count_tasks() == tasks)
			return true;
		sleep_us(1000);
	}
	return false;
}

static int end_supervisor(unsigned times)
{
	L4_ThreadId_t me = L4_Myself(), thread;
	L4_Word_t tasks = count_tasks();

	if (pecan_thread_start(killer, &me, 119, &thread) != ROOT_OK)
		return 1;
	for (unsigned n = 0; n < times; n++) {
		L4_Word_t victim = only("victim");

		kill_order.task = only("supervisor");
		kill_order.us = n * END_STEP_US % END_LATEST_US;
		L4_Set_MsgTag(L4_Niltag);
		L4_Send(thread);
		if (pecan_kill(victim) != ROOT_OK)
			return 1;
		L4_Receive(thread);
		if (kill_order.result != ROOT_OK || !come_back(victim, kill_order.task, tasks)) {
			printf("racer: supervisor: ended after %lu us: victim %lu, supervisor %lu, tasks %lu %lu\n",
			       kill_order.us, only("victim"), only("supervisor"), tasks, count_tasks());
			return 1;
		}
		sleep_us(100000);		/* `restart` counts a second */
	}
	printf("racer: supervisor: ended %u times\n", times);
	return 0;
}

/* Of the tasks that other tasks have started only so many of a section are there. */
static int bomb(void)
{
	for (unsigned n = 0; n < 2; )
		if (pecan_spawn("racer", "bomb", BELOW, 0, 0) == ROOT_OK)
			n++;
		else
			sleep_us(START_US);
	return 0;
}

static int off(const char *us)
{
	for (unsigned i = 0; i < KINDS; i++) {
		char args[64];

		snprintf(args, sizeof(args), "%s task 0 0", kinds[i].name);
		if (pecan_spawn("racer", args, BELOW, 0, 0) != ROOT_OK)
			return 1;
	}
	sleep_us(strtoul(us, 0, 0));
	pecan_power(ROOT_POWER_OFF, 0);
	return 1;
}

int main(int argc, char **argv)
{
	const struct kind *k = argc > 1 ? kind_of(argv[1]) : 0;

	if (argc == 3 && strcmp(argv[2], "nothing") == 0) {
		if (strcmp(argv[1], "start") == 0)
			wait_for_ever(0);
		return 0;
	}
	if (argc == 3 && strcmp(argv[1], "off") == 0)
		return off(argv[2]);
	if (argc == 2 && strcmp(argv[1], "start") == 0)
		return start();
	if (argc == 3 && strcmp(argv[1], "supervisor") == 0)
		return end_supervisor((unsigned)strtoul(argv[2], 0, 0));
	if (argc == 2 && strcmp(argv[1], "bomb") == 0)
		return bomb();
	if (k == 0)
		return 2;
	return argc == 5 ? be_task(k, argv[3], argv[4]) : race(k);
}
