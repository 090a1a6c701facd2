/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * htree_change.c - see htree_change.h.
 */
#include <pecan/endian.h>
#include <servers/files/volume/inode.h>
#include <servers/files/volume/volume.h>
#include <stdlib.h>
#include <string.h>

#include "dir_file.h"
#include "htree.h"
#include "htree_change.h"

enum { DOT_BYTES = 12, NAME_LEAST = 12, INFO_BYTES = 8 };

/* ---- nodes ---- */

static enum cache_class class_of(unsigned level)
{
	return level == 0 ? CLASS_ROOTS : CLASS_NODES;
}

/* The bytes of a node but for its entries. */
static errcode_t begin_node(char *bytes, unsigned offset, unsigned count)
{
	struct ext2_dx_countlimit *head = (struct ext2_dx_countlimit *)(bytes + offset);
	unsigned tail = ext2fs_has_feature_metadata_csum(volume->super) ? sizeof(struct ext2_dx_tail) : 0;

	head->limit = le16((uint16_t)((volume->blocksize - offset - tail) / sizeof(struct ext2_dx_entry)));
	head->count = le16((uint16_t)count);
	if (offset == HTREE_ROOT)
		return 0;
	return ext2fs_set_rec_len(volume, volume->blocksize, (struct ext2_dir_entry *)bytes);
}

static errcode_t read_node(const struct htree *t, unsigned level, struct ext2_dx_entry **entries,
			   unsigned *count, char **bytes)
{
	errcode_t e = dir_read(t->x, t->level[level].node, bytes);

	return e ? e : htree_entries(*bytes, level == 0, entries, count);
}

static bool is_full(struct ext2_dx_entry *entries)
{
	const struct ext2_dx_countlimit *head = (const struct ext2_dx_countlimit *)entries;

	return le16(head->count) >= le16(head->limit);
}

static void set_count(struct ext2_dx_entry *entries, unsigned count)
{
	((struct ext2_dx_countlimit *)entries)->count = le16((uint16_t)count);
}

/* Behind the entry that is followed: from this hash on the htree leads to the block. */
static errcode_t insert(const struct htree *t, unsigned level, uint32_t hash, unsigned block)
{
	unsigned at = t->level[level].at + 1, count;
	struct ext2_dx_entry *entries;
	char *bytes;
	errcode_t e = read_node(t, level, &entries, &count, &bytes);

	if (e || is_full(entries) || at > count)
		return e ? e : EXT2_ET_DIR_CORRUPTED;
	if ((at > 1 && hash < le32(entries[at - 1].hash)) || (at < count && hash > le32(entries[at].hash)))
		return EXT2_ET_DIR_CORRUPTED;
	memmove(&entries[at + 1], &entries[at], (count - at) * sizeof *entries);
	entries[at] = (struct ext2_dx_entry){ le32(hash), le32(block) };
	set_count(entries, count + 1);
	return dir_write(t->x, t->level[level].node, bytes, class_of(level));
}

/* Entry n of the node and those behind it become another node, which is the last block of the directory. */
static errcode_t move_entries(const struct htree *t, unsigned level, unsigned n, uint32_t *hash)
{
	char *bytes, *fresh = dir_buffer(1);
	struct ext2_dx_entry *entries;
	unsigned count;
	errcode_t e = read_node(t, level, &entries, &count, &bytes);

	if (e || !fresh)
		return e ? e : EXT2_ET_NO_MEMORY;
	*hash = le32(entries[n].hash);
	memset(fresh, 0, volume->blocksize);
	memcpy(fresh + HTREE_NODE, &entries[n], (count - n) * sizeof *entries);
	e = begin_node(fresh, HTREE_NODE, count - n);
	if (!e)
		e = dir_write(t->x, t->x->blocks - 1, fresh, CLASS_NODES);
	if (e)
		return e;
	set_count(entries, n > 0 ? n : 1);
	if (n == 0) {
		entries[0].block = le32(t->x->blocks - 1);
		((struct ext2_dx_root_info *)(bytes + HTREE_INFO))->indirect_levels++;
	}
	return dir_write(t->x, t->level[level].node, bytes, class_of(level));
}

