/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attribute.c - see attribute.h.
 */
#include "attribute.h"
#include "inode.h"
#include "operation.h"
#include "volume.h"

errcode_t attribute_read(ext2_ino_t number, struct files_stat_out *out)
{
	struct ext2_inode inode;
	errcode_t e = inode_read(number, &inode);

	if (e)
		return e;
	*out = (struct files_stat_out){
		.mode = inode.i_mode, .size = EXT2_I_SIZE(&inode), .inode = number,
		.links = operation_links(number, inode.i_links_count),
		.sectors = ext2fs_inode_i_blocks(volume, &inode),
		.modified = inode.i_mtime, .changed = inode.i_ctime, .accessed = inode.i_atime,
	};
	return 0;
}

static __u32 time_of(L4_Word64_t wanted)
{
	return (__u32)(wanted == FILES_NOW ? (L4_Word64_t)volume->now : wanted);
}

errcode_t attribute_change(ext2_ino_t number, const struct files_change_in *in)
{
	struct ext2_inode inode;
	errcode_t e = inode_read(number, &inode);

	if (e)
		return e;
	if (in->what & FILES_SET_MODE)
		inode.i_mode = (__u16)((inode.i_mode & LINUX_S_IFMT) | in->mode);
	if (in->what & FILES_SET_ACCESSED)
		inode.i_atime = time_of(in->accessed);
	if (in->what & FILES_SET_MODIFIED)
		inode.i_mtime = time_of(in->modified);
	inode.i_ctime = (__u32)volume->now;
	return ext2fs_write_inode(volume, number, &inode);
}
