/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * x86/port.h - I/O ports, for drivers. The ports must have been mapped to the space (I/O fpages);
 * otherwise the instruction is an I/O page fault.
 */
#ifndef L4_X86_PORT_H
#define L4_X86_PORT_H

#include <l4/types.h>

L4_INLINE L4_Word8_t L4_PortIn8(L4_Word16_t port)
{
	L4_Word8_t value;

	__asm__ __volatile__("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

L4_INLINE void L4_PortOut8(L4_Word16_t port, L4_Word8_t value)
{
	__asm__ __volatile__("outb %0, %1" : : "a"(value), "Nd"(port));
}

L4_INLINE void L4_PortOut16(L4_Word16_t port, L4_Word16_t value)
{
	__asm__ __volatile__("outw %0, %1" : : "a"(value), "Nd"(port));
}

L4_INLINE L4_Word32_t L4_PortIn32(L4_Word16_t port)
{
	L4_Word32_t value;

	__asm__ __volatile__("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

L4_INLINE void L4_PortOut32(L4_Word16_t port, L4_Word32_t value)
{
	__asm__ __volatile__("outl %0, %1" : : "a"(value), "Nd"(port));
}

#endif
