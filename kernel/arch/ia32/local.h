/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * local.h - the machine's state of each CPU: descriptor tables, TSS, FPU owner.
 *
 *   L1  TSS.ESP0 is the end of the IRET frame of the running thread. cpu.current is the thread to which C
 *       code exited last; the next entry into C corrects it
 *   L2  CR3 is that of the loaded space of mem/tlb.h (G4)
 *   L3  the FPU contains the state of fpu_owner and CR0.TS is clear; or it does, TS is set (tlb.held has
 *       TLB_HELD_SHUT), and the loaded space was that of the redirector of the owner's space at the last
 *       exit that looked at them; or fpu_owner is 0, TS is set and the FPU contains no thread's data
 *   L4  the CPU reads the TSS at KMAP_TSS, and some I/O bitmaps behind it; TSS.iomap is io.offset of the
 *       running thread's space, which is the place of its own bitmap or IO_NONE
 *   L5  the GDT's descriptors of user CS and DS are those of arch.seg of the running thread's space: base
 *       and limit are its user area, the accessed bit is set. Two spaces with other bases have other `high`
 *       words. User code runs with segment registers that were loaded after its descriptors were written
 *   L6  the cell at KMAP_UTCB_CELL has arch.ipc_return of the running thread's space: SYSEXIT continues there
 */
#ifndef IA32_LOCAL_H
#define IA32_LOCAL_H

#include <x2/word.h>
#include <core/config.h>

struct thread;
struct space;

/* Selectors: those of user code are fixed by ia32 1; SYSENTER and SYSEXIT need the first four so. */
enum {
	SEL_KERNEL_CS	= 0x08,
	SEL_KERNEL_SS	= 0x10,
	SEL_USER_CS	= 0x18 | 3,
	SEL_USER_DS	= 0x20 | 3,
	SEL_USER_SS	= SEL_USER_DS,
	SEL_USER_GS	= 0x28 | 3,
	SEL_TSS		= 0x30,
	SEL_TASKS	= 0x38,		/* of the tasks below */
	GDT_ENTRIES	= 10,
};

/* Exceptions that can come while ESP is no stack have tasks of their own. */
enum { TASK_NMI, TASK_DOUBLE_FAULT, TASK_MACHINE_CHECK, TASKS };

enum { LOCAL_BYTES = 4096, IO_BITMAP_BYTES = 8192, TSS_BYTES = 104, IO_NONE = 0xffff };

/* SDM 3A 7.2.1. */
struct tss {
	uint32_t back, esp0, ss0, esp1, ss1, esp2, ss2, cr3, eip, eflags;
	uint32_t eax, ecx, edx, ebx, esp, ebp, esi, edi, es, cs, ss, ds, fs, gs, ldt;
	uint16_t trap;
	uint16_t iomap;			/* offset of the bitmap from here */
};

/* The stubs of entry.S, for exceptions and for interrupts; a group of interrupt stubs shares its end. */
enum { STUB_BYTES = 9, IRQ_STUB_BYTES = 4, IRQ_GROUP = 32, IRQ_GROUP_BYTES = IRQ_GROUP * IRQ_STUB_BYTES + 8 };

enum { KERNEL_STACK_BYTES = 8192, TASK_STACK_BYTES = 4096, SYSENTER_STACK_BYTES = 64 };

/* kmap.c leaves the guard page unmapped: an overflow faults, and #DF is a task. */
struct kernel_stack {
	uint8_t guard[4096];
	uint8_t stack[KERNEL_STACK_BYTES];
} __attribute__((aligned(4096)));

/*
 * The functions that entry.S calls (trap.c): for Ipc by SYSENTER that fast.S has not done, for INT by a stub,
 * exceptions, interrupts of user code and of the kernel. kernel/kdb puts functions of its own in front.
 */
struct traps {
	struct thread *(*ipc)(struct thread *self), *(*syscall)(struct thread *self);
	struct thread *(*user)(struct thread *self), *(*irq)(struct thread *self);
	struct thread *(*interrupt)(unsigned vector);
};

struct cpu_local {
	l4_word_t stack;		/* top of the kernel stack */
	struct thread *fpu_owner;
	uint32_t entries;		/* for CHECK_PERIOD */
	uint32_t floor;			/* as cpu.floor, or above all priorities while fast.S must not switch */
	struct traps traps;
	uint64_t gdt[GDT_ENTRIES] __attribute__((aligned(8)));
	struct tss tss;
	struct tss task[TASKS];
	uint8_t sysenter_stack[SYSENTER_STACK_BYTES];	/* for #DB at the first instruction after SYSENTER */
} __attribute__((aligned(LOCAL_BYTES)));

_Static_assert(sizeof(struct cpu_local) == LOCAL_BYTES, "a page, so that bitmaps can follow it (L4)");
_Static_assert(sizeof(struct tss) == TSS_BYTES, "SDM 3A 7.2.1");

/*
 * The words of the descriptor of a user code segment (L5, arch.seg): the limit, in pages, is in bits 15..0 of
 * the lower and 19..16 of the upper one. That of the data segment differs in one bit of its type.
 */
enum {
	SEG_CODE	= 0xc0fb00,		/* upper word: base 0, limit 0 */
	SEG_LIMIT_HIGH	= 0xf0000,
	SEG_CODE_NOT_DATA = 0x800,
};

/*
 * A CPU's line of the page at KMAP_UTCB_CELL, which programs read by GS: only the first word is in that
 * segment. The others are the operand of the far jump at KMAP_TRAMPOLINE.
 */
struct utcb_cell {
	l4_word_t utcb;
	struct { l4_word_t ip; uint16_t selector; } jump;
} __attribute__((aligned(64)));

/* tlb.direct (mem/tlb.h, G5) of a small space has this bit; otherwise it is a value of CR3, or 0. */
enum { DIRECT_SMALL = 1 };

/* Bytes of the code at KMAP_TRAMPOLINE (gateway.S). */
enum { TRAMPOLINE_BYTES = 16 };

extern struct utcb_cell utcb_cells[];
extern struct cpu_local cpu_locals[CFG_CPUS];
extern struct kernel_stack kernel_stack[CFG_CPUS];

/* Returns the state of the executing CPU. */
static inline struct cpu_local *cpu_local(void) { return &cpu_locals[cpu_number()]; }

/* Returns true if the GDT has the user segments of s. */
static inline bool segments_loaded(const struct space *s)
{
	return (uint32_t)(cpu_local()->gdt[SEL_USER_CS >> 3] >> 32) == s->arch.seg.high;
}

/* Write the segments of s (L5). entry.S loads them. */
static inline void set_segments(const struct space *s)
{
	uint64_t *gdt = cpu_local()->gdt, code = (uint64_t)s->arch.seg.high << 32 | s->arch.seg.low;

	gdt[SEL_USER_CS >> 3] = code;
	gdt[SEL_USER_DS >> 3] = code ^ (uint64_t)SEG_CODE_NOT_DATA << 32;
}

bool io_use_bitmap(struct space *s);		/* io_arch.c; see machine.h */

#endif
