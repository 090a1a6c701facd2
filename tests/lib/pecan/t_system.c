/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_system.c - tests of what programs ask root for: memory, tasks, threads, records, the log, names.
 */
#include <l4/ipc.h>
#include <pecan/memory.h>
#include <pecan/names.h>
#include <pecan/root.h>
#include <pecan/server.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <pecan/thread.h>
#include "lib.h"

/* ---- root ---- */

TEST(root_text, "each error of root has a text; one that is none has too")
{
	for (enum root_error e = ROOT_OK; e <= ROOT_E_ARGS; e++)
		CHECK(strlen(pecan_error_text(e)) > 3 && strcmp(pecan_error_text(e), "unknown error") != 0);
	CHECK(strcmp(pecan_error_text((enum root_error)999), "unknown error") == 0);
	CHECK(strcmp(pecan_error_text(ROOT_LOST), "the root task did not answer") == 0);
	CHECK(L4_ThreadNo(pecan_root()) == ROOT_THREAD);
}

/* Answers with the number of words in the label of the request, from 10 on, and that label. */
static bool words(L4_MsgTag_t tag, L4_ThreadId_t from)
{
	(void)from;
	for (unsigned i = 1; i <= L4_Label(tag); i++)
		L4_LoadMR((int)i, 10 + i);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = L4_Label(tag) << 16 | L4_Label(tag) });
	return true;
}

TEST(root_call, "a call of any server: too few words of the answer are zeros, too many are left out")
{
	L4_Word_t in[2] = { 1, 2 }, out[3], label = 0;
	struct pecan_call c = { .label = 2, .words = 2, .in = in, .out = out, .room = 3 };

	kernel_server(200, words);
	memset(out, 0x55, sizeof out);
	CHECK(pecan_call_server(kernel_thread(200), &c, &label) && label == 2);
	CHECK(out[0] == 11 && out[1] == 12 && out[2] == 0);
	c.label = 9;
	CHECK(pecan_call_server(kernel_thread(200), &c, &label) && out[2] == 13 && label == 9);
	c.room = c.words = 0;
	CHECK(pecan_call_server(kernel_thread(200), &c, &label));
	kernel_end_server(200);
	CHECK(!pecan_call_server(kernel_thread(200), &c, &label));
}

TEST(memory_areas, "areas are mapped at any place or a given one, populated, sealed, given back")
{
	void *at = NULL;
	struct pecan_memory m;

	CHECK((at = pecan_map(5000)) != NULL && root.maps == 1);
	memset(at, 1, 5000);
	CHECK(pecan_seal(at, true) == ROOT_OK && asked.what == (L4_Word_t)at && asked.value == 1);
	CHECK(pecan_unmap(at) == ROOT_OK && root.unmaps == 1 && pecan_unmap(at) == ROOT_E_ARGUMENT);
	CHECK(pecan_map_at(4096, PECAN_WINDOW_BASE, &at) == ROOT_OK && at == (void *)PECAN_WINDOW_BASE);
	CHECK(pecan_map_at(4096, PECAN_WINDOW_BASE, &at) == ROOT_E_ARGUMENT && at == NULL);
	CHECK(pecan_unmap((void *)PECAN_WINDOW_BASE) == ROOT_OK);
	CHECK((at = pecan_populate(4096)) != NULL && root.populates == 1 && pecan_unmap(at) == ROOT_OK);
	CHECK(pecan_phys(0xfee00, 4096, &at) == ROOT_OK && at == (void *)0xfee01 && asked.value == 4096);
	CHECK(pecan_memory(&m) == ROOT_OK && m.total == 1 << 30 && m.free == 1 << 29
	      && m.limit == root.limit);
	root.map = ROOT_E_POOL;
	CHECK(!pecan_map(4096) && !pecan_populate(4096));
	answer(ROOT_MEMORY, 1, ROOT_E_REQUEST);
	CHECK(pecan_memory(&m) == ROOT_E_REQUEST && m.total == 0);
	asked.answer = ROOT_E_RIGHT;
	CHECK(pecan_phys(0xfee00, 4096, &at) == ROOT_E_RIGHT && at == NULL
	      && pecan_seal(at, false) == ROOT_E_RIGHT);
}

