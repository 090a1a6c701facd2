/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the driver of NVMe disks (NVM Express 1.4): one namespace, and one pair of queues besides that for
 * administration. See <pecan/disk_driver.h> and docs/user/devices.md.
 *
 * What the controller says it says by registers and completions. Each field is read once, and checked: a
 * completion must be of a command that is under way. Where the controller writes nothing can limit.
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

enum { REGION = 0, REGISTER_BYTES = 0x1000, DOORBELLS = 0x1000, PAGE = 4096 };

enum reg {
	CAPABILITIES = 0x0, CAPABILITIES_HIGH = 0x4, CONTROL = 0x14, STATE = 0x1c, ADMIN_SIZES = 0x24,
	ADMIN_COMMANDS = 0x28, ADMIN_DONE = 0x30,
};

enum {
	CONTROL_ON = 1 << 0, CONTROL_SIZES = 6 << 16 | 4 << 20,	/* 64 bytes a command, 16 a completion */
	STATE_READY = 1 << 0, STATE_FATAL = 1 << 1,
	HIGH_STRIDE = 0xf, HIGH_NVM = 1 << 5, HIGH_PAGE_SHIFT = 16, HIGH_PAGE = 0xf,
	SIZE = 0xffff, TIME_SHIFT = 24, TIME_MS = 500, TIME_SLACK = 2, GONE = -1,
};

/* Commands, first those for administration. */
enum { CREATE_QUEUE = 0x1, CREATE_DONE = 0x5, IDENTIFY = 0x6, SET_FEATURE = 0x9 };
enum { FLUSH = 0x0, WRITE = 0x1, READ = 0x2 };
enum {
	OF_NAMESPACE = 0, OF_CONTROLLER = 1, FEATURE_QUEUES = 7, CONTIGUOUS = 1 << 0, INTERRUPTS = 1 << 1,
	QUEUE = 1, NUMBER_SHIFT = 16,
};

/* What IDENTIFY writes: offsets of bytes. */
enum {
	SERIAL = 4, SERIAL_BYTES = 20, LONGEST = 77, NAMESPACES = 516, CACHE = 525,
	FORMAT = 26, FORMAT_NUMBER = 0xf, ATTRIBUTES = 99, READ_ONLY = 1, FORMATS = 128,
	METADATA = 0xffff, SECTOR_SHIFT = 16, SECTOR = 0xff, LOG2_MAX = 31, LONGEST_MAX = 6,
};

enum {
	ADMIN_ENTRIES = 8, ENTRIES = 128, NAMESPACES_MAX = 32, PIECE = PAGE << LONGEST_MAX, LIST = PIECE / PAGE,
	WAIT_US = 1000, MS_IN_WAIT = WAIT_US / 1000, ADMIN_MS = 10000, SECONDS = 30,
};

struct command { uint32_t head, namespace, unused[4]; uint64_t at, more, sector; uint32_t word[4]; };
struct completion { uint32_t result, unused, queue, state; };
enum { PHASE = 1 << 16, ERROR_SHIFT = 17, ERROR = 0x7ff, IDENTITY = 0xffff };

/* What the controller reaches. */
struct memory {
	_Alignas(PAGE) struct command admin[ADMIN_ENTRIES];
	_Alignas(PAGE) struct completion admin_done[ADMIN_ENTRIES];
	_Alignas(PAGE) unsigned char text[PAGE];
	_Alignas(PAGE) struct command command[ENTRIES];
	_Alignas(PAGE) struct completion done[ENTRIES];
	_Alignas(PAGE) uint64_t list[DISK_SLOTS][LIST];		/* of pages, of the request of a slot */
};

struct queue {
	unsigned number, entries, tail, head, known;	/* known: the head that the controller has */
	uint32_t phase;					/* of the next completion */
	volatile struct command *command;
	volatile struct completion *done;
};

/* A request: what is left of it, and the part that is under way. */
struct request { uint64_t sector, physical; uint32_t left, bytes, kind; bool busy; };

static struct {
	struct pecan_pci pci;
	volatile char *registers, *doorbells;
	unsigned stride, wait_ms;
	struct memory *memory;
	uint64_t physical;			/* of the memory */
	struct queue admin, queue;
	uint32_t namespace, piece;		/* piece: bytes of a command at the most */
	uint32_t unit;				/* sectors of 512 bytes in one of the namespace */
	struct request request[DISK_SLOTS];
} disk;

