/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the driver of network cards with Intel's 82574L, QEMU's `e1000e`: one queue each way, legacy
 * descriptors, all packets whatever their address is. See <pecan/link_driver.h> and docs/user/devices.md.
 *
 *   e1000e [NAME [PLACE]]	registers as NAME, LINK_NAME without it; PLACE: of its card
 *
 * The card writes packets into buffers of this driver, which copies them into the client's: it can be set
 * to sizes of 2^n bytes and of n KiB only, and receives up to 1,522 bytes, with the tag of a VLAN. So it
 * would write beyond the end of a client's buffer, which has room for 1,514. Packets that are sent are read
 * from the client's memory.
 *
 * What the card says it says by the descriptors, which it can write at any time. Each field is read once, and
 * none is an address or an index. So what it says can spoil packets, and nothing else.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/dma.h>
#include <pecan/endian.h>
#include <pecan/link_driver.h>
#include <pecan/mmio.h>
#include <pecan/pci.h>
#include <string.h>

enum { DEVICE = 0x808610d3, REGION = 0, REGISTER_BYTES = 0x6000 };

enum reg {
	CTRL = 0x0, STATUS = 0x8, EEPROM = 0x10, CTRL_EXT = 0x18, CAUSES = 0xc0, MASK_SET = 0xd0,
	MASK_CLEAR = 0xd8, AUTO_CLEAR = 0xdc, VECTORS = 0xe4, RECEIVE_CTRL = 0x100, SEND_CTRL = 0x400,
	RECEIVE_RING = 0x2800, SEND_RING = 0x3800, RING_HIGH = 0x4, RING_BYTES = 0x8, RING_HEAD = 0x10,
	RING_TAIL = 0x18, SEND_THRESHOLDS = 0x3828, CHECKSUMS = 0x5000, ADDRESS_LOW = 0x5400,
	ADDRESS_HIGH = 0x5404,
};

/* Bits of registers. */
enum {
	CTRL_NO_MASTER = 1 << 2, CTRL_LINK = 1 << 6, CTRL_RESET = 1 << 26,
	STATUS_LINK = 1 << 1, STATUS_MASTER = 1 << 19, EEPROM_READ = 1 << 9,
	RECEIVE_ON = 1 << 1, RECEIVE_ALL = 1 << 3 | 1 << 4, RECEIVE_BROADCAST = 1 << 15, RECEIVE_NO_CRC = 1 << 26,
	SEND_ON = 1 << 1, SEND_PADDED = 1 << 3, SEND_RETRIES = 0xf << 4, SEND_SLOT = 0x40 << 12,
	SEND_REQUIRED = 1 << 22,	/* of SEND_THRESHOLDS: "must be 1" */
};
#define CTRL_EXT_PENDING	(1u << 31)	/* MASK_SET clears the pending bit of a message */

/* Causes of interrupts: without a table of messages, and with it. */
enum {
	CAUSE_SENT = 1 << 0, CAUSE_LINK = 1 << 2, CAUSE_RECEIVED = 1 << 7,
	CAUSE_RECEIVE_QUEUE = 1 << 20, CAUSE_SEND_QUEUE = 1 << 22, CAUSE_OTHER = 1 << 24,
	VECTOR_RECEIVE = 8, VECTOR_SEND = 8 << 8, VECTOR_OTHER = 8 << 16, VECTOR_OTHER_AT = 16,
};

/* Legacy descriptors. */
struct received { uint64_t address; uint16_t length, checksum; uint8_t status, errors; uint16_t tag; };
struct sent { uint64_t address; uint16_t length; uint8_t offset, command, status, start; uint16_t tag; };

enum {
	DONE = 1 << 0, WHOLE = 1 << 1,				/* status */
	BAD = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 4 | 1 << 7,	/* errors; the others are of checksums */
	SEND_WHOLE = 1 << 0, SEND_CRC = 1 << 1, SEND_REPORT = 1 << 3,	/* command */
};

enum {
	BUFFERS = 56, BUFFER = 2048, PACKETS = 256,	/* multiples of 8: a ring's are of 128 bytes */
	SHORTEST = 17,			/* of a packet that the card fills up: fewer can stop it */
	WAITS = 1000, WAIT_US = 1000, EEPROM_US = 25000,
};

/* 128 KiB that the card reaches. */
struct memory {
	volatile struct sent sent[PACKETS];
	volatile struct received received[BUFFERS];
	char unused[8192 - PACKETS * sizeof(struct sent) - BUFFERS * sizeof(struct received)];
	char buffer[BUFFERS][BUFFER];
};

static struct {
	struct pecan_pci pci;
	volatile char *registers;
	struct memory *memory;
	uint64_t physical;		/* of the memory */
	bool table;			/* of messages: MSI-X */
	bool one_interrupt;		/* for packets and changes */
	uint32_t on_received, on_sent, on_change;	/* causes of interrupts */
	uint32_t armed;			/* those that can interrupt now */
	unsigned next;			/* the next buffer that the card fills; it has all but the one before */
	uint32_t given, done;		/* packets: number of those given to the card, that it has sent */
	struct link_entry packet[PACKETS];	/* given, by their descriptors */
} card;

