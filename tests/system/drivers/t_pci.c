/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_pci.c - the PCI server: the bus, what drivers get, and the ends of drivers.
 */
#include <string.h>
#include <pecan/device.h>
#include <pecan/memory.h>
#include <proto/pci_client.h>
#include <x2/msi.h>
#include "machine.h"
#include "pci.h"
#include "vdev.h"

enum {
	ID = 0x80861234, PLACE = 0x20, REGION = 0xfd000000, BYTES = 0x1000, CLASS_STORAGE = 0x010000,
	CLASS_NETWORK = 0x020000,
	CAP_POWER = 1, CAP_MSI = 5, CAP_EXPRESS = 0x10, CAP_AF = 0x13, FIRST_MESSAGE = 24,
	MSI_WIDE = 1 << 7, RETRY_US = 1500000,
};

static struct pci_device card, other;
static struct vdev dev;
static L4_ThreadId_t pci;

static uint32_t read(struct pci_device *d, unsigned bar, uint32_t offset, unsigned bytes)
{
	(void)d, (void)bar, (void)offset, (void)bytes;
	return 0;
}

static void write(struct pci_device *d, unsigned bar, uint32_t offset, uint32_t value, unsigned bytes)
{
	(void)d, (void)bar, (void)offset, (void)value, (void)bytes;
}

static void add(struct pci_device *d, unsigned place)
{
	pci_add(d, place, ID, CLASS_NETWORK);
	pci_region(d, 0, REGION + place * BYTES, BYTES);
	d->read = read;
	d->write = write;
}

/* The test is a driver. */
static void start(void)
{
	machine_start(PCI_TASK, pci_main);
	machine_wait(1000000);
	pci = machine_first(PCI_TASK);
	machine.task[DRIVER_TASK].ended = machine.task[SECOND_DRIVER].ended = false;
	machine_be(DRIVER_TASK);
}

static enum pci_status open_any(void)
{
	struct pci_open_out out;

	return pci_open(pci, ID, PCI_ANY, &out);
}

static unsigned list(L4_Word_t *places)
{
	struct pci_list_out out = { .next = 0 };
	unsigned n = 0;

	while (pci_list(pci, out.next, &out) == PCI_OK && out.next)
		places[n++] = out.place;
	return n;
}

TEST(pci_finds, "functions of a device, and devices behind a bridge, are found, each once")
{
	enum { BRIDGE = 0x30, SECOND_BUS = 2 };
	struct pci_device function[2], bridge;
	L4_Word_t places[8];

	add(&function[0], PLACE);
	add(&function[1], PLACE + 3);
	function[0].space[0xe] = 0x80;		/* it has several functions */
	pci_add(&bridge, BRIDGE, ID + 1, 0x060400);
	bridge.space[0xe] = 1;
	bridge.space[0x19] = SECOND_BUS;
	add(&card, SECOND_BUS << 8 | 8);
	start();
	CHECK(list(places) == 4);
	CHECK(places[0] == PLACE && places[1] == PLACE + 3 && places[2] == BRIDGE && places[3] == 0x208);
}

TEST(pci_loop, "bridges that name each other's buses, or their own, end the search")
{
	struct pci_device bridge[3];
	L4_Word_t places[64];

	for (unsigned i = 0; i < 3; i++) {
		pci_add(&bridge[i], i << 8 | 8, ID + 1, 0x060400);
		bridge[i].space[0xe] = 1;
		bridge[i].space[0x19] = (uint8_t)(i < 2 ? i + 1 : 1);
	}
	start();
	CHECK(list(places) == 3);
}

TEST(pci_many, "more devices than the table has are not found, and nothing else is changed by them")
{
	static struct pci_device many[70];
	L4_Word_t places[70];

	for (unsigned i = 0; i < 70; i++) {
		pci_add(&many[i], i, ID, CLASS_NETWORK);
		many[i].space[0xe] = 0x80;
	}
	start();
	CHECK(list(places) == 64 && places[63] == 63);
}

TEST(pci_no_bus, "a machine without a bus has no devices")
{
	L4_Word_t places[1];

	pci_no_bus();
	start();
	CHECK(list(places) == 0 && open_any() == PCI_E_NONE);
}

