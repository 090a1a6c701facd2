/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * files.c - see <pecan/files.h>.
 */
#include <l4/ipc.h>
#include <pecan/dma.h>
#include <pecan/files.h>
#include <pecan/names.h>
#include <proto/files_client.h>
#include <string.h>

#include "files_copy.h"
#include "files_held.h"

enum { BLOCK_BYTES = 65536, TMP_BYTES = 16384, WAITS = 1000, WAIT_US = 10000, TRIES = 100,
       LOCK_US = 500,
       SYNCS_MAX = 65536,		/* programs that remove files all the time must not make a sync endless */
       OPEN_FLAGS = FILES_WRITE | FILES_CREATE | FILES_EXCLUSIVE | FILES_TRUNCATE
		    | FILES_APPEND };

/* A server, the block that is shared with it, and what its paths begin with here. */
struct tree {
	const char *name, *begin;
	size_t bytes;
	struct pecan_dma block;
	L4_ThreadId_t server;
	unsigned connection;		/* 0: none yet */
	L4_Word_t turn;			/* of the last change of names */
	L4_Word_t losses;		/* the count up to which files_flush has failed */
	bool has_losses;		/* it is known since the first connection */
	bool has_marks;			/* its pages may be copied: files_copy.h */
};

static struct tree trees[] = {
	{ .name = FILES_NAME, .begin = "", .bytes = BLOCK_BYTES, .has_marks = true },
	{ .name = FILES_TMP_NAME, .begin = &FILES_TMP[1], .bytes = TMP_BYTES },
};
static int busy;			/* a thread is in one of the functions */

/* A connection has one block, so one request at a time is under way. Returns the tree of the path. */
static struct tree *lock(const char *path)
{
	while (__atomic_exchange_n(&busy, 1, __ATOMIC_ACQUIRE))
		L4_Sleep(L4_TimePeriod(LOCK_US));
	return &trees[files_in_memory(path)];
}

/* For a request that makes, moves or removes a name: it has a number, the same each time that it is sent. */
static struct tree *lock_to_change(const char *path)
{
	struct tree *t = lock(path);

	t->turn++;
	return t;
}

/* Returns its argument, the result of what needed the lock. */
static long unlock(long result)
{
	__atomic_store_n(&busy, 0, __ATOMIC_RELEASE);
	return result;
}

/* A path of the tree at its server. */
static const char *below(const struct tree *t, const char *path)
{
	return path + strlen(t->begin);
}

/* ---- the connection ---- */

static enum files_status attach(struct tree *t)
{
	struct files_attach_out out;
	enum files_status s = files_attach(t->server, t->block.block, &out);

	if (t->has_marks)
		copy_begin();
	if (s == FILES_OK && !t->has_losses)
		t->losses = out.losses;
	t->has_losses |= s == FILES_OK;
	return s;
}

static enum files_status share(struct tree *t)
{
	enum root_error e = ROOT_OK;

	if (!t->block.at)
		e = pecan_dma_new(t->bytes, L4_nilthread, &t->block);
	if (e == ROOT_OK)
		e = pecan_dma_share(&t->block, t->server);
	if (e == ROOT_E_BUSY || e == ROOT_E_TASK)
		return FILES_LOST;
	if (e != ROOT_OK && t->block.block == 0)
		t->block.at = NULL;
	return e == ROOT_OK ? attach(t) : FILES_E_LIMIT;
}

static enum files_status find(struct tree *t)
{
	return pecan_lookup(t->name, false, &t->server) == NAMES_OK ? share(t) : FILES_LOST;
}

/* After a request without an answer, a pause; some 10 s of them: a server may be about to be started. */
static bool wait_for_server(unsigned *waits)
{
	if ((*waits)++ == WAITS)
		return false;
	L4_Sleep(L4_TimePeriod(WAIT_US));
	return true;
}

/* restarted: the server may have no disk so far. */
static enum files_status connect(struct tree *t, bool restarted)
{
	enum files_status s;
	unsigned waits = 0;

