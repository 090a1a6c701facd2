/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ports.c - I/O ports as such a program uses them: without asking for them first; and the interrupt of the
 * 8254, which it programs by them.
 */
#include "../../foreign.h"

enum {
	COM1 = 0x3f8, COM1_STATUS = COM1 + 5, COM1_READY = 0x20,
	UTCB_AREA = 0xbf000000, DONE = 0x77,
};

void serial_port(void)
{
	for (const char *s = "# by the serial port itself\r\n"; *s; s++) {
		while (!(inb(COM1_STATUS) & COM1_READY))
			;
		outb(COM1, (unsigned char)*s);
	}
	CHECK(inb(COM1_STATUS) != 0xff);
}

/* ---- ports ---- */

enum { PORT = 0x80, PORT_FPAGE = PORT << 16 | 2 << 4, N_IO_FAULT = -8 };

static void use_port(void)
{
	(void)inb(PORT);
	report();
	stop_here();
}

static int is_io_fault(L4_MsgTag_t tag)
{
	return (long)tag.raw >> 20 == N_IO_FAULT && (utcb()[1] & ~0xful) == (PORT_FPAGE & ~0xful);
}

/*
 * This program is the pager of both threads, and sigma0 that of its first thread. No thread has used a port
 * yet: if sigma0 has given all before the first instruction, the thread of this space has them.
 */
void ports(void)
{
	L4_ThreadId_t t = global_id(user_base + 16, 1), there = global_id(user_base + 17, 1);
	L4_MsgTag_t tag;

	CHECK(L4_ThreadControl(t, root, root, root, UTCB_AREA + 5 * UTCB_SIZE) == 1);
	CHECK(!failed(start(t, 3, use_port)));
	tag = serve(t);
	if (is_io_fault(tag)) {
		note("ports: one at a time");
		(void)inb(PORT);
		utcb()[0] = make_tag(0, 0, 0);
		CHECK(!failed(send(t, ZERO_TIME)));
		tag = serve(t);
	} else {
		note("ports: all at once");
	}
	CHECK(tag.raw >> 16 == DONE);
	CHECK(L4_ThreadControl(there, across, root, root, UTCB_AREA + 5 * UTCB_SIZE) == 1);
	CHECK(!failed(start(there, 3, use_port)));
	CHECK(is_io_fault(serve(there)));
	CHECK(L4_ThreadControl(t, NILTHREAD, NILTHREAD, NILTHREAD, ~0ul) == 1);
	CHECK(L4_ThreadControl(there, NILTHREAD, NILTHREAD, NILTHREAD, ~0ul) == 1);
}

/* ---- the 8254's interrupt ---- */

enum {
	PIT_CHANNEL0 = 0x40, PIT_CONTROL = 0x43, PIT_PERIODIC = 0x34, PIT_ONE_SHOT = 0x30,
	PIT_TICKS = 11932,		/* 10 ms */
	TICKS = 3,
};

static L4_ThreadId_t timer;
static volatile word ticks;

/* As a driver: each interrupt is a message of the timer, and acknowledged by one to it. */
static void count_ticks(void)
{
	ticks = 0;
	while (ticks < TICKS && !failed(receive(timer, period(100000)))) {
		ticks++;
		utcb()[0] = 0;
		send(timer, ZERO_TIME);
	}
	report();
	stop_here();
}

/* Returns 1 if the 8254 interrupts by this id, which is attached to a thread whose pager is this program. */
static int ticks_by(word id)
{
	L4_ThreadId_t t = global_id(user_base + 18, id + 1);

	timer = global_id(id, 1);
	CHECK(L4_ThreadControl(t, root, root, root, UTCB_AREA + 5 * UTCB_SIZE) == 1);
	if (L4_ThreadControl(timer, timer, NILTHREAD, t, ~0ul) == 1) {
		outb(PIT_CONTROL, PIT_PERIODIC);
		outb(PIT_CHANNEL0, PIT_TICKS & 0xff);
		outb(PIT_CHANNEL0, PIT_TICKS >> 8);
		CHECK(!failed(start(t, 3, count_ticks)));
		CHECK(serve(t).raw >> 16 == DONE);
		outb(PIT_CONTROL, PIT_ONE_SHOT);
		CHECK(L4_ThreadControl(timer, timer, NILTHREAD, timer, ~0ul) == 1);
	}
	CHECK(L4_ThreadControl(t, NILTHREAD, NILTHREAD, NILTHREAD, ~0ul) == 1);
	return ticks == TICKS;
}

/* 0 with the 8259s, 2 with the I/O APIC, unless it is the kernel's own timer. */
void timer_interrupt(void)
{
	if (ticks_by(0))
		note("the timer: interrupt 0");
	else if (ticks_by(2))
		note("the timer: interrupt 2");
	else
		note("the timer: the kernel's");
}
