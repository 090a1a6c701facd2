/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_tasks.c - starts, ends, threads, and what tasks may know of each other.
 */
#include <string.h>
#include "system.h"

TEST(task_three, "the tasks of `start` have numbers by their order, behind the supervisor, and run at once")
{
	struct root_tasks_out out = { .next = 0 };
	static const char *const names[] = { "names", "shell", "server" };

	system_boot();
	CHECK(root_tasks(ROOT, 0, &out) == ROOT_OK && out.task == 1 && strcmp(out.name, "supervisor") == 0);
	for (unsigned i = 0; i < 3; i++) {
		CHECK(root_tasks(ROOT, out.next, &out) == ROOT_OK && out.next != 0);
		CHECK(out.task == i + NAMES_TASK && out.parent == 0 && out.threads == 1 && out.end == ROOT_ALIVE);
		CHECK(strcmp(out.name, names[i]) == 0 && out.first.raw == FIRST(i).raw);
	}
	CHECK(out.memory_limit == 2 << 20 && out.memory > 0);
	CHECK(root_tasks(ROOT, out.next, &out) == ROOT_OK && out.next == 0);
}

TEST(task_spawn, "a child runs, has its parent, ends with its status, which its parent gets once")
{
	struct root_spawn_out child;
	struct root_task_of_out of;
	struct root_wait_out end;
	L4_Word_t ip, sp;

	system_boot();
	CHECK(root_wait(ROOT, 0, 0, &end) == ROOT_E_TASK);
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "tool", "a \"b c\"", &child) == ROOT_OK);
	CHECK(child.task == TOOL_TASK && machine_started(child.first, &ip, &sp));
	CHECK(root_wait(ROOT, 0, ROOT_WAIT_POLL, &end) == ROOT_OK && end.task == 0);
	machine_be(child.first);
	CHECK(root_task_of(ROOT, L4_nilthread, 0, &of) == ROOT_OK);
	CHECK(of.task == TOOL_TASK && of.parent == SHELL_TASK && strcmp(of.name, "tool") == 0);
	system_exit(77);
	machine_be(FIRST(1));
	CHECK(root_wait(ROOT, 0, 0, &end) == ROOT_OK);
	CHECK(end.task == TOOL_TASK && end.end == ROOT_END_EXIT && end.exit_status == 77);
	CHECK(root_wait(ROOT, 0, 0, &end) == ROOT_E_TASK);
	CHECK(root_task_of(ROOT, L4_nilthread, TOOL_TASK, &of) == ROOT_E_TASK);
}

TEST(task_arguments, "arguments that do not fit, names that are none, priorities above the own are refused")
{
	char many[2 * (ROOT_ARGS_MAX + 2)];
	struct root_spawn_out child;

	system_boot();
	for (unsigned i = 0; i < sizeof many; i++)
		many[i] = i % 2 ? ' ' : 'a';
	many[sizeof many - 1] = 0;
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "tool", many, &child) == ROOT_E_ARGS);
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "nothing", "", &child) == ROOT_E_NAME);
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "odd", "", &child) == ROOT_E_IMAGE);
	CHECK(root_spawn(ROOT, 151, L4_nilthread, "tool", "", &child) == ROOT_E_ARGUMENT);
	CHECK(root_spawn(ROOT, 256, L4_nilthread, "tool", "", &child) == ROOT_E_ARGUMENT);
	CHECK(root_spawn(ROOT, 0, FIRST(0), "tool", "", &child) == ROOT_E_TASK);
	CHECK(root_spawn(ROOT, 150, FIRST(1), "tool", "", &child) == ROOT_OK);
}

TEST(task_wide, "of a section with more memory than the machine has the memory is the error, not the image")
{
	struct root_spawn_out child;

	machine_boot(SYSTEM "\tmemory 65M; kernel-memory 4M\n");
	machine_be(FIRST(1));
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "tool", "", &child) == ROOT_E_MEMORY);
	CHECK(machine_said("`memory` of its section is 66560 KiB"));
}