	do
		s = find(t);
	while ((s == FILES_LOST || (restarted && s == FILES_E_NO_DISK)) && wait_for_server(&waits));
	if (s == FILES_OK)
		t->connection++;
	return s;
}

/* After a request: is it to be sent again? Then *s says whether there is a server. */
static bool again(struct tree *t, enum files_status *s, unsigned *tries)
{
	if (*s == FILES_E_MORE) {
		*s = FILES_OK;
		return true;
	}
	if ((*s != FILES_LOST && *s != FILES_E_HANDLE) || ++*tries > TRIES)
		return false;
	*s = connect(t, *s == FILES_LOST);
	return *s == FILES_OK;
}

static enum files_status begin(struct tree *t)
{
	return t->connection ? FILES_OK : connect(t, false);
}

/* The status of a request without an open file. call: an expression that sends it to the server of tree. */
#define REQUEST(tree, call)							\
	({									\
		unsigned tries_ = 0;						\
		enum files_status s_ = begin(tree);				\
										\
		if (s_ == FILES_OK)						\
			do							\
				s_ = (call);					\
			while (again(tree, &s_, &tries_));			\
		s_;								\
	})

/* ---- open files ---- */

static enum files_status open_by_path(struct tree *t, struct files_file *f, L4_Word_t flags)
{
	struct files_open_out out;
	enum files_status s = files_open(t->server, t->turn, flags, below(t, f->path), &out);

	if (s != FILES_OK)
		return s;
	if (f->number && f->number != out.number) {
		files_close(t->server, out.handle);
		return FILES_E_ABSENT;
	}
	if (!f->number)
		f->losses = out.losses;
	f->handle = out.handle;
	f->mode = out.mode;
	f->number = out.number;
	f->connection = t->connection;
	return FILES_OK;
}

enum files_status files_use(struct files_file *f, const char *path, L4_Word_t flags)
{
	struct tree *t;

	f->handle = f->number = 0;
	f->locked = false;
	if ((flags & ~(L4_Word_t)OPEN_FLAGS) || (flags & (FILES_WRITE | FILES_APPEND)) == FILES_APPEND)
		return FILES_E_ARGUMENT;
	if (strlen(path) >= sizeof f->path)
		return FILES_E_NAME;
	strcpy(f->path, path);
	f->flags = flags & (FILES_WRITE | FILES_APPEND);
	t = lock_to_change(path);
	return unlock(REQUEST(t, open_by_path(t, f, flags)));
}

/* The file is open at this server. */
static enum files_status reopen(struct tree *t, struct files_file *f)
{
	return f->connection == t->connection ? FILES_OK : open_by_path(t, f, f->flags);
}

/* The status of a request for an open file. */
#define FILE_REQUEST(tree, f, call)						\
	({									\
		unsigned tries_ = 0;						\
		enum files_status s_;						\
										\
		do {								\
			s_ = reopen(tree, f);					\
			if (s_ == FILES_OK)					\
				s_ = (call);					\
		} while (again(tree, &s_, &tries_));				\
		s_;								\
	})

static enum files_status close(struct tree *t, struct files_file *f)
{
	if (!f->locked && f->connection != t->connection)
		return FILES_OK;
	return FILE_REQUEST(t, f, files_close(t->server, f->handle));
}

void files_done(struct files_file *f)
{
	if (f->handle)
		unlock(close(lock(f->path), f));
	f->handle = 0;
	f->number = 0;
	f->locked = false;
}

/* A status in place of a count. FILES_LOST is below 0 itself: its negative must not be a number of bytes. */
static long failed(enum files_status s)
{
	return -(long)(unsigned)s;
}

static size_t at_most(const struct tree *t, size_t bytes)
{
	return bytes < t->block.bytes ? bytes : t->block.bytes;
}

