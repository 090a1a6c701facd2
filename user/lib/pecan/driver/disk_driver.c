/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk_driver.c - see <pecan/disk_driver.h>: takes requests out of its clients' rings, and lets the device
 * read and write their memory. See docs/user/devices.md.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/device.h>
#include <pecan/disk_clients.h>
#include <pecan/disk_driver.h>
#include <pecan/disk_table.h>
#include <pecan/names.h>
#include <pecan/outcome.h>
#include <pecan/server.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <pecan/virtio.h>
#include <proto/disk_server.h>
#include <string.h>

enum { SLOTS_OF_SECTION = 8, MS_US = 1000, SECOND_US = 1000000,
       OTHERS_US = 500000 };	/* that other drivers have for their beginning; a client waits for a second */

struct disk_caller { L4_ThreadId_t thread; };

/* A request at the device; client 0: the driver's. since: number of the second in which it was started. */
struct slot { struct disk_client *client; uint64_t tag; uint32_t since; };

static const struct disk_device *device;

static struct {
	const char *name;		/* under which it is registered */
	struct disk_about about;
	struct disk_limits limits;
	struct slot slot[DISK_SLOTS];
	uint64_t free;			/* bit n: slot n is */
	struct places slots;
	uint32_t seconds;		/* that have passed while clients waited */
	enum disk_status none;		/* there is no disk, and why: DISK_E_ABSENT, DISK_E_GONE */
} disk;

/* The request of the driver itself, and its memory. */
static struct { struct pecan_dma memory; bool under_way, good; } own;

/* ---- errors ---- */

void disk_fail(const char *why)
{
	pecan_logf("%s %s", device->what, why);
	pecan_exit(1);
}

/* ---- requests ---- */

void disk_time_again(void)
{
	for (unsigned i = 0; i < DISK_SLOTS; i++)
		disk.slot[i].since = disk.seconds;
}

static unsigned take_slot(struct disk_client *c, uint64_t tag)
{
	unsigned i = (unsigned)__builtin_ctzll(disk.free);

	disk.free &= disk.free - 1;
	disk.slot[i] = (struct slot){ c, tag, disk.seconds };
	if (c)
		places_take(&disk.slots, c->section);
	return i;
}

static void begin_request(struct disk_client *c, const struct disk_entry *r)
{
	struct disk_place at;
	enum disk_status e = disk_client_check(c, r, &at);
	struct disk_command command = {
		r->kind, r->kind == DISK_FLUSH ? 0 : r->sectors * DISK_SECTOR, at.sector, at.physical,
	};

	if (e == DISK_OK && (r->kind != DISK_FLUSH || disk.about.flushes))
		device->start(take_slot(c, r->tag), &command);
	else
		disk_client_answer(c, r->tag, e);
}

/*
 * Take what all clients have asked for, as long as there are slots. Returns true if there was anything.
 * Nothing is begun while a client that has ended has requests at the device: its successor writes the same
 * sectors, and the device may do its requests in any order.
 */
static bool take_requests(void)
{
	static unsigned first;		/* another client is served first each time */
	struct disk_entry r;
	bool any = false;

	if (disk_client_is_leaving())
		return false;
	first++;
	for (unsigned i = 0; i < DISK_CLIENTS; i++) {
		struct disk_client *c = &disk_clients[(first + i) % DISK_CLIENTS];

		while (c->task && places_has(&disk.slots, c->section, ring_held(&c->end))
		       && disk_client_next(c, &r)) {
			begin_request(c, &r);
			any = true;
		}
	}
	return any;
}

static void end_request(unsigned slot, enum disk_status status)
{
	struct slot s = disk.slot[slot];

	disk.free |= (uint64_t)1 << slot;
	if (!s.client) {
		own.under_way = false;
		own.good = status == DISK_OK;
		return;
	}
	places_give(&disk.slots, s.client->section);
	disk_client_answer(s.client, s.tag, status);
	if (s.client->leaving)
		disk_client_leave(s.client);
}

static void take_done(void)
{
	bool good;
	int slot;

	while ((slot = device->next_done(&good)) >= 0)
		end_request((unsigned)slot, good ? DISK_OK : DISK_E_DEVICE);
}

/* Wake up the clients that wait for answers which their rings have now. */
static void wake_clients(void)
{
	for (unsigned i = 0; i < DISK_CLIENTS; i++) {
		bool broken = disk_clients[i].end.broken;
		L4_ThreadId_t waiter = disk_client_to_wake(&disk_clients[i]);

		if (!L4_IsNilThread(waiter))
			answer_disk_bell(waiter, broken ? DISK_E_CLIENT : DISK_OK);
	}
}

