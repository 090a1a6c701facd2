/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * path.c - see path.h.
 */
#include <string.h>
#include <pecan/files.h>
#include <servers/files/cache/cache.h>
#include <servers/files/volume/errors.h>
#include <servers/files/volume/flags.h>
#include <servers/files/volume/inode.h>
#include <servers/files/volume/volume.h>

#include "names.h"
#include "path.h"
#include "work.h"

enum { LINKS_MAX = 8, WALK_BLOCKS = 1024, WALK_LARGEST = LINKS_MAX + 2 };

/* It ends here, and is done again. */
static bool is_unfinished(const struct attempt *a, errcode_t e)
{
	return e == TREE_MORE || attempt_has_missed(a);
}

/* An inode without links is not in use: its name is absent, and p->dead. */
static errcode_t lookup(struct attempt *a, const char *name, size_t length, struct walk *w)
{
	struct place *p = w->p;
	errcode_t e = names_find(a, p->directory, name, length, &w->looked, &p->inode);
	struct ext2_inode found;

	if (!e && p->inode > volume->super->s_inodes_count)
		e = EXT2_ET_BAD_INODE_NUM;
	if (!e)
		e = inode_read(p->inode, &found);
	if (e)
		return e;
	p->dead = found.i_links_count == 0;
	return p->dead ? EXT2_ET_FILE_NOT_FOUND : 0;
}

errcode_t path_read_link(struct attempt *a, ext2_ino_t number, char to[LINK_BYTES])
{
	struct ext2_inode inode;
	const char *text = (const char *)inode.i_block;
	errcode_t e = inode_read(number, &inode);
	blk64_t block;

	*to = 0;
	if (e || !LINUX_S_ISLNK(inode.i_mode))
		return e;
	e = flags_check(&inode, FLAG_READ);
	if (e || inode.i_size == 0 || inode.i_size >= LINK_BYTES)
		return e ? e : TREE_KIND;
	if (!ext2fs_is_fast_symlink(&inode)) {
		e = ext2fs_bmap2(volume, number, &inode, NULL, 0, 0, NULL, &block);
		text = e || block == 0 ? NULL : cache_read(a, block);
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
static errcode_t lookup_next(struct attempt *a, const char *name, size_t n, struct walk *w)
{
	struct place *p = w->p;
	uint64_t before = cache_reads();
	errcode_t e;

	if (p->read > WALK_BLOCKS + WALK_LARGEST * p->largest)
		return EXT2_ET_SYMLINK_LOOP;
	e = lookup(a, name, n, w);
	p->read_for_name += cache_reads() - before;
	if (is_unfinished(a, e))
		return TREE_MORE;
	p->read += p->read_for_name;
	p->largest = p->read_for_name > p->largest ? p->read_for_name : p->largest;
	p->read_for_name = 0;
	w->looked.directory = 0;
	return e;
}

/* ---- the resolved path ---- */

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
static errcode_t step(struct attempt *a, const char *name, size_t n, struct walk *w)
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
		e = lookup_next(a, name, n, w);
	if (e == EXT2_ET_FILE_NOT_FOUND)
		p->inode = 0;
	return e == EXT2_ET_FILE_NOT_FOUND ? 0 : e;
}

/*
 * The last name of the walk's path is a link. What is left of the path is one behind what the link leads to.
 * A link to an absolute path leads to the root of the disk, with FILES_ROOT in front or without.
 */
static errcode_t follow(const char *link, struct walk *w)
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
	strcpy(old, w->whole + w->at);
	if (strlen(link) + strlen(old) + 2 > WALK_BYTES)
		return TREE_NAME;
	strcpy(w->whole, link);
	strcat(strcat(w->whole, "/"), old);
	w->at = 0;
	return 0;
}

/* The next name of the path. *end: there is none. */
static errcode_t walk_on(struct attempt *a, bool last, struct walk *w, bool *end)
{
	const char *at = w->whole + w->at;
	char link[LINK_BYTES];
	size_t n;
	errcode_t e;

	at += strspn(at, "/");
	n = strcspn(at, "/");
	*end = n == 0;
	if (*end)
		return 0;
	e = step(a, at, n, w);
	at += n;
	w->at = (unsigned)(at - w->whole);
	if (e || w->p->inode == 0 || (!last && !at[strspn(at, "/")]))
		return e;
	e = path_read_link(a, w->p->inode, link);
	return e || !*link ? e : follow(link, w);
}

/* If it ends before the path it is as it was before the name that it could not find out about. */
static errcode_t walk(struct attempt *a, bool last, struct walk *w)
{
	bool end = false;
	errcode_t e = 0;

	while (!e && !end) {
		unsigned at = w->at, depth = w->depth;
		size_t bytes = strlen(w->p->path);
		ext2_ino_t inode = w->p->inode;

		e = walk_on(a, last, w, &end);
		if (!is_unfinished(a, e))
			continue;
		e = TREE_MORE;
		w->at = at;
		w->depth = depth;
		w->p->path[bytes] = 0;
		w->p->inode = inode;
	}
	return e;
}

static errcode_t begin(const char *path, struct walk *w)
{
	struct place *p = w->p;

	w->at = w->depth = p->links = 0;
	w->looked.directory = 0;
	p->directory = p->inode = EXT2_ROOT_INO;
	p->name[0] = p->path[0] = 0;
	p->read = p->largest = p->read_for_name = 0;
	p->dead = false;
	if (strlen(path) >= WALK_BYTES)
		return TREE_NAME;
	strcpy(w->whole, path);
	return 0;
}

errcode_t path_walk(struct attempt *a, const char *path, bool last, enum permit wanted, struct place *p)
{
	struct progress *progress = work_progress();
	struct path_progress *before = progress ? &progress->path : NULL;
	errcode_t e = 0;
	struct walk w;

	if (before && before->walks) {
		w = before->walk;
		*p = before->place;
		w.p = p;
	} else {
		w.p = p;
		e = begin(path, &w);
	}
	if (!e)
		e = walk(a, last, &w);
	if (before)
		before->walks = is_unfinished(a, e);
	if (before && before->walks) {
		before->place = *p;
		before->walk = w;
	}
	if (e == TREE_MORE)
		return attempt_has_missed(a) ? EXT2_ET_SHORT_READ : e;
	return permit_path(p->path, e ? PERMIT_PASS : wanted) ? e : TREE_DENIED;
}

void path_forget(struct path_progress *p, ext2_ino_t directory)
{
	bool through = p->place.inode == directory;

	for (unsigned i = 0; i < p->walk.depth && p->walks; i++)
		through |= p->walk.above[i] == directory;
	p->walks &= !through;
}

errcode_t path_find(struct attempt *a, const char *path, bool last, enum permit wanted, ext2_ino_t *inode)
{
	struct place p;
	errcode_t e = path_walk(a, path, last, wanted, &p);

	*inode = p.inode;
	return e ? e : p.inode == 0 ? EXT2_ET_FILE_NOT_FOUND : 0;
}

bool path_is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || *name == 0;
}

errcode_t path_place(const char *path, bool there, struct place *p)
{
	errcode_t e = path_walk(NULL, path, false, PERMIT_WRITE, p);

	if (e)
		return e;
	if (path_is_dots(p->name))
		return there ? TREE_ARGUMENT : EXT2_ET_FILE_EXISTS;
	if (there && p->inode == 0)
		return EXT2_ET_FILE_NOT_FOUND;
	return !there && p->inode != 0 ? EXT2_ET_FILE_EXISTS : 0;
}
