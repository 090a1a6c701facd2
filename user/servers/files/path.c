/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * path.c - see path.h.
 */
#include <string.h>
#include <pecan/files.h>

#include "cache.h"
#include "inode.h"
#include "names.h"
#include "path.h"
#include "tree.h"
#include "volume.h"

enum { LINKS_MAX = 8, WALK_BLOCKS = 1024, WALK_LARGEST = LINKS_MAX + 2 };

static errcode_t find_name(ext2_ino_t directory, const char *name, size_t length, ext2_ino_t *inode)
{
	errcode_t e = names_find(directory, name, length, inode);

	return e ? e : *inode > volume->super->s_inodes_count ? EXT2_ET_BAD_INODE_NUM : 0;
}

/* An inode without links is not in use: its name is absent, and p->dead. */
static errcode_t lookup(const char *name, size_t length, struct place *p)
{
	errcode_t e = find_name(p->directory, name, length, &p->inode);
	struct ext2_inode found;

	if (!e)
		e = inode_read(p->inode, &found);
	if (e)
		return e;
	p->dead = found.i_links_count == 0;
	return p->dead ? EXT2_ET_FILE_NOT_FOUND : 0;
}

errcode_t path_read_link(ext2_ino_t number, char to[LINK_BYTES])
{
	struct ext2_inode inode;
	const char *text = (const char *)inode.i_block;
	errcode_t e = inode_read(number, &inode);
	blk64_t block;

	*to = 0;
	if (e || !LINUX_S_ISLNK(inode.i_mode))
		return e;
	if ((inode.i_flags & EXT4_INLINE_DATA_FL) || inode.i_size == 0 || inode.i_size >= LINK_BYTES)
		return TREE_KIND;
	if (!ext2fs_is_fast_symlink(&inode)) {
		e = ext2fs_bmap2(volume, number, &inode, NULL, 0, 0, NULL, &block);
		text = e || block == 0 ? NULL : cache_read(block);
	}
	if (!text || inode.i_size >= volume->blocksize)
		return e ? e : EXT2_ET_SHORT_READ;
	memcpy(to, text, inode.i_size);
	to[inode.i_size] = 0;
	return 0;
}

/*
 * A name that is not in an index (names.h) is looked for in its whole directory, and a path with links has up
 * to 2,000 names. So a path reads its largest directory no more often than the most links in it do, and
 * WALK_BLOCKS besides.
 */
static errcode_t lookup_next(const char *name, size_t n, struct place *p)
{
	uint64_t before = cache_reads(), read;
	errcode_t e;

	if (p->read > WALK_BLOCKS + WALK_LARGEST * p->largest)
		return EXT2_ET_SYMLINK_LOOP;
	e = lookup(name, n, p);
	read = cache_reads() - before;
	p->read += read;
	p->largest = read > p->largest ? read : p->largest;
	return e;
}

/* ---- the resolved path ---- */

/* A walk, and the directories above that of its place, from the root on: one for each name of place.path. */
struct walk { struct place *p; unsigned depth; ext2_ino_t above[WALK_BYTES / 2]; };

static errcode_t enter(struct walk *w)
{
	struct place *p = w->p;
	size_t at = strlen(p->path);

	if (at + strlen(p->name) + 2 > WALK_BYTES)
		return TREE_NAME;
	p->path[at] = '/';
	strcpy(p->path + at + 1, p->name);
	w->above[w->depth++] = p->directory;
	return 0;
}

/*
 * The way back is the way that the walk has come: what a damaged disk says of `..` cannot lead out of what is
 * permitted.
 */
static errcode_t step_dots(struct walk *w)
{
	struct place *p = w->p;
	errcode_t e = ext2fs_check_directory(volume, p->inode);

	if (e || p->name[1] == 0 || w->depth == 0)
		return e;
	p->inode = w->above[--w->depth];
	*strrchr(p->path, '/') = 0;
	return 0;
}

/* ---- walking ---- */

