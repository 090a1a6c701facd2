/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * device.h - what drivers ask root for: interrupts, I/O ports, the framebuffer. Device memory is in
 * <pecan/memory.h>. Rights: the `init` file of the boot image.
 */
#ifndef PECAN_DEVICE_H
#define PECAN_DEVICE_H

#include <pecan/root.h>

struct pecan_framebuffer {
	L4_Word_t address;		/* physical; 0: none */
	L4_Word_t pitch, width, height, bpp, type;
	struct { unsigned position, size; } red, green, blue;
};

/* Interrupt `line` as messages to a thread of the own task (nilthread: the caller). */
enum root_error pecan_irq_attach(L4_Word_t line, L4_ThreadId_t handler);
enum root_error pecan_irq_detach(L4_Word_t line);

/* The id that interrupt messages come from and acknowledgements go to. */
L4_ThreadId_t pecan_irq_id(L4_Word_t line);

/* Ports port .. port + 2^log2 - 1, aligned. */
enum root_error pecan_ports(L4_Word_t port, unsigned log2);
enum root_error pecan_ports_free(L4_Word_t port, unsigned log2);

enum root_error pecan_framebuffer(struct pecan_framebuffer *fb);

#endif