TEST(task_refused, "a start that the kernel refuses leaves nothing: memory, threads, record")
{
	struct root_memory_out before, after;
	struct root_spawn_out child;

	system_boot();
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "tool", "", &child) == ROOT_OK);
	CHECK(root_kill(ROOT, child.task, 0) == ROOT_OK);
	CHECK(root_memory(ROOT, &before) == ROOT_OK);
	for (unsigned i = 1; i <= 2; i++) {
		machine.refuse = i;
		machine.error = 8;
		CHECK(root_spawn(ROOT, 0, L4_nilthread, "tool", "", &child) == ROOT_E_KMEM);
		CHECK(root_memory(ROOT, &after) == ROOT_OK && after.free == before.free && after.kept == before.kept);
	}
	machine.refuse_space = 1;
	machine.error = 6;
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "tool", "", &child) == ROOT_E_ABSENT);
	CHECK(machine_said("the kernel refused its kernel memory, KIP or UTCB area: error 6"));
	CHECK(root_memory(ROOT, &after) == ROOT_OK && after.free == before.free);
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "tool", "", &child) == ROOT_OK);
}

TEST(task_kill, "children can be ended, others with the right; a task without it ends neither")
{
	struct root_wait_out end;
	L4_ThreadId_t tool;

	system_boot();
	tool = system_tool();
	CHECK(root_kill(ROOT, NAMES_TASK, 0) == ROOT_E_RIGHT && root_kill(ROOT, 99, 0) == ROOT_E_TASK);
	machine_be(FIRST(1));
	CHECK(root_kill(ROOT, TOOL_TASK, 0) == ROOT_OK && machine.deleted == 1);
	CHECK(root_wait(ROOT, TOOL_TASK, 0, &end) == ROOT_OK && end.end == ROOT_END_KILL);
	machine_be(tool);				/* it is no thread of a task: no answer */
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = ROOT_NAMES << 16 });
	CHECK(L4_IpcFailed(L4_Call_Timeouts(ROOT, L4_Never, L4_TimePeriod(1000000))));
}

static struct root_wait_out waited;
static enum root_error wait_error = ROOT_LATER;

static void wait_for_child(void *arg)
{
	(void)arg;
	wait_error = root_wait(ROOT, 0, 0, &waited);
}

TEST(task_waits, "a thread waits for the end of a child while others of its task run")
{
	struct root_thread_new_out other;
	struct root_spawn_out child;

	system_boot();
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "tool", "", &child) == ROOT_OK);
	CHECK(root_thread_new(ROOT, 0x400100, 0x500000, 0, &other) == ROOT_OK);
	kernel_name(kernel_start(wait_for_child, NULL), other.thread, 1);
	machine_wait(1000);
	CHECK(wait_error == ROOT_LATER);
	CHECK(root_kill(ROOT, child.task, 0) == ROOT_OK);
	machine_wait(1000);
	CHECK(wait_error == ROOT_OK && waited.task == child.task && waited.end == ROOT_END_KILL);
}

TEST(task_orphans, "the children of a task that ends continue, without a parent")
{
	struct root_spawn_out shell, tool;
	struct root_task_of_out of;

	system_boot();
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "shell", "", &shell) == ROOT_OK);
	machine_be(shell.first);
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "tool", "", &tool) == ROOT_OK);
	machine_be(FIRST(1));
	CHECK(root_kill(ROOT, shell.task, 0) == ROOT_OK);
	machine_wait(1000);
	CHECK(root_task_of(ROOT, L4_nilthread, tool.task, &of) == ROOT_OK && of.parent == 0);
	CHECK(machine.deleted == 1);
}

static void start_tool(void *arg)
{
	struct root_spawn_out tool;

	(void)arg;
	root_spawn(ROOT, 0, L4_nilthread, "tool", "", &tool);
}

/* Those behind the supervisor. */
static unsigned tasks(void)
{
	struct root_tasks_out out = { .next = 0 };
	unsigned n = 0;

	while (root_tasks(ROOT, out.next, &out) == ROOT_OK && out.next != 0)
		n++;
	return n - 1;
}

/* A shell starts the tool, and ends so many turns of other threads later. Returns true if the tool ran. */
static bool ended_after(unsigned turns, L4_Word_t flags)
{
	struct root_spawn_out shell;
	struct root_wait_out end;
	bool runs;

	CHECK(root_spawn(ROOT, 0, L4_nilthread, "shell", "", &shell) == ROOT_OK);
	kernel_name(kernel_start(start_tool, NULL), shell.first, 1);
	for (unsigned i = 0; i < turns; i++)
		L4_ThreadSwitch(L4_nilthread);
	runs = tasks() == 5;
	CHECK(root_kill(ROOT, shell.task, flags) == ROOT_OK);
	CHECK(root_wait(ROOT, shell.task, 0, &end) == ROOT_OK && end.end == ROOT_END_KILL);
	return runs;
}

