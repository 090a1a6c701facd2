/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dma.h - blocks of physically contiguous memory, which a driver shares with its device or with a client
 * (user/proto/root.idl, docs/user/devices.md). Up to ROOT_DMA_MAX bytes each, 32 for a task.
 */
#ifndef PECAN_DMA_H
#define PECAN_DMA_H

#include <pecan/root.h>

/* physical is 0 for a program that drives no device. bytes: the size requested, rounded up. */
struct pecan_dma { L4_Word_t block; void *at; L4_Word_t physical, bytes; };

/* Allocate a zeroed block, which the task of `user` (nilthread: none) can open. */
enum root_error pecan_dma_new(L4_Word_t bytes, L4_ThreadId_t user, struct pecan_dma *d);

/*
 * Map the block of another task, which has named a thread of the caller's as its user. owner: the number of
 * that task, as pecan_client_task returns it: a client that names the block of another task is refused.
 */
enum root_error pecan_dma_open(L4_Word_t block, L4_Word_t owner, struct pecan_dma *d);

/* Let another task open the block. ROOT_E_BUSY while the last one, or a device of it, may use it. */
enum root_error pecan_dma_share(const struct pecan_dma *d, L4_ThreadId_t user);

enum root_error pecan_dma_free(struct pecan_dma *d);

#endif
