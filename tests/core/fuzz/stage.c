/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stage.c - the world of each play, made once: sigma0, the root server, a pager with memory and
 * ports, two clients in one space and one in another with parts of that memory, two handlers of
 * interrupts above the others. And what must hold when the play is over.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <x2/inspect.h>
#include <boot/boot.h>
#include <core/check.h>
#include <core/ipc.h>
#include <core/sched.h>
#include <kdb/kdb.h>
#include "fuzz.h"

enum { PRIO_HANDLER = 150, SETTLE = 400 };

#define NIL L4_NILTHREAD

l4_word_t fuzz_number[FUZZ_MEMBERS + FUZZ_EXTRAS];
static struct { struct kernel kernel; struct mem mem; struct host host; l4_word_t *pool; bool *used; } start;
bool fuzz_at_end;

void test_fail(const char *file, int line, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s:%d: ", file, line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\n");
	abort();
}

struct thread *fuzz_member(unsigned i)
{
	return thread_numbered(fuzz_number[i]);
}

void fuzz_help(struct thread *t)
{
	if (!t || t == world_current() || t->kind != THREAD_USER || t->life != THREAD_ACTIVE
	    || t->work != WORK_NONE)
		return;
	ipc_cancel(t, L4_IPC_CANCELLED);
	t->halted = false;
	sched_wake(t);
	world_settle(preempt_timer(world_current()));
}

/* ---- the beginning ---- */

/* As world_boot, with little kernel memory: it is copied for each play. */
static void boot(void)
{
	struct boot_info info;

	host_reset();
	world_boot_info(&info);
	strcpy(info.cmdline, "kmem=2M");
	world_settle(kernel_main(&info));
	sigma0 = kernel.sigma0;
	root = kernel.root;
	world_run(sigma0);
	ipc(sigma0, NIL, L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_NEVER));
	set_prio(root, CFG_PRIO_DEFAULT);
}

static void map(struct thread *from, struct thread *to, l4_fpage_t what, l4_word_t dest)
{
	accept_window(to, L4_COMPLETE);
	CHECK(!receive_from(to, from->id));
	put_map(from, what, dest, false);
	CHECK(send_to(from, to));
	CHECK_SENT(to);
}

static void with_buffers(struct thread *t)
{
	*thread_tcr(t, L4_TCR_BR0) = L4_COMPLETE.raw | 1;
	*thread_tcr(t, L4_TCR_BR0 - 1) = (l4_word_t)20000 << 10 | 1;
	*thread_tcr(t, L4_TCR_BR0 - 2) = FUZZ_VA + 0x8123;
	*thread_tcr(t, L4_TCR_BR0 - 3) = (l4_word_t)600 << 10;
	*thread_tcr(t, L4_TCR_BR0 - 4) = FUZZ_VA + 0x20000;
}

static void handle(struct thread *t, unsigned line)
{
	l4_tid_t irq = l4_tid_global(line, 1);

	CHECK(thread_control(root, irq, irq, NIL, t->id, KEEP));
	CHECK(!receive_from(t, irq));
	set_prio(t, PRIO_HANDLER);
	world_run(root);
}

static size_t pool_bytes(void) { return mem.kmem.end - mem.kmem.base; }

/* Of a free frame, of which only the links count, or of one in use or kept clear. */
__attribute__((no_sanitize("address", "undefined")))
static void copy_frame(l4_word_t *to, const l4_word_t *from, bool used)
{
	size_t bytes = used ? KMEM_FRAME : sizeof(struct list);

	for (size_t i = 0; i < bytes / sizeof(*to); i++)
		to[i] = from[i];
}

static void copy_pool(uintptr_t to, uintptr_t from)
{
	for (size_t i = 0; i < mem.kmem.frames; i++)
		copy_frame((l4_word_t *)(to + i * KMEM_FRAME), (const l4_word_t *)(from + i * KMEM_FRAME),
			   start.used[i]);
}

static void save(void)
{
	start.kernel = kernel;
	start.mem = mem;
	start.host = host;
	start.pool = malloc(pool_bytes());
	start.used = malloc(mem.kmem.frames);
	CHECK(start.pool && start.used);
	memset(start.used, true, mem.kmem.frames);
	for (struct list *l = mem.kmem.free.next; l != &mem.kmem.free; l = l->next)
		start.used[((uintptr_t)l - mem.kmem.base) / KMEM_FRAME] = false;
	copy_pool((uintptr_t)start.pool, mem.kmem.base);
}

/* Most of a short play is this; so it copies no more than it must, and of the console only its end. */
static void restore(void)
{
	kernel = start.kernel;
	mem = start.mem;
	memcpy(&host, &start.host, offsetof(struct host, console));
	host.console[host.console_len] = 0;
	copy_pool(mem.kmem.base, (uintptr_t)start.pool);
	host_tlb_reset();
}

