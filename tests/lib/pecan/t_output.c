/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_output.c - tests of the console and of streams, and of what is printed and read by them.
 */
#include <stdio.h>
#include <pecan/console.h>
#include <pecan/stream.h>
#include "lib.h"

/* <pecan/print.h>, whose names are those of the host's C library here. */
enum { PRINT_BYTES = 1024 };		/* PRINT_MAX */
#pragma redefine_extname lib_printf shell_printf
#pragma redefine_extname lib_puts shell_puts
#pragma redefine_extname lib_putchar shell_putchar
int lib_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
int lib_puts(const char *text);
int lib_putchar(int c);
int getline_console(const char *prompt, char *line, size_t bytes);

static const char none[] =
	"no console answers, or no name service to find it: what this program prints is lost\n";

static bool logged(const char *text)
{
	return root.logged_bytes == strlen(text) && memcmp(root.logged, text, root.logged_bytes) == 0;
}

static void stream(unsigned ends)
{
	root.streams = kernel_thread(STREAM_THREAD);
	stream_parent.ends = ends;
}

/* ---- printing ---- */

TEST(print_text, "text is formatted and shown in one piece; what is too long is cut, and ends in dots")
{
	static char text[PRINT_BYTES + 100], cut[PRINT_BYTES + 1];

	CHECK(lib_printf("%d-%s|%5u", -3, "x", 7u) == 10 && written("-3-x|    7"));
	CHECK(lib_puts("line") == 5 && lib_putchar('c') == 'c' && written("line\nc"));
	memset(text, 'l', sizeof text - 1);
	memset(cut, 'l', PRINT_BYTES - 4);
	strcpy(cut + PRINT_BYTES - 4, "...\n");
	CHECK(lib_printf("%s", text) == PRINT_BYTES && written(cut));
	text[PRINT_BYTES] = 0;
	CHECK(lib_printf("%s", text) == PRINT_BYTES && written(text));
}

TEST(print_refused, "printing without a right to the console returns an error, and says so in the log once")
{
	console.write = CONSOLE_DENIED;
	CHECK(lib_printf("x") == -1 && lib_putchar('x') == -1 && lib_puts("") == -1);
	CHECK(logged("the console refuses this program: its section has no `uses console`\n"));
}

TEST(print_line, "a line is read from the console, cut to its room; ^C is an error")
{
	char line[5];

	console.line[0] = "a line";
	console.lines = 1;
	console.end = CONSOLE_INTERRUPTED;
	CHECK(getline_console("> ", line, sizeof line) == 4 && strcmp(line, "a li") == 0);
	CHECK(getline_console("> ", line, sizeof line) == -1 && line[0] == 0);
}

TEST(print_line_stream, "the same from a stream: its last line needs no end; then there is none")
{
	char line[5];

	stream(STREAM_INPUT);
	stream_parent.input = "first\n\nlast";
	CHECK(getline_console("> ", line, sizeof line) == 4 && strcmp(line, "firs") == 0);
	CHECK(getline_console("> ", line, sizeof line) == 0 && line[0] == 0);
	CHECK(getline_console("> ", line, sizeof line) == 4 && strcmp(line, "last") == 0);
	CHECK(getline_console("> ", line, sizeof line) == -1 && console.bytes == 0);
}

/* ---- the console ---- */

TEST(console_long, "a long text is written in requests of the size that the console takes")
{
	static char text[3 * CONSOLE_TEXT_BYTES + 2];

	memset(text, 't', sizeof text - 1);
	CHECK(console_write(text, sizeof text - 1) && written(text));
	CHECK(console_write_to(kernel_thread(CONSOLE_THREAD), text, sizeof text - 1) && written(text));
	CHECK(console_write("", 0) && written(""));
}

TEST(console_busy, "a console without a place is asked again later, each time")
{
	unsigned long before;

	CHECK(console_write("a", 1));
	before = kernel_now();
	answer(CONSOLE_WRITE, 3, CONSOLE_BUSY);
	CHECK(console_write("b", 1) && kernel_now() >= before + 30000 && spoil.count == 0);
	answer(CONSOLE_WRITE, 2, CONSOLE_BUSY);
	CHECK(console_write_to(kernel_thread(CONSOLE_THREAD), "c", 1) && kernel_now() >= before + 50000);
	CHECK(written("abc"));
}

TEST(console_replaced, "a console that ends is looked up again, and the text written once")
{
	CHECK(console_write("a", 1));
	answer(CONSOLE_WRITE, 1, 0);
	spoil.dead = true;
	CHECK(console_write("b", 1) && written("ab") && root.logged_bytes == 0);
	answer(CONSOLE_WRITE, 1, 0);
	CHECK(!console_write_to(kernel_thread(CONSOLE_THREAD), "c", 1));
}

TEST(console_none, "without a console that is said in the log, once; later requests are tried once each")
{
	unsigned long before;

	kernel_end_server(NAMES_THREAD);
	CHECK(!console_write("a", 1) && logged(none));
	before = kernel_now();
	CHECK(console_read_key("?") == -1 && kernel_now() <= before + 20000 && logged(none));
	CHECK(console_watch() == CONSOLE_BUSY && console_foreground(0) == CONSOLE_BAD_REQUEST
	      && logged(none));
}

TEST(console_key, "a key is read with its prompt, or the error")
{
	terminal.key = 'k';
	CHECK(console_read_key("press") == 'k' && strcmp(terminal.prompt, "press") == 0);
	terminal.answer = CONSOLE_REFUSED;
	CHECK(console_read_key("") == -1);
}

