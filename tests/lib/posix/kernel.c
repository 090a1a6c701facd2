/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel.c - see kernel.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <l4/pecan.h>
#include <x2/utcb.h>
#include "kernel.h"

enum { SET_GS = 0x1001,		/* of arch_prctl */
       THREADS = 64, SERVERS = 256, EVENTS = 32, STACK = 256 * 1024,
       PROPAGATED = 1 << 12, ERROR_FLAG = 1 << 15 };
#define FOREVER (~0ul)

#define INTERRUPTS (~1u)	/* task */

enum state { FREE, READY, SENDS, RECEIVES, HALTED };

struct thread {
	struct kernel_regs regs;
	_Alignas(64) unsigned long utcb[L4_UTCB_WORDS];	/* local ids have six bits that are 0 */
	enum state state;
	L4_ThreadId_t id;
	unsigned task;
	bool interrupt, pending;	/* no thread, but an interrupt; it is raised before the acknowledgement */
	L4_ThreadId_t to, from;		/* partner of the send, specifier of the receive */
	unsigned long timeout;		/* of the receive, us */
	unsigned long until;		/* while it waits */
};

static struct thread threads[THREADS], *current = threads;
static serve_fn *servers[SERVERS];
static bool ended[SERVERS];
static struct { bool used; unsigned long at; void (*fn)(void *); void *arg; } events[EVENTS];
static unsigned long clock_us = 1000000, gs_cell;
static L4_Word_t tls;
extern unsigned long kernel_call;
struct kernel_regs *kernel_regs = &threads[0].regs;
void kernel_enter(void);
void kernel_stop(const char *why)
{
	printf("    %s\n", why);
	fflush(stdout);
	_exit(1);
}

static unsigned long *mr(struct thread *t)
{
	return &t->utcb[L4_UTCB_MR0];
}

static L4_ThreadId_t id_of(const struct thread *t)
{
	return t->id;
}

L4_ThreadId_t kernel_thread(unsigned number)
{
	return L4_GlobalId(number, 1);
}

/* A thread of the task by its global or local id; NULL: it is none. */
static struct thread *thread_of(L4_ThreadId_t id)
{
	for (struct thread *t = threads; t < threads + THREADS; t++)
		if (t->state != FREE && (id.raw == id_of(t).raw || id.raw == (unsigned long)mr(t)))
			return t;
	return NULL;
}

static void run(struct thread *t)
{
	current = t;
	kernel_regs = &t->regs;
	gs_cell = (unsigned long)mr(t);
}

/* ---- IPC ---- */

static unsigned long us_of(unsigned timeout)
{
	if (timeout & 0x8000)
		kernel_stop("an absolute timeout");
	return timeout == 0 ? FOREVER : (unsigned long)(timeout & 0x3ff) << (timeout >> 10);
}

/* The message registers that a call has in CPU registers. */
static void regs_to_mrs(struct thread *t)
{
	const struct kernel_regs *r = &t->regs;
	const unsigned long word[8] = { r->r9, r->rax, r->rbx, r->r10, r->r12, r->r13, r->r14, r->r15 };

	memcpy(mr(t), word, sizeof word);
}

static void mrs_to_regs(struct thread *t)
{
	struct kernel_regs *r = &t->regs;
	const unsigned long *word = mr(t);

	r->r9 = word[0];
	r->rax = word[1];
	r->rbx = word[2];
	r->r10 = word[3];
	r->r12 = word[4];
	r->r13 = word[5];
	r->r14 = word[6];
	r->r15 = word[7];
}

static void raise_interrupt(struct thread *t);

/* The IPC of a thread is over. */
static void finish(struct thread *t, L4_ThreadId_t from)
{
	t->regs.rsi = from.raw;
	t->state = t->interrupt ? HALTED : READY;
	mrs_to_regs(t);
	if (t->pending)
		raise_interrupt(t);
}

static void fail(struct thread *t, unsigned kind)
{
	t->pending = false;
	t->utcb[L4_UTCB_MR0 + L4_TCR_ERROR_CODE] = kind << 1 | (t->state == RECEIVES);
	mr(t)[0] = ERROR_FLAG;
	finish(t, L4_nilthread);
}

/* The thread in whose name a thread of the same task sends: propagation. */
static struct thread *sender(struct thread *t)
{
	struct thread *in_name = NULL;

	if (mr(t)[0] & PROPAGATED)
		in_name = thread_of((L4_ThreadId_t){ .raw = t->utcb[L4_UTCB_MR0 + L4_TCR_SENDER] });
	return in_name && in_name->task == t->task ? in_name : t;
}