/*
 * Returns true if the entry begins names of a hash, so that by the hash alone the repair finds it and those
 * behind it. Entries that continue names of one hash stay together with the first one of these.
 */
static bool is_first(const struct ext2_dx_entry *entries, unsigned i)
{
	uint32_t hash = le32(entries[i].hash);

	return !(hash & 1) && entries[i].hash != entries[i - 1].hash;
}

/* The entry near the middle that begins names of a hash; 0: there is none. */
static unsigned middle(const struct ext2_dx_entry *entries, unsigned count)
{
	for (unsigned i = count / 2; i > 1; i--)
		if (is_first(entries, i))
			return i;
	for (unsigned i = count / 2 + 1; i > 1 && i < count; i++)
		if (is_first(entries, i))
			return i;
	return 0;
}

/* The node above it has room. Below level 1 both nodes would be of one class, written in no order. */
static errcode_t split_node(struct name_index *x, const struct htree *t, unsigned level)
{
	struct ext2_dx_entry *entries;
	unsigned count, n;
	uint32_t hash;
	char *bytes;
	errcode_t e = level < HTREE_LEVELS ? read_node(t, level, &entries, &count, &bytes) : EXT2_ET_NO_MEMORY;

	n = e ? 0 : middle(entries, count);
	if (e || n == 0)
		return e ? e : EXT2_ET_NO_MEMORY;
	e = dir_expand(x);
	if (!e)
		e = move_entries(t, level, n, &hash);
	return e ? e : insert(t, level - 1, hash, x->blocks - 1);
}

/* The root is full: its entries become a node below it. */
static errcode_t add_level(struct name_index *x, const struct htree *t)
{
	uint32_t none;
	errcode_t e = t->levels < HTREE_LEVELS ? dir_expand(x) : EXT2_ET_NO_MEMORY;

	return e ? e : move_entries(t, 0, 0, &none);
}

/* ---- blocks of names ---- */

/* The names of a block, in the order of their offsets. */
struct names { unsigned n, bytes; struct one { uint32_t hash; unsigned offset, bytes; } name[]; };

/* Begin as with dir_block_next. A block has at most blocksize / NAME_LEAST of them, as each has a name. */
static errcode_t next_name(char *block, struct dir_record *r)
{
	errcode_t e = dir_block_next(block, r);

	while (!e && r->d && r->d->inode == 0)
		e = dir_block_next(block, r);
	return e || !r->d || ext2fs_dirent_name_len(r->d) > 0 ? e : EXT2_ET_DIR_CORRUPTED;
}

static errcode_t list_names(const struct htree *t, char *block, struct names *names)
{
	struct dir_record r = { 0 };
	errcode_t e = next_name(block, &r);

	names->n = names->bytes = 0;
	for (; !e && r.d; e = e ? e : next_name(block, &r)) {
		size_t length = (size_t)ext2fs_dirent_name_len(r.d);
		struct one *name = &names->name[names->n];

		*name = (struct one){ .offset = r.offset, .bytes = EXT2_DIR_REC_LEN((unsigned)length) };
		e = htree_hash(t->kind, r.d->name, length, &name->hash);
		names->bytes += name->bytes;
		names->n++;
	}
	return e;
}

static int by_hash(const void *a, const void *b)
{
	uint32_t x = ((const struct one *)a)->hash, y = ((const struct one *)b)->hash;

	return x < y ? -1 : x > y;
}

/* Returns true if the name is the first one of its hash, and not the first of all. */
static bool is_border(const struct names *names, unsigned i)
{
	return i > 0 && i < names->n && names->name[i].hash != names->name[i - 1].hash;
}

/*
 * The hash from which on names move: of the sorted names that in the middle, or one near it, as names of one
 * hash stay together. If all have one hash, it is between that and the hash of the fresh name; names of one
 * hash that do not fit into a block are continued in an empty one.
 */
