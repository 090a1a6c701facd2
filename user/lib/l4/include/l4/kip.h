/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kip.h - the kernel interface page and its fields (api 1).
 *
 * Functions that take `kip` expect the address that L4_GetKernelInterface returned. The KernelId word
 * has the 16-bit id of the L4_KID_* constants in its bits 31..16.
 */
#ifndef L4_KIP_H
#define L4_KIP_H

#include <l4/types.h>
#include __L4_INC_ARCH(syscalls.h)

#define L4_MAGIC			__L4_FOURCC('L', '4', 230, 'K')

#define L4_APIVERSION_2			(0x02)
#define L4_APIVERSION_4			(0x04)
#define L4_APIVERSION_X0		(0x83)
#define L4_APIVERSION_X1		(0x83)
#define L4_APIVERSION_X2		(0x84)
#define L4_APIVERSION_L4SEC		(0x85)
#define L4_APIVERSION_N1		(0x86)
#define L4_APIVERSION_OKL		(0xA0)
#define L4_APISUBVERSION_X0		(0x80)
#define L4_APISUBVERSION_X1		(0x81)

#define L4_APIFLAG_LE			(0)
#define L4_APIFLAG_BE			(1)
#define L4_APIFLAG_32BIT		(0)
#define L4_APIFLAG_64BIT		(1)

#define L4_KID_L4_486			(0x001)
#define L4_KID_L4_PENTIUM		(0x002)
#define L4_KID_L4_X86			(0x003)
#define L4_KID_L4_MIPS			(0x101)
#define L4_KID_L4_ALPHA			(0x201)
#define L4_KID_FIASCO			(0x301)
#define L4_KID_L4KA_HAZELNUT		(0x401)
#define L4_KID_L4KA_PISTACHIO		(0x402)
#define L4_KID_L4KA_STRAWBERRY		(0x403)
#define L4_KID_NICTA_PISTACHIO		(0x501)

#define L4_SUPL_GMD			__L4_FOURCC('G', 'M', 'D', ' ')
#define L4_SUPL_IBM			__L4_FOURCC('I', 'B', 'M', ' ')
#define L4_SUPL_UNSW			__L4_FOURCC('U', 'N', 'S', 'W')
#define L4_SUPL_UKA			__L4_FOURCC('U', 'K', 'a', ' ')
#define L4_SUPL_NICTA			__L4_FOURCC('N', 'I', 'C', 'T')

#define L4_UndefinedMemoryType			(0x0)
#define L4_ConventionalMemoryType		(0x1)
#define L4_ReservedMemoryType			(0x2)
#define L4_DedicatedMemoryType			(0x3)
#define L4_SharedMemoryType			(0x4)
#define L4_BootLoaderSpecificMemoryType		(0xe)
#define L4_ArchitectureSpecificMemoryType	(0xf)

/* ---- Layout ---- */

typedef union {
	L4_Word_t raw;
	struct {
		L4_BITFIELD3(L4_Word_t, __padding : 16, subid : 8, id : 8);
	} x;
} L4_KernelId_t;

typedef union {
	L4_Word_t raw;
	struct {
		L4_BITFIELD3(L4_Word_t, __padding : 16, subversion : 8, version : 8);
	} x;
} L4_ApiVersion_t;

typedef union {
	L4_Word_t raw;
	struct {
		L4_BITFIELD3(L4_Word_t, ee : 2, ww : 2, __padding : L4_BITS_PER_WORD - 4);
	} x;
} L4_ApiFlags_t;

typedef struct {
	L4_BITFIELD2(L4_Word_t, n : L4_BITS_PER_WORD / 2, MemDescPtr : L4_BITS_PER_WORD / 2);
} L4_MemoryInfo_t;

