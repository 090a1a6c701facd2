/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_fault.c - page faults, I/O faults and exceptions as messages; threads without pager or handler.
 */
#include <string.h>
#include <core/arch.h>
#include "world.h"

static struct thread *a, *b, *pager;

enum { VA = 0x10000, IP = 0x4444 };

#define NIL L4_NILTHREAD
#define FAULT_TAG(rights) l4_tag_kernel(L4_PROTO_PAGEFAULT, rights, 2).raw

/* a's pager and exception handler is `pager`, which has a page at VA. */
static void set_up(void)
{
	world_boot();
	a = new_space();
	b = new_space();
	pager = new_space();
	give(pager, ram(13), VA, 13, L4_RWX);
	*thread_tcr(a, L4_TCR_PAGER) = pager->id.raw;
	*thread_tcr(a, L4_TCR_EXCEPTION_HANDLER) = pager->id.raw;
	thread_regs(a)->ip = IP;
}

static void reply_map(l4_word_t page, unsigned rights)
{
	put_map(pager, l4_fpage(page, 12, rights), page, false);
	CHECK(ipc(pager, a->id, NIL, timeouts(TIME_ZERO, TIME_ZERO)));
}

static void exception(struct thread *t, l4_word_t number, l4_word_t error)
{
	world_run(t);
	world_settle(fault_exception(t, number, error));
}

static bool printed(const char *text)
{
	report_flush();
	return strstr(host.console, text) != 0;
}

TEST(HFLT0001, "a page fault reaches the pager with access, address and instruction pointer")
{
	static const unsigned access[] = { L4_R, L4_W, L4_X };

	set_up();
	for (unsigned i = 0; i < 3; i++) {
		CHECK(!receive_from(pager, L4_ANYTHREAD));
		CHECK(!touch(a, VA + 0x123 + i, access[i]));
		CHECK(!blocked(pager));
		CHECK_EQ(tag_of(pager).raw, FAULT_TAG(access[i]));
		CHECK_EQ(get_mr(pager, 1), VA + 0x123 + i);
		CHECK_EQ(get_mr(pager, 2), IP);
		CHECK_EQ(from_of(pager).raw, a->id.raw);
		PUT(pager, 0);
		CHECK(send_to(pager, a));
		CHECK(!blocked(a));
		CHECK_EQ(thread_regs(a)->ip, IP);
	}
}

TEST(HFLT0002, "the pager's map item is mapped and the thread continues")
{
	set_up();
	CHECK(!touch(a, VA, L4_W));
	CHECK(receive_from(pager, L4_ANYTHREAD));
	reply_map(VA, L4_RWX);
	CHECK_SENT(pager);
	CHECK(!blocked(a));
	CHECK(touch(a, VA, L4_W));
	CHECK(touch(a, VA, L4_X));
}

TEST(HFLT0003, "a page that is mapped read-only faults again on writing, and can be upgraded")
{
	set_up();
	CHECK(!touch(a, VA, L4_R));
	CHECK(receive_from(pager, L4_ANYTHREAD));
	reply_map(VA, L4_R);
	CHECK(touch(a, VA, L4_R));
	CHECK(!touch(a, VA, L4_W));
	CHECK(receive_from(pager, L4_ANYTHREAD));
	CHECK_EQ(tag_of(pager).raw, FAULT_TAG(L4_W));
	reply_map(VA, L4_R | L4_W);
	CHECK(touch(a, VA, L4_W));
	CHECK(!touch(a, VA, L4_X));
}

TEST(HFLT0004, "the faulter's message, buffer and error words survive, however long the reply is")
{
	l4_word_t utcb[L4_UTCB_WORDS];
	struct arch_regs regs;

	set_up();
	for (unsigned i = 0; i < L4_MRS; i++)
		put_mr(a, i, 0x7700 + i);
	*thread_tcr(a, L4_TCR_BR0) = 0x1230;
	*thread_tcr(a, L4_TCR_SENDER) = 0x4560;
	memcpy(utcb, a->utcb - L4_UTCB_MR0, sizeof(utcb));
	regs = *thread_regs(a);
	CHECK(!touch(a, VA, L4_R));
	CHECK(receive_from(pager, L4_ANYTHREAD));
	put_mr(pager, 0, l4_tag(0x99, 61, 2).raw);
	for (unsigned i = 1; i < 62; i++)
		put_mr(pager, i, 0xbad);
	put_mr(pager, 62, l4_map_item(VA));
	put_mr(pager, 63, l4_fpage(VA, 12, L4_R).raw);
	CHECK(send_to(pager, a));
	CHECK_SENT(pager);
	CHECK(!blocked(a));
	CHECK(memcmp(utcb, a->utcb - L4_UTCB_MR0, sizeof(utcb)) == 0);
	CHECK(memcmp(&regs, thread_regs(a), sizeof(regs)) == 0);
	CHECK(touch(a, VA, L4_R));
}

