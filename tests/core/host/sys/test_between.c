/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_between.c - every system call between any two others, by whichever thread runs then: all pairs, and
 * all triples whose middle one changes a space, a priority, a redirector or a thread's life. Calls enter by
 * the fast path as programs' do.
 *
 * After each call all invariants are checked, the root that the CPU has loaded is that of a live space, and
 * no translation that user code could use differs from its table; in the end the threads that are left access
 * their memory. A sequence is wrong if an invariant is broken, or one of these is not so.
 */
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <core/arch.h>
#include <lib/section.h>
#include <x2/inspect.h>
#include "attack.h"
#include "world.h"

#define NIL L4_NILTHREAD

enum role { A, A2, B, C, ROOT, ROLES };
enum {
	PAGE = 0x1000, VA = 0x400000, THERE = VA + 0x200000, PAGES = 4, LOG2 = 14, LINE = 6, HIGH = 150, LOW = 50,
	BYTES = 64, SLICE_US = 2000, QUANTUM_US = 9000, DELAY_US = 300, LIMIT_KIB = 256,
	FREE_UTCB = 64 * L4_UTCB_BYTES,
};

/* Kept when the thread is gone. */
static l4_tid_t id[ROLES + 1];		/* and nil */

/* ---- what a thread may do; `to` is of no meaning to some ---- */

#define NEVER timeouts(TIME_NEVER, TIME_NEVER)
#define AT_ONCE timeouts(TIME_ZERO, TIME_NEVER)

typedef void act(struct thread *self, l4_tid_t to);

static void send_it(struct thread *self, l4_tid_t to)
{
	PUT(self, 1, self->id.raw);
	CALL(self, L4_CALL_IPC, to.raw, 0, AT_ONCE);
}

static void call_it(struct thread *self, l4_tid_t to)
{
	PUT(self, 2, self->id.raw, to.raw);
	CALL(self, L4_CALL_IPC, to.raw, to.raw, NEVER);
}

static void answer(struct thread *self, l4_tid_t to)
{
	PUT(self, 3, self->id.raw);
	CALL(self, L4_CALL_IPC, to.raw, L4_ANYTHREAD.raw, AT_ONCE);
}

static void await(struct thread *self, l4_tid_t from) { CALL(self, L4_CALL_IPC, 0, from.raw, NEVER); }

static void send_lipc(struct thread *self, l4_tid_t to)
{
	PUT(self, 1, self->id.raw);
	CALL(self, L4_CALL_LIPC, to.raw, 0, AT_ONCE);
}

static void send_for_a2(struct thread *self, l4_tid_t to)
{
	PUT(self, 1, self->id.raw);
	in_name_of(self, id[A2]);
	CALL(self, L4_CALL_IPC, to.raw, 0, NEVER);
}

/* From a page that may be another by now to one that may be read-only. */
static void send_string(struct thread *self, l4_tid_t to)
{
	put_mr(self, 0, l4_tag(1, 0, 2).raw);
	put_mr(self, 1, (l4_word_t)BYTES << 10);
	put_mr(self, 2, VA);
	CALL(self, L4_CALL_IPC, to.raw, 0, AT_ONCE);
}

static void send_item(struct thread *self, l4_tid_t to, bool grant)
{
	put_map(self, l4_fpage(VA, LOG2, L4_RWX), THERE, grant);
	CALL(self, L4_CALL_IPC, to.raw, 0, AT_ONCE);
}

static void map_to(struct thread *self, l4_tid_t to) { send_item(self, to, false); }
static void grant_to(struct thread *self, l4_tid_t to) { send_item(self, to, true); }

static void unmap_pages(struct thread *self, unsigned log2, unsigned rights, bool flush)
{
	unmap_fpage(self, l4_fpage(VA, log2, rights), flush);
}

