/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * instructions.h - part of machine.h: what only x86 has.
 */
#ifndef GUEST_INSTRUCTIONS_H
#define GUEST_INSTRUCTIONS_H

/* Instructions that trap, as those of machine.h. */
void trap_de(void), trap_de_next(void);		/* division by zero */
void trap_hlt(void), trap_hlt_next(void);
void trap_cli(void), trap_cli_next(void);
void trap_sti(void), trap_sti_next(void);
void trap_rdmsr(void), trap_rdmsr_next(void);
void trap_wrmsr(void), trap_wrmsr_next(void);
void trap_cr3(void), trap_cr3_next(void);
void trap_lgdt(void), trap_lgdt_next(void);
void trap_swapgs(void), trap_swapgs_next(void);
void trap_wrgsbase(void), trap_wrgsbase_next(void);
void trap_int80(void), trap_int80_next(void);
void trap_int32(void), trap_int32_next(void);
void trap_int14(void), trap_int14_next(void);
void trap_int8(void), trap_int8_next(void);
void trap_sysenter(void), trap_sysenter_next(void);
void trap_syscall(void), trap_syscall_next(void);
void trap_ds(void), trap_ds_next(void);		/* load a selector that is not there */
void trap_word(void), trap_word_next(void);	/* read a word */
void trap_step(void), trap_step_at(void);	/* single step: #DB is reported at trap_step_at */
void trap_iret(void), trap_iret_next(void);	/* to a kernel code selector */
void trap_int3(void), trap_int3_next(void);
void trap_print(void), trap_print_next(void);	/* int3 as the debugger's print-character */
void lock_nop(void);				/* KernelInterface */
void load_gs_null(void), load_gs_user(void), load_fs_null(void), load_ds_null(void);

extern const unsigned char return_code[];	/* machine code of "return" */

/* I/O ports; the fault is reported at the ..._at label. */
word port_in8(word port), port_in16(word port), port_in32(word port);
void port_out8(word port, word value), port_out16(word port, word value);
void port_out32(word port, word value);
void port_insb(word port, void *to);
void port_in8_at(void), port_in16_at(void), port_in32_at(void), port_out8_at(void);
void port_out16_at(void), port_out32_at(void), port_insb_at(void);

/* Go to the gateway with RSP = sp and no call; with `ret` as the return address on the own stack. */
void gateway_with_sp(word link, word sp) __attribute__((noreturn));
void gateway_with_return(word link, word ret) __attribute__((noreturn));

/* Load a selector into DS, ES and FS, into GS; what the three hold, as one word; GS; fs:0. */
void segments_load(word selector), gs_load(word selector);
void segments_load_a(void), gs_load_a(void);	/* the same by regs_call, the selector in REG_A */
word segments_read(void), gs_selector(void), fs_read(void);

/*
 * For regs_call: an Ipc by the link in ipc_target, which uses neither GS nor memory that is not aligned; with
 * the selector in GS, or in DS, ES and FS.
 */
void ipc_as_it_is(void), ipc_with_gs(void), ipc_with_data(void);
extern volatile word ipc_target, ipc_selector;

/* gs:0, and a try to write it; the word behind the segment of GS. */
word gs_read(void), gs_read_behind(void);
void gs_write(word value);

/* IRET from a frame of 32-bit words, of 64-bit words: IP, CS, flags, SP, SS; ES, DS, FS, GS for VM. */
void iret_long(const void *frame) __attribute__((noreturn));
void iret_quad(const void *frame) __attribute__((noreturn));

/* Far transfers: a jump, a call, a return. */
struct far_pointer { uint32_t ip; uint16_t selector; };
void far_jump(const struct far_pointer *to), far_call(const struct far_pointer *to);
void far_return(word ip, word selector) __attribute__((noreturn));

/* ---- faults.S ---- */

/* Instructions with the exceptions that they raise; a table ends with at = 0. */
struct fault_case { word at, next, number, other, error; };
extern const struct fault_case faults_privileged[], faults_invalid[], faults_selector[], faults_umip[];

/* The same behind MOV SS, with TF and AC set: at is where to begin, next where the exception is. */
extern const struct fault_case faults_shadowed[];

void int_all(void), int_all_end(void);		/* int n for all n, two bytes each, and a return */
/*
 * For regs_call: a page fault at address 0 of an instruction for which QEMU 7.2 has wrong flags: with bits
 * of REG_A where flags are clear.
 */
void fault_in_flags(void), fault_in_flags_at(void), fault_in_flags_next(void);

void debug_registers(void);			/* mov from debug register n, n < 8: three bytes, and a return */
void trap_ac(void), trap_ac_at(void), trap_ac_next(void);	/* AC set, then a load that is not aligned */
void trap_bp(void), trap_bp_next(void);		/* load from RBP, so by SS */
void trap_int3_long(void), trap_int3_long_next(void);	/* of two bytes */
void trap_int1(void), trap_int1_next(void);	/* F1 */
void trap_into(void), trap_into_next(void);	/* with OF an INT 4 */
void trap_bound(void), trap_bound_next(void);	/* out of the bounds unless REG_A is 0x7fffffff */
void trap_mov_ss(void), trap_mov_ss_at(void), trap_mov_ss_next(void);	/* TF, MOV SS, SYSCALL */

/* The x87 and SSE part as FXSAVE writes it, with the addresses of the last instruction and operand. */
struct fpu_image { uint8_t bytes[512]; } __attribute__((aligned(64)));
void fpu_image(struct fpu_image *to);

/* Leave an unmasked x87 error pending; execute one instruction that would report it. */
void fpu_pend(void), fpu_wait(void);

/* The CPU has a page attribute table. */
bool pat_usable(void);

struct cpuid { uint32_t eax, ebx, ecx, edx; };
void cpuid(word leaf, word sub, struct cpuid *out);

/*
 * Flags without VIF and VIP where that is QEMU: an IRET with VM sets them (iret.c), and none of its
 * instructions clears them any more. Elsewhere the flags as they are.
 */
word without_vif(word flags);

/* Return true if user code may use XSAVE and XGETBV; AVX. The value of XCR0; XSAVE of all its components. */
bool xsave_usable(void), avx_usable(void);
word xcr0_read(void);
void xsave_all(void *area);

/* Traps as above; the exception comes at trap_x_at where there is one. */
void trap_x87(void), trap_x87_at(void), trap_x87_next(void);	/* unmasked division by zero, at fwait */
void trap_xm(void), trap_xm_at(void), trap_xm_next(void);	/* the same in SSE */
void trap_xgetbv(void), trap_xgetbv_next(void);
void trap_xsetbv(void), trap_xsetbv_next(void);
void trap_xrstor(void), trap_xrstor_at(void), trap_xrstor_next(void);
void trap_vex(void), trap_vex_next(void);	/* an instruction of AVX, of AVX-512 */
void trap_evex(void), trap_evex_next(void);

#endif
