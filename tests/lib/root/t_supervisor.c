/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_supervisor.c - the end of the supervisor between any two of its messages, and what root takes of it.
 */
#include <root/root.h>
#include <root/memory/image.h>
#include <root/supervised/starts.h>
#include <root/supervised/watch.h>
#include <stdio.h>
#include <string.h>
#include <pecan/memory.h>
#include <supervisor/state.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "supervisor.h"
#include "system.h"

enum { SECOND = 1000000, STARTS = 5, TORN_STEP = 331, MESSAGE_STEP = 7 };

/* Its starts: one that is killed, one that hangs, one of a device, one that fails. */
static const char description[] =
	"task names; start; rights names; memory 1M; priority 120; restart 3 600\n"
	"task shell; start; uses names; memory 2M; priority 100; rights kill inspect devices\n"
	"task server; start; memory 1M; priority 110; heartbeat 10; restart 2 600\n"
	"task tool; start; pci 8086:10d3; when-found; memory 1M; priority 90; restart 1 600\n"
	"task odd; start; memory 1M\n";

static bool is_named(const struct task *t, const char *name)
{
	return t && t->phase == TASK_ALIVE && strcmp(t->image->name, name) == 0;
}

/* The only task of this program that runs, or 0. */
static const struct task *task_named(const char *name)
{
	const struct task *found = 0;

	for (unsigned i = 0; i < TASKS_MAX; i++)
		if (is_named(root.task[i], name)) {
			CHECK(!found);
			found = root.task[i];
		}
	return found;
}

static L4_Word_t number_of(const char *name) { return task_named(name) ? task_named(name)->id : 0; }

static L4_ThreadId_t first_of(const char *name)
{
	CHECK(task_named(name));
	return (L4_ThreadId_t){ .raw = task_named(name)->thread[0].id };
}

static void boot(void)
{
	machine_boot(description);
	machine_wait(SECOND);
}

static void be(const char *name) { machine_be(first_of(name)); }

static void end(const char *name)
{
	be("shell");
	CHECK(root_kill(ROOT, number_of(name), 0) == ROOT_OK);
	machine_wait(2 * SECOND);
}

/* What a supervisor does: starts, restarts, a start that fails, a device, a task that hangs, a limit. */
static void course(void)
{
	machine_boot(description);
	machine_wait(2 * SECOND);
	end("names");
	CHECK(root_device_found(ROOT, 0x808610d3) == ROOT_OK);
	machine_wait(2 * SECOND);
	machine.deaf = first_of("server");
	machine_wait(60 * SECOND);
	CHECK(machine_said("hangs: no heartbeat for 10 s\n"));
	end("server");
	end("tool");
	end("tool");
}

/* What a course leaves. */
struct result { bool runs[STARTS]; unsigned restarts[STARTS], phase[STARTS], messages, ends; };

static struct result result_of(void)
{
	static const char *const names[] = { "names", "shell", "server", "tool", "odd" };
	struct result r = { .messages = supervisor_host.messages, .ends = supervisor_host.ends };

	for (unsigned i = 0; i < STARTS; i++) {
		r.runs[i] = number_of(names[i]) != 0;
		CHECK(r.runs[i] == (starts[i].task != 0));
		r.restarts[i] = state_of(i)->restarts;
		r.phase[i] = state_of(i)->phase;
	}
	return r;
}

/* Runs the course in a process of its own, so that it can be run again; *r is what it leaves. */
static void run_course(struct result *r)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		course();
		*r = result_of();
		_exit(0);
	}
	CHECK(waitpid(child, &status, 0) == child);
	if (status != 0)
		test_fail(__FILE__, __LINE__, "end before message %u", supervisor_host.end_at);
}

