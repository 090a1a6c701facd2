/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * board.h - functions of a board for the ppc32 machine: boot information, console, interrupt controller.
 */
#ifndef ARCH_BOARD_H
#define ARCH_BOARD_H

#include <x2/word.h>

struct boot_info;

/* What the firmware says of the machine, beside boot_info. */
struct board_info { uint32_t tb_hz, cpu_hz; };

/*
 * Copy the firmware's information, and leave it. Runs with its translations, and the first 256 MiB of the
 * direct map. The archive with the boot modules, and the firmware's client interface: physical addresses.
 */
void plat_handover(uint32_t archive, uint32_t size, uint32_t client);

/* Read that information, with all of the kernel's translations. Returns 0, or an error text. */
const char *plat_boot_info(struct boot_info *boot, struct board_info *board);

/* The serial line. Nothing is printed before plat_console_init. */
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

/* The interrupt controller, all lines masked; sets boot->irq_lines. */
void plat_irq_init(struct boot_info *boot);

/* An external interrupt. Masks, acknowledges and returns its line, or PLAT_IRQ_NONE. */
enum { PLAT_IRQ_NONE = -1 };
int plat_irq_accept(void);

void plat_irq_check(void);		/* panics unless every open line is ARMED (<core/irq.h>) */

#endif
