/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page_faults.c - page faults as messages (protocols 3). The test is the pager of its worker.
 */
#include "machine.h"

enum { APART = 0x2000000 };
#define KERNEL_ADDRESS KERNEL_IMAGE

#define RW L4_ReadWriteOnly

struct touch { word address; volatile word done, value; struct regs before, after; word trap; };

static void touch_with_pattern(void *arg)
{
	struct touch *t = arg;

	regs_pattern(&t->before, (word)0x7766554433220000);
	t->before.REG_A = t->address;
	t->before.flags = FLAGS_SOME;
	t->after = t->before;
	regs_call(&t->after, t->trap);
	t->done = 1;
}

static void read_once(void *arg)
{
	struct touch *t = arg;

	t->value = *(volatile word *)t->address;
	t->done = 1;
}

static L4_MsgTag_t reply_map(L4_ThreadId_t t, L4_Fpage_t f, word base)
{
	load_map(1, f, base);
	L4_Set_MsgTag(tag_make(0, 0, 2));
	return L4_Reply(t);
}

static L4_MsgTag_t reply_empty(L4_ThreadId_t t)
{
	L4_Set_MsgTag(L4_Niltag);
	return L4_Reply(t);
}

static L4_ThreadId_t fault_in(struct space *s, struct touch *job, word address, void (*trap)(void))
{
	L4_ThreadId_t t;

	*job = (struct touch){ .address = address, .trap = (word)trap };
	t = space_start_pager(s, trap ? touch_with_pattern : read_once, job, L4_Myself());
	return t;
}

TEST(GPGF0001, "a read fault: label -2 with r (ia32: r and x), two words: the address and the instruction")
{
	static struct touch job;
	struct space s;
	L4_MsgTag_t tag;

	space_make(&s);
	tag = pager_serve(fault_in(&s, &job, WINDOW + 0x123, trap_read));
	CHECK_EQ(tag.raw, READ_FAULT);
	CHECK_EQ(mr(1), WINDOW + 0x123);
	CHECK_EQ(mr(2), trap_read);
}

TEST(GPGF0002, "the message of a write fault has w and no other access")
{
	static struct touch job;
	struct space s;
	L4_MsgTag_t tag;

	space_make(&s);
	tag = pager_serve(fault_in(&s, &job, WINDOW + 0x7f0, trap_write));
	CHECK_EQ(tag.raw, WRITE_FAULT);
	CHECK_EQ(mr(1), WINDOW + 0x7f0);
	CHECK_EQ(mr(2), trap_write);
}

TEST(GPGF0003, "an instruction fetch fault has x (ia32: r and x): address and instruction are the same")
{
	struct space s;
	struct probe p;

	space_make(&s);
	p = probe_execute(&s, WINDOW + 0x458);
	CHECK(p.faulted);
	CHECK_EQ(p.tag, EXECUTE_FAULT);
	CHECK_EQ(p.address, WINDOW + 0x458);
	CHECK_EQ(p.ip, WINDOW + 0x458);
}

static void check_same(const struct regs *a, const struct regs *b)
{
	const word *x = (const word *)a, *y = (const word *)b;

	for (unsigned i = 0; i < REGS; i++)
		CHECK_EQ(x[i], y[i]);
	CHECK_EQ(a->flags & FLAGS_FIXED, b->flags & FLAGS_FIXED);
}

TEST(GPGF0004, "after the reply the instruction is restarted with all registers as they were")
{
	static struct touch job;
	struct space s;
	L4_ThreadId_t t;

	space_make(&s);
	t = fault_in(&s, &job, WINDOW, trap_read);
	CHECK_EQ(tag_protocol(pager_serve(t)), N_PAGEFAULT);
	CHECK(L4_IpcSucceeded(reply_map(t, fpage(pool(0), 12, RW), WINDOW)));
	CHECK(job.done);
	check_same(&job.after, &job.before);
}

TEST(GPGF0005, "an empty reply lets the thread fault again on the same place")
{
	static struct touch job;
	struct space s;
	L4_ThreadId_t t;

	space_make(&s);
	t = fault_in(&s, &job, WINDOW, trap_read);
	for (unsigned i = 0; i < 5; i++) {
		CHECK_EQ(tag_protocol(pager_serve(t)), N_PAGEFAULT);
		CHECK_EQ(mr(1), WINDOW);
		CHECK(L4_IpcSucceeded(reply_empty(t)));
	}
	CHECK(!job.done);
}

