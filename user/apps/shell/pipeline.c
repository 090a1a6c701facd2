/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pipeline.c - what a line says is done: a command of the shell, a program, or programs connected by pipes,
 * the first of which may be a command that prints.
 *
 * What the shell can see is checked before the first program is started: not how many arguments root takes,
 * for example. The programs of a pipe start from the first to the last; a command at the start runs after
 * that, in the shell, with its output going to the pipe.
 */
#include <pecan/print.h>
#include <pecan/stream.h>
#include <pecan/system.h>
#include <stdio.h>
#include <string.h>

#include "paths.h"
#include "pipes.h"
#include "shell.h"

enum { ARGS_BYTES = ROOT_ARGS_WORDS * sizeof(L4_Word_t) };

const struct command *shell_command(const char *name)
{
	for (const struct command *c = shell_commands; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

/* `run PROGRAM`: take the run away. Returns the command that the stage runs; NULL: a program. */
static const struct command *command_of(struct stage *s)
{
	if (s->argc > 1 && strcmp(s->argv[0], "run") == 0) {
		s->argc--;
		s->argv++;
		return NULL;
	}
	return shell_command(s->argv[0]);
}

static bool arguments_fit(const struct command *c, const struct stage *s)
{
	if (c->most < 0 || s->argc <= (unsigned)c->most + 1)
		return true;
	printf("%s: what is %s? The usage is: %s\n", c->name, s->argv[c->most + 1], c->usage);
	return false;
}

/* May the command stand in this line? */
static bool command_fits(const struct command *c, const struct words *w, unsigned i)
{
	if (!arguments_fit(c, &w->stage[i]))
		return false;
	if (w->stage[i].input || i > 0)
		printf("%s: it reads no input; only programs do\n", c->name);
	else if ((w->stages > 1 || w->stage[i].output) && !c->prints)
		printf("%s: it cannot write to a pipe or file\n", c->name);
	else if (w->background && strcmp(c->name, "run") != 0)
		printf("%s: only programs run in the background; leave out the &\n", c->name);
	else
		return true;
	return false;
}

/* A stage of a program of the disk becomes one of `loader`, whose first argument is its path. */
static struct stage loaded(const struct stage *s)
{
	static char path[PATH_TEXT], *argv[WORDS_MAX + STAGES_MAX], loader[] = "loader";
	struct stage to = *s;

	if (!strchr(s->argv[0], '/') || !files_below(paths_whole(s->argv[0], path)))
		return to;
	argv[0] = loader;
	argv[1] = path;
	memcpy(argv + 2, s->argv + 1, s->argc * sizeof *argv);
	to.argv = argv;
	to.argc++;
	return to;
}

static bool program_fits(const struct stage *s)
{
	struct stage program = loaded(s);
	bool on_disk = program.argv != s->argv;
	char args[ARGS_BYTES];
	size_t n = words_join(&program, args, sizeof args);

	if (on_disk && !paths_can_read(s->argv[0]))
		return false;
	if (!jobs_is_program(program.argv[0])) {
		printf("%s: no such command or program; help lists the commands, ls the programs\n", s->argv[0]);
		return false;
	}
	if (n >= ARGS_BYTES) {
		printf("%s: the arguments have %zu characters; %u are possible\n", s->argv[0], n,
		       (unsigned)ARGS_BYTES - 1);
		return false;
	}
	return !s->input || paths_can_read(s->input);
}

/* Returns false, with a message, if the line is wrong. *first: the command that it begins with. */
static bool line_fits(struct words *w, const struct command **first)
{
	const char *output = w->stage[w->stages - 1].output;

	for (unsigned i = 0; i < w->stages; i++) {
		const struct command *c = command_of(&w->stage[i]);

		if (i == 0)
			*first = c;
		if (c ? !command_fits(c, w, i) : !program_fits(&w->stage[i]))
			return false;
	}
	return !output || paths_begin_write(output, w->stage[w->stages - 1].append);
}

static void name_job(struct job *j, const struct words *w)
{
	size_t n = 0;

	j->name[0] = 0;
	for (unsigned i = 0; i < w->stages && n < sizeof j->name; i++)
		n += (size_t)snprintf(j->name + n, sizeof j->name - n, i ? " | %s" : "%s", w->stage[i].argv[0]);
}

static bool has_ends(const struct pipe_ends *e)
{
	return e->in || e->out || e->file || e->output || *e->directory;
}

/* Start the program of a stage with these ends. */
static bool start(struct job *j, const struct stage *s, struct pipe_ends *e)
{
	char args[ARGS_BYTES];
	struct stage program = loaded(s);
	struct pecan_start start = { .program = program.argv[0], .args = args };
	enum root_error error;

	words_join(&program, args, sizeof args);
	if (has_ends(e))
		start.streams = pipes_server();
	error = pecan_start(&start, &e->task, NULL);
	if (error != ROOT_OK) {
		shell_refused(s->argv[0], error);
		return false;
	}
	j->task[j->count++] = j->number = e->task;
	if (!has_ends(e) || pipes_give(e))
		return true;
	printf("%s: too many programs have pipes, or a directory; wait for some of them\n", s->argv[0]);
	return false;
}

/* Start all programs. The command at the start, if there is one, has the writing end of the first pipe. */
static bool start_all(struct job *j, const struct words *w, bool command)
{
	unsigned in = 0;

	for (unsigned i = 0; i < w->stages; i++) {
		char input[PATH_TEXT], output[PATH_TEXT];
		struct pipe_ends e = { .in = in, .append = w->stage[i].append, .directory = paths_current() };

		if (w->stage[i].input)
			e.file = paths_whole(w->stage[i].input, input);
		if (w->stage[i].output)
			e.output = paths_whole(w->stage[i].output, output);

		if (i + 1 < w->stages && (e.out = in = pipes_new()) == 0) {
			puts("shell: too many pipes; wait for some of the programs");
			return false;
		}
		if (i == 0 && command ? !pipes_give(&e) : !start(j, &w->stage[i], &e))
			return false;
	}
	return true;
}

static void give_up(struct job *j)
{
	struct pecan_end end;

	for (unsigned i = 0; i < j->count; i++)
		if (pecan_kill_family(j->task[i]) == ROOT_OK)
			pecan_wait(j->task[i], false, &end);
	pipes_check(true);
}

static int run_programs(const struct words *w, const struct command *first)
{
	static struct job j;
	bool started;

	if (w->background && !jobs_room()) {
		puts("shell: too many programs run in the background; wait for one, or kill one");
		return SHELL_WRONG;
	}
	memset(&j, 0, sizeof j);
	name_job(&j, w);
	pipes_begin();
	started = start_all(&j, w, first != NULL);
	pipes_end();
	if (!started) {
		give_up(&j);
		return SHELL_WRONG;
	}
	if (w->background) {
		jobs_add(&j);
		return 0;
	}
	if (first) {
		jobs_to_foreground(&j);
		pecan_output_to(pipes_server());
		first->run((int)w->stage[0].argc, w->stage[0].argv);
		pecan_output_to(L4_nilthread);
		pipes_check(true);
	}
	return j.count ? jobs_end_foreground(&j) : 0;
}

int pipeline_run(struct words *w)
{
	const struct command *first;

	if (w->stages == 0)
		return 0;
	if (!line_fits(w, &first))
		return SHELL_NOT_FOUND;
	if (w->stages > 1 || !first || w->stage[0].output)
		return run_programs(w, first);
	first->run((int)w->stage[0].argc, w->stage[0].argv);
	return 0;
}
