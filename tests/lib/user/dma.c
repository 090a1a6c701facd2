/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dma.c - tests of the memory that devices reach (user/root/device/dma.c), with tasks and areas as
 * stand-ins: which memory is free again, and when.
 */
#include "harness.h"
#include <pecan/places.h>
#include <proto/root_server.h>
#include <root/memory/area.h>
#include <root/device/bus.h>
#include <root/task/confine.h>
#include <root/device/dma.h>
#include <root/memory/limit.h>
#include <root/root.h>
#include <root/task/area_work.h>
#include <stdlib.h>
#include <string.h>

enum { PAGES = 512, TASKS = 4, PLAYS = 300, STEPS = 400, BLOCKS = 40, CROWD = 17, ALL = TASKS + CROWD };

struct root root;

static struct task tasks[ALL];
static struct grant driver_program, plain_program, named_program;
static bool with_device[ALL];		/* the task was given a device */
static l4_word_t last_owner, last_physical;

struct task *task_by_id(l4_word_t id)
{
	for (unsigned i = 0; i < ALL; i++)
		if (tasks[i].id == id && id != 0)
			return &tasks[i];
	return 0;
}

/* The thread of a task has its id. */
struct task *task_of_thread(l4_word_t id, unsigned *thread)
{
	*thread = 0;
	return task_by_id(id);
}

unsigned task_section(const struct task *t) { return t->program->number; }

static const struct task *confined;	/* may send to no task */

bool confine_permits(const struct task *from, const struct task *to)
{
	(void)to;
	return from != confined;
}

static l4_word_t notified;		/* the last one */

static void notify(l4_word_t task) { notified = task; }

static unsigned given;

static void count_given(void) { given++; }

static const struct policy policy = { .given = count_given, .notify = notify };

bool bus_drives(const struct task *t) { return with_device[t - tasks]; }

l4_word_t area_place(const struct task *t, l4_word_t bytes, l4_word_t align)
{
	(void)t;
	(void)align;
	(void)bytes;
	return 0x100000;
}

enum root_error limit_settle(struct task *t)
{
	l4_word_t pages = t->blocks;

	return pages <= t->account.limit && account_reserve(&t->account, pages) ? ROOT_OK : ROOT_E_MEMORY;
}

enum root_error limit_block(struct task *t, unsigned order)
{
	t->blocks += 1ul << order;
	if (limit_settle(t) == ROOT_OK)
		return ROOT_OK;
	t->blocks -= 1ul << order;
	return ROOT_E_MEMORY;
}

enum root_error limit_area(struct task *t, const struct area *a)
{
	if (t->areas == AREAS_MAX)
		return ROOT_E_LIMIT;
	t->area[t->areas++] = *a;
	last_physical = a->physical;
	return ROOT_OK;
}

struct area *area_at(struct task *t, l4_word_t address)
{
	(void)address;
	return &t->area[t->areas - 1];
}

static bool slow;			/* blocks stay uncleared */
static l4_word_t cleared;		/* how many have been given to be cleared */

void area_work_begin(struct task *t, struct area *a, enum area_work work, unsigned waiter)
{
	(void)t;
	(void)a;
	cleared += work == WORK_CLEAR && waiter == 0;
}

static void start(unsigned i, bool drives)
{
	static l4_word_t last_id;

	memset(&tasks[i], 0, sizeof(tasks[i]));
	tasks[i].id = ++last_id;
	tasks[i].phase = TASK_ALIVE;
	tasks[i].program = drives ? &driver_program : &plain_program;
	tasks[i].account = (struct account){ &root.pool, 0, PAGES, 0 };
	with_device[i] = drives;
}

/* As area_gone. */
static void give_back(unsigned i, unsigned area)
{
	l4_word_t physical = tasks[i].area[area].physical;

	tasks[i].area[area] = tasks[i].area[--tasks[i].areas];
	dma_closed(&tasks[i], physical);
}

/* The devices of the task are reset. */
static void reset_devices(l4_word_t task)
{
	while (!dma_clear(task))
		;
}

