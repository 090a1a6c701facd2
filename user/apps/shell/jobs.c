/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * jobs.c - programs started by the shell.
 *
 * The shell hands the terminal to a foreground program, and takes it back when that has ended. It waits
 * for the end in a call to root, so ^C is handled by a second thread: it waits at the console, and ends the
 * foreground task; root then answers the shell's wait. A program in the background that reads waits
 * until `wait` brings it to the foreground.
 */
#include <l4/ipc.h>
#include <pecan/console.h>
#include <pecan/names.h>
#include <pecan/print.h>
#include <pecan/system.h>
#include <pecan/thread.h>
#include <stdio.h>
#include <string.h>

#include "shell.h"

enum { JOBS = 32, RETRY_US = 10000, ARGS_BYTES = ROOT_ARGS_WORDS * sizeof(L4_Word_t) };

struct job {
	L4_Word_t task;			/* 0: free */
	bool told;			/* the user was told that it waits for input */
	char name[NAME_TEXT];
};

static struct job jobs[JOBS];
/*
 * Shared with the thread that waits for ^C. It sets `interrupted` and then looks at `foreground`; the
 * shell sets `foreground` and then looks at `interrupted`: so a ^C is not lost between the two.
 */
static L4_Word_t foreground;		/* task; 0: none */
static bool interrupted;		/* since the last prompt */

bool jobs_is_program(const char *name)
{
	struct pecan_program p;

	for (L4_Word_t at = 0; pecan_next_program(&at, &p); )
		if (strcmp(p.name, name) == 0)
			return true;
	return false;
}

static struct job *job_of(L4_Word_t task)
{
	for (unsigned i = 0; i < JOBS; i++)
		if (jobs[i].task == task)
			return &jobs[i];
	return NULL;
}

static void say_end(const char *name, const struct pecan_end *end)
{
	if (end->how == ROOT_END_EXIT && end->status == 0)
		printf("[%lu] %s: done\n", end->task, name);
	else if (end->how == ROOT_END_EXIT)
		printf("[%lu] %s: exit status %ld\n", end->task, name, end->status);
	else
		printf("[%lu] %s: %s\n", end->task, name, pecan_end_text(end->how));
}

static void ended(const struct pecan_end *end)
{
	struct job *j = job_of(end->task);

	if (!j)
		return;
	say_end(j->name, end);
	j->task = 0;
}

static void say_waits(const struct job *j)
{
	printf("[%lu] %s: waits for input; wait %lu gives it the terminal\n", j->task, j->name, j->task);
}

/* Report each background program that cannot read, once. */
static void report_waiting(void)
{
	for (struct job *j = jobs; j < jobs + JOBS; j++) {
		bool waits = j->task && console_waits(j->task);

		if (waits && !j->told)
			say_waits(j);
		j->told = waits;
	}
}

/* Before a prompt: report background programs that have ended or wait to read; drop a ^C typed so far. */
void jobs_report(void)
{
	struct pecan_end end;

	__atomic_store_n(&interrupted, false, __ATOMIC_SEQ_CST);
	servers_restore();
	servers_report();
	while (pecan_wait(0, true, &end) == ROOT_OK && end.task != 0)
		ended(&end);
	report_waiting();
}

/*
 * Send the console the task that has the terminal: after each change of `foreground`, and to a new console.
 * Two threads do so; one that sent an old value finds that here and sends the new one.
 */
static enum console_status hand_over(void)
{
	enum console_status status;
	L4_Word_t task;

	do {
		task = __atomic_load_n(&foreground, __ATOMIC_SEQ_CST);
		status = console_foreground(task);
	} while (task != __atomic_load_n(&foreground, __ATOMIC_SEQ_CST));
	return status;
}

/* Wait for the end of a task, or until ^C ends it. Returns false if root has no such task. */
static bool wait_in_foreground(L4_Word_t task, struct pecan_end *end)
{
	enum root_error e;

	__atomic_store_n(&foreground, task, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&interrupted, __ATOMIC_SEQ_CST))
		pecan_kill(task);
	hand_over();
	e = pecan_wait(task, false, end);
	__atomic_store_n(&foreground, 0, __ATOMIC_SEQ_CST);
	hand_over();
	return e == ROOT_OK;
}

static void run_foreground(const char *name, L4_Word_t task)
{
	struct pecan_end end = { 0 };

	if (!wait_in_foreground(task, &end))
		printf("%s: root does not know task %lu any more\n", name, task);
	else if (end.how != ROOT_END_EXIT || end.status != 0)
		say_end(name, &end);
}

void jobs_run(const char *name, const char *args, bool background)
{
	struct job *j = job_of(0);
	L4_Word_t task;
	enum root_error e;

	if (background && !j) {
		printf("%s: %u programs run in the background already; wait for one, or kill one\n", name,
		       (unsigned)JOBS);
		return;
	}
	if (strlen(args) >= ARGS_BYTES) {
		printf("%s: the arguments have %lu characters; %u are possible\n", name, strlen(args),
		       (unsigned)ARGS_BYTES - 1);
		return;
	}
	e = pecan_spawn(name, args, 0, &task, NULL);
	if (e != ROOT_OK) {
		shell_refused(name, e);
		return;
	}
	if (!background) {
		run_foreground(name, task);
		return;
	}
	j->task = task;
	j->told = false;
	snprintf(j->name, sizeof j->name, "%s", name);
	printf("[%lu] %s\n", task, name);
}

void jobs_list(const char *args)
{
	unsigned n = 0;

	(void)args;
	jobs_report();
	for (unsigned i = 0; i < JOBS; i++)
		if (jobs[i].task) {
			if (console_waits(jobs[i].task))
				say_waits(&jobs[i]);
			else
				printf("[%lu] %s\n", jobs[i].task, jobs[i].name);
			n++;
		}
	if (n == 0)
		puts("nothing runs in the background; run PROGRAM & starts something");
}

static void wait_for(L4_Word_t task)
{
	struct pecan_end end = { 0 };

	if (wait_in_foreground(task, &end))
		ended(&end);
}

void jobs_wait(const char *args)
{
	struct pecan_task t;

	if (args[0]) {
		if (!id_task("wait", args, &t))
			return;
		if (t.task == 0 || !job_of(t.task)) {
			printf("wait: %s does not run in the background of this shell; see jobs\n", args);
			return;
		}
		wait_for(t.task);
		return;
	}
	for (unsigned i = 0; i < JOBS; i++)
		if (jobs[i].task)
			wait_for(jobs[i].task);
}

static void hear_interrupts(void *arg)
{
	(void)arg;
	for (;;) {
		enum console_status status = hand_over();
		L4_Word_t task;

		if (status == CONSOLE_OK || status == CONSOLE_REFUSED)	/* refused: that task has ended */
			status = console_watch();
		if (status == CONSOLE_REFUSED) {
			puts("shell: ^C will not end programs: no right `terminal` in the file init");
			return;
		}
		if (status != CONSOLE_OK) {
			L4_Sleep(L4_TimePeriod(RETRY_US));
			continue;
		}
		__atomic_store_n(&interrupted, true, __ATOMIC_SEQ_CST);
		task = __atomic_load_n(&foreground, __ATOMIC_SEQ_CST);
		if (task)
			pecan_kill(task);
	}
}

void jobs_start(void)
{
	enum root_error e;

	console_on_loss(servers_restore);
	e = pecan_thread_start(hear_interrupts, NULL, 0, NULL);
	if (e != ROOT_OK)
		shell_refused("shell: ^C will not end programs", e);
}
