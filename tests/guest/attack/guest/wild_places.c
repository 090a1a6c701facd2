/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wild_places.c - wild instruction pointers, stack pointers and flags for a thread that leaves the kernel by
 * each way that there is: from a system call, an interrupt, a fault, an exception. ExchangeRegisters by a
 * thread of its space and the replies of its handler set them.
 *
 * The puppet never gets far: each time it faults or traps at once. The test, its pager and handler, compares
 * the message with what X.2 specifies for these values, and the puppet's accomplice the old values.
 */
#include "bad_values.h"
#include "exregs.h"
#include "victims.h"
#include "wild_places.h"

enum { PRIO = 90, PRIO_PUPPET = 92, SPIN_US = 20, WORDS_OF_FAULT = 2 };

static struct space own;
static L4_ThreadId_t boss, puppet;
static struct { struct state set; word control; struct exregs old; } order;
static volatile word spun;
volatile word wild_wrong;
word wild_stack;

/* ---- what comes of a state ---- */

word wild_word(void)
{
	word w = wild[random_below(WILDS)];

	switch (random_below(4)) {
	case 0:
		return w + random_below(64) - 32;
	case 1:
		return w ^ 1ul << random_below(L4_BITS_PER_WORD);
	case 2:
		return 1ul << random_below(L4_BITS_PER_WORD);
	default:
		return w;
	}
}

extern char __program_start[], __program_end[];

/* Is there something at an address, or in the word there, that the puppet can use? */
static bool is_mapped(word a)
{
	static const word areas[] = { SPACE_KIP, SPACE_UTCB };
	word gateway = GATEWAY_PAGE / PAGE;

	for (word at = a - 8; at != a + 16; at += 8) {
		if (at - (word)__program_start < (word)(__program_end - __program_start) || at / PAGE == gateway)
			return true;
		for (unsigned i = 0; i < 2; i++)
			if (at - areas[i] < 1ul << SPACE_UTCB_LOG2)
				return true;
	}
	return false;
}

static word nowhere(void)
{
	word a = wild_word();

	while (is_mapped(a))
		a = wild_word();
	return a;
}

static struct state any_state(enum goal goal)
{
	struct state s = { .ip = wild_ip(nowhere()), .sp = wild_word(), .flags = wild_word() };

	if (goal == AT_TRAP)
		s.ip = (word)trap_ud;
	if (goal == AT_STACK) {
		s.ip = (word)wild_use_stack;
		s.sp = nowhere() & -(word)sizeof(word);
	}
	return s;
}

bool wild_is_exception(L4_MsgTag_t tag, word number, const struct state *s)
{
	return tag_protocol(tag) == N_EXCEPTION && mr(M_NUMBER) == number && mr(M_IP) == s->ip
	    && mr(M_SP) == s->sp && wild_flags_are(mr(M_FLAGS), s->flags);
}

bool wild_is_fault(L4_MsgTag_t tag, word address, word ip, word access)
{
	return tag_protocol(tag) == N_PAGEFAULT && L4_UntypedWords(tag) == WORDS_OF_FAULT && mr(1) == address
	    && mr(2) == ip && tag_nibble(tag) == access;
}

static bool is_expected(L4_MsgTag_t tag, enum goal goal, const struct state *s)
{
	if (!wild_is_usable(goal, s))
		return wild_is_refused(tag, s);
	if (goal == AT_TRAP)
		return wild_is_exception(tag, EXCEPTION_INVALID, s) && wild_is_invalid(mr(M_ERROR), s);
	if (goal == ANYWHERE)
		return wild_is_fault(tag, s->ip, s->ip, ACCESS_EXECUTE);
	return wild_is_fault(tag, s->sp, s->ip, ACCESS_READ);
}

/* ---- the puppet and its accomplice ---- */

static void spin_here(void) { spin(&spun); }

static void accomplice(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Receive(boss);

	(void)unused;
	image_read();
	for (;;) {
		order.old = exchange(puppet, order.control, (struct exregs){
			.sp = order.set.sp, .ip = order.set.ip, .flags = order.set.flags });
		tag = L4_Ipc(boss, boss, L4_Timeouts(L4_Never, L4_Never), &from);
		(void)tag;
	}
}

