/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ids.c - every class of id in every place where a call takes one, by a thread without privileges and by one
 * of the root server's space. What comes out is compared with `matrix`, which is written from the interface's
 * text, docs/conformance.md where that is open.
 *
 * Two workers, each with a thread beside it in its space, do what the test asks for. The test makes the
 * threads that fault, and looks at their state.
 */
#include "exregs.h"
#include "victims.h"

enum class {
	NIL, ANY, ANY_LOCAL, OWN_LOCAL, OWN, SIBLING_LOCAL, SIBLING,
	FALSE_LOCAL, FAR_LOCAL,		/* beside a thread's; of another space */
	OTHER, STALE, FUTURE,		/* a thread of another space; its former version; a later one */
	LOW_BITS,			/* its number, and a version as local ids have it */
	NEVER, BEYOND, DELETED, INACTIVE,
	UNATTACHED, ATTACHED, LINE_VERSION,	/* interrupts */
	KERNEL, RESERVED,		/* the kernel's first number, and its last */
	SIGMA0, SIGMA1, ROOT,
	CLASSES,
};

/* Those whose ids are tried with two other versions as well: a former one, and a later one. */
static const enum class dated[] = { OWN, SIBLING, SIGMA0, ROOT, INACTIVE, DELETED };

enum { DATED = sizeof dated / sizeof *dated, ALL_CLASSES = CLASSES + 2 * DATED };

enum op {
	TO, FROM, LOCAL_TO, LOCAL_FROM, SCHEDULE, SWITCH, EXCHANGE, EXCHANGE_PAGER, VIRTUAL,
	AS_PAGER, AS_LINE, AS_SIGMA0,	/* VirtualSender, to a thread that waits for one of these */
	DEST, SPACE, SCHEDULER, PAGER, HANDLER, SPECIFIER, REDIRECTOR,
	FAULT, TRAP,			/* Pager and ExceptionHandler registers */
	OPS,
};

/*
 * Digits: ErrorCode, 0 if it succeeds. a: in that name, n: in the sender's own. h: the thread halts, p: it
 * waits to send, e: one of both. -: not tried: what comes of it depends on the receiver, or no text says it.
 */
#define REFUSED "1111111" "11" "11111111" "111" "11" "111"
#define NO_ERROR "0000000" "00" "00000000" "000" "00" "000"
#define NO_PARTNER "2222222" "22" "22222222" "222" "22" "222"

static const char *const matrix[OPS][2] = {
	/* In the order of the classes: NIL to SIBLING, local ids, OTHER to INACTIVE, lines, kernel, servers. */
	[TO] = { "0442222" "44" "24444442" "444" "24" "04-",
		"0442222" "44" "24444442" "444" "24" "04-" },
	[FROM] = { "0333333" "55" "35555553" "535" "35" "353",
		"0333333" "55" "35555553" "535" "35" "353" },
	[LOCAL_TO] = { "0442222" "44" "24444442" "444" "24" "04-",
		"0442222" "44" "24444442" "444" "24" "04-" },
	[LOCAL_FROM] = { "0333333" "55" "35555553" "535" "35" "353",
		"0333333" "55" "35555553" "535" "35" "353" },
	[SCHEDULE] = { "2221111" "22" "12222221" "212" "22" "121",
		"2220000" "22" "02222220" "202" "22" "020" },
	[SWITCH] = { NO_ERROR, NO_ERROR },
	[EXCHANGE] = { "2220000" "22" "22222222" "222" "22" "222",
		"2220000" "22" "02222222" "222" "22" "220" },
	[EXCHANGE_PAGER] = { NO_ERROR, NO_ERROR },
	[VIRTUAL] = { "nnnaaaa" "nn" "nnnnnnnn" "nnn" "nn" "nnn",
		"nnnaaaa" "nn" "nnnnnnnn" "nnn" "nn" "nna" },
	[AS_PAGER] = { NO_PARTNER, NO_PARTNER },
	[AS_LINE] = { NO_PARTNER, NO_PARTNER },
	[AS_SIGMA0] = { NO_PARTNER, NO_PARTNER },
	[DEST] = { REFUSED, "2222020" "22" "03324240" "222" "22" "040" },
	[SPACE] = { REFUSED, "0330000" "33" "03333330" "333" "33" "030" },
	[SCHEDULER] = { REFUSED, "4440000" "44" "04444440" "4-4" "-4" "040" },
	[PAGER] = { REFUSED, NO_ERROR },
	[HANDLER] = { REFUSED, "2220000" "22" "0222222-" "222" "-2" "020" },
	[SPECIFIER] = { REFUSED, "3333030" "33" "03333330" "333" "33" "030" },
	[REDIRECTOR] = { REFUSED, NO_ERROR },
	[FAULT] = { "hhheepp" "hh" "phhhhhhp" "hhh" "hh" "-h-",
		"hhheepp" "hh" "phhhhhhp" "hhh" "hh" "-h-" },
	[TRAP] = { "hhheepp" "hh" "phhhhhhp" "hhh" "hh" "-h-",
		"hhheepp" "hh" "phhhhhhp" "hhh" "hh" "-h-" },
};

