/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * line.c - the line editor; see line.h for keys and invariants.
 *
 * Every key ends in one of three ways on the terminal: nothing changed, the new character is simply
 * echoed (typing at the end of a line that fits, the common case), or the line is stale and is drawn
 * anew at the next line_sync.
 */
#include <stdio.h>
#include <string.h>

#include "line.h"

enum {
	KEY_CTRL_A = 1, KEY_CTRL_B, KEY_CTRL_C, KEY_CTRL_D, KEY_CTRL_E, KEY_CTRL_F,
	KEY_BACKSPACE = 8, KEY_TAB, KEY_NEWLINE, KEY_CTRL_K, KEY_CTRL_L, KEY_RETURN, KEY_CTRL_N,
	KEY_CTRL_P = 16, KEY_CTRL_U = 21, KEY_CTRL_W = 23, KEY_ESCAPE = 27, KEY_DELETE = 127,
};

static void say(struct line *l, const char *text) { l->out(text, strlen(text)); }
static void bell(struct line *l) { say(l, "\a"); }

static bool is_continuation(char c) { return ((unsigned char)c & 0xc0) == 0x80; }

static size_t columns(const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += !is_continuation(text[i]);
	return n;
}

static size_t after(const struct line *l, size_t i)
{
	do
		i++;
	while (i < l->len && is_continuation(l->text[i]));
	return i;
}

static size_t before(const struct line *l, size_t i)
{
	do
		i--;
	while (i > 0 && is_continuation(l->text[i]));
	return i;
}

/* Columns for text beside the prompt; the last column of the terminal stays empty. */
static size_t room(const struct line *l)
{
	return LINE_COLUMNS - 1 - columns(l->prompt, strlen(l->prompt));
}

static void place_view(struct line *l)
{
	if (l->view > l->pos)
		l->view = l->pos;
	while (columns(l->text + l->view, l->pos - l->view) > room(l))
		l->view = after(l, l->view);
}

static void draw(struct line *l)
{
	size_t end, column;
	char move[16];

	l->stale = false;
	place_view(l);
	end = l->view;
	for (size_t n = 0; n < room(l) && end < l->len; n++)
		end = after(l, end);
	say(l, "\r");
	say(l, l->prompt);
	l->out(l->text + l->view, end - l->view);
	say(l, "\033[K");
	if (l->pos == end)
		return;
	column = columns(l->prompt, strlen(l->prompt)) + columns(l->text + l->view, l->pos - l->view);
	snprintf(move, sizeof move, column ? "\r\033[%uC" : "\r", (unsigned)column);
	say(l, move);
}

static void insert(struct line *l, const char *bytes, size_t n)
{
	bool simple = l->pos == l->len;

	if (l->len + n > LINE_BYTES) {
		l->overflow = true;
		bell(l);
		return;
	}
	memmove(l->text + l->pos + n, l->text + l->pos, l->len - l->pos + 1);
	memcpy(l->text + l->pos, bytes, n);
	l->pos += n;
	l->len += n;
	if (simple && !l->stale && columns(l->text + l->view, l->len - l->view) <= room(l))
		l->out(bytes, n);
	else
		l->stale = true;
}

static void cut(struct line *l, size_t from, size_t to)
{
	if (from == to) {
		bell(l);
		return;
	}
	memmove(l->text + from, l->text + to, l->len - to + 1);
	l->len -= to - from;
	l->pos = from;
	l->overflow = false;
	l->stale = true;
}

static void go(struct line *l, size_t pos)
{
	if (pos == l->pos) {
		bell(l);
		return;
	}
	l->pos = pos;
	l->stale = true;
}

static size_t word_start(const struct line *l)
{
	size_t i = l->pos;

	while (i > 0 && l->text[i - 1] == ' ')
		i--;
	while (i > 0 && l->text[i - 1] != ' ')
		i--;
	return i;
}

static void look_back(struct line *l, unsigned back)
{
	const char *text = back ? (l->history ? history_get(l->history, back) : NULL) : l->draft;

	if (!text || back == l->back) {
		bell(l);
		return;
	}
	if (l->back == 0)
		memcpy(l->draft, l->text, l->len + 1);
	l->back = back;
	l->len = strlen(text);
	memmove(l->text, text, l->len + 1);
	l->pos = l->len;
	l->view = 0;
	l->overflow = false;
	l->stale = true;
}

static void look_forward(struct line *l)
{
	if (l->back == 0)
		bell(l);
	else
		look_back(l, l->back - 1);
}

static void delete_right(struct line *l)
{
	cut(l, l->pos, l->pos < l->len ? after(l, l->pos) : l->pos);
}

static void delete_left(struct line *l)
{
	cut(l, l->pos ? before(l, l->pos) : 0, l->pos);
}

static void left(struct line *l) { go(l, l->pos ? before(l, l->pos) : 0); }
static void right(struct line *l) { go(l, l->pos < l->len ? after(l, l->pos) : l->pos); }

/* The last byte of ESC [ ... or ESC O ...; unknown sequences are ignored. */
static void escape_end(struct line *l, unsigned char c)
{
	l->escape = ESCAPE_NONE;
	switch (c) {
	case 'A': look_back(l, l->back + 1); break;
	case 'B': look_forward(l); break;
	case 'C': right(l); break;
	case 'D': left(l); break;
	case 'H': go(l, 0); break;
	case 'F': go(l, l->len); break;
	case '~':
		if (l->parameter == 1 || l->parameter == 7)
			go(l, 0);
		else if (l->parameter == 4 || l->parameter == 8)
			go(l, l->len);
		else if (l->parameter == 3)
			delete_right(l);
		break;
	}
}

