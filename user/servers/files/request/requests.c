/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * requests.c - what clients ask for (user/proto/files.idl): the handlers of the requests.
 */
#include <l4/pecan.h>
#include <pecan/file_clients.h>
#include <pecan/file_locks.h>
#include <pecan/marks.h>
#include <pecan/server.h>
#include <servers/files/cache/cache.h>
#include <servers/files/cache/keep.h>
#include <servers/files/cache/marks.h>
#include <servers/files/file/attribute.h>
#include <servers/files/file/content.h>
#include <servers/files/file/list.h>
#include <servers/files/file/operation.h>
#include <servers/files/file/tree.h>
#include <servers/files/mount/mount.h>
#include <servers/files/names/path.h>
#include <servers/files/names/work.h>
#include <servers/files/volume/flags.h>
#include <servers/files/volume/inode.h>
#include <servers/files/volume/io.h>
#include <servers/files/volume/volume.h>

#include "requests.h"
#include "ring.h"

enum { GENERATION_SHIFT = 32 };

/* ---- what requests have in common ---- */

bool permit_files(struct files_caller *c)
{
	return pecan_may_use(c->thread);
}

static enum files_status need_volume(void)
{
	if (mount_is_lent())
		return FILES_E_LENT;
	return volume_is_there() ? FILES_OK : FILES_E_NO_DISK;
}

static enum files_status need(struct files_caller *c, bool client, bool write)
{
	enum files_status s = need_volume();

	if (s != FILES_OK)
		return s;
	if (write)
		volume_tick();
	if (write && volume_is_read_only())
		return FILES_E_READ_ONLY;
	c->task = pecan_client_task(c->thread);
	c->client = client_of(c->task);
	permit_client(c->thread, c->task);
	return client && !c->client ? FILES_E_HANDLE : FILES_OK;
}

static enum files_status need_file(struct files_caller *c, L4_Word_t handle, struct open_file **f)
{
	enum files_status s = need(c, true, false);

	if (s != FILES_OK)
		return s;
	*f = client_file(c->client, handle);
	return *f ? FILES_OK : FILES_E_HANDLE;
}

enum files_status request_file(L4_Word_t task, L4_Word_t handle, struct open_file **f)
{
	enum files_status s = need_volume();
	const struct client *c = client_of(task);

	*f = task != 0 && c && s == FILES_OK ? client_file(c, handle) : NULL;
	return s != FILES_OK || *f ? s : FILES_E_HANDLE;
}

/* From here on, up to end_reading, the request only reads: with an attempt, and in pieces. */
static void begin_reading(struct attempt *a)
{
	io_enter(a);
	work_bound();
}

static enum files_status end_reading(errcode_t e)
{
	io_leave();
	return tree_status(e);
}

/* ---- files ---- */

enum files_status serve_files_attach(struct files_caller *c, const struct files_attach_in *in,
				     struct files_attach_out *out)
{
	out->losses = keep_losses();
	if (mount_is_lent())
		return FILES_E_LENT;
	return volume ? client_attach(pecan_client(c->thread), in->block) : FILES_E_NO_DISK;
}

/* The end of an operation that does all of a request, if e is 0 (FILES_OPEN, turn). */
static errcode_t end_turn(const struct files_caller *c, L4_Word_t turn, errcode_t e)
{
	if (!e)
		keep_promise(c->task, turn);
	e = operation_end(e);
	keep_promise(0, 0);			/* nothing was changed, or not in one commit */
	return e;
}

static errcode_t find_or_create(const struct files_caller *c, const struct files_open_in *in,
				struct open_file *f)
{
	struct place p;
	errcode_t e = f->writes ? path_walk(NULL, in->path, true, PERMIT_WRITE, &p)
				: path_walk(c->attempt, in->path, true, PERMIT_READ, &p);

	f->inode = p.inode;
	f->permitted = permit_path(p.path, PERMIT_WRITE);
	if (!e && p.inode == 0)
		e = EXT2_ET_FILE_NOT_FOUND;
	if (!e && (in->flags & FILES_CREATE) && (in->flags & FILES_EXCLUSIVE)
	    && !keep_is_done(c->task, in->turn))
		return EXT2_ET_FILE_EXISTS;
	if (e != EXT2_ET_FILE_NOT_FOUND || !(in->flags & FILES_CREATE))
		return e;
	return operation_lacks_space(end_turn(c, in->turn, tree_create(in->path, &f->inode)));
}

