/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * between.c - every system call between any two others, by whichever thread runs then: pairs, and triples
 * whose middle one changes a space, a priority, a redirector or a thread's life. For an emulator with PCIDs;
 * tests/core/host/sys/test_between.c does the same on the host, and looks at invariants and translations.
 *
 * A list of actions of the five actors is in memory that all see: the actor that runs takes the next one. So
 * after an action that blocks its actor, or wakes another, the kernel has chosen the actor of the next one.
 * After each action its actor looks at its memory. At the end the pages of the pool are revoked, and each
 * actor that is left must find the substitute everywhere.
 */
#include "between.h"

enum {
	PRIO = 150, PRIO_BOSS = 180, PRIO_PAGER = 200, PRIO_TEST = 100, UTCBS_APART = 16, REST_US = 50,
	PLAY_US = 5000, CODE_BYTES = 1 << 17,
};

extern char __program_start[];

static struct space space_a, space_b, space_c;
static L4_ThreadId_t boss, pager;
static word stack[ROLES];
static volatile word served;

/* The pager and exception handler of all actors but ROOT. */
static void serve(void *unused)
{
	L4_Fpage_t substitute = fpage(pool(SUBSTITUTE), 12, RW);
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	(void)unused;
	for (;;) {
		word address = mr(1);

		if (image_fault(tag, address)) {
			image_map(address);
		} else if (tag_protocol(tag) == N_PAGEFAULT) {
			L4_UnmapFpage(L4_FpageAddRights(substitute, RWX));
			load_map(1, substitute, address & ~(word)(PAGE - 1));
			L4_Set_MsgTag(tag_make(0, 0, 2));
		} else {
			L4_LoadMR(1, address + (word)trap_ud_next - (word)trap_ud);
			L4_Set_MsgTag(tag_make(0, 1, 0));
		}
		tag = L4_ReplyWait(from, &from);
	}
}

static void look_everywhere(void *unused)
{
	(void)unused;
	find_nothing();
	served++;
	L4_Receive(boss);
}

/* ---- scenes: the actions before; they decide which thread runs ---- */

enum { BEFORE = 6, LENGTH = 3 };

struct scene { const char *name; unsigned length; struct action before[BEFORE]; };

static const struct scene scenes[] = {
	{ "a client", 3, { { await, 0, ROLES + 1 }, { call_it, 0, B }, { answer, 0, A } } },
	{ "a server", 2, { { await, 0, ROLES + 1 }, { call_it, 0, B } } },
	{ "ROOT", 6, { { await, 0, ROLES + 1 }, { call_it, 0, B }, { answer, 0, A }, { await, 0, B },
		       { await, 0, ROLES + 1 }, { await, 0, ROLES + 1 } } },
};

enum { SCENES = sizeof scenes / sizeof *scenes };

static const struct scene *scene;
static struct action actions[ACTIONS];
static unsigned nactions;
static struct action list[BEFORE + LENGTH];
static volatile unsigned next, end;

static L4_ThreadId_t partner(enum role to) { return to > ROLES ? L4_anythread : actor[to]; }

/* ROOT's exceptions would end the test; the others have no privilege. */
static bool may_do(enum role self, const struct action *a)
{
	return self == ROOT ? a->play != except : !(a->flags & PRIVILEGED);
}

/* The code and what the actors share: few faults come later. */
static void touch_program(void)
{
	for (word at = 0; at < CODE_BYTES; at += PAGE)
		(void)*(volatile char *)(__program_start + at);
	(void)*(volatile unsigned *)&next;
	(void)*(volatile word *)&actor[0].raw;
}

/* A list whose next action the actor may not do is over. */
static void be_actor(void *arg)
{
	enum role self = (enum role)(word)arg;

	if (self != ROOT) {
		touch_program();
		L4_Set_ExceptionHandler(pager);
	}
	accept_items(self);
	L4_Receive(boss);
	while (next < end) {
		const struct action *a = &list[next];

		if (!may_do(self, a)) {
			end = next;
			break;
		}
		next++;
		a->play(self, partner(a->to));
		if (self != ROOT)
			use_memory(self);
	}
	L4_Receive(boss);
}

/* ---- one list ---- */

static L4_ThreadId_t start_actor(struct space *s, enum role r)
{
	L4_ThreadId_t t = space_waiting(s, pager);

	stack[r] = stack_new();
	L4_Set_Priority(t, PRIO);
	L4_Start_SpIp(t, thread_frame(stack[r], be_actor, (void *)(word)r), (word)guest_thread_entry);
	return t;
}

static void make_space(struct space *s, unsigned place)
{
	space_make(s);
	s->utcbs = place * UTCBS_APART;		/* an actor that moves finds its UTCB's place free */
}

static void give_pages(void *to)
{
	L4_Fpage_t all = fpage(WINDOW, LOG2, RWX);

	load_map(1, all, 0);
	L4_Set_MsgTag(tag_make(0, 0, 2));
	L4_Send(*(L4_ThreadId_t *)to);
}

/* A's pages are B's, too. */
static void share(void)
{
	static struct receiver r;
	static L4_ThreadId_t to;
	L4_ThreadId_t giver;

	r = (struct receiver){ .from = L4_anythread, .window = window(0, LOG2).raw & ~0xful };
	to = space_start(&space_b, receive_once, &r);
	giver = space_start(&space_a, give_pages, &to);
	CHECK(r.got.done && r.got.error == 0);
	thread_delete(giver);
	thread_delete(to);
}

