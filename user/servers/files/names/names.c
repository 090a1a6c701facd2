/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * names.c - see names.h.
 */
#include <pecan/endian.h>
#include <servers/files/cache/cache.h>
#include <servers/files/volume/errors.h>
#include <servers/files/volume/inode.h>
#include <servers/files/volume/volume.h>
#include <string.h>

#include "dir_block.h"
#include "dir_file.h"
#include "htree.h"
#include "htree_change.h"
#include "name_index.h"
#include "names.h"
#include "parked.h"
#include "work.h"

enum { HEAD = 8, LENGTH_AT = 6,
       FIND_WORK = 3000, RECORD_WORK = 100,
       TREE_BYTES = 64 << 10,	/* of blocks with names of one hash that the htree leads to, for one name */
       CHAIN = 4,	/* blocks with names of one hash in which there may be room for one more */
       SPLITS = 8 };	/* of nodes and blocks of names, for one name */

/* Where a name was found, and in which index. */
struct found { struct name_index *x; uint32_t hash; struct index_place place; ext2_ino_t inode; };

/* ---- indexes ---- */

struct listing { struct name_index *x; bool fits; };

static int note_block(ext2_filsys fs, blk64_t *block, e2_blkcnt_t n, blk64_t m, int at, void *arg)
{
	struct listing *l = arg;
	struct name_index *x = l->x;

	(void)fs;
	(void)m;
	(void)at;
	if (n < 0)
		return 0;
	l->fits = n < INDEX_BLOCKS && (n < x->blocks || index_add_blocks(x, (unsigned)n + 1 - x->blocks));
	if (l->fits)
		x->block[n].block = *block;
	return l->fits ? 0 : BLOCK_ABORT;
}

/* All blocks, before a name is made: also those behind the size that the inode has, after a power cut. */
static errcode_t list_blocks(struct name_index *x)
{
	struct listing l = { x, true };
	errcode_t e;

	if (x->listed)
		return 0;
	e = ext2fs_block_iterate3(volume, x->directory, BLOCK_FLAG_READ_ONLY, NULL, note_block, &l);
	if (e || !l.fits)
		return e ? e : EXT2_ET_NO_MEMORY;
	for (unsigned i = 0; i < x->blocks; i++)
		if (x->block[i].block == INDEX_UNKNOWN || x->block[i].block == INDEX_HOLE) {
			x->block[i].block = INDEX_HOLE;
			x->holes = true;
		}
	x->listed = true;
	x->usable &= !x->holes;
	x->searched &= !x->holes;
	return 0;
}

errcode_t names_open(ext2_ino_t directory, struct name_index **x)
{
	struct ext2_inode inode;
	uint64_t blocks;
	errcode_t e;

	*x = index_get(directory);
	if (*x)
		return 0;
	e = ext2fs_check_directory(volume, directory);
	if (!e)
		e = inode_read(directory, &inode);
	if (e || (inode.i_flags & EXT4_INLINE_DATA_FL))
		return e;
	blocks = (EXT2_I_SIZE(&inode) + volume->blocksize - 1) / volume->blocksize;
	*x = blocks <= INDEX_BLOCKS ? index_new(directory) : NULL;
	if (*x && !index_add_blocks(*x, (unsigned)blocks)) {
		index_drop(*x);
		*x = NULL;
	}
	if (!*x)
		return EXT2_ET_NO_MEMORY;
	(*x)->tree = inode.i_flags & EXT2_INDEX_FL;
	(*x)->usable = (*x)->searched = (*x)->tree && !(inode.i_flags & EXT4_CASEFOLD_FL);
	return 0;
}

void names_forget(ext2_ino_t directory)
{
	struct name_index *x = index_get(directory);

	if (x)
		index_drop(x);
	parked_forget_directory(directory);
}

void names_forget_all(void)
{
	index_drop_all();
	parked_forget_progress();
}

/* ---- finding ---- */

static bool is_lower(struct index_place a, struct index_place b)
{
	return a.block < b.block || (a.block == b.block && a.offset < b.offset);
}

/*
 * Notes the place in f if the block in the cache has this name there. *stale: not even one of the same hash,
 * so that the index is wrong.
 */