static long get_bytes(struct tree *t, struct files_file *f, uint64_t offset, void *to, size_t bytes)
{
	struct files_read_out out = { 0 };
	enum files_status s;

	if (offset > FILES_OFFSET_MAX)
		return failed(FILES_E_ARGUMENT);
	if (t->has_marks && f->connection == t->connection
	    && copy_get(t->server, t->block.at, f, offset, to, bytes))
		return (long)bytes;
	s = FILE_REQUEST(t, f, files_read(t->server, f->handle, offset, at_most(t, bytes), &out));
	if (s != FILES_OK)
		return failed(s);
	if (out.got > at_most(t, bytes))
		return failed(FILES_E_DEVICE);
	memcpy(to, t->block.at, out.got);
	return (long)out.got;
}

static long put_bytes(struct tree *t, struct files_file *f, uint64_t offset, const void *from, size_t bytes)
{
	struct files_write_out out = { 0 };
	enum files_status s;
	size_t done = 0;

	if (offset > FILES_OFFSET_MAX - t->block.bytes)
		return failed(FILES_E_LARGE);
	bytes = at_most(t, bytes);
	do {
		memcpy(t->block.at, (const char *)from + done, bytes - done);
		s = FILE_REQUEST(t, f, files_write(t->server, f->handle, 0, offset + done, bytes - done,
						   &out));
		if (s == FILES_OK && out.put > bytes - done)
			s = FILES_E_DEVICE;
		if (s == FILES_OK)
			done += out.put;
	} while (s == FILES_OK && out.put > 0 && done < bytes);
	return s == FILES_OK || done > 0 ? (long)done : failed(s);
}

static enum files_status describe(struct tree *t, struct files_file *f, struct files_stat_out *out)
{
	return FILE_REQUEST(t, f, files_stat(t->server, f->handle, out));
}

/* After a request that was not answered: how many of its bytes are in the file? */
static enum files_status was_put(struct tree *t, struct files_file *f, uint64_t at, const void *from,
				 size_t bytes, L4_Word_t *put)
{
	struct files_read_out out = { 0 };
	enum files_status s = FILE_REQUEST(t, f, files_read(t->server, f->handle, at, bytes, &out));

	*put = s == FILES_OK && out.got <= bytes && memcmp(t->block.at, from, out.got) == 0 ? out.got : 0;
	return s;
}

/* The size is found first; the server writes only if it is that still. */
static long append(struct tree *t, struct files_file *f, uint64_t *offset, const void *from, size_t bytes)
{
	struct files_write_out out = { 0 };
	struct files_stat_out stat;
	enum files_status s;

	bytes = at_most(t, bytes);
	for (;;) {
		s = describe(t, f, &stat);
		if (s != FILES_OK)
			return failed(s);
		memcpy(t->block.at, from, bytes);
		s = files_write(t->server, f->handle, FILES_APPEND, stat.size, bytes, &out);
		*offset = stat.size;
		if (s == FILES_LOST) {
			s = was_put(t, f, stat.size, from, bytes, &out.put);
			if (s == FILES_OK && out.put == 0)
				continue;
		}
		if (s != FILES_E_MOVED && s != FILES_E_HANDLE && s != FILES_E_MORE)
			return s == FILES_OK ? (long)out.put : failed(s);
	}
}

enum files_status files_set_lock(struct files_file *f, L4_Word_t kind, uint64_t from, uint64_t to)
{
	struct tree *t = lock(f->path);

	f->locked |= kind != FILES_UNLOCK;
	return unlock(FILE_REQUEST(t, f, files_lock(t->server, f->handle, kind, from, to)));
}

enum files_status files_find_lock(struct files_file *f, L4_Word_t kind, uint64_t from, uint64_t to,
				  struct files_locked_out *out)
{
	struct tree *t = lock(f->path);

	return unlock(FILE_REQUEST(t, f, files_locked(t->server, f->handle, kind, from, to, out)));
}

enum files_status files_set_size(struct files_file *f, uint64_t size)
{
	struct tree *t = lock(f->path);

	return unlock(size > FILES_OFFSET_MAX ? FILES_E_LARGE
		      : FILE_REQUEST(t, f, files_resize(t->server, f->handle, size)));
}

