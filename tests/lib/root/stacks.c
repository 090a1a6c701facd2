/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stacks.c - between root's job/step.c and arch/x86_64/switch.S. The address sanitizer and the host's C
 * library need more than the page that a job has: each page stands for a larger stack here. And whenever root
 * goes from one stack to another, records move: what a job has found in them before is wrong then.
 */
#include <string.h>
#include <sanitizer/asan_interface.h>
#include <root/job/switch.h>
#include <root/root.h>
#include "../posix/kernel.h"

enum { STACKS = 1024, STACK = 64 << 10 };

void host_stack_begin(l4_word_t *here, l4_word_t top, void (*work)(void));
void host_stack_switch(l4_word_t *here, l4_word_t to);

static _Alignas(16) char stacks[STACKS][STACK];
static l4_word_t page_of[STACKS];

static char *stack_of(l4_word_t page)
{
	unsigned i = 0;

	while (i < STACKS && page_of[i] != page && page_of[i] != 0)
		i++;
	if (i == STACKS)
		kernel_stop("too many stacks of jobs");
	page_of[i] = page;
	return stacks[i];
}

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

/* Frames of a work that was dropped are none. */
void host_stack_begin(l4_word_t *here, l4_word_t top, void (*work)(void))
{
	char *stack = stack_of((top - 1) & ~PAGE_MASK);

	ASAN_UNPOISON_MEMORY_REGION(stack, STACK);
	stack_begin(here, (l4_word_t)stack + STACK, work);
}

void host_stack_switch(l4_word_t *here, l4_word_t to)
{
	move_records();
	stack_switch(here, to);
}
