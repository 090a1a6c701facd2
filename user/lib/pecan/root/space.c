/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space.c - see <pecan/space.h>.
 */
#include <pecan/space.h>
#include <proto/root_client.h>

enum root_error pecan_space_new(const struct pecan_space_wanted *wanted, struct pecan_space *made)
{
	struct root_space_new_out out;
	enum root_error e = root_space_new(pecan_root(), wanted->kmem, wanted->slots, wanted->kip, wanted->utcbs,
					   L4_nilthread, wanted->priority, &out);

	if (e == ROOT_OK)
		*made = (struct pecan_space){ out.space, out.thread };
	return e;
}

enum root_error pecan_space_end(L4_Word_t space)
{
	return root_space_end(pecan_root(), space);
}

enum root_error pecan_space_thread_new(L4_Word_t space, unsigned slot, unsigned priority,
				       L4_ThreadId_t *thread)
{
	struct root_space_thread_new_out out;
	enum root_error e = root_space_thread_new(pecan_root(), space, slot, L4_nilthread, priority, &out);

	if (e == ROOT_OK)
		*thread = out.thread;
	return e;
}

enum root_error pecan_space_thread_end(L4_Word_t space, unsigned slot)
{
	return root_space_thread_end(pecan_root(), space, slot);
}

enum root_error pecan_space_memory(L4_Word_t size, L4_Word_t address, void **at)
{
	struct root_space_memory_out out;
	enum root_error e = root_space_memory(pecan_root(), size, address, &out);

	*at = (void *)out.address;
	return e;
}
