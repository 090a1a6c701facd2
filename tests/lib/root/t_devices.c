/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_devices.c - interrupts, ports, device memory, and what the PCI server gives to drivers.
 */
#include "system.h"

TEST(device_irq, "an interrupt is attached by its task alone, once, and given back")
{
	system_boot();
	CHECK(root_irq_attach(ROOT, 5, L4_nilthread) == ROOT_E_RIGHT);
	system_tool();
	CHECK(root_irq_attach(ROOT, 6, L4_nilthread) == ROOT_E_RIGHT);
	CHECK(root_irq_attach(ROOT, 5, FIRST(0)) == ROOT_E_TASK);
	CHECK(root_irq_detach(ROOT, 5) != ROOT_OK);
	CHECK(root_irq_attach(ROOT, 5, L4_nilthread) == ROOT_OK);
	CHECK(root_irq_detach(ROOT, 5) == ROOT_OK && root_irq_attach(ROOT, 5, L4_nilthread) == ROOT_OK);
}

TEST(device_irq_two, "an interrupt that a task has is busy for another, until the first ends")
{
	L4_ThreadId_t first, second;

	system_boot();
	first = system_tool();
	CHECK(root_irq_attach(ROOT, 5, L4_nilthread) == ROOT_OK);
	machine_be(FIRST(1));
	second = system_tool();
	CHECK(first.raw != second.raw && root_irq_attach(ROOT, 5, L4_nilthread) == ROOT_E_BUSY);
	machine_be(FIRST(1));
	CHECK(root_kill(ROOT, TOOL_TASK, 0) == ROOT_OK);
	machine_be(second);
	CHECK(root_irq_attach(ROOT, 5, L4_nilthread) == ROOT_OK);
}

TEST(device_irq_back, "an interrupt that its task has detached can be attached by another while both live")
{
	L4_ThreadId_t first, second;

	system_boot();
	first = system_tool();
	CHECK(root_irq_attach(ROOT, 5, L4_nilthread) == ROOT_OK);
	machine_be(FIRST(1));
	second = system_tool();
	machine_be(first);
	CHECK(root_irq_detach(ROOT, 5) == ROOT_OK && root_irq_detach(ROOT, 5) != ROOT_OK);
	machine_be(second);
	CHECK(root_irq_attach(ROOT, 5, L4_nilthread) == ROOT_OK);
}

TEST(device_ports, "ports are given within what the section has; a machine without them has none")
{
	struct root_ports_out out;

	system_boot();
	system_tool();
	CHECK(root_ports(ROOT, 0x70, 0, &out) == ROOT_E_RIGHT);
	CHECK(root_ports(ROOT, 0x3f0, 4, &out) == ROOT_E_RIGHT);
	CHECK(root_ports(ROOT, 0x60, 99, &out) == ROOT_E_ARGUMENT);
	CHECK(root_ports(ROOT, 0x3f8, 3, &out) == ROOT_E_ABSENT);
	CHECK(root_ports_free(ROOT, 0x3f8, 3) != ROOT_OK);
}

TEST(device_ports_given, "root gets the ports that sections name from sigma0, no others, and gives them away")
{
	struct root_ports_out out;

	machine.has_ports = true;
	system_boot();
	for (unsigned p = 0; p < PORTS; p++)
		CHECK(machine_port(p) == (p == 0x60 || (p >= 0x3f8 && p <= 0x3ff)));
	system_tool();
	CHECK(root_ports(ROOT, 0x3f8, 3, &out) == ROOT_OK);
}

TEST(device_ports_beyond, "of ports beyond the last one root gets those that there are, no others")
{
	machine.has_ports = true;
	machine_boot(SYSTEM "task odd; ports fff0-fffffff\n");
	CHECK(machine.made == 3);
	for (unsigned p = 0; p < PORTS; p++)
		CHECK(machine_port(p) == (p == 0x60 || (p >= 0x3f8 && p <= 0x3ff) || p >= 0xfff0));
}

TEST(device_memory, "device memory is refused outside of the section, and where sigma0 refuses it")
{
	struct root_phys_out out;

	system_boot();
	system_tool();
	CHECK(root_phys(ROOT, 0x90000, PAGE, &out) == ROOT_E_RIGHT);
	CHECK(root_phys(ROOT, 0xbf000, 2 * PAGE, &out) == ROOT_E_RIGHT);
	CHECK(root_phys(ROOT, 0xa0000, 0, &out) == ROOT_E_ARGUMENT);
	CHECK(root_phys(ROOT, 0xa0000, PAGE, &out) == ROOT_E_ABSENT);
}

TEST(device_give, "what the PCI server gives a task is the task's, and is its again when that has ended")
{
	struct root_device_ended_out ended;
	struct root_may_drive_out may;
	L4_ThreadId_t tool;

	system_boot();
	tool = system_tool();
	CHECK(root_irq_attach(ROOT, 9, L4_nilthread) == ROOT_E_RIGHT);
	machine_be(FIRST(1));
	CHECK(root_may_drive(ROOT, tool, 0x1af41001, &may) == ROOT_E_RIGHT);
	CHECK(root_device_give(ROOT, 99, ROOT_IRQS, 9, 9) == ROOT_E_TASK);
	CHECK(root_device_give(ROOT, TOOL_TASK, ROOT_IO_PORTS + 1, 9, 9) == ROOT_E_REQUEST);
	CHECK(root_device_give(ROOT, TOOL_TASK, ROOT_IRQS, 9, 8) == ROOT_E_ARGUMENT);
	CHECK(root_device_give(ROOT, TOOL_TASK, ROOT_IRQS, 9, 9) == ROOT_OK);
	machine_be(tool);
	CHECK(root_irq_attach(ROOT, 9, L4_nilthread) == ROOT_OK);
	machine_be(FIRST(1));
	CHECK(root_kill(ROOT, TOOL_TASK, 0) == ROOT_OK);
	CHECK(root_device_ended(ROOT, 0, &ended) == ROOT_OK && ended.task == TOOL_TASK);
	CHECK(root_device_clear(ROOT, TOOL_TASK) == ROOT_OK);
}

