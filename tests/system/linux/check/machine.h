/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.h - instructions that C has not (machine.S). An area of vector state is what FXSAVE stores.
 */
#ifndef CHECK_MACHINE_H
#define CHECK_MACHINE_H

enum { AREA = 512, REGISTERS = 13 };

struct vectors {
	unsigned char bytes[AREA];
} __attribute__((aligned(16)));

void vectors_store(struct vectors *out);

/* Each loads `in`, does something without any vector instruction, and stores what is loaded then. */
long vectors_call(const struct vectors *in, struct vectors *out, long number, long a, long b, long c);
void vectors_spin(const struct vectors *in, struct vectors *out, const volatile int *until);
void vectors_touch(const struct vectors *in, struct vectors *out, volatile char *byte);

/* The same with the general registers but for RSP, R14 and R15. */
void registers_spin(const unsigned long *in, unsigned long *out, const volatile int *until);

/* Instructions that trap: the first of each. divide: by 0. */
void trap_int3(void *unused);
void trap_undefined(void *unused);
void trap_divide(void *unused);
void trap_privileged(void *unused);
void trap_port(void *unused);
void trap_step(void *unused);		/* sets the flag by which the next instruction is a trap */
void trap_aligned(void *at);		/* 16 bytes at an address that must be a multiple of 16 */
void jump_to(void *at);

/* Five instructions of one byte, and a return. */
void five_steps(void);

/* Returns 5; a debugger puts a breakpoint at the second instruction, or changes RAX there. */
long five(void);
extern const char five_second[];

/* In memory that may be executed: code of CODE_BYTES bytes, of a function that returns n. */
enum { CODE_BYTES = 6 };
static inline void put_code(unsigned char *at, unsigned char n)
{
	at[1] = n;
	at[2] = at[3] = at[4] = 0;
	at[0] = 0xb8;
	at[CODE_BYTES - 1] = 0xc3;
}

#endif
