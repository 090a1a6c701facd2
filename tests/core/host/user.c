/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * user.c - what user programs do: system calls, messages, memory accesses; and the small services of the root
 * server and of sigma0 that tests use.
 */
#include <string.h>
#include <core/arch.h>
#include <lib/bits.h>
#include "world.h"

enum { NO_CODE = 0xee, RAM_FIRST = 0x400000, PAGE_LOG2 = 12, PAGE = 1 << PAGE_LOG2 };

/* ---- calls ---- */

/* The bindings keep message registers in the UTCB, and load and store those that CPU registers carry. */
void call_raw(struct thread *t, enum l4_call nr, const l4_word_t *in)
{
	world_run(t);
	memcpy(t->utcb, thread_regs(t)->mr, sizeof(thread_regs(t)->mr));
	memcpy(thread_regs(t)->in, in, sizeof(thread_regs(t)->in));
	memset(thread_regs(t)->out, 0x5a, sizeof(thread_regs(t)->out));
	world_settle(world_call(t, nr));
}

void enter_raw(struct thread *t, unsigned nr, const l4_word_t *in)
{
	for (unsigned i = 0; i < 8; i++)
		thread_regs(t)->in[i] = in[i];
	world_settle(world_call(t, nr));
}

l4_word_t error_of(struct thread *t)
{
	return *thread_tcr(t, L4_TCR_ERROR_CODE);
}

void clear_error(struct thread *t)
{
	*thread_tcr(t, L4_TCR_ERROR_CODE) = NO_CODE;
}

bool thread_control(struct thread *t, l4_tid_t dest, l4_tid_t space, l4_tid_t scheduler,
		    l4_tid_t pager, l4_word_t utcb)
{
	clear_error(t);
	CALL(t, L4_CALL_THREAD_CONTROL, dest.raw, space.raw, scheduler.raw, pager.raw, utcb);
	return thread_regs(t)->out[0] == 1;
}

bool space_control(struct thread *t, l4_tid_t space, l4_word_t control, l4_fpage_t kip, l4_fpage_t utcb)
{
	clear_error(t);
	CALL(t, L4_CALL_SPACE_CONTROL, space.raw, control, kip.raw, utcb.raw, L4_NILTHREAD.raw);
	return thread_regs(t)->out[0] == 1;
}

l4_word_t schedule(struct thread *t, l4_tid_t dest, l4_word_t time, l4_word_t prio)
{
	clear_error(t);
	CALL(t, L4_CALL_SCHEDULE, dest.raw, time, KEEP, prio, KEEP);
	return thread_regs(t)->out[0];
}

bool exregs(struct thread *t, l4_tid_t dest, l4_word_t control, l4_word_t sp, l4_word_t ip)
{
	clear_error(t);
	CALL(t, L4_CALL_EXCHANGE_REGISTERS, dest.raw, control, sp, ip);
	return thread_regs(t)->out[0] != 0;
}

bool delete_thread(l4_tid_t id)
{
	return thread_control(root, id, L4_NILTHREAD, L4_NILTHREAD, L4_NILTHREAD, KEEP);
}

void redirect(struct thread *t, l4_tid_t redirector)
{
	CALL(root, L4_CALL_SPACE_CONTROL, t->id.raw, 0, 0, 0, redirector.raw);
	CHECK_EQ(thread_regs(root)->out[0], 1);
}

void set_prio(struct thread *t, unsigned prio)
{
	CHECK(schedule(root, t->id, KEEP, prio) != L4_SCHED_ERROR);
	CHECK_EQ(t->prio, prio);
}

void give_quantum(struct thread *t, unsigned us)
{
	CHECK(schedule(root, t->id, 0xffff0000 | time_us(us), KEEP) != L4_SCHED_ERROR);
}

void yield(struct thread *t)
{
	CALL(t, L4_CALL_THREAD_SWITCH, 0);
}

/* ---- threads and spaces ---- */

l4_tid_t new_tid(void)
{
	l4_word_t n = kernel.user_base + 8;

	while (thread_numbered(n))
		n++;
	return l4_tid_global(n, 1);
}

l4_word_t free_utcb(struct space *s)
{
	l4_word_t at = l4_fpage_base(s->utcb_area);

	while (!space_utcb_ok(s, at))
		at += L4_UTCB_BYTES;
	return at;
}

