/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * config.h - the system description, the file `init` of the boot image: docs/user/system.md.
 */
#ifndef ROOT_CONFIG_H
#define ROOT_CONFIG_H

#include <proto/disk.h>
#include <proto/root.h>
#include <x2/word.h>

enum {
	CONFIG_PROGRAMS = 64, CONFIG_STARTS = 24, CONFIG_RANGES = 8, CONFIG_NAMES = 12, CONFIG_ARGS_BYTES = 256,
	CONFIG_RESTARTS = 16,		/* largest restart limit */
	CONFIG_TASKS = 512, TASKS_DEFAULT = 32,	/* largest, and usual, number of a section's tasks */
	CONFIG_KEEP_MAX = 1 << 20,
	SMALL_MIB_MIN = 4, SMALL_MIB_MAX = 64,	/* ia32 5 */
	CONFIG_PATHS_BYTES = 8192,	/* of `paths`, of all sections; of one ROOT_TEXT_BYTES */
	DEFAULT_PRIORITY = 100, CONFIG_SECTOR = 512,
	PARTITION_MAX = 1024,		/* number of one of a disk: more than any table has */
};

/* Digits for which a word has room in any case. */
#define NUMBER_DIGITS(radix)	(L4_WORD_BITS == 64 ? 15 : (radix) == 16 ? 8 : 9)

#define MEMORY_MAX	(~(l4_word_t)0 >> (L4_WORD_BITS == 64 ? 24 : 0))	/* of a machine */
#define DISK_MAX	((uint64_t)1 << 60)	/* bytes: more than any disk has */
#define DEFAULT_MEMORY	((l4_word_t)4 << 20)
#define RESERVE_DEFAULT	(~(l4_word_t)0)
#define SMALL_DEFAULT	(~0u)

struct range { l4_word_t first, last; const char *at; };	/* at: in the text, while that is read */
struct ranges { unsigned count; struct range at[CONFIG_RANGES]; };
/* name: of its driver. sectors 0: the partition of this number, or if that is 0 all of it. at: in the text,
   while that is read; 0: there is no statement */
struct disk_range {
	char name[ROOT_NAME_BYTES];
	uint64_t first, sectors;
	unsigned partition;
	const char *at;
};
struct name_list { unsigned count; char at[CONFIG_NAMES][ROOT_NAME_BYTES]; };

/* A section: what a program may do and use. */
struct program {
	char name[ROOT_NAME_BYTES];
	unsigned rights;			/* enum root_right, but OTHERS */
	unsigned priority, max_priority;
	l4_word_t kmem_kib, kmem_reserve_kib;	/* kernel memory of a task: limit; reserved at its start */
	l4_word_t memory, reserve, keep;	/* bytes */
	unsigned small_mib;			/* of its small space; 0: a large one; SMALL_DEFAULT: layout.h */
	const char *sizes_at;			/* the last of these numbers in the text, while it is read */
	struct ranges irqs, ports, physical;
	struct ranges pci;			/* PCI devices, as root_may_drive has them */
	bool when_found;			/* started only when one of them has been found */
	struct name_list uses, provides;
	unsigned restarts, within;		/* at most `restarts` (0: none) within `within` seconds */
	unsigned heartbeat;			/* seconds; 0: no heartbeat is expected */
	bool confined;				/* its messages reach only tasks that it uses, or that use it */
	bool has_files;
	struct name_list files;			/* of the boot image, that it may read, if has_files; else it may
						   read all, or none if it is confined */
	const char *paths;			/* of files on a disk, in the format of root_paths */
	unsigned paths_bytes;
	struct disk_range disk;			/* its disk, or the part that is it */
	unsigned tasks;				/* that other tasks have started, at a time */
	bool started;				/* a `start` names it */
	unsigned number;			/* from 1, sections named by `start` first; 0: not a section */
	uint64_t users;				/* bit n: section number n + 1 uses it */
};

struct start { const struct program *program; char args[CONFIG_ARGS_BYTES]; };

struct config {
	unsigned programs, starts, paths_bytes;
	bool has_others;
	struct program others;			/* `task *`: programs without a section */
	struct program program[CONFIG_PROGRAMS];
	struct start start[CONFIG_STARTS];
	char paths[CONFIG_PATHS_BYTES];
};

/* Line and column, from 1. */
struct place { unsigned line, column; };

/* Returns 0, or a sentence on the first error, and *at is the place of that. */
const char *config_parse(struct config *c, const char *text, l4_word_t size, struct place *at);

/* Sets the fields started, number and users of all sections. Call it once, after config_parse. */
void config_number(struct config *c);

/* Returns the program's section, or `task *`, or the defaults if there is neither. */
const struct program *config_program(const struct config *c, const char *name);

/* Returns true if a `start` statement names this section. */
bool config_starts(const struct config *c, const struct program *p);

/* Returns true if the program may read this file of the boot image. */
bool config_may_read(const struct program *p, const char *file);

/*
 * Returns the section of a and b whose paths permit nothing that those of the other forbid; 0 if neither is
 * such, or b is 0 (no paths).
 */
const struct program *config_narrower(const struct program *a, const struct program *b);

/* Returns true if one of the ranges contains [first, last]. */
bool ranges_hold(const struct ranges *r, l4_word_t first, l4_word_t last);

/* Returns true if one of the ranges has a number of [first, last]. */
bool ranges_touch(const struct ranges *r, l4_word_t first, l4_word_t last);

/* Returns true if the list has the name. An entry may end in `*`, which stands for any text. */
bool names_hold(const struct name_list *l, const char *name);

#endif