static bool accepts(const struct thread *t, struct thread *s)
{
	L4_ThreadId_t from = id_of(s);
	unsigned long local = t->task == s->task ? (unsigned long)mr(s) : 0;

	return t->state == RECEIVES
	       && (t->from.raw == from.raw || t->from.raw == L4_anythread.raw
		   || (local && (t->from.raw == local || t->from.raw == L4_anylocalthread.raw)));
}

static void begin_receive(struct thread *t);

static void deliver(struct thread *to, struct thread *from)
{
	unsigned words = (mr(from)[0] & 63) + (mr(from)[0] >> 6 & 63);

	memcpy(mr(to), mr(from), (words + 1) * sizeof(unsigned long));
	mr(to)[0] &= ~0xf000ul;
	from = sender(from);
	finish(to, to->task != from->task ? id_of(from)
						: (L4_ThreadId_t){ .raw = (unsigned long)mr(from) });
}

/* The send phase is over. */
static void sent(struct thread *t)
{
	if (L4_IsNilThread(t->from))
		finish(t, L4_nilthread);
	else
		begin_receive(t);
}

/* A thread that waits to send to t, if t accepts it. */
static void begin_receive(struct thread *t)
{
	t->state = RECEIVES;
	t->until = t->timeout == FOREVER ? FOREVER : clock_us + t->timeout;
	for (struct thread *s = threads; s < threads + THREADS; s++)
		if (s->state == SENDS && thread_of(s->to) == t && accepts(t, sender(s))) {
			deliver(t, s);
			sent(s);
			return;
		}
	if (t->timeout == 0)
		fail(t, IPC_TIMEOUT);
}

static void send_to_server(struct thread *t, serve_fn *serve)
{
	bool calls = t->from.raw == t->to.raw;
	L4_ThreadId_t server = t->to;

	t->state = calls ? RECEIVES : SENDS;
	t->until = t->timeout == FOREVER ? FOREVER : clock_us + t->timeout;
	if (serve((L4_MsgTag_t){ .raw = mr(t)[0] }, id_of(t)) && t->state == RECEIVES)
		finish(t, server);
	else if (t->state == SENDS)
		sent(t);
}

static void send(struct thread *t, unsigned long timeout)
{
	struct thread *to = thread_of(t->to);
	unsigned number = (unsigned)L4_ThreadNo(t->to);

	t->state = SENDS;
	t->until = timeout == FOREVER ? FOREVER : clock_us + timeout;
	if (to && accepts(to, sender(t))) {
		deliver(to, t);
		sent(t);
	} else if (to) {
		if (timeout == 0)
			fail(t, IPC_TIMEOUT);
	} else if (number < SERVERS && servers[number] && !ended[number]) {
		send_to_server(t, servers[number]);
	} else if (kernel_send_other && kernel_send_other(t->to, mr(t))) {
		sent(t);
	} else {
		fail(t, IPC_ABSENT);
	}
}

/* The interrupt's id sends to the handler, and waits for what acknowledges it. */
static void raise_interrupt(struct thread *t)
{
	t->pending = false;
	t->timeout = FOREVER;
	mr(t)[0] = 0;
	send(t, FOREVER);
}

static void ipc(struct thread *t)
{
	t->to.raw = t->regs.rsi;
	t->from.raw = t->regs.rdx;
	t->timeout = us_of(t->regs.r8 & 0xffff);
	regs_to_mrs(t);
	if (L4_IsNilThread(t->to))
		sent(t);
	else
		send(t, us_of(t->regs.r8 >> 16 & 0xffff));
}

void kernel_server(unsigned number, serve_fn *serve)
{
	servers[number] = serve;
	ended[number] = false;
}

void kernel_end_server(unsigned number)
{
	ended[number] = true;
	for (struct thread *t = threads; t < threads + THREADS; t++)
		if (t->state == RECEIVES && t->from.raw == kernel_thread(number).raw)
			fail(t, IPC_CANCELED + 1);
}

bool kernel_has_server(unsigned number)
{
	return servers[number] && !ended[number];
}

void kernel_answer(L4_ThreadId_t to, unsigned server, void (*put)(void *arg), void *arg)
{
	struct thread *t = thread_of(to);
	unsigned long before = gs_cell;

	if (!t || t->state != RECEIVES || t->from.raw != kernel_thread(server).raw)
		kernel_stop("a server answers a thread that does not wait for it");
	gs_cell = (unsigned long)mr(t);
	put(arg);
	gs_cell = before;
	finish(t, kernel_thread(server));
}