TEST(task_family, "of a family the children end too, at each moment of their start; all memory is free then")
{
	struct root_memory_out before, after;
	unsigned turns = 0, halfway = 0;

	system_boot();
	CHECK(ended_after(1000, ROOT_KILL_FAMILY));		/* what all tasks of a program share stays */
	CHECK(root_memory(ROOT, &before) == ROOT_OK);
	for (bool runs = false; !runs; turns++) {
		unsigned made = machine.made;

		runs = ended_after(turns, ROOT_KILL_FAMILY);
		halfway += !runs && machine.made == made + 2;
		CHECK(tasks() == 3 && !machine_said("tool"));
		CHECK(root_memory(ROOT, &after) == ROOT_OK && after.free == before.free);
	}
	CHECK(halfway > 0);
}

static void start_shell(void *level)
{
	struct root_spawn_out shell;
	unsigned depth = (unsigned)(unsigned long)level;

	if (root_spawn(ROOT, 0, L4_nilthread, "shell", "", &shell) == ROOT_OK && depth > 0)
		kernel_name(kernel_start(start_shell, (void *)(unsigned long)(depth - 1)), shell.first, 1);
	root_spawn(ROOT, 0, L4_nilthread, "tool", "", &shell);
	L4_Sleep(L4_Never);
}

TEST(task_descendants, "children of children end too; the parent of the family does not")
{
	struct root_spawn_out shell;

	system_boot();
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "shell", "", &shell) == ROOT_OK);
	kernel_name(kernel_start(start_shell, (void *)2ul), shell.first, 1);
	machine_wait(100000);
	CHECK(tasks() == 3 + 1 + 2 * 3);
	CHECK(root_kill(ROOT, shell.task, ROOT_KILL_FAMILY) == ROOT_OK && tasks() == 4);
	CHECK(root_kill(ROOT, NAMES_TASK, ROOT_KILL_FAMILY) == ROOT_OK);
	CHECK(machine_said("names (task 2) was killed"));
}

static L4_Word_t head;			/* the task of a family that was started first */
static bool is_killed;

static void kill_head(void *arg)
{
	(void)arg;
	is_killed = root_kill(ROOT, head, ROOT_KILL_FAMILY) == ROOT_OK;
	L4_Sleep(L4_Never);
}

/* A further thread of the shell, of that priority. */
static void shell_thread(void (*fn)(void *arg), unsigned priority)
{
	struct root_thread_new_out out;

	machine_be(FIRST(1));
	CHECK(root_thread_new(ROOT, 0x400100, 0x500000, priority, &out) == ROOT_OK);
	kernel_name(kernel_start(fn, NULL), out.thread, 1);
}

/* The end of the family of this task begins, and has deleted so many threads. */
static void begin_to_kill(L4_Word_t task, unsigned deleted)
{
	head = task;
	machine.deleted = 0;
	shell_thread(kill_head, 0);
	while (machine.deleted < deleted)
		L4_ThreadSwitch(L4_nilthread);
	CHECK(!is_killed);
}

TEST(task_family_exit, "a child that ends by itself meanwhile leaves no children of its own")
{
	struct root_spawn_out shell, child, tool;

	system_boot();
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "shell", "", &shell) == ROOT_OK);
	machine_be(shell.first);
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "shell", "", &child) == ROOT_OK);
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "tool", "", &tool) == ROOT_OK);
	machine_be(child.first);
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "tool", "", &tool) == ROOT_OK);
	begin_to_kill(shell.task, 1);
	machine_be(child.first);
	system_exit(0);
	machine_be(FIRST(1));
	machine_wait(1000);
	CHECK(is_killed && tasks() == 4 && machine.deleted == 4);
}

/* Shell and server together may have more memory than there is; the tool is below the shell. */
#define LOW \
	"task names; start; rights names; memory 1M; priority 120\n" \
	"task shell; start; memory 40M; reserve 1M; priority 100 150; rights spawn kill inspect\n" \
	"task server; start; memory 40M; reserve 1M; priority 110\n" \
	"task tool; memory 1M; kernel-memory 1M; priority 90; rights spawn\n"

