/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pci.c - see <pecan/pci.h>.
 */
#include <pecan/device.h>
#include <pecan/memory.h>
#include <pecan/names.h>
#include <pecan/pci.h>
#include <pecan/server.h>
#include <proto/pci_client.h>
#include <stdlib.h>

enum { CAP_LIST = 0x34, CAP_NEXT = 0xfc, CAPS = 48, CAP_MSIX = 0x11 };
#define MSIX_ENABLE	(1u << 31)

const char pecan_pci_absent[] = "the machine has no such device";

static L4_Word_t chosen = PCI_ANY;

/* A hexadecimal number below 2^bits with this character behind it, as the next part of *place. */
static bool add_part(const char **at, unsigned bits, char behind, L4_Word_t *place)
{
	char *end;
	unsigned long n = strtoul(*at, &end, 16);

	if (end == *at || *end != behind || n >> bits != 0)
		return false;
	*at = end + 1;
	*place = *place << bits | n;
	return true;
}

const char *pecan_pci_choose(const char *place)
{
	L4_Word_t where = 0;

	if (!add_part(&place, 8, ':', &where) || !add_part(&place, 5, '.', &where)
	    || !add_part(&place, 3, 0, &where))
		return "its argument is no place of a device, BUS:DEVICE.FUNCTION in hexadecimal";
	chosen = where;
	return 0;
}

const char *pecan_pci_try_open(struct pecan_pci *d, uint32_t id)
{
	struct pci_open_out out;

	*d = (struct pecan_pci){ .place = 0 };
	if (pecan_lookup(PCI_NAME, true, &d->server) != NAMES_OK)
		return "the PCI server does not answer";
	switch (pci_open(d->server, id, chosen, &out)) {
	case PCI_OK:
		d->place = out.place;
		return 0;
	case PCI_E_NONE:
		return pecan_pci_absent;
	case PCI_E_BUSY: return "another driver has it";
	case PCI_REFUSED:
	case PCI_E_RIGHT:
		return "its section names no such device (`pci`), or not the PCI server (`uses`)";
	default: return "the PCI server does not answer";
	}
}

const char *pecan_pci_open(struct pecan_pci *d, uint32_t id)
{
	const char *wrong = pecan_pci_try_open(d, id);

	if (wrong == pecan_pci_absent)
		pecan_idle();
	return wrong;
}

bool pecan_pci_has(uint32_t id)
{
	struct pci_list_out out = { 0 };
	L4_ThreadId_t server;

	if (pecan_lookup(PCI_NAME, true, &server) != NAMES_OK)
		return false;
	while (pci_list(server, out.next, &out) == PCI_OK && out.next != 0)
		if (out.id == id || (ROOT_PCI_CLASS | out.class) == id)
			return true;
	return false;
}

uint32_t pecan_pci_config(const struct pecan_pci *d, unsigned offset)
{
	struct pci_read_out out = { 0 };

	pci_read(d->server, d->place, offset, &out);
	return (uint32_t)out.value;
}

bool pecan_pci_has_table(const struct pecan_pci *d)
{
	unsigned at = pecan_pci_config(d, CAP_LIST) & CAP_NEXT;

	for (unsigned i = 0; i < CAPS && at != 0; i++) {
		uint32_t head = pecan_pci_config(d, at);

		if ((head & 0xff) == CAP_MSIX)
			return head & MSIX_ENABLE;
		at = head >> 8 & CAP_NEXT;
	}
	return false;
}

void *pecan_pci_map(const struct pecan_pci *d, unsigned bar, uint32_t offset, uint32_t bytes)
{
	struct pci_bar_out region;
	void *at;

	if (pci_bar(d->server, d->place, bar, &region) != PCI_OK || bytes == 0
	    || region.bytes < (uint64_t)offset + bytes
	    || pecan_phys(region.physical + offset, bytes, &at) != ROOT_OK)
		return 0;
	return at;
}

const char *pecan_pci_ports(const struct pecan_pci *d, unsigned bar, unsigned least, uint16_t *first,
			    unsigned *count)
{
	struct pci_ports_out region;

	if (pci_ports(d->server, d->place, bar, &region) != PCI_OK || region.log2 > 15
	    || 1u << region.log2 < least)
		return "it has not the ports that it should have";
	if (pecan_ports(region.first, (unsigned)region.log2) != ROOT_OK)
		return "its ports cannot be used";
	*first = (uint16_t)region.first;
	*count = 1u << region.log2;
	return 0;
}

const char *pecan_pci_attach(struct pecan_pci *d, unsigned vector, L4_Word_t *irq)
{
	struct pci_vector_out out;

	if (pci_vector(d->server, d->place, vector, &out) != PCI_OK)
		return "there is no interrupt for it";
	d->line = out.line;
	*irq = out.irq;
	return pecan_irq_attach(out.irq, L4_nilthread) == ROOT_OK ? 0 : "its interrupt cannot be attached";
}

const char *pecan_pci_master(struct pecan_pci *d)
{
	if (!d->master && pci_master(d->server, d->place, 1) != PCI_OK)
		return "it may not reach memory";
	d->master = true;
	return 0;
}

const char *pecan_pci_memory(struct pecan_pci *d, L4_Word_t bytes, struct pecan_dma *block)
{
	return pecan_dma_new(bytes, L4_nilthread, block) == ROOT_OK ? pecan_pci_master(d)
								    : "there is no memory for it";
}