TEST(pci_no_ports, "without the ports there are no devices either")
{
	add(&card, PLACE);
	machine.no_ports = true;
	start();
	CHECK(open_any() == PCI_E_NONE);
}

TEST(pci_no_keep, "without memory that outlives the server it does not serve")
{
	machine.task[PCI_TASK].kept = NULL;
	start();
	CHECK(machine_failed(PCI_TASK, "its section needs `keep 16K`"));
}

TEST(pci_undriven, "devices that no program drives are named in the log")
{
	add(&card, PLACE);
	machine.no_device = true;
	start();
	CHECK(machine_logged("PCI devices without a driver: 00:04.0 network"));
	CHECK(open_any() == PCI_E_RIGHT);
}

TEST(pci_class, "a driver that names a class opens a device of any maker, and none of another class")
{
	struct pci_open_out out;

	pci_add(&card, PLACE, 0x144da808, 0x010802);
	machine.driven = ROOT_PCI_CLASS | 0x010802;
	start();
	CHECK(!strstr(machine.log, "without a driver") && !strstr(machine.log, "no disk"));
	CHECK(pci_open(pci, 0x144da808, PCI_ANY, &out) == PCI_E_RIGHT);
	CHECK(pci_open(pci, ROOT_PCI_CLASS | 0x010802, PCI_ANY, &out) == PCI_OK && out.place == PLACE);
	machine.driven = ROOT_PCI_CLASS | 0x010801;
	CHECK(pci_open(pci, ROOT_PCI_CLASS | 0x010801, PCI_ANY, &out) == PCI_E_NONE);
}

TEST(pci_class_and_id, "a device that another section names by its id is not one of its class; one's own is")
{
	struct pci_open_out out;

	pci_add(&card, PLACE, 0x144da808, 0x010802);
	machine.driven = ROOT_PCI_CLASS | 0x010802;
	machine.driven_by_others = 0x144da808;
	start();
	CHECK(pci_open(pci, ROOT_PCI_CLASS | 0x010802, PCI_ANY, &out) == PCI_E_NONE);
	CHECK(pci_open(pci, ROOT_PCI_CLASS | 0x010802, PLACE, &out) == PCI_E_NONE);
	machine.driven = 0;
	CHECK(pci_open(pci, ROOT_PCI_CLASS | 0x010802, PCI_ANY, &out) == PCI_OK && out.place == PLACE);
}

TEST(pci_missing, "a disk or network card that a program would drive, and is not there, is named in the log")
{
	pci_add(&card, PLACE, 0x1af41042, CLASS_STORAGE);
	start();
	CHECK(machine_logged("no network: add virtio-net-pci to the machine"));
	CHECK(!strstr(machine.log, "no disk"));
}

TEST(pci_other_card, "a machine with a network card of another kind that a program drives has a network")
{
	pci_add(&card, PLACE, 0x808610d3, CLASS_NETWORK);
	start();
	CHECK(machine_logged("no disk: add virtio-blk-pci to the machine"));
	CHECK(!strstr(machine.log, "no network"));
}

TEST(pci_own, "only the task that has opened a device reads it, maps it, and lets it reach memory")
{
	struct pci_open_out open;
	struct pci_read_out word;
	struct pci_bar_out bar;
	void *at;

	add(&card, PLACE);
	start();
	CHECK(pci_read(pci, PLACE, 0, &word) == PCI_E_NONE && pci_master(pci, PLACE, 1) == PCI_E_NONE);
	CHECK(pci_open(pci, ID, PLACE, &open) == PCI_OK && open.place == PLACE);
	CHECK(pci_read(pci, PLACE, 0, &word) == PCI_OK && word.value == 0x12348086);
	CHECK(pci_read(pci, PLACE, 2, &word) == PCI_E_NONE && pci_read(pci, PLACE, 256, &word) == PCI_E_REQUEST);
	CHECK(pecan_phys(REGION + PLACE * BYTES, BYTES, &at) != ROOT_OK);
	CHECK(pci_bar(pci, PLACE, 0, &bar) == PCI_OK && bar.bytes == BYTES);
	CHECK(pecan_phys(bar.physical, bar.bytes, &at) == ROOT_OK);
	CHECK(pci_bar(pci, PLACE, 1, &bar) == PCI_E_BAR);
	CHECK(pci_master(pci, PLACE, 1) == PCI_OK && card.space[PCI_COMMAND] & PCI_COMMAND_MASTER);
	CHECK(pci_master(pci, PLACE, 0) == PCI_OK && !(card.space[PCI_COMMAND] & PCI_COMMAND_MASTER));
	machine_be(SECOND_DRIVER);
	CHECK(pci_open(pci, ID, PLACE, &open) == PCI_E_BUSY && pci_read(pci, PLACE, 0, &word) == PCI_E_NONE);
	CHECK(pci_bar(pci, PLACE, 0, &bar) == PCI_E_NONE && pci_ended(pci, DRIVER_TASK) == PCI_E_RIGHT);
}