/* One step: TREE_MORE if it was not the last one. */
static errcode_t resize(ext2_ino_t inode, uint64_t size)
{
	bool again;
	errcode_t e = operation_end(content_resize(inode, size, &again));

	if (!e && again)
		e = operation_sync(false);
	return e || !again ? e : TREE_MORE;
}

/* What will be done with a file that is opened with these flags. */
static unsigned actions_of(L4_Word_t flags)
{
	if (flags & FILES_TRUNCATE)
		return FLAG_WRITE;
	return flags & FILES_APPEND ? FLAG_APPEND : flags & FILES_WRITE ? FLAG_WRITE : FLAG_READ;
}

enum files_status serve_files_open(struct files_caller *c, const struct files_open_in *in,
				   struct files_open_out *out)
{
	bool writes = in->flags != 0;
	enum files_status s = need(c, true, writes);
	struct open_file f = { .client = c->client, .writes = writes };
	struct ext2_inode inode;
	errcode_t e;

	if (s == FILES_OK && !client_has_place(c->client))
		s = FILES_E_LIMIT;
	if (s != FILES_OK)
		return s;
	if (!writes)
		begin_reading(c->attempt);
	e = find_or_create(c, in, &f);
	if (!e)
		e = inode_read(f.inode, &inode);
	io_leave();			/* also if it writes, and has not entered */
	if (e || attempt_has_missed(c->attempt))
		return tree_status(e);
	f.directory = LINUX_S_ISDIR(inode.i_mode);
	if (f.directory && writes)
		return FILES_E_DIRECTORY;
	if (!f.directory && !LINUX_S_ISREG(inode.i_mode))
		return FILES_E_KIND;
	if (!f.directory)
		e = flags_check(&inode, actions_of(in->flags));
	if (!e && (in->flags & FILES_TRUNCATE))
		e = resize(f.inode, 0);
	if (e)
		return tree_status(e);
	*out = (struct files_open_out){
		.handle = client_open(&f), .mode = inode.i_mode, .size = EXT2_I_SIZE(&inode),
		.number = f.inode | (uint64_t)inode.i_generation << GENERATION_SHIFT,
		.losses = keep_losses(),
	};
	if (in->flags & FILES_TRUNCATE)
		out->size = 0;
	return FILES_OK;
}

enum files_status serve_files_close(struct files_caller *c, const struct files_close_in *in)
{
	struct open_file *f;
	enum files_status s = need_file(c, in->handle, &f);

	if (s == FILES_OK)
		client_close(f);
	return s;
}

enum files_status request_read(struct attempt *a, struct open_file *f, uint64_t offset, char *to,
			       size_t *bytes)
{
	struct tree_buffer list = { .to = to, .room = *bytes, .ahead = offset > 0 && offset == f->next };
	errcode_t e;

	begin_reading(a);
	e = f->directory ? TREE_DIRECTORY : content_read(a, f->inode, offset, &list);
	if (!attempt_has_missed(a) && e != TREE_MORE)
		f->next = offset + list.used;
	*bytes = list.used;
	return end_reading(e);
}

enum files_status serve_files_read(struct files_caller *c, const struct files_read_in *in,
				   struct files_read_out *out)
{
	struct open_file *f;
	enum files_status s = need_file(c, in->handle, &f);
	size_t bytes = in->bytes;

	if (s != FILES_OK)
		return s;
	if (bytes > c->client->block.bytes)
		return FILES_E_ARGUMENT;
	s = request_read(c->attempt, f, in->offset, c->client->block.at, &bytes);
	out->got = bytes;
	return s;
}

enum files_status serve_files_marks(struct files_caller *c, struct files_marks_out *out)
{
	enum files_status s = need(c, true, false);
	const void *table;
	L4_Fpage_t f;

