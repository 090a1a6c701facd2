/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * user.c - access of the kernel to user memory (<arch/user.h>): page by page, with the rights of the space's
 * PTEs; sets the Accessed and Dirty bits.
 */
#include <core/arch.h>
#include <lib/bits.h>
#include <lib/str.h>

void *arch_user_ptr(struct space *s, l4_word_t at, bool write)
{
	unsigned touch = write ? L4_R | L4_W : L4_R;
	struct leaf leaf;
	l4_word_t base;

	if (at >= L4_USER_END)
		return 0;
	leaf = arch_ptab_get(s, at);
	base = (l4_word_t)align_down(at, leaf.log2);
	if (!leaf.present || !(leaf.rights & (write ? L4_W : L4_R)) || leaf.attr)
		return 0;
	if (!arch_frame_reachable(leaf.frame + (at - base)))
		return 0;
	if ((leaf.touched & touch) != touch) {
		leaf.touched |= (uint8_t)touch;
		arch_ptab_set(s, base, leaf);
	}
	return arch_frame_ptr(leaf.frame + (at - base));
}

/* Returns how many of n bytes at user address `from` are readable and in its page; *pa is their address. */
static size_t readable(struct space *s, l4_word_t from, size_t n, uint64_t *pa)
{
	struct leaf leaf;
	uint64_t offset, rest;

	if (!space_in_user(from, 1))
		return 0;
	leaf = arch_ptab_get(s, from);
	offset = from - align_down(from, leaf.log2);
	if (!leaf.present || !(leaf.rights & L4_R) || leaf.attr || !arch_frame_reachable(leaf.frame + offset))
		return 0;
	if (!(leaf.touched & L4_R)) {
		leaf.touched |= L4_R;
		arch_ptab_set(s, (l4_word_t)align_down(from, leaf.log2), leaf);
	}
	rest = pow2(leaf.log2) - offset;
	*pa = leaf.frame + offset;
	return rest < n ? (size_t)rest : n;
}

bool arch_copy_in(struct space *s, void *to, l4_word_t from, size_t n)
{
	unsigned char *t = to;

	while (n > 0) {
		uint64_t pa = 0;
		size_t piece = readable(s, from, n, &pa);

		if (piece == 0)
			return false;
		memcpy(t, arch_frame_ptr(pa), piece);
		t += piece;
		from += piece;
		n -= piece;
	}
	return true;
}