TEST(pci_refused_by_root, "a device of which root gives nothing is not mapped, and reaches no memory")
{
	struct pci_vector_out vector;
	struct pci_bar_out bar;

	add(&card, PLACE);
	pci_region(&card, 1, REGION, BYTES);
	pci_messages(&card, 1, 1);
	start();
	CHECK(open_any() == PCI_OK);
	machine.no_gift = true;
	CHECK(pci_bar(pci, PLACE, 0, &bar) == PCI_E_ROOT && pci_master(pci, PLACE, 1) == PCI_E_ROOT);
	CHECK(pci_vector(pci, PLACE, 0, &vector) == PCI_E_ROOT);
	CHECK(!(card.space[PCI_COMMAND] & PCI_COMMAND_MASTER));
}

TEST(pci_wide_region, "a region with an address of 64 bits is measured as one, its second register is none")
{
	struct pci_bar_out bar;

	add(&card, PLACE);
	card.bar_mask[2] = 0xff000000;
	card.bar_mask[3] = 0xffffffff;
	pci_set32(&card, PCI_BAR0 + 8, 0xc);
	pci_set32(&card, PCI_BAR0 + 12, 0x10);
	start();
	CHECK(open_any() == PCI_OK && pci_bar(pci, PLACE, 2, &bar) == PCI_OK);
	CHECK(bar.physical == 0x1000000000 && bar.bytes == 0x1000000);
	CHECK(pci_bar(pci, PLACE, 3, &bar) == PCI_E_BAR);
	CHECK(pci_get32(&card, PCI_BAR0 + 12) == 0x10);
}

TEST(pci_shared_page, "a region in the same page as another device's is given to no driver")
{
	struct pci_bar_out bar;

	add(&card, PLACE);
	pci_add(&other, PLACE + 8, ID + 1, CLASS_NETWORK);
	other.bar_mask[0] = ~0xffu;
	pci_set32(&other, PCI_BAR0, REGION + PLACE * BYTES + 0x100);
	start();
	CHECK(open_any() == PCI_OK && pci_bar(pci, PLACE, 0, &bar) == PCI_E_BAR);
}

/* ---- interrupts ---- */

static void add_messages(unsigned count)
{
	add(&card, PLACE);
	pci_region(&card, 1, REGION, BYTES);
	pci_messages(&card, 1, count);
}

TEST(pci_messages, "each message is an interrupt of its own; the table is written by the server alone")
{
	struct pci_vector_out first, second;
	struct pci_bar_out bar;
	L4_ThreadId_t from;

	add_messages(2);
	start();
	CHECK(open_any() == PCI_OK && pci_bar(pci, PLACE, 1, &bar) == PCI_E_BAR);
	CHECK(pci_vector(pci, PLACE, 0, &first) == PCI_OK && pci_vector(pci, PLACE, 1, &second) == PCI_OK);
	CHECK(first.irq >= FIRST_MESSAGE && second.irq != first.irq && !first.line);
	CHECK(pci_vector(pci, PLACE, 2, &second) == PCI_E_VECTOR);
	CHECK(pci_vector(pci, PLACE, 0, &second) == PCI_OK && second.irq == first.irq);
	CHECK(pecan_irq_attach(first.irq, L4_nilthread) == ROOT_OK && pci_master(pci, PLACE, 1) == PCI_OK);
	CHECK(pci_send(&card, 0));
	CHECK(L4_IpcSucceeded(L4_Wait(&from)) && L4_IsThreadEqual(from, pecan_irq_id(first.irq)));
}

