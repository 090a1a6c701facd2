/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.h - the reports of a USB keyboard in its boot protocol (HID 1.11, appendix B.1), as keys of the
 * console (CONSOLE_KEY of user/proto/console.idl).
 */
#ifndef XHCI_REPORT_H
#define XHCI_REPORT_H

#include <stdint.h>

enum { REPORT_BYTES = 8 };
#define REPORT_NEVER	(~(uint64_t)0)

/* repeats: the key that is pressed again at `due` while it is held; 0: none. Times in us. */
struct report { uint8_t last[REPORT_BYTES]; unsigned repeats; uint64_t due; };

typedef void report_press(unsigned key);

/* Press and release the keys in which this report differs from the one before. */
void report_take(struct report *r, const uint8_t report[REPORT_BYTES], uint64_t now, report_press *press);

/* Press the key that is held again, if it is time. Returns when the next time is. */
uint64_t report_repeat(struct report *r, uint64_t now, report_press *press);

/* Release all keys that the keyboard holds; and those that keys of any keyboard before may have left held. */
void report_release(struct report *r, report_press *press);
void report_release_modifiers(report_press *press);

#endif