TEST(HFLT0005, "a thread without a pager stops and is reported; the others continue")
{
	static const l4_word_t none[] = { 0, ~(l4_word_t)0, ~(l4_word_t)0x3f, 0x1000 };

	for (unsigned i = 0; i < 4; i++) {
		set_up();
		*thread_tcr(a, L4_TCR_PAGER) = none[i];
		CHECK(!touch(a, 0x5555000, L4_R));
		CHECK(a->halted);
		CHECK(!world_try_run(a));
		CHECK(printed("5555000"));
		CHECK(printed("pager"));
		CHECK(!receive_from(b, L4_ANYTHREAD));
		CHECK(send_to(pager, b));
		CHECK(delete_thread(a->id));
	}
}

TEST(HFLT0006, "a thread whose pager is deleted during its fault stops and is reported")
{
	set_up();
	CHECK(!touch(a, VA, L4_R));
	CHECK(delete_thread(pager->id));
	CHECK(a->halted);
	CHECK(!blocked(a));
	CHECK(printed("pager"));
	CHECK(delete_thread(a->id));
}

TEST(HFLT0007, "the same when the pager has taken the message and is deleted before it replies")
{
	set_up();
	CHECK(!touch(a, VA, L4_R));
	CHECK(receive_from(pager, L4_ANYTHREAD));
	CHECK(delete_thread(pager->id));
	CHECK(a->halted);
	CHECK(delete_thread(a->id));
}

TEST(HFLT0008, "a stopped thread can be given a pager and resumed")
{
	struct thread *a2;

	set_up();
	a2 = new_thread(a);
	*thread_tcr(a, L4_TCR_PAGER) = 0;
	CHECK(!touch(a, VA, L4_R));
	CHECK(a->halted);
	*thread_tcr(a, L4_TCR_PAGER) = pager->id.raw;
	CHECK(exregs(a2, a->id, L4_EXREGS_SET_HALT, 0, 0));
	CHECK(!touch(a, VA, L4_R));
	CHECK(receive_from(pager, L4_ANYTHREAD));
	reply_map(VA, L4_R);
	CHECK(touch(a, VA, L4_R));
}

TEST(HFLT0009, "a fault in the UTCB area or on the KIP goes to the pager, and nothing can be mapped there")
{
	l4_word_t at[2] = { L4_INITIAL_UTCB + 0x80000, L4_INITIAL_KIP };

	set_up();
	for (unsigned i = 0; i < 2; i++) {
		CHECK(!touch(a, at[i], L4_W));
		CHECK(receive_from(pager, L4_ANYTHREAD));
		CHECK_EQ(get_mr(pager, 1), at[i]);
		put_map(pager, l4_fpage(VA, 12, L4_RWX), at[i], false);
		CHECK(send_to(pager, a));
		CHECK(!touch(a, at[i], L4_W));
		CHECK(receive_from(pager, L4_ANYTHREAD));
		PUT(pager, 0);
		CHECK(send_to(pager, a));
	}
	CHECK(touch(a, L4_INITIAL_KIP, L4_R));
}

TEST(HFLT0010, "a fault above the user area is a message like any other")
{
	set_up();
	CHECK(!touch(a, ~(l4_word_t)0xfff, L4_R));
	CHECK(receive_from(pager, L4_ANYTHREAD));
	CHECK_EQ(get_mr(pager, 1), ~(l4_word_t)0xfff);
	put_map(pager, l4_fpage(VA, 12, L4_RWX), ~(l4_word_t)0xfff, false);
	CHECK(send_to(pager, a));
	CHECK(!touch(a, ~(l4_word_t)0xfff, L4_R));
}

TEST(HFLT0011, "a pager in the same space may be named by its local id, and sees the local id of the faulter")
{
	struct thread *a2;

	set_up();
	a2 = new_thread(a);
	*thread_tcr(a, L4_TCR_PAGER) = local_id(a2).raw;
	CHECK(!touch(a, VA, L4_R));
	CHECK(receive_from(a2, L4_ANYTHREAD));
	CHECK_EQ(from_of(a2).raw, local_id(a).raw);
	CHECK_EQ(tag_of(a2).raw, FAULT_TAG(L4_R));
}

