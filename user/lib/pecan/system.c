/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * system.c - see <pecan/system.h>.
 */
#include <pecan/system.h>
#include <string.h>

enum { RECORD_WORDS = 16 };

bool pecan_inspect(enum l4_inspect what, L4_Word_t object, L4_Word_t *start,
		   void *record, unsigned words, enum root_error *error)
{
	L4_Word_t in[3] = { what, object, *start }, out[1 + RECORD_WORDS];
	enum root_error e = pecan_call(&(struct pecan_call){ ROOT_INSPECT, in, 3, out, 1 + RECORD_WORDS });

	if (error != 0)
		*error = e;
	if (e != ROOT_OK || out[0] == 0)
		return false;
	*start = out[0];
	memcpy(record, &out[1], (words < RECORD_WORDS ? words : RECORD_WORDS) * sizeof(L4_Word_t));
	return true;
}

enum root_error pecan_power(enum root_power what, L4_Word_t status)
{
	L4_Word_t in[2] = { what, status };

	return pecan_call(&(struct pecan_call){ ROOT_POWER, in, 2, 0, 0 });
}

void pecan_log(const char *text)
{
	L4_Word_t in[ROOT_TEXT_WORDS + 1];
	size_t left = strlen(text), n;

	for (; left > 0; text += n, left -= n) {
		n = left < ROOT_TEXT_WORDS * sizeof(L4_Word_t) ? left : ROOT_TEXT_WORDS * sizeof(L4_Word_t);
		memset(in, 0, sizeof(in));
		memcpy(in, text, n);
		pecan_call(&(struct pecan_call){ ROOT_LOG_WRITE, in, ROOT_TEXT_WORDS + 1, 0, 0 });
	}
}

unsigned pecan_log_read(char *text, unsigned bytes)
{
	L4_Word_t out[1 + ROOT_TEXT_WORDS];
	unsigned n;

	text[0] = 0;
	if (pecan_call(&(struct pecan_call){ ROOT_LOG_READ, 0, 0, out, 1 + ROOT_TEXT_WORDS }) != ROOT_OK)
		return 0;
	n = out[0] < bytes ? (unsigned)out[0] : bytes - 1;
	memcpy(text, &out[1], n);
	text[n] = 0;
	return n;
}

enum root_error pecan_file_read(const char *name, L4_Word_t offset, void *to, L4_Word_t bytes,
				L4_Word_t *got, L4_Word_t *size)
{
	L4_Word_t in[1 + ROOT_NAME_WORDS], out[2 + ROOT_TEXT_WORDS] = { 0 }, n;
	struct pecan_call c = { ROOT_FILE, in, 1 + ROOT_NAME_WORDS, out, 2 + ROOT_TEXT_WORDS };
	enum root_error e = ROOT_OK;

	pecan_pack(&in[1], ROOT_NAME_WORDS, name);
	*got = 0;
	do {
		in[0] = offset + *got;
		e = pecan_call(&c);
		n = e == ROOT_OK ? out[1] : 0;
		if (n > bytes - *got)
			n = bytes - *got;
		memcpy((char *)to + *got, &out[2], n);
		*got += n;
	} while (n > 0 && *got < bytes);
	if (size != 0)
		*size = out[0];
	return e;
}
