/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * files.c - a file server whose disk is a table of paths, and which does what <proto/files.h> says as simply
 * as possible. Tests look into the table, and say which errors there are.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <pecan/file_time.h>
#include <pecan/files.h>
#include <proto/files_server.h>
#include "disk_fake.h"
#include "servers.h"

enum { HANDLES = 80 };

struct files_caller { int unused; };

struct disk disk;
static struct node *handles[HANDLES];		/* handle n is at n - 1 */
static char *block;
static size_t block_bytes;

/* ---- the table ---- */

struct node *disk_node(const char *path)
{
	for (struct node *n = disk.nodes; n < disk.nodes + DISK_NODES; n++)
		if (n->mode && strcmp(n->path, path) == 0)
			return n;
	return NULL;
}

struct node *disk_add(const char *path, unsigned mode, const char *text)
{
	struct node *n = disk.nodes;

	while (n < disk.nodes + DISK_NODES && n->mode)
		n++;
	if (n == disk.nodes + DISK_NODES)
		kernel_stop("the disk of the test is full");
	memset(n, 0, sizeof *n);
	n->mode = mode;
	n->number = ++disk.numbers;
	n->modified = file_time(1000, 1);
	n->changed = file_time(2000, 2);
	n->accessed = file_time(3000, 3);
	strcpy(n->path, path);
	n->size = strlen(text);
	memcpy(n->text, text, n->size);
	return n;
}

static const char *plain(const char *path)
{
	return strcmp(path, "/") == 0 ? "" : path;
}

/* Is it directly in that directory? Then its name. */
static const char *name_in(const struct node *n, const char *directory)
{
	size_t length = strlen(directory);

	if (strncmp(n->path, directory, length) != 0 || n->path[length] != '/')
		return NULL;
	return strchr(n->path + length + 1, '/') ? NULL : n->path + length + 1;
}

struct node *disk_open_node(L4_Word_t handle)
{
	return handle >= 1 && handle <= HANDLES ? handles[handle - 1] : NULL;
}

static enum files_status make(const char *path, unsigned mode, const char *text)
{
	if (disk_node(path))
		return FILES_E_EXISTS;
	if (disk.full)
		return FILES_E_SPACE;
	disk_add(path, mode, text);
	return FILES_OK;
}

static struct node *follow(const char *path)
{
	struct node *n = disk_node(plain(path));

	return n && S_ISLNK(n->mode) ? disk_node(n->text) : n;
}

/* ---- requests ---- */

enum files_status serve_files_attach(struct files_caller *c, const struct files_attach_in *in,
				     struct files_attach_out *out)
{
	(void)c;
	disk.attached++;
	memset(handles, 0, sizeof handles);
	block = block_at(in->block, &block_bytes);
	out->losses = disk.losses;
	return disk.attach != FILES_OK ? disk.attach : block ? FILES_OK : FILES_E_ARGUMENT;
}

static enum files_status open_at(struct node *n, L4_Word_t flags, struct files_open_out *out)
{
	unsigned i = 0;

	while (i < HANDLES && handles[i])
		i++;
	if (i == HANDLES)
		return FILES_E_LIMIT;
	if (S_ISDIR(n->mode) && flags)
		return FILES_E_DIRECTORY;
	if (flags & FILES_TRUNCATE)
		n->size = 0;
	handles[i] = n;
	n->opened++;
	*out = (struct files_open_out){ i + 1, n->mode, n->size, n->number, disk.losses };
	return FILES_OK;
}

enum files_status serve_files_open(struct files_caller *c, const struct files_open_in *in,
				   struct files_open_out *out)
{
	struct node *n = follow(in->path);

	(void)c;
	disk.flags = in->flags;
	if (n && (in->flags & FILES_EXCLUSIVE))
		return FILES_E_EXISTS;
	if (!n && !(in->flags & FILES_CREATE))
		return FILES_E_ABSENT;
	if (!n)
		n = disk_add(in->path, S_IFREG | 0644, "");
	return open_at(n, in->flags & ~(L4_Word_t)FILES_CREATE, out);
}

enum files_status serve_files_close(struct files_caller *c, const struct files_close_in *in)
{
	struct node *n = disk_open_node(in->handle);

	(void)c;
	if (!n)
		return FILES_E_HANDLE;
	n->opened--;
	handles[in->handle - 1] = NULL;
	return FILES_OK;
}

enum files_status serve_files_read(struct files_caller *c, const struct files_read_in *in,
				   struct files_read_out *out)
{
	const struct node *n = disk_open_node(in->handle);
	size_t left = n && in->offset < n->size ? n->size - in->offset : 0;

	(void)c;
	if (!n || disk.read != FILES_OK)
		return n ? disk.read : FILES_E_HANDLE;
	out->got = in->bytes < left ? in->bytes : left;
	memcpy(block, n->text + (left ? in->offset : 0), out->got);
	out->got += disk.lies;
	return FILES_OK;
}

enum files_status serve_files_write(struct files_caller *c, const struct files_write_in *in,
				    struct files_write_out *out)
{
	struct node *n = disk_open_node(in->handle);
	size_t bytes = disk.piece && disk.piece < in->bytes ? disk.piece : in->bytes;

