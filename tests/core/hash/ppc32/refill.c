/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * refill.c - see refill.h: runs kernel/arch/ppc32/refill.S. RAM is at its physical addresses too.
 */
#include <string.h>
#include <sys/mman.h>
#include <arch/layout.h>
#include <arch/regs.h>
#include "harness.h"
#include "../refill.h"
#include "host.h"

enum { REGISTERS = 36, R11 = 11, THREAD_PA = 0x7000 };
#define CAUSE_MISS	0x40000000u
#define CAUSE_PROTECTED	0x08000000u
#define CAUSE_STORE	0x02000000u

/* enter.S: enter with DSI or ISI. Return 1 if the program was resumed, 0 if entry_vector was reached. */
int host_refill_data(void);
int host_refill_code(void);

static uint32_t *host(unsigned offset) { return KMAP_POINTER(HOST_PA + offset); }

void machine_map_ram(int ram)
{
	int flags = MAP_SHARED | MAP_FIXED;

	CHECK(mmap(0, CPU_RAM_BYTES, PROT_READ | PROT_WRITE, flags, ram, 0) == 0);
}

static void check_registers(const uint32_t *before, const uint32_t *after, bool resumed, uint32_t vector)
{
	uint32_t want[REGISTERS];

	memcpy(want, before, sizeof(want));
	if (!resumed) {			/* state E (entry.S) */
		CHECK_EQ(host(HOST_SPRG)[1], before[R11]);
		CHECK_EQ(host(HOST_SPRG)[2], before[34]);
		want[R11] = vector;
		want[34] = after[34];
	}
	for (unsigned i = 0; i < REGISTERS; i++)
		CHECK_EQ(after[i], want[i]);
}

/* Refills with this cause, from a mode of the CPU. */
static bool refill(struct space *s, l4_word_t ea, bool code, uint32_t cause, uint32_t msr)
{
	struct thread *t = KMAP_POINTER(THREAD_PA);
	uint32_t *reg = host(HOST_REGISTERS), before[REGISTERS];
	bool resumed;

	t->space = s;
	for (unsigned i = 0; i < REGISTERS; i++)
		reg[i] = cpu_random(1u << 16) << 16 | cpu_random(1u << 16);
	reg[REGISTERS - 1] &= 0xe000007f;		/* XER */
	memcpy(before, reg, sizeof(before));
	host(HOST_SPRG)[0] = THREAD_PA;
	*host(HOST_SRR0) = code ? (uint32_t)ea : 0x1000;
	*host(HOST_SRR1) = msr | (code ? cause | (cpu_random(2) ? CAUSE_STORE : 0) : 0);
	*host(HOST_DSISR) = code ? cpu_random(2) ? 0x42000000 : 0 : cause;
	*host(HOST_DAR) = code ? 0x2000 : (uint32_t)ea;
	resumed = code ? host_refill_code() : host_refill_data();
	check_registers(before, reg, resumed, code ? 0x400 : 0x300);
	return resumed;
}

bool machine_refill(struct space *s, l4_word_t ea, enum cpu_access access, enum cpu_result result)
{
	uint32_t cause = (result == CPU_MISS ? CAUSE_MISS : access == CPU_FETCH ? 0x10000000 : CAUSE_PROTECTED)
			 | (access == CPU_STORE ? CAUSE_STORE : 0);

	if (cpu_random(16) == 0)
		CHECK(!refill(s, ea, access == CPU_FETCH, cause, MSR_KERNEL));
	return refill(s, ea, access == CPU_FETCH, cause, MSR_FIXED);
}
