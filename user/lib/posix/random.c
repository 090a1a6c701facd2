/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * random.c - getrandom, by the CPU's random numbers. Without those there is no source.
 */
#include <errno.h>
#include <string.h>
#include "posix.h"

/* arch/x86_64/random.S. Returns false if there is no number. */
bool px_random(unsigned long *to);

long px_getrandom(const struct px_args *p)
{
	char *to = (char *)p->a[0];
	size_t bytes = (size_t)p->a[1], n;
	unsigned long word;

	for (size_t done = 0; done < bytes; done += n) {
		if (!px_random(&word))
			return done ? (long)done : -ENOSYS;
		n = bytes - done < sizeof word ? bytes - done : sizeof word;
		memcpy(to + done, &word, n);
	}
	return (long)bytes;
}
