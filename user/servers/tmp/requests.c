/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * requests.c - what clients ask for (user/proto/files.idl): the handlers of the requests.
 */
#include <pecan/date.h>
#include <pecan/file_clients.h>
#include <pecan/file_locks.h>
#include <pecan/file_permits.h>
#include <pecan/file_time.h>
#include <pecan/server.h>
#include <string.h>

#include "requests.h"
#include "store.h"
#include "tree.h"

enum { GENERATION_SHIFT = 32, SECTORS = STORE_PAGE / 512 };

static struct lock locks[LOCKS];
static L4_Word_t generation;		/* of the numbers of files: those of the server before are others */

bool requests_begin(unsigned clock, size_t bytes)
{
	client_begin(clock);
	lock_use(locks);
	tree_begin();
	generation = clock;
	return store_begin(bytes);
}

void requests_drop_ended(void)
{
	client_drop_ended();
	tree_sweep();
}

/* ---- what requests have in common ---- */

bool permit_files(struct files_caller *c)
{
	return pecan_may_use(c->thread);
}

static void know(struct files_caller *c)
{
	tree_now = file_time((int64_t)pecan_date(), 0);
	c->who = pecan_client(c->thread);
	c->client = client_of(c->who.task);
	permit_client(c->thread, c->who.task);
}

/* An open file of the caller. */
static enum files_status need(struct files_caller *c, L4_Word_t handle, struct open_file **f, struct node **n)
{
	know(c);
	*f = c->client ? client_file(c->client, handle) : NULL;
	*n = *f ? tree_node((*f)->inode) : NULL;
	return *n ? FILES_OK : FILES_E_HANDLE;
}

static enum files_status find(struct files_caller *c, const char *path, struct node **n)
{
	know(c);
	return tree_find(path, n);
}

static void was_written(struct node *n)
{
	n->modified = n->changed = tree_now;
}

static void resize(struct node *n, uint64_t size)
{
	if (size < n->size)
		store_cut(n->number, size);
	n->size = size;
	was_written(n);
}

/* ---- files ---- */

enum files_status serve_files_attach(struct files_caller *c, const struct files_attach_in *in,
				     struct files_attach_out *out)
{
	enum files_status s = client_attach(pecan_client(c->thread), in->block);

	out->losses = 0;
	tree_sweep();			/* the client may have had files open */
	return s;
}

static enum files_status find_or_make(struct files_caller *c, const struct files_open_in *in, struct node **n)
{
	enum files_status s = find(c, in->path, n);

	if (s == FILES_OK && (in->flags & FILES_CREATE) && (in->flags & FILES_EXCLUSIVE))
		return FILES_E_EXISTS;
	if (s == FILES_E_ABSENT && (in->flags & FILES_CREATE))
		return tree_make(c->who, in->path, MODE_FILE, n);
	return s;
}

enum files_status serve_files_open(struct files_caller *c, const struct files_open_in *in,
				   struct files_open_out *out)
{
	struct open_file f = { .writes = in->flags != 0 };
	struct node *n;
	enum files_status s;

	know(c);
	if (!c->client)
		return FILES_E_HANDLE;
	if (!client_has_place(c->client))
		return FILES_E_LIMIT;
	s = find_or_make(c, in, &n);
	if (s != FILES_OK)
		return s;
	f.directory = tree_is_directory(n);
	f.permitted = tree_permits(c->who, n);
	if (f.directory && f.writes)
		return FILES_E_DIRECTORY;
	if (f.writes && !f.permitted)
		return FILES_E_DENIED;
	if (in->flags & FILES_TRUNCATE)
		resize(n, 0);
	f.client = c->client;
	f.inode = n->number;
	*out = (struct files_open_out){
		.handle = client_open(&f), .mode = n->mode, .size = n->size,
		.number = n->number | (uint64_t)generation << GENERATION_SHIFT,
	};
	return FILES_OK;
}

enum files_status serve_files_close(struct files_caller *c, const struct files_close_in *in)
{
	struct open_file *f;
	struct node *n;
	enum files_status s = need(c, in->handle, &f, &n);

	if (s != FILES_OK)
		return s;
	client_close(f);
	if (n->removed)
		tree_sweep();
	return FILES_OK;
}

/* The part of a file's bytes from..to that is in the page of `from`. */
static size_t piece(uint64_t from, uint64_t to)
{
	uint64_t end = (from / STORE_PAGE + 1) * STORE_PAGE;

	return (size_t)((end < to ? end : to) - from);
}

