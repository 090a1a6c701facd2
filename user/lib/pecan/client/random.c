/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * random.c - see <pecan/random.h>.
 */
#include <l4/ipc.h>
#include <pecan/names.h>
#include <pecan/random.h>
#include <proto/random_client.h>
#include <string.h>

enum { TRIES = 500, PAUSE_US = 10000 };		/* 5 s: a server that waits is not late for its heartbeat */

/* arch/<a>/random. Returns false if there is no number. */
bool pecan_random_word(unsigned long *to);

/* Bytes of the driver. It may have no place for another client: that is not the lack of a source. */
static enum random_status get(L4_ThreadId_t driver, size_t bytes, struct random_get_out *out)
{
	enum random_status status = random_get(driver, bytes, out);

	for (unsigned i = 0; i < TRIES && status == RANDOM_BUSY; i++) {
		L4_Sleep(L4_TimePeriod(PAUSE_US));
		status = random_get(driver, bytes, out);
	}
	return status;
}

/* Up to `bytes` bytes, at least one; 0 if there is no source. */
static size_t some(char *to, size_t bytes)
{
	struct random_get_out out;
	L4_ThreadId_t driver;
	unsigned long word;

	if (pecan_random_word(&word)) {
		if (bytes > sizeof word)
			bytes = sizeof word;
		memcpy(to, &word, bytes);
		return bytes;
	}
	if (bytes > RANDOM_BYTES)
		bytes = RANDOM_BYTES;
	if (pecan_lookup(RANDOM_NAME, false, &driver) != NAMES_OK
	    || get(driver, bytes, &out) != RANDOM_OK)
		return 0;
	if (bytes > out.data_bytes)
		bytes = out.data_bytes;
	memcpy(to, out.data, bytes);
	return bytes;
}

size_t pecan_random(void *to, size_t bytes)
{
	size_t done = 0, n;

	do {
		n = some((char *)to + done, bytes - done);
		done += n;
	} while (n > 0 && done < bytes);
	return done;
}