/* TURNS: until root has received the request of a new thread, and no worker has sent a result since. */
enum { TURNS = 2, RAISED = 149 };

/* The tool that the shell has started has started another one. */
static void start_low_family(void)
{
	struct root_spawn_out child;

	machine_boot(LOW);
	machine_be(FIRST(1));
	system_tool();
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "tool", "", &child) == ROOT_OK);
	machine_be(FIRST(1));
}

/* While its end waits for that of its child a thread of a higher priority begins with `then`. */
static void end_low_family(void (*then)(void *arg))
{
	begin_to_kill(TOOL_TASK, 2);
	machine.priority = 0;
	shell_thread(then, RAISED);
	for (unsigned i = 0; i < TURNS; i++)
		L4_ThreadSwitch(L4_nilthread);
	CHECK(machine.priority == RAISED && tasks() == 5 && !is_killed);
	machine_wait(1000);
	CHECK(is_killed);
}

static void wait_for_head(void *arg)
{
	(void)arg;
	wait_error = root_wait(ROOT, head, 0, &waited);
	L4_Sleep(L4_Never);
}

TEST(task_family_raised, "the end of a child has the priority of the threads that wait for its parent's end")
{
	start_low_family();
	end_low_family(wait_for_head);
	CHECK(wait_error == ROOT_OK && waited.task == TOOL_TASK && tasks() == 3);
}

enum { ROOM = 40 << 20, PIECE = 4 << 20 };

static enum root_error populate_error = ROOT_LATER;

static void populate(void *arg)
{
	struct root_populate_out at;

	(void)arg;
	populate_error = root_populate(ROOT, PIECE, 0, &at);
	L4_Sleep(L4_Never);
}

TEST(task_family_hurry, "it has that of the threads that wait for memory")
{
	struct root_populate_out at;
	enum root_error e;

	start_low_family();
	machine_be(FIRST(2));
	CHECK(root_populate(ROOT, ROOM - PIECE, 0, &at) == ROOT_OK);
	machine_be(FIRST(1));
	do
		e = root_populate(ROOT, PIECE, 0, &at);
	while (e == ROOT_OK);
	CHECK(e == ROOT_E_POOL);
	end_low_family(populate);
	CHECK(populate_error == ROOT_E_POOL && tasks() == 4);
}

TEST(thread_new, "threads begin where they are to, up to 128; the places of ended ones are free again")
{
	L4_ThreadId_t fifth = L4_nilthread;
	struct root_thread_new_out out;
	struct root_wait_out end;
	L4_Word_t ip, sp;

	system_boot();
	system_tool();
	CHECK(root_thread_new(ROOT, ~0ul, 0, 0, &out) == ROOT_E_ARGUMENT);
	CHECK(root_thread_new(ROOT, 0x400100, 0, 91, &out) == ROOT_E_ARGUMENT);
	for (unsigned i = 1; i < ROOT_TASK_THREADS; i++) {
		CHECK(root_thread_new(ROOT, 0x400100 + i, 0x500000, 0, &out) == ROOT_OK);
		CHECK(machine_started(out.thread, &ip, &sp) && ip == 0x400100 + i && sp == 0x500000);
		if (i == 5)
			fifth = out.thread;
	}
	CHECK(root_thread_new(ROOT, 0x400100, 0x500000, 0, &out) == ROOT_E_LIMIT);
	CHECK(root_thread_priority(ROOT, fifth, 1) == ROOT_OK);
	CHECK(root_thread_priority(ROOT, L4_nilthread, 91) == ROOT_E_ARGUMENT);
	CHECK(root_thread_priority(ROOT, FIRST(0), 1) == ROOT_E_TASK);
	CHECK(root_thread_end(ROOT, FIRST(0)) == ROOT_E_TASK);
	CHECK(root_thread_end(ROOT, fifth) == ROOT_OK && root_thread_end(ROOT, fifth) == ROOT_E_TASK);
	CHECK(root_thread_new(ROOT, 0x400100, 0x500000, 0, &out) == ROOT_OK);
	CHECK(L4_ThreadNo(out.thread) == L4_ThreadNo(fifth) && out.thread.raw != fifth.raw);
	machine_be(FIRST(1));
	CHECK(root_kill(ROOT, TOOL_TASK, 0) == ROOT_OK && machine.deleted == ROOT_TASK_THREADS + 1);
	CHECK(root_wait(ROOT, 0, 0, &end) == ROOT_OK);
}

