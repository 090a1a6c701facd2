/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - a root server that was written elsewhere, for another kernel: it has its own bindings, its own
 * start code and its own header of the interface, and must run unchanged. It prints TAP through the
 * debugger's conventions.
 *
 * The tests build on each other, as such programs do; a failure is noted and the next one tried.
 */
#include "foreign.h"

word *kip;
word user_base;
L4_ThreadId_t root, sigma0;

static int passed, failures, test_failed;

/* Of the line that is being printed: its number, and FNV-1a of 32 bits. Behind it: " #NUMBER:SUM". */
static unsigned line_number = 1, line_sum;

extern char __program_start[];

int main(void);

static void print_hex(unsigned v, int digits)
{
	while (digits-- > 0)
		kdb_char("0123456789abcdef"[v >> 4 * digits & 15]);
}

static void line_begins(void)
{
	line_sum = 0x811c9dc5u ^ line_number;
}

static void line_ends(void)
{
	kdb_char(' ');
	kdb_char('#');
	print_hex(line_number++, 6);
	kdb_char(':');
	print_hex(line_sum, 8);
	kdb_char('\n');
	line_begins();
}

static void print(const char *s)
{
	for (; *s; s++)
		if (*s == '\n') {
			line_ends();
		} else {
			line_sum = (line_sum ^ (unsigned char)*s) * 0x1000193u;
			kdb_char(*s);
		}
}

static void print_number(word w)
{
	char digits[24], *p = digits + sizeof digits;

	*--p = 0;
	do
		*--p = (char)('0' + w % 10);
	while (w /= 10);
	print(p);
}

void check(int ok, const char *what)
{
	if (ok)
		return;
	test_failed = 1;
	print("# failed: ");
	print(what);
	print("\n");
}

void note(const char *what)
{
	print("# ");
	print(what);
	print("\n");
}

static const struct { const char *sentence; void (*run)(void); } tests[] = {
	{ "GFRN0001 the KIP found by KernelInterface has the magic, the version and the links", kip_found },
	{ "GFRN0002 the UTCB's words are those of a root server's first thread", utcb_found },
	{ "GFRN0003 the memory descriptors show conventional memory", memory_found },
	{ "GFRN0004 the debugger's conventions: a string, a message, no character typed", kdb_conventions },
	{ "GFRN0005 sigma0 gives this image, any page, and a large one", sigma0_gives },
	{ "GFRN0006 sigma0 refuses its own memory", sigma0_refuses },
	{ "GFRN0008 a thread of this space starts on its pager's message", thread_starts },
	{ "GFRN0009 ping-pong inside the space, by Ipc and by Lipc", ping_pong_inside },
	{ "GFRN0010 a second space runs from what its pager maps to it", second_space },
	{ "GFRN0011 ping-pong across spaces, with 0 to 63 words", ping_pong_across },
	{ "GFRN0012 what was mapped can be revoked, and its status read", revoke },
	{ "GFRN0013 timeouts, the clock, and partners that do not exist", errors_and_time },
	{ "GFRN0014 ExchangeRegisters: ids, handle, stop and start elsewhere", exchange },
	{ "GFRN0015 priorities and ThreadSwitch", schedule },
	{ "GFRN0016 an exception handler that replies with all words", exceptions },
	{ "GFRN0017 an interrupt can be attached and detached", interrupts },
	{ "GFRN0019 the hierarchical scheduler is refused, changes nothing", scheduling_extension },
	{ "GFRN0020 control transfer items, log ids and small spaces: ignored", other_extensions },
	{ "GFRN0021 an interrupt that was never attached is no partner and has no priority", interrupt_unknown },
	{ "GFRN0022 the pager exchanges the registers of a client in another space", exchange_client },
	{ "GFRN0023 sigma0 does not answer labels that are not its own", sigma0_silent },
	{ "GFRN0024 transfer timeouts: 5 and 6 by the side with the shorter value", transfer_timeouts },
	{ "GFRN0025 a pager aborts a string at its client's fault: 7 at both sides", transfer_aborts },
	{ "GFRN0026 a queued sender runs on before its receiver", sender_first },
	MACHINE_TESTS
	{ "GFRN0029 a pager that answers a fault without loading MR0 repeats its tag", reply_unloaded },
	{ "GFRN0028 the page of the KIP, asked of sigma0 for that place, leaves the KIP there", sigma0_and_kip },
	{ "GFRN0018 threads and spaces go when they are deleted", delete_all },
};

void touch_image(const char *end)
{
	for (const volatile char *p = __program_start; p < end; p += 4096)
		(void)*p;
}

int main(void)
{
	word n = sizeof tests / sizeof *tests;

	user_base = kip[0x188 / 8] >> 20 & 0xfff;
	root = my_global_id();
	sigma0 = global_id(user_base, 1);
	touch_image(__program_end);
	line_begins();
	print("1..");
	print_number(n);
	print("\n");
	for (word i = 0; i < n; i++) {
		test_failed = 0;
		tests[i].run();
		print(test_failed ? "not ok " : "ok ");
		print_number(i + 1);
		print(" - ");
		print(tests[i].sentence);
		print(test_failed ? ": FAIL\n" : ": PASS\n");
		passed += !test_failed;
		failures += test_failed;
	}
	print_number((word)passed);
	print(" passed, ");
	print_number((word)failures);
	print(" failed\n");
	end_emulator(failures);
	for (;;)
		receive(root, 0);
}
