/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console.c - tests of the console driver's pure parts: line editor, history, screen, font.
 *
 * What the editor sends is fed into the screen, so that most tests compare what a user would see.
 */
#include "harness.h"
#include <string.h>
#include <drivers/console/font.h>
#include <drivers/console/line.h>
#include <drivers/console/screen.h>
#include <pecan/plain.h>

enum { COLUMNS = 80, ROWS = 5 };

static struct line line;
static struct history history;
static struct screen screen;
static struct cell drawn[ROWS][COLUMNS];
static unsigned cursor_x, cursor_y, draws, bells;

static void draw(unsigned x, unsigned y, struct cell c)
{
	drawn[y][x] = c;
	draws++;
}

static void cursor(unsigned x, unsigned y)
{
	cursor_x = x;
	cursor_y = y;
}

static void flush(void)
{
	while (screen_flush(&screen))
		;
}

static void out(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		bells += text[i] == '\a';
		screen_put(&screen, (unsigned char)text[i]);
	}
}

static void show(const char *text) { out(text, strlen(text)); }

static void clear(void)
{
	static const struct display display = { COLUMNS, ROWS, draw, cursor };

	screen_init(&screen, &display);
	draws = bells = 0;
}

static void begin(const char *prompt)
{
	clear();
	line.out = out;
	line_begin(&line, prompt, &history);
}

/* As begin, with a text, and Tab wanted. */
static void begin_with(const char *text, size_t pos)
{
	memset(&history, 0, sizeof history);
	begin("> ");
	line.tab = true;
	line_set(&line, text, strlen(text), pos);
	line_sync(&line);
}

static void begin_fresh(void)
{
	memset(&history, 0, sizeof history);
	begin("> ");
}

/* The result of the last byte. */
static enum line_result type(const char *text)
{
	enum line_result r = LINE_MORE;

	while (*text)
		r = line_key(&line, (unsigned char)*text++);
	line_sync(&line);
	return r;
}

/* Is this what row y shows, blanks at its end apart? */
static bool row_is(unsigned y, const char *text)
{
	size_t n = strlen(text);

	flush();
	for (unsigned x = 0; x < COLUMNS; x++)
		if (drawn[y][x].ch != (x < n ? (unsigned char)text[x] : ' '))
			return false;
	return true;
}

static bool edited(const char *keys, const char *text, unsigned at)
{
	char shown[128] = "> ";

	begin_fresh();
	type(keys);
	strcat(shown, text);
	return strcmp(line.text, text) == 0 && row_is(0, shown) && cursor_x == 2 + at;
}

TEST(HCON0001, "characters typed are shown behind the prompt, and Enter ends the line")
{
	begin_fresh();
	CHECK(type("hello") == LINE_MORE);
	CHECK(row_is(0, "> hello") && cursor_x == 7);
	CHECK(type("\r") == LINE_DONE);
	CHECK(strcmp(line.text, "hello") == 0 && line.len == 5);
	flush();
	CHECK(cursor_x == 0 && cursor_y == 1);
}

TEST(HCON0002, "backspace and delete take one character, at the ends they ring the bell")
{
	CHECK(edited("abc\177\b", "a", 1));
	CHECK(edited("abc\033[D\033[D\033[3~", "ac", 1));
	CHECK(bells == 0);
	CHECK(edited("\177", "", 0) && bells == 1);
	CHECK(edited("a\033[3~", "a", 1) && bells == 1);
}

TEST(HCON0003, "arrows, Home, End and their control keys move the cursor")
{
	CHECK(edited("bc\033[Ha", "abc", 1));
	CHECK(edited("ac\002b", "abc", 2));
	CHECK(edited("bc\001a\005d", "abcd", 4));
	CHECK(edited("bc\033[1~a\033[4~d", "abcd", 4));
	CHECK(edited("bc\033OHa\033OFd", "abcd", 4));
	CHECK(edited("ac\033[D\033[D\033[Cb", "abc", 2));
}

TEST(HCON0004, "^U empties the line, ^K kills to its end, ^W the word before the cursor")
{
	CHECK(edited("one two\025", "", 0));
	CHECK(edited("one two\033[D\033[D\033[D\013", "one ", 4));
	CHECK(edited("one two  \027", "one ", 4));
	CHECK(edited("one two\027\027", "", 0));
	CHECK(edited("one two\033[D\027", "one o", 4));
}