void fuzz_set_stage(void)
{
	struct thread *pager, *client[3], *handler[2], *cast[FUZZ_MEMBERS];

	boot();
	pager = new_space();
	give(pager, ram(FUZZ_MEMORY_LOG2), FUZZ_VA, FUZZ_MEMORY_LOG2, L4_RWX);
	client[0] = new_space();
	client[1] = new_thread(client[0]);
	client[2] = new_space();
	handler[0] = new_thread(root);
	handler[1] = new_thread(client[0]);
	map(pager, root, l4_fpage(FUZZ_VA + 0x18000, 15, L4_RWX), FUZZ_VA);
	map(pager, client[0], l4_fpage(FUZZ_VA, 16, L4_RWX), FUZZ_VA);
	map(pager, client[2], l4_fpage(FUZZ_VA, 14, L4_R), FUZZ_VA);
	map(client[0], client[2], l4_fpage(FUZZ_VA, 13, L4_RWX), FUZZ_VA + 0x20000);
	for (unsigned i = 0; i < 3; i++) {
		with_buffers(client[i]);
		*thread_tcr(client[i], L4_TCR_PAGER) = pager->id.raw;
		*thread_tcr(client[i], L4_TCR_EXCEPTION_HANDLER) = pager->id.raw;
	}
	handle(handler[0], FUZZ_LINE);
	handle(handler[1], FUZZ_LINE + 1);
	memcpy(cast, (struct thread *[]){ sigma0, root, pager, client[0], client[1], client[2], handler[0],
					  handler[1] }, sizeof(cast));
	for (unsigned i = 0; i < FUZZ_MEMBERS; i++)
		fuzz_number[i] = l4_tid_number(cast[i]->id);
	for (unsigned i = 0; i < FUZZ_EXTRAS; i++)
		fuzz_number[FUZZ_MEMBERS + i] = l4_tid_number(new_tid()) + i;
	save();
}

/* ---- the end ---- */

static void check_all(void)
{
	fuzz_at_end = true;
	kernel_check(world_current());
	fuzz_at_end = false;
	for (struct tree_node *n = tree_first(&mem.space_tree); n; n = tree_next(n))
		host_tlb_check(container_of(n, struct space, link));
}

/* The thread with the root server's number, if it can clean up: out of whatever it is in. */
static struct thread *cleaner(void)
{
	struct thread *t = fuzz_member(1);

	if (!t || t->life != THREAD_ACTIVE || !t->space->privileged || t->space->sigma0)
		return 0;
	for (unsigned i = 0; i < SETTLE && t->work != WORK_NONE; i++)
		world_pass(CFG_TIMESLICE_US);
	if (t->life != THREAD_ACTIVE || t->work != WORK_NONE)
		return 0;
	fuzz_help(t);
	sched_set_prio(t, 255);
	world_settle(preempt_timer(world_current()));
	return world_current() == t ? t : 0;
}

static void delete_all(struct thread *self)
{
	for (l4_word_t n = kernel.user_base; n < (l4_word_t)1 << L4_THREAD_BITS; n++) {
		struct thread *t;

		if (!kernel.table[n >> THREAD_LEAF_LOG2]) {
			n |= ((l4_word_t)1 << THREAD_LEAF_LOG2) - 1;
			continue;
		}
		t = thread_numbered(n);
		if (t && t != self && t->kind == THREAD_USER && t != kernel.sigma0)
			CHECK(thread_control(self, t->id, NIL, NIL, NIL, KEEP));
	}
}

/* Nothing may be left of what was made. */
static void clean_up(void)
{
	struct thread *self = cleaner();

	if (!self)
		return;
	delete_all(self);
	for (unsigned i = 0; i < SETTLE && mem.nspaces > 2; i++)
		world_pass(CFG_TIMESLICE_US);
	if (world_current() == self)		/* sigma0 may have an Unmap to finish */
		ipc(self, NIL, L4_ANYLOCALTHREAD, timeouts(TIME_NEVER, TIME_NEVER));
	CHECK_EQ(mem.nspaces, 2);
	CHECK_EQ(self->space->account.given, 0);
	CHECK_EQ(self->space->nthreads, 1);
	CHECK_EQ(world_walks(), 0);
}

void fuzz_end(void)
{
	trace_inspect(root, L4_TRACE_FREE, 0);
}

void fuzz_begin(void)
{
	if (!start.pool)
		fuzz_set_stage();
	fuzz_end();
	restore();
	world_hook = (struct world_hook){ .watch = fuzz_watch };
	fuzz_disarm();
}

void fuzz_run(const uint8_t *data, size_t size)
{
	fuzz_begin();
	fuzz_source(data, size);
	for (bool more = fuzz_next_record(1); more; more = fuzz_next_record(FUZZ_RECORD))
		fuzz_action();
	fuzz_disarm();
	check_all();
	if (size == 0 || !(data[0] & 1))
		return;
	clean_up();
	check_all();
}
