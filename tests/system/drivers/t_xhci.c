/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_xhci.c - the driver of USB keyboards: a keyboard at the console, controllers and devices that lie,
 * vanish or do not answer.
 */
#include <stdlib.h>
#include <string.h>
#include <l4/schedule.h>
#include <proto/console_client.h>
#include "devices.h"
#include "machine.h"
#include "xdev.h"

enum { SECOND = 1000000, PORT = 2, A = 4, B, C, ENTER = 0x28, SHIFT = 2, ENDPOINT = 3 };

static struct xdev x;
static struct xdev_device keyboard_at[XDEV_PORTS + 1];
static bool has_line;
static char line[CONSOLE_LINE_BYTES + 1];

/* For ever: also at a console that is started again. */
static void read_lines(void *unused)
{
	struct con_read_line_out out;

	(void)unused;
	for (;;) {
		if (con_read_line(machine_server(CONSOLE_NAME), 0, "> ", 2, &out) == CONSOLE_OK) {
			memcpy(line, out.line, out.line_bytes);
			line[out.line_bytes] = 0;
			has_line = true;
		}
		L4_Sleep(L4_TimePeriod(SECOND / 100));
	}
}

static void start_console(void)
{
	serial.present = true;
	machine.task[CLIENT_TASK].terminal = 1;
	machine_start(PCI_TASK, pci_main);
	machine_start(OTHER_TASK, console_main);
	machine_wait(2 * SECOND);
}

static void start_driver(void)
{
	machine_start(DRIVER_TASK, xhci_keyboards);
	machine_wait(SECOND);
	machine_thread(CLIENT_TASK, 1, read_lines, NULL);
	machine_wait(SECOND);
}

static void start(void)
{
	start_console();
	start_driver();
}

static void attach(unsigned port, struct xdev_device d)
{
	keyboard_at[port] = d;
	xdev_attach(&x, port, &keyboard_at[port]);
	machine_wait(SECOND);
}

static void begin(void)
{
	xdev_add(&x, false);
	start();
	attach(PORT, xdev_keyboard(XDEV_FULL));
}

static bool report(unsigned port, unsigned modifiers, unsigned first, unsigned second)
{
	uint8_t bytes[8] = { (uint8_t)modifiers, 0, (uint8_t)first, (uint8_t)second };
	bool sent = xdev_report(&x, port, bytes, sizeof(bytes));

	machine_wait(SECOND / 100);
	return sent;
}

/* Keys are pressed one after the other. */
static bool types(unsigned port, const char *usages)
{
	for (; *usages; usages++)
		if (!report(port, 0, (unsigned char)*usages, 0) || !report(port, 0, 0, 0))
			return false;
	return true;
}

static bool reads(const char *text)
{
	bool read = has_line && strcmp(line, text) == 0;

	has_line = false;
	machine_wait(SECOND / 10);
	return read;
}

static bool works(unsigned port) { return types(port, "\4\5\x28") && reads("ab"); }

/* ---- a keyboard ---- */

TEST(xhci_keys, "keys with shift, control, caps lock and the grey ones type what those of a PS/2 keyboard do")
{
	begin();
	CHECK(machine_logged("the USB device at port 2 is a keyboard") && keyboard_at[PORT].boot == 1);
	CHECK(keyboard_at[PORT].configuration == 1 && keyboard_at[PORT].idle == 1);
	CHECK(machine_given(DRIVER_TASK, ROOT_MASTER, PCI_LINE_PLACE));
	CHECK(report(PORT, SHIFT, A, 0) && report(PORT, SHIFT, A, B));
	CHECK(report(PORT, 0, B, 0) && report(PORT, 0, 0, 0));
	CHECK(types(PORT, "\x39\x06\x39\x1e\x4a\x07\x4d\x56\x38\x54\x28") && reads("dABC1//"));
	CHECK(report(PORT, 1, 0x18, 0) && report(PORT, 0, 0, 0) && works(PORT));	/* ^U */
	CHECK(types(PORT, "\4\5\x50\x63\x58") && reads("a"));	/* left, and of the keypad Delete, Enter */
}

TEST(xhci_repeat, "a key that is held is typed again after half a second; a shift is not, and keys end it")
{
	begin();
	CHECK(report(PORT, 0, A, 0));
	machine_wait(SECOND / 4);
	CHECK(report(PORT, SHIFT, A, 0) && report(PORT, 0, A, 0));
	machine_wait(SECOND);
	CHECK(report(PORT, 0, 0, 0));
	machine_wait(SECOND);
	CHECK(types(PORT, "\x28") && has_line && strlen(line) > 10 && strlen(line) < 25);
	CHECK(line[strspn(line, "a")] == 0);
}

