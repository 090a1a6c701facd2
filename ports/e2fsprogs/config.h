/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * config.h - what configure of e2fsprogs would find for a freestanding use of lib/ext2fs on musl.
 */
#define HAVE_UNISTD_H 1
#define HAVE_STDLIB_H 1
#define HAVE_SETJMP_H 1
#define HAVE_STRING_H 1
#define HAVE_STRINGS_H 1
#define HAVE_INTTYPES_H 1
#define HAVE_STDINT_H 1
#define HAVE_INTPTR_T 1
#define HAVE_ERRNO_H 1
#define HAVE_FCNTL_H 1
#define HAVE_SYS_TYPES_H 1
#define HAVE_SYS_STAT_H 1
#define HAVE_SYS_TIME_H 1
#define HAVE_STRNLEN 1
#define HAVE_STRDUP 1
#define HAVE_STRTOULL 1
#define HAVE_SIGNAL_H 1
#define HAVE_TYPE_SSIZE_T 1
#define HAVE_VSNPRINTF 1
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define WORDS_BIGENDIAN 1
#endif
#define SIZEOF_SHORT 2
#define SIZEOF_INT 4
#define SIZEOF_LONG __SIZEOF_LONG__
#define SIZEOF_LONG_LONG 8
#define SIZEOF_OFF_T 8
#define _FILE_OFFSET_BITS 64
#define SIZEOF_TIME_T 8
#define PACKAGE "e2fsprogs"
#define _INTL_REDIRECT_MACROS 1
