/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * parked.h - requests that are not done yet, so that others are served meanwhile: those that wait for the
 * disk, each of which is done again, from its message, when the block that it lacked has been read, and those
 * that have used up their work (work.h), which are done again when their client sends them again. What each
 * one has found so far is kept with it. Only requests that read are parked (attempt.h, work_bound).
 */
#ifndef FILES_PARKED_H
#define FILES_PARKED_H

#include <l4/types.h>
#include <servers/files/cache/attempt.h>
#include <stdbool.h>

#include "work.h"

/* PARKED: that wait for the disk, and as many that wait for their clients. */
enum { PARKED = 32, PARKED_WORDS = 64 };

/* words: of the message, the tag first. */
struct parked {
	L4_ThreadId_t thread;
	struct attempt attempt;
	struct progress progress;
	unsigned n;
	L4_Word_t words[PARKED_WORDS];
};

/* Returns true if a request may wait for the disk here: else it is done to its end, and waits itself. */
bool parked_has_place(void);

/* The request waits for the disk. */
void parked_put(const struct parked *p);

/*
 * The request of a thread of that task waits for its client. If there is no place, that of the task which has
 * most of them that is the oldest is forgotten: it begins again.
 */
void parked_keep(const struct parked *p, L4_Word_t task);

/* Returns true if any request waits for the disk. */
bool parked_any(void);

/* Takes a request whose block is not being read any more. Returns false if there is none. */
bool parked_next(struct parked *p);

/*
 * The thread has sent another message, p->thread and p->words: what it has asked for before is not answered
 * any more. If it is the same request again p->progress becomes what was kept, else none.
 */
void parked_resume(struct parked *p);

/* The directory is another one, or has another path; or all may: walks that went through it begin again. */
void parked_forget_directory(ext2_ino_t directory);
void parked_forget_progress(void);

/* Forgets the requests of tasks that have ended. */
void parked_drop_ended(void);

#endif
