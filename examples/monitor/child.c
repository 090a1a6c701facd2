/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * child.c - see monitor.h: the space, its memory, its events.
 *
 * This thread is pager, exception handler, scheduler and redirector of the child's. What the child sends
 * comes here, whatever thread it is meant for. The child has a lower priority: it runs only while this thread
 * waits.
 */
#include <string.h>
#include <l4/ipc.h>
#include <l4/message.h>
#include <l4/schedule.h>
#include <l4/space.h>
#include <pecan/memory.h>
#include <pecan/print.h>
#include <pecan/space.h>
#include "monitor.h"

enum {
	AREAS = 16, KMEM = 256 * 1024, PRIORITY = 1,
	FAULT = -2, EXCEPTION = -5,		/* protocols of the kernel's messages */
	INVALID_OPCODE = 6, FLAGS = 0x202, VECTORS = 160, XSAVE_HEADER = 512, SSE = 2,
	X87_SSE_AVX = 7,
};

struct area { L4_Word_t at, bytes; char *own; unsigned rights; };

bool has_osxsave(void);

extern char stub[], stub_end[], stub_start[], stub_tls[], stub_xsave[], stub_xrstor[], stub_fxsave[];
extern char stub_fxrstor[], stub_trap[], stub_loop[];

static struct pecan_space space;
static struct area areas[AREAS];
static unsigned count;
static char *data;			/* what the child has at STUB_DATA */
static bool has_xsave;

static L4_Word_t in_stub(const char *label) { return STUB + (L4_Word_t)(label - stub); }

/* ---- memory ---- */

void child_give(L4_Word_t at, char *own, L4_Word_t bytes, unsigned rights)
{
	if (count < AREAS)
		areas[count++] = (struct area){ at, bytes, own, rights };
}

static const struct area *area_of(L4_Word_t at)
{
	for (const struct area *a = areas; a < areas + count; a++)
		if (at - a->at < a->bytes)
			return a;
	return 0;
}

char *child_memory(L4_Word_t at, L4_Word_t bytes)
{
	const struct area *a = area_of(at);

	return a && bytes <= a->bytes - (at - a->at) ? a->own + (at - a->at) : 0;
}

/* The answer to a fault is in the message registers, if the child has a page there. */
static bool serve_fault(L4_Word_t address, unsigned access)
{
	L4_Word_t page = address & ~(L4_Word_t)(PAGE - 1);
	const struct area *a = area_of(page);
	L4_MapItem_t item;
	char *own;

	if (!a || (access & ~a->rights) != 0)
		return false;
	own = a->own + (page - a->at);
	if (a->rights & WRITE)			/* a page can be mapped if this program has it, with that right */
		*(volatile char *)own = *own;
	else
		*(volatile char *)own;
	item = L4_MapItem(L4_FpageAddRights(L4_FpageLog2((L4_Word_t)own, PAGE_LOG2), a->rights), page);
	L4_LoadMRs(1, 2, item.raw);
	L4_Set_MsgTag((L4_MsgTag_t){ .X.t = 2 });
	return true;
}

/* ---- events ---- */

static enum event exception(struct registers *r)
{
	L4_StoreMRs(1, L4_EXC_WORDS, &r->r[1]);
	if (r->r[L4_EXC_NUMBER] == L4_EXC_FOREIGN_SYSCALL)
		return EVENT_CALL;
	return r->r[L4_EXC_NUMBER] == INVALID_OPCODE && r->r[L4_EXC_RIP] - STUB < PAGE ? EVENT_STUB
									       : EVENT_EXCEPTION;
}

/* Is it the kernel's message of this protocol? One with its label that the child sends itself has flag r. */
static bool is_kernels(L4_MsgTag_t tag, L4_SignedWord_t protocol)
{
	return !L4_IpcRedirected(tag) && (L4_SignedWord_t)tag.raw >> 20 == protocol;
}

/* The event of a message; faults that can be served are, until there is another one. */
static enum event event(L4_MsgTag_t tag, struct registers *r)
{
	L4_Word_t word[2];

