/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * selectors.c - a thread that loads any selector, and leaves its mode by IRET, SYSENTER, INT n, far jumps,
 * calls and returns, with any flags. Its handler, which is its pager too, starts it again after each trap.
 *
 * There is one code segment for users: a far transfer to any other selector, of the global or a local table,
 * is exception 13 with the selector as error code.
 *
 * Victims in spaces of their own look, each time they run, at their UTCB pointer, FS base and selectors.
 * One more serves calls of that thread: DS, ES and FS may then be those of its partner (docs/caveats.md),
 * all else is its own.
 */
#include "attack.h"
#include "exceptions.h"
#include "fs_base.h"
#include "selectors.h"

enum {
	PRIO = 90, PRIO_SERVER = 92, PRIO_HANDLER = 95, VICTIMS = 2, SLICE = 50, COMPUTE = 40000,
	FIXED = 2, IF = 0x200, INT3 = 3, INTS = 256, RPL = 3, LDT = 4,
};

/* At its FS base; what it had when it began. */
struct victim { word base, pointer, gs, selectors; };

static struct victim victims[VICTIMS + 1];
static volatile word tricks, traps, looks, served, wrong;
static struct { struct far_pointer to; bool under_way, returns; } far;
static word stack_top;
static L4_ThreadId_t handler, server;

/* ---- the adversary ---- */

word selector(void)
{
	static const word known[] = { 0, 3, 0x08, 0x10, 0x1b, 0x20, 0x23, 0x28, 0x2b, 0x33, 0x38 };

	if (random_below(2))
		return known[random_below(sizeof known / sizeof *known)] | (random_below(4) == 0) * LDT;
	return random_below(LOW);
}

static void interrupt(void)
{
	word n = random_below(INTS);

	if (n != INT3)			/* that one is the debugger's, and prints */
		((void (*)(void))((word)int_all + 2 * n))();
}

static void leave_far(void)
{
	far.to = (struct far_pointer){ (uint32_t)random_below(LOW), (uint16_t)selector() };
	far.under_way = true;
	far.returns = random_below(3) == 0;
	if (far.returns)
		far_return(far.to.ip, far.to.selector);
	else if (random_below(2))
		far_jump(&far.to);
	else
		far_call(&far.to);
}

static void trap(void) { selector_traps[random_below(selector_trap_count)](); }

static void call_server(void)
{
	L4_MsgTag_t tag;

	segments_load(selector());
	L4_Set_MsgTag(L4_Niltag);
	tag = L4_Call(server);
	(void)tag;
}

static void play_trick(void)
{
	switch (random_below(8)) {
	case 0:
		segments_load(selector());
		break;
	case 1:
		gs_load(selector());
		break;
	case 2:
		leave_by_iret();
		break;
	case 3:
		interrupt();
		break;
	case 4:
		trap();
		break;
	case 5:
		leave_far();
		break;
	case 6:
		call_server();
		break;
	default:
		segments_load(selector());
		gs_load(selector());
		count_down(COMPUTE);		/* until it is preempted */
	}
}

static void attack(void *unused)
{
	(void)unused;
	L4_Set_ExceptionHandler(handler);
	for (;;) {
		tricks++;
		L4_Yield();
		play_trick();
	}
}

/* Is it what the far transfer should come to? A return cannot go to a lower RPL. */
static bool is_far_trap(L4_MsgTag_t tag)
{
	word error = far.to.selector & ~(word)RPL;

	if (error == user_cs && (!far.returns || (far.to.selector & RPL) == RPL))
		return tag_protocol(tag) == N_PAGEFAULT && mr(1) == far.to.ip;
	return tag_protocol(tag) == N_EXCEPTION && mr(M_NUMBER) == EXCEPTION_PROTECTION
	       && mr(M_ERROR) == error;
}

/* Its handler and pager. */
static void restart(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	(void)unused;
	for (;;) {
		if (image_fault(tag, mr(1))) {
			image_map(mr(1));
			tag = L4_ReplyWait(from, &from);
			continue;
		}
		traps++;
		wrong += far.under_way && !is_far_trap(tag);
		far.under_way = false;
		L4_AbortIpc_and_stop(from);
		L4_Start_SpIpFlags(from, thread_frame(stack_top, attack, 0), (word)guest_thread_entry, FIXED | IF);
		tag = L4_Wait(&from);
	}
}

/* ---- the victims ---- */

static void begin(struct victim *v)
{
	*v = (struct victim){ 0, gs_read(), gs_selector(), segments_read() };
	fs_base_take(&v->base);
}

static bool has_its_own(const struct victim *v)
{
	return gs_read() == v->pointer && gs_selector() == v->gs && fs_base_is(&v->base);
}

static void look(void *mine)
{
	struct victim *v = mine;

	begin(v);
	for (;;) {
		wrong += !has_its_own(v) || segments_read() != v->selectors;
		looks++;
		L4_Yield();
	}
}

static void serve(void *mine)
{
	L4_ThreadId_t from;

	begin(mine);
	for (L4_Wait(&from); ; ) {
		wrong += !has_its_own(mine);
		served++;
		L4_Set_MsgTag(L4_Niltag);
		L4_ReplyWait(from, &from);
	}
}

static void start_adversary(struct space *s)
{
	L4_ThreadId_t t;

	handler = thread_start_prio(restart, 0, PRIO_HANDLER);
	t = space_waiting(s, handler);
	stack_top = stack_new();
	CHECK(L4_Set_Priority(t, PRIO) != 0 && L4_Set_Timeslice(t, L4_TimePeriod(SLICE), L4_Never) != 0);
	L4_Start_SpIpFlags(t, thread_frame(stack_top, attack, 0), (word)guest_thread_entry, FIXED | IF);
}

TEST(ASEG0001, "whatever a thread loads, others have their own UTCB pointer, FS base and selectors")
{
	static struct space spaces[VICTIMS + 1], own;
	word asked = rounds_asked();

	tricks = traps = looks = served = wrong = 0;
	far.under_way = false;
	for (unsigned i = 0; i <= VICTIMS; i++)
		space_make(&spaces[i]);
	space_make(&own);
	for (unsigned i = 0; i < VICTIMS; i++)
		space_start_prio(&spaces[i], look, &victims[i], PRIO);
	server = space_start_prio(&spaces[VICTIMS], serve, &victims[VICTIMS], PRIO_SERVER);
	sleep_us(1000);
	start_adversary(&own);
	while (tricks < asked) {
		word before = tricks;

		sleep_us(50000);
		CHECK(tricks > before);
	}
	guest_note("calls", served);
	CHECK(looks > tricks && traps > tricks / 3 && served > tricks / 100);
	guest_figure("selectors", tricks, wrong);
	CHECK_EQ(wrong, 0);
}
