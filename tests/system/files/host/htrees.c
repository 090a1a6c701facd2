/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * htrees.c - directories to which the server gives an htree (user/servers/files/names/htree_change.c): what
 * e2fsck and debugfs of the host find, and cuts of the power (power.h) while blocks are split.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <servers/files/file/operation.h>
#include <servers/files/file/tree.h>
#include <servers/files/names/htree.h>
#include <servers/files/names/name_index.h>
#include <servers/files/names/names.h>
#include <servers/files/repair/repair_parts.h>
#include <servers/files/volume/volume.h>
#include "fake.h"
#include "power.h"

enum { DISK_KIB = 16384, NAMES = 3000, NAME_BYTES = 255, PATH = NAME_BYTES + 4, NUMBERS = 100003, SAME = 8,
       CHAIN_LONG = 50 };

/* Which names /d has. */
static struct { bool there[NAMES]; } *state;

/* Name n: of any bytes and any length. */
static const char *any_name(unsigned n)
{
	static char name[NAME_BYTES + 1];
	unsigned bytes;

	srand(n + 1);
	bytes = n % 10 == 0 ? NAME_BYTES : 6 + chance(n % 3 ? 20 : 200);
	snprintf(name, sizeof name, "%u-", n);
	for (unsigned i = (unsigned)strlen(name); i < bytes; i++) {
		name[i] = (char)(1 + chance(255));
		if (name[i] == '/')
			name[i] = '.';
	}
	name[bytes] = 0;
	return name;
}

static const char *path_of(const char *name)
{
	static char path[PATH];

	snprintf(path, sizeof path, "/d/%s", name);
	return path;
}

static void make(const char *name)
{
	CHECK(operation_end(tree_link("/x", path_of(name))) == 0);
}

/* The list of what is to be freed may be full. */
static void drop(const char *name)
{
	errcode_t e = operation_end(tree_unlink(path_of(name)));

	if (e == TREE_MORE && fs_sync(false) == FILES_OK)
		e = operation_end(tree_unlink(path_of(name)));
	CHECK(e == 0);
}

static bool is_found(const char *name)
{
	ext2_ino_t inode;

	return fs_find(fs_inode("d"), name, strlen(name), &inode) == 0 && inode == fs_inode("x");
}

/* ---- what Linux makes of it ---- */

static void begin(void)
{
	CHECK(fs_put("/x", "text") == FILES_OK && fs_mkdir("/d") == FILES_OK);
}

static void fill(void)
{
	begin();
	for (unsigned i = 0; i < NAMES; i++) {
		unsigned other = i * 7 % (i + 1);

		make(any_name(i));
		state->there[i] = true;
		if (i % 3 == 0 && state->there[other]) {
			drop(any_name(other));
			state->there[other] = false;
		}
	}
}

static void find_all(void)
{
	unsigned found = 0;

	for (unsigned i = 0; i < NAMES; i++)
		found += is_found(any_name(i)) == state->there[i];
	CHECK(found == NAMES);
	CHECK(index_get(fs_inode("d"))->searched);
}

/* set: commands of debugfs before the server mounts the disk. */
static void check_with(const char *options, const char *const *set, const char *dump)
{
	state = fake_shared(sizeof *state);
	disk_make(DISK_KIB, options);
	for (; *set; set++)
		disk_debugfs(*set);
	CHECK(life(fill, true) && disk_check("-fn") == 0);
	CHECK(life(find_all, true) && disk_check("-fn") == 0);
	CHECK(strstr(disk_debugfs("htree_dump /d"), dump) != NULL);
}

TEST(FSRV1801, "a directory gets an htree with its second block; e2fsck finds 3,000 names of any bytes sound")
{
	check_with("-t ext4", (const char *const[]){ NULL }, "Indirect levels: 1");
	check_with("-t ext4 -b 4096", (const char *const[]){ NULL }, "Indirect levels: 0");
	check_with("-t ext2", (const char *const[]){ NULL }, "Indirect levels: 1");
}

TEST(FSRV1802, "so it is with each hash, of signed and unsigned characters")
{
	static const char *const hash[] = { "legacy", "half_md4", "tea" };

	for (unsigned i = 0; i < 6; i++) {
		char version[64], flags[64], dump[64];

		snprintf(version, sizeof version, "set_super_value def_hash_version %s", hash[i / 2]);
		snprintf(flags, sizeof flags, "set_super_value flags %u", 1 + i % 2);
		snprintf(dump, sizeof dump, "Hash Version: %u", i / 2);
		check_with("-t ext4", (const char *const[]){ version, flags, NULL }, dump);
	}
}

