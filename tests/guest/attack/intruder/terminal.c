/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * terminal.c - a program in the background wants the terminal: what is typed, the foreground, its history,
 * ^C, names and devices of the console, another's pipe; and it writes what a terminal would obey or answer.
 *
 * Readers wait all the time in all places that a task can have. Each thing that is written has a control
 * character, and ends in MARK, by which the test finds what went to the terminal as it was.
 */
#include <l4/schedule.h>
#include <pecan/names.h>
#include <pecan/task.h>
#include <pecan/thread.h>
#include <proto/console_client.h>
#include <proto/names_client.h>
#include <proto/root_client.h>
#include <proto/shell_client.h>
#include <proto/stream_client.h>
#include <string.h>

#include "intruder.h"

#define MARK "Z"

enum { READERS = 6, IDS = 16, TASKS = 40, LINES = 60, RANDOM_BYTES = 8, WAIT_US = 20000, PAGE = 4096 };

static struct breaker dice;
static L4_ThreadId_t console, ids[IDS];
static L4_Word_t own_task;
static unsigned id_count;

static L4_Word_t below(L4_Word_t n) { return breaker_random(&dice) % n; }

/* ---- what is typed ---- */

static bool is_typed(enum console_status s)
{
	return s == CONSOLE_OK || s == CONSOLE_INTERRUPTED || s == CONSOLE_TOO_LONG || s == CONSOLE_END;
}

static enum console_status read_some(unsigned kind)
{
	static const char prompt[] = "intruder> " MARK;
	struct con_read_line_out line;
	struct con_edit_line_out edited;
	struct con_read_key_out key;

	switch (kind % 3) {
	case 0: return con_read_line(console, CONSOLE_KEEP, prompt, sizeof prompt - 1, &line);
	case 1: return con_read_key(console, prompt, sizeof prompt - 1, &key);
	default: return con_edit_line(console, "intruder> ", 3, "poweroff", 8, &edited);
	}
}

static void keep_reading(void *kind)
{
	for (;;) {
		enum console_status s = read_some((unsigned)(L4_Word_t)kind);

		if (is_typed(s))
			gained("what was typed", s);
		L4_Sleep(L4_TimePeriod(WAIT_US));
	}
}

/* ---- the terminal itself ---- */

static void try_foreground(void)
{
	if (con_foreground(console, below(TASKS)) == CONSOLE_OK)
		gained("the foreground", 0);
}

static void try_watch(void)
{
	if (con_watch(console) == CONSOLE_OK)
		gained("^C", 0);
}

static void try_history(void)
{
	struct con_history_out out;

	if (con_history(console, below(LINES), &out) == CONSOLE_OK)
		gained("a line of the history", out.line_bytes);
}

static const char *const names[] = { CONSOLE_NAME, "shell", "root", "log", "terminal" };

static void try_names(void)
{
	const char *name = names[below(sizeof names / sizeof names[0])];
	L4_ThreadId_t service;

	if (!pecan_names(&service))
		return;
	if (names_register(service, below(2) ? L4_nilthread : console, 0, name) == NAMES_OK)
		gained("a name", 0);
	if (names_unregister(service, name) == NAMES_OK)
		gained("the end of a name", 0);
}

/* ---- its devices, and its tasks ---- */

static void try_device(void)
{
	static const L4_Word_t ports[] = { 0x3f8, 0x60, 0x64, 0x3d4, 0x3c0 }, lines[] = { 4, 1 };
	static const L4_Word_t memory[] = { 0xb8000, 0xa0000, 0xfd000000 };
	struct root_framebuffer_out screen;
	struct root_phys_out out;
	struct root_ports_out item;
	bool got = false;

	got |= root_ports(pecan_root(), ports[below(5)], below(4), &item) == ROOT_OK;
	got |= root_phys(pecan_root(), memory[below(3)], PAGE, &out) == ROOT_OK;
	got |= root_irq_attach(pecan_root(), lines[below(2)], L4_nilthread) == ROOT_OK;
	got |= root_irq_detach(pecan_root(), lines[below(2)]) == ROOT_OK;
	got |= root_framebuffer(pecan_root(), &screen) == ROOT_OK;
	if (got)
		gained("a device", 0);
}

