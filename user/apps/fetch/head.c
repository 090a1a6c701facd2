/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * head.c - see head.h (RFC 9112). A head from which two readers could take two different pages is wrong: one
 * with two lengths, an unknown coding, or a line that some readers take for a field and others do not.
 */
#include <string.h>
#include <strings.h>
#include "control.h"
#include "head.h"

enum { LENGTH_DIGITS = 18, DECIMAL = 10, STATUS_DIGITS = 3 };

#define VERSION		"HTTP/1."

/* Text that does not end with a NUL. */
struct text { const char *at; size_t bytes; };

size_t head_length(const char *text, size_t bytes)
{
	for (size_t i = 0; i + 1 < bytes; i++)
		if (text[i] == '\n' && (text[i + 1] == '\n'
				       || (i + 2 < bytes && memcmp(text + i + 1, "\r\n", 2) == 0)))
			return i + (text[i + 1] == '\n' ? 2 : 3);
	return 0;
}

/* The next line, without its end. Returns false behind the last one. */
static bool take_line(struct text *from, struct text *line)
{
	const char *end = memchr(from->at, '\n', from->bytes);
	size_t n = end ? (size_t)(end - from->at) : 0;

	if (!end)
		return false;
	*line = (struct text){ from->at, n - (n > 0 && from->at[n - 1] == '\r') };
	*from = (struct text){ end + 1, from->bytes - n - 1 };
	return true;
}

/* Has it no control characters? */
static bool is_plain(const struct text *t)
{
	for (size_t i = 0; i < t->bytes; i++)
		if (t->at[i] != '\t' && is_control(t->at[i]))
			return false;
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* What stands behind the name of a field and its colon, without blanks around it. */
static bool is_field(const struct text *line, const char *name, struct text *value)
{
	size_t n = strlen(name);

	if (line->bytes <= n || strncasecmp(line->at, name, n) != 0 || line->at[n] != ':')
		return false;
	*value = (struct text){ line->at + n + 1, line->bytes - n - 1 };
	while (value->bytes > 0 && is_blank(*value->at)) {
		value->at++;
		value->bytes--;
	}
	while (value->bytes > 0 && is_blank(value->at[value->bytes - 1]))
		value->bytes--;
	return true;
}

/*
 * Is it a name, a colon and what else there is? A line that begins with a blank would continue the one before
 * it, and some readers skip a blank before the colon.
 */
static bool is_any_field(const struct text *line)
{
	for (size_t i = 0; i < line->bytes && !is_blank(line->at[i]); i++)
		if (line->at[i] == ':')
			return i > 0;
	return false;
}

static const char *take_length(struct head *h, const struct text *value)
{
	int64_t bytes = 0;

	if (value->bytes == 0 || value->bytes > LENGTH_DIGITS)
		return "it does not say its length in digits";
	for (size_t i = 0; i < value->bytes; i++) {
		if (value->at[i] < '0' || value->at[i] > '9')
			return "it does not say its length in digits";
		bytes = bytes * DECIMAL + (value->at[i] - '0');
	}
	if (h->bytes >= 0 && h->bytes != bytes)
		return "it says two lengths";
	h->bytes = bytes;
	return NULL;
}

/* The last line is empty. */
static const char *take_field(struct head *h, const struct text *line)
{
	struct text value;

	if (line->bytes > 0 && !is_any_field(line))
		return "its head has a line that is no field";
	if (is_field(line, "Content-Length", &value))
		return take_length(h, &value);
	if (is_field(line, "Transfer-Encoding", &value)) {
		if (h->chunked || value.bytes != strlen("chunked") || strncasecmp(value.at, "chunked", value.bytes))
			return "it is coded in a way that fetch does not know";
		h->chunked = true;
	}
	if (is_field(line, "Location", &value)) {
		if (h->location)
			return "it leads to two pages";
		h->location = value.at;
		h->location_bytes = value.bytes;
	}
	return NULL;
}

/* HTTP/1.X NNN TEXT */
static bool take_status(struct head *h, const struct text *line)
{
	size_t n = strlen(VERSION) + 2;

	if (line->bytes < n + STATUS_DIGITS || memcmp(line->at, VERSION, n - 2) != 0 || line->at[n - 1] != ' ')
		return false;
	h->reason = line->at + n;
	h->reason_bytes = line->bytes - n;
	for (unsigned i = 0; i < STATUS_DIGITS; i++) {
		if (h->reason[i] < '0' || h->reason[i] > '9')
			return false;
		h->status = h->status * DECIMAL + (unsigned)(h->reason[i] - '0');
	}
	return h->reason_bytes == STATUS_DIGITS || h->reason[STATUS_DIGITS] == ' ';
}

const char *head_read(struct head *h, const char *text, size_t bytes)
{
	struct text left = { text, bytes }, line;
	const char *wrong = NULL;

	*h = (struct head){ .bytes = -1 };
	if (!take_line(&left, &line) || !is_plain(&line) || !take_status(h, &line))
		return "that is no answer of HTTP";
	while (!wrong && take_line(&left, &line))
		wrong = is_plain(&line) ? take_field(h, &line) : "its head has control characters";
	return wrong || !h->chunked || h->bytes < 0 ? wrong : "it says a length, and that it comes in pieces";
}