static uint32_t get(unsigned at) { return mmio_read32(card.registers + at); }
static void set(unsigned at, uint32_t value) { mmio_write32(card.registers + at, value); }

/* ---- the device ---- */

/* Waits for the bits of a register, 1 s at the most. */
static bool becomes(unsigned at, uint32_t bits, uint32_t value)
{
	for (unsigned i = 0; i < WAITS && (get(at) & bits) != value; i++)
		L4_Sleep(L4_TimePeriod(WAIT_US));
	return (get(at) & bits) == value;
}

/* First it ends its accesses to memory: a reset in one can stop it. Then it reads its EEPROM. */
static const char *stop(void)
{
	set(MASK_CLEAR, ~0u);
	set(RECEIVE_CTRL, 0);
	set(SEND_CTRL, 0);
	set(CTRL, get(CTRL) | CTRL_NO_MASTER);
	if (!becomes(STATUS, STATUS_MASTER, 0))
		return "it does not end its accesses to memory";
	set(CTRL, get(CTRL) | CTRL_RESET);
	L4_Sleep(L4_TimePeriod(WAIT_US));
	if (!becomes(CTRL, CTRL_RESET, 0) || !becomes(EEPROM, EEPROM_READ, EEPROM_READ))
		return "it does not end its reset";
	L4_Sleep(L4_TimePeriod(EEPROM_US));
	set(MASK_CLEAR, ~0u);
	get(CAUSES);
	card.armed = 0;
	return 0;
}

static void set_ring(unsigned ring, const volatile void *at, uint32_t bytes)
{
	uint64_t physical = card.physical + (uint64_t)((const volatile char *)at - (volatile char *)card.memory);

	set(ring, (uint32_t)physical);
	set(ring + RING_HIGH, (uint32_t)(physical >> 32));
	set(ring + RING_BYTES, bytes);
	set(ring + RING_HEAD, 0);
	set(ring + RING_TAIL, 0);
}

static void set_rings(void)
{
	struct memory *m = card.memory;

	memset(m, 0, sizeof(*m) - sizeof(m->buffer));
	for (unsigned i = 0; i < BUFFERS; i++)
		m->received[i].address = le64(card.physical + (uint64_t)(m->buffer[i] - (char *)m));
	card.next = 0;
	card.given = card.done = 0;
	set_ring(RECEIVE_RING, m->received, sizeof(m->received));
	set_ring(SEND_RING, m->sent, sizeof(m->sent));
}

static void set_interrupts(void)
{
	card.on_received = card.table ? CAUSE_RECEIVE_QUEUE : CAUSE_RECEIVED;
	card.on_sent = card.table ? CAUSE_SEND_QUEUE : CAUSE_SENT;
	card.on_change = card.table ? CAUSE_OTHER | CAUSE_LINK : CAUSE_LINK;
	if (!card.table)
		return;
	set(CTRL_EXT, get(CTRL_EXT) | CTRL_EXT_PENDING);
	set(VECTORS, VECTOR_RECEIVE | VECTOR_SEND | VECTOR_OTHER
		     | (card.one_interrupt ? 0 : 1 << VECTOR_OTHER_AT));
	set(AUTO_CLEAR, card.on_received | card.on_sent);
}

/* After `stop`. */
static void run(void)
{
	set_rings();
	set_interrupts();
	set(CTRL, get(CTRL) | CTRL_LINK);
	set(CHECKSUMS, 0);
	set(SEND_THRESHOLDS, get(SEND_THRESHOLDS) | SEND_REQUIRED);
	set(SEND_CTRL, SEND_ON | SEND_PADDED | SEND_RETRIES | SEND_SLOT);
	set(RECEIVE_CTRL, RECEIVE_ON | RECEIVE_ALL | RECEIVE_BROADCAST | RECEIVE_NO_CRC);
	set(RECEIVE_RING + RING_TAIL, BUFFERS - 1);
}

/* One for packets, one for changes; or one for all. */
static const char *attach(L4_Word_t irq[LINK_INTERRUPTS])
{
	const char *wrong = pecan_pci_attach(&card.pci, 0, &irq[LINK_RECEIVES]);

	if (wrong)
		return wrong;
	irq[LINK_SENDS] = irq[LINK_CHANGES] = irq[LINK_RECEIVES];
	card.table = !card.pci.line && pecan_pci_has_table(&card.pci);
	card.one_interrupt = !card.table || pecan_pci_attach(&card.pci, 1, &irq[LINK_CHANGES]);
	return 0;
}

