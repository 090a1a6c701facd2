/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dir_block.c - see dir_block.h.
 */
#include <string.h>
#include <servers/files/volume/volume.h>

#include "dir_block.h"

enum { HEAD = 8, ALIGN = 4, TAIL = sizeof(struct ext2_dir_entry_tail) };

/* The checksum of the block, which looks like a record without a name. */
static bool is_tail(const struct dir_record *r)
{
	return ext2fs_has_feature_metadata_csum(volume->super) && r->d->inode == 0
	       && r->offset == volume->blocksize - TAIL && r->bytes == TAIL
	       && r->d->name_len == EXT2_DIR_NAME_LEN_CSUM;
}

static unsigned need(const struct ext2_dir_entry *d)
{
	return d->inode ? EXT2_DIR_REC_LEN((unsigned)ext2fs_dirent_name_len(d)) : 0;
}

errcode_t dir_block_next(char *block, struct dir_record *r)
{
	unsigned next = r->offset + r->bytes;

	r->d = NULL;
	if (next + HEAD >= volume->blocksize)
		return 0;
	r->offset = next;
	r->d = (struct ext2_dir_entry *)(block + next);
	if (ext2fs_get_rec_len(volume, r->d, &r->bytes) || r->bytes < HEAD || r->bytes % ALIGN
	    || r->bytes > volume->blocksize - next || (unsigned)ext2fs_dirent_name_len(r->d) + HEAD > r->bytes)
		return EXT2_ET_DIR_CORRUPTED;
	r->gap = is_tail(r) ? 0 : r->bytes - need(r->d);
	return 0;
}

static void fill(struct ext2_dir_entry *d, const struct dir_name *n)
{
	d->inode = n->inode;
	ext2fs_dirent_set_name_len(d, (int)n->length);
	ext2fs_dirent_set_file_type(d, ext2fs_has_feature_filetype(volume->super) ? n->type : 0);
	memcpy(d->name, n->name, n->length);
}

errcode_t dir_block_make(char *block, const struct dir_name *n, unsigned *offset)
{
	struct dir_record r = { 0 };
	errcode_t e = dir_block_next(block, &r);
	unsigned used;

	while (!e && r.d && r.gap < EXT2_DIR_REC_LEN(n->length))
		e = dir_block_next(block, &r);
	if (e || !r.d)
		return e ? e : EXT2_ET_DIR_NO_SPACE;
	used = need(r.d);
	*offset = r.offset + used;
	if (used > 0)
		e = ext2fs_set_rec_len(volume, used, r.d);
	r.d = (struct ext2_dir_entry *)(block + *offset);
	if (!e)
		e = ext2fs_set_rec_len(volume, r.bytes - used, r.d);
	if (!e)
		fill(r.d, n);
	return e;
}

/* Where the names end, behind which the checksum is. */
static unsigned end_of_names(void)
{
	return volume->blocksize - (ext2fs_has_feature_metadata_csum(volume->super) ? TAIL : 0);
}

errcode_t dir_block_pack(char *block, const char *from, const unsigned *offset, unsigned n)
{
	unsigned end = end_of_names(), at = end, bytes, rest;
	errcode_t e = 0;

	memset(block, 0, volume->blocksize);
	if (end < volume->blocksize)
		ext2fs_initialize_dirent_tail(volume, EXT2_DIRENT_TAIL(block, volume->blocksize));
	while (n-- > 0 && !e) {
		const struct ext2_dir_entry *d = dir_block_at(from, offset[n]);

		bytes = need(d);
		if (bytes > at)
			return EXT2_ET_DIR_CORRUPTED;
		rest = n == 0 && at - bytes < EXT2_DIR_REC_LEN(1) ? at - bytes : 0;	/* too small for a record */
		at -= bytes + rest;
		memcpy(block + at, d, bytes);
		e = ext2fs_set_rec_len(volume, bytes + rest, (struct ext2_dir_entry *)(block + at));
	}
	return e || at == 0 ? e : ext2fs_set_rec_len(volume, at, (struct ext2_dir_entry *)block);
}

errcode_t dir_block_remove(char *block, unsigned offset)
{
	struct dir_record r = { 0 }, before = { 0 };
	errcode_t e = dir_block_next(block, &r);

	while (!e && r.d && r.offset < offset) {
		before = r;
		e = dir_block_next(block, &r);
	}
	if (e || !r.d || r.offset != offset)
		return e ? e : EXT2_ET_DIR_CORRUPTED;
	r.d->inode = 0;
	return before.d ? ext2fs_set_rec_len(volume, before.bytes + r.bytes, before.d) : 0;
}

errcode_t dir_block_gap(char *block, unsigned *gap)
{
	struct dir_record r = { 0 };
	errcode_t e = dir_block_next(block, &r);

	for (*gap = 0; !e && r.d; e = dir_block_next(block, &r))
		*gap = r.gap > *gap ? r.gap : *gap;
	return e;
}
