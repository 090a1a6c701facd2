/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * path.h - the inode that a path names. Errors are those of errors.h.
 */
#ifndef FILES_PATH_H
#define FILES_PATH_H

#include <stdbool.h>
#include <ext2fs/ext2fs.h>
#include <pecan/file_permits.h>

#include "names.h"

enum { NAME_MAX_BYTES = EXT2_NAME_LEN, LINK_BYTES = 512, WALK_BYTES = 1024 };

/* The inode that a path names, and the directory that has its last name. */
struct place {
	ext2_ino_t directory, inode;	/* inode 0: there is none of that name */
	char name[NAME_MAX_BYTES + 1];	/* "" for the root */
	char path[WALK_BYTES];		/* without links, the last name included */
	bool dead;			/* damage: the directory has the name, its inode is not in use */
	unsigned links;			/* number of links followed */
	uint64_t read, largest;		/* blocks read for the path; the most for one of its names */
	uint64_t read_for_name;		/* for the one that is looked for */
};

/*
 * A walk along a path: `whole` from `at` on is left, with the links that were followed so far. above: the
 * directories above that of its place, from the root on: one for each name of place.path. looked: of the next
 * name (names_find).
 */
struct walk {
	struct place *p;
	unsigned at, depth;
	struct names_place looked;
	char whole[WALK_BYTES];
	ext2_ino_t above[WALK_BYTES / 2];
};

/* A walk that has ended before the path, with its place, and is continued when the request is done again. */
struct path_progress { bool walks; struct place place; struct walk walk; };

/* The directory is another one, or has another path: a walk that went through it begins again. */
void path_forget(struct path_progress *p, ext2_ino_t directory);

/*
 * last: follow a link also if it is the last name. If the last name is absent p->inode is 0, and that is no
 * error. TREE_DENIED: the client may not do with p->path what is wanted, or there is another error that it
 * may not see.
 */
errcode_t path_walk(struct attempt *a, const char *path, bool last, enum permit wanted, struct place *p);

/* The same; an absent last name is an error. */
errcode_t path_find(struct attempt *a, const char *path, bool last, enum permit wanted, ext2_ino_t *inode);

/* Finds where the client may make a new name, or (there) a present name that the client may change. */
errcode_t path_place(const char *path, bool there, struct place *p);

/* Returns true for ".", ".." and "", the root's name. */
bool path_is_dots(const char *name);

/* Copies the path in a symbolic link; *to is empty if the inode is no symbolic link. */
errcode_t path_read_link(struct attempt *a, ext2_ino_t number, char to[LINK_BYTES]);

#endif
