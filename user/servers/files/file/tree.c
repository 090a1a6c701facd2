/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tree.c - see tree.h.
 */
#include <string.h>
#include <pecan/files.h>
#include <servers/files/cache/keep.h>
#include <servers/files/names/names.h>
#include <servers/files/names/parked.h>
#include <servers/files/names/path.h>
#include <servers/files/volume/flags.h>
#include <servers/files/volume/inode.h>
#include <servers/files/volume/times.h>
#include <servers/files/volume/volume.h>

#include "operation.h"
#include "tree.h"

enum { FILE_MODE = 0644, TYPE_SHIFT = 12, NAMES_OF_FILE = 65000 };

enum files_status tree_status(errcode_t e)
{
	switch (e) {
	case 0: return FILES_OK;
	case TREE_NOT_EMPTY: return FILES_E_NOT_EMPTY;
	case TREE_KIND: return FILES_E_KIND;
	case TREE_NAME: return FILES_E_NAME;
	case TREE_ARGUMENT: return FILES_E_ARGUMENT;
	case TREE_DIRECTORY: return FILES_E_DIRECTORY;
	case TREE_MORE: return FILES_E_MORE;
	case TREE_DENIED: return FILES_E_DENIED;
	case TREE_IMMUTABLE: return FILES_E_IMMUTABLE;
	case TREE_APPEND_ONLY: return FILES_E_APPEND_ONLY;
	case TREE_ENCRYPTED: return FILES_E_ENCRYPTED;
	case TREE_COMPRESSED: return FILES_E_COMPRESSED;
	case TREE_INLINE: return FILES_E_INLINE;
	case TREE_VERITY: return FILES_E_VERITY;
	case TREE_CASEFOLD: return FILES_E_CASEFOLD;
	case TREE_OWN: return FILES_E_OWN;
	case TREE_LARGE:
	case EXT2_ET_FILE_TOO_BIG: return FILES_E_LARGE;
	case EXT2_ET_SYMLINK_LOOP: return FILES_E_LOOP;
	case EXT2_ET_FILE_NOT_FOUND: return FILES_E_ABSENT;
	case EXT2_ET_FILE_EXISTS: return FILES_E_EXISTS;
	case EXT2_ET_NO_DIRECTORY: return FILES_E_NO_DIRECTORY;
	case EXT2_ET_BLOCK_ALLOC_FAIL:
	case EXT2_ET_INODE_ALLOC_FAIL:
	case EXT2_ET_DIR_NO_SPACE: return FILES_E_SPACE;
	case EXT2_ET_RO_FILSYS: return FILES_E_READ_ONLY;
	case EXT2_ET_NO_MEMORY: return FILES_E_LIMIT;
	default: return FILES_E_DEVICE;
	}
}

errcode_t tree_read_link(struct attempt *a, const char *path, char to[FILES_PATH_BYTES])
{
	char link[LINK_BYTES];
	ext2_ino_t inode;
	errcode_t e = path_find(a, path, false, PERMIT_READ, &inode);

	if (!e)
		e = path_read_link(a, inode, link);
	if (e || !*link || strlen(link) >= FILES_PATH_BYTES)
		return e ? e : *link ? TREE_NAME : TREE_ARGUMENT;
	strcpy(to, link);
	return 0;
}

static errcode_t read_mode(ext2_ino_t number, bool *directory)
{
	struct ext2_inode inode;
	errcode_t e = inode_read(number, &inode);

	*directory = !e && LINUX_S_ISDIR(inode.i_mode);
	return e;
}

/* ---- directories ---- */

static errcode_t touch(ext2_ino_t number, int links)
{
	struct ext2_inode_large inode;
	errcode_t e = inode_read_whole(number, &inode);

	if (e)
		return e;
	times_touch(&inode);
	inode.i_links_count = (unsigned short)(inode.i_links_count + links);
	return inode_write_whole(number, &inode);
}

