/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tmp.c - tests of the server of /tmp (user/servers/tmp): its requests, from tasks of some sections, with
 * root and memory as stand-ins. Each test has a server of its own, in a process of its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <pecan/date.h>
#include <pecan/file_time.h>
#include <pecan/file_clients.h>
#include <pecan/files.h>
#include <pecan/server.h>
#include <pecan/task.h>
#include <servers/tmp/requests.h>
#include <servers/tmp/store.h>
#include <servers/tmp/tree.h>
#include "harness.h"

/* Thread and task have one number; the section of task T is T / TEN. */
enum {
	TEN = 10, TASKS = 80, BLOCK_BYTES = 16384, ROOM = 1 << 20, SECTIONS = 7,
	MODEL_FILES = 5, MODEL_BYTES = 60000, STEPS = 30000, RUN = 9000,
	ALICE = 11, ALICES_TWIN = 12, BOB = 21, CAROL = 31, SHELL = 71,
};

static char blocks[TASKS][BLOCK_BYTES];
static bool ended[TASKS];
static unsigned taken;			/* areas of memory */
static struct files_caller from;

/* ---- stand-ins ---- */

struct holder pecan_client(L4_ThreadId_t t) { return (struct holder){ t.raw, (unsigned)t.raw / TEN }; }
bool pecan_may_use(L4_ThreadId_t t) { return t.raw != 0; }
uint64_t pecan_date(void) { return 1000; }

size_t pecan_client_paths(L4_ThreadId_t t, char list[ROOT_TEXT_BYTES])
{
	static const char shell[] = "r/disk\0w/tmp", others[] = "r/disk\0w/disk/tmp";
	size_t bytes = t.raw == SHELL ? sizeof shell : sizeof others;

	memcpy(list, t.raw == SHELL ? shell : others, bytes);
	return bytes;
}

enum root_error pecan_task_by_number(L4_Word_t task, struct pecan_task *t)
{
	(void)t;
	return ended[task] ? ROOT_E_TASK : ROOT_OK;
}

enum root_error pecan_dma_open(L4_Word_t block, L4_Word_t owner, struct pecan_dma *d)
{
	*d = (struct pecan_dma){ block, blocks[owner], 0, BLOCK_BYTES };
	return block == owner ? ROOT_OK : ROOT_E_ARGUMENT;
}

enum root_error pecan_dma_free(struct pecan_dma *d)
{
	*d = (struct pecan_dma){ 0 };
	return ROOT_OK;
}

void *memory_take(size_t bytes)
{
	taken++;
	return calloc(1, bytes);
}

void memory_give(void *at)
{
	taken--;
	free(at);
}

/* ---- requests ---- */

/* The next requests are of this task, which is attached. */
static void be(L4_Word_t task)
{
	from.thread.raw = task;
	if (!client_of(task))
		serve_files_attach(&from, &(struct files_attach_in){ task }, &(struct files_attach_out){ 0 });
}

static void begin(void)
{
	places_know(0x7f);
	if (!requests_begin(1, ROOM))
		exit(1);
	be(ALICE);
}

/* 0: it is not opened, and `failure` says why. */
static enum files_status failure;

static L4_Word_t use(const char *path, L4_Word_t flags)
{
	struct files_open_in in = { .flags = flags };
	struct files_open_out out = { 0 };

	strcpy(in.path, path);
	failure = serve_files_open(&from, &in, &out);
	return out.handle;
}

static void done(L4_Word_t handle)
{
	serve_files_close(&from, &(struct files_close_in){ handle });
}

static long put(L4_Word_t handle, uint64_t at, const void *bytes, size_t n)
{
	struct files_write_out out = { 0 };

	memcpy(blocks[from.thread.raw], bytes, n);
	failure = serve_files_write(&from, &(struct files_write_in){ handle, 0, at, n }, &out);
	return failure == FILES_OK ? (long)out.put : -1;
}