enum files_status serve_files_read(struct files_caller *c, const struct files_read_in *in,
				   struct files_read_out *out)
{
	struct open_file *f;
	struct node *n;
	enum files_status s = need(c, in->handle, &f, &n);
	uint64_t at = in->offset, end = at + in->bytes;

	if (s != FILES_OK)
		return s;
	if (f->directory)
		return FILES_E_DIRECTORY;
	if (in->bytes > c->client->block.bytes)
		return FILES_E_ARGUMENT;
	for (size_t bytes; at < end && at < n->size; at += bytes) {
		const char *page = store_find(n->number, at / STORE_PAGE);
		char *to = (char *)c->client->block.at + out->got;

		bytes = piece(at, end < n->size ? end : n->size);
		if (page)
			memcpy(to, page + at % STORE_PAGE, bytes);
		else
			memset(to, 0, bytes);
		out->got += bytes;
	}
	return FILES_OK;
}

/* Returns how many bytes there was memory for. */
static size_t write_some(struct files_caller *c, struct node *n, uint64_t from, uint64_t to)
{
	uint64_t at = from;

	for (size_t bytes; at < to; at += bytes) {
		char *page = store_make(c->who, n->number, at / STORE_PAGE);

		if (!page)
			break;
		bytes = piece(at, to);
		memcpy(page + at % STORE_PAGE, (const char *)c->client->block.at + (at - from), bytes);
	}
	if (at > from && at > n->size)
		n->size = at;
	was_written(n);
	return (size_t)(at - from);
}

enum files_status serve_files_write(struct files_caller *c, const struct files_write_in *in,
				    struct files_write_out *out)
{
	struct open_file *f;
	struct node *n;
	enum files_status s = need(c, in->handle, &f, &n);

	if (s != FILES_OK)
		return s;
	if (!f->writes || in->bytes > c->client->block.bytes || (in->flags & ~(L4_Word_t)FILES_APPEND))
		return FILES_E_ARGUMENT;
	if ((in->flags & FILES_APPEND) && n->size != in->offset)
		return FILES_E_MOVED;
	out->put = write_some(c, n, in->offset, in->offset + in->bytes);
	return out->put || !in->bytes ? FILES_OK : FILES_E_SHARE;
}

enum files_status serve_files_resize(struct files_caller *c, const struct files_resize_in *in)
{
	struct open_file *f;
	struct node *n;
	enum files_status s = need(c, in->handle, &f, &n);

	if (s == FILES_OK && !f->writes)
		s = FILES_E_ARGUMENT;
	if (s == FILES_OK)
		resize(n, in->size);
	return s;
}

enum files_status serve_files_resize_path(struct files_caller *c, const struct files_resize_path_in *in)
{
	struct node *n;
	enum files_status s = find(c, in->path, &n);

	if (s != FILES_OK)
		return s;
	if (tree_is_directory(n))
		return FILES_E_DIRECTORY;
	if (!tree_permits(c->who, n))
		return FILES_E_DENIED;
	resize(n, in->size);
	return FILES_OK;
}

static struct files_stat_out describe(const struct node *n)
{
	return (struct files_stat_out){
		.mode = n->mode, .size = n->size, .inode = n->number, .links = !n->removed,
		.sectors = store_pages(n->number) * SECTORS, .modified = n->modified, .changed = n->changed,
		.accessed = n->accessed,
	};
}

enum files_status serve_files_stat(struct files_caller *c, const struct files_stat_in *in,
				   struct files_stat_out *out)
{
	struct open_file *f;
	struct node *n;
	enum files_status s = need(c, in->handle, &f, &n);

	if (s == FILES_OK)
		*out = describe(n);
	return s;
}

static bool is_time(uint64_t wanted)
{
	return wanted == FILES_NOW || file_time_is_valid(wanted);
}

static uint64_t time_of(uint64_t wanted)
{
	return wanted == FILES_NOW ? tree_now : wanted;
}

enum files_status serve_files_change(struct files_caller *c, const struct files_change_in *in)
{
	struct open_file *f;
	struct node *n;
	enum files_status s = in->handle ? need(c, in->handle, &f, &n) : find(c, in->path, &n);

	if (s != FILES_OK)
		return s;
	if (!tree_permits(c->who, n))
		return FILES_E_DENIED;
	if (!is_time(in->accessed) || !is_time(in->modified))
		return FILES_E_ARGUMENT;
	if (in->what & FILES_SET_MODE)
		n->mode = (n->mode & MODE_KIND) | (uint32_t)in->mode;
	if (in->what & FILES_SET_ACCESSED)
		n->accessed = time_of(in->accessed);
	if (in->what & FILES_SET_MODIFIED)
		n->modified = time_of(in->modified);
	n->changed = tree_now;
	return FILES_OK;
}

