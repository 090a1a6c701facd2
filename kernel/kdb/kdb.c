/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kdb.c - the debugger on the serial line: reads a line, finds the command, calls show.c.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <kdb/kdb.h>
#include <kdb/show.h>
#include <lib/bits.h>
#include <lib/print.h>
#include <lib/str.h>

enum { LINE = 80, NUMBERS = 3, BACKSPACE = 8, DELETE = 127, WORDS_SHOWN = 16 };

const bool kdb_present = true;
const char *const kdb_options[] = { "off", "on", "key", "debug", 0 };

/* Returns the next character, or -1 if none will come. */
static int read_key(void)
{
	int c;

	while ((c = arch_getc()) < 0)
		if (!kdb_arch_wait())
			return -1;
	return c;
}

/* Read a line with echo. Returns false if no input will come. */
static bool read_line(char *line)
{
	unsigned n = 0;
	int c;

	printk("kdb> ");
	while ((c = read_key()) >= 0 && c != '\r' && c != '\n') {
		if ((c == BACKSPACE || c == DELETE) && n > 0) {
			n--;
			printk("\b \b");
		} else if (c >= ' ' && c < DELETE && n < LINE - 1) {
			line[n++] = (char)c;
			printk("%c", c);
		}
	}
	line[n] = 0;
	printk("\n");
	return c >= 0;
}

static unsigned digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	c |= 'a' - 'A';
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) : 16;
}

/* Read up to NUMBERS numbers, decimal, or hexadecimal after 0x. Returns how many; the rest are 0. */
static unsigned read_numbers(const char *p, l4_word_t number[NUMBERS])
{
	unsigned n = 0;

	memset(number, 0, NUMBERS * sizeof(*number));
	while (n < NUMBERS) {
		unsigned base = 10;

		while (*p == ' ')
			p++;
		if (p[0] == '0' && p[1] == 'x') {
			base = 16;
			p += 2;
		}
		if (digit(*p) >= base)
			break;
		for (; digit(*p) < base; p++)
			number[n] = number[n] * base + digit(*p);
		n++;
	}
	return n;
}

static const struct {
	const char *name, *text;
	unsigned numbers;		/* that it must have */
} commands[] = {
	{ "help", "this list", 0 },
	{ "threads", "all threads", 0 },
	{ "thread", "N  one thread, by its number (the part before the dot)", 1 },
	{ "spaces", "all spaces", 0 },
	{ "space", "N  the mappings of a space: memory, then ports", 1 },
	{ "queues", "ready queues and timeouts", 0 },
	{ "irqs", "interrupts that have a handler", 0 },
	{ "memory", "the kernel's memory, and the accounts of the spaces", 0 },
	{ "words", "N ADDRESS [COUNT]  user memory of space N", 2 },
	{ "go", "leave the debugger", 0 },
};

enum { HELP, THREADS, THREAD, SPACES, SPACE, QUEUES, IRQS, MEMORY, WORDS, GO };

static void help(void)
{
	for (unsigned i = 0; i < ARRAY_LEN(commands); i++)
		printk("%-8s %s\n", commands[i].name, commands[i].text);
	printk("Numbers are decimal, or hexadecimal after 0x. A key ends a list.\n");
}

static void perform(unsigned command, const l4_word_t number[NUMBERS])
{
	switch (command) {
	case THREADS:
		show_threads();
		break;
	case THREAD:
		show_thread(number[0]);
		break;
	case SPACES:
		show_spaces();
		break;
	case SPACE:
		show_mappings(number[0]);
		break;
	case QUEUES:
		show_queues();
		break;
	case IRQS:
		show_irqs();
		break;
	case MEMORY:
		show_memory();
		break;
	case WORDS:
		show_words(number[0], number[1], number[2] ? number[2] : WORDS_SHOWN);
		break;
	default:
		help();
	}
}

/* Returns the index of the command that the line begins with, or that of help. */
static unsigned find(const char *line, size_t length)
{
	for (unsigned i = 0; i < ARRAY_LEN(commands); i++)
		if (strlen(commands[i].name) == length && strncmp(line, commands[i].name, length) == 0)
			return i;
	printk("no such command\n");
	return HELP;
}

void kdb_run(struct thread *self, const char *why)
{
	l4_word_t number[NUMBERS];
	char line[LINE];

	report_flush();
	printk("\nkdb: %s", why);
	if (self)
		printk(", thread %lu.%lu", l4_tid_number(self->id), l4_tid_version(self->id));
	printk("; the system stands still; help lists the commands, go leaves\n");
	while (read_line(line)) {
		size_t length = 0;
		unsigned command;

		while (line[length] && line[length] != ' ')
			length++;
		if (length == 0)
			continue;
		command = find(line, length);
		if (command == GO)
			break;
		if (read_numbers(line + length, number) < commands[command].numbers)
			printk("%s %s\n", commands[command].name, commands[command].text);
		else
			perform(command, number);
	}
	printk("kdb: left\n");
}