static uint32_t get(unsigned at) { return mmio_read32(disk.registers + at); }
static void set(unsigned at, uint32_t value) { mmio_write32(disk.registers + at, value); }

static uint64_t physical(const volatile void *at)
{
	return disk.physical + (uint64_t)((const volatile char *)at - (const volatile char *)disk.memory);
}

/* ---- queues ---- */

/* number: of the queue of commands; that of completions is behind it. */
static void ring_doorbell(unsigned number, uint32_t value)
{
	mmio_write32(disk.doorbells + (size_t)number * disk.stride, value);
}

static void tell_commands(struct queue *q) { ring_doorbell(2 * q->number, q->tail); }

static void tell_done(struct queue *q)
{
	if (q->known != q->head)
		ring_doorbell(2 * q->number + 1, q->head);
	q->known = q->head;
}

static void put(struct queue *q, const struct command *c)
{
	q->command[q->tail] = *c;
	q->tail = q->tail + 1 == q->entries ? 0 : q->tail + 1;
}

/* The next completion. *identity: of its command; *error: 0, or what the controller says. */
static bool take(struct queue *q, unsigned *identity, unsigned *error)
{
	uint32_t state = le32(q->done[q->head].state), queue;

	if ((state & PHASE) != q->phase)
		return false;
	__atomic_thread_fence(__ATOMIC_ACQUIRE);	/* the phase before what it is the phase of */
	queue = le32(q->done[q->head].queue);
	if (queue >> NUMBER_SHIFT != q->number || (queue & SIZE) >= q->entries)
		disk_fail("has broken the rules of its queue");
	*identity = state & IDENTITY;
	*error = state >> ERROR_SHIFT & ERROR;
	if (++q->head == q->entries) {
		q->head = 0;
		q->phase ^= PHASE;
	}
	return true;
}

/* ---- administration ---- */

static const char gone[] = "it is not there any more";

/* Waits for the bit of STATE that says whether it is ready. */
static const char *becomes(uint32_t ready)
{
	for (unsigned ms = 0; ms < disk.wait_ms; ms += MS_IN_WAIT) {
		uint32_t state = get(STATE);

		if (state == (uint32_t)GONE)
			return gone;
		if ((state & STATE_READY) == ready)
			return 0;
		pecan_beat();
		L4_Sleep(L4_TimePeriod(WAIT_US));
	}
	return ready ? "it does not become ready" : "it does not end its reset";
}

static const char *reset(void)
{
	uint32_t low = get(CAPABILITIES), high = get(CAPABILITIES_HIGH);

	if (low == (uint32_t)GONE && high == (uint32_t)GONE)
		return gone;
	disk.wait_ms = ((low >> TIME_SHIFT) + TIME_SLACK) * TIME_MS;
	disk.stride = 4u << (high & HIGH_STRIDE);
	disk.queue.entries = (low & SIZE) < ENTRIES ? (low & SIZE) + 1 : ENTRIES;
	if (!(high & HIGH_NVM) || (high >> HIGH_PAGE_SHIFT & HIGH_PAGE) != 0 || disk.queue.entries < 2)
		return "it has not the commands, pages and queues of the driver";
	disk.doorbells = pecan_pci_map(&disk.pci, REGION, DOORBELLS, 4 * disk.stride);
	if (!disk.doorbells)
		return "its registers cannot be mapped";
	set(CONTROL, 0);
	return becomes(0);
}

static void set_address(unsigned at, uint64_t address)
{
	set(at, (uint32_t)address);
	set(at + 4, (uint32_t)(address >> 32));
}

static const char *run(void)
{
	struct memory *m = disk.memory;

	disk.admin = (struct queue){
		.entries = ADMIN_ENTRIES, .phase = PHASE, .command = m->admin, .done = m->admin_done,
	};
	disk.queue = (struct queue){
		.number = QUEUE, .entries = disk.queue.entries, .phase = PHASE, .command = m->command,
		.done = m->done,
	};
	set(ADMIN_SIZES, (ADMIN_ENTRIES - 1) << NUMBER_SHIFT | (ADMIN_ENTRIES - 1));
	set_address(ADMIN_COMMANDS, physical(m->admin));
	set_address(ADMIN_DONE, physical(m->admin_done));
	set(CONTROL, CONTROL_SIZES | CONTROL_ON);
	return becomes(STATE_READY);
}