TEST(HCON0005, "up and down walk through the history and come back to what was being typed")
{
	begin_fresh();
	type("first\r");
	begin("> ");
	type("second\r");
	begin("> ");
	type("dra\033[A");
	CHECK(row_is(0, "> second"));
	type("\033[A");
	CHECK(row_is(0, "> first"));
	type("\033[A");
	CHECK(row_is(0, "> first") && bells == 1);
	type("\033[B\033[B");
	CHECK(row_is(0, "> dra") && cursor_x == 5);
	type("\033[B");
	CHECK(bells == 2);
}

TEST(HCON0006, "the history keeps 50 lines, no empty one, no repeated one")
{
	char text[] = "line 00";

	memset(&history, 0, sizeof history);
	for (unsigned i = 0; i < 60; i++) {
		text[5] = (char)('0' + i / 10);
		text[6] = (char)('0' + i % 10);
		history_add(&history, text, 7);
		history_add(&history, text, 7);
		history_add(&history, text, 0);
	}
	CHECK(strcmp(history_get(&history, 1), "line 59") == 0);
	CHECK(strcmp(history_get(&history, 50), "line 10") == 0);
	CHECK(history_get(&history, 51) == NULL && history_get(&history, 0) == NULL);
}

TEST(HCON0022, "a history that is damaged, or left in the middle of a line, is usable after history_restore")
{
	memset(&history, 0, sizeof history);
	history_restore(&history);
	CHECK(history_get(&history, 1) == NULL);
	history_add(&history, "first", 5);
	memset(history.text[1], 'x', sizeof history.text[1]);
	history_restore(&history);
	CHECK(strcmp(history_get(&history, 1), "first") == 0 && history_get(&history, 2) == NULL);
	CHECK(strlen(history.text[1]) == LINE_BYTES);
	history.next = HISTORY_LINES;
	history_restore(&history);
	CHECK(history_get(&history, 1) == NULL && history.next == 0);
}

TEST(HCON0007, "^C gives the line up, ^D ends the input on an empty line and deletes otherwise")
{
	begin_fresh();
	CHECK(type("abc\003") == LINE_INTERRUPTED);
	CHECK(row_is(0, "> abc^C"));
	begin_fresh();
	CHECK(type("\004") == LINE_END);
	CHECK(edited("ab\001\004", "b", 0));
}

TEST(HCON0008, "a full line takes no more, rings the bell, and can be shortened")
{
	begin_fresh();
	for (unsigned i = 0; i < LINE_BYTES; i++)
		CHECK(type("x") == LINE_MORE);
	CHECK(bells == 0);
	type("y");
	CHECK(bells == 1 && line.len == LINE_BYTES);
	CHECK(type("\r") == LINE_TOO_LONG);
	begin_fresh();
	for (unsigned i = 0; i < LINE_BYTES + 5; i++)
		type("x");
	type("\177");
	CHECK(type("\r") == LINE_DONE && line.len == LINE_BYTES - 1);
}

TEST(HCON0009, "a line wider than the terminal is shown through a window that follows the cursor")
{
	begin_fresh();
	for (unsigned i = 0; i < 100; i++)
		line_key(&line, (unsigned char)('0' + i % 10));
	line_sync(&line);
	flush();
	CHECK(cursor_y == 0 && cursor_x == COLUMNS - 1);
	CHECK(drawn[0][0].ch == '>' && drawn[0][COLUMNS - 2].ch == '9');
	type("\001");
	flush();
	CHECK(cursor_x == 2 && drawn[0][2].ch == '0' && drawn[1][0].ch == ' ');
	CHECK(type("\r") == LINE_DONE && line.len == 100);
}

TEST(HCON0010, "UTF-8 is edited by characters; what is no UTF-8 rings the bell")
{
	begin_fresh();
	type("a\303\244\342\202\254b\033[D\177");
	CHECK(strcmp(line.text, "a\303\244b") == 0);
	type("\177");
	CHECK(strcmp(line.text, "ab") == 0 && bells == 0);
	type("\244");
	CHECK(bells == 1);
	type("\303x\244");
	CHECK(bells == 2 && strcmp(line.text, "axb") == 0);
	type("\377\300");
	CHECK(bells == 4 && strcmp(line.text, "axb") == 0);
}

