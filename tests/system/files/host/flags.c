/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * flags.c - attributes of files and directories (flags of inodes), on disks where debugfs has set them.
 */
#include <stdio.h>
#include <string.h>

#include <servers/files/file/content.h>
#include <servers/files/volume/flags.h>
#include "fake.h"

enum { KIB = 8192, LINE = 120, EXTENTS = 0x80000, EARLY = 1000, NOW = 30, BITS = 32, SECTORS = 2, BIG = 5 };

/*
 * What a flag forbids. Of a file: r read, w write, a append, t another size, m permissions, n times that are
 * now, s other times, l another name, v a rename, u removal. Of a directory, besides m, n, s, v and u: c a
 * name is made in it, d one is removed.
 */
static const struct row {
	uint32_t bit;
	const char *name, *file, *directory;
	enum files_status s;
} rows[] = {
	{ EXT2_IMMUTABLE_FL, "Immutable", "watmnslvu", "mnsvucd", FILES_E_IMMUTABLE },
	{ EXT2_APPEND_FL, "Append_Only", "wtmslvu", "msvud", FILES_E_APPEND_ONLY },
	{ EXT4_ENCRYPT_FL, "Encrypted", "rwat", "cd", FILES_E_ENCRYPTED },
	{ EXT2_COMPRBLK_FL, "Compressed_Blocks", "rwat", "", FILES_E_COMPRESSED },
	{ EXT4_VERITY_FL, "Verity", "wat", "", FILES_E_VERITY },
	{ EXT4_CASEFOLD_FL, "Casefold", "", "cd", FILES_E_CASEFOLD },
	{ EXT4_EA_INODE_FL, "EA_Inode", "rwatmnslvu", "mnsvucd", FILES_E_OWN },
	{ EXT4_SNAPFILE_FL, "Snapshot", "rwatmnslvu", "mnsvucd", FILES_E_OWN },
	{ EXT4_SNAPFILE_DELETED_FL, "Snapshot_Deleted", "rwatmnslvu", "mnsvucd", FILES_E_OWN },
	{ EXT4_SNAPFILE_SHRUNK_FL, "Snapshot_Shrunk", "rwatmnslvu", "mnsvucd", FILES_E_OWN },
	{ EXT2_SYNC_FL, "Synchronous_Updates", "", "", 0 }, { EXT2_SECRM_FL, "Secure_Deletion", "", "", 0 },
	{ EXT2_DIRSYNC_FL, "Synchronous_Directory_Updates", "", "", 0 }, { EXT2_UNRM_FL, "Undelete", "", "", 0 },
	{ EXT2_COMPR_FL, "Compression_Requested", "", "", 0 }, { EXT2_DIRTY_FL, "Compressed_Dirty", "", "", 0 },
	{ EXT2_NOCOMPR_FL, "Dont_Compress", "", "", 0 }, { EXT2_NODUMP_FL, "No_Dump", "", "", 0 },
	{ EXT2_NOATIME_FL, "No_Atime", "", "", 0 }, { EXT2_IMAGIC_FL, "AFS_Directory", "", "", 0 },
	{ EXT3_JOURNAL_DATA_FL, "Journaled_Data", "", "", 0 }, { EXT2_NOTAIL_FL, "No_Tailmerging", "", "", 0 },
	{ EXT2_TOPDIR_FL, "Top_of_Directory_Hierarchies", "", "", 0 }, { FS_NOCOW_FL, "No_COW", "", "", 0 },
	{ 0x400000, "Blocks_Behind_End", "", "", 0 }, { FS_DAX_FL, "DAX", "", "", 0 },
	{ EXT4_PROJINHERIT_FL, "Project_Hierarchy", "", "", 0 }, { EXT2_RESERVED_FL, "Reserved", "", "", 0 },
};

static const struct row *row;

static void make(void)
{
	CHECK(fs_put("/f", "text") == FILES_OK && fs_mkdir("/d") == FILES_OK && fs_mkdir("/e") == FILES_OK);
	CHECK(fs_put("/d/x", "text") == FILES_OK && fs_put("/d/y", "text") == FILES_OK);
}