TEST(pci_table_behind, "of a region with the table of messages a driver gets the pages before it")
{
	struct pci_vector_out vector;
	struct pci_bar_out bar;
	void *at;

	add(&card, PLACE);
	pci_region(&card, 1, REGION, 4 * BYTES);
	pci_messages_at(&card, 1, 2 * BYTES + 0x800, 2);
	start();
	CHECK(open_any() == PCI_OK && pci_bar(pci, PLACE, 1, &bar) == PCI_OK);
	CHECK(bar.physical == REGION && bar.bytes == 2 * BYTES);
	CHECK(pecan_phys(bar.physical, bar.bytes, &at) == ROOT_OK);
	CHECK(pecan_phys(bar.physical + 2 * BYTES, BYTES, &at) != ROOT_OK);
	CHECK(pci_vector(pci, PLACE, 1, &vector) == PCI_OK && card.table[4 + 3] == 0 && card.table[3] == 1);
}

TEST(pci_table_beyond, "a device whose table of messages is not in its region has no messages")
{
	struct pci_vector_out out;

	add_messages(2);
	pci_set32(&card, card.msix + 4, 1 | 0xff0);
	start();
	CHECK(open_any() == PCI_OK && pci_vector(pci, PLACE, 0, &out) == PCI_E_VECTOR);
	pci_set32(&card, card.msix + 4, 7);		/* of a region that no device has */
	CHECK(pci_vector(pci, PLACE, 0, &out) == PCI_E_VECTOR);
	pci_set32(&card, card.msix + 4, 1 | 0xfffffff8);
	CHECK(pci_vector(pci, PLACE, 0, &out) == PCI_E_VECTOR);
}

TEST(pci_no_ids_left, "when no interrupt id is left the next message is refused")
{
	static struct pci_device many[3];
	struct pci_vector_out out;
	unsigned given = 0;

	for (unsigned i = 0; i < 3; i++) {
		add(&many[i], PLACE + 8 * i);
		pci_region(&many[i], 1, REGION + i * BYTES, BYTES);
		pci_messages(&many[i], 1, PCI_MESSAGES);
	}
	start();
	for (unsigned i = 0; i < 3; i++) {
		struct pci_open_out open;

		CHECK(pci_open(pci, ID, PLACE + 8 * i, &open) == PCI_OK);
		for (unsigned n = 0; n < PCI_MESSAGES; n++)
			given += pci_vector(pci, PLACE + 8 * i, n, &out) == PCI_OK;
	}
	CHECK(given == L4_MSI_IDS);
}

static bool has_msi(uint16_t control)
{
	struct pci_vector_out out;
	unsigned at, data;

	add(&card, PLACE);
	at = pci_capability(&card, CAP_MSI, 24);
	card.space[at + 2] = (uint8_t)control;
	data = at + (control & MSI_WIDE ? 12 : 8);
	start();
	return open_any() == PCI_OK && pci_vector(pci, PLACE, 1, &out) == PCI_E_VECTOR
	       && pci_vector(pci, PLACE, 0, &out) == PCI_OK
	       && (pci_get32(&card, at + 4) & 0xfff00000) == L4_MSI_ADDRESS
	       && (pci_get32(&card, data) & 0xffff) == out.irq + L4_MSI_VECTOR && card.space[at + 2] & 1;
}

TEST(pci_msi, "a device with one message, its address of 32 bits, has an interrupt for that")
{
	CHECK(has_msi(0));
}

TEST(pci_msi_wide, "the same with an address of 64 bits")
{
	CHECK(has_msi(MSI_WIDE));
}

TEST(pci_no_interrupt, "a device without messages and without a line in the firmware's table has none")
{
	struct pci_vector_out out;

	add(&card, PLACE);
	start();
	CHECK(open_any() == PCI_OK && pci_vector(pci, PLACE, 0, &out) == PCI_E_VECTOR);
}

