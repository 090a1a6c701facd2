/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * system.h - the machine as a whole: inspection, power, the log, files of the boot image.
 */
#ifndef PECAN_SYSTEM_H
#define PECAN_SYSTEM_H

#include <pecan/root.h>
#include <x2/inspect.h>

/*
 * One record of the kernel's inspection into `record` (a struct of <x2/inspect.h>, `words` long).
 * *start is what to look at, and becomes the value for the following record. False: no more, or no
 * right, or this kernel has no inspection; *error (may be 0) says which (ROOT_OK: no more).
 */
bool pecan_inspect(enum l4_inspect what, L4_Word_t object, L4_Word_t *start,
		   void *record, unsigned words, enum root_error *error);

/* Return only if refused. */
enum root_error pecan_power(enum root_power what, L4_Word_t status);

/* A line to root's log: seen on the console, or on the serial line while there is no console. */
void pecan_log(const char *text);

/* The same with printf's conversions; ROOT_LOG_BYTES - 1 characters at the most. */
void pecan_logf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Wait for log text (right log): up to bytes - 1 characters and a NUL. Returns the length, or 0. */
unsigned pecan_log_read(char *text, unsigned bytes);

/* Part of a file of the boot image; *got bytes from offset on, *size (may be 0) the file's size. */
enum root_error pecan_file_read(const char *name, L4_Word_t offset, void *to, L4_Word_t bytes,
				L4_Word_t *got, L4_Word_t *size);

#endif