enum files_status serve_files_lock(struct files_caller *c, const struct files_lock_in *in)
{
	struct open_file *f;
	struct node *n;
	enum files_status s = need(c, in->handle, &f, &n);

	return s == FILES_OK ? lock_change(f, in) : s;
}

enum files_status serve_files_locked(struct files_caller *c, const struct files_locked_in *in,
				     struct files_locked_out *out)
{
	struct open_file *f;
	struct node *n;
	enum files_status s = need(c, in->handle, &f, &n);

	if (s == FILES_OK)
		lock_find(f, in, out);
	return s;
}

/* ---- names ---- */

enum files_status serve_files_look(struct files_caller *c, const struct files_look_in *in,
				   struct files_look_out *out)
{
	struct node *n;
	enum files_status s = find(c, in->path, &n);
	struct files_stat_out stat;

	if (s != FILES_OK)
		return s;
	stat = describe(n);
	*out = file_look(&stat);
	return FILES_OK;
}

enum files_status serve_files_list(struct files_caller *c, const struct files_list_in *in,
				   struct files_list_out *out)
{
	struct open_file *f;
	struct node *n;
	enum files_status s = need(c, in->handle, &f, &n);

	if (s != FILES_OK)
		return s;
	if (!f->directory)
		return FILES_E_NO_DIRECTORY;
	out->got = tree_list(n, in->position, c->client->block.at, c->client->block.bytes);
	return FILES_OK;
}

enum files_status serve_files_rename(struct files_caller *c, const struct files_rename_in *in)
{
	know(c);
	return tree_rename(c->who, in->old, in->fresh);
}

enum files_status serve_files_link(struct files_caller *c, const struct files_link_in *in)
{
	(void)c;
	(void)in;
	return FILES_E_KIND;
}

enum files_status serve_files_unlink(struct files_caller *c, const struct files_unlink_in *in)
{
	know(c);
	return tree_remove(c->who, in->path, false);
}

enum files_status serve_files_symlink(struct files_caller *c, const struct files_symlink_in *in)
{
	(void)c;
	(void)in;
	return FILES_E_KIND;
}

enum files_status serve_files_readlink(struct files_caller *c, const struct files_readlink_in *in,
				       struct files_readlink_out *out)
{
	struct node *n;
	enum files_status s = find(c, in->path, &n);

	(void)out;
	return s == FILES_OK ? FILES_E_ARGUMENT : s;
}

enum files_status serve_files_mkdir(struct files_caller *c, const struct files_mkdir_in *in)
{
	struct node *n;

	know(c);
	return tree_make(c->who, in->path, MODE_DIRECTORY, &n);
}

enum files_status serve_files_rmdir(struct files_caller *c, const struct files_rmdir_in *in)
{
	know(c);
	return tree_remove(c->who, in->path, true);
}

/* ---- the whole ---- */

/* There is nothing that could be lost but all of it. */
enum files_status serve_files_sync(struct files_caller *c, const struct files_sync_in *in,
				   struct files_sync_out *out)
{
	(void)c;
	(void)in;
	*out = (struct files_sync_out){ 0 };
	return FILES_OK;
}

enum files_status serve_files_space(struct files_caller *c, struct files_space_out *out)
{
	(void)c;
	*out = (struct files_space_out){
		.block_bytes = STORE_PAGE, .blocks = store_total(), .free_blocks = store_free(),
		.inodes = NODES - 1, .free_inodes = tree_free(),
	};
	return FILES_OK;
}

/* There is no disk. */
enum files_status serve_files_lend(struct files_caller *c, const struct files_lend_in *in)
{
	(void)c;
	(void)in;
	return FILES_E_ARGUMENT;
}

/* The server marks no copies: its clients read by messages. */
enum files_status serve_files_marks(struct files_caller *c, struct files_marks_out *out)
{
	(void)c;
	(void)out;
	return FILES_E_LIMIT;
}

enum files_status serve_files_copy(struct files_caller *c, const struct files_copy_in *in,
				   struct files_copy_out *out)
{
	(void)c;
	(void)in;
	(void)out;
	return FILES_E_LIMIT;
}

/* Clients have no rings. */
enum files_status serve_files_ring(struct files_caller *c, const struct files_ring_in *in)
{
	(void)c;
	(void)in;
	return FILES_E_LIMIT;
}

enum files_status serve_files_bell(struct files_caller *c, const struct files_bell_in *in)
{
	(void)c;
	(void)in;
	return FILES_E_HANDLE;
}
