/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file_ring.h - several reads and writes of files of the disk under way at a time, by a pair of rings
 * (<pecan/ring.h>, docs/user/rings.md): one message for many of them. The bytes are in memory that is shared
 * with the server, so each is copied once. Requests are begun in the order in which they were submitted, and
 * answered in any: a read that waits for the disk stops no other request.
 *
 * If the server ends, its successor is found, some 10 s, the files are opened there by their paths, and
 * requests without an answer are done there, some of them again: the result is the same, unless another task
 * writes the same bytes. One thread of a task at a time may use a struct file_ring.
 */
#ifndef PECAN_FILE_RING_H
#define PECAN_FILE_RING_H

#include <pecan/dma.h>
#include <pecan/files.h>
#include <pecan/ring.h>

/* at: from the beginning of the block, from FILE_RING_DATA on. */
struct files_ring_request { uint64_t tag, handle, offset; uint32_t kind, at, bytes, zero; };

/* bytes: read or written; of FILES_RING_SYNC the lower half of `losses` of FILES_SYNC. */
struct files_ring_answer { uint64_t tag; uint32_t status, bytes; };

RING(files_ring_requests, struct files_ring_request, FILES_RING_PLACES);
RING(files_ring_answers, struct files_ring_answer, FILES_RING_PLACES);

struct files_rings {
	struct files_ring_requests requests;
	struct files_ring_answers answers;
};

enum { FILE_RING_DATA = 4096 };		/* of the block: behind the rings */
_Static_assert(sizeof(struct files_rings) <= FILE_RING_DATA, "the rings have no room");

/*
 * file: an open file of the disk, which stays open until the answer; of FILES_RING_SYNC as well: an error of
 * the disk is reported as by files_flush_file. bytes: at most FILES_BLOCK_MAX, from place `at` of the data.
 */
struct file_request {
	enum files_ring_kind kind;
	struct files_file *file;
	uint64_t offset;
	size_t at, bytes;
};

/* number: of file_ring_submit. bytes: read, or written, as with files_get and files_put. */
struct file_answer { int number; enum files_status status; size_t bytes; };

struct file_ring {
	struct pecan_dma block;
	L4_ThreadId_t server;
	unsigned connection;			/* of the library, by which the rings were attached */
	struct ring_end end;
	uint32_t under_way;			/* bit n: request n is */
	uint32_t refused;			/* of those: they are not in a ring, and fail with `why` */
	enum files_status why[FILES_RING_PLACES];
	struct file_request pending[FILES_RING_PLACES];
	unsigned tries[FILES_RING_PLACES];	/* how often the file was opened again for it */
};

/*
 * Connect to the server, with at least so many bytes of data. FILES_E_LIMIT: there is no memory, or the
 * server has no place for another ring. The block has a power of two of bytes, FILE_RING_DATA of them for the
 * rings.
 */
enum files_status file_ring_open(struct file_ring *r, size_t bytes);
void file_ring_close(struct file_ring *r);

static inline char *file_ring_data(const struct file_ring *r) { return (char *)r->block.at + FILE_RING_DATA; }
static inline size_t file_ring_bytes(const struct file_ring *r) { return r->block.bytes - FILE_RING_DATA; }

/*
 * Put a request into the ring. Returns its number, or -1: FILES_RING_PLACES are under way, or the request is
 * not possible: a file of /tmp, or bytes outside of the data. It is begun when file_ring_wait waits.
 */
int file_ring_submit(struct file_ring *r, const struct file_request *q);

/* Get the answer to any request, and wait for it. Returns false if none is under way. */
bool file_ring_wait(struct file_ring *r, struct file_answer *a);

/* The same without waiting for the disk. Returns false if there is none yet. */
bool file_ring_take(struct file_ring *r, struct file_answer *a);

#endif
