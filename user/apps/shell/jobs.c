/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * jobs.c - programs started by the shell: a job is a program, or several that a pipe connects.
 *
 * The shell hands the terminal to the job in the foreground, and takes it back when that has ended. ^C and
 * the attention key are handled by a second thread, which waits at the console. At ^C it ends the tasks of
 * the job. At the attention key it takes the terminal back and ends the shell's wait: the job is in the
 * background then. A program in the background that reads the terminal waits until `wait` brings it to the
 * foreground.
 */
#include <l4/ipc.h>
#include <l4/thread.h>
#include <pecan/addresses.h>
#include <pecan/console.h>
#include <pecan/names.h>
#include <pecan/print.h>
#include <pecan/server.h>
#include <pecan/stream.h>
#include <pecan/system.h>
#include <pecan/thread.h>
#include <stdio.h>
#include <string.h>

#include "pipes.h"
#include "shell.h"

enum {
	JOBS = 64, RETRY_US = 10000, WAITER_STACK = 8192,
	STATUS_KILLED = 128 + 9, STATUS_FAULT = 128 + 11, STATUS_LEFT = 128 + 20,
};

static struct job jobs[JOBS];

/*
 * Shared with the thread that waits for ^C. It sets `interrupted` and then looks at `foreground`; the
 * shell sets `foreground` and then looks at `interrupted`: so no ^C is lost between the two. What is not a
 * task of the job any more has ended, and its number is not used again.
 */
static struct job *foreground;		/* NULL: none */
static L4_Word_t terminal_task;		/* the task of it that has the terminal; 0: the shell */
static bool one_line;			/* the shell reports no ends */
static bool no_terminal;		/* and has no terminal to hand over: its input is a stream */
static bool interrupted;		/* since the last prompt */
static L4_ThreadId_t hears;		/* that thread */

/*
 * The attention key in the same way: that thread sets `attention` and then ends `waiter`; the shell sets
 * `waiter` and then looks at `attention`.
 */
static bool attention;			/* since the last prompt */
static L4_ThreadId_t waiter;		/* waits for the end of a task in the foreground; nilthread: none */

bool jobs_interrupted(void) { return __atomic_load_n(&interrupted, __ATOMIC_SEQ_CST); }
bool jobs_attention(void) { return __atomic_load_n(&attention, __ATOMIC_SEQ_CST); }

bool jobs_is_program(const char *name)
{
	struct pecan_program p;

	for (L4_Word_t at = 0; pecan_next_program(&at, &p); )
		if (strcmp(p.name, name) == 0)
			return true;
	return false;
}

static bool runs(const struct job *j)
{
	for (unsigned i = 0; i < j->count; i++)
		if (j->task[i])
			return true;
	return false;
}

/* The job in the background that a task belongs to; NULL: none. 0: a free place. */
static struct job *job_of(L4_Word_t task)
{
	for (struct job *j = jobs; j < jobs + JOBS; j++) {
		if (task == 0 && j->count == 0)
			return j;
		for (unsigned i = 0; task && i < j->count; i++)
			if (j->task[i] == task)
				return j;
	}
	return NULL;
}

static void say_end(const struct job *j)
{
	if (j->how == ROOT_END_EXIT && j->status == 0)
		printf("[%lu] %s: done\n", j->number, j->name);
	else if (j->how == ROOT_END_EXIT)
		printf("[%lu] %s: exit status %ld\n", j->number, j->name, j->status);
	else
		printf("[%lu] %s: %s\n", j->number, j->name, pecan_end_text(j->how));
}

/* One of the job's tasks has ended. The job ends as its last task does, or by a fault of any of them. */
static void note_end(struct job *j, const struct pecan_end *end)
{
	for (unsigned i = 0; i < j->count; i++)
		if (j->task[i] == end->task)
			j->task[i] = 0;
	if (end->task == j->number ? j->how != ROOT_END_FAULT && j->how != ROOT_END_MEMORY
				   : end->how == ROOT_END_FAULT || end->how == ROOT_END_MEMORY) {
		j->how = end->how;
		j->status = end->status;
	}
}

