/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bits.c - see bits.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <ext2fs/ext2fs.h>
#include <servers/files/cache/cache.h>
#include <bmap64.h>

#include "bits.h"

enum {
	PAGES = 512, CLEAN_BYTES = 256 * 1024, MANY_BYTES = 512 * 1024, PAGES_LEAST = 8, HASH = 256, NONE = PAGES,
	BITS_OF_BYTE = 8,
};

/*
 * The bitmap of a group. before: as on the disk, if it has changed since; then it stays. absent: it was made,
 * as the group's flag said that the block has none; if that flag is cleared it stays until it is put.
 */
static struct page {
	dgrp_t group;
	enum bits_kind kind;
	bool valid, absent;		/* valid: `now` has the bits */
	uint16_t next;			/* of the same hash */
	uint64_t used;
	unsigned first, end;		/* changed bits; end 0: none */
	char *now, *before;
} pages[PAGES];

static uint16_t hashed[HASH], changed[PAGES];
static unsigned count, befores, nchanged;	/* pages in use; those with `before`; with changes */
static uint64_t uses;
static ext2_filsys fs;
static errcode_t failed;

/* ---- groups ---- */

static unsigned bits_of(enum bits_kind kind)
{
	return kind == BITS_BLOCKS ? fs->super->s_clusters_per_group : fs->super->s_inodes_per_group;
}

static bool is_absent(dgrp_t group, enum bits_kind kind)
{
	int flag = kind == BITS_BLOCKS ? EXT2_BG_BLOCK_UNINIT : EXT2_BG_INODE_UNINIT;

	return ext2fs_has_group_desc_csum(fs) && ext2fs_bg_flags_test(fs, group, flag);
}

static blk64_t block_of(dgrp_t group, enum bits_kind kind)
{
	return kind == BITS_BLOCKS ? ext2fs_block_bitmap_loc(fs, group) : ext2fs_inode_bitmap_loc(fs, group);
}

static bool has_free(dgrp_t group, enum bits_kind kind)
{
	return kind == BITS_BLOCKS ? ext2fs_bg_free_blocks_count(fs, group) != 0
				   : ext2fs_bg_free_inodes_count(fs, group) != 0;
}

/* ---- reading ---- */

static errcode_t read_bits(struct page *p)
{
	unsigned bytes = bits_of(p->kind) / BITS_OF_BYTE;
	const char *from = cache_read(NULL, block_of(p->group, p->kind));
	bool good;

	if (!from)
		return p->kind == BITS_BLOCKS ? EXT2_ET_BLOCK_BITMAP_READ : EXT2_ET_INODE_BITMAP_READ;
	memcpy(p->now, from, fs->blocksize);
	good = p->kind == BITS_BLOCKS ? ext2fs_block_bitmap_csum_verify(fs, p->group, p->now, (int)bytes)
				      : ext2fs_inode_bitmap_csum_verify(fs, p->group, p->now, (int)bytes);
	return good ? 0 : p->kind == BITS_BLOCKS ? EXT2_ET_BLOCK_BITMAP_CSUM_INVALID
						 : EXT2_ET_INODE_BITMAP_CSUM_INVALID;
}

/* In a group's bitmap of blocks, the part of these blocks that is in the group. */
static void mark_fixed(struct page *p, blk64_t first, blk64_t n)
{
	blk64_t start = ext2fs_group_first_block2(fs, p->group), end = ext2fs_group_last_block2(fs, p->group);

	for (; n > 0; n--, first++)
		if (first >= start && first <= end)
			ext2fs_set_bit((unsigned)(first - start), p->now);
}

/* Of a group whose block has no bitmap: what the file system itself has in it. */
static void make_blocks(struct page *p)
{
	blk64_t super, old, fresh, old_blocks = fs->desc_blocks + fs->super->s_reserved_gdt_blocks;
	blk64_t blocks = ext2fs_group_last_block2(fs, p->group) - ext2fs_group_first_block2(fs, p->group) + 1;

	for (unsigned i = (unsigned)blocks; i < bits_of(BITS_BLOCKS); i++)
		ext2fs_set_bit(i, p->now);
	if (ext2fs_has_feature_meta_bg(fs->super))
		old_blocks = fs->super->s_first_meta_bg;
	ext2fs_super_and_bgd_loc2(fs, p->group, &super, &old, &fresh, NULL);
	mark_fixed(p, super, super != 0 || p->group == 0);
	mark_fixed(p, old, old ? old_blocks : 0);
	mark_fixed(p, fresh, fresh != 0);
	mark_fixed(p, ext2fs_block_bitmap_loc(fs, p->group), 1);
	mark_fixed(p, ext2fs_inode_bitmap_loc(fs, p->group), 1);
	mark_fixed(p, ext2fs_inode_table_loc(fs, p->group), fs->inode_blocks_per_group);
}

