/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ids.c - see ids.h. The rules are those of POSIX for setuid and the like: user 0 takes any number; without
 * it a number is taken that is real, effective or saved already, and others are EPERM.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/types.h>
#include <pecan/task.h>
#include "base.h"
#include "ids.h"

enum { GROUPS = 32 };		/* NGROUPS_MAX of musl */
#define KEPT ((id_t)-1)		/* an argument that leaves the number as it is */

struct ids { id_t real, effective, saved; };

static struct ids user, group;
static gid_t groups[GROUPS];
static int group_count;
static int lock;

/* May the program take any number? */
static bool is_privileged(void)
{
	return user.effective == 0;
}

static bool has(const struct ids *i, id_t id)
{
	return id == i->real || id == i->effective || id == i->saved;
}

/* ---- what there is ---- */

long px_getuid(const struct px_args *p) { (void)p; return (long)user.real; }
long px_geteuid(const struct px_args *p) { (void)p; return (long)user.effective; }
long px_getgid(const struct px_args *p) { (void)p; return (long)group.real; }
long px_getegid(const struct px_args *p) { (void)p; return (long)group.effective; }

static long get_all(const struct ids *i, const struct px_args *p)
{
	px_lock(&lock);
	*(id_t *)p->a[0] = i->real;
	*(id_t *)p->a[1] = i->effective;
	*(id_t *)p->a[2] = i->saved;
	px_unlock(&lock);
	return 0;
}

long px_getresuid(const struct px_args *p) { return get_all(&user, p); }
long px_getresgid(const struct px_args *p) { return get_all(&group, p); }

/* With room for none only their number. */
long px_getgroups(const struct px_args *p)
{
	int room = (int)p->a[0];
	long n;

	px_lock(&lock);
	n = room && room < group_count ? -EINVAL : group_count;
	if (room && n > 0)
		memcpy((gid_t *)p->a[1], groups, (size_t)n * sizeof *groups);
	px_unlock(&lock);
	return n;
}

/* ---- changes ---- */

/* Sets the three numbers, or as many as are not KEPT. may: this program may have these. */
static long change(struct ids *i, bool may, struct ids to)
{
	if (!may)
		return -EPERM;
	if (to.real != KEPT)
		i->real = to.real;
	if (to.effective != KEPT)
		i->effective = to.effective;
	if (to.saved != KEPT)
		i->saved = to.saved;
	return 0;
}

/* User 0 gives all three up, so that it cannot have them back; others change the effective one. */
static long set(struct ids *i, const struct px_args *p)
{
	id_t id = (id_t)p->a[0];
	bool all;
	long e;

	if (id == KEPT)
		return -EINVAL;
	px_lock(&lock);
	all = is_privileged();
	e = change(i, all || id == i->real || id == i->saved,
		   all ? (struct ids){ id, id, id } : (struct ids){ KEPT, id, KEPT });
	px_unlock(&lock);
	return e;
}

long px_setuid(const struct px_args *p) { return set(&user, p); }
long px_setgid(const struct px_args *p) { return set(&group, p); }

/* The saved number becomes the effective one, if the real one is set, or the effective one to another. */
static long set_two(struct ids *i, const struct px_args *p)
{
	struct ids to = { (id_t)p->a[0], (id_t)p->a[1], KEPT };
	bool may;
	long e;

	px_lock(&lock);
	may = is_privileged() || ((to.real == KEPT || to.real == i->real || to.real == i->effective)
				  && (to.effective == KEPT || has(i, to.effective)));
	if (to.real != KEPT || (to.effective != KEPT && to.effective != i->real))
		to.saved = to.effective == KEPT ? i->effective : to.effective;
	e = change(i, may, to);
	px_unlock(&lock);
	return e;
}

long px_setreuid(const struct px_args *p) { return set_two(&user, p); }
long px_setregid(const struct px_args *p) { return set_two(&group, p); }

static long set_three(struct ids *i, const struct px_args *p)
{
	struct ids to = { (id_t)p->a[0], (id_t)p->a[1], (id_t)p->a[2] };
	bool may;
	long e;

	px_lock(&lock);
	may = is_privileged() || ((to.real == KEPT || has(i, to.real))
				  && (to.effective == KEPT || has(i, to.effective))
				  && (to.saved == KEPT || has(i, to.saved)));
	e = change(i, may, to);
	px_unlock(&lock);
	return e;
}

long px_setresuid(const struct px_args *p) { return set_three(&user, p); }
long px_setresgid(const struct px_args *p) { return set_three(&group, p); }

long px_setgroups(const struct px_args *p)
{
	size_t n = (size_t)p->a[0];
	long e = 0;

	px_lock(&lock);
	if (!is_privileged())
		e = -EPERM;
	else if (n > GROUPS)
		e = -EINVAL;
	if (e == 0) {
		if (n)
			memcpy(groups, (const gid_t *)p->a[1], n * sizeof *groups);
		group_count = (int)n;
	}
	px_unlock(&lock);
	return e;
}

/* ---- the process ---- */

long px_getpid(const struct px_args *p)
{
	static long number;
	struct pecan_task me;

	(void)p;
	if (!number)
		number = pecan_task_of(L4_nilthread, &me) == ROOT_OK ? (long)me.task : 1;
	return number;
}

long px_getppid(const struct px_args *p)
{
	struct pecan_task me;

	(void)p;
	return pecan_task_of(L4_nilthread, &me) == ROOT_OK ? (long)me.parent : 0;
}

/* Each program is a group of its own. */
long px_getpgid(const struct px_args *p)
{
	return p->a[0] == 0 || p->a[0] == px_getpid(p) ? px_getpid(p) : -ESRCH;
}

/* It is kept and shown: files and directories are made with 0644 and 0755 whatever it is. */
long px_umask(const struct px_args *p)
{
	static int mask = 022;

	return __atomic_exchange_n(&mask, (int)p->a[0] & 0777, __ATOMIC_SEQ_CST);
}
