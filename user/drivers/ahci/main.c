/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the driver of SATA disks at a controller of AHCI 1.3: the first port that has a disk, commands
 * READ and WRITE DMA EXT, of which the controller executes up to 32 in turn. See <pecan/disk_driver.h> and
 * docs/user/devices.md.
 *
 * After an error the port does not say reliably which command had it. So all that were under way are done
 * again, each alone: then an error is that of the one.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/disk_driver.h>
#include <pecan/endian.h>
#include <pecan/mmio.h>
#include <pecan/outcome.h>
#include <pecan/pci.h>
#include <pecan/server.h>
#include <string.h>

/* Ports in the first page of registers; two more would be in the next one. */
enum { REGION = 5, REGISTER_BYTES = 0x1000, PORTS = 30, SLOTS = 32, PORT = 0x100, PORT_BYTES = 0x80 };

/* Registers of the controller; of a port. */
enum { CAPABILITIES = 0x0, CONTROL = 0x4, CAUSES = 0x8, PORTS_THERE = 0xc };
enum {
	LIST = 0x0, RECEIVED = 0x8, PORT_CAUSES = 0x10, PORT_MASK = 0x14, COMMAND = 0x18, TASK = 0x20,
	SIGNATURE = 0x24, LINK = 0x28, LINK_CONTROL = 0x2c, LINK_ERRORS = 0x30, ISSUED = 0x38,
};

/* Their bits. */
enum {
	SLOTS_SHIFT = 8, SLOTS_LAST = 0x1f, CONTROL_RESET = 1 << 0, CONTROL_INTERRUPTS = 1 << 1,
	RUN = 1 << 0, SPIN_UP = 1 << 1, POWER = 1 << 2, RECEIVE = 1 << 4, RECEIVES = 1 << 14, RUNS = 1 << 15,
	BUSY = 1 << 7 | 1 << 3, LINK_STATE = 0xf, LINK_UP = 3, LINK_RESET = 1, IS_DISK = 0x101,
	CAUSE_DONE = 1 << 0, CAUSE_ERRORS = 1 << 27 | 1 << 28 | 1 << 29 | 1 << 30, GONE = -1,
};
#define WIDE		(1u << 31)	/* of CAPABILITIES: addresses of 64 bits */
#define CONTROL_ON	(1u << 31)

/* Commands of ATA, and what IDENTIFY returns: 16-bit words, by number. */
enum { READ = 0x25, WRITE = 0x35, FLUSH = 0xea, IDENTIFY = 0xec };
enum {
	WORDS = 256, SERIAL = 10, SERIAL_BYTES = 20, COMMANDS = 83, HAS_LONG = 1 << 10, HAS_FLUSH = 1 << 13,
	COUNT = 100, SECTOR_SIZE = 106, SECTOR_KNOWN = 0xc000, SECTOR_IS_KNOWN = 0x4000, SECTOR_LONG = 1 << 12,
};

enum {
	FIS_COMMAND = 0x27, FIS_IS_COMMAND = 0x80, FIS_WORDS = 5, DEVICE_BY_SECTOR = 0x40,
	HEAD_WRITES = 1 << 6, HEAD_PARTS_SHIFT = 16, WAIT_US = 1000, SECOND = 1000, DISK_SECONDS = 10,
	RESET_US = 2000, LINKS_US = 50000, SECONDS = 30,
};

struct head { uint32_t flags, moved; uint64_t table; uint32_t unused[4]; };
struct part { uint64_t address; uint32_t unused, last; };
struct table { uint8_t fis[64], packet[16], unused[48]; struct part part[8]; };

/* What the controller reaches. */
struct memory {
	_Alignas(1024) struct head head[SLOTS];
	_Alignas(256) uint8_t received[256];
	uint16_t words[WORDS];
	_Alignas(128) struct table table[SLOTS];
};