TEST(task_start, "a task is started with name and arguments, both of which fit, or root is not asked")
{
	char name[ROOT_NAME_BYTES + 1], args[ROOT_ARGS_WORDS * 8 + 1];
	L4_Word_t task = 0;
	L4_ThreadId_t first = L4_nilthread;

	CHECK(pecan_spawn("prog", "a b", 0, &task, &first) == ROOT_OK && task == FIRST_CHILD);
	CHECK(L4_ThreadNo(first) == CHILD_THREAD && strcmp(root.program, "prog") == 0);
	CHECK(strcmp(root.args, "a b") == 0 && pecan_spawn("prog", NULL, 0, NULL, NULL) == ROOT_OK);
	CHECK(root.args[0] == 0 && root.children == 2);
	memset(name, 'n', sizeof name);
	memset(args, 'a', sizeof args);
	name[ROOT_NAME_BYTES] = args[ROOT_ARGS_WORDS * 8] = 0;
	CHECK(pecan_spawn(name, "", 0, &task, &first) == ROOT_E_NAME);
	CHECK(pecan_spawn("prog", args, 0, &task, &first) == ROOT_E_ARGS && root.children == 2);
	args[ROOT_ARGS_WORDS * 8 - 1] = 0;
	CHECK(pecan_spawn(name + 1, args, 0, &task, &first) == ROOT_OK && strcmp(root.args, args) == 0);
	root.spawn = ROOT_E_POOL;
	task = 5;
	CHECK(pecan_spawn("prog", "", 0, &task, &first) == ROOT_E_POOL && task == 5);
}

TEST(task_end, "the end of a task is waited for, asked for, or made")
{
	L4_Word_t task;
	struct pecan_end end;
	struct pecan_task t;

	root.whole = true;
	CHECK(pecan_wait(0, true, &end) == ROOT_E_TASK && end.task == 0);
	CHECK(pecan_spawn("prog", "", 0, &task, NULL) == ROOT_OK && pecan_wait(0, true, &end) == ROOT_OK);
	CHECK(end.task == 0 && pecan_task_by_number(task, &t) == ROOT_OK && strcmp(t.name, "prog") == 0);
	CHECK(t.parent == OWN_TASK && pecan_task_of(t.first, &t) == ROOT_OK && t.task == task);
	CHECK(pecan_kill(task) == ROOT_OK && pecan_wait(task, false, &end) == ROOT_OK);
	CHECK(end.task == task && end.how == ROOT_END_KILL && pecan_task_by_number(task, &t) == ROOT_E_TASK);
	CHECK(pecan_kill(99) == ROOT_E_TASK && pecan_kill(OWN_PARENT) == ROOT_E_RIGHT);
	CHECK(pecan_task_of(L4_nilthread, &t) == ROOT_OK && t.task == OWN_TASK);
}

TEST(task_text, "each end of a task has a word")
{
	CHECK(strcmp(pecan_end_text(ROOT_ALIVE), "alive") == 0
	      && strcmp(pecan_end_text(ROOT_END_EXIT), "exited") == 0);
	CHECK(strcmp(pecan_end_text(ROOT_END_KILL), "killed") == 0);
	CHECK(strcmp(pecan_end_text(ROOT_END_FAULT), "stopped by a fault") == 0);
	CHECK(strcmp(pecan_end_text(ROOT_END_MEMORY), "out of memory") == 0);
	CHECK(strcmp(pecan_end_text(ROOT_END_HANG), "ended because it hung") == 0);
	CHECK(strcmp(pecan_end_text((enum root_end)99), "ended") == 0);
}

TEST(task_lists, "tasks and programs are listed one by one; without the right the lists are empty")
{
	struct pecan_task t;
	struct pecan_program p;
	L4_Word_t at = 0;

	CHECK(pecan_next_task(&at, &t) && t.task == 9 && t.parent == 3 && t.threads == 2 && t.memory == 100);
	CHECK(t.memory_limit == 200 && t.kmem_limit == 300 && t.ended == ROOT_END_FAULT
	      && !strcmp(t.name, "one"));
	CHECK(at == 1 && !pecan_next_task(&at, &t) && at == 1);
	at = 0;
	CHECK(pecan_next_program(&at, &p) && p.size == 77 && strcmp(p.name, "prog") == 0);
	CHECK(!pecan_next_program(&at, &p));
	asked.answer = ROOT_E_RIGHT;
	at = 0;
	CHECK(!pecan_next_task(&at, &t) && !pecan_next_program(&at, &p) && at == 0);
}

