/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space.c - address spaces: creation, KIP and UTCB areas, UTCB pages. See space.h. The owners of UTCBs are in
 * core/utcb.c, the deletion of a space in teardown.c.
 *
 * The KIP and the UTCB pages are frames of the kernel, mapped for the user by PTEs that are not in the
 * mapping database, which has no pages in both areas (M6).
 */
#include <mem/arch.h>
#include <mem/mem.h>
#include <lib/bits.h>
#include <lib/panic.h>

/* Establishes P4 in a block that is zero. */
static void init_block(struct space *s)
{
	list_init(&s->threads);
	tree_init(&s->utcbs);
	slab_init(&s->blocks, &s->account, SPACE_BLOCK);
	space_init_maps(s);
}

struct space *space_create(struct account *parent)
{
	struct space *s = slab_alloc(&mem.spaces, 0);

	if (!s)
		return 0;
	if (!s->blocks.account)
		init_block(s);
	account_open(&s->account, parent);
	s->state = SPACE_EMPTY;
	s->privileged = false;
	s->reports = 0;
	s->kip_area = s->utcb_area = L4_NILPAGE;
	s->redirector = L4_ANYTHREAD;
	if (!account_charge(&s->account, slab_price(&mem.spaces)))
		goto no_memory;
	if (!arch_space_init(s)) {
		account_release(&s->account, slab_price(&mem.spaces));
		goto no_memory;
	}
	s->number = ++mem.space_numbers;
	tree_insert(&mem.space_tree, &s->link, s->number);
	mem.nspaces++;
	return s;
no_memory:
	account_close(&s->account);		/* may have memory of the parent already */
	slab_free(&mem.spaces, 0, s);
	return 0;
}

/* ---- areas ---- */

bool space_in_user(l4_word_t base, l4_word_t size)
{
	return base < L4_USER_END && size <= L4_USER_END - base;
}

static bool area_ok(l4_fpage_t area, unsigned log2_min)
{
	unsigned log2 = l4_fpage_log2(area);

	return log2 >= log2_min && log2 < L4_WORD_BITS
	    && space_in_user(area.raw >> log2 << log2, (l4_word_t)pow2(log2));
}

static bool same_area(l4_fpage_t a, l4_fpage_t b)
{
	return l4_fpage_log2(a) == l4_fpage_log2(b) && l4_fpage_base(a) == l4_fpage_base(b);
}

/* Maps a frame of the kernel at address of s, where no page is mapped. The tables exist. */
static void show_frame(struct space *s, l4_word_t address, uint64_t frame, unsigned rights)
{
	arch_ptab_set(s, address,
		 (struct leaf){ .present = true, .log2 = KMEM_FRAME_LOG2, .rights = (uint8_t)rights, .own = true,
				.frame = frame });
}

/* Returns true if no thread of s was ever active, so no program uses the addresses of its areas. */
static bool unused(const struct space *s)
{
	return tree_empty(&s->utcbs) && s->map[RESOURCE_MEMORY].nodes == 0;
}

/* Areas of a space in use cannot change; naming them again has no effect (ambiguity D10). */
static enum l4_error reconfigure(const struct space *s, l4_fpage_t kip_area, l4_fpage_t utcb_area)
{
	if (!l4_fpage_is_nil(utcb_area) && !same_area(utcb_area, s->utcb_area))
		return L4_ERR_UTCB_AREA;
	if (!l4_fpage_is_nil(kip_area) && !same_area(kip_area, s->kip_area))
		return L4_ERR_KIP_AREA;
	return L4_OK;
}

/* Checks both areas; nil: not set. */
static enum l4_error check_areas(l4_fpage_t kip, l4_fpage_t utcb)
{
	if (!l4_fpage_is_nil(utcb) && !area_ok(utcb, L4_UTCB_AREA_LOG2_MIN))
		return L4_ERR_UTCB_AREA;
	if (!l4_fpage_is_nil(kip) && !area_ok(kip, L4_KIP_AREA_LOG2))
		return L4_ERR_KIP_AREA;
	if (!l4_fpage_is_nil(kip) && !l4_fpage_is_nil(utcb)
	    && space_in_area(kip, utcb.raw, l4_fpage_log2(utcb)))
		return L4_ERR_KIP_AREA;
	return L4_OK;
}

enum l4_error space_check_areas(const struct space *s, l4_fpage_t kip_area, l4_fpage_t utcb_area)
{
	if (!unused(s))
		return reconfigure(s, kip_area, utcb_area);
	return check_areas(l4_fpage_is_nil(kip_area) ? s->kip_area : kip_area,
			   l4_fpage_is_nil(utcb_area) ? s->utcb_area : utcb_area);
}