static void fill_some(void)
{
	begin();
	for (unsigned i = 0; i < 200; i++)
		make(any_name(i));
	CHECK(!index_get(fs_inode("d"))->tree);
}

TEST(FSRV1803, "without the feature dir_index a directory gets no htree")
{
	disk_make(DISK_KIB, "-t ext4 -O ^dir_index");
	CHECK(life(fill_some, true) && disk_check("-fn") == 0);
}

/* ---- cuts ---- */

/* So many names are synced before the cut, and made after that; `bytes` each. removed: of the former. */
static struct { unsigned before, after, bytes, removed; bool same; } load;

/* Behind 240 times x: by EXT2_HASH_LEGACY such names have one hash. A block of 1 KiB has room for three. */
static const char *const same[SAME] = {
	"+9ox5", "UKlKi", "5S5ay", "Yf=cF", "rhzlK", "fb1uK", "eXjLK", "FzvgP",
};

/* One of these names. */
static const char *same_name(unsigned n)
{
	static char name[NAME_BYTES + 1];

	memset(name, 'x', 240);
	strcpy(name + 240, same[n]);
	return name;
}

/* load.same: names of one hash are the first ones before the cut, and after it. */
static const char *cut_name(unsigned n)
{
	static char name[NAME_BYTES + 1];

	if (load.same && n < 2 * load.before && n % load.before < SAME / 2)
		return same_name(n / load.before * (SAME / 2) + n % load.before);
	snprintf(name, sizeof name, "%0*u", (int)load.bytes, n * 7919 % NUMBERS);
	return name;
}

/* What repairs have done, and what the root of the htree of /d leads to before the cut and at the end. */
static struct { unsigned names, others; struct shape { unsigned levels, entries; } before, after; } *mended;

static char *read_root(void)
{
	static char bytes[POWER_BLOCK];
	ext2_ino_t directory = fs_inode("d");
	blk64_t block = 0;

	CHECK(ext2fs_bmap2(volume, directory, NULL, NULL, 0, 0, NULL, &block) == 0);
	CHECK(ext2fs_read_dir_block4(volume, block, bytes, 0, directory) == 0);
	return bytes;
}

/* Zeros: it has no htree. */
static struct shape shape(void)
{
	struct shape s = { 0, 0 };
	struct ext2_dx_entry *entries;
	char *root = read_root();
	int kind;

	if (htree_entries(root, true, &entries, &s.entries) || htree_root(root, &s.levels, &kind))
		return (struct shape){ 0, 0 };
	return s;
}

static void make_some(void)
{
	begin();
	for (unsigned i = 0; i < load.before; i++)
		make(cut_name(i));
	CHECK(fs_sync(true) == FILES_OK);
	mended->before = shape();
	power_record();
	for (unsigned i = 0; i < load.after; i++) {
		make(cut_name(load.before + i));
		if (i < load.removed) {
			drop(cut_name(i));
			if (i % 2)
				make(cut_name(i));
		}
	}
	mended->after = shape();
	CHECK(fs_sync(false) == FILES_OK);
}

/* The names of /d. */
struct list { unsigned n; char name[NAMES][NAME_BYTES + 1]; };

