/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model.h - a part of the interface, written a second time as simply as possible, in lock step with
 * the real core.
 *
 * A "game" is such a part: the model's variables, and steps that are played by the model and by the
 * core; all that a user could see is compared after each. A "search" is a set of steps from which every
 * script up to some length is played, but from equal states of the model only once. A difference
 * ends the run with the shortest script that shows it.
 */
#ifndef MODEL_H
#define MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STEP_ARGS = 8, KEY_MAX = 512, STEPS_MAX = 4096, DEPTH_LONG = 63 };

/* One step of a script; what the bytes mean is the game's. */
struct step { uint8_t arg[STEP_ARGS]; };

struct game {
	const char *name;
	void *model;				/* its variables, copied as they are */
	size_t model_size;
	const char *const *faults;		/* what can be spoilt in the model (model_fault) */
	unsigned nfaults;
	void (*boot)(void);			/* the core, and the model, at the beginning */
	bool (*play)(struct step s);		/* false: it makes no sense now, and nothing happened */
	void (*probe)(void);			/* further looks, which may change the core; or 0 */
	size_t (*key)(uint8_t *out);		/* the model's state, equal states alike */
	struct step (*random)(void);
	void (*say)(struct step s, char *out, size_t size);
};

struct search {
	const char *name;
	const struct game *game;
	unsigned (*steps)(struct step *out);
	unsigned depth, long_depth;		/* in a test, and when there is time */
	const char *as;				/* what it is chosen by if not by the name of its game */
};

extern const struct game map_game, large_game, huge_game, ipc_game;
extern const struct search map_walks[], ipc_walks[];	/* up to one without a name */

/* The number of the fault planted in the model, from 1; 0: none. For the self-test. */
extern unsigned model_fault;
static inline bool spoilt(unsigned fault) { return model_fault == fault; }

/* Model and core differ. */
_Noreturn void differ(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A random number below n. */
unsigned dice(unsigned n);

#endif
