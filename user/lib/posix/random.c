/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * random.c - getrandom: by the CPU's random numbers, or, if it has none, by the driver of a device.
 */
#include <errno.h>
#include <pecan/names.h>
#include <proto/random_client.h>
#include <string.h>
#include "posix.h"

/* arch/x86_64/random.S. Returns false if there is no number. */
bool px_random(unsigned long *to);

/* Up to `bytes` bytes, at least one; 0 if there is no source. */
static size_t some(char *to, size_t bytes)
{
	struct random_get_out out;
	L4_ThreadId_t driver;
	unsigned long word;

	if (px_random(&word)) {
		if (bytes > sizeof word)
			bytes = sizeof word;
		memcpy(to, &word, bytes);
		return bytes;
	}
	if (bytes > RANDOM_BYTES)
		bytes = RANDOM_BYTES;
	if (pecan_lookup(RANDOM_NAME, false, &driver) != NAMES_OK
	    || random_get(driver, bytes, &out) != RANDOM_OK)
		return 0;
	memcpy(to, out.data, out.data_bytes);
	return out.data_bytes;
}

long px_getrandom(const struct px_args *p)
{
	char *to = (char *)p->a[0];
	size_t bytes = (size_t)p->a[1], n;

	for (size_t done = 0; done < bytes; done += n) {
		n = some(to + done, bytes - done);
		if (n == 0)
			return done ? (long)done : -ENOSYS;
	}
	return (long)bytes;
}