	if (s != FILES_OK)
		return s;
	table = marks_table(c->task);
	if (!table)
		return FILES_E_LIMIT;
	f = L4_Fpage((L4_Word_t)table, MARKS_PAGE);
	L4_Set_Rights(&f, L4_Readable);
	out->table = L4_MapItemNoRevoke(f, 0);
	return FILES_OK;
}

enum files_status serve_files_copy(struct files_caller *c, const struct files_copy_in *in,
				   struct files_copy_out *out)
{
	struct files_read_in read = { in->handle, in->offset, MARKS_PAGE };
	struct files_read_out got = { 0 };
	enum files_status s;

	if (in->offset % MARKS_PAGE != 0)
		return FILES_E_ARGUMENT;
	s = serve_files_read(c, &read, &got);
	if (s == FILES_E_MORE)
		work_progress()->read = 0;	/* the mark is of one moment */
	if (s == FILES_OK && got.got == MARKS_PAGE && !attempt_has_missed(c->attempt))
		out->mark = marks_set(c->task, client_file(c->client, in->handle)->inode,
				      in->offset / MARKS_PAGE);
	return s;
}

/* Bytes beyond a lack of space are not written. */
static errcode_t write_all(const struct open_file *f, uint64_t offset, const char *from, size_t *bytes)
{
	errcode_t e = operation_lacks_space(operation_end(content_write(f->inode, offset, from, bytes)));

	while (e == EXT2_ET_BLOCK_ALLOC_FAIL && *bytes > volume->blocksize) {
		*bytes /= 2;
		e = operation_end(content_write(f->inode, offset, from, bytes));
	}
	return e;
}

enum files_status request_write(struct open_file *f, uint64_t offset, const char *from, size_t *bytes)
{
	if (!f->writes)
		return FILES_E_ARGUMENT;
	volume_tick();
	return tree_status(write_all(f, offset, from, bytes));
}

enum files_status serve_files_write(struct files_caller *c, const struct files_write_in *in,
				    struct files_write_out *out)
{
	struct open_file *f;
	enum files_status s = need_file(c, in->handle, &f);
	struct ext2_inode inode;
	size_t bytes = in->bytes;
	errcode_t e;

	if (s != FILES_OK)
		return s;
	if (!f->writes || bytes > c->client->block.bytes || (in->flags & ~(L4_Word_t)FILES_APPEND))
		return FILES_E_ARGUMENT;
	if (in->flags & FILES_APPEND) {
		e = inode_read(f->inode, &inode);
		if (e || EXT2_I_SIZE(&inode) != in->offset)
			return e ? tree_status(e) : FILES_E_MOVED;
	}
	s = request_write(f, in->offset, c->client->block.at, &bytes);
	out->put = bytes;
	return s;
}

enum files_status serve_files_resize(struct files_caller *c, const struct files_resize_in *in)
{
	struct open_file *f;
	enum files_status s = need_file(c, in->handle, &f);

	if (s != FILES_OK)
		return s;
	volume_tick();
	return f->writes ? tree_status(resize(f->inode, in->size)) : FILES_E_ARGUMENT;
}

enum files_status serve_files_resize_path(struct files_caller *c, const struct files_resize_path_in *in)
{
	enum files_status s = need(c, false, true);
	struct ext2_inode inode;
	ext2_ino_t number;
	errcode_t e;

	if (s != FILES_OK)
		return s;
	e = path_find(NULL, in->path, true, PERMIT_WRITE, &number);
	if (!e)
		e = inode_read(number, &inode);
	if (!e && LINUX_S_ISDIR(inode.i_mode))
		e = TREE_DIRECTORY;
	else if (!e && !LINUX_S_ISREG(inode.i_mode))
		e = TREE_KIND;
	return tree_status(e ? e : resize(number, in->size));
}

enum files_status serve_files_stat(struct files_caller *c, const struct files_stat_in *in,
				   struct files_stat_out *out)
{
	struct open_file *f;
	enum files_status s = need_file(c, in->handle, &f);

	if (s != FILES_OK)
		return s;
	begin_reading(c->attempt);
	return end_reading(attribute_read(f->inode, out));
}

