/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kip.h - the kernel interface page (api 1), its descriptors, and the generic boot info
 * (protocols 7.5). All fields are words; offsets are those of the specification.
 */
#ifndef X2_KIP_H
#define X2_KIP_H

#include <x2/word.h>

struct l4_kip_server { l4_word_t sp, ip, low, high; };

struct l4_kip {
	l4_word_t magic;
	l4_word_t api_version;
	l4_word_t api_flags;
	l4_word_t kern_desc_ptr;
	l4_word_t kdebug_init, kdebug_entry, kdebug_low, kdebug_high;
	struct l4_kip_server sigma0, sigma1, root;
	l4_word_t reserved_0a0;
	l4_word_t memory_info;
	l4_word_t kdebug_config[2];
	l4_word_t main_mem[2];
	l4_word_t reserved_mem[4];
	l4_word_t dedicated_mem[10];
	l4_word_t reserved_140[2];
	l4_word_t utcb_info;
	l4_word_t kip_area_info;
	l4_word_t reserved_160[2];
	l4_word_t boot_info;
	l4_word_t proc_desc_ptr;
	l4_word_t clock_info;
	l4_word_t thread_info;
	l4_word_t page_info;
	l4_word_t processor_info;
	l4_word_t space_control, thread_control, processor_control, memory_control;
	l4_word_t ipc, lipc, unmap, exchange_registers, system_clock, thread_switch, schedule;
	l4_word_t reserved_1f8[5];
	l4_word_t arch_syscall[4];	/* Pecan's: [0] Inspect, 0 if left out; [1] SetTls */
};

_Static_assert(offsetof(struct l4_kip, memory_info) == 0x15 * sizeof(l4_word_t), "api 1");
_Static_assert(offsetof(struct l4_kip, utcb_info) == 0x2a * sizeof(l4_word_t), "api 1");
_Static_assert(offsetof(struct l4_kip, boot_info) == 0x2e * sizeof(l4_word_t), "api 1");
_Static_assert(offsetof(struct l4_kip, space_control) == 0x34 * sizeof(l4_word_t), "api 1");
_Static_assert(offsetof(struct l4_kip, arch_syscall) == 0x44 * sizeof(l4_word_t), "api 1");
_Static_assert(sizeof(struct l4_kip) == 0x48 * sizeof(l4_word_t), "api 1");

/* The order of bytes of this machine; a word of 32 bits that has these bytes in memory. */
#define L4_KIP_BIG	(__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
#define L4_KIP_CHARACTERS(a, b, c, d) \
	(L4_KIP_BIG ? (a) << 24 | (b) << 16 | (c) << 8 | (d) : (a) | (b) << 8 | (c) << 16 | (d) << 24)

enum {
	L4_KIP_MAGIC		= L4_KIP_CHARACTERS('L', '4', 0xe6, 'K'),
	L4_KIP_API_FLAGS	= (sizeof(l4_word_t) == 8 ? 1 << 2 : 0) | L4_KIP_BIG,
	L4_KIP_BYTES		= 4096,
	L4_MEM_UNDEFINED	= 0x0,
	L4_MEM_CONVENTIONAL	= 0x1,
	L4_MEM_RESERVED		= 0x2,
	L4_MEM_DEDICATED	= 0x3,
	L4_MEM_SHARED		= 0x4,
	L4_MEM_BOOTLOADER	= 0xe,
	L4_MEM_ARCH		= 0xf,
	/* subtypes of L4_MEM_BOOTLOADER (protocols 7.4) */
	L4_MEM_T_BOOTINFO	= 1,
	L4_MEM_T_SERVER		= 2,
	L4_MEM_T_MODULE		= 3,
};

/* Memory descriptor (api 1.3): low and high inclusive, in units of 1 KiB. */
struct l4_memdesc { l4_word_t low, high; };

static inline unsigned l4_memdesc_type(const struct l4_memdesc *d) { return d->low & 0xf; }
static inline unsigned l4_memdesc_subtype(const struct l4_memdesc *d) { return d->low >> 4 & 0xf; }
static inline bool l4_memdesc_virtual(const struct l4_memdesc *d) { return d->low >> 9 & 1; }
static inline l4_word_t l4_memdesc_low(const struct l4_memdesc *d) { return d->low & ~(l4_word_t)0x3ff; }
static inline l4_word_t l4_memdesc_high(const struct l4_memdesc *d) { return d->high | 0x3ff; }

/* Generic boot info (protocols 7.5). */
#ifndef L4_BOOTINFO_MAGIC		/* <l4/bootinfo.h> has it too */
#define L4_BOOTINFO_MAGIC	((l4_word_t)0x14b0021d)
#endif

struct l4_bootinfo { l4_word_t magic, version, size, first, count, reserved[3]; };

enum { L4_BOOTREC_MODULE = 1, L4_BOOTREC_SIMPLE_EXEC = 2, L4_BOOTREC_MULTIBOOT = 0x102 };

struct l4_bootrec { l4_word_t type, version, next; };
struct l4_bootrec_module { struct l4_bootrec h; l4_word_t start, size, cmdline; };
struct l4_bootrec_simple_exec {
	struct l4_bootrec h;
	struct { l4_word_t physical, virtual, size; } text, data, bss;
	l4_word_t ip, flags, label, cmdline;	/* flags: the ELF class, 1 or 2 */
};
struct l4_bootrec_multiboot { struct l4_bootrec h; l4_word_t address; };

#endif
