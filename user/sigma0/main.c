/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - sigma0's message loop (protocols 7.1, docs/user/sigma0.md).
 *
 * One thread, no allocation, no other server: it waits, decides with policy.c, and answers with a
 * zero send timeout in the same IPC, so no client can hold it up. It accepts no typed items.
 *
 *   label N, words        answer
 *   -6                    page request: Map item, or nilpage if refused or u is neither 2 nor 3
 *   -2, -8                page fault, I/O fault: the same, u = 2; if refused, sigma0 is no longer the pager;
 *                         with ports=all the root server's first one has another item, all ports
 *   SIGMA0_CLOSE          from the root server's space: closed to all others; MR1 = 0
 *   -1001, u >= 1         from the root server's space: MR1 = 2 with MR2 != 0 empty message, else none
 *   anything else         none, whatever u is (F2)
 *
 * Sigma0's own page faults are served by the kernel, 1:1.
 */
#include <l4/ipc.h>
#include <l4/kip.h>
#include <l4/misc.h>
#include <l4/pecan.h>
#include <l4/thread.h>
#include <proto/sigma0.h>
#include "options.h"
#include "policy.h"

enum { TABLE_ROOM = 512, CONTROL_DUMP = 2, TAG_N_SHIFT = 20 };

struct request { l4_tid_t from; l4_tag_t tag; l4_word_t word[3]; };

static struct extent memory_table[TABLE_ROOM], ports_table[TABLE_ROOM];
static struct policy policy;
static l4_tid_t root;
static l4_word_t system_base, user_base, root_space;
static bool closed, all_ports;		/* all_ports: the root server is to get them */

void _exit(int status);

/* Sigma0's main does not return; without this the start code would bring in a client library. */
void _exit(int status)
{
	(void)status;
	for (;;)
		L4_Sleep(L4_Never);
}

/* Returns the number of the space of a thread, 0 if the kernel has no inspection call. */
static l4_word_t space_of(l4_tid_t t)
{
	struct l4_inspect_thread r;
	l4_word_t number = l4_tid_number(t);

	if (L4_Inspect(L4_INSPECT_THREAD, 0, number) == 0)
		return 0;
	L4_StoreMRs(1, sizeof(r) / sizeof(l4_word_t), (L4_Word_t *)&r);
	return r.id == t.raw ? r.space : 0;
}

/*
 * The owner of what `from` is given: all threads of the root server's space are one (F3). A space number
 * is never used again, so it is asked for once.
 */
static l4_tid_t owner_of(l4_tid_t from)
{
	if (l4_tid_eq(from, root))
		return root;
	if (root_space == 0)
		root_space = space_of(root);
	return root_space != 0 && space_of(from) == root_space ? root : from;
}

static bool kernel_thread(l4_tid_t t)
{
	return l4_tid_number(t) >= system_base && l4_tid_number(t) < user_base;
}

static bool set_attribute(l4_fpage_t page, l4_word_t attribute)
{
	return L4_Set_PageAttribute((L4_Fpage_t){ .raw = page.raw }, attribute);
}

/* Returns true if there is such an attribute and memory to record it. Tried on a page of sigma0's own. */
static bool attribute_exists(l4_word_t attribute)
{
	l4_fpage_t own = l4_fpage((l4_word_t)&policy >> PAGE_LOG2 << PAGE_LOG2, PAGE_LOG2, 0);

	return set_attribute(own, attribute) && set_attribute(own, L4_DefaultMemory);
}

static bool wants_any(l4_fpage_t page)
{
	return page.raw >> L4_FPAGE_BASE_SHIFT == ~(l4_word_t)0 >> L4_FPAGE_BASE_SHIFT;
}

/* What a third word adds to the address of a page. */
static uint64_t upper_half(const struct request *q)
{
	bool extended = (q->word[0] & 8) != 0 && l4_tag_untyped(q->tag) > 2;

	return extended ? (uint64_t)q->word[2] << 32 : 0;
}

static l4_fpage_t memory_request(const struct request *q, l4_tid_t owner)
{
	l4_fpage_t page = { q->word[0] };
	uint64_t upper = upper_half(q);
	unsigned log2 = l4_fpage_log2(page);

	if (log2 == 0 && kernel_thread(q->from))
		log2 = KERNEL_LOG2;
	if (wants_any(page))
		return policy_any(&policy, owner, log2);
	if (upper > ~(l4_word_t)0)		/* no memory has such an address */
		return L4_NILPAGE;
	return policy_page(&policy, owner, l4_fpage_base(page) | (l4_word_t)upper, log2);
}

/* Attribute 0 leaves memory the one that it has; what cannot be given with its attribute is not owned. */
static l4_fpage_t page_request(const struct request *q, l4_tid_t owner)
{
	l4_fpage_t page = { q->word[0] };
	l4_word_t attribute = q->word[1];
	bool ports = l4_fpage_is_io(page) && !wants_any(page);

	if (attribute == L4_DefaultMemory)
		return ports ? policy_ports(&policy, owner, page) : memory_request(q, owner);
	if (ports || !attribute_exists(attribute))
		return L4_NILPAGE;
	page = memory_request(q, owner);
	return l4_fpage_is_nil(page) || set_attribute(page, attribute) ? page : L4_NILPAGE;
}

