/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_ports.c - the PCI server: regions of I/O ports.
 */
#include <proto/pci_client.h>
#include "machine.h"
#include "pci.h"

enum { ID = 0x80861234, PLACE = 0x20, CLASS = 0x020000 };

static struct pci_device card;
static L4_ThreadId_t pci;

/* The test is a driver. */
static void start(void)
{
	machine_start(PCI_TASK, pci_main);
	machine_wait(1000000);
	pci = machine_first(PCI_TASK);
	machine.task[DRIVER_TASK].ended = false;
	machine_be(DRIVER_TASK);
}

static enum pci_status open_any(void)
{
	struct pci_open_out out;

	return pci_open(pci, ID, PCI_ANY, &out);
}

TEST(pci_ports, "a region of ports is given to the task that has the device; the device answers there then")
{
	struct pci_ports_out out;
	struct pci_bar_out bar;

	pci_add(&card, PLACE, ID, CLASS);
	pci_ports_region(&card, 2, 0xc100, 64);
	start();
	CHECK(pci_ports(pci, PLACE, 2, &out) == PCI_E_NONE && open_any() == PCI_OK);
	CHECK(!(card.space[PCI_COMMAND] & PCI_COMMAND_IO) && pci_bar(pci, PLACE, 2, &bar) == PCI_E_BAR);
	CHECK(pci_ports(pci, PLACE, 0, &out) == PCI_E_BAR && pci_ports(pci, PLACE, 5, &out) == PCI_E_BAR);
	CHECK(pci_ports(pci, PLACE, 6, &out) == PCI_E_REQUEST);
	CHECK(pci_ports(pci, PLACE, 2, &out) == PCI_OK && out.first == 0xc100 && out.log2 == 6);
	CHECK(card.space[PCI_COMMAND] & PCI_COMMAND_IO && pci_master(pci, PLACE, 1) == PCI_OK);
	CHECK(card.space[PCI_COMMAND] & PCI_COMMAND_IO && card.space[PCI_COMMAND] & PCI_COMMAND_MASTER);
	CHECK(machine_given(DRIVER_TASK, ROOT_IO_PORTS, 0xc13f));
	CHECK(!machine_given(DRIVER_TASK, ROOT_IO_PORTS, 0xc140));
}

static bool answers(const struct pci_device *d) { return d->space[PCI_COMMAND] & PCI_COMMAND_IO; }

TEST(pci_shared_ports, "a device of which one region of ports overlaps any other region answers at no port")
{
	enum { CASES = 6, REST = 0x80 };
	static const struct { unsigned first, count; bool own, overlaps; } third[CASES] = {
		{ 0x13c, 4, false, true }, { 0, 512, false, true }, { 0x208, 8, true, true },
		{ 0, 256, false, false }, { 0x140, 64, false, false }, { 0x210, 4, true, false },
	};
	static struct pci_device cards[CASES], others[CASES];
	struct pci_ports_out out;
	struct pci_open_out opened;

	for (unsigned i = 0; i < CASES; i++) {
		unsigned base = 0xa000 + i * 0x1000;

		pci_add(&cards[i], PLACE + 8 * i, ID, CLASS);
		pci_ports_region(&cards[i], 1, base + 0x100, 64);
		pci_ports_region(&cards[i], 2, base + 0x200, 16);
		pci_add(&others[i], REST + 8 * i, ID + 1, CLASS);
		pci_ports_region(third[i].own ? &cards[i] : &others[i], 3, base + third[i].first, third[i].count);
	}
	start();
	for (unsigned i = 0; i < 2 * CASES; i++) {
		unsigned k = i / 2, place = PLACE + 8 * k;

		CHECK(pci_open(pci, ID, place, &opened) == PCI_OK);
		CHECK((pci_ports(pci, place, 1 + i % 2, &out) == PCI_E_BAR) == third[k].overlaps);
		CHECK(answers(&cards[k]) == !third[k].overlaps);
	}
}

TEST(pci_low_ports, "a device of which root refuses one region of ports answers at no port")
{
	struct pci_ports_out out;

	pci_add(&card, PLACE, ID, CLASS);
	pci_ports_region(&card, 1, 0x3f8, 8);
	pci_ports_region(&card, 2, 0xc100, 64);
	start();
	CHECK(open_any() == PCI_OK);
	for (unsigned bar = 1; bar <= 2; bar++)
		CHECK(pci_ports(pci, PLACE, bar, &out) == PCI_E_ROOT && !answers(&card));
}

TEST(pci_ports_table, "a device whose table of messages would be in a region of ports has no messages")
{
	struct pci_vector_out out;

	pci_add(&card, PLACE, ID, CLASS);
	pci_ports_region(&card, 1, 0xc100, 64);
	pci_messages_at(&card, 1, 0, 1);
	start();
	CHECK(open_any() == PCI_OK && pci_vector(pci, PLACE, 0, &out) == PCI_E_VECTOR);
}