static void build(void)
{
	struct received seen;

	make_space(&space_a, 0);
	make_space(&space_b, 1);
	make_space(&space_c, 2);
	map_into(&space_a, fpage(pool(0), LOG2, RWX), 0, window(0, LOG2), &seen);
	CHECK_EQ(seen.error, 0);
	share();
	actor[A] = start_actor(&space_a, A);
	actor[A2] = start_actor(&space_a, A2);
	actor[B] = start_actor(&space_b, B);
	actor[C] = start_actor(&space_c, C);
	actor[ROOT] = thread_start_prio(be_actor, (void *)(word)ROOT, PRIO);
	thread_delete(space_a.anchor);		/* the space ends with its last actor */
	thread_delete(space_b.anchor);
	thread_delete(space_c.anchor);
}

/*
 * All begin, in this order, when the test sleeps, and stop long before it runs; but for two that are each
 * other's redirectors: what they send for their page faults answers the other's, and both fault for ever.
 */
static void play(void)
{
	static const enum role order[] = { B, A, A2, C, ROOT };

	L4_Set_Priority(L4_Myself(), PRIO_BOSS);
	for (unsigned i = 0; i < ROLES; i++) {
		L4_Set_MsgTag(L4_Niltag);
		CHECK(L4_IpcSucceeded(L4_Send(actor[order[i]])));
	}
	L4_Sleep(L4_TimePeriod(PLAY_US));
}

/* Each actor that is left, by whatever id. */
static void look_behind(void)
{
	L4_UnmapFpage(fpage(pool(0), LOG2, RWX));
	L4_UnmapFpage(fpage(pool(SUBSTITUTE), 12, RWX));
	for (enum role r = A; r < ROOT; r++) {
		redirect(actor[r], L4_anythread);
		redirect(renamed(actor[r]), L4_anythread);
	}
	for (enum role r = A; r < ROOT; r++) {
		word frame = thread_frame(stack[r], look_everywhere, 0);

		L4_Start_SpIp(actor[r], frame, (word)guest_thread_entry);
		L4_Start_SpIp(renamed(actor[r]), frame, (word)guest_thread_entry);
	}
	L4_Set_Priority(L4_Myself(), PRIO_TEST);
	L4_Sleep(L4_TimePeriod(REST_US));
}

static void take_down(void)
{
	delete_children();
	thread_delete(actor[ROOT]);
	space_delete(&space_a);
	space_delete(&space_b);
	space_delete(&space_c);
}

/* How many of the actions could be done. */
static unsigned try_list(const unsigned *what, unsigned length)
{
	struct mark mark = world_mark();

	for (unsigned i = 0; i < scene->length; i++)
		list[i] = scene->before[i];
	for (unsigned i = 0; i < length; i++)
		list[scene->length + i] = actions[what[i]];
	next = 0;
	begin_list();
	end = scene->length + length;
	build();
	play();
	CHECK(next >= scene->length);
	look_behind();
	look_at_pool();
	take_down();
	world_release(mark);
	return next - scene->length;
}

/* ---- each n-th list; with all rounds all pairs ---- */

enum { MANY = 1000, ONE_IN = 1999, ONE_IN_OF_MANY = 41 };	/* primes: of each kind of list some */

static word played, turn, every;

static bool is_chosen(void) { return turn++ % every == 0; }

static void with_middle(unsigned x, unsigned y)
{
	for (unsigned z = 0; z < nactions; z++)
		if (is_chosen()) {
			played++;
			if (try_list((unsigned[]){ x, y, z }, 3) < 2)
				return;
		}
}

static void in_scene(const struct scene *s)
{
	scene = s;
	for (unsigned x = 0; x < nactions; x++)
		for (unsigned y = 0; y < nactions; y++)
			if (actions[y].flags & CHANGES) {
				with_middle(x, y);
			} else if (is_chosen() || every == ONE_IN_OF_MANY) {
				played++;
				try_list((unsigned[]){ x, y }, 2);
			}
}

static unsigned number_of(act *play, enum role to)
{
	unsigned i = 0;

	while (actions[i].play != play || actions[i].to != to)
		i++;
	return i;
}

/* In each run: B and C fault for ever, as said at play. */
static void try_each_others_redirectors(void)
{
	scene = &scenes[SCENES - 1];
	try_list((unsigned[]){ number_of(redirect_it, B), number_of(redirect_it, C), number_of(move_it, A) }, 3);
	played++;
}

TEST(ABET0001, "between any two calls any third: actors see their own pages, and none that was revoked")
{
	boss = L4_Myself();
	pager = thread_start_prio(serve, 0, PRIO_PAGER);
	every = rounds_asked() < MANY ? ONE_IN : ONE_IN_OF_MANY;
	nactions = list_actions(actions);
	try_each_others_redirectors();
	use_children();
	memory_note();
	for (unsigned i = 0; i < SCENES; i++)
		in_scene(&scenes[i]);
	guest_note("looked behind", served);
	guest_figure("between-guest", played, between_wrong);
	guest_note("strings came", between_strings);
	CHECK(served > played && between_strings > 0);
	CHECK_EQ(between_wrong, 0);
	CHECK_EQ(memory_changed(), 0);
}
