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
};

static struct tree trees[] = {
	{ .name = FILES_NAME, .begin = "", .bytes = BLOCK_BYTES },
	{ .name = FILES_TMP_NAME, .begin = &FILES_TMP[1], .bytes = TMP_BYTES },
}, *now = trees;			/* that of the function which runs */
static int busy;			/* a thread is in one of the functions */

/* A connection has one block, so one request at a time is under way. */
static void lock(void)
{
	while (__atomic_exchange_n(&busy, 1, __ATOMIC_ACQUIRE))
		L4_Sleep(L4_TimePeriod(LOCK_US));
}

static void unlock(void)
{
	__atomic_store_n(&busy, 0, __ATOMIC_RELEASE);
}

static struct tree *tree_of(const char *path)
{
	return &trees[files_in_memory(path)];
}

/* The path at its server. */
static const char *below(const char *path)
{
	return path + strlen(tree_of(path)->begin);
}

/* The value of a call that is about this path. */
#define WITH(path, call)							\
	({									\
		lock();								\
		now = tree_of(path);						\
		__typeof__(call) result_ = (call);				\
										\
		unlock();							\
		result_;							\
	})

/* ---- the connection ---- */

static enum files_status attach(void)
{
	struct files_attach_out out;
	enum files_status s = files_attach(now->server, now->block.block, &out);

	if (now == trees)
		copy_begin();
	if (s == FILES_OK && !now->has_losses)
		now->losses = out.losses;
	now->has_losses |= s == FILES_OK;
	return s;
}

static enum files_status share(void)
{
	enum root_error e = ROOT_OK;

	if (!now->block.at)
		e = pecan_dma_new(now->bytes, L4_nilthread, &now->block);
	if (e == ROOT_OK)
		e = pecan_dma_share(&now->block, now->server);
	if (e == ROOT_E_BUSY || e == ROOT_E_TASK)
		return FILES_LOST;
	if (e != ROOT_OK && now->block.block == 0)
		now->block.at = NULL;
	return e == ROOT_OK ? attach() : FILES_E_LIMIT;
}

static enum files_status find(void)
{
	return pecan_lookup(now->name, false, &now->server) == NAMES_OK ? share() : FILES_LOST;
}

/* Ask until a server answers, some 10 s: it may be about to be started. disk: or to open its disk. */
static enum files_status wait_for(enum files_status (*ask)(void), bool disk)
{
	enum files_status s = ask();

	for (unsigned i = 0; i < WAITS && (s == FILES_LOST || (disk && s == FILES_E_NO_DISK)); i++) {
		L4_Sleep(L4_TimePeriod(WAIT_US));
		s = ask();
	}
	return s;
}

/* restarted: the server may have no disk so far. */
static enum files_status connect(bool restarted)
{
	enum files_status s = wait_for(find, restarted);

	if (s == FILES_OK)
		now->connection++;
	return s;
}

/* After a request: is it to be sent again? Then *s says whether there is a server. */
static bool again(enum files_status *s, unsigned *tries)
{
	if (*s == FILES_E_MORE) {
		*s = FILES_OK;
		return true;
	}
	if ((*s != FILES_LOST && *s != FILES_E_HANDLE) || ++*tries > TRIES)
		return false;
	*s = connect(*s == FILES_LOST);
	return *s == FILES_OK;
}

static enum files_status begin(void)
{
	return now->connection ? FILES_OK : connect(false);
}

/* A request without an open file. */
#define REQUEST(call)								\
	({									\
		unsigned tries_ = 0;						\
		enum files_status s_ = begin();					\
										\
		if (s_ == FILES_OK)						\
			do							\
				s_ = (call);					\
			while (again(&s_, &tries_));				\
		s_;								\
	})

/* One that makes, moves or removes a name: it has a number, the same each time that it is sent. */
#define CHANGE(call)								\
	({									\
		now->turn++;							\
		REQUEST(call);							\
	})

/* ---- open files ---- */

static enum files_status open_by_path(struct files_file *f, L4_Word_t flags, struct files_open_out *out)
{
	enum files_status s = files_open(now->server, now->turn, flags, below(f->path), out);

	if (s != FILES_OK)
		return s;
	if (f->number && f->number != out->number) {
		files_close(now->server, out->handle);
		return FILES_E_ABSENT;
	}
	if (!f->number)
		f->losses = out->losses;
	f->handle = out->handle;
	f->mode = out->mode;
	f->number = out->number;
	f->connection = now->connection;
	return FILES_OK;
}