TEST(xhci_error_report, "a report of more keys than can be told apart changes nothing")
{
	begin();
	CHECK(report(PORT, 0, A, 0) && report(PORT, 0, 1, 1) && report(PORT, 0, A, 0) && report(PORT, 0, 0, 0));
	CHECK(types(PORT, "\x28") && reads("a"));
}

TEST(xhci_many, "reports use each ring again and again, and that of events, beside another keyboard")
{
	begin();
	attach(4, xdev_keyboard(XDEV_LOW));
	for (unsigned i = 0; i < 300; i++) {
		CHECK(report(PORT, 0, A, 0) && report(4, 0, B, 0));
		CHECK(report(PORT, 0, 0, 0) && report(4, 0, 0, 0));
		if (i % 10 == 9)
			CHECK(types(4, "\x28") && reads("abababababababababab"));
	}
}

TEST(xhci_line, "a controller without messages interrupts by its line")
{
	xdev_add(&x, true);
	start();
	attach(PORT, xdev_keyboard(XDEV_FULL));
	CHECK(works(PORT) && machine_attached(PCI_LINE));
}

TEST(xhci_wide, "contexts may be of 64 bytes")
{
	xdev_add(&x, false);
	x.abilities[4] |= 4;
	start();
	attach(PORT, xdev_keyboard(XDEV_FULL));
	CHECK(works(PORT));
}

TEST(xhci_present, "a keyboard that is there when the driver starts is found; speeds and packets differ")
{
	static const unsigned speed[] = { 0, XDEV_FULL, XDEV_LOW, XDEV_HIGH, XDEV_SUPER };

	xdev_add(&x, false);
	for (unsigned port = 1; port <= XDEV_PORTS; port++) {
		keyboard_at[port] = xdev_keyboard(speed[port]);
		xdev_attach(&x, port, &keyboard_at[port]);
	}
	keyboard_at[1].packet = 32;
	start();
	for (unsigned port = 1; port <= XDEV_PORTS; port++)
		CHECK(works(port));
	CHECK(x.evaluated == 32 && x.most_slots == 4 && x.interval == 8);
}

/* ---- plugs ---- */

TEST(xhci_plug, "a keyboard that is detached holds no key, and works again when it is attached")
{
	begin();
	for (unsigned i = 0; i < 20; i++) {
		CHECK(report(PORT, SHIFT, A, 0));
		xdev_detach(&x, PORT);
		machine_wait(SECOND);
		CHECK(x.disabled == i + 1);
		attach(PORT, xdev_keyboard(XDEV_FULL));
		CHECK(types(PORT, "\4\x28") && reads("Aa"));
	}
}

TEST(xhci_swap, "one that is detached and attached before the driver looks is set up anew")
{
	begin();
	xdev_detach(&x, PORT);
	attach(PORT, xdev_keyboard(XDEV_HIGH));
	CHECK(x.disabled == 1 && works(PORT));
}

TEST(xhci_disabled, "a keyboard at a port that was switched off is set up anew")
{
	begin();
	xdev_disable(&x, PORT);
	machine_wait(SECOND);
	CHECK(x.disabled == 1 && works(PORT));
}

TEST(xhci_lost_event, "one that is detached while another change is cleared makes no event, and is noticed")
{
	enum { LINK_CHANGE = 1 << 22 };

	begin();
	x.leaves = PORT;
	xdev_change(&x, PORT, LINK_CHANGE);
	machine_wait(SECOND);
	CHECK(x.leaves == 0 && x.disabled == 1);
	attach(PORT, xdev_keyboard(XDEV_FULL));
	CHECK(works(PORT));
}

TEST(xhci_other, "a device that is no keyboard leaves its slot free, and is not tried again")
{
	struct xdev_device d = xdev_keyboard(XDEV_HIGH);

	begin();
	d.text[9 + 5] = 8;
	for (unsigned i = 0; i < 20; i++) {
		attach(3, d);
		xdev_detach(&x, 3);
		machine_wait(SECOND);
	}
	CHECK(machine_logged("the USB device at port 3 is no keyboard, and is not used") && x.disabled == 20);
	attach(3, d);
	CHECK(works(PORT) && keyboard_at[3].requests == 3);
}