static void set_flags(const char *path, uint32_t flags)
{
	char command[LINE];

	snprintf(command, sizeof command, "sif %s flags %u", path, (unsigned)flags);
	disk_debugfs(command);
}

static bool is(const char *forbidden, char what, enum files_status s)
{
	bool as_wanted = s == (strchr(forbidden, what) ? row->s : FILES_OK);

	if (!as_wanted)
		printf("%s, %c: status %d\n", row->name, what, (int)s);
	return as_wanted;
}

static enum files_status write_at(const char *path, L4_Word_t flags, uint64_t offset)
{
	L4_Word_t f;
	enum files_status s = fs_open(path, flags, &f);
	long n = s == FILES_OK ? fs_write(f, offset, "T", 1) : 0;

	if (s == FILES_OK)
		fs_close(f);
	return n < 0 ? (enum files_status)-n : s;
}

static enum files_status read_text(const char *path)
{
	L4_Word_t f;
	enum files_status s = fs_open(path, 0, &f);
	char text[BIG];
	long n = s == FILES_OK ? fs_read(f, 0, text, 1) : 0;

	if (s == FILES_OK)
		fs_close(f);
	return n < 0 ? (enum files_status)-n : s;
}

/* Attributes, and names, of a file or directory. */
static void try_all(const char *path, const char *no)
{
	CHECK(is(no, 'n', fs_set_times(path, FILES_NOW, FILES_NOW)));
	CHECK(is(no, 's', fs_set_times(path, EARLY, FILES_NOW)) && is(no, 'm', fs_chmod(0, path)));
	CHECK(is(no, 'v', fs_rename(path, "/z")));
	if (!strchr(no, 'v'))
		CHECK(fs_rename("/z", path) == FILES_OK);
}

static void try_file(void)
{
	const char *no = row->file;

	CHECK(is(no, 'r', read_text("/f")) && is(no, 'w', write_at("/f", FILES_WRITE, 0)));
	CHECK(is(no, 'a', write_at("/f", FILES_WRITE | FILES_APPEND, 4)));
	try_all("/f", no);
	CHECK(is(no, 'l', fs_link("/f", "/g")) && is(no, 't', fs_truncate("/f")));
	CHECK(is(no, 't', write_at("/f", FILES_WRITE | FILES_TRUNCATE, 0)));
	CHECK(is(no, 'u', fs_unlink("/f")));
}

static void try_directory(void)
{
	const char *no = row->directory;

	CHECK(fs_look("/d/x", false) == FILES_OK && fs_has("/d/x", "text"));
	CHECK(is(no, 'c', fs_put("/d/new", "text")) && is(no, 'c', fs_mkdir("/d/folder")));
	CHECK(is(no, 'c', fs_symlink("x", "/d/link")) && is(no, 'c', fs_link("/d/x", "/d/hard")));
	CHECK(is(no, 'd', fs_unlink("/d/y")));
	try_all("/d", no);
	CHECK(is(no, 'u', fs_rmdir("/e")));
}

TEST(FSRV2501, "each flag of an inode forbids what it says, of files and directories, and no more")
{
	for (row = rows; row < rows + sizeof rows / sizeof *rows; row++) {
		disk_make(KIB, "-t ext4 -I 256");
		CHECK(life(make, true));
		set_flags("/f", EXTENTS | row->bit);
		CHECK(life(try_file, true));
		disk_make(KIB, "-t ext4 -I 256");
		CHECK(life(make, true));
		set_flags("/d", EXTENTS | row->bit);
		set_flags("/e", EXTENTS | row->bit);
		CHECK(life(try_directory, true));
	}
}

TEST(FSRV2502, "the table has each flag that lsattr shows, and each one once; what one forbids has its error")
{
	uint32_t seen = 0;

	for (const struct flag *f = flags_known; f->name; f++) {
		struct ext2_inode inode = { .i_flags = f->bit };

		CHECK(f->bit != 0 && !(seen & f->bit) && (f->error != 0) == (f->forbids != 0));
		CHECK(flags_check(&inode, f->forbids) == f->error);
		seen |= f->bit;
	}
	CHECK((EXT2_FL_USER_VISIBLE & ~seen) == 0);
	for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
		CHECK(rows[i].bit & seen);
}

/* ---- names of what is immutable, in other directories ---- */

