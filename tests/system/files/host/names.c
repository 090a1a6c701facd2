/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * names.c - the index of names against libext2fs's search through the whole directory, after each of many
 * operations: some fail, some are undone, some are in directories with an htree.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pecan/files.h>
#include <servers/files/cache/cache.h>
#include <servers/files/file/operation.h>
#include <servers/files/file/tree.h>
#include <servers/files/names/dir_block.h>
#include <servers/files/names/name_index.h>
#include <servers/files/names/names.h>
#include <servers/files/volume/volume.h>
#include "fake.h"

enum {
	DISK_KIB = 8192, DIRS = 3, NAMES = 60, OPERATIONS = 120, KINDS = 8, FILLERS = 200, PATH = 128,
	MANY = 4000, FEW_HASHES = 7, STALE = 2, FEW_READS = 6,
};

static const char *const dirs[DIRS] = { "", "/d", "/d/e" };
static unsigned seed;

/* ---- the comparison ---- */

static const char *name_of(unsigned n)
{
	static char name[PATH];

	snprintf(name, sizeof name, "%0*u", (int)(1 + n * 7 % 90), n);
	return name;
}

static const char *path_of(unsigned dir, unsigned n)
{
	static char path[4][2 * PATH];
	static unsigned i;

	i = (i + 1) % 4;
	snprintf(path[i], sizeof path[i], "%s/%s", dirs[dir], name_of(n));
	return path[i];
}

static ext2_ino_t directory_of(unsigned dir)
{
	ext2_ino_t inode = EXT2_ROOT_INO;

	for (unsigned i = 1; i <= dir && inode; i++)
		if (ext2fs_lookup(volume, inode, i == 1 ? "d" : "e", 1, NULL, &inode))
			return 0;
	return inode;
}

static bool is_same(ext2_ino_t directory, const char *name)
{
	ext2_ino_t found, wanted = 0;
	errcode_t e = fs_find(directory, name, strlen(name), &found);
	errcode_t right = ext2fs_lookup(volume, directory, name, (int)strlen(name), NULL, &wanted);

	if (e == right && found == (right ? 0 : wanted))
		return true;
	printf("    %s in %u: %ld, %u; should be %ld, %u\n", name, directory, e, found, right, wanted);
	return false;
}

static bool are_same(void)
{
	for (unsigned d = 0; d < DIRS; d++) {
		ext2_ino_t directory = directory_of(d);

		if (!is_same(directory, ".") || !is_same(directory, ".."))
			return false;
		for (unsigned n = 0; n < NAMES; n++)
			if (!is_same(directory, name_of(n)))
				return false;
	}
	return true;
}

static bool is_there(const char *path)
{
	ext2_ino_t inode;
	const char *name = strrchr(path, '/') + 1;
	unsigned dir = strncmp(path, "/d/e/", 5) == 0 ? 2 : strncmp(path, "/d/", 3) == 0;

	return ext2fs_lookup(volume, directory_of(dir), name, (int)strlen(name), NULL, &inode) == 0;
}

/* ---- operations ---- */

static const char *any_path(void)
{
	return path_of((unsigned)rand() % DIRS, (unsigned)rand() % NAMES);
}

static void create(void)
{
	const char *path = any_path();
	bool there = is_there(path);
	L4_Word_t f;
	enum files_status s = fs_open(path, FILES_WRITE | FILES_CREATE | FILES_EXCLUSIVE, &f);

	CHECK(s == (there ? FILES_E_EXISTS : FILES_OK));
	if (s == FILES_OK)
		fs_close(f);
}

/* What was done is undone: no index may know of it. */
static void undo(void)
{
	const char *path = any_path(), *other = any_path();
	ext2_ino_t inode;
	errcode_t e;

	switch (rand() % 4) {
	case 0: e = tree_create(path, &inode); break;
	case 1: e = tree_unlink(path); break;
	case 2: e = tree_mkdir(path); break;
	default: e = tree_link(path, other); break;
	}
	CHECK(operation_end(e ? e : EXT2_ET_NO_MEMORY) != 0);
}