typedef struct {
	L4_Word_t magic;
	L4_ApiVersion_t ApiVersion;
	L4_ApiFlags_t ApiFlags;
	L4_Word_t KernelVerPtr;
	L4_Word_t __servers[17];	/* the view of <l4/kcp.h> */
	L4_MemoryInfo_t MemoryInfo;
	L4_Word_t __kdebug_config[2];
	struct { L4_Word_t low, high; } MainMem;
	struct { L4_Word_t low, high; } ReservedMem[2];
	struct { L4_Word_t low, high; } DedicatedMem[5];
	L4_Word_t __reserved_140[2];
	union {
		L4_Word_t raw;
		struct {
			L4_BITFIELD4(L4_Word_t, m : 10, a : 6, s : 6, __padding : L4_BITS_PER_WORD - 22);
		} X;
	} UtcbAreaInfo;
	union {
		L4_Word_t raw;
		struct {
			L4_BITFIELD2(L4_Word_t, s : 6, __padding : L4_BITS_PER_WORD - 6);
		} X;
	} KipAreaInfo;
	L4_Word_t __reserved_160[2];
	L4_Word_t BootInfo;
	L4_Word_t ProcDescPtr;
	union {
		L4_Word_t raw;
		struct {
			L4_BITFIELD2(L4_Word_t, ReadPrecision : 16, SchedulePrecision : 16);
		} X;
	} ClockInfo;
	union {
		L4_Word_t raw;
		struct {
			L4_BITFIELD3(L4_Word_t, t : 8, SystemBase : 12, UserBase : 12);
		} X;
	} ThreadInfo;
	union {
		L4_Word_t raw;
		struct {
			L4_BITFIELD3(L4_Word_t, rwx : 3, __padding : 7, page_size_mask : L4_BITS_PER_WORD - 10);
		} X;
	} PageInfo;
	union {
		L4_Word_t raw;
		struct {
			L4_BITFIELD3(L4_Word_t, processors : 16, __padding : L4_BITS_PER_WORD - 20, s : 4);
		} X;
	} ProcessorInfo;
	L4_Word_t SpaceControl, ThreadControl, ProcessorControl, MemoryControl;
	L4_Word_t Ipc, Lipc, Unmap, ExchangeRegisters;
	L4_Word_t SystemClock, ThreadSwitch, Schedule;
	L4_Word_t __reserved_1f8[5];
	L4_Word_t ArchSyscall0, ArchSyscall1, ArchSyscall2, ArchSyscall3;
} L4_KernelInterfacePage_t;

typedef union {
	L4_Word_t raw[4];
	struct {
		L4_Word_t ExternalFreq, InternalFreq, __padding[2];
	} X;
} L4_ProcDesc_t;

typedef struct {
	L4_KernelId_t KernelId;
	union {
		L4_Word_t raw;
		struct {
			L4_BITFIELD4(L4_Word_t, day : 5, month : 4, year : 7,
				     __padding : L4_BITS_PER_WORD - 16);
		} X;
	} KernelGenDate;
	union {
		L4_Word_t raw;
		struct {
			L4_BITFIELD3(L4_Word_t, subsubver : 16, subver : 8, ver : 8);
		} X;
	} KernelVer;
	L4_Word_t Supplier;
	char VersionString[];
} L4_KernelDesc_t;

typedef union {
	L4_Word_t raw[2];
	struct {
		L4_BITFIELD5(L4_Word_t, type : 4, t : 4, __padding1 : 1, v : 1, low : L4_BITS_PER_WORD - 10);
		L4_BITFIELD2(L4_Word_t, __padding2 : 10, high : L4_BITS_PER_WORD - 10);
	} x;
} L4_MemoryDesc_t;

L4_INLINE L4_KernelInterfacePage_t *__L4_Kip(void *kip)
{
	return (L4_KernelInterfacePage_t *)kip;
}

L4_INLINE L4_KernelDesc_t *__L4_KernelDesc(void *kip)
{
	return (L4_KernelDesc_t *)((char *)kip + __L4_Kip(kip)->KernelVerPtr);
}

/* ---- What the call itself answers ---- */

L4_INLINE void *L4_GetKernelInterface(void)
{
	L4_Word_t version, flags, id;

	return L4_KernelInterface(&version, &flags, &id);
}

L4_INLINE L4_Word_t L4_ApiVersion(void)
{
	L4_Word_t version, flags, id;

	L4_KernelInterface(&version, &flags, &id);
	return version;
}

