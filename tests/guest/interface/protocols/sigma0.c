/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sigma0.c - sigma0's protocol, seen from the root server (protocols 7.1).
 */
#include <x2/fpage.h>
#include "machine.h"

enum { AT = 0x70000000 };

static L4_ThreadId_t sigma0(void) { return L4_GlobalId(user_base, 1); }

static L4_Fpage_t get_page(word base, int log2)
{
	return L4_Sigma0_GetPage_RcvWindow(L4_nilthread, L4_FpageLog2(base, log2),
					   L4_FpageLog2(AT, log2 < 12 ? 12 : log2));
}

static void forget(word base, int log2)
{
	L4_Flush(fpage(base, log2, L4_FullyAccessible));
}

/* The type that the KIP gives the physical address. */
static word memory_type(word address)
{
	word type = L4_UndefinedMemoryType;

	for (word i = 0; i < L4_NumMemoryDescriptors(kip); i++) {
		L4_MemoryDesc_t *d = L4_MemoryDesc(kip, i);

		if (!L4_IsMemoryDescVirtual(d) && address >= L4_MemoryDescLow(d)
		    && address <= L4_MemoryDescHigh(d))
			type = L4_MemoryDescType(d);
	}
	return type;
}

/* The first page of the lowest region whose descriptor has this type now; 0 if there is none. */
static word page_of_type(word type)
{
	for (word i = 0; i < L4_NumMemoryDescriptors(kip); i++) {
		L4_MemoryDesc_t *d = L4_MemoryDesc(kip, i);
		word low = (L4_MemoryDescLow(d) + PAGE - 1) & ~0xffful;

		if (!L4_IsMemoryDescVirtual(d) && L4_MemoryDescType(d) == type
		    && memory_type(low) == type && low != 0)
			return low;
	}
	return 0;
}

TEST(GSG00001, "any page: a page of conventional memory that can be written, executed and read")
{
	L4_Fpage_t f = L4_Sigma0_GetAny(L4_nilthread, 12, L4_FpageLog2(AT, 12));

	CHECK(!L4_IsNilFpage(f));
	CHECK_EQ(L4_SizeLog2(f), 12);
	CHECK_EQ(L4_Rights(f), L4_FullyAccessible);
	CHECK(L4_Address(f) != 0);
	CHECK_EQ(memory_type(L4_Address(f)), L4_ConventionalMemoryType);
	*(volatile word *)(word)AT = 1234;
	CHECK_EQ(*(volatile word *)(word)AT, 1234);
	forget(AT, 12);
}

TEST(GSG00002, "any page twice: two different pages")
{
	L4_Fpage_t a = L4_Sigma0_GetAny(L4_nilthread, 12, L4_FpageLog2(AT, 12));
	L4_Fpage_t b = L4_Sigma0_GetAny(L4_nilthread, 12, L4_FpageLog2(AT + PAGE, 12));

	CHECK(L4_Address(a) != L4_Address(b));
	*(volatile word *)(word)AT = 1;
	*(volatile word *)(word)(AT + PAGE) = 2;
	CHECK_EQ(*(volatile word *)(word)AT, 1);
	forget(AT, 13);
}

TEST(GSG00003, "a larger piece of memory is aligned to its size")
{
	L4_Fpage_t f = L4_Sigma0_GetAny(L4_nilthread, 16, L4_FpageLog2(AT, 16));

	CHECK(!L4_IsNilFpage(f));
	CHECK_EQ(L4_SizeLog2(f), 16);
	CHECK_EQ((f.raw & ~0x3fful) % 0x10000, 0);
	for (word i = 0; i < 16; i++)
		*(volatile word *)(AT + i * PAGE) = i;
	forget(AT, 16);
}

TEST(GSG00004, "with the complete window memory appears 1:1")
{
	L4_Fpage_t f = L4_Sigma0_GetAny(L4_nilthread, 12, L4_CompleteAddressSpace);

	CHECK(!L4_IsNilFpage(f));
	*(volatile word *)L4_Address(f) = 0x55;
	CHECK_EQ(*(volatile word *)L4_Address(f), 0x55);
}

