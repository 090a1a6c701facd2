/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * random.c - see <pecan/random.h>.
 */
#include <pecan/names.h>
#include <pecan/random.h>
#include <proto/random_client.h>
#include <string.h>

/* arch/x86_64/random.S. Returns false if there is no number. */
bool pecan_random_word(unsigned long *to);

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
	    || random_get(driver, bytes, &out) != RANDOM_OK)
		return 0;
	memcpy(to, out.data, out.data_bytes);
	return out.data_bytes;
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