L4_INLINE L4_Word_t L4_ApiFlags(void)
{
	L4_Word_t version, flags, id;

	L4_KernelInterface(&version, &flags, &id);
	return flags;
}

L4_INLINE L4_Word_t L4_KernelId(void)
{
	L4_Word_t version, flags, id;

	L4_KernelInterface(&version, &flags, &id);
	return id;
}

/* ---- The kernel descriptor (api 1.2) ---- */

L4_INLINE void L4_KernelGenDate(void *kip, L4_Word_t *year, L4_Word_t *month, L4_Word_t *day)
{
	L4_KernelDesc_t *desc = __L4_KernelDesc(kip);

	*year = 2000 + desc->KernelGenDate.X.year;
	*month = desc->KernelGenDate.X.month;
	*day = desc->KernelGenDate.X.day;
}

L4_INLINE L4_Word_t L4_KernelVersion(void *kip)
{
	return __L4_KernelDesc(kip)->KernelVer.raw;
}

L4_INLINE L4_Word_t L4_KernelSupplier(void *kip)
{
	return __L4_KernelDesc(kip)->Supplier;
}

L4_INLINE char *L4_KernelVersionString(void *kip)
{
	return __L4_KernelDesc(kip)->VersionString;
}

/* Returns feature string n, from 0, or NULL. They follow the version string, ended by an empty one. */
L4_INLINE char *L4_Feature(void *kip, L4_Word_t n)
{
	char *string = L4_KernelVersionString(kip);

	do {
		while (*string++ != '\0')
			;
		if (*string == '\0')
			return 0;
	} while (n-- > 0);
	return string;
}

L4_INLINE L4_Bool_t __L4_SameString(const char *l, const char *r)
{
	while (*l != '\0' && *l == *r) {
		l++;
		r++;
	}
	return *l == *r;
}

L4_INLINE L4_Bool_t __L4_KipHasFeature(void *kip, const char *name)
{
	const char *feature;
	L4_Word_t i;

	for (i = 0; (feature = L4_Feature(kip, i)); i++)
		if (__L4_SameString(feature, name))
			return 1;
	return 0;
}

/* ---- The fields ---- */

L4_INLINE L4_Word_t L4_NumProcessors(void *kip)
{
	return __L4_Kip(kip)->ProcessorInfo.X.processors + 1;
}

L4_INLINE L4_Word_t L4_NumMemoryDescriptors(void *kip)
{
	return __L4_Kip(kip)->MemoryInfo.n;
}

L4_INLINE L4_Word_t L4_PageSizeMask(void *kip)
{
	return __L4_Kip(kip)->PageInfo.raw & ~0x3ffUL;
}

L4_INLINE L4_Word_t L4_PageRights(void *kip)
{
	return __L4_Kip(kip)->PageInfo.X.rwx;
}

L4_INLINE L4_Word_t L4_ThreadIdBits(void *kip)
{
	return __L4_Kip(kip)->ThreadInfo.X.t;
}

L4_INLINE L4_Word_t L4_ThreadIdSystemBase(void *kip)
{
	return __L4_Kip(kip)->ThreadInfo.X.SystemBase;
}

L4_INLINE L4_Word_t L4_ThreadIdUserBase(void *kip)
{
	return __L4_Kip(kip)->ThreadInfo.X.UserBase;
}

L4_INLINE L4_Word_t L4_ReadPrecision(void *kip)
{
	return __L4_Kip(kip)->ClockInfo.X.ReadPrecision;
}

L4_INLINE L4_Word_t L4_SchedulePrecision(void *kip)
{
	return __L4_Kip(kip)->ClockInfo.X.SchedulePrecision;
}

L4_INLINE L4_Word_t L4_UtcbAreaSizeLog2(void *kip)
{
	return __L4_Kip(kip)->UtcbAreaInfo.X.s;
}

L4_INLINE L4_Word_t L4_UtcbAreaSize(void *kip)
{
	return 1UL << L4_UtcbAreaSizeLog2(kip);
}