TEST(HFLT0012, "only the pager's reply ends the fault")
{
	set_up();
	CHECK(!touch(a, VA, L4_R));
	CHECK(receive_from(pager, L4_ANYTHREAD));
	PUT(b, 0);
	CHECK(ipc(b, a->id, NIL, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_FAILED(b, SEND_ERROR(TIMEOUT));
	CHECK(blocked(a));
}

TEST(HFLT0013, "sigma0's own faults are mapped one to one; the kernel's memory is refused and sigma0 stops")
{
	l4_word_t pa, mine;

	set_up();
	pa = ram(12);
	mine = (l4_word_t)arch_frame_pa((void *)mem.kmem.base);
	PUT(root, 0);
	CHECK(send_to(root, sigma0));
	CHECK(!touch(sigma0, pa + 8, L4_W));
	CHECK(touch(sigma0, pa + 8, L4_W));
	CHECK_EQ(arch_ptab_get(sigma0->space, pa).frame, pa & ~(((l4_word_t)1
		 << arch_ptab_get(sigma0->space, pa).log2) - 1));
	CHECK(!touch(sigma0, mine, L4_R));
	CHECK(sigma0->halted);
	CHECK(printed("sigma0"));
	CHECK(!mapped(sigma0, mine, 0));
}

TEST(HFLT0014, "an exception reaches the handler with its registers, number and error code")
{
	set_up();
	thread_regs(a)->sp = 0x5678;
	CHECK(!receive_from(pager, L4_ANYTHREAD));
	exception(a, 6, 0x77);
	CHECK(!blocked(pager));
	CHECK_EQ(tag_of(pager).raw, l4_tag_kernel(L4_PROTO_EXCEPTION, 0, L4_EXC_WORDS).raw);
	CHECK_EQ(get_mr(pager, L4_EXC_RIP), IP);
	CHECK_EQ(get_mr(pager, L4_EXC_RSP), 0x5678);
	CHECK_EQ(get_mr(pager, L4_EXC_RFLAGS), HOST_FLAGS);
	CHECK_EQ(get_mr(pager, L4_EXC_NUMBER), 6);
	CHECK_EQ(get_mr(pager, L4_EXC_ERROR), 0x77);
}

TEST(HFLT0015, "the handler's reply sets as many registers as it is long; system flags stay")
{
	set_up();
	exception(a, 6, 0);
	CHECK(receive_from(pager, L4_ANYTHREAD));
	PUT(pager, 0, 0x1110, 0x2220, KEEP);
	CHECK(send_to(pager, a));
	CHECK_EQ(thread_regs(a)->ip, 0x1110);
	CHECK_EQ(thread_regs(a)->sp, 0x2220);
	CHECK_EQ(thread_regs(a)->flags, HOST_FLAGS | HOST_FLAGS_USER);
	exception(a, 6, 0);
	CHECK(receive_from(pager, L4_ANYTHREAD));
	PUT(pager, 0, 0x3330);
	CHECK(send_to(pager, a));
	CHECK_EQ(thread_regs(a)->ip, 0x3330);
	CHECK_EQ(thread_regs(a)->sp, 0x2220);
	exception(a, 6, 0);
	CHECK(receive_from(pager, L4_ANYTHREAD));
	put_mr(pager, 0, l4_tag(0, 63, 0).raw);
	put_mr(pager, 1, 0x4440);
	CHECK(send_to(pager, a));
	CHECK_EQ(thread_regs(a)->ip, 0x4440);
}

TEST(HFLT0016, "a thread without an exception handler stops and is reported")
{
	set_up();
	*thread_tcr(a, L4_TCR_EXCEPTION_HANDLER) = 0;
	exception(a, 13, 0);
	CHECK(a->halted);
	CHECK(printed("exception"));
	world_run(b);
}

TEST(HFLT0017, "a thread that is its own pager or handler stops")
{
	set_up();
	*thread_tcr(a, L4_TCR_PAGER) = a->id.raw;
	CHECK(!touch(a, VA, L4_R));
	CHECK(a->halted);
	*thread_tcr(b, L4_TCR_EXCEPTION_HANDLER) = local_id(b).raw;
	exception(b, 3, 0);
	CHECK(b->halted);
}

TEST(HFLT0018, "an interrupt thread or the idle thread as pager stops the faulter")
{
	set_up();
	*thread_tcr(a, L4_TCR_PAGER) = l4_tid_global(4, 1).raw;
	CHECK(!touch(a, VA, L4_R));
	CHECK(a->halted);
	*thread_tcr(b, L4_TCR_PAGER) = l4_tid_global(kernel.irq_lines, 1).raw;
	CHECK(!touch(b, VA, L4_R));
	CHECK(b->halted);
}

TEST(HFLT0019, "an I/O fault names the ports and is served by an I/O fpage")
{
	set_up();
	CHECK(!receive_from(pager, L4_ANYTHREAD));
	world_run(a);
	world_settle(fault_io(a, 0x3f8, 0));
	CHECK(!blocked(pager));
	CHECK_EQ(tag_of(pager).raw, l4_tag_kernel(L4_PROTO_IO_FAULT, L4_R | L4_W, 2).raw);
	CHECK_EQ(get_mr(pager, 1) & ~(l4_word_t)0xf, l4_io_fpage(0x3f8, 0).raw & ~(l4_word_t)0xf);
	CHECK_EQ(get_mr(pager, 2), IP);
	*thread_tcr(a, L4_TCR_PAGER) = sigma0->id.raw;
	PUT(pager, 0);
	CHECK(send_to(pager, a));
	CHECK(!arch_io_get(a->space, 0x3f8));
	world_run(a);
	world_settle(fault_io(a, 0x3f8, 0));
	CHECK(!blocked(sigma0));
	put_map(sigma0, l4_io_fpage(0x3f8, 3), 0x3f8, false);
	CHECK(send_to(sigma0, a));
	CHECK_SENT(sigma0);
	for (unsigned p = 0x3f8; p < 0x400; p++)
		CHECK(arch_io_get(a->space, p));
	CHECK(!arch_io_get(a->space, 0x3f7));
	CHECK(!arch_io_get(a->space, 0x400));
}

TEST(HFLT0020, "sigma0 gets the ports that it touches")
{
	set_up();
	PUT(root, 0);
	CHECK(send_to(root, sigma0));
	world_run(sigma0);
	world_settle(fault_io(sigma0, 0x60, 2));
	CHECK(world_current() == sigma0);
	for (unsigned p = 0x60; p < 0x64; p++)
		CHECK(arch_io_get(sigma0->space, p));
}

TEST(HFLT0021, "a thread whose fault is cancelled continues at the IP that was set")
{
	struct thread *a2;

	set_up();
	a2 = new_thread(a);
	CHECK(!touch(a, VA, L4_R));
	CHECK(exregs(a2, a->id, L4_EXREGS_SEND | L4_EXREGS_RECEIVE | L4_EXREGS_SET_IP, 0, 0x8888));
	CHECK(!blocked(a));
	CHECK(!a->halted);
	CHECK_EQ(thread_regs(a)->ip, 0x8888);
	CHECK(ipc(pager, NIL, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_FAILED(pager, RECEIVE_ERROR(TIMEOUT));
}

TEST(HFLT0022, "a refused item in the pager's reply stops the faulter, and the pager gets the overflow")
{
	set_up();
	CHECK(!touch(a, VA, L4_R));
	CHECK(receive_from(pager, L4_ANYTHREAD));
	put_mr(pager, 0, l4_tag(0, 0, 2).raw);
	put_mr(pager, 1, 100 << 10);		/* a string item */
	put_mr(pager, 2, 0x1000);
	CHECK(send_to(pager, a));
	CHECK_FAILED(pager, SEND_ERROR(OVERFLOW));
	CHECK(a->halted);
}

TEST(HFLT0023, "when a fault's reply finds no kernel memory the faulter halts and its pager gets one message")
{
	set_up();
	CHECK(!touch(a, 0x30000000, L4_R));
	CHECK(receive_from(pager, L4_ANYTHREAD));
	host_fail_at(0, true);
	put_map(pager, l4_fpage(VA, 12, L4_R), 0x30000000, false);
	CHECK(send_to(pager, a));
	host_fail_never();
	CHECK_FAILED(pager, SEND_ERROR(OVERFLOW));
	CHECK(a->halted);
	CHECK(receive_from(pager, L4_ANYTHREAD));
	CHECK_EQ(tag_of(pager).raw, l4_tag_kernel(L4_PROTO_MEM_EXHAUSTED, 0, 2).raw);
	CHECK_EQ(get_mr(pager, 1), 0x30000000);
	CHECK_EQ(get_mr(pager, 2), IP);
	CHECK_EQ(from_of(pager).raw, a->id.raw);
	CHECK(ipc(pager, NIL, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_FAILED(pager, RECEIVE_ERROR(TIMEOUT));
	CHECK(a->halted);
	CHECK(delete_thread(a->id));
}

TEST(HFLT0024, "a faulter is deleted in each phase of its fault")
{
	l4_tid_t id;

	set_up();
	CHECK(!touch(a, VA, L4_R));
	CHECK(delete_thread(a->id));
	CHECK(ipc(pager, NIL, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_FAILED(pager, RECEIVE_ERROR(TIMEOUT));
	*thread_tcr(b, L4_TCR_PAGER) = pager->id.raw;
	CHECK(!touch(b, VA, L4_R));
	CHECK(receive_from(pager, L4_ANYTHREAD));
	id = b->id;
	CHECK(delete_thread(id));
	PUT(pager, 0);
	ipc(pager, id, NIL, timeouts(TIME_NEVER, TIME_NEVER));
	CHECK_FAILED(pager, SEND_ERROR(NOT_EXISTING));
}

TEST(HFLT0025, "a chain of three pagers serves a fault, and a flush at the top takes the page away from all")
{
	struct thread *top, *middle;

	set_up();
	top = pager;
	middle = b;
	*thread_tcr(middle, L4_TCR_PAGER) = top->id.raw;
	*thread_tcr(a, L4_TCR_PAGER) = middle->id.raw;
	CHECK(!touch(a, VA, L4_W));
	CHECK(receive_from(middle, L4_ANYTHREAD));
	CHECK(!touch(middle, VA, L4_W));
	CHECK(receive_from(top, L4_ANYTHREAD));
	put_map(top, l4_fpage(VA, 12, L4_RWX), VA, false);
	CHECK(send_to(top, middle));
	put_map(middle, l4_fpage(VA, 12, L4_R | L4_W), VA, false);
	CHECK(send_to(middle, a));
	CHECK(touch(a, VA, L4_W));
	unmap_fpage(top, l4_fpage(VA, 12, L4_RWX), false);
	CHECK(!mapped(a, VA, 0));
	CHECK(!mapped(middle, VA, 0));
	CHECK(mapped(top, VA, L4_RWX));
	CHECK(!touch(a, VA, L4_R));
}

TEST(HFLT0026, "a reply that is longer than the kernel's buffer touches nothing behind it")
{
	struct thread *t[12], *x = 0;
	struct thread_rest *behind = 0, copy;
	size_t block = (sizeof(struct thread_rest) + 63) / 64 * 64;

	set_up();
	for (unsigned i = 0; i < 12; i++) {
		t[i] = new_thread(b);
		CHECK(!receive_from(t[i], t[i]->id));
	}
	for (unsigned i = 0; i < 12; i++)
		for (unsigned j = 0; j < 12; j++)
			if ((char *)t[i]->rest + block == (char *)t[j]->rest) {
				x = t[i];
				behind = t[j]->rest;
			}
	CHECK(x && behind);
	CHECK(exregs(b, x->id, L4_EXREGS_RECEIVE, 0, 0));
	*thread_tcr(x, L4_TCR_PAGER) = pager->id.raw;
	CHECK(!touch(x, VA, L4_R));
	CHECK(receive_from(pager, L4_ANYTHREAD));
	copy = *behind;
	for (unsigned i = 1; i < L4_MRS; i++)
		put_mr(pager, i, i < 62 ? 0xbad : 0);
	put_mr(pager, 0, l4_tag(0, 63, 0).raw);
	CHECK(send_to(pager, x));
	CHECK(!blocked(x));
	CHECK(memcmp(&copy, behind, sizeof(copy)) == 0);
	CHECK(!touch(x, VA, L4_R));
	CHECK(receive_from(pager, L4_ANYTHREAD));
	put_mr(pager, 0, l4_tag(0, 61, 2).raw);
	put_mr(pager, 62, l4_map_item(VA));
	put_mr(pager, 63, l4_fpage(VA, 12, L4_R).raw);
	CHECK(send_to(pager, x));
	CHECK(memcmp(&copy, behind, sizeof(copy)) == 0);
	CHECK(touch(x, VA, L4_R));
}

TEST(HFLT0027, "no report of exhausted memory goes to something that cannot receive")
{
	static const l4_word_t pagers[] = { 0, 4ul << L4_TID_VERSION_BITS | 1, ~(l4_word_t)0 };

	for (unsigned i = 0; i < 3; i++) {
		set_up();
		CHECK(!touch(a, 0x30000000, L4_R));
		CHECK(receive_from(pager, L4_ANYTHREAD));
		*thread_tcr(a, L4_TCR_PAGER) = pagers[i];
		host_fail_at(0, true);
		put_map(pager, l4_fpage(VA, 12, L4_R), 0x30000000, false);
		CHECK(send_to(pager, a));
		host_fail_never();
		CHECK(a->halted);
		CHECK(!blocked(a));
		CHECK(ipc(pager, NIL, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_ZERO)));
		CHECK_FAILED(pager, RECEIVE_ERROR(TIMEOUT));
	}
}
