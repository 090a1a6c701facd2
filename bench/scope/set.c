/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * set.c - hash sets with generations, and footprints made of them.
 */
#include <stdio.h>
#include <stdlib.h>

#include "set.h"

static void *allocate(size_t count, size_t size)
{
	void *p = calloc(count, size);

	if (!p) {
		fprintf(stderr, "scope: out of memory\n");
		exit(1);
	}
	return p;
}

void set_init(struct set *s, uint32_t capacity)
{
	s->key = allocate(capacity, sizeof *s->key);
	s->generation = allocate(capacity, sizeof *s->generation);
	s->flags = allocate(capacity, sizeof *s->flags);
	s->capacity = capacity;
	s->count = 0;
	s->now = 1;
}

void set_clear(struct set *s)
{
	s->now++;
	s->count = 0;
}

static void set_grow(struct set *s)
{
	struct set bigger;

	set_init(&bigger, s->capacity * 2);
	for (uint32_t i = 0; i < s->capacity; i++)
		if (s->generation[i] == s->now)
			set_add(&bigger, s->key[i], s->flags[i]);
	free(s->key);
	free(s->generation);
	free(s->flags);
	*s = bigger;
}

bool set_add(struct set *s, uint64_t key, uint8_t flags)
{
	uint32_t i;

	if (s->count * 2 >= s->capacity)
		set_grow(s);
	i = hash64(key) & (s->capacity - 1);
	while (s->generation[i] == s->now) {
		if (s->key[i] == key) {
			s->flags[i] |= flags;
			return false;
		}
		i = (i + 1) & (s->capacity - 1);
	}
	s->generation[i] = s->now;
	s->key[i] = key;
	s->flags[i] = flags;
	s->count++;
	return true;
}

uint64_t set_count_flag(const struct set *s, uint8_t flag)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < s->capacity; i++)
		n += s->generation[i] == s->now && (s->flags[i] & flag);
	return n;
}

/* A footprint is nothing but sets, so all of them are reached as an array. */
enum { FOOTPRINT_SETS = sizeof(struct footprint) / sizeof(struct set), FIRST_CAPACITY = 1024 };

void footprint_init(struct footprint *f)
{
	struct set *s = (struct set *)f;

	for (int i = 0; i < FOOTPRINT_SETS; i++)
		set_init(&s[i], FIRST_CAPACITY);
}

void footprint_clear(struct footprint *f)
{
	struct set *s = (struct set *)f;

	for (int i = 0; i < FOOTPRINT_SETS; i++)
		set_clear(&s[i]);
}

struct footprint_size footprint_measure(const struct footprint *f)
{
	struct footprint_size n = {
		.line = f->line.count, .line_kernel = set_count_flag(&f->line, TOUCH_KERNEL),
		.page = f->page.count, .page_kernel = set_count_flag(&f->page, TOUCH_KERNEL),
	};

	for (int k = 0; k < 2; k++) {
		n.iline[k] = f->iline[k].count;
		n.dline[k] = f->dline[k].count;
		n.dline_written[k] = set_count_flag(&f->dline[k], TOUCH_WRITE);
		n.ipage[k] = f->ipage[k].count;
		n.dpage[k] = f->dpage[k].count;
	}
	return n;
}

void footprint_fetch(struct footprint *f, uint64_t line, uint64_t page, bool kernel)
{
	uint8_t joint = kernel ? TOUCH_READ | TOUCH_KERNEL : TOUCH_READ;

	set_add(&f->iline[kernel], line, TOUCH_READ);
	set_add(&f->line, line, joint);
	set_add(&f->ipage[kernel], page, TOUCH_READ);
	set_add(&f->page, page, joint);
}

void footprint_access(struct footprint *f, uint64_t line, uint64_t page, bool kernel, uint8_t touch)
{
	uint8_t joint = kernel ? touch | TOUCH_KERNEL : touch;

	set_add(&f->dline[kernel], line, touch);
	set_add(&f->line, line, joint);
	set_add(&f->dpage[kernel], page, touch);
	set_add(&f->page, page, joint);
}
