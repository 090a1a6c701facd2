/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fake.c - see fake.h.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <pecan/disk.h>
#include <pecan/server.h>
#include <pecan/system.h>
#include <pecan/task.h>

#include <servers/files/cache/cache.h>
#include <servers/files/file/operation.h>
#include <servers/files/mount/attach.h>
#include <servers/files/names/names.h>
#include <servers/files/request/requests.h>
#include <servers/files/volume/volume.h>
#include "fake.h"

enum { BLOCK_BYTES = 65536, SHARED_BLOCKS = 200, LINE = 1024 };

struct fake *fake;
unsigned char *disk_bytes;
static char path[LINE];			/* the disk, in the folder of what is built */
struct files_caller fake_caller = { .thread = { CLIENT } };
char *fake_block;		/* of the client that the requests come from */
static char *shared_blocks[SHARED_BLOCKS];
static L4_Word_t ended, losses, permitted;	/* permitted: the task that has `permits` */
static const char *permits;
static unsigned reports;
static void must(bool holds, const char *what)
{
	if (holds)
		return;
	perror(what);
	exit(2);
}

/* ---- the disk, from the host ---- */

static void *shared(size_t bytes, int fd)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | (fd < 0 ? MAP_ANONYMOUS : 0), fd, 0);

	must(at != MAP_FAILED, "mmap");
	return at;
}

void *fake_shared(size_t bytes)
{
	return shared(bytes, -1);
}

static int run(const char *command)
{
	int status;

	fflush(stdout);
	status = system(command);
	must(WIFEXITED(status) && WEXITSTATUS(status) < 126, command);
	return WEXITSTATUS(status);
}

void disk_make(unsigned kib, const char *options)
{
	char command[2 * LINE];
	const char *built = getenv("O");
	int fd;

	snprintf(path, sizeof path, "%s/files-host.img", built ? built : "build");
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0644);
	if (fake) {
		munmap(disk_bytes, fake->sectors * SECTOR);
		munmap(fake, sizeof *fake);
	}
	must(fd >= 0 && ftruncate(fd, (off_t)kib * 1024) == 0, path);
	fake = shared(sizeof *fake, -1);
	fake->sectors = (uint64_t)kib * 2;
	disk_bytes = shared((size_t)kib * 1024, fd);
	close(fd);
	snprintf(command, sizeof command, "PATH=$PATH:/sbin mke2fs -q -F -b 1024 -O ^has_journal %s %s", options,
		 path);
	must(run(command) == 0, command);
}

const char *disk_debugfs(const char *text)
{
	static char out[65536];
	char command[2 * LINE];
	FILE *f;

	snprintf(command, sizeof command, "PATH=$PATH:/sbin debugfs -w -R '%s' %s 2>&1", text, path);
	f = popen(command, "r");
	must(f != NULL, command);
	out[fread(out, 1, sizeof out - 1, f)] = 0;
	pclose(f);
	return out;
}

int disk_check(const char *options)
{
	char command[3 * LINE], date[LINE] = "";
	int status;

	if (fake->date)
		snprintf(date, sizeof date, "E2FSCK_TIME=%lld", (long long)fake->date);
	snprintf(command, sizeof command, "PATH=$PATH:/sbin %s e2fsck %s %s >%s.fsck 2>&1", date, options, path,
		 path);
	status = run(command);
	snprintf(command, sizeof command, "cat %s.fsck", path);
	if (status > 1 || (status && strcmp(options, "-fn") == 0))
		run(command);
	return status;
}

/* ---- root ---- */

void pecan_beat(void)
{
}

void pecan_logf(const char *format, ...)
{
	(void)format;
	reports++;
}

unsigned fs_reports(void)
{
	return reports;
}

void *pecan_keep(size_t *bytes)
{
	*bytes = sizeof fake->keep;
	return fake->keeps_nothing ? NULL : fake->keep;
}

L4_Word_t pecan_client_task(L4_ThreadId_t client)
{
	return client.raw;
}

/* One task is that of a section. */
struct holder pecan_client(L4_ThreadId_t client)
{
	places_know(1);
	return (struct holder){ client.raw, client.raw == NAMED };
}

bool pecan_may_use(L4_ThreadId_t client)
{
	(void)client;
	return true;
}

size_t pecan_client_paths(L4_ThreadId_t client, char list[ROOT_TEXT_BYTES])
{
	const char *from = permitted && client.raw == permitted ? permits : "w/disk ";
	size_t n = strlen(from);

	for (size_t i = 0; i < n; i++)
		list[i] = from[i] == ' ' ? 0 : from[i];
	return n;
}

enum root_error pecan_task_by_number(L4_Word_t task, struct pecan_task *t)
{
	(void)t;
	return task == ended ? ROOT_E_TASK : ROOT_OK;
}

