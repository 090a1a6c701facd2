# SPDX-License-Identifier: BSD-2-Clause
"""control.py - control registers, model-specific registers and descriptor tables, seen from outside, against
what the kernel says at boot that it uses; that the CPU then refuses the kernel what they forbid; and the
cache lines that are flushed.
"""
import os
import re
import subprocess

from guest import O, PROMPT, TOP, Guest, require, symbols  # the path is set by the program

import stub

CONTROL = os.path.join(TOP, O, 'test', 'machine', 'control')
GATEWAY = 0xffffffffc0000000	# a page that users may read and execute, in every space
RAX, RCX, RDX, RIP, EFLAGS = 0, 2, 3, 16, 17	# in the stub's order of registers
RDMSR, XGETBV, STD, UD2 = b'\x0f\x32', b'\x0f\x01\xd0', b'\xfd', b'\x0f\x0b'
KERNEL_INTERFACE, UD = b'\xf0\x90', 6	# lock; nop
DIRECT, FRAME, LARGE = 0xffff800000000000, 0xffffffffff000, 0x80	# the direct map; of a table's entry
LOAD, JUMP = b'\x48\x8b\x01\xcc', b'\xff\xe1'	# mov (%rcx),%rax and int3; jmp *%rcx, where int3 is

# SDM 3A 2.5. CR0: PG, AM, WP, NE, ET, MP, PE; TS is set while the FPU's state is not that of the thread.
CR0, TS = 0x80050033, 8
# CR4: PAE, OSFXSR, OSXMMEXCPT; and what a line "feature: NAME used" stands for.
CR4 = 0x20 | 0x200 | 0x400
CR4_OF = {'global pages': 0x80, 'machine check': 0x40, 'SMEP': 0x100000, 'SMAP': 0x200000, 'UMIP': 0x800,
          'PCID': 0x20000, 'XSAVE': 0x40000}
EFER, NXE = 0x501, 0x800	# SCE, LME, LMA
STAR, LSTAR, CSTAR, SFMASK, PAT, SYSENTER_CS, GS_BASE = (0xc0000081, 0xc0000082, 0xc0000083, 0xc0000084,
                                                         0x277, 0x174, 0xc0000101)
CELL = 0xffffffffffa00000	# the UTCB's address, at GS:0 of users
# User 0x1b, from which SYSRET derives SS 0x23 and CS 0x2b; the kernel's CS 8 and SS 0x10.
SELECTORS = 0x1b << 48 | 8 << 32
FLAGS = 0x77700			# AC, VM, RF, NT, IOPL, DF, IF, TF (SDM 1 3.4.3): clear in the kernel
AC, DF = 0x40000, 0x400
PAT_RESET = 0x0007040600070406
WC = 0x0507040100070406		# the same but for entry 4, write-combining, and 7, write-protected

# SDM 3A 3.4.5: kernel code and data, nothing for compatibility mode, user data, user code, GS, not present.
GDT = [0, 0xaf9b000000ffff, 0xcf93000000ffff, 0, 0xcff3000000ffff, 0xaffb000000ffff, 0xcf73000000ffff]
TSS, TSS_BUSY = 0x38, 0x8b	# selector; type, with DPL 0
BITMAP, PAGE = 8192, 4096	# bytes
STEPS = 5
# SDM 3A 6.14: interrupt gates of the kernel, only that of INT3 for users; with stacks of their own #DB, NMI,
# #DF, #MC. The stub pushes 0 where the CPU pushes no error code, then the vector.
CODE, GATE, USERS, INT3 = 8, 0x8e, 0x60, 3
STACKS = {1: 1, 2: 2, 8: 3, 18: 4}
STACK = 4096			# bytes of each
WITH_ERROR, EXCEPTIONS = {8, 10, 11, 12, 13, 14, 17, 21, 29, 30}, 32


def stopped_in_kernel(guest):
    """The stub of a machine that takes an interrupt."""
    machine = stub.connect(guest, CONTROL)
    guest.send('\r')
    machine.run_to(symbols(O + '/pecan')['plat_irq_accept'])
    return machine


