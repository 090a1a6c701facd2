/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_preempt_all.c - each long operation with each hostile script at each of its preemption points
 * (stage.h).
 *
 * An operation always ends (stage.c). What it has done is judged by what the script may have changed: the
 * rights that were to go are gone everywhere; a status is that of the operation without a script; an item or
 * a string is complete on both sides, or both have the error that belongs to the script.
 */
#include <string.h>
#include <core/arch.h>
#include <lib/section.h>
#include "attack.h"
#include "stage_scripts.h"

enum {
	OTHER = 16 * VA, STRING_PA = 0x800000, STRING_AT = 0x3000000, BYTES = 60000,
	PORT = 0x400, PORTS_LOG2 = 9, NO_STATUS = 0xff, UNTOUCHED = 0xee, ERROR_OFFSET = 4, XFER_US = 60000,
	LARGE_LOG2 = 21, NEAR = 2 * VA, NEAR_LOG2 = 16, NEAR_PA = STRING_PA + (1 << 16),
};

/* ---- scripts ---- */

/* What a script does to the parties of an operation: their results are not those of the operation then. */
enum { HARMLESS = 0, ENDS_A = 1, ENDS_B = 2, TAKES_PAGES = 4, TAKES_SOURCE = 8, NAMES_A = 16 };

static void raise_b(void) { CHECK(schedule(cast.rival, cast.b_id, KEEP, 150) != L4_SCHED_ERROR); }
static void raise_a(void) { CHECK(schedule(cast.rival, cast.a_id, KEEP, 150) != L4_SCHED_ERROR); }

static void redirect_by_rival(l4_tid_t space, l4_tid_t to)
{
	CALL(cast.rival, L4_CALL_SPACE_CONTROL, space.raw, 0, 0, 0, to.raw);
	CHECK_EQ(thread_regs(cast.rival)->out[0], 1);
}

static void redirect_a(void) { redirect_by_rival(cast.a_id, cast.rival->id); }
static void redirect_b(void) { redirect_by_rival(cast.b_id, cast.rival->id); }
static void pass_time(void) { world_pass(3 * CFG_TIMESLICE_US); }

static void flush_other(void)
{
	unmap_fpage(cast.mole, l4_fpage(OTHER, LOG2, L4_RWX), true);
}

static void abort_b(void) { CHECK(exregs(cast.mole, cast.b_id, L4_EXREGS_SEND | L4_EXREGS_RECEIVE, 0, 0)); }

static const struct play {
	struct script script;
	unsigned does;
} plays[] = {
	{ { rest, false }, HARMLESS }, { { map_on, false }, HARMLESS }, { { map_to_self, false }, HARMLESS },
	{ { grant_on, false }, TAKES_PAGES }, { { flush_own, false }, TAKES_PAGES },
	{ { read_status, false }, HARMLESS }, { { flush_other, false }, TAKES_PAGES },
	{ { abort_b, false }, ENDS_B }, { { stage_delete_a, true }, ENDS_A | NAMES_A },
	{ { stage_delete_b_space, true }, ENDS_B | TAKES_PAGES }, { { stage_delete_c, true }, TAKES_PAGES },
	{ { delete_a_and_a2, true }, ENDS_A | TAKES_PAGES | NAMES_A },
	{ { second_flush, true }, TAKES_PAGES | TAKES_SOURCE | NAMES_A },
	{ { halt_a, true }, ENDS_A | NAMES_A }, { { rename_a, true }, NAMES_A },
	{ { rename_b, true }, HARMLESS }, { { raise_b, true }, HARMLESS }, { { raise_a, true }, NAMES_A },
	{ { redirect_a, true }, NAMES_A }, { { redirect_b, true }, HARMLESS },
	{ { pass_time, true }, HARMLESS },
};

static unsigned does;		/* what the script that is played does */

/* ---- what stays of pages ---- */

static bool any_has(l4_tid_t id, l4_word_t at, l4_word_t size, unsigned rights)
{
	struct thread *t = thread_find(id);

	for (l4_word_t o = 0; t && o < size; o += PAGE)
		if (mapped(t, at + o, rights))
			return true;
	return false;
}

