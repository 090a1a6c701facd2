/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * extensions.c - what Pecan adds to X.2: foreign system calls, inspection, kernel-memory limits. A test
 * skips itself on a kernel without the extension.
 */
#include <l4/short.h>
#include "exception_message.h"
#include "machine.h"
#include "map.h"
#include "pecan.h"

enum {
	LABEL_EXHAUSTED = -16,
};

struct trap { L4_ThreadId_t handler; struct regs before, after; volatile word done; };

static void run_syscall(void *arg)
{
	struct trap *t = arg;

	L4_Set_ExceptionHandler(t->handler);
	regs_pattern(&t->before, (word)0x0badcafe43210000);
	t->after = t->before;
	regs_call(&t->after, (word)trap_syscall);
	t->done = 1;
}

TEST(GPEC0001, "SYSCALL outside the gateway is exception 256: RIP after it, RCX and R11 as the CPU left them")
{
	static struct trap t;
	struct space s;
	L4_ThreadId_t thread;
	L4_MsgTag_t tag;

	space_make(&s);
	t = (struct trap){ .handler = L4_Myself() };
	thread = space_start(&s, run_syscall, &t);
	tag = L4_Receive_Timeout(thread, L4_TimePeriod(100000));
	CHECK_EQ(tag.raw, 0xffffffffffb00014);
	CHECK_EQ(mr(M_NUMBER), EXCEPTION_FOREIGN);
	CHECK_EQ(mr(M_ERROR), 0);
	CHECK_EQ(mr(M_RIP), trap_syscall_next);
	CHECK_EQ(mr(M_RCX), trap_syscall_next);
	CHECK_EQ(mr(M_R11) & 0x202, 0x202);
	CHECK_EQ(mr(M_RAX), t.before.rax);
	L4_LoadMR(M_RAX, 0x1111);
	L4_Set_MsgTag(tag_make(0, 20, 0));
	CHECK(L4_IpcSucceeded(L4_Reply(thread)));
	CHECK(t.done);
	CHECK_EQ(t.after.rax, 0x1111);
	CHECK_EQ(t.after.rbx, t.before.rbx);
	CHECK_EQ(t.after.r15, t.before.r15);
}

TEST(GPEC0002, "a foreign system call without a handler stops its thread")
{
	static struct trap t;
	L4_ThreadId_t thread;

	t = (struct trap){ .handler = L4_nilthread };
	thread = thread_start(run_syscall, &t);
	CHECK_EQ(thread_state(thread), L4_SCHEDRESULT_INACTIVE);
}

/* ---- inspection ---- */

static bool find_thread(L4_ThreadId_t t, struct l4_inspect_thread *out)
{
	word start = 0;

	while ((start = L4_InspectRecord(L4_INSPECT_THREAD, 0, start, out, sizeof *out / sizeof(word))))
		if (out->id == t.raw)
			return true;
	return false;
}

/* A thread of a new space that waits for a message from this one, and its record. */
static L4_ThreadId_t inspect_receiver(struct l4_inspect_thread *record)
{
	static struct receiver r;
	struct space s;
	L4_ThreadId_t t;

	need_inspect();
	space_make(&s);
	r = (struct receiver){ .from = L4_Myself() };
	t = space_start(&s, receive_once, &r);
	CHECK(find_thread(t, record));
	return t;
}

TEST(GPEC0003, "inspection of the system: kernel memory in use is below its total")
{
	struct l4_inspect_system r;

	need_inspect();
	CHECK(L4_InspectRecord(L4_INSPECT_SYSTEM, 0, 0, &r, sizeof r / sizeof(word)) != 0);
	CHECK(r.kmem_used > 0 && r.kmem_used <= r.kmem_total);
	CHECK(r.threads >= 3 && r.spaces >= 2);
	CHECK(r.uptime <= now());
	CHECK(r.kernel_text > 0);
}

TEST(GPEC0004, "inspection lists a thread with its state, priority, pager and place")
{
	struct l4_inspect_thread record;
	L4_ThreadId_t t = inspect_receiver(&record);

	CHECK_EQ(record.state, L4_SCHEDRESULT_WAITING);
	CHECK_EQ(record.halted, 0);
	CHECK_EQ(record.priority, 150);
	CHECK_EQ(record.pager, supervisor.raw);
	CHECK_EQ(record.scheduler, supervisor.raw);
	CHECK_EQ(record.partner, L4_Myself().raw);
	thread_delete(t);
	CHECK(!find_thread(t, &record));
}