/* The next name of a path, of n characters. An absent one is no error: p->inode is 0 then. */
static errcode_t step(const char *name, size_t n, struct walk *w)
{
	struct place *p = w->p;
	errcode_t e;

	p->dead = false;
	if (n > NAME_MAX_BYTES)
		return TREE_NAME;
	if (p->inode == 0)
		return EXT2_ET_FILE_NOT_FOUND;
	p->directory = p->inode;
	memcpy(p->name, name, n);
	p->name[n] = 0;
	if (path_is_dots(p->name))
		return step_dots(w);
	e = enter(w);
	if (!e)
		e = lookup_next(name, n, p);
	if (e == EXT2_ET_FILE_NOT_FOUND)
		p->inode = 0;
	return e == EXT2_ET_FILE_NOT_FOUND ? 0 : e;
}

/*
 * The last name of the walk's path is a link. The path `rest` behind it is one behind what the link leads to:
 * `whole` becomes that. A link to an absolute path leads to the root of the disk, with FILES_ROOT in front or
 * without.
 */
static errcode_t follow(char whole[WALK_BYTES], const char *rest, const char *link, struct walk *w)
{
	struct place *p = w->p;
	char old[WALK_BYTES];
	const char *below = files_below(link);

	if (++p->links > LINKS_MAX)
		return EXT2_ET_SYMLINK_LOOP;
	w->depth = *link == '/' ? 0 : w->depth - 1;
	p->inode = *link == '/' ? EXT2_ROOT_INO : p->directory;
	*(*link == '/' ? p->path : strrchr(p->path, '/')) = 0;
	link = below ? below : link;
	strcpy(old, rest);
	if (strlen(link) + strlen(old) + 2 > WALK_BYTES)
		return TREE_NAME;
	strcpy(whole, link);
	strcat(strcat(whole, "/"), old);
	return 0;
}

static errcode_t walk(const char *path, bool last, struct walk *w)
{
	char whole[WALK_BYTES], link[LINK_BYTES];
	struct place *p = w->p;
	const char *at = whole;
	errcode_t e = strlen(path) < WALK_BYTES ? 0 : TREE_NAME;

	if (!e)
		strcpy(whole, path);
	while (!e) {
		size_t n;

		at += strspn(at, "/");
		n = strcspn(at, "/");
		if (n == 0)
			return 0;
		e = step(at, n, w);
		at += n;
		if (e || p->inode == 0 || (!last && !at[strspn(at, "/")]))
			continue;
		e = path_read_link(p->inode, link);
		if (!e && *link) {
			e = follow(whole, at, link, w);
			at = whole;
		}
	}
	return e;
}

errcode_t path_walk(const char *path, bool last, enum permit wanted, struct place *p)
{
	struct walk w;
	errcode_t e;

	w.p = p;
	w.depth = p->links = 0;
	p->directory = p->inode = EXT2_ROOT_INO;
	p->name[0] = p->path[0] = 0;
	p->read = p->largest = 0;
	p->dead = false;
	e = walk(path, last, &w);
	return permit_path(p->path, e ? PERMIT_PASS : wanted) ? e : TREE_DENIED;
}

errcode_t path_find(const char *path, bool last, enum permit wanted, ext2_ino_t *inode)
{
	struct place p;
	errcode_t e = path_walk(path, last, wanted, &p);

	*inode = p.inode;
	return e ? e : p.inode == 0 ? EXT2_ET_FILE_NOT_FOUND : 0;
}

bool path_is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || *name == 0;
}

errcode_t path_place(const char *path, bool there, struct place *p)
{
	errcode_t e = path_walk(path, false, PERMIT_WRITE, p);

	if (e)
		return e;
	if (path_is_dots(p->name))
		return there ? TREE_ARGUMENT : EXT2_ET_FILE_EXISTS;
	if (there && p->inode == 0)
		return EXT2_ET_FILE_NOT_FOUND;
	return !there && p->inode != 0 ? EXT2_ET_FILE_EXISTS : 0;
}