static void unmap_one(struct thread *self, l4_tid_t to) { (void)to; unmap_pages(self, 12, L4_RWX, false); }
static void flush_one(struct thread *self, l4_tid_t to) { (void)to; unmap_pages(self, 12, L4_RWX, true); }
static void flush_all(struct thread *self, l4_tid_t to) { (void)to; unmap_pages(self, LOG2, L4_RWX, true); }
static void protect(struct thread *self, l4_tid_t to) { (void)to; unmap_pages(self, LOG2, L4_W, false); }
static void read_status(struct thread *self, l4_tid_t to) { (void)to; unmap_pages(self, LOG2, 0, true); }

static void set_attribute(struct thread *self, l4_tid_t to)
{
	(void)to;
	put_mr(self, 0, l4_fpage(VA, LOG2, 0).raw);
	CALL(self, L4_CALL_MEMORY_CONTROL, 0, 1, 1, 1, 1);
}

static void switch_to_it(struct thread *self, l4_tid_t to) { CALL(self, L4_CALL_THREAD_SWITCH, to.raw); }
static void read_clock(struct thread *self, l4_tid_t to) { (void)to; CALL(self, L4_CALL_SYSTEM_CLOCK); }

static void set_tls(struct thread *self, l4_tid_t to) { (void)to; CALL(self, L4_CALL_SET_TLS, VA); }

static void inspect(struct thread *self, l4_tid_t to)
{
	CALL(self, L4_CALL_INSPECT, L4_INSPECT_THREAD, 0, l4_tid_number(to));
}

static void set_processor(struct thread *self, l4_tid_t to)
{
	(void)to;
	CALL(self, L4_CALL_PROCESSOR_CONTROL);
}

static void exchange(struct thread *self, l4_tid_t to, l4_word_t control)
{
	CALL(self, L4_CALL_EXCHANGE_REGISTERS, to.raw, control);
}

static void abort_it(struct thread *self, l4_tid_t to)
{
	exchange(self, to, L4_EXREGS_SEND | L4_EXREGS_RECEIVE);
}

static void halt_it(struct thread *self, l4_tid_t to)
{
	exchange(self, to, L4_EXREGS_SET_HALT | L4_EXREGS_HALT);
}

static void resume_it(struct thread *self, l4_tid_t to) { exchange(self, to, L4_EXREGS_SET_HALT); }

static void set_priority(struct thread *self, l4_tid_t to, l4_word_t prio)
{
	CALL(self, L4_CALL_SCHEDULE, to.raw, KEEP, KEEP, prio, KEEP);
}

static void raise_it(struct thread *self, l4_tid_t to) { set_priority(self, to, HIGH); }
static void lower_it(struct thread *self, l4_tid_t to) { set_priority(self, to, LOW); }

static void set_times(struct thread *self, l4_tid_t to)
{
	CALL(self, L4_CALL_SCHEDULE, to.raw, time_us(SLICE_US) << 16 | time_us(QUANTUM_US), KEEP, KEEP,
	     (l4_word_t)HIGH << 16 | DELAY_US);
}

static void control(struct thread *self, l4_tid_t dest, l4_tid_t space)
{
	CALL(self, L4_CALL_THREAD_CONTROL, dest.raw, space.raw, 0, 0, KEEP);
}

static void delete_it(struct thread *self, l4_tid_t to) { control(self, to, NIL); }

static void rename_it(struct thread *self, l4_tid_t to)
{
	control(self, l4_tid_global(l4_tid_number(to), l4_tid_version(to) + 1), to);
}

static void move_it(struct thread *self, l4_tid_t to) { control(self, to, id[l4_tid_eq(to, id[B]) ? C : B]); }

/* A second thread number of to's, and a space of its own. */
static l4_tid_t child_of(l4_tid_t to) { return l4_tid_global(l4_tid_number(to) + 100, 1); }

static void create(struct thread *self, l4_tid_t child, l4_tid_t space)
{
	CALL(self, L4_CALL_THREAD_CONTROL, child.raw, space.raw, id[ROOT].raw, 0, KEEP);
}

