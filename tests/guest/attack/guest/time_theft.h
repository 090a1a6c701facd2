/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * time_theft.h - the games of time_games.c, and what they share with the servers of time_theft.c.
 */
#ifndef TIME_THEFT_H
#define TIME_THEFT_H

#include "attack.h"

enum {
	PRIO = 90, PRIO_FRONT = 93, PRIO_SERVER = 95, SLICE = 2000, EDGE = 6, GAP = 3,
	WARM_UP = 5000, WINDOW_US = 80000, SERVED_US = 10, MEMBERS = 3, WHOLE = 1000,
	PRIO_BELOW_ALL = 80, READY_US = 1000, PAUSE_US = 500, QUANTUM_SHORT = 300, DELAY_US = 200,
	GAMES = 51, CROWD = 60, TOGETHER_US = 512, LOST_US = 6,
};

/* One thread of the adversary. All are in spaces of their own. */
struct member {
	L4_ThreadId_t partner;		/* another one, or the last one's first */
	word turn;			/* when its turn began */
	volatile word steps;
};

extern struct member member[MEMBERS];

/* Honest servers above: one computes, one waits for a device, one asks that one, one accepts strings. */
extern L4_ThreadId_t server, sleeper, front, reader, pager;
extern word ticks_khz;			/* the KIP is elsewhere in other spaces */

word us_now(void);
void call(L4_ThreadId_t t);

/* LATE: just before the end of the slice; a turn begins after it. */
enum when { AT_ONCE, SOON, LATE };

/* What the members have: a quantum of a slice, short quanta; a delay, one that they refill. */
enum terms {
	USUAL = 0, ONE_SPACE = 1, QUANTUM = 2, QUANTA = 4, DELAY = 8, REFILLS = 16, DELAYS = DELAY | REFILLS,
};

/* One thing that members do again and again. */
struct game {
	enum when when;
	void (*act)(struct member *m);
	word members, ready;		/* how many threads; how many of them are ready at the same time */
	unsigned terms;
};

extern const struct game games[GAMES];

/* m makes one move of the game. */
void play(const struct game *g, struct member *m);

#endif