static errcode_t fill(struct page *p)
{
	errcode_t e = 0;

	p->absent = is_absent(p->group, p->kind);
	p->first = p->end = 0;
	if (p->absent) {
		memset(p->now, 0xff, fs->blocksize);
		memset(p->now, 0, bits_of(p->kind) / BITS_OF_BYTE);
		if (p->kind == BITS_BLOCKS)
			make_blocks(p);
	} else {
		e = read_bits(p);
	}
	p->valid = !e;
	return e;
}

/* ---- pages ---- */

static bool are_above(unsigned n, size_t bytes)
{
	return n > PAGES_LEAST && (n >= PAGES / 2 || (size_t)n * fs->blocksize > bytes);
}

static unsigned hash_of(dgrp_t group, enum bits_kind kind)
{
	return (group * BITS_KINDS + kind) % HASH;
}

static void drop(struct page *p)
{
	uint16_t *at = &hashed[hash_of(p->group, p->kind)], number = (uint16_t)(p - pages);

	while (*at != number)
		at = &pages[*at].next;
	*at = p->next;
	befores -= p->before != NULL;
	free(p->now);
	free(p->before);
	*p = (struct page){ 0 };
	count--;
}

/* Its block has no bitmap, and has to get one. */
static bool is_whole(const struct page *p)
{
	return p->valid && p->absent && !is_absent(p->group, p->kind);
}

static bool must_stay(const struct page *p)
{
	return p->before || p->end != 0 || is_whole(p);
}

/* Of the pages that need not stay, that which was not used for the longest time. */
static void drop_oldest(void)
{
	struct page *oldest = NULL;

	for (struct page *p = pages; p < pages + PAGES; p++)
		if (p->now && !must_stay(p) && (!oldest || p->used < oldest->used))
			oldest = p;
	if (oldest)
		drop(oldest);
}

static struct page *new_page(dgrp_t group, enum bits_kind kind)
{
	uint16_t *first = &hashed[hash_of(group, kind)];
	struct page *p = pages;
	char *now;

	if (are_above(count, CLEAN_BYTES))
		drop_oldest();
	now = malloc(fs->blocksize);
	while (p < pages + PAGES && p->now)
		p++;
	if (p == pages + PAGES || !now) {
		free(now);
		return NULL;
	}
	*p = (struct page){ .group = group, .kind = kind, .now = now, .next = *first };
	*first = (uint16_t)(p - pages);
	count++;
	return p;
}

static struct page *find(dgrp_t group, enum bits_kind kind)
{
	uint16_t i = hashed[hash_of(group, kind)];

	while (i != NONE && (pages[i].group != group || pages[i].kind != kind))
		i = pages[i].next;
	return i == NONE ? NULL : &pages[i];
}

/*
 * The page of a group, with its bits. libext2fs clears the flag that there is no bitmap of blocks when it
 * takes the first inode of the group: so that page is made with the one of inodes.
 */
static errcode_t get(dgrp_t group, enum bits_kind kind, struct page **page)
{
	struct page *p = find(group, kind), *blocks;
	errcode_t e = 0;

	if (!p)
		p = new_page(group, kind);
	if (!p)
		return EXT2_ET_NO_MEMORY;
	p->used = ++uses;
	if (!p->valid)
		e = fill(p);
	if (!e && kind == BITS_INODES && p->absent && is_absent(group, BITS_BLOCKS))
		e = get(group, BITS_BLOCKS, &blocks);
	*page = p;
	return e;
}

static void note(errcode_t e)
{
	if (!failed)
		failed = e;
}

/* ---- bits, by their numbers in the file system ---- */

static enum bits_kind kind_of(ext2fs_generic_bitmap_64 map)
{
	return map->magic == EXT2_ET_MAGIC_INODE_BITMAP64 ? BITS_INODES : BITS_BLOCKS;
}

/* The page of a bit, and its place there. NULL: an error, which is noted. */
static struct page *page_of(ext2fs_generic_bitmap_64 map, uint64_t number, unsigned *bit)
{
	enum bits_kind kind = kind_of(map);
	unsigned per = bits_of(kind);
	struct page *p;
	errcode_t e = get((dgrp_t)((number - map->start) / per), kind, &p);

	*bit = (unsigned)((number - map->start) % per);
	if (e)
		note(e);
	return e ? NULL : p;
}