struct keep { word address; L4_ThreadId_t dead; volatile word done, same, error, buffer; };

static void fault_with_words(void *arg)
{
	struct keep *k = arg;
	bool same = true;
	word w;

	L4_Set_MsgTag(L4_Niltag);
	L4_Send_Timeout(k->dead, L4_ZeroTime);
	L4_Accept((L4_Acceptor_t){ .raw = 0x3330 });
	for (int i = 0; i < 64; i++)
		L4_LoadMR(i, 0x9000 + (word)i);
	(void)*(volatile word *)k->address;
	for (int i = 0; i < 64; i++)
		same &= mr(i) == 0x9000 + (word)i;
	L4_StoreBR(0, &w);
	k->buffer = w;
	k->error = L4_ErrorCode();
	k->same = same;
	k->done = 1;
}

TEST(GPGF0006, "a fault leaves message registers, BR0 and ErrorCode alone, even if the reply is long")
{
	static struct keep job;
	struct space s;
	L4_ThreadId_t t;

	space_make(&s);
	job = (struct keep){ .address = WINDOW, .dead = tid_new() };
	t = space_start_pager(&s, fault_with_words, &job, L4_Myself());
	CHECK_EQ(tag_protocol(pager_serve(t)), N_PAGEFAULT);
	msg_load(0x77, 40, 1);
	load_map(41, fpage(pool(0), 12, RW), WINDOW);
	L4_Set_MsgTag(tag_make(0x77, 40, 2));
	CHECK(L4_IpcSucceeded(L4_Reply(t)));
	CHECK(job.done);
	CHECK(job.same);
	CHECK_EQ(job.error, SEND_NOT_EXISTING);
	CHECK_EQ(job.buffer, 0x3330);
}

TEST(GPGF0007, "a reply may map any fpage around the fault, to any place")
{
	static struct touch job;
	struct space s;
	L4_ThreadId_t t;

	space_make(&s);
	t = fault_in(&s, &job, WINDOW + 0x5000, 0);
	pager_serve(t);
	*(volatile word *)pool(5) = 55;
	CHECK(L4_IpcSucceeded(reply_map(t, fpage(pool(0), 16, RW), WINDOW)));
	CHECK(job.done);
	CHECK_EQ(job.value, 55);
	CHECK(!probe_read(&s, WINDOW + 0xf000).faulted);
}

TEST(GPGF0008, "a fault in this space comes from the local id of the thread")
{
	static struct touch job;
	L4_ThreadId_t t, from;
	L4_MsgTag_t tag;

	job = (struct touch){ .address = WINDOW };
	t = thread_start_pager(read_once, &job, L4_Myself());
	tag = L4_Wait_Timeout(L4_TimePeriod(100000), &from);
	CHECK_EQ(tag_protocol(tag), N_PAGEFAULT);
	CHECK_EQ(from.raw, L4_LocalIdOf(t).raw);
}

static L4_ThreadId_t wait_fault(word address)
{
	L4_ThreadId_t from = L4_nilthread;
	L4_MsgTag_t tag = L4_Wait_Timeout(L4_TimePeriod(1000000), &from);

	while (L4_IpcSucceeded(tag) && image_fault(tag, mr(1))) {
		image_map(mr(1));
		tag = L4_ReplyWait_Timeout(from, L4_TimePeriod(1000000), &from);
	}
	CHECK(L4_IpcSucceeded(tag));
	CHECK_EQ(tag_protocol(tag), N_PAGEFAULT);
	CHECK_EQ(mr(1), address);
	return from;
}

TEST(GPGF0009, "a fault in another space comes from the global id of the thread")
{
	static struct touch job;
	struct space s;
	L4_ThreadId_t t;

	space_make(&s);
	t = fault_in(&s, &job, WINDOW, 0);
	CHECK_EQ(wait_fault(WINDOW).raw, t.raw);
}

struct repage { L4_ThreadId_t pager; word address; };

static void change_pager(void *arg)
{
	struct repage *r = arg;

	L4_Set_Pager(r->pager);
	(void)*(volatile word *)r->address;
}

