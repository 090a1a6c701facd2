/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pages.c - the kernel interface page, boot information, debugger calls, trace buffer, start code.
 */
#include <l4/bootinfo.h>
#include <l4/kdebug.h>
#include <l4/kip.h>
#include <l4/tracebuffer.h>
#include <string.h>
#include "harness.h"
#include "world.h"

TEST(LKIP0001, "identity of the kernel")
{
	L4_Word_t year, month, day;

	world_start();
	L4_KernelGenDate(&world_page, &year, &month, &day);
	CHECK_EQ(year * 10000 + month * 100 + day, 20260605);
	CHECK_EQ(L4_KernelVersion(&world_page), 0x01020003);
	CHECK_EQ(L4_KernelSupplier(&world_page), 0x6e616350);
	CHECK_EQ(strcmp(L4_KernelVersionString(&world_page), "a kernel"), 0);
	CHECK_EQ(L4_MAGIC, L4_KIP_MAGIC);
	CHECK(L4_GetKernelInterface() == &world_page);
}

TEST(LKIP0002, "feature strings: by number, and by their whole name")
{
	world_start();
	CHECK_EQ(strcmp(L4_Feature(&world_page, 0), "ioflexpages"), 0);
	CHECK_EQ(strcmp(L4_Feature(&world_page, 1), "inspect"), 0);
	CHECK_EQ(strcmp(L4_Feature(&world_page, 2), "tls"), 0);
	CHECK(L4_Feature(&world_page, 3) == 0);
	CHECK(L4_Feature(&world_page, 100) == 0);
	CHECK(__L4_KipHasFeature(&world_page, "inspect"));
	CHECK(!__L4_KipHasFeature(&world_page, "inspec"));
	CHECK(!__L4_KipHasFeature(&world_page, "inspect2"));
	CHECK(!__L4_KipHasFeature(&world_page, "smallspaces"));
	world_page.text[9] = '\0';
	CHECK(L4_Feature(&world_page, 0) == 0);
}

TEST(LKIP0003, "numbers of the page")
{
	world_start();
	world_kip.utcb_info = 0xc2801;
	world_kip.kip_area_info = 12;
	world_kip.page_info = 0x201007;
	world_kip.processor_info = 5ul << 60 | 1;
	world_kip.clock_info = 0x12345678;
	world_kip.boot_info = 0x9000;
	CHECK_EQ(L4_UtcbAreaSizeLog2(&world_page), 12);
	CHECK_EQ(L4_UtcbAreaSize(&world_page), 4096);
	CHECK_EQ(L4_UtcbAlignmentLog2(&world_page), 10);
	CHECK_EQ(L4_UtcbSize(&world_page), 1024);
	CHECK_EQ(L4_KipAreaSizeLog2(&world_page), 12);
	CHECK_EQ(L4_KipAreaSize(&world_page), 4096);
	CHECK_EQ(L4_PageSizeMask(&world_page), 0x201000);
	CHECK_EQ(L4_PageRights(&world_page), 7);
	CHECK_EQ(L4_ThreadIdBits(&world_page), 18);
	CHECK_EQ(L4_ThreadIdSystemBase(&world_page), 16);
	CHECK_EQ(L4_ThreadIdUserBase(&world_page), 48);
	CHECK_EQ(L4_ReadPrecision(&world_page), 0x5678);
	CHECK_EQ(L4_SchedulePrecision(&world_page), 0x1234);
	CHECK_EQ(L4_BootInfo(&world_page), 0x9000);
	CHECK_EQ(L4_NumProcessors(&world_page), 2);
}

