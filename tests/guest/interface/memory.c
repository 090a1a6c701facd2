/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.c - the memory of the tests: the program's image as other spaces see it, the pool of pages
 * to map about, and probes.
 *
 * Other spaces run the same code at the same addresses: the image is mapped to them 1:1 when they
 * fault on it, 64 KiB at a time, so functions and variables are shared. The pool lies in the image
 * but is left out of that: a pool page is seen in another space only where a test mapped it.
 */
#include "machine.h"
#include "supervisor.h"

enum { CHUNK_LOG2 = 16, POOL_LOG2 = 20, BIG_WINDOW = 0x20000000, PROBE_LIMIT_US = 200000 };

extern char __program_start[], __program_end[];

static char pool_bytes[POOL_PAGES * PAGE] __attribute__((aligned(POOL_PAGES * PAGE)));
static word big;

static word image_begin(void) { return (word)__program_start; }

static bool in_pool(word address)
{
	return address - (word)pool_bytes < sizeof pool_bytes;
}

word pool(unsigned n)
{
	CHECK(n < POOL_PAGES);
	return (word)pool_bytes + (word)n * PAGE;
}

void image_touch(word address)
{
	volatile char *p = (volatile char *)address;

	*p = *p;
}

void image_read(void)
{
	for (word a = image_begin(); a < (word)__program_end; a += PAGE)
		if (!in_pool(a))
			(void)*(volatile char *)a;
}

void memory_init(void)
{
	for (word a = image_begin(); a < (word)__program_end; a += PAGE)
		(void)*(volatile char *)a;
}

void memory_begin(void)
{
	for (word a = (word)pool_bytes; a < (word)pool_bytes + sizeof pool_bytes; a += PAGE)
		(void)*(volatile char *)a;
}

void pool_anew(void)
{
	L4_UnmapFpage(fpage(pool(0), POOL_LOG2, L4_FullyAccessible));
	for (unsigned i = 0; i < POOL_PAGES; i++)
		L4_Flush(fpage(pool(i), 12, L4_FullyAccessible));
	memory_begin();
}

bool image_fault(L4_MsgTag_t tag, word address)
{
	return tag_protocol(tag) == N_PAGEFAULT && address >= image_begin() && address < (word)__program_end
	    && !in_pool(address);
}

bool pool_fault(L4_MsgTag_t tag, word address)
{
	return tag_protocol(tag) == N_PAGEFAULT && in_pool(address);
}

void image_map(word address)
{
	L4_Fpage_t f = fpage(address >> CHUNK_LOG2 << CHUNK_LOG2, CHUNK_LOG2, L4_FullyAccessible);

	load_map(1, f, L4_Address(f));
	L4_Set_MsgTag(tag_make(0, 0, 2));
}

word big_page(void)
{
	L4_Fpage_t f;

	if (big == 0) {
		f = L4_Sigma0_GetAny(L4_nilthread, BIG_LOG2, L4_FpageLog2(BIG_WINDOW, BIG_LOG2));
		CHECK(!L4_IsNilFpage(f));
		big = BIG_WINDOW;
	}
	return big;
}

/* ---- mapping into a space ---- */

void send_items(struct space *s, word *items, unsigned words, L4_Fpage_t window, struct received *out)
{
	static struct receiver r;
	L4_ThreadId_t t;
	L4_MsgTag_t tag;

	r = (struct receiver){ .from = L4_Myself(), .window = window.raw & ~0xful };
	t = space_start(s, receive_once, &r);
	L4_LoadMRs(1, (int)words, items);
	L4_Set_MsgTag(tag_make(0, 0, words));
	tag = L4_Send(t);
	(void)tag;
	CHECK(r.got.done);
	for (unsigned i = 0; i < 64; i++)
		out->mr[i] = r.got.mr[i];
	out->tag = r.got.tag;
	out->error = r.got.error;
	thread_delete(t);
	space_forget_last(s);
}

void map_into(struct space *s, L4_Fpage_t send, word base, L4_Fpage_t window, struct received *out)
{
	send_items(s, L4_MapItem(send, base).raw, 2, window, out);
}

void grant_into(struct space *s, L4_Fpage_t send, word base, L4_Fpage_t window, struct received *out)
{
	send_items(s, L4_GrantItem(send, base).raw, 2, window, out);
}

void map_page(struct space *s, unsigned page, word offset, word rights)
{
	struct received r;

	map_into(s, fpage(pool(page), 12, rights), 0, L4_FpageLog2(WINDOW + offset, 12), &r);
	CHECK_EQ(r.error, 0);
}

/* ---- pager and probes ---- */

L4_MsgTag_t pager_serve(L4_ThreadId_t t)
{
	L4_MsgTag_t tag = L4_Receive_Timeout(t, L4_TimePeriod(PROBE_LIMIT_US));

	while (L4_IpcSucceeded(tag) && image_fault(tag, mr(1))) {
		image_map(mr(1));
		tag = L4_Call_Timeouts(t, L4_ZeroTime, L4_TimePeriod(PROBE_LIMIT_US));
	}
	return tag;
}

enum probe_kind { PROBE_READ, PROBE_WRITE, PROBE_EXECUTE };

struct probe_job {
	enum probe_kind kind;
	word address, value;
	L4_ThreadId_t owner;
};

static void probe_run(void *arg)
{
	struct probe_job *job = arg;
	L4_MsgTag_t tag;

	switch (job->kind) {
	case PROBE_READ:
		job->value = *(volatile word *)job->address;
		break;
	case PROBE_WRITE:
		*(volatile word *)job->address = job->value;
		break;
	case PROBE_EXECUTE:
		((void (*)(void))job->address)();
		break;
	}
	L4_Set_MsgTag(L4_Niltag);
	tag = L4_Send(job->owner);
	(void)tag;
}

static struct probe probe(struct space *s, enum probe_kind kind, word address, word value)
{
	static struct probe_job job;
	struct probe p = { .faulted = false };
	L4_ThreadId_t t;
	L4_MsgTag_t tag;

	job = (struct probe_job){ kind, address, value, L4_Myself() };
	t = space_start_pager(s, probe_run, &job, L4_Myself());
	tag = pager_serve(t);
	CHECK(L4_IpcSucceeded(tag));
	p.tag = tag.raw;
	p.value = job.value;
	if (tag_protocol(tag) == N_PAGEFAULT)
		p = (struct probe){ true, tag_nibble(tag), mr(1), mr(2), 0, tag.raw };
	thread_delete(t);
	space_forget_last(s);
	return p;
}

struct probe probe_read(struct space *s, word address)
{
	return probe(s, PROBE_READ, address, 0);
}

struct probe probe_write(struct space *s, word address, word value)
{
	return probe(s, PROBE_WRITE, address, value);
}

struct probe probe_execute(struct space *s, word address)
{
	return probe(s, PROBE_EXECUTE, address, 0);
}
