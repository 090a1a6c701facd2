/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * outcomes.c - what the server says of a disk that it cannot mount, each outcome of <pecan/outcome.h> with
 * its advice: only damage is to be mended, and only where a disk was read and has nothing a file system is to
 * be made.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <servers/files/volume/verdict.h>
#include "../../../lib/harness/table.h"
#include "fake.h"

enum { KIB = 2048, FEATURES_KIB = 16384, SUPER = 1024, SUPER_BLOCKS = 4, SUPER_LOG = 24 };

static void use(void)
{
	CHECK(fs_put("/x", "text") == FILES_OK && fs_has("/x", "text"));
}

static bool fails(const char *beginning)
{
	int status = life_status(use, false);
	bool damaged = strstr(fake->why, "damaged: ") == fake->why;
	bool absent = strstr(fake->why, "absent: ") == fake->why;

	return WIFEXITED(status) && WEXITSTATUS(status) == NOT_MOUNTED
	       && strncmp(fake->why, beginning, strlen(beginning)) == 0
	       && !strstr(fake->why, "e2fsck") == !damaged && !strstr(fake->why, "mke2fs") == !absent;
}

static void put(unsigned at, uint32_t value)
{
	table_put(disk_bytes + SUPER + at, value, 4);
}

TEST(FSRV2101, "sectors that cannot be read are no verdict on the disk: superblock, table, others' marks")
{
	static const struct { unsigned from, to; } bad[] = { { 2, 4 }, { 0, 1 }, { 1, 2 }, { 64, 65 } };

	disk_make(KIB, "-t ext4");
	fake->bad_from = 2;
	fake->bad_to = 4;
	CHECK(fails("could not be read: the superblock: "));
	fake->bad_to = 0;
	CHECK(life(use, true));
	memset(disk_bytes, 0, KIB * 1024);
	for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
		fake->bad_from = bad[i].from;
		fake->bad_to = bad[i].to;
		CHECK(fails("could not be read: "));
	}
	fake->bad_to = 0;
	CHECK(fails("absent: a file system of ext2, ext3 or ext4: mke2fs"));
}

TEST(FSRV2102, "descriptors of groups that cannot be read are not damaged")
{
	disk_make(KIB, "-t ext4");
	fake->bad_from = 4;
	fake->bad_to = 5;
	CHECK(fails("could not be read: the descriptors of groups: "));
}

TEST(FSRV2103, "file systems of others, an encrypted volume and swap space are named, and not made anew")
{
	static const struct { unsigned at; const char *text, *name; } others[] = {
		{ 0, "XFSB", "XFS" }, { 65600, "_BHRfS_M", "Btrfs" }, { 3, "NTFS    ", "NTFS" },
		{ 82, "FAT32   ", "FAT" }, { 32769, "CD001", "ISO 9660" },
		{ 0, "LUKS\xba\xbe", "an encrypted volume (LUKS)" },
		{ 4086, "SWAPSPACE2", "swap space" }, { 536, "LVM2 001", "a volume of LVM" },
	};
	char text[64] = "not supported: ";

	disk_make(KIB, "-t ext4");
	for (unsigned i = 0; i < sizeof others / sizeof *others; i++) {
		memset(disk_bytes, 0, KIB * 1024);
		memcpy(disk_bytes + others[i].at, others[i].text, strlen(others[i].text));
		strcpy(text + strlen("not supported: "), others[i].name);
		CHECK(fails(text));
	}
}

TEST(FSRV2104, "a superblock that cannot be right is damage, and is named; another revision is not supported")
{
	disk_make(KIB, "-t ext4");
	put(72, 7);
	CHECK(fails("damaged: the superblock, its checksum: e2fsck"));
	disk_make(KIB, "-t ext4 -O ^metadata_csum");
	put(SUPER_LOG, 7);
	CHECK(fails("damaged: the superblock, its size of blocks: e2fsck"));
	put(SUPER_LOG, 0);
	put(SUPER_BLOCKS, KIB + 1);
	CHECK(fails("damaged: the superblock, which says that it is larger than"));
	put(SUPER_BLOCKS, KIB);
	put(76, 2);
	CHECK(fails("not supported: its revision: "));
	put(76, 1);
	CHECK(life(use, true));
}

TEST(FSRV2105, "on a disk with sectors of 4,096 bytes, blocks of 1,024 are not supported, and of 4,096 are")
{
	disk_make(KIB, "-t ext4");
	fake->unit = 8;
	CHECK(fails("not supported: blocks that are smaller than the disk's sectors of 4096 bytes: "));
	disk_make(8 * KIB, "-t ext4 -b 4096");
	fake->unit = 8;
	CHECK(life(use, true) && disk_check("-fn") == 0);
}

