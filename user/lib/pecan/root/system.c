/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * system.c - see <pecan/system.h>.
 */
#include <pecan/system.h>
#include <proto/root_client.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

_Static_assert(sizeof(struct l4_inspect_trace) <= ROOT_RECORD_WORDS * sizeof(L4_Word_t), "longest record");

bool pecan_inspect(enum l4_inspect what, L4_Word_t object, L4_Word_t *start,
		   void *record, unsigned words, enum root_error *error)
{
	struct root_inspect_out out;
	enum root_error e = root_inspect(pecan_root(), what, object, *start, &out);

	if (error)
		*error = e;
	if (e != ROOT_OK || out.next == 0)
		return false;
	*start = out.next;
	memcpy(record, out.record, (words < ROOT_RECORD_WORDS ? words : ROOT_RECORD_WORDS) * sizeof(L4_Word_t));
	return true;
}

enum root_error pecan_power(enum root_power what, L4_Word_t status)
{
	return root_power(pecan_root(), what, status);
}

void pecan_log(const char *text)
{
	char part[ROOT_LOG_BYTES];

	for (size_t n; (n = strlcpy(part, text, sizeof(part))) > 0; text += n) {
		n = n < sizeof(part) ? n : sizeof(part) - 1;
		root_log_write(pecan_root(), part);
	}
}

void pecan_logf(const char *format, ...)
{
	char text[ROOT_LOG_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	pecan_log(text);
}

unsigned pecan_log_read(char *text, unsigned bytes)
{
	struct root_log_read_out out;
	unsigned n;

	root_log_read(pecan_root(), &out);
	n = out.text_bytes < bytes ? (unsigned)out.text_bytes : bytes - 1;
	memcpy(text, out.text, n);
	text[n] = 0;
	return n;
}

enum root_error pecan_file_read(const char *name, L4_Word_t offset, void *to, L4_Word_t bytes,
				L4_Word_t *got, L4_Word_t *size)
{
	struct root_file_out out = { .size = 0 };
	enum root_error e;
	L4_Word_t n;

	*got = 0;
	if (strlen(name) >= ROOT_NAME_BYTES)
		return ROOT_E_NAME;
	do {
		e = root_file(pecan_root(), offset + *got, name, &out);
		n = out.data_bytes < bytes - *got ? out.data_bytes : bytes - *got;
		memcpy((char *)to + *got, out.data, n);
		*got += n;
	} while (n > 0 && *got < bytes);
	if (size)
		*size = out.size;
	return e;
}
