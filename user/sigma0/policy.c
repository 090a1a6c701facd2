/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy.c - see policy.h.
 *
 * When a table of extents has only TABLE_SPARE places left it is moved to memory of twice the size that
 * sigma0 gives to itself; the old table is not used again, so all tables together are at most twice
 * the last one. If there is no memory for that, requests that need a new extent are refused.
 */
#include "policy.h"
#include <x2/arch.h>

/* One place for the extent of the next table itself. */
enum { TABLE_SPARE = 1 };

#define PAGE_MASK	(((l4_word_t)1 << PAGE_LOG2) - 1)
#define LOW_MEMORY	((l4_word_t)1 << 20)	/* "any address" leaves it to requests that name it */

typedef bool (*piece_ok)(unsigned type, enum owned state);

static bool request_ok(unsigned type, enum owned state)
{
	return type == L4_MEM_SHARED || (type != L4_MEM_RESERVED && state != OWNED_OTHER);
}

static bool fault_ok(unsigned type, enum owned state)
{
	if (type == L4_MEM_SHARED)
		return true;
	return type == L4_MEM_CONVENTIONAL ? state != OWNED_OTHER
					   : type != L4_MEM_RESERVED && state == OWNED_MINE;
}

/* Returns true if `owner` may have every piece of the range. *pieces: extents that claiming it can add. */
static bool range_ok(const struct policy *p, l4_tid_t owner, const struct region *range, piece_ok ok,
		     unsigned *pieces)
{
	l4_word_t at = range->base, last;

	*pieces = 0;
	for (;;) {
		unsigned type = regions_type(&p->regions, at, range->last, &last);

		if (!ok(type, owners_state(&p->memory, at, last, owner)))
			return false;
		*pieces += type != L4_MEM_SHARED;
		if (last == range->last)
			return true;
		at = last + 1;
	}
}

/* Shared pieces have no owner; all others of the range are claimed for `owner`. */
static void range_claim(struct policy *p, l4_tid_t owner, const struct region *range)
{
	l4_word_t at = range->base, last;

	for (;;) {
		if (regions_type(&p->regions, at, range->last, &last) != L4_MEM_SHARED)
			owners_claim(&p->memory, at, last, owner);
		if (last == range->last)
			return;
		at = last + 1;
	}
}

static l4_word_t align_up(l4_word_t at, unsigned log2)
{
	l4_word_t mask = ((l4_word_t)1 << log2) - 1;

	return (at + mask) & ~mask;
}

static const struct region *avoided(const struct policy *p, l4_word_t base, l4_word_t last)
{
	for (unsigned i = 0; i < POLICY_AVOIDED; i++)
		if (p->avoid[i].base <= last && p->avoid[i].last >= base)
			return &p->avoid[i];
	return 0;
}

/* The first free, aligned 2^log2 bytes in conventional region r, from `from` on; 0 if none. */
static l4_word_t free_in(const struct policy *p, const struct region *r, unsigned log2, bool choosy)
{
	l4_word_t from = choosy ? LOW_MEMORY : (l4_word_t)1 << PAGE_LOG2;
	l4_word_t at = align_up(r->base > from ? r->base : from, log2);
	l4_word_t size = (l4_word_t)1 << log2;

	while (at <= r->last && r->last - at >= size - 1) {
		const struct extent *e = owners_first(&p->memory, at, at + size - 1);
		const struct region *a = choosy ? avoided(p, at, at + size - 1) : 0;

		if (!e && !a)
			return at;
		at = align_up((e ? e->last : a->last) + 1, log2);
	}
	return 0;
}

static l4_word_t find_any(const struct policy *p, unsigned log2, bool choosy)
{
	for (unsigned i = 0; i < p->regions.count; i++) {
		const struct region *r = &p->regions.at[i];
		l4_word_t at = r->type == L4_MEM_CONVENTIONAL ? free_in(p, r, log2, choosy) : 0;

		if (at != 0)
			return at;
	}
	return 0;
}

/*
 * Room for n more extents in o, and for the extent of a larger table itself: that one is always the
 * memory table's, so a growing ports table sees to the memory table's spare place first.
 */
static bool make_room(struct policy *p, struct owners *o, unsigned n)
{
	unsigned need = o->count + n + TABLE_SPARE, log2 = PAGE_LOG2;
	l4_word_t at;

	if (need <= o->room)
		return true;
	if (o != &p->memory && !make_room(p, &p->memory, 1))
		return false;
	while (((l4_word_t)1 << log2) / sizeof(struct extent) < 2 * (l4_word_t)need)
		log2++;
	at = find_any(p, log2, true);
	if (at == 0)
		return false;
	owners_claim(&p->memory, at, at + ((l4_word_t)1 << log2) - 1, p->self);
	owners_move(o, (struct extent *)at, (unsigned)(((l4_word_t)1 << log2) / sizeof(struct extent)));
	return true;
}

