/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dir_file.c - see dir_file.h.
 */
#include <pecan/endian.h>
#include <stdlib.h>
#include <string.h>

#include "dir_block.h"
#include "dir_file.h"
#include "volume.h"

/* In the notes of a block (cache_notes): its checksum is right. Those of blocks with inodes are inode.c's. */
#define VERIFIED	(1u << 31)

char *dir_buffer(unsigned i)
{
	static char *at[DIR_BUFFERS];
	static unsigned bytes[DIR_BUFFERS];

	if (bytes[i] < volume->blocksize) {
		free(at[i]);
		at[i] = malloc(volume->blocksize);
		bytes[i] = at[i] ? volume->blocksize : 0;
	}
	return at[i];
}

static void note_verified(uint64_t block)
{
	const char *bytes;
	uint32_t *notes = cache_notes(block, &bytes);

	if (notes)
		*notes |= VERIFIED;
}

errcode_t dir_load(const struct name_index *x, unsigned block, char *to)
{
	const char *bytes;
	const uint32_t *notes = cache_notes(x->block[block].block, &bytes);
	errcode_t e;

	if (notes && (*notes & VERIFIED)) {
		memcpy(to, cache_read(x->block[block].block), volume->blocksize);	/* path.c counts them */
		return endian_is_big() ? ext2fs_dirent_swab_in(volume, to, 0) : 0;
	}
	e = ext2fs_read_dir_block4(volume, x->block[block].block, to, 0, x->directory);
	if (!e)
		note_verified(x->block[block].block);
	return e;
}

errcode_t dir_read(const struct name_index *x, unsigned block, char **bytes)
{
	*bytes = dir_buffer(0);
	return *bytes ? dir_load(x, block, *bytes) : EXT2_ET_NO_MEMORY;
}

errcode_t dir_write(const struct name_index *x, unsigned block, char *bytes, enum cache_class class)
{
	errcode_t e;

	volume_class_of_directory(class);
	e = ext2fs_write_dir_block4(volume, x->block[block].block, bytes, 0, x->directory);
	volume_class_of_directory(CLASS_MAPS);
	if (!e)
		note_verified(x->block[block].block);
	return e;
}

errcode_t dir_write_names(struct name_index *x, unsigned block, char *bytes)
{
	errcode_t e = dir_block_gap(bytes, &x->block[block].gap);

	return e ? e : dir_write(x, block, bytes, x->tree && block == 0 ? CLASS_ROOTS : CLASS_NAMES);
}

errcode_t dir_expand(struct name_index *x)
{
	errcode_t e = ext2fs_expand_dir(volume, x->directory);
	blk64_t block = 0;

	if (!e)
		e = ext2fs_bmap2(volume, x->directory, NULL, NULL, 0, x->blocks, NULL, &block);
	if (!e && block == 0)
		e = EXT2_ET_DIR_CORRUPTED;
	if (!e && !index_add_block(x, block))
		e = EXT2_ET_NO_MEMORY;
	if (!e)
		x->covered += x->covered == x->blocks - 1;
	return e;
}

errcode_t dir_forget(struct name_index *x, unsigned block, char *bytes)
{
	struct dir_record r = { 0 };
	errcode_t e = dir_block_next(bytes, &r);

	for (; !e && r.d; e = dir_block_next(bytes, &r))
		if (r.d->inode)
			index_remove(x, index_hash(r.d->name, (size_t)ext2fs_dirent_name_len(r.d)),
				     (struct index_place){ block, r.offset });
	return e;
}

errcode_t dir_learn(struct name_index *x, unsigned block, char *bytes)
{
	struct dir_record r = { 0 };
	errcode_t e = dir_block_next(bytes, &r);

	for (; !e && r.d && block < x->covered; e = dir_block_next(bytes, &r))
		if (r.d->inode && !index_put(x, index_hash(r.d->name, (size_t)ext2fs_dirent_name_len(r.d)),
					     (struct index_place){ block, r.offset }))
			x->covered = block;
	return e;
}
