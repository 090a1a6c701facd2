/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * device.h - requests of drivers to root: interrupts, I/O ports, the framebuffer. Device memory is in
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

/* Have interrupt `line` delivered as messages to a thread of the own task (nilthread: the caller). */
enum root_error pecan_irq_attach(L4_Word_t line, L4_ThreadId_t handler);
enum root_error pecan_irq_detach(L4_Word_t line);

/* Returns the thread id that sends the interrupt messages, and receives the acknowledgements. */
L4_ThreadId_t pecan_irq_id(L4_Word_t line);

/* Map, and give back, ports port .. port + 2^log2 - 1, aligned. */
enum root_error pecan_ports(L4_Word_t port, unsigned log2);
enum root_error pecan_ports_free(L4_Word_t port, unsigned log2);

enum root_error pecan_framebuffer(struct pecan_framebuffer *fb);

#endif