enum {
	PRIVILEGED = 1, MINE = 512, BESIDE = 64, UNUSED = 6000, PRIO = 90, PRIO_WORKER = 150, PRIO_LISTENER = 160,
	LINE_UNATTACHED = 3, LINE_ATTACHED = 9, LINE_FREE = 10, PROPAGATED = 1 << 12, BREATH = 16, BREATH_US = 50,
};

static struct space own, other_space, listener_space, spare;
static L4_ThreadId_t boss, worker[2], sibling[2], listener, waiter[3], fixed[CLASSES];
static word spare_utcb;
static struct { enum op op; unsigned class; bool privileged; volatile char got; } cell;
static struct { volatile bool came; volatile word tag, from, actual; } heard;

/* ---- ids ---- */

static L4_ThreadId_t global_id(word number, word version) { return L4_GlobalId(number, version); }

static L4_ThreadId_t id_of_class(enum class class)
{
	L4_ThreadId_t mate = sibling[cell.privileged];

	switch (class) {
	case OWN_LOCAL:
		return L4_MyLocalId();
	case OWN:
		return L4_MyGlobalId();
	case SIBLING_LOCAL:
		return L4_LocalIdOf(mate);
	case SIBLING:
		return mate;
	case FALSE_LOCAL:
		return (L4_ThreadId_t){ .raw = L4_MyLocalId().raw + BESIDE };
	case FAR_LOCAL:
		return cell.privileged ? (L4_ThreadId_t){ .raw = SPACE_UTCB + MINE } : fixed[FAR_LOCAL];
	default:
		return fixed[class];
	}
}

/* One of that class, for the thread that calls; from CLASSES on, with another version. */
static L4_ThreadId_t id_of(unsigned class)
{
	L4_ThreadId_t t;

	if (class < CLASSES)
		return id_of_class(class);
	t = id_of_class(dated[(class - CLASSES) / 2]);
	return global_id(L4_ThreadNo(t), L4_Version(t) + ((class - CLASSES) % 2 ? 2 : (word)-2));
}

static void rest(void *unused)
{
	(void)unused;
	guest_wait();
}

/* A thread that had another version before, and one that is no more. */
static void make_others(void)
{
	L4_ThreadId_t before = space_start_prio(&other_space, rest, 0, PRIO), t = tid_new();
	word number = L4_ThreadNo(before), version = L4_Version(before);

	fixed[STALE] = before;
	fixed[OTHER] = global_id(number, version + 2);
	fixed[FUTURE] = global_id(number, version + 4);
	fixed[LOW_BITS] = global_id(number, BESIDE);
	fixed[BEYOND] = global_id(number | 1ul << L4_ThreadIdBits(kip), version + 2);
	disown(before);
	adopt(fixed[OTHER]);
	CHECK_EQ(thread_control(fixed[OTHER], before, L4_nilthread, L4_nilthread, -1ul), 0);
	CHECK_EQ(thread_control(t, supervisor, supervisor, L4_nilthread, -1ul), 0);
	thread_delete(t);
	adopt(t);			/* so no new thread has its number, and with it an id that is tried here */
	fixed[DELETED] = t;
	fixed[INACTIVE] = other_space.anchor;
}

