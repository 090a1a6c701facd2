/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - pieces: what one message to the file server makes the machine execute. Each request is sent as it
 * is, without the library's repetitions. Where QEMU counts instructions as the clock (-icount shift=0), what
 * the CPU has not idled are the instructions of server, driver, kernel and this program.
 */
#include <pecan/dma.h>
#include <pecan/files.h>
#include <pecan/names.h>
#include <pecan/print.h>
#include <pecan/system.h>
#include <proto/files_client.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <x2/inspect.h>

enum { BLOCK_BYTES = 65536, FILE_BYTES = 4 << 20, NAMES = 600, RUN_BYTES = 8192, RUNS = 2000, STEPS = 4096,
       FOLDERS = 6, FOREIGN = 3999, LAST = 1 << 20, ROUNDS = 3, RUN_BLOCK = 1024,
       ALL_FLAGS = FILES_WRITE | FILES_CREATE };

#define WORDS(record) (sizeof(record) / sizeof(L4_Word_t))

static L4_ThreadId_t server;
static const char *block_at, *name;
static L4_Word_t began, most, requests;

static L4_Word_t busy_us(void)
{
	struct l4_inspect_system s;
	L4_Word_t at = 0;

	return pecan_inspect(L4_INSPECT_SYSTEM, 0, &at, &s, WORDS(s), NULL) ? s.uptime - s.idle_time : 0;
}

/* ---- the requests of one kind ---- */

static void kind(const char *what)
{
	name = what;
	most = requests = 0;
}

static void before(void)
{
	began = busy_us();
}

static void after(enum files_status s)
{
	L4_Word_t us = busy_us() - began;

	requests++;
	most = us > most ? us : most;
	if (s != FILES_OK && s != FILES_E_MORE)
		printf("pieces: %s: status %d\n", name, s);
}

static void done(void)
{
	printf("pieces: %s: %lu requests, %lu us at most\n", name, requests, most);
}

#define MEASURED(request)		\
	({				\
		enum files_status s_;	\
					\
		before();		\
		s_ = (request);		\
		after(s_);		\
		s_;			\
	})

static L4_Word_t open_file(const char *path, L4_Word_t flags)
{
	struct files_open_out out = { 0 };

	files_open(server, 0, flags, path, &out);
	return out.handle;
}

static void sync_all(L4_Word_t clean)
{
	struct files_sync_out out;
	unsigned n = 0;

	do
		MEASURED(files_sync(server, clean, &out));
	while (out.more && ++n < STEPS);
}

/* The position behind the last entry of a list. */
static L4_Word_t next_of(L4_Word_t bytes)
{
	const struct files_entry *e;
	L4_Word_t used = 0, next = 0;

	for (; used < bytes; used += e->bytes) {
		e = (const struct files_entry *)(block_at + used);
		next = (L4_Word_t)e->next;
	}
	return next;
}

/* ---- kinds ---- */

static void bytes(void)
{
	struct files_write_out put;
	struct files_read_out got;
	L4_Word_t f = open_file("/data", ALL_FLAGS);

	kind("write 64 KiB of new blocks");
	for (L4_Word_t at = 0; at < FILE_BYTES; at += BLOCK_BYTES)
		MEASURED(files_write(server, f, 0, at, BLOCK_BYTES, &put));
	done();
	kind("write 64 KiB of blocks that are there");
	for (L4_Word_t at = 0; at < FILE_BYTES; at += BLOCK_BYTES)
		MEASURED(files_write(server, f, 0, at, BLOCK_BYTES, &put));
	done();
	kind("read 64 KiB");
	for (L4_Word_t at = 0; at < FILE_BYTES; at += BLOCK_BYTES)
		MEASURED(files_read(server, f, at, BLOCK_BYTES, &got));
	done();
	kind("remove and free a file of 4 MiB");
	files_close(server, f);
	MEASURED(files_unlink(server, 0, "/data"));
	sync_all(1);
	done();
}

static void names(void)
{
	struct files_look_out look;
	struct files_list_out list;
	char path[64];
	L4_Word_t f;

	files_mkdir(server, 0, "/many");
	kind("make a file");
	for (unsigned i = 0; i < NAMES; i++) {
		struct files_open_out out = { 0 };

		snprintf(path, sizeof(path), "/many/a-name-of-a-common-length-%u", i);
		MEASURED(files_open(server, 0, ALL_FLAGS, path, &out));
		files_close(server, out.handle);
	}
	done();
	kind("look for a name in a folder of 600");
	for (unsigned i = 0; i < NAMES; i++) {
		snprintf(path, sizeof(path), "/many/a-name-of-a-common-length-%u", i);
		MEASURED(files_look(server, 0, path, &look));
	}
	done();
	f = open_file("/many", 0);
	kind("list a folder");
	MEASURED(files_list(server, f, 0, &list));
	done();
	files_close(server, f);
	kind("rename to another folder");
	MEASURED(files_rename(server, 0, "/many/a-name-of-a-common-length-0", "/moved"));
	done();
	kind("remove a file");
	for (unsigned i = 1; i < NAMES; i++) {
		snprintf(path, sizeof(path), "/many/a-name-of-a-common-length-%u", i);
		while (MEASURED(files_unlink(server, 0, path)) == FILES_E_MORE)
			;
	}
	done();
	kind("sync of so many removed files");
	sync_all(1);
	done();
}