static struct {
	struct pecan_pci pci;
	volatile char *registers;
	unsigned port;
	volatile struct memory *memory;
	uint64_t physical;		/* of the memory */
	/* Requests, bit n: that of slot n. */
	uint32_t waiting;		/* prepared, and not begun */
	uint32_t suspect;		/* one of them had an error: each is done again, alone */
	uint32_t issued;		/* at the controller */
	uint32_t done, bad;		/* done, and not yet reported; with an error */
	bool alone;			/* what is at the controller was a suspect */
} disk;

static uint32_t get(unsigned at) { return mmio_read32(disk.registers + at); }
static void set(unsigned at, uint32_t value) { mmio_write32(disk.registers + at, value); }

static uint32_t port_get(unsigned at) { return get(PORT + disk.port * PORT_BYTES + at); }
static void port_set(unsigned at, uint32_t value) { set(PORT + disk.port * PORT_BYTES + at, value); }

static uint64_t physical(const volatile void *at)
{
	return disk.physical + (uint64_t)((const volatile char *)at - (const volatile char *)disk.memory);
}

/* A millisecond, with a sign of life. */
static void wait(void)
{
	pecan_beat();
	L4_Sleep(L4_TimePeriod(WAIT_US));
}

/* ---- the port ---- */

static const char gone[] = "it is not there any more";

/* Waits for bits of a register of the port. */
static bool becomes(unsigned at, uint32_t bits, uint32_t value)
{
	for (unsigned i = 0; i < SECOND && (port_get(at) & bits) != value; i++)
		wait();
	return (port_get(at) & bits) == value;
}

static bool is_ready(void)
{
	return (port_get(LINK) & LINK_STATE) == LINK_UP && !(port_get(TASK) & BUSY);
}

/* End what the port does: it has no commands any more. */
static bool stop(void)
{
	port_set(COMMAND, port_get(COMMAND) & ~(uint32_t)RUN);
	return becomes(COMMAND, RUNS, 0);
}

static void run(void)
{
	port_set(LINK_ERRORS, ~0u);
	port_set(PORT_CAUSES, ~0u);
	port_set(COMMAND, port_get(COMMAND) | RUN);
}

/* Reset the link, if the disk does not end its command. */
static bool begin_again(void)
{
	bool stopped = stop();

	if (!stopped || port_get(TASK) & BUSY) {
		port_set(LINK_CONTROL, LINK_RESET);
		L4_Sleep(L4_TimePeriod(RESET_US));
		port_set(LINK_CONTROL, 0);
		stopped = becomes(LINK, LINK_STATE, LINK_UP) && becomes(COMMAND, RUNS, 0)
			  && becomes(TASK, BUSY, 0);
	}
	if (stopped)
		run();
	return stopped;
}

/* ---- the controller ---- */

static const char *reset(void)
{
	if (get(CAPABILITIES) == (uint32_t)GONE)
		return gone;
	set(CONTROL, CONTROL_ON);
	set(CONTROL, CONTROL_ON | CONTROL_RESET);
	for (unsigned i = 0; i < SECOND && get(CONTROL) & CONTROL_RESET; i++)
		wait();
	if (get(CONTROL) & CONTROL_RESET)
		return get(CONTROL) == (uint32_t)GONE ? gone : "it does not end its reset";
	set(CONTROL, CONTROL_ON);
	return get(CAPABILITIES) & WIDE ? 0 : "it reaches not all memory";
}

static void set_address(unsigned at, uint64_t address)
{
	port_set(at, (uint32_t)address);
	port_set(at + 4, (uint32_t)(address >> 32));
}

/* Power, and memory for what a disk says: without that it does not say what it is. */
static void prepare_port(void)
{
	set_address(LIST, physical(disk.memory->head));
	set_address(RECEIVED, physical(disk.memory->received));
	port_set(LINK_ERRORS, ~0u);
	port_set(COMMAND, RECEIVE | SPIN_UP | POWER);
}

/*
 * Find the first port with a disk, when all links had time to come up: so that it is the same port at each
 * start. All have the same memory until then.
 */