static uint32_t border(struct names *names, uint32_t fresh)
{
	unsigned half = 0, moved = 0;

	qsort(names->name, names->n, sizeof names->name[0], by_hash);
	for (half = names->n; half > 0 && moved + names->name[half - 1].bytes / 2 <= names->bytes / 2; )
		moved += names->name[--half].bytes;
	for (unsigned i = 0; i < names->n; i++) {
		if (half >= i && is_border(names, half - i))
			return names->name[half - i].hash;
		if (is_border(names, half + i))
			return names->name[half + i].hash;
	}
	return fresh < names->name[0].hash ? names->name[0].hash
	       : fresh > names->name[0].hash ? fresh : fresh | 1;
}

/* A block with those names of another one whose hash is below the border, or not. */
static errcode_t pack(char *to, const char *from, const struct names *names, uint32_t border, bool below)
{
	unsigned *offset = malloc(names->n * sizeof *offset), n = 0;
	errcode_t e;

	if (!offset)
		return EXT2_ET_NO_MEMORY;
	for (unsigned i = 0; i < names->n; i++)
		if ((names->name[i].hash < border) == below)
			offset[n++] = names->name[i].offset;
	e = dir_block_pack(to, from, offset, n);
	free(offset);
	return e;
}

static int by_offset(const void *a, const void *b)
{
	unsigned x = ((const struct one *)a)->offset, y = ((const struct one *)b)->offset;

	return x < y ? -1 : x > y;
}

/* From this hash on the names of a block move to the last block of the directory. */
static errcode_t move_names(struct name_index *x, unsigned leaf, const struct names *names, uint32_t border)
{
	char *bytes, *fresh = dir_buffer(1);
	errcode_t e = fresh ? dir_read(x, leaf, &bytes) : EXT2_ET_NO_MEMORY;

	if (!e)
		e = dir_forget(x, leaf, bytes);
	if (!e)
		e = pack(fresh, bytes, names, border, false);
	if (!e)
		e = dir_learn(x, x->blocks - 1, fresh);
	if (!e)
		e = dir_write_names(x, x->blocks - 1, fresh);
	if (!e)
		e = pack(fresh, bytes, names, border, true);
	if (!e)
		e = dir_learn(x, leaf, fresh);
	return e ? e : dir_write_names(x, leaf, fresh);
}

static errcode_t split_names(struct name_index *x, const struct htree *t, unsigned leaf, struct names *names)
{
	char *bytes;
	uint32_t hash;
	errcode_t e = dir_read(x, leaf, &bytes);

	if (!e)
		e = list_names(t, bytes, names);
	if (e || names->n == 0)
		return e ? e : EXT2_ET_DIR_CORRUPTED;
	hash = border(names, t->hash);
	e = dir_expand(x);
	if (!e)
		e = insert(t, t->levels - 1, hash, x->blocks - 1);
	if (e || hash > names->name[names->n - 1].hash)
		return e;			/* none moves */
	qsort(names->name, names->n, sizeof names->name[0], by_offset);
	return move_names(x, leaf, names, hash);
}

/* ---- the whole ---- */

/* *level: of the lowest node that has room; t->levels: there is none. */
static errcode_t find_room(const struct htree *t, unsigned *level)
{
	struct ext2_dx_entry *entries;
	unsigned count;
	char *bytes;
	errcode_t e = 0;

	for (*level = t->levels; *level > 0 && !e; --*level) {
		e = read_node(t, *level - 1, &entries, &count, &bytes);
		if (!e && !is_full(entries))
			break;
	}
	*level = *level > 0 ? *level - 1 : t->levels;
	return e;
}

