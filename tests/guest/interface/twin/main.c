/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the director: makes the workers of a script, serves their faults, and pushes one of them when all
 * wait.
 */
#include "twin.h"
#include "args.h"
#include "exception_message.h"

enum {
	UTCB_BYTES = 128 * sizeof(word), SPACE_UTCB_LOG2 = 16,
	PRIO_BELOW = 10, PRIO_HELPER = 200, PRIO_LOW = 60, CHUNK_LOG2 = 16,
	PAGE_FAULT = -2, EXCEPTION = -5, DIRECTOR = 0xd,
};

struct worker worker[WORKERS];
unsigned quiet;
char stack[WORKERS + SPACES + 1][STACK_BYTES] __attribute__((aligned(4096)));
L4_ThreadId_t director;

extern char __program_start[], __program_end[];

static L4_ThreadId_t anchor[SPACES], helper[SPACES], driver, below;	/* helper[0] is not used */
bool redirected[SPACES];
void *kip;					/* for args.c */
static word base, versions = 1, utcbs;

static L4_ThreadId_t new_id(unsigned number)
{
	return L4_GlobalId(base + number, 2 * versions++ + 1);
}

static word control(L4_ThreadId_t t, L4_ThreadId_t space, L4_ThreadId_t pager, word utcb)
{
	return L4_ThreadControl(t, space, director, pager, (void *)utcb) ? 0 : L4_ErrorCode();
}

static void stop(const char *why)
{
	L4_KDB_PrintString("twin: failed: ");
	L4_KDB_PrintString(why);
	L4_KDB_PrintString("\n");
	for (;;)
		L4_Sleep(L4_Never);
}

static void need(bool ok, const char *what)
{
	if (!ok)
		stop(what);
}

/* Workers run on the slices of others too: none ends in a script, as the time differs between the runs. */
static void make_endless(L4_ThreadId_t t)
{
	need(L4_Set_Timeslice(t, L4_Never, L4_Never) != 0, "its slice");
}

static void start(L4_ThreadId_t t, void (*run)(word), word argument, unsigned number)
{
	word *sp = (word *)(stack[number] + STACK_BYTES) - 2;

	sp[0] = (word)run;
	sp[1] = argument;
	L4_LoadMR(1, (word)raw_entry);
	L4_LoadMR(2, (word)sp);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = 2 });
	need(L4_IpcSucceeded(L4_Send_Timeout(t, L4_ZeroTime)), "a start message");
}

/* ---- the workers ---- */

static word utcb_of(unsigned n)
{
	return worker[n].space ? SPACE_UTCB + n * UTCB_BYTES : utcbs + (n + 1) * UTCB_BYTES;
}

static L4_ThreadId_t space_of(unsigned n)
{
	return worker[n].space ? anchor[worker[n].space] : director;
}

static void make_worker(unsigned n, uint64_t *seed)
{
	L4_ThreadId_t t = new_id(16 + n);
	word prio = PRIO_LOW + 10 * draw_below(seed, 4), old;
	L4_Time_t slice = draw_below(seed, 2) ? L4_Never : L4_TimePeriod(100 * 1000000);

	if (quiet && n == 0 && draw_below(seed, 4))
		prio = PRIO_LOW;
	need(!control(t, space_of(n), director, utcb_of(n)), "a worker");
	need(L4_Schedule(t, (word)slice.raw << 16 | L4_Never.raw, ~0ul, prio, ~0ul, &old) != 0,
	     "its schedule");
	worker[n].id = t;
	start(t, worker_run, n, n);
}

/* A small space, if it is one that places.h chooses. */
static void make_small(unsigned i, L4_ThreadId_t t)
{
	if (small_space(t))
		record(DIRECTOR, i, "small", NULL, 0);
}

