/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mutants.c - damaged file systems: 100 images, with LONG=1 3,000, each with some bytes changed of one kind
 * of what file systems are made of. Each request comes to its end, and so do clean syncs. A fault ends the
 * server: the next one is started on what is there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <pecan/files.h>
#include <servers/files/request/requests.h>
#include <servers/files/volume/volume.h>
#include "fake.h"

enum {
	DISK_KIB = 4096, IMAGES = 100, IMAGES_LONG = 3000, SYNCS = 64, RESTARTS = 3,
	SECONDS = 10, PLACES = 512, BYTES = 65536, FILES = 40,
	DEPTH = 4, FAULT = 77, KIND_OF_PLACES = 6,
};

enum place_kind { SUPERBLOCK, DESCRIPTORS, BITMAPS, INODES, DIRECTORIES, EXTENTS };

struct place { enum place_kind kind; unsigned block; ext2_ino_t inode; };

static struct { unsigned block_bytes, count; struct place place[PLACES]; } *places;
static unsigned char *template;

/* The sanitizer ends a process by this status; what it does not allocate, the server would not get either. */
const char *__asan_default_options(void)
{
	return "exitcode=77:detect_leaks=0:allocator_may_return_null=1:max_allocation_size_mb=64";
}

/* ---- what an image is made of ---- */

static ext2_ino_t inode_of_places;

static void add_place(enum place_kind kind, blk64_t block)
{
	if (places->count < PLACES)
		places->place[places->count++] = (struct place){ kind, (unsigned)block, inode_of_places };
}

static int add_block(ext2_filsys fs, blk64_t *block, e2_blkcnt_t number, blk64_t r, int o, void *kind)
{
	(void)fs;
	(void)r;
	(void)o;
	if (number < 0)
		add_place(EXTENTS, *block);
	else if (*(enum place_kind *)kind == DIRECTORIES)
		add_place(DIRECTORIES, *block);
	return 0;
}

static void find_places(void)
{
	struct ext2_inode inode;

	places->block_bytes = volume->blocksize;
	add_place(SUPERBLOCK, volume->super->s_first_data_block);
	add_place(DESCRIPTORS, volume->super->s_first_data_block + 1);
	for (dgrp_t g = 0; g < volume->group_desc_count; g++) {
		add_place(BITMAPS, ext2fs_block_bitmap_loc(volume, g));
		add_place(BITMAPS, ext2fs_inode_bitmap_loc(volume, g));
	}
	for (unsigned i = 0; i < 8; i++)
		add_place(INODES, ext2fs_inode_table_loc(volume, 0) + i);
	for (ext2_ino_t n = EXT2_ROOT_INO; n < 64; n++) {
		enum place_kind kind = EXTENTS;

		if (ext2fs_read_inode(volume, n, &inode) || !ext2fs_inode_has_valid_blocks2(volume, &inode))
			continue;
		if (LINUX_S_ISDIR(inode.i_mode))
			kind = DIRECTORIES;
		inode_of_places = n;
		ext2fs_block_iterate3(volume, n, 0, NULL, add_block, &kind);
	}
}

/* Files of one extent and of many, directories of one block and of more. */
static void make_content(void)
{
	static char bytes[BYTES];
	char name[64];
	L4_Word_t f;

	CHECK(fs_mkdir("/d") == FILES_OK && fs_mkdir("/d/e") == FILES_OK);
	CHECK(fs_open("/holes", FILES_WRITE | FILES_CREATE, &f) == FILES_OK);
	for (unsigned i = 0; i < 200; i++)
		CHECK(fs_write(f, (uint64_t)i * 8192, "text", 4) == 4);
	CHECK(fs_close(f) == FILES_OK && fs_open("/d/data", FILES_WRITE | FILES_CREATE, &f) == FILES_OK);
	CHECK(fs_write(f, 0, bytes, sizeof bytes) == BYTES && fs_close(f) == FILES_OK);
	for (unsigned i = 0; i < FILES; i++) {
		snprintf(name, sizeof name, "/d/e/a-file-with-a-name-of-some-length-%u", i);
		CHECK(fs_put(name, name) == FILES_OK);
	}
}

