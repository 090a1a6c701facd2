/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * between.c - every system call between any two others, by whichever thread runs then: pairs, and triples
 * whose middle one changes a space, a priority, a redirector or a thread's life. For an emulator with PCIDs;
 * tests/host/test_between.c does the same on the host, and looks at invariants, roots and translations.
 *
 * Five actors: A and A2 in one space, B and C in a space each, and ROOT in the test's. A list of actions is
 * in memory that all see: the actor that runs takes the next one. So after an action that blocks its actor,
 * or wakes another, the kernel has chosen the actor of the next one.
 *
 * Each page of the pool holds its number. What an actor reads at WINDOW and THERE, after each action, is the
 * page that belongs there, or the substitute that the pager maps where nothing is; and the substitute only,
 * where it is certain that the page was revoked. At the end the pages of the pool are revoked, and each actor
 * that is left must find the substitute everywhere.
 */
#include "attack.h"

enum role { A, A2, B, C, ROOT, ROLES };
enum {
	PAGES = 4, SPACES = 3, LOG2 = 14, THERE = WINDOW + (1 << 21), SUBSTITUTE = PAGES, PAGE_MARK = 0x5eed00,
	PRIO = 150, PRIO_HIGH = 155, PRIO_LOW = 120, PRIO_BOSS = 180, PRIO_PAGER = 200, PRIO_TEST = 100,
	UTCBS_APART = 16, CHILDREN = 7000, NAP_US = 10, REST_US = 50, UD2_BYTES = 2, CODE_BYTES = 1 << 17,
};

extern char __program_start[];

static L4_ThreadId_t id[ROLES + 1];		/* and nil */
static struct space space_a, space_b, space_c;
static L4_ThreadId_t boss, pager;
static word stack[ROLES];
static volatile word wrong, served;

/* ---- memory ---- */

static word marked(word i) { return PAGE_MARK + i; }

/*
 * What a space has lost at WINDOW, where it gets nothing new: the first so many pages, and the right to write
 * to them. Not known after an actor has moved; nor, of B, after a grant: what A revokes may not be B's then.
 */
static struct { volatile word pages, writable; } lost[SPACES];
static volatile bool moved, granted;

static enum space_of { OF_A, OF_B, OF_C } space_of(enum role r)
{
	return r == A || r == A2 ? OF_A : r == B ? OF_B : OF_C;
}

/* A page of the spaces of A and B: of A if it was flushed there, of B if A or ROOT revoked it, too. */
static void note_lost(enum role self, word pages, word rights, bool flush)
{
	for (enum space_of s = OF_A; s <= OF_B; s++) {
		bool own = flush && space_of(self) == s && self != ROOT;
		bool derived = self == ROOT || (s == OF_B && space_of(self) == OF_A && !granted);

		if ((!own && !derived) || moved)
			continue;
		if (rights == RWX && lost[s].pages < pages)
			lost[s].pages = pages;
		if (rights & L4_Writable && lost[s].writable < pages)
			lost[s].writable = pages;
	}
}

/* Page i of one of the two places: its own, or the substitute. */
static void use_page(enum role self, word at, word i)
{
	volatile word *page = (volatile word *)(at + i * PAGE);
	enum space_of s = space_of(self);
	bool known = at == WINDOW && !moved, is_lost = known && i < lost[s].pages;
	bool is_kept = known && i < lost[s].writable;
	word seen = page[0];

	wrong += seen != marked(SUBSTITUTE) && (is_lost || seen != marked(i));
	if (i % 2)
		return;
	page[1] = seen;
	wrong += is_kept && page[0] != marked(SUBSTITUTE);
}

static void use_pages(enum role self, word at)
{
	for (word i = 0; i < PAGES; i++)
		use_page(self, at, i);
}

/* WINDOW first, before a fault loads the pager's space; and last, so that the CPU has its translations. */
static void use_memory(enum role self)
{
	use_pages(self, WINDOW);
	use_pages(self, THERE);
	use_pages(self, WINDOW);
}

/* All is revoked: only the substitute is anywhere. */
static void find_nothing(void *unused)
{
	(void)unused;
	for (word i = 0; i < PAGES; i++)
		for (word at = WINDOW; at <= THERE; at += THERE - WINDOW)
			wrong += *(volatile word *)(at + i * PAGE) != marked(SUBSTITUTE);
	served++;
	L4_Receive(boss);
}

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
			L4_LoadMRs(1, 2, L4_MapItem(substitute, address & ~(word)(PAGE - 1)).raw);
			L4_Set_MsgTag(tag_make(0, 0, 2));
		} else {
			L4_LoadMR(1, address + UD2_BYTES);
			L4_Set_MsgTag(tag_make(0, 1, 0));
		}
		tag = L4_ReplyWait(from, &from);
	}
}

