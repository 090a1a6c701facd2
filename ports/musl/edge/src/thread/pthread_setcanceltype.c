/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pthread_setcanceltype.c - a program that has threads of the asynchronous type says how it cancels them: a
 * thread that makes no system call is stopped by user/lib/posix, wherever it is.
 */
#include <errno.h>
#include "pthread_impl.h"

void __pecan_cancel_async(int (*is_due)(uintptr_t thread_pointer), void (*cancel)(void));

#ifdef TLS_ABOVE_TP
#define BEFORE_TP	(sizeof(struct pthread) + TP_OFFSET)
#else
#define BEFORE_TP	0
#endif

/* Is the thread with this thread pointer to be cancelled wherever it is? */
static int is_due(uintptr_t thread_pointer)
{
	struct pthread *t = (struct pthread *)(thread_pointer - BEFORE_TP);

	return t->cancel && t->cancelasync && t->canceldisable == PTHREAD_CANCEL_ENABLE;
}

static void cancel(void)
{
	pthread_exit(PTHREAD_CANCELED);
}

int pthread_setcanceltype(int new, int *old)
{
	struct pthread *self = __pthread_self();

	if (new != PTHREAD_CANCEL_DEFERRED && new != PTHREAD_CANCEL_ASYNCHRONOUS)
		return EINVAL;
	if (old)
		*old = self->cancelasync;
	self->cancelasync = new;
	if (new == PTHREAD_CANCEL_ASYNCHRONOUS) {
		__pecan_cancel_async(is_due, cancel);
		pthread_testcancel();
	}
	return 0;
}
