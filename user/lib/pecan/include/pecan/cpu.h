/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pecan/cpu.h - known issues of CPUs, and what the kernel does about each (docs/security.md). For machines
 * other than x86 none are listed: cpu_issues_count is 0.
 *
 * Whether an x86 CPU is affected is derived from CPUID. Programs cannot read the register in which newer CPUs
 * report that they are not (IA32_ARCH_CAPABILITIES): an unknown model counts as affected.
 */
#ifndef PECAN_CPU_H
#define PECAN_CPU_H

#include <stdbool.h>

struct cpu_model { char vendor[13]; unsigned family, model, stepping; };	/* as the vendors print them */

enum cpu_state { CPU_NOT_AFFECTED, CPU_MITIGATED, CPU_NOT_MITIGATED };

struct cpu_issue {
	const char *name, *numbers;	/* numbers: CVE- */
	bool (*affects)(const struct cpu_model *m);
	const char *how;		/* the mitigation, with the instructions that it costs; 0: none */
};

enum { CPU_MELTDOWN };				/* its place in cpu_issues */

extern const struct cpu_issue cpu_issues[];
extern const unsigned cpu_issues_count;

struct cpu_model cpu_model(void);	/* of the executing CPU */
bool cpu_is_tcg(void);			/* the executing CPU is QEMU's TCG, by CPUID */
enum cpu_state cpu_issue_state(const struct cpu_issue *i, const struct cpu_model *m);

#endif
