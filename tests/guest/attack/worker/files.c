/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * files.c - work at the file server. Each piece of each file says its place and its generation, which this
 * task remembers, in all of its words. A round writes a piece and reads others; after a wrong one or an
 * error, and when tests/guest/attack/faults wants it, all are read. A file that is wrong, or cannot be read,
 * is made anew: no other server can mend what one before has written to the disk.
 */
#include <pecan/files.h>
#include <stdio.h>

#include "worker.h"

enum { FILES = 8, PIECES = 16, PIECE = 1024, WORDS = PIECE / WORD, READS = 4, PATH = 16 };

static L4_Word_t generation[FILES * PIECES];
static bool repair;			/* a wrong piece was found since all were read */
static L4_Word_t verified;		/* state.verify then */

static L4_Word_t word_of(L4_Word_t piece, unsigned i)
{
	return work_word(piece << HALF | generation[piece], i);
}

static enum files_status use(struct files_file *f, L4_Word_t piece, L4_Word_t flags)
{
	char path[PATH];

	snprintf(path, sizeof path, "/worker-%lu", piece / PIECES);
	return files_use(f, path, flags);
}

static enum files_status write_piece(L4_Word_t piece)
{
	L4_Word_t data[WORDS];
	struct files_file f;
	enum files_status e = use(&f, piece, FILES_WRITE | FILES_CREATE);
	long n;

	if (e != FILES_OK)
		return e;
	generation[piece]++;
	for (unsigned i = 0; i < WORDS; i++)
		data[i] = word_of(piece, i);
	n = files_put(&f, piece % PIECES * PIECE, data, PIECE);
	files_done(&f);
	return n == PIECE ? FILES_OK : n < 0 ? (enum files_status)-n : FILES_E_SPACE;
}

/* *right: it has the bytes that were written. */
static enum files_status read_piece(L4_Word_t piece, bool *right)
{
	L4_Word_t data[WORDS] = { 0 };
	struct files_file f;
	enum files_status e = use(&f, piece, 0);
	long n;

	*right = e == FILES_OK;
	if (e != FILES_OK)
		return e;
	n = files_get(&f, piece % PIECES * PIECE, data, PIECE);
	files_done(&f);
	*right = n == PIECE;
	for (unsigned i = 0; i < WORDS; i++)
		*right &= data[i] == word_of(piece, i);
	return n < 0 ? (enum files_status)-n : FILES_OK;
}

/* A file of which a server before has made something else. */
static enum files_status write_again(L4_Word_t file)
{
	enum files_status e = FILES_OK;
	char path[PATH];

	snprintf(path, sizeof path, "/worker-%lu", file);
	files_remove(path);
	for (L4_Word_t i = 0; i < PIECES && e == FILES_OK; i++)
		e = write_piece(file * PIECES + i);
	return e;
}

static bool is_right_file(L4_Word_t file)
{
	bool right = true;

	for (L4_Word_t i = 0; i < PIECES && right; i++)
		read_piece(file * PIECES + i, &right);
	return right;
}

/*
 * Read all files, after an error or a wrong piece with another server. If one was made anew all are read
 * again: on a damaged disk it can have a place of another one.
 */
static void verify(void)
{
	L4_Word_t asked = state.verify, sum = 0;
	enum files_status e = FILES_OK;
	bool anew = false;

	for (L4_Word_t file = 0; file < FILES && e == FILES_OK; file++)
		if (!is_right_file(file)) {
			state.wrong++;
			anew = true;
			e = write_again(file);
		}
	for (L4_Word_t piece = 0; piece < FILES * PIECES; piece++)
		sum += generation[piece] * (piece + 1);
	if (e == FILES_OK)
		e = files_flush(true);
	repair = e != FILES_OK || anew;
	if (e != FILES_OK)
		work_error();
	if (repair)
		return;
	state.sum = sum;
	state.verified += asked != verified;
	verified = asked;
	work_right();
}

static void files_round(void)
{
	bool right = true;
	enum files_status e;

	if (repair || state.verify != verified) {
		verify();
		return;
	}
	if (state.verify != 0)
		return;
	e = write_piece(work_random(FILES * PIECES));
	for (unsigned i = 0; i < READS && e == FILES_OK && right; i++)
		e = read_piece(work_random(FILES * PIECES), &right);
	repair = e != FILES_OK || !right;
	if (e != FILES_OK)
		work_error();
	else
		work_result(right);
}

/* Before any fault: the server is one that works. */
static void files_begin(void)
{
	for (L4_Word_t piece = 0; piece < FILES * PIECES; piece++)
		while (write_piece(piece) != FILES_OK)
			;
}

const struct work files_work = { "files", files_begin, files_round };
