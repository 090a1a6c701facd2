/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_ports.c - the PCI server: regions of I/O ports.
 */
#include <proto/pci_client.h>
#include "machine.h"
#include "pci.h"

enum { ID = 0x80861234, PLACE = 0x20, CLASS = 0x020000 };

static struct pci_device card, other;
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

TEST(pci_shared_ports, "a region of ports that overlaps another device's, or another one of its own, is none")
{
	struct pci_ports_out out;

	pci_add(&card, PLACE, ID, CLASS);
	pci_ports_region(&card, 1, 0xc100, 64);
	pci_ports_region(&card, 2, 0xc200, 16);
	pci_ports_region(&card, 3, 0xc208, 8);
	pci_ports_region(&card, 4, 0xc300, 16);
	pci_add(&other, PLACE + 8, ID + 1, CLASS);
	pci_ports_region(&other, 0, 0xc13c, 4);
	pci_ports_region(&other, 1, 0xc310, 16);
	start();
	CHECK(open_any() == PCI_OK);
	for (unsigned bar = 1; bar <= 3; bar++)
		CHECK(pci_ports(pci, PLACE, bar, &out) == PCI_E_BAR && !(card.space[PCI_COMMAND] & PCI_COMMAND_IO));
	CHECK(pci_ports(pci, PLACE, 4, &out) == PCI_OK && out.first == 0xc300 && out.log2 == 4);
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
