/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console.c - see <pecan/console.h>.
 */
#include <l4/ipc.h>
#include <pecan/console.h>
#include <pecan/names.h>
#include <pecan/system.h>
#include <proto/console_client.h>
#include <string.h>

enum {
	RETRY_US = 10000,		/* pause before another try: the name service learns of an end
					   a little later than the clients do */
	RETRIES = 500,
};

static L4_ThreadId_t console;		/* nilthread: not looked up yet */
static bool silent;			/* the last request got no answer */

/* `console` changes in one step: other threads use it meanwhile. */
static enum names_error find(void)
{
	L4_ThreadId_t found;
	enum names_error e = pecan_lookup(CONSOLE_NAME, true, &found);

	if (e == NAMES_OK)
		__atomic_store_n(&console.raw, found.raw, __ATOMIC_SEQ_CST);
	return e;
}

/* The first request that is not served is reported in root's log; the later ones are tried once. */
static void report_loss(const char *why)
{
	if (silent)
		return;
	silent = true;
	pecan_log(why);
}

static void pause(void)
{
	L4_Sleep(L4_TimePeriod(RETRY_US));
}

/*
 * Returns true if a request may be sent to `console`: it was found, perhaps after the name service was
 * replaced. lost: how many times it was looked up so far.
 */
static bool look_up(unsigned *lost)
{
	L4_ThreadId_t last = console;
	enum names_error e = NAMES_E_LOST;

	for (; *lost < (silent ? 1 : RETRIES) && e == NAMES_E_LOST; pause()) {
		++*lost;
		e = find();
		if (e == NAMES_OK) {
			if (L4_IsThreadEqual(console, last))
				pause();
			return true;
		}
	}
	report_loss("no console answers, or no name service to find it: what this program prints is lost");
	return false;
}

static bool must_repeat(enum console_status status, unsigned *lost)
{
	if (status == CONSOLE_BUSY)
		pause();
	if (status == CONSOLE_DENIED)
		report_loss("the console refuses this program: its section has no `uses console`");
	else if (status != CONSOLE_LOST)
		silent = false;
	return status == CONSOLE_BUSY || (status == CONSOLE_LOST && look_up(lost));
}

/* A request, repeated while the console is being replaced, or has no place. CONSOLE_LOST: there is none. */
#define REQUEST(status, call)								\
	do {										\
		unsigned lost_ = 0;							\
		bool send_ = !L4_IsNilThread(console) || look_up(&lost_);		\
											\
		for ((status) = CONSOLE_LOST; send_; send_ = must_repeat(status, &lost_)) \
			(status) = (call);						\
	} while (0)

/* What a program that reads gets: without a console there is nothing to read. */
static enum console_status read_status(enum console_status status)
{
	return status == CONSOLE_LOST || status == CONSOLE_DENIED ? CONSOLE_BAD_REQUEST : status;
}

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

bool console_write(const char *text, size_t len)
{
	enum console_status status;
	struct con_write_out out;

	while (len) {
		size_t n = least(len, CONSOLE_TEXT_BYTES);

		REQUEST(status, con_write(console, text, n, &out));
		if (status != CONSOLE_OK)
			return false;
		text += n;
		len -= n;
	}
	return true;
}

bool console_write_to(L4_ThreadId_t server, const char *text, size_t len)
{
	struct con_write_out out;

	while (len) {
		size_t n = least(len, CONSOLE_TEXT_BYTES);
		enum console_status status = con_write(server, text, n, &out);

		if (status == CONSOLE_BUSY) {
			pause();
			continue;
		}
		if (status != CONSOLE_OK)
			return false;
		text += n;
		len -= n;
	}
	return true;
}

static void copy_text(char *line, size_t bytes, const char *text, size_t n)
{
	n = least(n, bytes - 1);
	memcpy(line, text, n);
	line[n] = 0;
}

enum console_status console_read_line(const char *prompt, bool keep, char *line, size_t bytes)
{
	size_t n = strnlen(prompt, CONSOLE_PROMPT_BYTES);
	struct con_read_line_out out = { 0 };
	enum console_status status;

	REQUEST(status, con_read_line(console, keep ? CONSOLE_KEEP : 0, prompt, n, &out));
	copy_text(line, bytes, out.line, out.line_bytes);
	return read_status(status);
}

enum console_status console_edit_line(const char *prompt, struct console_edit *edit)
{
	size_t len = strnlen(edit->text, CONSOLE_LINE_BYTES);
	struct con_edit_line_out out = { 0 };
	enum console_status status;

	REQUEST(status, con_edit_line(console, prompt, edit->cursor, edit->text, len, &out));
	copy_text(edit->text, edit->bytes, out.line, out.line_bytes);
	edit->cursor = least(out.cursor, strlen(edit->text));
	if (status == CONSOLE_OK && out.tab)
		return CONSOLE_TAB;
	return read_status(status);
}

int console_read_key(const char *prompt)
{
	size_t n = strnlen(prompt, CONSOLE_PROMPT_BYTES);
	enum console_status status;
	struct con_read_key_out out;

	REQUEST(status, con_read_key(console, prompt, n, &out));
	return status == CONSOLE_OK ? (int)out.key : -1;
}

enum console_status console_watch(void)
{
	enum console_status status = L4_IsNilThread(console) ? CONSOLE_LOST : con_watch(console);

	if (status == CONSOLE_DENIED)
		return CONSOLE_REFUSED;
	return status == CONSOLE_LOST ? CONSOLE_BUSY : status;
}

enum console_status console_foreground(L4_Word_t task)
{
	enum console_status status;

	REQUEST(status, con_foreground(console, task));
	return read_status(status);
}

bool console_waits(L4_Word_t task)
{
	struct con_waiting_out out;
	enum console_status status;

	REQUEST(status, con_waiting(console, task, &out));
	return status == CONSOLE_OK && out.count != 0;
}

bool console_history(unsigned n, char *line, size_t bytes)
{
	struct con_history_out out;
	enum console_status status;

	REQUEST(status, con_history(console, n, &out));
	if (status != CONSOLE_OK)
		return false;
	copy_text(line, bytes, out.line, out.line_bytes);
	return true;
}

bool console_info(struct console_info *info)
{
	struct con_info_out out;
	enum console_status status;

	REQUEST(status, con_info(console, &out));
	if (status != CONSOLE_OK)
		return false;
	*info = (struct console_info){ out.columns, out.rows, out.parts };
	return true;
}