/* Is it whole, and does its name end in it? The server's word is not enough. */
static bool is_entry(const struct files_entry *e, size_t room)
{
	return e->bytes >= sizeof *e && e->bytes <= room && e->bytes % _Alignof(struct files_entry) == 0
	       && memchr((const char *)e + offsetof(struct files_entry, name), 0,
			 e->bytes - offsetof(struct files_entry, name));
}

static long entries(struct tree *t, struct files_file *f, uint64_t position, void *to, size_t bytes)
{
	struct files_list_out out = { 0 };
	enum files_status s = FILE_REQUEST(t, f, files_list(t->server, f->handle, (L4_Word_t)position, &out));
	size_t used = 0;

	if (s != FILES_OK)
		return failed(s);
	while (used + sizeof(struct files_entry) <= out.got && used < t->block.bytes) {
		const struct files_entry *e = (const struct files_entry *)((char *)t->block.at + used);

		if (!is_entry(e, t->block.bytes - used) || e->bytes > bytes - used)
			break;
		used += e->bytes;
	}
	memcpy(to, t->block.at, used);
	return out.got && !used ? failed(FILES_E_ARGUMENT) : (long)used;
}

/* ---- names ---- */

static enum files_status describe_path(struct tree *t, const char *path, bool link,
				       struct files_stat_out *out)
{
	struct files_look_out look = { 0 };
	enum files_status s = REQUEST(t, files_look(t->server, link, below(t, path), &look));

	*out = (struct files_stat_out){
		.mode = look.mode, .size = look.size, .inode = look.inode, .links = look.links,
		.sectors = look.sectors, .modified = look.modified, .changed = look.changed,
		.accessed = look.accessed,
	};
	return s;
}

enum files_status files_move(const char *old, const char *fresh)
{
	struct tree *t = lock_to_change(old);

	return unlock(files_in_memory(old) != files_in_memory(fresh) ? FILES_E_ACROSS
		      : REQUEST(t, files_rename(t->server, t->turn, below(t, old), below(t, fresh))));
}

enum files_status files_set(struct files_file *f, const struct files_attributes *a)
{
	struct tree *t = lock(f->path);

	return unlock(FILE_REQUEST(t, f, files_change(t->server, f->handle, a->what, a->mode, a->accessed,
						      a->modified, "")));
}

enum files_status files_set_path(const char *path, const struct files_attributes *a)
{
	struct tree *t = lock(path);

	return unlock(REQUEST(t, files_change(t->server, 0, a->what, a->mode, a->accessed, a->modified,
					      below(t, path))));
}

enum files_status files_add_name(const char *old, const char *fresh)
{
	struct tree *t = lock_to_change(old);

	return unlock(files_in_memory(old) != files_in_memory(fresh) ? FILES_E_ACROSS
		      : REQUEST(t, files_link(t->server, t->turn, below(t, old), below(t, fresh))));
}

enum files_status files_truncate(const char *path, uint64_t size)
{
	struct tree *t = lock(path);

	return unlock(size > FILES_OFFSET_MAX ? FILES_E_LARGE
		      : REQUEST(t, files_resize_path(t->server, size, below(t, path))));
}

enum files_status files_remove(const char *path)
{
	struct tree *t = lock_to_change(path);

	return unlock(REQUEST(t, files_unlink(t->server, t->turn, below(t, path))));
}

enum files_status files_make_directory(const char *path)
{
	struct tree *t = lock_to_change(path);

	return unlock(REQUEST(t, files_mkdir(t->server, t->turn, below(t, path))));
}

enum files_status files_remove_directory(const char *path)
{
	struct tree *t = lock_to_change(path);

	return unlock(REQUEST(t, files_rmdir(t->server, t->turn, below(t, path))));
}

/* *seen: the count of losses up to which the caller has got an error. */
static enum files_status flush(struct tree *t, bool clean, L4_Word_t *seen)
{
	struct files_sync_out out;
	enum files_status s;
	unsigned n = 0;

	do {
		out = (struct files_sync_out){ 0 };
		s = REQUEST(t, files_sync(t->server, clean, &out));
	} while (s == FILES_OK && out.more && ++n < SYNCS_MAX);
	if (s != FILES_OK || out.losses == *seen)
		return s;
	*seen = out.losses;
	return FILES_E_DEVICE;
}

