/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shell.c - tests of how the shell takes a line apart (user/apps/shell/words.c).
 */
#include "harness.h"
#include <string.h>
#include <time.h>
#include <apps/shell/list.h>
#include <apps/shell/words.h>
#include <pecan/file_time.h>

static struct words words;

/* Is this stage these words, each followed by a `,`? */
static bool stage_is(unsigned i, const char *text)
{
	char all[512] = "";

	if (i >= words.stages)
		return false;
	for (unsigned n = 0; n < words.stage[i].argc; n++) {
		strcat(all, words.stage[i].argv[n]);
		strcat(all, ",");
	}
	return words.stage[i].argv[words.stage[i].argc] == NULL && strcmp(all, text) == 0;
}

static bool parses(const char *line, unsigned stages, const char *first)
{
	return words_parse(&words, line) == NULL && words.stages == stages && (!stages || stage_is(0, first));
}

static bool wrong(const char *line, const char *part)
{
	const char *why = words_parse(&words, line);

	return why && strstr(why, part);
}

TEST(HSHL0001, "blanks part words; quotation marks and \\ keep what they stand for")
{
	CHECK(parses("", 0, "") && parses("  \t ", 0, ""));
	CHECK(parses(" run  hello x ", 1, "run,hello,x,"));
	CHECK(parses("a \"b  c\" 'd|e' f\\ g", 1, "a,b  c,d|e,f g,"));
	CHECK(parses("a \"\" '' b", 1, "a,,,b,"));
	CHECK(parses("x\"y z\"'\"'w", 1, "xy z\"w,"));
	CHECK(parses("\"a\\\"b\\\\c\\d\"", 1, "a\"b\\c\\d,"));
	CHECK(parses("'a\\'b", 1, "a\\b,"));
	CHECK(parses("a\\|b \\& \\< \\>", 1, "a|b,&,<,>,"));
}

TEST(HSHL0002, "operators need no blanks around them, and part stages, files and &")
{
	CHECK(parses("cat<init|grep program>out&", 2, "cat,") && stage_is(1, "grep,program,"));
	CHECK(strcmp(words.stage[0].input, "init") == 0 && words.stage[0].output == NULL);
	CHECK(strcmp(words.stage[1].output, "out") == 0 && words.stage[1].input == NULL && words.background);
	CHECK(parses("cat < 'a b' x", 1, "cat,x,") && strcmp(words.stage[0].input, "a b") == 0);
	CHECK(!words.background);
	CHECK(parses("a > b", 1, "a,") && !words.stage[0].append);
	CHECK(parses("a>>b c", 1, "a,c,") && words.stage[0].append && strcmp(words.stage[0].output, "b") == 0);
	CHECK(parses("a|b|c|d|e|f|g|h", 8, "a,") && stage_is(7, "h,"));
}

TEST(HSHL0003, "a line that cannot be meant is refused with what is wrong in it")
{
	CHECK(wrong("a \"b", "closing \"") && wrong("a 'b", "closing '") && wrong("a \\", "nothing follows"));
	CHECK(wrong("|a", "both sides") && wrong("a|", "both sides") && wrong("a||b", "both sides"));
	CHECK(wrong("a <", "after <") && wrong("a > | b", "after >") && wrong("< x", "before <"));
	CHECK(wrong("a <b <c", "two <") && wrong("a >b >c", "two >"));
	CHECK(wrong("a|b <c", "first program") && wrong("a >c|b", "last program"));
	CHECK(wrong("a & b", "end of the line") && wrong("a | b & | c", "end of the line"));
	CHECK(wrong("&", "name a program before the &") && wrong("a|b|c|d|e|f|g|h|i", "8 programs"));
}

TEST(HSHL0004, "a line of the longest length has room, whatever it consists of")
{
	char line[WORDS_LINE + 1] = "";

	for (unsigned i = 0; i < WORDS_LINE; i++)
		line[i] = i & 1 ? ' ' : 'a';
	CHECK(words_parse(&words, line) == NULL && words.stage[0].argc == WORDS_LINE / 2);
	memset(line, 'x', WORDS_LINE);
	CHECK(words_parse(&words, line) == NULL && strlen(words.stage[0].argv[0]) == WORDS_LINE);
	memset(line, '<', WORDS_LINE);
	CHECK(words_parse(&words, line) != NULL);
	memset(line, '"', WORDS_LINE);
	CHECK(words_parse(&words, line) == NULL && words.stage[0].argc == 1);
}