/* Execute one command. Its identity is its place in the queue. */
static const char *administer(struct command c)
{
	unsigned identity = disk.admin.tail, done, error;

	c.head = le32(c.head | identity << NUMBER_SHIFT);
	c.namespace = le32(c.namespace);
	c.at = le64(c.at);
	c.word[0] = le32(c.word[0]);
	put(&disk.admin, &c);
	tell_commands(&disk.admin);
	for (unsigned ms = 0; ms < ADMIN_MS; ms += MS_IN_WAIT) {
		if (take(&disk.admin, &done, &error)) {
			tell_done(&disk.admin);
			if (done != identity)
				disk_fail("has broken the rules of its queue");
			return error ? "it refuses a command for administration" : 0;
		}
		pecan_beat();
		L4_Sleep(L4_TimePeriod(WAIT_US));
	}
	return get(STATE) == (uint32_t)GONE ? gone : "it does not answer";
}

static const char *create_queues(void)
{
	struct memory *m = disk.memory;
	uint32_t which = (disk.queue.entries - 1) << NUMBER_SHIFT | QUEUE;
	const char *wrong = administer((struct command){ .head = SET_FEATURE, .sector = le64(FEATURE_QUEUES) });

	if (!wrong)
		wrong = administer((struct command){
			.head = CREATE_DONE, .at = physical(m->done),
			.sector = le64(which | (uint64_t)(CONTIGUOUS | INTERRUPTS) << 32),
		});
	if (!wrong)
		wrong = administer((struct command){
			.head = CREATE_QUEUE, .at = physical(m->command),
			.sector = le64(which | (uint64_t)(CONTIGUOUS | QUEUE << NUMBER_SHIFT) << 32),
		});
	return wrong;
}

static uint32_t get_text32(unsigned at)
{
	uint32_t value;

	memcpy(&value, disk.memory->text + at, sizeof(value));
	return le32(value);
}

static const char *identify(uint32_t namespace, uint32_t what)
{
	return administer((struct command){
		.head = IDENTIFY, .namespace = namespace, .at = physical(disk.memory->text), .sector = le64(what),
	});
}

/* *namespaces: how many numbers there are. */
static const char *read_controller(struct disk_about *a, uint32_t *namespaces)
{
	const unsigned char *text = disk.memory->text;
	const char *wrong = identify(0, OF_CONTROLLER);

	if (wrong)
		return wrong;
	disk_serial(a->serial, (const char *)text + SERIAL, SERIAL_BYTES);
	a->flushes = text[CACHE] & 1;
	disk.piece = text[LONGEST] && text[LONGEST] < LONGEST_MAX ? (uint32_t)PAGE << text[LONGEST] : PIECE;
	*namespaces = get_text32(NAMESPACES);
	if (*namespaces > NAMESPACES_MAX)
		*namespaces = NAMESPACES_MAX;
	return 0;
}

/* The first one with sectors is the disk. */
static const char *read_namespaces(struct disk_about *a, uint32_t namespaces)
{
	const unsigned char *text = disk.memory->text;
	const char *wrong = 0;
	uint32_t format, log2;

	for (uint32_t n = 1; n <= namespaces && a->sectors == 0 && !wrong; n++) {
		wrong = identify(n, OF_NAMESPACE);
		disk.namespace = n;
		a->sectors = wrong ? 0 : get_text32(0) | (uint64_t)get_text32(4) << 32;
	}
	if (wrong || a->sectors == 0)
		return wrong ? wrong : pecan_pci_absent;
	a->read_only = text[ATTRIBUTES] & READ_ONLY;
	format = get_text32(FORMATS + 4 * (text[FORMAT] & FORMAT_NUMBER));
	log2 = format >> SECTOR_SHIFT & SECTOR;
	if (format & METADATA)
		return OUTCOME_SAYS_UNSUPPORTED "sectors with metadata";
	wrong = disk_unit(a, log2 <= LOG2_MAX ? (uint64_t)1 << log2 : 0);
	disk.unit = a->unit;
	a->sectors *= a->unit;
	return wrong;
}