enum files_status files_flush(bool clean)
{
	struct tree *disk = lock("");

	return unlock(flush(disk, clean, &disk->losses));
}

enum files_status files_flush_file(struct files_file *f)
{
	return unlock(flush(lock(f->path), false, &f->losses));
}

enum files_status files_free(const char *path, struct files_space_out *out)
{
	struct tree *t = lock(path);

	return unlock(REQUEST(t, files_space(t->server, out)));
}

static enum files_status ask_for_disk(const char *name, uint64_t first, uint64_t sectors)
{
	L4_ThreadId_t lender;
	enum files_status s;

	do
		s = pecan_lookup(FILES_NAME, false, &lender) == NAMES_OK
		    ? files_lend(lender, first, sectors, name) : FILES_LOST;
	while (s == FILES_E_MORE);
	return s;
}

/*
 * Not by begin: a disk that cannot be mounted has no connections. A server that is about to be started, or to
 * open the disk, would mount it later, while the caller writes to it: so it is waited for.
 */
enum files_status files_borrow(const char *name, uint64_t first, uint64_t sectors)
{
	enum files_status s;
	unsigned waits = 0;

	do
		s = ask_for_disk(name, first, sectors);
	while ((s == FILES_LOST || s == FILES_E_NO_DISK) && wait_for_server(&waits));
	return s;
}

/* ---- one thread at a time ---- */

long files_get(struct files_file *f, uint64_t offset, void *to, size_t bytes)
{
	return unlock(get_bytes(lock(f->path), f, offset, to, bytes));
}

long files_put(struct files_file *f, uint64_t offset, const void *from, size_t bytes)
{
	return unlock(put_bytes(lock(f->path), f, offset, from, bytes));
}

long files_append(struct files_file *f, uint64_t *offset, const void *from, size_t bytes)
{
	return unlock(append(lock(f->path), f, offset, from, bytes));
}

enum files_status files_describe(struct files_file *f, struct files_stat_out *out)
{
	return unlock(describe(lock(f->path), f, out));
}

enum files_status files_size(struct files_file *f, uint64_t *size)
{
	struct files_stat_out out = { 0 };
	enum files_status s = files_describe(f, &out);

	*size = out.size;
	return s;
}

long files_entries(struct files_file *f, uint64_t position, void *to, size_t bytes)
{
	return unlock(entries(lock(f->path), f, position, to, bytes));
}

enum files_status files_describe_path(const char *path, struct files_stat_out *out)
{
	return unlock(describe_path(lock(path), path, false, out));
}

enum files_status files_describe_link(const char *path, struct files_stat_out *out)
{
	return unlock(describe_path(lock(path), path, true, out));
}

enum files_status files_make_link(const char *target, const char *path)
{
	struct tree *t = lock_to_change(path);

	return unlock(REQUEST(t, files_symlink(t->server, t->turn, target, below(t, path))));
}

enum files_status files_read_link(const char *path, struct files_readlink_out *out)
{
	struct tree *t = lock(path);

	return unlock(REQUEST(t, files_readlink(t->server, below(t, path), out)));
}

static enum files_status hold(struct tree *t, struct files_file *f, unsigned lost, struct files_held *h)
{
	enum files_status s = t->connection && t->connection == lost ? connect(t, true) : begin(t);

	if (s == FILES_OK && f)
		s = FILE_REQUEST(t, f, FILES_OK);
	*h = (struct files_held){ t->server, t->connection, f ? f->handle : 0 };
	return s;
}

enum files_status files_hold(struct files_file *f, unsigned lost, struct files_held *h)
{
	return f && files_in_memory(f->path) ? FILES_E_KIND : unlock(hold(lock(""), f, lost, h));
}

void files_leave(void)
{
	lock("");
	for (struct tree *t = trees; t < trees + sizeof trees / sizeof *trees; t++) {
		if (t->block.at)
			pecan_dma_free(&t->block);
		t->connection = 0;
	}
	unlock(0);
}