/* trees: directories of more than one block have an htree. */
static bool make_template(const char *options, bool trees)
{
	disk_make(DISK_KIB, options);
	if (!places)
		places = fake_shared(sizeof *places);
	memset(places, 0, sizeof *places);
	if (!life(make_content, true) || (trees && disk_check("-fyD") > 1) || !life(find_places, false))
		return false;
	free(template);
	template = malloc(DISK_KIB * 1024);
	memcpy(template, disk_bytes, DISK_KIB * 1024);
	return true;
}

/* ---- one image ---- */

static const struct place *damage(unsigned seed)
{
	enum place_kind kind = seed % KIND_OF_PLACES;
	unsigned start, n;

	srand(seed);
	memcpy(disk_bytes, template, DISK_KIB * 1024);
	start = (unsigned)rand() % places->count;
	while (places->place[start % places->count].kind != kind && start < 2 * places->count)
		start++;
	n = 1 + (unsigned)rand() % 8;
	while (n-- > 0) {
		unsigned at = places->place[start % places->count].block * places->block_bytes;
		unsigned byte = (unsigned)rand() % (n % 2 ? places->block_bytes : 128);

		disk_bytes[at + byte] = rand() % 2 ? (unsigned char)rand() : disk_bytes[at + byte] ^ 1 << rand() % 8;
	}
	memset(fake->keep, 0, sizeof fake->keep);
	return &places->place[start % places->count];
}

static void use_directory(const char *path, unsigned depth);

static void use_entry(const char *path, unsigned depth)
{
	static char bytes[BYTES];
	L4_Word_t f;

	if (fs_open(path, 0, &f) != FILES_OK)
		return;
	for (uint64_t at = 0; at < 32 * (uint64_t)BYTES && fs_read(f, at, bytes, BYTES) > 0; at += BYTES)
		;
	fs_close(f);
	if (depth < DEPTH)
		use_directory(path, depth + 1);
	if (fs_open(path, FILES_WRITE, &f) == FILES_OK) {
		fs_write(f, 0, bytes, 5000);
		fs_write(f, 1 << 20, bytes, 5000);
		fs_close(f);
	}
	fs_unlink(path);
	fs_rmdir(path);
}

static void use_directory(const char *path, unsigned depth)
{
	char entries[BYTES], name[FILES_PATH_BYTES];
	L4_Word_t f;
	long n;

	if (fs_open(path, 0, &f) != FILES_OK)
		return;
	n = fs_list(f, 0, entries);
	fs_close(f);
	for (long i = 0; i < n; i += ((struct files_entry *)(entries + i))->bytes) {
		const struct files_entry *e = (const struct files_entry *)(entries + i);

		if (strcmp(e->name, ".") == 0 || strcmp(e->name, "..") == 0)
			continue;
		snprintf(name, sizeof name, "%.100s/%.100s", path, e->name);
		use_entry(name, depth);
	}
}

/* Of the files that are there a portion is freed by each one. */
static void sync_clean(void)
{
	bool more = true;

	for (unsigned i = 0; i < SYNCS && more; i++)
		fs_sync_once(true, &more);
	CHECK(!more);
}

static void use_all(void)
{
	struct rlimit limit = { SECONDS, SECONDS };

	setrlimit(RLIMIT_CPU, &limit);
	fs_put("/new", "text");
	fs_rename("/new", "/d/new");
	fs_mkdir("/d/more");
	fs_sync(false);
	use_directory("", 0);
	sync_clean();
}

/* Returns false for a hang, and for syncs without end. */
static bool play(unsigned seed, unsigned *faults, unsigned *refused)
{
	damage(seed);
	for (unsigned i = 0; i < RESTARTS; i++) {
		int status = life_status(use_all, false);

		if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL)) {
			printf("    image %u: a hang\n", seed);
			return false;
		}
		if (WIFEXITED(status) && WEXITSTATUS(status) != FAULT) {
			*refused += WEXITSTATUS(status) == NOT_MOUNTED;
			return WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == NOT_MOUNTED;
		}
		printf("    image %u: a fault\n", seed);
		++*faults;
	}
	return true;
}