static void make_space(unsigned i)
{
	word old;

	redirected[i] = false;
	anchor[i] = new_id(8 + i);
	need(!control(anchor[i], anchor[i], L4_nilthread, ~0ul), "a space");
	need(L4_SpaceControl(anchor[i], 0, L4_FpageLog2(SPACE_KIP, 12), L4_FpageLog2(SPACE_UTCB, SPACE_UTCB_LOG2),
			     L4_anythread, &old) == 1, "its areas");
	make_small(i, anchor[i]);
	helper[i] = new_id(12 + i);
	need(!control(helper[i], anchor[i], director, SPACE_UTCB + WORKERS * UTCB_BYTES), "a helper");
	need(L4_Set_Priority(helper[i], PRIO_HELPER) != 0, "its priority");
	make_endless(helper[i]);
	start(helper[i], helper_run, 0, WORKERS + i);
}

/* As high as some, between others. */
static void make_driver(uint64_t *seed)
{
	word old, how = draw(seed);

	driver = new_id(7);
	need(!control(driver, driver, L4_nilthread, ~0ul), "the driver's space");
	need(L4_SpaceControl(driver, 0, L4_FpageLog2(SPACE_KIP, 12), L4_FpageLog2(SPACE_UTCB, SPACE_UTCB_LOG2),
			     L4_anythread, &old) == 1, "its areas");
	make_small(0, driver);
	need(!control(driver, driver, director, SPACE_UTCB), "the driver");
	need(L4_Set_Priority(driver, PRIO_LOW + 10 * draw_below(seed, 6)) != 0, "its priority");
	make_endless(driver);
	start(driver, driver_run, how, WORKERS + SPACES);
	need(driver_listens(driver), "its interrupt");
}

static void make_all(uint64_t *seed)
{
	make_driver(seed);
	for (unsigned i = 1; i < SPACES; i++)
		make_space(i);
	for (unsigned n = 0; n < WORKERS; n++) {
		worker[n] = (struct worker){ .space = draw_below(seed, SPACES), .seed = draw(seed) | 1 };
		worker[n].local = utcb_of(n) + UTCB_BYTES / 2;
		worker[n].stale = L4_GlobalId(base + 16 + n, 1).raw;
	}
	for (unsigned n = 0; n < WORKERS; n++)
		make_worker(n, seed);
}

static void delete(L4_ThreadId_t t)
{
	need(!control(t, L4_nilthread, L4_nilthread, ~0ul), "a deletion");
}

static void delete_all(void)
{
	for (unsigned n = 0; n < WORKERS; n++)
		delete((L4_ThreadId_t){ .raw = worker[n].id.raw });
	delete(driver);
	for (unsigned i = 1; i < SPACES; i++) {
		delete(helper[i]);
		delete(anchor[i]);
	}
}

/* ---- what comes in ---- */

static void below_run(word unused)
{
	(void)unused;
	for (;;) {
		L4_Set_MsgTag((L4_MsgTag_t){ .raw = 0 });
		L4_Call(director);
	}
}

/* Pages of the window, one at a time, some of them to be read only until that is not enough. */
static void serve_window(word access, word address)
{
	word page = (address - SHARED) / PAGE;
	L4_Fpage_t f = L4_FpageLog2((word)window[page], 12);
	L4_MapItem_t item;

	f = L4_FpageAddRights(f, page & 1 ? L4_FullyAccessible : access | L4_Readable);
	item = L4_MapItem(f, SHARED + page * PAGE);
	L4_LoadMR(1, item.raw[0]);
	L4_LoadMR(2, item.raw[1]);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = 2 << 6 });
}

/* Behind the instruction, with all else as it was. */
static void serve_exception(word ip)
{
	L4_LoadMR(1, ip + TRAP_BYTES);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = M_WORDS });
}

/*
 * Faults on the image, the device and in the window are served, and what raw_trap raises; anything else is
 * noted, and its thread waits until it is pushed.
 */
