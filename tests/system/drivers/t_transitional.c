/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_transitional.c - the PCI server: devices of virtio that have the interface before 1.0, too.
 */
#include <proto/pci_client.h>
#include "machine.h"
#include "pci.h"

enum { FIRST_PLACE = 0x20, CLASS_STORAGE = 0x010000, SUBSYSTEM = 0x2c, CAP_VENDOR = 9, COMMON = 1 };

TEST(pci_transitional, "a virtio device with both interfaces has the id of 1.0 by its kind, no other one has")
{
	static const struct { uint32_t id; unsigned kind; bool both; uint32_t found; } kinds[] = {
		{ 0x1af41001, 2, true, 0x1af41042 }, { 0x1af41000, 1, true, 0x1af41041 },
		{ 0x1af41005, 4, true, 0x1af41044 }, { 0x1af41003, 3, true, 0x1af41043 },
		{ 0x1af41001, 2, false, 0x1af41001 }, { 0x1af41042, 9, true, 0x1af41042 },
		{ 0x80861001, 2, true, 0x80861001 },
	};
	enum { KINDS = sizeof kinds / sizeof *kinds };
	static struct pci_device cards[KINDS];
	struct pci_list_out out = { 0 };

	for (unsigned i = 0; i < KINDS; i++) {
		pci_add(&cards[i], FIRST_PLACE + (i << 3), kinds[i].id, CLASS_STORAGE);
		pci_set32(&cards[i], SUBSYSTEM, kinds[i].kind << 16 | 0x1af4);
		if (kinds[i].both)
			cards[i].space[pci_capability(&cards[i], CAP_VENDOR, 16) + 3] = COMMON;
	}
	machine_start(PCI_TASK, pci_main);
	machine_wait(1000000);
	machine.task[DRIVER_TASK].ended = false;
	machine_be(DRIVER_TASK);
	for (unsigned i = 0; i < KINDS; i++)
		CHECK(pci_list(machine_first(PCI_TASK), out.next, &out) == PCI_OK && out.id == kinds[i].found);
}
