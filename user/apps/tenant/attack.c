/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attack.c - reading, corrupting, spoofing: what a tenant may try against another, against root,
 * and against the kernel. An attack that gets an error code where it should returns CONTAINED; those
 * that fault do not return at all.
 */
#include <l4/forbidden.h>
#include <l4/ipc.h>
#include <l4/kip.h>
#include <l4/misc.h>
#include <l4/schedule.h>
#include <l4/sigma0.h>
#include <l4/space.h>
#include <pecan/demo.h>
#include <pecan/device.h>
#include <pecan/names.h>
#include <pecan/memory.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <proto/console.h>
#include <proto/tenant_client.h>

#include "tenant.h"


enum { PAGE_LOG2 = 12, PAGE = 1 << PAGE_LOG2, UART = 0x3f8, VGA = 0xb8000 };

static volatile L4_Word_t sink;

static int peek(L4_Word_t address)
{
	sink = *(volatile L4_Word_t *)address;
	return SUCCEEDED;
}

static int poke(L4_Word_t address)
{
	*(volatile L4_Word_t *)address = 0;
	return SUCCEEDED;
}

static int read_secret(const struct target *t) { (void)t; return peek(SECRET_ADDRESS); }
static int write_secret(const struct target *t) { (void)t; return poke(SECRET_ADDRESS); }
static int read_kernel(const struct target *t) { (void)t; return peek(PECAN_KERNEL_IMAGE); }
static int write_kernel(const struct target *t) { (void)t; return poke(PECAN_KERNEL_IMAGE); }
static int read_memory(const struct target *t) { (void)t; return peek(PECAN_KERNEL_MEMORY); }

static int write_kip(const struct target *t)
{
	(void)t;
	return poke((L4_Word_t)L4_GetKernelInterface());
}

static int use_port(const struct target *t)
{
	(void)t;
	L4_ForbiddenPort(UART);
	return SUCCEEDED;
}

static int stop_interrupts(const struct target *t)
{
	(void)t;
	L4_ForbiddenCli();
	return SUCCEEDED;
}

static int change_page_table(const struct target *t)
{
	(void)t;
	L4_ForbiddenPageTable();
	return SUCCEEDED;
}

static int read_msr(const struct target *t)
{
	(void)t;
	L4_ForbiddenReadMsr();
	return SUCCEEDED;
}

/* The victim must see our id as the caller's, whatever we wrote into MyGlobalId of our UTCB. */
static int spoof_id(const struct target *t)
{
	L4_Word_t mine = L4_Myself().raw;
	volatile L4_Word_t *id = &__L4_Utcb()[__L4_TCR_MY_GLOBAL_ID];
	struct tenant_who_out seen;

	*id = t->supervisor.raw;
	tenant_who(t->victim, &seen);
	*id = mine;
	return seen.sender.raw == mine ? CONTAINED : SUCCEEDED;
}

/* The same by propagation, in the name of a thread that is not of our space. */
static int spoof_sender(const struct target *t)
{
	L4_MsgTag_t tag = { .raw = (L4_Word_t)TENANT_WHO << 16 | 1 };
	L4_Word_t seen;

	L4_Set_VirtualSender(t->supervisor);
	L4_Set_Propagation(&tag);
	L4_Set_MsgTag(tag);
	L4_LoadMR(1, 0);
	tag = L4_Call_Timeouts(t->victim, L4_Never, L4_TimePeriod(1000000));
	if (L4_IpcFailed(tag))
		return SUCCEEDED;
	L4_StoreMR(1, &seen);
	return seen == L4_Myself().raw ? CONTAINED : SUCCEEDED;
}

/* The victim listens to the supervisor only: our message must not reach it. */
static int break_in(const struct target *t)
{
	L4_MsgTag_t tag;

	L4_Set_MsgTag((L4_MsgTag_t){ .raw = (L4_Word_t)TENANT_WHO << 16 | 1 });
	L4_LoadMR(1, 0);
	tag = L4_Send_Timeout(t->victim, L4_TimePeriod(10000));
	return L4_IpcFailed(tag) && L4_ErrorCode() == 2 ? CONTAINED : SUCCEEDED;
}

