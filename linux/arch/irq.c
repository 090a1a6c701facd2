// SPDX-License-Identifier: GPL-2.0-only
/*
 * irq.c - interrupts: the helper of Pecan's side notes them (edge.h), and they are taken where Linux enables
 * interrupts, or by edge_interrupted. In the place of os-Linux/signal.c and arch/um/kernel/irq.c.
 */
#include <linux/hardirq.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <asm/irq_regs.h>
#include <as-layout.h>
#include <kern_util.h>
#include <os.h>
#include "pecan.h"

/* For <asm/irqflags.h>: what arch_local_save_flags returns. */
int signals_enabled;

static struct uml_pt_regs in_kernel;		/* is_user is 0 */

unsigned int do_IRQ(int irq, struct uml_pt_regs *regs)
{
	struct pt_regs *old = set_irq_regs((struct pt_regs *)regs);

	irq_enter();
	generic_handle_irq(irq);
	irq_exit();
	set_irq_regs(old);
	return 1;
}

/*
 * The helper's word first: an interrupt between the two leaves both enabled, so what disables them would else
 * leave Linux's word as enabled, and the next pair that disables and restores them would enable them within.
 */
static inline void set_enabled(int enabled)
{
	edge.enabled = enabled;
	barrier();
	signals_enabled = enabled;
	barrier();
}

/* Leaves interrupts enabled. */
void pecan_interrupts(struct uml_pt_regs *regs)
{
	unsigned long pending;

	set_enabled(1);
	while (unlikely(edge.pending)) {
		set_enabled(0);
		pending = xchg(&edge.pending, 0);
		while (pending) {
			int irq = __ffs(pending);

			pending &= pending - 1;
			do_IRQ(irq, regs);
		}
		set_enabled(1);
	}
}

void edge_interrupted(void) { pecan_interrupts(&in_kernel); }

void block_signals(void) { set_enabled(0); }

void unblock_signals(void)
{
	if (!signals_enabled)
		pecan_interrupts(&in_kernel);
}

int um_set_signals(int enable)
{
	int was = signals_enabled;

	if (enable)
		unblock_signals();
	else
		block_signals();
	return was;
}

int um_set_signals_trace(int enable) { return um_set_signals(enable); }

/* ---- the controller: it has nothing to do ---- */

static void nothing(struct irq_data *d) { }

static struct irq_chip pecan_chip = {
	.name = "pecan", .irq_disable = nothing, .irq_enable = nothing, .irq_ack = nothing, .irq_mask = nothing,
	.irq_unmask = nothing,
};

void __init init_IRQ(void)
{
	for (int i = 0; i < NR_IRQS; i++)
		irq_set_chip_and_handler(i, &pecan_chip, handle_edge_irq);
}

/* A further line of /proc/interrupts. */
int arch_show_interrupts(struct seq_file *p, int width)
{
	seq_printf(p, "%*s: %10lu  Pages that Unmap had taken, faulted in again\n", width, "UNM", pecan_refaults);
	return 0;
}
