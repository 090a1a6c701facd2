/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_memory.c - pages, faults, what is mapped, blocks for devices.
 */
#include <stdio.h>
#include <string.h>
#include "system.h"

enum { READ = 4, WRITE = 2, EXECUTE = 1 };

/* Until there is a page: the first faults may make tables only. */
static void *page(unsigned access, L4_Word_t address)
{
	L4_Word_t item[2];

	for (unsigned i = 0; i < 4; i++) {
		machine_fault(access, address, 0x400100, item);
		if (item[1] != 0)
			return machine_memory(item);
	}
	return NULL;
}

TEST(fault_code, "a page of code is shared by the tasks of a program, its bytes are those of the file")
{
	struct root_spawn_out again;
	void *first;

	system_boot();
	system_tool();
	first = page(EXECUTE, 0x400100);
	CHECK(first && memcmp(first, "\177ELF", 4) == 0);
	machine_be(FIRST(1));
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "tool", "", &again) == ROOT_OK);
	machine_be(again.first);
	CHECK(page(EXECUTE, 0x400100) == first);
}

TEST(fault_data, "data are a task's own, filled from the file; what is not in the file is 0")
{
	struct root_spawn_out again;
	char *one, *zero, *other;

	system_boot();
	system_tool();
	one = page(WRITE, 0x401000);
	zero = page(WRITE, 0x402ff8);
	CHECK(one && zero && strcmp(one, "data of the program") == 0);
	for (unsigned i = 0; i < PAGE; i++)
		CHECK(zero[i] == 0);
	machine_be(FIRST(1));
	CHECK(root_spawn(ROOT, 0, L4_nilthread, "tool", "", &again) == ROOT_OK);
	machine_be(again.first);
	strcpy(one, "changed");
	other = page(WRITE, 0x401000);
	CHECK(other && other != one && strcmp(other, "data of the program") == 0);
}

/* The test's task ends by a fault; the shell gets the end. */
static bool ends(enum root_end how, const char *report)
{
	struct root_wait_out end;

	machine_be(FIRST(1));
	return root_wait(ROOT, 0, 0, &end) == ROOT_OK && end.end == how && machine_said(report);
}

TEST(fault_null, "reading where nothing is ends the task, with a report that says where")
{
	L4_Word_t item[2];

	system_boot();
	system_tool();
	machine_fault(READ, 8, 0x400123, item);
	CHECK(item[1] == 0);
	CHECK(ends(ROOT_END_FAULT, "page fault reading 0x8: nothing is mapped there, at ip 0x400123"));
}

TEST(fault_code_write, "writing to code is named as that")
{
	L4_Word_t item[2];

	system_boot();
	system_tool();
	machine_fault(WRITE, 0x400200, 0x400123, item);
	CHECK(item[1] == 0 && ends(ROOT_END_FAULT, "page fault writing 0x400200: the page is read-only"));
}

TEST(fault_data_run, "executing data, the guard below the stack, the kernel's place are named")
{
	static const struct { int place; unsigned access; const char *why; } faults[] = {
		{ 0, EXECUTE, "the page holds no code" }, { 1, WRITE, "the stack has overflowed" },
		{ 2, READ, "the place belongs to the kernel" },
	};
	L4_Word_t item[2], ip, sp;

	system_boot();
	for (unsigned i = 0; i < 3; i++) {
		L4_ThreadId_t tool = system_tool();

		CHECK(machine_started(tool, &ip, &sp));
		machine_fault(faults[i].access, faults[i].place == 0 ? 0x401000 : faults[i].place == 1
			      ? (sp & ~0x1ffffful) + 0x80000 : (sp & ~0x1ffffful) + 8, 0x400123, item);
		CHECK(item[1] == 0 && ends(ROOT_END_FAULT, faults[i].why));
	}
}

