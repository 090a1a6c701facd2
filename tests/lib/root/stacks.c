/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stacks.c - between root's job/job.c, job/step.c and arch/x86_64/switch.S. The address sanitizer and the
 * host's C library need more than the page that a job has: each page stands for a larger stack here. And
 * whenever root goes from one stack to another, records move: what a job has found in them before is wrong
 * then.
 *
 * J4 and J5 (step.h) are checked here: job.c gets, frees and uses its stacks by these functions.
 */
#include <string.h>
#include <sanitizer/asan_interface.h>
#include <root/job/job.h>
#include <root/job/switch.h>
#include <root/root.h>
#include "../posix/kernel.h"

enum { STACKS = 1024, STACK = 64 << 10 };

void host_stack_begin(l4_word_t *here, l4_word_t top, void (*work)(void));
void host_stack_switch(l4_word_t *here, l4_word_t to);
l4_word_t host_account_raw(struct account *a, unsigned order);
void host_account_free_block(struct account *a, l4_word_t physical, unsigned order);
void host_step_begin(struct steps *s, job_work *work, struct task *t, const void *given, unsigned bytes);
struct order *host_step_run(struct steps *s);

/* steps: the last ones that used the page as their stack. */
static struct stack { l4_word_t page; const struct steps *steps; } stacks[STACKS];	/* page 0: a free place */
static _Alignas(16) char memory[STACKS][STACK];
static const struct steps *running;	/* those of which a step is executed */

static void must(bool holds, const char *why)
{
	if (!holds)
		kernel_stop(why);
}

static struct stack *place_of(l4_word_t page, const char *why)
{
	struct stack *k = stacks;

	while (k < stacks + STACKS && k->page != page)
		k++;
	must(k < stacks + STACKS, why);
	return k;
}

static struct stack *stack_at(l4_word_t page, const char *why)
{
	must(page != 0, why);
	return place_of(page, why);
}

static struct stack *stack_of(const struct steps *s) { return stack_at(s->stack, "a job has no stack"); }

/* ---- the life of a stack ---- */

l4_word_t host_account_raw(struct account *a, unsigned order)
{
	l4_word_t page = account_raw(a, order);

	if (page != 0)
		*place_of(0, "too many stacks of jobs") = (struct stack){ page, 0 };
	return page;
}

void host_account_free_block(struct account *a, l4_word_t physical, unsigned order)
{
	struct stack *k = stack_at(physical, "a page is freed that is no stack, or not any more");

	must(!k->steps || (k->steps != running && !k->steps->work), "a stack is freed whose work is under way");
	*k = (struct stack){ 0 };
	account_free_block(a, physical, order);
}

/* A stack for each task that has not ended, and for each of root's own jobs. */
static void count_stacks(void)
{
	unsigned wanted = JOBS - TASKS_MAX, there = 0;

	for (unsigned i = 0; i < TASKS_MAX; i++)
		wanted += root.task[i] && root.task[i]->phase != TASK_ENDED;
	for (unsigned i = 0; i < STACKS; i++)
		there += stacks[i].page != 0;
	must(there >= wanted, "a stack is missing");
	must(there <= wanted, "a stack was not freed");
}

void host_step_begin(struct steps *s, job_work *work, struct task *t, const void *given, unsigned bytes)
{
	must(s != running, "a work begins within a step of its own job");
	stack_of(s)->steps = s;
	step_begin(s, work, t, given, bytes);
}

struct order *host_step_run(struct steps *s)
{
	struct order *made;

	must(!running, "a step begins within another one");
	count_stacks();
	running = s;
	made = step_run(s);
	running = 0;
	return made;
}

/* ---- records that move ---- */

/*
 * None, one or two areas that mean nothing are the first ones, another number each time; none if the task is
 * soon to have as many areas as it can.
 */
static const struct area none[] = {
	{ .base = PAGE_BYTES, .last = 2 * PAGE_BYTES - 1, .kind = AREA_GUARD },
	{ .base = 2 * PAGE_BYTES, .last = 3 * PAGE_BYTES - 1, .kind = AREA_GUARD },
};

enum { NONE = sizeof(none) / sizeof(none[0]), MANY = AREAS_MAX - 8 };

static unsigned before(const struct task *t)
{
	unsigned n = 0;

	while (n < NONE && n < t->areas && t->area[n].base == none[n].base)
		n++;
	return n;
}

static void move_areas(struct task *t)
{
	unsigned n = before(t);

	if (t->areas == n)
		return;
	if (n == NONE || t->areas >= MANY) {
		t->areas = (uint8_t)(t->areas - n);
		memmove(t->area, t->area + n, t->areas * sizeof(t->area[0]));
	} else {
		memmove(t->area + n + 1, t->area + n, (t->areas++ - n) * sizeof(t->area[0]));
		t->area[n] = none[n];
	}
}

static l4_word_t moved(struct task *t, l4_word_t page)
{
	l4_word_t new = account_raw(&t->account, 0);

	if (new == 0)
		return page;
	memcpy(direct(new), direct(page), PAGE_BYTES);
	memset(direct(page), 0xee, PAGE_BYTES);
	account_free(&t->account, page);
	return new;
}

/* The pages of child spaces, and their directory, are others. Of a task that ends some are free already. */
static void move_spaces(struct task *t)
{
	l4_word_t *entry;

	if (t->spaces.directory == 0 || t->phase != TASK_ALIVE)
		return;
	t->spaces.directory = moved(t, t->spaces.directory);
	entry = direct(t->spaces.directory);
	for (unsigned i = 0; i < t->spaces.pages; i++)
		entry[i] = moved(t, entry[i] & ~PAGE_MASK) | (entry[i] & PAGE_MASK);
}

static void move_records(void)
{
	for (unsigned i = 0; i < TASKS_MAX; i++)
		if (root.task[i]) {
			move_areas(root.task[i]);
			move_spaces(root.task[i]);
		}
}

/* ---- from one stack to another ---- */

/* Frames of a work that was dropped are none. */
void host_stack_begin(l4_word_t *here, l4_word_t top, void (*work)(void))
{
	char *stack = memory[stack_of(running) - stacks];

	must(((top - 1) & ~PAGE_MASK) == (l4_word_t)direct(running->stack), "a stack is not its job's page");
	ASAN_UNPOISON_MEMORY_REGION(stack, STACK);
	stack_begin(here, (l4_word_t)stack + STACK, work);
}

void host_stack_switch(l4_word_t *here, l4_word_t to)
{
	move_records();
	stack_switch(here, to);
}