TEST(GSG00005, "more memory than there is: refused")
{
	CHECK(L4_IsNilFpage(L4_Sigma0_GetAny(L4_nilthread, 40, L4_CompleteAddressSpace)));
	CHECK(L4_IsNilFpage(L4_Sigma0_GetAny(L4_nilthread, 60, L4_CompleteAddressSpace)));
}

TEST(GSG00006, "pieces smaller than a page: refused")
{
	CHECK(L4_IsNilFpage(L4_Sigma0_GetAny(L4_nilthread, 10, L4_FpageLog2(AT, 12))));
	CHECK(L4_IsNilFpage(get_page(pool(0), 11)));
}

TEST(GSG00007, "the root server may ask for its own image, again and again")
{
	for (unsigned i = 0; i < 3; i++) {
		*(volatile word *)pool(i) = 0x700 + i;
		CHECK(!L4_IsNilFpage(get_page(pool(i), 12)));
		CHECK_EQ(*(volatile word *)(word)AT, 0x700 + i);
	}
	forget(AT, 12);
}

TEST(GSG00008, "reserved memory is never given away")
{
	word kernel = page_of_type(L4_ReservedMemoryType);

	CHECK(kernel != 0);
	CHECK(L4_IsNilFpage(get_page(kernel, 12)));
}

TEST(GSG00009, "sigma0's own memory is not given away")
{
	CHECK(L4_IsNilFpage(get_page(SIGMA0_IMAGE, 12)));
}

TEST(GSG00010, "shared memory can be had, again and again")
{
	if (memory_type(SHARED_MEMORY) != L4_SharedMemoryType)
		guest_skip("that memory is not described as shared");
	CHECK(!L4_IsNilFpage(get_page(SHARED_MEMORY, 12)));
	CHECK(!L4_IsNilFpage(get_page(SHARED_MEMORY, 12)));
	forget(AT, 12);
}

TEST(GSG00011, "an unaligned base is rounded down to the size")
{
	*(volatile word *)pool(4) = 0x44;
	CHECK(!L4_IsNilFpage(get_page(pool(6), 14)));
	CHECK_EQ(*(volatile word *)(word)AT, 0x44);
	forget(AT, 14);
}

/* What a thread of another space gets. */
struct request { word fpage; volatile word done, reply; };

static void request_page(void *arg)
{
	struct request *r = arg;

	r->reply = L4_Sigma0_GetPage_RcvWindow(L4_nilthread, (L4_Fpage_t){ .raw = r->fpage },
					       L4_FpageLog2(WINDOW, 12)).raw;
	r->done = 1;
}

TEST(GSG00012, "memory that belongs to the root server is refused to other spaces")
{
	static struct request r;
	struct space s;

	space_make(&s);
	r = (struct request){ .fpage = L4_FpageLog2(pool(0), 12).raw };
	space_start(&s, request_page, &r);
	sleep_us(2000);
	CHECK(r.done);
	CHECK_EQ(r.reply, 0);
}

TEST(GSG00013, "another space may ask for free memory, and the root server no longer gets that page")
{
	static struct request r;
	struct space s;

	space_make(&s);
	r = (struct request){ .fpage = ~0x3fful | 12 << 4 };
	space_start(&s, request_page, &r);
	sleep_us(2000);
	CHECK(r.done);
	CHECK(r.reply != 0);
	CHECK(L4_IsNilFpage(get_page(r.reply & ~0xffful, 12)));
}

static L4_MsgTag_t ask(word tag)
{
	L4_Accept(L4_MapGrantItems(L4_FpageLog2(AT, 12)));
	L4_LoadMR(1, 0);
	L4_LoadMR(2, 0);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = tag });
	return L4_Call_Timeouts(sigma0(), L4_TimePeriod(100000), L4_TimePeriod(20000));
}

TEST(GSG00014, "a label that is not sigma0's gets no answer, whatever its length; sigma0 still serves")
{
	static const word labels[] = { 0, 0x12340000, (word)N_INTERRUPT << 20, (word)N_PREEMPTION << 20,
				       (word)N_EXCEPTION << 20, -7ul << 20, ~TOP_BIT & (word)N_SIGMA0 << 20 };

	for (unsigned i = 0; i < sizeof labels / sizeof *labels; i++)
		for (word u = 0; u < 5; u++) {
			CHECK(L4_IpcFailed(ask(labels[i] | u)));
			CHECK_EQ(L4_ErrorCode(), RECEIVE_TIMEOUT);
		}
	CHECK(!L4_IsNilFpage(get_page(pool(0), 12)));
	forget(AT, 12);
}

