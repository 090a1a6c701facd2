/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stream.c - see <pecan/stream.h>.
 */
#include <l4/ipc.h>
#include <pecan/console.h>
#include <pecan/stream.h>
#include <pecan/task.h>
#include <string.h>

enum { RETRY_US = 10000 };

static L4_ThreadId_t server;		/* of the streams that root names; nilthread: none */
static L4_Word_t ends;			/* enum stream_ends of those */
static bool known;			/* server and ends are set */
static L4_ThreadId_t instead;		/* of pecan_output_to */

static char ahead[STREAM_TEXT_BYTES];	/* read and not yet returned */
static size_t ahead_first, ahead_count;

/* Returns STREAM_REFUSED too if the server has ended. */
static enum stream_status request(L4_ThreadId_t to, const struct pecan_call *c)
{
	L4_Word_t label;

	while (pecan_call_server(to, c, &label)) {
		if (label != STREAM_BUSY)
			return (enum stream_status)label;
		L4_Sleep(L4_TimePeriod(RETRY_US));
	}
	return STREAM_REFUSED;
}

/* Asked once: a task's streams stay as they are. */
static bool has(enum stream_ends end)
{
	struct pecan_task me;

	if (!__atomic_load_n(&known, __ATOMIC_ACQUIRE)) {
		if (pecan_task_of(L4_nilthread, &me) == ROOT_OK && !L4_IsNilThread(me.streams)
		    && request(me.streams, &(struct pecan_call){ STREAM_ENDS, NULL, 0, &ends, 1 }) == STREAM_OK)
			server = me.streams;
		__atomic_store_n(&known, true, __ATOMIC_RELEASE);
	}
	return !L4_IsNilThread(server) && (ends & end);
}

bool pecan_input_is_stream(void) { return has(STREAM_INPUT); }
bool pecan_output_is_stream(void) { return !L4_IsNilThread(instead) || has(STREAM_OUTPUT); }
void pecan_output_to(L4_ThreadId_t to) { instead = to; }

/* At most STREAM_TEXT_BYTES. */
static enum stream_status write_piece(L4_ThreadId_t to, const char *text, size_t len)
{
	L4_Word_t words[1 + STREAM_TEXT_WORDS] = { len };
	unsigned n = 1 + (unsigned)((len + sizeof words[0] - 1) / sizeof words[0]);

	memcpy(&words[1], text, len);
	return request(to, &(struct pecan_call){ STREAM_WRITE, words, n, NULL, 0 });
}

bool pecan_write(const char *text, size_t len)
{
	L4_ThreadId_t to = instead;

	if (!pecan_output_is_stream())
		return console_write(text, len);
	while (len) {
		size_t n = len < STREAM_TEXT_BYTES ? len : STREAM_TEXT_BYTES;
		enum stream_status status = write_piece(L4_IsNilThread(to) ? server : to, text, n);

		if (status == STREAM_END && L4_IsNilThread(to))
			pecan_exit(PECAN_PIPE_CLOSED);
		if (status != STREAM_OK)
			return false;
		text += n;
		len -= n;
	}
	return true;
}

/* Fills `ahead` if it is empty. Returns false at the end. */
static bool fill(void)
{
	L4_Word_t words[1 + STREAM_TEXT_WORDS] = { 0 };
	struct pecan_call c = { STREAM_READ, NULL, 0, words, 1 + STREAM_TEXT_WORDS };

	if (ahead_count)
		return true;
	if (request(server, &c) != STREAM_OK || words[0] > STREAM_TEXT_BYTES)
		return false;
	memcpy(ahead, &words[1], words[0]);
	ahead_first = 0;
	ahead_count = words[0];
	return ahead_count != 0;
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
	if (bytes > ahead_count)
		bytes = ahead_count;
	memcpy(text, ahead + ahead_first, bytes);
	ahead_first += bytes;
	ahead_count -= bytes;
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