static void create_beside(struct thread *self, l4_tid_t to) { create(self, child_of(to), to); }
static void create_space(struct thread *self, l4_tid_t to) { create(self, child_of(to), child_of(to)); }

/* The thread beside `to`, which is inactive before: it has a pager and a UTCB then. */
static void activate_beside(struct thread *self, l4_tid_t to)
{
	CALL(self, L4_CALL_THREAD_CONTROL, child_of(to).raw, to.raw, 0, id[ROOT].raw,
	     L4_INITIAL_UTCB + FREE_UTCB);
}

/* Of the space that create_space has made. */
static void set_areas(struct thread *self, l4_tid_t to)
{
	CALL(self, L4_CALL_SPACE_CONTROL, child_of(to).raw, 0,
	     l4_fpage(L4_INITIAL_KIP, L4_KIP_AREA_LOG2, 0).raw,
	     l4_fpage(L4_INITIAL_UTCB, SPACE_UTCB_LOG2, 0).raw, 0);
}

static void set_limit(struct thread *self, l4_tid_t to)
{
	CALL(self, L4_CALL_SPACE_CONTROL, to.raw, L4_SPACE_KMEM_LIMIT | LIMIT_KIB, 0, 0, 0);
}

static void redirect_to(struct thread *self, l4_tid_t to, l4_tid_t redirector)
{
	CALL(self, L4_CALL_SPACE_CONTROL, to.raw, 0, 0, 0, redirector.raw);
}

static void redirect_it(struct thread *self, l4_tid_t to)
{
	redirect_to(self, to, id[l4_tid_eq(to, id[C]) ? B : C]);
}

static void redirect_not(struct thread *self, l4_tid_t to) { redirect_to(self, to, L4_ANYTHREAD); }

/* Not calls, but they come between two of them. */
static void fault(struct thread *self, l4_tid_t to) { (void)to; touch(self, 3 * VA, L4_R); }
static void except(struct thread *self, l4_tid_t to) { (void)to; world_settle(fault_exception(self, 6, 0)); }
static void tick(struct thread *self, l4_tid_t to) { (void)self, (void)to; world_pass(CFG_TIMESLICE_US); }
static void interrupt(struct thread *self, l4_tid_t to) { (void)self, (void)to; world_irq(LINE); }

enum { CHANGES = 1, PRIVILEGED = 2, MANAGES = CHANGES | PRIVILEGED };
enum {
	TO_A = 1 << A, TO_A2 = 1 << A2, TO_B = 1 << B, TO_C = 1 << C, TO_ROOT = 1 << ROOT, NO_ONE = 1 << ROLES,
};

static const struct kind { act *play; unsigned flags, to; } kinds[] = {
	{ send_it, 0, TO_A | TO_B | TO_C }, { call_it, 0, TO_A | TO_B | TO_C },
	{ answer, 0, TO_A | TO_B | TO_C }, { await, 0, TO_A | TO_B | TO_ROOT },
	{ send_lipc, 0, TO_A | TO_A2 }, { send_for_a2, 0, TO_B }, { send_string, 0, TO_B | TO_C },
	{ switch_to_it, 0, TO_B | TO_ROOT }, { set_tls, 0, NO_ONE }, { inspect, 0, TO_B },
	{ set_processor, PRIVILEGED, NO_ONE }, { set_times, MANAGES, TO_A | TO_B },
	{ map_to, CHANGES, TO_A | TO_B | TO_C }, { grant_to, CHANGES, TO_B | TO_C },
	{ abort_it, CHANGES, TO_A | TO_A2 | TO_B }, { halt_it, CHANGES, TO_A | TO_A2 | TO_B },
	{ resume_it, CHANGES, TO_A2 },
	{ raise_it, MANAGES, TO_A2 | TO_B | TO_C }, { lower_it, MANAGES, TO_A | TO_B | TO_ROOT },
	{ delete_it, MANAGES, TO_A | TO_A2 | TO_B | TO_C | TO_ROOT },
	{ rename_it, MANAGES, TO_A | TO_A2 | TO_B | TO_C }, { move_it, MANAGES, TO_A | TO_A2 | TO_B | TO_C },
	{ create_beside, MANAGES, TO_A | TO_B }, { create_space, MANAGES, NO_ONE },
	{ activate_beside, MANAGES, TO_A | TO_B }, { set_areas, MANAGES, NO_ONE },
	{ set_limit, MANAGES, TO_A | TO_B },
	{ redirect_it, MANAGES, TO_A | TO_B | TO_C | TO_ROOT }, { redirect_not, MANAGES, TO_A | TO_B },
	{ unmap_one, CHANGES, NO_ONE }, { flush_one, CHANGES, NO_ONE }, { flush_all, CHANGES, NO_ONE },
	{ protect, CHANGES, NO_ONE }, { read_status, CHANGES, NO_ONE }, { set_attribute, CHANGES, NO_ONE },
	{ read_clock, 0, NO_ONE }, { fault, 0, NO_ONE }, { except, 0, NO_ONE }, { tick, 0, NO_ONE },
	{ interrupt, 0, NO_ONE },
};