static void operate(void)
{
	const char *path = any_path();
	bool there = is_there(path);

	switch (rand() % KINDS) {
	case 0:
	case 1: create(); break;
	case 2: CHECK((fs_unlink(path) == FILES_E_ABSENT) == !there); break;
	case 3: CHECK(fs_mkdir(path) == (there ? FILES_E_EXISTS : FILES_OK)); break;
	case 4: CHECK((fs_rmdir(path) == FILES_E_ABSENT) == !there); break;
	case 5: fs_rename(any_path(), path); break;
	case 6: fs_link(any_path(), path); break;
	default: undo(); break;
	}
}

static void operate_often(void)
{
	srand(seed);
	for (unsigned i = 0; i < OPERATIONS; i++) {
		operate();
		if (!are_same()) {
			printf("    seed %u, operation %u\n", seed, i);
			CHECK(false);
			return;
		}
	}
}

static void fill(void)
{
	char path[PATH];

	CHECK(fs_mkdir("/d") == FILES_OK && fs_mkdir("/d/e") == FILES_OK);
	for (unsigned i = 0; i < FILLERS; i++) {
		snprintf(path, sizeof path, "/d/filler-%u", i);
		CHECK(fs_symlink("t", path) == FILES_OK);
	}
	CHECK(are_same());
}

/* Lives of the server: the operations, restarts among them. */
static void compare(const char *options, const char *fsck, unsigned lives)
{
	disk_make(DISK_KIB, options);
	CHECK(life(fill, true));
	if (fsck)
		CHECK(disk_check(fsck) <= 1);
	for (unsigned i = 0; i < lives; i++) {
		seed++;
		CHECK(life(operate_often, i % 2 == 0));
	}
	CHECK(life(operate_often, true));
	CHECK(disk_check("-fn") == 0);
}

TEST(FSRV0901, "the index finds what a search finds, after each of many operations; the disk is sound")
{
	compare("-t ext4", NULL, 2);
	compare("-t ext2 -b 4096", NULL, 1);
	compare("-t ext4 -O inline_data -I 256", NULL, 1);
}

TEST(FSRV0902, "so it does in directories with an htree, which stays right")
{
	compare("-t ext4", "-fyD", 2);
	CHECK(strstr(disk_debugfs("htree_dump /d"), "Root node dump") != NULL);
	compare("-t ext4 -O ^metadata_csum", "-fyD", 1);
}

/* ---- an index that is full, wrong, or of a damaged directory ---- */

static void operate_full(void)
{
	srand(1);
	for (unsigned i = 0; i < OPERATIONS; i++) {
		for (unsigned d = 0; d < DIRS; d++) {
			struct name_index *x = index_get(directory_of(d));

			if (x && i % 8 > 3)
				x->full = true;
		}
		operate();
		CHECK(are_same());
	}
}

TEST(FSRV0903, "the index of a directory with more names than there is room for finds the others, too")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(fill, true) && life(operate_full, true));
	CHECK(disk_check("-fn") == 0);
}

/* The second block of /d gets other names. */
static void change_behind_index(void)
{
	ext2_ino_t directory = directory_of(1), inode;
	blk64_t block;
	char *bytes = malloc(volume->blocksize);
	struct dir_record r = { 0 };

	CHECK(fs_find(directory, "filler-199", 10, &inode) == 0);
	CHECK(ext2fs_bmap2(volume, directory, NULL, NULL, 0, 1, NULL, &block) == 0);
	CHECK(ext2fs_read_dir_block4(volume, block, bytes, 0, directory) == 0);
	for (dir_block_next(bytes, &r); r.d; dir_block_next(bytes, &r))
		if (r.d->inode)
			r.d->name[6] = '+';
	CHECK(ext2fs_write_dir_block4(volume, block, bytes, 0, directory) == 0);
	free(bytes);
	for (unsigned i = 0; i < STALE * FILLERS; i++) {
		char name[PATH];

		snprintf(name, sizeof name, "filler%c%u", i < FILLERS ? '-' : '+', i % FILLERS);
		CHECK(is_same(directory, name));
	}
}