void kernel_cancel(L4_ThreadId_t thread, unsigned kind)
{
	struct thread *t = thread_of(thread);

	if (!t || t->state == READY)
		kernel_stop("a thread whose wait is to end does not wait");
	fail(t, kind);
}

/* ---- threads and time ---- */

static struct thread *next_ready(void)
{
	for (unsigned i = 1; i <= THREADS; i++) {
		struct thread *t = &threads[(unsigned)(current - threads + i) % THREADS];

		if (t->state == READY)
			return t;
	}
	return NULL;
}

/* The event that is first; -1: there is none. */
static int first_event(void)
{
	int first = -1;

	for (int i = 0; i < EVENTS; i++)
		if (events[i].used && (first < 0 || events[i].at < events[first].at))
			first = i;
	return first;
}

/* All threads wait: the clock is set to what comes first, which happens. */
static void pass_time(void)
{
	struct thread *first = NULL;
	int event = first_event();

	for (struct thread *t = threads; t < threads + THREADS; t++)
		if ((t->state == SENDS || t->state == RECEIVES) && t->until != FOREVER
		    && (!first || t->until < first->until))
			first = t;
	if (event >= 0 && (!first || events[event].at <= first->until)) {
		if (events[event].at > clock_us)
			clock_us = events[event].at;
		events[event].used = false;
		events[event].fn(events[event].arg);
	} else if (first) {
		if (first->until > clock_us)
			clock_us = first->until;
		fail(first, IPC_TIMEOUT);
	} else {
		kernel_stop("every thread waits for ever");
	}
}

void kernel_at(unsigned long at, void (*fn)(void *arg), void *arg)
{
	unsigned i = 0;

	while (events[i].used)
		if (++i == EVENTS)
			kernel_stop("too many events");
	events[i].used = true;
	events[i].at = at;
	events[i].fn = fn;
	events[i].arg = arg;
}

unsigned long kernel_now(void)
{
	return clock_us;
}

void kernel_set_clock(unsigned long us)
{
	clock_us = us;
}

L4_Word_t kernel_tls(void)
{
	return tls;
}

static struct thread *free_thread(void)
{
	static unsigned next;		/* a number is not used again at once, as ids have no versions here */
	struct thread *t;
	unsigned tries = 0;

	do
		t = &threads[++next % THREADS];
	while (t->state != FREE && ++tries < THREADS);
	return t->state == FREE ? t : NULL;
}

static void fresh(struct thread *t, L4_ThreadId_t id)
{
	memset(t, 0, sizeof *t);
	memcpy(t->regs.vectors, current->regs.vectors, sizeof t->regs.vectors);
	t->id = id;
	t->utcb[L4_UTCB_MR0 + L4_TCR_GLOBAL_ID] = id.raw;
	t->state = HALTED;
}

static void begin(struct thread *t, L4_Word_t ip, L4_Word_t sp)
{
	t->regs.rsp = sp - sizeof ip;
	memcpy((void *)t->regs.rsp, &ip, sizeof ip);
	t->state = READY;
}

unsigned kernel_thread_new(L4_Word_t ip, L4_Word_t sp)
{
	struct thread *t = free_thread();

	if (!t)
		return 0;
	fresh(t, L4_GlobalId(MAIN_THREAD + (L4_Word_t)(t - threads), 1));
	t->task = current->task;
	begin(t, ip, sp);
	return (unsigned)L4_ThreadNo(id_of(t));
}

bool kernel_thread_create(L4_ThreadId_t id)
{
	struct thread *t = free_thread();

	if (t)
		fresh(t, id);
	return t != NULL;
}

void kernel_thread_delete(L4_ThreadId_t id)
{
	struct thread *t = thread_of(id);

	if (t)
		t->state = FREE;
}

L4_ThreadId_t kernel_thread_set(L4_ThreadId_t id, unsigned long control, struct kernel_regs *r)
{
	enum { IP = 0x10, HANDLE = 0x40 };
	struct thread *t = thread_of(id);

	if (!t)
		return L4_nilthread;
	if (control & HANDLE)
		t->utcb[L4_UTCB_MR0 + L4_TCR_USER_HANDLE] = r->r10;
	if (control & IP)
		begin(t, r->r8, r->rdx);
	return id.raw == id_of(t).raw ? (L4_ThreadId_t){ .raw = (unsigned long)mr(t) } : id_of(t);
}

void kernel_name(unsigned number, L4_ThreadId_t id, unsigned task)
{
	struct thread *t = number ? thread_of(kernel_thread(number)) : current;

	t->id = id;
	t->task = task;
	t->utcb[L4_UTCB_MR0 + L4_TCR_GLOBAL_ID] = id.raw;
}

