/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keyboard.h - a device that is a keyboard, by its boot protocol: its reports are keys of the console.
 */
#ifndef XHCI_KEYBOARD_H
#define XHCI_KEYBOARD_H

#include "descriptor.h"
#include "usb.h"

/* Release what keyboards before this program may have left held. */
void keyboard_begin(void);

/* Let it send reports. Returns false if the device does not do what it should. */
bool keyboard_start(struct usb_device *d, const struct descriptor_keyboard *k);

/* A report has come, or an error. */
void keyboard_take(struct usb_device *d);

/* Press the keys again that are held, if it is time. Returns when the next time is. */
uint64_t keyboard_repeat(void);

/* The keyboard holds no key any more. */
void keyboard_release(struct usb_device *d);

#endif
