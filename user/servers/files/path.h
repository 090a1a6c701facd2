/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * path.h - what a path leads to. Errors are those of libext2fs and of tree.h.
 */
#ifndef FILES_PATH_H
#define FILES_PATH_H

#include <stdbool.h>
#include <ext2fs/ext2fs.h>

#include "permit.h"

enum { NAME_MAX_BYTES = EXT2_NAME_LEN, LINK_BYTES = 512, WALK_BYTES = 1024 };

/* What a path leads to, and the directory that has its last name. */
struct place {
	ext2_ino_t directory, inode;	/* inode 0: there is none of that name */
	char name[NAME_MAX_BYTES + 1];	/* "" for the root */
	char path[WALK_BYTES];		/* resolved (permit.h), the last name included */
	bool dead;			/* damage: the directory has the name, its inode is not in use */
	unsigned links;			/* that were followed */
	uint64_t read, largest;		/* blocks that the path has taken, and those of one name at the most */
};

/*
 * last: a link that is the last name is followed, too. If the last name is absent p->inode is 0: no error.
 * TREE_DENIED: the client may not do with p->path what is wanted; or there is another error, and it may not
 * even see that.
 */
errcode_t path_walk(const char *path, bool last, enum permit wanted, struct place *p);

/* The same; an absent last name is an error. */
errcode_t path_find(const char *path, bool last, enum permit wanted, ext2_ino_t *inode);

/* A place where the client may make a new name, or the name of something that is there, to be changed. */
errcode_t path_place(const char *path, bool there, struct place *p);

/* "." or "..", or the root's. */
bool path_is_dots(const char *name);

/* What a symbolic link leads to; *to is empty if the inode is none. */
errcode_t path_read_link(ext2_ino_t number, char to[LINK_BYTES]);

#endif