TEST(thread_last, "the end of the last thread is the end of the task, with status 0")
{
	struct root_wait_out end;

	system_boot();
	system_tool();
	L4_LoadMR(1, 0);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = ROOT_THREAD_END << 16 | 1 });
	CHECK(L4_IpcSucceeded(L4_Send(ROOT)));
	machine_be(FIRST(1));
	CHECK(root_wait(ROOT, 0, 0, &end) == ROOT_OK && end.end == ROOT_END_EXIT && end.exit_status == 0);
}

TEST(task_rights, "a task without the rights may neither start others, nor read the log, nor switch off")
{
	struct root_spawn_out child;
	struct root_log_read_out log;
	struct root_inspect_out record;
	struct root_dma_new_out block;
	struct root_framebuffer_out screen;

	system_boot();
	system_tool();
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "tool", "", &child) == ROOT_E_RIGHT);
	CHECK(root_log_read(ROOT, &log) == ROOT_E_RIGHT);
	CHECK(root_power(ROOT, ROOT_POWER_OFF, 0) == ROOT_E_RIGHT);
	CHECK(root_inspect(ROOT, 0, 0, 0, &record) == ROOT_E_RIGHT);
	CHECK(root_framebuffer(ROOT, &screen) == ROOT_E_RIGHT);
	CHECK(root_device_give(ROOT, TOOL_TASK, ROOT_IRQS, 9, 9) == ROOT_E_RIGHT);
	CHECK(root_dma_new(ROOT, ROOT_DMA_MAX + 1, L4_nilthread, &block) == ROOT_E_ARGUMENT);
	machine_be(FIRST(1));
	CHECK(root_power(ROOT, 2, 0) == ROOT_E_ARGUMENT && root_power(ROOT, ROOT_POWER_OFF, 3) == ROOT_E_ABSENT);
	CHECK(machine_said("this machine took none of root's ways to turn off it"));
	CHECK(root_inspect(ROOT, 0, 0, 0, &record) == ROOT_E_ABSENT);
}

#define TENANTS \
	"task names; start; rights names\ntask shell; start; rights spawn kill\n" \
	"task server; start; provides service; restart 1 60\ntask tool; rights spawn; provides plain\n"

/* A task of the program, started by the test's thread, provides the name. */
static enum root_error provides(const char *program, const char *name)
{
	L4_ThreadId_t self = L4_MyGlobalId();
	struct root_spawn_out out;
	enum root_error e = root_spawn(ROOT, 0, L4_nilthread, program, "", &out);

	machine_be(FIRST(0));
	if (e == ROOT_OK)
		e = root_may_provide(ROOT, out.first, name);
	machine_be(self);
	return e;
}

TEST(task_provides, "a server's names are for root's task, and for one of a parent with the right kill")
{
	machine_boot(TENANTS);
	machine_be(FIRST(1));
	CHECK(root_kill(ROOT, SERVER_TASK, 0) == ROOT_OK);	/* it is started again once */
	machine_wait(1000);
	CHECK(root_kill(ROOT, SERVER_TASK + 1, 0) == ROOT_OK && machine_said("server has ended 2 times"));
	CHECK(provides("server", "service") == ROOT_OK && provides("server", "plain") == ROOT_E_RIGHT);
	system_child("tool");
	CHECK(provides("server", "service") == ROOT_E_RIGHT && provides("tool", "plain") == ROOT_OK);
	system_child("shell");
	CHECK(provides("server", "service") == ROOT_OK);
}

TEST(task_provides_later, "another task has no server's names, also when its parent has ended")
{
	struct root_spawn_out shell, server;

	machine_boot(TENANTS);
	system_child("tool");
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "shell", "", &shell) == ROOT_OK);
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "server", "", &server) == ROOT_OK);
	system_exit(0);
	machine_wait(1000);
	machine_be(FIRST(0));
	CHECK(root_may_provide(ROOT, server.first, "service") == ROOT_E_RIGHT);
	CHECK(root_may_provide(ROOT, FIRST(2), "service") == ROOT_OK);
	machine_be(shell.first);
	CHECK(provides("server", "service") == ROOT_E_RIGHT);
}

