# SPDX-License-Identifier: BSD-2-Clause
"""static.py - ppc32 for tools/check-static: what analysers report; functions in which a word becomes a
pointer, and what word."""
KNOWN = {
    ('kernel/arch/ppc32/include/arch/ptes.h', '-Wanalyzer-null-dereference'):
        'without a page table nothing is left (arch_ptes_of), and range.c returns before',
}
POINTERS = {
    'arch_kept_byte': 'the kept bytes: the byte of a PTE, by its address',
    'arch_frame_ptr': 'the direct map: a physical address',
    'arch_user_near': 'the direct map, after a walk of the page table',
    'arch_ptab_prune': 'the direct map: a page table, from the directory',
    'free_table': 'the direct map: a page table, from the directory',
    'pte_below': 'the direct map: a page table, from the directory',
    'cache_make_code': 'a line of the cache, of memory that the kernel writes',
    'make_code_of_servers': 'the direct map: a part of sigma0 or the root server, as loaded',
    'cpu_local': 'the direct map: a constant',
    'group_of': 'the hash table: a group, by a hash within its mask',
    'hash_init': 'the direct map: the hash table',
    'vsid_root': 'the page directory of a space, by the number of the space',
    'kmap_take_over': 'the direct map: the vectors',
    'patch': 'the direct map: an instruction of a vector',
    'trap_leave_out_short': 'the direct map: an instruction of a vector',
    'plat_handover': 'the window of devices',
    'firmware_read': 'the client interface of the firmware, before the kernel has its own translations',
    'print_calls': 'a frame of the kernel stack, when the kernel stops',
}