def put_code(machine, code, rcx):
    """Make this the next instruction; what was there."""
    rip = machine.register(RIP)
    was = machine.word(rip).to_bytes(8, 'little')
    machine.write(rip, code)
    machine.set_register(RCX, rcx)
    return rip, was


def read_msr(machine, number, code=RDMSR):
    """RDMSR (or XGETBV) by the CPU, in the kernel's place; all is as before then."""
    registers = machine.ask('g')
    rip, was = put_code(machine, code, number)
    end = rip
    for _ in range(STEPS):		# on a busy host a step can end before its instruction is executed
        if end == rip:
            machine.step()
            end = machine.register(RIP)
    require(end == rip + len(code), 'reading register %x at %x ends at %x' % (number, rip, end))
    value = machine.register(RDX) << 32 | machine.register(RAX)
    machine.write(rip, was)
    machine.must('G' + registers)
    return value


def same(name, found, wanted):
    require(found == wanted, '%s is %x, not %x' % (name, found, wanted))


def segments(machine, gdt):
    """The GDT, and the TSS that it names; the address of the TSS."""
    for i, wanted in enumerate(GDT):
        same('GDT entry %d' % i, machine.word(gdt + 8 * i), wanted)
    low, high = (machine.word(gdt + TSS + i) for i in (0, 8))
    base = (low >> 16 & 0xffffff) | (low >> 56) << 24 | high << 32
    iomap = machine.word(base + 96) >> 48
    same('limit of the TSS', (low & 0xffff) | (low >> 48 & 0xf) << 16, iomap + BITMAP)
    same('type of the TSS', low >> 40 & 0xff, TSS_BUSY)
    same('granularity of the TSS', low >> 52 & 0xf, 0)
    same('offset of the I/O bitmap in its page', (base + iomap) % PAGE, 0)
    same('what follows the I/O bitmap', machine.word(base + iomap + BITMAP), 2 ** 64 - 1)
    return base


def stacks(machine, tss, at):
    """Those of the IST are apart, in the kernel's data."""
    tops = sorted(machine.word(tss + 36 + 8 * i) for i in range(len(STACKS)))
    require(tops[0] - STACK >= at['kernel_rodata_end'] and tops[-1] <= at['kernel_end'],
            'stacks are at %x to %x' % (tops[0], tops[-1]))
    for one, other in zip(tops, tops[1:]):
        require(other - one >= STACK, 'one stack is at %x, another one at %x' % (one, other))


def gates(machine, idt):
    for vector in range(256):
        low, high = (machine.word(idt + 16 * vector + i) for i in (0, 8))
        code = machine.word((low & 0xffff) | (low >> 48) << 16 | high << 32).to_bytes(8, 'little')
        push = b'\x6a' + bytes([vector])
        if vector < EXCEPTIONS and vector not in WITH_ERROR:
            push = b'\x6a\0' + push
        require(code.startswith(push), 'gate %d has the code %s' % (vector, code.hex()))
        same('what gate %d says' % vector, low >> 16 & 0xffffffff, CODE | STACKS.get(vector, 0) << 16
             | (GATE | (USERS if vector == INT3 else 0)) << 24)
        require(high >> 32 == 0, 'gate %d ends with %x' % (vector, high >> 32))


def tables(machine, shown, at):
    """Those that the CPU uses, by what the monitor shows of its registers."""
    def table(name):
        base, limit = re.search(name + r'= +([0-9a-f]+) ([0-9a-f]+)', shown).groups()
        return int(base, 16), int(limit, 16)
    gdt, idt = table('GDT'), table('IDT')
    same('limit of the GDT', gdt[1], TSS + 15)
    same('limit of the IDT', idt[1], 16 * 256 - 1)
    tss = segments(machine, gdt[0])
    loaded = re.search(r'TR *=([0-9a-f]+) ([0-9a-f]+)', shown)
    same('TR', int(loaded.group(1), 16), TSS)
    same('base of the TSS that is used', int(loaded.group(2), 16), tss)
    same('LDTR', int(re.search(r'LDT=([0-9a-f]+)', shown).group(1), 16), 0)
    same('DR7', int(re.search(r'DR7=([0-9a-f]+)', shown).group(1), 16), 0x400)
    stacks(machine, tss, at)
    gates(machine, idt[0])


