/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sdev.c - see sdev.h.
 */
#include <stdlib.h>
#include <string.h>
#include "machine.h"
#include "sdev.h"

enum {
	CLASS = 0x070002, PORTS = 8,
	DATA = 0, IER = 1, IIR = 2, LCR = 3, MCR = 4, LSR = 5, SCRATCH = 7,
	RECEIVED = 1, SENT = 2, NONE = 1, FIFO_WORKS = 0xc0, DIVISOR = 0x80, RTS = 2, OUT2 = 8, EIGHT_BITS = 3,
	LSR_RECEIVED = 1, LSR_EMPTY = 0x60, LSR_ERROR = 0x80,
};

/* ---- the interrupt ---- */

static bool has_received(const struct sdev *s, const struct sdev_line *l)
{
	return l->count > 0 || s->babbles;
}

static bool wants(const struct sdev *s, const struct sdev_line *l)
{
	return l->mcr & OUT2
	       && ((l->ier & RECEIVED && has_received(s, l)) || (l->ier & SENT && l->empty_pending));
}

void sdev_update(struct sdev *s)
{
	bool before = s->raised;

	s->raised = false;
	for (unsigned i = 0; i < s->lines; i++)
		s->raised |= wants(s, &s->line[i]);
	if (!s->raised || before)
		return;
	s->interrupts++;
	pci_raise(&s->pci);
}

/* ---- bytes ---- */

static struct sdev *of_drain;

static void drained(void *line)
{
	struct sdev_line *l = line;

	l->drains = false;
	l->empty_pending = !of_drain->full;
	sdev_update(of_drain);
}

static void transmit(struct sdev *s, struct sdev_line *l, uint8_t byte)
{
	static unsigned in_fifo;

	if (l != &s->line[0])
		kernel_stop("bytes are sent by another line than the first");
	if (l->divisor[0] != 1 || l->divisor[1] != 0 || (l->lcr & 0x7f) != EIGHT_BITS || !l->fifo_on)
		kernel_stop("bytes are sent at another rate, or without a FIFO");
	in_fifo = l->drains ? in_fifo + 1 : 1;
	if (in_fifo > SDEV_FIFO || s->bytes == SDEV_TEXT)
		kernel_stop("more bytes are sent than the FIFO holds");
	s->sent[s->bytes++] = (char)byte;
	l->empty_pending = s->fast;
	of_drain = s;
	if (s->fast)
		return;
	if (!l->drains)
		kernel_at(kernel_now() + SDEV_DRAIN_US, drained, l);
	l->drains = true;
}

static uint8_t take(struct sdev *s, struct sdev_line *l)
{
	uint8_t byte = l->fifo[l->first];

	if (l->count == 0) {
		s->babbled += s->babbles;
		return '?';
	}
	l->first = (l->first + 1) % SDEV_FIFO;
	l->count--;
	return byte;
}

static void comes(struct sdev *s, char byte, uint8_t error)
{
	struct sdev_line *l = &s->line[0];
	unsigned at = (l->first + l->count) % SDEV_FIFO;

	if (l->count == SDEV_FIFO) {
		l->overrun = true;
		return;
	}
	l->fifo[at] = (uint8_t)byte;
	l->error[at] = error;
	l->count++;
}

unsigned sdev_comes(struct sdev *s, const char *text)
{
	unsigned before = s->line[0].count;

	for (; *text; text++)
		comes(s, *text, 0);
	sdev_update(s);
	return s->line[0].count - before;
}

void sdev_comes_damaged(struct sdev *s, char byte, uint8_t error)
{
	comes(s, byte, error);
	sdev_update(s);
}

bool sdev_sent(struct sdev *s, const char *text)
{
	bool same = s->bytes == strlen(text) && memcmp(s->sent, text, s->bytes) == 0;

	s->bytes = 0;
	return same;
}

/* ---- registers ---- */