TEST(xhci_second_interface, "the keyboard may be another interface; its endpoint any")
{
	struct xdev_device d = xdev_keyboard(XDEV_FULL);

	memmove(d.text + 9 + 25, d.text + 9, 25);
	d.text[9 + 7] = 2;
	d.text[2] = 59;
	d.bytes = 59;
	d.text[59 - 7 + 2] = 0x8f;
	begin();
	attach(3, d);
	CHECK(works(3));
}

TEST(xhci_anew, "a driver that finds the controller at work resets it; a shift that was held is released")
{
	xdev_add(&x, false);
	x.command = 5;
	x.state = 0;
	x.interrupts = 2;
	x.ring = x.contexts = x.table = x.events = x.next_event = ~0ull;
	x.event_entries = 5;
	for (unsigned slot = 1; slot <= XDEV_SLOTS; slot++)
		x.port_of[slot] = PORT;
	x.command = 0;
	keyboard_at[PORT] = xdev_keyboard(XDEV_FULL);
	xdev_attach(&x, PORT, &keyboard_at[PORT]);
	x.command = 5;
	start_console();
	CHECK(con_key(machine_server(CONSOLE_NAME), 0x2a) == CONSOLE_OK);
	start_driver();
	CHECK(x.resets == 1 && works(PORT));
}

TEST(xhci_console_restart, "a console that is started again gets the keys")
{
	begin();
	machine_kill(OTHER_TASK);
	CHECK(types(PORT, "\4"));
	machine_start(OTHER_TASK, console_main);
	machine_wait(2 * SECOND);
	CHECK(works(PORT));
}

/* ---- devices that lie ---- */

/* The device is not used, after so many tries, and the keyboard beside it works. */
static bool is_refused(struct xdev_device d, const char *why)
{
	begin();
	attach(3, d);
	machine_wait(60 * SECOND);
	return machine_logged(why) && works(PORT) && !machine.task[DRIVER_TASK].ended;
}

#define FAILS	"the USB device at port 3 does not do what it should"
#define NONE	"the USB device at port 3 is no keyboard"

TEST(xhci_silent, "a device that answers nothing is given up; meanwhile another one's keys are typed")
{
	struct xdev_device d = xdev_keyboard(XDEV_FULL);

	d.silent = true;
	begin();
	attach(3, d);
	CHECK(works(PORT));
	machine_wait(60 * SECOND);
	CHECK(machine_logged(FAILS) && works(PORT) && x.disabled == 3 && keyboard_at[3].requests == 0);
}

TEST(xhci_silent_repeat, "and repeated, if one is held")
{
	struct xdev_device d = xdev_keyboard(XDEV_FULL);

	d.silent = true;
	begin();
	attach(3, d);
	CHECK(report(PORT, 0, A, 0));
	machine_wait(SECOND);
	CHECK(types(PORT, "\x28") && has_line && strlen(line) > 10 && strlen(line) < 25);
}

TEST(xhci_silent_held, "but not one of a keyboard that was detached")
{
	struct xdev_device d = xdev_keyboard(XDEV_FULL);

	d.silent = true;
	begin();
	attach(4, xdev_keyboard(XDEV_LOW));
	attach(3, d);
	CHECK(report(PORT, 0, A, 0));
	xdev_detach(&x, PORT);
	machine_wait(SECOND);
	CHECK(types(4, "\x28") && reads("a"));
}

TEST(xhci_silent_gone, "one that vanishes while it is set up is not waited for")
{
	struct xdev_device d = xdev_keyboard(XDEV_FULL);

	d.silent = true;
	begin();
	attach(3, d);
	xdev_detach(&x, 3);
	machine_wait(SECOND / 10);
	CHECK(x.disabled == 1);
	attach(3, xdev_keyboard(XDEV_FULL));
	CHECK(works(3) && works(PORT));
}

static struct xdev_device stalls(unsigned request)
{
	struct xdev_device d = xdev_keyboard(XDEV_FULL);

	d.stalls = request;
	return d;
}

TEST(xhci_stall, "a device that refuses its descriptors is given up") { CHECK(is_refused(stalls(6), FAILS)); }
TEST(xhci_stall_use, "so is one that refuses its configuration") { CHECK(is_refused(stalls(9), FAILS)); }
TEST(xhci_stall_boot, "and one that refuses the boot protocol") { CHECK(is_refused(stalls(11), FAILS)); }

TEST(xhci_stall_idle, "one that does not know SET_IDLE is used")
{
	begin();
	attach(3, stalls(10));
	CHECK(works(3));
}

