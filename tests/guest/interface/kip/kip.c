/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kip.c - the kernel interface page (api 1) and KernelInterface (api 2.3).
 */
#include "machine.h"

#define KIP ((L4_KernelInterfacePage_t *)kip)

enum { KIP_BOOT_ADDRESS = 0xbff00000, KIP_WORDS = 0x240 / 8 };

/* offset: of a page of 64-bit words. */
static word kip_word(word offset) { return ((volatile word *)kip)[offset / 8]; }

TEST(GKIP0001, "the root server's KIP lies where the protocol puts it, and starts with the magic")
{
	CHECK_EQ(kip, KIP_BOOT_ADDRESS);
	CHECK_EQ(kip_word(0), KIP_MAGIC);
}

TEST(GKIP0002, "the API version is X.2, and KernelInterface returns it without sign extension")
{
	word version, flags, id;

	CHECK_EQ(L4_KernelInterface(&version, &flags, &id), kip);
	CHECK_EQ(version, kip_word(0x008));
	CHECK_EQ(version >> 24, L4_APIVERSION_X2);
}

TEST(GKIP0003, "the API flags, byte order and width of a word, are in the page and from KernelInterface")
{
	word order = KIP_MAGIC >> 24 == 'L' ? L4_APIFLAG_BE : L4_APIFLAG_LE;
	word flags = order | (L4_BITS_PER_WORD == 64 ? L4_APIFLAG_64BIT : L4_APIFLAG_32BIT) << 2;

	CHECK_EQ(kip_word(0x010), flags);
	CHECK_EQ(L4_ApiFlags(), flags);
}

TEST(GKIP0004, "KernelInterface returns the kernel id of the kernel descriptor")
{
	CHECK_EQ(L4_KernelId(), *(word *)((word)kip + kip_word(0x018)) & 0xffffffff);
}

TEST(GKIP0005, "pages of 4 KiB are offered and those that this machine has besides, with its rights")
{
	CHECK((L4_PageSizeMask(kip) & PAGE_SIZES) == PAGE_SIZES);
	CHECK_EQ(L4_PageRights(kip), PAGE_RIGHTS);
}

TEST(GKIP0006, "a UTCB has 128 words, is aligned to its size, in an area of at least a page")
{
	CHECK_EQ(L4_UtcbSize(kip), UTCB_BYTES);
	CHECK_EQ(1 << L4_UtcbAlignmentLog2(kip), UTCB_BYTES);
	CHECK_EQ(L4_UtcbAreaSizeLog2(kip), 12);
}

TEST(GKIP0007, "the KIP area is one page")
{
	CHECK_EQ(L4_KipAreaSizeLog2(kip), 12);
	CHECK_EQ(L4_KipAreaSize(kip), 4096);
}

TEST(GKIP0008, "thread numbers have the bits of the binding, and user numbers begin above the system's")
{
	CHECK_EQ(L4_ThreadIdBits(kip), L4_THREAD_BITS);
	CHECK(system_base >= 16);
	CHECK(user_base > system_base);
}

TEST(GKIP0009, "the root server's first thread is (UserBase + 2, 1)")
{
	CHECK_EQ(supervisor.raw, L4_GlobalId(user_base + 2, 1).raw);
}

TEST(GKIP0010, "every system call has a link, and no two calls but Ipc and Lipc need share one")
{
	static const word offsets[] = {
		0x1a0, 0x1a8, 0x1b0, 0x1b8, 0x1c0, 0x1d0, 0x1d8, 0x1e0, 0x1e8, 0x1f0,
	};
	unsigned n = sizeof offsets / sizeof *offsets;

	for (unsigned i = 0; i < n; i++) {
		CHECK(kip_word(offsets[i]) != 0);
		for (unsigned j = 0; j < i; j++)
			CHECK(kip_word(offsets[i]) != kip_word(offsets[j]));
	}
	CHECK(kip_word(0x1c8) != 0);
}

TEST(GKIP0011, "the memory descriptors lie in the page and are ordered pairs")
{
	word n = L4_NumMemoryDescriptors(kip);

	CHECK(n > 0);
	CHECK((kip_word(0x0a8) >> L4_BITS_PER_WORD / 2) + n * 2 * sizeof(word) <= 4096);
	for (word i = 0; i < n; i++) {
		L4_MemoryDesc_t *d = L4_MemoryDesc(kip, i);

		CHECK(d != 0);
		CHECK(L4_MemoryDescLow(d) < L4_MemoryDescHigh(d));
	}
	CHECK(L4_MemoryDesc(kip, n) == 0);
}

