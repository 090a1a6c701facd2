/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * child.c - see edge.h: child spaces, their threads, and what these do.
 *
 * A child's thread can send the server any message that a program can send. Of those with a label of the
 * kernel's protocols the kernel's own have no flags. One that the thread sends itself has flag r, as it
 * leaves a space with a redirector (docs/api/ipc.md): the thread is lost, as by any other message that means
 * nothing here. So is one that names another pager or handler than the server, whose faults come with r.
 *
 * A thread may have left its fault when it is answered, as another one of its process can cancel it, and may
 * wait for a message with a window of its own. So an answer says what the process gets, not where
 * (linux/arch/lent.c). If the thread does not wait for it, the answer fails, and the thread is lost.
 */
#include <string.h>
#include <l4/pecan.h>
#include <pecan/space.h>
#include <x2/arch.h>
#include "edge_own.h"

enum {
	/* Protocols of the kernel's messages. */
	FAULT = -2, EXCEPTION = -5, PORT = -8, EXHAUSTED = -16,
	ACCESS_SHIFT = 16, ACCESS = 7,	/* of a fault, in its tag */
	RECEIVE_PHASE = 1,		/* of an error code */
	SEND_OVERFLOW = 4 << 1, RECEIVE_TIMEOUT = 1 << 1 | RECEIVE_PHASE, INVALID_OPCODE = 6, FLAGS = 0x202,
	STUB_US = 1000000,		/* the stub takes less, unless the child has changed what is there */
	FXSAVE_BYTES = 512, XSAVE_BYTES = 832,		/* XSAVE of x87, SSE and AVX */
	WAITS = 64,
	STUB_FAULTS = 8,		/* it has two pages, and may lose them by Unmap */
	WORDS_AT = 2048,		/* of the words, at EDGE_DATA */
};

_Static_assert((int)EDGE_REGISTERS == L4_EXC_REPLY_WORDS && (int)EDGE_FLAGS + 1 == L4_EXC_RFLAGS,
	       "the kernel's order");

/* What stub_load finds at RSP. */
struct stub_words { L4_Word_t handler, fs, set_tls, kind, at; };

int has_osxsave(void);

unsigned edge_vectors = FXSAVE_BYTES;
static int has_xsave;

extern char stub[], stub_load[], stub_save[], stub_trap[];

static L4_Word_t in_stub(const char *label) { return EDGE_STUB + (L4_Word_t)(label - stub); }

void child_start(void)
{
	has_xsave = has_osxsave();
	if (has_xsave)
		edge_vectors = XSAVE_BYTES;
}

/* ---- spaces ---- */

static int result(enum root_error e) { edge_end(); return e == ROOT_OK ? 0 : -1; }

int edge_space_new(unsigned long kmem, unsigned slots, unsigned long *space, unsigned long *thread)
{
	const struct pecan_space_wanted wanted = { kmem, slots, EDGE_KIP, EDGE_UTCBS, CHILD_PRIORITY };
	struct pecan_space made;
	enum root_error e;

	edge_begin();
	e = pecan_space_new(&wanted, &made);
	if (e == ROOT_OK) {
		*space = made.number;
		*thread = made.thread.raw;
	}
	return result(e);
}

int edge_thread_new(unsigned long space, unsigned slot, unsigned long *thread)
{
	L4_ThreadId_t made;
	enum root_error e;

	edge_begin();
	e = pecan_space_thread_new(space, slot, CHILD_PRIORITY, &made);
	if (e == ROOT_OK)
		*thread = made.raw;
	return result(e);
}

void edge_space_end(unsigned long space)
{
	edge_begin();
	pecan_space_end(space);
	edge_end();
}

/* ---- events ---- */

/* Is this tag, with whatever access, that of a message of the kernel, of this protocol and so many words? */
static inline bool is_kernels(L4_MsgTag_t tag, L4_SignedWord_t protocol, L4_Word_t words)
{
	return (tag.raw & ~((L4_Word_t)ACCESS << ACCESS_SHIFT)) == ((L4_Word_t)protocol << 20 | words);
}

/* Registers are words of a message in the order in which Linux keeps them. */
static inline void copy_registers(unsigned long *to, const unsigned long *from)
{
	__builtin_memcpy(__builtin_assume_aligned(to, sizeof(*to)), __builtin_assume_aligned(from, sizeof(*to)),
			 EDGE_REGISTERS * sizeof(*to));
}

static inline void put_registers(const unsigned long r[EDGE_REGISTERS])
{
	copy_registers(__L4_Utcb() + 1, r);
	L4_Set_MsgTag((L4_MsgTag_t){ .X.u = EDGE_REGISTERS });
}

static enum edge_what exception(unsigned long r[EDGE_REGISTERS], struct edge_event *e)
{
	copy_registers(r, __L4_Utcb() + 1);
	L4_StoreMR(L4_EXC_NUMBER, &e->number);
	L4_StoreMR(L4_EXC_ERROR, &e->error);
	return e->number == L4_EXC_FOREIGN_SYSCALL ? EDGE_SYSCALL : EDGE_EXCEPTION;
}