/* Have b and c one of these rights to what they have from a? */
static bool below_a(unsigned rights)
{
	return any_has(cast.b_id, VA, SIZE, rights) || any_has(cast.b_id, OTHER, SIZE, rights)
	    || any_has(cast.c_id, VA, SIZE, rights) || any_has(cast.c_id, 8 * VA, 1 << 16, rights)
	    || any_has(cast.c_id, OTHER, SIZE, rights);
}

/* ---- Unmap ---- */

static unsigned status;		/* of the operation without a script */

static void unmap_region(unsigned rights, bool flush)
{
	unmap_fpage(cast.a, l4_fpage(VA, LOG2, rights), flush);
}

static void flush_region(void) { unmap_region(L4_RWX, true); }
static void unmap_derived(void) { unmap_region(L4_RWX, false); }
static void make_read_only(void) { unmap_region(L4_W, false); }
static void status_only(void) { unmap_region(0, true); }

/* Nothing is accessed meanwhile, and of what others read or remove the status is kept for a. */
static void status_is_exact(void)
{
	if (does & (ENDS_A | TAKES_SOURCE))
		return;
	if (status == NO_STATUS)
		status = l4_fpage_rights((l4_fpage_t){ get_mr(cast.a, 0) });
	CHECK_EQ(get_mr(cast.a, 0), l4_fpage(VA, LOG2, status).raw);
}

static void nothing_is_left(void)
{
	CHECK(!below_a(0) && !any_has(cast.a_id, VA, SIZE, 0));
	status_is_exact();
}

static void nothing_is_derived(void)
{
	CHECK(!below_a(0));
	status_is_exact();
}

static void nothing_is_writable(void)
{
	CHECK(!below_a(L4_W));
	status_is_exact();
}

/* ---- MemoryControl by a ---- */

/* The region, which is a part of a large page, twice; another one between. Nothing is accessed meanwhile. */
static void control_regions(void)
{
	put_mr(cast.a, 0, l4_fpage(VA, LOG2, 0).raw);
	put_mr(cast.a, 1, l4_fpage(NEAR, NEAR_LOG2, 0).raw | 1);
	put_mr(cast.a, 2, l4_fpage(VA, LOG2, 0).raw | 2);
	CALL(cast.a, L4_CALL_MEMORY_CONTROL, 2, L4_MEMORY_UNCACHEABLE, L4_MEMORY_UNCACHEABLE,
	     L4_MEMORY_WRITE_COMBINING);
}

static void attributes_are_set(void)
{
	if (does & ENDS_A)
		return;
	CHECK_EQ(thread_regs(cast.a)->out[0], 1);
	have_attribute(ram(LARGE_LOG2), SIZE, L4_MEMORY_WRITE_COMBINING);
	have_attribute(NEAR_PA, 1 << NEAR_LOG2, L4_MEMORY_UNCACHEABLE);
}

/* ---- items and strings from a to b ---- */

static bool is_cut(void) { return does & (ENDS_A | ENDS_B); }

/* A side that is left: it has sent or received all, or has this error; bytes: of a string, that came. */
static void check_side(l4_tid_t id, bool failed, l4_word_t error, l4_word_t bytes)
{
	struct thread *t = thread_find(id);

	if (!t) {
		CHECK(is_cut());
		return;
	}
	CHECK(!blocked(t));
	CHECK_EQ(l4_tag_failed(tag_of(t)), failed);
	if (failed)
		CHECK_EQ(error_of(t), error | bytes << ERROR_OFFSET);
}

static void both_aborted_or_done(l4_word_t bytes)
{
	check_side(cast.a_id, is_cut(), SEND_ERROR(ABORTED), bytes);
	check_side(cast.b_id, is_cut(), RECEIVE_ERROR(ABORTED), bytes);
}

static void send_item(bool grant)
{
	put_map(cast.a, l4_fpage(VA, LOG2, L4_RWX), OTHER, grant);
	ipc(cast.a, cast.b_id, NIL, timeouts(TIME_ZERO, TIME_NEVER));
}

