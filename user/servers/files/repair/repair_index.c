/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * repair_index.c - the htrees of directories (htree.h); see repair_parts.h.
 *
 * By the order of writes (htree_change.h) the htree leads to each name that was there before. Left are blocks
 * at the end of the directory to which nothing leads yet, a root that is still a block of names, entries of a
 * node that its new neighbour has as well, and names of a block of names that another one has.
 */
#include <pecan/endian.h>
#include <pecan/server.h>
#include <servers/files/names/htree.h>
#include <servers/files/volume/volume.h>
#include <stdlib.h>
#include <string.h>

#include "repair_parts.h"

#define RANGE_END	UINT32_MAX

/*
 * The htree under repair: the blocks of its directory from `first` on, and how often each is led to. full: so
 * many of the nodes below the root, from the first one on, have no room.
 */
struct walk {
	ext2_ino_t inode;
	unsigned levels, blocks, full;
	unsigned last;			/* the highest number of those to which something leads */
	struct repair_dir_block *first;
	uint8_t *refs;
};

/* ---- ranges ---- */

bool repair_is_in_range(const struct repair_dir_block *b, uint32_t hash)
{
	return hash >= (b->from & ~1u) && (hash < (b->to & ~1u) || ((b->to & 1) && hash == (b->to & ~1u)));
}

/* ---- nodes ---- */

static errcode_t read_node(const struct walk *w, unsigned block, bool root, char *bytes,
			   struct ext2_dx_entry **entries, unsigned *count)
{
	errcode_t e = ext2fs_read_dir_block4(volume, w->first[block].block, bytes, 0, w->inode);

	if (!e)
		e = htree_entries(bytes, root, entries, count);
	return e ? REPAIR_DAMAGE : 0;
}

static errcode_t write_node(const struct walk *w, unsigned block, char *bytes)
{
	repair_counts.others++;
	return ext2fs_write_dir_block4(volume, w->first[block].block, bytes, 0, w->inode);
}

static void set_count(struct ext2_dx_entry *entries, unsigned count)
{
	((struct ext2_dx_countlimit *)entries)->count = le16((uint16_t)count);
}

/* The node was split, and its entries behind its range are in another one. */
static errcode_t cut_node(const struct walk *w, unsigned node, char *bytes, struct ext2_dx_entry *entries,
			  unsigned *count)
{
	uint32_t to = w->first[node].to;
	unsigned n = *count;

	while (n > 1 && (le32(entries[n - 1].hash) > to || (le32(entries[n - 1].hash) == to && !(to & 1))))
		n--;
	if (n == *count)
		return 0;
	*count = n;
	set_count(entries, n);
	return write_node(w, node, bytes);
}

/* Notes that an entry leads to the block. */
static errcode_t lead(struct walk *w, unsigned block, uint32_t from, uint32_t to)
{
	if (block == 0 || block >= w->blocks || w->refs[block] || from > to)
		return REPAIR_TOO_HARD;
	w->refs[block] = 1;
	w->last = block > w->last ? block : w->last;
	w->first[block].from = from;
	w->first[block].to = to;
	return 0;
}

/* A node, and those below it: level 1 is the last one. */
static errcode_t walk_node(struct walk *w, unsigned node, unsigned level)
{
	struct ext2_dx_entry *entries;
	unsigned count = 0;
	char *bytes = malloc(volume->blocksize);
	errcode_t e = bytes ? read_node(w, node, node == 0, bytes, &entries, &count) : EXT2_ET_NO_MEMORY;

	pecan_beat();
	if (!e && node > 0)
		e = cut_node(w, node, bytes, entries, &count);
	for (unsigned i = 0; !e && i < count; i++) {
		unsigned block = le32(entries[i].block) & HTREE_BLOCK_MASK;

		e = lead(w, block, i ? le32(entries[i].hash) : w->first[node].from,
			 i + 1 < count ? le32(entries[i + 1].hash) : w->first[node].to);
		if (!e && level > 1)
			e = walk_node(w, block, level - 1);
	}
	free(bytes);
	return e;
}

/* ---- blocks to which nothing leads ---- */

