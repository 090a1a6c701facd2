/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * system.c - what the foreign root server finds when it starts: KIP, UTCB, memory, ports, time.
 */
#include "foreign.h"

enum { WINDOW = 0x60000000, LARGE_WINDOW = 0x61000000 };

extern char __program_start[];

void kip_found(void)
{
	word version, flags, id;

	CHECK(kip[0] == KIP_MAGIC);
	CHECK(kernel_interface(&version, &flags, &id) == (void *)kip);
	CHECK((version & 0xffffffff) >> 24 == 0x84);
	CHECK(flags == API_FLAGS && kip[2] == API_FLAGS);
	CHECK(kip[0x150 / 8] == UTCB_INFO);
	CHECK(kip[0x158 / 8] == 12);
	CHECK((kip[0x188 / 8] & 0xff) == THREAD_BITS);
	for (word offset = 0x1a0; offset <= 0x1f0; offset += 8)
		CHECK(kip[offset / 8] != 0);
	CHECK(id == (kip[kip[3] / sizeof(word)] & 0xffffffff));
}

void utcb_found(void)
{
	CHECK((word)utcb() == 0xbf000000 + UTCB_SIZE / 2);
	CHECK((word)kip == 0xbff00000);
	CHECK(root.raw == global_id(user_base + 2, 1).raw);
	CHECK(utcb()[TCR_PAGER] == sigma0.raw);
	CHECK(utcb()[TCR_HANDLER] == 0);
}

void memory_found(void)
{
	word info = kip[0x0a8 / 8], n = info & HALF;
	const word *d = (const word *)((char *)kip + (info >> 4 * sizeof(word)));
	int conventional = 0, is_virtual = 0;

	for (word i = 0; i < n; i++) {
		if (d[2 * i] & 0x200)
			is_virtual = 1;
		else if ((d[2 * i] & 0xf) == 1)
			conventional = 1;
	}
	CHECK(n > 2);
	CHECK(conventional);
	CHECK(is_virtual);
}

void kdb_conventions(void)
{
	kdb_string("# a string by the debugger's convention\n");
	kdb_enter("a message for the debugger");
	CHECK(kdb_read() == ~0ul || kdb_read() == 0xff);
}

static L4_Fpage_t ask_sigma0(L4_Fpage_t want, L4_Fpage_t window)
{
	L4_MsgTag_t tag;
	word *u = utcb();

	accept(window.raw & ~0xful);
	u[0] = (-6ul << 20) | 2;
	u[1] = want.raw;
	u[2] = 0;
	tag = call(sigma0);
	accept(0);
	if (failed(tag) || (tag.raw & 0xfff) != 2 << 6)
		return (L4_Fpage_t){ 0 };
	return (L4_Fpage_t){ u[2] };
}

void sigma0_gives(void)
{
	L4_Fpage_t f = ask_sigma0(fpage((word)__program_start, 12, 0), COMPLETE);
	volatile word *p = (volatile word *)(word)WINDOW;

	CHECK(f.raw >> 10 == (word)__program_start >> 10);
	f = ask_sigma0(fpage(~0ul, 12, 0), fpage(WINDOW, 12, 0));
	CHECK(f.raw != 0);
	p[0] = 0x1234;
	CHECK(p[0] == 0x1234);
	f = ask_sigma0(fpage(~0ul, 21, 0), fpage(LARGE_WINDOW & ~0x1fffff, 21, 0));
	CHECK(f.raw != 0);
	p = (volatile word *)(LARGE_WINDOW & ~0x1ffffful);
	p[0] = 1;
	p[(1 << 21) / sizeof(word) - 1] = 2;
	CHECK(p[0] == 1);
}

void sigma0_refuses(void)
{
	CHECK(ask_sigma0(fpage(SIGMA0_PLACE, 12, 0), fpage(WINDOW, 12, 0)).raw == 0);
	CHECK(ask_sigma0(fpage(~0ul, 45, 0), COMPLETE).raw == 0);
}

/* What lies behind the KIP in the memory of the machine is not shown where the KIP is. */
void sigma0_and_kip(void)
{
	word version, flags, id, first = kip[0], links = kip[0x1a0 / 8];

	ask_sigma0(fpage((word)kip, 12, 0), fpage((word)kip, 12, 0));
	CHECK(kip[0] == first && kip[0x1a0 / 8] == links);
	CHECK(kernel_interface(&version, &flags, &id) == (void *)kip);
	utcb()[0] = make_tag(7, 1, 0);
	CHECK(call(across).raw == make_tag(7, 1, 0));
}

void errors_and_time(void)
{
	unsigned long long start = L4_SystemClock();

	CHECK(failed(receive(root, period(5000))) && error_code() == 3);
	CHECK(L4_SystemClock() - start >= 4999);
	utcb()[0] = 0;
	CHECK(failed(send(global_id(user_base + 500, 1), 0)) && error_code() == 4);
	CHECK(failed(receive(global_id(user_base + 500, 1), 0)) && error_code() == 5);
	utcb()[0] = 0;
	CHECK(failed(send(sigma0, ZERO_TIME)) || 1);
	CHECK(failed(receive(ANYTHREAD, ZERO_TIME)) && error_code() == 3);
	CHECK(L4_ThreadControl(root, NILTHREAD, NILTHREAD, NILTHREAD, ~0ul) == 0 && error_code() == 2);
}

void interrupts(void)
{
	L4_ThreadId_t irq = global_id(4, 1);

	CHECK(L4_ThreadControl(irq, irq, NILTHREAD, root, ~0ul) == 1);
	CHECK(failed(receive(irq, ZERO_TIME)) && error_code() == 3);
	CHECK(L4_ThreadControl(irq, irq, NILTHREAD, irq, ~0ul) == 1);
}