TEST(GPEC0017, "inspection of a thread in Ipc: IP and SP are those after its return from the call")
{
	struct l4_inspect_registers registers;
	struct l4_inspect_thread record;
	L4_ThreadId_t t = inspect_receiver(&record);

	CHECK(L4_InspectRecord(L4_INSPECT_REGISTERS, 0, L4_ThreadNo(t), &registers,
			       sizeof registers / sizeof(word)) != 0);
	CHECK_EQ(registers.word[L4_EXC_IP - 1], record.ip);
	CHECK_EQ(registers.word[L4_EXC_SP - 1], record.sp);
	thread_delete(t);
}

TEST(GPEC0005, "inspection lists a space with its threads and kernel memory")
{
	struct l4_inspect_space r;
	struct space s;

	need_inspect();
	space_make(&s);
	space_waiting(&s, supervisor);
	CHECK(find_space(s.anchor, &r));
	CHECK_EQ(r.threads, 2);
	CHECK(r.kmem_used > 0);
	CHECK_EQ(r.privileged, 0);
	CHECK(find_space(supervisor, &r));
	CHECK_EQ(r.privileged, 1);
}

TEST(GPEC0006, "inspection lists what was mapped to a space, and from where")
{
	struct l4_inspect_mapping m;
	struct l4_inspect_space mine, its;
	struct space s;
	word start = 0;

	need_inspect();
	space_make(&s);
	map_page(&s, 3, 0x7000, L4_ReadWriteOnly);
	CHECK(find_space(s.anchor, &its));
	CHECK(find_space(supervisor, &mine));
	while ((start = L4_InspectRecord(L4_INSPECT_MAPPING, its.number, start, &m,
					 sizeof m / sizeof(word))))
		if (m.base == WINDOW + 0x7000)
			break;
	CHECK(start != 0);
	CHECK_EQ(m.log2, 12);
	CHECK_EQ(m.rights, L4_ReadWriteOnly);
	CHECK_EQ(m.pages, 1);
	CHECK_EQ(m.parent_space, mine.number);
	CHECK_EQ(m.parent_base, pool(3));
}

TEST(GPEC0007, "inspection of what there is not: 0 and error 5, message registers unchanged")
{
	need_inspect();
	L4_LoadMR(1, 0x1357);
	CHECK_EQ(L4_Inspect(L4_INSPECTS, 0, 0), 0);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidParam);
	CHECK_EQ(L4_Inspect(L4_INSPECT_MAPPING, 0x123456, 0), 0);
	CHECK_EQ(L4_Inspect(-1ul, -1ul, -1ul), 0);
	CHECK_EQ(L4_Inspect(L4_INSPECT_THREAD, 0, -1ul), 0);
	CHECK_EQ(mr(1), 0x1357);
}

static void inspect_elsewhere(void *out)
{
	volatile word *w = out;

	w[0] = L4_Inspect(L4_INSPECT_SYSTEM, 0, 0);
	w[1] = L4_ErrorCode();
}

TEST(GPEC0008, "inspection needs privilege: error 1")
{
	static volatile word result[2];
	struct space s;

	need_inspect();
	result[0] = 7;
	space_make(&s);
	space_start(&s, inspect_elsewhere, (void *)result);
	CHECK_EQ(result[0], 0);
	CHECK_EQ(result[1], L4_ErrNoPrivilege);
}

TEST_N(GPEC0009, "kernel memory comes back when threads and spaces are deleted")
{
	struct l4_inspect_system before, after;

	need_inspect();
	for (unsigned round = 0; round < 3; round++) {
		struct mark mark = world_mark();

		L4_InspectRecord(L4_INSPECT_SYSTEM, 0, 0, round == 1 ? &before : &after,
				 sizeof before / sizeof(word));
		for (unsigned i = 0; i < 10; i++) {
			struct space s;

			space_make(&s);
			map_page(&s, i, 0, 7);
			probe_read(&s, WINDOW);
			space_delete(&s);
		}
		world_release(mark);
	}
	sleep_us(1000);
	L4_InspectRecord(L4_INSPECT_SYSTEM, 0, 0, &after, sizeof after / sizeof(word));
	CHECK_EQ(after.kmem_used, before.kmem_used);
}

