/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * places.c - a tenant takes places of each server until it is refused: it must get those of one task, as
 * docs/user/system.md has them ("What one client can take"), and no more. It keeps them, so that another
 * tenant beside it can do the same.
 *
 * Places that are free as soon as the server has answered are not counted: those of virtio-rng and rtc
 * (tests/system/programs has a crowd there), and writes at the console.
 *
 * A crowd of tasks without a section takes all that there is, again and again; a task with a section must get
 * what is reserved for it.
 */
#include <l4/schedule.h>
#include <pecan/disk.h>
#include <pecan/dma.h>
#include <pecan/files.h>
#include <pecan/names.h>
#include <pecan/print.h>
#include <pecan/sockets.h>
#include <pecan/thread.h>
#include <proto/console_client.h>
#include <proto/names_client.h>
#include <proto/random_client.h>
#include <proto/rtc_client.h>
#include <proto/sockets_client.h>
#include <string.h>

#include "intruder.h"

enum {
	FILES = 40, LOCKS = 24, SOCKETS = 32, BLOCKS = 12, NAME_WAITS = 8, READS = 4, SOCKET_WAITS = 16,
	BEYOND = 3,			/* more than these are asked for */
	MOST = FILES + BEYOND, PAUSE_US = 10000, PAUSES = 1000, SETTLE_US = 200000,
};

/* take: the status of one more place, 0 if it was given; of those that wait, the status of the answer. */
struct kind {
	const char *what, *server;	/* server: its name, or 0 of root and names */
	unsigned share, reserved;	/* of one task at the most; of a section for certain */
	int (*take)(unsigned number);
	int full;
};

static L4_ThreadId_t server;
static struct files_file file[MOST];
static struct socket sockets[MOST];
static struct pecan_dma block[MOST];

static int open_file(unsigned number) { return (int)files_use(&file[number], "kept", 0); }
static int open_socket(unsigned number)
{
	return (int)socket_open(SOCKETS_ECHO, SOCKETS_BOTH, &sockets[number]);
}

static int make_block(unsigned number) { return (int)pecan_dma_new(1, L4_nilthread, &block[number]); }

static int lock_bytes(unsigned number)
{
	return (int)files_set_lock(&file[0], FILES_LOCK_READ, 2 * number, 2 * number);
}

static int wait_for_name(unsigned number)
{
	char name[] = "never-a";
	struct names_lookup_out out;

	enum names_error e = NAMES_E_FULL;

	name[sizeof name - 2] += (char)number;
	for (unsigned i = 0; i <= NAMES_SWEEPS && e == NAMES_E_FULL; i++)	/* each looks for ended ones */
		e = names_lookup(server, NAMES_WAIT, name, &out);
	return (int)e;
}

static int read_key(unsigned number)
{
	struct con_read_key_out out;

	(void)number;
	return (int)con_read_key(server, "", 0, &out);
}

static int wait_for_socket(unsigned number)
{
	struct sockets_entry entry = { (uint32_t)sockets[number].handle, SOCKETS_IN, 0 };
	struct sockets_wait_out out;

	return (int)sockets_wait(server, 0, SOCKETS_FOREVER, (char *)&entry, sizeof entry, &out);
}

static const struct kind blocks = { "blocks", 0, BLOCKS, 2, make_block, ROOT_E_LIMIT }, given[] = {
	{ "open files", FILES_NAME, FILES, 8, open_file, FILES_E_LIMIT },
	{ "locks", FILES_NAME, LOCKS, 4, lock_bytes, FILES_E_LIMIT },
	{ "sockets", SOCKETS_NAME, SOCKETS, 8, open_socket, SOCKETS_E_LIMIT },
}, waits[] = {
	{ "waits for names", 0, NAME_WAITS, 1, wait_for_name, NAMES_E_FULL },
	{ "reads of the console", CONSOLE_NAME, READS, 1, read_key, CONSOLE_BUSY },
	{ "waits for sockets", SOCKETS_NAME, SOCKET_WAITS, 2, wait_for_socket, SOCKETS_E_LIMIT },
};

enum { KINDS_GIVEN = sizeof given / sizeof *given, KINDS_WAITED = sizeof waits / sizeof *waits };

static bool is_there(const struct kind *k)
{
	if (!k->server)
		return pecan_names(&server);
	return pecan_lookup(k->server, false, &server) == NAMES_OK;
}

/* Answers that are not those of a server that gives this task its share. */
static void judge(const struct kind *k, unsigned taken, int refusal)
{
	printf("places: %u %s\n", taken, k->what);
	if (taken != k->share)
		gained(taken > k->share ? "more than its share of places" : "less than its share of places", taken);
	if (refusal != k->full)
		gained("another answer than that all places are taken", (L4_Word_t)refusal);
}

static unsigned take(const struct kind *k, unsigned most, int *status)
{
	unsigned taken = 0;

	*status = 0;
	while (taken < most && (*status = k->take(taken)) == 0)
		taken++;
	return taken;
}

static void take_given(const struct kind *k)
{
	int status;
	unsigned taken = take(k, k->share + BEYOND, &status);

	judge(k, taken, status);
}

/* ---- places of threads that wait ---- */

struct waiter { const struct kind *kind; unsigned number; };
static struct waiter waiter[MOST];
static unsigned answers;
static int last_answer;

static void wait_there(void *arg)
{
	struct waiter *w = arg;

	last_answer = w->kind->take(w->number);
	__atomic_fetch_add(&answers, 1, __ATOMIC_SEQ_CST);
	L4_Sleep(L4_Never);
}