static enum edge_what fault(L4_MsgTag_t tag, struct edge_event *e)
{
	L4_StoreMR(1, &e->address);
	L4_StoreMR(2, &e->ip);
	e->access = tag.raw >> ACCESS_SHIFT & ACCESS;
	return EDGE_FAULT;
}

/* The event that a message is. Registers that it carries are stored in r. */
static enum edge_what event(L4_MsgTag_t tag, unsigned long r[EDGE_REGISTERS], struct edge_event *e)
{
	if (is_kernels(tag, EXCEPTION, L4_EXC_WORDS))
		return exception(r, e);
	if (is_kernels(tag, FAULT, 2))
		return fault(tag, e);
	if (is_kernels(tag, PORT, 2)) {
		L4_StoreMR(2, &e->ip);
		return EDGE_PORT;
	}
	return is_kernels(tag, EXHAUSTED, 2) ? EDGE_EXHAUSTED : EDGE_LOST;
}

/*
 * An answer has failed. If that was for lack of kernel memory, the thread is halted, and the kernel's message
 * says so (docs/decisions/kernel-memory.md).
 */
static enum edge_what failed(L4_ThreadId_t thread)
{
	if (L4_ErrorCode() != SEND_OVERFLOW)
		return EDGE_LOST;
	return is_kernels(L4_Receive_Timeout(thread, L4_ZeroTime), EXHAUSTED, 2) ? EDGE_EXHAUSTED : EDGE_LOST;
}

/*
 * A wait for any thread has ended with this tag. Returns true if the server is to wait again: the message is
 * one of another thread than these two; or one of any that cannot be received, as its length is wrong or
 * the server does not accept its items.
 */
static bool is_dropped(L4_MsgTag_t tag, L4_ThreadId_t from, L4_ThreadId_t thread)
{
	if (L4_IpcFailed(tag))
		return L4_ErrorCode() & RECEIVE_PHASE;
	return !L4_IsThreadEqual(from, thread) && !L4_IsThreadEqual(from, helper_local);
}

/*
 * Answer `to`, if it is not nilthread, with the message in the message registers, and wait for what that
 * thread does, or for an interrupt. A message of another thread of a child is dropped: that thread waits for
 * an answer afterwards, which is the state in which the server has it.
 */
static enum edge_what answer_and_wait(L4_ThreadId_t to, L4_ThreadId_t thread, unsigned long *r,
				      struct edge_event *e)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag;

	edge.state = EDGE_WAITS;
	if (edge.pending) {
		edge.state = EDGE_KERNEL;
		return EDGE_NOT_YET;
	}
	tag = L4_ReplyWait(to, &from);
	while (is_dropped(tag, from, thread))
		tag = L4_Wait(&from);
	edge.state = EDGE_KERNEL;
	if (L4_IpcFailed(tag))
		return failed(thread);
	return L4_IsThreadEqual(from, helper_local) ? EDGE_INTERRUPT : event(tag, r, e);
}

static inline L4_ThreadId_t id(unsigned long thread) { return (L4_ThreadId_t){ .raw = thread }; }

enum edge_what edge_resume(unsigned long thread, unsigned long r[EDGE_REGISTERS], struct edge_event *e)
{
	put_registers(r);
	return answer_and_wait(id(thread), id(thread), r, e);
}

enum edge_what edge_map(unsigned long thread, unsigned long at, unsigned long page, unsigned rights,
			unsigned long r[EDGE_REGISTERS], struct edge_event *e)
{
	L4_MapItem_t item = L4_MapItem(L4_FpageAddRights(L4_FpageLog2(page, PAGE_LOG2), rights), at);

	if (page)
		L4_LoadMRs(1, 2, item.raw);
	L4_Set_MsgTag((L4_MsgTag_t){ .X.t = page ? 2 : 0 });
	return answer_and_wait(id(thread), id(thread), r, e);
}

enum edge_what edge_continue(unsigned long thread, unsigned long r[EDGE_REGISTERS], struct edge_event *e)
{
	return answer_and_wait(L4_nilthread, id(thread), r, e);
}

/* ---- the stub ---- */

/* Loads the answer to a fault on one of the stub's two pages. Returns false if it is another page. */
static bool stub_page(const struct edge_event *e, void *data)
{
	L4_Word_t at = e->address & ~(L4_Word_t)(PAGE - 1);
	L4_Word_t page = at == EDGE_STUB ? (L4_Word_t)stub : at == EDGE_DATA ? (L4_Word_t)data : 0;
	L4_MapItem_t item;

	*(volatile char *)stub;		/* what is to be mapped must be there */
	item = L4_MapItem(L4_FpageAddRights(L4_FpageLog2(page, PAGE_LOG2), at == EDGE_STUB ?
					    EDGE_READ | EDGE_EXECUTE : EDGE_READ | EDGE_WRITE), at);
	L4_LoadMRs(1, 2, item.raw);
	L4_Set_MsgTag((L4_MsgTag_t){ .X.t = 2 });
	return page != 0;
}

