/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cuts.c - the power is cut: what the next server makes of the disk (user/servers/files/repair/repair.c).
 *
 * One life of the server does operations chosen at random. After a cut (power.h) a server mounts the disk,
 * e2fsck of the host finds nothing, and what was synced and not touched since has its bytes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <servers/files/mount/mount.h>
#include <servers/files/repair/repair_parts.h>
#include <servers/files/request/requests.h>
#include <servers/files/volume/volume.h>
#include "fake.h"
#include "power.h"

enum {
	DISK_KIB = POWER_KIB, BLOCK = POWER_BLOCK, OPERATIONS = 240, SLOTS = 24, FOLDERS = 6, SYNCS = 48,
	BYTES = 24 * BLOCK, RUNS = 5, CUTS_OF_RUN = 10, RUNS_LONG = 100, PATH = 64,
};

enum { UNTOUCHED = UINT32_MAX };

/* A file as it is: version 0: there is none. */
struct slot { unsigned folder, version, bytes; unsigned char data[BYTES]; };

/* What a sync has answered, after so many requests. touched: after how many a file was changed, or moved. */
struct synced { unsigned at; char path[SLOTS][PATH]; unsigned touched[SLOTS]; struct slot slot[SLOTS]; };

static struct run {
	unsigned seed, syncs;
	struct synced synced[SYNCS];
} *run;

/* Of all cuts: those that left something to repair, and what. */
static struct found { unsigned cuts, freed, names, others; } *found;

static struct slot slot[SLOTS];
static struct { unsigned version, up; } folder[FOLDERS];	/* folder 0 is the root */
static unsigned next_version, chosen;		/* chosen: the sync that the disk must have */

/* ---- the workload ---- */

static void folder_path(unsigned f, char path[PATH])
{
	size_t n;

	*path = 0;
	if (f == 0)
		return;
	folder_path(folder[f].up, path);
	n = strlen(path);
	snprintf(path + n, PATH - n, "/f%u", folder[f].version);
}

static void slot_path(unsigned s, char path[PATH])
{
	size_t n;

	folder_path(slot[s].folder, path);
	n = strlen(path);
	snprintf(path + n, PATH - n, "/%s%u", s % 3 ? "" : "a-file-with-a-name-of-some-length-", slot[s].version);
}

static void touch(unsigned s)
{
	if (run->syncs > 0 && run->synced[run->syncs - 1].touched[s] == UNTOUCHED)
		run->synced[run->syncs - 1].touched[s] = power_count();
}

static bool is_inside(unsigned f, unsigned outer)
{
	while (f != outer && f != 0)
		f = folder[f].up;
	return f == outer;
}

static void touch_inside(unsigned f)
{
	for (unsigned s = 0; s < SLOTS; s++)
		if (is_inside(slot[s].folder, f))
			touch(s);
}

static unsigned some_folder(void)
{
	unsigned f = chance(FOLDERS);

	return f == 0 || folder[f].version ? f : 0;
}

static void write_some(unsigned s)
{
	char path[PATH];
	L4_Word_t f;
	unsigned at = chance(BYTES - 1), n = 1 + chance(chance(3) ? 200 : 6000);
	unsigned char *data = slot[s].data;

	slot_path(s, path);
	CHECK(fs_open(path, FILES_WRITE | FILES_CREATE, &f) == FILES_OK);
	n = n > BYTES - at ? BYTES - at : n;
	for (unsigned i = 0; i < n; i++)
		data[at + i] = (unsigned char)chance(256);
	CHECK(fs_write(f, at, data + at, n) == (long)n);
	slot[s].bytes = at + n > slot[s].bytes ? at + n : slot[s].bytes;
	CHECK(fs_close(f) == FILES_OK);
}

static void make_file(unsigned s)
{
	slot[s] = (struct slot){ .folder = some_folder(), .version = ++next_version };
	for (unsigned n = 1 + chance(4); n > 0; n--)
		write_some(s);
}