enum l4_error space_configure(struct space *s, l4_fpage_t kip_area, l4_fpage_t utcb_area)
{
	l4_word_t kip = l4_fpage_base(kip_area);

	if (!unused(s))
		return L4_OK;
	if (!l4_fpage_is_nil(kip_area)) {
		if (leaf_reserve_all(&s->map[RESOURCE_MEMORY], kip, KMEM_FRAME_LOG2) != LEAF_ROOM)
			return L4_ERR_NO_MEM;
		if (!l4_fpage_is_nil(s->kip_area))
			leaf_clear(&s->map[RESOURCE_MEMORY], l4_fpage_base(s->kip_area));
		show_frame(s, kip, mem.kip_frame, L4_R);
		s->kip_area = kip_area;
	}
	if (!l4_fpage_is_nil(utcb_area))
		s->utcb_area = utcb_area;
	if (!l4_fpage_is_nil(s->kip_area) && !l4_fpage_is_nil(s->utcb_area))
		s->state = SPACE_LIVE;
	return L4_OK;
}

/* ---- UTCBs ---- */

struct utcb_page *space_find_utcbs(const struct space *s, l4_word_t location)
{
	struct tree_node *n = tree_find(&s->utcbs, align_down(location, KMEM_FRAME_LOG2));

	return n ? container_of(n, struct utcb_page, node) : 0;
}

bool space_utcb_ok(const struct space *s, l4_word_t location)
{
	struct utcb_page *page;

	if (!is_aligned(location, L4_UTCB_ALIGN_LOG2))
		return false;
	if (l4_fpage_is_nil(s->utcb_area))
		return true;		/* checked again when the thread is activated */
	if (!space_in_area(s->utcb_area, location, L4_UTCB_ALIGN_LOG2))
		return false;
	page = space_utcbs(s, location);
	return !page || !*space_utcb_owner(page, location);
}

struct utcb_page *space_make_utcbs(struct space *s, l4_word_t location)
{
	l4_word_t address = align_down(location, KMEM_FRAME_LOG2);
	struct utcb_page *page = slab_alloc(&s->blocks, 0);

	if (!page)
		return 0;
	page->frame = kmem_frame(&s->account);
	if (!page->frame)
		goto no_frame;
	if (leaf_reserve_all(&s->map[RESOURCE_MEMORY], address, KMEM_FRAME_LOG2) != LEAF_ROOM)
		goto no_table;
	show_frame(s, address, arch_frame_pa(page->frame), L4_R | L4_W);
	tree_insert(&s->utcbs, &page->node, address);
	s->newest = page;
	return page;
no_table:
	kmem_frame_free(&s->account, page->frame);
no_frame:
	slab_free(&s->blocks, 0, page);
	return 0;
}

/* ---- checks ---- */

void space_check(struct space *s)
{
	ASSERT(s->state != SPACE_DYING || s->nthreads == 0);				/* P3 */
	ASSERT(!s->newest || tree_find(&s->utcbs, s->newest->node.key) == &s->newest->node);
	tree_check(&s->utcbs);
	tlb_check_space(s);
	account_check(&s->account);
}

/* P4 */
void space_check_spare(struct space *s)
{
	ASSERT(list_empty(&s->threads) && s->nthreads == 0 && tree_empty(&s->utcbs) && !s->newest);
	ASSERT(!s->tlb.direct && !s->tlb.tag && !s->sigma0);
	ASSERT(list_empty(&s->blocks.partial) && s->blocks.account == &s->account);
	for (unsigned w = 0; w < RESOURCES; w++) {
		const struct mapspace *m = &s->map[w];

		ASSERT(m->space == s && m->resource == w && tree_empty(&m->extents));
		ASSERT(!m->recent && !m->nodes && !m->pages);
		ASSERT(!m->walk.active && !m->clear.active && !m->report);
	}
}

bool space_in_area(l4_fpage_t area, uint64_t base, unsigned log2)
{
	unsigned k = l4_fpage_log2(area) > log2 ? l4_fpage_log2(area) : log2;

	return !l4_fpage_is_nil(area) && !((area.raw ^ base) >> k);
}

bool space_in_areas(const struct space *s, uint64_t base, unsigned log2)
{
	return space_in_area(s->kip_area, base, log2) || space_in_area(s->utcb_area, base, log2);
}
