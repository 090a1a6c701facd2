/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ports.c - I/O ports as such a program uses them: without asking for them first.
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
 * This program is the pager of both threads, and sigma0 that of its first thread, which has used a port: if
 * sigma0 gives all at once, the thread of this space has them.
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
