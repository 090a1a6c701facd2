/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sample.h - reads the model from root and, through root, from the kernel (right `inspect`).
 */
#ifndef STATUS_SAMPLE_H
#define STATUS_SAMPLE_H

#include "model.h"

/* Fills *m. Takes some 100 ms, in which messages are counted. Returns NULL, or a sentence on the error. */
const char *sample(struct model *m);

#endif
