/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * flags.c - see flags.h.
 */
#include "errors.h"
#include "flags.h"
#include "inode.h"

/* Flags that the library's header has no name for. */
enum { EOFBLOCKS = 0x400000 };

enum {
	BYTES = FLAG_READ | FLAG_WRITE | FLAG_APPEND,
	CHANGES = FLAG_WRITE | FLAG_APPEND | FLAG_CHANGE | FLAG_TOUCH | FLAG_NAME | FLAG_ENTER | FLAG_LEAVE,
	NAMES = FLAG_ENTER | FLAG_LEAVE,
	NOT_APPENDED = FLAG_WRITE | FLAG_CHANGE | FLAG_NAME | FLAG_LEAVE,
};

/* Of directories with inline data libext2fs reads and changes the names; of files it has no blocks. */
const struct flag flags_known[] = {
	{ EXT2_IMMUTABLE_FL, "Immutable", CHANGES, TREE_IMMUTABLE },
	{ EXT2_APPEND_FL, "Append_Only", NOT_APPENDED, TREE_APPEND_ONLY },
	{ EXT4_ENCRYPT_FL, "Encrypted", BYTES | NAMES, TREE_ENCRYPTED },
	{ EXT2_COMPRBLK_FL, "Compressed_Blocks", BYTES, TREE_COMPRESSED },
	{ EXT4_INLINE_DATA_FL, "Inline_Data", BYTES, TREE_INLINE },
	{ EXT4_VERITY_FL, "Verity", FLAG_WRITE | FLAG_APPEND, TREE_VERITY },
	{ EXT4_CASEFOLD_FL, "Casefold", NAMES, TREE_CASEFOLD },
	{ EXT4_EA_INODE_FL, "EA_Inode", FLAG_READ | CHANGES, TREE_OWN },
	{ EXT4_SNAPFILE_FL, "Snapshot", FLAG_READ | CHANGES, TREE_OWN },
	{ EXT4_SNAPFILE_DELETED_FL, "Snapshot_Deleted", FLAG_READ | CHANGES, TREE_OWN },
	{ EXT4_SNAPFILE_SHRUNK_FL, "Snapshot_Shrunk", FLAG_READ | CHANGES, TREE_OWN },
	{ EXT2_SYNC_FL, "Synchronous_Updates", 0, 0 },
	{ EXT2_DIRSYNC_FL, "Synchronous_Directory_Updates", 0, 0 },
	{ EXT2_SECRM_FL, "Secure_Deletion", 0, 0 }, { EXT2_UNRM_FL, "Undelete", 0, 0 },
	{ EXT2_COMPR_FL, "Compression_Requested", 0, 0 }, { EXT2_DIRTY_FL, "Compressed_Dirty", 0, 0 },
	{ EXT2_NOCOMPR_FL, "Dont_Compress", 0, 0 }, { EXT2_NODUMP_FL, "No_Dump", 0, 0 },
	{ EXT2_NOATIME_FL, "No_Atime", 0, 0 }, { EXT2_INDEX_FL, "Indexed_directory", 0, 0 },
	{ EXT2_IMAGIC_FL, "AFS_Directory", 0, 0 }, { EXT3_JOURNAL_DATA_FL, "Journaled_Data", 0, 0 },
	{ EXT2_NOTAIL_FL, "No_Tailmerging", 0, 0 }, { EXT2_TOPDIR_FL, "Top_of_Directory_Hierarchies", 0, 0 },
	{ EXT4_HUGE_FILE_FL, "Huge_File", 0, 0 }, { EXT4_EXTENTS_FL, "Extents", 0, 0 },
	{ EOFBLOCKS, "Blocks_Behind_End", 0, 0 }, { FS_NOCOW_FL, "No_COW", 0, 0 }, { FS_DAX_FL, "DAX", 0, 0 },
	{ EXT4_PROJINHERIT_FL, "Project_Hierarchy", 0, 0 }, { EXT2_RESERVED_FL, "Reserved", 0, 0 },
	{ 0, NULL, 0, 0 },
};

enum {
	FORBIDDING = EXT2_IMMUTABLE_FL | EXT2_APPEND_FL | EXT4_ENCRYPT_FL | EXT2_COMPRBLK_FL | EXT4_INLINE_DATA_FL
		     | EXT4_VERITY_FL | EXT4_CASEFOLD_FL | EXT4_EA_INODE_FL | EXT4_SNAPFILE_FL
		     | EXT4_SNAPFILE_DELETED_FL | EXT4_SNAPFILE_SHRUNK_FL,
	INHERITED = EXT2_SECRM_FL | EXT2_UNRM_FL | EXT2_COMPR_FL | EXT2_SYNC_FL | EXT2_NODUMP_FL | EXT2_NOATIME_FL
		    | EXT2_NOCOMPR_FL | EXT3_JOURNAL_DATA_FL | EXT2_NOTAIL_FL | EXT2_DIRSYNC_FL
		    | EXT4_PROJINHERIT_FL | FS_DAX_FL,
	OF_DIRECTORIES = EXT2_DIRSYNC_FL | EXT4_PROJINHERIT_FL,
	OF_OTHERS = EXT2_NODUMP_FL | EXT2_NOATIME_FL,
};

errcode_t flags_check(const struct ext2_inode *inode, unsigned actions)
{
	if (!(inode->i_flags & FORBIDDING))
		return 0;
	for (const struct flag *f = flags_known; f->name; f++)
		if ((inode->i_flags & f->bit) && (f->forbids & actions))
			return f->error;
	return 0;
}

errcode_t flags_check_number(ext2_ino_t number, unsigned actions)
{
	struct ext2_inode inode;
	errcode_t e = inode_read(number, &inode);

	return e ? e : flags_check(&inode, actions);
}

uint32_t flags_inherited(uint32_t of_directory, unsigned mode)
{
	uint32_t flags = of_directory & INHERITED;

	return LINUX_S_ISDIR(mode) ? flags : LINUX_S_ISREG(mode) ? flags & ~(uint32_t)OF_DIRECTORIES
	       : flags & OF_OTHERS;
}