static void list_ids(void)
{
	make_others();
	fixed[ANY] = L4_anythread;
	fixed[ANY_LOCAL] = L4_anylocalthread;
	fixed[FAR_LOCAL] = L4_MyLocalId();
	fixed[NEVER] = global_id(user_base + UNUSED, 1);
	fixed[UNATTACHED] = global_id(LINE_UNATTACHED, 1);
	fixed[ATTACHED] = global_id(LINE_ATTACHED, 1);
	fixed[LINE_VERSION] = global_id(LINE_ATTACHED, 2);
	fixed[KERNEL] = global_id(system_base, 1);
	fixed[RESERVED] = global_id(user_base - 1, 1);
	fixed[SIGMA0] = global_id(user_base, 1);
	fixed[SIGMA1] = global_id(user_base + 1, 1);
	fixed[ROOT] = supervisor;
	CHECK_EQ(thread_control(fixed[ATTACHED], fixed[ATTACHED], L4_nilthread, fixed[OTHER], -1ul), 0);
}

/* ---- operations; each returns what came out, as in the matrix ---- */

static char digit(word error) { return error < 10 ? (char)('0' + error) : '?'; }

static char outcome(word result) { return result ? '0' : digit(L4_ErrorCode()); }

static char ipc(bool by_lipc, L4_ThreadId_t to, L4_ThreadId_t from, word flags)
{
	word none = L4_Timeouts(L4_ZeroTime, L4_ZeroTime);
	L4_ThreadId_t sender;
	L4_MsgTag_t tag;

	L4_Set_MsgTag((L4_MsgTag_t){ .raw = flags });
	tag = by_lipc ? L4_Lipc(to, from, none, &sender) : L4_Ipc(to, from, none, &sender);
	return outcome(L4_IpcSucceeded(tag));
}

static char ask_registers(L4_ThreadId_t id)
{
	struct exregs x = exchange_control(id, X_DELIVER);

	if (x.result == 0 && (x.control | x.sp | x.ip | x.flags | x.handle | x.pager) != 0)
		return '?';
	return outcome(x.result);
}

static char set_pager(L4_ThreadId_t id)
{
	L4_ThreadId_t mate = sibling[cell.privileged];
	word first = exchange(mate, X_PAGER, (struct exregs){ .pager = id.raw }).result;
	word set = exchange(mate, X_PAGER, (struct exregs){ .pager = supervisor.raw }).pager;

	return first && set == id.raw ? '0' : '?';
}

static word in_full(L4_ThreadId_t id)
{
	return id.raw == L4_MyLocalId().raw ? L4_MyGlobalId().raw
	     : id.raw == L4_LocalIdOf(sibling[cell.privileged]).raw ? sibling[cell.privileged].raw : id.raw;
}

static char in_name_of(L4_ThreadId_t id)
{
	word me = L4_MyGlobalId().raw;

	heard.came = false;
	L4_Set_VirtualSender(id);
	if (ipc(false, listener, L4_nilthread, PROPAGATED) != '0' || !heard.came)
		return '?';
	if (heard.tag & PROPAGATED)
		return heard.from == in_full(id) && heard.actual == me ? 'a' : '?';
	return heard.from == me ? 'n' : '?';
}

static char pretend(L4_ThreadId_t to, L4_ThreadId_t id)
{
	L4_Set_VirtualSender(id);
	return ipc(false, to, L4_nilthread, PROPAGATED);
}