TEST(GSG00027, "a page request or fault that cannot be served gets nilpage, whatever its length")
{
	static const word labels[] = { (word)N_SIGMA0 << 20, (word)N_PAGEFAULT << 20 | 2 << 16,
				       (word)N_IO_FAULT << 20 };

	for (unsigned i = 0; i < sizeof labels / sizeof *labels; i++)
		for (word u = 0; u < 5; u++) {
			if (i == 1 && u == 2)
				continue;		/* a fault at 0: the root server gets that page */
			CHECK_EQ(ask(labels[i] | u).raw, 2 << 6);
			CHECK_EQ(mr(2), 0);
		}
	CHECK(!L4_IsNilFpage(get_page(pool(0), 12)));
	forget(AT, 12);
}

static void fault_to_sigma0(void *arg)
{
	volatile word *job = arg;

	job[1] = *(volatile word *)job[0];
	job[2] = 1;
}

TEST(GSG00015, "as a pager sigma0 maps conventional memory 1:1")
{
	static volatile word job[3];
	L4_ThreadId_t t;
	L4_Fpage_t f = L4_Sigma0_GetAny(L4_nilthread, 12, L4_FpageLog2(AT, 12));

	CHECK(!L4_IsNilFpage(f));
	*(volatile word *)(word)AT = 0x1515;
	job[0] = L4_Address(f);
	job[1] = job[2] = 0;
	t = thread_waiting(sigma0());
	CHECK(L4_Set_Priority(t, 150));
	L4_Start_SpIp(t, thread_frame(stack_new(), fault_to_sigma0, (void *)job),
		      (word)guest_thread_entry);
	sleep_us(5000);
	CHECK_EQ(job[2], 1);
	CHECK_EQ(job[1], 0x1515);
	forget(AT, 12);
}

TEST(GSG00016, "sigma0 does not map the kernel's memory to a thread that faults on it")
{
	static volatile word job[3];
	word kernel = page_of_type(L4_ReservedMemoryType);
	L4_ThreadId_t t;

	job[0] = kernel;
	job[1] = job[2] = 0;
	t = thread_waiting(sigma0());
	CHECK(L4_Set_Priority(t, 50));
	L4_Start_SpIp(t, thread_frame(stack_new(), fault_to_sigma0, (void *)job),
		      (word)guest_thread_entry);
	sleep_us(5000);
	CHECK_EQ(job[2], 0);
}

TEST(GSG00029, "a thread whose page fault sigma0 refuses has no pager any more, and is halted")
{
	static volatile word job[3];
	L4_ThreadId_t t = thread_waiting(sigma0());

	job[0] = page_of_type(L4_ReservedMemoryType);
	job[2] = 0;
	CHECK_EQ(L4_PagerOf(t).raw, sigma0().raw);
	L4_Start_SpIp(t, thread_frame(stack_new(), fault_to_sigma0, (void *)job),
		      (word)guest_thread_entry);
	sleep_us(5000);
	CHECK_EQ(job[2], 0);
	CHECK_EQ(L4_PagerOf(t).raw, L4_nilthread.raw);
	CHECK(L4_ThreadWasHalted(L4_Stop(t)));
}

static void forge_fault(void *arg)
{
	volatile word *job = arg;

	L4_LoadMR(1, job[0]);
	L4_LoadMR(2, 0);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = (word)N_PAGEFAULT << 20 | 2 << 16 | 2 });
	L4_Call(sigma0());
	job[2] = 1;
	sleep_us(1000000);
}

TEST(GSG00030, "a message in the form of a refused fault that is none does not cost its sender its pager")
{
	static volatile word job[3];
	L4_ThreadId_t t = thread_waiting(sigma0());

	job[0] = page_of_type(L4_ReservedMemoryType);
	job[2] = 0;
	L4_Start_SpIp(t, thread_frame(stack_new(), forge_fault, (void *)job), (word)guest_thread_entry);
	sleep_us(5000);
	CHECK_EQ(job[2], 1);
	CHECK_EQ(L4_PagerOf(t).raw, sigma0().raw);
}

