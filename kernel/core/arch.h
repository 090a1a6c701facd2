/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch.h - the whole contract with a machine. A port is: fill in this list, and the headers
 *   <arch/regs.h>   struct arch_regs (user context in the TCB); its mr[REG_MRS] are the message registers
 *                   that travel in CPU registers
 *   <arch/ptab.h>   struct arch_space (page table, I/O set), page sizes; ARCH_RUN_ENTRIES: how many entries
 *                   a run copies or clears for one unit of a step (config.h)
 *   <arch/call.h>   arch_args_*, arch_result_*: which register carries what
 *   <arch/tlb.h>    arch_tlb_*: loads of page tables, invalidations
 *   <arch/hook.h>   arch_kmem_admit: true; on the host, false when a test wants an allocation to fail
 *   <arch/time.h>   arch_clock: arch_time_now, in place
 *   <arch/words.h>  arch_words_clear, arch_words_copy: n words, wherever they begin; copied first word first
 * Called with interrupts off. "Core" names what core promises, "machine" what the machine does.
 */
#ifndef CORE_ARCH_H
#define CORE_ARCH_H

#include <arch/call.h>
#include <arch/hook.h>
#include <arch/time.h>
#include <arch/tlb.h>
#include <arch/words.h>
#include <core/leaf.h>
#include <core/space.h>
#include <core/thread.h>
#include <lib/console.h>

/* ---- time, console, end ---- */

/* Microseconds since boot; never runs backward. */
uint64_t arch_time_now(void);

/* Fire kernel_timer at or soon after `at` (us); L4_FOREVER: not at all. A past time fires at once. */
void arch_timer_at(uint64_t at);

/* arch_putc and arch_stop: <lib/console.h>. */

/* The next character typed on the debug console, or -1: for the debugger conventions only. */
int arch_getc(void);

/* ---- user context of a thread ---- */

/* Machine: a cleared context that starts at ip with sp, default flags. */
void arch_regs_start(struct thread *t, l4_word_t ip, l4_word_t sp);

/*
 * IP, SP and FLAGS as ExchangeRegisters shows and sets them: of a thread inside a system call those
 * of its caller, as if the gateway had returned. Setting: flags are reduced to what users may
 * change; the thread leaves the kernel to exactly that IP and SP.
 */
struct arch_user { l4_word_t ip, sp, flags; };
struct arch_user arch_user_get(struct thread *t);
l4_word_t arch_user_ip(struct thread *t);
enum { ARCH_SET_IP = 1, ARCH_SET_SP = 2, ARCH_SET_FLAGS = 4 };
void arch_user_set(struct thread *t, struct arch_user u, unsigned which);

/*
 * Write MR1..L4_EXC_WORDS of an exception message; take MR1..min(u, REPLY_WORDS) of the reply. MRi is
 * first[i] below REG_MRS, else rest[i].
 */
void arch_exception_get(struct thread *t, l4_word_t number, l4_word_t error, l4_word_t *first,
			l4_word_t *rest);
void arch_exception_put(struct thread *t, const l4_word_t *first, const l4_word_t *rest, unsigned u);

/*
 * t waits in a user's Ipc: is it a plain one, so that all the machine must do to let it go on behind its
 * call is to load the message registers, flags and SP? If core then calls it READY (T15), the machine may
 * deliver to it by itself, and leave some of what is always the same in such a wait out of its regs.
 */
bool arch_thread_plain(const struct thread *t);

/* t was READY, and core takes over: regs are complete from now on. */
void arch_thread_settle(struct thread *t);

/* t is new, its regs are zero; t is about to be freed (drop FPU state and the like that names it). */
void arch_thread_init(struct thread *t);
void arch_thread_exit(struct thread *t);

/* ---- address spaces ---- */

/* An empty page table. False if s's account has no memory; nothing is kept then. */
bool arch_space_init(struct space *s);

/*
 * Free tables, a bounded number a call; true when all are gone. s is not current on any CPU. Core: all
 * leaves have been cleared. Machine: what is clear is given back as such (kmem_clear_frame_free).
 */
bool arch_space_exit_step(struct space *s);

/*
 * Leaves of the page table; the semantics of leaf.h. Core: addresses in the user area, aligned to
 * the entry. Machine: arch_ptab_set writes touched as the hardware's bits; no allocation but in
 * arch_ptab_reserve, which charges s's account (kmem_frame) and frees an empty table in the way.
 * Neither set nor clear flushes translations.
 */
struct leaf arch_ptab_get(struct space *s, l4_word_t address);
enum leaf_room arch_ptab_reserve(struct space *s, l4_word_t address, unsigned log2);
void arch_ptab_set(struct space *s, l4_word_t address, struct leaf leaf);
void arch_ptab_clear(struct space *s, l4_word_t address, unsigned log2);

/*
 * A run: entries of 2^log2 bytes that stand side by side in one table. `left` of them, from that for the
 * address to the table's end; 0: there is no such run. Good until a table of the space is freed.
 */
struct arch_run { uint64_t *at; unsigned log2, left; };

