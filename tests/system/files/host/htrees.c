/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * htrees.c - directories to which the server gives an htree (user/servers/files/htree_change.c): what e2fsck
 * and debugfs of the host find, and cuts of the power (power.h) while blocks are split.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <servers/files/name_index.h>
#include <servers/files/names.h>
#include <servers/files/operation.h>
#include <servers/files/repair_parts.h>
#include <servers/files/tree.h>
#include <servers/files/volume.h>
#include "fake.h"
#include "power.h"

enum { DISK_KIB = 16384, NAMES = 3000, NAME_BYTES = 255, PATH = NAME_BYTES + 4, NUMBERS = 100003, SAME = 8 };

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

	return names_find(fs_inode("d"), name, strlen(name), &inode) == 0 && inode == fs_inode("x");
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

/* If that is wanted, names of one hash are the first ones before the cut, and after it. */
static const char *cut_name(unsigned n)
{
	static char name[NAME_BYTES + 1];

	if (load.same && n < 2 * load.before && n % load.before < SAME / 2) {
		memset(name, 'x', 240);
		strcpy(name + 240, same[n / load.before * (SAME / 2) + n % load.before]);
		return name;
	}
	snprintf(name, sizeof name, "%0*u", (int)load.bytes, n * 7919 % NUMBERS);
	return name;
}

static void make_some(void)
{
	begin();
	for (unsigned i = 0; i < load.before; i++)
		make(cut_name(i));
	CHECK(fs_sync(true) == FILES_OK);
	power_record();
	for (unsigned i = 0; i < load.after; i++) {
		make(cut_name(load.before + i));
		if (i < load.removed) {
			drop(cut_name(i));
			if (i % 2)
				make(cut_name(i));
		}
	}
	CHECK(fs_sync(false) == FILES_OK);
}

/* Names of /d, which are numbers. */
struct count { bool seen[NUMBERS]; unsigned twice; };

static int count_name(struct ext2_dir_entry *d, int offset, int size, char *buf, void *arg)
{
	struct count *count = arg;
	char name[NAME_BYTES + 1] = "";
	unsigned long number;

	(void)offset;
	(void)size;
	(void)buf;
	memcpy(name, d->name, (size_t)ext2fs_dirent_name_len(d));
	number = strtoul(name, NULL, 10);
	if (name[0] == '0' && number < NUMBERS) {
		count->twice += count->seen[number];
		count->seen[number] = true;
	}
	return 0;
}

static struct { unsigned names, others; } *mended;

static void have_names(void)
{
	static struct count count;
	unsigned found = 0;

	CHECK(volume && !volume_is_read_only() && !volume_is_unclean());
	mended->names += repair_counts.names;
	mended->others += repair_counts.others;
	for (unsigned i = load.removed; i < load.before; i++)
		found += is_found(cut_name(i));
	CHECK(found == load.before - load.removed);
	CHECK(ext2fs_dir_iterate(volume, fs_inode("d"), 0, NULL, count_name, &count) == 0);
	CHECK(count.twice == 0);
}

/* At each write, with several parts of what was written since the last flush. */
static void cut_everywhere(void)
{
	unsigned parts = getenv("LONG") ? 40 : 4;

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

TEST(FSRV1804, "no power cut takes a synced name, or leaves one twice, as a directory gets an htree")
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
	CHECK(mended->names > 0);
}

TEST(FSRV1807, "so it is as nodes of an htree are split")
{
	load.before = 700;
	load.after = 400;
	load.bytes = 200;
	load.removed = 60;
	cut_everywhere();
	CHECK(mended->names > 0);
}

TEST(FSRV1808, "so it is with names of one hash that do not fit into a block")
{
	load.before = 10;
	load.after = 30;
	load.bytes = 100;
	load.same = true;
	cut_everywhere();
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
	power_make("-t ext4");
	disk_debugfs("set_super_value def_hash_version legacy");
	CHECK(life(make_some, true) && life(find_same, true) && disk_check("-fn") == 0);
}
