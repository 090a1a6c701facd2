/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_spaces.c - child spaces: their requests, their accounts, their end.
 */
#include "system.h"

#define SPACES \
	"task names; start; rights names; memory 1M; priority 120\n" \
	"task shell; start; memory 8M; kernel-memory 8M; priority 100 150; rights spawn kill spaces\n" \
	"task tool; memory 4M; kernel-memory 1M; priority 90; rights spaces\n" \
	"task server; memory 4M\n"

enum { KIP = 0x700000000000, UTCBS = 0x700000100000, KIB = 1024, SPACES_OF_ALL = 4096, SLOTS_OF_ALL = 16384 };
enum { READ = 4, WRITE = 2, EXECUTE = 1, PLACE = 0x500000000 };

static enum root_error made(L4_Word_t kib, L4_Word_t slots, struct root_space_new_out *out)
{
	return root_space_new(ROOT, kib * KIB, slots, KIP, UTCBS, L4_nilthread, 0, out);
}

TEST(spaces_refused, "without the right, and with wrong arguments, there is no child space, and no call of "
		     "the kernel")
{
	struct root_space_new_out out;
	struct root_space_thread_new_out thread;
	unsigned threads;

	machine_boot(SPACES);
	system_child("server");
	threads = machine.made;
	CHECK(made(64, 1, &out) == ROOT_E_RIGHT && root_space_end(ROOT, 1) == ROOT_E_RIGHT);
	system_child("tool");
	threads = machine.made;
	CHECK(made(64, 0, &out) == ROOT_E_ARGUMENT && made(64, ROOT_SPACE_THREADS + 1, &out) == ROOT_E_ARGUMENT);
	CHECK(root_space_new(ROOT, 64 * KIB, 1, KIP + 8, UTCBS, L4_nilthread, 0, &out) == ROOT_E_ARGUMENT);
	CHECK(root_space_new(ROOT, 64 * KIB, 5, KIP, UTCBS + PAGE, L4_nilthread, 0, &out) == ROOT_E_ARGUMENT);
	CHECK(root_space_new(ROOT, 64 * KIB, 1, KIP, UTCBS, L4_nilthread, 91, &out) == ROOT_E_ARGUMENT);
	CHECK(root_space_new(ROOT, 64 * KIB, 1, KIP, UTCBS, FIRST(1), 0, &out) == ROOT_E_TASK);
	CHECK(made(1025, 1, &out) == ROOT_E_KMEM);
	CHECK(root_space_thread_new(ROOT, 1, 0, L4_nilthread, 0, &thread) == ROOT_E_TASK);
	CHECK(root_space_thread_end(ROOT, 0, 0) == ROOT_E_TASK && root_space_end(ROOT, ~0ul) == ROOT_E_TASK);
	CHECK(machine.made == threads && machine.deleted == 0);
}

TEST(spaces_priority, "the first thread of a space has the priority that was asked for before it can run")
{
	struct root_space_new_out out;

	machine_boot(SPACES);
	system_child("tool");
	CHECK(root_space_new(ROOT, 64 * KIB, 1, KIP, UTCBS, L4_nilthread, 50, &out) == ROOT_OK);
	CHECK(machine.begins == 50);
	CHECK(root_space_new(ROOT, 64 * KIB, 1, KIP, UTCBS, L4_nilthread, 0, &out) == ROOT_OK);
	CHECK(machine.begins == 90);
}

