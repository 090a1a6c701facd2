/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * types.h - words, fpages, thread ids, clock and time values of X.2, under the names that
 * programs written for L4Ka::Pistachio use.
 *
 * Every ABI word is a union: `raw` is the word, X its bit-fields. raw comes first, so one plain
 * initialiser sets the whole word in C and in C++. The functions work on raw where they can.
 *
 * Differences from the text of older headers, all on purpose: L4_TimePeriod(0) is ZeroTime and
 * never is given only above 1023 * 2^31 us; L4_Fpage clears what the base had below 1 KiB.
 */
#ifndef L4_TYPES_H
#define L4_TYPES_H

#if !defined(__L4_ARCH__)
#if defined(__x86_64__)
#define L4_ARCH_AMD64
#define __L4_ARCH__	amd64
#elif defined(__i386__)
#define L4_ARCH_IA32
#define __L4_ARCH__	ia32
#elif defined(__powerpc__) && !defined(__powerpc64__)
#undef powerpc			/* a macro of compilers for GNU C */
#define L4_ARCH_POWERPC
#define __L4_ARCH__	powerpc
#else
#error "libl4: no binding for this machine; libl4 supports amd64 (x86-64), ia32 and powerpc (32 bits)"
#endif
#endif

#define __L4_INC_ARCH(file)	<l4/__L4_ARCH__/file>

#include __L4_INC_ARCH(types.h)

#define L4_HAVE_SIGNED_WORD
#define L4_INLINE		static inline

/* A value of an aggregate type: a compound literal in C, list initialisation in C++. */
#if defined(__cplusplus)
#define __L4_VALUE(type)	type
#else
#define __L4_VALUE(type)	(type)
#endif

typedef L4_Word_t L4_Bool_t;

/* ErrorCode of a failed call other than Ipc (api 8). */
#define L4_ErrOk		(0)
#define L4_ErrNoPrivilege	(1)
#define L4_ErrInvalidThread	(2)
#define L4_ErrInvalidSpace	(3)
#define L4_ErrInvalidScheduler	(4)
#define L4_ErrInvalidParam	(5)
#define L4_ErrUtcbArea		(6)
#define L4_ErrKipArea		(7)
#define L4_ErrNoMem		(8)

#include __L4_INC_ARCH(specials.h)

/* ---- Fpages (api 6.1) ---- */

typedef union {
	L4_Word_t raw;
	struct {
		L4_BITFIELD4(L4_Word_t, rwx : 3, extended : 1, s : 6, b : L4_BITS_PER_WORD - 10);
	} X;
} L4_Fpage_t;

#define L4_Readable		(0x04)
#define L4_Writable		(0x02)
#define L4_eXecutable		(0x01)
#define L4_FullyAccessible	(0x07)
#define L4_ReadWriteOnly	(0x06)
#define L4_ReadeXecOnly		(0x05)
#define L4_NoAccess		(0x00)

#define L4_Nilpage		(__L4_VALUE(L4_Fpage_t){ 0UL })
#define L4_CompleteAddressSpace	(__L4_VALUE(L4_Fpage_t){ 0x10UL })

L4_INLINE L4_Bool_t L4_IsNilFpage(L4_Fpage_t f)
{
	return f.raw == 0;
}

L4_INLINE L4_Word_t L4_Rights(L4_Fpage_t f)
{
	return f.X.rwx;
}

L4_INLINE L4_Fpage_t L4_Set_Rights(L4_Fpage_t *f, L4_Word_t rwx)
{
	f->X.rwx = rwx & L4_FullyAccessible;
	return *f;
}

L4_INLINE L4_Fpage_t L4_FpageAddRights(L4_Fpage_t f, L4_Word_t rwx)
{
	f.raw |= rwx & L4_FullyAccessible;
	return f;
}

L4_INLINE L4_Fpage_t L4_FpageAddRightsTo(L4_Fpage_t *f, L4_Word_t rwx)
{
	return *f = L4_FpageAddRights(*f, rwx);
}

L4_INLINE L4_Fpage_t L4_FpageRemoveRights(L4_Fpage_t f, L4_Word_t rwx)
{
	f.raw &= ~(rwx & L4_FullyAccessible);
	return f;
}

L4_INLINE L4_Fpage_t L4_FpageRemoveRightsFrom(L4_Fpage_t *f, L4_Word_t rwx)
{
	return *f = L4_FpageRemoveRights(*f, rwx);
}

L4_INLINE L4_Fpage_t L4_FpageLog2(L4_Word_t base, int log2)
{
	L4_Fpage_t f;

	f.raw = (base & ~0x3ffUL) | (((L4_Word_t)log2 & 0x3f) << 4);
	return f;
}

/* size: bytes, rounded up to a power of two. */
L4_INLINE L4_Fpage_t L4_Fpage(L4_Word_t base, L4_Word_t size)
{
	return L4_FpageLog2(base, size < 2 ? 0 : __L4_Msb(size - 1) + 1);
}

