/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search.c - every script up to some length, breadth first; of equal states only one is continued.
 *
 * A state is known by a hash of 64 bits of the model's key. It is reached again by playing its script,
 * but for what it has in common with the last one: there is a copy for each step of that.
 */
#include <stdlib.h>
#include <string.h>
#include <core/check.h>
#include "engine.h"
#include "world.h"

struct node {
	uint32_t parent;
	struct step step;
};

static struct {
	struct node *node;
	size_t count, room;
	uint64_t *table;		/* hashes of states, open addressing; 0: empty */
	size_t slots;
	struct copy *copy[DEPTH_MAX + 1];
	uint32_t path[DEPTH_MAX + 1];	/* the state that copy[i] is of */
	unsigned depth;			/* of the last one */
} at;

static uint64_t hash(const uint8_t *key, size_t n)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ key[i]) * 0x100000001b3u;
	h ^= h >> 32;
	return h * 0x9e3779b97f4a7c15u | 1;
}

static void enter(uint64_t *table, size_t slots, uint64_t h)
{
	size_t i = h >> 1 & (slots - 1);

	while (table[i])
		i = (i + 1) & (slots - 1);
	table[i] = h;
}

static bool known(uint64_t h)
{
	for (size_t i = h >> 1 & (at.slots - 1); at.table[i]; i = (i + 1) & (at.slots - 1))
		if (at.table[i] == h)
			return true;
	return false;
}

static void grow(void)
{
	size_t slots = at.slots * 2;
	uint64_t *table = calloc(slots, sizeof(*table));

	CHECK(table);
	for (size_t i = 0; i < at.slots; i++)
		if (at.table[i])
			enter(table, slots, at.table[i]);
	free(at.table);
	at.table = table;
	at.slots = slots;
}

/* The state that both worlds are in, reached from `parent` by step. True if it is new. */
static bool arrive(const struct game *g, uint32_t parent, struct step step)
{
	uint8_t key[KEY_MAX];
	uint64_t h = hash(key, g->key(key));

	if (known(h))
		return false;
	if (2 * at.count > at.slots)
		grow();
	enter(at.table, at.slots, h);
	if (at.count == at.room) {
		at.room *= 2;
		at.node = realloc(at.node, at.room * sizeof(*at.node));
		CHECK(at.node);
	}
	at.node[at.count++] = (struct node){ parent, step };
	return true;
}

/* The script of node n; its length is the depth of n. */
static void script_of(struct script *s, uint32_t n)
{
	unsigned depth = 0;

	for (uint32_t i = n; i != 0; i = at.node[i].parent)
		depth++;
	s->length = depth;
	for (uint32_t i = n; i != 0; i = at.node[i].parent)
		s->step[--depth] = at.node[i].step;
}

/* Both worlds into the state of node n, at `depth`, from the nearest one on the way that has a copy. */
static void go_to(const struct game *g, uint32_t n, unsigned depth)
{
	uint32_t way[DEPTH_MAX + 1];
	unsigned from = depth;

	for (uint32_t i = n, d = depth; ; i = at.node[i].parent, d--) {
		way[d] = i;
		if (d == 0)
			break;
	}
	if (from > at.depth)
		from = at.depth;
	while (at.path[from] != way[from])
		from--;
	expect_end();
	copy_back(at.copy[from]);
	for (; from < depth; from++) {
		g->play(at.node[way[from + 1]].step);
		at.path[from + 1] = way[from + 1];
		if (!at.copy[from + 1])
			at.copy[from + 1] = copy_new(g);
		copy_take(at.copy[from + 1]);
	}
	at.depth = depth;
}

static void search_begin(const struct game *g)
{
	begin(g);
	at.room = 1 << 16;
	at.slots = 1 << 18;
	at.node = malloc(at.room * sizeof(*at.node));
	at.table = calloc(at.slots, sizeof(*at.table));
	CHECK(at.node && at.table);
	at.count = 0;
	arrive(g, 0, (struct step){ 0 });
	at.copy[0] = copy_new(g);
	copy_take(at.copy[0]);
	at.path[0] = 0;
	at.depth = 0;
}

static void search_end(void)
{
	for (unsigned i = 0; i <= DEPTH_MAX; i++) {
		if (at.copy[i])
			copy_drop(at.copy[i]);
		at.copy[i] = 0;
	}
	free(at.node);
	free(at.table);
}

/* The script that is played, for the handler of a difference. */
static struct { uint32_t node; struct step step; } now;

/* Every step from node n, which both worlds are in. */
static void steps_from(const struct game *g, uint32_t n, const struct step *steps, struct figures *f)
{
	const struct copy *here = at.copy[at.depth];

	for (const struct step *s = steps; s->arg[0]; s++) {
		now.node = n;
		now.step = *s;
		if (!g->play(*s))
			continue;
		f->steps++;
		if (arrive(g, n, *s))
			check_core();
		if (g->probe)
			g->probe();
		copy_back(here);
	}
}

static void search_on(const struct search *w, double seconds, struct figures *f)
{
	static struct step steps[STEPS_MAX + 1];
	unsigned depth = 0, most = seconds > 0 ? w->long_depth : w->depth;
	double end = seconds_now() + seconds;
	size_t level_end = 1;			/* the states before it have `depth` steps */

	steps[w->steps(steps)] = (struct step){ 0 };
	for (size_t n = 0; n < at.count && depth < most; n++) {
		if (n == level_end) {
			level_end = at.count;
			f->depth = ++depth;
			if (depth == most)
				return;
		}
		if (seconds > 0 && seconds_now() > end)
			return;
		go_to(w->game, (uint32_t)n, depth);
		steps_from(w->game, (uint32_t)n, steps, f);
	}
	f->depth = depth + 1;
	f->closed = true;
}

bool search_all(const struct search *w, double seconds, struct figures *f, struct script *s)
{
	double start = seconds_now();
	bool fails = false;

	*f = (struct figures){ 0 };
	s->game = w->game;
	if (sigsetjmp(differed, 1)) {
		note_difference(s);
		script_of(s, now.node);
		s->step[s->length++] = now.step;
		fails = true;
	} else {
		search_begin(w->game);
		search_on(w, seconds, f);
	}
	f->states = at.count;
	f->seconds = seconds_now() - start;
	search_end();
	if (fails)
		script_shrink(s);
	return fails;
}