/* In sigma0's space: grants a page of it on a message, and later unmaps it. */
struct granter { L4_ThreadId_t test; word page; volatile word error, done; };

static void grant_and_unmap(void *arg)
{
	struct granter *g = arg;
	L4_ThreadId_t to;
	L4_MsgTag_t tag = L4_Receive(g->test);

	(void)tag;
	to.raw = mr(1);
	L4_LoadMR(1, WINDOW | 0xa);		/* a grant item */
	L4_LoadMR(2, fpage(g->page, 12, L4_FullyAccessible).raw);
	L4_Set_MsgTag(tag_make(0, 0, 2));
	g->error = L4_IpcFailed(L4_Send(to)) ? L4_ErrorCode() : 0;
	tag = L4_Receive(g->test);
	L4_UnmapFpage(fpage(g->page, 12, L4_FullyAccessible));
	g->done = 1;
}

static void tell_granter(L4_ThreadId_t t, word w)
{
	L4_LoadMR(1, w);
	L4_Set_MsgTag(tag_make(0, 1, 0));
	CHECK(L4_IpcSucceeded(L4_Send_Timeout(t, L4_TimePeriod(100000))));
}

TEST(GSG00028, "a grant by sigma0's space is a map: what was granted goes when that space unmaps its page")
{
	static struct granter g;
	static struct receiver r;
	struct space s;
	L4_ThreadId_t t = tid_new(), to;

	g = (struct granter){ L4_Myself(), pool(9), 1, 0 };
	*(volatile word *)pool(9) = 0x99;
	CHECK_EQ(thread_control(t, sigma0(), supervisor, supervisor,
				L4_MyLocalId().raw - MR0_OFFSET + 32 * UTCB_BYTES), 0);
	adopt(t);
	thread_go(t, 150, thread_frame(stack_new(), grant_and_unmap, &g));
	space_make(&s);
	r = (struct receiver){ .from = t, .window = L4_FpageLog2(WINDOW, 12).raw };
	to = space_start(&s, receive_once, &r);
	tell_granter(t, to.raw);
	CHECK_EQ(g.error, 0);
	CHECK(r.got.done);
	CHECK_EQ(r.got.error, 0);
	CHECK(!probe_read(&s, WINDOW).faulted);
	CHECK_EQ(probe_read(&s, WINDOW).value, 0x99);
	tell_granter(t, 0);
	CHECK(g.done);
	CHECK(probe_read(&s, WINDOW).faulted);
	CHECK_EQ(*(volatile word *)pool(9), 0x99);
}

TEST(GSG00018, "the boot information page is handed out, is valid, and leads to the multiboot information")
{
	word at = L4_BootInfo(kip), mbi = 0, programs = 0;
	L4_BootRec_t *r;

	if (at == 0)
		guest_skip("the KIP names no boot information");
	CHECK(!L4_IsNilFpage(L4_Sigma0_GetPage(L4_nilthread, L4_FpageLog2(at & ~0xffful, 12))));
	CHECK(L4_BootInfo_Valid((void *)at));
	CHECK(L4_BootInfo_Size((void *)at) <= PAGE - (at & 0xfff));
	r = L4_BootInfo_FirstEntry((void *)at);
	for (word i = 0; i < L4_BootInfo_Entries((void *)at); i++) {
		CHECK((word)r - at < L4_BootInfo_Size((void *)at));
		if (L4_BootRec_Type(r) == L4_BootInfo_Multiboot)
			mbi = L4_MBI_Address(r);
		if (L4_BootRec_Type(r) == L4_BootInfo_SimpleExec) {
			CHECK(L4_SimpleExec_Cmdline(r) != 0);
			programs++;
		}
		r = L4_BootRec_Next(r);
	}
	CHECK(mbi != 0);
	CHECK_EQ(programs, 2);
}

