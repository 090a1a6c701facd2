/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file_clients.h - for servers of user/proto/files.idl: their clients, with the blocks and open files of
 * each.
 */
#ifndef PECAN_FILE_CLIENTS_H
#define PECAN_FILE_CLIENTS_H

#include <stdbool.h>
#include <stdint.h>
#include <pecan/dma.h>
#include <pecan/places.h>
#include <proto/files_server.h>

/* OF_SECTION: places that each section of the system description has for certain. */
enum { CLIENTS = 24, CLIENTS_OF_SECTION = 1, OPEN_FILES = 256, OPEN_OF_ONE = 40, OPEN_OF_SECTION = 8 };

/* task 0: free. files: number of open files. */
struct client { L4_Word_t task; unsigned section; struct pecan_dma block; unsigned files; };

struct open_file {
	struct client *client;		/* NULL: free */
	uint32_t inode;
	bool writes, directory, permitted;	/* permitted: the client may write at its path */
	unsigned generation;		/* of the place: <pecan/handle.h> */
	uint64_t next;			/* offset behind the last read */
};

/* Call it first, with the clock in milliseconds. */
void client_begin(unsigned clock);

/* Returns NULL if the task is not attached. */
struct client *client_of(L4_Word_t task);
enum files_status client_attach(struct holder who, L4_Word_t block);

/* Remove the clients whose tasks have ended, with their open files. */
void client_drop_ended(void);

/* Returns true if the client has not ended and may open another file. */
bool client_has_place(const struct client *c);

/* Returns the handle of a new open file, a copy of *like. Only after client_has_place. */
L4_Word_t client_open(const struct open_file *like);
struct open_file *client_file(const struct client *c, L4_Word_t handle);
void client_close(struct open_file *f);
bool client_any_open(void);

/* Returns true if any client has the inode open. */
bool inode_is_open(uint32_t inode);

/* The answer to FILES_LOOK. */
static inline struct files_look_out file_look(const struct files_stat_out *s)
{
	return (struct files_look_out){
		.mode = s->mode, .size = s->size, .inode = s->inode, .links = s->links, .sectors = s->sectors,
		.modified = s->modified, .changed = s->changed, .accessed = s->accessed,
	};
}

#endif