static const char *find_disk(void)
{
	uint32_t there = get(PORTS_THERE);

	for (disk.port = 0; disk.port < PORTS; disk.port++)
		if (there >> disk.port & 1)
			prepare_port();
	L4_Sleep(L4_TimePeriod(LINKS_US));
	for (unsigned i = 0; i < SECOND; i++) {
		for (disk.port = 0; disk.port < PORTS; disk.port++)
			if (there >> disk.port & 1 && is_ready() && port_get(SIGNATURE) == IS_DISK)
				return 0;
		wait();
	}
	return pecan_pci_absent;
}

/* Of the other ones: no memory any more. */
static void leave_ports(void)
{
	uint32_t there = get(PORTS_THERE);
	unsigned mine = disk.port;

	for (disk.port = 0; disk.port < PORTS; disk.port++)
		if (there >> disk.port & 1 && disk.port != mine)
			port_set(COMMAND, 0);
	disk.port = mine;
}

/* ---- commands ---- */

static void prepare(unsigned slot, uint8_t command, const struct disk_command *c)
{
	volatile struct head *head = &disk.memory->head[slot];
	volatile struct table *table = &disk.memory->table[slot];
	uint32_t sectors = c->bytes / DISK_SECTOR;

	for (unsigned i = 0; i < FIS_WORDS * 4; i++)
		table->fis[i] = 0;
	table->fis[0] = FIS_COMMAND;
	table->fis[1] = FIS_IS_COMMAND;
	table->fis[2] = command;
	for (unsigned i = 0; i < 3; i++) {
		table->fis[4 + i] = (uint8_t)(c->sector >> 8 * i);
		table->fis[8 + i] = (uint8_t)(c->sector >> (24 + 8 * i));
	}
	table->fis[7] = DEVICE_BY_SECTOR;
	table->fis[12] = (uint8_t)sectors;
	table->fis[13] = (uint8_t)(sectors >> 8);
	table->part[0].address = le64(c->physical);
	table->part[0].last = le32(c->bytes - 1);
	head->table = le64(physical(table));
	head->moved = 0;
	head->flags = le32(FIS_WORDS | (c->kind == DISK_WRITE ? HEAD_WRITES : 0)
			   | (uint32_t)(c->bytes > 0) << HEAD_PARTS_SHIFT);
}

static const char *identify(void)
{
	struct disk_command c = { DISK_READ, sizeof(disk.memory->words), 0, physical(disk.memory->words) };

	prepare(0, IDENTIFY, &c);
	disk.memory->table[0].fis[12] = 0;
	run();
	port_set(ISSUED, 1);
	for (unsigned i = 0; i < DISK_SECONDS * SECOND; i++) {
		uint32_t causes = port_get(PORT_CAUSES);

		if (causes == (uint32_t)GONE)
			return gone;
		if (causes & CAUSE_ERRORS)
			return "it does not say what it is";
		if (!(port_get(ISSUED) & 1))
			return 0;
		wait();
	}
	return "it does not answer";
}

static uint16_t word(unsigned n) { return le16(disk.memory->words[n]); }

static const char *read_words(struct disk_about *a)
{
	char serial[SERIAL_BYTES];

	for (unsigned i = 0; i < SERIAL_BYTES; i++)
		serial[i] = (char)(word(SERIAL + i / 2) >> (i % 2 ? 0 : 8));
	disk_serial(a->serial, serial, SERIAL_BYTES);
	if (!(word(COMMANDS) & HAS_LONG))
		return "it has not the commands of the driver";
	if ((word(SECTOR_SIZE) & SECTOR_KNOWN) == SECTOR_IS_KNOWN && word(SECTOR_SIZE) & SECTOR_LONG)
		return OUTCOME_SAYS_UNSUPPORTED "sectors that have not 512 bytes";
	a->unit = 1;
	a->flushes = word(COMMANDS) & HAS_FLUSH;
	for (unsigned i = 0; i < 3; i++)		/* addresses have 48 bits */
		a->sectors |= (uint64_t)word(COUNT + i) << 16 * i;
	return 0;
}

