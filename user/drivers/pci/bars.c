/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bars.c - see bars.h.
 */
#include "bars.h"
#include "config.h"

enum { HEADER_TYPE = 0x7f, BAR_IO = 1, BAR_64 = 4, BAR_FLAGS = 0xf, IO_FLAGS = 3, PORTS_END = 0x10000,
       PROBING = 0x50524f42 };

static unsigned at(unsigned i) { return REG_BAR + 4 * i; }

static bool is_memory(uint32_t low) { return !(low & BAR_IO); }

/* Of two registers. */
static bool is_wide(uint32_t low, unsigned i)
{
	return is_memory(low) && (low & (BAR_FLAGS & ~8u)) == BAR_64 && i + 1 < BARS;
}

/* The bits of register i that can be set. */
static uint32_t bits(const struct probe *p, unsigned i)
{
	uint32_t all;

	config_write(p->place, at(i), ~0u);
	all = config_read(p->place, at(i));
	config_write(p->place, at(i), p->bar[i]);
	return all;
}

/* Returns true if a task can map what is at this physical address. */
static bool is_word(uint64_t address) { return (L4_Word_t)address == address; }

static void read_bar(struct device *d, const struct probe *p, unsigned i)
{
	uint64_t mask = bits(p, i) & ~(uint32_t)BAR_FLAGS;

	d->bar[i].physical = p->bar[i] & ~(uint32_t)BAR_FLAGS;
	if (is_wide(p->bar[i], i)) {
		mask |= (uint64_t)bits(p, i + 1) << 32;
		d->bar[i].physical |= (uint64_t)p->bar[i + 1] << 32;
	} else if (mask) {
		mask |= ~(uint64_t)0 << 32;
	}
	d->bar[i].bytes = d->bar[i].physical && is_word(d->bar[i].physical + -mask - 1) ? -mask : 0;
}

/* Bits of the register's upper half may not be there. Which ports a driver may have, root decides. */
static void read_ports(struct device *d, const struct probe *p, unsigned i)
{
	uint32_t mask = bits(p, i) & (PORTS_END - 1) & ~(uint32_t)IO_FLAGS;

	d->ports[i] = (struct ports){ p->bar[i] & ~(uint32_t)IO_FLAGS, mask & -mask };
}

static void begin(struct probe *p, const struct device *d)
{
	p->place = d->place;
	p->command = config_read16(d->place, REG_COMMAND);
	for (unsigned i = 0; i < BARS; i++)
		p->bar[i] = config_read(d->place, at(i));
	__atomic_store_n(&p->probing, PROBING, __ATOMIC_RELEASE);
}

void bars_restore(struct probe *p)
{
	if (p->probing != PROBING)
		return;
	for (unsigned i = 0; i < BARS; i++)
		config_write(p->place, at(i), p->bar[i]);
	config_write16(p->place, REG_COMMAND, p->command);
	__atomic_store_n(&p->probing, 0, __ATOMIC_RELEASE);
}

/* Meanwhile the device decodes no addresses. */
void bars_read(struct device *d, struct probe *p)
{
	if ((config_read(d->place, REG_HEADER) >> 16 & HEADER_TYPE) != 0 || config_is_kernels(d->place))
		return;
	begin(p, d);
	config_write16(d->place, REG_COMMAND, p->command & (uint16_t)~(COMMAND_IO | COMMAND_MEMORY));
	for (unsigned i = 0; i < BARS; i += is_wide(p->bar[i], i) ? 2 : 1)
		if (is_memory(p->bar[i]))
			read_bar(d, p, i);
		else
			read_ports(d, p, i);
	bars_restore(p);
}

void bars_write(const struct device *d)
{
	for (unsigned i = 0; i < BARS; i++)
		if (d->ports[i].count) {
			config_write(d->place, at(i), d->ports[i].first);
		} else if (d->bar[i].bytes) {
			config_write(d->place, at(i), (uint32_t)d->bar[i].physical);
			if (is_wide(config_read(d->place, at(i)), i))
				config_write(d->place, at(i + 1), (uint32_t)(d->bar[i].physical >> 32));
		}
}
