/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * board.h - a board without a console.
 */
#ifndef ARCH_BOARD_H
#define ARCH_BOARD_H

#include <stdbool.h>

bool plat_console_report_lost(void);

#endif