L4_INLINE L4_Word_t L4_SizeLog2(L4_Fpage_t f)
{
	return f.X.s;
}

L4_INLINE L4_Word_t L4_Size(L4_Fpage_t f)
{
	return f.X.s == 0 ? 0 : 1UL << f.X.s;
}

/* Base, rounded down to the size; the bits below 1 KiB are not address bits. */
L4_INLINE L4_Word_t L4_Address(L4_Fpage_t f)
{
	return f.raw & ~0x3ffUL & ~((1UL << f.X.s) - 1);
}

/* ---- Thread ids (api 4.1) ---- */

typedef union {
	L4_Word_t raw;
	struct {
		L4_BITFIELD2(L4_Word_t, version : __L4_VERSION_BITS,
			     thread_no : L4_BITS_PER_WORD - __L4_VERSION_BITS);
	} X;
} L4_GthreadId_t;

typedef union {
	L4_Word_t raw;
	struct {
		L4_BITFIELD2(L4_Word_t, __zeros : 6, local_id : L4_BITS_PER_WORD - 6);
	} X;
} L4_LthreadId_t;

typedef union {
	L4_Word_t raw;
	L4_GthreadId_t global;
	L4_LthreadId_t local;
} L4_ThreadId_t;

#define L4_nilthread		(__L4_VALUE(L4_ThreadId_t){ 0UL })
#define L4_anythread		(__L4_VALUE(L4_ThreadId_t){ ~0UL })
#define L4_anylocalthread	(__L4_VALUE(L4_ThreadId_t){ ~0x3fUL })

L4_INLINE L4_ThreadId_t L4_GlobalId(L4_Word_t threadno, L4_Word_t version)
{
	L4_ThreadId_t t;

	t.raw = threadno << __L4_VERSION_BITS | (version & ((1UL << __L4_VERSION_BITS) - 1));
	return t;
}

L4_INLINE L4_Word_t L4_Version(L4_ThreadId_t t)
{
	return t.global.X.version;
}

L4_INLINE L4_Word_t L4_ThreadNo(L4_ThreadId_t t)
{
	return t.global.X.thread_no;
}

L4_INLINE L4_Bool_t L4_IsThreadEqual(const L4_ThreadId_t l, const L4_ThreadId_t r)
{
	return l.raw == r.raw;
}

L4_INLINE L4_Bool_t L4_IsThreadNotEqual(const L4_ThreadId_t l, const L4_ThreadId_t r)
{
	return l.raw != r.raw;
}

L4_INLINE L4_Bool_t L4_IsNilThread(L4_ThreadId_t t)
{
	return t.raw == 0;
}

/* Returns true for nilthread and anylocalthread as well: compare with those first. */
L4_INLINE L4_Bool_t L4_IsLocalId(L4_ThreadId_t t)
{
	return t.local.X.__zeros == 0;
}

L4_INLINE L4_Bool_t L4_IsGlobalId(L4_ThreadId_t t)
{
	return t.local.X.__zeros != 0;
}

/* ---- Clock (api 3.2), in us ---- */

typedef union {
	L4_Word64_t raw;
	struct {
		L4_BITFIELD2(L4_Word32_t, low, high);
	} X;
} L4_Clock_t;

L4_INLINE L4_Clock_t L4_ClockAddUsec(const L4_Clock_t c, const L4_Word64_t us)
{
	L4_Clock_t sum;

	sum.raw = c.raw + us;
	return sum;
}

L4_INLINE L4_Clock_t L4_ClockSubUsec(const L4_Clock_t c, const L4_Word64_t us)
{
	L4_Clock_t difference;

	difference.raw = c.raw - us;
	return difference;
}

L4_INLINE L4_Bool_t L4_IsClockEarlier(const L4_Clock_t l, const L4_Clock_t r)
{
	return l.raw < r.raw;
}

L4_INLINE L4_Bool_t L4_IsClockLater(const L4_Clock_t l, const L4_Clock_t r)
{
	return l.raw > r.raw;
}

L4_INLINE L4_Bool_t L4_IsClockEqual(const L4_Clock_t l, const L4_Clock_t r)
{
	return l.raw == r.raw;
}

L4_INLINE L4_Bool_t L4_IsClockNotEqual(const L4_Clock_t l, const L4_Clock_t r)
{
	return l.raw != r.raw;
}

/* ---- Time values (api 3.1) ---- */

typedef union {
	L4_Word16_t raw;
	struct {
		L4_BITFIELD3(L4_Word16_t, m : 10, e : 5, a : 1);
	} period;
	struct {
		L4_BITFIELD4(L4_Word16_t, m : 10, c : 1, e : 4, a : 1);
	} point;
} L4_Time_t;

#define L4_Never	(__L4_VALUE(L4_Time_t){ 0x0000 })
#define L4_ZeroTime	(__L4_VALUE(L4_Time_t){ 0x0400 })