static const char *begin(L4_Word_t irq[LINK_INTERRUPTS])
{
	const char *wrong = pecan_pci_open(&card.pci, DEVICE);
	struct pecan_dma d;

	if (wrong)
		return wrong;
	card.registers = pecan_pci_map(&card.pci, REGION, 0, REGISTER_BYTES);
	if (!card.registers)
		return "its registers cannot be mapped";
	wrong = stop();
	if (!wrong)
		wrong = attach(irq);
	if (!wrong)
		wrong = pecan_pci_memory(&card.pci, sizeof(struct memory), &d);
	if (wrong)
		return wrong;
	card.memory = d.at;
	card.physical = d.physical;
	run();
	return 0;
}

/* It has no offloads. */
static const char *reset(unsigned offloads)
{
	const char *wrong = stop();

	(void)offloads;
	if (!wrong)
		run();
	return wrong;
}

/* ---- packets ---- */

/* Returns true if the next buffer has a packet. *bytes: its length; 0: an error, or no packet's length. */
static bool is_received(unsigned *bytes)
{
	const volatile struct received *d = &card.memory->received[card.next];
	uint8_t status = d->status;

	if (!(status & DONE))
		return false;
	__atomic_thread_fence(__ATOMIC_ACQUIRE);	/* the status before what it is the status of */
	*bytes = le16(d->length);
	if (!(status & WHOLE) || d->errors & BAD || *bytes > LINK_FRAME)
		*bytes = 0;
	return true;
}

static bool receive(struct link_state *s)
{
	struct link_entry e;
	unsigned bytes, last = BUFFERS;

	while (is_received(&bytes) && (bytes == 0 || exchange_next_receive(&s->client, &e))) {
		if (bytes == 0) {
			s->dropped++;
		} else {
			memcpy(exchange_at(&s->client, &e) + LINK_HEADER, card.memory->buffer[card.next], bytes);
			link_received(s, e, bytes);
		}
		last = card.next;
		card.memory->received[last].status = 0;
		card.next = (last + 1) % BUFFERS;
	}
	if (last < BUFFERS)
		set(RECEIVE_RING + RING_TAIL, last);
	return last < BUFFERS;
}

static bool take_sent(struct exchange *client)
{
	uint32_t before = card.done;

	for (; card.done != card.given && card.memory->sent[card.done % PACKETS].status & DONE; card.done++)
		exchange_sent(client, card.packet[card.done % PACKETS]);
	return card.done != before;
}

static bool is_full(void) { return card.given - card.done == PACKETS - 1; }

static void give(uint64_t physical, struct link_entry e)
{
	unsigned at = card.given++ % PACKETS;
	volatile struct sent *d = &card.memory->sent[at];

	d->address = le64(physical);
	d->length = le16(e.bytes);
	d->command = SEND_WHOLE | SEND_CRC | SEND_REPORT;
	d->status = 0;
	card.packet[at] = e;
}

static bool send(struct link_state *s)
{
	bool any = take_sent(&s->client);
	uint32_t before = card.given;
	struct link_entry e;

	for (; !is_full() && exchange_next_send(&s->client, &e); any = true) {
		if (e.bytes < SHORTEST) {
			s->dropped++;
			exchange_sent(&s->client, e);
			continue;
		}
		give(exchange_physical(&s->client, &e), e);
		s->sent++;
	}
	if (card.given != before)
		set(SEND_RING + RING_TAIL, card.given % PACKETS);
	return any;
}

/* ---- interrupts ---- */

/*
 * After an interrupt no other one comes until this is called: with a table the card sees to that, else
 * `interrupted`. So at most one comes while the driver works. Causes of before do not interrupt.
 */
static void want_interrupts(bool want)
{
	uint32_t wanted = card.on_received | card.on_change | (is_full() ? card.on_sent : 0);

	if (!want || (wanted & ~card.armed) == 0)
		return;
	set(CAUSES, card.on_received | card.on_sent);
	set(MASK_SET, wanted);
	card.armed |= wanted;
}

/* Without a mask a read clears all causes, and ends a line. */
static bool interrupted(unsigned number)
{
	card.armed = 0;
	if (number != LINK_CHANGES && !card.one_interrupt)
		return false;
	set(MASK_CLEAR, ~0u);
	return get(CAUSES) & CAUSE_LINK;
}

static void inform(struct link_info_out *out)
{
	uint32_t low = get(ADDRESS_LOW), high = get(ADDRESS_HIGH);

	out->mac = (uint64_t)__builtin_bswap32(low) << 16 | __builtin_bswap16((uint16_t)high);
	out->up = (get(STATUS) & STATUS_LINK) != 0;
}

int main(int argc, char **argv)
{
	static const char what[] = "the e1000e network card";

	link_drive(&(struct link_device){
		.what = what, .name = link_arguments(what, argc, argv),
		.limits = { LINK_BUFFER, LINK_FRAME }, .begin = begin, .reset = reset, .receive = receive,
		.send = send, .want_interrupts = want_interrupts, .interrupted = interrupted, .inform = inform,
	});
}
