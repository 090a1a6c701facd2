/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk.c - work at the disk. Each sector says its number and its generation, which this task remembers, in
 * all of its words: a sector that was not written, written to another place, or read from one, is found by
 * the one that reads it. A round writes a piece and reads others; after a wrong one, with another driver and
 * when tests/guest/attack/faults wants it, all are read. What is wrong is written anew.
 */
#include <pecan/disk.h>
#include <string.h>

#include "worker.h"

enum {
	PIECE_SECTORS = 8, PIECES = 256, SECTORS = PIECES * PIECE_SECTORS, WORDS = DISK_SECTOR / WORD, READS = 4,
	PIECE = PIECE_SECTORS * DISK_SECTOR, BATCH = 16,
};

static struct disk disk;
static int out, in;
static L4_Word_t generation[PIECES];
static unsigned drivers;		/* disk.restarts when all pieces were read last */
static bool repair;			/* a wrong piece was found since then */
static L4_Word_t verified;		/* state.verify then */

/* Word i of a piece. */
static L4_Word_t word_of(L4_Word_t piece, unsigned i)
{
	return work_word((piece * PIECE_SECTORS + i / WORDS) << HALF | generation[piece], i % WORDS);
}

static void fill(L4_Word_t piece)
{
	L4_Word_t *to = disk_data(&disk, (unsigned)out);

	for (unsigned i = 0; i < PIECE / WORD; i++)
		to[i] = word_of(piece, i);
}

static bool is_right(L4_Word_t piece, unsigned place)
{
	const L4_Word_t *at = disk_data(&disk, (unsigned)in) + place * PIECE;

	for (unsigned i = 0; i < PIECE / WORD; i++)
		if (at[i] != word_of(piece, i))
			return false;
	return true;
}

static enum disk_status write_piece(L4_Word_t piece)
{
	generation[piece]++;
	fill(piece);
	return disk_do(&disk, &(struct disk_entry){ DISK_WRITE, (uint32_t)out, piece * PIECE_SECTORS, 0, 0,
						    PIECE_SECTORS });
}

/* Read `n` pieces at the same time; *wrong: how many are. */
static enum disk_status read_pieces(const L4_Word_t *piece, unsigned n, unsigned *wrong)
{
	enum disk_status e = DISK_OK, first = DISK_OK;

	memset(disk_data(&disk, (unsigned)in), 0, n * PIECE);
	for (unsigned i = 0; i < n; i++)
		disk_submit(&disk, &(struct disk_entry){ DISK_READ, (uint32_t)in, piece[i] * PIECE_SECTORS, 0,
							 i * PIECE, PIECE_SECTORS });
	for (unsigned i = 0; i < n; i++) {
		if (disk_wait(&disk, &e) < 0)
			return e;
		if (first == DISK_OK)
			first = e;
	}
	for (unsigned i = 0; first == DISK_OK && i < n; i++)
		if (!is_right(piece[i], i)) {
			(*wrong)++;
			state.wrong++;
			first = write_piece(piece[i]);
		}
	return first;
}

/* All pieces; those that are wrong were made so by a driver before. */
static void verify(void)
{
	unsigned wrong = 0, before = disk.restarts;
	L4_Word_t wanted = state.verify, sum = 0;

	for (L4_Word_t first = 0; first < PIECES; first += BATCH) {
		L4_Word_t piece[BATCH];

		for (unsigned i = 0; i < BATCH; i++)
			piece[i] = first + i;
		if (read_pieces(piece, BATCH, &wrong) != DISK_OK) {
			work_error();
			return;
		}
	}
	repair = wrong > 0;		/* what was written then is read once more */
	drivers = before;
	if (repair || disk.restarts != before)
		return;
	for (unsigned i = 0; i < PIECES; i++)
		sum += generation[i] * (i + 1);
	state.sum = sum;
	verified = wanted;
	state.verified = wanted;
	work_right();
}

static void disk_round(void)
{
	L4_Word_t piece[READS] = { work_random(PIECES) };
	unsigned wrong = 0;
	enum disk_status e;

	if (repair || disk.restarts != drivers || state.verify != verified) {
		verify();
		return;
	}
	if (state.verify != 0)
		return;
	e = write_piece(piece[0]);
	for (unsigned i = 1; i < READS; i++)
		piece[i] = work_random(PIECES);
	if (e == DISK_OK)
		e = read_pieces(piece, READS, &wrong);
	repair = wrong > 0;
	if (e != DISK_OK)
		work_error();
	else
		work_result(wrong == 0);
}

/* Before any fault: the driver is one that works. */
static void disk_begin(void)
{
	while (disk_open(&disk) != DISK_OK)
		;
	out = disk_block(&disk, PIECE);
	in = disk_block(&disk, BATCH * PIECE);
	for (L4_Word_t piece = 0; piece < PIECES; piece++)
		write_piece(piece);
}

const struct work disk_work = { "virtio-blk", disk_begin, disk_round };