static bool refused(L4_Word_t result, L4_Word_t error)
{
	return result == 0 && L4_ErrorCode() == error;
}

static int privileged_calls(const struct target *t)
{
	L4_Word_t old;
	L4_Word_t attributes[4] = { 0 };
	bool ok = refused(L4_ThreadControl(t->victim, L4_nilthread, L4_nilthread, L4_nilthread, (void *)-1),
			  L4_ErrNoPrivilege);

	ok &= refused(L4_SpaceControl(t->victim, 0, L4_Nilpage, L4_Nilpage, L4_nilthread, &old),
		      L4_ErrNoPrivilege);
	ok &= refused(L4_Set_Priority(t->victim, 0), L4_ErrNoPrivilege);
	ok &= refused(L4_AssociateInterrupt(L4_GlobalId(1, 1), L4_Myself()), L4_ErrNoPrivilege);
	ok &= refused(L4_ProcessorControl(0, 0, 0, 0), L4_ErrNoPrivilege);
	ok &= refused(L4_MemoryControl(0, attributes), L4_ErrNoPrivilege);
	return ok ? CONTAINED : SUCCEEDED;
}

static int stop_victim(const struct target *t)
{
	L4_Word_t control, sp, ip, flags, handle;
	L4_ThreadId_t pager;
	L4_ThreadId_t r = L4_ExchangeRegisters(t->victim, 0x101, 0, 0, 0, 0, L4_nilthread, &control, &sp, &ip,
					       &flags, &handle, &pager);

	return L4_IsNilThread(r) && L4_ErrorCode() == L4_ErrInvalidThread ? CONTAINED : SUCCEEDED;
}

static bool is_intact(L4_ThreadId_t victim)
{
	struct tenant_check_out out;

	return tenant_check(victim, &out) == TENANT_OK && out.intact;
}

static char page[PAGE] __attribute__((aligned(PAGE)));

static L4_MsgTag_t send_page(L4_ThreadId_t to, L4_Word_t at)
{
	L4_Fpage_t f = L4_FpageAddRights(L4_FpageLog2((L4_Word_t)page, PAGE_LOG2), L4_ReadWriteOnly);
	L4_MapItem_t item = L4_MapItem(f, at);

	page[0] = 1;
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = (L4_Word_t)TENANT_NOTE << 16 | 2 << 6 });
	L4_LoadMRs(1, 2, item.raw);
	return L4_Send(to);
}

/* The victim accepts no mapping: message overflow, in the send phase. */
static int force_mapping(const struct target *t)
{
	L4_MsgTag_t tag = send_page(t->victim, SECRET_ADDRESS);

	return L4_IpcFailed(tag) && (L4_ErrorCode() & 0xf) == 8 ? CONTAINED : SUCCEEDED;
}

/* The victim accepts mappings everywhere. Its KIP and its UTCBs lie where ours do. */
static int overmap(const struct target *t)
{
	L4_Word_t kip = (L4_Word_t)L4_GetKernelInterface();
	L4_Word_t utcb = (L4_Word_t)__L4_Utcb() & ~(L4_Word_t)(PAGE - 1);

	if (tenant_open(t->victim, 1) != TENANT_OK)
		return SUCCEEDED;
	send_page(t->victim, kip);
	send_page(t->victim, utcb);
	return tenant_open(t->victim, 0) == TENANT_OK && is_intact(t->victim) ? CONTAINED : SUCCEEDED;
}