/* Returns the longest period of at most `us`; zero for 0, the maximum above the range. */
L4_INLINE L4_Time_t L4_TimePeriod(L4_Word64_t us)
{
	L4_Word_t exponent;
	L4_Time_t t;

	if (us == 0)
		return L4_ZeroTime;
	exponent = us >> 10 ? (L4_Word_t)__L4_Msb64(us) - 9 : 0;
	if (exponent > 31)
		return L4_Never;
	t.raw = (L4_Word16_t)(exponent << 10 | us >> exponent);
	return t;
}

/*
 * Returns the time point that means `at` if it is used now (api 3.1): the coarsest step that still
 * reaches `at`. Zero for an instant that is not ahead, never beyond 2^25 us.
 */
L4_INLINE L4_Time_t __L4_TimePointFrom(L4_Clock_t at, L4_Clock_t now)
{
	L4_Word64_t ahead = at.raw - now.raw;
	L4_Word_t exponent;
	L4_Time_t t;

	if (at.raw <= now.raw)
		return L4_ZeroTime;
	exponent = ahead >> 10 ? (L4_Word_t)__L4_Msb64(ahead) - 9 : 0;
	if (exponent > 15)
		return L4_Never;
	t.raw = (L4_Word16_t)(0x8000 | exponent << 11 | (at.raw >> (exponent + 10) & 1) << 10
			      | (at.raw >> exponent & 0x3ff));
	return t;
}

/* ---- Message tag (api 5.2): its functions are in <l4/message.h> ---- */

typedef union {
	L4_Word_t raw;
	struct {
		L4_BITFIELD4(L4_Word_t, u : 6, t : 6, flags : 4, label : L4_BITS_PER_WORD - 16);
	} X;
} L4_MsgTag_t;

/* ---- C++ ---- */

#if defined(__cplusplus)
L4_INLINE L4_Fpage_t operator+(const L4_Fpage_t &f, L4_Word_t rwx)
{
	return L4_FpageAddRights(f, rwx);
}

L4_INLINE L4_Fpage_t operator+=(L4_Fpage_t &f, L4_Word_t rwx)
{
	return L4_FpageAddRightsTo(&f, rwx);
}

L4_INLINE L4_Fpage_t operator-(const L4_Fpage_t &f, L4_Word_t rwx)
{
	return L4_FpageRemoveRights(f, rwx);
}

L4_INLINE L4_Fpage_t operator-=(L4_Fpage_t &f, L4_Word_t rwx)
{
	return L4_FpageRemoveRightsFrom(&f, rwx);
}

L4_INLINE L4_Bool_t operator==(const L4_ThreadId_t &l, const L4_ThreadId_t &r)
{
	return L4_IsThreadEqual(l, r);
}

L4_INLINE L4_Bool_t operator!=(const L4_ThreadId_t &l, const L4_ThreadId_t &r)
{
	return L4_IsThreadNotEqual(l, r);
}

/* An int is sign-extended: adding -1 goes back one microsecond. */
L4_INLINE L4_Clock_t operator+(const L4_Clock_t &c, const int us)
{
	return L4_ClockAddUsec(c, (L4_Word64_t)(L4_SignedWord64_t)us);
}

L4_INLINE L4_Clock_t operator+(const L4_Clock_t &c, const L4_Word64_t us)
{
	return L4_ClockAddUsec(c, us);
}

L4_INLINE L4_Clock_t operator+(const L4_Clock_t &l, const L4_Clock_t r)
{
	return L4_ClockAddUsec(l, r.raw);
}

L4_INLINE L4_Clock_t operator-(const L4_Clock_t &c, const int us)
{
	return L4_ClockSubUsec(c, (L4_Word64_t)(L4_SignedWord64_t)us);
}

L4_INLINE L4_Clock_t operator-(const L4_Clock_t &c, const L4_Word64_t us)
{
	return L4_ClockSubUsec(c, us);
}

L4_INLINE L4_Clock_t operator-(const L4_Clock_t &l, const L4_Clock_t r)
{
	return L4_ClockSubUsec(l, r.raw);
}

L4_INLINE L4_Bool_t operator<(const L4_Clock_t &l, const L4_Clock_t &r)
{
	return l.raw < r.raw;
}

L4_INLINE L4_Bool_t operator>(const L4_Clock_t &l, const L4_Clock_t &r)
{
	return l.raw > r.raw;
}

L4_INLINE L4_Bool_t operator<=(const L4_Clock_t &l, const L4_Clock_t &r)
{
	return l.raw <= r.raw;
}

L4_INLINE L4_Bool_t operator>=(const L4_Clock_t &l, const L4_Clock_t &r)
{
	return l.raw >= r.raw;
}

L4_INLINE L4_Bool_t operator==(const L4_Clock_t &l, const L4_Clock_t &r)
{
	return l.raw == r.raw;
}

L4_INLINE L4_Bool_t operator!=(const L4_Clock_t &l, const L4_Clock_t &r)
{
	return l.raw != r.raw;
}
#endif

#endif
