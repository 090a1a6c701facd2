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

static struct stream_ends_out ends;	/* of this task, with the server of each */
static bool claimed, known;		/* a thread sets ends; ends is set */
static L4_ThreadId_t instead;		/* of pecan_output_to */

static struct stream_read_out ahead;	/* what was read last: a line of the console fits with its end */
static size_t ahead_first;		/* of it, the first byte that pecan_read did not return yet */

_Static_assert(CONSOLE_LINE_BYTES + 2 <= sizeof ahead.text, "a line, its end and a NUL");

/* Returns true, after a while, if the request is to be repeated. */
static bool try_again(enum stream_status status)
{
	if (status != STREAM_BUSY)
		return false;
	L4_Sleep(L4_TimePeriod(RETRY_US));
	return true;
}

/* nilthread stands for the server that answered. */
static void name_server(L4_ThreadId_t *of, L4_ThreadId_t server)
{
	if (L4_IsNilThread(*of))
		*of = server;
}

static void ask_ends(struct stream_ends_out *own)
{
	enum stream_status status;
	struct pecan_task me;

	if (pecan_task_of(L4_nilthread, &me) != ROOT_OK || L4_IsNilThread(me.streams))
		return;
	do
		status = stream_ends(me.streams, own);
	while (try_again(status));
	name_server(&own->input, me.streams);
	name_server(&own->output, me.streams);
	name_server(&own->error, me.streams);
}

void pecan_start_directory(char path[STREAM_PATH_BYTES])
{
	struct stream_directory_out out = { .path = "" };
	enum stream_status status = STREAM_REFUSED;
	struct pecan_task me;

	if (pecan_task_of(L4_nilthread, &me) == ROOT_OK && !L4_IsNilThread(me.streams))
		do
			status = stream_directory(me.streams, &out);
		while (try_again(status));
	strcpy(path, status == STREAM_OK ? out.path : "");
}

/* A task's streams stay as they are: the first answer is kept, other threads may ask meanwhile. */
L4_ThreadId_t pecan_stream_server(enum stream_ends end)
{
	struct stream_ends_out own = { 0 };

	if (__atomic_load_n(&known, __ATOMIC_ACQUIRE)) {
		own = ends;
	} else {
		ask_ends(&own);
		if (!__atomic_exchange_n(&claimed, true, __ATOMIC_SEQ_CST)) {
			ends = own;
			__atomic_store_n(&known, true, __ATOMIC_RELEASE);
		}
	}
	if (!(own.ends & end))
		return L4_nilthread;
	return end == STREAM_INPUT ? own.input : end == STREAM_OUTPUT ? own.output : own.error;
}

/* Where text for this end goes; nilthread: to the console. */
static L4_ThreadId_t target(enum stream_ends end)
{
	L4_ThreadId_t to = instead;

	return end == STREAM_OUTPUT && !L4_IsNilThread(to) ? to : pecan_stream_server(end);
}

bool pecan_input_is_stream(void) { return !L4_IsNilThread(pecan_stream_server(STREAM_INPUT)); }
bool pecan_output_is_stream(void) { return !L4_IsNilThread(target(STREAM_OUTPUT)); }
void pecan_output_to(L4_ThreadId_t to) { instead = to; }

enum stream_status pecan_write_to(enum stream_ends end, const char *text, size_t len)
{
	L4_ThreadId_t to = target(end);

	if (L4_IsNilThread(to))
		return console_write(text, len) ? STREAM_OK : STREAM_LOST;
	while (len) {
		size_t n = len < STREAM_TEXT_BYTES ? len : STREAM_TEXT_BYTES;
		enum stream_status status;

		do
			status = stream_write(to, end == STREAM_ERROR, text, n);
		while (try_again(status));
		if (status != STREAM_OK)
			return status;
		text += n;
		len -= n;
	}
	return STREAM_OK;
}

bool pecan_write(const char *text, size_t len)
{
	enum stream_status status = pecan_write_to(STREAM_OUTPUT, text, len);

	if (status == STREAM_END && L4_IsNilThread(instead))
		pecan_exit(PECAN_PIPE_CLOSED);
	return status == STREAM_OK;
}

/* These two fill `ahead`. They return a positive number, 0 at the end, or what pecan_read returns. */
static long read_stream(L4_ThreadId_t from)
{
	enum stream_status status;

	do
		status = stream_read(from, &ahead);
	while (try_again(status));
	switch (status) {
	case STREAM_OK: return (long)ahead.text_bytes;
	case STREAM_END: return 0;
	case STREAM_INTERRUPTED: return PECAN_INTERRUPTED;
	default: return PECAN_READ_ERROR;
	}
}

static long read_console(void)
{
	enum console_status status = console_read_line("", false, ahead.text, CONSOLE_LINE_BYTES + 1);

	if (status == CONSOLE_END)
		return 0;
	if (status != CONSOLE_OK)
		return status == CONSOLE_INTERRUPTED ? PECAN_INTERRUPTED : PECAN_READ_ERROR;
	ahead.text_bytes = strlen(ahead.text);
	ahead.text[ahead.text_bytes++] = '\n';
	return (long)ahead.text_bytes;
}

/* Reads on if all of `ahead` was returned. Returns as the two above. */
static long fill(void)
{
	L4_ThreadId_t from;

	if (ahead_first < ahead.text_bytes)
		return 1;
	ahead_first = ahead.text_bytes = 0;
	from = pecan_stream_server(STREAM_INPUT);
	return L4_IsNilThread(from) ? read_console() : read_stream(from);
}

long pecan_read(char *text, size_t bytes)
{
	long more = bytes ? fill() : 0;

	if (more <= 0)
		return more;
	if (bytes > ahead.text_bytes - ahead_first)
		bytes = ahead.text_bytes - ahead_first;
	memcpy(text, ahead.text + ahead_first, bytes);
	ahead_first += bytes;
	return (long)bytes;
}

int pecan_read_line(char *line, size_t bytes)
{
	size_t n = 0;
	long got;
	char c = 0;

	while ((got = pecan_read(&c, 1)) == 1 && c != '\n')
		if (n + 1 < bytes)
			line[n++] = c;
	line[n] = 0;
	return got < 0 || (got == 0 && n == 0) ? -1 : (int)n;
}
