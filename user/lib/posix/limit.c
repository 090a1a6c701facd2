/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * limit.c - getrlimit, setrlimit, prlimit: the limits that there are, of the library and of the program's
 * section; only the number of descriptors can be lowered, and raised again.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <pecan/memory.h>
#include "child.h"
#include "file.h"
#include "ids.h"
#include "limit.h"

enum { STACK = 1 << 20 };		/* as root places that of the first thread */

/* As the kernel interface of musl has it. */
struct limit { uint64_t now, most; };

static uint64_t memory(void)
{
	struct pecan_memory m;

	return pecan_memory(&m) == ROOT_OK ? m.limit : 0;
}

static struct limit fixed(uint64_t most)
{
	return (struct limit){ most, most };
}

/* What is no part of this system has none, so there is none of it: 0. */
static struct limit limit_of(long resource)
{
	switch (resource) {
	case RLIMIT_NOFILE: return (struct limit){ px_descriptors.now, px_descriptors.most };
	case RLIMIT_STACK: return fixed(STACK);
	case RLIMIT_NPROC: return fixed(PX_CHILDREN);
	case RLIMIT_SIGPENDING: return fixed(_NSIG - 1);
	case RLIMIT_AS:
	case RLIMIT_DATA:
	case RLIMIT_RSS:
	case RLIMIT_MEMLOCK: return fixed(memory());
	case RLIMIT_CPU:
	case RLIMIT_FSIZE:
	case RLIMIT_LOCKS:
	case RLIMIT_RTTIME: return fixed(RLIM_INFINITY);
	default: return fixed(0);
	}
}

static long set(long resource, struct limit before, const struct limit *to)
{
	if (to->now > to->most)
		return -EINVAL;
	if (to->now == before.now && to->most == before.most)
		return 0;
	if (resource != RLIMIT_NOFILE || to->most > before.most)
		return -EPERM;
	px_descriptors.now = (long)to->now;
	px_descriptors.most = (long)to->most;
	return 0;
}

/* Of this program only. */
long px_prlimit(const struct px_args *p)
{
	const struct limit *new = (const struct limit *)p->a[2];
	struct limit *old = (struct limit *)p->a[3], before;
	long e = 0;

	if (p->a[1] < 0 || p->a[1] >= RLIM_NLIMITS)
		return -EINVAL;
	if (p->a[0] && p->a[0] != px_getpid(p))
		return -ESRCH;
	before = limit_of(p->a[1]);
	if (new)
		e = set(p->a[1], before, new);
	if (e == 0 && old)
		*old = before;
	return e;
}
