/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pci.c - reports PCI devices that no program of the boot image can drive: a boot message, so that no user
 * looks for a disk or network card in vain. Nothing is written but the address register.
 *
 * Configuration by ports (PCI 3.0, 3.2.2.3.2), which every chipset of the PC has.
 */
#include <l4/amd64/port.h>
#include <stdio.h>
#include <string.h>
#include "root.h"

enum {
	ADDRESS = 0xcf8, DATA = 0xcfc, PORTS_LOG2 = 3,
	DEVICES = 32, FUNCTIONS = 8,
	REG_ID = 0, REG_CLASS = 8, REG_HEADER = 12, REG_BUSES = 24,
	CLASS_PCI_BRIDGE = 0x0604, DEPTH = 4,	/* buses behind buses */
	MULTI_FUNCTION = 0x80, NO_DEVICE = 0xffff,
	TEXT = 400,
};

/* Classes (PCI Code and ID 1.11) of devices that need a driver to be of use; others are not named. */
static const char *const classes[] = {
	[0] = "other", [1] = "storage", [2] = "network", [4] = "multimedia", [7] = "communication",
	[9] = "input", [12] = "serial bus", [13] = "wireless",
};

static uint32_t config(unsigned bus, unsigned device, unsigned function, unsigned reg)
{
	L4_PortOut32(ADDRESS, 1u << 31 | bus << 16 | device << 11 | function << 8 | reg);
	return L4_PortIn32(DATA);
}

static bool present(unsigned bus, unsigned device, unsigned function)
{
	return (config(bus, device, function, REG_ID) & 0xffff) != NO_DEVICE;
}

/* " 00:01.1 storage," if the device is of such a class; what does not fit is left out. */
static void name_device(char text[TEXT], unsigned bus, unsigned device, unsigned function)
{
	unsigned class = config(bus, device, function, REG_CLASS) >> 24;
	size_t n = strlen(text);

	if (class < sizeof(classes) / sizeof(classes[0]) && classes[class] != 0)
		snprintf(text + n, TEXT - n, " %02x:%02x.%u %s,", bus, device, function, classes[class]);
}

static void scan(char text[TEXT], unsigned bus, unsigned depth);

static void look_at(char text[TEXT], unsigned bus, unsigned device, unsigned depth)
{
	unsigned functions = config(bus, device, 0, REG_HEADER) >> 16 & MULTI_FUNCTION ? FUNCTIONS : 1;

	for (unsigned f = 0; f < functions; f++) {
		if (!present(bus, device, f))
			continue;
		name_device(text, bus, device, f);
		if (config(bus, device, f, REG_CLASS) >> 16 == CLASS_PCI_BRIDGE && depth < DEPTH)
			scan(text, config(bus, device, f, REG_BUSES) >> 8 & 0xff, depth + 1);
	}
}

/* One bus and those behind its bridges: a port access takes long, so not all 256. */
static void scan(char text[TEXT], unsigned bus, unsigned depth)
{
	for (unsigned device = 0; device < DEVICES; device++)
		if (present(bus, device, 0))
			look_at(text, bus, device, depth);
}

void pci_report(void)
{
	char text[TEXT] = "";

	if (!sigma_ports(ADDRESS, PORTS_LOG2))
		return;
	L4_PortOut32(ADDRESS, 1u << 31);
	if (L4_PortIn32(ADDRESS) != 1u << 31)
		return;
	scan(text, 0, 0);
	if (text[0] != 0)
		report("PCI devices without a driver:%.*s", (int)strlen(text) - 1, text);
}