/* A name of an inode that is not in use becomes one of this inode: a second one would not be found. */
static errcode_t add_name(const struct place *p, ext2_ino_t inode, int type)
{
	errcode_t e = p->dead ? names_set(p->directory, p->name, inode, type)
			      : names_make(p->directory, p->name, inode, type);

	return e ? e : touch(p->directory, 0);
}

static errcode_t remove_name(const struct place *p)
{
	errcode_t e = names_remove(p->directory, p->name);

	return e ? e : touch(p->directory, 0);
}

/* Where a new name goes, and the flags of its inode, which has this mode. */
static errcode_t place_new(const char *path, unsigned mode, struct place *p, uint32_t *flags)
{
	struct ext2_inode directory;
	errcode_t e = path_place(path, false, p);

	if (!e)
		e = inode_read(p->directory, &directory);
	if (e)
		return e;
	*flags = flags_inherited(directory.i_flags, mode);
	operation_note(&directory);
	return flags_check(&directory, FLAG_ENTER);
}

/* libext2fs has made the inode. */
static errcode_t finish_new(ext2_ino_t number, uint32_t flags)
{
	struct ext2_inode_large inode;
	errcode_t e;

	if (!flags && !times_are_long())
		return 0;
	e = inode_read_whole(number, &inode);
	if (e)
		return e;
	inode.i_flags |= flags;
	times_begin(&inode);
	return inode_write_whole(number, &inode);
}

static errcode_t new_inode(ext2_ino_t directory, uint32_t flags, ext2_ino_t *number)
{
	struct ext2_inode inode;
	ext2_extent_handle_t handle;
	errcode_t e = ext2fs_new_inode(volume, directory, LINUX_S_IFREG | FILE_MODE, NULL, number);

	if (e)
		return e;
	memset(&inode, 0, sizeof inode);
	inode.i_mode = LINUX_S_IFREG | FILE_MODE;
	inode.i_links_count = 1;
	inode.i_flags = flags;
	inode.i_generation = volume_generation();
	ext2fs_inode_alloc_stats2(volume, *number, +1, 0);
	operation_forget_file(*number);	/* one that was lost: keep_drop */
	if (ext2fs_has_feature_extents(volume->super)) {
		e = ext2fs_extent_open2(volume, *number, &inode, &handle);
		if (e)
			return e;
		ext2fs_extent_free(handle);
	}
	e = ext2fs_write_new_inode(volume, *number, &inode);
	return e ? e : finish_new(*number, 0);
}

errcode_t tree_create(const char *path, ext2_ino_t *inode)
{
	struct place p;
	uint32_t flags;
	errcode_t e = place_new(path, LINUX_S_IFREG, &p, &flags);

	if (!e)
		e = new_inode(p.directory, flags, inode);
	return e ? e : add_name(&p, *inode, EXT2_FT_REG_FILE);
}

/* A symbolic link to the target; NULL: a directory. */
static errcode_t make(const char *path, const char *target)
{
	struct place p;
	ext2_ino_t inode = 0;
	uint32_t flags;
	int mode = target ? LINUX_S_IFLNK : LINUX_S_IFDIR;
	errcode_t e = place_new(path, (unsigned)mode, &p, &flags);

	if (!e && target && !*target)
		e = EXT2_ET_FILE_NOT_FOUND;
	if (!e)
		e = ext2fs_new_inode(volume, p.directory, mode, NULL, &inode);
	if (!e)
		e = target ? ext2fs_symlink(volume, p.directory, inode, NULL, target)
			   : ext2fs_mkdir(volume, p.directory, inode, NULL);
	if (!e)
		e = finish_new(inode, flags);
	names_forget(inode);
	return e ? e : add_name(&p, inode, target ? EXT2_FT_SYMLINK : EXT2_FT_DIR);
}

errcode_t tree_mkdir(const char *path)
{
	return make(path, NULL);
}

errcode_t tree_symlink(const char *target, const char *path)
{
	return make(path, target);
}

/* Returns 0 if these things may be done in a directory. */
static errcode_t check_directory(ext2_ino_t number, unsigned actions)
{
	struct ext2_inode inode;
	errcode_t e = inode_read(number, &inode);

	if (!e)
		operation_note(&inode);
	return e ? e : flags_check(&inode, actions);
}