/* Offsets from WINDOW that need tables of their own, of each level, near each other and far. */
static word spread(unsigned i)
{
	return (word)(1 + i * 29 % 120) << (39 - 9 * (i % 3));
}

TEST_N(GPEC0016, "page tables come back wherever in a space they were, few or many in a table")
{
	struct l4_inspect_system before, after;

	need_inspect();
	for (unsigned round = 0; round < 7; round++) {
		struct mark mark = world_mark();
		struct space s;

		L4_InspectRecord(L4_INSPECT_SYSTEM, 0, 0, round == 1 ? &before : &after,
				 sizeof before / sizeof(word));
		space_make(&s);
		for (unsigned i = 0; i < (1u << round) - 1; i++)
			map_page(&s, i, spread(i), 7);
		space_delete(&s);
		world_release(mark);
	}
	sleep_us(1000);
	L4_InspectRecord(L4_INSPECT_SYSTEM, 0, 0, &after, sizeof after / sizeof(word));
	CHECK_EQ(after.kmem_used, before.kmem_used);
}

/* ---- kernel-memory limits ---- */

static void need_limit(void)
{
	if (!L4_HasKmemLimit())
		guest_skip("no kernel-memory limits in this kernel");
}

static void limited_space(struct space *s, word kib)
{
	word old;

	space_make(s);
	CHECK_EQ(L4_SpaceControl(s->anchor, L4_KmemLimit(kib), L4_Nilpage, L4_Nilpage, L4_nilthread,
				 &old), 1);
}

TEST_N(GPEC0010, "a limit is set, and returned as the old control by the next call")
{
	struct space s;
	word old;

	need_limit();
	limited_space(&s, 256);
	CHECK_EQ(L4_SpaceControl(s.anchor, L4_KmemLimit(512), L4_Nilpage, L4_Nilpage, L4_nilthread,
				 &old), 1);
	CHECK_EQ(L4_KmemLimitOf(old), 256);
}

TEST_N(GPEC0011, "threads beyond a space's limit are refused: error 8, and others are not affected")
{
	struct space s;
	word e = 0;
	unsigned n = 0;

	need_limit();
	limited_space(&s, 64);
	while (e == 0 && n < 200) {
		L4_ThreadId_t t = tid_new();

		e = thread_control(t, s.anchor, supervisor, L4_nilthread, -1ul);
		if (e == 0) {
			adopt(t);
			n++;
		}
	}
	CHECK_EQ(e, L4_ErrNoMem);
	CHECK(n > 0);
	thread_inactive();
}

TEST_N(GPEC0012, "map items beyond the receiver's limit are an overflow on both sides")
{
	static struct receiver r;
	struct space s;
	word error = 0;

	need_limit();
	limited_space(&s, 160);
	for (unsigned i = 0; i < 60 && error == 0; i++) {
		struct mark mark = world_mark();
		L4_ThreadId_t t;
		L4_MsgTag_t tag;
		L4_Fpage_t f = fpage(pool(i), 12, 7);

		r = (struct receiver){ .from = L4_Myself(), .window = L4_CompleteAddressSpace.raw };
		t = space_start(&s, receive_once, &r);
		load_map(1, f, WINDOW + i * 0x40000000ul);
		L4_Set_MsgTag(tag_make(0, 0, 2));
		tag = L4_Send_Timeout(t, L4_ZeroTime);
		error = L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
		thread_delete(t);
		space_forget_last(&s);
		world_release(mark);
	}
	CHECK_EQ(error & 0xf, SEND_OVERFLOW);
	CHECK_EQ(r.got.error & 0xf, RECEIVE_OVERFLOW);
}

TEST_N(GPEC0013, "a creator cannot give away more than it has: error 8")
{
	struct space s;
	word old;

	need_limit();
	space_make(&s);
	CHECK_EQ(L4_SpaceControl(s.anchor, L4_KmemLimit(L4_KmemLimitMax), L4_Nilpage, L4_Nilpage,
				 L4_nilthread, &old), 0);
	CHECK_EQ(L4_ErrorCode(), L4_ErrNoMem);
}

static void touch_many(void *arg)
{
	(void)arg;
	for (word i = 0; i < 200; i++)
		(void)*(volatile word *)(WINDOW + i * 0x40000000ul);
}