static long get(L4_Word_t handle, uint64_t at, void *bytes, size_t n)
{
	struct files_read_out out = { 0 };

	failure = serve_files_read(&from, &(struct files_read_in){ handle, at, n }, &out);
	if (failure != FILES_OK)
		return -1;
	memcpy(bytes, blocks[from.thread.raw], out.got);
	return (long)out.got;
}

static bool write_file(const char *path, const char *text)
{
	L4_Word_t h = use(path, FILES_WRITE | FILES_CREATE | FILES_TRUNCATE);
	bool well = h && put(h, 0, text, strlen(text)) == (long)strlen(text);

	if (h)
		done(h);
	return well;
}

static bool has_text(const char *path, const char *text)
{
	char there[BLOCK_BYTES];
	L4_Word_t h = use(path, 0);
	long n = h ? get(h, 0, there, sizeof there) : -1;

	if (h)
		done(h);
	return n == (long)strlen(text) && memcmp(there, text, (size_t)n) == 0;
}

#define PATH_REQUEST(name, function)						\
static enum files_status function(const char *path)				\
{										\
	struct files_##name##_in in = { 0 };					\
										\
	strcpy(in.path, path);							\
	return serve_files_##name(&from, &in);					\
}
PATH_REQUEST(mkdir, make)
PATH_REQUEST(unlink, drop)
PATH_REQUEST(rmdir, drop_directory)
PATH_REQUEST(resize_path, empty)

static enum files_status move(const char *old, const char *fresh)
{
	struct files_rename_in in = { 0 };

	strcpy(in.old, old);
	strcpy(in.fresh, fresh);
	return serve_files_rename(&from, &in);
}

/* Writes to a file as much as there is memory for. Returns the pages. */
static unsigned fill(L4_Word_t task, const char *path)
{
	static const char bytes[BLOCK_BYTES];
	unsigned before = store_free();
	L4_Word_t h;
	uint64_t at = 0;
	long n = 0;

	be(task);
	h = use(path, FILES_WRITE | FILES_CREATE);
	while (h && (n = put(h, at, bytes, sizeof bytes)) > 0)
		at += (uint64_t)n;
	if (h)
		done(h);
	return before - store_free();
}

/* ---- the tests ---- */

static bool alone(void (*body)(void))
{
	int status;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		body();
		exit(0);
	}
	return waitpid(child, &status, 0) == child && status == 0;
}