L4_INLINE L4_Word_t L4_UtcbAlignmentLog2(void *kip)
{
	return __L4_Kip(kip)->UtcbAreaInfo.X.a;
}

L4_INLINE L4_Word_t L4_UtcbSize(void *kip)
{
	return (L4_Word_t)__L4_Kip(kip)->UtcbAreaInfo.X.m << L4_UtcbAlignmentLog2(kip);
}

L4_INLINE L4_Word_t L4_KipAreaSizeLog2(void *kip)
{
	return __L4_Kip(kip)->KipAreaInfo.X.s;
}

L4_INLINE L4_Word_t L4_KipAreaSize(void *kip)
{
	return 1UL << L4_KipAreaSizeLog2(kip);
}

L4_INLINE L4_Word_t L4_BootInfo(void *kip)
{
	return __L4_Kip(kip)->BootInfo;
}

/* ---- Memory and processor descriptors (api 1.1, 1.3); NULL beyond the last one ---- */

L4_INLINE L4_MemoryDesc_t *L4_MemoryDesc(void *kip, L4_Word_t n)
{
	if (n >= L4_NumMemoryDescriptors(kip))
		return 0;
	return (L4_MemoryDesc_t *)((char *)kip + __L4_Kip(kip)->MemoryInfo.MemDescPtr) + n;
}

L4_INLINE L4_Bool_t L4_IsMemoryDescVirtual(L4_MemoryDesc_t *m)
{
	return m->x.v;
}

/* Returns the type, with the subtype in bits 7..4 for the two types that have one. */
L4_INLINE L4_Word_t L4_MemoryDescType(L4_MemoryDesc_t *m)
{
	return m->raw[0] & (m->x.type >= L4_BootLoaderSpecificMemoryType ? 0xff : 0xf);
}

L4_INLINE L4_Word_t L4_MemoryDescLow(L4_MemoryDesc_t *m)
{
	return m->raw[0] & ~0x3ffUL;
}

/* The last byte. */
L4_INLINE L4_Word_t L4_MemoryDescHigh(L4_MemoryDesc_t *m)
{
	return m->raw[1] | 0x3ffUL;
}

L4_INLINE L4_ProcDesc_t *L4_ProcDesc(void *kip, L4_Word_t processor)
{
	if (processor >= L4_NumProcessors(kip))
		return 0;
	return (L4_ProcDesc_t *)((char *)kip + __L4_Kip(kip)->ProcDescPtr
				 + (processor << __L4_Kip(kip)->ProcessorInfo.X.s));
}

/* kHz */
L4_INLINE L4_Word_t L4_ProcDescExternalFreq(L4_ProcDesc_t *p)
{
	return p->X.ExternalFreq;
}

L4_INLINE L4_Word_t L4_ProcDescInternalFreq(L4_ProcDesc_t *p)
{
	return p->X.InternalFreq;
}

/* ---- C++ ---- */

#if defined(__cplusplus)
L4_INLINE void *L4_KernelInterface(void)
{
	return L4_GetKernelInterface();
}

L4_INLINE L4_Bool_t L4_HasFeature(const char *name)
{
	return __L4_KipHasFeature(L4_GetKernelInterface(), name);
}

L4_INLINE L4_Bool_t L4_IsVirtual(L4_MemoryDesc_t *m)
{
	return L4_IsMemoryDescVirtual(m);
}

L4_INLINE L4_Word_t L4_Type(L4_MemoryDesc_t *m)
{
	return L4_MemoryDescType(m);
}

L4_INLINE L4_Word_t L4_Low(L4_MemoryDesc_t *m)
{
	return L4_MemoryDescLow(m);
}

L4_INLINE L4_Word_t L4_High(L4_MemoryDesc_t *m)
{
	return L4_MemoryDescHigh(m);
}

L4_INLINE L4_Word_t L4_ExternalFreq(L4_ProcDesc_t *p)
{
	return L4_ProcDescExternalFreq(p);
}

L4_INLINE L4_Word_t L4_InternalFreq(L4_ProcDesc_t *p)
{
	return L4_ProcDescInternalFreq(p);
}
#endif

#endif