/* ---- what an actor may do; `to` is of no meaning to some ---- */

typedef void act(enum role self, L4_ThreadId_t to);

/* ROOT has the pages of the pool, and keeps them. */
static word pages_of(enum role self) { return self == ROOT ? pool(0) : WINDOW; }

static void ipc(L4_ThreadId_t to, L4_ThreadId_t from, L4_Time_t send, L4_Time_t receive)
{
	L4_Ipc(to, from, L4_Timeouts(send, receive), &from);
}

static void load(word u, word t) { L4_Set_MsgTag(tag_make(0, u, t)); }

static void send_it(enum role self, L4_ThreadId_t to)
{
	(void)self;
	load(1, 0);
	ipc(to, L4_nilthread, L4_ZeroTime, L4_Never);
}

static void call_it(enum role self, L4_ThreadId_t to)
{
	(void)self;
	load(2, 0);
	ipc(to, to, L4_Never, L4_Never);
}

static void answer(enum role self, L4_ThreadId_t to)
{
	(void)self;
	load(1, 0);
	ipc(to, L4_anythread, L4_ZeroTime, L4_Never);
}

static void await(enum role self, L4_ThreadId_t from)
{
	(void)self;
	ipc(L4_nilthread, from, L4_Never, L4_Never);
}

static void send_item(enum role self, L4_ThreadId_t to, bool grant)
{
	L4_Fpage_t f = fpage(pages_of(self), LOG2, RWX);

	granted |= grant;
	L4_LoadMR(1, grant && self != ROOT ? L4_GrantItem(f, THERE).raw[0] : L4_MapItem(f, THERE).raw[0]);
	L4_LoadMR(2, f.raw);
	load(0, 2);
	ipc(to, L4_nilthread, L4_ZeroTime, L4_Never);
}

static void map_to(enum role self, L4_ThreadId_t to) { send_item(self, to, false); }
static void grant_to(enum role self, L4_ThreadId_t to) { send_item(self, to, true); }

static void unmap(enum role self, int log2, word rights, bool flush)
{
	L4_Fpage_t f = fpage(pages_of(self), log2, rights);

	if (flush && self != ROOT)
		L4_Flush(f);
	else
		L4_UnmapFpage(f);
	note_lost(self, 1ul << (log2 - 12), rights, flush);
}

static void unmap_one(enum role self, L4_ThreadId_t to) { (void)to; unmap(self, 12, RWX, false); }
static void flush_one(enum role self, L4_ThreadId_t to) { (void)to; unmap(self, 12, RWX, true); }
static void flush_all(enum role self, L4_ThreadId_t to) { (void)to; unmap(self, LOG2, RWX, true); }
static void protect(enum role self, L4_ThreadId_t to) { (void)to; unmap(self, LOG2, L4_Writable, false); }
static void read_status(enum role self, L4_ThreadId_t to) { (void)to; unmap(self, LOG2, 0, true); }

static void set_attribute(enum role self, L4_ThreadId_t to)
{
	(void)to;
	L4_LoadMR(0, fpage(pages_of(self), LOG2, 0).raw);
	L4_MemoryControl(0, (const word[]){ 1, 1, 1, 1 });
}

static void switch_to_it(enum role self, L4_ThreadId_t to) { (void)self; L4_ThreadSwitch(to); }

static void nap(enum role self, L4_ThreadId_t to)
{
	(void)self;
	(void)to;
	L4_Sleep(L4_TimePeriod(NAP_US));
}

static void abort_it(enum role self, L4_ThreadId_t to) { (void)self; L4_AbortIpc_and_stop(to); L4_Start(to); }
static void halt_it(enum role self, L4_ThreadId_t to) { (void)self; L4_Stop(to); }
static void resume_it(enum role self, L4_ThreadId_t to) { (void)self; L4_Start(to); }
static void raise_it(enum role self, L4_ThreadId_t to) { (void)self; L4_Set_Priority(to, PRIO_HIGH); }
static void lower_it(enum role self, L4_ThreadId_t to) { (void)self; L4_Set_Priority(to, PRIO_LOW); }

static void control(L4_ThreadId_t dest, L4_ThreadId_t space)
{
	thread_control(dest, space, supervisor, L4_nilthread, -1ul);
}

static void delete_it(enum role self, L4_ThreadId_t to) { (void)self; control(to, L4_nilthread); }