static enum files_status use(struct files_file *f, const char *path, L4_Word_t flags)
{
	struct files_open_out out;
	unsigned tries = 0;
	enum files_status s = begin();

	f->handle = f->number = 0;
	f->locked = false;
	if ((flags & ~(L4_Word_t)OPEN_FLAGS) || (flags & (FILES_WRITE | FILES_APPEND)) == FILES_APPEND)
		return FILES_E_ARGUMENT;
	if (strlen(path) >= sizeof f->path)
		return FILES_E_NAME;
	strcpy(f->path, path);
	f->flags = flags & (FILES_WRITE | FILES_APPEND);
	if (s != FILES_OK)
		return s;
	now->turn++;
	do
		s = open_by_path(f, flags, &out);
	while (again(&s, &tries));
	return s;
}

/* The file is open at this server. */
static enum files_status reopen(struct files_file *f)
{
	struct files_open_out out;

	return f->connection == now->connection ? FILES_OK : open_by_path(f, f->flags, &out);
}

/* A request for an open file. */
#define FILE_REQUEST(f, call)							\
	({									\
		unsigned tries_ = 0;						\
		enum files_status s_;						\
										\
		do {								\
			s_ = reopen(f);						\
			if (s_ == FILES_OK)					\
				s_ = (call);					\
		} while (again(&s_, &tries_));					\
		s_;								\
	})

static enum files_status close(struct files_file *f)
{
	if (!f->locked && f->connection != now->connection)
		return FILES_OK;
	return FILE_REQUEST(f, files_close(now->server, f->handle));
}

void files_done(struct files_file *f)
{
	if (f->handle)
		WITH(f->path, close(f));
	f->handle = 0;
	f->number = 0;
	f->locked = false;
}

/* A status in place of a count. FILES_LOST is below 0 itself: its negative must not be a number of bytes. */
static long failed(enum files_status s)
{
	return -(long)(unsigned)s;
}

static size_t at_most(size_t bytes)
{
	return bytes < now->block.bytes ? bytes : now->block.bytes;
}

static long get_bytes(struct files_file *f, uint64_t offset, void *to, size_t bytes)
{
	struct files_read_out out = { 0 };
	enum files_status s;

	if (offset > FILES_OFFSET_MAX)
		return failed(FILES_E_ARGUMENT);
	if (now == trees && f->connection == now->connection
	    && copy_get(now->server, now->block.at, f, offset, to, bytes))
		return (long)bytes;
	s = FILE_REQUEST(f, files_read(now->server, f->handle, offset, at_most(bytes), &out));
	if (s != FILES_OK)
		return failed(s);
	if (out.got > at_most(bytes))
		return failed(FILES_E_DEVICE);
	memcpy(to, now->block.at, out.got);
	return (long)out.got;
}

static enum files_status put(struct files_file *f, uint64_t offset, struct files_write_out *out, size_t bytes)
{
	return FILE_REQUEST(f, files_write(now->server, f->handle, 0, offset, bytes, out));
}

static long put_bytes(struct files_file *f, uint64_t offset, const void *from, size_t bytes)
{
	struct files_write_out out = { 0 };
	enum files_status s;
	size_t done = 0;

	if (offset > FILES_OFFSET_MAX - now->block.bytes)
		return failed(FILES_E_LARGE);
	bytes = at_most(bytes);
	do {
		memcpy(now->block.at, (const char *)from + done, bytes - done);
		s = put(f, offset + done, &out, bytes - done);
		if (s == FILES_OK && out.put > bytes - done)
			s = FILES_E_DEVICE;
		if (s == FILES_OK)
			done += out.put;
	} while (s == FILES_OK && out.put > 0 && done < bytes);
	return s == FILES_OK || done > 0 ? (long)done : failed(s);
}

static enum files_status describe(struct files_file *f, struct files_stat_out *out)
{
	return FILE_REQUEST(f, files_stat(now->server, f->handle, out));
}

/* After a request that was not answered: how many of its bytes are in the file? */
static enum files_status was_put(struct files_file *f, uint64_t at, const void *from, size_t bytes,
				 L4_Word_t *put)
{
	struct files_read_out out = { 0 };
	enum files_status s = FILE_REQUEST(f, files_read(now->server, f->handle, at, bytes, &out));

	*put = s == FILES_OK && out.got <= bytes && memcmp(now->block.at, from, out.got) == 0 ? out.got : 0;
	return s;
}

