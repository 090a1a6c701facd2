/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * devices.c - memory of devices by sigma0 (ppc32 11): frames that no program can have 1:1, and what is
 * cached.
 */
#include "exceptions.h"
#include "macio.h"

enum { AT = 0x72000000, DATA_AT = AT + PAGE, GRACKLE = 0x00021057 };

#define PCI_ADDRESS	0xfec00000ul
#define PCI_DATA	0xfee00000ul

static L4_Fpage_t get(word physical, word at)
{
	return L4_Sigma0_GetPage_RcvWindow(L4_nilthread, L4_FpageLog2(physical, 12), L4_FpageLog2(at, 12));
}

TEST(GSG00031, "frames above the user area come by a window: the bridge's registers name its maker there")
{
	L4_Fpage_t f = get(PCI_ADDRESS, AT);

	CHECK_EQ(L4_Address(f), PCI_ADDRESS);
	CHECK(!L4_IsNilFpage(get(PCI_DATA, DATA_AT)));
	*(volatile uint32_t *)AT = __builtin_bswap32(0x80000000);
	__L4_DeviceOrder();
	CHECK_EQ(__builtin_bswap32(*(volatile uint32_t *)(DATA_AT)), GRACKLE);
}

TEST(GSG00032, "MemoryControl of a device's page succeeds and its registers can be read as before, with"
	      " each attribute")
{
	CHECK(!L4_IsNilFpage(get(PCI_ADDRESS, AT)));
	CHECK(!L4_IsNilFpage(get(PCI_DATA, DATA_AT)));
	for (word attribute = L4_DefaultMemory; attribute <= L4_WriteThroughMemory; attribute++) {
		CHECK_EQ(L4_Set_PageAttribute(L4_FpageLog2(DATA_AT, 12), attribute), 1);
		*(volatile uint32_t *)AT = __builtin_bswap32(0x80000000);
		__L4_DeviceOrder();
		CHECK_EQ(__builtin_bswap32(*(volatile uint32_t *)(DATA_AT)), GRACKLE);
	}
	CHECK_EQ(L4_Set_PageAttribute(L4_FpageLog2(DATA_AT, 12), L4_DefaultMemory), 1);
}

TEST(GSG00033, "a request for a frame above 4 GiB is refused; with an upper half of 0 it is one for the"
	      " frame below")
{
	L4_Fpage_t window = L4_FpageLog2(AT + 2 * PAGE, 12), f = L4_FpageLog2(PCI_ADDRESS, 12);

	f.X.extended = 1;
	CHECK(L4_IsNilFpage(L4_Sigma0_GetPage_RcvWindow_High(L4_nilthread, f, window, 1)));
	CHECK(!L4_IsNilFpage(L4_Sigma0_GetPage_RcvWindow_High(L4_nilthread, f, window, 0)));
}

TEST(GSG00034, "code in a device's page is an exception of the program there: 0x700 if the CPU fetches the"
	      " illegal instruction that it has, 0x400 if it fetches nothing from guarded memory")
{
	static struct trap t;
	L4_ThreadId_t thread;

	CHECK(!L4_IsNilFpage(get(PCI_ADDRESS, AT)));
	*(volatile uint32_t *)AT = __builtin_bswap32(0x80000000);
	__L4_DeviceOrder();
	thread = start_trap(&t, (void (*)(void))AT);
	CHECK(L4_IpcSucceeded(L4_Receive_Timeout(thread, L4_TimePeriod(1000000))));
	CHECK(mr(M_NUMBER) == EXCEPTION_PROGRAM || mr(M_NUMBER) == EXCEPTION_FETCH);
	CHECK_EQ(mr(M_IP), AT);
}

TEST(GSG00035, "of the registers of mac-io no program gets the page with those of the interrupt controller")
{
	CHECK(L4_IsNilFpage(get(macio_base(), AT + 3 * PAGE)));
	CHECK(!L4_IsNilFpage(get(macio_base() + 0x13000, AT + 3 * PAGE)));
}