static unsigned answered(void) { return __atomic_load_n(&answers, __ATOMIC_SEQ_CST); }

/* One thread for each; some time later those that were refused have their answers. Returns how many wait. */
static unsigned begin_waits(const struct kind *k, unsigned threads, unsigned refused)
{
	answers = 0;
	last_answer = k->full;
	for (unsigned i = 0; i < threads; i++) {
		waiter[i] = (struct waiter){ k, i };
		if (pecan_thread_start(wait_there, &waiter[i], 0, NULL) != ROOT_OK)
			gained("no thread that waits", i);
	}
	for (unsigned i = 0; i < PAUSES && answered() < refused; i++)
		L4_Sleep(L4_TimePeriod(PAUSE_US));
	L4_Sleep(L4_TimePeriod(SETTLE_US));
	return threads - answered();
}

static void take_waits(const struct kind *k)
{
	unsigned taken = begin_waits(k, k->share + BEYOND, BEYOND);

	judge(k, taken, last_answer);
}

/* Two of the blocks are given back for those that files and net are sent. */
void attack_places(void)
{
	take_given(&blocks);
	pecan_dma_free(&block[0]);
	pecan_dma_free(&block[1]);
	for (const struct kind *k = given; k < given + KINDS_GIVEN; k++)
		if (is_there(k))
			take_given(k);
	for (const struct kind *k = waits; k < waits + KINDS_WAITED; k++)
		if (is_there(k))
			take_waits(k);
	printf("places: all taken, %u wrong\n", gains());
	L4_Sleep(L4_Never);
}

/* ---- a crowd ---- */

/* At those servers that answer soon: so many threads that ask without end. */
enum { ASKERS = 4, DISK_BYTES = 65536, AGAIN_US = 1000000 };

static void ask_random(void *unused)
{
	L4_ThreadId_t driver;
	struct random_get_out out;

	(void)unused;
	for (;; L4_Sleep(L4_TimePeriod(AGAIN_US)))
		if (pecan_lookup(RANDOM_NAME, true, &driver) == NAMES_OK)
			while (random_get(driver, RANDOM_BYTES, &out) == RANDOM_OK)
				;
}

static void ask_rtc(void *unused)
{
	L4_ThreadId_t driver;
	struct rtc_tick_out out;

	(void)unused;
	for (;; L4_Sleep(L4_TimePeriod(AGAIN_US)))
		if (pecan_lookup(RTC_NAME, true, &driver) == NAMES_OK)
			while (rtc_tick(driver, &out) == RTC_OK)
				;
}

/* All requests that a client of the disk can have. */
static void ask_disk(void *unused)
{
	static struct disk disk;
	enum disk_status status;

	(void)unused;
	while (disk_open(&disk) != DISK_OK || disk_block(&disk, DISK_BYTES) != 0)
		L4_Sleep(L4_TimePeriod(AGAIN_US));
	puts("crowd: a client of the disk");
	for (;;) {
		while (disk_submit(&disk, &(struct disk_entry){ .kind = DISK_READ, .sectors = 64 }) >= 0)
			;
		if (disk_wait(&disk, &status) < 0)
			L4_Sleep(L4_TimePeriod(AGAIN_US));
	}
}

static void start_all(void (*const *fn)(void *), unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (pecan_thread_start(fn[i], NULL, 0, NULL) != ROOT_OK)
			gained("no thread that asks", i);
}

void attack_crowd(bool only_blocks)
{
	static void (*const asking[])(void *) = { ask_disk, ask_random, ask_rtc };
	int status;

	if (!only_blocks) {
		start_all(asking, 1);
		for (unsigned i = 0; i < ASKERS; i++)
			start_all(asking + 1, 2);
		for (const struct kind *k = waits; k < waits + KINDS_WAITED; k++)
			if (is_there(k))
				begin_waits(k, k->share, 0);
	}
	for (bool said = false;; L4_Sleep(L4_TimePeriod(AGAIN_US)), said = true) {
		for (const struct kind *k = given; k < given + KINDS_GIVEN && !only_blocks; k++)
			take(k, k->share, &status);
		if (only_blocks)
			take(&blocks, BLOCKS, &status);
		if (!said)
			puts("crowd: places are taken");
	}
}

/* ---- beside the crowd ---- */

static void need(const struct kind *k, unsigned taken)
{
	if (taken < k->reserved)
		gained(k->what, taken);
}

/* One place at each server that answers soon. */
static void need_answers(void)
{
	static struct disk disk;
	struct random_get_out bytes;
	struct rtc_tick_out tick;

	if (pecan_lookup(RANDOM_NAME, true, &server) != NAMES_OK || random_get(server, 1, &bytes) != RANDOM_OK)
		gained("random numbers", 0);
	if (pecan_lookup(RTC_NAME, true, &server) != NAMES_OK || rtc_tick(server, &tick) != RTC_OK)
		gained("a tick", 0);
	if (disk_open(&disk) != DISK_OK)
		gained("the disk", 0);
}

void attack_named(bool only_answers)
{
	int status;

	if (only_answers) {
		need_answers();
		return;
	}
	need(&blocks, take(&blocks, blocks.reserved, &status));
	for (unsigned i = 0; i < blocks.reserved; i++)
		pecan_dma_free(&block[i]);
	for (const struct kind *k = given; k < given + KINDS_GIVEN; k++)
		if (is_there(k))
			need(k, take(k, k->reserved, &status));
	for (const struct kind *k = waits; k < waits + KINDS_WAITED; k++)
		if (is_there(k))
			need(k, begin_waits(k, k->reserved, 0));
}
