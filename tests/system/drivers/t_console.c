/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_console.c - the console: serial line, keyboard, screens, and its clients.
 */
#include <stdlib.h>
#include <string.h>
#include <pecan/console.h>
#include <pecan/system.h>
#include <proto/console_client.h>
#include "devices.h"
#include "machine.h"

enum { COLUMNS = 80, ROWS = 25, VGA_BYTES = COLUMNS * ROWS * 2, RELEASE = 0x80, THREADS = 8, KEPT = 32768 };

static uint16_t *vga;
static L4_ThreadId_t con;

static void start(void)
{
	machine.task[CLIENT_TASK].terminal = 1;
	machine_start(DRIVER_TASK, console_main);
	machine_wait(2000000);
	con = machine_server(CONSOLE_NAME);
}

/* With all devices. */
static void begin(void)
{
	vga = calloc(1, VGA_BYTES);
	machine_memory(0xb8000, VGA_BYTES, vga);
	serial.present = keyboard.present = true;
	start();
}

static bool on_screen(const char *text)
{
	char cells[COLUMNS * ROWS + 1] = { 0 };

	for (unsigned i = 0; i < COLUMNS * ROWS; i++)
		cells[i] = (char)vga[i];
	return strstr(cells, text) != NULL;
}

static enum console_status put(const char *text)
{
	struct con_write_out out;

	return con_write(con, text, strlen(text), &out);
}

static void type(const char *text)
{
	serial_type(text);
	machine_wait(100000);
}

/* ---- readers ---- */

static struct reader {
	bool done;
	enum console_status status;
	struct con_read_line_out line;
	struct con_read_key_out key;
	L4_Word_t flags;
} readers[THREADS];

static void read_line(void *arg)
{
	struct reader *r = arg;

	r->status = con_read_line(con, r->flags, "> ", 2, &r->line);
	r->done = true;
}

static void read_key(void *arg)
{
	struct reader *r = arg;

	r->status = con_read_key(con, "key?", 4, &r->key);
	r->done = true;
}

static void watch(void *arg)
{
	struct reader *r = arg;

	r->status = con_watch(con);
	r->done = true;
}

static void start_thread(unsigned n, unsigned task, void (*fn)(void *))
{
	readers[n] = (struct reader){ .flags = readers[n].flags };
	machine_thread(task, n + 1, fn, &readers[n]);
	machine_wait(100000);
}

static bool has_read(unsigned n, const char *text)
{
	return readers[n].done && readers[n].status == CONSOLE_OK && readers[n].line.line_bytes == strlen(text)
	       && memcmp(readers[n].line.line, text, strlen(text)) == 0;
}

/* ---- output ---- */

TEST(con_write, "text is sent with carriage returns, and on the screen; the cursor is behind it")
{
	struct con_info_out info;

	begin();
	CHECK(put("hello\nworld") == CONSOLE_OK);
	machine_wait(1000000);
	CHECK(serial_sent("hello\r\nworld") && on_screen("hello") && on_screen("world"));
	CHECK((crtc.reg[14] << 8 | crtc.reg[15]) == COLUMNS + 5);
	CHECK(con_info(con, &info) == CONSOLE_OK && info.columns == COLUMNS && info.rows == ROWS);
	CHECK(info.parts == (CONSOLE_SERIAL | CONSOLE_VGA | CONSOLE_KEYBOARD));
}

TEST(con_long, "a text longer than the line's ring comes whole, with the writer waiting meanwhile")
{
	enum { TEXTS = 60 };
	char text[CONSOLE_TEXT_BYTES + 1];
	unsigned n = 0;

	begin();
	memset(text, 'x', CONSOLE_TEXT_BYTES);
	text[CONSOLE_TEXT_BYTES] = 0;
	serial.bytes = 0;
	for (unsigned i = 0; i < TEXTS; i++)
		CHECK(put(text) == CONSOLE_OK);
	machine_wait(20000000);
	for (unsigned i = 0; i < serial.bytes; i++)
		n += serial.sent[i] == 'x';
	CHECK(n == TEXTS * CONSOLE_TEXT_BYTES);
}