/* The bit is about to change. Returns false if there is no memory to note how the disk has it. */
static bool change(struct page *p, unsigned bit)
{
	if (p->kind == BITS_BLOCKS && !p->before) {
		p->before = malloc(fs->blocksize);
		if (!p->before) {
			note(EXT2_ET_NO_MEMORY);
			return false;
		}
		memcpy(p->before, p->now, fs->blocksize);
		befores++;
	}
	if (p->end == 0)
		changed[nchanged++] = (uint16_t)(p - pages);
	if (p->end == 0 || bit < p->first)
		p->first = bit;
	if (bit >= p->end)
		p->end = bit + 1;
	return true;
}

static void set_bit(struct page *p, unsigned bit, bool value)
{
	if (!ext2fs_test_bit(bit, p->now) == !value || !change(p, bit))
		return;
	if (value)
		ext2fs_set_bit(bit, p->now);
	else
		ext2fs_clear_bit(bit, p->now);
}

static int set(ext2fs_generic_bitmap_64 map, uint64_t number, bool value)
{
	unsigned bit;
	struct page *p = page_of(map, number, &bit);
	int old = p ? ext2fs_test_bit(bit, p->now) : value;

	if (p)
		set_bit(p, bit, value);
	return old;
}

static void set_extent(ext2fs_generic_bitmap_64 map, uint64_t first, unsigned n, bool value)
{
	unsigned bit, per = bits_of(kind_of(map));

	for (struct page *p; n > 0 && (p = page_of(map, first, &bit)); )
		for (; n > 0 && bit < per; n--, first++)
			set_bit(p, bit++, value);
}

static int mark(ext2fs_generic_bitmap_64 map, __u64 number) { return set(map, number, true); }
static int unmark(ext2fs_generic_bitmap_64 map, __u64 number) { return set(map, number, false); }

static int test(ext2fs_generic_bitmap_64 map, __u64 number)
{
	unsigned bit;
	const struct page *p = page_of(map, number, &bit);

	return !p || ext2fs_test_bit(bit, p->now);
}

static void mark_extent(ext2fs_generic_bitmap_64 map, __u64 first, unsigned n)
{
	set_extent(map, first, n, true);
}

static void unmark_extent(ext2fs_generic_bitmap_64 map, __u64 first, unsigned n)
{
	set_extent(map, first, n, false);
}

/* ---- searching ---- */

/* From a bit on to before another one. Returns `end` if there is none with this value. */
static unsigned find_bit(const char *bits, unsigned from, unsigned end, bool value)
{
	char skip = value ? 0 : (char)0xff;

	while (from < end)
		if (from % BITS_OF_BYTE == 0 && end - from >= BITS_OF_BYTE && bits[from / BITS_OF_BYTE] == skip)
			from += BITS_OF_BYTE;
		else if (!ext2fs_test_bit(from, bits) == !value)
			return from;
		else
			from++;
	return end;
}

/* A group that has nothing free, or cannot be read, is passed over: its bits count as set. */
static errcode_t find_value(ext2fs_generic_bitmap_64 map, uint64_t from, uint64_t last, uint64_t *found,
			    bool value)
{
	enum bits_kind kind = kind_of(map);
	unsigned per = bits_of(kind);

	for (uint64_t next; from <= last; from = next) {
		uint64_t group = (from - map->start) / per, start = map->start + group * per;
		unsigned bit = (unsigned)(from - start), end = per;
		struct page *p;
		errcode_t e;

		next = start + per;
		if (last < next)
			end = (unsigned)(last - start) + 1;
		if (!value && !has_free((dgrp_t)group, kind))
			continue;
		e = get((dgrp_t)group, kind, &p);
		if (e == EXT2_ET_NO_MEMORY)
			return e;
		bit = e ? (value ? bit : end) : find_bit(p->now, bit, end, value);
		*found = start + bit;
		if (bit < end)
			return 0;
	}
	return ENOENT;
}

static errcode_t find_zero(ext2fs_generic_bitmap_64 map, __u64 from, __u64 last, __u64 *found)
{
	uint64_t at = 0;
	errcode_t e = find_value(map, from, last, &at, false);

	*found = at;
	return e;
}

static errcode_t find_set(ext2fs_generic_bitmap_64 map, __u64 from, __u64 last, __u64 *found)
{
	uint64_t at = 0;
	errcode_t e = find_value(map, from, last, &at, true);

	*found = at;
	return e;
}

static int is_clear(ext2fs_generic_bitmap_64 map, __u64 first, unsigned n)
{
	uint64_t found;

	return find_value(map, first, first + n - 1, &found, true) == ENOENT;
}

/* ---- what libext2fs has of it ---- */

static errcode_t no_new(ext2_filsys unused, ext2fs_generic_bitmap_64 map)
{
	(void)unused;
	(void)map;
	return 0;
}

static void no_free(ext2fs_generic_bitmap_64 map)
{
	(void)map;
}