TEST(console_terminal, "which task has the terminal: handed over, asked for, watched; the console's errors")
{
	CHECK(console_foreground(9) == CONSOLE_OK && terminal.task == 9);
	CHECK(!console_waits(8) && terminal.task == 8);
	terminal.waiting = 2;
	CHECK(console_waits(8) && console_watch() == CONSOLE_OK);
	terminal.answer = CONSOLE_ATTENTION;
	CHECK(console_watch() == CONSOLE_ATTENTION);
	terminal.answer = CONSOLE_REFUSED;
	CHECK(console_foreground(9) == CONSOLE_REFUSED && !console_waits(8));
	terminal.answer = CONSOLE_DENIED;
	CHECK(console_watch() == CONSOLE_REFUSED && console_foreground(9) == CONSOLE_BAD_REQUEST);
}

TEST(console_edit, "a line is edited: its text, the cursor in it, Tab; a longer one is cut to the room")
{
	char line[4] = "ab";
	struct console_edit edit = { .text = line, .bytes = sizeof line, .cursor = 1 };

	memcpy(terminal.edit.line, "abcdef", 6);
	terminal.edit.line_bytes = 6;
	terminal.edit.cursor = 5;
	CHECK(console_edit_line("> ", &edit) == CONSOLE_OK && strcmp(line, "abc") == 0 && edit.cursor == 3);
	terminal.edit.tab = 1;
	terminal.edit.cursor = 1;
	CHECK(console_edit_line("> ", &edit) == CONSOLE_TAB && edit.cursor == 1);
	terminal.answer = CONSOLE_INTERRUPTED;
	CHECK(console_edit_line("> ", &edit) == CONSOLE_INTERRUPTED && line[0] == 0 && edit.cursor == 0);
	terminal.answer = CONSOLE_DENIED;
	CHECK(console_edit_line("> ", &edit) == CONSOLE_BAD_REQUEST);
}

TEST(console_past, "the history and the size of the screen, or that there is none")
{
	struct console_info info;
	char line[4];

	CHECK(console_history(2, line, sizeof line) && strcmp(line, "hh") == 0);
	CHECK(console_history(9, line, sizeof line) && strcmp(line, "hhh") == 0);
	CHECK(console_info(&info) && info.columns == 80 && info.rows == 25 && info.parts == CONSOLE_SERIAL);
	terminal.answer = CONSOLE_END;
	CHECK(!console_history(2, line, sizeof line));
	answer(CONSOLE_INFO, 1, CONSOLE_DENIED);
	CHECK(!console_info(&info));
}

/* ---- streams ---- */

TEST(stream_console, "a task without streams reads lines of the console with their ends, and writes there")
{
	char text[8];

	console.line[0] = "ab";
	console.lines = 1;
	console.end = CONSOLE_END;
	CHECK(!pecan_input_is_stream() && !pecan_output_is_stream());
	CHECK(pecan_read(text, 2) == 2 && pecan_read(text, 8) == 1 && text[0] == '\n');
	CHECK(pecan_read(text, 8) == 0);
	console.end = CONSOLE_INTERRUPTED;
	CHECK(pecan_read(text, 8) == PECAN_INTERRUPTED && pecan_read(text, 0) == 0);
	console.end = CONSOLE_DENIED;
	CHECK(pecan_read(text, 8) == PECAN_READ_ERROR && pecan_write("x", 1) && written("x"));
}

TEST(stream_read, "a stream is read to its end; what it refuses is an error, ^C its own")
{
	char text[8];

	stream(STREAM_INPUT);
	stream_parent.input = "abcde";
	stream_parent.busy = 2;
	CHECK(pecan_input_is_stream() && pecan_read(text, 3) == 3 && pecan_read(text, 8) == 2);
	CHECK(memcmp(text, "de", 2) == 0 && pecan_read(text, 8) == 0);
	stream_parent.interrupted = true;
	CHECK(pecan_read(text, 8) == PECAN_INTERRUPTED);
	answer(STREAM_READ, 2, STREAM_REFUSED);
	CHECK(pecan_read(text, 8) == PECAN_READ_ERROR && pecan_read_line(text, 8) == -1);
}

TEST(stream_write, "output and errors go to the streams of those names, in parts")
{
	static char text[STREAM_TEXT_BYTES + 2];

	memset(text, 's', sizeof text - 1);
	stream(STREAM_OUTPUT | STREAM_ERROR);
	CHECK(pecan_output_is_stream() && pecan_write(text, sizeof text - 1));
	CHECK(stream_parent.output_bytes == sizeof text - 1 && written(""));
	CHECK(pecan_write_to(STREAM_ERROR, "e", 1) == STREAM_OK && stream_parent.error_bytes == 1);
	pecan_output_to(kernel_thread(0x99));		/* there is no such thread */
	CHECK(!pecan_write("x", 1) && pecan_write_to(STREAM_OUTPUT, "x", 1) == STREAM_LOST);
}

TEST(stream_closed, "a program whose reader has ended ends with a status of its own")
{
	stream(STREAM_OUTPUT);
	stream_parent.closed = true;
	expect(PECAN_PIPE_CLOSED, "");
	pecan_write("x", 1);
}

TEST(stream_directory, "the directory in which a program was started: its parent's, or none")
{
	char path[STREAM_PATH_BYTES] = "x";

	pecan_start_directory(path);
	CHECK(path[0] == 0);
	stream(0);
	strcpy(stream_parent.directory, "/disk/a");
	answer(STREAM_DIRECTORY, 2, STREAM_BUSY);
	pecan_start_directory(path);
	CHECK(strcmp(path, "/disk/a") == 0);
	answer(STREAM_DIRECTORY, 1, STREAM_REFUSED);
	pecan_start_directory(path);
	CHECK(path[0] == 0);
}