TEST(HCON0011, "escape sequences that mean nothing leave the line alone")
{
	CHECK(edited("ab\033[5~\033[1;5P\033Ox\033[Zc", "abc", 3));
	CHECK(edited("ab\033[99999999999D", "ab", 1));
	CHECK(edited("ab\033[1\001c", "abc", 3));
}

TEST(HCON0012, "every byte sequence keeps the line's invariants")
{
	unsigned seed = 1;

	begin_fresh();
	for (unsigned i = 0; i < 200000; i++) {
		unsigned char c;

		seed = seed * 1103515245 + 12345;
		c = (unsigned char)(seed >> 16);
		if (seed >> 30 == 0)
			c = (unsigned char)"\033[ABCDHF~3\001\005\013\027\177"[c % 15];
		if (line_key(&line, c) != LINE_MORE)
			line_begin(&line, "> ", &history);
		if (i % 3 == 0)
			line_sync(&line);
		CHECK(line.pos <= line.len && line.len <= LINE_BYTES);
		CHECK(line.stale || line.view <= line.pos);
		CHECK(strlen(line.text) == line.len);
		CHECK(((unsigned char)line.text[line.pos] & 0xc0) != 0x80);
		flush();
		CHECK(cursor_x < COLUMNS && cursor_y < ROWS);
	}
}

TEST(HCON0013, "taken off the terminal and put back, a line looks as before")
{
	begin_fresh();
	type("abc\033[D");
	line_hide(&line);
	CHECK(row_is(0, ""));
	show("other\r\n");
	line_show(&line);
	CHECK(row_is(0, "other") && row_is(1, "> abc") && cursor_x == 4 && cursor_y == 1);
}

static size_t sent;
static void count(const char *text, size_t len) { (void)text; sent += len; }

TEST(HCON0019, "keys that come in one go are drawn once, within the bound")
{
	begin_fresh();
	line.out = count;
	for (unsigned i = 0; i < LINE_BYTES; i++)
		line_key(&line, 'x');
	CHECK(line.stale);
	sent = 0;
	line_sync(&line);
	CHECK(sent > LINE_COLUMNS && sent < LINE_DRAW_BYTES && !line.stale);
	type("\033[H");
	sent = 0;
	line_key(&line, '\r');
	CHECK(sent < LINE_DRAW_BYTES);
}

TEST(HCON0020, "Tab ends the line where it is wanted, text and cursor kept; else it rings the bell")
{
	begin_fresh();
	CHECK(type("ab\t") == LINE_MORE && bells == 1 && strcmp(line.text, "ab") == 0);
	begin_with("hello", 2);
	CHECK(row_is(0, "> hello") && cursor_x == 4);
	CHECK(line_key(&line, '\t') == LINE_TAB && strcmp(line.text, "hello") == 0 && line.pos == 2);
	CHECK(row_is(0, "") && cursor_x == 0);
}

TEST(HCON0021, "a line may begin with a text; a cursor beyond its end, or inside a character, is moved")
{
	begin_with("heo", 2);
	CHECK(type("ll\r") == LINE_DONE && strcmp(line.text, "hello") == 0);
	begin_with("ab", 99);
	CHECK(line.pos == 2 && type("c\x15") == LINE_MORE && line.len == 0);
	begin_with("\xc3\xa4x", 1);
	CHECK(line.pos == 2 && type("\b\r") == LINE_DONE && strcmp(line.text, "x") == 0);
}

TEST(HCON0014, "the screen scrolls, and draws only what has changed")
{
	clear();
	show("a\r\nb\r\nc\r\nd\r\ne");
	CHECK(row_is(0, "a") && row_is(4, "e"));
	show("\r\nf");
	CHECK(row_is(0, "b") && row_is(3, "e") && row_is(4, "f"));
	draws = 0;
	show("g");
	CHECK(row_is(4, "fg") && draws == 1);
}

