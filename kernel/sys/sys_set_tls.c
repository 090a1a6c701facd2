/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_set_tls.c - SetTls, Pecan's extension: the address of the caller's thread-local storage (core/arch.h).
 */
#include <core/arch.h>
#include <sys/sys.h>

struct thread *sys_set_tls(struct thread *self)
{
	l4_word_t tls = arch_args_set_tls(thread_regs(self));
	bool ok = tls < L4_USER_END;

	if (ok)
		self->tls = tls;
	sys_set_error(self, ok ? L4_OK : L4_ERR_PARAM);
	arch_result_set_tls(thread_regs(self), ok);
	return 0;
}