TEST(fault_exceptions, "an exception ends the task, named by its number")
{
	system_boot();
	system_tool();
	CHECK(!machine_exception(0, 0, 0x400321));
	CHECK(ends(ROOT_END_FAULT, "division error (exception 0, error code 0), at ip 0x400321 (no symbol)"));
	system_tool();
	CHECK(!machine_exception(13, 0x18, 0x400321));
	CHECK(ends(ROOT_END_FAULT, "general protection fault (exception 13, error code 0x18)"));
	system_tool();
	CHECK(!machine_exception(20, 0, ~0ul));
	CHECK(ends(ROOT_END_FAULT, "exception (exception 20, error code 0), in a message transfer"));
}

TEST(map_pages, "memory is there zeroed, is refused where something is, beyond the limit, and comes back")
{
	struct root_map_out at, other;
	struct root_memory_out before, after;
	char *first;

	system_boot();
	system_tool();
	CHECK(root_memory(ROOT, &before) == ROOT_OK && before.limit == 1 << 20);
	CHECK(root_map(ROOT, 5 * PAGE, 0, &at) == ROOT_OK && at.address % PAGE == 0);
	CHECK(root_map(ROOT, 0, 0, &other) == ROOT_E_ARGUMENT);
	CHECK(root_map(ROOT, PAGE, at.address + PAGE, &other) == ROOT_E_ARGUMENT);
	CHECK(root_map(ROOT, PAGE, at.address + 1, &other) == ROOT_E_ARGUMENT);
	CHECK(root_map(ROOT, 2 << 20, 0, &other) == ROOT_E_MEMORY);
	CHECK(root_map(ROOT, ~0ul, 0, &other) == ROOT_E_ARGUMENT);
	first = page(WRITE, at.address);
	CHECK(first && first[17] == 0 && page(WRITE, at.address + 4 * PAGE) != first);
	CHECK(root_unmap(ROOT, at.address + PAGE) == ROOT_E_ARGUMENT);
	CHECK(root_unmap(ROOT, at.address) == ROOT_OK && root_unmap(ROOT, at.address) == ROOT_E_ARGUMENT);
	CHECK(root_memory(ROOT, &after) == ROOT_OK && after.kept == before.kept);
}

enum { SMALL_LOG2 = 26 };

/* The shell starts the tool where there are small spaces; this line is added to the tool's section. */
static bool small_tool(const char *line, L4_Word_t *ip, L4_Word_t *sp)
{
	static char text[1024];

	snprintf(text, sizeof text, "%s\t%s\n", SYSTEM, line);
	machine_boot(text);
	machine_small(SMALL_LOG2);
	machine_be(FIRST(1));
	return machine_started(system_tool(), ip, sp);
}

TEST(small_places, "a task that fits into a small space has all below its size: start code, stack, memory")
{
	struct root_map_out at = { .address = 0 };
	struct root_populate_out filled;
	L4_Word_t ip, sp, before = 6 << 20;

	CHECK(small_tool("memory 1M", &ip, &sp));		/* segments from 4 MiB on: 8 MiB */
	CHECK(ip > 6 << 20 && ip < 7 << 20 && sp > 7 << 20 && sp < 8 << 20);
	CHECK(page(WRITE, sp - 8) && page(WRITE, 7 << 20));
	for (unsigned i = 0; i < 4; i++) {
		CHECK(root_map(ROOT, 2 * PAGE, 0, &at) == ROOT_OK && at.address == before - 3 * PAGE);
		before = at.address;
	}
	CHECK(page(WRITE, at.address));
	CHECK(root_populate(ROOT, 16 * PAGE, 0, &filled) == ROOT_OK && filled.address < before);
	CHECK(filled.address > 0x403000);
	CHECK(root_unmap(ROOT, at.address + 3 * PAGE) == ROOT_OK);	/* its place is free again */
	CHECK(root_map(ROOT, PAGE, 0, &at) == ROOT_OK && at.address == before + 4 * PAGE);
}

