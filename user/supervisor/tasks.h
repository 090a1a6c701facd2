/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tasks.h - the tasks that the system description starts: starts them, and starts them again
 * (docs/decisions/supervision.md).
 *
 *   TASK_NEW -> TASK_RUNS      [tasks_begin]
 *   TASK_NEW -> TASK_UNFOUND   [tasks_begin]  its section has `when-found`
 *   TASK_UNFOUND -> TASK_DUE   its device has been found
 *   TASK_RUNS -> TASK_DUE      it has ended, and its section permits one more restart
 *   TASK_RUNS -> TASK_OVER     it has ended, or could not be started
 *   TASK_RUNS -> TASK_STARVED  it could not be started again for lack of memory
 *   TASK_STARVED -> TASK_DUE   memory has been given back
 *   TASK_DUE -> TASK_RUNS      [tasks_start_due]
 */
#ifndef SUPERVISOR_TASKS_H
#define SUPERVISOR_TASKS_H

#include <proto/root.h>
#include "config.h"
#include "state.h"

/* What the supervisor knows of a start as long as it runs itself. */
struct supervised {
	char name[ROOT_NAME_BYTES];
	struct rules rules;
	unsigned priority;
	L4_Word_t task;			/* id; 0: there is none */
	bool rests;			/* no sign of life is expected of it */
	bool ready;			/* the thread that shows life was ready at the last check */
	bool noticed;			/* a notice is to be sent again */
	L4_Word_t silent;		/* checks in a row without a sign of life */
	L4_Word_t stuck;		/* checks in a row in which the worker hangs */
	enum root_end end;		/* how the check that is under way ends it; ROOT_ALIVE: it does not */
	L4_Word_t used, ran;		/* us of CPU time: until the last check; in the period before it */
};

extern struct supervised tasks[GRANTS_STARTS];
extern unsigned tasks_count;
extern bool tasks_changed;		/* one has a task, a notice, or neither, since liveness.c has looked */

/* Take what the supervisor reads of a description. */
void tasks_take(const struct config *c);

/* Start all but those of `when-found`, in their order: no other task runs before all are there. */
void tasks_begin(void);

/* Take over from an earlier supervisor: the tasks that root has, and what the state says. */
void tasks_resume(void);

/* Act on an event. Returns true if its start is to have a task again. */
bool tasks_event(const struct root_next_out *event);

/*
 * Between two pieces of work for one event or check: all threads of programs are below this one, and each
 * would wait for all of them.
 */
void tasks_pause(void);

/* Start those that are due. */
void tasks_start_due(void);

/* Log a line, as one of root. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
