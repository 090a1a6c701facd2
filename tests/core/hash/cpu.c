/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpu.c - see cpu.h. What the manual (PEM 7.4 to 7.6) allows, and no more:
 *
 *   a translation stays in the TLB over every change of segment registers and of the hash table, until a
 *   tlbie of its page, in whatever segment, and then a sync, or until it is replaced
 *   tlbie of a page removes nothing else of its set
 *   an entry that is made invalid may be read as valid until a sync: a tlbie before it does not last
 *   an entry that is valid after a tlbie of its page, and the sync behind that, may be loaded again at once
 *   words of an entry may be read in another order than they were stored, unless there is an eieio or sync
 *   between the stores
 *   R and C are set in the entry in memory, perhaps not before the sync after a tlbie of the page
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <arch/layout.h>
#include "harness.h"
#include "cpu.h"
#include "refill.h"

enum { SETS = 64, PAGE_LOG2 = 12, SEGMENT_LOG2 = 28, SEGMENTS = 16 };
enum { LATE = 64, QUEUE = 128, STALE = 64, AGAIN = 64, CHANGES = 8, CHUNK = 256 };
enum { GROUP_WORDS = 16, LO_R = 0x100, LO_C = 0x80, LO_WIMG = 0x78, LO_PP = 3, PP_READ_WRITE = 2 };
enum { LO_RESERVED = 0xe04 };
#define HI_VALID	0x80000000u
#define SR_KEYS		0x60000000u
#define SR_VSID		0x00ffffffu

struct translation { uint32_t vsid, page, lo; bool changed; };
struct set { struct translation *at; unsigned n, room; };
struct change { unsigned word; uint32_t value; };

static struct {
	struct cpu_kind kind;
	uint64_t random;
	uint32_t sr[SEGMENTS];
	uint32_t *table, words;		/* of the hash table */
	uint32_t *synced;		/* as it was at the last sync */
	struct change ordered[CHANGES];	/* words that were different at the last eieio after it */
	struct set tlb[2][SETS];	/* of data, of instructions; the oldest translation first */
	struct { uint32_t *lo, bits; } late[LATE];
	l4_word_t queue[QUEUE];		/* tlbie that no sync has completed */
	struct { unsigned side; struct translation t; } stale[STALE];	/* loaded again after them */
	struct { unsigned side; struct translation t; } again[AGAIN];	/* removed by the tlbie of this sync */
	unsigned nlate, nqueue, nstale, nagain, nordered;
} cpu;

char cpu_log[CPU_LOG + 1];
unsigned cpu_flushed;

unsigned cpu_random(unsigned n)
{
	cpu.random = cpu.random * 6364136223846793005 + 1442695040888963407;
	return (unsigned)(cpu.random >> 33) % n;
}

/* ---- the TLB ---- */

static uint32_t page_of(l4_word_t ea) { return ea >> PAGE_LOG2 & 0xffff; }

static struct set *set_of(unsigned side, uint32_t page) { return &cpu.tlb[side][page % SETS]; }

static void take_out(struct set *s, unsigned i)
{
	s->n--;
	memmove(s->at + i, s->at + i + 1, (s->n - i) * sizeof(*s->at));
}

static void put_in(unsigned side, struct translation t)
{
	struct set *s = set_of(side, t.page);

	if (cpu.kind.ways && s->n == cpu.kind.ways)
		take_out(s, 0);
	if (s->n == s->room) {
		s->room = s->room ? 2 * s->room : 4;
		s->at = realloc(s->at, s->room * sizeof(*s->at));
		CHECK(s->at);
	}
	s->at[s->n++] = t;
}

static struct translation *look_up(unsigned side, uint32_t vsid, uint32_t page)
{
	struct set *s = set_of(side, page);

	for (unsigned i = 0; i < s->n; i++)
		if (s->at[i].vsid == vsid && s->at[i].page == page)
			return &s->at[i];
	return 0;
}

static void remove_page(l4_word_t ea)
{
	for (unsigned side = 0; side < 2; side++) {
		struct set *s = set_of(side, page_of(ea));

		for (unsigned i = s->n; i-- > 0; ) {
			if (!cpu.kind.sets && s->at[i].page != page_of(ea))
				continue;
			if (cpu.nagain < AGAIN) {
				cpu.again[cpu.nagain].side = side;
				cpu.again[cpu.nagain++].t = s->at[i];
			}
			take_out(s, i);
		}
	}
}

void cpu_leave_over(uint32_t vsid, l4_word_t ea)
{
	for (unsigned side = 0; side < 2; side++)
		put_in(side, (struct translation){ vsid, page_of(ea), PP_READ_WRITE, true });
}

static void drop_one(void)
{
	struct set *s = &cpu.tlb[cpu_random(2)][cpu_random(SETS)];

	if (s->n > 0)
		take_out(s, cpu_random(s->n));
}

/* ---- the hash table ---- */

