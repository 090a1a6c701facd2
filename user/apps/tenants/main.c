/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - tenants: two programs that do not trust each other; docs/demos/tenants.md.
 *
 * This program starts a victim, and one attacker after the other; both are the program tenant, which
 * has no rights. After each attack it asks the victim for its state, and checks how the attacker ended: with
 * an error where one is due, or stopped by its fault.
 */
#include <l4/ipc.h>
#include <pecan/demo.h>
#include <pecan/print.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <proto/tenant_client.h>
#include <stdio.h>

enum { PINGS = 100, FLOODERS = 3, LOW_PRIORITY = 50 };

static const char me[] = "tenants";
static L4_ThreadId_t victim;
static L4_Word_t victim_task;

/* FAULT: stopped by it. ERROR: every try was answered with an error. LIMIT: ended by its own limits. */
enum outcome { FAULT, ERROR, LIMIT };

static const struct { const char *name, *text; enum outcome outcome; } attacks[] = {
	{ "read", "reads where the victim's secret is", FAULT },
	{ "write", "writes there", FAULT },
	{ "read-kernel", "reads the kernel's code", FAULT },
	{ "write-kernel", "writes to it", FAULT },
	{ "read-memory", "reads memory through the kernel's own view of it", FAULT },
	{ "write-kip", "writes to the kernel interface page", FAULT },
	{ "port", "writes to the serial line's port", FAULT },
	{ "cli", "switches interrupts off", FAULT },
	{ "cr3", "loads a page table", FAULT },
	{ "msr", "reads a register of the processor's", FAULT },
	{ "spoof-id", "writes another id over its own, and sends", ERROR },
	{ "spoof-sender", "sends in the supervisor's name, by propagation", ERROR },
	{ "break-in", "sends to a victim that listens to the supervisor only", ERROR },
	{ "calls", "makes privileged system calls against the victim", ERROR },
	{ "stop", "stops the victim's thread", ERROR },
	{ "map", "maps a page to a victim that accepts none", ERROR },
	{ "overmap", "maps over the KIP and UTCB of a victim that accepts all", ERROR },
	{ "unmap", "unmaps the victim's page", ERROR },
	{ "root", "asks root for devices, other tasks and the power switch", ERROR },
	{ "sigma0", "asks sigma0 for memory", ERROR },
	{ "console", "sends the console requests that make no sense, and a false interrupt", ERROR },
	{ "memory", "takes all the memory it can get", LIMIT },
	{ "threads", "takes all the kernel memory it can get", LIMIT },
};

static void answered(enum tenant_status status)
{
	if (status != TENANT_OK)
		demo_fail(me, "the victim's answer has status %d: error %lu", status, L4_ErrorCode());
}

static bool is_intact(void)
{
	struct tenant_check_out out;

	answered(tenant_check(victim, &out));
	return out.intact;
}

static bool can_grow(void)
{
	struct tenant_grow_out out;

	answered(tenant_grow(victim, &out));
	return out.done;
}

static void ping(void)
{
	struct tenant_who_out out;

	for (unsigned i = 0; i < PINGS; i++)
		answered(tenant_who(victim, &out));
}

static L4_Word_t notes(void)
{
	struct tenant_notes_out out;

	answered(tenant_notes(victim, &out));
	return out.count;
}

static L4_Word_t attack(const char *name)
{
	L4_Word_t task;

	demo_spawn(me, "tenant", &task, "%s 0x%lx 0x%lx", name, victim.raw, L4_Myself().raw);
	return task;
}

static struct pecan_end end_of(L4_Word_t task)
{
	struct pecan_end end = { 0 };
	enum root_error e = pecan_wait(task, false, &end);

	if (e != ROOT_OK)
		demo_fail(me, "cannot wait for task %lu: %s", task, pecan_error_text(e));
	return end;
}

static void check_victim(const char *after)
{
	if (!is_intact())
		demo_fail(me, "the victim is not what it was after the attack %s", after);
	if (!can_grow())
		demo_fail(me, "the victim gets no memory and thread any more after the attack %s", after);
}

static bool is_break_in(unsigned i) { return attacks[i].name[0] == 'b'; }