/* As end.c: a record of the task is not needed afterwards. Returns its id. */
static l4_word_t end(unsigned i)
{
	l4_word_t id = tasks[i].id;

	tasks[i].phase = TASK_ENDING;
	while (tasks[i].areas > 0)
		give_back(i, 0);
	for (unsigned next = 0; !dma_task_gone(&tasks[i], &next); )
		;
	tasks[i].id = 0;
	return id;
}

static void begin(void)
{
	static unsigned char *memory, *state;

	free(memory);
	free(state);
	memory = aligned_alloc(PAGE_BYTES, PAGES * PAGE_BYTES);
	state = calloc(1, pool_state_bytes(PAGES));
	direct_base = (l4_word_t)memory;
	root.policy = &policy;
	pool_init(&root.pool, state, PAGES);
	pool_add(&root.pool, PAGE_BYTES, PAGES - 1);
	driver_program.pci.count = 1;
	start(0, true);
	start(1, false);
}

static enum root_error new_block_of(unsigned owner, unsigned user, l4_word_t bytes,
				    struct root_dma_new_out *out)
{
	struct root_caller c = { &tasks[owner], 0 };
	struct root_dma_new_in in = { .size = bytes, .user.raw = tasks[user].id };
	enum root_error e;

	last_owner = tasks[owner].id;
	if (owner == user)
		in.user.raw = 0;
	e = serve_root_dma_new(&c, &in, out);
	if (e != ROOT_LATER)
		return e;
	if (!slow)
		dma_cleared(&tasks[owner], area_at(&tasks[owner], 0), out);
	return ROOT_OK;
}

static enum root_error new_block(unsigned owner, unsigned user, struct root_dma_new_out *out)
{
	return new_block_of(owner, user, 3 * PAGE_BYTES, out);
}

static enum root_error open_block(unsigned user, l4_word_t block, struct root_dma_open_out *out)
{
	struct root_caller c = { &tasks[user], 0 };
	struct root_dma_open_in in = { block, last_owner };

	return serve_root_dma_open(&c, &in, out);
}

TEST(HDMA0001, "a block is free when both sides have given it back; its owner is charged")
{
	struct root_dma_new_out made;
	struct root_dma_open_out opened;

	begin();
	CHECK(new_block(1, 0, &made) == ROOT_OK && made.physical == 0 && tasks[1].account.used == 4);
	CHECK(open_block(0, made.block, &opened) == ROOT_OK && opened.physical == last_physical);
	CHECK(opened.bytes == 4 * PAGE_BYTES && tasks[0].account.used == 0);
	CHECK(open_block(0, made.block, &opened) == ROOT_E_BUSY);
	give_back(1, 0);
	CHECK(root.pool.free == root.pool.total - 4);
	give_back(0, 0);
	CHECK(root.pool.free == root.pool.total && tasks[1].account.used == 0);
}

TEST(HDMA0010, "a block is cleared before its owner has it, and until then no other task can open it")
{
	struct root_dma_new_out made = { 0 }, later;
	struct root_dma_open_out opened;
	l4_word_t before = cleared;

	begin();
	CHECK(new_block(1, 0, &made) == ROOT_OK && cleared == before + 1);
	give_back(1, 0);
	slow = true;
	CHECK(new_block(1, 0, &later) == ROOT_OK);
	slow = false;
	CHECK(open_block(0, made.block + 1, &opened) == ROOT_E_ARGUMENT);
	dma_cleared(&tasks[1], area_at(&tasks[1], 0), &later);
	CHECK(later.block == made.block + 1 && open_block(0, later.block, &opened) == ROOT_OK);
	give_back(0, 0);
	end(1);
	CHECK(root.pool.free == root.pool.total);
}

TEST(HDMA0002, "blocks of a driver that ended are kept until its devices are reset")
{
	struct root_dma_new_out made;
	struct root_dma_open_out opened;
	l4_word_t driver;

	begin();
	CHECK(new_block(1, 0, &made) == ROOT_OK && open_block(0, made.block, &opened) == ROOT_OK);
	CHECK(new_block(0, 0, &made) == ROOT_OK);
	driver = end(0);
	CHECK(root.pool.free == root.pool.total - 8);
	end(1);
	CHECK(root.pool.free == root.pool.total - 8);
	reset_devices(driver + 1000);
	CHECK(root.pool.free == root.pool.total - 8);
	reset_devices(driver);
	CHECK(root.pool.free == root.pool.total);
}