static struct action { act *play; unsigned flags, to; } actions[ARRAY_LEN(kinds) * ROLES];
static unsigned nactions;

static void list_actions(void)
{
	for (unsigned k = 0; k < ARRAY_LEN(kinds); k++)
		for (unsigned r = 0; r <= ROLES; r++)
			if (kinds[k].to & 1 << r)
				actions[nactions++] = (struct action){ kinds[k].play, kinds[k].flags, r };
}

/* ---- scenes ---- */

static void boot(void)
{
	struct boot_info info;
	struct thread *t[ROLES];

	world_boot_info(&info);
	strcpy(info.cmdline, "kmem=2M");
	world_boot_from(&info);
	t[ROOT] = root;
	t[A] = new_space();
	t[A2] = new_thread(t[A]);
	t[B] = new_space();
	t[C] = new_space();
	give(t[A], ram(LOG2), VA, LOG2, L4_RWX);
	accept_window(t[B], L4_COMPLETE);
	CHECK(!receive_from(t[B], t[A]->id));
	put_map(t[A], l4_fpage(VA, LOG2, L4_RWX), VA, false);
	CHECK(send_to(t[A], t[B]));
	CHECK(thread_control(root, l4_tid_global(LINE, 1), NIL, NIL, t[C]->id, KEEP));
	for (unsigned r = 0; r < ROLES; r++) {
		id[r] = t[r]->id;
		accept_window(t[r], L4_COMPLETE);
		*thread_tcr(t[r], L4_TCR_BR0) |= 1;
		*thread_tcr(t[r], L4_TCR_BR0 - 1) = (l4_word_t)BYTES << 10;
		*thread_tcr(t[r], L4_TCR_BR0 - 2) = VA + PAGE;
		*thread_tcr(t[r], L4_TCR_EXCEPTION_HANDLER) = id[B].raw;
	}
}

/* All of them have run; A has called B, and C waits for the interrupt. */
static void acquaint(void)
{
	CHECK(!receive_from(thread_find(id[C]), L4_ANYTHREAD));
	CHECK(!receive_from(thread_find(id[B]), L4_ANYTHREAD));
	CHECK(!call_to(thread_find(id[A]), thread_find(id[B])));
}

static void client_runs(void)
{
	acquaint();
	CHECK(!receive_from(thread_find(id[A2]), L4_ANYTHREAD));
	ipc(thread_find(id[B]), id[A], L4_ANYTHREAD, AT_ONCE);
	world_run(thread_find(id[A]));
}

static void server_runs(void)
{
	acquaint();
	CHECK(!call_to(thread_find(id[A2]), thread_find(id[B])));
	world_run(thread_find(id[B]));
}

static void root_runs(void)
{
	client_runs();
	CHECK(!receive_from(thread_find(id[A]), L4_ANYTHREAD));
	world_run(root);
}