/* A new thread is made, if that can be, and deleted. */
static char create(L4_ThreadId_t space, L4_ThreadId_t scheduler, L4_ThreadId_t pager, word utcb)
{
	L4_ThreadId_t t = tid_new();
	char c = digit(thread_control(t, space, scheduler, pager, utcb));

	if (c == '0')
		thread_control(t, L4_nilthread, L4_nilthread, L4_nilthread, -1ul);
	return c;
}

static char attach(L4_ThreadId_t handler)
{
	L4_ThreadId_t line = global_id(LINE_FREE, 1);
	char c = digit(thread_control(line, line, L4_nilthread, handler, -1ul));

	if (c == '0')
		thread_control(line, line, L4_nilthread, line, -1ul);
	return c;
}

static char redirect(L4_ThreadId_t redirector)
{
	word old;
	char c = outcome(L4_SpaceControl(spare.anchor, 0, L4_Nilpage, L4_Nilpage, redirector, &old));

	if (c == '0')
		L4_SpaceControl(spare.anchor, 0, L4_Nilpage, L4_Nilpage, L4_anythread, &old);
	return c;
}

/* Those calls that need privileges. */
static char control_with(enum op op, L4_ThreadId_t id)
{
	const L4_ThreadId_t nil = L4_nilthread;
	word old;

	switch (op) {
	case DEST:
		return digit(thread_control(id, id, nil, nil, -1ul));
	case SPACE:
		return create(id, supervisor, nil, -1ul);
	case SCHEDULER:
		return create(supervisor, id, nil, -1ul);
	case PAGER:
		return create(supervisor, supervisor, id, spare_utcb);
	case HANDLER:
		return attach(id);
	case SPECIFIER:
		return outcome(L4_SpaceControl(id, 0, L4_Nilpage, L4_Nilpage, nil, &old));
	default:
		return redirect(id);
	}
}

static char perform(enum op op, L4_ThreadId_t id)
{
	const L4_ThreadId_t nil = L4_nilthread;
	word old;

	switch (op) {
	case TO: case LOCAL_TO:
		return ipc(op == LOCAL_TO, id, nil, 0);
	case FROM: case LOCAL_FROM:
		return ipc(op == LOCAL_FROM, nil, id, 0);
	case SCHEDULE:
		return outcome(L4_Schedule(id, -1ul, -1ul, -1ul, -1ul, &old));
	case SWITCH:
		L4_ThreadSwitch(id);
		return '0';
	case EXCHANGE:
		return ask_registers(id);
	case EXCHANGE_PAGER:
		return set_pager(id);
	case VIRTUAL:
		return in_name_of(id);
	case AS_PAGER: case AS_LINE: case AS_SIGMA0:
		return pretend(waiter[op - AS_PAGER], id);
	default:
		return control_with(op, id);
	}
}

/* ---- the threads ---- */

static void work(void *unused)
{
	L4_MsgTag_t tag = L4_Receive(boss);

	(void)unused;
	image_read();
	for (;;) {
		cell.got = perform(cell.op, id_of(cell.class));
		L4_Set_MsgTag(L4_Niltag);
		tag = L4_Call(boss);
		(void)tag;
	}
}

static void hear(void *unused)
{
	L4_ThreadId_t from;

	(void)unused;
	for (;;) {
		heard.tag = L4_Wait(&from).raw;
		heard.from = from.raw;
		heard.actual = L4_ActualSender().raw;
		heard.came = true;
	}
}

static void wait_for(void *id)
{
	L4_MsgTag_t tag = L4_Receive(*(L4_ThreadId_t *)id);

	(void)tag;
	guest_wait();
}

static void fault_or_trap(void *unused)
{
	L4_ThreadId_t id = id_of(cell.class);

	(void)unused;
	if (cell.op == TRAP) {
		L4_Set_ExceptionHandler(id);
		trap_ud();
	}
	L4_Set_Pager(id);
	(void)*(volatile word *)(word)WINDOW;
}