TEST(small_beyond, "memory goes around the segments, and above the small space when that has no place")
{
	static const L4_Word_t places[] = { 0x4ff000, 0x2ff000, 0x1fe000, 0xfd000 };
	struct root_map_out at;
	L4_Word_t ip, sp;

	CHECK(small_tool("memory 8M; small 8", &ip, &sp) && sp < 8 << 20);
	for (unsigned i = 0; i < 4; i++)
		CHECK(root_map(ROOT, 1 << 20, 0, &at) == ROOT_OK && at.address == places[i]);
	CHECK(root_map(ROOT, 1 << 20, 0, &at) == ROOT_OK && at.address > 64 << 20 && page(WRITE, at.address));
	CHECK(root_map(ROOT, 512 << 10, 0, &at) == ROOT_OK && at.address == 0x47e000);
	CHECK(root_map(ROOT, 512 << 10, 0, &at) == ROOT_OK && at.address == 0x7c000);
}

TEST(small_word, "`small` chooses the size; with 0, and where the program does not fit, the space is large")
{
	L4_Word_t ip, sp;

	CHECK(small_tool("small 32", &ip, &sp) && sp > 31 << 20 && sp < 32 << 20);
	machine_small(0);
	machine_be(FIRST(1));
	CHECK(root_kill(ROOT, TOOL_TASK, 0) == ROOT_OK);
	CHECK(machine_started(system_tool(), &ip, &sp) && sp > 64 << 20);
}

TEST(small_never, "`small 0` is a large space where there are small ones")
{
	L4_Word_t ip, sp;

	CHECK(small_tool("small 0", &ip, &sp) && sp > 64 << 20);
}

TEST(small_little, "a `small` that has no room for the segments is reported; the task has a large space")
{
	L4_Word_t ip, sp;

	CHECK(small_tool("small 4", &ip, &sp) && sp > 64 << 20);
	CHECK(machine_said("tool (task 5) is in a large space: `small 4` of its section is too little"));
}

TEST(map_again, "after memory was given back a fault there ends the task")
{
	struct root_map_out at;
	L4_Word_t item[2];

	system_boot();
	system_tool();
	CHECK(root_map(ROOT, PAGE, 0, &at) == ROOT_OK && page(WRITE, at.address));
	CHECK(root_unmap(ROOT, at.address) == ROOT_OK);
	machine_fault(WRITE, at.address, 0x400100, item);
	CHECK(item[1] == 0 && ends(ROOT_END_FAULT, "nothing is mapped there"));
}

TEST(map_seal, "sealed memory keeps its bytes, and can be executed, not written")
{
	struct root_map_out at;
	L4_Word_t item[2];
	char *memory;

	system_boot();
	system_tool();
	CHECK(root_map(ROOT, PAGE, 0, &at) == ROOT_OK);
	memory = page(WRITE, at.address);
	CHECK(memory);
	strcpy(memory, "code");
	CHECK(root_seal(ROOT, 0x400000, 1) == ROOT_E_ARGUMENT && root_seal(ROOT, at.address, 1) == ROOT_OK);
	machine_wait(1000);
	CHECK(page(EXECUTE, at.address) == memory && strcmp(memory, "code") == 0);
	machine_fault(WRITE, at.address, 0x400100, item);
	CHECK(item[1] == 0 && ends(ROOT_END_FAULT, "the page is read-only"));
}

TEST(map_populate, "memory that is populated needs no faults, and is refused like any other")
{
	struct root_populate_out at;
	struct root_memory_out before, after;

	system_boot();
	CHECK(root_memory(ROOT, &before) == ROOT_OK);
	CHECK(root_populate(ROOT, 64 * PAGE, 0, &at) == ROOT_OK && at.address % PAGE == 0);
	CHECK(root_memory(ROOT, &after) == ROOT_OK && after.used >= before.used + 64 * PAGE);
	CHECK(root_populate(ROOT, 64ul << 20, 0, &at) == ROOT_E_MEMORY);
	CHECK(root_populate(ROOT, PAGE, 0x400000, &at) == ROOT_E_ARGUMENT);
}

