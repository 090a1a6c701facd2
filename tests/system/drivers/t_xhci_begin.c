/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_xhci_begin.c - the beginning of the driver of USB keyboards: controllers that cannot be used, and those
 * that need something.
 */
#include "machine.h"
#include "xdev.h"

int xhci_keyboards(void)
{
	return xhci_main(1, (char *[]){ "xhci", NULL });
}

enum { SECOND = 1000000, PORT = 2 };

static struct xdev x;

static void start(void)
{
	machine_start(PCI_TASK, pci_main);
	machine_wait(2 * SECOND);
	machine_start(DRIVER_TASK, xhci_keyboards);
	machine_wait(SECOND);
}

static bool finds_keyboard(void)
{
	static struct xdev_device d;

	d = xdev_keyboard(XDEV_FULL);
	xdev_attach(&x, PORT, &d);
	machine_wait(SECOND);
	return machine_logged("the USB device at port 2 is a keyboard");
}

static bool ends(const char *why)
{
	machine_wait(30 * SECOND);
	return machine_failed(DRIVER_TASK, why);
}

static bool fails(const char *why)
{
	start();
	return ends(why);
}

#define BEGINS	"the USB controller cannot be used: "

TEST(xhci_stuck, "a controller that does not end its reset cannot be used")
{
	xdev_add(&x, false);
	x.stuck = true;
	CHECK(fails(BEGINS "it does not end its reset"));
}

TEST(xhci_never_starts, "nor can one that does not start")
{
	xdev_add(&x, false);
	x.never_starts = true;
	CHECK(fails(BEGINS "it does not start"));
}

TEST(xhci_absent_registers, "nor one that vanished before the driver began")
{
	xdev_add(&x, false);
	x.gone = true;
	CHECK(fails(BEGINS "it is not there any more"));
}

static bool register_fails(unsigned n, uint32_t value, const char *why)
{
	xdev_add(&x, false);
	x.abilities[n] = value;
	return fails(why);
}

TEST(xhci_far_doorbells, "registers that are said to lie beyond their region are not accessed: doorbells")
{
	CHECK(register_fails(5, 0x2ff0, BEGINS "its registers are not where it says"));
}

TEST(xhci_far_runtime, "registers of events")
{
	CHECK(register_fails(6, 0xffffffe0, BEGINS "its registers are not where it says"));
}

TEST(xhci_far_length, "registers at no word")
{
	CHECK(register_fails(0, 0x41, BEGINS "its registers are not where it says"));
}

TEST(xhci_slots, "a controller without slots cannot be used")
{
	CHECK(register_fails(1, XDEV_PORTS << 24, BEGINS "it has no slots, or no pages of 4 KiB"));
}

TEST(xhci_scratch, "nor one that wants more memory than the driver gives")
{
	CHECK(register_fails(2, 3u << 21, BEGINS "it wants too much memory"));
}

/* Blocks of memory that are reached by 32 bits; all others are beyond. */
static bool narrow(unsigned blocks)
{
	xdev_add(&x, false);
	x.abilities[2] = 1u << 27;
	x.abilities[4] = 0;
	root.low_blocks = blocks;
	start();
	return !machine.task[DRIVER_TASK].ended;
}

TEST(xhci_narrow, "a controller with addresses of 32 bits may have memory there")
{
	CHECK(narrow(2) && finds_keyboard());
}

TEST(xhci_narrow_beyond, "beyond them it has none")
{
	CHECK(!narrow(0) && ends(BEGINS "it does not reach its memory"));
}

TEST(xhci_narrow_scratch, "nor what it wants for itself")
{
	CHECK(!narrow(1) && ends(BEGINS "it does not reach its memory"));
}

TEST(xhci_unready, "no register is written before the controller is ready")
{
	xdev_add(&x, false);
	x.unready = 5;
	start();
	CHECK(finds_keyboard() && x.unready == 0);
}
