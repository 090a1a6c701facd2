/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console.c - see <pecan/console.h>.
 */
#include <l4/ipc.h>
#include <pecan/console.h>
#include <pecan/names.h>
#include <pecan/system.h>
#include <string.h>

enum {
	WORDS = 63,
	RETRY_US = 10000,		/* pause before another try: the name service learns of an end
					   a little later than the clients do */
	RETRIES = 500,
};

static L4_ThreadId_t console;		/* nilthread: not looked up yet */
static bool lost;			/* the last request got no answer */

/* `console` changes in one step: other threads use it meanwhile. */
static enum names_error find(void)
{
	L4_ThreadId_t found;
	enum names_error e = pecan_lookup(CONSOLE_NAME, true, &found);

	if (e == NAMES_OK)
		__atomic_store_n(&console.raw, found.raw, __ATOMIC_SEQ_CST);
	return e;
}

/* The first request without an answer is reported in root's log; the later ones are tried once. */
static void report_loss(void)
{
	if (lost)
		return;
	lost = true;
	pecan_log("no console answers, or no name service to find it: what this program prints is lost");
}

/*
 * One request to the console; repeated while the console, or the name service that finds it, is being
 * replaced, or has no place.
 */
static bool request(const struct pecan_call *c, enum console_status *status)
{
	for (unsigned i = 0; i < (lost ? 1 : RETRIES); ) {
		L4_ThreadId_t to = console;
		enum names_error e;
		L4_Word_t label;

		if (!L4_IsNilThread(to) && pecan_call_server(to, c, &label)) {
			if (label != CONSOLE_BUSY) {
				*status = (enum console_status)label;
				lost = false;
				return true;
			}
		} else if (i++, (e = find()) != NAMES_OK) {
			if (e != NAMES_E_SERVICE)
				break;
		} else if (L4_IsThreadNotEqual(console, to)) {
			continue;
		}
		L4_Sleep(L4_TimePeriod(RETRY_US));
	}
	report_loss();
	return false;
}

static unsigned words_for(size_t bytes)
{
	return (unsigned)((bytes + sizeof(L4_Word_t) - 1) / sizeof(L4_Word_t));
}

static void write_call(struct pecan_call *c, L4_Word_t *words, const char *text, size_t len)
{
	words[0] = len;
	words[words_for(len)] = 0;
	memcpy(&words[1], text, len);
	*c = (struct pecan_call){ CONSOLE_WRITE, words, 1 + words_for(len), NULL, 0 };
}

bool console_write(const char *text, size_t len)
{
	L4_Word_t words[WORDS];
	struct pecan_call c;
	enum console_status status;

	while (len) {
		size_t n = len < CONSOLE_TEXT_BYTES ? len : CONSOLE_TEXT_BYTES;

		write_call(&c, words, text, n);
		if (!request(&c, &status) || status != CONSOLE_OK)
			return false;
		text += n;
		len -= n;
	}
	return true;
}

bool console_write_to(L4_ThreadId_t server, const char *text, size_t len)
{
	L4_Word_t words[WORDS], label;
	struct pecan_call c;

	while (len) {
		size_t n = len < CONSOLE_TEXT_BYTES ? len : CONSOLE_TEXT_BYTES;

		write_call(&c, words, text, n);
		if (!pecan_call_server(server, &c, &label) || (label != CONSOLE_OK && label != CONSOLE_BUSY))
			return false;
		if (label == CONSOLE_BUSY) {
			L4_Sleep(L4_TimePeriod(RETRY_US));
			continue;
		}
		text += n;
		len -= n;
	}
	return true;
}

/* The text of a reply: words[0] bytes from words[1] on. */
static void take_text(char *text, size_t bytes, const L4_Word_t *words)
{
	size_t n = words[0] < CONSOLE_TEXT_BYTES ? words[0] : CONSOLE_TEXT_BYTES;

	if (n > bytes - 1)
		n = bytes - 1;
	memcpy(text, &words[1], n);
	text[n] = 0;
}

