/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * names.c - see names.h.
 */
#include <pecan/endian.h>
#include <string.h>

#include "cache.h"
#include "dir_block.h"
#include "dir_file.h"
#include "htree.h"
#include "htree_change.h"
#include "inode.h"
#include "name_index.h"
#include "names.h"
#include "volume.h"

enum { HEAD = 8, LENGTH_AT = 6, FETCHED = 16,
       CHAIN = 4,	/* blocks with names of one hash in which there may be room for one more */
       SPLITS = 8 };	/* of nodes and blocks of names, for one name */

/* Where a name was found, and in which index. */
struct found { struct name_index *x; uint32_t hash; struct index_place place; ext2_ino_t inode; };

/* ---- indexes ---- */

struct listing { struct name_index *x; bool fits; };

static int add_block(ext2_filsys fs, blk64_t *block, e2_blkcnt_t n, blk64_t m, int at, void *arg)
{
	struct listing *l = arg;

	(void)fs;
	(void)m;
	(void)at;
	if (n < 0)
		return 0;
	l->x->holes |= n != l->x->blocks;
	l->fits = index_add_block(l->x, *block);
	return l->fits ? 0 : BLOCK_ABORT;
}

static errcode_t list_blocks(struct name_index *x)
{
	struct listing l = { x, true };
	errcode_t e = ext2fs_block_iterate3(volume, x->directory, BLOCK_FLAG_READ_ONLY, NULL, add_block, &l);

	return e ? e : l.fits ? 0 : EXT2_ET_NO_MEMORY;
}

/* *x NULL: the names are in the inode. */
static errcode_t open_index(ext2_ino_t directory, struct name_index **x)
{
	struct ext2_inode inode;
	errcode_t e;

	*x = index_get(directory);
	if (*x)
		return 0;
	e = ext2fs_check_directory(volume, directory);
	if (!e)
		e = inode_read(directory, &inode);
	if (e || (inode.i_flags & EXT4_INLINE_DATA_FL))
		return e;
	*x = index_new(directory);
	e = list_blocks(*x);
	if (e) {
		index_drop(*x);
		return e;
	}
	(*x)->tree = inode.i_flags & EXT2_INDEX_FL;
	(*x)->usable = (*x)->tree && !(*x)->holes && !(inode.i_flags & EXT4_CASEFOLD_FL);
	(*x)->searched = (*x)->usable;
	return 0;
}

void names_forget(ext2_ino_t directory)
{
	struct name_index *x = index_get(directory);

	if (x)
		index_drop(x);
}

void names_forget_all(void)
{
	index_drop_all();
}

/* ---- finding ---- */

static bool is_lower(struct index_place a, struct index_place b)
{
	return a.block < b.block || (a.block == b.block && a.offset < b.offset);
}

/*
 * Does the block in the cache have this name at that place? *stale: not even one of the same hash, so that
 * the index is wrong.
 */
static errcode_t look_at(struct found *f, struct index_place p, const struct dir_name *n, bool *stale)
{
	const char *at = cache_read(f->x->block[p.block].block);
	uint32_t inode;
	size_t length;

	if (!at)
		return EXT2_ET_SHORT_READ;
	at += p.offset;
	length = (unsigned char)at[LENGTH_AT];
	memcpy(&inode, at, sizeof inode);
	if (inode == 0 || p.offset + HEAD + length > volume->blocksize) {
		*stale = true;
	} else if (length != n->length || memcmp(at + HEAD, n->name, length) != 0) {
		*stale = index_hash(at + HEAD, length) != f->hash;
	} else if (f->inode == 0 || is_lower(p, f->place)) {
		f->place = p;
		f->inode = le32(inode);
	}
	return 0;
}

/* In the index: of several the first in the directory. f->inode 0: there is none. */
static errcode_t find_indexed(struct found *f, const struct dir_name *n, bool *stale)
{
	struct index_place p;
	unsigned at = 0;
	errcode_t e = 0;

	*stale = false;
	while (!e && !*stale && index_next(f->x, f->hash, &at, &p))
		e = look_at(f, p, n, stale);
	return e;
}