TEST(spaces_threads, "threads come and go in the slots of a space; it keeps its last one until it ends")
{
	struct root_thread_new_out pager;
	struct root_space_new_out out;
	struct root_space_thread_new_out second, again;
	L4_Word_t ip, sp;

	machine_boot(SPACES);
	system_child("tool");
	CHECK(root_thread_new(ROOT, 0x400100, 0x500000, 0, &pager) == ROOT_OK);
	CHECK(root_space_new(ROOT, 64 * KIB, 4, KIP, UTCBS, pager.thread, 90, &out) == ROOT_OK);
	CHECK(machine.redirector.raw == pager.thread.raw && machine.limit == 64);
	CHECK(!machine_started(out.thread, &ip, &sp));
	CHECK(root_space_thread_new(ROOT, out.space, 0, L4_nilthread, 0, &second) == ROOT_E_BUSY);
	CHECK(root_space_thread_new(ROOT, out.space, 4, L4_nilthread, 0, &second) == ROOT_E_ARGUMENT);
	CHECK(root_space_thread_new(ROOT, out.space, 3, L4_nilthread, 91, &second) == ROOT_E_ARGUMENT);
	CHECK(root_space_thread_new(ROOT, out.space, 3, L4_nilthread, 0, &second) == ROOT_OK);
	CHECK(root_space_thread_end(ROOT, out.space, 1) == ROOT_E_ARGUMENT);
	CHECK(root_space_thread_end(ROOT, out.space, 3) == ROOT_OK && machine.deleted == 1);
	CHECK(root_space_thread_end(ROOT, out.space, 0) == ROOT_E_ARGUMENT);
	CHECK(root_space_thread_new(ROOT, out.space, 3, L4_nilthread, 0, &again) == ROOT_OK);
	CHECK(L4_ThreadNo(again.thread) == L4_ThreadNo(second.thread) && again.thread.raw != second.thread.raw);
	CHECK(root_space_end(ROOT, out.space) == ROOT_OK && machine.deleted == 3);
	CHECK(root_space_end(ROOT, out.space) == ROOT_E_TASK);
}

TEST(spaces_numbers, "a message of a thread of a child space gets no answer, and it is no thread of a task")
{
	struct root_space_new_out out;
	struct root_task_of_out of;

	machine_boot(SPACES);
	system_child("tool");
	CHECK(made(64, 1, &out) == ROOT_OK);
	CHECK(root_task_of(ROOT, out.thread, 0, &of) == ROOT_E_TASK);
	machine_be(out.thread);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = ROOT_NAMES << 16 });
	CHECK(L4_IpcFailed(L4_Call_Timeouts(ROOT, L4_Never, L4_TimePeriod(1000000))));
}

TEST(spaces_kernel, "what the kernel refuses is undone: nothing of the space stays, and nothing is lent")
{
	static const struct { unsigned thread, space; L4_Word_t error; enum root_error answer; } cases[] = {
		{ 1, 0, 8, ROOT_E_KMEM }, { 0, 1, 8, ROOT_E_KMEM }, { 0, 1, 6, ROOT_E_ARGUMENT },
		{ 0, 1, 7, ROOT_E_ARGUMENT }, { 2, 0, 8, ROOT_E_KMEM }, { 2, 0, 1, ROOT_E_ABSENT },
	};
	struct root_space_new_out out;
	struct root_space_thread_new_out second;

	machine_boot(SPACES);
	system_child("tool");
	CHECK(made(64, 2, &out) == ROOT_OK && root_space_end(ROOT, out.space) == ROOT_OK);
	for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
		int kept = (int)(machine.made - machine.deleted);

		machine.refuse = cases[i].thread;
		machine.refuse_space = cases[i].space;
		machine.error = (unsigned)cases[i].error;
		CHECK_EQ(made(800, 2, &out), cases[i].answer);
		machine.refuse = machine.refuse_space = 0;
		CHECK((int)(machine.made - machine.deleted) <= kept);
	}
	CHECK(made(800, 2, &out) == ROOT_OK && out.space == 1);
	machine.refuse = 1;
	machine.error = 8;
	CHECK(root_space_thread_new(ROOT, 1, 1, L4_nilthread, 0, &second) == ROOT_E_KMEM);
	CHECK(root_space_thread_new(ROOT, 1, 1, L4_nilthread, 0, &second) == ROOT_OK);
}

TEST(spaces_lent, "the kernel memory of child spaces is a part of the caller's, whose limit stays as it is")
{
	struct root_space_new_out a, b, none;

	machine_boot(SPACES);
	machine_be(FIRST(1));
	machine.controls = 0;
	CHECK(made(4096, 1, &a) == ROOT_OK && machine.limit == 4096);
	CHECK(made(3584, 1, &b) == ROOT_OK && made(512, 1, &none) == ROOT_E_KMEM);
	CHECK(root_space_end(ROOT, a.space) == ROOT_OK && made(4096, 1, &a) == ROOT_OK);
	CHECK(root_space_end(ROOT, b.space) == ROOT_OK && root_space_end(ROOT, a.space) == ROOT_OK);
	CHECK(made(~0ul / KIB, 1, &none) == ROOT_E_KMEM && made(0xffffffff, 1, &none) == ROOT_E_KMEM);
	CHECK_EQ(machine.controls, 3);
}