l4_tid_t local_id(const struct thread *t)
{
	return (l4_tid_t){ t->rest->utcb_location + L4_UTCB_MR0_OFFSET };
}

static struct thread *created(l4_tid_t id)
{
	struct thread *t = thread_find(id);

	CHECK(t);
	return t;
}

/* The root server, as the pager of t, starts it. */
static void start(struct thread *t)
{
	PUT(root, 0, START_IP, START_SP);
	CHECK(send_to(root, t));
	CHECK_SENT(root);
	CHECK_EQ(thread_regs(t)->ip, START_IP);
	world_run(root);
}

struct thread *new_inactive(struct thread *other)
{
	l4_tid_t id = new_tid();

	CHECK(thread_control(root, id, other->id, root->id, L4_NILTHREAD, KEEP));
	return created(id);
}

struct thread *new_thread(struct thread *other)
{
	l4_tid_t id = new_tid();
	struct thread *t;

	CHECK(thread_control(root, id, other->id, root->id, root->id, free_utcb(other->space)));
	t = created(id);
	start(t);
	return t;
}

l4_word_t new_space_areas;

struct thread *new_space(void)
{
	l4_tid_t id = new_tid();
	struct thread *t;

	CHECK(thread_control(root, id, id, root->id, L4_NILTHREAD, KEEP));
	CHECK(space_control(root, id, 0, l4_fpage(L4_INITIAL_KIP + new_space_areas, L4_KIP_AREA_LOG2, 0),
			    l4_fpage(L4_INITIAL_UTCB + new_space_areas, SPACE_UTCB_LOG2, 0)));
	t = created(id);
	CHECK(thread_control(root, id, id, L4_NILTHREAD, root->id, free_utcb(t->space)));
	start(t);
	return t;
}

/* ---- messages ---- */

void put_mr(struct thread *t, unsigned i, l4_word_t w)
{
	CHECK(i < L4_MRS);
	if (i < REG_MRS)
		thread_regs(t)->mr[i] = w;
	else
		t->utcb[i] = w;
}

l4_word_t get_mr(struct thread *t, unsigned i)
{
	CHECK(i < L4_MRS);
	return i < REG_MRS ? thread_regs(t)->mr[i] : t->utcb[i];
}

void put_message(struct thread *t, l4_word_t label, size_t n, const l4_word_t *words)
{
	put_mr(t, 0, l4_tag(label, (unsigned)n, 0).raw);
	for (size_t i = 1; i <= n; i++)
		put_mr(t, (unsigned)i, words[i]);
}

enum { MARKED = 7 };		/* label of such messages */

void put_marked(struct thread *t, unsigned words)
{
	for (unsigned i = 1; i < L4_MRS; i++) {
		put_mr(t, i, t->id.raw + i);
		t->utcb[i] = t->id.raw + i;
	}
	put_mr(t, 0, l4_tag(MARKED, words, 0).raw);
}

void check_marked(struct thread *t, struct thread *from, unsigned words)
{
	CHECK_EQ(tag_of(t).raw, l4_tag(MARKED, words, 0).raw);
	CHECK_EQ(from_of(t).raw, t->space == from->space ? local_id(from).raw : from->id.raw);
	for (unsigned i = 1; i < L4_MRS; i++)
		CHECK_EQ(get_mr(t, i), (i <= words ? from : t)->id.raw + i);
}

void in_name_of(struct thread *t, l4_tid_t vs)
{
	put_mr(t, 0, tag_of(t).raw | L4_TAG_PROPAGATED);
	*thread_tcr(t, L4_TCR_SENDER) = vs.raw;
}

void put_map(struct thread *t, l4_fpage_t send, l4_word_t base, bool grant)
{
	put_mr(t, 0, l4_tag(0, 0, 2).raw);
	put_mr(t, 1, grant ? l4_grant_item(base) : l4_map_item(base));
	put_mr(t, 2, send.raw);
}

void unmap_fpage(struct thread *t, l4_fpage_t f, bool flush)
{
	put_mr(t, 0, f.raw);
	CALL(t, L4_CALL_UNMAP, flush ? L4_UNMAP_FLUSH : 0);
}

void accept_window(struct thread *t, l4_fpage_t window)
{
	*thread_tcr(t, L4_TCR_BR0) = window.raw & ~(l4_word_t)0xf;
}

