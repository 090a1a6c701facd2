/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * descr.c - segment descriptors, task states, interrupt gates, and the registers of SYSENTER.
 */
#include <core/arch.h>
#include <arch/apic.h>
#include <arch/cpu.h>
#include <arch/features.h>
#include <arch/gateway.h>
#include <arch/layout.h>
#include <arch/x86/machine.h>
#include <lib/section.h>
#include "entry.h"
#include "kmap.h"
#include "local.h"

/* Descriptors (SDM 3A 3.4.5): 4 GiB, accessed. The segment of GS is 4 bytes, without its base. Those
 * of the other user segments are written when a space is loaded (trap.c). */
#define DESC_KERNEL_CODE	0x00cf9b000000ffffull
#define DESC_KERNEL_DATA	0x00cf93000000ffffull
#define DESC_USER_GS		0x0040f30000000003ull
#define DESC_TSS		((uint64_t)0x89 << 40)

enum { GATE_INTERRUPT = 0x8e, GATE_TASK = 0x85, GATE_DPL3 = 0x60, VECTORS = 256 };

struct gate { uint16_t low, selector; uint8_t reserved, type; uint16_t high; };

struct table_pointer { uint16_t limit; uint32_t base; } __attribute__((packed));

extern uint8_t entry_stubs[], entry_irqs[];

struct cpu_local cpu_locals[CFG_CPUS];
struct kernel_stack kernel_stack[CFG_CPUS];
static uint8_t task_stacks[CFG_CPUS][TASKS][TASK_STACK_BYTES] __attribute__((aligned(16)));
static struct gate idt[VECTORS];

static inline void load_gdt(struct table_pointer p) { __asm__ volatile("lgdt %0" : : "m"(p) : "memory"); }
static inline void load_idt(struct table_pointer p) { __asm__ volatile("lidt %0" : : "m"(p) : "memory"); }
static inline void load_no_ldt(void) { __asm__ volatile("lldt %w0" : : "r"(0)); }
static inline void load_tss(void) { __asm__ volatile("ltr %w0" : : "r"(SEL_TSS)); }

/* CS by a far jump; FS and GS are loaded at the first exit. */
static inline void load_segments(void)
{
	__asm__ volatile("ljmp %0, $1f; 1: mov %1, %%ss; mov %1, %%ds; mov %1, %%es"
			 : : "i"(SEL_KERNEL_CS), "r"(SEL_KERNEL_SS) : "memory");
}

static uint64_t desc_base(uint32_t base)
{
	return (uint64_t)(base & 0xffffff) << 16 | (uint64_t)(base >> 24) << 56;
}

static BOOT_CODE void make_gdt(struct cpu_local *l)
{
	l->gdt[SEL_KERNEL_CS >> 3] = DESC_KERNEL_CODE;
	l->gdt[SEL_KERNEL_SS >> 3] = DESC_KERNEL_DATA;
	l->gdt[SEL_USER_GS >> 3] = DESC_USER_GS | desc_base(KMAP_UTCB_CELL);
	for (unsigned i = 0; i < TASKS; i++)
		l->gdt[(SEL_TASKS >> 3) + i] = DESC_TSS | desc_base((uintptr_t)&l->task[i]) | (TSS_BYTES - 1);
}

/* Make the CPU use the TSS at base, of `bytes` bytes. */
static BOOT_CODE void use_tss(struct cpu_local *l, uint32_t base, uint32_t bytes)
{
	l->gdt[SEL_TSS >> 3] = DESC_TSS | desc_base(base) | (bytes - 1);
	load_tss();
}

/* The exceptions that can come where ESP is no stack, or in the middle of a frame. */
static BOOT_CODE void make_task(struct cpu_local *l, unsigned i, void (*entry)(void))
{
	l->task[i] = (struct tss){
		.eip = (uintptr_t)entry, .esp = (uintptr_t)task_stacks[0][i] + TASK_STACK_BYTES, .eflags = 2,
		.cs = SEL_KERNEL_CS, .ss = SEL_KERNEL_SS, .ds = SEL_KERNEL_SS, .es = SEL_KERNEL_SS, .iomap = IO_NONE,
	};
}

static BOOT_CODE void make_tss(struct cpu_local *l)
{
	l->stack = (uintptr_t)(kernel_stack[0].stack + KERNEL_STACK_BYTES);
	l->tss.esp0 = l->stack;		/* until the first thread runs */
	l->tss.ss0 = SEL_KERNEL_SS;
	l->tss.iomap = IO_NONE;
	make_task(l, TASK_NMI, entry_nmi);
	make_task(l, TASK_DOUBLE_FAULT, entry_double_fault);
	make_task(l, TASK_MACHINE_CHECK, entry_machine_check);
}

