/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * say.c - output for bench/run over the debugger's console, and input: the command line of this module.
 *
 *   figure WINDOW NAME DIVISOR COUNTS TEXT      the figure is the window's count / DIVISOR;
 *                                        COUNTS is 0, everything, or 1, the kernel and its gateway
 *   refused NAME                         the figure is not measured: the kernel refuses it
 *   ticks NAME N                         the same figure by the CPU's own counter, where a row has that
 *   point CURVE N WINDOW COUNT DIVISOR   the last COUNT windows were that; DIVISOR operations in each
 *   cost NAME WINDOW COUNT DIVISOR       likewise, a cost that has a name
 *   bench: failed: WHAT, error CODE      and the end
 */
#include <l4/bootinfo.h>
#include <l4/kdebug.h>
#include <l4/sigma0.h>

#include "bench.h"
#include "bench_device.h"

void put(const char *text)
{
	while (*text)
		L4_KDB_PrintChar(*text++);
}

void put_number(L4_Word_t n)
{
	if (n >= 10)
		put_number(n / 10);
	L4_KDB_PrintChar('0' + (char)(n % 10));
}

void _exit(int status) __attribute__((noreturn));	/* called by the start code after main */

void _exit(int status)
{
	device_end_emulator(status);
	for (;;)
		L4_Sleep(L4_Never);
}

void fail(const char *what)
{
	put("bench: failed: ");
	put(what);
	put(", error ");
	put_number(L4_ErrorCode());
	put("\n");
	_exit(1);
}

static void put_field(L4_Word_t n)
{
	put(" ");
	put_number(n);
}

void announce(const struct figure *some, unsigned count)
{
	for (const struct figure *f = some; f < some + count; f++) {
		put("figure");
		put_field(f->window);
		put(" ");
		put(f->name);
		put_field(f->divisor);
		put_field(f->counts);
		put(" ");
		put(f->text);
		put("\n");
	}
}

void refused(const char *name)
{
	put("refused ");
	put(name);
	put("\n");
}

static void put_cost(unsigned window, unsigned windows, unsigned divisor)
{
	put_field(window);
	put_field(windows);
	put_field(divisor);
	put("\n");
}

void point(const char *curve, unsigned n, unsigned window, unsigned windows, unsigned divisor)
{
	put("point ");
	put(curve);
	put_field(n);
	put_cost(window, windows, divisor);
}

void cost(const char *name, unsigned window, unsigned windows, unsigned divisor)
{
	put("cost ");
	put(name);
	put_cost(window, windows, divisor);
}

void cost_of(const char *name, unsigned n, unsigned window, unsigned windows)
{
	put("cost ");
	put(name);
	put("_");
	put_number(n);
	put_cost(window, windows, 1);
}

/* ---- the command line: in the boot information, with the record of this program ---- */

static void get(L4_Word_t address)
{
	L4_Fpage_t page = L4_FpageLog2(address & -(L4_Word_t)PAGE, 12);

	if (L4_IsNilFpage(L4_Sigma0_GetPage(L4_nilthread, page)))
		fail("boot information from sigma0");
}

/* Programs come in the order of the modules, sigma0 first: this one is the last of them. */
static const char *command_line(void)
{
	char *info = (char *)L4_BootInfo(L4_GetKernelInterface());
	const char *line = "";
	L4_BootRec_t *r;

	get((L4_Word_t)info);
	if (!L4_BootInfo_Valid(info))
		fail("boot information");
	for (L4_Word_t at = PAGE; at < L4_BootInfo_Size(info); at += PAGE)
		get((L4_Word_t)info + at);
	r = L4_BootInfo_FirstEntry(info);
	for (L4_Word_t i = 0; i < L4_BootInfo_Entries(info); i++, r = L4_BootRec_Next(r))
		if (L4_BootRec_Type(r) == L4_BootInfo_SimpleExec && L4_SimpleExec_Cmdline(r))
			line = L4_SimpleExec_Cmdline(r);
	return line;
}

static const char *next_word(const char *s)
{
	while (*s && *s != ' ')
		s++;
	while (*s == ' ')
		s++;
	return s;
}

bool argument(const char *word)
{
	for (const char *s = next_word(command_line()); *s; s = next_word(s)) {
		const char *w = word;

		while (*w && *s == *w)
			s++, w++;
		if (!*w && (*s == ' ' || !*s))
			return true;
	}
	return false;
}
