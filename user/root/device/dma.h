/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dma.h - memory that devices reach.
 */
#ifndef ROOT_DMA_H
#define ROOT_DMA_H

#include <proto/root.h>
#include <x2/word.h>

struct area;
struct task;

/* Fill the answer about the block of an area of t, which is cleared now. */
void dma_cleared(const struct task *t, const struct area *a, struct root_dma_new_out *out);

/* The area of the block at `physical` has been removed from t's space (area_when_gone). */
void dma_closed(const struct task *t, l4_word_t physical);

/* A step of the end of t, whose areas are gone, from block *next on. Returns true if it was the last step. */
bool dma_task_gone(struct task *t, unsigned *next);

/* A step after the devices of an ended task are reset. Returns true if it was the last step. */
bool dma_clear(l4_word_t task);

#endif
