/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * step.c - see step.h.
 */
#include <root/memory/pool.h>
#include <string.h>
#include "step.h"
#include "switch.h"

enum { STACK_ALIGN = 16 };

/* The step that is executed, or was last; made: its order, on its stack, 0: none. loop_sp: meanwhile. */
static struct { struct steps *steps; struct order *made; l4_word_t loop_sp; } step;

static void leave(struct order *o)
{
	step.made = o;
	stack_switch(&step.steps->sp, step.loop_sp);
}

const struct result *order(struct order *o)
{
	leave(o);
	return &step.steps->result;
}

void pause_job(void) { leave(0); }

static void run_work(void)
{
	step.steps->work(step.steps->task, (const void *)step.steps->top);
	step.steps->work = 0;
	leave(0);
}

void step_begin(struct steps *s, job_work *work, struct task *t, const void *given, unsigned bytes)
{
	l4_word_t end = (l4_word_t)direct(s->stack) + PAGE_BYTES;

	s->work = work;
	s->task = t;
	s->top = end - (bytes + STACK_ALIGN - 1) / STACK_ALIGN * STACK_ALIGN;
	s->sp = 0;
	if (bytes > 0)
		memcpy((void *)s->top, given, bytes);
}

struct order *step_run(struct steps *s)
{
	step.steps = s;
	if (s->sp == 0)
		stack_begin(&step.loop_sp, s->top, run_work);
	else
		stack_switch(&step.loop_sp, s->sp);
	return step.made;
}
