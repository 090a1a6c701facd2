/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ndev.c - see ndev.h.
 */
#include <stdlib.h>
#include <string.h>
#include <pecan/disk.h>
#include <pecan/disk_driver.h>
#include "machine.h"
#include "ndev.h"

enum {
	REGION = 0xfd000000, REGION_BYTES = 0x4000, TABLE = 0x2000, MESSAGES = 2, CLASS = 0x010802,
	DOORBELLS = 0x1000, PAGE = 4096, SECTOR = 512, COMMAND_BYTES = 64, DONE_BYTES = 16,
	ON = 1, READY = 1, SIZES = 6 << 16 | 4 << 20, PHASE = 1 << 16,
	CREATE_QUEUE = 1, CREATE_DONE = 5, IDENTIFY = 6, SET_FEATURE = 9, SERIAL = 4, COUNT = 516,
};
#define ID	0x144da808u		/* of no maker that a section names */
#define CAPABILITIES	(127ull | 1ull << 16 | 4ull << 24 | 1ull << 37)

struct done { uint32_t result, unused; uint16_t head, queue; uint32_t state; };

/* ---- completions ---- */

static void interrupt(struct ndev *n)
{
	if (n->line)
		pci_raise(&n->pci);
	else
		pci_send(&n->pci, 0);
}

static void complete(struct ndev *n, unsigned number, struct done d)
{
	struct ndev_queue *q = &n->queue[number];

	if ((q->next + 1) % q->entries == q->seen)
		kernel_stop("a queue of completions is smaller than the commands under way");
	d.state |= q->phase;
	((struct done *)q->done)[q->next] = d;
	if (++q->next == q->entries) {
		q->next = 0;
		q->phase ^= PHASE;
	}
	interrupt(n);
}

void ndev_complete(struct ndev *n, unsigned identity, unsigned error)
{
	complete(n, 1, (struct done){ 0, 0, (uint16_t)n->queue[1].head, 1, identity | error << 17 });
}

void ndev_lie(struct ndev *n, unsigned identity, unsigned queue, unsigned head)
{
	complete(n, 1, (struct done){ 0, 0, (uint16_t)head, (uint16_t)queue, identity });
}

/* ---- commands ---- */

static void begin_queue(struct ndev_queue *q, uint64_t *at, uint64_t address, unsigned entries,
			unsigned bytes)
{
	if (address % PAGE != 0 || !in_a_block(address, (uint64_t)entries * bytes) || entries < 2)
		kernel_stop("a queue is not in memory that the controller reaches");
	*at = address;
	q->entries = entries;
	q->phase = PHASE;
}

static unsigned administer(struct ndev *n, const struct ndev_command *c)
{
	uint32_t low = (uint32_t)c->sector, high = (uint32_t)(c->sector >> 32);
	struct ndev_queue *q = &n->queue[1];

	switch (c->head & 0xff) {
	case IDENTIFY:
		if (c->at % PAGE != 0 || !in_a_block(c->at, PAGE) || low > 1 || c->namespace > NDEV_NAMESPACES)
			kernel_stop("an IDENTIFY of what there is not");
		memcpy((void *)c->at, n->text[low == 1 ? 0 : c->namespace], PAGE);
		return 0;
	case SET_FEATURE:
		return low != 7;
	case CREATE_DONE:
		if ((low & 0xffff) != 1 || high != 3)
			kernel_stop("a queue of completions without an interrupt");
		begin_queue(q, &q->done, c->at, (low >> 16) + 1, DONE_BYTES);
		return 0;
	case CREATE_QUEUE:
		if ((low & 0xffff) != 1 || high != (1 << 16 | 1) || (low >> 16) + 1 != q->entries)
			kernel_stop("a queue of commands without one of completions");
		begin_queue(q, &q->commands, c->at, (low >> 16) + 1, COMMAND_BYTES);
		return (low >> 16) > (n->capabilities & 0xffff);
	}
	kernel_stop("a command for administration that is none");
}

/* Moves the bytes of a command, page by page. */
static void move(const struct ndev *n, const struct ndev_command *c, bool to_disk)
{
	uint8_t *disk = n->store + (c->sector << n->log2);
	uint32_t left = (c->word[0] + 1) << n->log2, first = PAGE - c->at % PAGE;
	const uint64_t *list = (const uint64_t *)c->more;
	bool is_list = left > first + PAGE;

	for (unsigned i = 0; left > 0; i++) {
		uint64_t at = i == 0 ? c->at : is_list ? list[i - 1] : c->more;
		uint32_t room = i == 0 ? first : PAGE, bytes = left < room ? left : room;

		if (is_list && i > 0 && !in_a_block((uint64_t)&list[i - 1], sizeof *list))
			kernel_stop("a list of pages is not in memory that the controller reaches");
		if (!in_a_block(at, bytes) || (i > 0 && at % PAGE != 0))
			kernel_stop("data is not in memory that the controller reaches");
		memcpy(to_disk ? disk : (uint8_t *)at, to_disk ? (uint8_t *)at : disk, bytes);
		disk += bytes;
		left -= bytes;
	}
}

static void count(struct ndev *n, const struct ndev_command *c)
{
	n->reads += (c->head & 0xff) == NDEV_READ;
	n->writes += (c->head & 0xff) == NDEV_WRITE;
	n->flushes += (c->head & 0xff) == NDEV_FLUSH;
	if ((c->head & 0xff) != NDEV_FLUSH && c->word[0] + 1 > n->longest)
		n->longest = c->word[0] + 1;
}