	(void)c;
	if (!n || disk.write != FILES_OK)
		return n ? disk.write : FILES_E_HANDLE;
	if ((in->flags & FILES_APPEND) && in->offset != n->size)
		return FILES_E_MOVED;
	if (disk.moves && in->flags & FILES_APPEND) {
		disk.moves--;
		n->text[n->size++] = '+';
		return FILES_E_MOVED;
	}
	if (in->offset + bytes > sizeof n->text)
		bytes = in->offset < sizeof n->text ? sizeof n->text - in->offset : 0;
	memcpy(n->text + in->offset, block, bytes);
	if (in->offset + bytes > n->size)
		n->size = in->offset + bytes;
	out->put = bytes + disk.lies;
	return FILES_OK;
}

static enum files_status resize(struct node *n, size_t size)
{
	if (!n)
		return FILES_E_ABSENT;
	if (size > sizeof n->text)
		return FILES_E_LARGE;
	if (size > n->size)
		memset(n->text + n->size, 0, size - n->size);
	n->size = size;
	return FILES_OK;
}

enum files_status serve_files_resize(struct files_caller *c, const struct files_resize_in *in)
{
	(void)c;
	return resize(disk_open_node(in->handle), in->size);
}

enum files_status serve_files_resize_path(struct files_caller *c, const struct files_resize_path_in *in)
{
	(void)c;
	return resize(follow(in->path), in->size);
}

/* Both answers have the same words. */
#define DESCRIBE(out, n)										\
	do {												\
		(out)->mode = (n)->mode;								\
		(out)->size = (n)->size;								\
		(out)->inode = (n)->number;								\
		(out)->links = 1;									\
		(out)->sectors = ((n)->size + 511) / 512;						\
		(out)->modified = (n)->modified;							\
		(out)->changed = (n)->changed;								\
		(out)->accessed = (n)->accessed;							\
	} while (0)

enum files_status serve_files_stat(struct files_caller *c, const struct files_stat_in *in,
				   struct files_stat_out *out)
{
	const struct node *n = disk_open_node(in->handle);

	(void)c;
	if (!n)
		return FILES_E_HANDLE;
	DESCRIBE(out, n);
	return FILES_OK;
}

enum files_status serve_files_look(struct files_caller *c, const struct files_look_in *in,
				   struct files_look_out *out)
{
	const struct node *n = in->link ? disk_node(plain(in->path)) : follow(in->path);

	(void)c;
	if (!n)
		return FILES_E_ABSENT;
	DESCRIBE(out, n);
	return FILES_OK;
}

enum files_status serve_files_change(struct files_caller *c, const struct files_change_in *in)
{
	struct node *n = in->handle ? disk_open_node(in->handle)
		       : in->what & FILES_OF_LINK ? disk_node(in->path) : follow(in->path);

	(void)c;
	if (!n)
		return FILES_E_ABSENT;
	if (in->what & FILES_SET_MODE)
		n->mode = (n->mode & S_IFMT) | (unsigned)in->mode;
	if (in->what & FILES_SET_ACCESSED)
		n->accessed = in->accessed;
	if (in->what & FILES_SET_MODIFIED)
		n->modified = in->modified;
	return FILES_OK;
}

enum files_status serve_files_lock(struct files_caller *c, const struct files_lock_in *in)
{
	(void)c;
	disk.locks++;
	disk.lock_kind = in->kind;
	disk.lock_first = in->first;
	disk.lock_last = in->last;
	if (disk.locked && in->kind != FILES_UNLOCK) {
		disk.locked--;
		return FILES_E_LOCKED;
	}
	return disk.lock;
}

enum files_status serve_files_locked(struct files_caller *c, const struct files_locked_in *in,
				     struct files_locked_out *out)
{
	(void)c;
	disk.lock_kind = in->kind;
	disk.lock_first = in->first;
	disk.lock_last = in->last;
	*out = disk.other;
	return disk.lock;
}

enum files_status serve_files_list(struct files_caller *c, const struct files_list_in *in,
				   struct files_list_out *out)
{
	const struct node *directory = disk_open_node(in->handle);

	(void)c;
	if (!directory)
		return FILES_E_HANDLE;
	if (!S_ISDIR(directory->mode))
		return FILES_E_NO_DIRECTORY;
	if (disk.list) {
		memcpy(block, disk.list, disk.list_bytes);
		out->got = disk.list_bytes;
		return FILES_OK;
	}
	for (size_t i = in->position; i < DISK_NODES; i++) {
		const struct node *n = &disk.nodes[i];
		const char *name = n->mode ? name_in(n, directory->path) : NULL;
		struct files_entry *e = (struct files_entry *)(block + out->got);

		if (!name || !*name)
			continue;
		*e = (struct files_entry){ n->number, i + 1, 0, S_ISDIR(n->mode) ? 2 : 1, "" };
		e->bytes = (uint16_t)((offsetof(struct files_entry, name) + strlen(name) + 8) & ~7ul);
		if (e->bytes < sizeof *e)
			e->bytes = sizeof *e;
		memcpy((char *)e + offsetof(struct files_entry, name), name, strlen(name) + 1);
		out->got += e->bytes;
	}
	return FILES_OK;
}

