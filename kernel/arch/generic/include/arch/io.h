/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io.h - the permissions of a space for I/O ports. This one is for a machine without ports: no permission set
 * can be made, so each map item of ports ends as if the receiver's account were exhausted.
 *
 * arch_io_reserve	as leaf_reserve (mem/leaf.h), for the tables of the permission set
 * arch_io_set, _get	the permission of one port. Core: the set has been reserved for arch_io_set
 * arch_io_word		returns a word for the aligned block of 64 ports around port: bit n is set if port n of
 *			it is allowed. O(1)
 */
#ifndef ARCH_IO_H
#define ARCH_IO_H

static inline enum leaf_room arch_io_reserve(struct space *s)
{
	(void)s;
	return LEAF_NO_MEM;
}

static inline void arch_io_set(struct space *s, l4_word_t port, bool allowed)
{
	(void)s, (void)port, (void)allowed;
}

static inline bool arch_io_get(const struct space *s, l4_word_t port)
{
	(void)s, (void)port;
	return false;
}

static inline uint64_t arch_io_word(const struct space *s, l4_word_t port)
{
	(void)s, (void)port;
	return 0;
}

#endif
