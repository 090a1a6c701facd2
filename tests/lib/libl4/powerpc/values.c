/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * values.c - words whose fields are bit-fields on a big-endian machine have the values that they have on any
 * other (ppc32 2, 3).
 */
#include <l4/ipc.h>
#include <l4/kcp.h>
#include <l4/kip.h>
#include <l4/message.h>
#include <l4/thread.h>
#include <stddef.h>
#include <x2/arch.h>
#include <x2/msg.h>
#include "harness.h"
#include "world.h"

TEST(LPPV0001, "thread ids")
{
	L4_ThreadId_t t = L4_GlobalId(0x2abcd, 0x1234);

	CHECK_EQ(t.raw, 0xaaf35234);
	CHECK_EQ(L4_ThreadNo(t), 0x2abcd);
	CHECK_EQ(L4_Version(t), 0x1234);
	CHECK_EQ(L4_anylocalthread.raw, 0xffffffc0);
	CHECK_EQ(L4_anythread.raw, 0xffffffff);
	CHECK(L4_IsLocalId(world_id(0xbf000100)));
	CHECK(L4_IsGlobalId(t));
}

TEST(LPPV0002, "message tags, fpages and times")
{
	L4_MsgTag_t tag = { .raw = 0x12348083 };
	L4_Fpage_t f = L4_FpageAddRights(L4_FpageLog2(0x12345000, 12), L4_ReadeXecOnly);

	CHECK_EQ(L4_Label(tag), 0x1234);
	CHECK_EQ(L4_TypedWords(tag), 2);
	CHECK_EQ(L4_UntypedWords(tag), 3);
	CHECK_EQ(tag.X.flags, 8);
	CHECK_EQ(f.raw, 0x123450c5);
	CHECK_EQ(f.X.b, 0x12345000 >> 10);
	CHECK_EQ(L4_SizeLog2(f), 12);
	CHECK_EQ(L4_Address(f), 0x12345000);
	CHECK_EQ(L4_CompleteAddressSpace.raw, 0x10);
	CHECK_EQ(L4_TimePeriod(5000).raw, 0x0e71);
	CHECK_EQ(L4_ZeroTime.raw, 0x0400);
	CHECK_EQ(L4_Timeouts(L4_TimePeriod(5000), L4_ZeroTime), 0x0e710400);
	CHECK_EQ(L4_TimePeriod(5000).period.m, 0x271);
	CHECK_EQ(L4_TimePeriod(5000).period.e, 3);
}

TEST(LPPV0003, "items")
{
	L4_MapItem_t map = L4_MapItem(L4_FpageLog2(0x7000, 12), 0x5000);
	L4_StringItem_t string = L4_StringItem(100, (void *)0x1234);

	CHECK_EQ(map.raw[0], 0x5008);
	CHECK_EQ(map.X.snd_base, 0x5000 >> 10);
	CHECK_EQ(string.raw[0], 0x19000);
	CHECK_EQ(string.raw[1], 0x1234);
	CHECK_EQ(string.X.string_length, 100);
	CHECK_EQ(L4_Substrings(&string), 1);
}

TEST(LPPV0004, "fields of the kernel interface page")
{
	L4_KernelInterfacePage_t page;
	L4_KernelConfigurationPage_t config;
	L4_Word_t *word = (L4_Word_t *)(void *)&page;

	CHECK_EQ(L4_MAGIC, 0x4c34e64b);
	for (unsigned i = 0; i < sizeof page / sizeof *word; i++)
		word[i] = 0;
	word[0x54 / 4] = 0x02400005;
	page.UtcbAreaInfo.raw = 0x000c2401;
	page.KipAreaInfo.raw = 12;
	page.ThreadInfo.raw = 0x06004011;
	page.PageInfo.raw = 0x1006;
	page.ProcessorInfo.raw = 0x40000000;
	page.ApiFlags.raw = 1;
	CHECK_EQ(page.MemoryInfo.n, 5);
	CHECK_EQ(page.MemoryInfo.MemDescPtr, 0x240);
	CHECK_EQ(L4_UtcbSize(&page), 512);
	CHECK_EQ(L4_UtcbAlignmentLog2(&page), 9);
	CHECK_EQ(L4_UtcbAreaSizeLog2(&page), 12);
	CHECK_EQ(L4_KipAreaSizeLog2(&page), 12);
	CHECK_EQ(L4_ThreadIdBits(&page), 17);
	CHECK_EQ(L4_ThreadIdSystemBase(&page), 64);
	CHECK_EQ(L4_ThreadIdUserBase(&page), 96);
	CHECK_EQ(L4_PageRights(&page), 6);
	CHECK_EQ(L4_PageSizeMask(&page), 0x1000);
	CHECK_EQ(page.ProcessorInfo.X.s, 4);
	CHECK_EQ(L4_NumProcessors(&page), 1);
	CHECK_EQ(page.ApiFlags.x.ee, L4_APIFLAG_BE);
	CHECK_EQ(page.ApiFlags.x.ww, L4_APIFLAG_32BIT);
	CHECK_EQ(offsetof(L4_KernelInterfacePage_t, ArchSyscall3), 0x11c);
	CHECK_EQ(offsetof(L4_KernelConfigurationPage_t, BootInfo), offsetof(L4_KernelInterfacePage_t, BootInfo));
	(void)config;
}

TEST(LPPV0005, "memory descriptors, and the kernel's date and version")
{
	L4_MemoryDesc_t d = { .raw = { 0x00400231, 0x00fffc00 } };
	L4_KernelDesc_t k;

	CHECK_EQ(d.x.type, 1);
	CHECK_EQ(d.x.t, 3);
	CHECK(L4_IsMemoryDescVirtual(&d));
	CHECK_EQ(L4_MemoryDescLow(&d), 0x00400000);
	CHECK_EQ(L4_MemoryDescHigh(&d), 0x00ffffff);
	k.KernelGenDate.raw = 26 << 9 | 11 << 5 | 20;
	CHECK_EQ(k.KernelGenDate.X.year, 26);
	CHECK_EQ(k.KernelGenDate.X.month, 11);
	CHECK_EQ(k.KernelGenDate.X.day, 20);
	k.KernelId.raw = 0x04020000;
	CHECK_EQ(k.KernelId.x.id, 4);
	CHECK_EQ(k.KernelId.x.subid, 2);
}

static unsigned char flags[4];

static void set_flags(void)
{
	L4_DisablePreemption();
	L4_EnablePreemptionFaultException();
	L4_Set_CopFlag(0);
	L4_Set_CopFlag(7);
}

TEST(LPPV0006, "PreemptFlags are the byte at -37 of the UTCB, CopFlags that at -38; bits 7..0 and 15..8 of"
	      " the word")
{
	const unsigned char *byte = (const unsigned char *)world_word(0);

	world_start();
	CHECK(world_kept(set_flags));
	for (unsigned i = 0; i < 4; i++)
		flags[i] = byte[-40 + (int)i];
	CHECK_EQ(flags[3], 0x60);
	CHECK_EQ(flags[2], 0x81);
	CHECK_EQ(flags[1], 0);
	CHECK_EQ(flags[0], 0);
	CHECK_EQ(*world_word(L4_TCR_FLAGS), 0x8160);
}
