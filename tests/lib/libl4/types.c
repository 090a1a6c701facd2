/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * types.c - fpages, ids, clocks and times; virtual registers; layouts against those of the kernel.
 */
#include <l4/arch.h>
#include <l4/kcp.h>
#include <l4/kip.h>
#include <l4/message.h>
#include <l4/thread.h>
#include <l4/amd64/compat.h>
#include <stddef.h>
#include <x2/arch.h>
#include <x2/kip.h>
#include <x2/time.h>
#include <x2/utcb.h>
#include "harness.h"
#include "world.h"

/* Sizes and offsets that programs have compiled in. */
_Static_assert(sizeof(L4_Fpage_t) == 8 && sizeof(L4_ThreadId_t) == 8 && sizeof(L4_Time_t) == 2, "");
_Static_assert(sizeof(L4_Clock_t) == 8 && sizeof(L4_MsgTag_t) == 8 && sizeof(L4_Acceptor_t) == 8, "");
_Static_assert(sizeof(L4_MapItem_t) == 16 && sizeof(L4_GrantItem_t) == 16, "");
_Static_assert(sizeof(L4_StringItem_t) == 16 && sizeof(L4_Msg_t) == 512, "");
_Static_assert(sizeof(L4_MsgBuffer_t) == 256 && sizeof(L4_ThreadId32_t) == 4, "");
_Static_assert(sizeof(L4_Word8_t) == 1 && sizeof(L4_Word16_t) == 2 && sizeof(L4_Word32_t) == 4, "");
_Static_assert(sizeof(L4_Word64_t) == 8 && sizeof(L4_Word_t) == sizeof(l4_word_t), "");

