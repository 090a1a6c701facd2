/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * map_walks.h - how the steps of the mapping games are written.
 */
#ifndef MAP_WALKS_H
#define MAP_WALKS_H

#include "model.h"

enum { STEP_END, STEP_MAP, STEP_GRANT, STEP_UNMAP, STEP_FLUSH, STEP_TOUCH, STEP_RENEW };

/* arguments of steps */
enum {
	A_STEP, A_SPACE, A_CELL, A_LOG2, A_RIGHTS,	/* of the space that acts */
	A_TO, A_HOT, A_WINDOW,				/* items: receiver, hot spot (a cell), log2 of the window */
};
enum { WINDOW_ALL = 0xff };

#endif
