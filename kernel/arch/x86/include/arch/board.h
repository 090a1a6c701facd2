/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * board.h - what a board supplies to the x86 machine: hand-over from the boot loader, console,
 * interrupt controller, a clock to measure others by, and a timer where the CPU has none.
 */
#ifndef ARCH_BOARD_H
#define ARCH_BOARD_H

#include <x2/word.h>

struct boot_info;
struct thread;

/* The serial line; nothing else can print before. */
void plat_console_init(void);
void plat_putc(char c);
bool plat_console_ready(void);	/* plat_putc does not wait */
int plat_getc(void);		/* -1: nothing typed */

/* Print how many characters the serial line did not take, if it takes some now. True: no more to tell. */
bool plat_console_settle(void);

/* The text screen: use it, if this boot has one; stop using it; use it again and show what was missed. */
void plat_screen_init(const struct boot_info *boot);
void plat_screen_release(void);
void plat_screen_reclaim(void);

/* Read what the boot loader handed over, before paging is final. 0, or what is wrong with it. */
const char *plat_handover(uint32_t magic, uint64_t info, struct boot_info *boot);

/* Find and set up the interrupt controllers, all lines masked; says so in feature lines. */
void plat_irq_init(struct boot_info *boot);

/* A vector below VECTOR_TIMER arrived. The line, masked and acknowledged, or one of the enum. */
enum { PLAT_IRQ_NONE = -1, PLAT_IRQ_TIMER = -2 };
int plat_irq_accept(unsigned vector);

void plat_irq_check(void);		/* a line that is not masked is ARMED (<core/irq.h>) */

bool plat_irq_usable(unsigned line);
void plat_irq_mask(unsigned line);
bool plat_irq_unmask(unsigned line);	/* as arch_irq_unmask */

/* A clock to measure others by: its frequency, 0 if there is none; its count, which goes down. */
uint32_t plat_clock_init(struct boot_info *boot);
uint16_t plat_clock_count(void);

/* The board's one-shot timer, for CPUs without a local APIC: is it there? Long delays are clipped. */
bool plat_timer_init(struct boot_info *boot);
void plat_timer_set(uint64_t us);
void plat_timer_stop(void);

#endif
