/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timer.c - a timer that fires k instructions after it was armed, and how long its handler then waits.
 *
 * The timer is a comparator of the HPET: the kernel keeps that of the APIC. Its handler is a thread of
 * higher priority than all that an operation uses. It is armed when an operation begins, and by the handler
 * again as long as the operation is under way, each time for the next distance k, which begins when the
 * handler has left; the operation is repeated until all distances have been used. With `fresh` it is armed
 * once in each run. Late is the time from the comparison to the handler's first instruction after L4_Call.
 */
#include <l4/arch.h>
#include <l4/sigma0.h>

#include "../../latency.h"

#define HPET		0xfed00000UL

enum {
	GENERAL = 0x10, COUNTER = 0xf0, TIMER = 0x100, COMPARATOR = 0x108,	/* registers */
	ENABLED = 1, TIMER_ON = 1 << 2, TIMER_LINE = 9,
	LINE = 8,			/* the CMOS clock's, which is edge-triggered and silent */
	TICK = 10,			/* instructions */
	READINGS = 1000,
	READ_DISTANCE = 1,		/* hpet.S */
	LEAVING = 1000,			/* more than the handler needs from arming until it waits */
	ALL = 20000, BEYOND = 1000, SPREAD = 60000,	/* each distance up to ALL; seeded ones from there */
	SEEDED = 300,			/* of `short` */
	BAND = 200, BANDS = ALL / BAND + 1,	/* the last: all beyond ALL */
	NEVER = 0x7fffffff,		/* a tick that does not come while an operation runs */
};

L4_Word64_t hpet_read(const volatile void *counter, volatile uint32_t *ticks);
void hpet_arm(volatile void *comparator, L4_Word64_t n, L4_Word64_t zero, unsigned pause);
extern volatile L4_Word64_t hpet_armed;

static L4_Word64_t zero;			/* the TSC at the timer's tick 0 */
static volatile bool active;			/* an operation runs */
static L4_Word64_t seed;

static struct {
	unsigned number, k, late;		/* of the distances; this one; its sample */
	L4_Word64_t fires;			/* after hpet_armed */
	unsigned samples, runs, worst, worst_k, least, band[BANDS];
	L4_Word64_t sum;
} volatile now;

static volatile uint32_t *hpet(unsigned at) { return (volatile uint32_t *)(HPET_AT + at); }

/* ---- distances ---- */

static unsigned draw(unsigned below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed % below);
}

static unsigned distances(void) { return small || fresh ? SEEDED : ALL + BEYOND; }

static void next_distance(void)
{
	now.number++;
	if (small || fresh)
		now.k = 1 + draw(ALL);
	else if (now.number <= ALL)
		now.k = now.number;
	else
		now.k = ALL + 1 + draw(SPREAD);
}

/* To fire k instructions after `ahead` more. */
static void arm(unsigned ahead)
{
	unsigned pause = (TICK - now.k % TICK) % TICK;

	now.fires = ahead + now.k + pause;
	hpet_arm(hpet(COMPARATOR), now.fires / TICK, zero, pause);
}

/* ---- the handler ---- */

static void note(unsigned late)
{
	unsigned band = now.k <= ALL ? (now.k - 1) / BAND : BANDS - 1;

	now.samples++;
	now.late = late;
	now.sum += late;
	if (late < now.least)
		now.least = late;
	if (late > now.band[band])
		now.band[band] = late;
	if (late > now.worst) {
		now.worst = late;
		now.worst_k = now.k;
	}
}

static void handler_main(void)
{
	L4_ThreadId_t irq = L4_GlobalId(LINE, 1);

	L4_Receive(irq);
	for (;;) {
		L4_Word64_t tsc = __L4_Rdtsc();

		if (active) {
			note((unsigned)(tsc - hpet_armed - now.fires));
			next_distance();
			active = now.number <= distances() && !fresh;
		}
		if (active)
			arm(LEAVING);
		L4_Set_MsgTag(L4_Niltag);
		L4_Call(irq);			/* acknowledge, wait for the next */
	}
}

void timer_init(void)
{
	L4_ThreadId_t irq = L4_GlobalId(LINE, 1), handler;
	L4_Fpage_t window = page_of((void *)HPET_AT, 12);

	if (L4_IsNilFpage(L4_Sigma0_GetPage_RcvWindow(L4_nilthread, page_of((void *)HPET, 12), window)))
		fail("the timer's registers from sigma0");
	if (*hpet(4) != TICK * 1000 * 1000)
		fail("the timer's period is not 10 ns");
	*hpet(GENERAL) = 0;
	*hpet(COMPARATOR) = NEVER;
	*hpet(COMPARATOR + 4) = 0;
	*hpet(TIMER) = TIMER_ON | LINE << TIMER_LINE;
	L4_AssociateInterrupt(irq, L4_Myself());	/* from then on it exists, so that the handler can wait */
	L4_DeassociateInterrupt(irq);
	handler = thread_here(handler_main);
	L4_Set_Priority(handler, PRIORITY_IRQ);
	if (!L4_AssociateInterrupt(irq, handler))
		fail("the timer's interrupt");
	L4_ThreadSwitch(handler);
}

/* ---- one operation ---- */

/* Readings differ in where in a tick they are; the earliest that has its tick's number is at its begin. */
static void start(void)
{
	L4_Word64_t first = ~(L4_Word64_t)0, last = 0;

	*hpet(COUNTER) = 0;
	*hpet(COUNTER + 4) = 0;
	*hpet(COMPARATOR) = NEVER;
	*hpet(GENERAL) = ENABLED;
	for (unsigned i = 0; i < READINGS && last - first + 1 != TICK; i++) {
		volatile uint32_t ticks;
		L4_Word64_t tsc = hpet_read(hpet(COUNTER), &ticks) + READ_DISTANCE, begin = tsc - TICK * ticks;

		for (volatile unsigned pause = draw(TICK); pause > 0; pause--)
			continue;
		first = begin < first ? begin : first;
		last = begin > last ? begin : last;
	}
	if (last - first + 1 != TICK)
		fail("the timer and the TSC do not go together");
	zero = first;
}

static void stop(void)
{
	active = false;
	*hpet(COMPARATOR) = NEVER;
	*hpet(GENERAL) = 0;
}

static void put_numbers(const volatile unsigned *n, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		put(" ");
		put_number(n[i]);
	}
	put("\n");
}

static void report(const char *name)
{
	put("timer ");
	put(name);
	put_numbers((unsigned[]){ now.samples, now.runs, now.worst, now.worst_k, now.least,
				  (unsigned)(now.sum / now.samples) }, 6);
	put("bands ");
	put(name);
	put_numbers(now.band, BANDS);
}

static void put_fresh(const char *name, unsigned k)
{
	put("fresh ");
	put(name);
	put_numbers((unsigned[]){ k, now.late }, 2);
}

void timer_measure(const struct operation *o)
{
	seed = (L4_Word_t)0x243f6a8885a308d3;
	now.number = now.samples = now.runs = now.worst = now.sum = 0;
	now.least = ~0u;
	for (unsigned i = 0; i < BANDS; i++)
		now.band[i] = 0;
	next_distance();
	while (now.number <= distances() && (o->most == 0 || now.runs < o->most)) {
		unsigned before = now.samples, k = now.k;

		o->prepare();
		start();
		active = true;
		arm(0);
		o->run();
		stop();
		o->end();
		now.runs++;
		if (now.samples == before)
			fail("the operation is shorter than the distance");
		if (fresh)
			put_fresh(o->name, k);
	}
	report(o->name);
}
