/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_supervise.c - restarts, signs of life, notices, the log, memory that outlives a task.
 */
#include <string.h>
#include "system.h"

static L4_ThreadId_t first_of(const char *name)
{
	struct root_tasks_out out = { .next = 0 };

	while (root_tasks(ROOT, out.next, &out) == ROOT_OK && out.next != 0)
		if (strcmp(out.name, name) == 0 && out.end == ROOT_ALIVE)
			return out.first;
	return L4_nilthread;
}

TEST(restart_twice, "a task of `restart 2 60` that ends is started twice in a minute, not a third time")
{
	struct root_names_out names;
	L4_ThreadId_t before;

	system_boot();
	before = FIRST(0);
	for (unsigned i = 0; i < 2; i++) {
		struct root_task_of_out of;

		CHECK(root_task_of(ROOT, before, 0, &of) == ROOT_OK && root_kill(ROOT, of.task, 0) == ROOT_OK);
		machine_wait(1000000);
		machine_be(FIRST(1));
		CHECK(first_of("names").raw != before.raw && !L4_IsNilThread(first_of("names")));
		before = first_of("names");
		CHECK(root_names(ROOT, &names) == ROOT_OK && names.service.raw == before.raw);
	}
	{
		struct root_task_of_out of;

		CHECK(root_task_of(ROOT, before, 0, &of) == ROOT_OK && root_kill(ROOT, of.task, 0) == ROOT_OK);
	}
	machine_wait(1000000);
	CHECK(L4_IsNilThread(first_of("names")));
	CHECK(machine_said("names"));
}

TEST(restart_later, "restarts that are more than the time ago do not count")
{
	system_boot();
	for (unsigned i = 0; i < 4; i++) {
		struct root_task_of_out of;

		CHECK(root_task_of(ROOT, first_of("names"), 0, &of) == ROOT_OK);
		CHECK(root_kill(ROOT, of.task, 0) == ROOT_OK);
		machine_wait(40000000);
		machine_be(FIRST(1));
		CHECK(!L4_IsNilThread(first_of("names")));
	}
}

TEST(class_found, "a task that names a class of devices drives them all, and no device of another class")
{
	struct root_may_drive_out out;

	machine_boot("task names; start; rights names; memory 1M; priority 120\n"
		     "task shell; start; uses names; memory 8M; priority 100; rights kill inspect devices\n"
		     "task tool; start; pci 1:2 01.8.02; when-found; memory 1M; priority 90\n");
	machine_be(FIRST(1));
	machine_wait(1000000);
	CHECK(root_device_found(ROOT, 0xff010800) == ROOT_E_RIGHT);
	CHECK(root_device_found(ROOT, 0x10802) == ROOT_E_RIGHT);
	CHECK(root_may_drive(ROOT, L4_nilthread, 0xff010802, &out) == ROOT_OK);
	CHECK(root_may_drive(ROOT, L4_nilthread, 0xff010801, &out) == ROOT_E_RIGHT);
	CHECK(L4_IsNilThread(first_of("tool")) && root_device_found(ROOT, 0xff010802) == ROOT_OK);
	machine_wait(1000000);
	CHECK(machine.made == 3 && !L4_IsNilThread(first_of("tool")));
}

TEST(device_found, "a task of `when-found` is started when its device has been found, and once")
{
	machine_boot("task names; start; rights names; memory 1M; priority 120\n"
		     "task shell; start; uses names; memory 8M; priority 100; rights kill inspect devices\n"
		     "task tool; start; pci 8086:10d3 8086:10d4; when-found; memory 1M; priority 90\n");
	machine_be(FIRST(1));
	machine_wait(1000000);
	CHECK(machine.made == 2 && L4_IsNilThread(first_of("tool")));
	CHECK(root_device_found(ROOT, 0x808610d5) == ROOT_E_RIGHT);
	machine_wait(1000000);
	CHECK(L4_IsNilThread(first_of("tool")));
	CHECK(root_device_found(ROOT, 0x808610d4) == ROOT_OK && root_device_found(ROOT, 0x808610d3) == ROOT_OK);
	machine_wait(1000000);
	CHECK(machine.made == 3 && !L4_IsNilThread(first_of("tool")) && !machine_said("started again"));
	CHECK(root_kill(ROOT, SERVER_TASK, 0) == ROOT_OK && root_device_found(ROOT, 0x808610d3) == ROOT_OK);
	machine_wait(1000000);
	CHECK(machine.made == 3 && L4_IsNilThread(first_of("tool")));
}

