/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * between_acts.c - every system call, by and to the actors of between.c, and what they look at afterwards.
 */
#include <l4/pecan.h>
#include <x2/inspect.h>
#include "between.h"

enum {
	SPACES = 3, PAGE_MARK = 0x5eed00, PRIO_HIGH = 155, PRIO_LOW = 120, CHILDREN = 7000, NAP_US = 10,
	BUFFER = 1, BUFFER_AT = 256, BYTES = 64, SLICE_US = 2000, QUANTUM_US = 9000, DELAY_US = 300,
	LIMIT_KIB = 256, FREE_UTCB = SPACE_UTCB + (1 << (SPACE_UTCB_LOG2 - 1)),
};

L4_ThreadId_t actor[ROLES + 1];
volatile word between_wrong, between_strings;

/* ---- memory ---- */

static word marked(word i) { return PAGE_MARK + i; }

/*
 * What a space has lost at WINDOW, where it gets nothing new: the first so many pages, and the right to write
 * to them. Not known after an actor has moved; nor, of B, after a grant: what A revokes may not be B's then.
 */
static struct { volatile word pages, writable; } lost[SPACES];
static volatile bool moved, granted;

/* The word at BUFFER_AT of page i, in units of words: where strings go. */
static volatile word *buffer_of(word i) { return (volatile word *)pool((unsigned)i) + BUFFER_AT; }

void begin_list(void)
{
	for (word i = 0; i <= PAGES; i++) {
		*(volatile word *)pool((unsigned)i) = marked(i);
		*buffer_of(i) = 0;
	}
	moved = granted = false;
	for (unsigned i = 0; i < SPACES; i++)
		lost[i].pages = lost[i].writable = 0;
}

void look_at_pool(void)
{
	for (word i = 0; i <= PAGES; i++) {
		bool may = i == BUFFER || i == SUBSTITUTE;
		word seen = *buffer_of(i);

		between_strings += seen != 0;
		between_wrong += seen && !(may && (seen == marked(0) || seen == marked(SUBSTITUTE)));
	}
}

static enum space_of { OF_A, OF_B, OF_C } space_of(enum role r)
{
	return r == A || r == A2 ? OF_A : r == B ? OF_B : OF_C;
}

/* A page of the spaces of A and B: of A if it was flushed there, of B if A or ROOT revoked it, too. */
static void note_lost(enum role self, word pages, word rights, bool flush)
{
	for (enum space_of s = OF_A; s <= OF_B; s++) {
		bool own = flush && space_of(self) == s && self != ROOT;
		bool derived = self == ROOT || (s == OF_B && space_of(self) == OF_A && !granted);

		if ((!own && !derived) || moved)
			continue;
		if (rights == RWX && lost[s].pages < pages)
			lost[s].pages = pages;
		if (rights & L4_Writable && lost[s].writable < pages)
			lost[s].writable = pages;
	}
}

/* Page i of one of the two places: its own, or the substitute. */
static void use_page(enum role self, word at, word i)
{
	volatile word *page = (volatile word *)(at + i * PAGE);
	enum space_of s = space_of(self);
	bool known = at == WINDOW && !moved, is_lost = known && i < lost[s].pages;
	bool is_kept = known && i < lost[s].writable;
	word seen = page[0];

	between_wrong += seen != marked(SUBSTITUTE) && (is_lost || seen != marked(i));
	if (i % 2)
		return;
	page[1] = seen;
	between_wrong += is_kept && page[0] != marked(SUBSTITUTE);
}

static void use_pages(enum role self, word at)
{
	for (word i = 0; i < PAGES; i++)
		use_page(self, at, i);
}

/* WINDOW first, before a fault loads the pager's space; and last, so that the CPU has its translations. */
void use_memory(enum role self)
{
	use_pages(self, WINDOW);
	use_pages(self, THERE);
	use_pages(self, WINDOW);
}

void find_nothing(void)
{
	for (word i = 0; i < PAGES; i++)
		for (word at = WINDOW; at <= THERE; at += THERE - WINDOW)
			between_wrong += *(volatile word *)(at + i * PAGE) != marked(SUBSTITUTE);
}

/* ---- what an actor may do ---- */