static uint32_t *group(uint32_t *table, uint32_t vsid, uint32_t page, bool second)
{
	uint32_t h = (vsid & 0x7ffff) ^ page;

	return table + (second ? ~h : h) % (cpu.words / GROUP_WORDS) * GROUP_WORDS;
}

/* By words, and without sanitizers: it takes nearly all of the time of these tests. */
static __attribute__((no_sanitize("address"), no_sanitize("undefined")))
bool same(const uint32_t *a, const uint32_t *b, unsigned words)
{
	uint32_t different = 0;

	for (unsigned i = 0; i < words; i++)
		different |= a[i] ^ b[i];
	return different == 0;
}

/* Returns the lower word of the valid entry, or 0. Two are an error, and an entry that may be seen or not. */
static uint32_t *walk(uint32_t vsid, uint32_t page)
{
	uint32_t *found = 0;

	for (unsigned second = 0; second < 2; second++) {
		uint32_t *e = group(cpu.table, vsid, page, second);

		if (!same(e, cpu.synced + (e - cpu.table), GROUP_WORDS))
			test_fail(__FILE__, __LINE__, "no sync after a change of the hash table");
		for (unsigned i = 0; i < GROUP_WORDS; i += 2)
			if (e[i] == (HI_VALID | vsid << 7 | second << 6 | page >> 10)) {
				CHECK(!found);
				found = &e[i + 1];
			}
	}
	return found;
}

static void store_status(uint32_t *lo, uint32_t bits)
{
	*lo |= bits;
	cpu.synced[lo - cpu.table] |= bits;
}

static void store_late(void)
{
	while (cpu.nlate > 0) {
		cpu.nlate--;
		store_status(cpu.late[cpu.nlate].lo, cpu.late[cpu.nlate].bits);
	}
}

static void set_status(uint32_t *lo, uint32_t bits)
{
	if (!(~*lo & bits))
		return;
	if (cpu.nlate == LATE)
		store_late();
	if (cpu.kind.late && cpu_random(4)) {
		cpu.late[cpu.nlate].lo = lo;
		cpu.late[cpu.nlate++].bits = bits;
	} else {
		store_status(lo, bits);
	}
}

/* ---- order ---- */

/* Returns how many words are not as they were at the last sync: these. */
static unsigned changes(struct change *c)
{
	unsigned n = 0;

	for (unsigned chunk = 0; chunk < cpu.words; chunk += CHUNK) {
		if (same(cpu.table + chunk, cpu.synced + chunk, CHUNK))
			continue;
		for (unsigned i = chunk; i < chunk + CHUNK; i++)
			if (cpu.table[i] != cpu.synced[i]) {
				CHECK(n < CHANGES);
				c[n++] = (struct change){ i, cpu.table[i] };
			}
	}
	return n;
}

/* An entry that was valid at the last sync and is not now may be read again until the next one. */
static void note_stale(unsigned word, l4_word_t ea)
{
	uint32_t hi = cpu.synced[word], vsid = hi >> 7 & SR_VSID, page = page_of(ea);

	if (!(hi & HI_VALID) || (hi & 0x3f) != page >> 10
	    || group(cpu.synced, vsid, page, hi & 0x40) != cpu.synced + word / GROUP_WORDS * GROUP_WORDS)
		return;
	CHECK(cpu.nstale < STALE);
	cpu.stale[cpu.nstale].side = cpu_random(2);
	cpu.stale[cpu.nstale++].t = (struct translation){ vsid, page, cpu.synced[word + 1], false };
}

void cpu_tlbie(l4_word_t ea)
{
	struct change c[CHANGES];

	CHECK(cpu.nqueue < QUEUE);
	cpu.queue[cpu.nqueue++] = ea;
	for (unsigned i = changes(c); i-- > 0; )
		if (c[i].word % 2 == 0)
			note_stale(c[i].word, ea);
}

void cpu_eieio(void) { cpu.nordered = changes(cpu.ordered); }

/* Was that word stored before the last eieio? */
static bool is_ordered(unsigned word)
{
	for (unsigned i = 0; i < cpu.nordered; i++)
		if (cpu.ordered[i].word == word)
			return cpu.ordered[i].value == cpu.table[word];
	return cpu.table[word] == cpu.synced[word];
}

/* Loads some of the translations that were removed, if their entries are still valid. */
static void load_again(void)
{
	while (cpu.nagain > 0) {
		unsigned side = cpu.again[--cpu.nagain].side;
		struct translation t = cpu.again[cpu.nagain].t;
		uint32_t *lo = walk(t.vsid, t.page);

		if (lo && cpu_random(2) && !look_up(side, t.vsid, t.page))
			put_in(side, (struct translation){ t.vsid, t.page, *lo, *lo & LO_C });
	}
}

static void note(char c);

