// SPDX-License-Identifier: GPL-2.0-only
/*
 * pecan-offsets.c - in the place of user-offsets.c: registers are in the order of Pecan's messages (edge.h);
 * 21 to 26 are those of <sysdep/ptrace_64.h>.
 */
#include <stdio.h>
#include <stddef.h>
#include <signal.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/user.h>
#include <linux/kbuild.h>
#include "../../um/os-Pecan/edge.h"

void foo(void)
{
	DEFINE(HOST_FP_SIZE, EDGE_VECTORS / sizeof(unsigned long));
	DEFINE(HOST_BX, EDGE_BX);
	DEFINE(HOST_CX, EDGE_CX);
	DEFINE(HOST_DI, EDGE_DI);
	DEFINE(HOST_SI, EDGE_SI);
	DEFINE(HOST_DX, EDGE_DX);
	DEFINE(HOST_BP, EDGE_BP);
	DEFINE(HOST_AX, EDGE_AX);
	DEFINE(HOST_R8, EDGE_R8);
	DEFINE(HOST_R9, EDGE_R9);
	DEFINE(HOST_R10, EDGE_R10);
	DEFINE(HOST_R11, EDGE_R11);
	DEFINE(HOST_R12, EDGE_R12);
	DEFINE(HOST_R13, EDGE_R13);
	DEFINE(HOST_R14, EDGE_R14);
	DEFINE(HOST_R15, EDGE_R15);
	DEFINE(HOST_IP, EDGE_IP);
	DEFINE(HOST_SP, EDGE_SP);
	DEFINE(HOST_EFLAGS, EDGE_FLAGS);
	DEFINE(HOST_ORIG_AX, EDGE_REGISTERS);
	DEFINE(HOST_CS, EDGE_REGISTERS + 1);
	DEFINE(HOST_SS, EDGE_REGISTERS + 2);

	DEFINE(UM_FRAME_SIZE, sizeof(struct user_regs_struct));
	DEFINE(UM_POLLIN, POLLIN);
	DEFINE(UM_POLLPRI, POLLPRI);
	DEFINE(UM_POLLOUT, POLLOUT);

	DEFINE(UM_PROT_READ, PROT_READ);
	DEFINE(UM_PROT_WRITE, PROT_WRITE);
	DEFINE(UM_PROT_EXEC, PROT_EXEC);
}
