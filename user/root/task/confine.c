/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * confine.c - confined tasks: what they send to others goes to a redirector (api 5.10), which forwards it if
 * the system description permits that, and else refuses it.
 *
 * A redirector is a thread of root's space, one for each confined task. So messages for root, faults above
 * all, reach the message loop without it, and it may wait for a receiver, as no other task depends on it.
 * Its priority is one above what the task may have: it has done its work when a thread of the task sends
 * again, so an answer with a zero send timeout finds it waiting. It shares no data with the message loop: it
 * requests verdicts from it (root_may_send), and caches them by the receiver's id, which no other thread
 * gets: a verdict stays until one for another receiver takes its place.
 *
 * The forwarded message is in the name of its sender (propagation): the receiver answers that one, directly
 * unless it is confined too. The redirector does not know the sender's timeouts. It waits for the receiver of
 * a request, but not for that of an answer: clients that do not wait must not stop it.
 */
#include <l4/ipc.h>
#include <proto/grants.h>
#include <proto/root_client.h>
#include <proto/root_server.h>
#include <proto/verdict.h>
#include <root/job/order.h>
#include <root/memory/image.h>
#include <root/memory/pool.h>
#include <root/root.h>
#include <x2/arch.h>
#include <x2/msg.h>
#include "confine.h"
#include "task.h"

enum {
	FORWARD_US = 1000000, UTCB_BYTES = 1 << L4_UTCB_ALIGN_LOG2,
	REDIRECTORS_MAX = (1 << L4_INITIAL_UTCB_LOG2) / UTCB_BYTES - CONFINE_UTCB_FIRST,
};

enum verdict { REFUSED, REQUESTS, ANSWERS };

/* A page, with the stack at its end. */
struct redirector { struct { l4_word_t to; enum verdict is; } verdict[VERDICTS]; };

/* What uses which UTCB: the redirector of which task; 0: none. */
static const struct task *utcb_user[REDIRECTORS_MAX];

/* ---- what may be sent ---- */

static bool uses(const struct task *client, const struct task *server)
{
	return grants_hold_name(&client->program->uses, server->image->name);
}

bool confine_permits(const struct task *from, const struct task *to)
{
	return !from->program->confined || from == to || uses(from, to) || uses(to, from);
}

enum root_error serve_root_may_send(struct root_caller *c, const struct root_may_send_in *in,
				    struct root_may_send_out *out)
{
	unsigned i;
	const struct task *to = task_of_thread(in->receiver.raw, &i);

	if (!to || !confine_permits(c->task, to))
		return ROOT_E_RIGHT;
	out->answers = uses(to, c->task);
	return ROOT_OK;
}

struct task *confine_task(l4_word_t redirector)
{
	l4_word_t slot = l4_tid_number((l4_tid_t){ redirector }) - root.user_base - REDIRECTOR_NUMBERS;
	struct task *t = slot < TASKS_MAX ? root.task[slot] : 0;

	return t && t->phase == TASK_ALIVE && t->redirector == redirector ? t : 0;
}

/* ---- the redirector ---- */

static enum verdict ask(L4_ThreadId_t to)
{
	struct root_may_send_out out;

	if (root_may_send(root_thread(), to, &out) != ROOT_OK)
		return REFUSED;
	return out.answers ? ANSWERS : REQUESTS;
}

/* Keeps the message registers. */
static enum verdict verdict_of(struct redirector *r, L4_ThreadId_t to)
{
	unsigned i = verdict_place(to);
	l4_word_t message[L4_MRS];

	if (r->verdict[i].to != to.raw) {
		L4_StoreMRs(0, L4_MRS, message);
		r->verdict[i].is = ask(to);
		r->verdict[i].to = to.raw;
		L4_LoadMRs(0, L4_MRS, message);
	}
	return r->verdict[i].is;
}

static L4_MsgTag_t refuse(L4_ThreadId_t *from, l4_word_t label)
{
	L4_Set_MsgTag(stub_tag(label, 0, 0));
	return L4_ReplyWait(*from, from);
}

/*
 * Forward the message in the message registers to `to`, in the name of *from, and wait for the next one: its
 * tag is *tag, its sender *from. Returns false if the message was not received within the limit.
 */
static bool forward(L4_ThreadId_t to, L4_Time_t limit, L4_MsgTag_t *tag, L4_ThreadId_t *from)
{
	L4_MsgTag_t message = { .raw = stub_shape(*tag) }, next;
	L4_ThreadId_t sender = *from;

	L4_Set_VirtualSender(sender);
	L4_Set_Propagation(&message);
	L4_Set_MsgTag(message);
	next = L4_Ipc(to, L4_anythread, L4_Timeouts(limit, L4_Never), from);
	if (L4_IpcFailed(next) && (L4_ErrorCode() & 1) == 0) {	/* an error of the receive phase is of the next */
		*from = sender;
		return false;
	}
	*tag = next;
	return true;
}

/*
 * Forward the message in the message registers, or refuse it; then wait for the next one. A fault goes to
 * root, like those without a handler, if the task may not use its handler, or that does not receive it: an
 * empty answer would let the thread fault again, for ever.
 */
static L4_MsgTag_t pass(struct redirector *r, L4_MsgTag_t tag, L4_ThreadId_t *from)
{
	L4_ThreadId_t to = L4_IntendedReceiver();
	enum verdict verdict = verdict_of(r, to);
	bool fault = is_of_kernel(tag);
	L4_Time_t limit = verdict == ANSWERS && !fault ? L4_ZeroTime : L4_TimePeriod(FORWARD_US);

	if (verdict == REFUSED && !fault)
		return refuse(from, ROOT_NOT_PERMITTED);
	if (verdict != REFUSED && forward(to, limit, &tag, from))
		return tag;
	if (fault && forward(root_thread(), limit, &tag, from))
		return tag;
	return refuse(from, ROOT_NOT_DELIVERED);
}

/* A message that is not redirected has no intended receiver: ignored. */
void confine_redirect(void)
{
	struct redirector *r = (struct redirector *)L4_UserDefinedHandle();
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	for (;;)
		tag = L4_IpcSucceeded(tag) && L4_IpcRedirected(tag) ? pass(r, tag, &from) : L4_Wait(&from);
}

/* ---- beginning and end ---- */

static unsigned utcb_of(const struct task *t)
{
	unsigned i = 0;

	while (i < REDIRECTORS_MAX && utcb_user[i] != t)
		i++;
	return i;
}

enum root_error confine_begin(struct task *t, l4_word_t *word)
{
	unsigned utcb = utcb_of(0);

	word[SPACE_REDIRECTOR] = L4_anythread.raw;
	if (!t->program->confined)
		return ROOT_OK;
	if (utcb == REDIRECTORS_MAX)
		return ROOT_E_LIMIT;
	t->redirector_page = account_page(&t->account);
	if (t->redirector_page == 0)
		return ROOT_E_MEMORY;
	t->redirector = task_fresh_id(REDIRECTOR_NUMBERS + t->slot);
	utcb_user[utcb] = t;
	word[SPACE_REDIRECTOR] = t->redirector;
	word[SPACE_PAGE] = t->redirector_page;
	word[SPACE_REDIRECTOR_UTCB] = CONFINE_UTCB_FIRST + utcb;
	word[SPACE_PRIORITY] = t->max_priority + 1u;
	return ROOT_OK;
}

void confine_end(struct task *t)
{
	if (t->redirector == 0)
		return;
	utcb_user[utcb_of(t)] = 0;
	t->redirector = 0;
	account_free(&t->account, t->redirector_page);
	t->redirector_page = 0;
}