static const char *begin(struct disk_about *a)
{
	const char *wrong = pecan_pci_try_open(&disk.pci, DISK_NVME);
	uint32_t namespaces;
	struct pecan_dma d;

	if (wrong)
		return wrong;
	disk.registers = pecan_pci_map(&disk.pci, REGION, 0, REGISTER_BYTES);
	wrong = disk.registers ? reset() : "its registers cannot be mapped";
	if (!wrong)
		wrong = pecan_pci_attach(&disk.pci, 0, &a->irq);
	if (!wrong)
		wrong = pecan_pci_memory(&disk.pci, sizeof(struct memory), &d);
	if (wrong)
		return wrong;
	disk.memory = d.at;
	disk.physical = d.physical;
	wrong = run();
	if (!wrong)
		wrong = read_controller(a, &namespaces);
	if (!wrong)
		wrong = read_namespaces(a, namespaces);
	if (wrong)
		return wrong;
	a->place = disk.pci.place;
	a->slots = disk.queue.entries - 1 < DISK_SLOTS ? disk.queue.entries - 1 : DISK_SLOTS;
	return create_queues();
}

/* ---- requests ---- */

/* Where the second page is, or the list of all pages but the first. */
static uint64_t more_pages(unsigned slot, uint64_t at, uint32_t bytes)
{
	uint64_t second = (at & ~(uint64_t)(PAGE - 1)) + PAGE, end = at + bytes;
	uint64_t *list = disk.memory->list[slot];

	if (end <= second)
		return 0;
	if (end <= second + PAGE)
		return second;
	for (unsigned i = 0; second < end; i++, second += PAGE)
		list[i] = le64(second);
	return physical(list);
}

/* Begin with the next part of a request. A list has room for the pages of a part that begins in a page. */
static void give(unsigned slot)
{
	static const uint32_t commands[] = { READ, WRITE, FLUSH };
	struct request *r = &disk.request[slot];
	struct command c = { .head = le32(commands[r->kind] | slot << NUMBER_SHIFT) };

	c.namespace = le32(disk.namespace);
	r->bytes = r->left < disk.piece ? r->left : disk.piece;
	if (r->kind != DISK_FLUSH) {
		c.at = le64(r->physical);
		c.more = le64(more_pages(slot, r->physical, r->bytes));
		c.sector = le64(r->sector / disk.unit);
		c.word[0] = le32(r->bytes / DISK_SECTOR / disk.unit - 1);
	}
	put(&disk.queue, &c);
}

static void notify(void) { tell_commands(&disk.queue); }

static void start(unsigned slot, const struct disk_command *c)
{
	disk.request[slot] = (struct request){ c->sector, c->physical, c->bytes, 0, c->kind, true };
	give(slot);
}

/* A part of a request has been done. Returns true if there is another one, which begins then. */
static bool continues(unsigned slot)
{
	struct request *r = &disk.request[slot];

	r->sector += r->bytes / DISK_SECTOR;
	r->physical += r->bytes;
	r->left -= r->bytes;
	if (r->left == 0)
		return false;
	give(slot);
	notify();
	return true;
}

static int next_done(bool *good)
{
	unsigned slot, error;

	while (take(&disk.queue, &slot, &error)) {
		if (slot >= DISK_SLOTS || !disk.request[slot].busy)
			disk_fail("has broken the rules of its queue");
		if (!error && continues(slot))
			continue;
		disk.request[slot].busy = false;
		*good = error == 0;
		return (int)slot;
	}
	tell_done(&disk.queue);
	return -1;
}

static const char *inspect(void)
{
	uint32_t state = get(STATE);

	if (state == (uint32_t)GONE)
		return "is not there any more";
	return (state & (STATE_READY | STATE_FATAL)) == STATE_READY ? 0 : "has given up";
}

int main(int argc, char **argv)
{
	disk_drive(&(struct disk_device){
		.what = "the NVMe disk", .id = DISK_NVME, .seconds = SECONDS, .begin = begin, .start = start,
		.notify = notify, .next_done = next_done, .inspect = inspect,
	}, argc, argv);
}
