/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * privileged.h - the host's part of the .S files of kernel/arch/x86_64: what stands for instructions that
 * only a kernel can execute (enter.S), and where the data of the CPU is.
 */
#define cpu_locals	host
#define utcb_cells	host + HOST_UTCB_CELL

	/* The TLB's model is called at once. All registers are kept but RSP, which is no stack then. */
	.macro load_root reg
	mov	\reg, host_root(%rip)
	mov	cpu_locals + LOCAL_STACK(%rip), %rsp
	call	host_load_root
	mov	host_root(%rip), %rsp
	.endm

	.macro leave_to_user
	jmp	host_left_to_user
	.endm

	.macro read_gs reg
	mov	host + HOST_GS(%rip), \reg
	.endm

	.macro read_clock
	mov	host + HOST_NOW(%rip), %rax
	.endm
