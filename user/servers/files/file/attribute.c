/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attribute.c - see attribute.h.
 */
#include <pecan/file_time.h>
#include <servers/files/volume/errors.h>
#include <servers/files/volume/flags.h>
#include <servers/files/volume/inode.h>
#include <servers/files/volume/times.h>
#include <servers/files/volume/volume.h>

#include "attribute.h"
#include "operation.h"

errcode_t attribute_read(ext2_ino_t number, struct files_stat_out *out)
{
	struct ext2_inode_large inode;
	errcode_t e = inode_read_whole(number, &inode);

	if (e)
		return e;
	*out = (struct files_stat_out){
		.mode = inode.i_mode, .size = EXT2_I_SIZE(&inode), .inode = number,
		.links = operation_links(number, inode.i_links_count),
		.sectors = ext2fs_get_stat_i_blocks(volume, EXT2_INODE(&inode)),
		.modified = times_get(&inode, TIMES_MODIFIED), .changed = times_get(&inode, TIMES_CHANGED),
		.accessed = times_get(&inode, TIMES_ACCESSED),
	};
	return 0;
}

/* Returns true if it is a time that can be set. */
static bool is_time(uint64_t wanted)
{
	return wanted == FILES_NOW || file_time_is_valid(wanted);
}

static void set_time(struct ext2_inode_large *inode, enum times_of which, uint64_t wanted)
{
	times_set(inode, which, wanted == FILES_NOW ? times_now() : wanted);
}

/* Returns true if all times that it sets are the present one, and nothing else is set. */
static bool is_touch(const struct files_change_in *in)
{
	return !(in->what & FILES_SET_MODE) && (!(in->what & FILES_SET_ACCESSED) || in->accessed == FILES_NOW)
	       && (!(in->what & FILES_SET_MODIFIED) || in->modified == FILES_NOW);
}

errcode_t attribute_change(ext2_ino_t number, const struct files_change_in *in)
{
	struct ext2_inode_large inode;
	errcode_t e = inode_read_whole(number, &inode);

	if (e)
		return e;
	if (!is_time(in->accessed) || !is_time(in->modified))
		return TREE_ARGUMENT;
	e = flags_check(EXT2_INODE(&inode), is_touch(in) ? FLAG_TOUCH : FLAG_CHANGE);
	if (e)
		return e;
	operation_note(EXT2_INODE(&inode));
	if (in->what & FILES_SET_MODE)
		inode.i_mode = (__u16)((inode.i_mode & LINUX_S_IFMT) | in->mode);
	if (in->what & FILES_SET_ACCESSED)
		set_time(&inode, TIMES_ACCESSED, in->accessed);
	if (in->what & FILES_SET_MODIFIED)
		set_time(&inode, TIMES_MODIFIED, in->modified);
	times_set(&inode, TIMES_CHANGED, times_now());
	return inode_write_whole(number, &inode);
}