static void ended(const struct pecan_end *end)
{
	struct job *j = job_of(end->task);

	pipes_check(false);
	if (!j)
		return;
	note_end(j, end);
	if (runs(j))
		return;
	say_end(j);
	j->count = 0;
}

/* The task of the job that waits to read the terminal; 0: none. */
static L4_Word_t waits(const struct job *j)
{
	for (unsigned i = 0; i < j->count; i++)
		if (j->task[i] && console_waits(j->task[i]))
			return j->task[i];
	return 0;
}

static void say_waits(const struct job *j)
{
	printf("[%lu] %s: waits for input; wait %lu gives it the terminal\n", j->number, j->name, j->number);
}

/* Report each background program that cannot read, once. */
static void report_waiting(void)
{
	for (struct job *j = jobs; j < jobs + JOBS; j++) {
		bool w = j->count && waits(j);

		if (w && !j->waits_reported)
			say_waits(j);
		j->waits_reported = w;
	}
}

/* Before a prompt: report background programs that have ended or wait to read; drop keys typed so far. */
void jobs_report(void)
{
	struct pecan_end end;

	L4_ThreadSwitch(hears);			/* it notes keys that the console has sent */
	__atomic_store_n(&interrupted, false, __ATOMIC_SEQ_CST);
	__atomic_store_n(&attention, false, __ATOMIC_SEQ_CST);
	while (pecan_wait(0, true, &end) == ROOT_OK && end.task != 0)
		ended(&end);
	report_waiting();
}

/*
 * Send the console the task that has the terminal: after each change of `terminal_task`, and to a new
 * console. Two threads do so; one that sent an old value finds that here and sends the new one.
 */
static enum console_status hand_over(void)
{
	enum console_status status;
	L4_Word_t task;

	do {
		task = __atomic_load_n(&terminal_task, __ATOMIC_SEQ_CST);
		status = console_foreground(task);
	} while (task != __atomic_load_n(&terminal_task, __ATOMIC_SEQ_CST));
	return status;
}

static void hand_over_once(void *unused)
{
	(void)unused;
	hand_over();
}

/*
 * The console answers a shell in the background when that is in the foreground. The shell that executes one
 * line waits for its programs meanwhile: another thread waits for the console, in place of the one before.
 */
static void hand_over_later(void)
{
	static L4_ThreadId_t waits_for_console;

	if (!L4_IsNilThread(waits_for_console))
		pecan_thread_end(waits_for_console);
	if (pecan_thread_start(hand_over_once, NULL, 0, &waits_for_console) != ROOT_OK)
		hand_over();
}

/* After the attention key the shell keeps it. */
static void give_terminal(L4_Word_t task)
{
	if (no_terminal)
		return;
	__atomic_store_n(&terminal_task, task, __ATOMIC_SEQ_CST);
	if (jobs_attention())
		__atomic_store_n(&terminal_task, 0, __ATOMIC_SEQ_CST);
	if (one_line)
		hand_over_later();
	else
		hand_over();
}

static void kill_job(const struct job *j)
{
	for (unsigned i = 0; i < j->count; i++)
		if (j->task[i])
			pecan_kill_family(j->task[i]);
}

void jobs_to_foreground(struct job *j)
{
	__atomic_store_n(&foreground, j, __ATOMIC_SEQ_CST);
	if (jobs_interrupted() && !jobs_attention())
		kill_job(j);
	give_terminal(j->task[0]);
}

/* Written by the waiter before it has sent its message. */
static struct pecan_end waited;
static enum root_error waited_error;
static L4_ThreadId_t main_thread;