/* Those that wait for it wait in vain. */
static void end(struct thread *t)
{
	L4_ThreadId_t id = id_of(t);
	unsigned long local = (unsigned long)mr(t);

	t->state = FREE;
	for (struct thread *s = threads; s < threads + THREADS; s++)
		if ((s->state == SENDS && (s->to.raw == id.raw || s->to.raw == local))
		    || (s->state == RECEIVES && (s->from.raw == id.raw || s->from.raw == local)))
			fail(s, IPC_ABSENT);
}

bool kernel_thread_end(unsigned number)
{
	struct thread *t = thread_of(kernel_thread(number));

	if (t)
		end(t);
	return t != NULL;
}

void kernel_task_end(unsigned task)
{
	for (struct thread *t = threads; t < threads + THREADS; t++)
		if (t->state != FREE && t->task == task)
			end(t);
}

unsigned kernel_task(L4_ThreadId_t thread)
{
	const struct thread *t = thread_of(thread);

	return t ? t->task : ~0u;
}

void kernel_interrupt(unsigned number, L4_ThreadId_t handler)
{
	struct thread *t = thread_of(kernel_thread(number));

	if (!t) {
		t = free_thread();
		if (!t)
			kernel_stop("too many threads");
		fresh(t, kernel_thread(number));
		t->interrupt = true;
		t->task = INTERRUPTS;
	}
	t->pending = t->state != HALTED;
	t->to = t->from = t->state == HALTED ? handler : t->to;
	if (t->state == HALTED)
		raise_interrupt(t);
}

unsigned kernel_threads(void)
{
	unsigned n = 0;

	for (const struct thread *t = threads; t < threads + THREADS; t++)
		n += t->state != FREE;
	return n;
}

bool kernel_waits(unsigned number, unsigned long *until)
{
	const struct thread *t = thread_of(kernel_thread(number));

	*until = t ? t->until : 0;
	return t && (t->state == SENDS || t->state == RECEIVES);
}

struct start { void (*fn)(void *); void *arg; };

static void started(void)
{
	struct start *s = (struct start *)((char *)__builtin_frame_address(0) + 2 * sizeof(L4_Word_t));

	s->fn(s->arg);
	kernel_name(0, kernel_thread(MAIN_THREAD + (unsigned)(current - threads)), 0);
	L4_Sleep(L4_Never);
}

void kernel_pretend(unsigned number)
{
	kernel_name(0, kernel_thread(number), 1);
}

unsigned kernel_start(void (*fn)(void *arg), void *arg)
{
	char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct start *s = (struct start *)(stack + STACK) - 1;

	*s = (struct start){ fn, arg };
	return kernel_thread_new((L4_Word_t)started, (L4_Word_t)s - sizeof(L4_Word_t));
}

/* Called by gateway.S for the current thread. */
void kernel_enter(void)
{
	struct thread *t = current;

	switch (kernel_call) {
	case CALL_IPC: ipc(t); break;
	case CALL_CLOCK: t->regs.rax = clock_us; break;
	case CALL_SWITCH: run(next_ready()); return;
	case CALL_TLS: tls = t->regs.rdi; t->regs.rax = 1; break;
	default:
		if (kernel_call_other && kernel_call_other(kernel_call, &t->regs))
			break;
		if (kernel_call != CALL_UNMAP)	/* no thread here has pages of another one */
			kernel_stop("a system call that this kernel has not got");
	}
	while (current->state != READY || current != t) {
		struct thread *next = t->state == READY ? t : next_ready();

		if (next) {
			run(next);
			return;
		}
		pass_time();
	}
}

/* ---- the beginning ---- */

/*
 * The sanitizer's own looks for the end of the stack, before a function that does not return: most threads
 * here have stacks that it does not know, and none of them is left by a jump. Weak: where only lwIP has the
 * sanitizer, its own is linked.
 */
void __asan_handle_no_return(void) __attribute__((weak));

void __asan_handle_no_return(void)
{
}

/* Before main, as the compiler may read gs:0 as early in a function as it likes. */
__attribute__((constructor)) static void set_gs(void)
{
	gs_cell = (unsigned long)mr(&threads[0]);
	if (syscall(SYS_arch_prctl, SET_GS, &gs_cell) != 0)
		kernel_stop("this system does not let a program set the base of GS");
}

void kernel_begin(void)
{
	kernel_page();
	__L4_Init();
	threads[0].state = READY;
	threads[0].id = kernel_thread(MAIN_THREAD);
	threads[0].utcb[L4_UTCB_MR0 + L4_TCR_GLOBAL_ID] = id_of(&threads[0]).raw;
}