static void shorten(unsigned s)
{
	unsigned size = chance(slot[s].bytes + 1);
	char path[PATH];
	L4_Word_t f;

	slot_path(s, path);
	CHECK(fs_open(path, FILES_WRITE, &f) == FILES_OK && fs_resize(f, size) == FILES_OK);
	memset(slot[s].data + size, 0, BYTES - size);
	slot[s].bytes = size;
	CHECK(fs_close(f) == FILES_OK);
}

static void remove_file(unsigned s)
{
	char path[PATH];

	slot_path(s, path);
	CHECK(fs_unlink(path) == FILES_OK);
	slot[s].version = 0;
}

/* To a new name, or onto another file. */
static void move_file(unsigned s)
{
	char from[PATH], to[PATH];
	unsigned other = chance(SLOTS);

	slot_path(s, from);
	if (chance(2) && other != s && slot[other].version) {
		touch(other);
		slot_path(other, to);
		slot[s].folder = slot[other].folder;
		slot[s].version = slot[other].version;
		slot[other].version = 0;
		CHECK(fs_rename(from, to) == FILES_OK);
		slot[other] = slot[s];
		slot[s].version = 0;
		return;
	}
	slot[s].folder = some_folder();
	slot[s].version = ++next_version;
	slot_path(s, to);
	CHECK(fs_rename(from, to) == FILES_OK);
}

static void use_file(unsigned s)
{
	touch(s);
	if (!slot[s].version) {
		make_file(s);
		return;
	}
	switch (chance(6)) {
	case 0: shorten(s); break;
	case 1: remove_file(s); break;
	case 2: move_file(s); break;
	default: write_some(s); break;
	}
}

static bool is_empty(unsigned f)
{
	for (unsigned s = 0; s < SLOTS; s++)
		if (slot[s].version && slot[s].folder == f)
			return false;
	for (unsigned i = 1; i < FOLDERS; i++)
		if (folder[i].version && folder[i].up == f)
			return false;
	return true;
}

static void use_folder(unsigned f)
{
	unsigned up = some_folder();
	char from[PATH], to[PATH];

	folder_path(f, from);
	if (folder[f].version && is_empty(f) && chance(2)) {
		CHECK(fs_rmdir(from) == FILES_OK);
		folder[f].version = 0;
		return;
	}
	if (folder[f].version && is_inside(up, f))
		return;
	touch_inside(f);
	folder[f].up = up;
	if (!folder[f].version) {
		folder[f].version = ++next_version;
		folder_path(f, to);
		CHECK(fs_mkdir(to) == FILES_OK);
		return;
	}
	folder[f].version = ++next_version;
	folder_path(f, to);
	CHECK(fs_rename(from, to) == FILES_OK);
}

static void note_sync(void)
{
	struct synced *now = &run->synced[run->syncs];

	if (run->syncs == SYNCS)
		abort();
	now->at = power_count();
	memcpy(now->slot, slot, sizeof slot);
	for (unsigned s = 0; s < SLOTS; s++) {
		now->touched[s] = UNTOUCHED;
		slot_path(s, now->path[s]);
	}
	run->syncs++;
}

static void work(void)
{
	srand(run->seed);
	power_record();
	for (unsigned i = 0; i < OPERATIONS; i++) {
		unsigned kind = chance(20);

		if (kind == 0 && run->syncs < SYNCS) {
			CHECK(fs_sync(chance(2)) == FILES_OK);
			note_sync();
		} else if (kind < 5) {
			use_folder(1 + chance(FOLDERS - 1));
		} else {
			use_file(chance(SLOTS));
		}
	}
}

/* ---- the cut ---- */

static void check_file(const struct synced *now, unsigned s)
{
	static unsigned char bytes[BYTES + 1];
	const struct slot *file = &now->slot[s];
	L4_Word_t f;

	CHECK(fs_open(now->path[s], 0, &f) == FILES_OK);
	CHECK(fs_read(f, 0, bytes, sizeof bytes) == (long)file->bytes);
	CHECK(memcmp(bytes, file->data, file->bytes) == 0 && fs_close(f) == FILES_OK);
}