/* ---- damaged, and not clean ---- */

static bool *repaired;

static void note_state(void)
{
	*repaired = volume && !volume_is_read_only() && !volume_is_unclean();
}

/* The server repairs it, so that e2fsck finds nothing, or leaves each byte as it is. */
static bool repair_or_leave(unsigned seed)
{
	static unsigned char before[DISK_KIB * 1024];
	int status;

	damage(seed);
	memcpy(before, disk_bytes, sizeof before);
	*repaired = false;
	status = life_status(note_state, false);
	if (!WIFEXITED(status) || WEXITSTATUS(status) == FAULT)
		return false;
	return *repaired ? disk_check("-fn") == 0 : memcmp(before, disk_bytes, sizeof before) == 0;
}

TEST(FSRV0104, "100 damaged file systems that are not clean: repaired wholly, or not changed")
{
	unsigned images = getenv("LONG") ? IMAGES_LONG : IMAGES, done = 0;

	repaired = fake_shared(sizeof *repaired);
	CHECK(make_template("-t ext4", false));
	for (unsigned i = 0; i < 2; i++) {
		disk_debugfs("set_super_value state 0");
		memcpy(template, disk_bytes, DISK_KIB * 1024);
		for (unsigned seed = i * images / 2; seed < (i + 1) * images / 2; seed++) {
			bool good = repair_or_leave(seed);

			if (!good)
				printf("    image %u\n", seed);
			CHECK(good);
			done += *repaired;
		}
		CHECK(make_template("-t ext4 -O ^extent,^64bit", false));
	}
	printf("note: of %u damaged file systems that are not clean %u are repaired\n", images, done);
	CHECK(done > 0 && done < images);
}

/* ---- damage that checksums do not show ---- */

static struct { unsigned seed; bool done; } *summed;

static bool sum_inodes(unsigned char *at, unsigned block)
{
	unsigned size = EXT2_INODE_SIZE(volume->super), per = places->block_bytes / size;
	ext2_ino_t first = (block - (unsigned)ext2fs_inode_table_loc(volume, 0)) * per + 1;
	bool good = true;

	for (unsigned i = 0; i < per; i++)
		good &= ext2fs_inode_csum_set(volume, first + i, (struct ext2_inode_large *)(at + i * size)) == 0;
	return good;
}

static bool sum_descriptors(unsigned char *at, unsigned block)
{
	unsigned size = EXT2_DESC_SIZE(volume->super);

	if (block != ext2fs_descriptor_block_loc2(volume, volume->super->s_first_data_block, 0))
		return false;
	for (dgrp_t g = 0; g < volume->group_desc_count; g++) {
		struct ext2_group_desc *d = ext2fs_group_desc(volume, volume->group_desc, g);

		memcpy(d, at + g * size, size);
		ext2fs_group_desc_csum_set(volume, g);
		memcpy(at + g * size, d, size);
	}
	return true;
}

/* Its block gets the checksum of what it has now. Returns false if it has none of its own, or no room. */
static bool sum_again(const struct place *p)
{
	unsigned char *at = disk_bytes + (size_t)p->block * places->block_bytes;

	switch (p->kind) {
	case SUPERBLOCK:
		return true;			/* later */
	case DESCRIPTORS:
		return sum_descriptors(at, p->block);
	case INODES:
		return sum_inodes(at, p->block);
	case DIRECTORIES:
		return ext2fs_dir_block_csum_set(volume, p->inode, (struct ext2_dir_entry *)at) == 0;
	case EXTENTS:
		return ext2fs_extent_block_csum_set(volume, p->inode, (struct ext3_extent_header *)at) == 0;
	default:
		return false;
	}
}

/* By a server that has mounted what is not damaged: it has what checksums are made of. */
static void damage_and_sum(void)
{
	struct ext2_super_block *s = (struct ext2_super_block *)(disk_bytes + SUPERBLOCK_OFFSET);

	summed->done = sum_again(damage(summed->seed));
	s->s_state = 0;
	CHECK(ext2fs_superblock_csum_set(volume, s) == 0);
}

static void note_and_use(void)
{
	note_state();
	use_all();
}

