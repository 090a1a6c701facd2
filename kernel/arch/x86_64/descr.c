/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * descr.c - segment descriptors, task state, interrupt gates, and the registers of SYSCALL.
 *
 * GS (docs/decisions/gs-and-fs.md): user code that loads another selector destroys the base, which the CPU
 * keeps apart from the descriptor. The descriptor of 0x33 is present only while the kernel loads it, so user
 * code cannot load it again, and the selector alone shows whether gs_repair is needed.
 */
#include <core/arch.h>
#include <arch/apic.h>
#include <arch/cpu.h>
#include <arch/features.h>
#include <arch/layout.h>
#include <lib/section.h>
#include "entry.h"
#include "local.h"

/* Descriptors (SDM 3A 3.4.5): 4 GiB, accessed; code: L or D set. */
#define DESC_KERNEL_CODE	0x00af9b000000fffful
#define DESC_KERNEL_DATA	0x00cf93000000fffful
#define DESC_USER_CODE		0x00affb000000fffful
#define DESC_USER_DATA		0x00cff3000000fffful
#define DESC_PRESENT		((uint64_t)1 << 47)
#define DESC_TSS		((uint64_t)0x89 << 40)

/* RFLAGS that SYSCALL clears: TF IF DF IOPL NT RF VM AC. */
#define SYSCALL_MASK		0x77700ul

enum { GATE_INTERRUPT = 0x8e, GATE_DPL3 = 0x60, VECTORS = 256 };

struct gate { uint16_t low, selector; uint8_t ist, type; uint16_t middle; uint32_t high, reserved; };

struct table_pointer { uint16_t limit; uint64_t base; } __attribute__((packed));

extern uint8_t entry_stubs[], entry_irqs[];

struct cpu_local cpu_locals[CFG_CPUS];
struct kernel_stack kernel_stack[CFG_CPUS];
static uint8_t ist_stacks[CFG_CPUS][ISTS][IST_BYTES] __attribute__((aligned(16)));
static struct gate idt[VECTORS];

static inline void load_gdt(struct table_pointer p) { __asm__ volatile("lgdt %0" : : "m"(p) : "memory"); }
static inline void load_idt(struct table_pointer p) { __asm__ volatile("lidt %0" : : "m"(p) : "memory"); }
static inline void load_no_ldt(void) { __asm__ volatile("lldt %w0" : : "r"(0)); }
static inline void load_tss(void) { __asm__ volatile("ltr %w0" : : "r"(SEL_TSS)); }
static inline void load_gs(unsigned sel) { __asm__ volatile("mov %w0, %%gs" : : "r"(sel) : "memory"); }

/* Load CS by a far return. SS is 0, as the CPU loads it at an entry from ring 3. */
static inline void load_code_segment(void)
{
	__asm__ volatile("mov %1, %%ss; pushq %0; lea 1f(%%rip), %%rax; pushq %%rax; lretq; 1:"
			 : : "i"(SEL_KERNEL_CS), "r"(SEL_KERNEL_SS) : "rax", "memory");
}

/* Called at boot, and if user code has loaded another selector into GS, or changed its base. */
void gs_repair(void)
{
	struct cpu_local *l = cpu_local();

	l->gdt[SEL_USER_GS >> 3] = DESC_USER_DATA;
	load_gs(SEL_USER_GS);
	l->gdt[SEL_USER_GS >> 3] = DESC_USER_DATA & ~DESC_PRESENT;
	cpu_write_msr(MSR_GS_BASE, KMAP_UTCB_CELL);
}

static BOOT_CODE void make_gdt(struct cpu_local *l)
{
	l->gdt[SEL_KERNEL_CS >> 3] = DESC_KERNEL_CODE;
	l->gdt[SEL_KERNEL_SS >> 3] = DESC_KERNEL_DATA;
	l->gdt[SEL_COMPAT_CS >> 3] = 0;
	l->gdt[SEL_USER_SS >> 3] = DESC_USER_DATA;
	l->gdt[SEL_USER_CS >> 3] = DESC_USER_CODE;
}