TEST(spaces_lent_less, "a task that has less than it may get gets more for child spaces, or is refused")
{
	struct root_space_new_out out, none;

	machine_boot("task names; start; rights names; memory 1M; priority 120\n"
		     "task shell; start; memory 8M; priority 100 150; rights spawn kill spaces\n"
		     "task tool; memory 8M; priority 90; rights spaces\n");
	system_child("tool");
	machine.refuse_space = 1;
	machine.error = 8;
	CHECK_EQ(made(200, 1, &none), ROOT_E_KMEM);
	machine.controls = 0;
	CHECK(made(200, 1, &out) == ROOT_OK && machine.limit == 200 && out.space == 1);
	CHECK_EQ(machine.controls, 2);
	CHECK(made(1024, 1, &none) == ROOT_E_KMEM);
	CHECK(root_space_end(ROOT, out.space) == ROOT_OK);
	CHECK(made(200, 1, &out) == ROOT_OK && machine.limit == 200);
	CHECK_EQ(machine.controls, 3);
}

/* The rights with which root maps a page after such a fault, the first of which may make tables; 0: none. */
static unsigned mapped(unsigned access, L4_Word_t address)
{
	L4_Word_t item[2];

	for (unsigned i = 0; i < 4; i++) {
		machine_fault(access, address, 0x400100, item);
		if (item[1] != 0)
			return item[1] & (READ | WRITE | EXECUTE);
	}
	return 0;
}

TEST(spaces_memory, "memory for child spaces may be executed, at any place or a given one; that of "
		    "root_populate may not")
{
	struct root_space_memory_out at, placed;
	struct root_populate_out other;

	machine_boot(SPACES);
	system_child("server");
	CHECK(root_space_memory(ROOT, PAGE, 0, &at) == ROOT_E_RIGHT);
	system_child("tool");
	CHECK(root_space_memory(ROOT, 3 * PAGE, 0, &at) == ROOT_OK && at.address % PAGE == 0);
	CHECK(root_space_memory(ROOT, PAGE, PLACE, &placed) == ROOT_OK && placed.address == PLACE);
	CHECK_EQ(mapped(READ, at.address), READ | WRITE | EXECUTE);
	CHECK_EQ(mapped(EXECUTE, at.address + 2 * PAGE), READ | WRITE | EXECUTE);
	CHECK_EQ(mapped(WRITE, PLACE), READ | WRITE | EXECUTE);
	CHECK(root_populate(ROOT, PAGE, 0, &other) == ROOT_OK);
	CHECK_EQ(mapped(WRITE, other.address), READ | WRITE);
	CHECK_EQ(mapped(EXECUTE, other.address), 0);
	CHECK(machine_said("the page holds no code"));
}

TEST(spaces_memory_limits, "memory for child spaces counts as that of root_populate, and is refused like it")
{
	struct root_space_memory_out at;
	struct root_populate_out other;
	L4_Word_t before, with;

	machine_boot(SPACES);
	system_child("tool");
	before = system_memory().used;
	CHECK(root_populate(ROOT, 64 * PAGE, PLACE, &other) == ROOT_OK);
	with = system_memory().used;
	CHECK(with >= before + 64 * PAGE && root_unmap(ROOT, PLACE) == ROOT_OK && system_memory().used == before);
	CHECK(root_space_memory(ROOT, 64 * PAGE, PLACE, &at) == ROOT_OK);
	CHECK_EQ(system_memory().used, with);
	CHECK(root_space_memory(ROOT, PAGE, PLACE, &at) == ROOT_E_ARGUMENT);
	CHECK(root_space_memory(ROOT, 4 << 20, 0, &at) == ROOT_E_MEMORY);
	CHECK(root_space_memory(ROOT, 0, 0, &at) == ROOT_E_ARGUMENT);
	CHECK(root_space_memory(ROOT, ~0ul, 0, &at) == ROOT_E_ARGUMENT);
	CHECK(root_space_memory(ROOT, PAGE, 0x400000, &at) == ROOT_E_ARGUMENT);
	CHECK(root_unmap(ROOT, PLACE) == ROOT_OK && system_memory().used == before);
}