static unsigned cut_at;

static void be_whole(void)
{
	CHECK(volume && !volume_is_read_only() && !volume_is_unclean());
	found->cuts += repair_counts.freed + repair_counts.names + repair_counts.others > 0;
	found->freed += repair_counts.freed;
	found->names += repair_counts.names;
	found->others += repair_counts.others;
	if (run->syncs == 0 || run->synced[0].at > cut_at)
		return;
	for (unsigned s = 0; s < SLOTS; s++) {
		const struct synced *now = &run->synced[chosen];

		if (now->slot[s].version && now->touched[s] >= cut_at)
			check_file(now, s);
	}
}

static void nothing(void)
{
}

/* The power is cut again while the server repairs. */
static void cut_again(void)
{
	fake->end_at = fake->requests + 1 + chance(60);
	life_status(nothing, false);
	fake->end_at = 0;
	memset(fake->keep, 0, sizeof fake->keep);
}

static bool check_cut(unsigned n)
{
	srand(run->seed * CUTS_OF_RUN + n);
	cut_at = 1 + chance(power_count());
	for (chosen = 0; chosen + 1 < run->syncs && run->synced[chosen + 1].at <= cut_at; )
		chosen++;
	power_cut(cut_at, n % 3 == 0);
	if (n % 4 == 0)
		cut_again();
	return life(be_whole, true) && disk_check("-fn") == 0;
}

static void start(unsigned seed, const char *options)
{
	power_make(options);
	memset(run, 0, sizeof *run);
	run->seed = seed;
}

TEST(FSRV1101, "after 50 power cuts at any write the server repairs the disk, and what was synced is there")
{
	unsigned runs = getenv("LONG") ? RUNS_LONG : RUNS;

	run = fake_shared(sizeof *run);
	found = fake_shared(sizeof *found);
	for (unsigned seed = 1; seed <= runs; seed++) {
		start(seed, seed % 5 ? "-t ext4" : "-t ext4 -O ^extent,^64bit");
		CHECK(life(work, true));
		CHECK(disk_check("-fn") == 0);
		for (unsigned n = 0; n < CUTS_OF_RUN; n++) {
			bool good = check_cut(n);

			if (!good)
				printf("    run %u, cut %u: before request %u of %u\n", seed, n, cut_at, power_count());
			CHECK(good);
		}
	}
	printf("note: of %u power cuts %u left something to repair: %u files without a name, %u names, "
	       "%u others\n", runs * CUTS_OF_RUN, found->cuts, found->freed, found->names, found->others);
	CHECK(found->freed > 0 && found->names > 0 && found->others > 0);
}

/* ---- the mark ---- */

static void change_clean_disk(void)
{
	CHECK(fs_put("/x", "text") == FILES_OK && fs_sync(true) == FILES_OK);
	fake->watch = true;
	CHECK(fs_put("/y", "text") == FILES_OK && fs_sync(false) == FILES_OK);
	fake->watch = false;
}

TEST(FSRV1102, "the disk says that it is in use before anything else but bytes of files changes")
{
	unsigned i = 0;

	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(change_clean_disk, true));
	while (i < fake->noted && fake->note[i].kind == 'r')
		i++;
	CHECK(fake->note[i].kind == 'w' && fake->note[i].sector == 1024 / SECTOR);
	CHECK(fake->note[i].sectors == BLOCK / SECTOR && fake->note[i + 1].kind == 'f');
	CHECK(disk_check("-fn") == 0);
}

/* ---- a disk that another program had ---- */

