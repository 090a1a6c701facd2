/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * copy.c - copies of the core and of the model together.
 *
 * A walk copies a hundred thousand times a second or so, so only the frames of the pool that can have
 * been used are copied: they are given out from the low end, and freed ones first of all. And by bcopy,
 * since the core brings a plain memcpy of its own.
 */
#include <stdlib.h>
#include <strings.h>
#include <core/kernel.h>
#include "engine.h"
#include "world.h"

enum { FRAMES = 208, SPARE = 16 };	/* SPARE: more than a script has in use for a moment */

struct copy {
	const struct game *game;
	void *model;
	struct kernel kernel;
	struct mem mem;
	struct host host;
	unsigned char pool[FRAMES * KMEM_FRAME];
};

struct copy *copy_new(const struct game *g)
{
	struct copy *c = malloc(sizeof(*c));

	CHECK(c);
	c->game = g;
	c->model = malloc(g->model_size);
	CHECK(c->model);
	return c;
}

static void check_room(void)
{
	CHECK(mem.kmem.frames - mem.kmem.frames_free + SPARE < FRAMES);
}

void copy_take(struct copy *c)
{
	check_room();
	bcopy(&kernel, &c->kernel, sizeof(kernel));
	bcopy(&mem, &c->mem, sizeof(mem));
	bcopy(&host, &c->host, offsetof(struct host, console));
	bcopy((void *)mem.kmem.base, c->pool, sizeof(c->pool));
	bcopy(c->game->model, c->model, c->game->model_size);
}

void copy_back(const struct copy *c)
{
	check_room();
	bcopy(&c->kernel, &kernel, sizeof(kernel));
	bcopy(&c->mem, &mem, sizeof(mem));
	bcopy(&c->host, &host, offsetof(struct host, console));
	bcopy(c->pool, (void *)mem.kmem.base, sizeof(c->pool));
	bcopy(c->model, c->game->model, c->game->model_size);
	host_tlb_reset();
}

void copy_drop(struct copy *c)
{
	free(c->model);
	free(c);
}