static unsigned ran;
static void thread(void *arg) { ran += *(unsigned *)arg; }

TEST(thread_life, "a thread runs its function, and ends; without memory or a thread nothing is left")
{
	L4_ThreadId_t id = L4_nilthread;
	unsigned n = 3, before = kernel_threads();

	CHECK(pecan_thread_start(thread, &n, 0, &id) == ROOT_OK && !L4_IsNilThread(id));
	CHECK(pecan_thread_priority(id, 44) == ROOT_OK && asked.what == id.raw && asked.value == 44);
	L4_Sleep(L4_TimePeriod(1000));
	CHECK(ran == 3 && kernel_threads() == before && pecan_thread_end(id) == ROOT_E_TASK);
	CHECK(pecan_thread_start(thread, &n, 0, NULL) == ROOT_OK);
	L4_Sleep(L4_TimePeriod(1000));
	root.thread_new = ROOT_E_KMEM;
	n = root.unmaps;
	CHECK(pecan_thread_start(thread, &n, 0, &id) == ROOT_E_KMEM && root.unmaps == n + 1);
	root.map = ROOT_E_POOL;
	CHECK(pecan_thread_start(thread, &n, 0, &id) == ROOT_E_MEMORY && ran == 6);
}

TEST(system_records, "a record of the kernel: as many words as there is room for; the end; root's error")
{
	L4_Word_t record[ROOT_RECORD_WORDS + 4], start = 0;
	enum root_error e = ROOT_OK;

	memset(record, 0x55, sizeof record);
	CHECK(pecan_inspect(L4_INSPECT_THREAD, 0, &start, record, 1, &e) && start == 1);
	CHECK(record[0] == kernel_thread(MAIN_THREAD).raw && record[1] == 0x5555555555555555);
	CHECK(pecan_inspect(L4_INSPECT_THREAD, 0, &start, record, ROOT_RECORD_WORDS + 4, NULL));
	CHECK(record[ROOT_RECORD_WORDS] == 0x5555555555555555);
	start = ~0ul;
	CHECK(!pecan_inspect(L4_INSPECT_MAPPING, 5, &start, record, 3, &e) && e == ROOT_OK && start == ~0ul);
	asked.answer = ROOT_E_RIGHT;
	CHECK(!pecan_inspect(L4_INSPECT_THREAD, 0, &start, record, 3, &e) && e == ROOT_E_RIGHT);
	CHECK(pecan_power(ROOT_POWER_OFF, 7) == ROOT_E_RIGHT && asked.what == ROOT_POWER_OFF
	      && asked.value == 7);
}

TEST(system_log, "a text of the log goes to root in parts, a formatted one is cut; what is read is cut too")
{
	static char text[3 * ROOT_LOG_BYTES];
	char got[8];

	pecan_log("");
	CHECK(root.logged_bytes == 0);
	pecan_logf("%d %s", 12, "x");
	CHECK(strcmp(root.logged, "12 x\n") == 0);
	memset(text, 'l', ROOT_LOG_BYTES + 99);
	root.logged_bytes = 0;
	pecan_log(text);
	CHECK(root.logged_bytes == ROOT_LOG_BYTES + 99 + 2 && root.logged[ROOT_LOG_BYTES - 1] == '\n');
	root.logged_bytes = 0;
	pecan_logf("%s", text);
	CHECK(root.logged_bytes == ROOT_LOG_BYTES);
	asked.log_text = "1234567890";
	CHECK(pecan_log_read(got, sizeof got) == 7 && strcmp(got, "1234567") == 0);
	asked.log_text = "12";
	CHECK(pecan_log_read(got, sizeof got) == 2 && strcmp(got, "12") == 0);
	answer(ROOT_LOG_READ, 1, ROOT_E_RIGHT);
	CHECK(pecan_log_read(got, sizeof got) == 0 && got[0] == 0);
}