static struct result *shared_results(void)
{
	void *at = mmap(0, 2 * sizeof(struct result), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	CHECK(at != MAP_FAILED);
	return at;
}

/* after: it ends twice, the second time after so many more messages; 0: once. */
static void end_before_each(bool forgets, unsigned after)
{
	struct result *r = shared_results();

	run_course(&r[0]);
	CHECK(r[0].runs[0] && r[0].runs[1] && r[0].runs[2] && !r[0].runs[3] && !r[0].runs[4]);
	CHECK(r[0].restarts[0] == 1 && r[0].restarts[2] == 2 && r[0].restarts[3] == 1);
	supervisor_host.forgets = forgets;
	supervisor_host.end_after = after;
	for (unsigned n = 1; n <= r[0].messages; n++) {
		supervisor_host.end_at = n;
		run_course(&r[1]);
		CHECK(r[1].ends == (after == 0 ? 1 : 2));
		for (unsigned i = 0; i < STARTS; i++)
			if (r[1].runs[i] != r[0].runs[i] || r[1].restarts[i] != r[0].restarts[i]
			    || r[1].phase[i] != r[0].phase[i])
				test_fail(__FILE__, __LINE__, "end before message %u of %u: start %u, %u restarts, "
					  "phase %u", n, r[0].messages, i, r[1].restarts[i], r[1].phase[i]);
	}
}

TEST(end_between, "the supervisor ends before any of its messages: what runs and is counted is as without")
{
	end_before_each(false, 0);
}

TEST(end_forgets, "the same, if what it has noted since the last message is lost")
{
	end_before_each(true, 0);
}

TEST(end_twice, "the same, if the next one ends soon, too")
{
	end_before_each(true, 2);
}

TEST(end_torn, "it ends, and a byte of its state is wrong: the same runs, a counter is wrong by one at most")
{
	struct result *r = shared_results();

	run_course(&r[0]);
	for (unsigned n = 1; n <= r[0].messages; n += MESSAGE_STEP)
		for (unsigned torn = 1; torn <= sizeof(supervisor_host.before); torn += TORN_STEP) {
			supervisor_host.end_at = n;
			supervisor_host.torn = torn;
			run_course(&r[1]);
			for (unsigned i = 0; i < STARTS; i++)
				if (r[1].runs[i] != r[0].runs[i] || r[1].restarts[i] + 1 < r[0].restarts[i]
				    || r[1].restarts[i] > r[0].restarts[i] + 1)
					test_fail(__FILE__, __LINE__, "end before message %u, byte %u: start %u, %u restarts",
						  n, torn, i, r[1].restarts[i]);
		}
}

TEST(end_lost, "it ends, and its state is lost: all that runs without that does, no restart counts twice")
{
	struct result *r = shared_results();

	supervisor_host.lost = true;
	run_course(&r[0]);
	for (unsigned n = 1; n <= r[0].messages; n++) {
		supervisor_host.end_at = n;
		run_course(&r[1]);
		for (unsigned i = 0; i < STARTS; i++)
			if (r[1].runs[i] < r[0].runs[i] || r[1].restarts[i] > r[0].restarts[i])
				test_fail(__FILE__, __LINE__, "end before message %u: start %u, %u restarts", n, i,
					  r[1].restarts[i]);
	}
}

TEST(stays, "a supervisor that cannot read the description takes each event once, and starts nothing")
{
	boot();
	supervisor_host.starves = true;
	end("supervisor");
	CHECK(machine_said("the system description (init) has"));
	supervisor_host.messages = 0;
	end("names");
	end("server");
	CHECK(supervisor_host.messages <= 3 && !number_of("names") && !number_of("server"));
	CHECK(starts[0].events == 0 && starts[2].events == 0);
}

/* Boots; the test is the supervisor, and has handed over what this description grants. */
static void boot_as_supervisor(const char *text)
{
	struct config *c;
	struct place at;

	supervisor_host.absent = true;
	machine_boot(text);
	c = pecan_map(sizeof(*c));
	CHECK(!config_parse(c, text, strlen(text), &at));
	be("supervisor");
	CHECK(root_grants(ROOT, (L4_Word_t)&c->grants, sizeof(struct grants)) == ROOT_OK);
}

static struct root_next_out next_event(const struct root_next_out *done, bool again)
{
	struct root_next_out out = { 0 };

