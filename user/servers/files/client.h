/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client.h - the clients of the server, their blocks, and what they have open.
 */
#ifndef FILES_CLIENT_H
#define FILES_CLIENT_H

#include <stdbool.h>
#include <ext2fs/ext2fs.h>
#include <pecan/dma.h>
#include <pecan/places.h>
#include <proto/files.h>

/* OF_SECTION: places that each section of the system description has for certain. */
enum { CLIENTS = 24, CLIENTS_OF_SECTION = 1, OPEN_FILES = 256, OPEN_OF_ONE = 40, OPEN_OF_SECTION = 8 };

/* task 0: free; files: open ones. */
struct client { L4_Word_t task; unsigned section; struct pecan_dma block; unsigned files; };

struct open_file {
	struct client *client;		/* NULL: free */
	ext2_ino_t inode;
	bool writes, directory, permitted;	/* permitted: the client may write at its path */
	unsigned generation;		/* of the place: <pecan/handle.h> */
};

/* Called first, with the clock in milliseconds. */
void client_begin(unsigned clock);

/* NULL: not attached. */
struct client *client_of(L4_Word_t task);
enum files_status client_attach(struct holder who, L4_Word_t block);

/* Free what belongs to tasks that have ended. */
void client_drop_ended(void);

/* Can the client open another file, and has not ended? Then client_open returns the handle of one like it. */
bool client_has_place(const struct client *c);
L4_Word_t client_open(const struct open_file *like);
struct open_file *client_file(const struct client *c, L4_Word_t handle);
void client_close(struct open_file *f);

#endif