TEST(GPEC0014, "a faulting thread without kernel memory stops, and its pager gets one message about it")
{
	struct space s;
	L4_ThreadId_t t;
	L4_MsgTag_t tag;

	need_limit();
	limited_space(&s, 160);
	t = space_start_pager(&s, touch_many, 0, L4_Myself());
	for (unsigned i = 0; i < 220; i++) {
		L4_Fpage_t f = fpage(pool(i % POOL_PAGES), 12, 7);
		word address;

		tag = pager_serve(t);
		CHECK(L4_IpcSucceeded(tag));
		if (tag_protocol(tag) != N_PAGEFAULT)
			break;
		address = mr(1);
		load_map(1, f, address & ~0xffful);
		L4_Set_MsgTag(tag_make(0, 0, 2));
		L4_Reply(t);
	}
	CHECK_EQ(tag_protocol(tag), LABEL_EXHAUSTED);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_INACTIVE);
}

/* ---- short forms of Ipc, which are the library's ---- */

static void short_echo(void *unused)
{
	word words[L4_SHORT_WORDS] = { 0 };
	L4_ThreadId_t from = L4_nilthread;
	L4_MsgTag_t tag;

	(void)unused;
	tag = L4_ShortIpc(&from, L4_anythread, L4_Timeouts(L4_Never, L4_Never), L4_Niltag, words,
			  L4_SHORT_WORDS);
	for (;;) {
		for (word i = 0; i < L4_SHORT_WORDS; i++)
			words[i] += 1000;
		tag.raw &= ~0xf000ul;
		tag = L4_ShortReplyWait(&from, tag, words, L4_SHORT_WORDS);
	}
}

TEST(GPEC0015, "the short forms of Ipc carry 0 to 7 words to another space and back")
{
	struct space s;
	L4_ThreadId_t t;

	space_make(&s);
	t = space_start(&s, short_echo, 0);
	for (word n = 0; n <= L4_SHORT_WORDS; n++) {
		word words[] = { 1, 2, 3, 4, 5, 6, 7 };
		L4_MsgTag_t tag = tag_make(0x1234, (unsigned)n, 0);

		CHECK_EQ(L4_ShortCall(t, tag, words, n).raw, tag.raw);
		for (word i = 0; i < L4_SHORT_WORDS; i++)
			CHECK_EQ(words[i], i < n ? 1001 + i : 1 + i);
	}
}

TEST(GPEC0018, "with feature msi each of the last 32 ids below SystemBase takes a handler and is silent")
{
	if (!L4_HasMsi())
		return;
	for (word i = L4_FirstMsi(); i < system_base; i++) {
		L4_ThreadId_t id = L4_GlobalId(i, 1);

		CHECK(L4_AssociateInterrupt(id, L4_Myself()));
		CHECK(L4_IpcFailed(L4_Receive_Timeout(id, L4_TimePeriod(100))));
		CHECK_EQ(L4_ErrorCode(), RECEIVE_TIMEOUT);
		CHECK(L4_DeassociateInterrupt(id));
	}
}

/* The first page of b, from which c has one, is in the way of a's. */
TEST(GPEC0019, "with feature norevoke such an item leaves a page that is there, and its derivations")
{
	struct space a, b, c;
	word first = L4_MapItemNoRevoke(L4_Nilpage, 0).raw[0], plain = L4_MapItem(L4_Nilpage, 0).raw[0];

	if (!L4_HasNoRevoke())
		return;
	space_make(&a);
	space_make(&b);
	space_make(&c);
	fill(0, 2);
	map_page(&a, 0, 0, RW);
	map_page(&b, 1, 0, RW);
	pass_on(&b, &c, plain, fpage(WINDOW, 12, RW), window(0, 12));
	pass_on(&a, &b, first, fpage(WINDOW, 12, RW), window(0, 12));
	CHECK_EQ(seen(&b, 0), 1);
	CHECK_EQ(seen(&c, 0), 1);
	pass_on(&a, &b, first, fpage(WINDOW, 12, RW), window(PAGE, 12));
	CHECK_EQ(seen(&b, PAGE), 0);
	pass_on(&a, &b, plain, fpage(WINDOW, 12, RW), window(0, 12));
	CHECK_EQ(seen(&b, 0), 0);
	CHECK_EQ(seen(&c, 0), -1);
}