errcode_t htree_split(struct name_index *x, const struct dir_name *n)
{
	struct names *names = malloc(sizeof *names + volume->blocksize / NAME_LEAST * sizeof names->name[0]);
	struct htree t;
	unsigned leaf, level;
	char *bytes = dir_buffer(0);
	errcode_t e = names && bytes ? htree_first(&t, x, n, bytes, &leaf) : EXT2_ET_NO_MEMORY;

	if (!e)
		e = find_room(&t, &level);
	if (!e && level == t.levels)
		e = add_level(x, &t);
	else if (!e && level + 1 < t.levels)
		e = split_node(x, &t, level + 1);
	else if (!e)
		e = split_names(x, &t, leaf, names);
	free(names);
	return e;
}

bool htree_is_wanted(const struct name_index *x)
{
	return x->blocks == 1 && !x->holes && ext2fs_has_feature_dir_index(volume->super)
	       && !ext2fs_has_feature_casefold(volume->super)
	       && volume->super->s_def_hash_version <= EXT2_HASH_TEA;
}

/* `.` and `..` of a block of names become a root that leads to block 1. */
static errcode_t make_root(char *root, const char *names)
{
	struct ext2_dx_root_info *info = (struct ext2_dx_root_info *)(root + HTREE_INFO);

	memset(root, 0, volume->blocksize);
	memcpy(root, names, HTREE_INFO);
	info->hash_version = volume->super->s_def_hash_version;
	info->info_length = INFO_BYTES;
	((struct ext2_dx_entry *)(root + HTREE_ROOT))->block = le32(1);
	begin_node(root, HTREE_ROOT, 1);
	return ext2fs_set_rec_len(volume, volume->blocksize - DOT_BYTES,
				  (struct ext2_dir_entry *)(root + DOT_BYTES));
}

static bool is_dots(const char *block, unsigned offset, unsigned dots)
{
	const struct ext2_dir_entry *d = dir_block_at(block, offset);

	return (unsigned)ext2fs_dirent_name_len(d) == dots && memcmp(d->name, "..", dots) == 0;
}

/* The offsets of all names of a block that begins with `.` and `..`, as in a root. */
static errcode_t list_offsets(char *block, unsigned *offset, unsigned *n)
{
	struct dir_record r = { 0 };
	errcode_t e = next_name(block, &r);

	for (*n = 0; !e && r.d; e = next_name(block, &r))
		offset[(*n)++] = r.offset;
	if (!e && (*n < 2 || offset[0] != 0 || offset[1] != DOT_BYTES || !is_dots(block, offset[0], 1)
		   || !is_dots(block, offset[1], 2)))
		e = EXT2_ET_DIR_CORRUPTED;
	return e;
}

static errcode_t set_flag(ext2_ino_t directory)
{
	struct ext2_inode inode;
	errcode_t e = inode_read(directory, &inode);

	if (e)
		return e;
	inode.i_flags |= EXT2_INDEX_FL;
	return ext2fs_write_inode(volume, directory, &inode);
}

/* The names of block 0 move to block 1. */
static errcode_t move_all(struct name_index *x, unsigned *offset)
{
	char *bytes, *fresh = dir_buffer(1);
	unsigned n;
	errcode_t e = fresh ? dir_read(x, 0, &bytes) : EXT2_ET_NO_MEMORY;

	if (!e)
		e = list_offsets(bytes, offset, &n);
	if (!e)
		e = dir_forget(x, 0, bytes);
	if (!e)
		e = dir_block_pack(fresh, bytes, offset + 2, n - 2);
	if (!e)
		e = dir_learn(x, 1, fresh);
	if (!e)
		e = dir_write_names(x, 1, fresh);
	if (!e)
		e = make_root(fresh, bytes);
	if (!e)
		e = dir_learn(x, 0, fresh);
	return e ? e : dir_write(x, 0, fresh, CLASS_ROOTS);
}

errcode_t htree_begin(struct name_index *x)
{
	unsigned *offset = malloc(volume->blocksize / NAME_LEAST * sizeof *offset);
	errcode_t e = offset ? dir_expand(x) : EXT2_ET_NO_MEMORY;

	if (!e)
		e = move_all(x, offset);
	if (!e)
		e = set_flag(x->directory);
	x->tree = x->usable = x->searched = !e;
	free(offset);
	return e;
}
