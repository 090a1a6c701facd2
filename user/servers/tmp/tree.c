/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tree.c - see tree.h.
 */
#include <pecan/file_clients.h>
#include <pecan/file_permits.h>
#include <pecan/files.h>
#include <string.h>

#include "store.h"
#include "tree.h"

enum { TYPE_FILE = 1, TYPE_DIRECTORY = 2, ALIGN = _Alignof(struct files_entry) };

uint64_t tree_now;
static struct node nodes[NODES];
static struct node *const root = nodes;
static struct places places;
static uint32_t last_number;

#define EACH(n)	for (struct node *n = nodes; n < nodes + NODES; n++) if (n->number)

void tree_begin(void)
{
	places = places_of(NODES - 1, NODES_OF_TASK, NODES_OF_SECTION);
	*root = (struct node){ .number = ++last_number, .mode = MODE_DIRECTORY, .parent = root };
}

struct node *tree_node(uint32_t number)
{
	EACH(n)
		if (n->number == number)
			return n;
	return NULL;
}

bool tree_permits(struct holder who, const struct node *n)
{
	return n == root || (who.section ? who.section == n->maker.section : who.task == n->maker.task)
	       || permit_path(&FILES_TMP[1], PERMIT_WRITE);
}

/* ---- paths ---- */

/* What a directory has under a name, of which "", . and .. are some. */
static struct node *child(struct node *directory, const char *name)
{
	if (!*name || strcmp(name, ".") == 0)
		return directory;
	if (strcmp(name, "..") == 0)
		return directory->parent;
	EACH(n)
		if (n != root && !n->removed && n->parent == directory && strcmp(n->name, name) == 0)
			return n;
	return NULL;
}

/* The next name of a path, which loses it; "" at the end. */
static enum files_status next(const char **path, char name[NODE_NAME])
{
	const char *from = *path + strspn(*path, "/");
	size_t n = strcspn(from, "/");

	if (n >= NODE_NAME)
		return FILES_E_NAME;
	memcpy(name, from, n);
	name[n] = 0;
	*path = from + n;
	return FILES_OK;
}

/* The directory that has the last name of a path, and that name. */
static enum files_status walk(const char *path, struct node **directory, char name[NODE_NAME])
{
	char more[NODE_NAME];
	enum files_status s = next(&path, name);

	*directory = root;
	while (s == FILES_OK) {
		s = next(&path, more);
		if (s != FILES_OK || !*more)
			break;
		*directory = child(*directory, name);
		if (!*directory)
			return FILES_E_ABSENT;
		if (!tree_is_directory(*directory))
			return FILES_E_NO_DIRECTORY;
		strcpy(name, more);
	}
	return s;
}

enum files_status tree_find(const char *path, struct node **n)
{
	char name[NODE_NAME];
	enum files_status s = walk(path, n, name);

	if (s == FILES_OK)
		*n = child(*n, name);
	return s == FILES_OK && !*n ? FILES_E_ABSENT : s;
}