static char state_of_faulter(void)
{
	struct mark mark = world_mark();
	L4_ThreadId_t t = cell.privileged ? thread_start(fault_or_trap, 0) : space_start(&own, fault_or_trap, 0);
	word state = thread_state(t);

	thread_delete(t);
	world_release(mark);
	if (!cell.privileged)
		space_forget_last(&own);
	return state == L4_SCHEDRESULT_INACTIVE ? 'h' : state == L4_SCHEDRESULT_PENDING_SEND ? 'p' : '?';
}

static void start_all(void)
{
	static const enum class awaited[] = { OTHER, ATTACHED, SIGMA0 };

	space_make(&own);
	space_make(&other_space);
	space_make(&listener_space);
	space_make(&spare);
	spare_utcb = utcb_new();
	list_ids();
	listener = space_start_prio(&listener_space, hear, 0, PRIO_LISTENER);
	for (unsigned i = 0; i < 3; i++)
		waiter[i] = space_start(&listener_space, wait_for, &fixed[awaited[i]]);
	worker[0] = space_start(&own, work, 0);
	worker[PRIVILEGED] = thread_start(work, 0);
	sibling[0] = space_start(&own, rest, 0);
	sibling[PRIVILEGED] = thread_start(rest, 0);
	victims_start(PRIO);
}

static bool is_wanted(char got, char want)
{
	return got == want || (want == 'e' && (got == 'h' || got == 'p'));
}

/* Whose version is not the thread's is no thread's, as STALE is; what was deleted is as before. */
static char wanted(enum op op, unsigned class, bool privileged)
{
	if (class >= CLASSES)
		class = dated[(class - CLASSES) / 2] == DELETED ? DELETED : STALE;
	/* There are machines on which these are accepted as the global ids. */
	if (LOCAL_DEST_ERROR == 0 && (op == DEST || op == SPECIFIER))
		class = class == OWN_LOCAL ? OWN : class == SIBLING_LOCAL ? SIBLING : class;
	return matrix[op][privileged][class];
}

/* False if another result than that came out. */
static bool try_cell(enum op op, unsigned class, bool privileged, char want)
{
	L4_MsgTag_t tag;

	cell.op = op;
	cell.class = class;
	cell.privileged = privileged;
	if (op == FAULT || op == TRAP) {
		cell.got = state_of_faulter();
	} else {
		L4_Set_MsgTag(L4_Niltag);
		tag = L4_Call(worker[privileged]);
		CHECK(L4_IpcSucceeded(tag));
	}
	if (!is_wanted(cell.got, want)) {
		guest_note("operation", op);
		guest_note("  class", class);
		guest_note("  privileged", privileged);
		guest_note("  came out", (word)cell.got);
	}
	return is_wanted(cell.got, want);
}

TEST(AFRG0002, "ids of every class in every place that takes one have the results that are specified")
{
	enum { CELLS = OPS * ALL_CLASSES * 2 };
	word asked = rounds_asked(), tried = 0, wrong = 0;

	boss = L4_Myself();
	start_all();
	for (word r = 0; tried < asked || r < CELLS; r++) {
		word n = r < CELLS ? r : random_below(CELLS);
		enum op op = n / (ALL_CLASSES * 2);
		unsigned class = n / 2 % ALL_CLASSES;
		char want = wanted(op, class, n % 2);

		if (want == '-')
			continue;
		wrong += !try_cell(op, class, n % 2, want);
		if (tried++ % BREATH == 0)
			sleep_us(BREATH_US);
	}
	for (unsigned i = 0; i < 3; i++)
		wrong += thread_state(waiter[i]) != L4_SCHEDRESULT_WAITING;
	CHECK_EQ(thread_control(fixed[ATTACHED], fixed[ATTACHED], L4_nilthread, fixed[ATTACHED], -1ul), 0);
	CHECK(victims_calls() > 0);
	guest_figure("forged-ids", tried, wrong + victims_wrong());
	CHECK_EQ(wrong + victims_wrong(), 0);
}