TEST(GPGF0010, "a thread may choose another pager by itself")
{
	static struct repage job;
	struct space s;
	L4_ThreadId_t t;

	space_make(&s);
	job = (struct repage){ L4_Myself(), WINDOW + 8 };
	t = space_start(&s, change_pager, &job);
	CHECK_EQ(wait_fault(WINDOW + 8).raw, t.raw);
}

TEST(GPGF0011, "the pager may be named by its local id")
{
	static struct repage job;
	L4_ThreadId_t t;

	job = (struct repage){ L4_MyLocalId(), WINDOW + 8 };
	t = thread_start(change_pager, &job);
	CHECK_EQ(wait_fault(WINDOW + 8).raw, L4_LocalIdOf(t).raw);
}

TEST(GPGF0012, "a thread without a pager stops when it faults, and others continue")
{
	static struct repage job;
	L4_ThreadId_t t;

	job = (struct repage){ L4_nilthread, WINDOW + 8 };
	t = thread_start(change_pager, &job);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_INACTIVE);
	sleep_us(2000);
}

TEST(GPGF0013, "a thread whose pager does not exist stops when it faults")
{
	static struct repage job;
	L4_ThreadId_t t;

	job = (struct repage){ tid_new(), WINDOW + 8 };
	t = thread_start(change_pager, &job);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_INACTIVE);
}

static void wait_then_end(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	(void)unused;
	(void)tag;
}

TEST(GPGF0014, "a thread whose pager is deleted while it works on the fault stops")
{
	static struct repage job;
	L4_ThreadId_t pager = thread_start(wait_then_end, 0), t;

	job = (struct repage){ pager, WINDOW + 8 };
	t = thread_start(change_pager, &job);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_WAITING);
	thread_delete(pager);
	sleep_us(1000);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_INACTIVE);
}

TEST(GPGF0015, "a fault on a kernel address goes to the pager, which cannot map there")
{
	static struct touch job;
	struct space s;
	L4_ThreadId_t t;

	if (limits_enforced())
		guest_skip("no page fault: user segments end below it (GSEG0001)");
	space_make(&s);
	t = fault_in(&s, &job, (word)KERNEL_ADDRESS, trap_read);
	for (unsigned i = 0; i < 3; i++) {
		CHECK_EQ(tag_protocol(pager_serve(t)), N_PAGEFAULT);
		CHECK_EQ(mr(1), KERNEL_ADDRESS);
		CHECK(L4_IpcSucceeded(reply_map(t, fpage(pool(0), 12, RW), (word)KERNEL_ADDRESS)));
	}
	CHECK(!job.done);
}

TEST(GPGF0016, "a write to the KIP faults again after every reply")
{
	static struct touch job;
	struct space s;
	L4_ThreadId_t t;

	space_make(&s);
	t = fault_in(&s, &job, SPACE_KIP, trap_write);
	for (unsigned i = 0; i < 3; i++) {
		CHECK_EQ(tag_protocol(pager_serve(t)), N_PAGEFAULT);
		CHECK_EQ(tag_nibble((L4_MsgTag_t){ .raw = mr(0) }), L4_Writable);
		CHECK(L4_IpcSucceeded(reply_map(t, fpage(pool(0), 12, RW), SPACE_KIP)));
	}
	CHECK(!job.done);
}

/*
 * A pager one level up: touches the address, so that its own pager gives it the page, and maps on
 * what it has. All of the image it gives away likewise.
 */
struct level { struct space space; volatile word faults; };

static void level_pager(void *arg)
{
	struct level *l = arg;
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	while (tag_protocol(tag) == N_PAGEFAULT) {
		word address = mr(1);
		L4_Fpage_t f = fpage(address & ~0xffful, 12, L4_FullyAccessible);

		l->faults++;
		(void)*(volatile word *)address;
		load_map(1, f, address);
		L4_Set_MsgTag(tag_make(0, 0, 2));
		tag = L4_ReplyWait(from, &from);
	}
}

struct repage_read { L4_ThreadId_t pager; struct touch *job; };

static void read_with_pager(void *arg)
{
	struct repage_read *r = arg;

	L4_Set_Pager(r->pager);
	read_once(r->job);
}