static bool is_late(L4_MsgTag_t tag) { return L4_IpcFailed(tag) && L4_ErrorCode() == RECEIVE_TIMEOUT; }

/*
 * tag: of a wait for a thread in the stub. If that was in vain, another task may have kept the thread from
 * running. So it gets the server's priority, and time as often as the server itself has some.
 */
static L4_MsgTag_t patiently(L4_ThreadId_t thread, L4_MsgTag_t tag)
{
	bool late = is_late(tag);

	if (!late)
		return tag;
	L4_Set_Priority(thread, SERVER_PRIORITY);
	for (unsigned i = 0; i < WAITS && late; i++) {
		tag = L4_Receive_Timeout(thread, L4_TimePeriod(STUB_US / WAITS));
		late = is_late(tag);
	}
	L4_Set_Priority(thread, CHILD_PRIORITY);
	return tag;
}

/* Waits for the UD2 at the end of a part of the stub; its first message has this tag. Returns 0 or -1. */
static int stub_done(L4_ThreadId_t thread, L4_MsgTag_t tag, unsigned long r[EDGE_REGISTERS], void *data)
{
	struct edge_event e;
	enum edge_what what;

	tag = patiently(thread, tag);
	what = L4_IpcFailed(tag) ? EDGE_LOST : event(tag, r, &e);
	for (unsigned i = 0; i < STUB_FAULTS && what == EDGE_FAULT && stub_page(&e, data); i++) {
		tag = patiently(thread, L4_Call_Timeouts(thread, L4_ZeroTime, L4_TimePeriod(STUB_US)));
		what = L4_IpcFailed(tag) ? EDGE_LOST : event(tag, r, &e);
	}
	edge_end();
	return what == EDGE_EXCEPTION && e.number == INVALID_OPCODE && r[EDGE_IP] - EDGE_STUB < PAGE ? 0 : -1;
}

/* The thread continues at a part of the stub. */
static int stub_run(L4_ThreadId_t thread, const char *part, L4_Word_t sp, void *data)
{
	unsigned long r[EDGE_REGISTERS] = {
		[EDGE_IP] = in_stub(part), [EDGE_SP] = sp, [EDGE_DI] = EDGE_DATA, [EDGE_FLAGS] = FLAGS,
		[EDGE_AX] = (unsigned long)has_xsave,
	};

	put_registers(r);
	return stub_done(thread, L4_Call_Timeouts(thread, L4_ZeroTime, L4_TimePeriod(STUB_US)), r, data);
}

int edge_load(unsigned long thread, int new, unsigned long fs, int vectors, void *data)
{
	struct stub_words *words = (void *)((char *)data + WORDS_AT);
	unsigned long r[EDGE_REGISTERS];

	*words = (struct stub_words){
		.handler = server.raw, .fs = fs, .set_tls = (L4_Word_t)__L4_SetTls,
		.kind = !vectors ? 0 : has_xsave ? 2 : 1, .at = EDGE_DATA,
	};
	edge_begin();
	if (!new)
		return stub_run(id(thread), stub_load, EDGE_DATA + WORDS_AT, data);
	L4_LoadMR(1, in_stub(stub_load));
	L4_LoadMR(2, EDGE_DATA + WORDS_AT);
	L4_Set_MsgTag((L4_MsgTag_t){ .X.u = 2 });
	return stub_done(id(thread), L4_Call_Timeouts(id(thread), L4_ZeroTime, L4_TimePeriod(STUB_US)), r, data);
}

int edge_save(unsigned long thread, void *data)
{
	edge_begin();
	return stub_run(id(thread), stub_save, EDGE_DATA + WORDS_AT, data);
}

enum edge_what edge_poll(unsigned long thread, unsigned long r[EDGE_REGISTERS], struct edge_event *e)
{
	L4_MsgTag_t tag;
	enum edge_what what;

	edge_busy();
	tag = L4_Receive_Timeout(id(thread), L4_ZeroTime);
	what = L4_IpcFailed(tag) ? EDGE_INTERRUPT : event(tag, r, e);
	edge_end();
	return what;
}

/*
 * ExchangeRegisters sets the IP of a thread, and returns the IP that it had: so the thread executes the UD2
 * at stub_trap next, and the message of this exception has all other registers.
 */
int edge_stop(unsigned long thread, unsigned long r[EDGE_REGISTERS], void *data)
{
	enum { CONTROL = __L4_EXREGS_IP | __L4_EXREGS_RECEIVE | __L4_EXREGS_SEND | __L4_EXREGS_SET_HALT };
	__L4_ExregsOld_t old;
	int done;

	edge_begin();
	old = __L4_Exregs(id(thread), CONTROL, 0, in_stub(stub_trap), 0);
	if (L4_IsNilThread(old.result)) {
		edge_end();
		return -1;
	}
	done = stub_done(id(thread), L4_Receive_Timeout(id(thread), L4_TimePeriod(STUB_US)), r, data);
	r[EDGE_IP] = old.ip;
	return done;
}
