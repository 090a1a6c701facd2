/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * machine.c - see edge.h: memory, time, the console, random numbers, files of the boot image; and the start.
 */
#include <string.h>
#include <pecan/console.h>
#include <pecan/date.h>
#include <pecan/memory.h>
#include <pecan/print.h>
#include <pecan/random.h>
#include <pecan/space.h>
#include <pecan/stream.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <pecan/thread.h>
#include "edge_own.h"

enum { KEYS = 4096, US = 1000000, PARAMETERS = 32 };

int linux_main(int argc, char **argv);

/* ---- memory ---- */

void edge_revoke(const struct edge_revoked *r, unsigned n)
{
	L4_Fpage_t fpages[EDGE_REVOKE_AT_ONCE];

	for (unsigned i = 0; i < n; i++)
		fpages[i] = L4_FpageAddRights(L4_FpageLog2(r[i].page, PAGE_LOG2), r[i].rights);
	edge_busy();
	L4_UnmapFpages(n, fpages);
	edge_end();
}

int edge_memory(unsigned long at, unsigned long bytes)
{
	void *got;
	enum root_error e;

	edge_begin();
	e = pecan_space_memory(bytes, at, &got);
	edge_end();
	if (e != ROOT_OK)
		printf("linux: no %lu KiB of memory at 0x%lx: %s\n", bytes / 1024, at, pecan_error_text(e));
	return e == ROOT_OK ? 0 : -1;
}

/* Interrupts of Linux use message registers too: so none while the fpage is in one. */
void edge_forget(unsigned long at, unsigned long bytes)
{
	for (L4_Word_t end = at + bytes; at < end; at += PAGE) {
		edge_busy();
		L4_Flush(L4_FpageAddRights(L4_FpageLog2(at, PAGE_LOG2), L4_FullyAccessible));
		edge_end();
	}
}

/* ---- time ---- */

unsigned long edge_clock(void) { return L4_SystemClock().raw; }

unsigned long edge_date(void)
{
	unsigned long s;

	edge_begin();
	s = pecan_date_at_boot() / US;
	edge_end();
	return s;
}

void edge_idle(void)
{
	edge_blocks();
	edge.state = EDGE_WAITS;
	while (!edge.pending)
		L4_Receive(helper);
	edge.state = EDGE_KERNEL;
}

/* ---- the console ---- */

static char keys[KEYS];
static volatile unsigned typed, taken;		/* of keys, since the start */

void edge_console_write(const char *text, unsigned bytes)
{
	edge_begin();
	pecan_write(text, bytes);
	edge_end();
}

int edge_console_read(char *text, unsigned bytes)
{
	unsigned n = 0;

	while (n < bytes && taken != typed)
		text[n++] = keys[taken++ % KEYS];
	return (int)n;
}

/* What does not fit is lost, as at a serial line. */
static void read_keys(void *unused)
{
	int key;

	(void)unused;
	while ((key = console_read_key("")) >= 0) {
		if (typed - taken < KEYS)
			keys[typed++ % KEYS] = (char)key;
		helper_raise(EDGE_IRQ_CONSOLE);
	}
}

bool console_start(void)
{
	return pecan_thread_start(read_keys, 0, DEVICE_PRIORITY, 0) == ROOT_OK;
}

/* ---- the rest ---- */

unsigned edge_random(void *to, unsigned bytes)
{
	unsigned n;

	edge_begin();
	n = (unsigned)pecan_random(to, bytes);
	edge_end();
	return n;
}

long edge_file_size(const char *name)
{
	L4_Word_t got, size;
	enum root_error e;

	edge_begin();
	e = pecan_file_read(name, 0, 0, 0, &got, &size);
	edge_end();
	return e == ROOT_OK ? (long)size : -1;
}

int edge_file_read(const char *name, void *to, unsigned long bytes)
{
	enum root_error e = ROOT_OK;
	L4_Word_t got = 1;

	edge_begin();
	for (L4_Word_t at = 0; at < bytes && e == ROOT_OK && got > 0; at += got)
		e = pecan_file_read(name, at, (char *)to + at, bytes - at, &got, 0);
	edge_end();
	return e == ROOT_OK && got > 0 ? 0 : -1;
}

/* With the right `power` the machine ends with Linux. */
void edge_exit(int status)
{
	edge_begin();
	pecan_power(ROOT_POWER_OFF, (L4_Word_t)status);
	pecan_exit(status);
}

/* What the task is started with follows these, and takes their place. */
static char *parameters[PARAMETERS + 1] = { "linux", "console=hvc0", "mem=128M" };

int main(int argc, char **argv)
{
	int n = 0;

	while (parameters[n])
		n++;
	for (int i = 1; i < argc && n < PARAMETERS; i++)
		parameters[n++] = argv[i];
	if (!helper_start() || !console_start()) {
		printf("linux: no threads: too little memory, or kernel memory\n");
		return 1;
	}
	child_start();
	return linux_main(n, parameters);
}
