/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - `reuse ROUNDS MICROSECONDS`: memory that a device reaches is not used again before it reaches
 * it no more. In each round another task has HELD requests under way, all of them reads of the same byte
 * FOREIGN into one block. Then that task is killed, or the driver, or both, one after the other. This task
 * takes memory until it has the pages of that block: they must be zero, then they get a pattern of the round,
 * and must still have it after those microseconds, in which the device has done all requests.
 *
 * Its section names a device that no machine has: so root says physical addresses, and no device is opened.
 */
#include <l4/ipc.h>
#include <pecan/demo.h>
#include <pecan/disk.h>
#include <pecan/names.h>
#include <pecan/print.h>
#include <pecan/task.h>
#include <stdlib.h>
#include <string.h>

enum {
	HELD = 32, SECTORS = 8, PIECE = SECTORS * DISK_SECTOR, BLOCK = HELD * PIECE,
	TAKEN = 8, LOOKS = 5000, LOOK_US = 1000, FOREIGN = 0xa5,
};

static const char me[] = "reuse";

/* Which tasks are killed in a round, by turns. */
enum victims { CLIENT, DRIVER_THEN_CLIENT, CLIENT_THEN_DRIVER, WAYS };

static void kill(L4_Word_t task)
{
	enum root_error e = pecan_kill(task);

	if (e != ROOT_OK)
		demo_fail(me, "kill: %s", pecan_error_text(e));
}

/* ---- the task that is killed ---- */

static int hold(L4_ThreadId_t parent)
{
	static struct disk disk;
	L4_Msg_t m;
	int block;

	if (disk_open(&disk) != DISK_OK)
		return 1;
	block = disk_block(&disk, BLOCK);
	if (block < 0)
		return 1;
	for (unsigned i = 0; i < HELD; i++)
		disk_submit(&disk, &(struct disk_entry){ DISK_READ, (uint32_t)block, i * SECTORS, 0, i * PIECE,
							 SECTORS });
	disk_push(&disk);
	L4_MsgClear(&m);
	L4_MsgAppendWord(&m, disk.data[block].physical);
	L4_MsgLoad(&m);
	L4_Send(parent);
	for (;;)
		L4_Sleep(L4_Never);
}

/* ---- the rounds ---- */

static struct {
	unsigned waited;		/* rounds in which the block was not free at once */
	unsigned foreign;		/* rounds with a byte that is not of this task */
} seen;

static L4_Word_t driver_task(void)
{
	struct pecan_task t;
	L4_ThreadId_t thread;

	if (pecan_lookup(DISK_NAME, true, &thread) != NAMES_OK || pecan_task_of(thread, &t) != ROOT_OK)
		demo_fail(me, "no driver of a disk");
	return t.task;
}

/* The physical address of its block; requests are under way now. */
static L4_Word_t start(L4_Word_t *task)
{
	L4_ThreadId_t child = demo_spawn(me, me, task, "hold 0x%lx", L4_Myself().raw);
	L4_Word_t physical = 0;

	if (L4_IpcFailed(L4_Receive(child)))
		demo_fail(me, "the task that is to be killed has ended: no disk?");
	L4_StoreMR(1, &physical);
	return physical;
}

static void end(enum victims v, L4_Word_t task)
{
	L4_Word_t driver = v == CLIENT ? 0 : driver_task();
	struct pecan_end how;

	if (v == DRIVER_THEN_CLIENT)
		kill(driver);
	kill(task);
	if (v == CLIENT_THEN_DRIVER)
		kill(driver);
	pecan_wait(task, false, &how);
}

/* Take blocks until one is that at `physical`; false if none of some is. */
static bool take(L4_Word_t physical, struct pecan_dma *found)
{
	struct pecan_dma other[TAKEN];
	unsigned n = 0;
	bool ok = false;

	while (!ok && n < TAKEN && pecan_dma_new(BLOCK, L4_nilthread, &other[n]) == ROOT_OK) {
		ok = other[n].physical == physical;
		if (ok)
			*found = other[n];
		else
			n++;
	}
	while (n > 0)
		pecan_dma_free(&other[--n]);
	return ok;
}

static bool holds(const struct pecan_dma *block, L4_Word_t word)
{
	const volatile L4_Word_t *at = block->at;

	for (unsigned i = 0; i < BLOCK / sizeof(word); i++)
		if (at[i] != word)
			return false;
	return true;
}

static void fill(const struct pecan_dma *block, L4_Word_t word)
{
	volatile L4_Word_t *at = block->at;

	for (unsigned i = 0; i < BLOCK / sizeof(word); i++)
		at[i] = word;
}

static void play(unsigned round, L4_Word_t io_us)
{
	struct pecan_dma block;
	L4_Word_t task, physical = start(&task);
	unsigned looks = 0;
	bool ok;

	end(round % WAYS, task);
	while (!take(physical, &block)) {
		if (++looks == LOOKS)
			demo_fail(me, "round %u: the block at 0x%lx was not given back", round, physical);
		L4_Sleep(L4_TimePeriod(LOOK_US));
	}
	ok = holds(&block, 0);
	fill(&block, round);
	L4_Sleep(L4_TimePeriod(io_us));
	seen.foreign += !(ok && holds(&block, round));
	seen.waited += looks > 0;
	pecan_dma_free(&block);
}

int main(int argc, char **argv)
{
	unsigned rounds;

	if (argc == 3 && strcmp(argv[1], "hold") == 0)
		return hold(demo_thread(argv[2]));
	if (argc != 3)
		demo_fail(me, "usage: reuse ROUNDS MICROSECONDS");
	rounds = (unsigned)strtoul(argv[1], 0, 0);
	for (unsigned i = 0; i < rounds; i++)
		play(i, strtoul(argv[2], 0, 0));
	printf("reuse: %u rounds, the block was held back in %u, a foreign byte in %u\n", rounds, seen.waited,
	       seen.foreign);
	if (seen.foreign)
		demo_fail(me, "foreign bytes");
	demo_ok(me);
}
