/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * forever.c - hostile threads in several spaces make random system calls and execute random code (hostile.c),
 * while the test deletes, makes, renames, re-prioritises, redirects, moves and stops them and takes their
 * memory away, beside victims that check all that they have (checked.c).
 *
 * It does so in lives, each from its own seed: everything is made anew, and all memory of the kernel has to
 * be back at the end. The keeper is the pager, exception handler and scheduler of hostile threads. The test
 * is the director, in steps; a thread that has made no call since the director has looked last is started
 * again.
 *
 * Under QEMU's -icount two runs with the same seed are the same, instruction for instruction.
 */
#include "checked.h"
#include "exceptions.h"
#include "exregs.h"
#include "hostile.h"
#include "log.h"
#include "pecan.h"
#include "random.h"

enum {
	SPACES = 3, PRIO = 90, PRIO_SPREAD = 8, PRIO_KEEPER = 97, ACCOUNT_KIB = 256,
	COUNTS_PAGE = HOSTILE_PAGE - 1,
	LIFE = 50000, FIRST_LIFE = 250,		/* calls */
	FIRST_LIVES = 8,
	CALLS_OF_A_STEP = 20000,		/* no thread makes more */
	LOOKS = 3,				/* at threads, in each step */
	PERIOD = 256,				/* of steps: each victim makes progress, a line is printed */
	INTERRUPTS = 6, LINES = 16, OLD_IDS = 8, SENSITIVE_US = 50, USUAL_MHZ = 1000, TEXT_LOG2 = 16,
	SET = X_SP | X_IP | X_FLAGS, RESUME = X_HALT, ABORT = X_S | X_R,
	N_SIGMA0_CLOSE = -1002,			/* user/proto/sigma0.h */
};

extern char __program_start[], __init_array_end[];

struct hostile { L4_ThreadId_t id; unsigned space; word version, seen; };

static struct hostile hostiles[HOSTILES];
static struct space spaces[SPACES];
static L4_ThreadId_t keeper;
static uint64_t state;			/* of the director's random numbers */
static struct { word seed, life, step, calls, restarts, tampered; } run;
static volatile struct { word faults, exceptions, others, last[HOSTILES]; uint64_t state; } kept;

static word below(word limit) { return (random_next(&state) >> 11) % limit; }

/* The time of so many thousand instructions, in us. */
static word us(word thousands)
{
	word mhz = L4_ProcDescInternalFreq(L4_ProcDesc(kip, 0)) / 1000;

	return thousands * USUAL_MHZ / mhz + 1;
}

static struct area *area_of(unsigned i) { return (struct area *)pool(HOSTILE_PAGE + i * AREA_PAGES); }
static word stack_of(unsigned i) { return (word)(area_of(i) + 1) - 8; }

static void print_number(const char *name, word n)
{
	put_text(" ");
	put_text(name);
	put_text(" ");
	put_dec(n);
}

static void print_state(const char *what)
{
	put_text(what);
	print_number("seed", run.seed);
	print_number("life", run.life);
	print_number("step", run.step);
	print_number("calls", run.calls);
	print_number("faults", kept.faults);
	print_number("exceptions", kept.exceptions);
	print_number("messages", kept.others);
	print_number("restarts", run.restarts);
	print_number("tampered", run.tampered);
	print_number("us", now());
	put_text(" rounds");
	for (unsigned c = 0; c < CHECKERS; c++)
		print_number("", checked_rounds(c));
	put_text("\n");
}

static void require(bool right, const char *what)
{
	if (right)
		return;
	print_state("forever: failed");
	guest_note(what, L4_ErrorCode());
	CHECK(right);
}

/* ---- the keeper ---- */

static word kept_below(word limit)
{
	uint64_t s = kept.state;
	word n = random_next(&s);

	kept.state = s;
	return (n >> 11) % limit;
}

static void give_page(L4_Fpage_t f, word at)
{
	load_map(1, f, at);
	L4_Set_MsgTag(tag_make(0, 0, 2));
}

/* The answer to a fault: code, a page of the areas or of the counts, at times one of the areas elsewhere. */
static bool load_page(word address)
{
	word end = ((word)__init_array_end + PAGE - 1) / PAGE * PAGE, size = 1 << TEXT_LOG2, n;

	if (address >= (word)__program_start && address < end) {
		while ((address & -size) < (word)__program_start || (address & -size) + size > end)
			size /= 2;
		give_page(fpage(address & -size, __builtin_ctzl(size), L4_Readable | L4_eXecutable), address & -size);
		return true;
	}
	if (address / PAGE == COUNTS_PLACE / PAGE) {
		give_page(fpage(pool(COUNTS_PAGE), 12, RW), COUNTS_PLACE);
		return true;
	}
	if (address - pool(HOSTILE_PAGE) < 1ul << HOSTILE_LOG2) {
		/* Records and stacks without execution: stores to pages with code are slow under QEMU. */
		n = (address / PAGE + 1) % AREA_PAGES / 2;
		give_page(fpage(address & -(word)PAGE, 12, n ? RWX : RW), address & -(word)PAGE);
		return true;
	}
	n = kept_below(1ul << HOSTILE_LOG2) / PAGE;
	give_page(fpage(pool(HOSTILE_PAGE + (unsigned)n), 12, kept_below(8)), address & -(word)PAGE);
	return kept_below(4) == 0;
}

