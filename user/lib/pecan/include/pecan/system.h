/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * system.h - the machine as a whole: inspection, power, the log, files of the boot image.
 */
#ifndef PECAN_SYSTEM_H
#define PECAN_SYSTEM_H

#include <pecan/root.h>
#include <x2/inspect.h>

/*
 * Get one record of the kernel's inspection, a struct of <x2/inspect.h> of `words` words. *start selects it,
 * and becomes the value for the next one. Returns false if there is none, the right is missing, or this
 * kernel has no inspection; *error (may be 0) is the reason (ROOT_OK: no more records).
 */
bool pecan_inspect(enum l4_inspect what, L4_Word_t object, L4_Word_t *start,
		   void *record, unsigned words, enum root_error *error);

/* Returns only if refused. */
enum root_error pecan_power(enum root_power what, L4_Word_t status);

/* Write a line to root's log, which the console shows, or the serial line while there is no console. */
void pecan_log(const char *text);

/* The same with printf's conversions; at most ROOT_LOG_BYTES - 1 characters. */
void pecan_logf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Wait for log text (right log): up to bytes - 1 characters and a NUL. Returns the length, or 0. */
unsigned pecan_log_read(char *text, unsigned bytes);

/* Read a file of the boot image from offset on. *got: bytes read; *size (may be 0): the file's size. */
enum root_error pecan_file_read(const char *name, L4_Word_t offset, void *to, L4_Word_t bytes,
				L4_Word_t *got, L4_Word_t *size);

#endif
