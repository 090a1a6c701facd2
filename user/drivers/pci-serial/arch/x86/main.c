/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the driver of QEMU's serial lines by PCI (`pci-serial`, and the first line of `pci-serial-2x` and
 * `pci-serial-4x`): a 16550A at I/O ports, 115,200 baud, 8 bits, no parity. A stream of bytes each way, as
 * virtio's console. See <pecan/link_driver.h> and docs/user/devices.md.
 *
 * The FIFOs are not cleared: what an earlier driver has put there is sent, and what has come is received.
 * Bytes are taken only while the client has an empty buffer; then RTS is on, too.
 *
 * Of what the device says nothing is an address, an index or a count. So what it says can spoil the bytes of
 * this line, and nothing else. A device that interrupts on and on without a byte ends the driver.
 */
#include <l4/ipc.h>
#include <l4/port.h>
#include <l4/schedule.h>
#include <pecan/link_driver.h>
#include <pecan/ns16550.h>
#include <pecan/pci.h>
#include <pecan/server.h>
#include <pecan/system.h>

enum {
	REGION = 0, VANISHED = 0xff,
	PIECE_MAX = 4096,		/* of a packet */
	IDLE_MAX = 1000,		/* interrupts in a row for which there was nothing to do */
	TURN = 64, TURN_US = 2000,	/* so many FIFOs in that time */
};

static const uint32_t devices[] = { 0x1b360002, 0x1b360003, 0x1b360004 };

static struct {
	struct pecan_pci pci;
	uint16_t port;			/* the first */
	uint8_t enabled;		/* interrupts, as last written */
	struct link_entry buffer, packet;	/* being filled, being sent */
	bool fills, sends;
	unsigned sent;			/* bytes of the packet that the FIFO has got */
	uint8_t damaged;		/* what the status said of the next byte to be read */
	unsigned idle;			/* interrupts in a row */
	unsigned turn;			/* FIFOs of this turn, which began then */
	L4_Word64_t since;
	L4_Word_t bad, said;		/* bytes that were damaged or lost: at least so many; next number to log */
} line = { .said = 1 };

static uint8_t get(unsigned reg) { return L4_PortIn8((L4_Word16_t)(line.port + reg)); }
static void set(unsigned reg, unsigned value) { L4_PortOut8((L4_Word16_t)(line.port + reg), (uint8_t)value); }

/* ---- the device ---- */

static const char *open(void)
{
	const char *wrong = pecan_pci_absent;

	for (unsigned i = 0; i < sizeof(devices) / sizeof(devices[0]) && wrong == pecan_pci_absent; i++)
		wrong = pecan_pci_try_open(&line.pci, devices[i]);
	if (wrong == pecan_pci_absent)
		pecan_idle();
	return wrong;
}

/* They have one interrupt with the first. */
static void quiet_others(unsigned ports)
{
	for (unsigned at = UART_PORTS; at < ports; at += UART_PORTS) {
		set(at + UART_LCR, UART_LCR_8N1);
		set(at + UART_IER, 0);
	}
}

static void enable(unsigned interrupts)
{
	line.enabled = (uint8_t)interrupts;
	set(UART_IER, interrupts);
	set(UART_MCR, UART_MCR_DTR | UART_MCR_OUT2 | (interrupts & UART_IER_RECEIVED ? UART_MCR_RTS : 0));
}

static const char *set_up(void)
{
	ns16550_set_rate(line.port);
	if (!ns16550_answers(line.port))
		return "it has no registers";
	set(UART_FCR, UART_FCR_ENABLE | UART_FCR_AT_8);
	if ((get(UART_IIR) & UART_IIR_FIFO) != UART_IIR_FIFO)
		return "it has no FIFO";
	enable(0);
	return 0;
}

static const char *begin(L4_Word_t irq[LINK_INTERRUPTS])
{
	const char *wrong = open();
	unsigned ports = 0;

	if (!wrong)
		wrong = pecan_pci_ports(&line.pci, REGION, UART_PORTS, &line.port, &ports);
	if (wrong)
		return wrong;
	quiet_others(ports);
	wrong = set_up();
	if (!wrong)
		wrong = pecan_pci_attach(&line.pci, 0, &irq[LINK_RECEIVES]);
	if (wrong)
		return wrong;
	irq[LINK_SENDS] = irq[LINK_CHANGES] = irq[LINK_RECEIVES];
	pecan_logf("the first of %u serial lines at %02lx:%02lx.%lu is `%s`", ports / UART_PORTS,
		   line.pci.place >> 8, line.pci.place >> 3 & 0x1f, line.pci.place & 7, LINK_SERIAL);
	return 0;
}

