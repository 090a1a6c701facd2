/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * between.h - the actors of between.c, and what they may do.
 *
 * A and A2 are in one space, B and C in a space each, ROOT in the test's. Each page of the pool holds its
 * number. What an actor reads at WINDOW and THERE is the page that belongs there, or the substitute that the
 * pager maps where nothing is; and the substitute only, where it is certain that the page was revoked.
 */
#ifndef BETWEEN_H
#define BETWEEN_H

#include "attack.h"

enum role { A, A2, B, C, ROOT, ROLES };
enum { PAGES = 4, LOG2 = 14, THERE = WINDOW + (1 << 21), SUBSTITUTE = PAGES };

extern L4_ThreadId_t actor[ROLES + 1];		/* and nil */
extern volatile word between_wrong, between_strings;	/* strings: in how many lists one has come */

/* `to` is of no meaning to some. */
typedef void act(enum role self, L4_ThreadId_t to);
act call_it, answer, await, move_it, redirect_it, except;

/* CHANGES: a space, a priority, a redirector or a thread's life. */
enum { CHANGES = 1, PRIVILEGED = 2, MANAGES = CHANGES | PRIVILEGED };

struct action { act *play; unsigned flags; enum role to; };

enum { ACTIONS = 128 };
unsigned list_actions(struct action actions[ACTIONS]);	/* returns how many there are */

void begin_list(void);			/* nothing is revoked, and the pool is as it was */
void accept_items(enum role self);	/* map items anywhere, and a string */
void use_memory(enum role self);	/* after each action */
void find_nothing(void);		/* all is revoked: only the substitute is anywhere */
void look_at_pool(void);		/* a string has come to no page but that of its buffer */

L4_ThreadId_t renamed(L4_ThreadId_t t);
void redirect(L4_ThreadId_t to, L4_ThreadId_t redirector);
void delete_children(void);
void use_children(void);		/* the kernel keeps the part of its thread table that has their numbers */

#endif