static void escape_key(struct line *l, unsigned char c)
{
	if (l->escape == ESCAPE_START) {
		l->parameter = 0;
		l->escape = c == '[' ? ESCAPE_CSI : c == 'O' ? ESCAPE_SS3 : ESCAPE_NONE;
	} else if (l->escape == ESCAPE_CSI && c >= '0' && c <= '9') {
		l->parameter = (l->parameter * 10 + (c - '0')) % 1000;
	} else if (c >= 0x40) {
		escape_end(l, c);
	} else if (c < 0x20) {
		l->escape = ESCAPE_NONE;
	}
}

static void utf8_key(struct line *l, unsigned char c)
{
	bool continues = is_continuation((char)c);

	if (continues && l->partial_need == 0) {
		bell(l);
		return;
	}
	if (!continues) {
		l->partial_len = 0;
		l->partial_need = c >= 0xf0 && c < 0xf5 ? 4 : c >= 0xe0 && c < 0xf0 ? 3
				: c >= 0xc2 && c < 0xe0 ? 2 : 0;
		if (l->partial_need == 0) {
			bell(l);
			return;
		}
	}
	l->partial[l->partial_len++] = (char)c;
	if (l->partial_len == l->partial_need) {
		insert(l, l->partial, l->partial_len);
		l->partial_len = l->partial_need = 0;
	}
}

static void edit_key(struct line *l, unsigned char c)
{
	switch (c) {
	case KEY_CTRL_A: go(l, 0); break;
	case KEY_CTRL_B: left(l); break;
	case KEY_CTRL_D: delete_right(l); break;
	case KEY_CTRL_E: go(l, l->len); break;
	case KEY_CTRL_F: right(l); break;
	case KEY_BACKSPACE:
	case KEY_DELETE: delete_left(l); break;
	case KEY_CTRL_K: cut(l, l->pos, l->len); break;
	case KEY_CTRL_L: say(l, "\033[2J\033[H"); l->stale = true; break;
	case KEY_CTRL_N: look_forward(l); break;
	case KEY_CTRL_P: look_back(l, l->back + 1); break;
	case KEY_CTRL_U: l->pos = l->len; cut(l, 0, l->len); break;
	case KEY_CTRL_W: cut(l, word_start(l), l->pos); break;
	case KEY_ESCAPE: l->escape = ESCAPE_START; break;
	default: bell(l); break;
	}
}

/* Leave the line as it stands on the terminal, cursor behind its end, and go to the next one. */
static enum line_result finish(struct line *l, const char *mark, enum line_result result)
{
	if (l->pos != l->len) {
		l->pos = l->len;
		l->stale = true;
	}
	line_sync(l);
	say(l, mark);
	say(l, "\r\n");
	return result;
}

static enum line_result enter(struct line *l)
{
	if (l->overflow)
		return finish(l, "", LINE_TOO_LONG);
	if (l->history)
		history_add(l->history, l->text, l->len);
	return finish(l, "", LINE_DONE);
}

enum line_result line_key(struct line *l, unsigned char c)
{
	if (l->escape != ESCAPE_NONE) {
		escape_key(l, c);
		return LINE_MORE;
	}
	if (c == KEY_RETURN || c == KEY_NEWLINE)
		return enter(l);
	if (c == KEY_TAB && l->tab) {
		line_hide(l);
		l->stale = true;
		return LINE_TAB;
	}
	if (c == KEY_CTRL_C)
		return finish(l, "^C", LINE_INTERRUPTED);
	if (c == KEY_CTRL_D && l->len == 0)
		return finish(l, "", LINE_END);
	if (c >= 0x80) {
		utf8_key(l, c);
		return LINE_MORE;
	}
	l->partial_need = 0;
	if (c >= 0x20 && c != KEY_DELETE)
		insert(l, (const char *)&c, 1);
	else
		edit_key(l, c);
	return LINE_MORE;
}

void line_begin(struct line *l, const char *prompt, struct history *history)
{
	size_t n = strlen(prompt);

	if (n > LINE_PROMPT_BYTES)
		n = LINE_PROMPT_BYTES;
	memcpy(l->prompt, prompt, n);
	l->prompt[n] = 0;
	l->text[0] = 0;
	l->len = l->pos = l->view = 0;
	l->stale = l->overflow = l->tab = false;
	l->escape = ESCAPE_NONE;
	l->partial_len = l->partial_need = 0;
	l->history = history;
	l->back = 0;
	say(l, l->prompt);
}

void line_set(struct line *l, const char *text, size_t len, size_t pos)
{
	l->len = len < LINE_BYTES ? len : LINE_BYTES;
	memcpy(l->text, text, l->len);
	l->text[l->len] = 0;
	l->pos = pos < l->len ? pos : l->len;
	while (l->pos < l->len && is_continuation(l->text[l->pos]))
		l->pos++;
	l->stale = l->len != 0;
}

void line_hide(struct line *l) { say(l, "\r\033[K"); }
void line_show(struct line *l) { draw(l); }

void line_sync(struct line *l)
{
	if (l->stale)
		draw(l);
}