/* Returns 0 if the name may be removed. */
static errcode_t check_remove(const struct place *p)
{
	errcode_t e = check_directory(p->directory, FLAG_LEAVE);

	return e || p->inode == 0 ? e : flags_check_number(p->inode, FLAG_NAME);
}

errcode_t tree_unlink(const char *path)
{
	struct place p;
	bool directory = false;
	errcode_t e = path_place(path, true, &p);

	if (e == EXT2_ET_FILE_NOT_FOUND && p.dead) {
		e = check_remove(&p);
		return e ? e : remove_name(&p);
	}
	if (!e)
		e = read_mode(p.inode, &directory);
	if (!e && directory)
		e = TREE_DIRECTORY;
	if (!e)
		e = check_remove(&p);
	if (!e)
		e = remove_name(&p);
	return e ? e : operation_drop(p.inode, p.directory, false);
}

static int note_entry(struct ext2_dir_entry *d, int offset, int size, char *buf, void *empty)
{
	int n = ext2fs_dirent_name_len(d);

	(void)offset;
	(void)size;
	(void)buf;
	if ((n == 1 && d->name[0] == '.') || (n == 2 && d->name[0] == '.' && d->name[1] == '.'))
		return 0;
	*(bool *)empty = false;
	return DIRENT_ABORT;
}

static errcode_t check_empty(ext2_ino_t directory)
{
	bool empty = true;
	errcode_t e = ext2fs_dir_iterate(volume, directory, 0, NULL, note_entry, &empty);

	return e ? e : empty ? 0 : TREE_NOT_EMPTY;
}

errcode_t tree_rmdir(const char *path)
{
	struct place p;
	errcode_t e = path_place(path, true, &p);

	if (!e)
		e = ext2fs_check_directory(volume, p.inode);
	if (!e)
		e = check_remove(&p);
	if (!e)
		e = check_empty(p.inode);
	if (!e)
		e = remove_name(&p);
	if (!e)
		e = touch(p.directory, -1);
	names_forget(p.inode);
	return e ? e : operation_drop(p.inode, p.directory, true);
}

/* ---- renaming ---- */

/* *below: the directory `inner` is the same as `outer`, or below it. */
static errcode_t is_below(ext2_ino_t inner, ext2_ino_t outer, bool *below)
{
	errcode_t e = 0;

	*below = inner == outer;
	for (unsigned depth = 0; !e && !*below && inner != EXT2_ROOT_INO; depth++) {
		if (depth == FILES_PATH_BYTES)
			return EXT2_ET_DIR_CORRUPTED;
		e = ext2fs_lookup(volume, inner, "..", 2, NULL, &inner);
		*below = inner == outer;
	}
	return e;
}

static errcode_t check_rename(const struct place *from, const struct place *to, bool directory)
{
	bool wrong = false, other = false;
	errcode_t e = directory ? is_below(to->directory, from->inode, &wrong) : 0;

	if (e || wrong)
		return e ? e : TREE_ARGUMENT;
	e = check_remove(from);
	if (!e)
		e = check_directory(to->directory, FLAG_ENTER);
	if (e || to->inode == 0)
		return e;
	e = read_mode(to->inode, &other);
	if (!e)
		e = directory ? EXT2_ET_FILE_EXISTS : other ? TREE_DIRECTORY : 0;
	return e ? e : check_remove(to);
}

/* One block has both names: they change in one write of the disk. */
static bool is_one_block(const struct place *from, const struct place *to)
{
	struct ext2_inode inode;

	return from->directory == to->directory && inode_read(from->directory, &inode) == 0
	       && EXT2_I_SIZE(&inode) == volume->blocksize;
}