/* An entry with an empty range in the first node of the last level that has room. *done: there was one. */
static errcode_t try_node(const struct walk *w, unsigned node, unsigned block, char *bytes, bool *done)
{
	struct ext2_dx_entry *entries;
	unsigned count;
	errcode_t e = read_node(w, node, node == 0, bytes, &entries, &count);

	if (e || count >= le16(((struct ext2_dx_countlimit *)entries)->limit))
		return e;
	memmove(&entries[1], &entries[0], count * sizeof *entries);
	set_count(entries, count + 1);
	((struct ext2_dx_countlimit *)entries)->limit = ((struct ext2_dx_countlimit *)(entries + 1))->limit;
	entries[0].block = le32(block);
	entries[1].hash = le32(w->first[node].from);
	*done = true;
	return write_node(w, node, bytes);
}

/* The names of the block are in others, or were not there before: it becomes one without names. */
static errcode_t adopt(struct walk *w, unsigned block)
{
	char *bytes = malloc(volume->blocksize);
	struct ext2_dx_entry *entries;
	unsigned count = 0;
	bool done = false;
	errcode_t e = bytes ? read_node(w, 0, true, bytes, &entries, &count) : EXT2_ET_NO_MEMORY;
	unsigned *node = e ? NULL : malloc(count * sizeof *node);

	pecan_beat();
	if (!e && !node)
		e = EXT2_ET_NO_MEMORY;
	for (unsigned i = 0; !e && i < count; i++)
		node[i] = le32(entries[i].block) & HTREE_BLOCK_MASK;
	while (!e && !done && w->full < count) {
		e = try_node(w, node[w->full], block, bytes, &done);
		w->full += !e && !done;
	}
	w->first[block].from = w->first[block].to = 0;
	w->refs[block] = 1;
	free(node);
	free(bytes);
	return e || done ? e : REPAIR_TOO_HARD;
}

/*
 * Those behind the last block to which something leads go; others before it get an entry. With one level of
 * nodes there are none before it, as one write of the root leads to all.
 */
static errcode_t mend(struct walk *w)
{
	errcode_t e = 0;

	for (unsigned i = 1; i < w->last && !e; i++)
		if (!w->refs[i])
			e = w->levels == HTREE_LEVELS ? adopt(w, i) : REPAIR_TOO_HARD;
	return e;
}

/* ---- the whole ---- */

/* *names: block 0 is not written yet, and has the names. `..` of a root has the rest of the block. */
static errcode_t read_root(struct walk *w, char *bytes, bool *names, int *kind)
{
	const struct ext2_dir_entry *up = (const struct ext2_dir_entry *)(bytes + EXT2_DIR_REC_LEN(1));
	errcode_t e = ext2fs_read_dir_block4(volume, w->first[0].block, bytes, 0, w->inode);
	unsigned length = 0;

	if (!e)
		e = ext2fs_get_rec_len(volume, (struct ext2_dir_entry *)up, &length);
	*names = !e && length + EXT2_DIR_REC_LEN(1) != volume->blocksize;
	if (e || *names)
		return e;
	return htree_root(bytes, &w->levels, kind) ? REPAIR_TOO_HARD : 0;
}

static errcode_t find(struct walk *w, bool *names, int *kind)
{
	char *bytes = malloc(volume->blocksize);
	errcode_t e = bytes ? read_root(w, bytes, names, kind) : EXT2_ET_NO_MEMORY;

	free(bytes);
	w->last = 0;
	w->first[0].from = 0;
	w->first[0].to = RANGE_END;
	w->refs[0] = 1;
	if (!e && !*names)
		e = walk_node(w, 0, w->levels);
	return e ? e : mend(w);
}

errcode_t repair_index(struct repair_dir *d, struct repair_dir_block *first, unsigned n, unsigned *keep)
{
	struct walk w = { .inode = d->inode, .blocks = n, .first = first, .refs = calloc(n, 1) };
	bool names = false;
	errcode_t e = w.refs ? find(&w, &names, &d->kind) : EXT2_ET_NO_MEMORY;

	free(w.refs);
	*keep = w.last + 1;
	d->indexed = !names;
	return e;
}