TEST(LKIP0004, "memory and processor descriptors, and nothing beyond the last")
{
	L4_MemoryDesc_t *m;

	world_start();
	world_kip.processor_info = 5ul << 60 | 1;
	world_kip.memory_info += 2;
	world_page.processor[5] = 2000000;
	world_page.memory[0] = (struct l4_memdesc){ 0x100000 | 1, 0x1fffc00 };
	world_page.memory[1] = (struct l4_memdesc){ 0x400 | 0x200 | 0x3e, 0x800 };
	CHECK_EQ(L4_NumMemoryDescriptors(&world_page), 2);
	m = L4_MemoryDesc(&world_page, 0);
	CHECK_EQ(L4_MemoryDescType(m), L4_ConventionalMemoryType);
	CHECK_EQ(L4_MemoryDescLow(m), 0x100000);
	CHECK_EQ(L4_MemoryDescHigh(m), 0x1ffffff);
	CHECK(!L4_IsMemoryDescVirtual(m));
	m = L4_MemoryDesc(&world_page, 1);
	CHECK(L4_IsMemoryDescVirtual(m));
	CHECK_EQ(L4_MemoryDescType(m), 0x3e);
	CHECK(L4_MemoryDesc(&world_page, 2) == 0);
	CHECK_EQ(L4_ProcDescInternalFreq(L4_ProcDesc(&world_page, 1)), 2000000);
	CHECK_EQ(L4_ProcDescExternalFreq(L4_ProcDesc(&world_page, 0)), 0);
	CHECK(L4_ProcDesc(&world_page, 2) == 0);
}

/* ---- Boot information ---- */

static struct {
	L4_BootInfo_t head;
	L4_Boot_Module_t module;
	char cmdline[8];
	L4_Boot_SimpleExec_t exec;
	L4_Boot_EFI_t efi;
	L4_Boot_MBI_t mbi;
} boot = {
	{ L4_BOOTINFO_MAGIC, 1, sizeof boot, sizeof boot.head, 4, { 0, 0, 0 } },
	{ L4_BootInfo_Module, 1, sizeof boot.module + 8, 0x100000, 0x2000, sizeof boot.module },
	"cmd arg",
	{ L4_BootInfo_SimpleExec, 1, sizeof boot.exec, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0 },
	{ L4_BootInfo_EFITables, 1, sizeof boot.efi, 21, 22, 23, 24, 25 },
	{ L4_BootInfo_Multiboot, 1, 0, 0x7000 },
};

TEST(LBOO0001, "the list of records is walked by offsets")
{
	static const L4_Word_t types[4] = { 1, 2, 0x101, 0x102 };
	L4_BootRec_t *r = L4_BootInfo_FirstEntry(&boot);

	CHECK(L4_BootInfo_Valid(&boot));
	CHECK_EQ(L4_BootInfo_Size(&boot), sizeof boot);
	CHECK_EQ(L4_BootInfo_Entries(&boot), 4);
	for (L4_Word_t i = 0; i < 4; i++, r = L4_BootRec_Next(r))
		CHECK_EQ(L4_BootRec_Type(r), types[i]);
	boot.head.version = 2;
	CHECK(!L4_BootInfo_Valid(&boot));
	boot.head.version = 1;
	boot.head.magic++;
	CHECK(!L4_BootInfo_Valid(&boot));
}

TEST(LBOO0002, "a module has a place, a size and perhaps a command line")
{
	L4_BootRec_t *r = L4_BootInfo_FirstEntry(&boot);

	CHECK_EQ(L4_Module_Start(r), 0x100000);
	CHECK_EQ(L4_Module_Size(r), 0x2000);
	CHECK_EQ(strcmp(L4_Module_Cmdline(r), "cmd arg"), 0);
	boot.module.cmdline_offset = 0;
	CHECK(L4_Module_Cmdline(r) == 0);
}

TEST(LBOO0003, "the fields of the other records")
{
	const L4_BootRec_t *r = (const L4_BootRec_t *)&boot.exec;

	CHECK_EQ(L4_SimpleExec_TextPstart(r) * 10 + L4_SimpleExec_TextVstart(r), 12);
	CHECK_EQ(L4_SimpleExec_TextSize(r) * 10 + L4_SimpleExec_DataPstart(r), 34);
	CHECK_EQ(L4_SimpleExec_DataVstart(r) * 10 + L4_SimpleExec_DataSize(r), 56);
	CHECK_EQ(L4_SimpleExec_BssPstart(r) * 10 + L4_SimpleExec_BssVstart(r), 78);
	CHECK_EQ(L4_SimpleExec_BssSize(r) * 10 + L4_SimpleExec_InitialIP(r), 100);
	L4_SimpleExec_Set_Flags(r, 2);
	L4_SimpleExec_Set_Label(r, 33);
	CHECK_EQ(L4_SimpleExec_Flags(r) * 100 + L4_SimpleExec_Label(r), 233);
	CHECK(L4_SimpleExec_Cmdline(r) == 0);
	r = L4_BootRec_Next(r);
	CHECK_EQ(L4_EFI_Systab(r) * 100 + L4_EFI_Memmap(r), 2122);
	CHECK_EQ(L4_EFI_MemmapSize(r) * 100 + L4_EFI_MemdescSize(r), 2324);
	CHECK_EQ(L4_EFI_MemdescVersion(r), 25);
	CHECK_EQ(L4_MBI_Address(L4_BootRec_Next(r)), 0x7000);
}