static unsigned written;

static void write_for_ever(void *unused)
{
	(void)unused;
	while (put("0123456789012345678901234567890123456789012345678901234567890123\n") == CONSOLE_OK)
		written++;
}

TEST(con_stuck, "a serial line that sends nothing stops writers, but no other request")
{
	struct con_info_out info;
	unsigned before;

	begin();
	serial.stuck = true;
	machine_thread(CLIENT_TASK, 1, write_for_ever, NULL);
	machine_wait(10000000);
	before = written;
	machine_wait(10000000);
	CHECK(before > 0 && written == before && con_info(con, &info) == CONSOLE_OK);
}

TEST(con_log, "what programs log is shown")
{
	begin();
	pecan_log("a line of the log");
	machine_wait(1000000);
	CHECK(serial_sent("a line of the log"));
}

TEST(con_no_serial, "without a serial line there is the screen, and the other way round")
{
	struct con_info_out info;

	vga = calloc(1, VGA_BYTES);
	machine_memory(0xb8000, VGA_BYTES, vga);
	start();
	CHECK(put("text") == CONSOLE_OK && con_info(con, &info) == CONSOLE_OK && info.parts == CONSOLE_VGA);
	machine_wait(1000000);
	CHECK(on_screen("text"));
}

TEST(con_no_screen, "without a screen there is the serial line, and a screen of no columns")
{
	struct con_info_out info;

	serial.present = true;
	start();
	CHECK(put("text") == CONSOLE_OK && con_info(con, &info) == CONSOLE_OK && info.parts == CONSOLE_SERIAL);
	CHECK(info.columns == 0 && serial_sent("text"));
}

TEST(con_nothing, "a console without a device ends, and says what its section needs")
{
	machine.no_ports = true;
	start();
	CHECK(machine_failed(DRIVER_TASK, "no serial line and no screen could be opened"));
}

/* ---- input ---- */

TEST(con_read, "a line that is typed, and edited, is read without its end; what was typed before counts")
{
	begin();
	type("ab");
	start_thread(0, CLIENT_TASK, read_line);
	CHECK(!readers[0].done && serial_sent("> ") && serial_sent("ab"));
	type("x\177c\r");
	CHECK(has_read(0, "abc"));
}

TEST(con_line_start, "a line that is read begins a line of the terminal, also behind text without an end")
{
	begin();
	CHECK(put("text") == CONSOLE_OK);
	start_thread(0, CLIENT_TASK, read_line);
	CHECK(serial_sent("text\r\n> "));
	type("a\r");
	CHECK(has_read(0, "a") && put("more\n") == CONSOLE_OK);
	start_thread(1, CLIENT_TASK, read_line);
	CHECK(serial_sent("more\r\n> "));
}

TEST(con_babbles, "a line that is never silent is served in parts, and the console serves others meanwhile")
{
	struct con_info_out info;

	begin();
	serial.babbles = 100000;
	serial_type("");
	machine_wait(1000);
	CHECK(serial.babbles == 0 && con_info(con, &info) == CONSOLE_OK);
}

TEST(con_keyboard, "keys with shift, control and caps lock are the characters of the US layout")
{
	static const uint8_t codes[] = {
		0x23, 0x23 | RELEASE,				/* h */
		0x2a, 0x17, 0x17 | RELEASE, 0x2a | RELEASE,	/* I */
		0x3a, 0x3a | RELEASE, 0x1e, 0x3a, 0x3a | RELEASE,	/* A by caps lock */
		0x36, 0x02, 0x36 | RELEASE,			/* ! */
		0x56, 0x7f, 0, 0xff, 0xe1, 0xe0, 0x2a,		/* of no character */
		0x39, 0x0e,					/* space, and backspace */
		0xe0, 0x4b, 0xe0, 0x4b | RELEASE,		/* left */
		0xe0, 0x53, 0x2d,				/* delete: of the last character; x */
		0x1c, 0x1c | RELEASE,
	};

	begin();
	start_thread(0, CLIENT_TASK, read_line);
	keyboard_types(codes, sizeof codes);
	machine_wait(100000);
	CHECK(has_read(0, "hIAx"));
}

