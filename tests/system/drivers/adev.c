/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * adev.c - see adev.h.
 */
#include <stdlib.h>
#include <string.h>
#include <pecan/disk.h>
#include <pecan/disk_driver.h>
#include "adev.h"
#include "machine.h"

enum {
	REGION = 0xfd000000, REGION_BYTES = 0x1000, BAR = 5, CLASS = 0x010601, TABLE = 0xfd010000, TABLE_BAR = 0,
	PORTS = 7, PORT = 0x100, PORT_BYTES = 0x80, RESET = 1, INTERRUPTS = 2, RUN = 1, RECEIVE = 1 << 4,
	RECEIVES = 1 << 14, RUNS = 1 << 15, BUSY = 0x80, UP = 0x113, DISK = 0x101, CDROM = 0xeb140101,
	IDENTIFY = 0xec, DONE = 1, WRITES = 1 << 6, HEAD_BYTES = 32, SERIAL = 10,
};
#define ID	0x1b4b9172u		/* of no maker that a section names */
#define ON		(1u << 31)
#define TASK_ERROR	(1u << 30)
#define NONE		(~0ull)

struct head { uint32_t flags, moved; uint64_t table; uint32_t unused[4]; };

/* ---- commands ---- */

static const struct head *head_of(const struct adev *a, unsigned slot)
{
	return (const struct head *)a->list + slot;
}

bool adev_command(const struct adev *a, unsigned slot, struct adev_command *c)
{
	const uint8_t *fis;

	if (!(a->issued >> slot & 1))
		return false;
	if (!in_a_block(head_of(a, slot)->table, 256) || head_of(a, slot)->table % 128 != 0)
		kernel_stop("a command is not in memory that the controller reaches");
	fis = (const uint8_t *)head_of(a, slot)->table;
	if (fis[0] != 0x27 || fis[1] != 0x80 || (head_of(a, slot)->flags & 0x1f) != 5)
		kernel_stop("a command is none");
	*c = (struct adev_command){ fis[2], 0, fis[12] | (uint32_t)fis[13] << 8 };
	for (unsigned i = 0; i < 3; i++)
		c->sector |= (uint64_t)fis[4 + i] << 8 * i | (uint64_t)fis[8 + i] << (24 + 8 * i);
	return true;
}

static void move(struct adev *a, unsigned slot, uint8_t *disk, uint32_t bytes)
{
	const struct head *h = head_of(a, slot);
	uint64_t at = *(const uint64_t *)(h->table + 0x80);
	uint32_t last = *(const uint32_t *)(h->table + 0x8c);

	if (h->flags >> 16 != 1 || last != bytes - 1 || !in_a_block(at, bytes))
		kernel_stop("data is not in memory that the controller reaches, or not as long as the command");
	memcpy(h->flags & WRITES ? disk : (uint8_t *)at, h->flags & WRITES ? (uint8_t *)at : disk, bytes);
}

/* Returns false after an error. */
static bool execute(struct adev *a, unsigned slot)
{
	struct adev_command c;

	if (!adev_command(a, slot, &c))
		kernel_stop("the test executes a command that was not issued");
	if (c.command != IDENTIFY && c.command != ADEV_FLUSH && c.sector == a->bad)
		return false;
	a->reads += c.command == ADEV_READ;
	a->writes += c.command == ADEV_WRITE;
	a->flushes += c.command == ADEV_FLUSH;
	if (((head_of(a, slot)->flags & WRITES) != 0) != (c.command == ADEV_WRITE))
		kernel_stop("a command in the wrong direction");
	if (c.command == IDENTIFY)
		move(a, slot, (uint8_t *)a->words, sizeof a->words);
	else if (c.command != ADEV_FLUSH)
		move(a, slot, a->store + c.sector * DISK_SECTOR, c.sectors * DISK_SECTOR);
	return true;
}

void adev_interrupt(struct adev *a, uint32_t causes)
{
	a->port_causes |= causes;
	if (!(a->port_causes & a->mask))
		return;
	a->causes |= 1u << ADEV_PORT;
	if (!(a->control & INTERRUPTS))
		return;
	if (a->line)
		pci_raise(&a->pci);
	else
		pci_send(&a->pci, 0);
}

/* As QEMU: the command with an error is not issued any more, and others may have been done. */
void adev_execute(struct adev *a, uint32_t slots)
{
	bool good = true;

	if (!(a->command & RUN) || !(pci_get32(&a->pci, PCI_COMMAND) & PCI_COMMAND_MASTER))
		return;
	for (unsigned i = 0; i < ADEV_SLOTS && good; i++) {
		if (!(slots >> i & 1))
			continue;
		good = execute(a, i);
		a->issued &= ~(1u << i);
	}
	adev_interrupt(a, good ? DONE : TASK_ERROR);
}

/* ---- registers ---- */

static void reset(struct adev *a)
{
	a->resets++;
	a->causes = a->port_causes = a->mask = a->command = a->issued = 0;
	a->list = a->received = 0;
	a->link = a->no_disk ? 0 : UP;
	a->task = 0x7f | BUSY;
	a->control = 0;
}

static void write_control(struct adev *a, uint32_t word)
{
	a->control = word;
	if (word & RESET && !(word & ON))
		kernel_stop("the controller is reset while it is not for AHCI");
	if (word & RESET && !a->stuck)
		reset(a);
}