static l4_fpage_t give(struct policy *p, l4_tid_t owner, const struct region *range, piece_ok ok)
{
	unsigned log2 = PAGE_LOG2, pieces;

	if (!range_ok(p, owner, range, ok, &pieces) || !make_room(p, &p->memory, pieces)
	    || !range_ok(p, owner, range, ok, &pieces))
		return L4_NILPAGE;
	range_claim(p, owner, range);
	while (((l4_word_t)1 << log2) - 1 != range->last - range->base)
		log2++;
	return l4_fpage(range->base, log2, L4_RWX);
}

l4_fpage_t policy_page(struct policy *p, l4_tid_t owner, l4_word_t base, unsigned log2)
{
	struct region range;

	if (log2 < PAGE_LOG2 || log2 >= PHYSICAL_BITS || (uint64_t)base >> PHYSICAL_BITS != 0)
		return L4_NILPAGE;
	range.base = base >> log2 << log2;
	range.last = range.base + ((l4_word_t)1 << log2) - 1;
	return give(p, owner, &range, request_ok);
}

l4_fpage_t policy_any(struct policy *p, l4_tid_t owner, unsigned log2)
{
	l4_word_t at;

	if (log2 < PAGE_LOG2 || log2 >= PHYSICAL_BITS || !make_room(p, &p->memory, 1))
		return L4_NILPAGE;
	at = find_any(p, log2, true);
	if (at == 0)
		at = find_any(p, log2, false);
	return at == 0 ? L4_NILPAGE : policy_page(p, owner, at, log2);
}

l4_fpage_t policy_fault(struct policy *p, l4_tid_t owner, l4_word_t address)
{
	struct region range = { address & ~PAGE_MASK, address | PAGE_MASK, 0 };

	if ((uint64_t)address >> PHYSICAL_BITS != 0)
		return L4_NILPAGE;
	return give(p, owner, &range, fault_ok);
}

l4_fpage_t policy_ports(struct policy *p, l4_tid_t owner, l4_fpage_t ports)
{
	unsigned log2 = l4_io_log2(ports);
	l4_word_t base = l4_io_port(ports), last = base + ((l4_word_t)1 << (log2 & 31)) - 1;

	if (log2 > L4_IO_LOG2_ALL || last > PORT_LAST)
		return L4_NILPAGE;
	if (owners_state(&p->ports, base, last, owner) == OWNED_OTHER || !make_room(p, &p->ports, 1))
		return L4_NILPAGE;
	owners_claim(&p->ports, base, last, owner);
	return l4_io_fpage(base, log2);
}

/*
 * The pages from low to the one that holds high (F12) belong to a server from the start; high may be
 * exclusive and that last page another server's, which then keeps it.
 */
static void server_region(struct policy *p, const struct l4_kip_server *s, l4_tid_t owner)
{
	l4_word_t base = s->low & ~PAGE_MASK, last = s->high | PAGE_MASK;

	if (s->high == 0)
		return;
	if (owners_state(&p->memory, base, last, owner) == OWNED_OTHER)
		last = (s->high - 1) | PAGE_MASK;
	if (owners_state(&p->memory, base, last, owner) != OWNED_OTHER)
		owners_claim(&p->memory, base, last, owner);
}

void policy_init(struct policy *p, const struct l4_kip *kip, const struct policy_tables *tables)
{
	l4_word_t user_base = kip->thread_info >> 20 & 0xfff;

	regions_init(&p->regions);
	regions_from_kip(&p->regions, kip);
	if (kip->kdebug_high != 0)
		regions_paint(&p->regions, kip->kdebug_low, kip->kdebug_high, L4_MEM_RESERVED);
	p->memory = (struct owners){ tables->memory, 0, tables->memory_room };
	p->ports = (struct owners){ tables->ports, 0, tables->ports_room };
	p->self = l4_tid_global(user_base, 1);
	p->avoid[0] = (struct region){ L4_INITIAL_UTCB,
				       L4_INITIAL_UTCB + ((l4_word_t)1 << L4_INITIAL_UTCB_LOG2) - 1, 0 };
	p->avoid[1] = (struct region){ L4_INITIAL_KIP, L4_INITIAL_KIP + L4_KIP_BYTES - 1, 0 };
	server_region(p, &kip->root, l4_tid_global(user_base + 2, 1));
	server_region(p, &kip->sigma1, l4_tid_global(user_base + 1, 1));
	server_region(p, &kip->sigma0, p->self);
}
