/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz.c - libFuzzer's entry point. The linker replaces the kernel's F by __wrap_F (the file wrap).
 *
 * Most of a play would be checks of mappings and of free memory, which hardly ever change; so here (not
 * when plays are played again) they are checked behind every LOOK_EACH-th entry only that has changed a
 * mapping or has taken or given back a frame, and at the end of the play. Nor is everything checked
 * after each step of a long operation, since steps are small here (Makefile): after some, and its end.
 *
 * Frames and blocks that are free are poisoned: an access to one is found by the address sanitizer.
 * kmem.c itself, which keeps its links there, is built without it.
 */
#include <sanitizer/asan_interface.h>
#include <stdlib.h>
#include <string.h>
#include <core/check.h>
#include <mem/range.h>
#include "fuzz.h"

enum { LOOK_EACH = 12, CHECK_EACH = 10, SHADOW_LOG2 = 3 };

#define WRAP(name) extern __typeof__(name) __real_##name, __wrap_##name

WRAP(mapdb_check);
WRAP(kernel_check);
WRAP(kmem_check);
WRAP(kmem_frame);
WRAP(kmem_frame_free);
WRAP(kmem_clear_frame_free);
WRAP(slab_alloc);
WRAP(slab_free);
WRAP(space_check_spare);
WRAP(thread_check_spare);
WRAP(leaf_set);
WRAP(leaf_clear);
WRAP(range_map);
WRAP(range_item);
WRAP(range_unmap);
WRAP(range_unmap_page);
WRAP(range_take_child);
WRAP(range_revoke);
WRAP(mapping_leaf);
const char *__asan_default_options(void);
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- looking less often ---- */

static bool changed, look, looking;
static unsigned changes, steps;
static size_t frames_free;

void __wrap_leaf_set(struct mapspace *m, l4_word_t address, struct leaf leaf)
{
	changed = true;
	__real_leaf_set(m, address, leaf);
}

uint8_t __wrap_leaf_clear(struct mapspace *m, l4_word_t address)
{
	changed = true;
	return __real_leaf_clear(m, address);
}

enum map_result __wrap_range_map(struct map_op *op, unsigned *budget)
{
	changed = true;
	return __real_range_map(op, budget);
}

unsigned __wrap_range_revoke(struct mapping *n, uint64_t pos, struct arch_ptes p, const struct revocation *r,
			     unsigned *status)
{
	changed = true;
	return __real_range_revoke(n, pos, p, r, status);
}

bool __wrap_range_item(struct space *sender, struct space *receiver, struct map_item *item,
		       unsigned *budget)
{
	changed = true;
	return __real_range_item(sender, receiver, item, budget);
}

bool __wrap_range_unmap(struct mapspace *m, l4_fpage_t *f, l4_word_t flush)
{
	changed = true;
	return __real_range_unmap(m, f, flush);
}

bool __wrap_range_unmap_page(struct mapspace *m, const struct space *loaded, l4_fpage_t *page,
			     l4_word_t flush)
{
	changed = true;
	return __real_range_unmap_page(m, loaded, page, flush);
}

bool __wrap_range_take_child(struct tree_node *child, uint64_t base, unsigned log2, uint8_t *status,
			      unsigned *budget)
{
	changed = true;
	return __real_range_take_child(child, base, log2, status, budget);
}

void __wrap_mapdb_check(struct mapspace *m)
{
	looking = true;
	if (look)
		__real_mapdb_check(m);
	looking = false;
}

/* The check skips empty regions in larger pieces than core does. */
struct leaf __wrap_mapping_leaf(const struct mapspace *m, uint64_t address)
{
	struct leaf leaf = __real_mapping_leaf(m, address);
	l4_fpage_t utcbs = m->space->utcb_area;
	unsigned hole;

	if (!looking || leaf.present || address >= resource_end(m->resource))
		return leaf;
	if (m->resource == RESOURCE_PORTS)
		hole = KMEM_FRAME_LOG2 + host_io_hole(m->space, (l4_word_t)(address >> KMEM_FRAME_LOG2));
	else if (!space_in_areas(m->space, address, KMEM_FRAME_LOG2))
		hole = host_ptab_hole(m->space, (l4_word_t)address);
	else
		hole = (address ^ l4_fpage_base(utcbs)) >> l4_fpage_log2(utcbs) ? 0 : l4_fpage_log2(utcbs);
	if (hole > leaf.log2)
		leaf.log2 = (uint8_t)hole;
	return leaf;
}