	CHECK(root_next(ROOT, done->event, done->start, done->task, again, 0, 0, &out) == ROOT_OK);
	return out;
}

TEST(next_trusted, "no number of an event that the supervisor acknowledges is used without a check")
{
	static const L4_Word_t wrong[] = { 7, 8, 31, 32, 63, ~(L4_Word_t)0 };
	struct root_begin_out out;
	struct root_next_out event;

	boot_as_supervisor(description);
	CHECK(root_begin(ROOT, 0, 0, &out) == ROOT_OK);
	machine_wait(SECOND);
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		CHECK(root_next(ROOT, wrong[i], 0, 0, 0, 0, 0, &event) == ROOT_E_REQUEST);
	CHECK(root_next(ROOT, ROOT_EVENT_NONE, 0, 0, 0, ~(L4_Word_t)0, 0, &event) == ROOT_E_REQUEST);
}

/* Begins a start, which is over then. */
static void begin_start(L4_Word_t start)
{
	struct root_begin_out out;

	CHECK(root_begin(ROOT, start, 0, &out) == ROOT_OK);
	machine_wait(1000);
}

TEST(look_trusted, "a look, and one at times, takes any number of starts and threads")
{
	struct root_look_out look;
	struct root_times_out times;

	boot_as_supervisor(description);
	begin_start(0);
	CHECK(root_look(ROOT, ~(L4_Word_t)0, ~(L4_Word_t)0, 1, &look) == ROOT_OK && look.left >> STARTS == 0);
	CHECK(root_times(ROOT, 0, ~(L4_Word_t)0, &times) == ROOT_OK && times.next == 0);
	CHECK(root_times(ROOT, 7, 0, &times) == ROOT_E_TASK);
	CHECK(root_stop(ROOT, 0, starts[0].task, 2) == ROOT_E_REQUEST);
	CHECK(number_of("names") == starts[0].task);
}

TEST(started_ended, "a task that has ended before its start was acknowledged is not said to be started again")
{
	struct root_next_out none = { 0 }, event;
	L4_Word_t task;

	boot_as_supervisor(description);
	begin_start(0);
	task = starts[0].task;
	CHECK(root_stop(ROOT, 0, task, 0) == ROOT_OK);
	machine_wait(SECOND);
	event = next_event(&none, false);
	CHECK(event.event == ROOT_EVENT_STARTED && event.task == task);
	event = next_event(&event, false);
	CHECK(event.event == ROOT_EVENT_ENDED && event.task == task);
}

/* The kernel has no memory for the task after so many others. */
static void refuse_next(unsigned after)
{
	machine.refuse_space = 1 + after;
	machine.error = L4_ERR_NO_MEM;
}

/* Memory is given back: by the end of the shell's task. */
static void give_memory(void)
{
	CHECK(root_stop(ROOT, 1, starts[1].task, 0) == ROOT_OK);
	machine_wait(SECOND);
}

/* The next event is this one, of this start. */
static struct root_next_out expect(const struct root_next_out *done, bool again, enum root_event event,
				   unsigned start)
{
	struct root_next_out next = next_event(done, again);

	CHECK_EQ(next.event, event);
	CHECK_EQ(next.start, start);
	return next;
}

/* As boot_as_supervisor: names could not be started for lack of memory, the shell runs. */
static struct root_next_out boot_starved(void)
{
	struct root_begin_out out;
	struct root_next_out none = { 0 };