/* The blocks of a task have the task's number, and RING_BLOCK more. */
enum root_error pecan_dma_open(L4_Word_t block, L4_Word_t owner, struct pecan_dma *d)
{
	*d = (struct pecan_dma){ 0 };
	if (block == 0 || block >= SHARED_BLOCKS || block % RING_BLOCK != owner)
		return ROOT_E_ARGUMENT;
	if (!shared_blocks[block])
		shared_blocks[block] = calloc(1, BLOCK_BYTES);
	*d = (struct pecan_dma){ block, shared_blocks[block], 0, BLOCK_BYTES };
	return ROOT_OK;
}

enum root_error pecan_dma_free(struct pecan_dma *d)
{
	*d = (struct pecan_dma){ 0 };
	return ROOT_OK;
}

/* ---- lives ---- */

static void be_server(void (*fn)(void), bool sync)
{
	const char *why = NULL;
	bool mounted = cache_open_disk() == DISK_OK && attach_volume(&why, true);

	why = why ? why : attach_why_read_only();
	snprintf(fake->why, sizeof fake->why, "%s", why ? why : "");
	if (!mounted)
		_exit(NOT_MOUNTED);
	fs_client(CLIENT);
	fn();
	while (sync && volume && operation_sync(true) == 0 && operation_has_more())
		;
	if (sync && volume && operation_sync(true) != 0)
		test_fail(__FILE__, __LINE__, "the sync at the end");
	fflush(stdout);
	_exit(0);
}

int life_status(void (*fn)(void), bool sync)
{
	int status;
	pid_t child;

	fflush(stdout);
	child = fork();
	must(child >= 0, "fork");
	if (child == 0)
		be_server(fn, sync);
	must(waitpid(child, &status, 0) == child, "waitpid");
	return status;
}

