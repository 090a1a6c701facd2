/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * htree.c - see htree.h.
 *
 * A node is a block with entries in the order of their hashes; each leads to the next level, and behind the
 * last level to a block with names, for hashes from its own to that of the next entry. Names of one hash that
 * do not fit into one block are in the next one, too, whose entry has the lowest bit of the hash set.
 */
#include <pecan/endian.h>
#include "htree.h"
#include "volume.h"

enum { ROOT_INFO = 24, ROOT_ENTRIES = 32, NODE_ENTRIES = 8, BLOCK_MASK = 0x0fffffff, SIGNED_KINDS = 3 };

/* The entries of a node, checked: *count of them, in the buffer. */
static errcode_t read_node(const struct htree *t, unsigned level, unsigned node, char *buffer,
			   const struct ext2_dx_entry **entries, unsigned *count)
{
	struct ext2_dx_countlimit *head;
	int offset;
	errcode_t e = EXT2_ET_DIR_CORRUPTED;

	if (node < t->x->blocks)
		e = ext2fs_read_dir_block4(volume, t->x->block[node].block, buffer, 0, t->x->directory);
	if (!e)
		e = ext2fs_get_dx_countlimit(volume, (struct ext2_dir_entry *)buffer, &head, &offset);
	if (e)
		return e;
	*count = le16(head->count);
	*entries = (const struct ext2_dx_entry *)head;
	if (*count == 0 || *count > le16(head->limit)
	    || offset != (level == 0 ? ROOT_ENTRIES : NODE_ENTRIES))
		return EXT2_ET_DIR_CORRUPTED;
	return 0;
}

/* The last entry whose hash is not above that of the name; the first one has none. */
static unsigned search(const struct ext2_dx_entry *entries, unsigned count, uint32_t hash)
{
	unsigned low = 0, high = count;

	while (high - low > 1) {
		unsigned middle = low + (high - low) / 2;

		if (le32(entries[middle].hash) > hash)
			high = middle;
		else
			low = middle;
	}
	return low;
}

/* From this level and node on. first: always by the first entry. */
static errcode_t descend(struct htree *t, unsigned level, bool first, char *buffer, unsigned *block)
{
	for (; level < t->levels; level++) {
		struct htree_level *l = &t->level[level];
		const struct ext2_dx_entry *entries;
		errcode_t e = read_node(t, level, *block, buffer, &entries, &l->count);

		if (e)
			return e;
		l->node = *block;
		l->at = first ? 0 : search(entries, l->count, t->hash);
		*block = le32(entries[l->at].block) & BLOCK_MASK;
	}
	return *block > 0 && *block < t->x->blocks ? 0 : EXT2_ET_DIR_CORRUPTED;
}

static errcode_t hash_name(struct htree *t, const struct ext2_dx_root_info *root, const struct dir_name *n)
{
	int kind = root->hash_version;
	uint32_t minor;

	if (kind > EXT2_HASH_TEA || root->indirect_levels >= ext2_dir_htree_level(volume))
		return EXT2_ET_DIRHASH_UNSUPP;
	if (volume->super->s_flags & EXT2_FLAGS_UNSIGNED_HASH)
		kind += SIGNED_KINDS;
	t->levels = root->indirect_levels + 1u;
	return ext2fs_dirhash2(kind, n->name, (int)n->length, NULL, 0, volume->super->s_hash_seed, &t->hash,
			       &minor);
}

errcode_t htree_first(struct htree *t, const struct name_index *x, const struct dir_name *n, char *buffer,
		      unsigned *block)
{
	const struct ext2_dx_entry *entries;
	unsigned count;
	errcode_t e;

	t->x = x;
	t->steps = 0;
	*block = 0;
	e = read_node(t, 0, 0, buffer, &entries, &count);
	if (!e)
		e = hash_name(t, (const struct ext2_dx_root_info *)(buffer + ROOT_INFO), n);
	return e ? e : descend(t, 0, false, buffer, block);
}

errcode_t htree_next(struct htree *t, char *buffer, unsigned *block)
{
	unsigned level = t->levels;
	const struct ext2_dx_entry *entries;
	struct htree_level *l;
	errcode_t e;

	*block = 0;
	while (level > 0 && t->level[level - 1].at + 1 == t->level[level - 1].count)
		level--;
	if (level == 0)
		return 0;
	l = &t->level[level - 1];
	e = read_node(t, level - 1, l->node, buffer, &entries, &l->count);
	if (e || l->at + 1 >= l->count || ++t->steps >= t->x->blocks)
		return e ? e : EXT2_ET_DIR_CORRUPTED;
	l->at++;
	if (le32(entries[l->at].hash) != (t->hash | 1))
		return 0;
	*block = le32(entries[l->at].block) & BLOCK_MASK;
	return descend(t, level, true, buffer, block);
}
