/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_watchdog.c - the driver of QEMU's watchdog.
 */
#include "devices.h"
#include "machine.h"

enum { LIMIT_US = 30000000, MINUTES = 10 };

TEST(watchdog_feeds, "the watchdog is started anew before its 30 s are over, for ever")
{
	machine.tcg = true;
	machine_start(DRIVER_TASK, watchdog_main);
	machine_wait(1000);
	CHECK(watchdog_timer.fed == 1 && watchdog_timer.value == 0);
	for (unsigned i = 0; i < 60 * MINUTES * 1000000u / LIMIT_US; i++) {
		watchdog_timer.fed = 0;
		machine_wait(LIMIT_US);
		CHECK(watchdog_timer.fed > 0);
	}
}

TEST(watchdog_elsewhere, "on another machine the port, which is perhaps another device's, is not written")
{
	machine_start(DRIVER_TASK, watchdog_main);
	machine_wait(LIMIT_US);
	CHECK(watchdog_timer.fed == 0);
	CHECK(machine.task[DRIVER_TASK].ended && machine.task[DRIVER_TASK].status == 0);
}

TEST(watchdog_no_port, "a driver without the port ends and says so")
{
	machine.tcg = machine.no_ports = true;
	machine_start(DRIVER_TASK, watchdog_main);
	machine_wait(1000);
	CHECK(machine_failed(DRIVER_TASK, "no port"));
}
