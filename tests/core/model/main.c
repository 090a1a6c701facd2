/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - all walks and random scripts of all games, or those whose name begins with one of the
 * arguments.
 *
 *	model [-t SECONDS] [-r] [-s] [GAME...]	-t: about so long in all, as deep as that goes;
 *						-r: only random scripts; -s: self-test
 *	model -a STEPS				the row rights-large of `make attack`
 *
 * One line for each with what it covered, then "N passed, N failed". The first difference ends the run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "engine.h"

enum { RANDOM_LENGTHS = 3, SHARES = 2 };

static const struct game *const games[] = { &map_game, &large_game, &huge_game, &ipc_game, 0 };
static const struct search *const walks[] = { map_walks, ipc_walks, 0 };

static const struct { unsigned length, count; } randoms[] = {
	{ 12, 40000 }, { 60, 8000 }, { 1000, 300 }, { 0, 0 },
};

static struct script script;
static unsigned passed, failed;

static bool selected(const struct game *g, char **names)
{
	if (!*names)
		return true;
	for (; *names; names++)
		if (strncmp(g->name, *names, strlen(*names)) == 0)
			return true;
	return false;
}

static void tell(const struct game *g, const char *what, const struct figures *f)
{
	printf("%-6s %-44s", g->name, what);
	if (f->states)
		printf("%9lu states", f->states);
	else
		printf("%16s", "");
	printf(" %9lu steps  %s %4u  %5.1f s\n", f->steps, f->closed ? "closed at" : "length   ", f->depth,
	       f->seconds);
	fflush(stdout);
}

/* A difference is the end: what comes after it shows the same. */
static void judge(bool fails)
{
	passed += !fails;
	failed += fails;
	if (!fails)
		return;
	script_print(&script);
	printf("model: %u passed, %u failed\n", passed, failed);
	exit(1);
}

static void run_walks(char **names, double seconds)
{
	struct figures f;

	for (unsigned i = 0; walks[i]; i++)
		for (const struct search *w = walks[i]; w->name; w++) {
			bool fails;

			if (!selected(w->game, names))
				continue;
			fails = search_all(w, seconds, &f, &script);
			tell(w->game, w->name, &f);
			judge(fails);
		}
}

static void run_random(char **names, double seconds)
{
	struct figures f;
	char what[48];

	for (unsigned i = 0; games[i]; i++)
		for (unsigned k = 0; randoms[k].length; k++) {
			bool fails;

			if (!selected(games[i], names))
				continue;
			fails = play_random(games[i], randoms[k].length, randoms[k].count, seconds, &f, &script);
			snprintf(what, sizeof(what), "random scripts of %u steps", randoms[k].length);
			tell(games[i], what, &f);
			judge(fails);
		}
}

/* How many lines the run will have. */
static unsigned parts(char **names)
{
	unsigned n = 0;

	for (unsigned i = 0; walks[i]; i++)
		for (const struct search *w = walks[i]; w->name; w++)
			n += selected(w->game, names);
	for (unsigned i = 0; games[i]; i++)
		n += selected(games[i], names) ? RANDOM_LENGTHS : 0;
	return n;
}

/* ---- self-test: the model is spoilt, and the difference must show ---- */

static bool shows(const struct game *g)
{
	struct figures f;

	for (unsigned k = 0; randoms[k].length; k++)
		if (play_random(g, randoms[k].length, randoms[k].count, 0, &f, &script))
			return true;
	return false;
}

static void self_test(char **names)
{
	for (unsigned i = 0; games[i]; i++)
		for (model_fault = 1; selected(games[i], names) && model_fault <= games[i]->nfaults;
		     model_fault++) {
			const char *fault = games[i]->faults[model_fault - 1];

			if (shows(games[i])) {
				passed++;
				printf("%-6s %-60s seen by %u steps\n", games[i]->name, fault, script.length);
			} else {
				failed++;
				printf("FAIL %s: no script shows that %s\n", games[i]->name, fault);
			}
			fflush(stdout);
		}
}

/* ---- a row of the table of attacks ---- */

/* Half of the steps with pages of 4 KiB and 2 MiB, half with pages of 2 MiB and 1 GiB. */
static int attack(unsigned long steps)
{
	enum { LENGTH = 200 };
	unsigned count = (unsigned)((steps / 2 + LENGTH - 1) / LENGTH);
	struct figures large, huge = { 0 };
	bool fails = play_random(&large_game, LENGTH, count, 0, &large, &script)
		  || play_random(&huge_game, LENGTH, count, 0, &huge, &script);

	if (fails)
		script_print(&script);
	printf("attack rights-large %lu %d\n", large.steps + huge.steps, fails);
	return fails;
}

int main(int argc, char **argv)
{
	double seconds = 0;
	unsigned long steps = 0;
	bool self = false, only_random = false;
	int option;

	while ((option = getopt(argc, argv, "t:rsa:")) != -1) {
		if (option == 't')
			seconds = atof(optarg);
		if (option == 'a')
			steps = strtoul(optarg, 0, 10);
		self |= option == 's';
		only_random |= option == 'r';
		if (option == '?')
			return 2;
	}
	catch_crashes();
	if (steps > 0)
		return attack(steps);
	if (self) {
		self_test(argv + optind);
	} else {
		seconds /= parts(argv + optind);
		if (!only_random)
			run_walks(argv + optind, seconds);
		run_random(argv + optind, seconds);
	}
	printf("model: %u passed, %u failed\n", passed, failed);
	return failed > 0 || passed == 0;
}