static L4_ThreadId_t renamed(L4_ThreadId_t t) { return L4_GlobalId(L4_ThreadNo(t), L4_Version(t) + 2); }
static void rename_it(enum role self, L4_ThreadId_t to) { (void)self; control(renamed(to), to); }

static void move_it(enum role self, L4_ThreadId_t to)
{
	(void)self;
	moved = true;
	control(to, id[to.raw == id[B].raw ? C : B]);
}

/* A thread beside each actor, and one in a space of its own. */
static L4_ThreadId_t child(enum role r) { return L4_GlobalId(user_base + CHILDREN + r, 1); }

static enum role role_of(L4_ThreadId_t t)
{
	enum role r = 0;

	while (r < ROLES && id[r].raw != t.raw)
		r++;
	return r;
}

static void create_beside(enum role self, L4_ThreadId_t to) { (void)self; control(child(role_of(to)), to); }

static void create_space(enum role self, L4_ThreadId_t to)
{
	(void)self;
	(void)to;
	control(child(ROLES), child(ROLES));
}

static void redirect(L4_ThreadId_t to, L4_ThreadId_t redirector)
{
	word old;

	L4_SpaceControl(to, 0, L4_Nilpage, L4_Nilpage, redirector, &old);
}

static void redirect_it(enum role self, L4_ThreadId_t to)
{
	(void)self;
	redirect(to, id[to.raw == id[C].raw ? B : C]);
}

static void redirect_not(enum role self, L4_ThreadId_t to) { (void)self; redirect(to, L4_anythread); }
static void except(enum role self, L4_ThreadId_t to) { (void)self; (void)to; trap_ud(); }

enum { CHANGES = 1, PRIVILEGED = 2, MANAGES = CHANGES | PRIVILEGED };
enum {
	TO_A = 1 << A, TO_A2 = 1 << A2, TO_B = 1 << B, TO_C = 1 << C, TO_ROOT = 1 << ROOT, NO_ONE = 1 << ROLES,
};

static const struct kind { act *play; unsigned flags, to; } kinds[] = {
	{ send_it, 0, TO_A | TO_B | TO_C }, { call_it, 0, TO_A | TO_B | TO_C },
	{ answer, 0, TO_A | TO_B | TO_C }, { await, 0, TO_A | TO_B | TO_ROOT },
	{ switch_to_it, 0, TO_B | TO_ROOT | NO_ONE },
	{ map_to, CHANGES, TO_A | TO_B | TO_C }, { grant_to, CHANGES, TO_B | TO_C },
	{ abort_it, CHANGES, TO_A | TO_A2 | TO_B }, { halt_it, CHANGES, TO_A | TO_A2 | TO_B },
	{ resume_it, CHANGES, TO_A2 },
	{ raise_it, MANAGES, TO_A2 | TO_B | TO_C }, { lower_it, MANAGES, TO_A | TO_B | TO_ROOT },
	{ delete_it, MANAGES, TO_A | TO_A2 | TO_B | TO_C },
	{ rename_it, MANAGES, TO_A | TO_A2 | TO_B | TO_C }, { move_it, MANAGES, TO_A | TO_A2 | TO_B | TO_C },
	{ create_beside, MANAGES, TO_A | TO_B }, { create_space, MANAGES, NO_ONE },
	{ redirect_it, MANAGES, TO_A | TO_B | TO_C }, { redirect_not, MANAGES, TO_A | TO_B },
	{ unmap_one, CHANGES, NO_ONE }, { flush_one, CHANGES, NO_ONE }, { flush_all, CHANGES, NO_ONE },
	{ protect, CHANGES, NO_ONE }, { read_status, CHANGES, NO_ONE }, { set_attribute, CHANGES, NO_ONE },
	{ nap, 0, NO_ONE }, { except, 0, NO_ONE },
};

enum { KINDS = sizeof kinds / sizeof *kinds };

static struct action { act *play; unsigned flags; enum role to; } actions[KINDS * ROLES];
static unsigned nactions;

static void list_actions(void)
{
	nactions = 0;
	for (unsigned k = 0; k < KINDS; k++)
		for (unsigned r = 0; r <= ROLES; r++)
			if (kinds[k].to & 1u << r)
				actions[nactions++] = (struct action){ kinds[k].play, kinds[k].flags, r };
}

/* ---- scenes: what has been done before, and so who runs ---- */

enum { BEFORE = 6, LENGTH = 3 };

struct scene { const char *name; unsigned length; struct action before[BEFORE]; };