/* The type of the last descriptor that covers address: later ones override. */
static word memory_type(word address, bool is_virtual)
{
	word type = L4_UndefinedMemoryType;

	for (word i = 0; i < L4_NumMemoryDescriptors(kip); i++) {
		L4_MemoryDesc_t *d = L4_MemoryDesc(kip, i);

		if ((L4_IsMemoryDescVirtual(d) != 0) == is_virtual
		    && address >= L4_MemoryDescLow(d) && address <= L4_MemoryDescHigh(d))
			type = L4_MemoryDescType(d);
	}
	return type;
}

TEST(GKIP0012, "the user area is described as conventional virtual memory, the kernel's half is not")
{
	CHECK_EQ(memory_type(0x400000, true), L4_ConventionalMemoryType);
	CHECK_EQ(memory_type(USER_END - PAGE, true), L4_ConventionalMemoryType);
	CHECK(memory_type(KERNEL_IMAGE, true) != L4_ConventionalMemoryType);
	CHECK(memory_type(NO_ADDRESS, true) != L4_ConventionalMemoryType);
}

TEST(GKIP0013, "physical memory has conventional and reserved parts, and this image is a server region")
{
	bool conventional = false, reserved = false;

	for (word i = 0; i < L4_NumMemoryDescriptors(kip); i++) {
		L4_MemoryDesc_t *d = L4_MemoryDesc(kip, i);

		if (L4_IsMemoryDescVirtual(d))
			continue;
		conventional |= L4_MemoryDescType(d) == L4_ConventionalMemoryType;
		reserved |= L4_MemoryDescType(d) == L4_ReservedMemoryType;
	}
	CHECK(conventional);
	CHECK(reserved);
	CHECK_EQ(memory_type(pool(0), false), L4_BootLoaderSpecificMemoryType + (2 << 4));
}

TEST(GKIP0014, "the KIP names the root server's region and entry point")
{
	word ip = kip_word(0x088), low = kip_word(0x090), high = kip_word(0x098);

	CHECK(low <= ip && ip < high);
	CHECK(low <= pool(0) && pool(POOL_PAGES - 1) + PAGE <= high + 1);
}

TEST(GKIP0016, "the kernel descriptor has a supplier, a date, a version string and a list of features")
{
	word year, month, day, n = 0;

	L4_KernelGenDate(kip, &year, &month, &day);
	CHECK(year >= 2000 && month >= 1 && month <= 12 && day >= 1 && day <= 31);
	CHECK((L4_KernelSupplier(kip) & 0xff) >= ' ');
	CHECK(L4_KernelVersionString(kip)[0] != 0);
	while (L4_Feature(kip, n)) {
		CHECK((word)L4_Feature(kip, n) - (word)kip < 4096);
		n++;
	}
	CHECK(n < 64);
}

static bool has_feature(const char *want)
{
	const char *f;

	for (word n = 0; (f = L4_Feature(kip, n)) != 0; n++) {
		word at = 0;

		while (f[at] && f[at] == want[at])
			at++;
		if (f[at] == want[at])
			return true;
	}
	return false;
}

TEST(GKIP0017, "the kernel announces I/O flexpages where there are ports, and ExchangeRegisters by the"
	      " space of a thread's pager")
{
	CHECK_EQ(has_feature("ioflexpages"), HAS_PORTS);
	CHECK(has_feature("pagerexregs"));
	CHECK(!has_feature("pagerexreg"));
	CHECK(!has_feature("pagerexregs2"));
}

TEST(GKIP0019, "another space sees the same page where SpaceControl put it")
{
	struct space s;

	space_make(&s);
	for (word i = 0; i < KIP_WORDS; i += 9) {
		struct probe p = probe_read(&s, SPACE_KIP + i * sizeof(word));

		CHECK(!p.faulted);
		CHECK_EQ(p.value, ((volatile word *)kip)[i]);
	}
}

TEST(GKIP0020, "the KIP cannot be written, in this space or another")
{
	struct space s;
	struct probe p;

	space_make(&s);
	p = probe_write(&s, SPACE_KIP + 8, 0);
	CHECK(p.faulted);
	CHECK_EQ(p.access, L4_Writable);
	CHECK_EQ(p.address, SPACE_KIP + 8);
}

static void report_kip(void *out)
{
	word version, flags, id;

	*(volatile word *)out = (word)L4_KernelInterface(&version, &flags, &id);
}

TEST(GKIP0021, "KernelInterface returns the address in the caller's own space")
{
	struct space s;
	static volatile word address;

	address = 0;
	space_make(&s);
	space_start(&s, report_kip, (void *)&address);
	CHECK_EQ(address, SPACE_KIP);
}

TEST(GKIP0022, "ClockInfo has two periods: how fine the clock is, and how fine the scheduler")
{
	word info = kip_word(0x180);

	CHECK_EQ(info & ~0xfffffffful, 0);
	CHECK_EQ(info & 0x8000, 0);
	CHECK_EQ(info >> 16 & 0x8000, 0);
}
