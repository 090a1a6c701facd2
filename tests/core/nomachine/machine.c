/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.c - a made-up machine: the functions that docs/porting.md lists as required, in its order, and no
 * other. Each stops with its name. That the program links shows that the list is complete; main shows that
 * the kernel starts, and that the first function it calls is that of the console, with which a port begins.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <boot/boot.h>
#include <core/arch.h>
#include <core/upcall.h>

static _Noreturn void stop(const char *name)
{
	bool first = strcmp(name, "arch_putc") == 0;

	printf("%s - the kernel of a made-up machine links, starts, and stops in a function of it: %s\n",
	       first ? "ok" : "not ok", name);
	printf("%d passed, %d failed\n", first, !first);
	exit(first ? 0 : 1);
}

/* Parameters are not used. */
#pragma GCC diagnostic ignored "-Wunused-parameter"
#define STOPS	{ stop(__func__); }

/* core/arch.h */
uint64_t arch_time_now(void) STOPS
void arch_timer_in(uint64_t us) STOPS
bool arch_put_now(char c) STOPS
int arch_getc(void) STOPS
void arch_regs_start(struct thread *t, l4_word_t ip, l4_word_t sp) STOPS
struct arch_user arch_user_get(struct thread *t) STOPS
void arch_user_set(struct thread *t, struct arch_user u, unsigned which) STOPS
void arch_exception_get(struct thread *t, l4_word_t number, l4_word_t error, l4_word_t *first,
			l4_word_t *rest) STOPS
void arch_exception_put(struct thread *t, const l4_word_t *first, const l4_word_t *rest,
			unsigned u) STOPS
void arch_ipc_done(struct thread *t) STOPS
struct thread *arch_leave_to(struct thread *next, bool direct) STOPS
struct thread *arch_refuse(struct thread *t) STOPS
void arch_thread_init(struct thread *t) STOPS
void arch_thread_exit(struct thread *t) STOPS
size_t arch_image_size(bool text) STOPS
bool arch_irq_usable(unsigned line) STOPS
void arch_irq_mask(unsigned line) STOPS
bool arch_irq_unmask(unsigned line) STOPS
void arch_kip_fill(struct l4_kip *kip) STOPS

/* <arch/cpu.h>, <arch/board.h> */
void cpu_window(void) STOPS
void cpu_wait(void) STOPS
bool plat_console_report_lost(void) STOPS

/* mem/arch.h */
bool arch_space_init(struct space *s) STOPS
bool arch_space_exit_step(struct space *s) STOPS
struct leaf arch_ptab_get(struct space *s, l4_word_t address) STOPS
enum leaf_room arch_ptab_reserve(struct space *s, l4_word_t address, unsigned log2, bool all) STOPS
void arch_ptab_prune(struct space *s, l4_word_t address) STOPS
void arch_ptab_set(struct space *s, l4_word_t address, struct leaf leaf) STOPS
uint8_t arch_ptab_clear(struct space *s, l4_word_t address, unsigned log2) STOPS
uint64_t arch_page_sizes(void) STOPS
uint64_t arch_tlb_word(const struct space *s, unsigned tag) STOPS
void *arch_frame_ptr(uint64_t pa) STOPS
uint64_t arch_frame_pa(const void *p) STOPS
bool arch_frame_reachable(uint64_t pa) STOPS
void arch_tlb_load(uint64_t word) STOPS
void arch_tlb_page(l4_word_t address) STOPS

/* lib/console.h */
void arch_putc(char c) STOPS
void arch_stop(void) STOPS

int main(void)
{
	static const struct boot_info boot;

	kernel_leave(kernel_main(&boot));
	stop("none");
}