/* Looks for the name in a block, and puts those that are found into the index: all, or the one. */
static errcode_t search_block(struct found *f, unsigned block, const struct dir_name *n, bool all)
{
	struct dir_record r = { 0 };
	unsigned gap = 0;
	char *bytes;
	errcode_t e = dir_read(f->x, block, &bytes);

	if (!e)
		e = dir_block_next(bytes, &r);
	for (; !e && r.d; e = dir_block_next(bytes, &r)) {
		unsigned length = (unsigned)ext2fs_dirent_name_len(r.d);
		bool is = n && r.d->inode && length == n->length && memcmp(r.d->name, n->name, length) == 0;

		if (is && f->inode == 0) {
			f->place = (struct index_place){ block, r.offset };
			f->inode = r.d->inode;
		}
		if (r.d->inode && (is || all))
			index_put(f->x, index_hash(r.d->name, length), (struct index_place){ block, r.offset });
		gap = r.gap > gap ? r.gap : gap;
	}
	f->x->block[block].gap = gap;
	return e;
}

/* The blocks of a directory that are searched next, read together. */
static void fetch(const struct name_index *x, unsigned first)
{
	uint64_t block[FETCHED];
	unsigned n = 0;

	for (; n < FETCHED && first + n < x->blocks; n++)
		block[n] = x->block[first + n].block;
	cache_fetch(block, n);
}

/* In the blocks whose names are not all in the index. n NULL: all of these blocks, to know their gaps. */
static errcode_t find_in_rest(struct found *f, const struct dir_name *n)
{
	unsigned first = f->x->covered;
	errcode_t e = 0;

	for (unsigned i = first; i < f->x->blocks && !e && f->inode == 0; i++) {
		if ((i - first) % FETCHED == 0)
			fetch(f->x, i);
		e = search_block(f, i, n, true);
		f->x->covered += !e && !f->x->full;
	}
	return f->inode ? 0 : e;
}

/* By the htree. An error: it cannot be read. */
static errcode_t find_by_tree(struct found *f, const struct dir_name *n)
{
	struct htree t;
	unsigned block;
	char *bytes = dir_buffer(0);
	errcode_t e = bytes ? htree_first(&t, f->x, n, bytes, &block) : EXT2_ET_NO_MEMORY;

	while (!e && block > 0) {
		e = search_block(f, block, n, false);
		if (f->inode)
			return 0;
		if (!e)
			e = htree_next(&t, bytes, &block);
	}
	return e;
}

static bool is_dots(const struct dir_name *n)
{
	return n->name[0] == '.' && (n->length == 1 || (n->length == 2 && n->name[1] == '.'));
}

/* An htree has no dots: they are in the first block. */
static errcode_t find_fresh(struct found *f, const struct dir_name *n)
{
	errcode_t e;

	if (f->x->covered == f->x->blocks)
		return 0;
	if (f->x->searched && is_dots(n)) {
		e = search_block(f, 0, n, false);
		return f->inode ? 0 : e;
	}
	if (f->x->searched) {
		e = find_by_tree(f, n);
		if (!e || cache_has_missed())
			return e;
	}
	f->x->searched = false;
	return find_in_rest(f, n);
}

static errcode_t find_in(struct found *f, const struct dir_name *n)
{
	ext2_ino_t directory = f->x->directory;
	bool stale;
	errcode_t e;

	f->hash = index_hash(n->name, n->length);
	f->inode = 0;
	e = find_indexed(f, n, &stale);
	if (!e && stale) {			/* a block that was read again is another one */
		index_drop(f->x);
		f->inode = 0;
		e = open_index(directory, &f->x);
		if (!e && !f->x)
			e = EXT2_ET_DIR_CORRUPTED;
	}
	if (!e && f->inode == 0)
		e = find_fresh(f, n);
	return e ? e : f->inode ? 0 : EXT2_ET_FILE_NOT_FOUND;
}

errcode_t names_find(ext2_ino_t directory, const char *name, size_t length, ext2_ino_t *inode)
{
	struct dir_name n = { name, (unsigned)length, 0, 0 };
	struct found f;
	errcode_t e = open_index(directory, &f.x);

	*inode = 0;
	if (e || !f.x)
		return e ? e : ext2fs_lookup(volume, directory, name, (int)length, NULL, inode);
	e = find_in(&f, &n);
	*inode = e ? 0 : f.inode;
	return e;
}

/* ---- changing ---- */

/* The index of a directory that is changed: names that are in the inode move to a block. */
static errcode_t open_to_change(ext2_ino_t directory, struct name_index **x)
{
	errcode_t e = open_index(directory, x);

	if (e || *x)
		return e;
	e = ext2fs_expand_dir(volume, directory);
	if (!e)
		e = open_index(directory, x);
	return e ? e : *x ? 0 : EXT2_ET_DIR_CORRUPTED;
}