def registers(ask, used, entry, *options):
    """All of them. ask: of the monitor; used: features that must be, or must not be; entry: of SYSCALL."""
    monitor, at = ask(), symbols(O + '/pecan')
    with Guest(*options, '--', *monitor.options, *stub.options(CONTROL)) as guest:
        guest.expect(PROMPT)
        said = {m.group(1): m.group(2) == 'used' for m in
                re.finditer(r'^feature: (\S+(?: \S+)*) +(used|absent|off)', guest.text, re.M)}
        for name, there in used.items():
            require(said.get(name) == there, '%s: the boot says %s' % (name, said.get(name)))
        machine = stopped_in_kernel(guest)
        shown = monitor.ask('info registers')
        found = {n: int(v, 16) for n, v in re.findall(r'(CR0|CR4|EFER)=([0-9a-f]+)', shown)}
        same('CR0', found['CR0'] & ~TS, CR0)
        same('CR4', found['CR4'], CR4 | sum(bit for name, bit in CR4_OF.items() if said[name]))
        same('EFER', found['EFER'], EFER | (NXE if said['NX'] else 0))
        same('STAR', read_msr(machine, STAR), SELECTORS)
        same('LSTAR', read_msr(machine, LSTAR), at[entry])
        same('CSTAR', read_msr(machine, CSTAR), at['entry_call'])
        same('SFMASK', read_msr(machine, SFMASK), FLAGS)
        same('SYSENTER_CS', read_msr(machine, SYSENTER_CS), 0)
        same('GS_BASE', read_msr(machine, GS_BASE), CELL)
        same('PAT', read_msr(machine, PAT), WC if said['PAT'] else PAT_RESET)
        if said['XSAVE']:
            same('XCR0', read_msr(machine, 0, XGETBV), 7 if said['AVX'] else 3)
        tables(machine, shown, at)
        machine.detach()
        guest.line('uptime')
        guest.expect(r'^up \d')


def refused(code, error):
    """The kernel itself loads from a user's page, or jumps there: a fault, with which it stops."""
    with Guest('--cpu', 'max', '--', *stub.options(CONTROL)) as guest:
        guest.expect(PROMPT)
        machine = stopped_in_kernel(guest)
        put_code(machine, code, GATEWAY)
        machine.detach()
        why = guest.expect(r'^panic: (.*)\n').group(1)
        require(why == 'exception 14 in the kernel, error code %x' % error, why)
        guest.expect(r'^The kernel has stopped')


def in_user_code(guest):
    """The stub of a machine that has stopped in a program that computes; AC and DF are set there."""
    guest.expect(PROMPT)
    guest.line('run tenant time 0x0 0x0 &')
    guest.expect(PROMPT)
    machine = stub.connect(guest, CONTROL)
    while machine.register(RIP) >> 63:
        machine.step()
    rip, was = put_code(machine, STD, machine.register(RCX))
    machine.step()
    machine.write(rip, was)
    machine.set_register(RIP, rip)
    machine.set_register(EFLAGS, machine.register(EFLAGS) | AC)
    return machine


def flags_of_the_kernel(code, function):
    """What a program has set in RFLAGS is clear in the kernel, at that function. An instruction, or a key if
    there is none, makes it call it."""
    with Guest('--cpu', 'max', '--', *stub.options(CONTROL)) as guest:
        machine = in_user_code(guest)
        if code:
            put_code(machine, code, machine.register(RCX))
        else:
            guest.send('\r')
        machine.run_to(symbols(O + '/pecan')[function])
        flags = machine.register(EFLAGS) & 0xffffffff
        require(not flags & FLAGS, 'RFLAGS in the kernel: %x' % flags)


