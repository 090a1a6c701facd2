/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sigma.c - root as sigma0's client (protocols 7.1).
 *
 * Memory is received into large windows, so that physical address p appears at direct(p): away
 * from root's own image, KIP and UTCBs, which have the addresses of some memory too.
 */
#include <l4/ipc.h>
#include <pecan/addresses.h>
#include <proto/sigma0.h>
#include <root/root.h>
#include <x2/fpage.h>
#include <x2/msg.h>
#include "pool.h"
#include "sigma.h"

void sigma_init(void) { direct_base = PECAN_DIRECT_BASE; }

/* Send MR1 = request, MR2 = 0; the send fpage of the answer, nil if refused. `at`: base of the window. */
static l4_fpage_t call(l4_word_t request, l4_word_t at)
{
	L4_Acceptor_t window = { .raw = l4_fpage(at, PECAN_DIRECT_LOG2, 0).raw };
	l4_fpage_t page = L4_NILPAGE;
	L4_MsgTag_t tag;

	L4_Accept(window);
	L4_LoadMR(0, l4_tag_kernel(L4_PROTO_SIGMA0, 0, 2).raw);
	L4_LoadMR(1, request);
	L4_LoadMR(2, 0);
	tag = L4_Call(L4_GlobalId(root.user_base, 1));
	if (L4_IpcSucceeded(tag))
		L4_StoreMR(2, &page.raw);
	L4_Accept(L4_UntypedWordsAcceptor);
	return page;
}

bool sigma_page(l4_word_t physical, unsigned log2)
{
	return !l4_fpage_is_nil(call(l4_fpage(physical, log2, 0).raw, PECAN_DIRECT_WINDOW(physical)));
}

/* The order, `least` or more, of the largest aligned block from `at` on that ends at `end` at the latest. */
static unsigned block_log2(l4_word_t at, l4_word_t end, unsigned least)
{
	while (at % ((l4_word_t)2 << least) == 0 && at + ((l4_word_t)2 << least) <= end)
		least++;
	return least;
}

bool sigma_range(l4_word_t physical, l4_word_t size)
{
	l4_word_t end = (physical + size + PAGE_MASK) & ~PAGE_MASK;

	physical &= ~PAGE_MASK;
	while (physical < end) {
		unsigned log2 = block_log2(physical, end, PAGE_LOG2);

		if (!sigma_page(physical, log2))
			return false;
		physical += (l4_word_t)1 << log2;
	}
	return true;
}

l4_word_t sigma_any(unsigned log2)
{
	l4_word_t any = ~(l4_word_t)0 >> L4_FPAGE_BASE_SHIFT << L4_FPAGE_BASE_SHIFT;

	return l4_fpage_base(call(any | (l4_word_t)log2 << L4_FPAGE_SIZE_SHIFT, PECAN_DIRECT_BASE));
}

bool sigma_ports(l4_word_t first, l4_word_t last)
{
	l4_word_t ports = (l4_word_t)1 << L4_IO_LOG2_ALL, end = last < ports ? last + 1 : ports;

	while (first < end) {
		unsigned log2 = block_log2(first, end, 0);

		if (l4_fpage_is_nil(call(l4_io_fpage(first, log2).raw, PECAN_DIRECT_BASE)))
			return false;
		first += (l4_word_t)1 << log2;
	}
	return true;
}

void sigma_close(void)
{
	L4_LoadMR(0, l4_tag(SIGMA0_CLOSE, 0, 0).raw);
	L4_Call(L4_GlobalId(root.user_base, 1));
}
