/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * repair_names.c - the tree of directories, and the names of all files; see repair_parts.h.
 *
 * A directory whose name was changed may have two names: then one of them goes. One without a name was
 * removed, or its name was not written yet: what is in it counts for nothing.
 */
#include <pecan/server.h>
#include <servers/files/cache/cache.h>
#include <servers/files/names/dir_block.h>
#include <servers/files/names/htree.h>
#include <servers/files/volume/volume.h>
#include <stdlib.h>
#include <string.h>

#include "repair_parts.h"

/* A name of a directory, in which directory, and where. */
struct dir_link { uint32_t up, dir, block, offset; };

static struct dir_link *link_of;
static unsigned links, links_max;

/* What is done with each name of a block. */
typedef errcode_t name_fn(unsigned block, const struct dir_record *r);

static struct repair_tree *const t = &repair_tree;

/* ---- blocks of directories ---- */

static errcode_t read_block(unsigned i, char *bytes)
{
	return ext2fs_read_dir_block4(volume, t->block[i].block, bytes, 0, t->dir[t->block[i].dir].inode);
}

static bool is_dots(const struct dir_record *r, unsigned dots)
{
	return (unsigned)ext2fs_dirent_name_len(r->d) == dots && memcmp(r->d->name, "..", dots) == 0;
}

/* A directory begins with itself and the one above it. */
static errcode_t skip_dots(unsigned block, char *bytes, struct dir_record *r)
{
	struct repair_dir *d = &t->dir[t->block[block].dir];
	errcode_t e = dir_block_next(bytes, r);

	if (e || !r->d || !is_dots(r, 1) || r->d->inode != d->inode)
		return e ? e : REPAIR_DAMAGE;
	e = dir_block_next(bytes, r);
	if (e || !r->d || !is_dots(r, 2))
		return e ? e : REPAIR_DAMAGE;
	d->up = r->d->inode;
	return 0;
}

/* Reads a block of names; *r: its first record behind `.` and `..`. */
static errcode_t first_name(unsigned block, char *bytes, struct dir_record *r)
{
	errcode_t e = read_block(block, bytes);

	if (!e && t->block[block].number == 0)
		e = skip_dots(block, bytes, r);
	return e ? e : dir_block_next(bytes, r);
}

static errcode_t each_name(unsigned block, name_fn *fn)
{
	char *bytes = repair_bytes;
	struct dir_record r = { 0 };
	errcode_t e = first_name(block, bytes, &r);

	while (!e && r.d) {
		e = r.d->inode ? fn(block, &r) : 0;
		if (!e)
			e = dir_block_next(bytes, &r);
	}
	return e;
}

/* ---- the names ---- */

static int by_inode(const void *number, const void *dir)
{
	ext2_ino_t a = *(const ext2_ino_t *)number, b = ((const struct repair_dir *)dir)->inode;

	return a < b ? -1 : a > b;
}

static struct repair_dir *find_dir(ext2_ino_t number)
{
	return t->dirs ? bsearch(&number, t->dir, t->dirs, sizeof *t->dir, by_inode) : NULL;
}

static errcode_t add_link(unsigned block, const struct dir_record *r, const struct repair_dir *d)
{
	unsigned more = links_max ? links_max * 2 : t->dirs + 16;

	if (links == links_max) {
		void *new = realloc(link_of, more * sizeof *link_of);

		if (!new)
			return EXT2_ET_NO_MEMORY;
		link_of = new;
		links_max = more;
	}
	link_of[links++] = (struct dir_link){ t->block[block].dir, (uint32_t)(d - t->dir), block, r->offset };
	return 0;
}

/* Returns true if the htree leads to this block for such a name. Else the name is in another block, too. */
static bool is_in_place(unsigned block, const struct dir_record *r)
{
	const struct repair_dir *d = &t->dir[t->block[block].dir];
	uint32_t hash;

	return !d->indexed || (htree_hash(d->kind, r->d->name, (size_t)ext2fs_dirent_name_len(r->d), &hash) == 0
			       && repair_is_in_range(&t->block[block], hash));
}

static errcode_t count_name(unsigned block, const struct dir_record *r)
{
	ext2_ino_t number = r->d->inode;
	const struct repair_dir *d;

	if (number > volume->super->s_inodes_count || number < EXT2_FIRST_INO(volume->super)
	    || repair_is_own(number) || ext2fs_dirent_name_len(r->d) == 0)
		return REPAIR_DAMAGE;
	if (!is_in_place(block, r) || !ext2fs_test_inode_bitmap2(volume->inode_map, number)) {
		t->block[block].look = true;
		return 0;
	}
	d = find_dir(number);
	return d ? add_link(block, r, d) : ext2fs_icount_increment(t->names, number, NULL);
}

/* A name in a directory that is not in the tree. */
static errcode_t uncount_name(unsigned block, const struct dir_record *r)
{
	ext2_ino_t number = r->d->inode;

	if (!is_in_place(block, r) || !ext2fs_test_inode_bitmap2(volume->inode_map, number) || find_dir(number))
		return 0;
	return ext2fs_icount_decrement(t->names, number, NULL);
}