static void make_runs(const char *path)
{
	struct files_write_out put;
	L4_Word_t f = open_file(path, ALL_FLAGS);

	for (L4_Word_t i = 0; i < RUNS; i++)
		files_write(server, f, 0, i * RUN_BYTES, 4, &put);
	files_close(server, f);
}

/* All blocks between the runs of the file's beginning. */
static void fill(L4_Word_t f)
{
	struct files_write_out put;

	kind("write 64 KiB of new blocks between 2,000 runs");
	for (L4_Word_t at = 0; at < FILE_BYTES; at += BLOCK_BYTES)
		MEASURED(files_write(server, f, 0, at, BLOCK_BYTES, &put));
	done();
}

static void runs(void)
{
	L4_Word_t f;

	make_runs("/shortened");
	make_runs("/removed");
	f = open_file("/removed", FILES_WRITE);
	fill(f);
	files_close(server, f);
	make_runs("/removed-too");
	files_unlink(server, 0, "/removed");
	files_rename(server, 0, "/removed-too", "/removed");
	sync_all(1);
	f = open_file("/shortened", FILES_WRITE);
	kind("shorten a file of 2,000 runs");
	while (MEASURED(files_resize(server, f, 0)) == FILES_E_MORE)
		;
	done();
	files_close(server, f);
	kind("sync of a removed file of 2,000 runs");
	files_unlink(server, 0, "/removed");
	sync_all(1);
	done();
}

/* ---- what others have made: run, make_foreign, and trees.py ---- */

static void look_at(const char *path)
{
	struct files_look_out look;
	enum files_status s;

	do {
		before();
		s = files_look(server, 0, path, &look);
		after(s == FILES_E_ABSENT ? FILES_OK : s);
	} while (s == FILES_E_MORE);
}

static void list_all(const char *path)
{
	struct files_list_out list;
	L4_Word_t f = open_file(path, 0), at = 0;
	enum files_status s;

	do {
		s = MEASURED(files_list(server, f, at, &list));
		if (s == FILES_OK && list.got > 0)
			at = next_of(list.got);
	} while (s == FILES_E_MORE || (s == FILES_OK && list.got > 0));
	files_close(server, f);
}

static void foreign(void)
{
	char path[64];

	kind("look for a name in six folders of 4,000");
	for (unsigned i = 0; i < ROUNDS; i++)
		for (unsigned d = 0; d < FOLDERS; d++) {
			snprintf(path, sizeof path, "/%u/name-%u", d, i == 1 ? FOREIGN : LAST + i);
			look_at(path);
		}
	done();
	kind("list a folder of 4,000");
	list_all("/0");
	done();
	kind("look for a name in a folder of 8 MiB");
	for (unsigned i = 0; i < ROUNDS; i++)
		look_at("/large/none");
	done();
	kind("list a folder of 8 MiB");
	list_all("/large");
	done();
}

/* What trees.py makes. first: the block of the file that is the first one behind its hole. */
static const struct tree { const char *path, *what; L4_Word_t first; } trees[] = {
	{ "/runs-1", "in a full tree", 0 }, { "/runs-2", "with four blocks of a tree each", 0 },
	{ "/runs-3", "of three indirect blocks", 12 + 256 + 65536 },
};

/* Each block has its number. */
static void check_blocks(L4_Word_t first, L4_Word_t bytes)
{
	for (L4_Word_t i = 0; i < bytes; i += RUN_BLOCK)
		if (*(const uint32_t *)(block_at + i) != first + i / RUN_BLOCK)
			printf("pieces: %s: wrong bytes in block %lu\n", name, first + i / RUN_BLOCK);
}

static void read_all(const struct tree *t)
{
	struct files_read_out got = { 0 };
	L4_Word_t f = open_file(t->path, 0), at = 0;
	enum files_status s;

	do {
		s = MEASURED(files_read(server, f, t->first * RUN_BLOCK + at, BLOCK_BYTES, &got));
		if (s == FILES_OK)
			check_blocks(at / RUN_BLOCK, got.got);
		at += s == FILES_OK ? got.got : 0;
	} while (s == FILES_E_MORE || (s == FILES_OK && got.got > 0));
	if (at == 0)
		printf("pieces: %s: wrong bytes: none\n", name);
	files_close(server, f);
}

/* Before the blocks of the tree have been read, and then. */
static void foreign_runs(void)
{
	char text[80];

	for (const struct tree *t = trees; t < trees + sizeof trees / sizeof *trees; t++)
		for (unsigned again = 0; again < 2; again++) {
			snprintf(text, sizeof text, "read 64 KiB in runs %s%s", t->what, again ? ", again" : "");
			kind(text);
			read_all(t);
			done();
		}
}

int main(int argc, char **argv)
{
	struct files_attach_out out;
	struct pecan_dma block;

	if (pecan_lookup(FILES_NAME, true, &server) != NAMES_OK
	    || pecan_dma_new(BLOCK_BYTES, server, &block) != ROOT_OK
	    || files_attach(server, block.block, &out) != FILES_OK) {
		printf("pieces: no file server\n");
		return 1;
	}
	block_at = block.at;
	if (argc > 1 && strcmp(argv[1], "foreign") == 0) {
		foreign();
	} else if (argc > 1 && strcmp(argv[1], "runs") == 0) {
		foreign_runs();
	} else {
		bytes();
		names();
		runs();
	}
	printf("pieces: end\n");
	return 0;
}