static void try_tasks(void)
{
	L4_Word_t task = 1 + below(TASKS);
	struct root_log_read_out log;
	bool got = task != own_task && root_kill(pecan_root(), task, 0) == ROOT_OK;

	got |= root_thread_end(pecan_root(), ids[below(id_count)]) == ROOT_OK;
	got |= root_thread_priority(pecan_root(), ids[below(id_count)], 1) == ROOT_OK;
	got |= root_log_read(pecan_root(), &log) == ROOT_OK;
	if (got)
		gained("a task, or the log", 0);
}

/* ---- streams of others, and calls of their functions ---- */

static void try_streams(void)
{
	L4_Time_t wait = L4_TimePeriod(WAIT_US);
	L4_Word_t label = STREAM_ENDS + below(3);
	L4_MsgTag_t tag;

	if (below(2))
		label = SHELL_CALL;
	L4_LoadMR(1, label == SHELL_CALL ? (L4_Word_t)try_streams : 0);
	L4_LoadMR(2, 0);
	L4_Set_MsgTag(stub_tag(label, label == SHELL_CALL ? 2 : label == STREAM_WRITE, 0));
	tag = L4_Call_Timeouts(ids[below(id_count)], wait, wait);
	if (L4_IpcSucceeded(tag) && L4_Label(tag) == 0 && label != STREAM_ENDS)
		gained("an answer of the shell", label);
}

/* ---- what a terminal obeys ---- */

static const char *const sequences[] = {
	"\033[2J", "\033[H", "\033[1;1H", "\033[A", "\033[J", "\033[6n", "\033[5n", "\033[c", "\033[>c", "\033Z",
	"\033]0;poweroff\a", "\033[21t", "\033P$qm\033\\", "\005", "\033c", "\033(0", "\016", "\r", "\b\b\b\b",
	"\033[?1049h", "\033[8m", "\0337", "\0338", "\033[5i", "\177", "\f", "\v", "\a", "\2336n", "\302\2336n",
	"\302\205", "\033", "\033[", "\033[3", "\033]0;", "\033P", "\033X", "\302", "\342\202", "\360\237\230",
};

static size_t put_random(char *text)
{
	for (unsigned i = 0; i < RANDOM_BYTES; i++) {
		char c = (char)below(0x20);

		text[i] = c == '\n' || c == '\t' ? '\033' : c;
	}
	return RANDOM_BYTES;
}

static void try_write(void)
{
	L4_Word_t n = sizeof sequences / sizeof sequences[0], i = below(n + 1);
	char text[CONSOLE_TEXT_BYTES];
	struct con_write_out out;
	size_t length = 0;

	if (below(2))
		text[length++] = MARK[0];
	if (i == n) {
		length += put_random(text + length);
	} else {
		memcpy(text + length, sequences[i], strlen(sequences[i]));
		length += strlen(sequences[i]);
	}
	text[length++] = MARK[0];
	if (below(4) == 0)
		text[length++] = '\n';
	con_write(console, text, length, &out);
}

/* ---- */

static void (*const tries[])(void) = {
	try_foreground, try_watch, try_history, try_names, try_device, try_tasks, try_streams,
	try_write, try_write, try_write, try_write,
};

void attack_terminal(L4_Word_t count, L4_Word_t seed, int threads, char **texts)
{
	struct pecan_task me;

	breaker_seed(&dice, seed);
	if (pecan_task_of(L4_nilthread, &me) == ROOT_OK)
		own_task = me.task;
	if (pecan_lookup(CONSOLE_NAME, true, &console) != NAMES_OK)
		gained("no console to attack", 0);
	ids[id_count++] = console;
	for (int i = 0; i < threads && id_count < IDS; i++)
		ids[id_count++] = thread_of(texts[i]);
	for (L4_Word_t i = 0; i < READERS; i++)
		if (pecan_thread_start(keep_reading, (void *)i, 0, 0) != ROOT_OK)
			gained("no thread that reads", i);
	while (count-- > 0)
		tries[below(sizeof tries / sizeof tries[0])]();
}