TEST(HCON0015, "text beyond the last column continues in the next row")
{
	clear();
	for (unsigned i = 0; i < COLUMNS; i++)
		show("x");
	flush();
	CHECK(cursor_y == 0);
	show("y");
	flush();
	CHECK(cursor_y == 1 && drawn[1][0].ch == 'y');
}

TEST(HCON0016, "tabs, backspace, colours, erasing and cursor moves as a terminal has them")
{
	clear();
	show("a\tb\bc\033[31;1mr\033[0m");
	CHECK(row_is(0, "a       cr") && drawn[0][9].colour == 0x0c && drawn[0][8].colour == 0x07);
	show("\033[2;3Hx\033[1Dy\033[K");
	CHECK(row_is(1, "  y"));
	show("\033[2J\033[H");
	CHECK(row_is(0, "") && row_is(1, "") && cursor_x == 0 && cursor_y == 0);
	show("\303\244");
	CHECK(row_is(0, "?"));
}

TEST(HCON0017, "no sequence moves the cursor off the screen")
{
	clear();
	show("\033[999;999H\033[999B\033[999C\033[9999999999;;;;;;;;;9999C");
	flush();
	CHECK(cursor_x < COLUMNS && cursor_y < ROWS);
	show("\033[999A\033[999D\033[0;0H\033[1J\033[1K");
	flush();
	CHECK(cursor_x == 0 && cursor_y == 0);
}

TEST(HCON0024, "one call draws a bounded number of cells; the calls that follow draw the rest, and then none")
{
	unsigned calls = 0;

	clear();
	for (unsigned i = 0; i < COLUMNS * (ROWS - 1); i++)
		show("#");
	flush();
	show("\033[H");
	for (unsigned i = 0; i < COLUMNS * (ROWS - 1); i++)
		show("+");
	for (bool more = true; more; calls++) {
		draws = 0;
		more = screen_flush(&screen);
		CHECK(draws <= SCREEN_DRAWN);
	}
	CHECK(calls >= COLUMNS * (ROWS - 1) / SCREEN_DRAWN);
	CHECK(drawn[0][0].ch == '+' && drawn[ROWS - 2][3].ch == '+');
	draws = 0;
	flush();
	CHECK(draws == 0);
}

TEST(HCON0018, "every printable character has a picture of its own")
{
	for (unsigned a = '!'; a <= '~'; a++) {
		unsigned ink = 0;

		for (unsigned y = 0; y < FONT_HEIGHT; y++)
			ink += font_row((unsigned char)a, y) != 0;
		CHECK(ink != 0);
		for (unsigned b = '!'; b < a; b++) {
			unsigned same = 0;

			for (unsigned y = 0; y < FONT_HEIGHT; y++)
				same += font_row((unsigned char)a, y) == font_row((unsigned char)b, y);
			CHECK(same < FONT_HEIGHT);
		}
	}
	CHECK(font_row(0, 0) == 0 && font_row(0xff, 0) == 0 && font_row('A', FONT_HEIGHT) == 0);
}

static bool plain_is(const char *text, const char *plain)
{
	char got[64];
	size_t n = strlen(text);

	memcpy(got, text, n);
	n = plain_text(got, n);
	return n == strlen(plain) && memcmp(got, plain, n) == 0;
}

TEST(HCON0023, "plain text has no control character, in whatever form, and no part of a character")
{
	static const char all[] = "a\tb\n\xc3\xa4\xe2\x82\xac\xf0\x9f\x99\x82\xc2\xa0z";

	CHECK(plain_is(all, all));
	CHECK(plain_is("\033[2J\r\b\a\005\016\177z", "[2Jz"));
	CHECK(plain_is("a\x9b" "6n\xc2\x9b" "6n\xc2\x85z", "a6n6nz"));			/* C1 */
	CHECK(plain_is("\xc0\x9b\xe0\x80\x9b\xf0\x80\x80\x9bz", "z"));			/* ESC in too many bytes */
	CHECK(plain_is("\xe2\x82z\xf0\x9f\x99z\xe2", "zz") && plain_is("\x80\xff", ""));	/* parts */
	CHECK(plain_is("\xed\xa0\x80\xf4\x90\x80\x80", ""));				/* no characters */
}