TEST(spaces_all, "4,096 child spaces, and not one more; they end with the caller, whose memory comes back")
{
	L4_Word_t used, task;
	struct root_memory_out before, after;
	struct root_space_new_out out;

	machine_boot(SPACES);
	task = system_child("tool");
	for (unsigned i = 0; i < 600; i++)
		CHECK(made(1, 1, &out) == ROOT_OK);
	CHECK(system_memory().used > 10 * PAGE);
	machine_be(FIRST(1));
	before = system_memory();
	for (unsigned i = 600; i < SPACES_OF_ALL; i++)
		CHECK(made(1, 3, &out) == ROOT_OK);
	CHECK(made(1, 1, &out) == ROOT_E_LIMIT);
	used = system_memory().used - before.used;
	CHECK(used == (55 + 1) * PAGE);
	machine.deleted = 0;
	CHECK(root_kill(ROOT, task, 0) == ROOT_OK && machine.deleted == 601);
	for (unsigned i = 0; i < 600; i++)
		CHECK(made(1, 1, &out) == ROOT_OK);
	CHECK(made(1, 1, &out) == ROOT_E_LIMIT);
	after = system_memory();
	CHECK(after.free > before.free - 70 * PAGE);
}

TEST(spaces_slots, "16,384 slots: those of a space that has ended are others' again, of other sizes too")
{
	struct root_space_thread_new_out thread;
	struct root_space_new_out out;
	L4_Word_t n = SLOTS_OF_ALL / ROOT_SPACE_THREADS;

	machine_boot(SPACES);
	machine_be(FIRST(1));
	for (L4_Word_t i = 0; i < n; i++)
		CHECK(made(64, ROOT_SPACE_THREADS, &out) == ROOT_OK);
	CHECK(made(64, 1, &out) == ROOT_E_LIMIT);
	for (L4_Word_t i = 1; i < ROOT_SPACE_THREADS; i++)
		CHECK(root_space_thread_new(ROOT, 1, i, L4_nilthread, 0, &thread) == ROOT_OK);
	machine.deleted = 0;
	CHECK(root_space_end(ROOT, 1) == ROOT_OK && machine.deleted == ROOT_SPACE_THREADS);
	for (unsigned i = 0; i < ROOT_SPACE_THREADS; i++)
		CHECK(made(4, 1, &out) == ROOT_OK);
	CHECK(made(4, 1, &out) == ROOT_E_LIMIT);
}

static enum root_error late_end = ROOT_LATER;

static void end_first(void *arg)
{
	(void)arg;
	late_end = root_space_end(ROOT, 1);
}

TEST(spaces_between, "the caller ends, or stops waiting, while a child space is ending")
{
	struct root_space_new_out out;
	struct root_thread_new_out other;
	L4_Word_t task;

	machine_boot(SPACES);
	task = system_child("tool");
	for (unsigned i = 0; i < 40; i++)
		CHECK(made(4, 7, &out) == ROOT_OK);
	CHECK(root_thread_new(ROOT, 0x400100, 0x500000, 0, &other) == ROOT_OK);
	kernel_name(kernel_start(end_first, NULL), other.thread, 1);
	for (L4_Word_t i = 2; i < 10; i++) {		/* sent without a wait for the answer, then another request */
		L4_LoadMR(1, i);
		L4_Set_MsgTag((L4_MsgTag_t){ .raw = ROOT_SPACE_END << 16 | 1 });
		CHECK(L4_IpcSucceeded(L4_Send(ROOT)));
		CHECK(root_space_end(ROOT, i) != ROOT_OK);
	}
	machine_be(FIRST(1));
	CHECK(root_kill(ROOT, task, 0) == ROOT_OK);
	task = system_child("tool");
	CHECK(made(4, 7, &out) == ROOT_OK && out.space == 1);
}