static errcode_t make_in(struct name_index *x, unsigned block, const struct dir_name *n)
{
	struct index_place p = { block, 0 };
	char *bytes;
	errcode_t e = dir_read(x, block, &bytes);

	if (!e)
		e = dir_block_make(bytes, n, &p.offset);
	if (!e)
		e = dir_write_names(x, block, bytes);
	if (!e && block < x->covered && !index_put(x, index_hash(n->name, n->length), p))
		x->covered = block;	/* it lacks this name */
	return e;
}

/*
 * In the block of names to which the htree leads, or in one of the next ones that may have names of this
 * hash. If these have no room the first one is split: then the second one is empty.
 */
static errcode_t make_in_leaf(struct name_index *x, const struct dir_name *n)
{
	struct htree t;
	unsigned block;
	char *bytes = dir_buffer(0);
	errcode_t e = bytes ? htree_first(&t, x, n, bytes, &block) : EXT2_ET_NO_MEMORY;

	for (unsigned i = 0; i < CHAIN && !e && block > 0; i++) {
		e = make_in(x, block, n);
		if (e != EXT2_ET_DIR_NO_SPACE)
			return e;
		e = htree_next(&t, bytes, &block);
	}
	return e ? e : EXT2_ET_DIR_NO_SPACE;
}

static errcode_t make_by_tree(struct name_index *x, const struct dir_name *n)
{
	errcode_t e = make_in_leaf(x, n);

	for (unsigned i = 0; i < SPLITS && e == EXT2_ET_DIR_NO_SPACE; i++) {
		e = htree_split(x, n);
		if (!e)
			e = make_in_leaf(x, n);
	}
	return e == EXT2_ET_DIR_NO_SPACE ? EXT2_ET_NO_MEMORY : e;	/* the disk has room, the htree has none */
}

static errcode_t make_linear(struct name_index *x, const struct dir_name *n)
{
	struct found all = { .x = x };
	errcode_t e = find_in_rest(&all, NULL);
	unsigned i = 0;

	while (i < x->blocks && x->block[i].gap < EXT2_DIR_REC_LEN(n->length))
		i++;
	if (!e && i == x->blocks && htree_is_wanted(x)) {
		e = htree_begin(x);
		return e ? e : make_by_tree(x, n);
	}
	if (!e && i == x->blocks)
		e = x->holes ? EXT2_ET_DIR_CORRUPTED : dir_expand(x);
	return e ? e : make_in(x, i, n);
}

errcode_t names_make(ext2_ino_t directory, const char *name, ext2_ino_t inode, int type)
{
	struct dir_name n = { name, (unsigned)strlen(name), inode, type };
	struct name_index *x;
	errcode_t e = open_to_change(directory, &x);

	if (!e && x->tree && !x->usable)
		e = EXT2_ET_DIRHASH_UNSUPP;
	if (e)
		return e;
	return x->tree ? make_by_tree(x, &n) : make_linear(x, &n);
}

static errcode_t find_to_change(struct found *f, ext2_ino_t directory, const char *name, char **bytes)
{
	struct dir_name n = { name, (unsigned)strlen(name), 0, 0 };
	errcode_t e = open_to_change(directory, &f->x);

	if (!e)
		e = find_in(f, &n);
	return e ? e : dir_read(f->x, f->place.block, bytes);
}

errcode_t names_set(ext2_ino_t directory, const char *name, ext2_ino_t inode, int type)
{
	struct found f;
	char *bytes;
	errcode_t e = find_to_change(&f, directory, name, &bytes);
	struct ext2_dir_entry *d;

	if (e)
		return e;
	d = (struct ext2_dir_entry *)(bytes + f.place.offset);
	d->inode = inode;
	if (ext2fs_has_feature_filetype(volume->super))
		ext2fs_dirent_set_file_type(d, type);
	return dir_write_names(f.x, f.place.block, bytes);
}

errcode_t names_remove(ext2_ino_t directory, const char *name)
{
	struct found f;
	char *bytes;
	errcode_t e = find_to_change(&f, directory, name, &bytes);

	if (!e)
		e = dir_block_remove(bytes, f.place.offset);
	if (!e)
		e = dir_write_names(f.x, f.place.block, bytes);
	if (!e)
		index_remove(f.x, f.hash, f.place);
	return e;
}