/* The accomplice does so. */
static void exchange_by(L4_ThreadId_t t, word control, struct state set)
{
	L4_MsgTag_t tag;

	order.control = control;
	order.set = set;
	L4_Set_MsgTag(L4_Niltag);
	tag = L4_Call(t);
	CHECK(L4_IpcSucceeded(tag));
}

static void reply_state(const struct state *s)
{
	for (int i = 1; i <= M_WORDS; i++)
		L4_LoadMR(i, wild_word());
	L4_LoadMR(M_IP, s->ip);
	L4_LoadMR(M_SP, s->sp);
	L4_LoadMR(M_FLAGS, s->flags);
	reply_words(puppet, M_WORDS);
}

enum { SET = X_SP | X_IP | X_FLAGS, RESUME = X_HALT, ABORT = X_S | X_R };

/* The old values are those of the last state, which the puppet did not leave. */
static bool is_old(const struct state *last)
{
	const struct exregs *o = &order.old;

	return o->result == L4_LocalIdOf(puppet).raw && o->control == X_R && o->ip == last->ip
	    && o->sp == last->sp && wild_flags_are(o->flags, last->flags);
}

/* Bring the puppet from its wait for an answer to a state where it leaves the kernel by that way. */
static void get_ready(L4_ThreadId_t by, enum way way)
{
	struct state s = { .ip = (word)redirect_target, .sp = wild_stack, .flags = FLAGS_START };

	if (way == FROM_INTERRUPT)
		s.ip = (word)spin_here;
	exchange_by(by, SET | ABORT | RESUME, s);
	sleep_us(SPIN_US);
}

bool wild_put(L4_ThreadId_t by, enum way way, const struct state *last, const struct state *s)
{
	switch (way) {
	case BY_REPLY:
		reply_state(s);
		return true;
	case FROM_WAIT:
		exchange_by(by, SET | ABORT | RESUME, *s);
		return is_old(last);
	case LATER:
		exchange_by(by, SET, *s);
		L4_Set_MsgTag(L4_Niltag);
		reply_words(puppet, 0);
		return is_old(last);
	default:
		get_ready(by, way);
		exchange_by(by, SET | ABORT | RESUME, *s);
		return order.old.control == (way == FROM_CALL ? X_R : 0);
	}
}

L4_MsgTag_t wild_message(void) { return pager_serve(puppet); }

static void be_puppet(void *first)
{
	image_read();
	run_trap(first);
}

/* Its state when it waits for the first answer. */
static struct state start_puppet(void)
{
	static struct trap first;

	first = (struct trap){ .handler = boss, .target = (word)trap_ud };
	puppet = space_start_pager(&own, be_puppet, &first, boss);
	CHECK_EQ(tag_protocol(pager_serve(puppet)), N_EXCEPTION);
	CHECK(L4_Set_Priority(puppet, PRIO_PUPPET));
	return (struct state){ mr(M_IP), mr(M_SP), mr(M_FLAGS) };
}

L4_ThreadId_t wild_start(struct state *first)
{
	L4_ThreadId_t by;

	wild_wrong = 0;
	boss = L4_Myself();
	wild_stack = stack_new() - 16;
	space_make(&own);
	victims_start(PRIO);
	by = space_start(&own, accomplice, 0);
	*first = start_puppet();
	return by;
}

void wild_count(bool right, const char *what, word number)
{
	if (!right)
		guest_note(what, number);
	wild_wrong += !right;
}

TEST(AWLD0002, "wild IP, SP and flags by replies and ExchangeRegisters fault or trap there as specified")
{
	word asked = rounds_asked();
	bool replies = true;		/* is it an exception that waits for an answer? */
	struct state last;
	L4_ThreadId_t by = wild_start(&last);

	for (word r = 0; r < asked; r++) {
		enum goal goal = random_below(GOALS);
		enum way way = replies ? random_below(WAYS) : FROM_WAIT + random_below(WAYS - FROM_WAIT);
		struct state s = any_state(goal);
		bool right = wild_put(by, way, &last, &s);
		L4_MsgTag_t tag = wild_message();

		right &= L4_IpcSucceeded(tag) && is_expected(tag, goal, &s);
		wild_count(right, "way and goal", way * GOALS + goal);
		replies = tag_protocol(tag) == N_EXCEPTION;
		last = s;
	}
	CHECK(victims_calls() > 0);
	guest_figure("wild-places", asked, wild_wrong + victims_wrong());
	CHECK_EQ(wild_wrong + victims_wrong(), 0);
}