/* The size is found first; the server writes only if it is that still. */
static long append(struct files_file *f, uint64_t *offset, const void *from, size_t bytes)
{
	struct files_write_out out = { 0 };
	struct files_stat_out stat;
	enum files_status s;

	bytes = at_most(bytes);
	for (;;) {
		s = describe(f, &stat);
		if (s != FILES_OK)
			return failed(s);
		memcpy(now->block.at, from, bytes);
		s = files_write(now->server, f->handle, FILES_APPEND, stat.size, bytes, &out);
		*offset = stat.size;
		if (s == FILES_LOST) {
			s = was_put(f, stat.size, from, bytes, &out.put);
			if (s == FILES_OK && out.put == 0)
				continue;
		}
		if (s != FILES_E_MOVED && s != FILES_E_HANDLE && s != FILES_E_MORE)
			return s == FILES_OK ? (long)out.put : failed(s);
	}
}

enum files_status files_set_lock(struct files_file *f, L4_Word_t kind, uint64_t from, uint64_t to)
{
	f->locked |= kind != FILES_UNLOCK;
	return WITH(f->path, FILE_REQUEST(f, files_lock(now->server, f->handle, kind, from, to)));
}

enum files_status files_find_lock(struct files_file *f, L4_Word_t kind, uint64_t from, uint64_t to,
				  struct files_locked_out *out)
{
	return WITH(f->path, FILE_REQUEST(f, files_locked(now->server, f->handle, kind, from, to, out)));
}

enum files_status files_set_size(struct files_file *f, uint64_t size)
{
	return size > FILES_OFFSET_MAX ? FILES_E_LARGE
				       : WITH(f->path, FILE_REQUEST(f, files_resize(now->server, f->handle, size)));
}

/* Is it whole, and does its name end in it? The server's word is not enough. */
static bool is_entry(const struct files_entry *e, size_t room)
{
	return e->bytes >= sizeof *e && e->bytes <= room && e->bytes % _Alignof(struct files_entry) == 0
	       && memchr((const char *)e + offsetof(struct files_entry, name), 0,
			 e->bytes - offsetof(struct files_entry, name));
}

static long entries(struct files_file *f, uint64_t position, void *to, size_t bytes)
{
	struct files_list_out out = { 0 };
	enum files_status s = FILE_REQUEST(f, files_list(now->server, f->handle, (L4_Word_t)position, &out));
	size_t used = 0;

	if (s != FILES_OK)
		return failed(s);
	while (used + sizeof(struct files_entry) <= out.got && used < now->block.bytes) {
		const struct files_entry *e = (const struct files_entry *)((char *)now->block.at + used);

		if (!is_entry(e, now->block.bytes - used) || e->bytes > bytes - used)
			break;
		used += e->bytes;
	}
	memcpy(to, now->block.at, used);
	return out.got && !used ? failed(FILES_E_ARGUMENT) : (long)used;
}

/* ---- names ---- */

static enum files_status describe_path(const char *path, bool link, struct files_stat_out *out)
{
	struct files_look_out look = { 0 };
	enum files_status s = REQUEST(files_look(now->server, link, below(path), &look));

	*out = (struct files_stat_out){
		.mode = look.mode, .size = look.size, .inode = look.inode, .links = look.links,
		.sectors = look.sectors, .modified = look.modified, .changed = look.changed,
		.accessed = look.accessed,
	};
	return s;
}

enum files_status files_move(const char *old, const char *fresh)
{
	if (tree_of(old) != tree_of(fresh))
		return FILES_E_ACROSS;
	return WITH(old, CHANGE(files_rename(now->server, now->turn, below(old), below(fresh))));
}

enum files_status files_set(struct files_file *f, const struct files_attributes *a)
{
	return WITH(f->path, FILE_REQUEST(f, files_change(now->server, f->handle, a->what, a->mode, a->accessed,
							  a->modified, "")));
}

enum files_status files_set_path(const char *path, const struct files_attributes *a)
{
	return WITH(path, REQUEST(files_change(now->server, 0, a->what, a->mode, a->accessed, a->modified,
						    below(path))));
}

enum files_status files_add_name(const char *old, const char *fresh)
{
	if (tree_of(old) != tree_of(fresh))
		return FILES_E_ACROSS;
	return WITH(old, CHANGE(files_link(now->server, now->turn, below(old), below(fresh))));
}

enum files_status files_truncate(const char *path, uint64_t size)
{
	return size > FILES_OFFSET_MAX ? FILES_E_LARGE
				       : WITH(path, REQUEST(files_resize_path(now->server, size, below(path))));
}