static void map_item(void) { send_item(false); }
static void grant_item(void) { send_item(true); }

static void ports_item(void)
{
	put_map(cast.a, l4_io_fpage(PORT, PORTS_LOG2), 0, false);
	ipc(cast.a, cast.b_id, NIL, timeouts(TIME_ZERO, TIME_NEVER));
}

static bool is_there(l4_tid_t id, l4_word_t at)
{
	for (l4_word_t o = 0; o < SIZE; o += PAGE)
		if (!mapped(thread_find(id), at + o, L4_RWX))
			return false;
	return true;
}

static void item_is_mapped(void)
{
	both_aborted_or_done(0);
	CHECK(is_cut() || does & TAKES_PAGES || is_there(cast.b_id, OTHER));
}

static void item_is_granted(void)
{
	item_is_mapped();
	CHECK(is_cut() || does & TAKES_PAGES || !any_has(cast.a_id, VA, SIZE, 0));
}

static size_t ports_of(l4_tid_t id)
{
	struct thread *t = thread_find(id);

	return t ? t->space->map[RESOURCE_PORTS].pages : 0;
}

static void unmap_ports(void)
{
	unmap_fpage(cast.a, l4_io_fpage(PORT, PORTS_LOG2), true);
}

static void ports_are_gone(void) { CHECK_EQ(ports_of(cast.a_id) + ports_of(cast.b_id), 0); }

static void ports_are_mapped(void)
{
	both_aborted_or_done(0);
	CHECK(is_cut() || ports_of(cast.b_id) == 1 << PORTS_LOG2);
}

static void send_string(void)
{
	memset(host_memory + STRING_PA, UNTOUCHED, 1 << 16);
	put_mr(cast.a, 0, l4_tag(1, 0, 2).raw);
	put_mr(cast.a, 1, (l4_word_t)BYTES << 10);
	put_mr(cast.a, 2, VA + SIZE);
	ipc(cast.a, cast.b_id, NIL, timeouts(TIME_ZERO, TIME_NEVER));
}

/* Never that of UNTOUCHED. */
static unsigned char byte(unsigned i) { return (unsigned char)(i * 31 >> 3) % UNTOUCHED; }

/* How far the string has come; behind that nothing is written. */
static unsigned bytes_there(void)
{
	unsigned n = 0;

	while (n < BYTES && host_memory[STRING_PA + n] == byte(n))
		n++;
	for (unsigned i = n; i < 1 << 16; i++)
		CHECK_EQ(host_memory[STRING_PA + i], UNTOUCHED);
	return n;
}

/* Its source is a part of a large page, which goes as a whole; a has a transfer timeout. */
static void string_is_complete(void)
{
	unsigned n;

	world_pass(2 * XFER_US);
	n = bytes_there();
	if (does & TAKES_SOURCE) {
		check_side(cast.a_id, true, SEND_ERROR(XFER_MINE), n);
		check_side(cast.b_id, true, RECEIVE_ERROR(XFER_PARTNER), n);
	} else {
		both_aborted_or_done(n);
		CHECK(is_cut() || n == BYTES);
	}
}

/* ---- ends of threads and spaces, by the root server ---- */

static void delete_a_space(void)
{
	delete_thread(cast.a2->id);
	if (thread_find(cast.a_id))
		delete_thread(cast.a_id);
}

static void a_is_gone(void)
{
	CHECK(!thread_find(cast.a_id) && !below_a(0));
}

/* ---- stages ---- */

static void use_pages(struct thread *t, l4_word_t every, unsigned access)
{
	uint64_t pa;

	for (l4_word_t o = 0; o < SIZE; o += every * PAGE)
		host_user_access(t->space, VA + o, access, &pa);
}

