/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - all walks and random scripts of all games, or those whose name begins with one of the
 * arguments.
 *
 *	model [-t SECONDS] [-r] [-n COUNT] [-S NUMBER] [-s] [GAME...]
 *						-t: about so long in all, as deep as that goes;
 *						-r: only random scripts; -n: so many of each length;
 *						-S: from the script of that number on; -s: self-test
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
static const char *program;
static struct { bool self, random; unsigned count; uint32_t first; double seconds; } given;

static bool selected(const char *name, char **names)
{
	if (!*names)
		return true;
	for (; *names; names++)
		if (strncmp(name, *names, strlen(*names)) == 0)
			return true;
	return false;
}

static const char *name_of(const struct search *w)
{
	return w->as ? w->as : w->game->name;
}

static void tell(const char *name, const char *what, const struct figures *f)
{
	printf("%-6s %-44s", name, what);
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

/* The command that plays the last random script again. */
static void print_repeat(void)
{
	printf("repeat: %s -r -n 1 -S %u %s\n", program, (unsigned)script.number, script.game->name);
}

static void run_walks(char **names)
{
	struct figures f;

	for (unsigned i = 0; walks[i]; i++)
		for (const struct search *w = walks[i]; w->name; w++) {
			bool fails;

			if (!selected(name_of(w), names))
				continue;
			fails = search_all(w, given.seconds, &f, &script);
			tell(name_of(w), w->name, &f);
			judge(fails);
		}
}

/* The k-th kind of random scripts, as the options say. */
static struct random asked(unsigned k)
{
	return (struct random){ randoms[k].length, given.count ? given.count : randoms[k].count, given.seconds,
				given.first };
}

static void run_random(char **names)
{
	struct figures f;
	char what[48];

	for (unsigned i = 0; games[i]; i++)
		for (unsigned k = 0; randoms[k].length; k++) {
			struct random r = asked(k);
			bool fails;

			if (!selected(games[i]->name, names))
				continue;
			fails = play_random(games[i], &r, &f, &script);
			snprintf(what, sizeof(what), "random scripts of %u steps", r.length);
			tell(games[i]->name, what, &f);
			if (fails)
				print_repeat();
			judge(fails);
		}
}

/* How many lines the run will have. */
static unsigned parts(char **names)
{
	unsigned n = 0;

	for (unsigned i = 0; walks[i] && !given.random; i++)
		for (const struct search *w = walks[i]; w->name; w++)
			n += selected(name_of(w), names);
	for (unsigned i = 0; games[i]; i++)
		n += selected(games[i]->name, names) ? RANDOM_LENGTHS : 0;
	return n;
}

/* ---- self-test: the model is spoilt, and the difference must show ---- */

static bool shows(const struct game *g)
{
	struct figures f;

	for (unsigned k = 0; randoms[k].length; k++) {
		struct random r = { randoms[k].length, randoms[k].count, 0, 0 };

		if (play_random(g, &r, &f, &script))
			return true;
	}
	return false;
}

static void self_test(char **names)
{
	for (unsigned i = 0; games[i]; i++)
		for (model_fault = 1; selected(games[i]->name, names) && model_fault <= games[i]->nfaults;
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
	struct random r = { LENGTH, (unsigned)((steps / 2 + LENGTH - 1) / LENGTH), 0, 0 };
	struct figures large, huge = { 0 };
	bool fails = play_random(&large_game, &r, &large, &script) || play_random(&huge_game, &r, &huge, &script);

	if (fails)
		script_print(&script);
	printf("attack rights-large %lu %d\n", large.steps + huge.steps, fails);
	return fails;
}

static bool read_options(int argc, char **argv, unsigned long *steps)
{
	int option;

	while ((option = getopt(argc, argv, "t:rsa:n:S:")) != -1)
		switch (option) {
		case 't': given.seconds = atof(optarg); break;
		case 'a': *steps = strtoul(optarg, 0, 10); break;
		case 'n': given.count = (unsigned)strtoul(optarg, 0, 10); break;
		case 'S': given.first = (uint32_t)strtoul(optarg, 0, 10); break;
		case 's': given.self = true; break;
		case 'r': given.random = true; break;
		default: return false;
		}
	return true;
}

int main(int argc, char **argv)
{
	unsigned long steps = 0;

	program = argv[0];
	if (!read_options(argc, argv, &steps))
		return 2;
	argv += optind;
	catch_crashes();
	if (steps > 0)
		return attack(steps);
	given.seconds /= parts(argv);
	if (given.self) {
		self_test(argv);
	} else {
		if (!given.random)
			run_walks(argv);
		run_random(argv);
	}
	printf("model: %u passed, %u failed\n", passed, failed);
	return failed > 0 || passed == 0;
}
