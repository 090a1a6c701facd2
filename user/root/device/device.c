/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * device.c - interrupts, ports and device memory: the init file says which program may have them; each has
 * one owner at a time, until it gives them back or ends. What a kernel operation takes back, a worker does.
 */
#include <l4/arch.h>
#include <l4/space.h>
#include <l4/thread.h>
#include <pecan/addresses.h>
#include <proto/grants.h>
#include <proto/root_server.h>
#include <root/job/job.h>
#include <root/memory/area.h>
#include <root/memory/limit.h>
#include <root/memory/pool.h>
#include <root/root.h>
#include <root/task/area_work.h>
#include <root/task/task.h>
#include <string.h>
#include <x2/fpage.h>
#include <x2/msg.h>
#include <x2/multiboot.h>
#include "bus.h"
#include "device.h"
#include "dma.h"
#include "machine.h"
#include "power.h"

enum claim_kind {
	CLAIM_NONE, CLAIM_IRQ, CLAIM_PORTS, CLAIM_MEMORY,
	CLAIM_GIFT,			/* ports that root gets from sigma0 for a driver; always `going` */
};

struct claim {
	enum claim_kind kind;
	bool going;			/* ports: a worker gets them or takes them back, */
	uint8_t waiter;			/* for this thread of the task, or THREADS_MAX */
	l4_word_t task, first, last;
	l4_word_t driver;		/* number of the task that has the gift then */
};

/* Ports: below the first the board has its own, whatever a PCI device says of itself. */
enum { CLAIMS_MAX = 128, CLAIMS_PER_TASK = 24, GIFT_PORTS = 256, GIFT_FIRST = 0x1000 };

static struct claim claims[CLAIMS_MAX];

/* A claim of this kind that touches [first, last], from the given one on. */
static struct claim *claim_at(enum claim_kind kind, l4_word_t first, l4_word_t last)
{
	for (unsigned i = 0; i < CLAIMS_MAX; i++)
		if (claims[i].kind == kind && claims[i].first <= last && claims[i].last >= first)
			return &claims[i];
	return 0;
}

/* *at: the claim, if it is made, or t has it. */
static enum root_error make_claim(const struct task *t, enum claim_kind kind, l4_word_t first,
				  l4_word_t last, struct claim **at)
{
	struct claim *c = claim_at(kind, first, last);
	unsigned mine = 0;

	*at = c;
	if (c && c->task == t->id && c->first == first && c->last == last && kind != CLAIM_MEMORY
	    && !c->going)
		return ROOT_OK;
	if (c)
		return ROOT_E_BUSY;
	for (unsigned i = 0; i < CLAIMS_MAX; i++) {
		if (claims[i].kind == CLAIM_NONE)
			c = &claims[i];
		else
			mine += claims[i].task == t->id;
	}
	if (!c || mine >= CLAIMS_PER_TASK)
		return ROOT_E_LIMIT;
	*c = (struct claim){ .kind = kind, .waiter = THREADS_MAX, .task = t->id, .first = first, .last = last };
	*at = c;
	return ROOT_OK;
}

static enum root_error claim(const struct task *t, enum claim_kind kind, l4_word_t first, l4_word_t last)
{
	struct claim *c;

	return make_claim(t, kind, first, last, &c);
}

/* ---- interrupts ---- */

enum root_error device_irq_attach(struct task *t, l4_word_t line, l4_word_t handler)
{
	enum root_error e;

	if (!grants_hold_range(&t->program->irqs, line, line) && !bus_gave(t, ROOT_IRQS, line, line))
		return ROOT_E_RIGHT;
	e = claim(t, CLAIM_IRQ, line, line);
	if (e != ROOT_OK)
		return e;
	if (L4_AssociateInterrupt(L4_GlobalId(line, 1), tid(handler)))
		return ROOT_OK;
	claim_at(CLAIM_IRQ, line, line)->kind = CLAIM_NONE;
	return ROOT_E_ABSENT;
}

enum root_error device_irq_detach(struct task *t, l4_word_t line)
{
	struct claim *c = claim_at(CLAIM_IRQ, line, line);

	if (!c || c->task != t->id)
		return ROOT_E_ARGUMENT;
	L4_DeassociateInterrupt(L4_GlobalId(line, 1));
	c->kind = CLAIM_NONE;
	return ROOT_OK;
}

/* ---- ports ---- */

enum root_error device_ports(struct task *t, l4_word_t port, l4_word_t log2, L4_MapItem_t *ports)
{
	l4_word_t last = port + (1ul << (log2 & 15)) - 1;
	enum root_error e;