enum files_status serve_files_change(struct files_caller *c, const struct files_change_in *in)
{
	struct open_file *f = NULL;
	enum files_status s = need(c, false, true);
	ext2_ino_t number;
	errcode_t e = 0;

	if (s == FILES_OK && in->handle)
		s = need_file(c, in->handle, &f);
	if (s != FILES_OK)
		return s;
	if (f && !f->permitted)
		return FILES_E_DENIED;
	if (f)
		number = f->inode;
	else
		e = path_find(NULL, in->path, !(in->what & FILES_OF_LINK), PERMIT_WRITE, &number);
	return tree_status(e ? e : operation_end(attribute_change(number, in)));
}

/* ---- locks ---- */

enum files_status serve_files_lock(struct files_caller *c, const struct files_lock_in *in)
{
	struct open_file *f;
	enum files_status s = need_file(c, in->handle, &f);

	return s == FILES_OK ? lock_change(f, in) : s;
}

enum files_status serve_files_locked(struct files_caller *c, const struct files_locked_in *in,
				     struct files_locked_out *out)
{
	struct open_file *f;
	enum files_status s = need_file(c, in->handle, &f);

	if (s == FILES_OK)
		lock_find(f, in, out);
	return s;
}

/* ---- names ---- */

enum files_status serve_files_look(struct files_caller *c, const struct files_look_in *in,
				   struct files_look_out *out)
{
	enum files_status s = need(c, false, false);
	struct files_stat_out stat = { 0 };
	ext2_ino_t inode;
	errcode_t e;

	if (s != FILES_OK)
		return s;
	begin_reading(c->attempt);
	e = path_find(c->attempt, in->path, !in->link, PERMIT_PASS, &inode);
	if (!e)
		e = attribute_read(inode, &stat);
	*out = file_look(&stat);
	return end_reading(e);
}

enum files_status serve_files_list(struct files_caller *c, const struct files_list_in *in,
				   struct files_list_out *out)
{
	struct open_file *f;
	enum files_status s = need_file(c, in->handle, &f);
	struct tree_buffer list = { 0 };
	errcode_t e;

	if (s != FILES_OK)
		return s;
	if (!f->directory)
		return FILES_E_NO_DIRECTORY;
	list.to = c->client->block.at;
	list.room = c->client->block.bytes < FILES_BLOCK_MAX ? c->client->block.bytes : FILES_BLOCK_MAX;
	begin_reading(c->attempt);
	e = list_read(c->attempt, f->inode, in->position, &list);
	out->got = list.used;
	return end_reading(e);
}

/* No room for a name that is removed: the next part of what others have removed is freed. */
static errcode_t free_more(errcode_t e)
{
	errcode_t synced = e == TREE_MORE ? operation_sync(false) : 0;

	return synced ? synced : e;
}

/* The new name is on the disk before the old one is removed. A repeated request finds what was done. */
static errcode_t rename_by_halves(const struct files_caller *c, const struct files_rename_in *in)
{
	ext2_ino_t half = 0;
	errcode_t e = tree_rename(in->old, in->fresh, &half);

	e = free_more(half ? operation_end(e) : end_turn(c, in->turn, e));
	if (!e && half) {
		e = operation_sync(false);
		if (!e)
			e = free_more(end_turn(c, in->turn, tree_rename(in->old, in->fresh, &half)));
		if (e)
			return e;
	}
	keep_drop_renamed(half);
	return e;
}

enum files_status serve_files_rename(struct files_caller *c, const struct files_rename_in *in)
{
	enum files_status s = need(c, false, true);

	if (s != FILES_OK || keep_is_done(c->task, in->turn))
		return s;
	return tree_status(rename_by_halves(c, in));
}

static enum files_status change(struct files_caller *c, L4_Word_t turn, errcode_t (*fn)(const char *),
				const char *path)
{
	enum files_status s = need(c, false, true);
	errcode_t e;

	if (s != FILES_OK || keep_is_done(c->task, turn))
		return s;
	e = end_turn(c, turn, fn(path));
	return tree_status(operation_lacks_space(free_more(e)));
}