static unsigned perform(struct ndev *n, const struct ndev_command *c)
{
	count(n, c);
	if ((c->head & 0xff) != NDEV_FLUSH && !n->error && n->store)
		move(n, c, (c->head & 0xff) == NDEV_WRITE);
	return n->error;
}

static bool take(struct ndev *n, unsigned number, struct ndev_command *c)
{
	struct ndev_queue *q = &n->queue[number];

	if (q->head == q->tail || !(pci_get32(&n->pci, PCI_COMMAND) & PCI_COMMAND_MASTER))
		return false;
	*c = ((const struct ndev_command *)q->commands)[q->head];
	q->head = (q->head + 1) % q->entries;
	return true;
}

bool ndev_take(struct ndev *n, struct ndev_command *c) { return take(n, 1, c); }

static void serve(struct ndev *n, unsigned number)
{
	struct ndev_command c;

	while (!n->mute && !(number == 1 && n->silent) && take(n, number, &c)) {
		unsigned error = number ? perform(n, &c) : n->refuses ? 1 : administer(n, &c);

		complete(n, number, (struct done){ 0, 0, (uint16_t)n->queue[number].head, (uint16_t)number,
						   c.head >> 16 | error << 17 });
	}
}

/* ---- registers ---- */

static void write_control(struct ndev *n, uint32_t word)
{
	struct ndev_queue *q = &n->queue[0];
	bool was_on = n->control & ON;

	n->control = word;
	if (was_on && !(word & ON) && !n->stuck) {
		n->resets++;
		n->state = 0;
		memset(n->queue, 0, sizeof n->queue);
	}
	if (was_on || !(word & ON))
		return;
	if ((word & SIZES) != SIZES)
		kernel_stop("the sizes of commands are none");
	begin_queue(q, &q->commands, n->admin_commands, (n->sizes & 0xfff) + 1, COMMAND_BYTES);
	begin_queue(q, &q->done, n->admin_done, (n->sizes >> 16 & 0xfff) + 1, DONE_BYTES);
	if (!n->never_ready)
		n->state |= READY;
}

static void ring_doorbell(struct ndev *n, uint32_t offset, uint32_t word)
{
	uint32_t stride = 4u << (n->capabilities >> 32 & 0xf), which = offset / stride;
	struct ndev_queue *q = &n->queue[which / 2];

	if (offset % stride != 0 || which > 3 || word >= q->entries)
		kernel_stop("a doorbell is rung that is none, or with a number beyond its queue");
	if (which % 2 == 1) {
		q->seen = word;
		return;
	}
	q->tail = word;
	serve(n, which / 2);
}

static void set_half(uint64_t *at, uint32_t offset, uint32_t word)
{
	memcpy((char *)at + offset % 8, &word, sizeof word);
}

static void write(struct pci_device *d, unsigned bar, uint32_t offset, uint32_t word, unsigned bytes)
{
	struct ndev *n = (struct ndev *)d;

	if (bar != 0 || bytes != 4 || offset % 4 != 0)
		kernel_stop("a register is written that is none");
	if (n->gone)
		return;
	if (offset >= DOORBELLS)
		ring_doorbell(n, offset - DOORBELLS, word);
	else if (offset == 0x14)
		write_control(n, word);
	else if (offset == 0x24)
		n->sizes = word;
	else if ((offset & ~4u) == 0x28)
		set_half(&n->admin_commands, offset, word);
	else if ((offset & ~4u) == 0x30)
		set_half(&n->admin_done, offset, word);
	else
		kernel_stop("a register is written that is none");
}

static uint32_t read(struct pci_device *d, unsigned bar, uint32_t offset, unsigned bytes)
{
	const struct ndev *n = (const struct ndev *)d;

	if (bar != 0 || bytes != 4)
		kernel_stop("a register is read that is none");
	if (n->gone)
		return ~0u;
	switch (offset) {
	case 0x0: return (uint32_t)n->capabilities;
	case 0x4: return (uint32_t)(n->capabilities >> 32);
	case 0x14: return n->control;
	case 0x1c: return n->state;
	}
	kernel_stop("a register is read that is none");
}

/* ---- the controller ---- */

void ndev_namespace(struct ndev *n, unsigned number, uint64_t sectors)
{
	static const uint8_t format[] = { 0, 0, 9, 0 };

	memcpy(n->text[number], &sectors, sizeof sectors);
	memcpy(n->text[number] + NDEV_FORMATS, format, sizeof format);
}

void ndev_add(struct ndev *n, uint64_t sectors, bool line)
{
	memset(n, 0, sizeof *n);
	pci_add(&n->pci, NDEV_PLACE, ID, CLASS);
	pci_region(&n->pci, 0, REGION, REGION_BYTES);
	n->pci.read = read;
	n->pci.write = write;
	n->line = line;
	if (line)
		pci_line(&n->pci);
	else
		pci_messages_at(&n->pci, 0, TABLE, MESSAGES);
	n->capabilities = CAPABILITIES;
	n->text[0][COUNT] = NDEV_NAMESPACES;
	n->text[0][NDEV_CACHE] = 1;
	memcpy(n->text[0] + SERIAL, "a disk of this test ", 20);
	ndev_namespace(n, 1, sectors);
	n->log2 = 9;
	n->store = calloc(sectors < 65536 ? sectors : 1, SECTOR);
}

void ndev_leave(struct ndev *n)
{
	n->control = SIZES | ON;
	n->state = READY;
	n->admin_commands = n->admin_done = ~0ull;
	for (unsigned i = 0; i < 2; i++)
		n->queue[i] = (struct ndev_queue){ ~0ull, ~0ull, 5, 1, 3, 2, 1, 0 };
}
