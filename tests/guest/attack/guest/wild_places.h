/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wild_places.h - between wild_places.c and arch/NAME/wild_arch.c, which knows what comes of a state.
 */
#ifndef WILD_PLACES_H
#define WILD_PLACES_H

#include "exceptions.h"

struct state { word ip, sp, flags; };

enum way { BY_REPLY, FROM_WAIT, LATER, FROM_CALL, FROM_INTERRUPT, WAYS };

/* Where the IP leads: to an address without memory, to an instruction that traps, to one that reads at SP. */
enum goal { ANYWHERE, AT_TRAP, AT_STACK, GOALS };

extern word wild_stack;			/* of the puppet */
extern volatile word wild_wrong;

/* A space with the puppet and its accomplice, and victims beside it. Returns the accomplice. */
L4_ThreadId_t wild_start(struct state *first);

/* The puppet, which waits for an answer in state last, gets state s. False: it was in another one. */
bool wild_put(L4_ThreadId_t by, enum way way, const struct state *last, const struct state *s);

word wild_word(void);			/* anything */

/* The next message of the puppet; what it can be. */
L4_MsgTag_t wild_message(void);
bool wild_is_exception(L4_MsgTag_t tag, word number, const struct state *s);
bool wild_is_fault(L4_MsgTag_t tag, word address, word ip, word access);

void wild_count(bool right, const char *what, word number);

/* ---- the machine ---- */

void wild_use_stack(void);		/* an instruction that reads the word at SP */
word wild_ip(word ip);			/* an IP as registers have it */
bool wild_flags_are(word found, word set);
bool wild_is_invalid(word code, const struct state *s);		/* the code of EXCEPTION_INVALID */

/* Return true if exits can load that IP, and instructions use that SP; if this is what comes otherwise. */
bool wild_is_usable(enum goal goal, const struct state *s);
bool wild_is_refused(L4_MsgTag_t tag, const struct state *s);

#endif