/* The waiter. Entered without a caller. */
static void wait_in_root(void)
{
	L4_Set_ExceptionHandler(pecan_root());
	waited_error = pecan_wait(waited.task, false, &waited);
	L4_Set_MsgTag(L4_Niltag);
	L4_Send(main_thread);
	pecan_thread_end(L4_nilthread);
}

static void end_waiter(void)
{
	L4_ThreadId_t thread = { .raw = __atomic_load_n(&waiter.raw, __ATOMIC_SEQ_CST) };

	if (!L4_IsNilThread(thread))
		pecan_thread_end(thread);
}

/* A wait that has no result: its end may have come between the two. A task without a record has ended. */
static bool has_ended(L4_Word_t task, struct pecan_end *end)
{
	enum root_error e = pecan_wait(task, true, end);

	if (e != ROOT_OK)
		*end = (struct pecan_end){ .task = task, .how = ROOT_END_EXIT };
	return e != ROOT_OK || end->task != 0;
}

/* Wait for the end of a task; false: the attention key was typed before. */
static bool wait_end(L4_Word_t task, struct pecan_end *end)
{
	static char stack[WAITER_STACK] __attribute__((aligned(16)));
	L4_Word_t sp = PECAN_CALLED_SP((L4_Word_t)(stack + sizeof stack));
	L4_ThreadId_t thread = L4_nilthread;
	bool woken;

	main_thread = L4_Myself();
	waited.task = task;
	if (pecan_thread_new((L4_Word_t)wait_in_root, sp, 0, &thread) != ROOT_OK)
		puts("shell: there is no thread that waits");
	__atomic_store_n(&waiter.raw, thread.raw, __ATOMIC_SEQ_CST);
	if (jobs_attention())
		end_waiter();
	woken = !L4_IsNilThread(thread) && L4_IpcSucceeded(L4_Receive(thread)) && waited_error == ROOT_OK;
	__atomic_store_n(&waiter.raw, L4_nilthread.raw, __ATOMIC_SEQ_CST);
	*end = waited;
	return woken || has_ended(task, end);
}

/*
 * The first task that has not ended has the terminal: the others mostly read a pipe. False: the attention key
 * was typed, the job is not in the foreground any more.
 */
static bool wait_in_foreground(struct job *j)
{
	bool left = false;

	jobs_to_foreground(j);
	for (unsigned i = 0; i < j->count && !left; i++) {
		struct pecan_end end;

		if (j->task[i] == 0)
			continue;
		give_terminal(j->task[i]);
		left = !wait_end(j->task[i], &end);
		if (!left)
			note_end(j, &end);
		pipes_check(false);
	}
	__atomic_store_n(&foreground, NULL, __ATOMIC_SEQ_CST);
	give_terminal(0);
	return !left;
}

static int status_of(const struct job *j)
{
	if (j->how == ROOT_END_EXIT)
		return (int)j->status;
	return j->how == ROOT_END_FAULT ? STATUS_FAULT : STATUS_KILLED;
}

static void say_left(const struct job *j)
{
	printf("[%lu] %s: in the background; wait %lu gives it the terminal, kill %lu ends it\n", j->number,
	       j->name, j->number, j->number);
}

/* The attention key was typed: the job continues in the background, or ends if there is no place for it. */
static int leave(const struct job *j)
{
	struct job *to = job_of(0);

	if (to) {
		*to = *j;
		say_left(to);
		return STATUS_LEFT;
	}
	kill_job(j);
	puts("shell: too many programs run in the background: it was ended");
	return STATUS_KILLED;
}

int jobs_end_foreground(struct job *j)
{
	if (!wait_in_foreground(j))
		return leave(j);
	if (!one_line && (j->how != ROOT_END_EXIT || j->status != 0))
		say_end(j);
	return status_of(j);
}

bool jobs_room(void) { return job_of(0) != NULL; }

void jobs_add(const struct job *j)
{
	struct job *to = job_of(0);

	*to = *j;
	printf("[%lu] %s\n", j->number, j->name);
}