static int list_name(struct ext2_dir_entry *d, int offset, int size, char *buf, void *arg)
{
	struct list *list = arg;

	(void)offset;
	(void)size;
	(void)buf;
	if (list->n == NAMES)
		return DIRENT_ABORT;
	memcpy(list->name[list->n++], d->name, (size_t)ext2fs_dirent_name_len(d));
	return 0;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void have_each_once(void)
{
	static struct list list;
	unsigned twice = 0;

	CHECK(ext2fs_dir_iterate(volume, fs_inode("d"), 0, NULL, list_name, &list) == 0 && list.n < NAMES);
	qsort(list.name, list.n, sizeof list.name[0], by_text);
	for (unsigned i = 1; i < list.n; i++)
		twice += strcmp(list.name[i - 1], list.name[i]) == 0;
	CHECK(twice == 0);
}

static void have_names(void)
{
	unsigned found = 0;

	CHECK(volume && !volume_is_read_only() && !volume_is_unclean());
	mended->names += repair_counts.names;
	mended->others += repair_counts.others;
	for (unsigned i = load.removed; i < load.before; i++)
		found += is_found(cut_name(i));
	CHECK(found == load.before - load.removed);
	have_each_once();
}

/* At each write, with several parts of what was written since the last flush. */
static void cut_everywhere(void)
{
	unsigned parts = getenv("LONG") ? 40 : 2;

	mended = fake_shared(sizeof *mended);
	power_make("-t ext4");
	if (load.same)
		disk_debugfs("set_super_value def_hash_version legacy");
	CHECK(life(make_some, false));
	for (unsigned cut = 1; cut <= power_count(); cut++)
		for (unsigned i = 0; i < parts; i++) {
			bool good;

			srand(cut * parts + i);
			power_cut(cut, i == 0);
			good = life(have_names, true) && disk_check("-fn") == 0;
			if (!good)
				printf("    cut %u of %u, part %u\n", cut, power_count(), i);
			CHECK(good);
			if (!good)
				return;
		}
	printf("note: %u cuts: %u names removed, %u other changes\n", power_count() * parts, mended->names,
	       mended->others);
	CHECK(mended->others > 0);
}

TEST(FSRV1804, "no power cut, 2 at each write, takes a synced name or leaves one twice as an htree is made")
{
	load.before = 40;
	load.after = 60;
	load.bytes = 12;
	load.removed = 10;
	cut_everywhere();
}

TEST(FSRV1805, "so it is as blocks of names are split")
{
	load.before = 500;
	load.after = 300;
	load.bytes = 20;
	load.removed = 60;
	cut_everywhere();
	CHECK(mended->names > 0);
}

TEST(FSRV1806, "so it is as the root of an htree is split")
{
	load.before = 340;
	load.after = 160;
	load.bytes = 200;
	load.removed = 20;
	cut_everywhere();
	CHECK(mended->names > 0 && mended->before.levels == 1 && mended->after.levels == 2);
}

TEST(FSRV1807, "so it is as nodes of an htree are split")
{
	load.before = 700;
	load.after = 400;
	load.bytes = 200;
	load.removed = 60;
	cut_everywhere();
	CHECK(mended->names > 0 && mended->before.levels == 2 && mended->after.levels == 2);
	CHECK(mended->after.entries > mended->before.entries);
}

TEST(FSRV1808, "so it is with names of one hash that do not fit into a block")
{
	load.before = 10;
	load.after = 30;
	load.bytes = 100;
	load.same = true;
	cut_everywhere();
	CHECK(mended->names > 0);
}

static void find_same(void)
{
	CHECK(fs_has("/x", "text"));
	for (unsigned i = 0; i < 2 * load.before; i++)
		CHECK(is_found(cut_name(i)));
	for (unsigned i = 0; i < 2 * load.before; i += 3) {
		drop(cut_name(i));
		CHECK(!is_found(cut_name(i)));
		make(cut_name(i));
	}
}

TEST(FSRV1809, "names of one hash are found, removed and made again in the blocks that have them")
{
	load.before = 10;
	load.after = 30;
	load.bytes = 100;
	load.same = true;
	mended = fake_shared(sizeof *mended);
	power_make("-t ext4");
	disk_debugfs("set_super_value def_hash_version legacy");
	CHECK(life(make_some, true) && life(find_same, true) && disk_check("-fn") == 0);
}

/* Two blocks with names of one hash, and many entries more that lead to the second one. */
static void make_chain(void)
{
	char *root;
	struct ext2_dx_entry *entries;
	unsigned count, i = 1;
	blk64_t block = 0;

	begin();
	for (unsigned n = 0; n < 6; n++)
		make(same_name(n));
	for (unsigned n = 0; n < SAME; n++)
		make(any_name(10 * n));
	root = read_root();
	CHECK(htree_entries(root, true, &entries, &count) == 0);
	while (i < count && !(entries[i].hash & 1))
		i++;
	CHECK(i < count);
	memmove(&entries[i + CHAIN_LONG], &entries[i], (count - i) * sizeof *entries);
	for (unsigned n = 0; n < CHAIN_LONG; n++)
		entries[i + n] = entries[i + CHAIN_LONG];
	((struct ext2_dx_countlimit *)entries)->count = (__u16)(count + CHAIN_LONG);
	CHECK(ext2fs_bmap2(volume, fs_inode("d"), NULL, NULL, 0, 0, NULL, &block) == 0);
	CHECK(ext2fs_write_dir_block4(volume, block, root, 0, fs_inode("d")) == 0 && operation_end(0) == 0);
}

static void lengthen_chain(void)
{
	CHECK(fs_has("/x", "text"));
	make(same_name(6));
	CHECK(is_found(same_name(6)));
}

TEST(FSRV1810, "a name is made without a look at each block that may have names of its hash")
{
	power_make("-t ext4");
	disk_debugfs("set_super_value def_hash_version legacy");
	CHECK(life(make_chain, true) && life(lengthen_chain, false));
}