/* The task has the right to none of these; root looks the rights up by the sender id. */
static int ask_root(const struct target *t)
{
	struct pecan_task victim;
	L4_ThreadId_t first;
	L4_Word_t task, start = 0, record[16];
	void *at;
	enum root_error e = ROOT_OK;
	bool got = pecan_irq_attach(4, L4_nilthread) == ROOT_OK;

	got |= pecan_ports(UART, 3) == ROOT_OK;
	got |= pecan_phys(VGA, PAGE, &at) == ROOT_OK;
	got |= pecan_spawn("tenant", "victim", 0, &task, &first) == ROOT_OK;
	got |= pecan_inspect(L4_INSPECT_SYSTEM, 0, &start, record, 16, &e) || e == ROOT_OK;
	got |= pecan_task_of(t->victim, &victim) == ROOT_OK && pecan_kill(victim.task) == ROOT_OK;
	got |= pecan_power(ROOT_POWER_OFF, 0) == ROOT_OK;
	return got ? SUCCEEDED : CONTAINED;
}

static int ask_sigma0(const struct target *t)
{
	L4_Fpage_t window = L4_FpageLog2(PECAN_WINDOW_BASE, PAGE_LOG2);

	(void)t;
	return L4_IsNilFpage(L4_Sigma0_GetAny(L4_nilthread, PAGE_LOG2, window)) ? CONTAINED : SUCCEEDED;
}

/* Unmap affects only mappings derived from the caller's: it must not reach the victim. */
static int unmap_victim(const struct target *t)
{
	L4_Flush(L4_FpageAddRights(L4_FpageLog2(SECRET_ADDRESS, PAGE_LOG2), L4_FullyAccessible));
	return is_intact(t->victim) ? CONTAINED : SUCCEEDED;
}

static bool console_refuses(L4_ThreadId_t console, L4_Word_t request, L4_Word_t first, unsigned words)
{
	const L4_Word_t in[2] = { first, 0 };
	L4_Word_t label;

	return pecan_call_server(console, &(struct pecan_call){ request, in, words, NULL, 0 }, &label)
	    && label == CONSOLE_BAD_REQUEST;
}

/* Labels that the console does not have, lengths beyond the message, and a forged interrupt. */
static int confuse_console(const struct target *t)
{
	const L4_Word_t interrupt = ~(L4_Word_t)0 << 4 & ~(L4_Word_t)0 >> 16;
	L4_ThreadId_t console;
	bool ok;

	(void)t;
	if (pecan_lookup(CONSOLE_NAME, false, &console) != NAMES_OK)
		return SUCCEEDED;
	ok = console_refuses(console, 0, 0, 0);
	ok &= console_refuses(console, CONSOLE_WAITING + 1, 0, 1);
	ok &= console_refuses(console, interrupt, 0, 0);
	ok &= console_refuses(console, CONSOLE_WRITE, 0, 0);
	ok &= console_refuses(console, CONSOLE_WRITE, 9, 2);
	ok &= console_refuses(console, CONSOLE_WRITE, ~0ul, 2);
	ok &= console_refuses(console, CONSOLE_READ_LINE, 0, 0);
	ok &= console_refuses(console, CONSOLE_READ_LINE, 9, 2);
	ok &= console_refuses(console, CONSOLE_READ_LINE, 0xffffffff, 2);
	ok &= console_refuses(console, CONSOLE_READ_KEY, 0, 0);
	ok &= console_refuses(console, CONSOLE_READ_KEY, 9, 2);
	return ok ? CONTAINED : SUCCEEDED;
}

const struct attack attacks[] = {
	{ "read", read_secret }, { "write", write_secret }, { "read-kernel", read_kernel },
	{ "write-kernel", write_kernel }, { "read-memory", read_memory }, { "write-kip", write_kip },
	{ "port", use_port }, { "cli", stop_interrupts }, { "cr3", change_page_table }, { "msr", read_msr },
	{ "spoof-id", spoof_id }, { "spoof-sender", spoof_sender }, { "break-in", break_in },
	{ "calls", privileged_calls }, { "stop", stop_victim }, { "map", force_mapping },
	{ "overmap", overmap }, { "unmap", unmap_victim }, { "root", ask_root }, { "sigma0", ask_sigma0 },
	{ "console", confuse_console },
	{ NULL, NULL },
};