/* ---- one sequence ---- */

static void access_memory(struct space *s)
{
	uint64_t pa;

	for (unsigned i = 0; i < PAGES; i++) {
		host_user_access(s, VA + i * (l4_word_t)PAGE, i % 2 ? L4_W : L4_R, &pa);
		host_user_access(s, THERE + i * (l4_word_t)PAGE, i % 2 ? L4_R : L4_W, &pa);
	}
}

static bool root_is_live(void)
{
	struct space *loaded = tlb_here()->loaded;

	for (struct tree_node *n = tree_first(&mem.space_tree); n; n = tree_next(n))
		if (space_at(n) == loaded)
			return host_tlb_is_loaded(loaded);
	return false;
}

/* The thread that runs uses its memory; what it could use of others' tables is looked at. */
static bool all_is_well(void)
{
	struct thread *self = world_current();

	for (struct tree_node *n = tree_first(&mem.space_tree); n; n = tree_next(n))
		host_tlb_check(space_at(n));
	if (!root_is_live())
		return false;
	if (self->kind == THREAD_USER)
		access_memory(self->space);
	return true;
}

static void all_access_memory(void)
{
	for (unsigned r = 0; r < ROLES; r++) {
		struct thread *t = thread_find(id[r]);

		if (t && t->space->state == SPACE_LIVE)
			access_memory(t->space);
	}
}

/* False: the thread that runs has no right to do this. */
static bool perform(const struct action *a)
{
	struct thread *self = world_current();

	if (self->kind != THREAD_USER || (a->flags & PRIVILEGED && !self->space->privileged))
		return false;
	a->play(self, id[a->to]);
	return true;
}

static unsigned long played, wrong, turn, every;

/* How many of the actions could be done before one could not, or all; what is not well is counted. */
static unsigned sequence(const struct world_copy *start, const unsigned *what, unsigned length)
{
	static volatile unsigned done;
	jmp_buf stopped;
	sigset_t none;

	sigemptyset(&none);
	world_restore(start);
	played++;
	host_stop_to = &stopped;
	if (setjmp(stopped)) {
		sigprocmask(SIG_SETMASK, &none, 0);
		wrong++;
		return length;
	}
	all_access_memory();		/* so the TLB has translations of all spaces that have a tag */
	all_is_well();
	for (done = 0; done < length && perform(&actions[what[done]]); done++)
		if (!all_is_well())
			wrong++;
	all_access_memory();
	return done;
}

static bool is_chosen(void) { return turn++ % every == 0; }

/* All that begin with x and y. */
static void with_middle(const struct world_copy *start, unsigned x, unsigned y)
{
	for (unsigned z = 0; z < nactions; z++)
		if (is_chosen() && sequence(start, (unsigned[]){ x, y, z }, 3) < 2)
			return;
}

static void in_scene(const char *row, void (*scene)(void))
{
	enum { MANY = 10000, ONE_IN = 251 };	/* all, or a prime part of them */
	struct world_copy *start;

	every = attack_rounds(0) < MANY ? ONE_IN : 1;
	list_actions();
	boot();
	scene();
	start = world_save();
	for (unsigned x = 0; x < nactions; x++)
		for (unsigned y = 0; y < nactions; y++)
			if (actions[y].flags & CHANGES)
				with_middle(start, x, y);
			else if (is_chosen())
				sequence(start, (unsigned[]){ x, y }, 2);
	host_stop_to = 0;
	world_drop(start);
	attack_figure(row, played, wrong);
}

TEST(HATK0003, "between any two calls any third, from a client on: invariants, live roots, TLB")
{
	in_scene("between-client", client_runs);
}

TEST(HATK0004, "between any two calls any third, from a server on that others have called")
{
	in_scene("between-server", server_runs);
}

TEST(HATK0005, "between any two calls any third, from the root server on")
{
	in_scene("between-root", root_runs);
}
