/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sample.h - reads the model from root and, through root, from the kernel (right `inspect`).
 */
#ifndef STATUS_SAMPLE_H
#define STATUS_SAMPLE_H

#include "model.h"

/* Takes some 100 ms, as messages are counted meanwhile. Returns NULL, or why nothing can be read. */
const char *sample(struct model *m);

#endif