/* The server copies and resizes none, and its own code puts them to the disk. */
static struct ext2_bitmap_ops ops = {
	.new_bmap = no_new, .free_bmap = no_free, .mark_bmap = mark, .unmark_bmap = unmark, .test_bmap = test,
	.mark_bmap_extent = mark_extent, .unmark_bmap_extent = unmark_extent, .test_clear_bmap_extent = is_clear,
	.find_first_zero = find_zero, .find_first_set = find_set,
};

/* Without the bits that libext2fs would allocate for it. */
static errcode_t make(errcode_t magic, errcode_t error, uint64_t first, uint64_t last,
		      ext2fs_generic_bitmap *map)
{
	ext2fs_generic_bitmap_64 m;
	errcode_t e = ext2fs_get_memzero(sizeof *m, &m);

	if (e)
		return e;
	*m = (struct ext2fs_struct_generic_bitmap_64){
		.magic = magic, .fs = fs, .bitmap_ops = &ops, .start = first, .end = last, .real_end = last,
		.base_error_code = error,
		.cluster_bits = magic == EXT2_ET_MAGIC_BLOCK_BITMAP64 ? fs->cluster_ratio_bits : 0,
	};
	*map = (ext2fs_generic_bitmap)m;
	return 0;
}

errcode_t bits_begin(ext2_filsys with)
{
	const struct ext2_super_block *s = with->super;
	uint64_t last = EXT2FS_B2C(with, ext2fs_blocks_count(with->super) - 1);
	errcode_t e;

	fs = with;
	failed = 0;
	nchanged = 0;
	if (count == 0)
		for (unsigned i = 0; i < HASH; i++)
			hashed[i] = NONE;
	for (struct page *p = pages; p < pages + PAGES; p++) {
		p->valid = false;
		p->first = p->end = 0;
		if (p->now && !p->before)
			drop(p);
	}
	e = make(EXT2_ET_MAGIC_BLOCK_BITMAP64, EXT2_ET_BAD_BLOCK_MARK, EXT2FS_B2C(with, s->s_first_data_block),
		 last, &with->block_map);
	return e ? e : make(EXT2_ET_MAGIC_INODE_BITMAP64, EXT2_ET_BAD_INODE_MARK, 1, s->s_inodes_count,
			    &with->inode_map);
}

void bits_forget(void)
{
	for (struct page *p = pages; p < pages + PAGES; p++)
		if (p->now)
			drop(p);
}

/* Both flags of a group are cleared with its first inode: its bitmap of blocks is put with that of inodes. */
bool bits_next_change(struct bits_change *c)
{
	struct page *p, *blocks;

	if (nchanged == 0)
		return false;
	p = &pages[changed[--nchanged]];
	*c = (struct bits_change){ p->group, p->kind, p->now, p->first, p->end, is_whole(p) };
	p->first = p->end = 0;
	p->absent = is_absent(p->group, p->kind);
	blocks = p->kind == BITS_INODES ? find(p->group, BITS_BLOCKS) : NULL;
	if (blocks && is_whole(blocks) && blocks->end == 0)
		changed[nchanged++] = (uint16_t)(blocks - pages);
	return true;
}

errcode_t bits_error(void)
{
	errcode_t e = failed;

	failed = 0;
	return e;
}

errcode_t bits_check(dgrp_t group, enum bits_kind kind)
{
	struct page *p;

	return is_absent(group, kind) ? 0 : get(group, kind, &p);
}

/* ---- what the disk has ---- */

void bits_note_written(void)
{
	for (struct page *p = pages; p < pages + PAGES && befores > 0; p++) {
		befores -= p->before != NULL;
		free(p->before);
		p->before = NULL;
	}
}

/* NULL: it cannot be read, which is no error of what only orders writes. */
static struct page *page_of_block(blk64_t block, unsigned *bit)
{
	uint64_t number = EXT2FS_B2C(fs, block) - EXT2FS_B2C(fs, fs->super->s_first_data_block);
	struct page *p;

	*bit = (unsigned)(number % bits_of(BITS_BLOCKS));
	return get((dgrp_t)(number / bits_of(BITS_BLOCKS)), BITS_BLOCKS, &p) ? NULL : p;
}

bool bits_on_disk(blk64_t block)
{
	unsigned bit;
	const struct page *p = page_of_block(block, &bit);

	return !p || ext2fs_test_bit(bit, p->before ? p->before : p->now);
}

void bits_free_on_disk(blk64_t block)
{
	unsigned bit;
	struct page *p = page_of_block(block, &bit);

	if (p && p->before)
		ext2fs_clear_bit(bit, p->before);
}

bool bits_are_many(void)
{
	return are_above(befores, MANY_BYTES);
}