/* From the leaf for address, of whatever size, if there is one and it is not the kernel's own. */
struct arch_run arch_run_of(struct space *s, l4_word_t address);

/* From the entry of 2^log2 bytes for address, if it is free and its table is there. */
struct arch_run arch_run_room(struct space *s, l4_word_t address, unsigned log2);

/*
 * How many of the first n entries are free; are leaves without kept bits; can be copied from `from`,
 * leaves, to `to`, free, less rights and without status; can be cleared (idle: unless they have status).
 * Those before the first that is not so are copied or cleared, and *seen becomes what all that are cleared
 * have seen: their kept bits, and above those a pair, KEPT_SEEN and KEPT_WRITTEN (mapping.h), of what the
 * machine has noted.
 */
unsigned arch_run_empty(struct arch_run run, unsigned n);
unsigned arch_run_idle(struct arch_run run, unsigned n);
unsigned arch_run_copy(struct arch_run from, struct arch_run to, unsigned rights, unsigned n);
unsigned arch_run_clear(struct arch_run run, unsigned n, bool idle, unsigned *seen);

/*
 * The same of one small page: from src of `from` to dst of `to`, which is free. False: not so, or not at
 * hand (then nothing has happened). <arch/page.h> has arch_page_near, the entry for the small page at `at`
 * of s, or 0 if it is not at hand; arch_page_there: is one there that is not the kernel's own;
 * arch_page_take, which clears it and returns what it has seen; and arch_page_keep, which returns the kept
 * bits, and then takes `not` out of them and `more` in.
 */
bool arch_page_copy(struct space *from, l4_word_t src, struct space *to, l4_word_t dst, unsigned rights);

/* The first entry, a leaf, gets these kept bits as well as those that it has. */
void arch_run_keep(struct arch_run run, unsigned kept);

/* Sizes of page-table entries, bit k: 2^k bytes. */
uint64_t arch_page_sizes(void);

/* How many tags the TLB tells apart, ARCH_TLB_TAGS at the most. 1: none, a load forgets all. */
unsigned arch_tlb_tags(void);

/*
 * What arch_tlb_load takes to make the table of s current under tag, and keep all that the TLB has
 * there; not 0. s 0: the kernel's own table, which has no user addresses.
 */
uint64_t arch_tlb_word(const struct space *s, unsigned tag);

/* Port p of s: allowed or not. reserve: false if there is no memory for the permission set. */
bool arch_io_reserve(struct space *s);
void arch_io_set(struct space *s, l4_word_t port, bool allowed);
bool arch_io_get(const struct space *s, l4_word_t port);

/* The 64 ports of the aligned block around p: bit n: the n-th is allowed. Constant time. */
uint64_t arch_io_word(const struct space *s, l4_word_t port);

/* Kernel address of physical memory, and back; both constant-time arithmetic. */
void *arch_frame_ptr(uint64_t pa);
uint64_t arch_frame_pa(const void *p);

/* Can the kernel touch pa there? All RAM; memory of devices that sigma0 gives away may be out of reach. */
bool arch_frame_reachable(uint64_t pa);

/*
 * Where the kernel sees the byte at `at` of s, marked as the CPU would mark the page for that access; good
 * to the end of its 4 KiB. 0: that is not plain memory which is there with that right, or not in a simple
 * way; arch_ptab_get tells. at lies in the user area.
 */
void *arch_user_ptr(struct space *s, l4_word_t at, bool write);

/* Copy n bytes out of the user memory of s, as user code could read them; false if it could not. */
bool arch_copy_in(struct space *s, void *to, l4_word_t from, size_t n);

/* Bytes of the kernel's image: text with read-only data, or writable data (for inspection). */
size_t arch_image_size(bool text);

/* ---- memory attributes (api 7.4) ---- */

/*
 * The machine's code for an attribute as MemoryControl names it, and back. Below 2^LEAF_ATTR_BITS; 0
 * is default memory. ARCH_NO_ATTRIBUTE: there is none such.
 */
enum { ARCH_NO_ATTRIBUTE = 0xff };
uint8_t arch_attribute(l4_word_t name);
l4_word_t arch_attribute_name(uint8_t attr);

/*
 * Write back and forget what the caches hold of physical memory from pa on: as much of `bytes` as one
 * frame, or as much as the kernel cannot reach and has not cached. Returns how much, more than 0.
 */
uint64_t arch_cache_flush(uint64_t pa, uint64_t bytes);

/* ---- interrupts ---- */

bool arch_irq_usable(unsigned line);	/* false: the kernel's own, or not there */
void arch_irq_mask(unsigned line);

/*
 * Let the line interrupt again. True if an edge came while it was masked: then the machine has
 * forgotten that edge, the line stays masked, and core delivers one more interrupt for it.
 */
bool arch_irq_unmask(unsigned line);

/* ---- KIP ---- */

struct l4_kip;
/* System-call links, page sizes, processor descriptor, feature strings of the machine. */
void arch_kip_fill(struct l4_kip *kip);

#endif