static void write_command(struct adev *a, uint32_t word)
{
	if (word & RECEIVE && !in_a_block(a->received, 256))
		kernel_stop("what a disk says is not in memory that the controller reaches");
	if (word & RUN && (!in_a_block(a->list, ADEV_SLOTS * HEAD_BYTES) || a->list % 1024 != 0
			   || a->task & BUSY))
		kernel_stop("a port runs that cannot");
	if (a->command & RUN && !(word & RUN))
		a->issued = 0;
	if (word & RECEIVE && !(a->command & RECEIVE) && !a->no_disk)
		a->task = 0x50;
	word &= ~(uint32_t)(RUNS | RECEIVES);		/* these can only be read */
	a->command = word | (word & RUN || a->stuck_port ? RUNS : 0) | (word & RECEIVE ? RECEIVES : 0);
}

static void write_issued(struct adev *a, uint32_t word)
{
	if (!(a->command & RUN) || word & a->issued || a->port_causes & TASK_ERROR)
		kernel_stop("a command is issued to a port that does not run, or in a slot that is used");
	a->issued |= word;
	if (!a->silent)
		adev_execute(a, word);
}

static void write_link(struct adev *a, uint32_t word)
{
	a->link_resets += a->link_control == 1 && word == 0;
	if (a->link_control == 1 && word == 0)
		a->command &= ~(uint32_t)RUNS;
	a->link_control = word;
}

static void set_half(uint64_t *at, uint32_t offset, uint32_t word)
{
	memcpy((char *)at + offset % 8, &word, sizeof word);
}

static void write_port(struct adev *a, uint32_t offset, uint32_t word)
{
	switch (offset) {
	case 0x0: case 0x4: set_half(&a->list, offset, word); break;
	case 0x8: case 0xc: set_half(&a->received, offset, word); break;
	case 0x10: a->port_causes &= ~word; break;
	case 0x14: a->mask = word; break;
	case 0x18: write_command(a, word); break;
	case 0x2c: write_link(a, word); break;
	case 0x30: break;
	case 0x38: write_issued(a, word); break;
	default: kernel_stop("a register of a port is written that is none");
	}
}

static void write(struct pci_device *d, unsigned bar, uint32_t offset, uint32_t word, unsigned bytes)
{
	struct adev *a = (struct adev *)d;

	if (bar != BAR || bytes != 4 || offset % 4 != 0)
		kernel_stop("a register is written that is none");
	if (a->gone)
		return;
	if (offset == 0x4)
		write_control(a, word);
	else if (offset == 0x8)
		a->causes &= ~word;
	else if (offset >= PORT + ADEV_PORT * PORT_BYTES && offset < PORT + (ADEV_PORT + 1) * PORT_BYTES)
		write_port(a, offset % PORT_BYTES, word);
	else if (offset < PORT || offset >= PORT + (ADEV_PORT + 1) * PORT_BYTES)
		kernel_stop("a register is written that is none");
}

static uint32_t read_port(const struct adev *a, uint32_t offset)
{
	switch (offset) {
	case 0x10: return a->port_causes;
	case 0x18: return a->command;
	case 0x20: return a->task;
	case 0x24: return a->command & RECEIVE ? DISK : ~0u;
	case 0x28: return a->link;
	case 0x38: return a->issued;
	}
	kernel_stop("a register of a port is read that is none");
}

/* The other ports: none, and a CD-ROM. */
static uint32_t read_other(uint32_t port, uint32_t offset)
{
	return port != 1 ? 0 : offset == 0x28 ? UP : offset == 0x24 ? CDROM : 0;
}

static uint32_t read(struct pci_device *d, unsigned bar, uint32_t offset, unsigned bytes)
{
	const struct adev *a = (const struct adev *)d;
	uint32_t port = (offset - PORT) / PORT_BYTES;

	if (bar != BAR || bytes != 4)
		kernel_stop("a register is read that is none");
	if (a->gone)
		return ~0u;
	switch (offset) {
	case 0x0: return a->capabilities;
	case 0x4: return a->control;
	case 0x8: return a->causes;
	case 0xc: return PORTS;
	}
	if (offset < PORT || port > ADEV_PORT)
		kernel_stop("a register is read that is none");
	return port == ADEV_PORT ? read_port(a, offset % PORT_BYTES) : read_other(port, offset % PORT_BYTES);
}

/* ---- the controller ---- */

void adev_add(struct adev *a, uint64_t sectors, bool line)
{
	static const char serial[] = " a disk of the tests";

	memset(a, 0, sizeof *a);
	pci_add(&a->pci, ADEV_PLACE, ID, CLASS);
	pci_region(&a->pci, BAR, REGION, REGION_BYTES);
	a->pci.read = read;
	a->pci.write = write;
	a->line = line;
	if (line) {
		pci_line(&a->pci);
	} else {
		pci_region(&a->pci, TABLE_BAR, TABLE, REGION_BYTES);
		pci_messages(&a->pci, TABLE_BAR, 1);
	}
	a->capabilities = ON | 31 << 8 | 2;
	a->bad = NONE;
	for (unsigned i = 0; i < 10; i++)
		a->words[SERIAL + i] = (uint16_t)(serial[2 * i] << 8 | serial[2 * i + 1]);
	a->words[83] = 1 << 14 | 1 << 13 | 1 << 10;
	memcpy(&a->words[100], &sectors, sizeof sectors);
	a->store = calloc(sectors < 65536 ? sectors : 1, DISK_SECTOR);
	reset(a);
	a->resets = 0;
}

void adev_leave(struct adev *a)
{
	a->control = ON | INTERRUPTS;
	a->list = a->received = NONE;
	a->command = RUN | RUNS | RECEIVE | RECEIVES;
	a->issued = 0xff;
	a->port_causes = TASK_ERROR | DONE;
	a->causes = PORTS;
	a->mask = ~0u;
}
