/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk_fake.h - the disk of the file server of files.c, for tests to look at and to script.
 */
#ifndef TESTS_POSIX_DISK_FAKE_H
#define TESTS_POSIX_DISK_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <proto/files.h>

enum { DISK_NODES = 100, DISK_TEXT = 200000, LENT_FIRST = 2048, LENT_SECTORS = 8192 };
#define LENT_NAME	"lent"

struct node {
	unsigned mode;				/* as st_mode; 0: there is none */
	char path[FILES_PATH_BYTES];		/* the root's is "" */
	L4_Word_t number;
	uint64_t modified, changed, accessed;	/* <pecan/file_time.h> */
	unsigned opened;			/* handles */
	size_t size;
	char text[DISK_TEXT];
};

extern struct disk {
	struct node nodes[DISK_NODES];
	L4_Word_t numbers;
	enum files_status attach, read, write, link, lock;	/* what these return, if not FILES_OK */
	bool refuses, full;
	L4_Word_t flags;			/* of the last request to open a file */
	L4_Word_t turn[4];			/* of the last changes of names, the last one first */
	unsigned attached;			/* connections made */
	size_t piece;				/* bytes written by one request; 0: all */
	size_t lies;				/* more bytes than asked for are said to be read or written */
	unsigned moves;				/* appends before which another program appends a byte */
	unsigned locks, locked;			/* requests; how many still find another task's lock */
	L4_Word_t lock_kind, lock_first, lock_last;
	struct files_locked_out other;
	const void *list;			/* sent as entries of a directory, if not NULL */
	size_t list_bytes;
	unsigned syncs, cleans, more;
	L4_Word_t losses, state;
	unsigned lends;
} disk;

/* The ring of the client, of file_rings.c. */
extern struct disk_ring {
	bool refuses;				/* there is no place for it */
	unsigned attached, bells, served;	/* how often; entries */
	enum files_status spoiled;		/* the status of the next `spoils` entries, which are not done */
	unsigned spoils;
	uint64_t wrong_tag;			/* added to the tags of answers */
	unsigned lies;				/* more bytes than asked for are said to be read or written */
	unsigned ends_after;			/* the server ends after so many entries; 0: it does not */
} disk_ring;

struct node *disk_node(const char *path);
struct node *disk_open_node(L4_Word_t handle);	/* NULL: it is not open */
void disk_rings_begin(void);			/* a new server: no ring is attached */
struct node *disk_add(const char *path, unsigned mode, const char *text);
void disk_restart(void);			/* a new server: no file is open */

#endif