static uint8_t status(struct sdev *s, struct sdev_line *l)
{
	uint8_t value = (uint8_t)(has_received(s, l) | (l->overrun ? SDEV_OVERRUN : 0));

	if (l->count > 0) {
		value |= l->error[l->first] | (l->error[l->first] ? LSR_ERROR : 0);
		l->error[l->first] = 0;
	}
	l->overrun = false;
	return value | (l->drains || s->full ? 0 : LSR_EMPTY);
}

static uint8_t read_register(struct sdev *s, struct sdev_line *l, unsigned reg)
{
	bool divisor = l->lcr & DIVISOR;
	uint8_t value;

	switch (reg) {
	case DATA: return divisor ? l->divisor[0] : take(s, l);
	case IER: return divisor ? l->divisor[1] : l->ier;
	case IIR:
		value = (uint8_t)((l->fifo_on && !s->no_fifo ? FIFO_WORKS : 0) | (wants(s, l) ? 0 : NONE));
		l->empty_pending = false;
		return value;
	case LCR: return l->lcr;
	case MCR: return l->mcr;
	case LSR: return status(s, l);
	case SCRATCH: return s->no_registers ? 0 : l->scratch;
	default: return 0xb0;
	}
}

static void write_register(struct sdev *s, struct sdev_line *l, unsigned reg, uint8_t value)
{
	bool divisor = l->lcr & DIVISOR;

	switch (reg) {
	case DATA:
		s->rates += divisor;
		if (divisor)
			l->divisor[0] = value;
		else
			transmit(s, l, value);
		return;
	case IER:
		if (divisor) {
			l->divisor[1] = value;
			return;
		}
		l->empty_pending |= value & SENT && !(l->ier & SENT) && !l->drains && !s->full;
		l->ier = value & 0xf;
		return;
	case IIR:			/* FCR: a change of its first bit clears the FIFOs */
		if (l->fifo_on != (value & 1) || value & 2)
			l->count = 0;
		l->fifo_on = value & 1;
		return;
	case LCR: l->lcr = value; return;
	case MCR:
		s->rts_falls += l->mcr & RTS && !(value & RTS);
		l->mcr = value;
		return;
	case SCRATCH: l->scratch = value; return;
	default: kernel_stop("a register is written that is only read");
	}
}

static uint32_t read(struct pci_device *d, unsigned bar, uint32_t offset, unsigned bytes)
{
	struct sdev *s = (struct sdev *)d;
	uint8_t value;

	if (bar != 0 || bytes != 1 || offset >= s->lines * PORTS)
		kernel_stop("a register is read that is none");
	if (s->gone)
		return 0xff;
	value = read_register(s, &s->line[offset / PORTS], offset % PORTS);
	sdev_update(s);
	return value;
}

static void write(struct pci_device *d, unsigned bar, uint32_t offset, uint32_t value, unsigned bytes)
{
	struct sdev *s = (struct sdev *)d;

	if (bar != 0 || bytes != 1 || offset >= s->lines * PORTS)
		kernel_stop("a register is written that is none");
	if (s->gone)
		return;
	write_register(s, &s->line[offset / PORTS], offset % PORTS, (uint8_t)value);
	sdev_update(s);
}

/* ---- the device ---- */

void sdev_add(struct sdev *s, unsigned lines)
{
	memset(s, 0, sizeof *s);
	pci_add(&s->pci, SDEV_PLACE, SDEV_ID + lines / 2, CLASS);
	pci_ports_region(&s->pci, 0, SDEV_PORT, lines * PORTS);
	s->pci.read = read;
	s->pci.write = write;
	s->lines = lines;
	pci_line(&s->pci);
}

void sdev_scramble(struct sdev *s, unsigned seed)
{
	for (unsigned i = 0; i < s->lines; i++) {
		struct sdev_line *l = &s->line[i];

		l->ier = (uint8_t)rand_r(&seed) & 0xf;
		l->lcr = (uint8_t)rand_r(&seed);
		l->mcr = (uint8_t)rand_r(&seed) | OUT2;
		l->divisor[0] = (uint8_t)rand_r(&seed);
		l->divisor[1] = (uint8_t)rand_r(&seed);
	}
	s->pci.space[PCI_COMMAND] = (uint8_t)rand_r(&seed);
}
