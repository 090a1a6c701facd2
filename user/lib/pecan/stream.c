/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stream.c - see <pecan/stream.h>.
 */
#include <l4/ipc.h>
#include <pecan/console.h>
#include <pecan/stream.h>
#include <pecan/task.h>
#include <proto/stream_client.h>
#include <string.h>

enum { RETRY_US = 10000 };

static L4_ThreadId_t server;		/* of the streams that root names; nilthread: none */
static struct stream_ends_out ends;	/* of those */
static bool known;			/* server and ends are set */
static L4_ThreadId_t instead;		/* of pecan_output_to */

static struct stream_read_out ahead;	/* what was read last */
static size_t ahead_first;		/* of it, the first byte that pecan_read did not return yet */

/* Returns true, after a while, if the request is to be repeated. */
static bool try_again(enum stream_status status)
{
	if (status != STREAM_BUSY)
		return false;
	L4_Sleep(L4_TimePeriod(RETRY_US));
	return true;
}

/* Asked once: a task's streams stay as they are. */
static bool has(enum stream_ends end)
{
	struct pecan_task me;
	enum stream_status status;

	if (!__atomic_load_n(&known, __ATOMIC_ACQUIRE)) {
		if (pecan_task_of(L4_nilthread, &me) == ROOT_OK && !L4_IsNilThread(me.streams)) {
			do
				status = stream_ends(me.streams, &ends);
			while (try_again(status));
			if (status == STREAM_OK)
				server = me.streams;
		}
		__atomic_store_n(&known, true, __ATOMIC_RELEASE);
	}
	return !L4_IsNilThread(server) && (ends.ends & end);
}

bool pecan_input_is_stream(void) { return has(STREAM_INPUT); }
bool pecan_output_is_stream(void) { return !L4_IsNilThread(instead) || has(STREAM_OUTPUT); }
void pecan_output_to(L4_ThreadId_t to) { instead = to; }

bool pecan_write(const char *text, size_t len)
{
	L4_ThreadId_t to = instead;

	if (!pecan_output_is_stream())
		return console_write(text, len);
	while (len) {
		size_t n = len < STREAM_TEXT_BYTES ? len : STREAM_TEXT_BYTES;
		enum stream_status status;

		do
			status = stream_write(L4_IsNilThread(to) ? server : to, text, n);
		while (try_again(status));
		if (status == STREAM_END && L4_IsNilThread(to))
			pecan_exit(PECAN_PIPE_CLOSED);
		if (status != STREAM_OK)
			return false;
		text += n;
		len -= n;
	}
	return true;
}

/* Fills `ahead` if all of it was returned. Returns false at the end. */
static bool fill(void)
{
	if (ahead_first < ahead.text_bytes)
		return true;
	ahead_first = 0;
	while (try_again(stream_read(server, &ahead)))
		;
	return ahead.text_bytes != 0;
}

static long read_console(char *text, size_t bytes)
{
	enum console_status status = console_read_line("", false, text, bytes);
	size_t n;

	if (status == CONSOLE_END)
		return 0;
	if (status != CONSOLE_OK)
		return -1;
	n = strlen(text);
	text[n] = '\n';
	return (long)(n + 1);
}

long pecan_read(char *text, size_t bytes)
{
	if (bytes == 0)
		return 0;
	if (!has(STREAM_INPUT))
		return read_console(text, bytes);
	if (!fill())
		return 0;
	if (bytes > ahead.text_bytes - ahead_first)
		bytes = ahead.text_bytes - ahead_first;
	memcpy(text, ahead.text + ahead_first, bytes);
	ahead_first += bytes;
	return (long)bytes;
}

int pecan_read_line(char *line, size_t bytes)
{
	size_t n = 0;
	char c = 0;

	while (pecan_read(&c, 1) == 1 && c != '\n')
		if (n + 1 < bytes)
			line[n++] = c;
	line[n] = 0;
	return n || c == '\n' ? (int)n : -1;
}
