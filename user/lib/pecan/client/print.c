/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * print.c - see <pecan/print.h>.
 */
#include <pecan/console.h>
#include <pecan/print.h>
#include <pecan/stream.h>
#include <stdio.h>
#include <string.h>

int vprintf(const char *format, va_list args)
{
	static const char cut[] = "...\n";
	char text[PRINT_MAX + 1];
	int n = vsnprintf(text, sizeof text, format, args);

	if (n > PRINT_MAX) {
		memcpy(text + PRINT_MAX - (sizeof cut - 1), cut, sizeof cut);
		n = PRINT_MAX;
	}
	return n >= 0 && pecan_write(text, (size_t)n) ? n : -1;
}

int printf(const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vprintf(format, args);
	va_end(args);
	return n;
}

int puts(const char *text) { return printf("%s\n", text); }

int putchar(int c)
{
	char text = (char)c;

	return pecan_write(&text, 1) ? c : -1;
}

int getline_console(const char *prompt, char *line, size_t bytes)
{
	if (pecan_input_is_stream())
		return pecan_read_line(line, bytes);
	return console_read_line(prompt, false, line, bytes) == CONSOLE_OK ? (int)strlen(line) : -1;
}
