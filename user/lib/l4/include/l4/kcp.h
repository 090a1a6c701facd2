/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kcp.h - the kernel configuration page: the kernel interface page as a boot loader fills it, with
 * the regions and entry points of the first servers (api 1, marked boot/KCP; protocols 7.4).
 */
#ifndef L4_KCP_H
#define L4_KCP_H

#include <l4/types.h>

typedef struct L4_KernelRootServer {
	L4_Word_t sp, ip, low, high;
} L4_KernelRootServer_t;

typedef struct L4_KernelConfigurationPage {
	L4_Word_t magic;
	L4_Word_t __reserved_008[3];
	L4_KernelRootServer_t Kdebug;		/* sp: its init, ip: its entry */
	L4_KernelRootServer_t sigma0;
	L4_KernelRootServer_t sigma1;
	L4_KernelRootServer_t root_server;
	L4_Word_t __reserved_0a0[1];
	struct {
		L4_BITFIELD2(L4_Word_t, n : L4_BITS_PER_WORD / 2, MemDescPtr : L4_BITS_PER_WORD / 2);
	} MemoryInfo;
	L4_Word_t Kdebug_config[2];
	struct { L4_Word_t low, high; } MainMem;
	L4_Word_t __reserved_0d0[4];
	struct { L4_Word_t low, high; } DedicatedMem[5];
	L4_Word_t __reserved_140[6];
	L4_Word_t BootInfo;
	L4_Word_t __reserved_178[1];
} L4_KernelConfigurationPage_t;

#endif