	boot_as_supervisor(description);
	begin_start(1);
	none = expect(&none, false, ROOT_EVENT_STARTED, 1);
	refuse_next(0);
	CHECK(root_begin(ROOT, 0, ROOT_BEGIN_WAIT, &out) == ROOT_E_KMEM);
	return expect(&none, false, ROOT_EVENT_FAILED, 0);
}

TEST(memory_early, "memory that is given back before a failed start is acknowledged is an event after it")
{
	struct root_next_out event = boot_starved();

	give_memory();
	event = expect(&event, true, ROOT_EVENT_ENDED, 1);
	expect(&event, false, ROOT_EVENT_MEMORY, 0);
}

TEST(memory_again, "memory that is given back before the last such event is acknowledged is another event")
{
	struct root_next_out event = boot_starved();
	struct root_begin_out out;

	give_memory();
	event = expect(&event, true, ROOT_EVENT_ENDED, 1);
	event = expect(&event, false, ROOT_EVENT_MEMORY, 0);
	begin_start(1);
	refuse_next(0);
	CHECK(root_begin(ROOT, 0, ROOT_BEGIN_WAIT, &out) == ROOT_E_KMEM);
	give_memory();
	event = expect(&event, true, ROOT_EVENT_FAILED, 0);
	event = expect(&event, true, ROOT_EVENT_STARTED, 1);
	event = expect(&event, false, ROOT_EVENT_ENDED, 1);
	expect(&event, false, ROOT_EVENT_MEMORY, 0);
}

TEST(memory_found, "a start that waits for memory does so also when its device has been found again")
{
	struct root_next_out event, none = { 0 };
	struct root_begin_out out;

	boot_as_supervisor(description);
	begin_start(1);
	event = expect(&none, false, ROOT_EVENT_STARTED, 1);
	refuse_next(0);
	CHECK(root_begin(ROOT, 3, ROOT_BEGIN_WAIT, &out) == ROOT_E_KMEM);
	be("shell");
	CHECK(root_device_found(ROOT, 0x808610d3) == ROOT_OK);
	be("supervisor");
	event = expect(&event, false, ROOT_EVENT_FAILED, 3);
	event = expect(&event, true, ROOT_EVENT_FOUND, 3);
	give_memory();
	event = expect(&event, true, ROOT_EVENT_ENDED, 1);
	event = expect(&event, false, ROOT_EVENT_MEMORY, 0);
	begin_start(1);
	begin_start(3);
	event = expect(&event, false, ROOT_EVENT_STARTED, 1);
	event = expect(&event, false, ROOT_EVENT_STARTED, 3);
	give_memory();
	event = expect(&event, false, ROOT_EVENT_ENDED, 1);
	begin_start(1);
	expect(&event, false, ROOT_EVENT_STARTED, 1);	/* not of memory, for which none waits any more */
}

TEST(memory_yet, "a task that lacked memory is started again when memory has been given back")
{
	boot();
	refuse_next(0);
	end("names");
	CHECK(machine_said("cannot start names yet: its kernel memory") && !number_of("names"));
	end("server");
	CHECK(machine_said("names is started again, as task") && number_of("names"));
	CHECK_EQ(state_of(0)->restarts, 1);
}

/* The supervisor is ended, and another one runs at once. */
static void end_supervisor(void)
{
	end("supervisor");
	CHECK(number_of("supervisor"));
}

/* names waits for memory, the supervisor ends so often, then memory is given back. */
static void starve_and_end(unsigned times)
{
	boot();
	refuse_next(0);
	end("names");
	CHECK(machine_said("cannot start names yet") && !number_of("names"));
	while (times-- > 0) {
		refuse_next(1);		/* the end of the supervisor gives memory back, too */
		end_supervisor();
		CHECK(!number_of("names"));
	}
	machine.refuse_space = 0;
	end("server");
	CHECK(number_of("names"));
}

TEST(starved_kept, "a start that waits for memory does so for the next supervisor")
{
	starve_and_end(1);
}

TEST(starved_dropped, "also for one that has no state of the one before, as that has ended too often")
{
	starve_and_end(3);
}

TEST(starved_failed, "a restart waits for memory also if the supervisor ends before it acknowledges the end")
{
	boot();
	refuse_next(0);
	supervisor_host.end_at = supervisor_host.messages + 2;		/* after root_begin */
	end("names");
	CHECK(machine_said("cannot start names yet") && supervisor_host.ends == 1);
	CHECK(!number_of("names") && number_of("supervisor") && state_of(0)->phase == TASK_STARVED);
	end("server");
	CHECK(number_of("names"));
}

TEST(begun_once, "a task that has been started, and has ended, before its start was noted is started once")
{
	static const char once[] = "task names; start; memory 1M\ntask shell; start; memory 2M; rights kill\n";
	struct root_begin_out first;

	boot_as_supervisor(once);
	begin_start(1);
	CHECK(!state_open(state_sum(0, once, sizeof(once) - 1)));
	state_of(0)->phase = TASK_DUE;
	state_of(1)->phase = TASK_RUNS;
	state_commit();
	CHECK(root_begin(ROOT, 0, ROOT_BEGIN_WAIT, &first) == ROOT_OK);
	CHECK(root_stop(ROOT, 0, first.task, 0) == ROOT_OK);
	machine_wait(SECOND);
	supervisor_host.absent = false;
	end_supervisor();
	CHECK(!number_of("names") && state_of(0)->phase == TASK_OVER && state_of(0)->counted == first.task);
}

static void ask_once(void *done)
{
	*(struct root_next_out *)done = next_event(done, false);
	L4_Sleep(L4_Never);
}

TEST(hangs_later, "a supervisor that has waited long, and does not ask after its event, is ended 15 s later")
{
	static struct root_next_out event;

	boot_as_supervisor(description);
	begin_start(1);
	event = expect(&event, false, ROOT_EVENT_STARTED, 1);
	kernel_name(kernel_start(ask_once, &event), first_of("supervisor"), 2);
	be("shell");
	machine_wait(1000 * SECOND);
	CHECK(event.event == ROOT_EVENT_STARTED && root_device_found(ROOT, 0x808610d3) == ROOT_OK);
	machine_wait(14 * SECOND);
	CHECK(event.event == ROOT_EVENT_FOUND && number_of("supervisor") == SUPERVISOR_TASK);
	machine_wait(2 * SECOND);
	CHECK(machine_said("the supervisor hangs: it has not asked for 15 s"));
	CHECK(number_of("supervisor") != SUPERVISOR_TASK);
}

/* Asks for an event, as the supervisor does that is to check the tasks after 5 s; then never again. */
static void ask_until(void *unused)
{
	L4_Word_t next[] = { ROOT_EVENT_NONE, 0, 0, 0, 5 * SECOND, 0 };

	(void)unused;
	L4_LoadMRs(1, 6, next);
	L4_Set_MsgTag(stub_tag(ROOT_NEXT, 6, 0));
	L4_Call_Timeouts(ROOT, L4_Never, L4_TimePeriod(5 * SECOND));
	L4_Sleep(L4_Never);
}

TEST(hangs_after_wait, "a supervisor that hangs after a wait in which no event came is ended")
{
	boot_as_supervisor(description);
	kernel_name(kernel_start(ask_until, NULL), first_of("supervisor"), 2);
	machine_wait(18 * SECOND);
	CHECK(number_of("supervisor") == SUPERVISOR_TASK);
	machine_wait(20 * SECOND);
	CHECK(machine_said("the supervisor hangs: it has not asked for 15 s"));
	CHECK(number_of("supervisor") != SUPERVISOR_TASK);
}

TEST(begin_fails, "a start that fails at once is an event, and the request is no error")
{
	static const char text[] = "task absent; start; memory 1M\n";
	struct root_next_out event, none = { 0 };
	struct root_begin_out out;

	boot_as_supervisor(text);
	CHECK(root_begin(ROOT, 0, ROOT_BEGIN_WAIT, &out) == ROOT_OK && out.task == 0);
	event = expect(&none, false, ROOT_EVENT_FAILED, 0);
	CHECK_EQ(event.how, ROOT_E_NAME);
}

/*
 * A system without heartbeats, in which this thread of the shell wants notices, and has not received one: it
 * receives nothing. A task has ended that shared a block with it.
 */
static void boot_noticed(bool first)
{
	struct root_thread_new_out other;
	struct root_dma_open_out open;
	struct root_dma_new_out block;
	struct root_spawn_out child;

	machine_boot("task names; start; rights names kill; memory 1M; priority 120\n"
		     "task shell; start; memory 8M; rights spawn kill\n");
	machine_wait(SECOND);
	be("shell");
	CHECK(root_thread_new(ROOT, 0x400100, 0x500000, 0, &other) == ROOT_OK);
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "tool", "", &child) == ROOT_OK);
	machine.deaf = first ? first_of("shell") : other.thread;
	machine_be(machine.deaf);
	CHECK(root_want_notices(ROOT) == ROOT_OK);
	be("tool");
	CHECK(root_dma_new(ROOT, PAGE, first_of("shell"), &block) == ROOT_OK);
	be("shell");
	CHECK(root_dma_open(ROOT, block.block, child.task, &open) == ROOT_OK);
	be("names");
	CHECK(root_kill(ROOT, child.task, 0) == ROOT_OK);
	machine_wait(SECOND);
}

