// SPDX-License-Identifier: GPL-2.0-only
/*
 * console.c - the console of Pecan is hvc0 of Linux, by Linux's own driver of such consoles.
 */
#include <linux/init.h>
#include <linux/interrupt.h>
#include "../../../drivers/tty/hvc/hvc_console.h"
#include "edge.h"

static int get_chars(uint32_t terminal, char *text, int count) { return edge_console_read(text, count); }

static int put_chars(uint32_t terminal, const char *text, int count)
{
	edge_console_write(text, count);
	return count;
}

static irqreturn_t typed(int irq, void *hp)
{
	if (hvc_poll(hp))
		hvc_kick();
	return IRQ_HANDLED;
}

static int open(struct hvc_struct *hp, int irq)
{
	int err = request_irq(irq, typed, 0, "console", hp);

	hp->irq_requested = !err;
	return err;
}

static void close(struct hvc_struct *hp, int irq)
{
	if (hp->irq_requested)
		free_irq(irq, hp);
	hp->irq_requested = 0;
}

static const struct hv_ops ops = {
	.get_chars = get_chars, .put_chars = put_chars,
	.notifier_add = open, .notifier_del = close, .notifier_hangup = close,
};

static int __init pecan_console_early(void)
{
	hvc_instantiate(0, 0, &ops);
	return 0;
}
console_initcall(pecan_console_early);

static int __init pecan_console(void)
{
	return PTR_ERR_OR_ZERO(hvc_alloc(0, EDGE_IRQ_CONSOLE, &ops, 256));
}
device_initcall(pecan_console);