TEST(life_silent, "a task that sends no heartbeat in its time is ended, reported and started again")
{
	L4_ThreadId_t before;

	system_boot();
	before = machine.deaf = FIRST(2);
	machine_be(before);
	CHECK(root_heartbeat(ROOT) == ROOT_OK);
	machine_be(FIRST(1));
	machine_wait(4000000);
	CHECK(first_of("server").raw == before.raw);
	machine_wait(60000000);
	CHECK(first_of("server").raw != before.raw);
	CHECK(machine_said("server (task 4) hangs: no heartbeat for 10 s\n"));
}

TEST(life_beats, "a task with heartbeats lives")
{
	system_boot();
	for (unsigned i = 0; i < 20; i++) {
		machine_be(FIRST(2));
		CHECK(root_heartbeat(ROOT) == ROOT_OK && root_calls(ROOT) == ROOT_OK && root_works(ROOT) == ROOT_OK);
		machine_wait(4000000);
	}
	machine_be(FIRST(1));
	CHECK(first_of("server").raw == FIRST(2).raw);
}

TEST(life_rests, "a task that waits for nothing any more is not ended for silence; once started again it is")
{
	L4_ThreadId_t before;

	system_boot();
	machine_inspect();
	before = machine.closed = FIRST(2);
	machine_be(before);
	CHECK(root_rests(ROOT) == ROOT_OK);
	machine_be(FIRST(1));
	machine_wait(60000000);
	CHECK(first_of("server").raw == before.raw);
	CHECK(root_kill(ROOT, SERVER_TASK, 0) == ROOT_OK);
	machine_wait(1000000);
	before = machine.closed = first_of("server");
	machine_wait(30000000);
	CHECK(machine_said("server (task 5) hangs: no heartbeat for 10 s\n"));
}

TEST(life_woken, "a task that is ready in each check, and was not for some time before, lives")
{
	L4_ThreadId_t before;

	system_boot();
	machine_inspect();
	before = machine.ready = FIRST(2);
	machine_wait(100000000);
	machine_be(FIRST(1));
	CHECK(first_of("server").raw == before.raw);
}

TEST(life_loops, "a task that loops from some time between two checks on is ended after 10 s to 15 s")
{
	L4_ThreadId_t before;

	system_boot();
	machine_inspect();
	before = FIRST(2);
	machine_wait(7000000);
	machine.ready = machine.deaf = before;
	machine_wait(3500000);		/* the check in this time finds idle time, too */
	machine.busy = true;
	machine_wait(6500000);
	machine_be(FIRST(1));
	CHECK(first_of("server").raw == before.raw);
	machine_wait(5000000);
	CHECK(first_of("server").raw != before.raw);
	CHECK(machine_said("server (task 4) hangs: no heartbeat for 10 s\n"));
}

TEST(life_starved, "a task that is ready and does not run is not ended if nothing that is checked takes time")
{
	L4_ThreadId_t before;

	system_boot();
	machine_inspect();
	before = FIRST(2);
	machine_wait(7000000);
	machine.ready = machine.deaf = before;
	machine.busy = machine.starves = true;
	machine_wait(100000000);
	CHECK(first_of("server").raw == before.raw);
	machine.starves = false;
	machine_wait(20000000);
	CHECK(first_of("server").raw != before.raw);
}

TEST(life_waits, "a task that waits for one thread is ended, also if it was woken before a check meanwhile")
{
	L4_ThreadId_t before;

	system_boot();
	machine_inspect();
	before = machine.closed = FIRST(2);
	machine_wait(11000000);		/* two checks */
	machine.ready = before;
	machine_wait(5000000);
	machine.ready = L4_nilthread;
	machine_wait(5000000);
	machine_be(FIRST(1));
	CHECK(first_of("server").raw != before.raw);
	CHECK(machine_said("server (task 4) hangs: no heartbeat for 10 s\n"));
}

TEST(life_calls, "a task that calls servers lives while it waits for one, and is ended when it loops")
{
	L4_ThreadId_t before;

	system_boot();
	machine_inspect();
	before = machine.closed = FIRST(2);
	machine_be(before);
	CHECK(root_calls(ROOT) == ROOT_OK);
	machine_be(FIRST(1));
	machine_wait(30000000);
	CHECK(first_of("server").raw == before.raw);
	machine.ready = before;
	machine.busy = true;
	machine_wait(16000000);
	CHECK(first_of("server").raw != before.raw);
	CHECK(machine_said("server (task 4) hangs: no heartbeat for 10 s\n"));
}