static void only_read(void)
{
	L4_Word_t f;

	CHECK(fs_open("/a", 0, &f) == FILES_OK && fs_put("/a/x", "text") == FILES_E_READ_ONLY);
	CHECK(fs_free_blocks() > 0 && fs_free_blocks() < FEATURES_KIB);
}

TEST(FSRV2107, "bigalloc, quota, project, mmp, ea_inode, casefold of mke2fs: read, not changed, named")
{
	static const char *const options[] = {
		"bigalloc -C 16384", "quota", "project", "mmp", "ea_inode", "casefold",
	};
	char text[80];

	for (unsigned i = 0; i < sizeof options / sizeof *options; i++) {
		snprintf(text, sizeof text, "-t ext4 -I 256 -O %s", options[i]);
		disk_make(FEATURES_KIB, text);
		disk_debugfs("mkdir /a");
		CHECK(disk_check("-fy") <= 1 && life(only_read, true));
		snprintf(text, sizeof text, "it can be read only, as it has %.*s", (int)strcspn(options[i], " "),
			 options[i]);
		CHECK(strcmp(fake->why, text) == 0 && disk_check("-fn") == 0);
	}
}

/* ---- each feature ---- */

/* How mke2fs makes it; those that it cannot make debugfs sets. */
static const struct { const char *name, *options; } made[] = {
	{ "has_journal", "" }, { "ext_attr", "" }, { "resize_inode", "" }, { "dir_index", "" },
	{ "sparse_super2", "" }, { "stable_inodes", "" }, { "orphan_file", ",has_journal" },
	{ "sparse_super", "" }, { "fast_commit", ",has_journal" }, { "large_file", "" }, { "huge_file", "" },
	{ "uninit_bg", ",^metadata_csum" }, { "dir_nlink", "" }, { "extra_isize", "" }, { "quota", "" },
	{ "bigalloc", " -C 16384" }, { "metadata_csum", "" }, { "project", "" }, { "verity", "" },
	{ "filetype", "" }, { "meta_bg", ",^resize_inode" }, { "extent", "" }, { "64bit", "" }, { "mmp", "" },
	{ "flex_bg", "" }, { "ea_inode", "" }, { "metadata_csum_seed", "" }, { "large_dir", "" },
	{ "inline_data", "" }, { "encrypt", "" }, { "casefold", "" },
};

static void make_with(const char *feature)
{
	char text[80];

	for (unsigned i = 0; i < sizeof made / sizeof *made; i++) {
		if (strcmp(made[i].name, feature) != 0)
			continue;
		snprintf(text, sizeof text, "-t ext4 -I 256 -O %s%s", feature, made[i].options);
		disk_make(FEATURES_KIB, text);
		disk_debugfs("mkdir /a");
		return;
	}
	disk_make(FEATURES_KIB, "-t ext4 -I 256");
	disk_debugfs("mkdir /a");
	snprintf(text, sizeof text, "feature %s", strcmp(feature, "snapshot") == 0 ? "FEATURE_R7" : feature);
	disk_debugfs(text);				/* FEATURE_R7: it has a name in the library's header only */
}

/* In the superblock that is on the disk. */
static bool has_feature(const struct verdict_feature *f)
{
	const struct ext2_super_block *s = (const void *)(disk_bytes + SUPER);
	const uint32_t words[] = { s->s_feature_compat, s->s_feature_ro_compat, s->s_feature_incompat };

	return words[f->word] & f->bit;
}

static void change_all(void)
{
	use();
	CHECK(fs_put("/a/x", "text") == FILES_OK && fs_mkdir("/a/b") == FILES_OK);
	CHECK(fs_rename("/a/x", "/a/b/x") == FILES_OK && fs_unlink("/x") == FILES_OK);
}

static bool is_as_said(const struct verdict_feature *f)
{
	char text[80];
	int before;

	switch (f->how) {
	case VERDICT_HONOURED:
		before = disk_check("-fn");		/* e2fsck has not got lazy_bg any more */
		return life(change_all, true) && disk_check("-fn") == before;
	case VERDICT_READ_ONLY:
		return life(only_read, true) && strstr(fake->why, "can be read only");
	default:
		snprintf(text, sizeof text, "not supported: %s: ", f->name);
		return fails(text);
	}
}

TEST(FSRV2108, "images with each feature are changed, read only or refused by name, as the table says")
{
	for (const struct verdict_feature *f = verdict_features; f->name; f++) {
		bool good;

		make_with(f->name);
		good = has_feature(f) && is_as_said(f);
		if (!good)
			printf("%s: %s\n", f->name, fake->why);
		CHECK(good);
	}
}

TEST(FSRV2106, "that memory is short is no verdict on the disk")
{
	const char *text = verdict_text(verdict_error(EXT2_ET_NO_MEMORY));

	CHECK(strcmp(text, "no memory: a disk of this size: give `files` more `memory` in the system "
		     "description") == 0);
}