static bool serve(L4_MsgTag_t tag, L4_ThreadId_t from)
{
	word address, w[2] = { tag.raw, 0 };

	L4_StoreMR(1, &address);
	if ((long)tag.raw >> 20 == PAGE_FAULT
	    && ((address >= (word)__program_start && address < (word)__program_end) || line_has(address))) {
		L4_Fpage_t f = L4_FpageLog2(address >> CHUNK_LOG2 << CHUNK_LOG2, CHUNK_LOG2);
		L4_MapItem_t item = L4_MapItem(L4_FpageAddRights(f, L4_FullyAccessible), L4_Address(f));

		if (L4_IsLocalId(from)) {
			L4_Set_MsgTag(L4_Niltag);
			return true;
		}
		L4_LoadMR(1, item.raw[0]);
		L4_LoadMR(2, item.raw[1]);
		L4_Set_MsgTag((L4_MsgTag_t){ .raw = 2 << 6 });
		return true;
	}
	if ((long)tag.raw >> 20 == PAGE_FAULT && address - SHARED < WINDOW_PAGES * PAGE) {
		serve_window(tag.raw >> 16 & 7, address);
		return true;
	}
	if ((long)tag.raw >> 20 == EXCEPTION && address == (word)raw_trap) {
		serve_exception(address);
		return true;
	}
	w[1] = address;
	record(DIRECTOR, 0, "message", w, 2);
	return false;
}

/* A helper's first faults, until it has answered. */
static word ask_helper(unsigned space, word thread, word c)
{
	L4_ThreadId_t from = helper[space];
	L4_MsgTag_t tag;
	word result;

	L4_LoadMR(1, thread);
	L4_LoadMR(2, c);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = 2 });
	do {
		tag = L4_Ipc(helper[space], helper[space], L4_Timeouts(L4_ZeroTime, L4_Never), &from);
		need(L4_IpcSucceeded(tag), "a helper's answer");
	} while (L4_Label(tag) && serve(tag, from));
	L4_StoreMR(1, &result);
	return result;
}

/* Returns when no worker can continue. */
static void wait_quiet(void)
{
	L4_ThreadId_t to = below, from;
	L4_MsgTag_t tag;

	L4_Set_MsgTag((L4_MsgTag_t){ .raw = 0 });
	for (;;) {
		L4_Accept(L4_UntypedWordsAcceptor);
		tag = L4_Ipc(to, L4_anythread, L4_Timeouts(L4_ZeroTime, L4_Never), &from);
		if (L4_IpcFailed(tag) && (L4_ErrorCode() & 1) == 0) {
			to = L4_nilthread;		/* its partner does not exist any more */
			continue;
		}
		if (L4_SameThreads(from, below))
			return;
		to = serve(tag, from) ? from : L4_nilthread;
	}
}

/* ---- pushes ---- */

static void push_exregs(unsigned n, word c)
{
	word result[2] = { c, 0 }, sp, ip, flags, handle;
	L4_ThreadId_t pager, t = { .raw = worker[n].id.raw };

	if (redirected[worker[n].space])
		return;				/* its helper's message would be redirected */
	if (worker[n].space)
		result[1] = ask_helper(worker[n].space, t.raw, c);
	else
		t = L4_ExchangeRegisters(t, c, 0, 0, 0, 0, L4_nilthread, &result[1], &sp, &ip, &flags, &handle,
					 &pager);
	record(DIRECTOR, n, "push", result, 2);
}

static void push_rename(unsigned n, uint64_t *seed)
{
	worker[n].stale = worker[n].id.raw;
	delete((L4_ThreadId_t){ .raw = worker[n].id.raw });
	make_worker(n, seed);
	record(DIRECTOR, n, "rename", (const word []){ worker[n].id.raw }, 1);
}

static void push_redirect(uint64_t *seed)
{
	unsigned i = 1 + (unsigned)draw_below(seed, SPACES - 1);
	L4_ThreadId_t to = L4_anythread;
	word old, result;

	redirected[i] = draw_below(seed, 3) == 0;
	if (redirected[i])
		to.raw = worker[draw_below(seed, WORKERS)].id.raw;
	result = L4_SpaceControl(anchor[i], 0, L4_Nilpage, L4_Nilpage, to, &old);
	record(DIRECTOR, i, "redirect", (const word []){ to.raw, result }, 2);
}