static void one(unsigned i)
{
	struct pecan_end end;
	bool as_due;

	if (is_break_in(i))
		answered(tenant_closed(victim));
	end = end_of(attack(attacks[i].name));
	if (is_break_in(i))
		is_intact();
	as_due = end.how == ROOT_END_EXIT && end.status == 0;
	if (attacks[i].outcome == FAULT)
		as_due = end.how == ROOT_END_FAULT;
	else if (attacks[i].outcome == LIMIT)
		as_due |= end.how == ROOT_END_MEMORY;
	if (!as_due)
		demo_fail(me, "an attacker that %s: %s, status %ld", attacks[i].text, pecan_end_text(end.how),
			  end.status);
	check_victim(attacks[i].name);
	printf("  %s: it %s\n", attacks[i].outcome == LIMIT ? "contained" : "refused  ", attacks[i].text);
}

static void stop(L4_Word_t task)
{
	if (pecan_kill(task) != ROOT_OK || end_of(task).how != ROOT_END_KILL)
		demo_fail(me, "task %lu could not be killed", task);
}

static L4_Word_t time_used(L4_ThreadId_t thread)
{
	struct l4_inspect_thread t;
	L4_Word_t start = L4_ThreadNo(thread);

	if (!pecan_inspect(L4_INSPECT_THREAD, 0, &start, &t, sizeof t / sizeof(L4_Word_t), NULL)
	    || t.id != thread.raw)
		demo_fail(me, "the kernel's inspection does not show thread %lu.%lu", L4_ThreadNo(thread),
			  L4_Version(thread));
	return t.time_used;
}

/* An attacker that never stops computing, at the victim's own priority. */
static void hog(void)
{
	L4_ThreadId_t thread;
	L4_Word_t task;

	thread = demo_spawn(me, "tenant", &task, "time 0x%lx 0x%lx", victim.raw, L4_Myself().raw);
	while (time_used(thread) == 0)
		L4_Sleep(L4_TimePeriod(20000));
	ping();
	check_victim("time");
	printf("  contained: it computes for ever: %u questions were answered meanwhile\n", (unsigned)PINGS);
	stop(task);
}

/* One of lower priority: it gets no time at all as long as victim and supervisor have something to do. */
static void low_hog(void)
{
	char args[64];
	L4_ThreadId_t thread;
	L4_Word_t task, used;

	snprintf(args, sizeof args, "time 0x%lx 0x%lx", victim.raw, L4_Myself().raw);
	if (pecan_spawn("tenant", args, LOW_PRIORITY, &task, &thread) != ROOT_OK)
		demo_fail(me, "no attacker of a low priority could be started");
	demo_started(task);
	used = time_used(thread);
	while (time_used(thread) == used)
		L4_Sleep(L4_TimePeriod(20000));
	used = time_used(thread);
	ping();
	if (time_used(thread) != used)
		demo_fail(me, "a thread of low priority ran %lu us while others were ready",
			  time_used(thread) - used);
	printf("  contained: it does so with a low priority: it had no time while %u questions were answered\n",
	       (unsigned)PINGS);
	stop(task);
}

static void flood(void)
{
	L4_Word_t tasks[FLOODERS], before, after;

	before = notes();
	for (unsigned i = 0; i < FLOODERS; i++)
		tasks[i] = attack("flood");
	while (notes() < before + PINGS)
		L4_Sleep(L4_TimePeriod(20000));
	ping();
	after = notes();
	check_victim("flood");
	printf("  contained: %u of them flood the victim: %u questions were answered between %lu messages\n",
	       (unsigned)FLOODERS, (unsigned)PINGS, after - before);
	for (unsigned i = 0; i < FLOODERS; i++)
		stop(tasks[i]);
}

int main(void)
{
	victim = demo_spawn(me, "tenant", &victim_task, "victim");
	check_victim("no attack");
	for (unsigned i = 0; i < sizeof attacks / sizeof attacks[0]; i++)
		one(i);
	hog();
	low_hog();
	flood();
	pecan_kill(victim_task);
	demo_ok(me);
}
