/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * print.h - in place of lib/pecan's: what a driver prints is in the log of machine.h.
 */
#ifndef PECAN_PRINT_H
#define PECAN_PRINT_H

int machine_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define printf machine_printf

#endif