TEST(map_limit, "a task gets no more than its limit, in small pieces either")
{
	struct root_map_out at;
	unsigned n = 0;

	system_boot();
	system_tool();
	while (n < 300 && root_map(ROOT, 8 * PAGE, 0, &at) == ROOT_OK)
		n++;
	CHECK(n > 10 && n < 32);
	CHECK(root_map(ROOT, 8 * PAGE, 0, &at) == ROOT_E_MEMORY);
}

TEST(image_files, "files of the boot image are read in pieces; other names are none")
{
	struct root_file_out file;
	struct root_programs_out program = { .next = 0 };
	unsigned n = 0;

	system_boot();
	CHECK(root_file(ROOT, 0, "init", &file) == ROOT_OK && file.size == strlen(SYSTEM));
	CHECK(file.data_bytes == sizeof file.data || file.data_bytes == file.size);
	CHECK(memcmp(file.data, SYSTEM, file.data_bytes) == 0);
	CHECK(root_file(ROOT, file.size + 1, "init", &file) == ROOT_OK && file.data_bytes == 0);
	CHECK(root_file(ROOT, 0, "bin/nothing", &file) == ROOT_E_NAME);
	while (root_programs(ROOT, program.next, &program) == ROOT_OK && program.next != 0)
		n++;
	CHECK(n == 6);		/* with the supervisor */
}

TEST(block_share, "a block of memory is cleared, shared with the task that is named, and with no other")
{
	struct root_dma_new_out block;
	struct root_dma_open_out open;
	L4_ThreadId_t tool;
	char *own;

	system_boot();
	tool = system_tool();
	CHECK(root_dma_new(ROOT, 3 * PAGE, FIRST(2), &block) == ROOT_OK && block.address % PAGE == 0);
	own = page(WRITE, block.address);
	CHECK(own && own[0] == 0);
	own[0] = 's';
	CHECK(root_dma_share(ROOT, block.block + 9, FIRST(2)) == ROOT_E_ARGUMENT);
	machine_be(FIRST(0));
	CHECK(root_dma_open(ROOT, block.block, TOOL_TASK, &open) != ROOT_OK);
	machine_be(FIRST(2));
	CHECK(root_dma_open(ROOT, block.block, TOOL_TASK, &open) == ROOT_OK);
	CHECK(page(WRITE, open.address) == own && own[0] == 's');
	machine_be(tool);
	CHECK(root_unmap(ROOT, block.address) == ROOT_OK);
	machine_be(FIRST(2));
	CHECK(root_unmap(ROOT, open.address) == ROOT_OK);
}

TEST(block_fault, "a fault in a block is answered with one page of it, with all of it if it is a large page")
{
	static const struct { L4_Word_t bytes; unsigned log2; } blocks[] = {
		{ PAGE, 12 }, { 8 * PAGE, 12 }, { 64 * PAGE, 12 }, { ROOT_DMA_MAX, 21 },
	};
	struct root_dma_new_out block;

	system_boot();
	for (unsigned i = 0; i < sizeof blocks / sizeof *blocks; i++) {
		L4_Word_t last, item[2] = { 0 };

		CHECK(root_dma_new(ROOT, blocks[i].bytes, L4_nilthread, &block) == ROOT_OK);
		last = block.address + blocks[i].bytes - PAGE;
		for (unsigned faults = 0; faults < 4 && item[1] == 0; faults++)
			machine_fault(WRITE, last, 0x400100, item);
		CHECK(L4_SizeLog2((L4_Fpage_t){ .raw = item[1] }) == blocks[i].log2);
		CHECK(item[0] >> blocks[i].log2 == last >> blocks[i].log2);
		CHECK(root_unmap(ROOT, block.address) == ROOT_OK);
	}
}