bool life(void (*fn)(void), bool sync)
{
	int status = life_status(fn, sync);

	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* ---- requests ---- */

/* As the library does it. */
#define REPEATED(request)			\
	({					\
		enum files_status s_;		\
						\
		do				\
			s_ = (request);		\
		while (s_ == FILES_E_MORE);	\
		s_;				\
	})

static L4_Word_t turn;

void fs_number(L4_Word_t number)
{
	turn = number;
}

void fs_use_client(L4_Word_t task)
{
	struct pecan_dma block;

	fake_caller.thread.raw = task;
	pecan_dma_open(task, task, &block);
	fake_block = block.at;
}

enum files_status fs_attach(L4_Word_t task)
{
	struct files_attach_in in = { task };
	struct files_attach_out out = { 0 };
	enum files_status s;

	fs_use_client(task);
	s = serve_files_attach(&fake_caller, &in, &out);
	losses = out.losses;
	return s;
}

void fs_client(L4_Word_t task)
{
	fs_attach(task);
}

enum files_status fs_lock(L4_Word_t handle, L4_Word_t kind, uint64_t from, uint64_t to)
{
	return serve_files_lock(&fake_caller, &(struct files_lock_in){ handle, kind, from, to });
}

void fs_ended(L4_Word_t task)
{
	ended = task;
}

void fs_permit(L4_Word_t task, const char *list)
{
	permitted = task;
	permits = list;
}

static void set_path(char to[FILES_PATH_BYTES], const char *from)
{
	strncpy(to, from, FILES_PATH_BYTES - 1);
	to[FILES_PATH_BYTES - 1] = 0;
}

enum files_status fs_open(const char *name, L4_Word_t flags, L4_Word_t *handle)
{
	struct files_open_in in = { .turn = turn, .flags = flags };
	struct files_open_out out = { 0 };
	enum files_status s;

	set_path(in.path, name);
	s = REPEATED(serve_files_open(&fake_caller, &in, &out));
	*handle = out.handle;
	return s;
}

enum files_status fs_close(L4_Word_t handle)
{
	return serve_files_close(&fake_caller, &(struct files_close_in){ handle });
}

long fs_write(L4_Word_t handle, uint64_t offset, const void *from, size_t bytes)
{
	struct files_write_in in = { handle, 0, offset, bytes };
	struct files_write_out out = { 0 };
	enum files_status s;

	memcpy(fake_block, from, bytes);
	s = REPEATED(serve_files_write(&fake_caller, &in, &out));
	return s == FILES_OK ? (long)out.put : -(long)s;
}

long fs_read(L4_Word_t handle, uint64_t offset, void *to, size_t bytes)
{
	struct files_read_in in = { handle, offset, bytes };
	struct files_read_out out = { 0 };
	enum files_status s = serve_files_read(&fake_caller, &in, &out);

	memcpy(to, fake_block, out.got);
	return s == FILES_OK ? (long)out.got : -(long)s;
}

enum files_status fs_resize_once(L4_Word_t handle, uint64_t size)
{
	return serve_files_resize(&fake_caller, &(struct files_resize_in){ handle, size });
}

enum files_status fs_resize(L4_Word_t handle, uint64_t size)
{
	enum files_status s;

	do
		s = fs_resize_once(handle, size);
	while (s == FILES_E_MORE);
	return s;
}

long fs_list(L4_Word_t handle, uint64_t position, void *to)
{
	struct files_list_out out = { 0 };
	enum files_status s = serve_files_list(&fake_caller, &(struct files_list_in){ handle, position }, &out);

	memcpy(to, fake_block, out.got);
	return s == FILES_OK ? (long)out.got : -(long)s;
}

enum files_status fs_unlink(const char *name)
{
	struct files_unlink_in in = { .turn = turn };

	set_path(in.path, name);
	return serve_files_unlink(&fake_caller, &in);
}

enum files_status fs_symlink(const char *target, const char *name)
{
	struct files_symlink_in in = { .turn = turn };

	set_path(in.target, target);
	set_path(in.path, name);
	return REPEATED(serve_files_symlink(&fake_caller, &in));
}

enum files_status fs_describe(const char *name, bool link, struct files_look_out *out)
{
	struct files_look_in in = { .link = link };

	set_path(in.path, name);
	return serve_files_look(&fake_caller, &in, out);
}

enum files_status fs_look(const char *name, bool link)
{
	struct files_look_out out;

	return fs_describe(name, link, &out);
}

enum files_status fs_truncate(const char *name)
{
	struct files_resize_path_in in = { .size = 0 };

	set_path(in.path, name);
	return serve_files_resize_path(&fake_caller, &in);
}

enum files_status fs_read_link(const char *name)
{
	struct files_readlink_in in;
	struct files_readlink_out out;

	set_path(in.path, name);
	return serve_files_readlink(&fake_caller, &in, &out);
}

enum files_status fs_chmod(L4_Word_t handle, const char *name)
{
	struct files_change_in in = { .handle = name ? 0 : handle, .what = FILES_SET_MODE, .mode = 0600 };

	set_path(in.path, name ? name : "");
	return serve_files_change(&fake_caller, &in);
}

enum files_status fs_set_times(const char *name, uint64_t accessed, uint64_t modified)
{
	struct files_change_in in = {
		.what = FILES_SET_ACCESSED | FILES_SET_MODIFIED, .accessed = accessed, .modified = modified,
	};

	set_path(in.path, name);
	return serve_files_change(&fake_caller, &in);
}

enum files_status fs_mkdir(const char *name)
{
	struct files_mkdir_in in = { .turn = turn };

	set_path(in.path, name);
	return REPEATED(serve_files_mkdir(&fake_caller, &in));
}

enum files_status fs_rmdir(const char *name)
{
	struct files_rmdir_in in = { .turn = turn };

	set_path(in.path, name);
	return serve_files_rmdir(&fake_caller, &in);
}

enum files_status fs_rename(const char *old, const char *fresh)
{
	struct files_rename_in in = { .turn = turn };

	set_path(in.old, old);
	set_path(in.fresh, fresh);
	return serve_files_rename(&fake_caller, &in);
}

enum files_status fs_link(const char *old, const char *fresh)
{
	struct files_link_in in = { .turn = turn };

	set_path(in.old, old);
	set_path(in.fresh, fresh);
	return REPEATED(serve_files_link(&fake_caller, &in));
}

enum files_status fs_sync_once(bool clean, bool *more)
{
	struct files_sync_out out = { .losses = losses };
	enum files_status s = serve_files_sync(&fake_caller, &(struct files_sync_in){ clean }, &out);
	bool lost = out.losses != losses;

	losses = out.losses;
	*more = out.more;
	return lost ? FILES_E_DEVICE : s;
}

enum files_status fs_sync(bool clean)
{
	enum files_status s;
	bool more;

	do
		s = fs_sync_once(clean, &more);
	while (s == FILES_OK && more);
	return s;
}

uint64_t fs_free_blocks(void)
{
	struct files_space_out out = { 0 };

	serve_files_space(&fake_caller, &out);
	return out.free_blocks;
}

uint64_t fs_cached(void)
{
	struct files_space_out out = { 0 };

	serve_files_space(&fake_caller, &out);
	return out.cached;
}

long fs_find(uint32_t directory, const char *name, size_t length, uint32_t *inode)
{
	struct names_place looked = { 0 };

	return names_find(NULL, directory, name, length, &looked, inode);
}

uint32_t fs_inode(const char *name)
{
	ext2_ino_t number = 0;

	ext2fs_namei(volume, EXT2_ROOT_INO, EXT2_ROOT_INO, name, &number);
	return number;
}

uint64_t fs_first_block(const char *name)
{
	blk64_t block = 0;

	ext2fs_bmap2(volume, fs_inode(name), NULL, NULL, 0, 0, NULL, &block);
	return block;
}

uint64_t fs_inode_block(uint32_t number, unsigned *offset)
{
	unsigned at = (number - 1) * EXT2_INODE_SIZE(volume->super);

	*offset = at % volume->blocksize;
	return ext2fs_inode_table_loc(volume, 0) + at / volume->blocksize;
}
