/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * macio.c - see macio.h. It is found by the address and data registers of the bridge (Grackle). Both have
 * PCI's byte order.
 */
#include "macio.h"

enum {
	PCI_DEVICES = 32, PCI_ENABLE_SHIFT = 31, PCI_DEVICE_SHIFT = 11, PCI_ID = 0, PCI_BAR0 = 0x10,
	APPLE = 0x106b, HEATHROW = 0x0010, PADDINGTON = 0x0017,
	ADDRESS_AT = 0x71000000, DATA_AT = 0x71001000,	/* where the pages are in the space of the tests */
};

#define PCI_ADDRESS	0xfec00000ul
#define PCI_DATA	0xfee00000ul

static void page_at(word physical, word at)
{
	CHECK(!L4_IsNilFpage(L4_Sigma0_GetPage_RcvWindow(L4_nilthread, L4_FpageLog2(physical, 12),
							 L4_FpageLog2(at, 12))));
}

static uint32_t config(word device, word at)
{
	*(volatile uint32_t *)ADDRESS_AT = __builtin_bswap32((uint32_t)(1ul << PCI_ENABLE_SHIFT
									| device << PCI_DEVICE_SHIFT | at));
	__asm__ __volatile__("eieio" : : : "memory");
	return __builtin_bswap32(*(volatile uint32_t *)DATA_AT);
}

static word controller(void)
{
	for (word d = 0; d < PCI_DEVICES; d++) {
		uint32_t id = config(d, PCI_ID);

		if (id == (HEATHROW << 16 | APPLE) || id == (PADDINGTON << 16 | APPLE))
			return config(d, PCI_BAR0) & ~0xful;
	}
	return 0;
}

word macio_base(void)
{
	static word base;

	if (base == 0) {
		page_at(PCI_ADDRESS, ADDRESS_AT);
		page_at(PCI_DATA, DATA_AT);
		base = controller();
	}
	CHECK(base != 0);
	return base;
}

void macio_page(word offset, word at) { page_at(macio_base() + offset, at); }
