/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.h - see amd64/machine.h. The C library of the host needs GS, so gs:0 is the UTCB only in functions
 * that world_kept calls; they call nothing of that library. world_start leaves the links to the first call.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <signal.h>
#include <stdbool.h>

/* As gateway.S stores them; by number. */
struct regs { unsigned long eax, ebx, ecx, edx, esi, edi, ebp, esp, flags; };

enum { EAX, EBX, ECX, EDX, ESI, EDI, EBP, ESP, MACHINE_REGISTERS };

enum {
	AT_ax = EAX, AT_bx = EBX, AT_cx = ECX, AT_dx = EDX, AT_si = ESI, AT_di = EDI, AT_bp = EBP, AT_sp = ESP,
};

struct trap {
	unsigned count;			/* int3 executed */
	unsigned char code[8];		/* what followed the last of them */
	unsigned long al, answer_al;	/* EAX there, and after it */
};

#define MACHINE_FEATURES	"ioflexpages\0inspect\0"

/* Links are offsets from the page (ia32 3). */
#define MACHINE_LINK_BASE	((unsigned long)&world_page)
enum { MACHINE_API_FLAGS = 0, MACHINE_NEEDS_INIT = 0 };

static inline bool machine_keeps(unsigned n)
{
	return n == ESP;
}

static inline bool machine_upwards(const struct regs *r)
{
	return (r->flags & 0x400) == 0;
}

void machine_trap(int signal, siginfo_t *info, void *context);
void machine_start(void);

#endif
