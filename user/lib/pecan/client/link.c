/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link.c - see <pecan/link.h>.
 */
#include <l4/ipc.h>
#include <pecan/link.h>
#include <pecan/names.h>
#include <proto/link_client.h>
#include <string.h>

enum { NONEXISTENT = 2 };		/* kind of IPC error (api 5.6) */
enum { PAGE = 4096 };

bool link_try_bell(L4_ThreadId_t other, L4_Word_t us, bool *ended)
{
	bool sent;

	L4_Set_MsgTag(stub_tag(LINK_BELL, 0, 0));
	sent = L4_IpcSucceeded(L4_Send_Timeout(other, us == 0 ? L4_ZeroTime : L4_TimePeriod(us)));
	*ended = !sent && (L4_ErrorCode() >> 1 & 7) == NONEXISTENT;
	return sent;
}

bool link_ring_bell(L4_ThreadId_t other)
{
	bool ended;

	link_try_bell(other, LINK_BELL_US, &ended);
	return !ended;
}

/* Each page is a fault, now instead of beside the first packets. */
static void touch(volatile const char *block, L4_Word_t bytes)
{
	for (L4_Word_t at = 0; at < bytes; at += PAGE)
		(void)block[at];
}

enum root_error link_init(struct link *l, const char *name, L4_Word_t bytes)
{
	enum root_error e;

	*l = (struct link){ .name = name };
	bytes += sizeof(struct link_rings);
	e = pecan_dma_new(bytes, L4_nilthread, &l->block);
	l->rings = l->block.at;
	if (e == ROOT_OK)
		touch(l->block.at, bytes);
	return e;
}

/* The driver before, if there was one, has ended: it and its device reach the block no more. */
static bool attach(struct link *l, L4_ThreadId_t driver)
{
	struct link_info_out info;

	if (pecan_dma_share(&l->block, driver) != ROOT_OK)
		return false;
	memset(l->rings, 0, sizeof(*l->rings));
	l->receive = l->send = (struct ring_end){ 0 };
	if (link_info(driver, &info) != LINK_OK)
		return false;
	l->offloads = l->wants & (unsigned)info.offloads;
	if (link_attach(driver, l->block.block, l->offloads) != LINK_OK)
		return false;
	l->mac = info.mac;
	l->up = info.up != 0;
	return true;
}

bool link_connect(struct link *l, bool *fresh)
{
	L4_ThreadId_t driver;

	*fresh = false;
	if (pecan_lookup(l->name, false, &driver) != NAMES_OK)
		driver = L4_nilthread;
	if (L4_IsThreadEqual(driver, l->driver))
		return !L4_IsNilThread(driver) && !link_is_broken(l);
	l->driver = L4_nilthread;
	if (L4_IsNilThread(driver) || !attach(l, driver))
		return false;
	l->driver = driver;
	l->restarts++;
	*fresh = true;
	return true;
}