TEST(con_keyboard_grey, "the grey keys move in line and history; those of the keypad do the same")
{
	static const uint8_t codes[] = {
		0x1e, 0x30, 0xe0, 0x47, 0x2e, 0xe0, 0x4f, 0x20,	/* a b, home, c, end, d */
		0x47, 0x4d, 0x12, 0x4f, 0xe0, 0x35, 0xe0, 0x48, 0xe0, 0x50, 0xe0, 0x4d, 0xe0, 0x1c,
	};

	begin();
	start_thread(0, CLIENT_TASK, read_line);
	keyboard_types(codes, sizeof codes);
	machine_wait(100000);
	CHECK(has_read(0, "ceabd/"));
}

TEST(con_keys, "a driver of keyboards sends keys, beside the console's own; another program is refused")
{
	static const unsigned keys[] = {
		0x2a, 0x1e, 0x2a | CONSOLE_KEY_RELEASED, 0x4b | CONSOLE_KEY_GREY, 0x30, 0,
	};
	static const uint8_t code = 0x1c;

	begin();
	start_thread(0, CLIENT_TASK, read_line);
	machine_be(OTHER_TASK);
	for (unsigned i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		CHECK(con_key(con, keys[i]) == CONSOLE_OK);
	CHECK(con_key(con, 0x200) == CONSOLE_BAD_REQUEST);
	machine.task[OTHER_TASK].no_keyboard = true;
	CHECK(con_key(con, 0x2e) == CONSOLE_REFUSED);
	keyboard_types(&code, 1);
	machine_wait(100000);
	CHECK(has_read(0, "bA"));
}

TEST(con_mouse, "what the mouse sends is no key; a controller that is always full is not read for ever")
{
	static const uint8_t codes[] = { 0x1e, 0x1e };

	begin();
	start_thread(0, CLIENT_TASK, read_line);
	keyboard.mouse = true;
	keyboard_types(codes, 2);
	machine_wait(100000);
	keyboard.mouse = false;
	keyboard.babbles = true;
	keyboard_types(codes, 0);
	machine_wait(100000);
	keyboard.babbles = false;
	type("b\r");
	CHECK(has_read(0, "b"));
}

TEST(con_key, "one byte is read as it was typed, without echo")
{
	begin();
	start_thread(0, CLIENT_TASK, read_key);
	CHECK(serial_sent("key?"));
	type("\003");
	CHECK(readers[0].done && readers[0].status == CONSOLE_OK && readers[0].key.key == 3);
}

TEST(con_ends, "^D on an empty line is the end, ^C interrupts, more than fits is too long")
{
	char text[CONSOLE_LINE_BYTES + 10];

	begin();
	start_thread(0, CLIENT_TASK, read_line);
	type("\004");
	CHECK(readers[0].done && readers[0].status == CONSOLE_END);
	start_thread(1, CLIENT_TASK, read_line);
	type("ab\003");
	CHECK(readers[1].done && readers[1].status == CONSOLE_INTERRUPTED);
	start_thread(2, CLIENT_TASK, read_line);
	memset(text, 'y', sizeof text);
	text[sizeof text - 2] = '\r';
	text[sizeof text - 1] = 0;
	type(text);
	CHECK(readers[2].done && readers[2].status == CONSOLE_TOO_LONG);
}

TEST(con_ahead, "more bytes than are kept for readers are dropped with a bell; the first ones are read")
{
	char text[200];

	begin();
	memset(text, 'z', sizeof text);
	text[0] = '\r';
	text[sizeof text - 1] = 0;
	for (unsigned i = 0; i < 30; i++)
		type(text);
	CHECK(strchr(serial.sent, '\a'));
	start_thread(0, CLIENT_TASK, read_line);
	CHECK(has_read(0, ""));
}

TEST(con_tab, "a line that is edited begins with a text, and is returned as it is at Tab")
{
	static struct con_edit_line_out out;
	struct con_edit_line_out *o = &out;

	begin();
	serial_type("X\t");
	CHECK(con_edit_line(con, "$ ", 2, "text", 4, o) == CONSOLE_OK);
	CHECK(o->tab && o->cursor == 3 && o->line_bytes == 5 && memcmp(o->line, "teXxt", 5) == 0);
	serial_type("!\r");
	CHECK(con_edit_line(con, "$ ", 480, "text", 4, o) == CONSOLE_OK && !o->tab && o->line_bytes == 5);
}

TEST(con_history, "lines of the task that controls the terminal are kept, also by the next console")
{
	struct con_history_out out;

	machine.task[DRIVER_TASK].kept = calloc(1, KEPT);
	machine.task[DRIVER_TASK].kept_bytes = KEPT;
	begin();
	readers[0].flags = CONSOLE_KEEP;
	start_thread(0, CLIENT_TASK, read_line);
	type("first\r");
	CHECK(has_read(0, "first") && con_history(con, 1, &out) == CONSOLE_OK && out.line_bytes == 5);
	CHECK(con_history(con, 2, &out) == CONSOLE_END && con_history(con, ~0ul, &out) == CONSOLE_END);
	machine_be(OTHER_TASK);
	CHECK(con_history(con, 1, &out) == CONSOLE_REFUSED);
}

TEST(con_kept_garbage, "a console that finds anything in the memory of its predecessor serves")
{
	unsigned seed = 5;
	uint8_t *kept = malloc(KEPT);

	for (unsigned i = 0; i < KEPT; i++)
		kept[i] = (uint8_t)rand_r(&seed);
	memset(kept + 50 * 481 + 2, 0, 4);		/* some lines, from some place on */
	kept[50 * 481 + 2] = kept[50 * 481 + 6] = 40;
	memset(kept + 50 * 481 + 7, 0, 3);
	machine.task[DRIVER_TASK].kept = kept;
	machine.task[DRIVER_TASK].kept_bytes = KEPT;
	begin();
	readers[0].flags = CONSOLE_KEEP;
	start_thread(0, CLIENT_TASK, read_line);
	for (unsigned i = 0; i < 60; i++)
		type("\033[A\033[D\033[D\033[Dx\177\033[C");
	for (unsigned i = 0; i < 60; i++)
		type("\033[B");
	type("\025new\r");
	CHECK(has_read(0, "new"));
}

/* ---- the terminal among tasks ---- */

TEST(con_foreground, "the terminal is handed to a child, whose reads are served, and taken back")
{
	struct con_waiting_out waiting;

	begin();
	machine.task[OTHER_TASK].parent = CLIENT_TASK;
	start_thread(0, CLIENT_TASK, read_line);
	type("a\r");
	CHECK(has_read(0, "a"));
	start_thread(1, OTHER_TASK, read_line);
	CHECK(con_waiting(con, OTHER_TASK, &waiting) == CONSOLE_OK && waiting.count == 1);
	CHECK(con_foreground(con, OTHER_TASK) == CONSOLE_OK);
	type("b\r");
	CHECK(has_read(1, "b") && con_foreground(con, 0) == CONSOLE_OK);
	CHECK(con_foreground(con, PCI_TASK) == CONSOLE_REFUSED);
	machine_be(OTHER_TASK);
	CHECK(con_foreground(con, 0) == CONSOLE_REFUSED && con_watch(con) == CONSOLE_REFUSED);
}

TEST(con_child_ends, "when a child in the foreground has ended the terminal is its parent's again")
{
	begin();
	machine.task[OTHER_TASK].parent = CLIENT_TASK;
	start_thread(0, CLIENT_TASK, read_line);
	type("a\r");
	CHECK(con_foreground(con, OTHER_TASK) == CONSOLE_OK);
	start_thread(1, OTHER_TASK, read_line);
	machine_kill(OTHER_TASK);
	start_thread(2, CLIENT_TASK, read_line);
	type("c\r");
	CHECK(has_read(2, "c") && !readers[1].done);
}

TEST(con_next, "when the task that controls the terminal has ended, the next that may and reads has it")
{
	begin();
	machine.task[OTHER_TASK].terminal = 2;
	start_thread(0, CLIENT_TASK, read_line);
	start_thread(1, OTHER_TASK, read_line);
	type("a\r");
	CHECK(has_read(0, "a") && !readers[1].done);
	machine_be(PCI_TASK);
	machine_kill(CLIENT_TASK);
	type("b\r");
	CHECK(has_read(1, "b"));
}

TEST(con_watch, "^C while no program reads goes to the task that watches")
{
	begin();
	start_thread(0, CLIENT_TASK, watch);
	CHECK(!readers[0].done);
	type("typed ahead\003");
	CHECK(readers[0].done && readers[0].status == CONSOLE_OK && serial_sent("^C"));
}

TEST(con_watch_places, "4 threads of a task may wait for ^C; another may when one of them is notified")
{
	begin();
	for (unsigned n = 0; n < 4; n++)
		start_thread(n, CLIENT_TASK, watch);
	CHECK(con_watch(con) == CONSOLE_BUSY);
	type("\003");
	CHECK(readers[0].done && !readers[1].done && !readers[2].done && !readers[3].done);
	start_thread(4, CLIENT_TASK, watch);
	CHECK(!readers[4].done && con_watch(con) == CONSOLE_BUSY);
}

TEST(con_attention, "the attention key takes the terminal from a child, and marks what others write")
{
	begin();
	machine.task[OTHER_TASK].parent = CLIENT_TASK;
	start_thread(0, CLIENT_TASK, watch);
	CHECK(con_foreground(con, OTHER_TASK) == CONSOLE_OK);
	start_thread(1, OTHER_TASK, read_line);
	type("\036");
	CHECK(readers[0].done && readers[0].status == CONSOLE_ATTENTION && !readers[1].done);
	machine_be(OTHER_TASK);
	CHECK(put("a prompt\t> \033[H") == CONSOLE_OK);
	machine_wait(100000);
	CHECK(serial_sent("[6] a prompt"));
	machine_be(CLIENT_TASK);
	start_thread(2, CLIENT_TASK, read_line);
	type("own\r");
	CHECK(has_read(2, "own"));
}

TEST(con_places, "4 threads of a task may read; a second request of a thread replaces its first")
{
	struct con_read_line_out line;

	begin();
	machine.task[OTHER_TASK].parent = CLIENT_TASK;
	for (unsigned n = 0; n < 4; n++)
		start_thread(n, OTHER_TASK, read_line);
	machine_be(OTHER_TASK);
	CHECK(con_read_line(con, 0, "", 0, &line) == CONSOLE_BUSY);
	machine_be(CLIENT_TASK);
	machine_kill(OTHER_TASK);
	start_thread(4, CLIENT_TASK, read_line);
	type("x\r");
	CHECK(has_read(4, "x"));
}

TEST(con_names, "when the name service is started anew the console has its name again")
{
	begin();
	machine_kill(NAMES_TASK);
	machine_wait(200000);
	machine_start(NAMES_TASK, names_main);
	machine_wait(1000000);
	CHECK(L4_IsThreadEqual(machine_server(CONSOLE_NAME), con));
}

static void type_later(void *text) { serial_type(text); }

TEST(con_library, "clients by <pecan/console.h> write, and read keys and lines")
{
	char line[16];

	begin();
	kernel_at(kernel_now() + 1000, type_later, "lin\003k");
	CHECK(console_write("by the library\n", 15) && serial_sent("by the library"));
	CHECK(console_read_line("? ", false, line, 4) == CONSOLE_INTERRUPTED && console_read_key("") == 'k');
	kernel_at(kernel_now() + 1000, type_later, "more than it\r");
	CHECK(console_read_line("? ", false, line, 8) == CONSOLE_OK && strcmp(line, "more th") == 0);
}

TEST(con_not_permitted, "a task that may not use the console is refused")
{
	struct con_write_out out;

	begin();
	machine.task[OTHER_TASK].refused = true;
	machine_be(OTHER_TASK);
	CHECK(con_write(con, "x", 1, &out) == CONSOLE_DENIED);
}
