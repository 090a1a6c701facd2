/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc_walks.c - the sets of steps for exhaustive searches of the IPC game.
 */
#include <string.h>
#include "ipc_spec.h"
#include "ipc_steps.h"

/* What the steps of a search are made from; lists end with 0. */
struct choice {
	uint8_t times[5];		/* the same for both phases, plus 1 */
	bool speakers, faults, yields;
	uint8_t controls[8];		/* steps done to each thread */
	uint8_t exchanges[6];
	bool watch, tick;
};

static struct step *add_calls(struct step *at, const struct choice *c, uint8_t who, uint8_t to)
{
	uint8_t from[] = { NAME_NIL, NAME_ANY, NAME_ANY_LOCAL, NAME_NOW, NAME_NOW | 1, NAME_NOW | 2 };

	for (unsigned f = 0; f < sizeof(from); f++)
		for (unsigned k = 0; c->times[k]; k++)
			for (uint8_t v = 0; v <= (c->speakers ? THREADS : 0); v++) {
				uint8_t time = (uint8_t)(c->times[k] - 1);
				uint8_t speaker = v ? (uint8_t)(NAME_NOW | (v - 1)) : (uint8_t)NAME_NIL;

				if ((to == NAME_NIL && (v || from[f] == NAME_NIL)) || from[f] == (NAME_NOW | who)
				    || speaker == (NAME_NOW | who))
					continue;
				*at++ = (struct step){ { IPC_CALL_IPC, who, to, from[f], speaker,
							 (uint8_t)(time << 4 | time), (uint8_t)(who + 1), 2 } };
			}
	return at;
}

static struct step *add_thread(struct step *at, const struct choice *c, uint8_t who)
{
	at = add_calls(at, c, who, NAME_NIL);
	for (uint8_t to = 0; to < THREADS; to++)
		if (to != who)
			at = add_calls(at, c, who, NAME_NOW | to);
	for (uint8_t pager = 0; c->faults && pager < THREADS; pager++)
		*at++ = (struct step){ { IPC_PAGE, who, NAME_NOW | pager } };
	if (c->yields)
		*at++ = (struct step){ { IPC_YIELD, who } };
	for (unsigned i = 0; c->exchanges[i]; i++)
		*at++ = (struct step){ { IPC_EXCHANGE, who, c->exchanges[i] } };
	for (unsigned i = 0; c->controls[i]; i++) {
		struct step s = { { c->controls[i], who, NAME_NOW } };

		*at++ = s;
		if (s.arg[S_STEP] != IPC_CREATE && s.arg[S_STEP] != IPC_CREATE_STARTED)
			continue;
		s.arg[S_WHO] |= 1 << 4;			/* in the other space */
		*at++ = s;
	}
	return at;
}

static unsigned steps_of(struct step *out, const struct choice *c)
{
	struct step *at = out;

	for (uint8_t who = 0; who < THREADS; who++)
		at = add_thread(at, c, who);
	for (uint8_t team = 0; c->watch && team < TEAMS; team++)
		for (uint8_t by = 0; by <= THREADS; by++)
			*at++ = (struct step){ { IPC_WATCH, (uint8_t)(team << 4),
						 by ? (uint8_t)(NAME_NOW | (by - 1)) : (uint8_t)NAME_NIL } };
	if (c->tick)
		*at++ = (struct step){ { IPC_TICK } };
	return (unsigned)(at - out);
}

static unsigned meet(struct step *out)
{
	static const struct choice c = {
		.times = { WAIT_FOREVER + 1 }, .yields = true, .exchanges = { HOW_SEND, HOW_RECEIVE },
	};

	return steps_of(out, &c);
}

/* Whose slice is passed on: it shows in the order of equals below a thread. */
static unsigned slices(struct step *out)
{
	static const struct choice c = { .times = { WAIT_FOREVER + 1 }, .controls = { IPC_PRIO } };

	return steps_of(out, &c);
}

static unsigned timed(struct step *out)
{
	static const struct choice c = {
		.times = { WAIT_FOREVER + 1, WAIT_1 + 1, WAIT_NOT + 1, WAIT_POINT + 1 }, .tick = true,
	};

	return steps_of(out, &c);
}

static unsigned lives(struct step *out)
{
	static const struct choice c = {
		.times = { WAIT_FOREVER + 1 }, .faults = true, .exchanges = { HOW_RECEIVE, HOW_HALT, HOW_RESUME },
		.controls = { IPC_CREATE_STARTED, IPC_DELETE, IPC_RENAME, IPC_MOVE, IPC_PRIO },
	};

	return steps_of(out, &c);
}

static unsigned routes(struct step *out)
{
	static const struct choice c = {
		.times = { WAIT_FOREVER + 1 }, .speakers = true, .watch = true,
		.controls = { IPC_CREATE_STARTED, IPC_DELETE },
	};

	return steps_of(out, &c);
}

static unsigned everything(struct step *out)
{
	static const struct choice c = {
		.times = { WAIT_FOREVER + 1, WAIT_2 + 1, WAIT_1 + 1 },
		.speakers = true, .faults = true, .yields = true,
		.exchanges = { HOW_SEND, HOW_RECEIVE, HOW_HALT, HOW_RESUME, HOW_SEND | HOW_RECEIVE | HOW_HALT },
		.controls = { IPC_CREATE, IPC_CREATE_STARTED, IPC_DELETE, IPC_RENAME, IPC_MOVE, IPC_PRIO },
		.watch = true, .tick = true,
	};

	return steps_of(out, &c);
}

const struct search ipc_walks[] = {
	{ "3 threads: calls, cancel", &ipc_game, meet, 5, DEPTH_LONG, 0 },
	{ "3 threads: calls, priorities", &ipc_game, slices, 5, DEPTH_LONG, 0 },
	{ "3 threads: calls with timeouts, time", &ipc_game, timed, 4, DEPTH_LONG, "times" },
	{ "3 threads: faults, halt, delete, create, move", &ipc_game, lives, 3, DEPTH_LONG, 0 },
	{ "3 threads: propagation, redirection", &ipc_game, routes, 3, DEPTH_LONG, 0 },
	{ "3 threads: everything", &ipc_game, everything, 2, DEPTH_LONG, 0 },
	{ .name = 0 },
};