/* Server and shell may start programs of these priorities here: so the last worker has 254 after the boot. */
#define ABOVE \
	"task names; start; rights names; memory 1M; priority 120; heartbeat 10\n" \
	"task server; start; uses names; memory 2M; priority 110 253; heartbeat 10; restart 9 60\n" \
	"task shell; start; uses names server; memory 8M; priority 100 254; heartbeat 10; " \
	"kernel-memory 8M; rights spawn kill inspect spaces\n"

static void boot_above(void)
{
	machine_boot(ABOVE);
	machine_be(FIRST(2));
	CHECK(root_calls(ROOT) == ROOT_OK);
}

/*
 * The server is silent. Returns the highest priority that a worker has for the checks that find it, for its
 * end, and to start it again.
 */
static unsigned priority_of_check(void)
{
	L4_ThreadId_t before = machine.deaf = first_of("server");

	machine.highest = 0;
	for (unsigned i = 0; i < 30 && first_of("server").raw == before.raw; i++)
		machine_wait(1000000);
	CHECK(machine_said("hangs: no heartbeat for 10 s\n"));
	return machine.highest;
}

TEST(life_above, "checks, end and new start are above what is checked, not above what it may start")
{
	boot_above();
	CHECK(priority_of_check() == 121);
}

TEST(life_runner, "a task of which a thread has ended is not taken for one that leaves no time for others")
{
	struct root_thread_new_out thread;

	boot_above();
	machine_inspect();
	machine.closed = first_of("server");
	machine_be(FIRST(0));
	CHECK(root_thread_new(ROOT, 0x400100, 0x500000, 0, &thread) == ROOT_OK);
	machine.runner = thread.thread;
	machine_wait(12000000);
	CHECK(root_thread_end(ROOT, thread.thread) == ROOT_OK);
	machine_wait(4000000);
	CHECK(machine_said("server (task 3) hangs: no heartbeat for 10 s\n"));
}

TEST(life_runner_below, "a silent task of which a thread has ended is ended itself, not one above it")
{
	struct root_thread_new_out thread;

	boot_above();
	machine_inspect();
	machine.closed = FIRST(1);
	machine_be(FIRST(1));
	CHECK(root_thread_new(ROOT, 0x400100, 0x500000, 0, &thread) == ROOT_OK);
	machine.runner = thread.thread;
	machine_wait(12000000);
	CHECK(root_thread_end(ROOT, thread.thread) == ROOT_OK);
	machine.runner = FIRST(0);
	machine_wait(4000000);
	CHECK(machine_said("server (task 3) hangs: no heartbeat for 10 s\n"));
}

static L4_ThreadId_t sign, ends, other;

/* Another thread of the same task; it ends one when its wait is ended. */
static void end_at_sign(void *arg)
{
	(void)arg;
	L4_Receive(kernel_thread(NET_THREAD));
	CHECK(root_thread_priority(ROOT, ends, 200) == ROOT_OK && root_thread_end(ROOT, ends) == ROOT_OK);
	ends = L4_nilthread;
}

static void give_sign(L4_ThreadId_t thread)
{
	if (thread.raw != sign.raw)
		return;
	sign = L4_nilthread;
	kernel_cancel(other, IPC_ABSENT);
}

TEST(life_ends_meanwhile, "nor is a task of which a thread ends while a check reads the times of its threads")
{
	enum { MORE = 40, SEEN = 2, OTHER = 30 };
	struct root_thread_new_out thread[MORE];

	machine_boot("task names; start; rights names; memory 1M; priority 120 254; heartbeat 10\n"
		     "task server; start; uses names; memory 2M; priority 110; heartbeat 10; restart 9 60\n");
	machine_be(FIRST(0));
	machine_inspect();
	machine.closed = FIRST(1);
	for (unsigned i = 0; i < MORE; i++)
		CHECK(root_thread_new(ROOT, 0x400100, 0x500000, 0, &thread[i]) == ROOT_OK);
	machine.runner = thread[MORE - 1].thread;
	other = thread[OTHER].thread;
	kernel_name(kernel_start(end_at_sign, NULL), other, 1);
	machine_wait(6000000);
	sign = thread[SEEN + 4].thread;
	ends = thread[SEEN].thread;
	machine.inspected = give_sign;
	machine_wait(6000000);
	CHECK(L4_IsNilThread(ends));
	machine_wait(4000000);
	CHECK(machine_said("server (task 3) hangs: no heartbeat for 10 s\n"));
}