	while (L4_IpcSucceeded(tag) && is_kernels(tag, FAULT)) {
		L4_StoreMRs(1, 2, word);
		r->r[L4_EXC_RAX] = word[0];
		r->r[L4_EXC_RIP] = word[1];
		if (!serve_fault(word[0], tag.raw >> 16 & 7))
			return EVENT_FAULT;
		tag = L4_Call(space.thread);
	}
	if (L4_IpcFailed(tag))
		return L4_ErrorCode() >> 1 == 1 ? EVENT_TIME : EVENT_FAILED;
	return is_kernels(tag, EXCEPTION) ? exception(r) : EVENT_FAILED;
}

static L4_Time_t limit(unsigned us) { return us == 0 ? L4_Never : L4_TimePeriod(us); }

enum event child_wait(struct registers *r, unsigned us)
{
	return event(L4_Receive_Timeout(space.thread, limit(us)), r);
}

enum event child_run(struct registers *r, unsigned us)
{
	L4_LoadMRs(1, L4_EXC_REPLY_WORDS, &r->r[1]);
	L4_Set_MsgTag((L4_MsgTag_t){ .X.u = L4_EXC_REPLY_WORDS });
	return event(L4_Call_Timeouts(space.thread, L4_ZeroTime, limit(us)), r);
}

enum event child_start(struct registers *r)
{
	L4_Word_t sp = STUB_SP - sizeof(L4_Word_t);

	*(L4_Word_t *)child_memory(sp, sizeof(L4_Word_t)) = L4_Myself().raw;
	L4_LoadMR(1, in_stub(stub_start));
	L4_LoadMR(2, sp);
	L4_Set_MsgTag((L4_MsgTag_t){ .X.u = 2 });
	return event(L4_Call(space.thread), r);
}

/*
 * ExchangeRegisters sets the IP of a thread that runs, and returns the one that it had: so the next that it
 * executes is the stub, whose exception has all other registers.
 */
enum event child_stop(struct registers *r)
{
	__L4_ExregsOld_t old = __L4_Exregs(space.thread, __L4_EXREGS_IP, 0, in_stub(stub_trap), 0);
	enum event e;

	if (L4_IsNilThread(old.result))
		return EVENT_FAILED;
	e = child_wait(r, 0);
	r->r[L4_EXC_RIP] = old.ip;
	return e;
}

/* ---- the stub ---- */

/* The child's thread executes a part of the stub, with this RDI. */
static bool execute(const char *part, L4_Word_t rdi)
{
	struct registers r = { .r = {
		[L4_EXC_RIP] = in_stub(part), [L4_EXC_RSP] = STUB_SP, [L4_EXC_RDI] = rdi, [L4_EXC_RCX] = KIP,
		[L4_EXC_RAX] = X87_SSE_AVX, [L4_EXC_RFLAGS] = FLAGS,
	} };

	return child_run(&r, 0) == EVENT_STUB;
}

bool child_set_tls(L4_Word_t address) { return execute(stub_tls, address); }
bool child_save_vectors(void) { return execute(has_xsave ? stub_xsave : stub_fxsave, STUB_DATA); }

bool child_load_vectors(void)
{
	if (has_xsave)			/* XRSTOR loads what the header says is there, and clears the rest */
		*(L4_Word_t *)(data + XSAVE_HEADER) |= SSE;
	return execute(has_xsave ? stub_xrstor : stub_fxrstor, STUB_DATA);
}

unsigned char *child_vectors(void) { return (unsigned char *)data + VECTORS; }
L4_Word_t child_loop(void) { return in_stub(stub_loop); }

/* ---- beginning and end ---- */

bool child_begin(void)
{
	struct pecan_space_wanted wanted = { KMEM, 1, KIP, UTCBS, PRIORITY };
	char *code = pecan_map(PAGE);
	enum root_error e;

	data = pecan_map(PAGE);
	if (!code || !data)
		return false;
	memcpy(code, stub, (L4_Word_t)(stub_end - stub));
	pecan_seal(code, true);
	has_xsave = has_osxsave();
	count = 0;
	child_give(STUB, code, PAGE, READ | EXECUTE);
	child_give(STUB_DATA, data, PAGE, READ | WRITE);
	e = pecan_space_new(&wanted, &space);
	if (e != ROOT_OK)
		printf("monitor: no child space: %s\n", pecan_error_text(e));
	return e == ROOT_OK;
}

void child_end(void)
{
	pecan_space_end(space.number);
}
