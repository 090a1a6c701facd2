/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * board.h - functions of a board for the x86 machine: boot information, console, interrupt controller, a
 * reference clock, and a timer for CPUs without one.
 */
#ifndef ARCH_BOARD_H
#define ARCH_BOARD_H

#include <x2/word.h>

struct boot_info;
struct thread;

/* The serial line; plat_console_init must be called before anything is printed. */
void plat_console_init(void);
void plat_putc(char c);
bool plat_console_ready(void);	/* true: plat_putc would not wait */
int plat_getc(void);		/* -1: no character */
bool plat_console_break(void);	/* true: a break was received since the last call; it is consumed */

/*
 * Print the number of dropped characters, if the line accepts it now. Returns true if none is left to print.
 */
bool plat_console_report_lost(void);

/* Halt the machine. restart: reset it after some seconds. */
_Noreturn void plat_stop(bool restart);

/*
 * The text screen: use it, if there is one; stop using it; use it again, and show the text printed
 * meanwhile.
 */
void plat_screen_init(const struct boot_info *boot);
void plat_screen_release(void);
void plat_screen_reclaim(void);

/* Copy the boot loader's information to *boot, before the final page tables. Returns 0 or an error text. */
const char *plat_handover(uint32_t magic, uint64_t info, struct boot_info *boot);

/* Remove RAM at 4 GiB and above that does not exist from the memory map. plat_handover does so below. */
void plat_check_memory(struct boot_info *boot);

/* Find and set up the interrupt controllers, all lines masked; prints a feature line. */
void plat_irq_init(struct boot_info *boot);
bool plat_irq_messages(void);		/* there are interrupt ids for messages of devices (x2/msi.h) */

/* An interrupt of one of the lines, by its vector. Masks, acknowledges and returns its line; or the enum. */
enum { PLAT_IRQ_NONE = -1, PLAT_IRQ_TIMER = -2 };
int plat_irq_accept(unsigned vector);

void plat_irq_check(void);		/* panics unless every open line is ARMED (<core/irq.h>) */

bool plat_irq_usable(unsigned line);
void plat_irq_mask(unsigned line);
bool plat_irq_unmask(unsigned line);	/* as arch_irq_unmask */

/* The reference clock: init returns its frequency, 0 if there is none; its count decreases. */
uint32_t plat_clock_init(struct boot_info *boot);
uint16_t plat_clock_count(void);

struct clock_run { uint64_t tsc, count; };

/*
 * Waits until so many ticks have passed since the count was `from`. Adds TSC and ticks to *run, without
 * those of pauses, as an emulator makes them. Returns false if the clock does not run.
 */
bool plat_clock_wait(uint16_t from, uint16_t ticks, struct clock_run *run);

/* The one-shot timer for CPUs without a local APIC: init returns false if it does not run. Long delays
 * are shortened. */
bool plat_timer_init(struct boot_info *boot);
void plat_timer_set(uint64_t us);

#endif