TEST(life_taker, "a task above a silent one that has not run is ended if one of its threads takes the time")
{
	enum { MORE = 9 };		/* a step reads the times of fewer threads of one task */
	struct root_thread_new_out thread[MORE];

	boot_above();
	machine_inspect();
	machine.closed = FIRST(1);
	machine_be(FIRST(0));
	for (unsigned i = 0; i < MORE; i++)
		CHECK(root_thread_new(ROOT, 0x400100, 0x500000, 0, &thread[i]) == ROOT_OK);
	machine_wait(12000000);
	machine.runner = thread[MORE - 2].thread;
	machine_wait(4000000);
	CHECK(machine_said("names (task 2) leaves no time for server (task 3)\n"));
}

TEST(supervisor_above, "the supervisor has a higher priority than any section can have, also a second one")
{
	L4_ThreadId_t first;

	boot_above();
	first = machine_first(SUPERVISOR_SLOT);
	CHECK(machine_priority(first) == 255);
	machine_be(FIRST(2));
	CHECK(root_kill(ROOT, SUPERVISOR_TASK, 0) == ROOT_OK);
	machine_wait(1000000);
	CHECK(machine_first(SUPERVISOR_SLOT).raw != first.raw);
	CHECK(machine_priority(machine_first(SUPERVISOR_SLOT)) == 255);
}

TEST(end_above, "an end is above what threads of the task have had, a new start has the task's priority")
{
	boot_above();
	machine_be(FIRST(1));
	CHECK(root_thread_priority(ROOT, L4_nilthread, 200) == ROOT_OK);
	CHECK(root_thread_priority(ROOT, L4_nilthread, 110) == ROOT_OK);
	machine.highest = 0;
	system_exit(0);
	machine_wait(1000000);
	CHECK(machine_said("server is started again"));
	CHECK(machine.highest == 201 && machine.priority == 110);
}

TEST(notice_end, "a server that wants notices gets one when a task ends that shared a block with it")
{
	struct root_dma_new_out block;
	struct root_dma_open_out open;
	L4_MsgTag_t tag;
	L4_Word_t word[1];

	system_boot();
	system_tool();
	CHECK(root_dma_new(ROOT, PAGE, FIRST(2), &block) == ROOT_OK);
	machine_be(FIRST(2));
	CHECK(root_want_notices(ROOT) == ROOT_OK);
	CHECK(root_dma_open(ROOT, block.block, TOOL_TASK, &open) == ROOT_OK);
	machine_be(FIRST(1));
	CHECK(root_kill(ROOT, TOOL_TASK, 0) == ROOT_OK);
	machine_wait(1000);
	CHECK(machine_sent(FIRST(2), &tag, word, 0) && L4_Label(tag) == ROOT_NOTICE);
}

static struct root_wait_out waited;
static enum root_error wait_error;
static L4_Word_t came;			/* label of the message after the answer */

static void wait_and_listen(void *child)
{
	L4_ThreadId_t from;

	wait_error = root_wait(ROOT, *(L4_Word_t *)child, 0, &waited);
	came = L4_Label(L4_Wait(&from));
}

static void exit_with(L4_Word_t status)
{
	system_exit(status);
	machine_wait(1000);
}

TEST(notice_waits, "a server that waits for an answer of root gets that, and a notice later")
{
	struct root_spawn_out one, other;
	struct root_dma_new_out block;
	struct root_dma_open_out open;

	system_boot();
	wait_error = ROOT_LATER;
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "tool", "", &other) == ROOT_OK);
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "tool", "", &one) == ROOT_OK);
	machine_be(one.first);
	CHECK(root_dma_new(ROOT, PAGE, FIRST(1), &block) == ROOT_OK);
	machine_be(FIRST(1));
	CHECK(root_want_notices(ROOT) == ROOT_OK);
	CHECK(root_dma_open(ROOT, block.block, one.task, &open) == ROOT_OK);
	machine_be(one.first);
	kernel_name(kernel_start(wait_and_listen, &other.task), FIRST(1), 1);
	machine_wait(1000);
	exit_with(1);
	CHECK(wait_error == ROOT_LATER);
	machine_be(other.first);
	exit_with(2);
	CHECK(wait_error == ROOT_OK && waited.task == other.task && waited.exit_status == 2 && came == 0);
	machine_wait(10000000);
	CHECK(came == ROOT_NOTICE);
}

