/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * victim.c - the tenant that is attacked: keeps a secret, and serves <proto/tenant.h>.
 */
#include <l4/ipc.h>
#include <l4/kip.h>
#include <pecan/demo.h>
#include <pecan/memory.h>
#include <pecan/thread.h>
#include <proto/tenant.h>

#include "tenant.h"

enum { PAGE = 4096, GROWTH = 16 * PAGE };

static volatile L4_Word_t *secret;
static L4_Word_t notes, kip_sum;
static L4_ThreadId_t self;

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

static void serve(L4_ThreadId_t from, L4_Word_t request, L4_Word_t word)
{
	switch (request) {
	case TENANT_WHO: demo_answer(from, from.raw); break;
	case TENANT_CHECK: demo_answer(from, intact()); break;
	case TENANT_OPEN:
		L4_Accept(word ? L4_MapGrantItems(L4_CompleteAddressSpace) : L4_UntypedWordsAcceptor);
		demo_answer(from, 0);
		break;
	case TENANT_CLOSED:
		demo_answer(from, 0);
		L4_Receive(from);
		demo_answer(from, 0);
		break;
	case TENANT_GROW: demo_answer(from, grow()); break;
	case TENANT_NOTE: notes++; break;
	case TENANT_NOTES: demo_answer(from, notes); break;
	}
}

void victim(void)
{
	void *at;

	if (pecan_map_at(PAGE, TENANT_SECRET_ADDRESS, &at) != ROOT_OK)
		demo_fail("tenant", "no memory for the secret");
	secret = at;
	*secret = TENANT_SECRET;
	self = L4_Myself();
	kip_sum = sum_of_kip();
	L4_Accept(L4_UntypedWordsAcceptor);
	for (;;) {
		L4_ThreadId_t from;
		L4_MsgTag_t tag = L4_Wait(&from);
		L4_Word_t word;

		if (L4_IpcFailed(tag))
			continue;
		L4_StoreMR(1, &word);
		serve(from, L4_Label(tag), word);
	}
}