void cpu_sync(void)
{
	struct change c[CHANGES];
	unsigned n = changes(c);

	note('s');
	if (cpu.nqueue > 0)
		store_late();
	while (cpu.nqueue > 0)
		remove_page(cpu.queue[--cpu.nqueue]);
	while (cpu.nstale > 0) {
		cpu.nstale--;
		put_in(cpu.stale[cpu.nstale].side, cpu.stale[cpu.nstale].t);
	}
	for (unsigned i = 0; i < n; i++)
		if (c[i].word % 2 == 0 && c[i].value & HI_VALID
		    && (is_ordered(c[i].word) || !is_ordered(c[i].word + 1)))
			test_fail(__FILE__, __LINE__, "an entry may be valid before its lower word is stored");
	for (unsigned i = 0; i < n; i++)
		cpu.synced[c[i].word] = cpu.table[c[i].word];
	cpu.nordered = 0;
	load_again();
}

bool cpu_is_synced(void) { return cpu.nqueue == 0; }

/* ---- accesses ---- */

static bool writable(uint32_t lo) { return (lo & LO_PP) == PP_READ_WRITE; }

static struct translation *translate(unsigned side, uint32_t vsid, uint32_t page)
{
	struct translation *t = look_up(side, vsid, page);
	uint32_t *lo;

	if (t)
		return t;
	lo = walk(vsid, page);
	if (!lo)
		return 0;
	CHECK(*lo & LO_PP && !(*lo & LO_RESERVED));
	set_status(lo, LO_R);
	put_in(side, (struct translation){ vsid, page, *lo, *lo & LO_C });
	return look_up(side, vsid, page);
}

/* The first store by a translation sets C in the entry, which is still there. */
static void change(struct translation *t)
{
	uint32_t *lo = walk(t->vsid, t->page);

	if (!lo)
		test_fail(__FILE__, __LINE__, "the TLB has a page that the hash table does not have");
	set_status(lo, LO_C);
	t->changed = true;
}

enum cpu_result cpu_access(l4_word_t ea, enum cpu_access access, uint64_t *pa, uint32_t *wimg)
{
	uint32_t sr = cpu.sr[ea >> SEGMENT_LOG2];
	struct translation *t;

	CHECK((sr & ~SR_VSID) == SR_KEYS);
	if (cpu.kind.drop && cpu_random(cpu.kind.drop) == 0)
		drop_one();
	t = translate(access == CPU_FETCH, sr & SR_VSID, page_of(ea));
	if (!t)
		return CPU_MISS;
	if ((access == CPU_STORE && !writable(t->lo)) || (access == CPU_FETCH && t->lo & 8))
		return CPU_PROTECTED;
	if (access == CPU_STORE && !t->changed)
		change(t);
	*pa = (t->lo & 0xfffff000u) | (ea & 0xfff);
	*wimg = t->lo & LO_WIMG;
	return CPU_DONE;
}

/* ---- registers, caches ---- */

void cpu_load_segments(uint32_t v)
{
	for (unsigned i = 0; i < 12; i++)
		cpu.sr[i] = v + i;
}

void cpu_load_kernel_segments(uint32_t v)
{
	for (unsigned i = 12; i < SEGMENTS; i++)
		cpu.sr[i] = v + i - 12;
}

void cpu_set_sdr1(uint32_t v)
{
	uint32_t bytes = ((v & 0x1ff) + 1) << 16;

	CHECK(!(v & 0xfe00) && !(v & (bytes - 1) & 0xffff0000));
	cpu.table = KMAP_POINTER(v & 0xffff0000);
	cpu.words = bytes / sizeof(uint32_t);
	cpu.synced = malloc(bytes);
	CHECK(cpu.synced);
	memcpy(cpu.synced, cpu.table, bytes);
}

static void note(char c)
{
	size_t n = strlen(cpu_log);

	if (n < CPU_LOG && (n == 0 || cpu_log[n - 1] != c))
		cpu_log[n] = c;
}

static void note_line(char c, const void *p)
{
	CHECK((uintptr_t)p - KMAP_DIRECT < CPU_RAM_BYTES);
	note(c);
}

void cpu_isync(void) { note('x'); }
void cpu_dcbst(const void *p) { note_line('d', p); }
void cpu_icbi(const void *p) { note_line('i', p); }

void cpu_dcbz(void *p) { memset(p, 0, CPU_LINE); }

void cpu_dcbf(const void *p)
{
	note_line('f', p);
	cpu_flushed++;
}

void cpu_init(struct cpu_kind kind, uint64_t seed)
{
	int flags = MAP_SHARED | MAP_FIXED_NOREPLACE, ram = memfd_create("ram", 0);

	cpu.kind = kind;
	cpu.random = seed;
	CHECK(ram >= 0 && ftruncate(ram, CPU_RAM_BYTES) == 0);
	CHECK(mmap(KMAP_POINTER(0), CPU_RAM_BYTES, PROT_READ | PROT_WRITE, flags, ram, 0) == KMAP_POINTER(0));
	machine_map_ram(ram);
}