static const char *open(L4_Word_t *irq)
{
	const char *wrong = pecan_pci_try_open(&disk.pci, DISK_AHCI);
	struct pecan_dma d;

	if (wrong)
		return wrong;
	disk.registers = pecan_pci_map(&disk.pci, REGION, 0, REGISTER_BYTES);
	wrong = disk.registers ? reset() : "its registers cannot be mapped";
	if (!wrong)
		wrong = pecan_pci_attach(&disk.pci, 0, irq);
	if (!wrong)
		wrong = pecan_pci_memory(&disk.pci, sizeof(struct memory), &d);
	if (wrong)
		return wrong;
	disk.memory = d.at;
	disk.physical = d.physical;
	return 0;
}

static const char *begin(struct disk_about *a)
{
	const char *wrong = open(&a->irq);

	if (!wrong)
		wrong = find_disk();
	if (wrong)
		return wrong;
	leave_ports();
	a->place = disk.pci.place;
	a->slots = (get(CAPABILITIES) >> SLOTS_SHIFT & SLOTS_LAST) + 1;
	wrong = identify();
	if (!wrong)
		wrong = read_words(a);
	if (wrong)
		return wrong;
	port_set(PORT_CAUSES, ~0u);
	set(CAUSES, ~0u);
	port_set(PORT_MASK, CAUSE_DONE | CAUSE_ERRORS);
	set(CONTROL, CONTROL_ON | CONTROL_INTERRUPTS);
	return 0;
}

/* ---- requests ---- */

static void start(unsigned slot, const struct disk_command *c)
{
	static const uint8_t commands[] = { READ, WRITE, FLUSH };

	prepare(slot, commands[c->kind], c);
	disk.waiting |= 1u << slot;
}

/* A suspect is alone at the controller. */
static void issue(void)
{
	uint32_t next = disk.suspect ? disk.suspect & -disk.suspect : disk.waiting;

	if (next == 0 || (disk.issued && (disk.suspect || disk.alone)))
		return;
	disk.alone = disk.suspect != 0;
	if (disk.alone)
		disk_time_again();
	disk.suspect &= ~next;
	disk.waiting &= ~next;
	disk.issued |= next;
	port_set(ISSUED, next);
}

static void failed(void)
{
	if (disk.alone) {
		disk.bad |= disk.issued;
		disk.done |= disk.issued;
	} else {
		disk.suspect |= disk.issued;
	}
	disk.issued = 0;
	if (!begin_again())
		disk_fail("does not end its reset");
}

static void interrupted(void)
{
	uint32_t causes = port_get(PORT_CAUSES), issued, done;

	port_set(PORT_CAUSES, causes);
	set(CAUSES, 1u << disk.port);
	issued = port_get(ISSUED);
	if (causes == (uint32_t)GONE && issued == (uint32_t)GONE)
		disk_fail("is not there any more");
	if (causes & CAUSE_ERRORS) {
		failed();
	} else {
		if (issued & ~disk.issued)
			disk_fail("has broken the rules of its list");
		done = disk.issued & ~issued;
		disk.done |= done;
		disk.issued &= ~done;
	}
	issue();
}

static int next_done(bool *good)
{
	unsigned slot;

	if (disk.done == 0)
		return -1;
	slot = (unsigned)__builtin_ctz(disk.done);
	*good = !(disk.bad >> slot & 1);
	disk.done &= disk.done - 1;
	disk.bad &= ~(1u << slot);
	return (int)slot;
}

static const char *inspect(void)
{
	uint32_t link = port_get(LINK);

	return link != (uint32_t)GONE && (link & LINK_STATE) == LINK_UP ? 0 : "is not there any more";
}

int main(int argc, char **argv)
{
	disk_drive(&(struct disk_device){
		.what = "the AHCI disk", .id = DISK_AHCI, .seconds = SECONDS, .begin = begin, .start = start,
		.notify = issue, .next_done = next_done, .interrupted = interrupted, .inspect = inspect,
	}, argc, argv);
}