static BOOT_CODE uintptr_t stub_of(unsigned vector)
{
	unsigned irq = vector - VECTOR_PIC;

	if (vector < VECTOR_PIC)
		return (uintptr_t)entry_stubs + vector * STUB_BYTES;
	return (uintptr_t)entry_irqs + irq / IRQ_GROUP * IRQ_GROUP_BYTES + irq % IRQ_GROUP * IRQ_STUB_BYTES;
}

static void set_gate(unsigned vector, uintptr_t to, unsigned selector, unsigned type)
{
	idt[vector] = (struct gate){
		.low = (uint16_t)to, .high = (uint16_t)(to >> 16),
		.selector = (uint16_t)selector, .type = (uint8_t)type,
	};
}

static BOOT_CODE void make_idt(void)
{
	for (unsigned v = 0; v < VECTORS; v++)
		set_gate(v, stub_of(v), SEL_KERNEL_CS, GATE_INTERRUPT);
	set_gate(VECTOR_BP, stub_of(VECTOR_BP), SEL_KERNEL_CS, GATE_INTERRUPT | GATE_DPL3);
	set_gate(VECTOR_NMI, 0, SEL_TASKS + 8 * TASK_NMI, GATE_TASK);
	set_gate(VECTOR_DF, 0, SEL_TASKS + 8 * TASK_DOUBLE_FAULT, GATE_TASK);
	set_gate(VECTOR_MC, 0, SEL_TASKS + 8 * TASK_MACHINE_CHECK, GATE_TASK);
}

/* The tasks get a CR3 by descr_init_bitmap: until then those exceptions end in a reset. */
BOOT_CODE void descr_init(void)
{
	struct cpu_local *l = cpu_local();

	make_gdt(l);
	make_tss(l);
	make_idt();
	load_gdt((struct table_pointer){ sizeof(l->gdt) - 1, (uintptr_t)l->gdt });
	load_segments();
	load_no_ldt();
	use_tss(l, (uintptr_t)&l->tss, sizeof(l->tss));		/* the bitmaps are not mapped yet */
	load_idt((struct table_pointer){ sizeof(idt) - 1, (uintptr_t)idt });
	cpu_clear_dr7();
}

BOOT_CODE void descr_init_bitmap(void)
{
	struct cpu_local *l = cpu_local();

	for (unsigned i = 0; i < TASKS; i++)
		l->task[i].cr3 = (uint32_t)arch_tlb_word(0, 0);
	use_tss(l, KMAP_TSS + offsetof(struct cpu_local, tss), kmap_bitmap_offset(KMAP_BITMAPS) + 1u);
}

/* A segment of one page at the direct map: the CPU can read behind it, if it does not check limits. */
#define DESC_USER_PAGE		0x00c0f30000000000ull

/*
 * #GP leads to label 1, where its frame of four words is discarded: interrupts are off, and the CPU does not
 * change the stack. The first exit writes the descriptor anew, and loads FS.
 */
BOOT_CODE bool descr_limits_hold(void)
{
	struct gate *gate = &idt[VECTOR_GP], before = *gate;
	unsigned held;

	cpu_local()->gdt[SEL_USER_DS >> 3] = DESC_USER_PAGE | desc_base(KMAP_DIRECT);
	__asm__ volatile("mov $1f, %%eax; mov %%ax, (%1); shr $16, %%eax; mov %%ax, 6(%1);"
			 "xor %0, %0; mov %2, %%fs; mov %%fs:0x1000, %%al; jmp 2f;"
			 "1: add $16, %%esp; inc %0; 2:"
			 : "=&r"(held) : "r"(gate), "r"(SEL_USER_DS) : "eax", "cc", "memory");
	*gate = before;
	return held;
}

/* Where SYSENTER enters; with entry_sysenter SystemClock has a short way too. */
static void (*sysenter_entry)(void);

void descr_leave_out_short(bool all)
{
	void (*entry)(void) = all ? entry_by_c : sysenter_entry;

	set_gate(GATEWAY_VECTOR, (uintptr_t)(entry == entry_sysenter ? entry_clock : entry_call), SEL_KERNEL_CS,
		 GATE_INTERRUPT | GATE_DPL3);
	if (feature_used(FEATURE_SYSENTER))
		cpu_write_msr(MSR_SYSENTER_EIP, (uintptr_t)entry);
}

/* SYSENTER (SDM 2B). */
BOOT_CODE void descr_init_syscall(void (*entry)(void))
{
	struct cpu_local *l = cpu_local();

	sysenter_entry = entry;
	if (feature_used(FEATURE_SYSENTER)) {
		cpu_write_msr(MSR_SYSENTER_CS, SEL_KERNEL_CS);
		cpu_write_msr(MSR_SYSENTER_ESP, (uintptr_t)(l->sysenter_stack + SYSENTER_STACK_BYTES));
	}
	descr_leave_out_short(false);
}
