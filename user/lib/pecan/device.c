/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * device.c - see <pecan/device.h>.
 */
#include <l4/ipc.h>
#include <pecan/device.h>

enum { FRAMEBUFFER_WORDS = 9 };

L4_ThreadId_t pecan_irq_id(L4_Word_t line)
{
	return L4_GlobalId(line, 1);
}

enum root_error pecan_irq_attach(L4_Word_t line, L4_ThreadId_t handler)
{
	L4_Word_t in[2] = { line, handler.raw };

	return pecan_call(&(struct pecan_call){ ROOT_IRQ_ATTACH, in, 2, 0, 0 });
}

enum root_error pecan_irq_detach(L4_Word_t line)
{
	return pecan_call(&(struct pecan_call){ ROOT_IRQ_DETACH, &line, 1, 0, 0 });
}

/* The answer brings the ports as a Map item: the window is open for this call only. */
enum root_error pecan_ports(L4_Word_t port, unsigned log2)
{
	L4_Word_t in[2] = { port, log2 };
	L4_Acceptor_t before = L4_Accepted();
	enum root_error e;

	L4_Accept(L4_MapGrantItems(L4_CompleteAddressSpace));
	e = pecan_call(&(struct pecan_call){ ROOT_PORTS, in, 2, 0, 0 });
	L4_Accept(before);
	return e;
}

enum root_error pecan_ports_free(L4_Word_t port, unsigned log2)
{
	L4_Word_t in[2] = { port, log2 };

	return pecan_call(&(struct pecan_call){ ROOT_PORTS_FREE, in, 2, 0, 0 });
}

enum root_error pecan_framebuffer(struct pecan_framebuffer *fb)
{
	L4_Word_t out[FRAMEBUFFER_WORDS];
	struct pecan_call c = { ROOT_FRAMEBUFFER, 0, 0, out, FRAMEBUFFER_WORDS };
	enum root_error e = pecan_call(&c);

	*fb = (struct pecan_framebuffer){
		.address = out[0], .pitch = out[1], .width = out[2], .height = out[3],
		.bpp = out[4], .type = out[5],
		.red = { out[6] & 0xff, out[6] >> 8 & 0xff },
		.green = { out[7] & 0xff, out[7] >> 8 & 0xff },
		.blue = { out[8] & 0xff, out[8] >> 8 & 0xff },
	};
	return e;
}