/* Do all that there is to do, then say that the driver sleeps; what comes in between is seen here. */
static void work(void)
{
	bool any = take_requests();

	for (unsigned i = 0; i < DISK_CLIENTS; i++)
		disk_client_note_sleep(&disk_clients[i], true);
	any |= take_requests();
	if (any && device->notify)
		device->notify();
	wake_clients();
}

/* ---- clients and a device that wait ---- */

bool disk_waits(void)
{
	for (unsigned i = 0; i < DISK_CLIENTS; i++)
		if (!L4_IsNilThread(disk_clients[i].waiter))
			return true;
	return false;
}

/* Answers all that wait for the device: they report to root that they are alive, and wait again. */
static void wake_waiters(void)
{
	for (unsigned i = 0; i < DISK_CLIENTS; i++)
		if (!L4_IsNilThread(disk_clients[i].waiter)) {
			answer_disk_bell(disk_clients[i].waiter, DISK_OK);
			disk_clients[i].waiter = L4_nilthread;
		}
}

/* Ends the driver if a request is not answered in its time, or the device says that it needs a reset. */
static void inspect(void)
{
	const char *wrong = device->inspect ? device->inspect() : 0;

	for (unsigned i = 0; i < disk.about.slots && device->seconds && !wrong; i++)
		if (!(disk.free >> i & 1) && disk.seconds - disk.slot[i].since > device->seconds)
			wrong = "does not answer";
	if (wrong)
		disk_fail(wrong);
}

/* While clients wait: each second. */
static void each_second(void)
{
	static uint64_t last;
	uint64_t now = L4_SystemClock().raw;

	if (now - last < SECOND_US)
		return;
	disk.seconds++;
	inspect();
	pecan_beat();
	wake_waiters();
	last = now;
}

static void interrupted(void)
{
	if (device->interrupted)
		device->interrupted();
}

/* ---- requests of the driver itself ---- */

/* Until the device has ended a request, or for a second: clients have their answers meanwhile. */
static void wait_for_device(void)
{
	L4_ThreadId_t irq = pecan_irq_id(disk.about.irq);

	if (L4_IpcSucceeded(L4_Receive_Timeout(irq, L4_TimePeriod(DISK_WAIT_US)))) {
		interrupted();
		L4_Set_MsgTag(L4_Niltag);
		L4_Send_Timeout(irq, L4_ZeroTime);
	}
	take_done();
	wake_clients();
	each_second();
}

/* See struct disk_table. Clients begin no requests meanwhile. */
static bool read_own(uint64_t sector, void *to, size_t bytes)
{
	if (!own.memory.at && pecan_dma_new(DISK_TABLE_READ, L4_nilthread, &own.memory) != ROOT_OK)
		return false;
	while (disk.slots.taken >= disk.about.slots)
		wait_for_device();
	own.under_way = true;
	device->start(take_slot(0, 0), &(struct disk_command){
		DISK_READ, (uint32_t)bytes, sector, own.memory.physical,
	});
	device->notify();
	take_done();
	while (own.under_way)
		wait_for_device();
	memcpy(to, own.memory.at, bytes);
	return own.good;
}

/* ---- the protocol ---- */

bool permit_disk(struct disk_caller *c)
{
	return pecan_may_use(c->thread);
}

/* Once for each section and sentence. Returns false if it was, or the client has ended. */
static bool must_report(L4_ThreadId_t client, const char *why, struct pecan_task *t)
{
	static const char *reported[PLACES_SECTIONS + 1];
	unsigned section = pecan_client(client).section;

	if (reported[section] == why || pecan_task_by_number(pecan_client_task(client), t) != ROOT_OK)
		return false;
	reported[section] = why;
	return true;
}

static void report_part(L4_ThreadId_t client, const struct disk_limits *part)
{
	struct pecan_task t;

	if (must_report(client, "beyond", &t))
		pecan_logf("the disk has %llu sectors: `disk` of %s, %llu sectors from %llu on, ends beyond them",
			   (unsigned long long)disk.limits.sectors, t.name, (unsigned long long)part->sectors,
			   (unsigned long long)part->first);
}

static void report_unit(L4_ThreadId_t client, const struct disk_limits *part)
{
	struct pecan_task t;

	if (must_report(client, "within", &t))
		pecan_logf("the disk has sectors of %u bytes: `disk` of %s begins or ends within one",
			   part->unit * DISK_SECTOR, t.name);
}

/* Where the partition is now. */
static enum disk_status find_partition(L4_ThreadId_t client, unsigned number, struct disk_limits *limits)
{
	struct disk_table table = { .sectors = disk.limits.sectors, .unit = disk.limits.unit, .read = read_own };
	const char *wrong = device->begin ? disk_table_open(&table)
				: "of a disk that comes and goes none can be named";
	struct disk_part part;
	struct pecan_task t;