static const struct scene scenes[] = {
	{ "a client", 3, { { await, 0, ROLES + 1 }, { call_it, 0, B }, { answer, 0, A } } },
	{ "a server", 2, { { await, 0, ROLES + 1 }, { call_it, 0, B } } },
	{ "ROOT", 6, { { await, 0, ROLES + 1 }, { call_it, 0, B }, { answer, 0, A }, { await, 0, B },
		       { await, 0, ROLES + 1 }, { await, 0, ROLES + 1 } } },
};

static const struct scene *scene;
static struct action list[BEFORE + LENGTH];
static volatile unsigned next, end;

static L4_ThreadId_t partner(enum role to) { return to > ROLES ? L4_anythread : id[to]; }

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
	(void)*(volatile word *)&id[0].raw;
}

/* A list whose next action the actor may not do is over. */
static void be_actor(void *arg)
{
	enum role self = (enum role)(word)arg;

	if (self != ROOT) {
		touch_program();
		L4_Set_ExceptionHandler(pager);
	}
	L4_Accept(L4_MapGrantItems(L4_CompleteAddressSpace));
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

	L4_LoadMRs(1, 2, L4_MapItem(all, 0).raw);
	load(0, 2);
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

	for (word i = 0; i <= PAGES; i++)
		*(volatile word *)pool((unsigned)i) = marked(i);
	make_space(&space_a, 0);
	make_space(&space_b, 1);
	make_space(&space_c, 2);
	map_into(&space_a, fpage(pool(0), LOG2, RWX), 0, window(0, LOG2), &seen);
	CHECK_EQ(seen.error, 0);
	share();
	id[A] = start_actor(&space_a, A);
	id[A2] = start_actor(&space_a, A2);
	id[B] = start_actor(&space_b, B);
	id[C] = start_actor(&space_c, C);
	id[ROOT] = thread_start_prio(be_actor, (void *)(word)ROOT, PRIO);
	thread_delete(space_a.anchor);		/* the space ends with its last actor */
	thread_delete(space_b.anchor);
	thread_delete(space_c.anchor);
}

/* All begin, in this order, when the test's priority falls below theirs; and all stop before it runs. */
static void play(void)
{
	static const enum role order[] = { B, A, A2, C, ROOT };

	L4_Set_Priority(L4_Myself(), PRIO_BOSS);
	for (unsigned i = 0; i < ROLES; i++) {
		L4_Set_MsgTag(L4_Niltag);
		CHECK(L4_IpcSucceeded(L4_Send(id[order[i]])));
	}
	L4_Set_Priority(L4_Myself(), PRIO_TEST);
	L4_Sleep(L4_TimePeriod(REST_US));
}

/* Each actor that is left, by whatever id. */
static void look_behind(void)
{
	L4_UnmapFpage(fpage(pool(0), LOG2, RWX));
	L4_UnmapFpage(fpage(pool(SUBSTITUTE), 12, RWX));
	for (enum role r = A; r < ROOT; r++) {
		redirect(id[r], L4_anythread);
		redirect(renamed(id[r]), L4_anythread);
	}
	for (enum role r = A; r < ROOT; r++) {
		word frame = thread_frame(stack[r], find_nothing, 0);

		L4_Start_SpIp(id[r], frame, (word)guest_thread_entry);
		L4_Start_SpIp(renamed(id[r]), frame, (word)guest_thread_entry);
	}
	L4_Sleep(L4_TimePeriod(REST_US));
}

static void take_down(void)
{
	for (enum role r = A; r <= ROLES; r++)
		control(child(r), L4_nilthread);
	thread_delete(id[ROOT]);
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
	moved = granted = false;
	for (unsigned i = 0; i < SPACES; i++)
		lost[i].pages = lost[i].writable = 0;
	end = scene->length + length;
	build();
	play();
	CHECK(next >= scene->length);
	look_behind();
	take_down();
	world_release(mark);
	return next - scene->length;
}

/* ---- all lists, or each n-th ---- */

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
			} else if (is_chosen()) {
				played++;
				try_list((unsigned[]){ x, y }, 2);
			}
}

TEST(ABET0001, "between any two calls any third: actors see their own pages, and none that was revoked")
{
	enum { MANY = 1000, ONE_IN = 997, ONE_IN_OF_MANY = 41 };		/* primes: of each kind of list some */

	boss = L4_Myself();
	pager = thread_start_prio(serve, 0, PRIO_PAGER);
	every = rounds_asked() < MANY ? ONE_IN : ONE_IN_OF_MANY;
	list_actions();
	for (unsigned i = 0; i < sizeof scenes / sizeof *scenes; i++)
		in_scene(&scenes[i]);
	guest_note("looked behind", served);
	guest_figure("between-guest", played, wrong);
	CHECK(served > played);
	CHECK_EQ(wrong, 0);
}
