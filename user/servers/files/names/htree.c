/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * htree.c - see htree.h.
 */
#include <pecan/endian.h>
#include <servers/files/volume/volume.h>
#include "dir_file.h"
#include "htree.h"

enum { SIGNED_KINDS = 3 };

errcode_t htree_entries(char *node, bool root, struct ext2_dx_entry **entries, unsigned *count)
{
	struct ext2_dx_countlimit *head;
	int offset;
	errcode_t e = ext2fs_get_dx_countlimit(volume, (struct ext2_dir_entry *)node, &head, &offset);

	if (e)
		return e;
	*count = le16(head->count);
	*entries = (struct ext2_dx_entry *)head;
	if (*count == 0 || *count > le16(head->limit) || offset != (root ? HTREE_ROOT : HTREE_NODE))
		return EXT2_ET_DIR_CORRUPTED;
	return 0;
}

static errcode_t read_node(const struct htree *t, unsigned level, unsigned node, char *buffer,
			   struct ext2_dx_entry **entries, unsigned *count)
{
	errcode_t e = EXT2_ET_DIR_CORRUPTED;

	if (node < t->x->blocks)
		e = dir_read_to(t->x, node, buffer);
	return e ? e : htree_entries(buffer, level == 0, entries, count);
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
		struct ext2_dx_entry *entries;
		errcode_t e = read_node(t, level, *block, buffer, &entries, &l->count);

		if (e)
			return e;
		l->node = *block;
		l->at = first ? 0 : search(entries, l->count, t->hash);
		*block = le32(entries[l->at].block) & HTREE_BLOCK_MASK;
	}
	return *block > 0 && *block < t->x->blocks ? 0 : EXT2_ET_DIR_CORRUPTED;
}

errcode_t htree_root(const char *root, unsigned *levels, int *kind)
{
	const struct ext2_dx_root_info *info = (const struct ext2_dx_root_info *)(root + HTREE_INFO);

	if (info->hash_version > EXT2_HASH_TEA || info->indirect_levels >= ext2_dir_htree_level(volume))
		return EXT2_ET_DIRHASH_UNSUPP;
	*levels = info->indirect_levels + 1u;
	*kind = info->hash_version + (volume->super->s_flags & EXT2_FLAGS_UNSIGNED_HASH ? SIGNED_KINDS : 0);
	return 0;
}

errcode_t htree_hash(int kind, const char *name, size_t length, uint32_t *hash)
{
	uint32_t minor;

	return ext2fs_dirhash2(kind, name, (int)length, NULL, 0, volume->super->s_hash_seed, hash, &minor);
}

errcode_t htree_first(struct htree *t, const struct name_index *x, const struct dir_name *n, char *buffer,
		      unsigned *block)
{
	struct ext2_dx_entry *entries;
	unsigned count;
	errcode_t e;

	t->x = x;
	t->steps = 0;
	*block = 0;
	e = read_node(t, 0, 0, buffer, &entries, &count);
	if (!e)
		e = htree_root(buffer, &t->levels, &t->kind);
	if (!e)
		e = htree_hash(t->kind, n->name, n->length, &t->hash);
	return e ? e : descend(t, 0, false, buffer, block);
}

errcode_t htree_next(struct htree *t, char *buffer, unsigned *block)
{
	unsigned level = t->levels;
	struct ext2_dx_entry *entries;
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
	*block = le32(entries[l->at].block) & HTREE_BLOCK_MASK;
	return descend(t, level, true, buffer, block);
}
