// SPDX-License-Identifier: GPL-2.0-only
/*
 * uaccess.c - memory of the current process, by its page table: Linux reads and writes the pages where it has
 * them itself. In the place of arch/um/kernel/skas/uaccess.c, which makes a call by a pointer for each page,
 * and copies whole pages for a short string.
 */
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <asm/futex.h>
#include <kern_util.h>
#include "pecan.h"

/* Not static: others look at page tables of user space with it, too. Returns NULL if there is no table. */
pte_t *virt_to_pte(struct mm_struct *mm, unsigned long at)
{
	pgd_t *pgd = mm ? pgd_offset(mm, at) : NULL;
	pud_t *pud;
	pmd_t *pmd;

	if (!pgd)
		return NULL;
	pud = pud_offset(p4d_offset(pgd, at), at);
	if (!pud_present(*pud))
		return NULL;
	pmd = pmd_offset(pud, at);
	return pmd_present(*pmd) ? pte_offset_kernel(pmd, at) : NULL;
}

static noinline pte_t *fault_in(unsigned long at, bool write)
{
	int code;

	if (handle_page_fault(at, 0, write, 1, &code))
		return NULL;
	return virt_to_pte(current->mm, at);
}

/* Returns true if the process may access the page so. What it writes to is dirty. */
static inline bool permits(const pte_t *pte, bool write)
{
	return pte && pte_present(*pte) && (write ? pte_write(*pte) && pte_dirty(*pte) : pte_read(*pte));
}

/* Where Linux has the byte at an address of the current process; NULL: the process may not access it so. */
static inline void *own(unsigned long at, bool write)
{
	pte_t *pte = virt_to_pte(current->mm, at);

	if (!permits(pte, write)) {
		pte = fault_in(at, write);
		if (!permits(pte, write))
			return NULL;
	}
	return __va(pte_val(*pte) & PAGE_MASK) + offset_in_page(at);
}

static inline unsigned long in_page(unsigned long at, unsigned long n)
{
	return min(n, PAGE_SIZE - offset_in_page(at));
}

/*
 * Call access(page, i, part, other) for each page of the n bytes at this address: part bytes of it are at
 * `page` in Linux, the first of which is byte i of the n. Returns how many bytes were left out at the end.
 */
static __always_inline unsigned long by_pages(unsigned long at, unsigned long n, bool write,
		void (*access)(void *page, unsigned long i, unsigned long part, void *other), void *other)
{
	unsigned long i = 0;

	while (i < n) {
		unsigned long part = in_page(at + i, n - i);
		void *page = own(at + i, write);

		if (!page)
			break;
		access(page, i, part, other);
		i += part;
	}
	return n - i;
}

static __always_inline void from_page(void *page, unsigned long i, unsigned long part, void *to)
{
	pecan_copy(to + i, page, part);
}

static __always_inline void to_page(void *page, unsigned long i, unsigned long part, void *from)
{
	pecan_copy(page, from + i, part);
}

static __always_inline void clear_page_part(void *page, unsigned long i, unsigned long part, void *unused)
{
	memset(page, 0, part);
}

/* Return how many bytes were not copied, or cleared. */
unsigned long raw_copy_from_user(void *to, const void __user *from, unsigned long n)
{
	return by_pages((unsigned long)from, n, false, from_page, to);
}
EXPORT_SYMBOL(raw_copy_from_user);

unsigned long raw_copy_to_user(void __user *to, const void *from, unsigned long n)
{
	return by_pages((unsigned long)to, n, true, to_page, (void *)from);
}
EXPORT_SYMBOL(raw_copy_to_user);

unsigned long __clear_user(void __user *to, unsigned long n)
{
	return by_pages((unsigned long)to, n, true, clear_page_part, NULL);
}
EXPORT_SYMBOL(__clear_user);

/* Returns the length without the NUL; n if there is none in n bytes. */
long strncpy_from_user(char *to, const char __user *from, long n)
{
	unsigned long at = (unsigned long)from;
	long done = 0;

	if (!access_ok(from, 1))
		return -EFAULT;
	while (done < n) {
		long part = in_page(at + done, n - done);
		const char *page = own(at + done, false);

		if (!page)
			return -EFAULT;
		for (long i = 0; i < part; i++) {
			to[done] = page[i];
			if (!page[i])
				return done;
			done++;
		}
	}
	return n;
}
EXPORT_SYMBOL(strncpy_from_user);

/* Returns the length with the NUL; more than n if there is none in n bytes; 0 if it can not be read. */
long strnlen_user(const char __user *from, long n)
{
	unsigned long at = (unsigned long)from;
	long done = 0;

	if (!access_ok(from, 1))
		return 0;
	while (done < n) {
		long part = in_page(at + done, n - done), length;
		const char *page = own(at + done, false);

		if (!page)
			return 0;
		length = strnlen(page, part);
		done += length;
		if (length < part)
			return done + 1;
	}
	return n + 1;
}
EXPORT_SYMBOL(strnlen_user);

/* ---- futexes: no thread of a process runs meanwhile ---- */

static u32 *futex_word(u32 __user *at)
{
	u32 *word = NULL;

	if (access_ok(at, sizeof(*at))) {
		pagefault_disable();
		word = own((unsigned long)at, true);
		pagefault_enable();
	}
	return word;
}

int arch_futex_atomic_op_inuser(int op, u32 arg, int *old, u32 __user *at)
{
	u32 *word = futex_word(at);

	if (!word)
		return -EFAULT;
	*old = *word;
	switch (op) {
	case FUTEX_OP_SET:
		*word = arg;
		return 0;
	case FUTEX_OP_ADD:
		*word += arg;
		return 0;
	case FUTEX_OP_OR:
		*word |= arg;
		return 0;
	case FUTEX_OP_ANDN:
		*word &= ~arg;
		return 0;
	case FUTEX_OP_XOR:
		*word ^= arg;
		return 0;
	default:
		return -ENOSYS;
	}
}
EXPORT_SYMBOL(arch_futex_atomic_op_inuser);

int futex_atomic_cmpxchg_inatomic(u32 *found, u32 __user *at, u32 old, u32 new)
{
	u32 *word = futex_word(at);

	if (!word)
		return -EFAULT;
	*found = *word;
	if (*found == old)
		*word = new;
	return 0;
}
EXPORT_SYMBOL(futex_atomic_cmpxchg_inatomic);