	if (log2 >= L4_IO_LOG2_ALL || port % (1ul << log2) != 0)
		return ROOT_E_ARGUMENT;
	if (!bus_gave(t, ROOT_IO_PORTS, port, last)) {
		if (!grants_hold_range(&t->program->ports, port, last))
			return ROOT_E_RIGHT;
		if (!root.has_ports)
			return ROOT_E_ABSENT;
	}
	e = claim(t, CLAIM_PORTS, port, last);
	if (e != ROOT_OK)
		return e;
	ports->raw[0] = l4_map_item(0);
	ports->raw[1] = l4_io_fpage(port, (unsigned)log2).raw;
	return ROOT_OK;
}

/* A worker has an order for the ports of this claim. */
static enum root_error begin(struct task *t, unsigned waiter, struct claim *c)
{
	c->going = true;
	c->waiter = (uint8_t)waiter;
	t->thread[waiter].waits = WAITS_JOB;
	job_add(t, JOB_PORTS);
	job_update(t);
	return ROOT_LATER;
}

/* Does a section name any of these ports? They are no PCI device's then, whatever that says. */
static bool is_named(l4_word_t first, l4_word_t last)
{
	for (const struct grant *p = root.grants.program; p < root.grants.program + root.grants.programs; p++)
		if (p->ports.count > 0 && grants_touch_range(&p->ports, first, last))
			return true;
	return grants_touch_range(&root.grants.others.ports, first, last);
}

enum root_error device_ports_get(struct task *t, unsigned waiter, const struct root_device_give_in *in)
{
	l4_word_t count = in->last - in->first + 1;
	enum root_error e;
	struct claim *c;

	if (in->last >> L4_IO_LOG2_ALL != 0 || count > GIFT_PORTS || (count & (count - 1)) != 0
	    || in->first % count != 0)
		return ROOT_E_ARGUMENT;
	if (in->first < GIFT_FIRST || power_uses(in->first, in->last) || is_named(in->first, in->last))
		return ROOT_E_RIGHT;
	e = make_claim(t, CLAIM_GIFT, in->first, in->last, &c);
	if (e != ROOT_OK)
		return e;
	c->driver = in->task;
	return begin(t, waiter, c);
}

enum root_error device_ports_free(struct task *t, unsigned waiter, l4_word_t port, l4_word_t log2)
{
	l4_word_t last = port + (1ul << (log2 & 15)) - 1;
	struct claim *c = claim_at(CLAIM_PORTS, port, last);

	if (!c || c->task != t->id || c->first != port || c->last != last || c->going)
		return ROOT_E_ARGUMENT;
	return begin(t, waiter, c);
}

/* ---- orders for a worker ---- */

/* They are an aligned block. */
static l4_word_t fpage_of(const struct claim *c)
{
	return l4_io_fpage(c->first, L4_WORD_BITS - 1 - (unsigned)__builtin_clzl(c->last - c->first + 1)).raw;
}

/* The ports leave all spaces that got them from root. A gift that is under way is in none. */
static struct order take_back(const struct claim *c)
{
	if (c->kind == CLAIM_IRQ)
		return (struct order){ ORDER_IRQ, 1, { c->first } };
	return (struct order){ ORDER_UNMAP, 1, { fpage_of(c) | L4_RWX } };
}

/* A claim of t whose ports a worker is to get or take back: there is one. */
static struct claim *going_claim(const struct task *t)
{
	struct claim *c = claims;

	while (!c->going || c->task != t->id)
		c++;
	return c;
}

static unsigned ports_priority(const struct task *t) { return task_priority_of(t, going_claim(t)->waiter); }

static void forget_waiter(struct task *t, unsigned i)
{
	for (struct claim *c = claims; c < claims + CLAIMS_MAX; c++)
		if (c->task == t->id && c->waiter == i)
			c->waiter = THREADS_MAX;
}

/* The order for this claim is executed, with that result. */
static void put_answer(const struct claim *c, l4_word_t result)
{
	if (c->kind != CLAIM_GIFT)
		put_root_ports_free(ROOT_OK);
	else if (result != 0)
		put_root_device_give(ROOT_E_ABSENT);
	else
		put_root_device_give(bus_give(c->driver, ROOT_IO_PORTS, c->first, c->last));
}