TEST(FSRV0904, "an index that does not describe its directory is made anew")
{
	disk_make(DISK_KIB, "-t ext4 -O ^dir_index");
	CHECK(life(fill, true) && life(change_behind_index, false));
}

static void look_at_damaged(void)
{
	ext2_ino_t directory = directory_of(1), inode;
	char name[PATH];

	for (unsigned i = 0; i < FILLERS; i++) {
		snprintf(name, sizeof name, "filler-%u", i);
		CHECK(is_same(directory, name));
	}
	CHECK(fs_find(directory, "filler-0", 8, &inode) == 0);
	CHECK(fs_find(directory, "absent", 6, &inode) != 0 && is_same(directory, "absent"));
	CHECK(fs_put("/d/absent", "text") == FILES_E_DEVICE);
}

TEST(FSRV0905, "names before the damage of a directory are found; others are an error, as by a search")
{
	struct ext2_dir_entry *d;
	const char *text;
	unsigned block = 0;

	disk_make(DISK_KIB, "-t ext4 -O ^metadata_csum,^dir_index");
	CHECK(life(fill, true));
	text = strchr(disk_debugfs("bmap /d 2"), '\n');	/* behind the line of the version */
	CHECK(text && sscanf(text, "%u", &block) == 1 && block > 0);
	d = (struct ext2_dir_entry *)(disk_bytes + block * 1024);
	d->rec_len = 6;
	memset(fake->keep, 0, sizeof fake->keep);
	CHECK(life(look_at_damaged, false));
}

/* ---- names of one hash in two blocks of an htree ---- */

enum { ENTRIES_AT = 32 };

static uint32_t tree_hash(const char *name)
{
	uint32_t hash, minor;

	CHECK(ext2fs_dirhash2(volume->super->s_def_hash_version + 3 * !!(volume->super->s_flags & 2), name,
			      (int)strlen(name), NULL, 0, volume->super->s_hash_seed, &hash, &minor) == 0);
	return hash;
}

/* A name of the second block of names, by its hash. */
static const char *name_between(uint32_t from, uint32_t to)
{
	static char name[PATH];

	for (unsigned i = 0; i < FILLERS; i++) {
		snprintf(name, sizeof name, "filler-%u", i);
		if (tree_hash(name) > from && tree_hash(name) < to)
			return name;
	}
	CHECK(false);
	return "";
}

/* The second block is said to begin with names of the same hash as the last ones of the first. */
static void find_continued(void)
{
	ext2_ino_t directory = directory_of(1), inode, wanted;
	struct ext2_dx_entry *entries;
	char *bytes = malloc(volume->blocksize);
	const char *name;
	blk64_t block;

	CHECK(ext2fs_bmap2(volume, directory, NULL, NULL, 0, 0, NULL, &block) == 0);
	CHECK(ext2fs_read_dir_block4(volume, block, bytes, 0, directory) == 0);
	entries = (struct ext2_dx_entry *)(bytes + ENTRIES_AT);
	name = name_between(entries[1].hash, entries[2].hash);
	CHECK(ext2fs_lookup(volume, directory, name, (int)strlen(name), NULL, &wanted) == 0);
	entries[1].hash = tree_hash(name) | 1;
	CHECK(ext2fs_write_dir_block4(volume, block, bytes, 0, directory) == 0);
	free(bytes);
	names_forget_all();
	CHECK(fs_find(directory, name, strlen(name), &inode) == 0 && inode == wanted);
	CHECK(index_get(directory)->searched && index_get(directory)->names == 1);
}

TEST(FSRV0908, "a name is found in the second block of an htree that has names of its hash")
{
	disk_make(DISK_KIB, "-t ext4 -O ^metadata_csum");
	CHECK(life(fill, true) && disk_check("-fyD") <= 1);
	CHECK(life(find_continued, false));
}