static bool is_name(const char *name)
{
	return *name && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

/* ---- what changes names ---- */

static void touch(struct node *directory)
{
	directory->modified = directory->changed = tree_now;
}

static bool is_empty(const struct node *directory)
{
	EACH(n)
		if (n != root && !n->removed && n->parent == directory)
			return false;
	return true;
}

static struct node *free_node(struct holder who)
{
	struct node *found = NULL;
	unsigned own = 0;

	for (struct node *n = nodes; n < nodes + NODES; n++) {
		if (!n->number && !found)
			found = n;
		own += n->number && n != root && n->maker.task == who.task;
	}
	return places_has(&places, who.section, own) ? found : NULL;
}

enum files_status tree_make(struct holder who, const char *path, uint32_t mode, struct node **n)
{
	char name[NODE_NAME];
	struct node *parent;
	enum files_status s = walk(path, &parent, name);

	if (s != FILES_OK)
		return s;
	if (child(parent, name))
		return FILES_E_EXISTS;
	if (!tree_permits(who, parent))
		return FILES_E_DENIED;
	*n = free_node(who);
	if (!*n)
		return FILES_E_SHARE;
	**n = (struct node){
		.number = ++last_number, .mode = mode, .parent = parent, .maker = who,
		.modified = tree_now, .changed = tree_now, .accessed = tree_now,
	};
	strcpy((*n)->name, name);
	places_take(&places, who.section);
	touch(parent);
	return FILES_OK;
}

static void lose_name(struct node *n)
{
	touch(n->parent);
	n->removed = true;
	n->changed = tree_now;
	tree_sweep();
}

/* What a path leads to, whose name the holder may take away. */
static enum files_status find_own(struct holder who, const char *path, struct node **n)
{
	struct node *directory;
	char name[NODE_NAME];
	enum files_status s = walk(path, &directory, name);

	if (s != FILES_OK)
		return s;
	*n = child(directory, name);
	if (!*n)
		return FILES_E_ABSENT;
	if (!is_name(name))
		return FILES_E_ARGUMENT;
	return tree_permits(who, *n) && tree_permits(who, directory) ? FILES_OK : FILES_E_DENIED;
}

enum files_status tree_remove(struct holder who, const char *path, bool directory)
{
	struct node *n;
	enum files_status s = find_own(who, path, &n);

	if (s != FILES_OK)
		return s;
	if (tree_is_directory(n) != directory)
		return directory ? FILES_E_NO_DIRECTORY : FILES_E_DIRECTORY;
	if (directory && !is_empty(n))
		return FILES_E_NOT_EMPTY;
	lose_name(n);
	return FILES_OK;
}

/* Returns true if a is the same as b, or has it below. */
static bool has_below(const struct node *a, const struct node *b)
{
	for (; b != a && b != root; b = b->parent)
		;
	return a == b;
}

enum files_status tree_rename(struct holder who, const char *old, const char *fresh)
{
	struct node *n, *to, *there;
	char name[NODE_NAME];
	enum files_status s = find_own(who, old, &n);

	if (s == FILES_OK)
		s = walk(fresh, &to, name);
	if (s != FILES_OK)
		return s;
	there = child(to, name);
	if (there == n)
		return FILES_OK;
	if (!is_name(name) || has_below(n, to))
		return FILES_E_ARGUMENT;
	if (there && tree_is_directory(there))
		return FILES_E_EXISTS;
	if (there && tree_is_directory(n))
		return FILES_E_NO_DIRECTORY;
	if (!tree_permits(who, to) || (there && !tree_permits(who, there)))
		return FILES_E_DENIED;
	if (there)
		lose_name(there);
	touch(n->parent);
	n->parent = to;
	strcpy(n->name, name);
	touch(to);
	return FILES_OK;
}

/* ---- the rest ---- */

size_t tree_list(const struct node *directory, uint64_t position, char *to, size_t room)
{
	size_t used = 0;

	for (uint64_t i = position; i < NODES; i++) {
		const struct node *n = &nodes[i];
		size_t bytes = (sizeof(struct files_entry) + strlen(n->name) + 1 + ALIGN - 1) & -(size_t)ALIGN;
		struct files_entry *e = (struct files_entry *)(to + used);

		if (!n->number || n == root || n->removed || n->parent != directory)
			continue;
		if (bytes > room - used)
			break;
		*e = (struct files_entry){
			.inode = n->number, .next = i + 1, .bytes = (uint16_t)bytes,
			.type = tree_is_directory(n) ? TYPE_DIRECTORY : TYPE_FILE,
		};
		strcpy(to + used + offsetof(struct files_entry, name), n->name);
		used += bytes;
	}
	return used;
}

void tree_sweep(void)
{
	EACH(n) {
		if (!n->removed || inode_is_open(n->number))
			continue;
		store_cut(n->number, 0);
		n->number = 0;
		places_give(&places, n->maker.section);
	}
}

unsigned tree_free(void)
{
	return places.total - places.taken;
}