static struct xdev_device changed(unsigned at, unsigned value)
{
	struct xdev_device d = xdev_keyboard(XDEV_FULL);

	d.text[at] = (uint8_t)value;
	return d;
}

TEST(xhci_text_short, "a configuration shorter than its head") { CHECK(is_refused(changed(2, 8), FAILS)); }
TEST(xhci_text_kind, "one that is none") { CHECK(is_refused(changed(1, 5), NONE)); }
TEST(xhci_text_zero, "a descriptor of no bytes") { CHECK(is_refused(changed(18, 0), NONE)); }
TEST(xhci_text_long, "one that is longer than the rest") { CHECK(is_refused(changed(27, 8), NONE)); }
TEST(xhci_text_endpoint, "an endpoint 0") { CHECK(is_refused(changed(29, 0x80), NONE)); }
TEST(xhci_text_out, "one to the device") { CHECK(is_refused(changed(29, 1), NONE)); }
TEST(xhci_text_bulk, "one of another kind") { CHECK(is_refused(changed(30, 2), NONE)); }
TEST(xhci_text_packet, "packets longer than a buffer") { CHECK(is_refused(changed(31, 65), NONE)); }
TEST(xhci_text_packets, "packets of kilobytes") { CHECK(is_refused(changed(32, 4), NONE)); }
TEST(xhci_text_none, "packets shorter than a report") { CHECK(is_refused(changed(31, 7), NONE)); }

TEST(xhci_text_cut, "a device that sends less than it says: the rest counts as zeros")
{
	struct xdev_device d = changed(3, 0xff);

	d.bytes = 20;
	CHECK(is_refused(d, NONE));
}

TEST(xhci_packet, "a device of full speed with packets of no size that there is is given up")
{
	struct xdev_device d = xdev_keyboard(XDEV_FULL);

	d.packet = 0;
	CHECK(is_refused(d, FAILS));
}

TEST(xhci_text_random, "descriptors of any bytes do no harm")
{
	unsigned seed = 7;
	struct xdev_device d;

	begin();
	for (unsigned i = 0; i < 300; i++) {
		d = xdev_keyboard(XDEV_FULL);
		d.bytes = 20 + (unsigned)rand_r(&seed) % (XDEV_TEXT - 20);
		for (unsigned n = 0; n < 1 + i % 8; n++)
			d.text[(unsigned)rand_r(&seed) % (i % 2 ? 34 : d.bytes)] = (uint8_t)rand_r(&seed);
		xdev_detach(&x, 3);
		attach(3, d);
	}
	CHECK(works(PORT) && !machine.task[DRIVER_TASK].ended);
}

TEST(xhci_short_report, "of a short report what did not come is 0; one of 0 bytes releases all keys")
{
	begin();
	CHECK(report(PORT, SHIFT, A, 0) && xdev_report(&x, PORT, (const uint8_t *)"\2", 1));
	machine_wait(SECOND);
	CHECK(xdev_report(&x, PORT, (const uint8_t *)"", 0));
	machine_wait(SECOND / 10);
	CHECK(types(PORT, "\4\x28") && reads("Aa"));
}

TEST(xhci_report_lie, "a report that lacks more bytes than it has, or an error, begins anew; 3 times")
{
	begin();
	CHECK(xdev_lie(&x, PORT, 13, 9));
	machine_wait(SECOND);
	CHECK(x.disabled == 1 && works(PORT) && xdev_lie(&x, PORT, 4, 0));
	machine_wait(SECOND);
	CHECK(x.disabled == 2 && works(PORT) && xdev_lie(&x, PORT, 1, 0xffffff));
	machine_wait(SECOND);
	CHECK(x.disabled == 3 && !report(PORT, 0, A, 0));
	CHECK(machine_logged("the USB keyboard at port 2 does not do what it should"));
	xdev_detach(&x, PORT);
	attach(PORT, xdev_keyboard(XDEV_FULL));
	CHECK(works(PORT));
}

/* ---- controllers that lie ---- */

static void says(uint64_t at, unsigned code, unsigned kind, unsigned slot, unsigned endpoint)
{
	xdev_event(&x, (struct xdev_trb){ at, code << 24, kind << 10 | slot << 24 | (endpoint & 31) << 16 });
}