TEST(pci_line_busy, "a line that one driver has is refused to another, by name, until the first has ended")
{
	struct pci_vector_out out;
	struct pci_open_out open;

	vdev_add_line(&dev, VIRTIO_NETWORK, 0);
	pci_add(&other, VDEV_PLACE + 1, ID, CLASS_NETWORK);
	dev.pci.space[0xe] = 0x80;
	other.space[0x3d] = 1;
	start();
	CHECK(pci_open(pci, VIRTIO_NETWORK, PCI_ANY, &open) == PCI_OK);
	CHECK(pci_vector(pci, open.place, 0, &out) == PCI_OK);
	CHECK(out.line && out.irq == PCI_LINE && !(dev.pci.space[PCI_COMMAND + 1] & PCI_NO_INTX >> 8));
	CHECK(other.space[PCI_COMMAND + 1] & PCI_NO_INTX >> 8);
	machine_be(SECOND_DRIVER);
	CHECK(open_any() == PCI_OK && pci_vector(pci, VDEV_PLACE + 1, 0, &out) == PCI_E_BUSY);
	CHECK(machine_logged("00:03.1 (task4) cannot have interrupt line 11: 00:03.0 (task3) has it"));
	machine_kill(DRIVER_TASK);
	CHECK(pci_vector(pci, VDEV_PLACE + 1, 0, &out) == PCI_OK && out.line);
}

/* ---- ends ---- */

static unsigned resets;

/* The card loses its region at a reset. */
static void lose(struct pci_device *d)
{
	resets++;
	pci_set32(d, PCI_BAR0, 0);
}

static void on_express(struct pci_device *d, unsigned offset, uint32_t value)
{
	if (offset % 4 == 0 && value & 1 << 15)
		lose(d);
}

static void on_af(struct pci_device *d, unsigned offset, uint32_t value)
{
	if (d->space[offset - 4] == CAP_AF && value == 1)
		lose(d);
}

static void on_power(struct pci_device *d, unsigned offset, uint32_t value)
{
	if (d->space[offset - 4] == CAP_POWER && (value & 3) == 3)
		lose(d);
}

/* The driver of the card ends: the card is reset, and as it was for the next one. */
static bool is_reset(void)
{
	struct pci_bar_out bar;

	start();
	if (open_any() != PCI_OK || pci_bar(pci, PLACE, 0, &bar) != PCI_OK || pci_master(pci, PLACE, 1) != PCI_OK)
		return false;
	machine_be(SECOND_DRIVER);
	machine_kill(DRIVER_TASK);
	machine_wait(RETRY_US);
	return !(card.space[PCI_COMMAND] & PCI_COMMAND_MASTER) && !machine_given(DRIVER_TASK, ROOT_MASTER, PLACE)
	       && pci_get32(&card, PCI_BAR0) == REGION + PLACE * BYTES && open_any() == PCI_OK;
}

TEST(pci_reset_express, "when a driver ends its device gets a function level reset, and its region again")
{
	unsigned at;

	add(&card, PLACE);
	at = pci_capability(&card, CAP_EXPRESS, 16);
	pci_set32(&card, at + 4, 1 << 28);
	card.configured = on_express;
	CHECK(is_reset() && resets == 1);
}

TEST(pci_reset_af, "the same by the capability for devices of the older bus")
{
	unsigned at;

	add(&card, PLACE);
	at = pci_capability(&card, CAP_AF, 8);
	card.space[at + 3] = 2;
	card.configured = on_af;
	CHECK(is_reset() && resets == 1);
}

TEST(pci_reset_power, "the same by a state without power")
{
	add(&card, PLACE);
	pci_capability(&card, CAP_POWER, 8);
	card.configured = on_power;
	CHECK(is_reset() && resets == 1);
}

TEST(pci_reset_none, "a device without a reset does not reach memory for the next driver")
{
	unsigned at;

	add(&card, PLACE);
	at = pci_capability(&card, CAP_POWER, 8);
	card.space[at + 4] = 8;			/* it keeps its state without power */
	card.configured = on_power;
	CHECK(is_reset() && resets == 0);
}

