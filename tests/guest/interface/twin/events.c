/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * events.c - events of a worker other than IPC: page faults in a window that the director fills, exceptions,
 * interrupts that it raises; and calls without effect.
 */
#include "twin.h"

enum {
	DRIVER = 0xe, TCR_ERROR = -9, CALLS = 5,
};

volatile word window[WINDOW_PAGES][PAGE / sizeof(word)] __attribute__((aligned(4096)));

/* Its faults go to the director, which answers at once. */
static bool has_director(const struct worker *self) { return self->space && !redirected[self->space]; }

static void touch(unsigned me, word page, word at)
{
	volatile word *p = (volatile word *)(SHARED + page * PAGE) + at;
	word found = *p;

	if (at & 1)
		*p = (word)mix(found, me);
	record(me, worker[me].operation, "touch", (const word []){ page, at, found }, 3);
}

/*
 * Of one page or several, from the spaces that got them from here, and often from here too. A thread on a
 * donated slice continues until an entry calls the scheduler (S3 of the kernel's sched.h), which not all
 * unmaps do: so a call that does comes first.
 */
static void unmap(unsigned me, word page, word how)
{
	L4_ThreadId_t from;
	L4_Fpage_t f = L4_FpageLog2(SHARED + (page & ~how) * PAGE, how == 1 ? 13 : how == 3 ? 14 : 12);

	L4_Ipc(L4_nilthread, L4_nilthread, L4_Timeouts(L4_Never, L4_Never), &from);
	f = L4_FpageAddRights(f, how == 2 ? L4_Writable : L4_FullyAccessible);
	f = how & 1 ? L4_Flush(f) : L4_UnmapFpage(f);
	record(me, worker[me].operation, "unmap", &f.raw, 1);
}

static void refused(unsigned me, word kind, L4_ThreadId_t other)
{
	word *mr = (word *)worker[me].local, old = 0, result, flags, id;

	mr[TCR_ERROR] = 0x77;
	switch (kind) {
	case 0:
		result = L4_ThreadControl(other, other, L4_nilthread, L4_nilthread, (void *)-1);
		break;
	case 1:
		result = L4_SpaceControl(other, 0, L4_Nilpage, L4_Nilpage, L4_anythread, &old);
		break;
	case 2:
		result = L4_Schedule(other, ~0ul, ~0ul, ~0ul, ~0ul, &old);
		break;
	case 3:
		L4_KernelInterface(&result, &flags, &id);
		break;
	default:
		result = L4_ThreadControl(L4_nilthread, other, L4_nilthread, L4_nilthread, (void *)-1);
	}
	record(me, worker[me].operation, "call", (const word []){ kind, result, old, mr[TCR_ERROR] }, 4);
}

void random_event(unsigned me)
{
	struct worker *self = &worker[me];
	word kind = draw_below(&self->seed, 8), page = draw_below(&self->seed, WINDOW_PAGES);
	word n = draw_below(&self->seed, PAGE / sizeof(word));
	L4_ThreadId_t other = { .raw = worker[draw_below(&self->seed, WORKERS)].id.raw };

	if (self->space == 0 && kind < 6)
		line_raise();
	else if (has_director(self) && kind < 4)
		touch(me, page, n);
	else if (has_director(self) && kind < 6)
		unmap(me, page, n % 4);
	else if (self->space)
		refused(me, n % CALLS, other);
}

/* ---- the driver, in a space of its own ---- */

void driver_run(word how)
{
	L4_ThreadId_t irq = L4_GlobalId(TWIN_LINE, 1), from = irq;
	L4_MsgTag_t tag = L4_Receive(irq);

	for (unsigned n = 0; ; n++) {
		record(DRIVER, n, "irq", (const word []){ tag.raw, from.raw }, 2);
		line_quiet();
		L4_Set_MsgTag(L4_Niltag);
		if (mix(how, n) & 1)
			tag = L4_Call(irq);
		else
			tag = L4_ReplyWait(irq, &from);
	}
}

bool driver_listens(L4_ThreadId_t driver)
{
	return L4_AssociateInterrupt(L4_GlobalId(TWIN_LINE, 1), driver);
}