TEST(HSHL0005, "arguments are joined so that root parts them into the same words")
{
	char text[64];

	CHECK(parses("x a 'b c' '' '\"f' 'g h\\' d\\'e", 1, "x,a,b c,,\"f,g h\\,d'e,"));
	CHECK(words_join(&words.stage[0], text, sizeof text) == strlen(text));
	CHECK(strcmp(text, "a \"b c\" \"\" \"\\\"f\" \"g h\\\\\" d'e") == 0);
	CHECK(words_join(&words.stage[0], text, 8) > 8 && strlen(text) == 7);
	CHECK(parses("x", 1, "x,") && words_join(&words.stage[0], text, sizeof text) == 0 && text[0] == 0);
}

/* The cursor at the end of the text. */
static struct words_cursor at_end(const char *text) { return words_cursor(text, strlen(text)); }

TEST(HSHL0006, "the word at the cursor is known, and whether it names a program, an argument or a file")
{
	struct words_cursor c = at_end("he");

	CHECK(c.first && !c.file && c.start == 0);
	c = at_end("kill ");
	CHECK(!c.first && !c.file && c.start == 5 && c.command == 0 && c.command_end == 4);
	c = at_end("ls | he");
	CHECK(c.first && !c.file && c.start == 5);
	c = at_end("cat x|help 'a b' ki");
	CHECK(!c.first && c.start == 17 && c.command == 6 && c.command_end == 10 && !c.quoted);
	c = at_end("cat < in");
	CHECK(c.file && c.start == 6);
	c = at_end("cat <in");
	CHECK(c.file && c.start == 5);
	c = at_end("<in ca");
	CHECK(c.first && !c.file && c.start == 4);
	CHECK(at_end("cat 'in").quoted && !at_end("'cat' in").quoted);
	CHECK(words_cursor("hello world", 3).first && words_cursor("hello world", 8).start == 6);
}

static bool listed(L4_Word_t mode, int64_t modified, const char *want)
{
	char text[LIST_TEXT];

	list_details(text, &(struct files_stat_out){
		.mode = mode, .links = 2, .size = 4096, .modified = file_time(modified, 0),
	});
	return strcmp(text, want) == 0;
}

TEST(HSHL0007, "ls -l shows kinds, permissions with set ids and the sticky bit, and links and size")
{
	CHECK(listed(0100644, 0, "-rw-r--r--   2       4096 1970-01-01 00:00"));
	CHECK(listed(0041777, 0, "drwxrwxrwt   2       4096 1970-01-01 00:00"));
	CHECK(listed(0120777, 0, "lrwxrwxrwx   2       4096 1970-01-01 00:00"));
	CHECK(listed(0106755, 0, "-rwsr-sr-x   2       4096 1970-01-01 00:00"));
	CHECK(listed(0107000, 0, "---S--S--T   2       4096 1970-01-01 00:00"));
	CHECK(listed(0020600, 0, "crw-------   2       4096 1970-01-01 00:00"));
	CHECK(listed(0060600, 0, "brw-------   2       4096 1970-01-01 00:00"));
	CHECK(listed(0010600, 0, "prw-------   2       4096 1970-01-01 00:00"));
	CHECK(listed(0140600, 0, "srw-------   2       4096 1970-01-01 00:00"));
	CHECK(listed(0000600, 0, "?rw-------   2       4096 1970-01-01 00:00"));
}

TEST(HSHL0008, "ls -l shows the date of each day from 1901 to 2446 as the C library of the host does")
{
	enum { DAY = 86400 };

	for (int64_t day = FILE_TIME_FIRST / DAY; (day + 1) * DAY - 1 <= FILE_TIME_LAST; day++) {
		time_t time = day * DAY + DAY - 1;
		char want[LIST_TEXT] = "-rw-r--r--   2       4096 ";
		size_t used = strlen(want);
		struct tm date;

		strftime(want + used, sizeof want - used, "%Y-%m-%d 23:59", gmtime_r(&time, &date));
		CHECK(listed(0100644, time, want));
	}
}