static errcode_t look_at(struct attempt *a, struct found *f, struct index_place p, const struct dir_name *n,
			 bool *stale)
{
	const char *at = cache_read(a, f->x->block[p.block].block);
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
static errcode_t find_indexed(struct attempt *a, struct found *f, const struct dir_name *n, bool *stale)
{
	struct index_place p;
	unsigned at = 0;
	errcode_t e = 0;

	*stale = false;
	while (!e && !*stale && index_next(f->x, f->hash, &at, &p))
		e = look_at(a, f, p, n, stale);
	return e;
}

/*
 * Looks for the name in a block, from at->offset on, and puts those that are found into the index: all, or
 * the one. TREE_MORE: it has come to at->offset.
 */
static errcode_t search_block(struct found *f, struct names_place *at, const struct dir_name *n, bool all)
{
	struct index_block *b = &f->x->block[at->block];
	struct dir_record r = { 0 };
	unsigned gap = at->offset ? b->gap : 0;
	char *bytes;
	errcode_t e = dir_read(f->x, at->block, &bytes);

	if (!e)
		e = dir_block_next(bytes, &r);
	for (; !e && r.d; e = e ? e : dir_block_next(bytes, &r)) {
		unsigned length = (unsigned)ext2fs_dirent_name_len(r.d);
		bool is = n && r.d->inode && length == n->length && memcmp(r.d->name, n->name, length) == 0;

		work_add(RECORD_WORK);
		if (r.offset < at->offset)
			continue;
		at->offset = r.offset;
		if (!work_has(all ? index_work(f->x) : 0)) {
			e = TREE_MORE;
			continue;
		}
		if (is && f->inode == 0) {
			f->place = (struct index_place){ at->block, r.offset };
			f->inode = r.d->inode;
		}
		if (r.d->inode && (is || all))
			index_put(f->x, index_hash(r.d->name, length), (struct index_place){ at->block, r.offset });
		gap = r.gap > gap ? r.gap : gap;
	}
	b->gap = gap;
	return e;
}

/* The next block whose names are not all in the index: they are from now on, if they have room. */
static errcode_t cover_block(struct found *f, struct names_place *at, const struct dir_name *n)
{
	struct name_index *x = f->x;
	errcode_t e = search_block(f, at, n, true);

	if (x->full)
		return e;
	x->part = e ? at->offset : 0;
	x->covered += !e;
	return e;
}

/*
 * In the blocks whose names are not all in the index, but for those in which the request has looked already.
 * n NULL: all of these blocks, to know their gaps.
 */
static errcode_t find_in_rest(struct attempt *a, struct found *f, const struct dir_name *n,
			      struct names_place *looked)
{
	struct name_index *x = f->x;
	struct names_place at = { x->directory, x->covered, x->part };
	unsigned ahead = 0;
	errcode_t e = 0;

	if (looked->directory == x->directory
	    && is_lower((struct index_place){ at.block, at.offset },
			(struct index_place){ looked->block, looked->offset }))
		at = *looked;
	for (; at.block < x->blocks && f->inode == 0; at.block++, at.offset = 0) {
		e = dir_fetch(a, x, at.block, &ahead);
		if (!e && x->block[at.block].block == INDEX_HOLE)
			x->covered += at.block == x->covered;
		else if (!e && at.block == x->covered && at.offset == x->part)
			e = cover_block(f, &at, n);
		else if (!e)
			e = search_block(f, &at, n, false);
		if (e)
			break;
	}
	*looked = at;
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
		struct names_place at = { f->x->directory, block, 0 };

		e = search_block(f, &at, n, false);
		if (f->inode)
			return 0;
		if (!e)
			e = htree_next(&t, bytes, &block);
		if (!e && block > 0 && t.steps * volume->blocksize >= TREE_BYTES)
			e = EXT2_ET_DIR_CORRUPTED;
	}
	return e;
}

static bool is_dots(const struct dir_name *n)
{
	return n->name[0] == '.' && (n->length == 1 || (n->length == 2 && n->name[1] == '.'));
}

/* An htree has no dots: they are in the first block. */
static errcode_t find_fresh(struct attempt *a, struct found *f, const struct dir_name *n,
			    struct names_place *looked)
{
	struct names_place first = { f->x->directory, 0, 0 };
	errcode_t e;

	if (f->x->covered == f->x->blocks)
		return 0;
	if (f->x->searched && is_dots(n)) {
		e = search_block(f, &first, n, false);
		return f->inode ? 0 : e;
	}
	if (f->x->searched) {
		e = find_by_tree(f, n);
		if (!e || e == TREE_MORE || attempt_has_missed(a))
			return e;
	}
	f->x->searched = false;
	return find_in_rest(a, f, n, looked);
}

static errcode_t find_in(struct attempt *a, struct found *f, const struct dir_name *n,
			 struct names_place *looked)
{
	ext2_ino_t directory = f->x->directory;
	bool stale;
	errcode_t e;

	f->hash = index_hash(n->name, n->length);
	f->inode = 0;
	e = find_indexed(a, f, n, &stale);
	if (!e && stale) {			/* a block that was read again is another one */
		index_drop(f->x);
		f->inode = 0;
		e = names_open(directory, &f->x);
		if (!e && !f->x)
			e = EXT2_ET_DIR_CORRUPTED;
	}
	if (!e && f->inode == 0)
		e = find_fresh(a, f, n, looked);
	return e ? e : f->inode ? 0 : EXT2_ET_FILE_NOT_FOUND;
}

errcode_t names_find(struct attempt *a, ext2_ino_t directory, const char *name, size_t length,
		     struct names_place *looked, ext2_ino_t *inode)
{
	struct dir_name n = { name, (unsigned)length, 0, 0 };
	struct found f;
	errcode_t e = work_has(FIND_WORK) ? names_open(directory, &f.x) : TREE_MORE;

	*inode = 0;
	work_add(FIND_WORK);
	if (e || !f.x)
		return e ? e : ext2fs_lookup(volume, directory, name, (int)length, NULL, inode);
	e = find_in(a, &f, &n, looked);
	*inode = e ? 0 : f.inode;
	return e;
}

/* ---- changing ---- */

/* The index of a directory that is changed: names that are in the inode move to a block. */
static errcode_t open_to_change(ext2_ino_t directory, struct name_index **x)
{
	errcode_t e = names_open(directory, x);

	if (!e && !*x)
		e = ext2fs_expand_dir(volume, directory);
	if (!e && !*x)
		e = names_open(directory, x);
	if (!e && !*x)
		e = EXT2_ET_DIR_CORRUPTED;
	return e ? e : list_blocks(*x);
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
		index_uncover(x, block);	/* it lacks this name */
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
	struct names_place none = { 0 };
	errcode_t e = find_in_rest(NULL, &all, NULL, &none);
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
	return e ? e : x->tree ? make_by_tree(x, &n) : make_linear(x, &n);
}

static errcode_t find_to_change(struct found *f, ext2_ino_t directory, const char *name, char **bytes)
{
	struct dir_name n = { name, (unsigned)strlen(name), 0, 0 };
	struct names_place none = { 0 };
	errcode_t e = open_to_change(directory, &f->x);

	if (!e)
		e = find_in(NULL, f, &n, &none);
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