TEST(HDMA0003, "a block of a client that ended is its driver's until that gives it back")
{
	struct root_dma_new_out made;
	struct root_dma_open_out opened;

	begin();
	CHECK(new_block(1, 0, &made) == ROOT_OK && open_block(0, made.block, &opened) == ROOT_OK);
	notified = 0;
	end(1);
	CHECK(root.pool.free == root.pool.total - 4 && notified == tasks[0].id);
	give_back(0, 0);
	CHECK(root.pool.free == root.pool.total);
}

TEST(HDMA0004, "a block gets another user only when the last one's devices are reset; others cannot open it")
{
	struct root_caller client;
	struct root_dma_new_out made;
	struct root_dma_open_out opened;
	struct root_dma_share_in share;
	l4_word_t driver;

	begin();
	start(2, true);
	client = (struct root_caller){ &tasks[1], 0 };
	CHECK(new_block(1, 0, &made) == ROOT_OK && open_block(0, made.block, &opened) == ROOT_OK);
	CHECK(open_block(2, made.block, &opened) == ROOT_E_ARGUMENT);
	driver = end(0);
	share = (struct root_dma_share_in){ made.block, { .raw = tasks[2].id } };
	CHECK(serve_root_dma_share(&client, &share) == ROOT_E_BUSY);
	reset_devices(driver);
	CHECK(serve_root_dma_share(&client, &share) == ROOT_OK);
	CHECK(open_block(2, made.block, &opened) == ROOT_OK);
	client.task = &tasks[2];
	CHECK(serve_root_dma_share(&client, &share) == ROOT_E_ARGUMENT);
	end(2);
	end(1);
	reset_devices(share.user.raw);
	CHECK(root.pool.free == root.pool.total);
}

TEST(HDMA0007, "a confined task shares no block with a task it may not send to, whichever of them makes it")
{
	struct root_dma_new_out made;

	begin();
	confined = &tasks[1];
	CHECK(new_block(0, 1, &made) == ROOT_E_TASK && new_block(1, 0, &made) == ROOT_E_TASK);
	CHECK(new_block(1, 1, &made) == ROOT_OK);
	end(1);
	confined = 0;
}

TEST(HDMA0009, "a block is opened by its user only with the number of its owner's task")
{
	struct root_dma_new_out made;
	struct root_dma_open_out opened;

	begin();
	start(2, false);
	CHECK(new_block(1, 0, &made) == ROOT_OK);
	last_owner = tasks[2].id;
	CHECK(open_block(0, made.block, &opened) == ROOT_E_ARGUMENT);
	last_owner = tasks[1].id;
	CHECK(open_block(0, made.block, &opened) == ROOT_OK);
	give_back(0, 0);
	end(1);
	end(2);
	CHECK(root.pool.free == root.pool.total);
}

TEST(HDMA0008, "a task has 12 blocks, a driver of devices 32")
{
	struct root_dma_new_out made;
	unsigned n[TASKS] = { 0 };

	begin();
	start(2, false);
	start(3, true);
	for (unsigned i = 0; i < TASKS; i++) {
		tasks[i].account.limit = ~0ul;
		while (tasks[i].areas < 50 && new_block(i, i, &made) == ROOT_OK)
			n[i]++;
	}
	for (unsigned i = 0; i < TASKS; i++)
		reset_devices(end(i));
	CHECK(n[0] == 32 && n[1] == 12 && n[2] == 12 && n[3] == 32 && root.pool.free == root.pool.total);
}

TEST(HDMA0005, "a task without a device that ended leaves nothing that is kept, though it may know addresses")
{
	struct root_dma_new_out made;

	begin();
	with_device[0] = false;
	CHECK(new_block(0, 0, &made) == ROOT_OK && made.physical != 0);
	end(0);
	CHECK(root.pool.free == root.pool.total);
}

