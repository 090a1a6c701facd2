/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bootinfo.h - the generic boot information: what the boot loader loaded besides the kernel
 * (protocols 7.5).
 *
 *   header | record | record | ...     found by offsets: header to first, record to next
 *
 * The page is at the physical address that L4_BootInfo gives; get it from sigma0 first.
 */
#ifndef L4_BOOTINFO_H
#define L4_BOOTINFO_H

#include <l4/types.h>

#ifndef L4_BOOTINFO_MAGIC		/* <x2/kip.h> has it too */
#define L4_BOOTINFO_MAGIC	((L4_Word_t)0x14b0021d)
#endif
#define L4_BOOTINFO_VERSION	(1)

#define L4_BootInfo_Module	(0x0001)
#define L4_BootInfo_SimpleExec	(0x0002)
#define L4_BootInfo_EFITables	(0x0101)
#define L4_BootInfo_Multiboot	(0x0102)

typedef struct {
	L4_Word_t magic, version, size, first_entry, num_entries, __reserved[3];
} L4_BootInfo_t;

/* The beginning of all records. */
typedef struct {
	L4_Word_t type, version, offset_next;
} L4_BootRec_t;

typedef struct {
	L4_Word_t type, version, offset_next;
	L4_Word_t start, size, cmdline_offset;
} L4_Boot_Module_t;

typedef struct {
	L4_Word_t type, version, offset_next;
	L4_Word_t text_pstart, text_vstart, text_size;
	L4_Word_t data_pstart, data_vstart, data_size;
	L4_Word_t bss_pstart, bss_vstart, bss_size;
	L4_Word_t initial_ip, flags, label, cmdline_offset;
} L4_Boot_SimpleExec_t;

typedef struct {
	L4_Word_t type, version, offset_next;
	L4_Word_t systab, memmap, memmap_size, memdesc_size, memdesc_version;
} L4_Boot_EFI_t;

typedef struct {
	L4_Word_t type, version, offset_next;
	L4_Word_t address;
} L4_Boot_MBI_t;

/* ---- The list ---- */

L4_INLINE L4_Bool_t L4_BootInfo_Valid(const void *info)
{
	const L4_BootInfo_t *head = (const L4_BootInfo_t *)info;

	return head->magic == L4_BOOTINFO_MAGIC && head->version == L4_BOOTINFO_VERSION;
}

L4_INLINE L4_Word_t L4_BootInfo_Size(const void *info)
{
	return ((const L4_BootInfo_t *)info)->size;
}

L4_INLINE L4_BootRec_t *L4_BootInfo_FirstEntry(const void *info)
{
	return (L4_BootRec_t *)((L4_Word_t)info + ((const L4_BootInfo_t *)info)->first_entry);
}

L4_INLINE L4_Word_t L4_BootInfo_Entries(const void *info)
{
	return ((const L4_BootInfo_t *)info)->num_entries;
}

L4_INLINE L4_Word_t L4_BootRec_Type(const L4_BootRec_t *r)
{
	return r->type;
}

L4_INLINE L4_BootRec_t *L4_BootRec_Next(const L4_BootRec_t *r)
{
	return (L4_BootRec_t *)((L4_Word_t)r + r->offset_next);
}

/* A command line is a string in the record; offset 0: there is none. */
L4_INLINE char *__L4_BootRec_String(const L4_BootRec_t *r, L4_Word_t offset)
{
	return offset ? (char *)((L4_Word_t)r + offset) : 0;
}

/* ---- Module ---- */

L4_INLINE const L4_Boot_Module_t *__L4_Module(const L4_BootRec_t *r)
{
	return (const L4_Boot_Module_t *)r;
}

L4_INLINE L4_Word_t L4_Module_Start(const L4_BootRec_t *r)
{
	return __L4_Module(r)->start;
}

L4_INLINE L4_Word_t L4_Module_Size(const L4_BootRec_t *r)
{
	return __L4_Module(r)->size;
}

L4_INLINE char *L4_Module_Cmdline(const L4_BootRec_t *r)
{
	return __L4_BootRec_String(r, __L4_Module(r)->cmdline_offset);
}

/* ---- SimpleExec: a program that the boot loader took apart; flags and label may be changed ---- */

L4_INLINE L4_Boot_SimpleExec_t *__L4_SimpleExec(const L4_BootRec_t *r)
{
	return (L4_Boot_SimpleExec_t *)(L4_Word_t)r;
}