static void damage_tree(void)
{
	ext2_ino_t directory = directory_of(1), inode;
	char name[PATH], *bytes = malloc(volume->blocksize);
	blk64_t block;

	CHECK(ext2fs_bmap2(volume, directory, NULL, NULL, 0, 0, NULL, &block) == 0);
	CHECK(ext2fs_read_dir_block4(volume, block, bytes, 0, directory) == 0);
	((struct ext2_dx_entry *)(bytes + ENTRIES_AT))[1].block = NAMES * FILLERS;
	CHECK(ext2fs_write_dir_block4(volume, block, bytes, 0, directory) == 0);
	free(bytes);
	names_forget_all();
	for (unsigned i = 0; i < FILLERS; i++) {
		snprintf(name, sizeof name, "filler-%u", i);
		CHECK(fs_find(directory, name, strlen(name), &inode) == 0);
	}
	CHECK(!index_get(directory)->searched);
}

TEST(FSRV0909, "a directory whose htree is damaged is searched: all names are found")
{
	disk_make(DISK_KIB, "-t ext4 -O ^metadata_csum");
	CHECK(life(fill, true) && disk_check("-fyD") <= 1);
	CHECK(life(damage_tree, false));
}

static void change_few(void)
{
	ext2_ino_t directory = directory_of(1), inode;
	uint64_t before = cache_reads();

	CHECK(names_remove(directory, "filler-50") == 0);
	CHECK(fs_find(directory, "filler-50", 9, &inode) == EXT2_ET_FILE_NOT_FOUND);
	CHECK(names_make(directory, "filler-x", directory, EXT2_FT_DIR) == 0);
	CHECK(fs_find(directory, "filler-x", 8, &inode) == 0 && inode == directory);
	CHECK(cache_reads() - before <= FEW_READS);
}

static void fill_and_change(void)
{
	fill();
	change_few();
}

TEST(FSRV0910, "after a change of a directory the other names are still in its index")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(fill_and_change, false));
}

/* ---- the table ---- */

struct entry { uint32_t hash; struct index_place place; bool there; };

static unsigned count(const struct name_index *x, const struct entry *e)
{
	struct index_place p;
	unsigned at = 0, n = 0;

	while (index_next(x, e->hash, &at, &p))
		n += p.block == e->place.block && p.offset == e->place.offset;
	return n;
}

TEST(FSRV0906, "names with equal hashes are found and removed, in any order")
{
	static struct entry entries[MANY];
	struct name_index *x = index_new(5);

	srand(3);
	for (unsigned i = 0; i < MANY; i++)
		entries[i] = (struct entry){ i % 3 ? (uint32_t)rand() : i % FEW_HASHES,
					     { i / 50, i % 50 * 12 }, false };
	for (unsigned i = 0; i < 4 * MANY; i++) {
		struct entry *e = &entries[rand() % MANY];

		if (e->there)
			index_remove(x, e->hash, e->place);
		else
			CHECK(index_put(x, e->hash, e->place) && index_put(x, e->hash, e->place));
		e->there = !e->there;
	}
	for (unsigned i = 0; i < MANY; i++)
		CHECK(count(x, &entries[i]) == entries[i].there);
	index_drop_all();
	CHECK(index_get(5) == NULL);
}

TEST(FSRV0907, "one index has at most its part of the memory; the one not used longest makes room")
{
	struct name_index *x;
	unsigned n = 0;

	for (ext2_ino_t d = 1; d <= 5; d++) {
		x = index_new(d);
		for (n = 0; index_put(x, n * 0x9e3779b9, (struct index_place){ n / 80, n % 80 * 12 }); n++)
			;
		CHECK(x->full && n * 8 > INDEX_BYTES_ONE / 4 && n * 8 <= INDEX_BYTES_ONE);
		CHECK(index_get(1) == NULL || d < 4);
		CHECK(index_get(d) == x && index_get(d)->names == n);
	}
	index_drop_all();
}
