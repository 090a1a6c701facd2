/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dir_sum.c - see dir_sum.h.
 */
#include <pecan/endian.h>
#include <servers/files/cache/cache.h>
#include <servers/files/volume/sum.h>
#include <servers/files/volume/volume.h>
#include <string.h>

#include "dir_sum.h"

enum { STEP = 8, TAIL = sizeof(struct ext2_dir_entry_tail) };

errcode_t dir_sum_read(ext2_ino_t directory, uint64_t block, char *bytes)
{
	const char *at;
	errcode_t e;

	if (cache_is_verified(directory, block, &at)) {
		memcpy(bytes, cache_read(NULL, block), volume->blocksize);	/* counted as a read (path.c) */
		return endian_is_big() ? ext2fs_dirent_swab_in2(volume, bytes, volume->blocksize, 0) : 0;
	}
	e = ext2fs_read_dir_block4(volume, block, bytes, 0, directory);
	if (!e)
		cache_note_verified(directory, block);
	return e;
}

/*
 * The checksum behind the names; NULL: there is none, as in the blocks of an htree that have no names: where
 * it would be these have an entry that leads to block 0, which none does, and no reserved bits.
 */
static struct ext2_dir_entry_tail *tail_of(const char *bytes)
{
	struct ext2_dir_entry_tail *t = (struct ext2_dir_entry_tail *)(bytes + volume->blocksize - TAIL);

	return t->det_reserved_zero1 == 0 && t->det_rec_len == TAIL
	       && t->det_reserved_name_len == EXT2_DIR_NAME_LEN_CSUM ? t : NULL;
}

static bool is_same(const char *a, const char *b)
{
	return memcmp(a, b, STEP) == 0;
}

/* Where the first bytes differ, by steps; *to: behind the last ones. */
static unsigned difference(const char *was, const char *is, unsigned size, unsigned *to)
{
	unsigned from = 0;

	while (from + STEP <= size && is_same(was + from, is + from))
		from += STEP;
	for (*to = size; *to >= from + STEP && is_same(was + *to - STEP, is + *to - STEP); )
		*to -= STEP;
	return from;
}

errcode_t dir_sum_write(ext2_ino_t directory, uint64_t block, char *bytes)
{
	const char *was;
	struct ext2_dir_entry_tail *t = NULL, *before = NULL;
	unsigned from, to, all = volume->blocksize - TAIL;
	errcode_t e;

	if (!endian_is_big() && ext2fs_has_feature_metadata_csum(volume->super)
	    && cache_is_verified(directory, block, &was)) {
		before = tail_of(was);
		t = tail_of(bytes);
	}
	if (before && t) {
		from = difference(was, bytes, all, &to);
		t->det_checksum = before->det_checksum
				  ^ sum_of_change(was + from, bytes + from, from, to - from, all);
		e = io_channel_write_blk64(volume->io, block, 1, bytes);
	} else {
		e = ext2fs_write_dir_block4(volume, block, bytes, 0, directory);
	}
	if (!e)
		cache_note_verified(directory, block);
	return e;
}