/* False: it has given itself another pager. */
static bool start_again(L4_ThreadId_t t, unsigned i)
{
	return exchange(t, SET | ABORT | RESUME | X_PAGER, (struct exregs){
		.sp = stack_of(i), .ip = (word)hostile_main, .flags = FLAGS_START, .pager = keeper.raw }).result != 0;
}

/* Registers for an answer to an exception; those that are not set here keep their values. */
static void load_registers(unsigned i)
{
	L4_LoadMR(M_IP, kept_below(2) ? (word)hostile_main : mr(M_IP) + 1);
	L4_LoadMR(M_SP, kept_below(8) ? stack_of(i) : mr(M_IP + (int)kept_below(M_WORDS)));
	L4_LoadMR(M_FLAGS, kept_below(8) ? FLAGS_START : mr(M_IP + 8));
	L4_Set_MsgTag(tag_make(0, kept_below(8) ? M_WORDS - 1 : kept_below(M_WORDS), 0));
}

/* Loads an answer to the message of a hostile thread; false: it is started again instead. */
static bool load_answer(L4_MsgTag_t tag, unsigned i)
{
	word address = mr(1);

	if (tag_protocol(tag) == N_PAGEFAULT) {
		bool again = kept.last[i] == address;

		kept.faults++;
		kept.last[i] = again ? 0 : address;
		return load_page(address) && !again;
	}
	if (tag_protocol(tag) == N_EXCEPTION) {
		kept.exceptions++;
		load_registers(i);
		return kept_below(4) == 0;
	}
	kept.others++;
	if (tag_protocol(tag) == N_IO_FAULT)
		return false;
	L4_Set_MsgTag(tag_make(kept_below(16), kept_below(8), 0));
	return true;
}

static void keep(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	(void)unused;
	for (;;) {
		word i = L4_ThreadNo(from) - user_base - STRANGERS;

		if (L4_IpcFailed(tag) || !is_stranger(from) || i >= HOSTILES) {
			tag = L4_Wait(&from);
		} else if (load_answer(tag, (unsigned)i)) {
			tag = L4_ReplyWait(from, &from);
		} else {
			start_again(from, (unsigned)i);
			tag = L4_Wait(&from);
		}
	}
}

/* ---- ids ---- */

static void know_hostiles(void)
{
	for (unsigned i = 0; i < HOSTILES; i++)
		hostile_known[HOSTILE_KNOWN - 1 - i] = hostiles[i].id;
}

static void know_others(void)
{
	const L4_ThreadId_t others[] = { L4_nilthread, L4_anythread, L4_anylocalthread, __L4_Sigma0(), supervisor,
					 L4_Myself(), L4_MyGlobalId(), keeper, L4_GlobalIdOf(keeper),
					 L4_GlobalIdOf(supervisor) };
	unsigned n = HOSTILE_KNOWN - HOSTILES - OLD_IDS;

	for (unsigned i = 0; i < sizeof others / sizeof *others; i++)
		hostile_known[--n] = others[i];
	for (unsigned c = 0; c < CHECKERS; c++)
		hostile_known[--n] = checked_thread(c);
	for (unsigned i = 0; i < HOSTILES; i++)
		hostile_known[--n].raw = SPACE_UTCB + UTCB_BYTES * i + L4_MyLocalId().raw % UTCB_BYTES;
	while (n-- > 0)			/* most of them the client and the server, as false senders */
		hostile_known[n] = n < INTERRUPTS ? L4_GlobalId(below(LINES), 1) : checked_thread(n % 2);
}

/* ---- making and deleting ---- */

static word time_us(void) { return us(20 + below(300)); }

static void set_schedule(unsigned i)
{
	L4_ThreadId_t t = hostiles[i].id;

	L4_Set_Priority(t, below(4) ? PRIO : PRIO - below(PRIO_SPREAD));
	L4_Set_Timeslice(t, L4_TimePeriod(time_us()), below(8) ? L4_Never : L4_TimePeriod(time_us()));
	if (below(4) == 0)
		L4_Set_PreemptionDelay(t, PRIO - below(PRIO_SPREAD), us(below(SENSITIVE_US)));
}

