/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console.c - the console conventions of a kernel debugger at int3 (amd64 9, ia32 8), for root servers
 * that use them; only with kdb=on or kdb=debug. "Enter the debugger" prints its text; then kdb=debug
 * enters it, and kdb=on continues the thread.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <core/upcall.h>
#include <lib/print.h>
#include <lib/str.h>
#include <kdb/kdb.h>
#include <arch/time.h>

enum {
	CODE_NOP = 0x90, CODE_CMP_AL = 0x3c, CODE_JMP_SHORT = 0xeb, CODE_MOV_EAX = 0xb8,
	KDB_PUTC = 0x00, KDB_PUTS = 0x01, KDB_GETC_NOW = 0x08, KDB_GETC = 0x0d,
	CODE_BYTES = 9,			/* jmp, its distance, 7 bytes of mov */
	INT3_BYTES = 1,
};

/* Reads the code after int3; bytes that are not readable become 0, which is no operation here. */
static void read_code(struct thread *t, uint8_t *code)
{
	memset(code, 0, CODE_BYTES);
	for (unsigned i = 0; i < CODE_BYTES; i++)
		if (!arch_copy_in(t->space, code + i, thread_regs(t)->ip + i, 1))
			return;
}

/* Print the text at `at`. A page of it that is not mapped: the thread has a page fault, and repeats int3. */
static struct thread *print_text(struct thread *self, l4_word_t at, const char *end)
{
	l4_word_t missing;

	if (kdb_print_text(self, at, end, &missing))
		return self;
	thread_regs(self)->ip -= INT3_BYTES;
	return fault_page(self, missing, L4_R);
}

/* Returns the address in mov $text, %rax (sign-extended) or mov $text, %eax after a short jmp; else 0. */
static l4_word_t entry_text(const uint8_t *code)
{
	static const uint8_t mov_rax[] = { 0x48, 0xc7, 0xc0 };
	int32_t sign;
	uint32_t zero;

	memcpy(&sign, code + 5, sizeof(sign));
	memcpy(&zero, code + 3, sizeof(zero));
	if (memcmp(code + 2, mov_rax, sizeof(mov_rax)) == 0)
		return (l4_word_t)(int64_t)sign;
	return code[2] == CODE_MOV_EAX ? zero : 0;
}

/* No character yet: yield, then execute int3 again. */
static struct thread *wait_for_key(struct thread *self)
{
	thread_regs(self)->ip -= INT3_BYTES;
	return sched_yield(self);
}

static struct thread *operation(struct thread *self, uint8_t which)
{
	int c;

	report_flush();
	switch (which) {
	case KDB_PUTC:
		arch_putc((char)thread_regs(self)->ax);
		return self;
	case KDB_PUTS:
		return print_text(self, thread_regs(self)->ax, "");
	case KDB_GETC_NOW:
		c = arch_getc();
		thread_regs(self)->ax = (l4_word_t)(long)c;
		return self;
	case KDB_GETC:
		c = arch_getc();
		if (c < 0)
			return wait_for_key(self);
		thread_regs(self)->ax = (l4_word_t)c;
		return self;
	default:
		return self;
	}
}

/* Print the text at `at`, which names the reason, and with kdb=debug enter the debugger. */
static struct thread *enter(struct thread *self, l4_word_t at)
{
	l4_word_t ip = thread_regs(self)->ip;
	struct thread *next = print_text(self, at, "\n");
	uint64_t began = cpu_tsc();

	if (kernel.kdb == KDB_DEBUG && next == self && thread_regs(self)->ip == ip) {
		kdb_run(self, "int3");
		time_exclude(began);
	}
	return next;
}

struct thread *kdb_breakpoint(struct thread *self)
{
	uint8_t buffer[CODE_BYTES + 1] = { 0 }, *code = buffer;

	read_code(self, code);
	if (code[0] == CODE_NOP)
		code++;
	if (code[0] == CODE_CMP_AL)
		return operation(self, code[1]);
	if (code[0] == CODE_JMP_SHORT && entry_text(code))
		return enter(self, entry_text(code));
	return self;
}