TEST(keep_memory, "memory of `keep` has its bytes when its task is started again; others have none")
{
	struct root_keep_out keep, again;
	struct root_task_of_out of;
	L4_Word_t item[2] = { 0, 0 };
	char *memory;

	system_boot();
	CHECK(root_keep(ROOT, &keep) != ROOT_OK);
	machine_be(FIRST(0));
	CHECK(root_keep(ROOT, &keep) == ROOT_OK && keep.bytes == 16384);
	for (unsigned i = 0; i < 4 && item[1] == 0; i++)
		machine_fault(2, keep.address, 0x400100, item);
	CHECK(item[1] != 0);
	memory = machine_memory(item);
	strcpy(memory, "kept");
	machine_be(FIRST(1));
	CHECK(root_task_of(ROOT, FIRST(0), 0, &of) == ROOT_OK && root_kill(ROOT, of.task, 0) == ROOT_OK);
	machine_wait(1000000);
	machine_be(first_of("names"));
	CHECK(root_keep(ROOT, &again) == ROOT_OK);
	item[1] = 0;
	for (unsigned i = 0; i < 4 && item[1] == 0; i++)
		machine_fault(2, again.address, 0x400100, item);
	CHECK(machine_memory(item) == memory && strcmp(memory, "kept") == 0);
}

TEST(keep_touched, "a page of `keep` is zeroed memory, which is free until it is touched")
{
	struct root_memory_out before, after;
	struct root_keep_out keep;
	L4_Word_t item[2] = { 0, 0 };

	system_boot();
	machine_be(FIRST(0));
	CHECK(root_keep(ROOT, &keep) == ROOT_OK);
	for (unsigned i = 0; i < 4 && item[1] == 0; i++)
		machine_fault(2, keep.address, 0x400100, item);
	CHECK(root_memory(ROOT, &before) == ROOT_OK);
	item[1] = 0;
	machine_fault(2, keep.address + PAGE, 0x400100, item);
	CHECK(item[1] != 0 && *(char *)machine_memory(item) == 0);
	CHECK(root_memory(ROOT, &after) == ROOT_OK && before.free - after.free == PAGE);
	CHECK(before.kept - after.kept == PAGE);
}

static char taken[4096];

static void read_log(void *arg)
{
	struct root_log_read_out log;

	(void)arg;
	while (root_log_read(ROOT, &log) == ROOT_OK)
		strncat(taken, log.text, log.text_bytes);
}

TEST(log_lines, "lines of programs get their names, and reach the serial line, or the program that reads")
{
	struct root_thread_new_out reader;

	system_boot();
	CHECK(root_thread_new(ROOT, 0x400100, 0x500000, 0, &reader) == ROOT_OK);
	system_tool();
	CHECK(root_log_write(ROOT, "before") == ROOT_OK);
	CHECK(machine_said("tool: before\n"));
	kernel_name(kernel_start(read_log, NULL), reader.thread, 1);
	machine_wait(1000);
	CHECK(root_log_write(ROOT, "now") == ROOT_OK && root_log_write(ROOT, "and then") == ROOT_OK);
	machine_wait(1000);
	CHECK(strcmp(taken, "tool: now\ntool: and then\n") == 0);
	machine.text[machine.bytes] = 0;
	CHECK(!strstr(machine.text, "now"));
}

TEST(notice_log, "a thread that waits for text of the log does not get a notice for it")
{
	struct root_spawn_out one;
	struct root_dma_new_out block;
	struct root_dma_open_out open;

	system_boot();
	*taken = 0;
	CHECK(root_want_notices(ROOT) == ROOT_OK);
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "tool", "", &one) == ROOT_OK);
	machine_be(one.first);
	CHECK(root_dma_new(ROOT, PAGE, FIRST(1), &block) == ROOT_OK);
	machine_be(FIRST(1));
	CHECK(root_dma_open(ROOT, block.block, one.task, &open) == ROOT_OK);
	kernel_name(kernel_start(read_log, NULL), FIRST(1), 1);
	machine_wait(1000);
	machine_be(one.first);
	exit_with(1);
	machine_be(FIRST(0));
	CHECK(root_log_write(ROOT, "text") == ROOT_OK);
	machine_wait(1000);
	CHECK(strcmp(taken, "names: text\n") == 0);
}