/* It has no offloads. */
static const char *reset(unsigned offloads)
{
	(void)offloads;
	line.fills = line.sends = false;
	enable(0);
	return 0;
}

/* ---- bytes ---- */

/* A line takes longer for a turn, even of single bytes; QEMU's device is always ready: it must leave time. */
static bool turn_is_over(void)
{
	L4_Word64_t now = L4_SystemClock().raw;

	if (now - line.since >= TURN_US) {
		line.since = now;
		line.turn = 0;
	}
	return line.turn >= TURN;
}

/* A line of the log for the first, and each time that their number has doubled. */
static void note_bad(struct link_state *s)
{
	s->dropped++;
	if (++line.bad < line.said)
		return;
	line.said *= 2;
	pecan_logf("bytes were damaged on the line, or lost before they were read: %lu times by now", line.bad);
}

/* A read of the status ends what it says of errors. */
static uint8_t status(struct link_state *s)
{
	uint8_t value = get(UART_LSR);

	if (value == VANISHED)
		link_fail("has vanished");
	if (value & UART_LSR_OVERRUN)
		note_bad(s);
	line.damaged |= value & UART_LSR_DAMAGED;
	return value;
}

/* The next byte that has come; a damaged one as the device has it. */
static bool take(struct link_state *s, char *to)
{
	if (!(status(s) & UART_LSR_RECEIVED))
		return false;
	*to = (char)get(UART_DATA);
	if (line.damaged)
		note_bad(s);
	line.damaged = 0;
	line.idle = 0;
	return true;
}

/* As much as the FIFO holds, for one buffer. */
static bool receive(struct link_state *s)
{
	bool fresh = !line.fills && exchange_next_receive(&s->client, &line.buffer);
	unsigned room, n = 0;

	line.fills |= fresh;
	if (!line.fills || turn_is_over())
		return fresh;
	room = exchange_room(&s->client, &line.buffer);
	while (n < room && n < UART_FIFO && take(s, exchange_at(&s->client, &line.buffer) + n))
		n++;
	if (n > 0) {
		line.turn++;
		link_received(s, line.buffer, n);
		line.fills = exchange_next_receive(&s->client, &line.buffer);	/* now: so RTS stays on */
	}
	return fresh || n > 0;
}

static void fill_fifo(struct link_state *s)
{
	const char *from = exchange_at(&s->client, &line.packet);

	for (unsigned i = 0; i < UART_FIFO && line.sent < line.packet.bytes; i++)
		set(UART_DATA, (uint8_t)from[line.sent++]);
	line.idle = 0;
	line.turn++;
	if (line.sent < line.packet.bytes)
		return;
	line.sends = false;
	s->sent++;
	s->news = true;
	exchange_sent(&s->client, line.packet);
}

/* The FIFO is filled when it is empty. */
static bool send(struct link_state *s)
{
	bool fresh = !line.sends && exchange_next_send(&s->client, &line.packet), empty;

	if (fresh)
		line.sent = 0;
	line.sends |= fresh;
	empty = line.sends && !turn_is_over() && status(s) & UART_LSR_SENT;
	if (empty)
		fill_fifo(s);
	return fresh || empty;
}

/* ---- interrupts ---- */

/* They stay on while the driver works: a line interrupts again only when this has been acknowledged. */
static void want_interrupts(bool want)
{
	unsigned wanted = (line.fills ? UART_IER_RECEIVED : 0) | (line.sends ? UART_IER_SENT : 0);

	if (want && wanted != line.enabled)
		enable(wanted);
}

/* After a turn the device interrupts for the next one at once. Requests are served between turns. */
static bool interrupted(unsigned number)
{
	(void)number;
	if (++line.idle > IDLE_MAX)
		link_fail("interrupts without a reason");
	if (turn_is_over())
		L4_Sleep(L4_TimePeriod(TURN_US));
	return false;
}

/* Whether there is another side is not known. */
static void inform(struct link_info_out *out) { out->up = true; }

int main(void)
{
	link_drive(&(struct link_device){
		.what = "the serial line", .name = LINK_SERIAL, .limits = { 0, PIECE_MAX }, .begin = begin,
		.reset = reset, .receive = receive, .send = send, .want_interrupts = want_interrupts,
		.interrupted = interrupted, .inform = inform,
	});
}