static void make_names(void)
{
	make();
	CHECK(fs_link("/f", "/d/f") == FILES_OK && fs_put("/g", "more") == FILES_OK);
	CHECK(fs_mkdir("/a") == FILES_OK && fs_put("/a/x", "text") == FILES_OK);
}

static void try_names(void)
{
	CHECK(fs_rename("/g", "/f") == FILES_E_IMMUTABLE && fs_has("/f", "text") && fs_has("/g", "more"));
	CHECK(fs_unlink("/d/f") == FILES_E_IMMUTABLE && fs_rename("/d/f", "/h") == FILES_E_IMMUTABLE);
	CHECK(fs_rename("/f", "/d/f") == FILES_OK && fs_look("/f", false) == FILES_OK);	/* of one file */
	CHECK(fs_rename("/g", "/a/g") == FILES_OK && fs_rename("/a/g", "/g") == FILES_E_APPEND_ONLY);
	CHECK(fs_put("/k", "text") == FILES_OK && fs_rename("/k", "/a/x") == FILES_E_APPEND_ONLY);
	CHECK(fs_rename("/k", "/e/k") == FILES_E_IMMUTABLE && fs_has("/k", "text"));
}

TEST(FSRV2503, "what is immutable is replaced and removed by none of its names; in and out of a directory")
{
	disk_make(KIB, "-t ext4 -I 256");
	CHECK(life(make_names, true));
	set_flags("/f", EXTENTS | EXT2_IMMUTABLE_FL);
	set_flags("/e", EXTENTS | EXT2_IMMUTABLE_FL);
	set_flags("/a", EXTENTS | EXT2_APPEND_FL);
	CHECK(life(try_names, true));
	CHECK(disk_check("-fn") == 0);
}

/* ---- append only ---- */

static void append_only(void)
{
	L4_Word_t f;

	CHECK(fs_open("/f", FILES_WRITE, &f) == FILES_E_APPEND_ONLY);
	CHECK(fs_open("/f", FILES_WRITE | FILES_APPEND | FILES_TRUNCATE, &f) == FILES_E_APPEND_ONLY);
	CHECK(fs_open("/f", FILES_WRITE | FILES_CREATE | FILES_APPEND, &f) == FILES_OK);
	CHECK(fs_write(f, 0, "T", 1) == -(long)FILES_E_APPEND_ONLY && fs_write(f, 3, "TT", 2) < 0);
	CHECK(fs_write(f, 5, "T", 1) == -(long)FILES_E_APPEND_ONLY && fs_write(f, 4, " more", 5) == 5);
	CHECK(fs_write(f, 9, ".", 1) == 1 && fs_resize(f, 1) == FILES_E_APPEND_ONLY);
	CHECK(fs_resize(f, 100) == FILES_E_APPEND_ONLY && fs_has("/f", "text more."));
}

TEST(FSRV2504, "an append-only file grows at its end, by no other write, and by no new size")
{
	disk_make(KIB, "-t ext4 -I 256");
	CHECK(life(make, true));
	set_flags("/f", EXTENTS | EXT2_APPEND_FL);
	CHECK(life(append_only, true));
	CHECK(disk_check("-fn") == 0 && strcmp(strstr(disk_debugfs("cat /f"), "text"), "text more.") == 0);
}

/* ---- what is honoured by doing something ---- */

static bool has_flags(const char *path, uint32_t flags)
{
	char command[LINE], wanted[LINE];

	snprintf(command, sizeof command, "stat %s", path);
	snprintf(wanted, sizeof wanted, "Flags: 0x%x\n", (unsigned)flags);
	return strstr(disk_debugfs(command), wanted) != NULL;
}

static void make_inside(void)
{
	CHECK(fs_put("/d/file", "text") == FILES_OK && fs_mkdir("/d/folder") == FILES_OK);
	CHECK(fs_symlink("file", "/d/link") == FILES_OK && fs_put("/d/folder/x", "text") == FILES_OK);
}

