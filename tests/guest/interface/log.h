/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log.h - text: the notes of the running test, and the serial line.
 */
#ifndef GUEST_LOG_H
#define GUEST_LOG_H

#include "guest.h"

/* Notes are kept until the supervisor prints them, so that lines never mix. */
void log_clear(void);
void log_text(const char *s);
void log_hex(word w);
void log_dec(word w);
void log_line(void);			/* end of a note */
void log_print(void);			/* each line after "# " */

void put_init(void);
void put_text(const char *s);		/* to the serial line at once; supervisor only */
void put_dec(word w);

/* Sends a character to the serial line by its device: arch/NAME. */
void serial_put(char c);

#endif
