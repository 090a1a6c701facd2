/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * engine.h - playing scripts: copies of both worlds, exhaustive walks, random scripts, shrinking.
 */
#ifndef ENGINE_H
#define ENGINE_H

#include <setjmp.h>
#include "model.h"

enum { SCRIPT_MAX = 4096, DEPTH_MAX = 64 };

struct script {
	const struct game *game;
	unsigned length;
	struct step step[SCRIPT_MAX];
	uint32_t number;		/* of a random one, by which its steps were drawn */
	char difference[512];		/* what was seen at its end */
};

/* ---- copies (copy.c) ---- */

struct copy;
struct copy *copy_new(const struct game *g);
void copy_take(struct copy *c);
void copy_back(const struct copy *c);
void copy_drop(struct copy *c);

/* ---- differences (script.c) ---- */

/* All invariants of the core; the world's own checks after each entry happen only in scripts that fail. */
void check_core(void);

/* The target of longjmp after a difference, a crash, a panic and a hang: set by the caller of a script, which
 * then notes what differed. */
extern sigjmp_buf differed;
void note_difference(struct script *s);
void catch_crashes(void);
void expect_end(void);

/* ---- scripts (script.c) ---- */

/* The beginning of g. */
void begin(const struct game *g);

/* Play s from the beginning. True if the core differs. s is cut behind the step that shows it. */
bool script_fails(struct script *s);

/* Leave out what is not needed for the difference. */
void script_shrink(struct script *s);

void script_print(const struct script *s);

/* What walks and random scripts count. */
struct figures { unsigned long states, steps; unsigned depth; bool closed; double seconds; };

/*
 * Play every script of w's steps up to w->depth steps, or for so many seconds (0: no end) up to
 * w->long_depth. True if the core differs; then *s is the script.
 */
bool search_all(const struct search *w, double seconds, struct figures *f, struct script *s);

/* Random scripts, from the one numbered `first` on: `count` of them, or for so many seconds if not 0. */
struct random { unsigned length, count; double seconds; uint32_t first; };

/* Play them. True if the core differs; then *s is the script, with its number. */
bool play_random(const struct game *g, const struct random *r, struct figures *f, struct script *s);

double seconds_now(void);

#endif