TEST(pci_end_unnoticed, "a driver that has ended without a notice yet loses its device to the next one")
{
	add(&card, PLACE);
	start();
	CHECK(open_any() == PCI_OK && pci_master(pci, PLACE, 1) == PCI_OK);
	machine_be(SECOND_DRIVER);
	CHECK(open_any() == PCI_E_BUSY);
	machine.task[DRIVER_TASK].ended = true;
	CHECK(open_any() == PCI_OK && !(card.space[PCI_COMMAND] & PCI_COMMAND_MASTER));
}

static bool open_virtio(void)
{
	struct pci_open_out open;
	struct pci_bar_out bar;

	vdev_add(&dev, VIRTIO_NETWORK, 0);
	start();
	return pci_open(pci, VIRTIO_NETWORK, PCI_ANY, &open) == PCI_OK
	       && pci_bar(pci, VDEV_PLACE, 0, &bar) == PCI_OK;
}

static enum pci_status open_again(void)
{
	struct pci_open_out open;

	return pci_open(pci, VIRTIO_NETWORK, PCI_ANY, &open);
}

TEST(pci_virtio, "a virtio device is reset by its own registers when its driver ends")
{
	CHECK(open_virtio());
	machine.busy_clears = 3;
	machine_be(SECOND_DRIVER);
	machine_kill(DRIVER_TASK);
	machine_wait(RETRY_US);
	CHECK(dev.resets == 1 && !machine.busy_clears && open_again() == PCI_OK);
}

TEST(pci_stuck, "a device that does not end its reset stays its driver's, and is tried again until it does")
{
	CHECK(open_virtio());
	dev.status = VDEV_DRIVER_OK;
	dev.stuck = true;
	machine_be(SECOND_DRIVER);
	machine_kill(DRIVER_TASK);
	machine_wait(RETRY_US);
	CHECK(open_again() == PCI_E_BUSY && machine_given(DRIVER_TASK, ROOT_PHYSICAL, 0xfe000000));
	dev.stuck = false;
	machine_wait(3 * RETRY_US);
	CHECK(open_again() == PCI_OK);
}

TEST(pci_moved, "a virtio device that has moved its registers beyond the region is not reset there")
{
	CHECK(open_virtio());
	pci_set32(&dev.pci, vdev_capability(&dev, VDEV_COMMON) + 8, 0xffffffe0);
	machine_be(SECOND_DRIVER);
	machine_kill(DRIVER_TASK);
	machine_wait(RETRY_US);
	CHECK(dev.resets == 0 && open_again() == PCI_E_BUSY);
}

TEST(pci_restart, "a server that is started again finds the devices and their drivers, and measures nothing")
{
	struct pci_read_out word;
	L4_Word_t places[2];

	add(&card, PLACE);
	start();
	CHECK(open_any() == PCI_OK);
	machine_kill(PCI_TASK);
	card.bar_mask[0] = 0;
	add(&other, PLACE + 8);
	start();
	CHECK(list(places) == 1 && pci_read(pci, PLACE, 0, &word) == PCI_OK);
	machine_be(SECOND_DRIVER);
	CHECK(open_any() == PCI_E_BUSY);
}

TEST(pci_killed, "a server that was ended while it measured: the next one restores what the device had")
{
	struct { uint32_t complete, count, probing, place, bar[6]; uint16_t command; } half = {
		.probing = 0x50524f42, .place = PLACE, .command = 7, .bar = { REGION + PLACE * BYTES },
	};
	struct pci_bar_out bar;

	add(&card, PLACE);
	pci_set32(&card, PCI_BAR0, card.bar_mask[0]);
	memcpy(machine.task[PCI_TASK].kept, &half, sizeof half);
	start();
	CHECK(card.space[PCI_COMMAND] == 7 && open_any() == PCI_OK && pci_bar(pci, PLACE, 0, &bar) == PCI_OK);
	CHECK(bar.physical == REGION + PLACE * BYTES && bar.bytes == BYTES);
}

TEST(pci_not_permitted, "a task that may not use the server is refused")
{
	add(&card, PLACE);
	start();
	machine.task[OTHER_TASK].refused = true;
	machine_be(OTHER_TASK);
	CHECK(open_any() == PCI_REFUSED);
}
