/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * disk.c - see edge.h: the task's disk, as a client of the disk's driver (<pecan/disk.h>).
 *
 * The server puts requests into the ring and takes the answers. The *waiter*, a thread above it, does what
 * takes long: it waits for the driver, or for the next one, each time that the server asks it to by a
 * message; its result is an interrupt. So at any time one of the two uses what both could:
 *
 *   IDLE     nothing is under way: the waiter waits for a message
 *   BELL     the waiter waits in disk_await: the server has all but that call
 *   CONNECT  the waiter looks for the next driver: it has the struct disk, the server nothing
 *   GONE     there is no disk any more; the waiter waits for ever
 */
#include <string.h>
#include <pecan/disk.h>
#include <pecan/print.h>
#include <pecan/thread.h>
#include "edge_own.h"

enum { RECONNECT_SECONDS = 20, DATA = EDGE_DISK_TAGS * EDGE_DISK_BYTES };

static struct disk disk;
static unsigned char tag_of[DISK_RING];		/* by the number that disk_submit returns */
static enum { IDLE, BELL, CONNECT, GONE } state = GONE;
static L4_ThreadId_t waiter;
static volatile bool returned;			/* the waiter has a result */
static volatile enum disk_status result;

static void wait_for_driver(void *unused)
{
	L4_Word_t what, taken;

	(void)unused;
	for (;;) {
		L4_Receive(server);
		L4_StoreMR(1, &what);
		L4_StoreMR(2, &taken);
		result = what == BELL ? disk_await(&disk, (uint32_t)taken) : disk_reconnect(&disk, RECONNECT_SECONDS);
		returned = true;
		helper_raise(EDGE_IRQ_DISK);
	}
}

/* The waiter is above the server, so it has received the message before the server continues. */
static void ask(int what)
{
	L4_Word_t words[] = { (L4_Word_t)what, disk.end.taken };

	state = what;
	L4_LoadMRs(1, 2, words);
	L4_Set_MsgTag((L4_MsgTag_t){ .X.u = 2 });
	L4_Send(waiter);
}

unsigned long edge_disk_open(int *read_only, unsigned *unit)
{
	enum disk_status e;
	bool good;

	edge_begin();
	e = disk_open(&disk);
	good = e == DISK_OK && disk_block(&disk, DATA) == 0
	       && pecan_thread_start(wait_for_driver, 0, DEVICE_PRIORITY, &waiter) == ROOT_OK;
	if (e == DISK_OK && !good)
		printf("linux: no memory for the disk, or kernel memory\n");
	edge_end();
	if (!good)
		return 0;
	state = IDLE;
	*read_only = disk.read_only;
	*unit = disk.unit;
	return disk.sectors;
}

void *edge_disk_data(unsigned tag)
{
	return (char *)disk_data(&disk, 0) + tag * EDGE_DISK_BYTES;
}

enum edge_disk_submitted edge_disk_submit(unsigned tag, enum edge_disk_kind kind, unsigned long sector,
					  unsigned sectors)
{
	static const uint32_t kinds[] = {
		[EDGE_DISK_READ] = DISK_READ, [EDGE_DISK_WRITE] = DISK_WRITE, [EDGE_DISK_FLUSH] = DISK_FLUSH,
	};
	struct disk_entry r = { .kind = kinds[kind], .sector = sector, .offset = tag * EDGE_DISK_BYTES,
				.sectors = sectors };

	if (state == CONNECT)
		return EDGE_DISK_LATER;
	if (state == GONE)
		return EDGE_DISK_GONE;
	tag_of[disk_submit(&disk, &r)] = (unsigned char)tag;	/* there are more numbers than tags */
	return EDGE_DISK_OK;
}

/* A driver that has ended is noticed by the waiter. */
void edge_disk_start(void)
{
	if (state != BELL && (state != IDLE || !disk_any(&disk)))
		return;
	edge_begin();
	if (state == IDLE)
		ask(BELL);
	else
		disk_push(&disk);
	edge_end();
}

int edge_disk_events(void)
{
	int again = state == CONNECT;

	if (!returned || state == GONE)
		return 0;
	returned = false;
	if (result == DISK_OK) {
		state = IDLE;
	} else if (state == CONNECT) {
		state = GONE;
	} else {
		edge_begin();
		ask(CONNECT);
		edge_end();
	}
	return again;
}

int edge_disk_take(int *failed)
{
	enum disk_status status = DISK_E_DEVICE;
	int n = -1;

	if (state == IDLE || state == BELL) {
		n = disk_take(&disk, &status);
	} else if (state == GONE && disk_any(&disk)) {
		n = __builtin_ctzll(disk.under_way);
		disk.under_way &= disk.under_way - 1;
	}
	if (n < 0)
		return -1;
	*failed = status != DISK_OK;
	return tag_of[n];
}

/* The driver's device may still write to the memory of the requests, which is not used again. */
int edge_disk_give_up(void)
{
	if (state == CONNECT)
		return -1;
	state = GONE;
	return 0;
}
