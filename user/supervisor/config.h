/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * config.h - the system description, the file `init` of the boot image: docs/user/system.md. For the
 * supervisor, and for the tool that makes boot images.
 */
#ifndef SUPERVISOR_CONFIG_H
#define SUPERVISOR_CONFIG_H

#include <proto/grants.h>

enum {
	CONFIG_RESTARTS = 16,		/* largest restart limit */
	CONFIG_TASKS = 32,		/* usual number of a section's tasks */
	CONFIG_PRIORITY = 100, CONFIG_SECTOR = 512, CONFIG_HEARTBEAT = 2000,	/* s: longest time */
};

#define DISK_MAX	((uint64_t)1 << 60)	/* bytes: more than any disk has */
#define DEFAULT_MEMORY	((l4_word_t)4 << 20)
#define RESERVE_DEFAULT	(~(l4_word_t)0)

/* What the supervisor itself reads of a section. */
struct rules {
	bool when_found;			/* started only when one of its PCI devices has been found */
	unsigned restarts, within;		/* at most `restarts` (0: none) within `within` seconds */
	unsigned heartbeat;			/* seconds; 0: no heartbeat is expected */
};

/* Where in the text statements of a section are; 0: there is none. */
struct marks {
	const char *sizes;			/* the last one of the numbers that must agree */
	const char *disk;
	const char *irqs[GRANTS_RANGES], *ports[GRANTS_RANGES], *physical[GRANTS_RANGES], *pci[GRANTS_RANGES];
};

struct config {
	struct grants grants;
	bool has_others;
	struct rules rules[GRANTS_MAX + 1];		/* the last ones: of `task *` */
	struct marks marks[GRANTS_MAX + 1];
};

/* Line and column, from 1. */
struct place { unsigned line, column; };

/* Returns 0, or a sentence on the first error, and *at is the place of that. */
const char *config_parse(struct config *c, const char *text, l4_word_t size, struct place *at);

/* Returns where statements of this section are. */
static inline const struct marks *config_marks(const struct config *c, const struct grant *p)
{
	return &c->marks[p == &c->grants.others ? GRANTS_MAX : p - c->grants.program];
}

/* Returns the rules of the program of a start. */
static inline const struct rules *config_rules(const struct config *c, unsigned start)
{
	return &c->rules[c->grants.start[start].program];
}

#endif