/* Make the CPU use the TSS at base, of `bytes` bytes. */
static BOOT_CODE void use_tss(struct cpu_local *l, uint64_t base, uint64_t bytes)
{
	l->gdt[SEL_TSS >> 3] = DESC_TSS | (base & 0xffffff) << 16 | (base >> 24 & 0xff) << 56 | (bytes - 1);
	l->gdt[(SEL_TSS >> 3) + 1] = base >> 32;
	load_tss();
}

static BOOT_CODE void make_tss(struct cpu_local *l, unsigned cpu)
{
	l->stack = (uintptr_t)(kernel_stack[cpu].stack + KERNEL_STACK_BYTES);
	l->tss.rsp0 = l->stack;		/* until the first thread runs */
	for (unsigned i = 0; i < ISTS; i++)
		l->tss.ist[i] = (uintptr_t)(ist_stacks[cpu][i] + IST_BYTES);
	l->tss.iomap = LOCAL_BYTES - offsetof(struct cpu_local, tss);
}

static BOOT_CODE uintptr_t stub_of(unsigned vector)
{
	unsigned irq = vector - VECTOR_PIC;

	if (vector < VECTOR_PIC)
		return (uintptr_t)entry_stubs + vector * STUB_BYTES;
	return (uintptr_t)entry_irqs + irq / IRQ_GROUP * IRQ_GROUP_BYTES + irq % IRQ_GROUP * IRQ_STUB_BYTES;
}

static BOOT_CODE void set_gate(unsigned vector, unsigned ist, unsigned type)
{
	uintptr_t to = stub_of(vector);

	idt[vector] = (struct gate){
		.low = (uint16_t)to, .middle = (uint16_t)(to >> 16), .high = (uint32_t)(to >> 32),
		.selector = SEL_KERNEL_CS, .ist = (uint8_t)ist, .type = (uint8_t)type,
	};
}

static BOOT_CODE void make_idt(void)
{
	for (unsigned v = 0; v < VECTORS; v++)
		set_gate(v, 0, GATE_INTERRUPT);
	set_gate(VECTOR_DB, IST_DEBUG, GATE_INTERRUPT);
	set_gate(VECTOR_NMI, IST_NMI, GATE_INTERRUPT);
	set_gate(VECTOR_DF, IST_DOUBLE_FAULT, GATE_INTERRUPT);
	set_gate(VECTOR_MC, IST_MACHINE_CHECK, GATE_INTERRUPT);
	set_gate(VECTOR_BP, 0, GATE_INTERRUPT | GATE_DPL3);
}

BOOT_CODE void descr_init(void)
{
	struct cpu_local *l = cpu_local();

	make_gdt(l);
	make_tss(l, 0);
	make_idt();
	load_gdt((struct table_pointer){ sizeof(l->gdt) - 1, (uintptr_t)l->gdt });
	load_code_segment();
	load_no_ldt();
	use_tss(l, (uintptr_t)&l->tss, sizeof(l->tss));		/* the bitmap is not mapped yet */
	load_idt((struct table_pointer){ sizeof(idt) - 1, (uintptr_t)idt });
	load_data_segments(SEL_USER_SS);
	gs_repair();
	cpu_clear_dr7();
}

BOOT_CODE void descr_init_bitmap(void)
{
	struct cpu_local *l = cpu_local();

	use_tss(l, KMAP_TSS + offsetof(struct cpu_local, tss), l->tss.iomap + IO_BITMAP_BYTES + 1);
}

/*
 * SYSCALL (SDM 3A 5.8.8). It cannot come from compatibility mode, which has no descriptor. SYSENTER
 * with selector 0 is a fault (SDM 2B).
 */
BOOT_CODE void descr_init_syscall(void (*entry)(void))
{
	cpu_write_msr(MSR_STAR, (uint64_t)(SEL_COMPAT_CS) << 48 | (uint64_t)SEL_KERNEL_CS << 32);
	cpu_write_msr(MSR_LSTAR, (uintptr_t)entry);
	cpu_write_msr(MSR_CSTAR, (uintptr_t)entry_call);
	cpu_write_msr(MSR_SFMASK, SYSCALL_MASK);
	cpu_write_msr(MSR_EFER, cpu_read_msr(MSR_EFER) | EFER_SCE);
	if (feature_used(FEATURE_SYSENTER))
		cpu_write_msr(MSR_SYSENTER_CS, 0);
}