enum files_status serve_files_unlink(struct files_caller *c, const struct files_unlink_in *in)
{
	return change(c, in->turn, tree_unlink, in->path);
}

/* The name is on the disk before the other one can be removed, also if it is there since a first try. */
enum files_status serve_files_link(struct files_caller *c, const struct files_link_in *in)
{
	enum files_status s = need(c, false, true);
	errcode_t e = 0;

	if (s != FILES_OK)
		return s;
	if (!keep_is_done(c->task, in->turn))
		e = operation_lacks_space(end_turn(c, in->turn, tree_link(in->old, in->fresh)));
	return tree_status(e ? e : operation_sync(false));
}

enum files_status serve_files_symlink(struct files_caller *c, const struct files_symlink_in *in)
{
	enum files_status s = need(c, false, true);

	if (s != FILES_OK || keep_is_done(c->task, in->turn))
		return s;
	return tree_status(operation_lacks_space(end_turn(c, in->turn, tree_symlink(in->target, in->path))));
}

enum files_status serve_files_readlink(struct files_caller *c, const struct files_readlink_in *in,
				       struct files_readlink_out *out)
{
	enum files_status s = need(c, false, false);

	if (s != FILES_OK)
		return s;
	begin_reading(c->attempt);
	return end_reading(tree_read_link(c->attempt, in->path, out->target));
}

enum files_status serve_files_mkdir(struct files_caller *c, const struct files_mkdir_in *in)
{
	return change(c, in->turn, tree_mkdir, in->path);
}

enum files_status serve_files_rmdir(struct files_caller *c, const struct files_rmdir_in *in)
{
	return change(c, in->turn, tree_rmdir, in->path);
}

/* ---- the whole ---- */

/* A loss is no status: the caller gets its count, so that it knows of each one once. */
enum files_status request_sync(bool clean, struct files_sync_out *out)
{
	uint64_t before = keep_losses();
	enum files_status s = need_volume();
	errcode_t e;

	if (s != FILES_OK)
		return s;
	volume_tick();
	if (clean)
		client_drop_ended();
	e = operation_sync(clean);
	out->losses = keep_losses();
	out->more = clean && !e && operation_has_more();
	return out->losses == before ? tree_status(e) : FILES_OK;
}

enum files_status serve_files_sync(struct files_caller *c, const struct files_sync_in *in,
				   struct files_sync_out *out)
{
	(void)c;
	return request_sync(in->clean, out);
}

enum files_status serve_files_space(struct files_caller *c, struct files_space_out *out)
{
	enum files_status s = need(c, false, false);

	if (s != FILES_OK)
		return s;
	*out = (struct files_space_out){
		.block_bytes = volume->blocksize, .cached = cache_clean_bytes(),
		.blocks = ext2fs_blocks_count(volume->super), .free_blocks = ext2fs_free_blocks_count(volume->super),
		.inodes = volume->super->s_inodes_count, .free_inodes = volume->super->s_free_inodes_count,
		.state = (volume_is_unclean() ? FILES_UNCLEAN : 0) | (volume_is_read_only() ? FILES_UNWRITABLE : 0),
	};
	return FILES_OK;
}

/* ---- rings ---- */

enum files_status serve_files_ring(struct files_caller *c, const struct files_ring_in *in)
{
	enum files_status s = need(c, true, false);

	return s == FILES_OK || in->block == 0 ? ring_attach(pecan_client(c->thread), in->block) : s;
}

enum files_status serve_files_bell(struct files_caller *c, const struct files_bell_in *in)
{
	return ring_bell(pecan_client_task(c->thread), c->thread, in);
}

/* Also if no file system could be mounted: e2fsck may mend it. */
enum files_status serve_files_lend(struct files_caller *c, const struct files_lend_in *in)
{
	L4_Word_t task = pecan_client_task(c->thread);

	permit_client(c->thread, task);
	if (!permit_path("", PERMIT_WRITE))
		return FILES_E_DENIED;
	if (mount_is_lent())
		return FILES_E_LENT;
	if (!mount_has_disk())
		return FILES_E_NO_DISK;
	return cache_is_disk(in->name, in->first, in->sectors) ? mount_lend(task) : FILES_E_PART;
}