static enum root_error give_ports(L4_Word_t first, L4_Word_t last)
{
	return root_device_give(ROOT, TOOL_TASK, ROOT_IO_PORTS, first, last);
}

TEST(device_give_ports, "ports that the PCI server gives are got from sigma0, and are the task's; no others")
{
	struct root_ports_out out;
	L4_ThreadId_t tool;

	machine.has_ports = true;
	system_boot();
	tool = system_tool();
	CHECK(root_ports(ROOT, 0xc000, 3, &out) == ROOT_E_RIGHT && !machine_port(0xc000));
	machine_be(FIRST(1));
	CHECK(give_ports(0xc000, 0xc007) == ROOT_OK && give_ports(0xc000, 0xc007) == ROOT_OK);
	for (unsigned p = 0xbff0; p < 0xc010; p++)
		CHECK(machine_port(p) == (p >= 0xc000 && p <= 0xc007));
	CHECK(root_ports(ROOT, 0xc000, 3, &out) == ROOT_E_RIGHT);
	machine_be(tool);
	CHECK(root_ports(ROOT, 0xc000, 4, &out) == ROOT_E_RIGHT);
	CHECK(root_ports(ROOT, 0xc008, 3, &out) == ROOT_E_RIGHT);
	CHECK(root_ports(ROOT, 0xbff8, 3, &out) == ROOT_E_RIGHT);
	CHECK(root_ports(ROOT, 0xc000, 3, &out) == ROOT_OK);
}

TEST(device_give_ports_wrong, "not given: ports of sections, the board, root; no block; what sigma0 refuses")
{
	machine_boot(SYSTEM "task other; ports 2000\ntask *; ports 2100\n");
	machine_be(FIRST(1));
	system_tool();
	machine_be(FIRST(1));
	CHECK(give_ports(0xc000, 0xc007) == ROOT_E_ABSENT);
	machine.has_ports = true;
	CHECK(give_ports(0x3f8, 0x3ff) == ROOT_E_RIGHT && give_ports(0x300, 0x3ff) == ROOT_E_RIGHT);
	CHECK(give_ports(0x60, 0x60) == ROOT_E_RIGHT && give_ports(0x40, 0x7f) == ROOT_E_RIGHT);
	CHECK(give_ports(0xff8, 0xfff) == ROOT_E_RIGHT && give_ports(0x2000, 0x2000) == ROOT_E_RIGHT);
	CHECK(give_ports(0x2100, 0x2100) == ROOT_E_RIGHT);
	CHECK(give_ports(0xb000, 0xb03f) == ROOT_E_RIGHT && give_ports(0xb005, 0xb005) == ROOT_E_RIGHT);
	CHECK(give_ports(0xc000, 0xc006) == ROOT_E_ARGUMENT && give_ports(0xc004, 0xc00b) == ROOT_E_ARGUMENT);
	CHECK(give_ports(0xc000, 0xc1ff) == ROOT_E_ARGUMENT && give_ports(0xfff8, 0x10007) == ROOT_E_ARGUMENT);
	CHECK(give_ports(0, ~0ul) == ROOT_E_ARGUMENT && give_ports(0xc007, 0xc000) == ROOT_E_ARGUMENT);
	for (unsigned p = 0; p < PORTS; p++)
		CHECK(!machine_port(p));
	CHECK(give_ports(0xc000, 0xc0ff) == ROOT_OK && give_ports(0x1000, 0x10ff) == ROOT_OK);
	CHECK(give_ports(0xb006, 0xb007) == ROOT_OK);
}

TEST(device_give_ports_end, "given ports leave the driver when it ends, and the next driver gets them anew")
{
	struct root_device_ended_out ended;
	struct root_ports_out out;
	struct root_task_of_out task;
	L4_ThreadId_t tool;

	machine.has_ports = true;
	system_boot();
	for (unsigned i = 0; i < 2; i++) {
		tool = system_tool();
		CHECK(root_ports(ROOT, 0xc000, 3, &out) == ROOT_E_RIGHT);
		CHECK(root_task_of(ROOT, tool, 0, &task) == ROOT_OK);
		machine_be(FIRST(1));
		CHECK(root_device_give(ROOT, task.task, ROOT_IO_PORTS, 0xc000, 0xc007) == ROOT_OK);
		machine_be(tool);
		CHECK(root_ports(ROOT, 0xc000, 3, &out) == ROOT_OK && machine_port(0xc000));
		machine_be(FIRST(1));
		CHECK(root_kill(ROOT, task.task, 0) == ROOT_OK && !machine_port(0xc000) && !machine_port(0xc007));
		CHECK(root_device_ended(ROOT, 0, &ended) == ROOT_OK && ended.task == task.task);
		CHECK(root_device_clear(ROOT, task.task) == ROOT_OK);
	}
}