TEST(task_limit, "the tasks of a section that others have started are counted until their records are freed")
{
	struct root_spawn_out child;
	struct root_wait_out end;

	machine_boot("task names; start; rights names\ntask shell; start; rights spawn kill inspect\n"
		     "task tool; start; tasks 2; restart 2 60\n");
	machine_be(FIRST(1));
	for (unsigned i = 0; i < 2; i++)
		CHECK(root_spawn(ROOT, 0, L4_nilthread, "tool", "", &child) == ROOT_OK);
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "tool", "", &child) == ROOT_E_LIMIT);
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "shell", "", &child) == ROOT_OK);
	CHECK(root_kill(ROOT, SERVER_TASK, 0) == ROOT_OK);	/* root's own is none of them, and is started again */
	machine_wait(1000);
	CHECK(tasks() == 3 + 3);
	CHECK(root_kill(ROOT, TOOL_TASK, 0) == ROOT_OK);
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "tool", "", &child) == ROOT_E_LIMIT);
	CHECK(root_wait(ROOT, TOOL_TASK, 0, &end) == ROOT_OK);
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "tool", "", &child) == ROOT_OK);
}

TEST(task_names, "the name service is known to all; the description says which task may provide a name")
{
	struct root_names_out names;
	struct root_may_use_out use;
	struct root_paths_out paths;
	struct root_disk_out part;

	system_boot();
	system_tool();
	CHECK(root_names(ROOT, &names) == ROOT_OK && names.service.raw == FIRST(0).raw);
	machine_be(FIRST(0));
	CHECK(root_may_provide(ROOT, FIRST(2), "service") == ROOT_OK);
	CHECK(root_may_provide(ROOT, FIRST(2), "other") == ROOT_E_RIGHT);
	CHECK(root_may_provide(ROOT, FIRST(9), "service") == ROOT_E_TASK);
	CHECK(root_may_provide(ROOT, L4_nilthread, "service") == ROOT_OK);
	CHECK(root_may_provide(ROOT, L4_nilthread, "other") == ROOT_E_RIGHT);
	machine_be(FIRST(2));
	CHECK(root_may_use(ROOT, FIRST(3), &use) == ROOT_OK && use.task == TOOL_TASK);
	CHECK(root_may_use(ROOT, FIRST(0), &use) == ROOT_E_RIGHT);
	CHECK(root_may_use(ROOT, FIRST(9), &use) == ROOT_E_TASK);
	CHECK(root_paths(ROOT, FIRST(3), &paths) == ROOT_OK && paths.paths_bytes > 0);
	CHECK(root_paths(ROOT, FIRST(0), &paths) == ROOT_E_RIGHT);
	CHECK(root_disk(ROOT, FIRST(3), &part) == ROOT_OK && part.first == 2048 && part.sectors == 3 << 21);
	CHECK(strcmp(part.name, "service") == 0 && part.partition == 0);
	CHECK(root_disk(ROOT, FIRST(1), &part) == ROOT_OK && part.first == 0 && part.sectors == 0);
	CHECK(strcmp(part.name, "disk") == 0 && part.partition == 3);
	CHECK(root_disk(ROOT, FIRST(0), &part) == ROOT_E_RIGHT);
	CHECK(root_disk(ROOT, FIRST(9), &part) == ROOT_E_TASK);
	CHECK(root_holds(ROOT, FIRST(1), ROOT_RIGHT_CLOCK) == ROOT_OK);
	CHECK(root_holds(ROOT, FIRST(1), ROOT_RIGHT_SPACES) == ROOT_E_RIGHT);
	CHECK(root_holds(ROOT, FIRST(1), ROOT_RIGHT_SPACES | ROOT_RIGHT_CLOCK) == ROOT_E_RIGHT);
	CHECK(root_holds(ROOT, FIRST(3), ROOT_RIGHT_CLOCK) == ROOT_E_RIGHT);
	CHECK(root_holds(ROOT, FIRST(9), ROOT_RIGHT_CLOCK) == ROOT_E_TASK);
	machine_be(FIRST(3));
	CHECK(root_holds(ROOT, FIRST(1), ROOT_RIGHT_CLOCK) == ROOT_E_RIGHT);
}
