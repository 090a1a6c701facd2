/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conflict.c - see conflict.h.
 */
#include <stdio.h>
#include <string.h>
#include "conflict.h"

static char text[2 * ROOT_NAME_BYTES + 80];

/* The place in the text of the first range of b in which one of a lies too; 0: there is none. */
static const char *common(const struct ranges *a, const struct ranges *b, const char *const *places)
{
	for (unsigned i = 0; i < b->count; i++)
		if (grants_touch_range(a, b->at[i].first, b->at[i].last))
			return places[i];
	return 0;
}

static const char *devices(const struct config *c, const struct grant *a, const struct grant *b,
			   const char **at)
{
	static const char *const kinds[] = { "an interrupt", "a port", "device memory" };
	const struct marks *m = config_marks(c, b);
	const char *places[] = {
		common(&a->irqs, &b->irqs, m->irqs), common(&a->ports, &b->ports, m->ports),
		common(&a->physical, &b->physical, m->physical),
	};

	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!places[i])
			continue;
		*at = places[i];
		snprintf(text, sizeof(text), "`%s` and `%s`, which are both started, have %s in common", a->name,
			 b->name, kinds[i]);
		return text;
	}
	return 0;
}

/* Also of sections that are not started: what is on a disk stays. */
static const char *disks(const struct config *c, const struct grant *a, const struct grant *b,
			 const char **at)
{
	const struct disk_range *d = &a->disk, *e = &b->disk;

	if (strcmp(d->name, e->name) == 0 && ((d->partition && e->sectors) || (e->partition && d->sectors))) {
		*at = config_marks(c, b)->disk;	/* where a partition is shows only when the machine runs */
		snprintf(text, sizeof(text), "`%s` and `%s` have parts of one disk, one a partition and one not",
			 a->name, b->name);
		return text;
	}
	if (strcmp(d->name, e->name) != 0 || d->sectors == 0 || e->sectors == 0
	    || (d->first == e->first && d->sectors == e->sectors)
	    || d->first >= e->first + e->sectors || e->first >= d->first + d->sectors)
		return 0;
	*at = config_marks(c, b)->disk;
	snprintf(text, sizeof(text), "`%s` and `%s` have different parts of the disk with sectors in common",
		 a->name, b->name);
	return text;
}

/* A section whose disk is not that which each description has. */
static const char *unused_disk(const struct config *c, const struct grant *p, const char **at)
{
	const struct grants *g = &c->grants;

	if (strcmp(p->disk.name, DISK_NAME) == 0)
		return 0;
	for (const struct grant *driver = g->program; driver < g->program + g->programs; driver++)
		if (grants_hold_name(&p->uses, driver->name) && grants_hold_name(&driver->provides, p->disk.name))
			return 0;
	*at = config_marks(c, p)->disk;
	snprintf(text, sizeof(text), "no program that `%s` uses provides the disk `%s`", p->name, p->disk.name);
	return text;
}

static const char *between(const struct config *c, const struct grant *a, const struct grant *b,
			   const char **at)
{
	const char *wrong = 0;

	if (a->started && b->started)
		wrong = devices(c, a, b, at);	/* another section may be an alternative */
	return wrong ? wrong : disks(c, a, b, at);
}

const char *conflict_find(const struct config *c, const char **at)
{
	const struct grants *g = &c->grants;
	const struct grant *end = g->program + g->programs;
	const char *wrong = 0;

	for (const struct grant *b = g->program; b < end; b++)
		for (const struct grant *a = g->program; a < b && !wrong; a++)
			wrong = between(c, a, b, at);
	for (const struct grant *a = g->program; a < end && !wrong; a++)
		wrong = disks(c, a, &g->others, at);
	for (const struct grant *p = g->program; p < end && !wrong; p++)
		wrong = unused_disk(c, p, at);
	return wrong ? wrong : unused_disk(c, &g->others, at);
}
