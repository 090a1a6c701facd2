/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pecan.c - the work of `make bench-linux` on Pecan:
 * work disk|nvme|ahci|files|names|writes|sql|restart|net|path.
 */
#include <pecan/disk.h>
#include <pecan/file_ring.h>
#include <pecan/task.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rows.h"

enum { RESTARTS = 8, FILES_WAITS = 1000, FILES_WAIT_US = 10000 };

static struct disk disk;
static int block;

_Noreturn void work_failed(const char *text)
{
	printf("work: failed: %s\n", text);
	exit(1);
}

/* ---- blocks of the disk ---- */

static enum disk_kind kind = DISK_READ;

static struct disk_entry request(unsigned slot)
{
	static unsigned n;

	return (struct disk_entry){ kind, (uint32_t)block, block_at(n++) / DISK_SECTOR, 0, slot * READ_BYTES,
				    READ_BYTES / DISK_SECTOR };
}

static void do_one(void)
{
	struct disk_entry r = request(0);

	if (disk_do(&disk, &r) != DISK_OK)
		work_failed("a request of the disk");
}

static unsigned slot_of[DISK_RING];		/* of the requests under way */

static void submit(unsigned slot)
{
	struct disk_entry r = request(slot);
	int number = disk_submit(&disk, &r);

	if (number < 0)
		work_failed("a request is refused");
	slot_of[number] = slot;
}

static int answer(void)
{
	enum disk_status status;
	int number = disk_wait(&disk, &status);

	if (number < 0 || status != DISK_OK)
		work_failed("an answer of the disk");
	return number;
}

/* DEPTH requests are under way: take an answer, and put the next request. Returns the number of answers. */
static unsigned next_answer(void)
{
	submit(slot_of[answer()]);
	return 1;
}

static void submit_many(void)
{
	for (unsigned i = 0; i < DEPTH; i++)
		submit(i);
}

static void open_disk(void)
{
	if (disk_open(&disk) != DISK_OK)
		work_failed("no disk");
	block = disk_block(&disk, DEPTH * READ_BYTES);
	if (block < 0)
		work_failed("no block of memory");
}

static void work_disk(void)
{
	open_disk();
	ROW(ROW_READ_1, do_one());
	submit_many();
	ROW_DEEP(ROW_READ_32, next_answer());
}

/* The same, and written. */
static void work_other_disk(void)
{
	work_disk();
	while (disk_any(&disk))
		answer();
	kind = DISK_WRITE;
	ROW(ROW_WRITE_1, do_one());
	submit_many();
	ROW_DEEP(ROW_WRITE_32, next_answer());
}

/* ---- the file of work_files, by a ring ---- */

static struct file_ring file_ring;
static struct files_file file;

/* Where in the file the next block is: far from the one before. */
static void submit_read(unsigned slot)
{
	static unsigned n;
	struct file_request q = { FILES_RING_READ, &file, block_at(n++) % FILE_BYTES, slot * READ_BYTES,
				  READ_BYTES };
	int number = file_ring_submit(&file_ring, &q);

	if (number < 0)
		work_failed("a request of the file is refused");
	slot_of[number] = slot;
}

static unsigned next_read(void)
{
	struct file_answer a;

	if (!file_ring_wait(&file_ring, &a) || a.status != FILES_OK || a.bytes != READ_BYTES)
		work_failed("an answer of the file server");
	submit_read(slot_of[a.number]);
	return 1;
}

static void work_file_ring(void)
{
	if (files_use(&file, WORK_FILE, 0) != FILES_OK
	    || file_ring_open(&file_ring, DEPTH * READ_BYTES) != FILES_OK)
		work_failed("the file cannot be opened, or no ring");
	for (unsigned i = 0; i < DEPTH; i++)
		submit_read(i);
	ROW_DEEP(ROW_FILE_READ_32, next_read());
}

/* ---- a driver that is killed ---- */

static L4_Word_t driver(void)
{
	struct pecan_task t;

	for (L4_Word_t p = 0; pecan_next_task(&p, &t);)
		if (strcmp(t.name, "virtio-blk") == 0 && t.ended == ROOT_ALIVE)
			return t.task;
	work_failed("no driver of the disk");
}

/* From the kill to the answer of the next driver to the read that follows it. */
static void work_restart(void)
{
	open_disk();
	do_one();
	for (int w = 0; w < RESTARTS; w++) {
		L4_Word_t task = driver();

		SCOPE_BEGIN(ROW_RESTART);
		if (pecan_kill(task) != ROOT_OK)
			work_failed("the driver cannot be killed");
		do_one();
		SCOPE_OP(ROW_RESTART);
		SCOPE_END(ROW_RESTART);
	}
	if (disk.restarts != RESTARTS)
		work_failed("the driver was not started again each time");
}

/* The file server may not have mounted the disk yet. */
static void wait_for_files(void)
{
	for (int i = 0; i < FILES_WAITS && access("/disk", F_OK) != 0; i++)
		usleep(FILES_WAIT_US);
}

int main(int argc, char **argv)
{
	const char *work = argc > 1 ? argv[1] : "";

	if (strcmp(work, "disk") == 0) {
		work_disk();
	} else if (strcmp(work, "nvme") == 0 || strcmp(work, "ahci") == 0) {
		work_other_disk();
	} else if (strcmp(work, "restart") == 0) {
		work_restart();
	} else if (strcmp(work, "net") == 0) {
		work_net();
	} else if (strcmp(work, "path") == 0) {
		work_path();
	} else {
		wait_for_files();
		if (strcmp(work, "sql") == 0) {
			work_sql("/disk");
		} else if (strcmp(work, "names") == 0) {
			work_directories("/disk");
		} else if (strcmp(work, "writes") == 0) {
			work_writes("/disk");
		} else {
			work_files("/disk");
			work_file_ring();
		}
	}
	printf("work: done\n");
	return 0;
}
