/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_file_ring.c - the client's side of a ring of files: which requests it takes, and what becomes of them
 * when the server ends, has closed a file, or lies.
 */
#include <pecan/file_ring.h>
#include "../posix/disk_fake.h"
#include "lib.h"

enum { PIECE = 64, PIECES = FILES_RING_PLACES, ROOM = FILES_BLOCK_MAX, TRIES = 3, LOSSES = 7 };

void files_begin(void);

static struct file_ring ring;
static struct files_file file;

static char byte_of(unsigned piece) { return (char)('A' + piece); }

/* A file of pieces, and a ring. */
static void begin(void)
{
	struct node *n;

	files_begin();
	n = disk_add("/pieces", disk_node("/file")->mode, "");
	n->size = PIECES * PIECE;
	for (unsigned i = 0; i < n->size; i++)
		n->text[i] = byte_of(i / PIECE);
	CHECK(files_use(&file, "/pieces", FILES_WRITE) == FILES_OK && file_ring_open(&ring, ROOM) == FILES_OK);
}

static int submit(enum files_ring_kind kind, struct files_file *f, unsigned piece)
{
	struct file_request q = { kind, f, piece * PIECE, piece * PIECE, PIECE };

	return file_ring_submit(&ring, &q);
}

static bool has_piece(unsigned piece)
{
	const char *at = file_ring_data(&ring) + piece * PIECE;

	return at[0] == byte_of(piece) && at[PIECE - 1] == byte_of(piece);
}

/* The next answer is that to request n. */
static bool is_next(int n, enum files_status s, size_t bytes)
{
	struct file_answer a;

	return file_ring_wait(&ring, &a) && a.number == n && a.status == s && a.bytes == bytes;
}

static void back(void *unused)
{
	(void)unused;
	disk_restart();
}

TEST(ring_full, "as many requests as the ring has places are under way, and answered once each, in any order")
{
	struct file_answer a;
	uint32_t seen = 0;

	begin();
	for (unsigned i = 0; i < PIECES; i++)
		CHECK(submit(FILES_RING_READ, &file, i) == (int)i);
	CHECK(submit(FILES_RING_READ, &file, 0) == -1 && disk_ring.bells == 0);
	while (file_ring_wait(&ring, &a)) {
		CHECK(a.status == FILES_OK && a.bytes == PIECE && has_piece((unsigned)a.number));
		CHECK((seen & 1u << a.number) == 0);
		seen |= 1u << a.number;
	}
	CHECK(seen == ~(uint32_t)0 && disk_ring.bells == 1 && !file_ring_take(&ring, &a));
	CHECK(submit(FILES_RING_READ, &file, 0) == 0);
}

TEST(ring_write, "bytes are written from the ring's memory")
{
	begin();
	memset(file_ring_data(&ring) + PIECE, 'w', PIECE);
	CHECK(submit(FILES_RING_WRITE, &file, 1) == 0 && is_next(0, FILES_OK, PIECE));
	CHECK(disk_node("/pieces")->text[PIECE - 1] == 'A' && disk_node("/pieces")->text[PIECE] == 'w');
}

TEST(ring_refused, "bytes that are not in the ring's memory, or too many, and files of /tmp are not taken")
{
	size_t room;
	struct files_file of_tmp = { .path = "/tmp/file" };

	begin();
	room = file_ring_bytes(&ring);
	struct file_request wrong[] = {
		{ FILES_RING_READ, &file, 0, room - PIECE + 1, PIECE }, { FILES_RING_READ, &file, 0, room + 1, 0 },
		{ FILES_RING_READ, &file, 0, 0, FILES_BLOCK_MAX + 1 }, { FILES_RING_READ, &file, 0, SIZE_MAX, PIECE },
		{ FILES_RING_READ, &file, FILES_OFFSET_MAX + 1, 0, PIECE }, { FILES_RING_READ, &of_tmp, 0, 0, PIECE },
	};

	for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		CHECK(file_ring_submit(&ring, &wrong[i]) == -1);
	CHECK(ring.under_way == 0);
}