	if (!wrong)
		wrong = disk_table_part(&table, number, &part);
	if (wrong && must_report(client, wrong, &t))
		pecan_logf("partition %u of `%s`, the disk of %s: %s", number, disk.name, t.name, wrong);
	if (wrong)
		return wrong == disk_table_unread ? DISK_E_DEVICE : DISK_E_PART;
	limits->first = part.first;
	limits->sectors = part.sectors;
	return DISK_OK;
}

/* The disk of this client. */
static enum disk_status part_of(L4_ThreadId_t client, struct disk_limits *part)
{
	struct root_disk_out named;

	if (!pecan_client_disk(client, &named))
		return DISK_E_CLIENT;			/* it has ended */
	if (strcmp(named.name, disk.name) != 0)
		return DISK_REFUSED;
	if (disk.none != DISK_OK)
		return disk.none;
	*part = disk.limits;
	if (named.partition)
		return find_partition(client, (unsigned)named.partition, part);
	if (named.sectors == 0)
		return DISK_OK;
	part->first = named.first;
	part->sectors = named.sectors;
	if (named.first > disk.limits.sectors || named.sectors > disk.limits.sectors - named.first)
		report_part(client, part);
	else if (named.first % part->unit || named.sectors % part->unit)
		report_unit(client, part);
	else
		return DISK_OK;
	return DISK_E_PART;
}

enum disk_status serve_disk_info(struct disk_caller *c, struct disk_info_out *out)
{
	struct disk_limits part;
	enum disk_status e = part_of(c->thread, &part);

	if (e != DISK_OK)
		return e;
	out->first = part.first;
	out->sectors = part.sectors;
	out->unit = part.unit;
	out->read_only = part.read_only;
	out->place = disk.about.place;
	memcpy(out->serial, disk.about.serial, sizeof(out->serial));
	return DISK_OK;
}

/* The thread that waits for the task's requests, if any, waits in vain. */
static void cut_off(L4_Word_t task)
{
	struct disk_client *client = disk_client_of(task);

	if (client && !L4_IsNilThread(client->waiter))
		answer_disk_bell(client->waiter, DISK_E_CLIENT);
	if (client)
		client->waiter = L4_nilthread;
}

enum disk_status serve_disk_attach(struct disk_caller *c, const struct disk_attach_in *in,
				   struct disk_attach_out *out)
{
	struct disk_limits part;
	enum disk_status status = part_of(c->thread, &part);

	if (status != DISK_OK)
		return status;
	cut_off(pecan_client_task(c->thread));
	out->first = part.first;
	out->sectors = part.sectors;
	disk_client_attach(pecan_client(c->thread), in->block, &part, &status);
	return status;
}

/* The client of the caller, if it has not broken the rules. */
static struct disk_client *caller(const struct disk_caller *c)
{
	struct disk_client *client = disk_client_of(pecan_client_task(c->thread));

	return client && !client->end.broken ? client : 0;
}

enum disk_status serve_disk_add(struct disk_caller *c, const struct disk_add_in *in, struct disk_add_out *out)
{
	struct disk_client *client = caller(c);

	return client ? disk_client_add(client, in->block, &out->number) : DISK_E_CLIENT;
}

enum disk_status serve_disk_bell(struct disk_caller *c, const struct disk_bell_in *in)
{
	struct disk_client *client = caller(c);

	if (!client)
		return DISK_E_CLIENT;
	if (!in->wait)
		return DISK_OK;
	client->waiter = c->thread;
	client->waiter_taken = (uint32_t)in->taken;
	return DISK_LATER;
}

enum disk_status serve_disk_detach(struct disk_caller *c)
{
	struct disk_client *client = disk_client_of(pecan_client_task(c->thread));

	if (!client)
		return DISK_E_CLIENT;
	cut_off(client->task);
	disk_client_leave(client);
	return DISK_OK;
}

/* ---- the message loop ---- */

void disk_message(L4_MsgTag_t tag, L4_ThreadId_t from)
{
	struct disk_caller c = { from };

	if (L4_IpcSucceeded(tag) && pecan_is_notice(from))
		disk_client_drop_ended();
	else if (disk_serve(tag, &c))
		L4_Reply(from);
}

void disk_advance(void)
{
	if (disk.none == DISK_E_ABSENT)
		return;
	take_done();
	if (disk_waits())
		each_second();
	work();
}

/* Serve one message, or none for a second. */
static void serve(L4_MsgTag_t tag, L4_ThreadId_t from, bool interrupt)
{
	for (unsigned i = 0; i < DISK_CLIENTS; i++)
		disk_client_note_sleep(&disk_clients[i], false);
	if (interrupt)
		interrupted();
	else
		disk_message(tag, from);
	disk_advance();
}

/* In whole units. Without a disk there is none. */
static struct disk_limits whole_disk(void)
{
	const struct disk_about *a = &disk.about;

	return (struct disk_limits){
		0, a->sectors - (a->unit ? a->sectors % a->unit : 0), a->unit, a->read_only,
	};
}

