/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * assert.h - assert, as in the C standard. A failed one gives its text to assert_report, if the
 * program or a library has set it, and then aborts. No include guard: NDEBUG may change.
 */
#include <c/assert_fail.h>

#undef assert
#if defined(NDEBUG)
#define assert(e)	((void)0)
#else
#define assert(e)	((e) ? (void)0 : __assert_fail(#e, __FILE__, __LINE__, __func__))
#endif

#if !defined(__cplusplus)
#undef static_assert
#define static_assert	_Static_assert
#endif