TEST(xhci_events, "events of slots, endpoints, ports and blocks that there are not are ignored")
{
	unsigned slot = 0;
	uint64_t at;

	begin();
	at = xdev_pending(&x, PORT, &slot);
	CHECK(at != 0);
	for (unsigned i = 0; i < 256; i++) {
		says(at, 1, XDEV_TRANSFER, i == slot ? 0 : i, ENDPOINT);
		says(at, 1, XDEV_TRANSFER, slot, i % 32 == ENDPOINT ? 0 : i);
		says(at + 16 + 16 * i, 1, XDEV_TRANSFER, slot, ENDPOINT);
		says(at, 1, XDEV_COMMAND, i, 0);
		says((uint64_t)i << 24, 1, XDEV_PORT, 0, 0);
		says(at, i, i % 64 == XDEV_TRANSFER ? 0 : i % 64, slot, ENDPOINT);
		if (i % 16 == 15)
			machine_wait(SECOND / 10);
		at = xdev_pending(&x, PORT, &slot);
	}
	CHECK(works(PORT) && !machine.task[DRIVER_TASK].ended);
}

TEST(xhci_events_random, "events of any bits do no harm beyond the keyboard")
{
	unsigned seed = 9;

	begin();
	for (unsigned i = 0; i < 20000; i++) {
		uint32_t kind = XDEV_TRANSFER + (uint32_t)rand_r(&seed) % 3;

		xdev_event(&x, (struct xdev_trb){ (uint64_t)rand_r(&seed) << 16, (uint32_t)rand_r(&seed) << 8,
						  kind << 10 | (uint32_t)rand_r(&seed) << 16 });
		if (i % 100 == 99)
			machine_wait(SECOND / 100);
	}
	machine_wait(60 * SECOND);
	CHECK(works(PORT) && !machine.task[DRIVER_TASK].ended);
}

TEST(xhci_no_slot, "a controller without a slot for a device: the device is not used, others are")
{
	begin();
	x.no_slots = true;
	attach(3, xdev_keyboard(XDEV_FULL));
	machine_wait(5 * SECOND);
	CHECK(machine_logged("the USB device at port 3 has no place beside the others") && works(PORT));
}

static bool slot_is_refused(unsigned slot)
{
	begin();
	x.lying_slot = slot;
	attach(3, xdev_keyboard(XDEV_FULL));
	machine_wait(5 * SECOND);
	return machine_logged("the USB device at port 3 has no place beside the others") && works(PORT);
}

TEST(xhci_slot_beyond, "a slot beyond those that were asked for is refused") { CHECK(slot_is_refused(9)); }
TEST(xhci_slot_huge, "so is slot 255") { CHECK(slot_is_refused(255)); }
TEST(xhci_slot_used, "so is one that is in use") { CHECK(slot_is_refused(1)); }

TEST(xhci_address_hangs, "an address that takes for ever is aborted, and the others are served")
{
	begin();
	x.address_hangs = true;
	attach(3, xdev_keyboard(XDEV_FULL));
	CHECK(works(PORT));
	machine_wait(30 * SECOND);
	CHECK(machine_logged(FAILS) && x.aborts == 3 && works(PORT));
	x.address_hangs = false;
	xdev_detach(&x, 3);
	attach(3, xdev_keyboard(XDEV_FULL));
	CHECK(works(3));
}

static bool ends(const char *why)
{
	machine_wait(30 * SECOND);
	return machine_failed(DRIVER_TASK, why);
}

TEST(xhci_mute, "a controller that neither executes nor aborts a command ends the driver")
{
	begin();
	x.mute = x.no_abort = true;
	attach(3, xdev_keyboard(XDEV_FULL));
	CHECK(ends("the USB controller does not answer"));
}

TEST(xhci_gone, "so does one that is not there any more")
{
	begin();
	CHECK(report(PORT, 0, A, 0));
	x.gone = true;
	CHECK(ends("the USB controller is not there any more"));
}

TEST(xhci_given_up, "and one that has given up")
{
	begin();
	x.state |= 1 << 12;
	CHECK(report(PORT, 0, A, 0) && ends("the USB controller has given up"));
}

TEST(xhci_scratch_given, "what it wants for itself it gets")
{
	xdev_add(&x, false);
	x.abilities[2] = 1u << 21 | 5u << 27;
	start();
	attach(PORT, xdev_keyboard(XDEV_FULL));
	uint64_t *list = (uint64_t *)((uint64_t *)x.contexts)[0];

	CHECK(works(PORT) && in_a_block((uint64_t)list, 37 * 8));
	CHECK(in_a_block(list[36], 4096) && list[36] % 4096 == 0);
}