/* ---- a disk that comes and goes ---- */

static void prepare(unsigned slots)
{
	disk.free = ~(uint64_t)0;
	disk.slots = places_of(slots, DISK_SLOTS, SLOTS_OF_SECTION);
}

void disk_plug(const struct disk_about *a)
{
	disk.about = *a;
	disk.limits = whole_disk();
	disk.none = DISK_OK;
}

void disk_unplug(void)
{
	disk.none = DISK_E_GONE;
	for (uint64_t held = ~disk.free; held != 0; held &= held - 1)
		end_request((unsigned)__builtin_ctzll(held), DISK_E_GONE);
	disk_client_unplug();
	disk_advance();
}

/* ---- the beginning ---- */

void disk_serial(char serial[DISK_SERIAL], const char *text, unsigned bytes)
{
	unsigned n = 0;

	while (bytes > 0 && (text[bytes - 1] == ' ' || text[bytes - 1] == 0))
		bytes--;
	while (bytes > 0 && *text == ' ') {
		text++;
		bytes--;
	}
	for (; n < DISK_SERIAL - 1 && n < bytes; n++)
		serial[n] = text[n];
	serial[n] = 0;
}

const char *disk_unit(struct disk_about *a, uint64_t sector_bytes)
{
	if (sector_bytes < DISK_SECTOR || sector_bytes > DISK_UNIT_MAX * DISK_SECTOR
	    || (sector_bytes & (sector_bytes - 1)))
		return OUTCOME_SAYS_UNSUPPORTED "sectors of a size that is no power of two from 512 to 4096 bytes";
	a->unit = (unsigned)(sector_bytes / DISK_SECTOR);
	return 0;
}

static void check(const char *wrong)
{
	if (!wrong)
		return;
	pecan_logf("%s cannot be used: %s", device->what, wrong);
	pecan_exit(1);
}

/* A device of another driver that may have a disk. */
static bool has_other_controller(void)
{
	static const uint32_t ids[] = { VIRTIO_BLOCK, DISK_NVME, DISK_AHCI };

	for (unsigned i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (ids[i] != device->id && pecan_pci_has(ids[i]))
			return true;
	return false;
}

/* Without a disk: clients learn that there is none, until a driver has one. */
static enum names_error stand_in(void)
{
	if (has_other_controller())
		L4_Sleep(L4_TimePeriod(OTHERS_US));
	return pecan_stand_in(disk.name);
}

void disk_prepare(const struct disk_device *d, const char *name, unsigned slots)
{
	device = d;
	disk.name = name;
	disk.none = DISK_E_GONE;
	prepare(slots);
	disk_client_begin((unsigned)(L4_SystemClock().raw / MS_US));
}

/* Returns false if another driver has the name. stands_in: for a disk that is absent. */
static bool has_name(enum names_error n, bool stands_in)
{
	if (n == NAMES_E_TAKEN) {
		if (!stands_in)
			pecan_logf("%s is not used: another driver is `%s`", device->what, disk.name);
		return false;
	}
	if (n != NAMES_OK)
		disk_fail(pecan_names_error_text(n));
	pecan_want_notices();
	return true;
}

void disk_open_to_clients(void) { has_name(pecan_register(disk.name, L4_nilthread), false); }

static void start(void)
{
	const char *wrong;

	disk_client_begin((unsigned)(L4_SystemClock().raw / MS_US));
	wrong = device->begin(&disk.about);
	disk.none = wrong == pecan_pci_absent ? DISK_E_ABSENT : DISK_OK;
	if (disk.none == DISK_OK)
		check(wrong);
	disk.limits = whole_disk();
	prepare(disk.about.slots);
	if (!has_name(wrong ? stand_in() : pecan_register(disk.name, L4_nilthread), wrong != 0))
		pecan_idle();
}

void disk_drive(const struct disk_device *d, int argc, char **argv)
{
	L4_ThreadId_t from = L4_nilthread;
	bool interrupt = false;

	device = d;
	disk.name = argc > 1 ? argv[1] : DISK_NAME;
	if (argc > 2)
		check(pecan_pci_choose(argv[2]));
	start();
	for (;;) {
		L4_ThreadId_t irq = pecan_irq_id(disk.about.irq);
		L4_ThreadId_t to = interrupt ? irq : L4_nilthread;
		L4_MsgTag_t tag;

		L4_Set_MsgTag(L4_Niltag);		/* acknowledges an interrupt */
		tag = disk_waits() ? L4_ReplyWait_Timeout(to, L4_TimePeriod(DISK_WAIT_US), &from)
				   : pecan_reply_wait_alive(to, &from);
		interrupt = disk.none == DISK_OK && L4_IpcSucceeded(tag) && L4_IsThreadEqual(from, irq);
		serve(tag, from, interrupt);
	}
}