static void lend(void)
{
	CHECK(fs_put("/x", "text") == FILES_OK && mount_lend(OTHER) == FILES_OK && mount_is_lent());
	disk_debugfs("set_super_value state 0");
	disk_debugfs("set_inode_field x links_count 7");
	fs_ended(OTHER);
	CHECK(!mount_is_lent() && volume && !volume_is_read_only());
	CHECK(volume_is_unclean() && fs_has("/x", "text"));
}

TEST(FSRV1105, "a disk that comes back from another program, and is not clean, is left to e2fsck")
{
	disk_make(DISK_KIB, "-t ext4");
	CHECK(life(lend, false));
	CHECK(strstr(disk_debugfs("stat x"), "Links: 7") != NULL);
	CHECK(strstr(disk_debugfs("show_super_stats -h"), "state:         not clean") != NULL);
}

/* ---- what is left to e2fsck ---- */

static void be_left(void)
{
	CHECK(volume && volume_is_unclean() && !volume_is_read_only() && !volume_is_clean());
	CHECK(repair_counts.freed + repair_counts.names + repair_counts.others == 0);
}

/* Only a disk that the server has changed is repaired. */
static void use(void)
{
	CHECK(fs_put("/used", "text") == FILES_OK);
}

static void use_and_cut(void)
{
	CHECK(life(use, true));
	disk_debugfs("set_super_value state 0");
}

/* -l of mke2fs: blocks that are bad. */
static void make_with_bad_block(void)
{
	const char *built = getenv("O");
	char command[512], options[300];

	snprintf(command, sizeof command, "echo 3000 >%s/files-host.bad", built ? built : "build");
	CHECK(system(command) == 0);
	snprintf(options, sizeof options, "-t ext4 -l %s/files-host.bad", built ? built : "build");
	power_make(options);
	use_and_cut();
}

TEST(FSRV1108, "a disk with bad blocks, or of which each inode would be reserved, is not repaired")
{
	make_with_bad_block();
	CHECK(life(be_left, false));
	power_make("-t ext4");
	use_and_cut();
	disk_debugfs("set_super_value first_ino 4000000");
	CHECK(life(be_left, false));
}

/* ---- what it reads ---- */

enum { LARGE_KIB = 65536, REQUESTS_MAX = 100, FILES_OF_READS = 2000, FOLDERS_OF_READS = 20 };

static struct { unsigned requests, kib; } *reads;

static void count_read(const struct disk_entry *r, const void *bytes)
{
	(void)bytes;
	reads->requests += r->kind == DISK_READ;
	reads->kib += r->kind == DISK_READ ? r->sectors / 2 : 0;
}

static void be_repaired(void)
{
	CHECK(repair_counts.reads > 0 && !volume_is_unclean());
}

/* -d of mke2fs: with what a folder of the host has. */
static void make_large(void)
{
	const char *built = getenv("O");
	char command[512], options[300];

	snprintf(options, sizeof options, "%s/files-host.d", built ? built : "build");
	snprintf(command, sizeof command, "rm -rf %s; for d in $(seq %d); do mkdir -p %s/$d && cd %s/$d && "
		 "touch $(seq %d) && cd - >/dev/null; done", options, FOLDERS_OF_READS, options, options,
		 FILES_OF_READS / FOLDERS_OF_READS);
	CHECK(system(command) == 0);
	snprintf(options, sizeof options, "-t ext4 -b 4096 -d %s/files-host.d", built ? built : "build");
	disk_make(LARGE_KIB, options);
	use_and_cut();
}

TEST(FSRV1103, "the repair of 64 MiB with 2,000 files in 20 folders takes at most 100 reads")
{
	reads = fake_shared(sizeof *reads);
	make_large();
	fake_record = count_read;
	CHECK(life(be_repaired, false));
	printf("note: the repair of %d files in %d folders: %u reads, %u KiB\n", FILES_OF_READS, FOLDERS_OF_READS,
	       reads->requests, reads->kib);
	CHECK(reads->requests <= REQUESTS_MAX);
	CHECK(disk_check("-fn") == 0);
}
