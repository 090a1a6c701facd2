/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * device.c - see <pecan/device.h>.
 */
#include <l4/ipc.h>
#include <pecan/device.h>
#include <proto/root_client.h>

L4_ThreadId_t pecan_irq_id(L4_Word_t line)
{
	return L4_GlobalId(line, 1);
}

enum root_error pecan_irq_attach(L4_Word_t line, L4_ThreadId_t handler)
{
	return root_irq_attach(pecan_root(), line, handler);
}

enum root_error pecan_irq_detach(L4_Word_t line)
{
	return root_irq_detach(pecan_root(), line);
}

/* The answer brings the ports as a Map item: the window is open for this call only. */
enum root_error pecan_ports(L4_Word_t port, unsigned log2)
{
	L4_Acceptor_t before = L4_Accepted();
	struct root_ports_out out;
	enum root_error e;

	L4_Accept(L4_MapGrantItems(L4_CompleteAddressSpace));
	e = root_ports(pecan_root(), port, log2, &out);
	L4_Accept(before);
	return e;
}

enum root_error pecan_ports_free(L4_Word_t port, unsigned log2)
{
	return root_ports_free(pecan_root(), port, log2);
}

enum root_error pecan_framebuffer(struct pecan_framebuffer *fb)
{
	struct root_framebuffer_out out;
	enum root_error e = root_framebuffer(pecan_root(), &out);

	*fb = (struct pecan_framebuffer){
		.address = out.physical, .pitch = out.pitch, .width = out.width, .height = out.height,
		.bpp = out.bpp, .type = out.type,
		.red = { out.red & 0xff, out.red >> 8 & 0xff },
		.green = { out.green & 0xff, out.green >> 8 & 0xff },
		.blue = { out.blue & 0xff, out.blue >> 8 & 0xff },
	};
	return e;
}