static int by_place(const void *a, const void *b)
{
	blk64_t x = ((const struct repair_dir_block *)a)->block, y = ((const struct repair_dir_block *)b)->block;

	return x < y ? -1 : x > y;
}

static errcode_t count_names(void)
{
	errcode_t e = 0;

	if (t->blocks > 0)
		qsort(t->block, t->blocks, sizeof *t->block, by_place);
	for (unsigned i = 0; i < t->blocks && !e; i++) {
		uint64_t next[CACHE_FETCH];
		unsigned n = 0;

		while (i % CACHE_FETCH == 0 && n < CACHE_FETCH && i + n < t->blocks) {
			next[n] = t->block[i + n].block;
			n++;
		}
		cache_fetch(NULL, next, n);
		repair_counts.reads += n;
		pecan_beat();
		e = each_name(i, count_name);
	}
	return e;
}

/* ---- the tree ---- */

static int by_up(const void *a, const void *b)
{
	const struct dir_link *x = a, *y = b;

	return x->up < y->up ? -1 : x->up > y->up ? 1 : x->block < y->block ? -1 : x->block > y->block;
}

static unsigned first_link(uint32_t up)
{
	unsigned low = 0, high = links;

	while (low < high) {
		unsigned middle = (low + high) / 2;

		if (link_of[middle].up < up)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* From the root on: each directory has the first name by which it was reached. */
static errcode_t reach(void)
{
	const struct repair_dir *root = find_dir(EXT2_ROOT_INO);
	uint32_t *stack = malloc(t->dirs * sizeof *stack);
	unsigned n = 0;

	if (!root || !stack) {
		free(stack);
		return root ? EXT2_ET_NO_MEMORY : REPAIR_DAMAGE;
	}
	stack[n++] = (uint32_t)(root - t->dir);
	while (n > 0) {
		uint32_t up = stack[--n];

		for (unsigned i = first_link(up); i < links && link_of[i].up == up; i++) {
			struct repair_dir *d = &t->dir[link_of[i].dir];

			if (d->at != REPAIR_NONE || d == root) {
				t->block[link_of[i].block].look = true;
				continue;
			}
			d->at = i;
			t->dir[up].subs++;
			stack[n++] = link_of[i].dir;
		}
	}
	free(stack);
	return 0;
}

static bool is_in_tree(const struct repair_dir *d)
{
	return d->at != REPAIR_NONE || d->inode == EXT2_ROOT_INO;
}

/* ---- mending ---- */

static bool must_go(unsigned block, const struct dir_record *r)
{
	const struct repair_dir *d = find_dir(r->d->inode);
	const struct dir_link *l = d && d->at != REPAIR_NONE ? &link_of[d->at] : NULL;

	if (!is_in_place(block, r) || !ext2fs_test_inode_bitmap2(volume->inode_map, r->d->inode))
		return true;
	return d && !(l && l->block == block && l->offset == r->offset);
}

/* Removes one name that must go, if there is one: *more. */
static errcode_t remove_one(unsigned block, bool *more)
{
	char *bytes = repair_bytes;
	struct dir_record r = { 0 };
	errcode_t e = first_name(block, bytes, &r);

	while (!e && r.d && !(r.d->inode && must_go(block, &r)))
		e = dir_block_next(bytes, &r);
	*more = !e && r.d;
	if (!*more)
		return e;
	repair_counts.names++;
	e = dir_block_remove(bytes, r.offset);
	return e ? e : ext2fs_write_dir_block4(volume, t->block[block].block, bytes, 0,
					       t->dir[t->block[block].dir].inode);
}

/* The first block of a directory: what is above it. */
static errcode_t set_up(unsigned block)
{
	char *bytes = repair_bytes;
	struct repair_dir *d = &t->dir[t->block[block].dir];
	ext2_ino_t up = d->at == REPAIR_NONE ? d->inode : t->dir[link_of[d->at].up].inode;
	struct dir_record r = { 0 };
	errcode_t e = 0;

	if (d->up == up)
		return 0;
	e = read_block(block, bytes);
	if (!e)
		e = skip_dots(block, bytes, &r);
	if (e)
		return e;
	r.d->inode = up;
	repair_counts.others++;
	return ext2fs_write_dir_block4(volume, t->block[block].block, bytes, 0, d->inode);
}

static errcode_t mend_block(unsigned block)
{
	errcode_t e = t->block[block].number == 0 ? set_up(block) : 0;
	bool more = t->block[block].look;

	while (!e && more)
		e = remove_one(block, &more);
	return e;
}

errcode_t repair_names(void)
{
	errcode_t e;

	links = links_max = 0;
	link_of = NULL;
	e = count_names();
	if (!e && links > 0)
		qsort(link_of, links, sizeof *link_of, by_up);
	if (!e)
		e = reach();
	for (unsigned i = 0; i < t->blocks && !e; i++)
		e = is_in_tree(&t->dir[t->block[i].dir]) ? mend_block(i) : each_name(i, uncount_name);
	free(link_of);
	return e;
}
