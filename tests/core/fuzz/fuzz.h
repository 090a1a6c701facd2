/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz.h - a byte string as a play: a small world, and what its threads and devices do.
 *
 * fuzz_run copies the booted world in, and does one action for each record of FUZZ_RECORD bytes
 * (stage.c: the world; action.c: the actions; pool.c: interesting values). All invariants are checked
 * after every kernel entry and every step of a long operation (tests/core/host/world.c), the modelled TLB
 * against the tables at the end; with an odd first byte everything is then deleted, and nothing may be
 * left. Whatever is wrong ends the program by abort.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdio.h>
#include "../host/world.h"

enum {
	FUZZ_MEMBERS = 8,		/* threads made before the play, */
	FUZZ_HANDLERS = 2,		/* the last of them, of the first lines */
	FUZZ_EXTRAS = 4,		/* and numbers for more */
	FUZZ_VA = 0x400000,
	FUZZ_MEMORY_LOG2 = 17,		/* of the pager at FUZZ_VA; others have parts of it */
	FUZZ_LINE = 4, FUZZ_LINES = 3,
	FUZZ_STEPS = 80000,		/* of long operations after one action: more is a hang */
	FUZZ_RECORD = 16,		/* bytes that one action is made of; one byte precedes the first */
	FUZZ_BYTES = 1 << 16,		/* of a play in a pack, at most */
};

/* ---- stage.c ---- */

extern l4_word_t fuzz_number[FUZZ_MEMBERS + FUZZ_EXTRAS];	/* thread numbers; 0: sigma0, 1: root */

/* A play, or the cleaning up after it, is over: everything is looked at. Before, fuzz.c looks less often. */
extern bool fuzz_at_end;

/* Done by the first fuzz_run unless it was before. */
void fuzz_set_stage(void);

void fuzz_run(const uint8_t *data, size_t size);

/* The world as it is when a play begins. What a play has left outside of it is freed, by fuzz_end. */
void fuzz_begin(void);

/*
 * Frees what a play has left in the pool that is not part of the copied world: the frames of the trace, which
 * is static in kdb/trace.c. What is known of the pool apart from its bytes (fuzz.c: the shadow) is restored
 * after this.
 */
void fuzz_end(void);

/* The member with that index, or 0 if it is gone. */
struct thread *fuzz_member(unsigned i);

/* A member that is stuck is helped out, as a friend with ExchangeRegisters would do. */
void fuzz_help(struct thread *t);

/* ---- plays.c: packs of plays (tests/core/fuzz/pack) ---- */

typedef void fuzz_play(const char *name, const uint8_t *bytes, size_t size);

/* Returns true if the file is a pack. Its position is the beginning again. */
bool fuzz_is_pack(FILE *f);

/* Each play of a pack; size 0: its line does not have that form. */
void fuzz_each_play(FILE *f, fuzz_play *with);

/* ---- pool.c: the bytes, and values made of them ---- */

void fuzz_source(const uint8_t *data, size_t size);
bool fuzz_next_record(unsigned bytes);	/* behind so many bytes; false if there is none */
unsigned fuzz_byte(void);		/* of the record */
l4_word_t fuzz_raw(void);		/* a word of the bytes */
l4_word_t fuzz_word(void);
l4_word_t fuzz_time(void);
l4_word_t fuzz_address(void);
l4_tid_t fuzz_id(struct thread *self);
l4_tid_t fuzz_partner(struct thread *self);	/* a likely partner of self */
l4_fpage_t fuzz_fpage(void);
l4_word_t fuzz_string(unsigned *addresses);

/* ---- action.c ---- */

void fuzz_action(void);			/* of the current record */

/* A thread that was interrupted in a long operation, or its partner: likely named until that is over. */
extern l4_tid_t fuzz_victim;

/* Looks that long operations end. */
void fuzz_watch(void);

/* Nothing is armed any more. */
void fuzz_disarm(void);

#endif