/* ROOT has the pages of the pool, and keeps them. */
static word pages_of(enum role self) { return self == ROOT ? pool(0) : WINDOW; }

static void ipc(L4_ThreadId_t to, L4_ThreadId_t from, L4_Time_t send, L4_Time_t receive)
{
	L4_Ipc(to, from, L4_Timeouts(send, receive), &from);
}

static void load(word u, word t) { L4_Set_MsgTag(tag_make(0, u, t)); }

static void send_it(enum role self, L4_ThreadId_t to)
{
	(void)self;
	load(1, 0);
	ipc(to, L4_nilthread, L4_ZeroTime, L4_Never);
}

void call_it(enum role self, L4_ThreadId_t to)
{
	(void)self;
	load(2, 0);
	ipc(to, to, L4_Never, L4_Never);
}

void answer(enum role self, L4_ThreadId_t to)
{
	(void)self;
	load(1, 0);
	ipc(to, L4_anythread, L4_ZeroTime, L4_Never);
}

void await(enum role self, L4_ThreadId_t from)
{
	(void)self;
	ipc(L4_nilthread, from, L4_Never, L4_Never);
}

static void send_lipc(enum role self, L4_ThreadId_t to)
{
	L4_ThreadId_t from;

	(void)self;
	load(1, 0);
	L4_Lipc(to, L4_nilthread, L4_Timeouts(L4_ZeroTime, L4_Never), &from);
}

static void send_for_a2(enum role self, L4_ThreadId_t to)
{
	L4_MsgTag_t tag = tag_make(0, 1, 0);

	(void)self;
	L4_Set_Propagation(&tag);
	L4_Set_VirtualSender(actor[A2]);
	L4_Set_MsgTag(tag);
	ipc(to, L4_nilthread, L4_Never, L4_Never);
}

/* From a page that may be another by now to one that may be read-only. */
static void send_text(enum role self, L4_ThreadId_t to)
{
	L4_StringItem_t s = L4_StringItem(BYTES, (void *)pages_of(self));

	L4_LoadMRs(1, 2, s.raw);
	load(0, 2);
	ipc(to, L4_nilthread, L4_ZeroTime, L4_Never);
}

void accept_items(enum role self)
{
	L4_StringItem_t s = L4_StringItem(BYTES, (word *)(WINDOW + BUFFER * PAGE) + BUFFER_AT);
	L4_Acceptor_t a = L4_MapGrantItems(L4_CompleteAddressSpace);

	L4_Accept(self == ROOT ? a : L4_AddAcceptor(a, L4_StringItemsAcceptor));
	L4_LoadBRs(1, 2, s.raw);
}

static void send_item(enum role self, L4_ThreadId_t to, bool grant)
{
	L4_Fpage_t f = fpage(pages_of(self), LOG2, RWX);

	granted |= grant;
	L4_LoadMR(1, grant && self != ROOT ? L4_GrantItem(f, THERE).raw[0] : L4_MapItem(f, THERE).raw[0]);
	L4_LoadMR(2, f.raw);
	load(0, 2);
	ipc(to, L4_nilthread, L4_ZeroTime, L4_Never);
}

static void map_to(enum role self, L4_ThreadId_t to) { send_item(self, to, false); }
static void grant_to(enum role self, L4_ThreadId_t to) { send_item(self, to, true); }

static void unmap(enum role self, int log2, word rights, bool flush)
{
	L4_Fpage_t f = fpage(pages_of(self), log2, rights);

	if (flush && self != ROOT)
		L4_Flush(f);
	else
		L4_UnmapFpage(f);
	note_lost(self, 1ul << (log2 - 12), rights, flush);
}

static void unmap_one(enum role self, L4_ThreadId_t to) { (void)to; unmap(self, 12, RWX, false); }
static void flush_one(enum role self, L4_ThreadId_t to) { (void)to; unmap(self, 12, RWX, true); }
static void flush_all(enum role self, L4_ThreadId_t to) { (void)to; unmap(self, LOG2, RWX, true); }
static void protect(enum role self, L4_ThreadId_t to) { (void)to; unmap(self, LOG2, L4_Writable, false); }
static void read_status(enum role self, L4_ThreadId_t to) { (void)to; unmap(self, LOG2, 0, true); }