void jobs_list(int argc, char **argv)
{
	unsigned n = 0;

	(void)argc;
	(void)argv;
	jobs_report();
	for (const struct job *j = jobs; j < jobs + JOBS; j++) {
		if (j->count == 0)
			continue;
		if (waits(j))
			say_waits(j);
		else
			printf("[%lu] %s\n", j->number, j->name);
		n++;
	}
	if (n == 0)
		puts("nothing runs in the background; run PROGRAM & starts something");
}

static void wait_for(struct job *j)
{
	if (!wait_in_foreground(j)) {
		say_left(j);
		return;
	}
	say_end(j);
	j->count = 0;
}

/* ^C ends the job that is waited for, and the wait: one that comes before the first job ends that. */
void jobs_wait(int argc, char **argv)
{
	struct pecan_task t;

	if (argc > 1) {
		if (!id_task("wait", argv[1], &t))
			return;
		if (t.task == 0 || !job_of(t.task)) {
			printf("wait: %s does not run in the background of this shell; see jobs\n", argv[1]);
			return;
		}
		wait_for(job_of(t.task));
		return;
	}
	for (struct job *j = jobs; j < jobs + JOBS; j++) {
		if (j->count == 0)
			continue;
		wait_for(j);
		if (jobs_interrupted())
			return;
	}
}

bool shell_is_above(L4_Word_t task)
{
	struct pecan_task t;
	enum root_error e = pecan_task_of(L4_nilthread, &t);

	while (e == ROOT_OK && t.task != task && t.parent != 0)
		e = pecan_task_by_number(t.parent, &t);
	return e != ROOT_OK || t.task == task;
}

void jobs_end_all(void)
{
	struct pecan_task t;

	for (L4_Word_t at = 0; pecan_next_task(&at, &t); )
		if (t.parent != 0 && t.ended == ROOT_ALIVE && !shell_is_above(t.task))
			pecan_kill_family(t.task);
}

static void interrupt(void)
{
	const struct job *j;

	__atomic_store_n(&interrupted, true, __ATOMIC_SEQ_CST);
	j = __atomic_load_n(&foreground, __ATOMIC_SEQ_CST);
	if (j)
		kill_job(j);
}

/* The terminal is the shell's again. A command of it that writes to a program ends its output. */
static void attend(void)
{
	__atomic_store_n(&attention, true, __ATOMIC_SEQ_CST);
	__atomic_store_n(&interrupted, true, __ATOMIC_SEQ_CST);
	give_terminal(0);
	pipes_check(true);
	end_waiter();
}

static void hear_interrupts(void *arg)
{
	enum console_status status;

	(void)arg;
	while ((status = console_watch()) != CONSOLE_REFUSED) {
		if (status == CONSOLE_OK)
			interrupt();
		if (status == CONSOLE_ATTENTION)
			attend();
		if (status == CONSOLE_OK || status == CONSOLE_ATTENTION)
			continue;
		L4_Sleep(L4_TimePeriod(RETRY_US));	/* another console, perhaps */
		hand_over();
	}
	puts("shell: ^C will not end programs: no right `terminal` in the system description");
}

bool jobs_interrupted_so_far(void)
{
	L4_ThreadSwitch(hears);
	return jobs_interrupted();
}

static void start_pipes(void)
{
	enum root_error e = pipes_start();

	if (e == ROOT_OK)
		return;
	shell_refused("shell: there is no thread for pipes", e);
	pecan_exit(1);
}

void jobs_start_one(void)
{
	one_line = true;
	no_terminal = pecan_input_is_stream();
	start_pipes();
}

void jobs_start(void)
{
	enum root_error e;

	pecan_calls();
	start_pipes();
	e = pecan_thread_start(hear_interrupts, NULL, 0, &hears);
	if (e != ROOT_OK)
		shell_refused("shell: ^C will not end programs", e);
	else
		L4_ThreadSwitch(hears);		/* it waits for ^C before the first prompt */
}