TEST(system_file, "a file of the boot image is read in parts, from any place; what is missing is said")
{
	static char text[700];
	L4_Word_t got, size;

	CHECK(pecan_file_read("bin/long", 0, text, sizeof text, &got, &size) == ROOT_OK && got == 600
	      && size == 600);
	CHECK(pecan_file_read("bin/long", 590, text, 20, &got, NULL) == ROOT_OK && got == 10);
	CHECK(pecan_file_read("init", 6, text, 3, &got, &size) == ROOT_OK && got == 3
	      && memcmp(text, "her", 3) == 0);
	CHECK(pecan_file_read("init", 100, text, 3, &got, &size) == ROOT_OK && got == 0 && size == 12);
	CHECK(pecan_file_read("none", 0, text, 3, &got, &size) == ROOT_E_NAME && got == 0);
	CHECK(pecan_file_read("0123456789012345678901234567890123", 0, text, 3, &got, &size) == ROOT_E_NAME
	      && got == 0);
}

/* ---- names ---- */

TEST(names_text, "each error of the name service has a text")
{
	for (enum names_error e = NAMES_OK; e <= NAMES_E_REFUSED; e++)
		CHECK(strlen(pecan_names_error_text(e)) > 3);
	CHECK(strcmp(pecan_names_error_text(NAMES_E_LOST), "there is no name service") == 0);
	CHECK(strcmp(pecan_names_error_text((enum names_error)99), "unknown error") == 0);
}

TEST(names_register, "names are registered, taken away, and looked up; the service's errors are returned")
{
	L4_ThreadId_t thread;

	CHECK(pecan_register("mine", L4_Myself()) == NAMES_OK && strcmp(names_asked.name, "mine") == 0);
	CHECK(pecan_unregister("yours") == NAMES_OK && strcmp(names_asked.name, "yours") == 0);
	names_asked.answer = NAMES_E_TAKEN;
	CHECK(pecan_register("mine", L4_Myself()) == NAMES_E_TAKEN && names_asked.requests == 3);
	CHECK(pecan_lookup("console", false, &thread) == NAMES_OK && L4_ThreadNo(thread) == CONSOLE_THREAD);
	CHECK(pecan_lookup("none", false, &thread) == NAMES_E_ABSENT && L4_IsNilThread(thread));
}

TEST(names_full, "a full service is asked as often as it takes to look at all its places, and no more")
{
	L4_ThreadId_t thread;

	names_asked.answer = NAMES_E_FULL;
	CHECK(pecan_register("mine", L4_Myself()) == NAMES_E_FULL && names_asked.requests == NAMES_SWEEPS);
	answer(NAMES_LOOKUP, NAMES_SWEEPS - 1, NAMES_E_FULL);
	CHECK(pecan_lookup("console", true, &thread) == NAMES_OK && spoil.count == 0);
	answer(NAMES_LOOKUP, NAMES_SWEEPS, NAMES_E_FULL);
	CHECK(pecan_lookup("console", true, &thread) == NAMES_E_FULL && spoil.count == 0);
}

TEST(names_lost, "a service that is being started is waited for; without one it is said")
{
	L4_ThreadId_t service;
	unsigned long before = kernel_now();
	struct pecan_name n;
	L4_Word_t at = 0;

	answer(ROOT_NAMES, 3, ROOT_E_BUSY);
	CHECK(pecan_names(&service) && L4_ThreadNo(service) == NAMES_THREAD && kernel_now() == before + 3000);
	kernel_end_server(NAMES_THREAD);
	CHECK(pecan_register("mine", L4_Myself()) == NAMES_E_LOST
	      && pecan_unregister("mine") == NAMES_E_LOST);
	CHECK(pecan_lookup("console", false, &service) == NAMES_E_LOST && !pecan_next_name(&at, &n));
	root.no_names = true;
	CHECK(!pecan_names(&service) && pecan_register("mine", L4_Myself()) == NAMES_E_LOST);
}