static void set_attribute(enum role self, L4_ThreadId_t to)
{
	(void)to;
	L4_LoadMR(0, fpage(pages_of(self), LOG2, 0).raw);
	L4_MemoryControl(0, (const word[]){ 1, 1, 1, 1 });
}

static void set_tls(enum role self, L4_ThreadId_t to) { (void)self; (void)to; L4_SetTls((void *)WINDOW); }

static void inspect(enum role self, L4_ThreadId_t to)
{
	(void)self;
	L4_Inspect(L4_INSPECT_THREAD, 0, L4_ThreadNo(to));
}

static void set_processor(enum role self, L4_ThreadId_t to)
{
	(void)self;
	(void)to;
	L4_ProcessorControl(0, 0, 0, 0);
}

static void read_clock(enum role self, L4_ThreadId_t to) { (void)self; (void)to; L4_SystemClock(); }
static void switch_to_it(enum role self, L4_ThreadId_t to) { (void)self; L4_ThreadSwitch(to); }

static void nap(enum role self, L4_ThreadId_t to)
{
	(void)self;
	(void)to;
	L4_Sleep(L4_TimePeriod(NAP_US));
}

static void abort_it(enum role self, L4_ThreadId_t to) { (void)self; L4_AbortIpc_and_stop(to); L4_Start(to); }
static void halt_it(enum role self, L4_ThreadId_t to) { (void)self; L4_Stop(to); }
static void resume_it(enum role self, L4_ThreadId_t to) { (void)self; L4_Start(to); }
static void raise_it(enum role self, L4_ThreadId_t to) { (void)self; L4_Set_Priority(to, PRIO_HIGH); }
static void lower_it(enum role self, L4_ThreadId_t to) { (void)self; L4_Set_Priority(to, PRIO_LOW); }

static void set_times(enum role self, L4_ThreadId_t to)
{
	(void)self;
	L4_Set_Timeslice(to, L4_TimePeriod(SLICE_US), L4_TimePeriod(QUANTUM_US));
	L4_Set_PreemptionDelay(to, PRIO_HIGH, DELAY_US);
}

static void control(L4_ThreadId_t dest, L4_ThreadId_t space)
{
	thread_control(dest, space, supervisor, L4_nilthread, -1ul);
}

static void delete_it(enum role self, L4_ThreadId_t to) { (void)self; control(to, L4_nilthread); }

L4_ThreadId_t renamed(L4_ThreadId_t t) { return L4_GlobalId(L4_ThreadNo(t), L4_Version(t) + 2); }
static void rename_it(enum role self, L4_ThreadId_t to) { (void)self; control(renamed(to), to); }

void move_it(enum role self, L4_ThreadId_t to)
{
	(void)self;
	moved = true;
	control(to, actor[to.raw == actor[B].raw ? C : B]);
}

/* A thread beside each actor, and one in a space of its own. */
static L4_ThreadId_t child(enum role r) { return L4_GlobalId(user_base + CHILDREN + r, 1); }

static enum role role_of(L4_ThreadId_t t)
{
	enum role r = 0;

	while (r < ROLES && actor[r].raw != t.raw)
		r++;
	return r;
}

static void create_beside(enum role self, L4_ThreadId_t to) { (void)self; control(child(role_of(to)), to); }

static void create_space(enum role self, L4_ThreadId_t to)
{
	(void)self;
	(void)to;
	control(child(ROLES), child(ROLES));
}

/* The thread beside `to`, if it is inactive before: it has a pager and a UTCB then. */
static void activate_beside(enum role self, L4_ThreadId_t to)
{
	(void)self;
	thread_control(child(role_of(to)), to, L4_nilthread, supervisor, FREE_UTCB);
}

static void control_space(L4_ThreadId_t to, word what, L4_Fpage_t utcbs, L4_ThreadId_t redirector)
{
	L4_Fpage_t kip = L4_IsNilFpage(utcbs) ? utcbs : L4_FpageLog2(SPACE_KIP, 12);
	word old;

	L4_SpaceControl(to, what, kip, utcbs, redirector, &old);
}