TEST(ring_open_refused, "without a place at the server, or a server, there is no ring, and no block is left")
{
	struct file_ring none;
	size_t bytes;

	begin();
	disk_ring.refuses = true;
	CHECK(file_ring_open(&none, ROOM) == FILES_E_LIMIT && !block_at(ring.block.block + 1, &bytes));
	kernel_end_server(FILES_THREAD);
	CHECK(file_ring_open(&none, ROOM) == FILES_LOST && !block_at(ring.block.block + 1, &bytes));
}

TEST(ring_restart, "when the server ends, requests without an answer are done by the next one")
{
	struct file_answer a;
	unsigned answers = 0;

	begin();
	for (unsigned i = 0; i < PIECES; i++)
		submit(FILES_RING_READ, &file, i);
	disk_ring.ends_after = PIECES / 2;
	kernel_at(kernel_now() + 5000000, back, NULL);
	for (; file_ring_wait(&ring, &a); answers++)
		CHECK(a.status == FILES_OK && a.bytes == PIECE && has_piece((unsigned)a.number));
	CHECK(answers == PIECES && disk_ring.attached == 2);
	CHECK(disk_ring.served == PIECES / 2 + PIECES);		/* the bell of the first had no answer */
}

TEST(ring_gone, "a request whose file is gone at the next server fails alone")
{
	struct files_file other;

	begin();
	CHECK(files_use(&other, "/file", FILES_WRITE) == FILES_OK);
	CHECK(submit(FILES_RING_READ, &file, 1) == 0 && submit(FILES_RING_READ, &other, 0) == 1);
	disk_restart();
	disk_node("/file")->mode = 0;
	CHECK(is_next(1, FILES_E_ABSENT, 0) && is_next(0, FILES_OK, PIECE) && has_piece(1));
}

TEST(ring_no_server, "without another server what is under way fails; the ring is that of a later one")
{
	begin();
	submit(FILES_RING_READ, &file, 0);
	submit(FILES_RING_SYNC, &file, 1);
	kernel_end_server(FILES_THREAD);
	CHECK(is_next(0, FILES_LOST, 0) && is_next(1, FILES_LOST, 0) && ring.under_way == 0);
	disk_restart();
	CHECK(submit(FILES_RING_READ, &file, 2) == 0 && is_next(0, FILES_OK, PIECE) && has_piece(2));
}

TEST(ring_again, "a request of which a part is done is sent again; one whose file was closed, thrice")
{
	begin();
	submit(FILES_RING_READ, &file, 3);
	disk_ring.spoiled = FILES_E_MORE;
	disk_ring.spoils = 20;
	CHECK(is_next(0, FILES_OK, PIECE) && has_piece(3) && disk_ring.served == 21);
	disk_ring.spoiled = FILES_E_HANDLE;
	disk_ring.spoils = TRIES;
	submit(FILES_RING_READ, &file, 4);
	CHECK(is_next(0, FILES_OK, PIECE) && has_piece(4));
	disk_ring.spoils = TRIES + 1;
	submit(FILES_RING_READ, &file, 5);
	CHECK(is_next(0, FILES_E_HANDLE, 0) && disk_ring.spoils == 0);
}

TEST(ring_losses, "what the disk has lost is an error of one sync of a file, and then no more")
{
	begin();
	submit(FILES_RING_SYNC, &file, 0);
	CHECK(is_next(0, FILES_OK, 0));
	disk.losses += LOSSES;
	submit(FILES_RING_SYNC, &file, 0);
	CHECK(is_next(0, FILES_E_DEVICE, 0));
	submit(FILES_RING_SYNC, &file, 0);
	CHECK(is_next(0, FILES_OK, 0));
}

TEST(ring_lies, "more bytes than asked for are an error; an answer to no request, of a server that is left")
{
	begin();
	disk_ring.lies = 1;
	submit(FILES_RING_READ, &file, 0);
	CHECK(is_next(0, FILES_E_DEVICE, 0));
	disk_ring.lies = 0;
	disk_ring.wrong_tag = PIECES;
	submit(FILES_RING_READ, &file, 0);
	CHECK(is_next(0, FILES_LOST, 0) && disk_ring.attached > 1);
	disk_ring.wrong_tag = 1;
	submit(FILES_RING_READ, &file, 0);
	CHECK(is_next(0, FILES_LOST, 0));
	disk_ring.wrong_tag = 0;
	submit(FILES_RING_READ, &file, 6);
	CHECK(is_next(0, FILES_OK, PIECE) && has_piece(6));
}