/* Tasks that ended and are not cleared, and what they reached: none of it may be given out. */
static struct { l4_word_t task, physical; } kept[BLOCKS];

static bool is_kept(l4_word_t physical)
{
	for (unsigned i = 0; i < BLOCKS; i++)
		if (kept[i].task != 0 && physical < kept[i].physical + 4 * PAGE_BYTES
		    && kept[i].physical < physical + 4 * PAGE_BYTES)
			return true;
	return false;
}

/* Ends task i and starts it anew; of a driver, all that it had is kept. */
static void end_and_start(unsigned i)
{
	struct task before = tasks[i];

	for (unsigned a = 0, k = 0; with_device[i] && a < before.areas; k++)
		if (kept[k].task == 0) {
			kept[k].task = before.id;
			kept[k].physical = before.area[a++].physical;
		}
	end(i);
	start(i, with_device[i]);
}

static void clear(l4_word_t task)
{
	for (unsigned i = 0; i < BLOCKS; i++)
		if (kept[i].task == task)
			kept[i].task = 0;
	reset_devices(task);
}

static unsigned blocks_under_way(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < TASKS; i++)
		n += tasks[i].areas;
	for (unsigned i = 0; i < BLOCKS; i++)
		n += kept[i].task != 0;
	return n;
}

TEST(HDMA0006, "random plays: no block is given out that a driver not yet cleared reached, and none is lost")
{
	struct root_dma_new_out made = { 0 };
	struct root_dma_open_out opened;

	srand(1);
	for (unsigned play = 0; play < PLAYS; play++) {
		begin();
		start(2, true);
		start(3, false);
		for (unsigned step = 0; step < STEPS; step++) {
			unsigned a = (unsigned)rand() % TASKS, b = (unsigned)rand() % TASKS;

			switch (rand() % 6) {
			case 0: case 1:
				if (blocks_under_way() < BLOCKS / 2 && new_block(a, b, &made) == ROOT_OK)
					CHECK(!is_kept(last_physical));
				break;
			case 2:
				open_block(b, made.block, &opened);
				break;
			case 3:
				if (tasks[a].areas > 0)
					give_back(a, (unsigned)rand() % tasks[a].areas);
				break;
			case 4:
				if (blocks_under_way() < BLOCKS / 2)
					end_and_start(a);
				break;
			default:
				clear(kept[(unsigned)rand() % BLOCKS].task);
			}
		}
		for (unsigned i = 0; i < TASKS; i++)
			end(i);
		for (l4_word_t id = 1; id <= made.block + 10000; id++)
			clear(id);
		CHECK(root.pool.free == root.pool.total);
	}
}

/* As many blocks of a page as the task gets. */
static unsigned take_blocks(unsigned i)
{
	struct root_dma_new_out out;
	unsigned n = 0;

	while (new_block_of(i, i, PAGE_BYTES, &out) == ROOT_OK)
		n++;
	return n;
}

TEST(HDMA0012, "a section has its places for blocks beside tasks that take all of them, and a driver its own")
{
	unsigned taken = 0;

	begin();
	places_know(3);
	named_program.number = 2;
	for (unsigned i = TASKS; i < ALL; i++) {
		start(i, false);
		taken += take_blocks(i);
	}
	CHECK(taken == 192 - 2 * 2);
	start(2, false);
	tasks[2].program = &named_program;
	CHECK(take_blocks(2) == 2 && take_blocks(0) == 32);
	end(TASKS);
	CHECK(take_blocks(2) == 10);
	for (unsigned i = TASKS + 1; i < ALL; i++)
		end(i);
	end(2);
	reset_devices(end(0));
	CHECK(root.pool.free == root.pool.total);
	places_know(0);
}

TEST(HDMA0013, "a block of an ended task that becomes free has tasks tried again that were short of it")
{
	struct root_dma_new_out made;
	l4_word_t ended;

	begin();
	given = 0;
	CHECK(new_block(0, 1, &made) == ROOT_OK);
	ended = end(0);
	CHECK(root.pool.free == root.pool.total - 4 && given == 0);
	dma_clear(ended);
	CHECK(root.pool.free == root.pool.total && given == 1);
}
