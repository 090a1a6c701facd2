/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conflict.c - see conflict.h.
 */
#include <stdio.h>
#include <string.h>
#include "conflict.h"

static char text[2 * ROOT_NAME_BYTES + 80];

/* The first range of b in which one of a lies too; 0: there is none. */
static const struct range *common(const struct ranges *a, const struct ranges *b)
{
	for (const struct range *r = b->at; r < b->at + b->count; r++)
		if (ranges_touch(a, r->first, r->last))
			return r;
	return 0;
}

static const char *devices(const struct program *a, const struct program *b, const char **at)
{
	static const char *const kinds[] = { "an interrupt", "a port", "device memory" };
	const struct range *r[] = {
		common(&a->irqs, &b->irqs), common(&a->ports, &b->ports), common(&a->physical, &b->physical),
	};

	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!r[i])
			continue;
		*at = r[i]->at;
		snprintf(text, sizeof(text), "`%s` and `%s`, which are both started, have %s in common", a->name,
			 b->name, kinds[i]);
		return text;
	}
	return 0;
}

/* Also of sections that are not started: what is on a disk stays. */
static const char *disks(const struct program *a, const struct program *b, const char **at)
{
	const struct disk_range *d = &a->disk, *e = &b->disk;

	if (strcmp(d->name, e->name) == 0 && ((d->partition && e->sectors) || (e->partition && d->sectors))) {
		*at = e->at;		/* where a partition is shows only when the machine runs */
		snprintf(text, sizeof(text), "`%s` and `%s` have parts of one disk, one a partition and one not",
			 a->name, b->name);
		return text;
	}
	if (strcmp(d->name, e->name) != 0 || d->sectors == 0 || e->sectors == 0
	    || (d->first == e->first && d->sectors == e->sectors)
	    || d->first >= e->first + e->sectors || e->first >= d->first + d->sectors)
		return 0;
	*at = e->at;
	snprintf(text, sizeof(text), "`%s` and `%s` have different parts of the disk with sectors in common",
		 a->name, b->name);
	return text;
}

/* A section whose disk is not that which each description has. */
static const char *unused_disk(const struct config *c, const struct program *p, const char **at)
{
	if (strcmp(p->disk.name, DISK_NAME) == 0)
		return 0;
	for (const struct program *driver = c->program; driver < c->program + c->programs; driver++)
		if (names_hold(&p->uses, driver->name) && names_hold(&driver->provides, p->disk.name))
			return 0;
	*at = p->disk.at;
	snprintf(text, sizeof(text), "no program that `%s` uses provides the disk `%s`", p->name, p->disk.name);
	return text;
}

static const char *between(const struct config *c, const struct program *a, const struct program *b,
			   const char **at)
{
	const char *wrong = 0;

	if (config_starts(c, a) && config_starts(c, b))
		wrong = devices(a, b, at);	/* another section may be an alternative */
	return wrong ? wrong : disks(a, b, at);
}

const char *conflict_find(const struct config *c, const char **at)
{
	const struct program *end = c->program + c->programs;
	const char *wrong = 0;

	for (const struct program *b = c->program; b < end; b++)
		for (const struct program *a = c->program; a < b && !wrong; a++)
			wrong = between(c, a, b, at);
	for (const struct program *a = c->program; a < end && !wrong; a++)
		wrong = disks(a, &c->others, at);
	for (const struct program *p = c->program; p < end && !wrong; p++)
		wrong = unused_disk(c, p, at);
	return wrong ? wrong : unused_disk(c, &c->others, at);
}
