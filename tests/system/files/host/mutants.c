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
#include <servers/files/requests.h>
#include <servers/files/volume.h>
#include "fake.h"

enum {
	DISK_KIB = 4096, IMAGES = 100, IMAGES_LONG = 3000, SYNCS = 64, RESTARTS = 3,
	SECONDS = 10, PLACES = 512, BYTES = 65536, FILES = 40,
	DEPTH = 4, FAULT = 77, KIND_OF_PLACES = 6,
};

enum place_kind { SUPERBLOCK, DESCRIPTORS, BITMAPS, INODES, DIRECTORIES, EXTENTS };

struct place { enum place_kind kind; unsigned block; };

static struct { unsigned block_bytes, count; struct place place[PLACES]; } *places;
static unsigned char *template;

/* The sanitizer ends a process by this status; what it does not allocate, the server would not get either. */
const char *__asan_default_options(void)
{
	return "exitcode=77:detect_leaks=0:allocator_may_return_null=1:max_allocation_size_mb=64";
}

/* ---- what an image is made of ---- */

static void add_place(enum place_kind kind, blk64_t block)
{
	if (places->count < PLACES)
		places->place[places->count++] = (struct place){ kind, (unsigned)block };
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
	find_places();
}

static bool make_template(const char *options)
{
	disk_make(DISK_KIB, options);
	if (!places)
		places = fake_shared(sizeof *places);
	memset(places, 0, sizeof *places);
	if (!life(make_content, true))
		return false;
	free(template);
	template = malloc(DISK_KIB * 1024);
	memcpy(template, disk_bytes, DISK_KIB * 1024);
	return true;
}

/* ---- one image ---- */

static void damage(unsigned seed)
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

TEST(FSRV0101, "100 damaged file systems: each request comes to its end, and so do clean syncs")
{
	unsigned faults = 0, refused = 0, images = getenv("LONG") ? IMAGES_LONG : IMAGES;

	for (unsigned seed = 0; seed < images; seed++) {
		if (seed == 0)
			CHECK(make_template("-t ext4 -O ^metadata_csum,^uninit_bg"));
		if (seed == images / 2)
			CHECK(make_template("-t ext4"));
		if (seed == images * 3 / 4)
			CHECK(make_template("-t ext2"));
		CHECK(play(seed, &faults, &refused));
	}
	printf("note: of %u damaged file systems %u are refused; %u faults\n", images, refused, faults);
}

TEST(FSRV0103, "clean syncs of the six of 3,000 images come to their end that have extents in no order")
{
	static const unsigned seeds[] = { 287, 599, 1835, 2195, 2519, 2525 };
	unsigned faults = 0, refused = 0;

	CHECK(make_template("-t ext4 -O ^metadata_csum,^uninit_bg"));
	for (unsigned i = 0; i < sizeof seeds / sizeof seeds[0]; i++)
		CHECK(play(seeds[i], &faults, &refused));
	CHECK(faults == 0 && refused == 0);
}