static void move_ports(struct task *t)
{
	struct claim *c = going_claim(t);
	struct order o = take_back(c);
	struct task_thread *w;
	const struct result *r;

	if (c->kind == CLAIM_GIFT)
		o = (struct order){ ORDER_SIGMA, 1, { fpage_of(c) } };
	r = order(&o);			/* a claim that is `going` stays where it is */
	w = c->waiter < THREADS_MAX ? &t->thread[c->waiter] : 0;
	if (w && w->waits == WAITS_JOB) {
		put_answer(c, r->value);
		job_answer(w);
	}
	*c = (struct claim){ .kind = CLAIM_NONE };
	job_done(t, JOB_PORTS);
}

const struct job_kind device_work = { move_ports, ports_priority, forget_waiter };

static bool is_taken_back(const struct claim *c, const struct task *t)
{
	return c->task == t->id && c->kind != CLAIM_NONE && c->kind != CLAIM_MEMORY;
}

/* Device memory is unmapped with the areas. */
void device_end(struct task *t)
{
	for (unsigned i = 0; i < CLAIMS_MAX; i++)
		if (is_taken_back(&claims[i], t)) {
			struct order o = take_back(&claims[i]);

			order(&o);
			claims[i] = (struct claim){ .kind = CLAIM_NONE };
		}
	bus_task_gone(t);
	pause_job();
}

void device_blocks_end(struct task *t)
{
	unsigned next = 0;

	while (!dma_task_gone(t, &next))
		pause_job();
	pause_job();
}

/* ---- memory ---- */

static bool framebuffer(struct multiboot_framebuffer *f)
{
	const struct multiboot_info *i = direct(root.multiboot);

	if (root.multiboot == 0)
		return false;
	*f = i->fb;
	return (i->flags & MULTIBOOT_FRAMEBUFFER) != 0 && f->base != 0;
}

static l4_word_t colour(uint8_t position, uint8_t size)
{
	return position | (l4_word_t)size << 8;
}

enum root_error serve_root_framebuffer(struct root_caller *c, struct root_framebuffer_out *out)
{
	struct multiboot_framebuffer f;

	(void)c;
	if (!framebuffer(&f))
		return ROOT_OK;
	*out = (struct root_framebuffer_out){
		.physical = (l4_word_t)f.base, .pitch = f.pitch, .width = f.width, .height = f.height, .bpp = f.bpp,
		.type = f.type, .red = colour(f.red_pos, f.red_size),
		.green = colour(f.green_pos, f.green_size), .blue = colour(f.blue_pos, f.blue_size),
	};
	return ROOT_OK;
}

static bool may_map(const struct task *t, l4_word_t first, l4_word_t last)
{
	struct multiboot_framebuffer f;

	if (grants_hold_range(&t->program->physical, first, last) || bus_gave(t, ROOT_PHYSICAL, first, last)
	    || t->rights & ROOT_RIGHT_DEVICES)
		return true;
	return t->rights & ROOT_RIGHT_FRAMEBUFFER && framebuffer(&f) && first >= f.base
	       && last - f.base < (l4_word_t)f.pitch * f.height;
}

enum root_error device_memory(struct task *t, unsigned waiter, l4_word_t physical, l4_word_t size)
{
	l4_word_t last = physical + size - 1, moved = machine_moved(physical, last);
	l4_word_t base = (physical + moved) & ~PAGE_MASK, end = (last + moved) | PAGE_MASK;
	struct area area = { .physical = base, .kind = AREA_DEVICE, .rights = L4_R | L4_W,
			     .offset = (uint16_t)(physical + moved - base) };
	enum root_error e;

	if (size == 0 || last < physical || !PECAN_DIRECT_SEES(base, end))
		return ROOT_E_ARGUMENT;
	if (!may_map(t, physical, last))
		return ROOT_E_RIGHT;
	area.base = area_place_like(t, end - base + 1, base);
	area.last = area.base + (end - base);
	if (area.base == 0 || t->areas == AREAS_MAX)
		return ROOT_E_LIMIT;
	e = claim(t, CLAIM_MEMORY, base, end);
	if (e != ROOT_OK)
		return e;
	e = limit_area(t, &area);
	if (e != ROOT_OK) {
		device_memory_gone(t, base);
		return e;
	}
	t->thread[waiter].waits = WAITS_JOB;
	area_work_begin(t, area_at(t, area.base), WORK_OPEN, waiter);
	return ROOT_LATER;
}

void device_memory_gone(const struct task *t, l4_word_t physical)
{
	struct claim *c = claim_at(CLAIM_MEMORY, physical, physical);

	(void)t;
	if (c)
		c->kind = CLAIM_NONE;
}