/* Of the space that create_space has made. */
static void set_areas(enum role self, L4_ThreadId_t to)
{
	(void)self;
	(void)to;
	control_space(child(ROLES), 0, L4_FpageLog2(SPACE_UTCB, SPACE_UTCB_LOG2), L4_nilthread);
}

static void set_limit(enum role self, L4_ThreadId_t to)
{
	(void)self;
	control_space(to, L4_KmemLimit(LIMIT_KIB), L4_Nilpage, L4_nilthread);
}

void redirect(L4_ThreadId_t to, L4_ThreadId_t redirector)
{
	control_space(to, 0, L4_Nilpage, redirector);
}

void redirect_it(enum role self, L4_ThreadId_t to)
{
	(void)self;
	redirect(to, actor[to.raw == actor[C].raw ? B : C]);
}

static void redirect_not(enum role self, L4_ThreadId_t to) { (void)self; redirect(to, L4_anythread); }
void except(enum role self, L4_ThreadId_t to) { (void)self; (void)to; trap_ud(); }

enum {
	TO_A = 1 << A, TO_A2 = 1 << A2, TO_B = 1 << B, TO_C = 1 << C, TO_ROOT = 1 << ROOT, NO_ONE = 1 << ROLES,
};

static const struct kind { act *play; unsigned flags, to; } kinds[] = {
	{ send_it, 0, TO_A | TO_B | TO_C }, { call_it, 0, TO_A | TO_B | TO_C },
	{ answer, 0, TO_A | TO_B | TO_C }, { await, 0, TO_A | TO_B | TO_ROOT },
	{ send_lipc, 0, TO_A | TO_A2 }, { send_for_a2, 0, TO_B }, { send_text, 0, TO_B | TO_C },
	{ switch_to_it, 0, TO_B | TO_ROOT | NO_ONE }, { set_tls, 0, NO_ONE }, { inspect, 0, TO_B },
	{ set_processor, PRIVILEGED, NO_ONE }, { read_clock, 0, NO_ONE }, { set_times, MANAGES, TO_A | TO_B },
	{ map_to, CHANGES, TO_A | TO_B | TO_C }, { grant_to, CHANGES, TO_B | TO_C },
	{ abort_it, CHANGES, TO_A | TO_A2 | TO_B }, { halt_it, CHANGES, TO_A | TO_A2 | TO_B },
	{ resume_it, CHANGES, TO_A2 },
	{ raise_it, MANAGES, TO_A2 | TO_B | TO_C }, { lower_it, MANAGES, TO_A | TO_B | TO_ROOT },
	{ delete_it, MANAGES, TO_A | TO_A2 | TO_B | TO_C },
	{ rename_it, MANAGES, TO_A | TO_A2 | TO_B | TO_C }, { move_it, MANAGES, TO_A | TO_A2 | TO_B | TO_C },
	{ create_beside, MANAGES, TO_A | TO_B }, { create_space, MANAGES, NO_ONE },
	{ activate_beside, MANAGES, TO_A | TO_B }, { set_areas, MANAGES, NO_ONE },
	{ set_limit, MANAGES, TO_A | TO_B },
	{ redirect_it, MANAGES, TO_A | TO_B | TO_C }, { redirect_not, MANAGES, TO_A | TO_B },
	{ unmap_one, CHANGES, NO_ONE }, { flush_one, CHANGES, NO_ONE }, { flush_all, CHANGES, NO_ONE },
	{ protect, CHANGES, NO_ONE }, { read_status, CHANGES, NO_ONE }, { set_attribute, CHANGES, NO_ONE },
	{ nap, 0, NO_ONE }, { except, 0, NO_ONE },
};

enum { KINDS = sizeof kinds / sizeof *kinds };

unsigned list_actions(struct action actions[ACTIONS])
{
	unsigned n = 0;

	for (unsigned k = 0; k < KINDS; k++)
		for (unsigned r = 0; r <= ROLES; r++)
			if (kinds[k].to & 1u << r)
				actions[n++] = (struct action){ kinds[k].play, kinds[k].flags, r };
	return n;
}

void delete_children(void)
{
	for (enum role r = A; r <= ROLES; r++)
		control(child(r), L4_nilthread);
}

void use_children(void)
{
	control(child(ROLES), child(ROLES));
	delete_children();
}
