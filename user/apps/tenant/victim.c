/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * victim.c - the tenant that is attacked: keeps a secret, and serves user/proto/tenant.idl.
 */
#include <l4/ipc.h>
#include <l4/kip.h>
#include <pecan/demo.h>
#include <pecan/memory.h>
#include <pecan/thread.h>
#include <proto/tenant_server.h>

#include "tenant.h"

enum { PAGE = 4096, GROWTH = 16 * PAGE };

static volatile L4_Word_t *secret;
static L4_Word_t notes, kip_sum;
static L4_ThreadId_t self, only;		/* only: the next message must be from it; nilthread: from any */

struct tenant_caller { L4_ThreadId_t thread; };

static L4_Word_t sum_of_kip(void)
{
	const L4_Word_t *kip = L4_GetKernelInterface();
	L4_Word_t sum = 0;

	for (unsigned i = 0; i < PAGE / sizeof *kip; i++)
		sum = sum * 31 + kip[i];
	return sum;
}

static L4_Word_t intact(void)
{
	return *secret == TENANT_SECRET && sum_of_kip() == kip_sum && L4_IsThreadEqual(L4_Myself(), self)
	    && L4_IsNilThread((L4_ThreadId_t){ .raw = L4_Accepted().raw });
}

static void idle(void *arg)
{
	__atomic_store_n((bool *)arg, true, __ATOMIC_SEQ_CST);
	L4_Sleep(L4_Never);
}

static L4_Word_t grow(void)
{
	static bool ran;
	L4_ThreadId_t thread;
	char *memory = pecan_map(GROWTH);

	if (!memory)
		return 0;
	for (unsigned i = 0; i < GROWTH; i += PAGE)
		memory[i] = 1;
	ran = false;
	if (pecan_thread_start(idle, &ran, 0, &thread) != ROOT_OK)
		return 0;
	while (!__atomic_load_n(&ran, __ATOMIC_SEQ_CST))
		L4_Sleep(L4_TimePeriod(1000));
	return pecan_thread_end(thread) == ROOT_OK && pecan_unmap(memory) == ROOT_OK;
}

enum tenant_status serve_tenant_who(struct tenant_caller *c, struct tenant_who_out *out)
{
	out->sender = c->thread;
	return TENANT_OK;
}

enum tenant_status serve_tenant_check(struct tenant_caller *c, struct tenant_check_out *out)
{
	(void)c;
	out->intact = intact();
	return TENANT_OK;
}

enum tenant_status serve_tenant_open(struct tenant_caller *c, const struct tenant_open_in *in)
{
	(void)c;
	L4_Accept(in->anywhere ? L4_MapGrantItems(L4_CompleteAddressSpace) : L4_UntypedWordsAcceptor);
	return TENANT_OK;
}

enum tenant_status serve_tenant_closed(struct tenant_caller *c)
{
	only = c->thread;
	return TENANT_OK;
}

enum tenant_status serve_tenant_grow(struct tenant_caller *c, struct tenant_grow_out *out)
{
	(void)c;
	out->done = grow();
	return TENANT_OK;
}

void serve_tenant_note(struct tenant_caller *c)
{
	(void)c;
	notes++;
}

enum tenant_status serve_tenant_notes(struct tenant_caller *c, struct tenant_notes_out *out)
{
	(void)c;
	out->count = notes;
	return TENANT_OK;
}

/* From any thread, or, for one message, from `only`. */
static L4_MsgTag_t receive(struct tenant_caller *c)
{
	if (L4_IsNilThread(only))
		return L4_Wait(&c->thread);
	c->thread = only;
	only = L4_nilthread;
	return L4_Receive(c->thread);
}

void victim(void)
{
	struct tenant_caller c;
	void *at;

	if (pecan_map_at(PAGE, SECRET_ADDRESS, &at) != ROOT_OK)
		demo_fail("tenant", "no memory for the secret");
	secret = at;
	*secret = TENANT_SECRET;
	self = L4_Myself();
	kip_sum = sum_of_kip();
	L4_Accept(L4_UntypedWordsAcceptor);
	for (;;)
		if (tenant_serve(receive(&c), &c))
			L4_Reply(c.thread);
}
