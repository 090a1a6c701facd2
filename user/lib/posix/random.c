/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * random.c - getrandom.
 */
#include <errno.h>
#include <pecan/random.h>
#include "random.h"

long px_getrandom(const struct px_args *p)
{
	size_t n = pecan_random((void *)p->a[0], (size_t)p->a[1]);

	return n || p->a[1] == 0 ? (long)n : -ENOSYS;
}
