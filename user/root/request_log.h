/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * request_log.h - where the text of the log goes.
 */
#ifndef ROOT_REQUEST_LOG_H
#define ROOT_REQUEST_LOG_H

struct task;

/* From now on there are workers. */
void request_log_boot(void);

/* In the job of t, which ends: it is not the reader any more. */
void request_log_end(struct task *t);

#endif