void __wrap_kmem_check(void)
{
	if (look)
		__real_kmem_check();
}

void __wrap_kernel_check(struct thread *self)
{
	if (!fuzz_at_end && self->work != WORK_NONE && ++steps % CHECK_EACH != 0)
		return;
	changed |= frames_free != mem.kmem.frames_free;
	look = fuzz_at_end || (changed && ++changes % LOOK_EACH == 0);
	changed = false;
	frames_free = mem.kmem.frames_free;
	__real_kernel_check(self);
}

/* ---- poison ---- */

static uint8_t *shadow, *start;
static size_t shadow_bytes;

void *__wrap_kmem_frame(struct account *a)
{
	void *frame = __real_kmem_frame(a);

	if (frame)
		__asan_unpoison_memory_region(frame, KMEM_FRAME);
	return frame;
}

void __wrap_kmem_frame_free(struct account *a, void *frame)
{
	__real_kmem_frame_free(a, frame);
	__asan_poison_memory_region(frame, KMEM_FRAME);
}

void __wrap_kmem_clear_frame_free(struct account *a, void *frame)
{
	__real_kmem_clear_frame_free(a, frame);
	__asan_poison_memory_region(frame, KMEM_FRAME);
}

static void *other_of(const struct slab *s, const char *block)
{
	return *(void *const *)(const void *)(block + s->other_at);
}

void *__wrap_slab_alloc(struct slab *s, struct account *a)
{
	void *block = __real_slab_alloc(s, a);

	if (!block)
		return 0;
	__asan_unpoison_memory_region(block, s->block);
	if (s->other)
		__asan_unpoison_memory_region(other_of(s, block), s->other->block);
	return block;
}

void __wrap_slab_free(struct slab *s, struct account *a, void *block)
{
	if (s->other)
		__asan_poison_memory_region(other_of(s, block), s->other->block);
	__real_slab_free(s, a, block);
	__asan_poison_memory_region(block, s->block);
}

/* They look at a free one. */
void __wrap_space_check_spare(struct space *s)
{
	__asan_unpoison_memory_region(s, mem.spaces.block);
	__real_space_check_spare(s);
	__asan_poison_memory_region(s, mem.spaces.block);
}

void __wrap_thread_check_spare(struct thread *t)
{
	__asan_unpoison_memory_region(thread_regs(t), kernel.threads.block);
	__real_thread_check_spare(t);
	__asan_poison_memory_region(thread_regs(t), kernel.threads.block);
}

/*
 * A search for leaks would call libc's sched_yield, and find the kernel's. Freed translations of the
 * modelled TLB are all that malloc has to keep for a while.
 */
const char *__asan_default_options(void) { return "detect_leaks=0:quarantine_size_mb=8"; }

static void poison_all(struct list *frames)
{
	for (struct list *l = frames->next; l != frames; l = l->next)
		__asan_poison_memory_region(l, KMEM_FRAME);
}

/* Blocks that were free when the stage was set were so for the most part before, and are poisoned. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	size_t scale, offset;

	(void)argc;
	(void)argv;
	fuzz_set_stage();
	poison_all(&mem.kmem.free);
	poison_all(&mem.kmem.clear);
	__asan_get_shadow_mapping(&scale, &offset);
	CHECK_EQ(scale, SHADOW_LOG2);
	shadow = (uint8_t *)((mem.kmem.base >> SHADOW_LOG2) + offset);
	shadow_bytes = (mem.kmem.end - mem.kmem.base) >> SHADOW_LOG2;
	start = malloc(shadow_bytes);
	CHECK(start);
	for (size_t i = 0; i < shadow_bytes; i++)
		start[i] = shadow[i];
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_end();		/* it poisons frames, which the next play may have in use from its start */
	__builtin_memcpy(shadow, start, shadow_bytes);
	changes = steps = 0;
	changed = false;
	fuzz_run(data, size);
	return 0;
}