#define SERVER_TEST(name, text)							\
	static void body_##name(void);						\
	TEST(name, text)							\
	{									\
		CHECK(alone(body_##name));					\
	}									\
	static void body_##name(void)

SERVER_TEST(TMPS0001, "a task that wrote all that it may gets no more, until it removes some; others do")
{
	begin();
	CHECK(fill(ALICE, "/a") == store_total() / STORE_TASKS && failure == FILES_E_SHARE);
	CHECK(!write_file("/more", "text") && failure == FILES_E_SHARE);
	CHECK(drop("/a") == FILES_OK && fill(ALICE, "/a") == store_total() / STORE_TASKS);
	be(ALICES_TWIN);
	CHECK(write_file("/twin", "text") && has_text("/twin", "text"));
	be(BOB);
	CHECK(write_file("/b", "text") && has_text("/b", "text"));
}

SERVER_TEST(TMPS0002, "tasks of one section that take all that is shared leave each other section its part")
{
	unsigned part = 0, got = 0;
	char path[] = "/f0", own[] = "/s0";

	begin();
	part = store_total() / STORE_SECTIONS;
	for (L4_Word_t task = TEN; task < 2 * TEN; task++, path[2]++)
		got += fill(task, path);
	CHECK(got >= store_total() / 2 && failure == FILES_E_SHARE);
	for (L4_Word_t task = BOB; task < TASKS; task += TEN, own[2]++)
		CHECK(fill(task, own) == part && failure == FILES_E_SHARE);
	CHECK(store_free() == 0 && fill(ALICE, "/f1") == 0);
}

SERVER_TEST(TMPS0003, "a task makes so many files and no more; another one makes its own")
{
	char path[] = "/00";
	unsigned made = 0;

	begin();
	for (; made < NODES; made++) {
		path[1] = (char)('0' + made / TEN);
		path[2] = (char)('0' + made % TEN);
		if (make(path) != FILES_OK)
			break;
	}
	CHECK(made == NODES_OF_TASK && make("/more") == FILES_E_SHARE);
	be(BOB);
	CHECK(make("/more") == FILES_OK);
	be(ALICE);
	CHECK(drop_directory("/00") == FILES_OK && make("/01x") == FILES_OK);
}

SERVER_TEST(TMPS0004, "a page counts for the task that wrote it first, also in the file of another one")
{
	static const char bytes[BLOCK_BYTES];
	unsigned most;
	L4_Word_t h;
	uint64_t at;

	begin();
	most = store_total() / STORE_TASKS;
	CHECK(write_file("/a", ""));
	CHECK(fill(ALICES_TWIN, "/a") == most);
	be(ALICE);
	h = use("/a", FILES_WRITE);
	at = (uint64_t)most * STORE_PAGE;
	CHECK(h && put(h, at, bytes, sizeof bytes) == (long)sizeof bytes);
}

SERVER_TEST(TMPS0005, "what a task made stays when it ends, and does not count for another task")
{
	begin();
	CHECK(fill(ALICE, "/a") == store_total() / STORE_TASKS);
	ended[ALICE] = true;
	requests_drop_ended();
	CHECK(!client_of(ALICE) && store_free() == store_total() - store_total() / STORE_TASKS);
	be(ALICES_TWIN);
	CHECK(write_file("/b", "text") && drop("/a") == FILES_OK);
	CHECK(store_free() == store_total() - 1);
}

SERVER_TEST(TMPS0006, "a removed file is there until it is closed, or its task ended; then it is free")
{
	char text[8] = "";
	unsigned none;
	L4_Word_t h, k;

	begin();
	none = taken;
	CHECK(write_file("/a", "text"));
	h = use("/a", 0);
	CHECK(drop("/a") == FILES_OK && drop("/a") == FILES_E_ABSENT && !use("/a", 0));
	CHECK(get(h, 0, text, sizeof text) == 4 && strcmp(text, "text") == 0);
	be(BOB);
	CHECK(get(h, 0, text, sizeof text) == -1 && failure == FILES_E_HANDLE);
	be(ALICE);
	done(h);
	CHECK(store_free() == store_total() && taken == none && get(h, 0, text, 1) == -1);
	CHECK(write_file("/b", "text"));
	be(BOB);
	k = use("/b", 0);
	be(ALICE);
	CHECK(k && drop("/b") == FILES_OK && store_free() == store_total() - 1);
	ended[BOB] = true;
	requests_drop_ended();
	CHECK(store_free() == store_total() && tree_free() == NODES - 1 && taken == none);
}

SERVER_TEST(TMPS0007, "files of another section are read and not changed, but with `paths w /tmp`")
{
	begin();
	CHECK(make("/d") == FILES_OK && write_file("/d/a", "text"));
	be(BOB);
	CHECK(has_text("/d/a", "text") && !use("/d/a", FILES_WRITE) && failure == FILES_E_DENIED);
	CHECK(!use("/d/a", FILES_TRUNCATE) && !use("/d/b", FILES_CREATE) && failure == FILES_E_DENIED);
	CHECK(empty("/d/a") == FILES_E_DENIED && drop("/d/a") == FILES_E_DENIED);
	CHECK(move("/d/a", "/b") == FILES_E_DENIED && drop_directory("/d") == FILES_E_DENIED);
	CHECK(make("/d/e") == FILES_E_DENIED && write_file("/own", "mine"));
	CHECK(move("/own", "/d/own") == FILES_E_DENIED && move("/own", "/d/a") == FILES_E_DENIED);
	CHECK(serve_files_change(&from, &(struct files_change_in){ .what = 1, .path = "/d/a" })
	      == FILES_E_DENIED);
	be(ALICES_TWIN);
	CHECK(has_text("/d/a", "text") && write_file("/d/a", "changed"));
	be(SHELL);
	CHECK(has_text("/d/a", "changed") && drop("/d/a") == FILES_OK && drop_directory("/d") == FILES_OK);
}

static enum files_status set_times(uint64_t accessed, uint64_t modified)
{
	return serve_files_change(&from, &(struct files_change_in){
		.what = FILES_SET_ACCESSED | FILES_SET_MODIFIED, .accessed = accessed, .modified = modified,
		.path = "/a" });
}

SERVER_TEST(TMPS0011, "times from 1901 to 2446 are kept to the nanosecond; what is no time changes nothing")
{
	struct files_look_out out = { 0 };
	struct files_look_in in = { .path = "/a" };
	uint64_t first = file_time(FILE_TIME_FIRST, 1), last = file_time(FILE_TIME_LAST, 999999999);

	begin();
	CHECK(write_file("/a", "text") && set_times(first, last) == FILES_OK);
	CHECK(set_times(last, FILE_TIME_NS_PER_S) == FILES_E_ARGUMENT);
	CHECK(serve_files_look(&from, &in, &out) == FILES_OK);
	CHECK(out.accessed == first && out.modified == last && out.changed == file_time(1000, 0));
	CHECK(set_times(FILES_NOW, FILES_NOW) == FILES_OK && serve_files_look(&from, &in, &out) == FILES_OK);
	CHECK(out.accessed == out.changed && out.modified == out.changed);
}

SERVER_TEST(TMPS0008, "a rename moves, replaces a file, and makes no directory part of itself")
{
	begin();
	CHECK(make("/a") == FILES_OK && make("/a/b") == FILES_OK && write_file("/f", "one"));
	CHECK(move("/a", "/a/b/c") == FILES_E_ARGUMENT && move("/a", "/a") == FILES_OK);
	CHECK(move("/f", "/a/b/g") == FILES_OK && has_text("a/b/../b/./g", "one") && !use("/f", 0));
	CHECK(write_file("/h", "two") && move("/h", "/a/b/g") == FILES_OK && has_text("/a/b/g", "two"));
	CHECK(move("/a/b/g", "/a") == FILES_E_EXISTS && move("/a", "/a/b/g/x") == FILES_E_NO_DIRECTORY);
	CHECK(make("/z") == FILES_OK && move("/z", "/a/b/g") == FILES_E_NO_DIRECTORY);
	CHECK(drop_directory("/a/b") == FILES_E_NOT_EMPTY && drop_directory("/a/b/g") == FILES_E_NO_DIRECTORY);
	CHECK(drop("/a") == FILES_E_DIRECTORY && move("/", "/x") == FILES_E_ARGUMENT);
	CHECK(drop_directory("/a/..") == FILES_E_ARGUMENT && tree_free() == NODES - 1 - 4);
}

SERVER_TEST(TMPS0009, "offsets, sizes and handles that cannot be are refused, or cost nothing")
{
	char byte = 1;
	L4_Word_t h;
	struct files_read_out out = { 0 };

	begin();
	h = use("/a", FILES_WRITE | FILES_CREATE);
	CHECK(h && put(h, FILES_OFFSET_MAX, &byte, 1) == 1 && store_free() == store_total() - 1);
	CHECK(get(h, FILES_OFFSET_MAX - 1, &byte, 1) == 1 && byte == 0);
	CHECK(get(h, FILES_OFFSET_MAX, &byte, 1) == 1 && byte == 1 && get(h, 1ul << 44, &byte, 1) == 0);
	CHECK(serve_files_read(&from, &(struct files_read_in){ h, 0, BLOCK_BYTES + 1 }, &out)
	      == FILES_E_ARGUMENT);
	CHECK(get(h + 1, 0, &byte, 1) == -1 && get(0, 0, &byte, 1) == -1);
	CHECK(serve_files_resize(&from, &(struct files_resize_in){ h, 0 }) == FILES_OK);
	CHECK(store_free() == store_total() && get(h, 0, &byte, 1) == 0);
	done(h);
	h = use("/a", 0);
	CHECK(put(h, 0, &byte, 1) == -1);
	CHECK(serve_files_resize(&from, &(struct files_resize_in){ h, 1 }) == FILES_E_ARGUMENT);
	CHECK(use("/0123456789012345678901234567890123456789012345678901234567890123", FILES_CREATE) == 0);
	CHECK(failure == FILES_E_NAME && make("/a") == FILES_E_EXISTS && make("/") == FILES_E_EXISTS);
	CHECK(!use("/a/b", FILES_CREATE) && failure == FILES_E_NO_DIRECTORY && !use("/b/c", FILES_CREATE));
	CHECK(!use("/a", FILES_CREATE | FILES_EXCLUSIVE) && failure == FILES_E_EXISTS);
}

/* ---- against a model ---- */

static struct model { unsigned char bytes[MODEL_BYTES + RUN]; uint64_t size; } model[MODEL_FILES];

static unsigned any(unsigned below)
{
	static unsigned long seed = 31;

	seed = seed * 6364136223846793005ul + 1442695040888963407ul;
	return (unsigned)(seed >> 33) % below;
}

static bool step_write(struct model *m, L4_Word_t h)
{
	unsigned char bytes[RUN];
	uint64_t at = any(MODEL_BYTES);
	unsigned n = any(RUN);
	long put_bytes;

	memset(bytes, (int)any(255) + 1, n);
	put_bytes = put(h, at, bytes, n);
	if (put_bytes < 0)
		return failure == FILES_E_SHARE;
	memcpy(m->bytes + at, bytes, (size_t)put_bytes);
	if (put_bytes && at + (uint64_t)put_bytes > m->size)
		m->size = at + (uint64_t)put_bytes;
	return true;
}

static bool step_resize(struct model *m, L4_Word_t h)
{
	uint64_t size = any(MODEL_BYTES);

	if (size < m->size)
		memset(m->bytes + size, 0, m->size - size);
	m->size = size;
	return serve_files_resize(&from, &(struct files_resize_in){ h, size }) == FILES_OK;
}

static bool step_read(const struct model *m, L4_Word_t h)
{
	unsigned char bytes[RUN];
	uint64_t at = any(MODEL_BYTES);
	long n = get(h, at, bytes, any(RUN));

	return n >= 0 && at + (uint64_t)n <= (m->size > at ? m->size : at)
	       && memcmp(bytes, m->bytes + at, (size_t)n) == 0;
}

SERVER_TEST(TMPS0010, "random writes, cuts and reads of files, with too little memory, are as in a model")
{
	L4_Word_t handle[MODEL_FILES];
	char path[] = "/0";
	unsigned none;

	begin();
	none = taken;
	for (unsigned i = 0; i < MODEL_FILES; i++, path[1]++)
		handle[i] = use(path, FILES_WRITE | FILES_CREATE);
	for (unsigned i = 0; i < STEPS; i++) {
		unsigned k = any(MODEL_FILES), what = any(8);
		struct model *m = &model[k];

		CHECK(what < 4 ? step_write(m, handle[k]) : what < 5 ? step_resize(m, handle[k])
						    : step_read(m, handle[k]));
	}
	for (unsigned i = 0; i < MODEL_FILES; i++) {
		path[1] = (char)('0' + i);
		CHECK(drop(path) == FILES_OK);
		done(handle[i]);
	}
	CHECK(store_free() == store_total() && taken == none && tree_free() == NODES - 1);
}