TEST(GPGF0017, "a chain of pagers three spaces deep: one flush at the top takes all away")
{
	static struct level a, b;
	static struct touch job;
	static struct repage_read repage;
	struct space c;
	L4_ThreadId_t top, middle;

	space_make(&a.space);
	space_make(&b.space);
	space_make(&c);
	a.faults = b.faults = 0;
	*(volatile word *)pool(3) = 0x333;
	job = (struct touch){ .address = WINDOW + 0x3000 };
	top = space_start(&a.space, level_pager, &a);
	CHECK_EQ(thread_control(top, a.space.anchor, L4_nilthread, L4_Myself(), -1ul), 0);
	middle = space_start(&b.space, level_pager, &b);
	CHECK_EQ(thread_control(middle, b.space.anchor, L4_nilthread, top, -1ul), 0);
	repage = (struct repage_read){ middle, &job };
	space_start(&c, read_with_pager, &repage);
	CHECK_EQ(wait_fault(WINDOW + 0x3000).raw, top.raw);
	CHECK(L4_IpcSucceeded(reply_map(top, fpage(pool(3), 12, RW), WINDOW + 0x3000)));
	sleep_us(1000);
	CHECK(job.done);
	CHECK_EQ(job.value, 0x333);
	CHECK(a.faults > 0 && b.faults > 0);
	L4_UnmapFpage(fpage(pool(3), 12, L4_FullyAccessible));
	CHECK(probe_read(&c, WINDOW + 0x3000).faulted);
	CHECK(probe_read(&b.space, WINDOW + 0x3000).faulted);
}

TEST(GPGF0018, "many faults on many pages, each mapped by its own reply")
{
	static struct touch job[64];
	struct space s;

	space_make(&s);
	for (unsigned i = 0; i < 40; i++) {
		L4_ThreadId_t t = fault_in(&s, &job[i], WINDOW + i * APART, 0);

		pager_serve(t);
		*(volatile word *)pool(i) = i;
		CHECK(L4_IpcSucceeded(reply_map(t, fpage(pool(i), 12, RW), WINDOW + i * APART)));
		CHECK(job[i].done);
		CHECK_EQ(job[i].value, i);
	}
}

TEST(GPGF0019, "a reply that grants moves the page to the faulting thread")
{
	static struct touch job;
	struct space s;
	L4_ThreadId_t t;
	L4_Fpage_t f = fpage(pool(9), 12, RW);

	space_make(&s);
	*(volatile word *)pool(9) = 99;
	t = fault_in(&s, &job, WINDOW, 0);
	pager_serve(t);
	L4_LoadMR(1, L4_GrantItem(f, WINDOW).raw[0]);
	L4_LoadMR(2, f.raw);
	L4_Set_MsgTag(tag_make(0, 0, 2));
	CHECK(L4_IpcSucceeded(L4_Reply(t)));
	CHECK(job.done);
	CHECK_EQ(job.value, 99);
}

TEST(GPGF0020, "a faulting thread of this space can be redirected while it waits for its pager")
{
	static struct touch job;
	word sp = stack_new() - 16;
	word old[5];
	L4_ThreadId_t t, pager;

	redirected = 0;
	job = (struct touch){ .address = WINDOW };
	t = thread_start_pager(read_once, &job, L4_Myself());
	L4_ExchangeRegisters(t, 0x100 | 8 | 16 | 2 | 4, sp, (word)redirect_target, 0, 0, L4_nilthread,
			     &old[0], &old[1], &old[2], &old[3], &old[4], &pager);
	sleep_us(1000);
	CHECK_EQ(redirected, 1);
	CHECK_EQ(redirected_sp, sp);
	CHECK(!job.done);
}

TEST(GPGF0021, "the old IP and SP of a faulting thread are those of the instruction")
{
	static struct touch job;
	L4_ThreadId_t t, pager;
	word old[5];

	job = (struct touch){ .address = WINDOW, .trap = (word)trap_read };
	t = thread_start_pager(touch_with_pattern, &job, L4_Myself());
	L4_ExchangeRegisters(t, 0x200, 0, 0, 0, 0, L4_nilthread, &old[0], &old[1], &old[2], &old[3],
			     &old[4], &pager);
	CHECK_EQ(old[2], trap_read);
	CHECK_EQ(old[1], job.after.sp - CALL_BYTES);
}
