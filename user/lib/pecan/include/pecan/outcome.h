/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * outcome.h - what a layer finds that reads what others made: a disk, a partition, a file system, a
 * certificate, a description. The kinds differ in what the user is to do. Only OUTCOME_DAMAGED is a verdict
 * on the data, so only its advice may be to repair or to replace them; only that of OUTCOME_ABSENT, which is
 * known when all of it could be read, may be to make them.
 *
 * A layer has a table of its advice, one sentence for each kind, and a line of the log is KIND: WHAT: ADVICE.
 */
#ifndef PECAN_OUTCOME_H
#define PECAN_OUTCOME_H

#include <stddef.h>

/* How a sentence begins; for one that is made when it is compiled. */
#define OUTCOME_SAYS_UNREAD		"could not be read: "
#define OUTCOME_SAYS_NO_MEMORY		"no memory: "
#define OUTCOME_SAYS_UNSUPPORTED	"not supported: "
#define OUTCOME_SAYS_DAMAGED		"damaged: "
#define OUTCOME_SAYS_ABSENT		"absent: "

enum outcome_kind {
	OUTCOME_GOOD,
	OUTCOME_UNREAD,			/* what: the place that the device or its driver did not read */
	OUTCOME_NO_MEMORY,		/* what: what the memory is for */
	OUTCOME_UNSUPPORTED,		/* what: the name of the form, or of the feature */
	OUTCOME_DAMAGED,		/* what: the place that is wrong */
	OUTCOME_ABSENT,			/* what: what is not there, though all was read */
	OUTCOMES,
};

/* what: valid as long as the layer says. */
struct outcome { enum outcome_kind kind; const char *what; };

static inline size_t outcome_append(char *to, size_t room, size_t at, const char *text)
{
	while (*text && at + 1 < room)
		to[at++] = *text++;
	to[at] = 0;
	return at;
}

/* Puts the sentence of an outcome that is not good into `to`, cut off at `room` bytes. Returns `to`. */
static inline const char *outcome_text(char *to, size_t room, struct outcome o,
				       const char *const advice[OUTCOMES])
{
	static const char *const says[OUTCOMES] = {
		"", OUTCOME_SAYS_UNREAD, OUTCOME_SAYS_NO_MEMORY, OUTCOME_SAYS_UNSUPPORTED, OUTCOME_SAYS_DAMAGED,
		OUTCOME_SAYS_ABSENT,
	};
	size_t at = outcome_append(to, room, 0, says[o.kind]);

	at = outcome_append(to, room, at, o.what);
	at = outcome_append(to, room, at, ": ");
	outcome_append(to, room, at, advice[o.kind]);
	return to;
}

#endif
