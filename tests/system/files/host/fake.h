/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fake.h - a disk, root and clients for the file server's core (user/servers/files without main.c), as a host
 * program. The disk is a file, so that e2fsprogs of the host can make and check it.
 *
 * Each life of the server is a process of its own (life): the disk and the kept memory outlive it.
 */
#ifndef TESTS_FILES_HOST_FAKE_H
#define TESTS_FILES_HOST_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <pecan/disk.h>
#include <proto/files.h>
#include <proto/files_server.h>
#include <servers/files/request/requests.h>

#include "harness.h"

enum { SECTOR = 512, CLIENT = 7, OTHER = 8, NAMED = 9,	/* NAMED: by the system description */
       RING_BLOCK = 100 };	/* for the rings of a task: this and its number */
enum { NOT_MOUNTED = 3, ENDED_BY_FAKE = 99 };	/* status of a life */

/* What the lives and the tests share. */
struct fake {
	uint64_t sectors;
	unsigned unit;			/* sectors that requests have whole units of; 0: 1 */
	uint64_t bad_from, bad_to;	/* sectors that cannot be read or written: from <= s < to */
	unsigned bad_times;		/* after so many failures they can be; 0: they cannot */
	unsigned requests;		/* of the disk, so far */
	unsigned end_at;		/* the life ends at this request; 0: never */
	unsigned bad_flushes;		/* so many flushes fail, and lose what was written since the one before */
	unsigned bad_waits;		/* so many times no driver answers what is under way */
	bool watch;			/* note reads, writes and flushes */
	unsigned noted;
	struct note { char kind; uint64_t sector; unsigned sectors; } note[4096];
	char keep[1024 * 1024];
	char why[256];			/* why the last life has not mounted the disk, or what it said of it */
	bool keeps_nothing;		/* there is no memory that outlives the server */
	int64_t date;			/* in s since 1970, also for e2fsck; 0: the host's */
};
extern struct fake *fake;
extern unsigned char *disk_bytes;

/* If it is set: called for each request of the disk, with its bytes. */
typedef void fake_record_fn(const struct disk_entry *r, const void *bytes);
extern fake_record_fn *fake_record;

/* How many lines the server has reported, in this life. */
unsigned fs_reports(void);

/* Memory that the lives and the tests share. */
void *fake_shared(size_t bytes);

/* A new disk with a file system of mke2fs, of blocks of 1 KiB; the kept memory is empty. */
void disk_make(unsigned kib, const char *mke2fs_options);

/*
 * How many requests of the life the disk answers to a server that does not wait for them (disk_take). Those
 * for which it waits are answered always.
 */
void disk_let_answer(unsigned n);

/* A command of debugfs, which may change the file system. Returns what it prints, valid until the next. */
const char *disk_debugfs(const char *command);

/* The place of the first request of this kind for a sector in what was noted; -1: none. */
int disk_noted(char kind, uint64_t sector);

/* Returns true if the first sector was written before the last write of the second, with a flush between. */
bool disk_in_order(uint64_t first, uint64_t second);

/* The status of e2fsck; options -fn or -fy. */
int disk_check(const char *options);

/*
 * A life of the server: mounts the disk, runs fn, and, if that is wanted, syncs. Returns true if it came to
 * its end and no CHECK failed.
 */
bool life(void (*fn)(void), bool sync);

/* The same; how it ended, as waitpid has it. */
int life_status(void (*fn)(void), bool sync);

/* ---- requests, in a life ---- */

/* The client from which the requests come, and its block. */
extern struct files_caller fake_caller;
extern char *fake_block;

/* The number (`turn`) of requests that follow; 0, as at first: none. */
void fs_number(L4_Word_t number);

enum files_status fs_open(const char *path, L4_Word_t flags, L4_Word_t *handle);
enum files_status fs_close(L4_Word_t handle);

/* Bytes, or the negative of a status. The block of a client has 64 KiB. */
long fs_write(L4_Word_t handle, uint64_t offset, const void *from, size_t bytes);
long fs_read(L4_Word_t handle, uint64_t offset, void *to, size_t bytes);

/* One request; fs_resize and fs_sync repeat it until nothing is left to be done. */
enum files_status fs_resize_once(L4_Word_t handle, uint64_t size);
enum files_status fs_resize(L4_Word_t handle, uint64_t size);

/* Entries of a directory, as struct files_entry: their bytes. */
long fs_list(L4_Word_t handle, uint64_t position, void *to);
enum files_status fs_unlink(const char *path);
enum files_status fs_link(const char *old, const char *fresh);
enum files_status fs_symlink(const char *target, const char *path);
enum files_status fs_mkdir(const char *path);
enum files_status fs_rmdir(const char *path);
enum files_status fs_rename(const char *old, const char *fresh);
enum files_status fs_sync_once(bool clean, bool *more);
enum files_status fs_sync(bool clean);
uint64_t fs_free_blocks(void);
uint64_t fs_cached(void);		/* bytes */

/* names_find of all of a directory. */
long fs_find(uint32_t directory, const char *name, size_t length, uint32_t *inode);

/* The inode of a name in the root directory; 0: there is none. */
uint32_t fs_inode(const char *name);

/* The first block of what has a name in the root directory; 0: there is none. */
uint64_t fs_first_block(const char *name);

/* The block of the inode table that has inode `number` of the first group, and where in it, in bytes. */
uint64_t fs_inode_block(uint32_t number, unsigned *offset);

enum files_status fs_lock(L4_Word_t handle, L4_Word_t kind, uint64_t from, uint64_t to);

/* The requests that follow come from this task, which is a new client, or one that has attached before. */
enum files_status fs_attach(L4_Word_t task);
void fs_client(L4_Word_t task);
void fs_use_client(L4_Word_t task);

/*
 * In this life, from now on: what the other tasks may do stays all. list: `r` or `w` and a path, each with a
 * blank behind it. A server keeps what it has asked for: before the first request of the task.
 */
void fs_permit(L4_Word_t task, const char *list);

/* A task has ended, or is there again. */
void fs_ended(L4_Word_t task);

enum files_status fs_look(const char *path, bool link);
enum files_status fs_describe(const char *path, bool link, struct files_look_out *out);
enum files_status fs_truncate(const char *path);
enum files_status fs_read_link(const char *path);

/* New permissions: of the path, or, if that is NULL, of the open file. */
enum files_status fs_chmod(L4_Word_t handle, const char *path);

/* New times (<pecan/file_time.h>) of the path. */
enum files_status fs_set_times(const char *path, uint64_t accessed, uint64_t modified);

/* A file with this text, closed. */
enum files_status fs_put(const char *path, const char *text);

/* Returns true if it begins with that text. */
bool fs_has(const char *path, const char *text);

#endif