TEST(names_list, "names are listed; places that have none are skipped")
{
	struct pecan_name n;
	L4_Word_t at = 0;

	CHECK(pecan_next_name(&at, &n) && at == 2 && n.task == 4 && strcmp(n.name, "console") == 0);
	CHECK(L4_ThreadNo(n.thread) == CONSOLE_THREAD && !pecan_next_name(&at, &n) && at == 2);
	names_asked.answer = NAMES_E_REFUSED;
	at = 0;
	CHECK(!pecan_next_name(&at, &n));
}

/* ---- servers ---- */

TEST(server_client, "root is asked once whether a thread may use a server; its own threads always may")
{
	L4_ThreadId_t client = kernel_thread(0x90), other = kernel_thread(0x91);

	asked.value = 3;
	CHECK(pecan_client_task(client) == client.raw >> 40 && pecan_client(client).section == 3);
	CHECK(asked.asked == 1 && pecan_may_use(client) == (client.raw >> 40 != 0));
	asked.value = PLACES_SECTIONS + 1;
	asked.answer = ROOT_OK;
	CHECK(pecan_client(other).section == 0 && asked.asked == 2);
	asked.answer = ROOT_E_RIGHT;
	CHECK(pecan_client(kernel_thread(0x92)).task == 0 && !pecan_may_use(kernel_thread(0x92)));
	CHECK(pecan_may_use(L4_MyLocalId()) && asked.asked == 3);
}

TEST(server_rights, "paths and disk of a client, names it may provide, kept memory are root's answers")
{
	char list[ROOT_TEXT_BYTES];
	size_t bytes = 0;
	struct root_disk_out disk;

	CHECK(pecan_client_paths(kernel_thread(0x90), list) == 5 && strcmp(list, "r/a") == 0);
	CHECK(pecan_client_paths(L4_MyLocalId(), list) == 5 && asked.what == kernel_thread(MAIN_THREAD).raw);
	CHECK(pecan_client_disk(kernel_thread(0x90), &disk) && disk.first == 2048 && disk.sectors == 1ull << 40);
	CHECK(pecan_client_disk(L4_MyLocalId(), &disk) && asked.what == kernel_thread(MAIN_THREAD).raw);
	CHECK(strcmp(disk.name, "second") == 0 && disk.partition == 7);
	CHECK(pecan_may_provide(kernel_thread(0x90), "name") && asked.value == 4);
	CHECK(pecan_client_holds(kernel_thread(0x90), ROOT_RIGHT_CLOCK) && asked.value == ROOT_RIGHT_CLOCK);
	CHECK(pecan_client_holds(L4_MyLocalId(), 1) && asked.what == kernel_thread(MAIN_THREAD).raw);
	CHECK(pecan_keep(&bytes) == (void *)0x5000 && bytes == 0x2000);
	asked.answer = ROOT_E_RIGHT;
	CHECK(pecan_client_paths(kernel_thread(0x90), list) == 0
	      && !pecan_may_provide(kernel_thread(0x90), "name"));
	CHECK(!pecan_client_holds(kernel_thread(0x90), ROOT_RIGHT_CLOCK));
	CHECK(pecan_keep(&bytes) == NULL && !pecan_client_disk(kernel_thread(0x90), &disk));
}

TEST(server_beat, "a heartbeat is sent each half second at the most, and keeps the answer's tag")
{
	L4_ThreadId_t from;

	L4_Set_MsgTag((L4_MsgTag_t){ .raw = 0x1230000 });
	pecan_beat();
	CHECK(asked.heartbeats == 1 && L4_MsgTag().raw == 0x1230000);
	pecan_beat();
	kernel_set_clock(kernel_now() + 499999);
	pecan_beat();
	CHECK(asked.heartbeats == 1);
	kernel_set_clock(kernel_now() + 1);
	pecan_beat();
	CHECK(asked.heartbeats == 2);
	pecan_calls();
	pecan_works();
	pecan_want_notices();
	CHECK(asked.calls == 1 && asked.works == 1 && asked.notices == 1);
	CHECK(pecan_is_notice(pecan_root()) && !pecan_is_notice(L4_Myself()));
	kernel_set_clock(kernel_now() + 500000);
	for (unsigned i = 0; i < PECAN_BEAT_AFTER; i++)
		pecan_reply_wait_alive(kernel_thread(0x99), &from);
	CHECK(asked.heartbeats == 3);
}
