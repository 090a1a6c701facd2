/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * local.h - the machine's state of each CPU: descriptor tables, TSS, FPU owner.
 *
 *   L1  TSS.RSP0 is the end of the IRET frame of the running thread. cpu.current and the loaded space
 *       (mem/tlb.h) are those of the thread to which C code exited last; the next entry into C corrects them
 *   L2  CR3 is that of the loaded space of mem/tlb.h (G4)
 *   L3  the FPU contains the state of fpu_owner and CR0.TS is clear; or it does, TS is set (tlb.held has
 *       TLB_HELD_SHUT), and the loaded space was that of the redirector of the owner's space at the last
 *       exit that looked at them; or fpu_owner is 0, TS is set and the FPU contains no thread's data
 *   L4  the CPU reads the TSS at KMAP_TSS; the I/O bitmap of the loaded space follows it there, or one that
 *       denies every port. So a load of CR3 switches the bitmap too
 */
#ifndef X86_64_LOCAL_H
#define X86_64_LOCAL_H

#include <x2/word.h>
#include <core/config.h>

struct thread;
struct space;

/* Selectors: SYSRET loads user CS from STAR[63:48] + 16, user SS from + 8; GS is fixed by amd64 1. */
enum {
	SEL_KERNEL_CS	= 0x08,
	SEL_KERNEL_SS	= 0x10,
	SEL_COMPAT_CS	= 0x18 | 3,	/* compatibility mode: not present */
	SEL_USER_SS	= 0x20 | 3,
	SEL_USER_CS	= 0x28 | 3,
	SEL_USER_GS	= 0x30 | 3,	/* present only while the kernel loads it (descr.c) */
	SEL_TSS		= 0x38,
	GDT_ENTRIES	= 9,		/* the TSS descriptor has two */
};

/*
 * The product of DS, ES and FS with their usual values. User code can load only 0 to 3 and the selectors of
 * the two user descriptors with any RPL; no other three of these have the product 5^3 * 7^3.
 */
enum { SEL_USUAL = SEL_USER_SS * SEL_USER_SS * SEL_USER_SS };
_Static_assert(SEL_USER_SS == 5 * 7 && SEL_USER_CS == 0x28 + 3, "32 to 35, 40 to 43");

enum { LOCAL_BYTES = 4096, IO_BITMAP_BYTES = 8192, TSS_BASE_BYTES = 104 };

/* SDM 3A 7.7. The bitmap begins at the next page. */
struct tss {
	uint32_t reserved0;
	uint64_t rsp0, rsp1, rsp2;
	uint64_t reserved1;
	uint64_t ist[7];
	uint64_t reserved2;
	uint16_t reserved3;
	uint16_t iomap;			/* offset of the bitmap from here */
} __attribute__((packed));

/* The stubs of entry.S, for exceptions and for interrupts; a group of interrupt stubs shares its end. */
enum { STUB_BYTES = 9, IRQ_STUB_BYTES = 4, IRQ_GROUP = 32, IRQ_GROUP_BYTES = IRQ_GROUP * IRQ_STUB_BYTES + 8 };

enum { KERNEL_STACK_BYTES = 8192, IST_BYTES = 4096 };
enum { IST_DEBUG = 1, IST_NMI, IST_DOUBLE_FAULT, IST_MACHINE_CHECK, ISTS = IST_MACHINE_CHECK };

/* kmap.c leaves the guard page unmapped: an overflow faults, and #DF has its own stack. */
struct kernel_stack {
	uint8_t guard[4096];
	uint8_t stack[KERNEL_STACK_BYTES];
} __attribute__((aligned(4096)));

/*
 * The functions that entry.S calls (trap.c): for Ipc, calls without message registers, other SYSCALLs,
 * exceptions, interrupts of user code and of the kernel. kernel/kdb puts functions of its own in front of
 * them.
 */
struct traps {
	struct thread *(*ipc)(struct thread *self, l4_tid_t to, l4_tid_t from, l4_word_t timeouts);
	struct thread *(*call)(struct thread *self), *(*syscall)(struct thread *self);
	struct thread *(*user)(struct thread *self);
	struct thread *(*irq)(struct thread *self), *(*interrupt)(unsigned vector);
};

struct cpu_local {
	l4_word_t user_sp;		/* of SYSCALL, until it is stored in the frame */
	l4_word_t stack;		/* top of the kernel stack */
	struct thread *fpu_owner;
	uint32_t entries;		/* for CHECK_PERIOD */
	uint64_t gdt[GDT_ENTRIES];
	bool tls_loaded;		/* the FS base was loaded for a thread since it was last 0 */
	uint32_t floor __attribute__((aligned(16)));	/* as cpu.floor, or above all priorities while the fast
					   path must not switch; aligns RSP0 too */
	struct tss tss;
	struct traps traps;
} __attribute__((aligned(LOCAL_BYTES)));

_Static_assert(offsetof(struct cpu_local, tss.rsp0) % 8 == 0, "written at each switch");
_Static_assert(offsetof(struct cpu_local, floor) / 64
	       == offsetof(struct cpu_local, tss.rsp0) / 64, "one line");
_Static_assert(offsetof(struct cpu_local, tls_loaded) / 64
	       == offsetof(struct cpu_local, floor) / 64, "and in the same");
_Static_assert(sizeof(struct cpu_local) == LOCAL_BYTES, "a page, so that the bitmap can follow it (L4)");
_Static_assert(sizeof(struct tss) == TSS_BASE_BYTES, "SDM 3A 7.7");

extern struct cpu_local cpu_locals[CFG_CPUS];
extern struct kernel_stack kernel_stack[CFG_CPUS];

/* Returns the state of the executing CPU. */
static inline struct cpu_local *cpu_local(void) { return &cpu_locals[cpu_number()]; }

/* kmap.c; io.c calls it by the name that each machine has (machine.h). Here one call fills the bitmap. */
void kmap_use_bitmap(struct space *s);
static inline bool io_use_bitmap(struct space *s) { return kmap_use_bitmap(s), true; }

#endif
