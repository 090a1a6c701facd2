/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tree.h - names: files and directories, each charged to the task that made it, until it is removed and not
 * open. There are no links.
 */
#ifndef TMP_TREE_H
#define TMP_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <pecan/places.h>
#include <proto/files.h>

enum {
	NODES = 256, NODES_OF_TASK = 64, NODES_OF_SECTION = 8, NODE_NAME = 64,
	MODE_KIND = 0170000, MODE_DIRECTORY = 040755, MODE_FILE = 0100644,
};

struct node {
	uint32_t number;		/* never used for another node; 0: free */
	uint32_t mode;
	bool removed;			/* it has no name */
	struct node *parent;		/* of the root: the root */
	struct holder maker;
	uint64_t size, modified, changed, accessed;	/* times: <pecan/file_time.h> */
	char name[NODE_NAME];
};

/* The time (<pecan/file_time.h>) of the changes that follow. Set by the caller. */
extern uint64_t tree_now;

void tree_begin(void);

static inline bool tree_is_directory(const struct node *n)
{
	return (n->mode & MODE_KIND) == (MODE_DIRECTORY & MODE_KIND);
}

/* Returns NULL if there is no such node: an open one was removed. */
struct node *tree_node(uint32_t number);
enum files_status tree_find(const char *path, struct node **n);

/*
 * Returns true if the holder may change the node: one that a task of its section has made, the root, and, if
 * its section has `paths w /tmp`, any node.
 */
bool tree_permits(struct holder who, const struct node *n);

/* mode: MODE_DIRECTORY or MODE_FILE. */
enum files_status tree_make(struct holder who, const char *path, uint32_t mode, struct node **n);
enum files_status tree_remove(struct holder who, const char *path, bool directory);
enum files_status tree_rename(struct holder who, const char *old, const char *fresh);

/* Copies entries of a directory from a position on, as struct files_entry. Returns their bytes. */
size_t tree_list(const struct node *directory, uint64_t position, char *to, size_t room);

/* Frees removed nodes that are not open any more. */
void tree_sweep(void);

/* Returns the number of free nodes. */
unsigned tree_free(void);

#endif
