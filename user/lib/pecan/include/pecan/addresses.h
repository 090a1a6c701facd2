/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * addresses.h - how the address space of a task is divided. Each machine has its own numbers:
 *
 *   PECAN_MAP_BASE, _END      root places the areas there whose place the task does not choose
 *   PECAN_WINDOW_BASE, _END   root never chooses these: receive windows, mappings of other pagers
 *   PECAN_HEAP_BASE           the pages of mmap, from here on: behind what root places there
 *   PECAN_FREE_BASE           a task's own to use: no part of this system places anything near it
 *   PECAN_SYSTEM_STEP         distance of the places at which root tries to put UTCBs, KIP and stack
 *   PECAN_SMALL_LOG2          log2 of the bytes of the largest small space; 0: the machine has none
 *   PECAN_DIRECT_BASE         root only: physical address p is at PECAN_DIRECT_BASE + p, modulo the word
 *   PECAN_DIRECT_LOG2         root only: the size of the windows through which it gets that memory
 *   PECAN_DIRECT_WINDOW(p)    root only: the base of the window for p; for memory that sigma0 chooses it
 *                             is PECAN_DIRECT_BASE
 *   PECAN_DIRECT_SEES(f, l)   root only: whether the physical addresses f to l, at least f, have a place
 *   PECAN_CALLED_SP(top)      the stack pointer with which a C function begins on a stack that ends at top,
 *                             aligned to 16 bytes
 *
 * and, for programs that test what happens there, addresses that no task can have: of the kernel's image, of
 * the kernel's memory, and one that is not the kernel's either.
 */
#ifndef PECAN_ADDRESSES_H
#define PECAN_ADDRESSES_H

#include <l4/types.h>

#define PECAN_INC_ARCH(file)	<pecan/__L4_ARCH__/file>
#include PECAN_INC_ARCH(addresses.h)

#endif
