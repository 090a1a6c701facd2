/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sigma0_ports.c - I/O ports that sigma0 gives away (protocols 7.1).
 */
#include "machine.h"

struct request { word fpage; volatile word done, reply; };

static void request_ports(void *arg)
{
	struct request *r = arg;

	r->reply = L4_Sigma0_GetPage(L4_nilthread, (L4_Fpage_t){ .raw = r->fpage }).raw;
	r->done = 1;
}

TEST(GSG00017, "ports can be asked for and used; another space gets neither the same ports nor all ports")
{
	const L4_Fpage_t refused[] = { L4_IoFpage(0x620, 4), L4_IoFpage(0x600, 64), L4_IoFpageLog2(0, 16) };
	static struct request r;
	struct space s;
	L4_Fpage_t f = L4_Sigma0_GetPage(L4_nilthread, L4_IoFpage(0x620, 4));

	CHECK(L4_IsIoFpage(f));
	CHECK_EQ(L4_IoFpagePort(f), 0x620);
	CHECK_EQ(L4_IoFpageSizeLog2(f), 2);
	for (word port = 0x620; port < 0x624; port++)
		CHECK_EQ(port_in8(port), 0xff);		/* no device is there, and no fault is reported */
	for (unsigned i = 0; i < 3; i++) {
		space_make(&s);
		r = (struct request){ .fpage = refused[i].raw };
		space_start(&s, request_ports, &r);
		AWAIT(r.done);
		CHECK(r.done);
		CHECK_EQ(r.reply, 0);
	}
}
