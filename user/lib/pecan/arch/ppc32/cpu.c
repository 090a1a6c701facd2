/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpu.c - see pecan/cpu.h: PowerPC, of which no issue is listed. Programs cannot read which CPU it is: PVR is
 * privileged.
 */
#include <pecan/cpu.h>

const struct cpu_issue cpu_issues[1];	/* C has no empty array */
const unsigned cpu_issues_count = 0;

enum cpu_state cpu_issue_state(const struct cpu_issue *i, const struct cpu_model *m)
{
	(void)i;
	(void)m;
	return CPU_NOT_AFFECTED;
}

bool cpu_is_tcg(void) { return false; }

struct cpu_model cpu_model(void)
{
	return (struct cpu_model){ .vendor = "PowerPC" };
}