TEST(FSRV2505, "what is made in a directory has its flags as by Linux: of files, of directories, of links")
{
	uint32_t both = EXT2_NODUMP_FL | EXT2_NOATIME_FL, more = EXT2_SECRM_FL | EXT2_NOTAIL_FL;

	disk_make(KIB, "-t ext4 -I 256");
	CHECK(life(make, true));
	set_flags("/d", EXTENTS | both | more | EXT2_DIRSYNC_FL | EXT2_TOPDIR_FL);
	CHECK(life(make_inside, true));
	CHECK(has_flags("/d/file", EXTENTS | both | more) && has_flags("/d/link", both));
	CHECK(has_flags("/d/folder", EXTENTS | both | more | EXT2_DIRSYNC_FL));
	CHECK(has_flags("/d/folder/x", EXTENTS | both | more) && disk_check("-fn") == 0);
}

/* Nothing is left to be written when the request is answered. */
static bool writes(enum files_status s)
{
	bool more = false;

	CHECK(s == FILES_OK);
	fake->noted = 0;
	CHECK(fs_sync_once(false, &more) == FILES_OK);
	for (unsigned i = 0; i < fake->noted; i++)
		if (fake->note[i].kind == 'w')
			return false;
	return true;
}

static void write_synchronously(void)
{
	CHECK(fs_sync(true) == FILES_OK && strstr(disk_debugfs("ls /d"), ") x"));
	fake->watch = true;
	CHECK(!writes(write_at("/d/y", FILES_WRITE, 0)));	/* has no flag */
	CHECK(writes(write_at("/f", FILES_WRITE, 0)) && writes(fs_chmod(0, "/f")) && writes(fs_mkdir("/d/new")));
	CHECK(!writes(write_at("/d/y", FILES_WRITE, 0)));
	CHECK(fs_unlink("/d/x") == FILES_OK && !strstr(disk_debugfs("ls /d"), ") x"));
	CHECK(fs_rename("/d/y", "/d/z") == FILES_OK && strstr(disk_debugfs("ls /d"), ") z"));
	CHECK(fs_truncate("/f") == FILES_OK && strstr(disk_debugfs("stat /f"), "Size: 0"));
}

TEST(FSRV2506, "changes of a file with chattr +S, and of names in a directory with +D, are written at once")
{
	disk_make(KIB, "-t ext4 -I 256");
	CHECK(life(make, true));
	set_flags("/f", EXTENTS | EXT2_SYNC_FL);
	set_flags("/d", EXTENTS | EXT2_DIRSYNC_FL);
	CHECK(life(write_synchronously, true));
	CHECK(disk_check("-fn") == 0);
}

static void grow_huge(void)
{
	struct files_look_out out = { 0 };

	CHECK(fs_describe("/f", false, &out) == FILES_OK && out.sectors == SECTORS);
	CHECK(write_at("/f", FILES_WRITE, 1024) == FILES_OK);
	CHECK(fs_describe("/f", false, &out) == FILES_OK && out.sectors == 2 * SECTORS);
}

TEST(FSRV2507, "a huge file counts its blocks, not sectors: it is described in sectors, and grows")
{
	disk_make(KIB, "-t ext4 -I 256 -O huge_file");
	CHECK(life(make, true));
	set_flags("/f", EXTENTS | EXT4_HUGE_FILE_FL);
	disk_debugfs("sif /f blocks 1");
	CHECK(disk_check("-fn") == 0 && life(grow_huge, true));
	CHECK(disk_check("-fn") == 0);
}

/* ---- inline data ---- */

static void use_inline(void)
{
	L4_Word_t f;

	CHECK(fs_open("/small", 0, &f) == FILES_E_INLINE && fs_open("/small", FILES_WRITE, &f) == FILES_E_INLINE);
	CHECK(fs_truncate("/small") == FILES_E_INLINE && fs_unlink("/small") == FILES_OK);
	CHECK(fs_mkdir("/d") == FILES_OK && fs_put("/d/x", "text") == FILES_OK && fs_has("/d/x", "text"));
}

TEST(FSRV2508, "a file whose bytes are in its inode is refused by that name, and can be removed")
{
	disk_make(KIB, "-t ext4 -I 256 -O inline_data");
	disk_debugfs("write /proc/self/comm small");
	CHECK(strstr(disk_debugfs("stat small"), "Flags: 0x10000000") != NULL);
	CHECK(life(use_inline, true));
	CHECK(disk_check("-fn") == 0);
}
