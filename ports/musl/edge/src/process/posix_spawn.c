/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * posix_spawn.c - without a copy of the process: the file actions are played on a table of descriptors, and
 * what is 0 to 2 in it then is given to user/lib/posix. The new task inherits no other descriptors.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <unistd.h>
#include "fdop.h"

enum { DESCRIPTORS = 64 };

/* at: descriptors of this process that the new one has, -1: none; placed: by a file action. */
struct table { int at[DESCRIPTORS]; int placed[DESCRIPTORS]; int opened[DESCRIPTORS]; unsigned opens; };

int __pecan_spawn(const char *path, char *const argv[], const int fd[3], int *task);

static int is_descriptor(int fd)
{
	return fd >= 0 && fd < DESCRIPTORS;
}

static int copy(struct table *t, int from, int to)
{
	if (!is_descriptor(from) || !is_descriptor(to) || fcntl(t->at[from], F_GETFD) < 0)
		return EBADF;
	t->at[to] = t->at[from];
	t->placed[to] = 1;
	return 0;
}

static int open_as(struct table *t, const struct fdop *op)
{
	int fd;

	if (!is_descriptor(op->fd))
		return EBADF;
	if (t->opens == DESCRIPTORS)
		return EMFILE;
	fd = open(op->path, op->oflag | O_CLOEXEC, op->mode);
	if (fd < 0)
		return errno;
	t->at[op->fd] = t->opened[t->opens++] = fd;
	t->placed[op->fd] = 1;
	return 0;
}

static int act(struct table *t, const struct fdop *op)
{
	switch (op->cmd) {
	case FDOP_CLOSE:
		if (is_descriptor(op->fd))
			t->at[op->fd] = -1;
		return 0;
	case FDOP_DUP2:
		return copy(t, op->srcfd, op->fd);
	case FDOP_OPEN:
		return open_as(t, op);
	default:
		return ENOTSUP;
	}
}

/* The list has the last action first. */
static int act_all(struct table *t, const posix_spawn_file_actions_t *fa)
{
	const struct fdop *op = fa ? fa->__actions : 0;
	int e = 0;

	while (op && op->next)
		op = op->next;
	for (; op && !e; op = op->prev)
		e = act(t, op);
	return e;
}

/* What is to be closed, and was not placed by an action, is closed: dup2 clears the flag. */
static void close_on_exec(struct table *t)
{
	for (int fd = 0; fd < 3; fd++)
		if (!t->placed[fd] && (fcntl(fd, F_GETFD) & FD_CLOEXEC))
			t->at[fd] = -1;
}

int posix_spawn(pid_t *restrict res, const char *restrict path, const posix_spawn_file_actions_t *fa,
	const posix_spawnattr_t *restrict attr, char *const argv[restrict], char *const envp[restrict])
{
	struct table t = { .opens = 0 };
	int e, state;

	(void)envp;
	if (attr && (attr->__flags & (POSIX_SPAWN_SETSID | POSIX_SPAWN_SETPGROUP)))
		return ENOTSUP;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	for (int fd = 0; fd < DESCRIPTORS; fd++)
		t.at[fd] = fd;
	e = act_all(&t, fa);
	close_on_exec(&t);
	if (!e)
		e = __pecan_spawn(path, argv, t.at, res);
	while (t.opens)
		close(t.opened[--t.opens]);
	pthread_setcancelstate(state, 0);
	return e;
}