enum files_status files_remove(const char *path)
{
	return WITH(path, CHANGE(files_unlink(now->server, now->turn, below(path))));
}

enum files_status files_make_directory(const char *path)
{
	return WITH(path, CHANGE(files_mkdir(now->server, now->turn, below(path))));
}

enum files_status files_remove_directory(const char *path)
{
	return WITH(path, CHANGE(files_rmdir(now->server, now->turn, below(path))));
}

/* *seen: the count of losses up to which the caller has got an error. */
static enum files_status flush(bool clean, L4_Word_t *seen)
{
	struct files_sync_out out;
	enum files_status s;
	unsigned n = 0;

	do {
		out = (struct files_sync_out){ 0 };
		s = REQUEST(files_sync(now->server, clean, &out));
	} while (s == FILES_OK && out.more && ++n < SYNCS_MAX);
	if (s != FILES_OK || out.losses == *seen)
		return s;
	*seen = out.losses;
	return FILES_E_DEVICE;
}

enum files_status files_flush(bool clean)
{
	return WITH("", flush(clean, &now->losses));
}

enum files_status files_flush_file(struct files_file *f)
{
	return WITH(f->path, flush(false, &f->losses));
}

enum files_status files_free(const char *path, struct files_space_out *out)
{
	return WITH(path, REQUEST(files_space(now->server, out)));
}

static struct asked { const char *name; uint64_t first, sectors; } asked_for;

static enum files_status ask_for_disk(void)
{
	L4_ThreadId_t lender;
	enum files_status s;

	do
		s = pecan_lookup(FILES_NAME, false, &lender) == NAMES_OK
		    ? files_lend(lender, asked_for.first, asked_for.sectors, asked_for.name) : FILES_LOST;
	while (s == FILES_E_MORE);
	return s;
}

/*
 * Not by begin: a disk that cannot be mounted has no connections. A server that is about to be started, or to
 * open the disk, would mount it later, while the caller writes to it: so it is waited for.
 */
enum files_status files_borrow(const char *name, uint64_t first, uint64_t sectors)
{
	asked_for = (struct asked){ name, first, sectors };
	return wait_for(ask_for_disk, true);
}

/* ---- one thread at a time ---- */

enum files_status files_use(struct files_file *f, const char *path, L4_Word_t flags)
{
	return WITH(path, use(f, path, flags));
}

long files_get(struct files_file *f, uint64_t offset, void *to, size_t bytes)
{
	return WITH(f->path, get_bytes(f, offset, to, bytes));
}

long files_put(struct files_file *f, uint64_t offset, const void *from, size_t bytes)
{
	return WITH(f->path, put_bytes(f, offset, from, bytes));
}

long files_append(struct files_file *f, uint64_t *offset, const void *from, size_t bytes)
{
	return WITH(f->path, append(f, offset, from, bytes));
}

enum files_status files_describe(struct files_file *f, struct files_stat_out *out)
{
	return WITH(f->path, describe(f, out));
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
	return WITH(f->path, entries(f, position, to, bytes));
}

enum files_status files_describe_path(const char *path, struct files_stat_out *out)
{
	return WITH(path, describe_path(path, false, out));
}

enum files_status files_describe_link(const char *path, struct files_stat_out *out)
{
	return WITH(path, describe_path(path, true, out));
}

enum files_status files_make_link(const char *target, const char *path)
{
	return WITH(path, CHANGE(files_symlink(now->server, now->turn, target, below(path))));
}

enum files_status files_read_link(const char *path, struct files_readlink_out *out)
{
	return WITH(path, REQUEST(files_readlink(now->server, below(path), out)));
}

static enum files_status hold(struct files_file *f, unsigned lost, struct files_held *h)
{
	enum files_status s = now->connection && now->connection == lost ? connect(true) : begin();

	if (s == FILES_OK && f)
		s = FILE_REQUEST(f, FILES_OK);
	*h = (struct files_held){ now->server, now->connection, f ? f->handle : 0 };
	return s;
}

enum files_status files_hold(struct files_file *f, unsigned lost, struct files_held *h)
{
	return f && files_in_memory(f->path) ? FILES_E_KIND : WITH("", hold(f, lost, h));
}

void files_leave(void)
{
	lock();
	for (struct tree *t = trees; t < trees + sizeof trees / sizeof *trees; t++) {
		if (t->block.at)
			pecan_dma_free(&t->block);
		t->connection = 0;
	}
	unlock();
}