static void push_message(unsigned n, bool send)
{
	L4_ThreadId_t t = { .raw = worker[n].id.raw }, from;
	L4_MsgTag_t tag;
	word first;

	L4_LoadMR(1, 0x51);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = 0x520001 });
	tag = L4_Ipc(send ? t : L4_nilthread, send ? L4_nilthread : t, L4_Timeouts(L4_ZeroTime, L4_ZeroTime),
		     &from);
	L4_StoreMR(1, &first);
	record(DIRECTOR, n, send ? "send" : "receive", (const word []){
		tag.raw, L4_IpcFailed(tag) ? L4_ErrorCode() : first }, 2);
}

/* One that does anything. */
static unsigned draw_worker(uint64_t *seed)
{
	unsigned n = (unsigned)draw_below(seed, quiet ? 1 + QUIET_CLIENTS : WORKERS);

	return quiet && n > 0 ? SERVERS + n - 1 : n;
}

static void push(uint64_t *seed)
{
	static const word controls[] = { 6, 6, 6, 6, 4, 2, 0x100, 0x106, 0x107, 0x101 };
	unsigned n = draw_worker(seed), kind = (unsigned)draw_below(seed, quiet ? 27 : 24);
	word old;

	if (kind < 14) {
		push_exregs(n, controls[draw_below(seed, 10)]);
	} else if (kind < 17) {
		push_message(n, true);
	} else if (kind < 19) {
		push_message(n, false);
	} else if (kind < 21) {
		push_rename(n, seed);
	} else if (kind < 22 || kind > 23) {
		push_redirect(seed);
	} else {
		L4_Schedule((L4_ThreadId_t){ .raw = worker[n].id.raw }, ~0ul, ~0ul,
			    PRIO_LOW + 10 * draw_below(seed, 4), ~0ul, &old);
	}
}

/* set: of scripts; the one that is always played is 0. */
static void run_script(word set, unsigned script)
{
	uint64_t seed = mix((uint64_t)set << 32 | script, 0x7477696e) | 1;

	quiet = (const unsigned []){ 0, 1, 0, 9 }[script % 4];
	make_all(&seed);
	for (unsigned i = 0; i < (quiet ? QUIET_PUSHES : PUSHES); i++) {
		wait_quiet();
		push(&seed);
	}
	wait_quiet();
	delete_all();
	records_print(script);
}

void _exit(int status) __attribute__((noreturn));

void _exit(int status)
{
	(void)status;
	for (;;)
		L4_Sleep(L4_Never);
}

static void print_time(void)
{
	const word us = (word)L4_SystemClock().raw;

	record(DIRECTOR, 0, "clock", &us, 1);
	records_print(0);
}

int main(void)
{
	word set;

	kip = L4_GetKernelInterface();
	set = args_number("set", 0);
	base = L4_ThreadIdUserBase(kip);
	director = L4_Myself();
	utcbs = L4_MyLocalId().raw / UTCB_BYTES * UTCB_BYTES;
	for (word a = (word)__program_start; a < (word)__program_end; a += PAGE)
		(void)*(volatile char *)a;
	line_take();
	below = new_id(6);
	need(!control(below, director, director, utcbs + (WORKERS + 2) * UTCB_BYTES), "the thread below");
	need(L4_Set_Priority(below, PRIO_BELOW) != 0, "its priority");
	make_endless(below);
	make_endless(director);
	start(below, below_run, 0, WORKERS);
	wait_quiet();
	for (unsigned script = 1; script <= SCRIPTS; script++)
		run_script(set, script);
	print_time();
	print_line("twin: done");
	emulator_end();
	_exit(0);
}