void put_string(struct thread *t, l4_word_t label, unsigned untyped, l4_word_t at, l4_word_t bytes)
{
	put_mr(t, 0, l4_tag(label, untyped, 2).raw);
	put_mr(t, untyped + 1, bytes << 10);
	put_mr(t, untyped + 2, at);
}

void accept_string(struct thread *t, l4_word_t at, l4_word_t bytes)
{
	*thread_tcr(t, L4_TCR_BR0) = 1;
	*thread_tcr(t, L4_TCR_BR0 - 1) = bytes << 10;
	*thread_tcr(t, L4_TCR_BR0 - 2) = at;
}

bool blocked(const struct thread *t)
{
	return t->send != SEND_NONE || t->recv != RECV_NONE;
}

struct thread *partner_of(const struct thread *t)
{
	return thread_waits(t) ? thread_waited_for(t) : t->partner;
}

bool ipc(struct thread *t, l4_tid_t to, l4_tid_t from, l4_word_t timeouts)
{
	clear_error(t);
	CALL(t, L4_CALL_IPC, to.raw, from.raw, timeouts);
	return !blocked(t);
}

bool send_to(struct thread *t, struct thread *to)
{
	return ipc(t, to->id, L4_NILTHREAD, timeouts(TIME_NEVER, TIME_NEVER));
}

bool receive_from(struct thread *t, l4_tid_t from)
{
	return ipc(t, L4_NILTHREAD, from, timeouts(TIME_NEVER, TIME_NEVER));
}

bool call_to(struct thread *t, struct thread *to)
{
	return ipc(t, to->id, to->id, timeouts(TIME_NEVER, TIME_NEVER));
}

void pass_message(struct thread *t, struct thread *to)
{
	CHECK(!receive_from(to, L4_ANYTHREAD));
	CHECK(send_to(t, to));
	CHECK(!blocked(to));
}

bool propagate(struct thread *t, struct thread *to, l4_tid_t vs, l4_word_t word)
{
	PUT(t, 7, word);
	in_name_of(t, vs);
	return send_to(t, to);
}

void irq_done(struct thread *t, unsigned line)
{
	l4_tid_t irq = l4_tid_global(line, 1);

	CHECK(world_current() == t);
	PUT(t, 0);
	CHECK(!ipc(t, irq, irq, timeouts(TIME_ZERO, TIME_NEVER)));
}

/* ---- memory ---- */

bool touch(struct thread *t, l4_word_t va, unsigned access)
{
	uint64_t pa;

	world_run(t);
	if (host_user_access(t->space, va, access, &pa))
		return true;
	world_settle(fault_page(t, va, access));
	return false;
}

bool mapped(struct thread *t, l4_word_t va, unsigned rights)
{
	struct leaf leaf = arch_ptab_get(t->space, va);

	return leaf.present && (leaf.rights & rights) == rights;
}

l4_word_t ram(unsigned log2)
{
	return (l4_word_t)align_up(RAM_FIRST, log2);
}

/* t waits with an open window; sigma0 gets out of its wait by a message of root, and sends. */
unsigned char *byte_at(struct thread *t, l4_word_t va)
{
	struct leaf leaf = leaf_get(&t->space->map[RESOURCE_MEMORY], va);

	CHECK(leaf.present);
	return (unsigned char *)arch_frame_ptr(leaf.frame + (va & (pow2(leaf.log2) - 1)));
}

void give_pages(struct thread *t, l4_word_t pa, l4_word_t va, unsigned pages, unsigned rights)
{
	for (unsigned i = 0; i < pages; i++)
		give(t, pa + i * PAGE, va + i * PAGE, PAGE_LOG2, rights);
}

void give(struct thread *t, l4_word_t pa, l4_word_t va, unsigned log2, unsigned rights)
{
	accept_window(t, l4_fpage(va, log2, 0));
	CHECK(!receive_from(t, sigma0->id));
	PUT(root, 0);
	CHECK(send_to(root, sigma0));
	put_map(sigma0, l4_fpage(pa, log2, rights), va, false);
	CHECK(send_to(sigma0, t));
	CHECK_SENT(sigma0);
	CHECK_SENT(t);
	CHECK(!receive_from(sigma0, L4_ANYTHREAD));
	world_run(root);
}