/* What a directory says of an inode of this kind (EXT2_FT_). */
static errcode_t read_type(ext2_ino_t number, int *type)
{
	static const char types[] = {
		[LINUX_S_IFIFO >> TYPE_SHIFT] = EXT2_FT_FIFO, [LINUX_S_IFCHR >> TYPE_SHIFT] = EXT2_FT_CHRDEV,
		[LINUX_S_IFDIR >> TYPE_SHIFT] = EXT2_FT_DIR, [LINUX_S_IFBLK >> TYPE_SHIFT] = EXT2_FT_BLKDEV,
		[LINUX_S_IFREG >> TYPE_SHIFT] = EXT2_FT_REG_FILE,
		[LINUX_S_IFLNK >> TYPE_SHIFT] = EXT2_FT_SYMLINK,
		[LINUX_S_IFSOCK >> TYPE_SHIFT] = EXT2_FT_SOCK,
	};
	struct ext2_inode inode;
	errcode_t e = inode_read(number, &inode);

	*type = e || inode.i_mode >> TYPE_SHIFT >= (int)sizeof types ? 0 : types[inode.i_mode >> TYPE_SHIFT];
	return e;
}

/* The file gets another name. */
static errcode_t add_link(ext2_ino_t number)
{
	struct ext2_inode_large inode;
	errcode_t e = inode_read_whole(number, &inode);

	if (e || inode.i_links_count >= NAMES_OF_FILE)
		return e ? e : EXT2_ET_NO_MEMORY;
	inode.i_links_count++;
	times_set(&inode, TIMES_CHANGED, times_now());
	return inode_write_whole(number, &inode);
}

errcode_t tree_link(const char *old, const char *fresh)
{
	struct place from, to;
	int type = 0;
	errcode_t e = path_place(old, true, &from);

	if (!e)
		e = read_type(from.inode, &type);
	if (!e && type == EXT2_FT_DIR)
		e = TREE_DIRECTORY;
	if (!e)
		e = flags_check_number(from.inode, FLAG_NAME);
	if (!e)
		e = path_place(fresh, false, &to);
	if (!e)
		e = check_directory(to.directory, FLAG_ENTER);
	if (!e)
		e = add_link(from.inode);
	return e ? e : add_name(&to, from.inode, type);
}

static errcode_t add_new_name(const struct place *from, const struct place *to)
{
	int type;
	errcode_t e = read_type(from->inode, &type);

	if (e || to->inode == 0)
		return e ? e : add_name(to, from->inode, type);
	e = names_set(to->directory, to->name, from->inode, type);
	return e ? e : operation_drop(to->inode, to->directory, false);
}

static bool is_same_name(const struct place *a, const struct place *b)
{
	return a->directory == b->directory && strcmp(a->name, b->name) == 0;
}

/* A directory has another parent: its "..", and the links of both. */
static errcode_t move_directory(const struct place *from, const struct place *to)
{
	errcode_t e = names_set(from->inode, "..", to->directory, EXT2_FT_DIR);

	if (!e)
		e = touch(from->directory, -1);
	return e ? e : touch(to->directory, +1);
}

errcode_t tree_rename(const char *old, const char *fresh, ext2_ino_t *half)
{
	struct place from, to;
	bool directory = false;
	errcode_t e = path_place(old, true, &from);

	if (!e)
		e = path_walk(NULL, fresh, false, PERMIT_WRITE, &to);
	if (!e && path_is_dots(to.name))
		e = TREE_ARGUMENT;
	if (!e)
		e = read_mode(from.inode, &directory);
	if (e)
		return e;
	if (directory)
		parked_forget_directory(from.inode);
	if (from.inode != to.inode) {
		e = check_rename(&from, &to, directory);
		if (!e)
			e = add_new_name(&from, &to);
		if (!e && !is_one_block(&from, &to)) {
			*half = from.inode;
			keep_add_renamed(from.inode);
			return add_link(from.inode);	/* the second half drops it */
		}
	} else if (is_same_name(&from, &to) || !keep_is_renamed(from.inode)) {
		return 0;				/* names of one file, as they were before */
	} else if (*half != from.inode) {
		*half = from.inode;			/* done before a restart, perhaps not on the disk */
		return 0;
	} else {
		e = operation_drop(from.inode, from.directory, false);
	}
	if (!e)
		e = remove_name(&from);
	return !e && directory && from.directory != to.directory ? move_directory(&from, &to) : e;
}