word page_with_attribute(word page, word attribute, word at)
{
	L4_MsgTag_t tag;

	L4_Accept(L4_MapGrantItems(L4_FpageLog2(at, 12)));
	L4_LoadMR(1, page | 7);
	L4_LoadMR(2, attribute);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = (word)N_SIGMA0 << 20 | 2 });
	tag = L4_Call_Timeouts(sigma0(), L4_TimePeriod(100000), L4_TimePeriod(100000));
	CHECK(L4_IpcSucceeded(tag));
	CHECK_EQ(L4_TypedWords(tag), 2);
	return mr(2);
}

TEST(GSG00019, "memory attributes that there are not: refused, and ports have none")
{
	word page = L4_FpageLog2(pool(0), 12).raw;

	CHECK_EQ(page_with_attribute(page, 6, AT), 0);
	CHECK_EQ(page_with_attribute(page, -1ul, AT), 0);
	CHECK_EQ(page_with_attribute(l4_io_fpage(0x620, 2).raw, L4_UncacheableMemory, AT), 0);
	CHECK_EQ(page_with_attribute(~0x3fful | 12 << 4, 7, AT), 0);
}

TEST(GSG00020, "2 MiB of memory come as one piece, aligned, and can be used throughout")
{
	word big = big_page();

	for (word a = big; a < big + (1 << BIG_LOG2); a += 64 * PAGE)
		*(volatile word *)a = a;
	for (word a = big; a < big + (1 << BIG_LOG2); a += 64 * PAGE)
		CHECK_EQ(*(volatile word *)a, a);
}

/* A raw request; the answer's send fpage. */
static word request(word u, word fpage_word, word nibble)
{
	L4_MsgTag_t tag;

	L4_Accept(L4_MapGrantItems(L4_FpageLog2(AT, 12)));
	L4_LoadMR(1, fpage_word);
	L4_LoadMR(2, 0);
	L4_LoadMR(3, 0);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = (word)(N_SIGMA0 * 16l + (long)nibble) << 16 | u });
	tag = L4_Call_Timeouts(sigma0(), L4_Never, L4_TimePeriod(100000));
	CHECK(L4_IpcSucceeded(tag));
	CHECK_EQ(tag.raw, tag_make(0, 0, 2).raw);
	L4_Accept(L4_UntypedWordsAcceptor);
	return mr(2);
}

TEST(GSG00021, "any page is recognised by its base; rights, a third word, the label's nibble are ignored")
{
	static const word low[] = { 12 << 4, 12 << 4 | 7, 12 << 4 | 8, 12 << 4 | 15 };

	for (unsigned i = 0; i < 4; i++)
		for (word u = 2; u <= 3; u++) {
			L4_Fpage_t f = { .raw = request(u, ~0x3fful | low[i], 5 * i) };

			CHECK(!L4_IsNilFpage(f));
			CHECK_EQ(L4_SizeLog2(f), 12);
			CHECK_EQ(L4_Rights(f), L4_FullyAccessible);
			forget(AT, 12);
		}
}

/*
 * The kernel's image begins at 1 MiB, with what only booting needs: a page for the loader, then code. Some of
 * it may have been given to other spaces already, as "any page".
 */
TEST(GSG00026, "what the kernel needed to boot is memory for programs")
{
	unsigned got = 0;

	for (word page = 0x100000; page < 0x105000; page += PAGE) {
		CHECK_EQ(memory_type(page), L4_ConventionalMemoryType);
		if (L4_IsNilFpage(get_page(page, 12)))
			continue;
		*(volatile word *)(word)AT = page;
		CHECK_EQ(*(volatile word *)(word)AT, page);
		forget(AT, 12);
		got++;
	}
	CHECK(got > 0);
}

TEST(GSG00025, "the root server's private request of old kernels gets its empty answer")
{
	enum { N_CONTROL = -1001, DUMP = 2 };
	L4_MsgTag_t tag;

	L4_LoadMR(1, DUMP);
	L4_LoadMR(2, 1);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = (word)(N_CONTROL * 16l) << 16 | 2 });
	tag = L4_Call_Timeouts(sigma0(), L4_Never, L4_TimePeriod(100000));
	CHECK(L4_IpcSucceeded(tag));
	CHECK_EQ(tag.raw, 0);
}