static void answer_page(l4_fpage_t page)
{
	l4_word_t base = l4_fpage_is_io(page) ? 0 : l4_fpage_base(page);

	L4_LoadMR(0, l4_tag(0, 0, 2).raw);
	L4_LoadMR(1, l4_map_item(base));
	L4_LoadMR(2, page.raw);
}

/* An empty message, or one word 0. */
static void answer_words(unsigned u)
{
	L4_LoadMR(0, l4_tag(0, u, 0).raw);
	L4_LoadMR(1, 0);
}

/* Pistachio's private control: the answer is empty. */
static bool answer_control(const struct request *q)
{
	if (q->word[0] != CONTROL_DUMP || l4_tag_untyped(q->tag) < 2 || q->word[1] == 0)
		return false;
	answer_words(0);
	return true;
}

/* A page fault, or an I/O fault: Map item, or nilpage if refused. */
static l4_fpage_t fault(const struct request *q, l4_tid_t owner, bool port)
{
	l4_fpage_t page = L4_NILPAGE;

	if (!port)
		page = policy_fault(&policy, owner, q->word[0]);
	else if (l4_fpage_is_io((l4_fpage_t){ q->word[0] }))
		page = policy_ports(&policy, owner, (l4_fpage_t){ q->word[0] });
	return page;
}

/*
 * With ports=all add all ports to the answer of the root server's first fault, which is that of its first
 * instruction, as its space is empty at the start: such a program may have threads with other pagers, which
 * do not know I/O faults.
 */
static void add_ports(l4_tid_t owner)
{
	if (!all_ports || !l4_tid_eq(owner, root))
		return;
	all_ports = false;
	L4_LoadMR(0, l4_tag(0, 0, 4).raw);
	L4_LoadMR(3, l4_map_item(0));
	L4_LoadMR(4, policy_ports(&policy, root, l4_io_fpage(0, L4_IO_LOG2_ALL)).raw);
}

/*
 * After nilpage the thread executes the same instruction again: with sigma0 as pager it would fault for ever,
 * and a root server whose image is damaged would do so without a report. Without a pager it is halted, and
 * the kernel reports the fault. There is no effect on a thread whose pager is not in sigma0's space, or that
 * is not at the IP of the message: a pager that has forwarded another thread's fault, or a string transfer.
 */
static void withdraw(const struct request *q)
{
	L4_ThreadId_t t = { .raw = q->from.raw };

	if (__L4_Exregs(t, __L4_EXREGS_DELIVER, 0, 0, 0).ip == q->word[1])
		L4_Set_PagerOf(t, L4_nilthread);
}

/* Put the answer into the message registers; false: there is none. */
static bool serve(const struct request *q)
{
	long n = (long)q->tag.raw >> TAG_N_SHIFT;
	unsigned u = l4_tag_untyped(q->tag);
	l4_tid_t owner = owner_of(q->from);
	bool served = !closed || l4_tid_eq(owner, root);
	l4_fpage_t page = L4_NILPAGE;

	if (n == SIGMA0_N_CLOSE && l4_tid_eq(owner, root)) {
		closed = true;
		answer_words(1);
		return true;
	}
	if (n == SIGMA0_N_CONTROL && l4_tid_eq(owner, root))
		return answer_control(q);
	if (n != L4_PROTO_SIGMA0 && n != L4_PROTO_PAGEFAULT && n != L4_PROTO_IO_FAULT)
		return false;
	served = served && (u == 2 || (n == L4_PROTO_SIGMA0 && u == 3));
	if (served && n == L4_PROTO_SIGMA0)
		page = page_request(q, owner);
	else if (served)
		page = fault(q, owner, n == L4_PROTO_IO_FAULT);
	if (n != L4_PROTO_SIGMA0 && u == 2 && l4_fpage_is_nil(page))
		withdraw(q);
	answer_page(page);
	if (n == L4_PROTO_PAGEFAULT)
		add_ports(owner);
	return true;
}

static void init(void)
{
	const struct l4_kip *kip = L4_GetKernelInterface();
	struct policy_tables tables = { memory_table, ports_table, TABLE_ROOM, TABLE_ROOM };

	system_base = kip->thread_info >> 8 & 0xfff;
	user_base = kip->thread_info >> 20 & 0xfff;
	root = l4_tid_global(user_base + 2, 1);
	all_ports = option_given(kip, "ports=all") && __L4_KipHasFeature(L4_GetKernelInterface(), "ioflexpages");
	policy_init(&policy, kip, &tables);
	L4_Accept(L4_UntypedWordsAcceptor);
}

int main(void)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag;
	struct request q;

	init();
	tag = L4_Wait(&from);
	for (;;) {
		q = (struct request){ { from.raw }, { tag.raw }, { 0, 0, 0 } };
		L4_StoreMRs(1, 3, q.word);
		if (!L4_IpcFailed(tag) && serve(&q))
			tag = L4_ReplyWait(from, &from);
		else
			tag = L4_Wait(&from);
	}
}