def unmap(machine, cr3, address):
    """Clear the entry that maps the page of this address, which may be in the TLB still."""
    table, shift, entry = cr3, 48, 1
    while shift > 12 and not entry & LARGE:
        shift -= 9
        at = DIRECT + (table & FRAME) + (address >> shift & 511) * 8
        table = entry = machine.word(at)
        require(entry & 1, '%x is not mapped' % address)
    machine.write(at, bytes(8))


def instruction_unmapped(ask):
    """The kernel looks at an instruction that the CPU has refused, and whose page is no longer mapped: it is
    no KernelInterface, and the kernel does not fault."""
    monitor, at = ask(), symbols(O + '/pecan')
    stub_of_ud = at['entry_stubs'] + UD * ((at['entry_irqs'] - at['entry_stubs']) // EXCEPTIONS)
    with Guest('--cpu', 'max', '--', *monitor.options, *stub.options(CONTROL)) as guest:
        machine = in_user_code(guest)
        rip, _ = put_code(machine, KERNEL_INTERFACE, machine.register(RCX))
        machine.run_to(stub_of_ud)
        unmap(machine, int(re.search(r'CR3=([0-9a-f]+)', monitor.ask('info registers')).group(1), 16), rip)
        for place in 'fault_exception', 'trap_kernel':
            machine.must('Z1,%x,1' % at[place])
        machine.ask('c')
        require(machine.register(RIP) == at['fault_exception'], 'a fault of the kernel')


NAMES = 'rax rbx rcx rdx rsi rdi rbp rsp r8 r9 r10 r11 r12 r13 r14 r15'.split()
LINE = 64


def flushed_lines():
    """A page whose memory attribute changes is flushed line by line: CLFLUSH stops the machine at each."""
    code = subprocess.run(['objdump', '-d', '--no-show-raw-insn', O + '/pecan'], capture_output=True,
                          text=True, check=True).stdout
    found = re.findall(r'^([0-9a-f]{16}):\s+clflush *\(%(\w+)\)$', code, re.M)
    require(len(found) == 1, 'CLFLUSH is at %s' % found)
    at, register = int(found[0][0], 16), NAMES.index(found[0][1])
    root = O + '/tests/guest GMCT0001'
    with stub.stopped('--root', root, '--boot', 'none', '--append', 'kdb=on', '--') as (guest, machine):
        lines = []
        while len(lines) < PAGE // LINE:
            machine.run_to(at)
            lines.append(machine.register(register))
            machine.step()
        require(lines[0] % PAGE == 0, 'the first line is at %x' % lines[0])
        for i, line in enumerate(lines):
            require(line == lines[0] + i * LINE, 'after %x comes %x' % (lines[i - 1], line))
        machine.detach()
        guest.expect(r'^1 passed, 0 failed')


USED = ('NX', 'global pages', 'machine check', 'SMEP', 'SMAP', 'UMIP', 'PAT', 'XSAVE')
OFF = 'nonx nopge nomce nosmep nosmap noumip nopat noxsave nopcid'


def checks(ask):
    """For tests/system/machine/run; ask makes its Monitor."""
    every = dict.fromkeys(USED, True)
    none = dict.fromkeys(USED, False)
    return [
        ('control registers, MSRs and tables are what the boot says, all features', registers, ask, every,
         'entry_syscall', '--cpu', 'max'),
        ('control registers, MSRs and tables are what the boot says, no features', registers, ask, none,
         'entry_call', '--cpu', 'max', '--append', OFF + ' fastpath=off'),
        ('control registers, MSRs and tables are what the boot says, fastpath=c', registers, ask, every,
         'entry_by_c', '--cpu', 'max', '--append', 'fastpath=c'),
        ('RFLAGS of a program are not those of the kernel at an interrupt', flags_of_the_kernel, b'',
         'plat_irq_accept'),
        ('RFLAGS of a program are not those of the kernel at an exception', flags_of_the_kernel, UD2,
         'fault_exception'),
        ('each line of a page whose memory attribute changes is flushed', flushed_lines),
        ('an instruction is looked at whose page is no longer mapped', instruction_unmapped, ask),
        ('SMAP: the kernel does not read a page of users', refused, LOAD, 1),
        ('SMEP: the kernel does not execute a page of users', refused, JUMP, 0x11),
    ]