#define SAME_FIELD(theirs, ours) \
	_Static_assert(offsetof(L4_KernelInterfacePage_t, theirs) == offsetof(struct l4_kip, ours), #theirs)

SAME_FIELD(magic, magic);
SAME_FIELD(ApiVersion, api_version);
SAME_FIELD(ApiFlags, api_flags);
SAME_FIELD(KernelVerPtr, kern_desc_ptr);
SAME_FIELD(MemoryInfo, memory_info);
SAME_FIELD(MainMem, main_mem);
SAME_FIELD(ReservedMem, reserved_mem);
SAME_FIELD(DedicatedMem, dedicated_mem);
SAME_FIELD(UtcbAreaInfo, utcb_info);
SAME_FIELD(KipAreaInfo, kip_area_info);
SAME_FIELD(BootInfo, boot_info);
SAME_FIELD(ProcDescPtr, proc_desc_ptr);
SAME_FIELD(ClockInfo, clock_info);
SAME_FIELD(ThreadInfo, thread_info);
SAME_FIELD(PageInfo, page_info);
SAME_FIELD(ProcessorInfo, processor_info);
SAME_FIELD(SpaceControl, space_control);
SAME_FIELD(ThreadControl, thread_control);
SAME_FIELD(ProcessorControl, processor_control);
SAME_FIELD(MemoryControl, memory_control);
SAME_FIELD(Ipc, ipc);
SAME_FIELD(Lipc, lipc);
SAME_FIELD(Unmap, unmap);
SAME_FIELD(ExchangeRegisters, exchange_registers);
SAME_FIELD(SystemClock, system_clock);
SAME_FIELD(ThreadSwitch, thread_switch);
SAME_FIELD(Schedule, schedule);
SAME_FIELD(ArchSyscall0, arch_syscall[0]);
_Static_assert(sizeof(L4_KernelInterfacePage_t) == sizeof(struct l4_kip), "");

#define SAME_SERVER(theirs, ours) \
	_Static_assert(offsetof(L4_KernelConfigurationPage_t, theirs) == offsetof(struct l4_kip, ours), \
		       #theirs)

SAME_SERVER(Kdebug, kdebug_init);
SAME_SERVER(sigma0, sigma0);
SAME_SERVER(sigma1, sigma1);
SAME_SERVER(root_server, root);
SAME_SERVER(MemoryInfo, memory_info);
SAME_SERVER(Kdebug_config, kdebug_config);
SAME_SERVER(MainMem, main_mem);
SAME_SERVER(DedicatedMem, dedicated_mem);
SAME_SERVER(BootInfo, boot_info);

_Static_assert(__L4_NUM_MRS == L4_MRS && __L4_NUM_BRS == L4_BRS, "");
_Static_assert(__L4_TCR_WORD_SIZE_MASK == L4_TCR_WORD_SIZE_MASK, "");
_Static_assert(__L4_TCR_THREAD_WORD_0 == L4_TCR_THREAD_WORD_0, "");
_Static_assert(__L4_TCR_THREAD_WORD_1 == L4_TCR_THREAD_WORD_1, "");
_Static_assert(__L4_TCR_VIRTUAL_ACTUAL_SENDER == L4_TCR_SENDER, "");
_Static_assert(__L4_TCR_INTENDED_RECEIVER == L4_TCR_INTENDED_RECEIVER, "");
_Static_assert(__L4_TCR_XFER_TIMEOUT == L4_TCR_XFER_TIMEOUTS, "");
_Static_assert(__L4_TCR_ERROR_CODE == L4_TCR_ERROR_CODE, "");
_Static_assert(__L4_TCR_PREEMPT_FLAGS == L4_TCR_FLAGS, "");
_Static_assert(__L4_TCR_EXCEPTION_HANDLER == L4_TCR_EXCEPTION_HANDLER, "");
_Static_assert(__L4_TCR_PAGER == L4_TCR_PAGER, "");
_Static_assert(__L4_TCR_USER_DEFINED_HANDLE == L4_TCR_USER_HANDLE, "");
_Static_assert(__L4_TCR_PROCESSOR_NO == L4_TCR_PROCESSOR, "");
_Static_assert(__L4_TCR_MY_GLOBAL_ID == L4_TCR_GLOBAL_ID, "");
_Static_assert(__L4_TCR_BR0 == L4_TCR_BR0, "");

/* ---- Fpages ---- */

TEST(LFPG0001, "an fpage is what the kernel takes it for")
{
	for (unsigned log2 = 10; log2 < 48; log2++) {
		L4_Word_t base = 5ul << log2;
		L4_Fpage_t f = L4_FpageLog2(base, (int)log2);

		CHECK_EQ(f.raw, l4_fpage(base, log2, 0).raw);
		CHECK_EQ(L4_Fpage(base, 1ul << log2).raw, f.raw);
		CHECK_EQ(L4_Address(f), base);
		CHECK_EQ(L4_Size(f), 1ul << log2);
		CHECK_EQ(L4_SizeLog2(f), log2);
		CHECK_EQ(f.X.b, base >> 10);
	}
}

TEST(LFPG0002, "sizes are rounded up to a power of two")
{
	CHECK_EQ(L4_SizeLog2(L4_Fpage(0, 4096)), 12);
	CHECK_EQ(L4_SizeLog2(L4_Fpage(0, 4097)), 13);
	CHECK_EQ(L4_SizeLog2(L4_Fpage(0, 8191)), 13);
	CHECK_EQ(L4_SizeLog2(L4_Fpage(0, 1)), 0);
	CHECK_EQ(L4_SizeLog2(L4_Fpage(0, 0)), 0);
	CHECK_EQ(L4_SizeLog2(L4_Fpage(0, ~0ul)), 64 & 0x3f);
}

TEST(LFPG0003, "an unaligned base is kept in the word and rounded down by L4_Address")
{
	L4_Fpage_t f = L4_FpageLog2(0x12345fff, 16);

	CHECK_EQ(f.X.b, 0x12345fff >> 10);
	CHECK_EQ(f.raw & 0xf, 0);
	CHECK_EQ(L4_Address(f), 0x12340000);
}

TEST(LFPG0004, "rights are added, removed and replaced, and nothing else changes")
{
	L4_Fpage_t f = L4_FpageLog2(0x1000, 12);

	CHECK_EQ(L4_Rights(f), L4_NoAccess);
	CHECK_EQ(L4_Rights(L4_FpageAddRights(f, L4_ReadWriteOnly)), 6);
	CHECK_EQ(L4_Rights(f), 0);
	L4_FpageAddRightsTo(&f, L4_FullyAccessible);
	CHECK_EQ(L4_Rights(L4_FpageRemoveRights(f, L4_Writable)), L4_ReadeXecOnly);
	L4_FpageRemoveRightsFrom(&f, L4_Readable | ~7ul);
	CHECK_EQ(f.raw, 0x10c3);
	CHECK_EQ(L4_Set_Rights(&f, L4_Readable).raw, 0x10c4);
}

TEST(LFPG0005, "nilpage and the complete address space")
{
	CHECK(L4_IsNilFpage(L4_Nilpage));
	CHECK(!L4_IsNilFpage(L4_CompleteAddressSpace));
	CHECK_EQ(L4_CompleteAddressSpace.raw, L4_COMPLETE.raw);
	CHECK_EQ(L4_Size(L4_Nilpage), 0);
	CHECK_EQ(L4_Address(L4_CompleteAddressSpace), 0);
}

TEST(LFPG0006, "I/O fpages are the kernel's, with clean upper halves")
{
	L4_Fpage_t f = L4_IoFpageLog2(0x3f8, 3);

	CHECK_EQ(f.raw, l4_io_fpage(0x3f8, 3).raw & ~0xful);
	CHECK_EQ(L4_IoFpage(0x3f8, 8).raw, f.raw);
	CHECK_EQ(L4_IoFpage(0x60, 5).raw, L4_IoFpageLog2(0x60, 3).raw);
	CHECK_EQ(L4_IoFpageLog2(~0ul, 0).raw >> 32, 0);
	CHECK_EQ(L4_IoFpagePort(f), 0x3f8);
	CHECK_EQ(L4_IoFpageSize(f), 8);
	CHECK_EQ(L4_IoFpageSizeLog2(f), 3);
	CHECK(L4_IsIoFpage(f) && !L4_IsIoFpage(L4_FpageLog2(0x1000, 12)));
	CHECK_EQ(L4_IoFpage(0, 0x10000).raw, l4_io_fpage(0, 16).raw & ~0xful);
}

/* ---- Thread ids ---- */

TEST(LTID0001, "global ids: number, version, and which ids are local")
{
	L4_ThreadId_t t = L4_GlobalId(51, 1);

	CHECK_EQ(t.raw, l4_tid_global(51, 1).raw);
	CHECK_EQ(L4_ThreadNo(t), 51);
	CHECK_EQ(L4_Version(t), 1);
	CHECK(L4_IsGlobalId(t) && !L4_IsLocalId(t));
	CHECK_EQ(L4_GlobalId(1, 0x100000002).raw, l4_tid_global(1, 2).raw);
	t.raw = 0xbf000200;
	CHECK(L4_IsLocalId(t) && !L4_IsGlobalId(t));
	CHECK(L4_IsLocalId(L4_nilthread) && L4_IsNilThread(L4_nilthread));
	CHECK(L4_IsGlobalId(L4_anythread) && L4_IsLocalId(L4_anylocalthread));
	CHECK_EQ(L4_anythread.raw, L4_ANYTHREAD.raw);
	CHECK_EQ(L4_anylocalthread.raw, L4_ANYLOCALTHREAD.raw);
	CHECK(L4_IsThreadEqual(t, t) && L4_IsThreadNotEqual(t, L4_nilthread));
}

TEST(LTID0002, "32-bit ids and back")
{
	L4_ThreadId_t t = L4_GlobalId(51, 3), local;

	CHECK_EQ(L4_ThreadId32(t).raw, 51 << 14 | 3);
	CHECK_EQ(L4_ThreadIdFrom32(L4_ThreadId32(t)).raw, t.raw);
	CHECK_EQ(L4_ThreadNo32(L4_ThreadId32(t)), 51);
	CHECK_EQ(L4_Version32(L4_ThreadId32(t)), 3);
	CHECK_EQ(L4_ThreadId32(L4_anythread).raw, 0xffffffff);
	CHECK_EQ(L4_ThreadIdFrom32(L4_anythread32).raw, ~0ul);
	CHECK_EQ(L4_ThreadId32(L4_anylocalthread).raw, 0xffffffc0);
	CHECK_EQ(L4_ThreadIdFrom32(L4_anylocalthread32).raw, ~0x3ful);
	CHECK(L4_IsNilThread32(L4_ThreadId32(L4_nilthread)));
	local.raw = 0xbf000200;
	CHECK_EQ(L4_ThreadIdFrom32(L4_ThreadId32(local)).raw, local.raw);
	CHECK(L4_IsLocalId32(L4_ThreadId32(local)) && !L4_IsGlobalId32(L4_ThreadId32(local)));
}

/* ---- Clock and time ---- */

TEST(LCLK0001, "clocks are added to and compared as 64-bit numbers")
{
	L4_Clock_t c, d;

	c.raw = 0xffffffff;
	d = L4_ClockAddUsec(c, 1);
	CHECK_EQ(d.X.high, 1);
	CHECK_EQ(d.X.low, 0);
	CHECK_EQ(L4_ClockSubUsec(d, 1).raw, c.raw);
	CHECK(L4_IsClockEarlier(c, d) && L4_IsClockLater(d, c) && !L4_IsClockLater(c, c));
	CHECK(L4_IsClockEqual(c, c) && L4_IsClockNotEqual(c, d));
}

TEST(LTIM0001, "periods are the longest that are not longer, as the kernel reads them")
{
	for (unsigned shift = 0; shift < 41; shift++)
		for (L4_Word64_t us = (1ul << shift) - 1; us <= (1ul << shift) + 1; us++) {
			L4_Time_t t = L4_TimePeriod(us);
			l4_time_t k = { t.raw };
			L4_Word64_t got = l4_period_us(k);

			CHECK_EQ(t.raw, l4_period(us).raw);
			CHECK(got <= us && us - got <= us / 512);
		}
}

TEST(LTIM0002, "no time is the zero time; never only above the range")
{
	CHECK_EQ(L4_TimePeriod(0).raw, L4_ZeroTime.raw);
	CHECK_EQ(L4_TimePeriod(1023ul << 31).raw, 31 << 10 | 1023);
	CHECK_EQ(L4_TimePeriod(1024ul << 31).raw, L4_Never.raw);
	CHECK_EQ(L4_TimePeriod(~0ul).raw, L4_Never.raw);
	CHECK_EQ(L4_ZeroTime.raw, L4_ZERO_TIME.raw);
	CHECK_EQ(L4_ZeroTime.period.e, 1);
}

TEST(LTIM0003, "a time point means its instant to the kernel")
{
	static const L4_Word64_t ahead[] = { 1, 1000, 1023, 1024, 100000, 1000000, 20000000, 33000000 };

	for (L4_Word64_t start = 123456789; start < 1ul << 60; start = start * 5 + 77)
		for (unsigned i = 0; i < sizeof ahead / sizeof ahead[0]; i++) {
			L4_Clock_t now, at;
			l4_time_t k;
			L4_Word64_t got;

			now.raw = start;
			at.raw = start + ahead[i];
			k.raw = __L4_TimePointFrom(at, now).raw;
			got = l4_point_us(k, start);
			CHECK(got <= at.raw && at.raw - got <= ahead[i] / 512);
		}
}

/* ---- Virtual registers ---- */

TEST(LREG0001, "control registers are their words of the UTCB")
{
	L4_ThreadId_t t = L4_GlobalId(60, 1);

	world_start();
	*world_word(L4_TCR_GLOBAL_ID) = 0x3300000001;
	*world_word(L4_TCR_PROCESSOR) = 4;
	*world_word(L4_TCR_ERROR_CODE) = 5;
	*world_word(L4_TCR_INTENDED_RECEIVER) = 6;
	*world_word(L4_TCR_SENDER) = 7;
	CHECK_EQ(L4_MyGlobalId().raw, 0x3300000001);
	CHECK_EQ(L4_Myself().raw, 0x3300000001);
	CHECK_EQ(L4_MyLocalId().raw, world_word(0));
	CHECK_EQ(L4_ProcessorNo(), 4);
	CHECK_EQ(L4_ErrorCode(), 5);
	CHECK_EQ(L4_IntendedReceiver().raw, 6);
	CHECK_EQ(L4_ActualSender().raw, 7);
	L4_Set_VirtualSender(t);
	CHECK_EQ(*world_word(L4_TCR_SENDER), t.raw);
	L4_Set_Pager(t);
	CHECK_EQ(*world_word(L4_TCR_PAGER), t.raw);
	CHECK_EQ(L4_Pager().raw, t.raw);
	L4_Set_ExceptionHandler(L4_nilthread);
	CHECK_EQ(L4_ExceptionHandler().raw, 0);
	L4_Set_UserDefinedHandle(99);
	CHECK_EQ(*world_word(L4_TCR_USER_HANDLE), 99);
	CHECK_EQ(L4_UserDefinedHandle(), 99);
	L4_Set_XferTimeouts(0x12345678);
	CHECK_EQ(*world_word(L4_TCR_XFER_TIMEOUTS), 0x12345678);
	CHECK_EQ(L4_XferTimeouts(), 0x12345678);
	L4_Reset_WordSizeMask();
	CHECK_EQ(L4_WordSizeMask(), ~0ul);
	__L4_TCR_Set_ThreadWord(0, 10);
	__L4_TCR_Set_ThreadWord(1, 11);
	CHECK_EQ(*world_word(L4_TCR_THREAD_WORD_0), 10);
	CHECK_EQ(*world_word(L4_TCR_THREAD_WORD_1), 11);
	CHECK_EQ(__L4_TCR_ThreadWord(1), 11);
}

TEST(LREG0002, "preemption flags: disabling sets the delay, enabling the signal sets it; old ones come back")
{
	world_start();
	CHECK(!L4_DisablePreemption());
	CHECK_EQ(*world_word(L4_TCR_FLAGS), 1 << 6);
	CHECK(L4_DisablePreemption());
	CHECK(L4_EnablePreemption() && !L4_EnablePreemption());
	CHECK_EQ(*world_word(L4_TCR_FLAGS), 0);
	CHECK(!L4_EnablePreemptionFaultException());
	CHECK_EQ(*world_word(L4_TCR_FLAGS), 1 << 5);
	CHECK(L4_DisablePreemptionFaultException());
	CHECK_EQ(*world_word(L4_TCR_FLAGS), 0);
	*world_word(L4_TCR_FLAGS) = 1 << 7;
	CHECK(L4_PreemptionPending() && !L4_PreemptionPending());
}

TEST(LREG0003, "coprocessor flags are the second byte")
{
	world_start();
	L4_Set_CopFlag(0);
	L4_Set_CopFlag(7);
	CHECK_EQ(*world_word(L4_TCR_FLAGS), 0x8100);
	L4_Clr_CopFlag(0);
	CHECK_EQ(*world_word(L4_TCR_FLAGS), 0x8000);
}

TEST(LREG0004, "message registers ascend and buffer registers descend")
{
	L4_Word_t in[3] = { 1, 2, 3 }, out[3] = { 0, 0, 0 }, w;

	world_start();
	L4_LoadMRs(61, 3, in);
	CHECK_EQ(*world_word(63), 3);
	L4_StoreMRs(61, 3, out);
	CHECK_EQ(out[0] + out[1] * 10 + out[2] * 100, 321);
	L4_LoadBRs(30, 3, in);
	CHECK_EQ(*world_word(L4_TCR_BR0 - 32), 3);
	CHECK_EQ(*world_word(L4_TCR_BR0 - 30), 1);
	out[0] = out[1] = out[2] = 0;
	L4_StoreBRs(30, 3, out);
	CHECK_EQ(out[0] + out[1] * 10 + out[2] * 100, 321);
	L4_LoadMR(5, 55);
	L4_StoreMR(5, &w);
	CHECK_EQ(w, 55);
	L4_LoadBR(0, 66);
	L4_StoreBR(0, &w);
	CHECK_EQ(w, 66);
	CHECK_EQ(*world_word(L4_TCR_BR0), 66);
}

TEST(LSPE0001, "bits of a word, and an atomic increment")
{
	L4_Word_t w = 41;

	CHECK_EQ(__L4_Msb(1), 0);
	CHECK_EQ(__L4_Msb(1ul << 63 | 1), 63);
	CHECK_EQ(__L4_Lsb(1ul << 63), 63);
	CHECK_EQ(__L4_Lsb(6), 1);
	__L4_Inc_Atomic(&w);
	CHECK_EQ(w, 42);
	CHECK(__L4_Rdtsc() != __L4_Rdtsc());
}