static L4_ThreadId_t next_id(unsigned i)
{
	hostiles[i].version += 1 + hostiles[i].version % 2;	/* odd: no local id */
	return L4_GlobalId(user_base + STRANGERS + i, hostiles[i].version);
}

static void make_hostile(unsigned i)
{
	struct hostile *h = &hostiles[i];
	L4_ThreadId_t t = next_id(i);
	word error = thread_control(t, spaces[h->space].anchor, keeper, keeper, SPACE_UTCB + UTCB_BYTES * i);

	require(error == 0 || error == L4_ErrNoMem, "a hostile thread is made");
	h->id = error ? L4_nilthread : t;
	know_hostiles();
	if (error)
		return;
	adopt(t);
	set_schedule(i);
	start_again(t, i);
}

static void delete_hostile(unsigned i)
{
	L4_ThreadId_t t = hostiles[i].id;

	hostile_known[HOSTILE_KNOWN - HOSTILES - 1 - below(OLD_IDS)] = t;
	if (L4_IsNilThread(t))
		return;
	require(thread_control(t, L4_nilthread, L4_nilthread, L4_nilthread, -1ul) == 0,
	       "a hostile thread is deleted");
	disown(t);
}

static void make_space(unsigned n)
{
	word old;

	space_make(&spaces[n]);
	require(L4_SpaceControl(spaces[n].anchor, L4_KmemLimit(ACCOUNT_KIB), L4_Nilpage, L4_Nilpage,
			       L4_nilthread, &old) == 1, "a limit of a space");
	for (unsigned i = 0; i < HOSTILES; i++)
		if (hostiles[i].space == n)
			make_hostile(i);
}

static void delete_space(unsigned n)
{
	for (unsigned i = 0; i < HOSTILES; i++)
		if (hostiles[i].space == n)
			delete_hostile(i);
	thread_delete(spaces[n].anchor);
	disown(spaces[n].anchor);
}

/* ---- what the director does to them ---- */

static void remake(unsigned i)
{
	delete_hostile(i);
	make_hostile(i);
}

static void rename(unsigned i)
{
	L4_ThreadId_t old = hostiles[i].id, t = next_id(i);

	if (L4_IsNilThread(old))
		return;
	adopt(t);
	require(thread_control(t, old, below(2) ? keeper : L4_nilthread, L4_nilthread, -1ul) == 0,
	       "a hostile thread is renamed");
	disown(old);
	require(!L4_Set_Priority(old, PRIO), "an old id names no thread");
	hostiles[i].id = t;
	know_hostiles();
}

static void move(unsigned i)
{
	unsigned n = (unsigned)below(SPACES);
	word error;

	if (L4_IsNilThread(hostiles[i].id))
		return;
	error = thread_control(hostiles[i].id, spaces[n].anchor, L4_nilthread, L4_nilthread, -1ul);
	require(error == 0 || error == L4_ErrNoMem, "a hostile thread is moved");
	if (error == 0)
		hostiles[i].space = n;
}

static void redirect(unsigned n)
{
	const L4_ThreadId_t to[] = { L4_anythread, L4_anythread, keeper, hostiles[below(HOSTILES)].id };
	word old;

	L4_SpaceControl(spaces[n].anchor, 0, L4_Nilpage, L4_Nilpage, to[below(sizeof to / sizeof *to)], &old);
}

static void take_memory(void)
{
	word log2 = 12 + below(HOSTILE_LOG2 - 11), at = pool(HOSTILE_PAGE) + below(1ul << HOSTILE_LOG2);

	L4_UnmapFpage(fpage(at >> log2 << log2, (int)log2, below(2) ? RWX : below(8)));
	if (below(4) == 0)
		L4_UnmapFpage(fpage(pool(COUNTS_PAGE), 12, RWX));
}

/* Stops, continues, ends IPC, sets some registers: it fails if the thread has given itself another pager. */
static void disturb(unsigned i)
{
	exchange(hostiles[i].id, below(1024), (struct exregs){
		.sp = below(2) ? stack_of(i) : hostile_address(),
		.ip = below(2) ? (word)hostile_main : hostile_address(),
		.flags = below(2) ? FLAGS_START : random_next(&state), .handle = below(1024), .pager = keeper.raw });
}

static void act(void)
{
	unsigned i = (unsigned)below(HOSTILES);

	hostile_records(area_of(i), RECORDS / 3);
	area_of(i)->handler = keeper;
	switch (below(24)) {
	case 0: case 1:
		remake(i);
		break;
	case 2: case 3:
		rename(i);
		break;
	case 4: case 5: case 6:
		set_schedule(i);
		break;
	case 7: case 8:
		redirect((unsigned)below(SPACES));
		break;
	case 9: case 10: case 11:
		take_memory();
		break;
	case 12: case 13:
		disturb(i);
		break;
	case 14:
		move(i);
		break;
	case 15:
		if (below(4) == 0) {
			unsigned n = (unsigned)below(SPACES);

			delete_space(n);
			make_space(n);
		}
		break;
	case 16: case 17: case 18:
		hostile_code(area_of(i));
		break;
	}
}