/* A request that begins with a prompt. */
static bool ask(enum console_request label, const char *prompt, L4_Word_t flags, L4_Word_t *out,
		enum console_status *status)
{
	L4_Word_t in[WORDS] = { 0 };
	size_t n = strlen(prompt);
	struct pecan_call c = { label, in, 0, out, WORDS };

	if (n > CONSOLE_PROMPT_BYTES)
		n = CONSOLE_PROMPT_BYTES;
	in[0] = n | flags << 32;
	memcpy(&in[1], prompt, n);
	c.words = 1 + words_for(n);
	return request(&c, status);
}

enum console_status console_read_line(const char *prompt, bool keep, char *line, size_t bytes)
{
	L4_Word_t out[WORDS] = { 0 };
	enum console_status status;

	if (!ask(CONSOLE_READ_LINE, prompt, keep ? CONSOLE_KEEP : 0, out, &status))
		return CONSOLE_BAD_REQUEST;
	take_text(line, bytes, out);
	return status;
}

enum console_status console_edit_line(const char *prompt, struct console_edit *edit)
{
	L4_Word_t in[WORDS] = { 0 }, out[WORDS] = { 0 };
	size_t n = strnlen(prompt, sizeof in[0]), len = strnlen(edit->text, CONSOLE_LINE_BYTES);
	struct pecan_call c = { CONSOLE_READ_LINE, in, 3 + words_for(len), out, WORDS };
	enum console_status status;

	in[0] = n | (L4_Word_t)(CONSOLE_KEEP | CONSOLE_EDIT) << 32;
	memcpy(&in[1], prompt, n);
	in[2] = len | edit->cursor << 32;
	memcpy(&in[3], edit->text, len);
	if (!request(&c, &status))
		return CONSOLE_BAD_REQUEST;
	edit->cursor = out[0] >> 32;
	out[0] &= 0xffffffff;
	take_text(edit->text, edit->bytes, out);
	if (edit->cursor > strlen(edit->text))
		edit->cursor = strlen(edit->text);
	return status;
}

int console_read_key(const char *prompt)
{
	L4_Word_t out[WORDS] = { 0 };
	enum console_status status;

	return ask(CONSOLE_READ_KEY, prompt, 0, out, &status) && status == CONSOLE_OK ? (int)(out[0] & 0xff) : -1;
}

enum console_status console_watch(void)
{
	const struct pecan_call c = { CONSOLE_WATCH, NULL, 0, NULL, 0 };
	L4_Word_t label;

	return pecan_call_server(console, &c, &label) ? (enum console_status)label : CONSOLE_BUSY;
}

enum console_status console_foreground(L4_Word_t task)
{
	const struct pecan_call c = { CONSOLE_FOREGROUND, &task, 1, NULL, 0 };
	enum console_status status;

	return request(&c, &status) ? status : CONSOLE_BAD_REQUEST;
}

bool console_waits(L4_Word_t task)
{
	L4_Word_t n = 0;
	const struct pecan_call c = { CONSOLE_WAITING, &task, 1, &n, 1 };
	enum console_status status;

	return request(&c, &status) && status == CONSOLE_OK && n != 0;
}

bool console_history(unsigned n, char *line, size_t bytes)
{
	L4_Word_t in = n, out[WORDS] = { 0 };
	struct pecan_call c = { CONSOLE_HISTORY, &in, 1, out, WORDS };
	enum console_status status;

	if (!request(&c, &status) || status != CONSOLE_OK)
		return false;
	take_text(line, bytes, out);
	return true;
}

bool console_info(struct console_info *info)
{
	L4_Word_t out[5] = { 0 };
	struct pecan_call c = { CONSOLE_INFO, NULL, 0, out, 5 };
	enum console_status status;

	if (!request(&c, &status) || status != CONSOLE_OK)
		return false;
	*info = (struct console_info){ out[0], out[1], out[2], out[3], out[4] };
	return true;
}
