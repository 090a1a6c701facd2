/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * debugger.c - the debugger's console conventions on int3 (amd64 9); they need kdb=on.
 */
#include "uart.h"

/*
 * What the kernel sends comes back while the UART is in loopback mode, up to 16 characters: they are read
 * here, and do not reach the line. No check between these two: its text would come back as well.
 */
enum { UART_LSR = UART + 5, LSR_DATA = 1, LOOPBACK = 0x10, FIFO = 16 };

static void loop_begin(void)
{
	CHECK(!L4_IsNilFpage(L4_Sigma0_GetPage(L4_nilthread, L4_IoFpage(UART, 8))));
	while (port_in8(UART_LSR) & LSR_DATA)
		(void)port_in8(UART);
	port_out8(UART_MCR, MCR_OUT2 | MCR_READY | LOOPBACK);
}

/* Returns how many came, in text. */
static unsigned loop_end(char text[FIFO + 1])
{
	unsigned n = 0;

	while (n < FIFO && port_in8(UART_LSR) & LSR_DATA)
		text[n++] = (char)port_in8(UART);
	text[n] = 0;
	port_out8(UART_MCR, MCR_OUT2 | MCR_READY);
	return n;
}

static void check_printed(const char *text, const char *wanted, unsigned n)
{
	unsigned i = 0;

	for (; wanted[i]; i++)
		CHECK_EQ(text[i], wanted[i]);
	CHECK_EQ(n, i);
}

static void write_text(word at, const char *text)
{
	volatile char *to = (volatile char *)at;

	do
		*to++ = *text;
	while (*text++);
}

static void print_both(void *done)
{
	L4_KDB_PrintString("a string");
	L4_KDB_PrintChar('#');
	*(volatile word *)done = 1;
}

TEST(GKDB0001, "a character and a string can be printed, from this space and another")
{
	static volatile word done;
	char text[FIFO + 1];
	struct space s;
	unsigned n;

	loop_begin();
	print_both((void *)&done);
	n = loop_end(text);
	check_printed(text, "a string#", n);
	done = 0;
	space_make(&s);
	loop_begin();
	space_start(&s, print_both, (void *)&done);
	AWAIT(done);
	n = loop_end(text);
	CHECK_EQ(done, 1);
	check_printed(text, "a string#", n);
}

static void print_window(void *done)
{
	L4_KDB_PrintString((char *)(word)WINDOW);
	*(volatile word *)done = 1;
}

TEST(GKDB0002, "a string of another space is read in that space")
{
	static volatile word done;
	char text[FIFO + 1];
	struct space s;
	unsigned n;

	done = 0;
	space_make(&s);
	write_text(pool(0), "only there");
	map_page(&s, 0, 0, L4_ReadWriteOnly);
	loop_begin();
	space_start(&s, print_window, (void *)&done);
	AWAIT(done);
	n = loop_end(text);
	CHECK_EQ(done, 1);
	check_printed(text, "only there", n);
}

TEST(GKDB0003, "reading a character without waiting returns -1 when none was typed")
{
	CHECK_EQ((word)(long)L4_KDB_ReadChar() & 0xff, 0xff);
}

TEST(GKDB0004, "a string address that is the kernel's, or beyond the user area, prints nothing")
{
	static const word at[] = { 0xffffffff80000000, 0xffff800000000000, 0x800000000000, 0x7ffffffff000,
				   0xffffffffffffffff };
	char text[FIFO + 1];

	for (unsigned i = 0; i < sizeof at / sizeof *at; i++) {
		unsigned n;

		loop_begin();
		L4_KDB_PrintString((char *)at[i]);
		n = loop_end(text);
		CHECK_EQ(n, 0);
	}
}

TEST(GKDB0005, "a string on a page that is not there yet is a read fault of the thread, then it is printed")
{
	static volatile word done;
	char text[FIFO + 1];
	struct space s;
	unsigned n;
	L4_Fpage_t f = fpage(pool(0), 12, L4_ReadWriteOnly);
	L4_ThreadId_t t;
	L4_MsgTag_t tag;

	done = 0;
	space_make(&s);
	write_text(pool(0), "now there");
	t = space_start_pager(&s, print_window, (void *)&done, L4_Myself());
	tag = pager_serve(t);
	CHECK_EQ(tag.raw, 0xffffffffffe40002);
	CHECK_EQ(mr(1), WINDOW);
	CHECK_EQ(done, 0);
	loop_begin();
	load_map(1, f, WINDOW);
	L4_Set_MsgTag(tag_make(0, 0, 2));
	L4_Reply(t);
	pager_serve(t);			/* of the image it may still miss a page */
	n = loop_end(text);
	CHECK_EQ(done, 1);
	check_printed(text, "now there", n);
}

struct typist { volatile long key; volatile word done; };

static void wait_for_key(void *arg)
{
	struct typist *t = arg;

	t->key = L4_KDB_ReadChar_Blocked();
	t->done = 1;
}

TEST(GKDB0006, "a character that has come is read once; the read that waits returns when one comes")
{
	static struct typist t;
	char text[FIFO + 1];
	word early;
	int first, second;
	unsigned left;

	t = (struct typist){ 0 };
	loop_begin();
	L4_KDB_PrintChar('k');
	first = L4_KDB_ReadChar();
	second = L4_KDB_ReadChar();
	thread_start_prio(wait_for_key, &t, 90);
	sleep_us(1000);
	early = t.done;
	L4_KDB_PrintChar('w');
	AWAIT(t.done);
	left = loop_end(text);
	CHECK_EQ(first, 'k');
	CHECK_EQ(second & 0xff, 0xff);
	CHECK_EQ(early, 0);
	CHECK_EQ(t.done, 1);
	CHECK_EQ(t.key, 'w');
	CHECK_EQ(left, 0);
}