static bool got_notice(const char *name)
{
	L4_MsgTag_t tag;
	L4_Word_t word[1];

	return machine_sent(first_of(name), &tag, word, 0) && L4_Label(tag) == ROOT_NOTICE;
}

TEST(notice_kept, "a notice that was not received is sent again if the supervisor has ended meanwhile")
{
	boot_noticed(true);
	CHECK(root_kill(ROOT, number_of("supervisor"), 0) == ROOT_OK);
	machine_wait(SECOND);
	CHECK(!got_notice("shell"));
	machine.deaf = L4_nilthread;
	machine_wait(20 * SECOND);
	CHECK(got_notice("shell"));
}

TEST(notice_only, "a thread that wants no notices, of a task without heartbeat, gets none")
{
	boot_noticed(false);
	machine_wait(20 * SECOND);
	CHECK(!got_notice("shell") && !got_notice("names"));
}

TEST(end_failed, "a supervisor that cannot be started for lack of memory is tried again, else it is given up")
{
	boot();
	refuse_next(0);
	end("supervisor");
	CHECK(machine_said("the supervisor cannot be started yet") && !number_of("supervisor"));
	machine_wait(20 * SECOND);
	CHECK(number_of("supervisor"));
	refuse_next(0);
	machine.error = L4_ERR_SPACE;
	end("supervisor");
	CHECK(machine_said("the supervisor cannot be started:") && watch_pause().raw == L4_Never.raw);
}

TEST(end_for_ever, "a supervisor that ends four times in a minute is given up: no names are expected then")
{
	struct root_names_out names;

	boot();
	for (unsigned i = 0; i < 6; i++)
		end("supervisor");
	CHECK(number_of("supervisor"));		/* to kill it does not count */
	for (unsigned i = 0; i < 4; i++) {
		supervisor_host.ends = 0;
		supervisor_host.end_at = supervisor_host.messages + 1;
		machine_wait(10 * SECOND);		/* a check */
	}
	CHECK(machine_said("the supervisor has ended 4 times in 60 s") && !number_of("supervisor"));
	end("names");
	CHECK(!number_of("names") && root_names(ROOT, &names) == ROOT_OK && L4_IsNilThread(names.service));
}