L4_INLINE L4_Word_t L4_SimpleExec_TextVstart(const L4_BootRec_t *r)
{
	return __L4_SimpleExec(r)->text_vstart;
}

L4_INLINE L4_Word_t L4_SimpleExec_TextPstart(const L4_BootRec_t *r)
{
	return __L4_SimpleExec(r)->text_pstart;
}

L4_INLINE L4_Word_t L4_SimpleExec_TextSize(const L4_BootRec_t *r)
{
	return __L4_SimpleExec(r)->text_size;
}

L4_INLINE L4_Word_t L4_SimpleExec_DataVstart(const L4_BootRec_t *r)
{
	return __L4_SimpleExec(r)->data_vstart;
}

L4_INLINE L4_Word_t L4_SimpleExec_DataPstart(const L4_BootRec_t *r)
{
	return __L4_SimpleExec(r)->data_pstart;
}

L4_INLINE L4_Word_t L4_SimpleExec_DataSize(const L4_BootRec_t *r)
{
	return __L4_SimpleExec(r)->data_size;
}

L4_INLINE L4_Word_t L4_SimpleExec_BssVstart(const L4_BootRec_t *r)
{
	return __L4_SimpleExec(r)->bss_vstart;
}

L4_INLINE L4_Word_t L4_SimpleExec_BssPstart(const L4_BootRec_t *r)
{
	return __L4_SimpleExec(r)->bss_pstart;
}

L4_INLINE L4_Word_t L4_SimpleExec_BssSize(const L4_BootRec_t *r)
{
	return __L4_SimpleExec(r)->bss_size;
}

L4_INLINE L4_Word_t L4_SimpleExec_InitialIP(const L4_BootRec_t *r)
{
	return __L4_SimpleExec(r)->initial_ip;
}

L4_INLINE L4_Word_t L4_SimpleExec_Flags(const L4_BootRec_t *r)
{
	return __L4_SimpleExec(r)->flags;
}

L4_INLINE void L4_SimpleExec_Set_Flags(const L4_BootRec_t *r, L4_Word_t flags)
{
	__L4_SimpleExec(r)->flags = flags;
}

L4_INLINE L4_Word_t L4_SimpleExec_Label(const L4_BootRec_t *r)
{
	return __L4_SimpleExec(r)->label;
}

L4_INLINE void L4_SimpleExec_Set_Label(const L4_BootRec_t *r, L4_Word_t label)
{
	__L4_SimpleExec(r)->label = label;
}

L4_INLINE char *L4_SimpleExec_Cmdline(const L4_BootRec_t *r)
{
	return __L4_BootRec_String(r, __L4_SimpleExec(r)->cmdline_offset);
}

/* ---- EFI tables and the copy of the multiboot information ---- */

L4_INLINE const L4_Boot_EFI_t *__L4_EFI(const L4_BootRec_t *r)
{
	return (const L4_Boot_EFI_t *)r;
}

L4_INLINE L4_Word_t L4_EFI_Systab(const L4_BootRec_t *r)
{
	return __L4_EFI(r)->systab;
}

L4_INLINE L4_Word_t L4_EFI_Memmap(const L4_BootRec_t *r)
{
	return __L4_EFI(r)->memmap;
}

L4_INLINE L4_Word_t L4_EFI_MemmapSize(const L4_BootRec_t *r)
{
	return __L4_EFI(r)->memmap_size;
}

L4_INLINE L4_Word_t L4_EFI_MemdescSize(const L4_BootRec_t *r)
{
	return __L4_EFI(r)->memdesc_size;
}

L4_INLINE L4_Word_t L4_EFI_MemdescVersion(const L4_BootRec_t *r)
{
	return __L4_EFI(r)->memdesc_version;
}

L4_INLINE L4_Word_t L4_MBI_Address(const L4_BootRec_t *r)
{
	return ((const L4_Boot_MBI_t *)r)->address;
}

#if defined(__cplusplus)
L4_INLINE L4_Word_t L4_Type(const L4_BootRec_t *r)
{
	return L4_BootRec_Type(r);
}

L4_INLINE L4_BootRec_t *L4_Next(const L4_BootRec_t *r)
{
	return L4_BootRec_Next(r);
}
#endif

#endif
