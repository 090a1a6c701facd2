/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model.c - the model of a cache.
 */
#include "model.h"

void cache_touch(struct cache *c, uint64_t line)
{
	uint64_t *way = c->tag[line % CACHE_SETS], tag = line + 1;
	int i = 0;

	c->accesses++;
	while (i < CACHE_WAYS && way[i] != tag)
		i++;
	if (i == CACHE_WAYS) {
		c->misses++;
		i--;
	}
	for (; i > 0; i--)
		way[i] = way[i - 1];
	way[0] = tag;
}
