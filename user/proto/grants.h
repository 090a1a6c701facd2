/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * grants.h - what the programs of a system may do and use, as the supervisor hands it over to root
 * (docs/decisions/supervisor.md). The rules are those of the system description: docs/user/system.md.
 */
#ifndef PROTO_GRANTS_H
#define PROTO_GRANTS_H

#include <proto/disk.h>
#include <proto/root.h>
#include <x2/word.h>

enum {
	GRANTS_MAX = 64, GRANTS_STARTS = 24, GRANTS_RANGES = 8, GRANTS_NAMES = 12,
	GRANTS_TASKS = 512,		/* largest number of a section's tasks */
	GRANTS_KEEP = 1 << 20,
	GRANTS_SMALL_MIN = 4, GRANTS_SMALL_MAX = 64,	/* MiB; ia32 5 */
	GRANTS_PATHS_BYTES = 8192,	/* of `paths`, of all sections; of one ROOT_TEXT_BYTES */
	GRANTS_PRIORITY = 254,		/* highest */
	GRANTS_ARGS_BYTES = 256,	/* arguments of a start, with their NUL */
	GRANTS_PARTITION = 1024,	/* largest number of a partition: more than any table has */
};

#define SUPERVISOR_NAME	"supervisor"	/* of its program: its grant is root's, and no section's */
#define SMALL_DEFAULT	(~0u)
#define GRANTS_MEMORY	(~(l4_word_t)0 >> (L4_WORD_BITS == 64 ? 24 : 0))	/* bytes; more than there is */

struct range { l4_word_t first, last; };
struct ranges { unsigned count; struct range at[GRANTS_RANGES]; };
/* name: of its driver. sectors 0: the partition of this number, or if that is 0 all of it. */
struct disk_range {
	char name[ROOT_NAME_BYTES];
	uint64_t first, sectors;
	unsigned partition;
};
struct name_list { unsigned count; char at[GRANTS_NAMES][ROOT_NAME_BYTES]; };

/*
 * What a program may do and use, by its section of the system description. No field is a bool, as root reads
 * what another program has written. Root sets the last three itself (grants_number).
 */
struct grant {
	char name[ROOT_NAME_BYTES];
	unsigned rights;			/* enum root_right, but OTHERS and SUPERVISE */
	unsigned priority, max_priority;
	l4_word_t kmem_kib, kmem_reserve_kib;	/* kernel memory of a task: limit; reserved at its start */
	l4_word_t memory, reserve, keep;	/* bytes */
	unsigned small_mib;			/* of its small space; 0: a large one; SMALL_DEFAULT: layout.h */
	struct ranges irqs, ports, physical;
	struct ranges pci;			/* PCI devices, as root_may_drive has them */
	struct name_list uses, provides;
	unsigned confined;			/* not 0: its messages reach only tasks that it uses, or that use it */
	unsigned has_files;
	struct name_list files;			/* of the boot image, that it may read, if has_files; else it may
						   read all, or none if it is confined */
	unsigned paths, paths_bytes;		/* of files on a disk, as of root_paths: where in struct grants */
	struct disk_range disk;			/* its disk, or the part that is it */
	unsigned tasks;				/* that other tasks have started, at a time */
	unsigned started;			/* not 0: a `start` names it */
	unsigned number;			/* from 1, sections named by `start` first; 0: not a section */
	uint64_t users;				/* bit n: section number n + 1 uses it */
};

struct grants {
	unsigned programs, starts, paths_bytes;
	struct grant others;			/* `task *`: programs without a section */
	struct grant program[GRANTS_MAX];
	struct grants_start { unsigned program; char args[GRANTS_ARGS_BYTES]; } start[GRANTS_STARTS];
	char paths[GRANTS_PATHS_BYTES];
};

/* Sets the fields started, number and users of all grants; they are not handed over. */
void grants_number(struct grants *c);

/* Returns the program's grant, or `task *`, or the defaults if there is neither. */
const struct grant *grants_of(const struct grants *c, const char *name);

/* Returns the program of a start. */
static inline const struct grant *grants_started(const struct grants *c, unsigned start)
{
	return &c->program[c->start[start].program];
}

/* Returns true if the program may read this file of the boot image. */
bool grants_may_read(const struct grant *p, const char *file);

/*
 * Returns the one of a and b whose paths permit nothing that those of the other forbid; 0 if neither is such,
 * or b is 0 (no paths).
 */
const struct grant *grants_narrower(const struct grants *c, const struct grant *a, const struct grant *b);

/* Returns true if one of the ranges contains [first, last]. */
bool grants_hold_range(const struct ranges *r, l4_word_t first, l4_word_t last);

/* Returns true if one of the ranges has a number of [first, last]. */
bool grants_touch_range(const struct ranges *r, l4_word_t first, l4_word_t last);

/* Returns true if the list has the name. An entry may end in `*`, which stands for any text. */
bool grants_hold_name(const struct name_list *l, const char *name);

#endif