enum files_status serve_files_rename(struct files_caller *c, const struct files_rename_in *in)
{
	struct node *n = disk_node(in->old), *other = disk_node(in->fresh);

	(void)c;
	if (!n)
		return FILES_E_ABSENT;
	if (other && S_ISDIR(other->mode))
		return FILES_E_DIRECTORY;
	if (other)
		other->mode = 0;
	strcpy(n->path, in->fresh);
	return FILES_OK;
}

enum files_status serve_files_link(struct files_caller *c, const struct files_link_in *in)
{
	const struct node *n = disk_node(in->old);

	(void)c;
	if (disk.link != FILES_OK)
		return disk.link;
	if (!n)
		return FILES_E_ABSENT;
	return S_ISDIR(n->mode) ? FILES_E_DIRECTORY : make(in->fresh, n->mode, n->text);
}

enum files_status serve_files_unlink(struct files_caller *c, const struct files_unlink_in *in)
{
	struct node *n = disk_node(in->path);

	(void)c;
	if (!n)
		return FILES_E_ABSENT;
	if (S_ISDIR(n->mode))
		return FILES_E_DIRECTORY;
	n->mode = 0;
	return FILES_OK;
}

enum files_status serve_files_symlink(struct files_caller *c, const struct files_symlink_in *in)
{
	(void)c;
	return make(in->path, S_IFLNK | 0777, in->target);
}

enum files_status serve_files_readlink(struct files_caller *c, const struct files_readlink_in *in,
				       struct files_readlink_out *out)
{
	const struct node *n = disk_node(in->path);

	(void)c;
	if (!n || !S_ISLNK(n->mode))
		return n ? FILES_E_ARGUMENT : FILES_E_ABSENT;
	strcpy(out->target, n->text);
	return FILES_OK;
}

enum files_status serve_files_mkdir(struct files_caller *c, const struct files_mkdir_in *in)
{
	(void)c;
	return make(in->path, S_IFDIR | 0755, "");
}

enum files_status serve_files_rmdir(struct files_caller *c, const struct files_rmdir_in *in)
{
	struct node *n = disk_node(in->path);

	(void)c;
	if (!n || !S_ISDIR(n->mode))
		return n ? FILES_E_NO_DIRECTORY : FILES_E_ABSENT;
	for (const struct node *i = disk.nodes; i < disk.nodes + DISK_NODES; i++)
		if (i->mode && name_in(i, in->path))
			return FILES_E_NOT_EMPTY;
	n->mode = 0;
	return FILES_OK;
}

enum files_status serve_files_sync(struct files_caller *c, const struct files_sync_in *in,
				   struct files_sync_out *out)
{
	(void)c;
	disk.syncs++;
	disk.cleans += (unsigned)in->clean;
	out->losses = disk.losses;
	out->more = disk.more ? disk.more-- : 0;
	return FILES_OK;
}

enum files_status serve_files_space(struct files_caller *c, struct files_space_out *out)
{
	(void)c;
	*out = (struct files_space_out){ 1024, 5000, 3000, 70, 60, disk.state, 7 * 1024 };
	return FILES_OK;
}

enum files_status serve_files_lend(struct files_caller *c, const struct files_lend_in *in)
{
	(void)c;
	if (in->first != LENT_FIRST || in->sectors != LENT_SECTORS || strcmp(in->name, LENT_NAME) != 0)
		return FILES_E_PART;
	return disk.lends++ ? FILES_OK : FILES_E_MORE;
}

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

bool permit_files(struct files_caller *c)
{
	(void)c;
	return !disk.refuses;
}

static void note_turn(L4_Word_t label)
{
	if (label != FILES_OPEN && label != FILES_RENAME && label != FILES_LINK && label != FILES_UNLINK
	    && label != FILES_SYMLINK && label != FILES_MKDIR && label != FILES_RMDIR)
		return;
	memmove(disk.turn + 1, disk.turn, sizeof disk.turn - sizeof *disk.turn);
	L4_StoreMR(1, disk.turn);
}

static bool serve(L4_MsgTag_t tag, L4_ThreadId_t from)
{
	struct files_caller c = { 0 };

	(void)from;
	note_turn(L4_Label(tag));
	if (spoiled(tag, FILES_THREAD))
		return true;
	if (!files_serve(tag, &c))
		return false;
	check_request("the file server", FILES_E_REQUEST);
	return true;
}

void disk_restart(void)
{
	memset(handles, 0, sizeof handles);
	disk_rings_begin();
	kernel_server(FILES_THREAD, serve);
}

void files_begin(void)
{
	disk_add("", S_IFDIR | 0755, "");
	disk_add("/file", S_IFREG | 0644, "0123456789");
	disk_add("/folder", S_IFDIR | 0755, "");
	disk_add("/folder/inner", S_IFREG | 0755, "inner");
	disk_add("/link", S_IFLNK | 0777, "/file");
	disk_restart();
}