TEST(FSRV0105, "100 damaged file systems, not clean, with right checksums: requests and syncs end")
{
	unsigned images = getenv("LONG") ? IMAGES_LONG : IMAGES, tried = 0, done = 0, bad = 0;

	repaired = fake_shared(sizeof *repaired);
	summed = fake_shared(sizeof *summed);
	CHECK(make_template("-t ext4", true));
	while (tried < images) {
		int status;

		memcpy(disk_bytes, template, DISK_KIB * 1024);
		CHECK(life(damage_and_sum, false));
		summed->seed++;
		if (!summed->done)
			continue;
		*repaired = false;
		status = life_status(note_and_use, false);
		if (!WIFEXITED(status) || (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != NOT_MOUNTED)) {
			printf("    image %u: status %#x\n", summed->seed - 1, status);
			bad++;
		}
		tried++;
		done += *repaired;
	}
	printf("note: of %u file systems with damage that checksums do not show %u are repaired\n", tried, done);
	CHECK(bad == 0 && done > 0 && done < tried);
}

static void never_mounted(void)
{
	CHECK(false);
}

TEST(FSRV0102, "a superblock whose first block is not the first one is refused")
{
	struct ext2_super_block *s;

	disk_make(DISK_KIB, "-t ext4 -O ^metadata_csum");
	s = (struct ext2_super_block *)(disk_bytes + 1024);
	s->s_first_data_block = 2000;
	CHECK(WEXITSTATUS(life_status(never_mounted, false)) == NOT_MOUNTED);
}

/* The status of a life with a disk of one group; the superblock's checksum is right. */
static int mount_with_group(unsigned blocks, unsigned inodes, bool clean)
{
	struct ext2_super_block *s;

	disk_make(DISK_KIB, "-t ext4");
	s = (struct ext2_super_block *)(disk_bytes + SUPERBLOCK_OFFSET);
	s->s_blocks_per_group = s->s_clusters_per_group = blocks;
	s->s_inodes_per_group = s->s_inodes_count = inodes;
	s->s_state = clean;
	s->s_checksum = ext2fs_crc32c_le(~0u, (unsigned char *)s, offsetof(struct ext2_super_block, s_checksum));
	return WEXITSTATUS(life_status(use_all, false));
}

TEST(FSRV0106, "a group with more blocks or inodes than its bitmap has bits is refused")
{
	enum { BITS = 8192 };

	CHECK(mount_with_group(BITS, 1024, true) == 0 && mount_with_group(BITS, 1024, false) == 0);
	for (unsigned clean = 0; clean < 2; clean++) {
		CHECK(mount_with_group(65528, 1024, clean) == NOT_MOUNTED);
		CHECK(mount_with_group(BITS, BITS + 4, clean) == NOT_MOUNTED);
	}
}

TEST(FSRV0101, "100 damaged file systems: each request comes to its end, and so do clean syncs")
{
	unsigned faults = 0, refused = 0, images = getenv("LONG") ? IMAGES_LONG : IMAGES;

	for (unsigned seed = 0; seed < images; seed++) {
		if (seed == 0 || seed == images / 4)
			CHECK(make_template("-t ext4 -O ^metadata_csum,^uninit_bg", seed > 0));
		if (seed == images / 2)
			CHECK(make_template("-t ext4", true));
		if (seed == images * 3 / 4)
			CHECK(make_template("-t ext2", false));
		CHECK(play(seed, &faults, &refused));
	}
	printf("note: of %u damaged file systems %u are refused; %u faults\n", images, refused, faults);
}

TEST(FSRV0103, "clean syncs of the six of 3,000 images come to their end that have extents in no order")
{
	static const unsigned seeds[] = { 287, 599, 1835, 2195, 2519, 2525 };
	unsigned faults = 0, refused = 0;

	CHECK(make_template("-t ext4 -O ^metadata_csum,^uninit_bg", false));
	for (unsigned i = 0; i < sizeof seeds / sizeof seeds[0]; i++)
		CHECK(play(seeds[i], &faults, &refused));
	CHECK(faults == 0 && refused == 0);
}