static void give_ports(void)
{
	accept_window(cast.a, L4_COMPLETE);
	CHECK(!receive_from(cast.a, sigma0->id));
	PUT(root, 0);
	CHECK(send_to(root, sigma0));
	put_map(sigma0, l4_io_fpage(PORT, PORTS_LOG2), 0, false);
	CHECK(send_to(sigma0, cast.a));
	CHECK(!receive_from(sigma0, L4_ANYTHREAD));
}

/* b waits for the thread, c for mole; some pages have been read and some written. */
static void set_up(struct thread *(*whom)(void))
{
	stage_set();
	stage_remember();
	give_ports();
	give(cast.a, NEAR_PA, NEAR, NEAR_LOG2, L4_RWX);
	give(cast.b, STRING_PA, STRING_AT, 16, L4_RWX);
	for (unsigned i = 0; i < BYTES; i++)
		host_memory[arch_ptab_get(cast.a->space, VA + SIZE).frame + SIZE + i] = byte(i);
	use_pages(cast.a, 3, L4_R);
	use_pages(cast.b, 7, L4_W);
	*thread_tcr(cast.a, L4_TCR_XFER_TIMEOUTS) = timeouts(time_us(XFER_US), TIME_NEVER);
	*thread_tcr(cast.b, L4_TCR_BR0 - 1) = (l4_word_t)BYTES << 10;
	*thread_tcr(cast.b, L4_TCR_BR0 - 2) = STRING_AT;
	accept_window(cast.c, L4_COMPLETE);
	CHECK(!receive_from(cast.c, cast.mole->id));
	accept_window(cast.b, L4_COMPLETE);
	*thread_tcr(cast.b, L4_TCR_BR0) |= 1;
	CHECK(!receive_from(cast.b, whom()->id));
}

static struct thread *mole(void) { return cast.mole; }
static struct thread *sender(void) { return cast.a; }

static void b_waits_for_mole(void)
{
	set_up(mole);
	CHECK(!receive_from(root, root->id));
	world_run(cast.a);
}

static void a_is_privileged(void)
{
	b_waits_for_mole();
	cast.a->space->privileged = true;
}

static void b_waits_for_a(void)
{
	set_up(sender);
	CHECK(!receive_from(root, root->id));
	world_run(cast.a);
}

static void root_runs(void)
{
	set_up(mole);
	CHECK(!receive_from(cast.a2, L4_ANYTHREAD));
	CHECK(!receive_from(cast.a, L4_ANYTHREAD));
	world_run(root);
}

static const struct operation {
	stage_act *stage, *act, *judge;
	unsigned without;		/* no scripts that do this */
} operations[] = {
	{ b_waits_for_mole, flush_region, nothing_is_left, 0 },
	{ b_waits_for_mole, unmap_derived, nothing_is_derived, 0 },
	{ b_waits_for_mole, make_read_only, nothing_is_writable, 0 },
	{ b_waits_for_mole, status_only, status_is_exact, 0 },
	{ b_waits_for_mole, unmap_ports, ports_are_gone, 0 },
	{ a_is_privileged, control_regions, attributes_are_set, 0 },
	{ b_waits_for_a, map_item, item_is_mapped, 0 },
	{ b_waits_for_a, grant_item, item_is_granted, 0 },
	{ b_waits_for_a, ports_item, ports_are_mapped, 0 },
	{ b_waits_for_a, send_string, string_is_complete, 0 },
	{ root_runs, delete_a_space, a_is_gone, NAMES_A },
};

/* What is wrong ends the test. */
TEST(HATK0002, "each long operation with each script at its preemption points ends, with an exact status")
{
	enum { MANY = 5000, ONE_IN = 17 };
	unsigned every = attack_rounds(0) < MANY ? ONE_IN : 1;
	unsigned long played = 0;

	for (const struct operation *o = operations; o < operations + ARRAY_LEN(operations); o++) {
		status = NO_STATUS;
		o->stage();
		for (const struct play *p = plays; p < plays + ARRAY_LEN(plays); p++) {
			does = p->does;
			if (does & o->without)
				continue;
			played += stage_at_points(o->act, p->script, o->judge, every);
		}
	}
	attack_figure("preemption-points", played, 0);
}