/* ---- a life ---- */

/* The calls since it was looked at. A thread that has made none is started again, or made again. */
static void look_at(unsigned i)
{
	struct hostile *h = &hostiles[i];
	word calls = ((struct hostile_count *)pool(COUNTS_PAGE))[i].calls, made = calls - h->seen;

	h->seen = calls;
	if (made > CALLS_OF_A_STEP)
		run.tampered++;
	else
		run.calls += made;
	if (made != 0)
		return;
	run.restarts++;
	set_schedule(i);
	if (L4_IsNilThread(h->id) || below(4) == 0 || !start_again(h->id, i))
		remake(i);
}

static void require_no_wrong(void)
{
	require(checked_wrong() == 0, checked_what() ? checked_what() : "");
}

static void check_victims(void)
{
	static word before[CHECKERS];

	require_no_wrong();
	if (run.step % PERIOD != 0)
		return;
	for (unsigned c = 0; c < CHECKERS; c++) {
		require(run.step == 0 || checked_rounds(c) != before[c], "a victim makes progress");
		before[c] = checked_rounds(c);
	}
}

static void begin_life(word seed)
{
	state = seed * 0x9e3779b97f4a7c15 | 1;
	hostile_seed(seed);
	kept.state = state;
	run.step = 0;
	checked_start(seed, PRIO, us(15), us(300));
	keeper = thread_start_prio(keep, 0, PRIO_KEEPER);
	know_others();
	for (unsigned i = 0; i < HOSTILES; i++) {
		hostile_records(area_of(i), RECORDS);
		hostile_code(area_of(i));
		area_of(i)->handler = keeper;
		hostiles[i].space = i % SPACES;
	}
	for (unsigned n = 0; n < SPACES; n++)
		make_space(n);
}

static void end_life(void)
{
	for (unsigned n = 0; n < SPACES; n++)
		delete_space(n);
	checked_end();
	thread_delete(keeper);
	pool_anew();
}

static void live(word seed, word calls)
{
	struct mark mark = world_mark();
	word begin = run.calls;

	begin_life(seed);
	for (; run.calls - begin < calls; run.step++) {
		unsigned above = (unsigned)below(HOSTILES);

		if (run.step % PERIOD == 0)
			print_state("forever:");
		check_victims();
		act();
		L4_Set_Priority(hostiles[above].id, PRIO + 1);
		sleep_us(us(50 + below(400)));
		L4_Set_Priority(hostiles[above].id, PRIO);
		for (word n = 0; n < LOOKS; n++)
			look_at((unsigned)((run.step * LOOKS + n) % HOSTILES));
	}
	require_no_wrong();
	end_life();
	world_release(mark);
}

static void close_sigma0(void)
{
	L4_Set_MsgTag(tag_make((word)N_SIGMA0_CLOSE << 4 & ~0ul >> 16, 0, 0));
	CHECK(L4_IpcSucceeded(L4_Call(__L4_Sigma0())));
}

/*
 * Shared slabs keep an empty frame, and more beside blocks that stay (docs/caveats.md, memory of deleted
 * threads), so the kernel's frames are not the same after each life: `most` is how many there were at most.
 */
static bool memory_is_back(const struct kernel_memory *before, word most)
{
	struct kernel_memory after;

	kernel_memory_look(&after);
	if (after.system.kmem_used <= most)
		after.system.kmem_used = before->system.kmem_used;
	return kernel_memory_same(before, &after);
}

static void first_lives(struct kernel_memory *before, word *most)
{
	*most = 0;
	for (unsigned i = 0; i < FIRST_LIVES; i++) {
		live(run.seed, FIRST_LIFE);
		kernel_memory_look(before);
		*most = before->system.kmem_used > *most ? before->system.kmem_used : *most;
	}
}

TEST(AEVR0001, "hostile threads for ever: victims find all right, and the kernel's memory comes back")
{
	static struct kernel_memory before;
	word asked = rounds_asked(), most;

	need_inspect();
	run.seed = args_number("seed", 1);
	close_sigma0();
	first_lives(&before, &most);
	run.calls = 0;
	for (; run.calls < asked; run.life++, run.seed++) {
		live(run.seed, asked < LIFE ? asked : LIFE);
		require(memory_is_back(&before, most), "the kernel's memory");
	}
	print_state("forever: ended");
	guest_figure("forever", run.calls, checked_wrong());
}