/* ---- Debugger ---- */

/* The trap's handler wrote `world` behind the compiler's back: look again. */
static void look_again(void)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static void check_service(unsigned char operand)
{
	look_again();
	CHECK_EQ(world.trap.code[0], 0x3c);
	CHECK_EQ(world.trap.code[1], operand);
}

TEST(LKDB0001, "characters and strings are printed by int3 and a comparison")
{
	static const char text[] = "text";

	world_start();
	L4_KDB_PrintChar('x');
	check_service(0x00);
	CHECK_EQ(world.trap.al, 'x');
	L4_KDB_PrintString(text);
	check_service(0x01);
	CHECK_EQ(world.trap.al, text);
	L4_KDB_ClearPage();
	check_service(0x02);
	CHECK_EQ(world.trap.count, 3);
}

TEST(LKDB0002, "characters are read, blocking or not")
{
	world_start();
	world.trap.answer_al = ~0ul;
	CHECK(L4_KDB_ReadChar() == -1);
	check_service(0x08);
	world.trap.answer_al = 'q';
	CHECK_EQ(L4_KDB_ReadChar_Blocked(), 'q');
	check_service(0x0d);
	CHECK_EQ(kd_inchar(), 'q');
}

TEST(LKDB0003, "entering the debugger is a jump over a move of the text's address")
{
	static const unsigned char code[5] = { 0xeb, 0x07, 0x48, 0xc7, 0xc0 };

	world_start();
	L4_KDB_Enter("why");
	look_again();
	CHECK_EQ(memcmp(world.trap.code, code, 5), 0);
	enter_kdebug("why");
	look_again();
	CHECK_EQ(world.trap.count, 2);
}

/* ---- Trace buffer ---- */

TEST(LTRC0001, "without the feature there is no buffer and nothing is recorded")
{
	world_start();
	CHECK(L4_GetTraceBuffer() == 0);
	L4_Tbuf_RecordEvent_4(1, "text", 1, 2, 3, 4);
	L4_Tbuf_IncCounter(0);
}

TEST(LTRC0002, "with it events are recorded in turn")
{
	static union {
		L4_TraceBuffer_t head;
		char room[sizeof(L4_TraceBuffer_t) + 4 * sizeof(L4_TraceRecord_t)];
	} ring __attribute__((aligned(1024)));
	static const char text[] = "a kernel\0tracebuffer\0";

	world_start();
	memcpy(world_page.text, text, sizeof text);
	world_kip.memory_info += 2;
	world_page.memory[1] = (struct l4_memdesc){ (L4_Word_t)&ring | 0x202, (L4_Word_t)&ring };
	ring.head.magic = L4_TRACEBUFFER_MAGIC;
	ring.head.mask = 1 << 16;
	ring.head.max = 4;
	CHECK(L4_GetTraceBuffer() == &ring.head);
	*world_word(L4_TCR_GLOBAL_ID) = 0x3300000001;
	for (L4_Word_t i = 0; i < 5; i++)
		L4_Tbuf_RecordEvent_2(100 + i, text, i, i * i);
	CHECK_EQ(ring.head.current, 1);
	CHECK_EQ(ring.head.tracerecords[1].X.id, 104);
	CHECK_EQ(ring.head.tracerecords[1].thread, 0x3300000001);
	CHECK_EQ(ring.head.tracerecords[1].data[1], 16);
	CHECK_EQ(ring.head.tracerecords[1].str, text);
	ring.head.mask = 0;
	L4_Tbuf_RecordEvent_0(1, text);
	CHECK_EQ(ring.head.current, 1);
	L4_Tbuf_IncCounter(3);
	CHECK_EQ(ring.head.counters[3], 1);
}
