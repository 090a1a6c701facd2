# SPDX-License-Identifier: BSD-2-Clause
"""control.py - control registers and model-specific registers, seen from outside, against what the kernel
says at boot that it uses; that the CPU then refuses the kernel what they forbid; and the cache lines that are
flushed.
"""
import os
import re
import subprocess

from guest import O, TOP, Guest, GuestError, symbols  # the path is set by the program

import stub

CONTROL = os.path.join(TOP, O, 'test', 'machine', 'control')
GATEWAY = 0xffffffffc0000000	# a page that users may read and execute, in every space
RAX, RCX, RDX, RIP = 0, 2, 3, 16	# in the stub's order of registers
RDMSR = b'\x0f\x32'
LOAD, JUMP = b'\x48\x8b\x01\xcc', b'\xff\xe1'	# mov (%rcx),%rax and int3; jmp *%rcx, where int3 is

# SDM 3A 2.5. CR0: PG, AM, WP, NE, ET, MP, PE; TS is set while the FPU's state is not that of the thread.
CR0, TS = 0x80050033, 8
# CR4: PAE, OSFXSR, OSXMMEXCPT; and what a line "feature: NAME used" stands for.
CR4 = 0x20 | 0x200 | 0x400
CR4_OF = {'global pages': 0x80, 'machine check': 0x40, 'SMEP': 0x100000, 'SMAP': 0x200000, 'UMIP': 0x800,
          'PCID': 0x20000, 'XSAVE': 0x40000}
EFER, NXE = 0x501, 0x800	# SCE, LME, LMA
STAR, LSTAR, CSTAR, SFMASK, PAT, SYSENTER_CS = (0xc0000081, 0xc0000082, 0xc0000083, 0xc0000084, 0x277,
                                                0x174)
# User 0x1b, from which SYSRET derives SS 0x23 and CS 0x2b; the kernel's CS 8 and SS 0x10.
SELECTORS = 0x1b << 48 | 8 << 32
FLAGS = 0x77700			# AC, VM, RF, NT, IOPL, DF, IF, TF (SDM 1 3.4.3): clear in the kernel
PAT_RESET = 0x0007040600070406
WC = 0x0507040100070406		# the same but for entry 4, write-combining, and 7, write-protected


def require(ok, what):
    if not ok:
        raise GuestError(what)


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


def read_msr(machine, number):
    """RDMSR by the CPU, in the kernel's place; all is as before then."""
    registers = machine.ask('g')
    rip, was = put_code(machine, RDMSR, number)
    machine.step()
    require(machine.register(RIP) == rip + len(RDMSR), 'RDMSR of %x faults' % number)
    value = machine.register(RDX) << 32 | machine.register(RAX)
    machine.write(rip, was)
    machine.must('G' + registers)
    return value


def same(name, found, wanted):
    require(found == wanted, '%s is %x, not %x' % (name, found, wanted))


def registers(ask, used, entry, *options):
    """All of them. ask: of the monitor; used: features that must be, or must not be; entry: of SYSCALL."""
    monitor, at = ask(), symbols(O + '/pecan')
    with Guest(*options, '--', *monitor.options, *stub.options(CONTROL)) as guest:
        guest.expect(r'^pecan> ')
        said = {m.group(1): m.group(2) == 'used' for m in
                re.finditer(r'^feature: (\S+(?: \S+)*) +(used|absent|off)', guest.text, re.M)}
        for name, there in used.items():
            require(said.get(name) == there, '%s: the boot says %s' % (name, said.get(name)))
        machine = stopped_in_kernel(guest)
        found = {n: int(v, 16) for n, v in re.findall(r'(CR0|CR4|EFER)=([0-9a-f]+)',
                                                      monitor.ask('info registers'))}
        same('CR0', found['CR0'] & ~TS, CR0)
        same('CR4', found['CR4'], CR4 | sum(bit for name, bit in CR4_OF.items() if said[name]))
        same('EFER', found['EFER'], EFER | (NXE if said['NX'] else 0))
        same('STAR', read_msr(machine, STAR), SELECTORS)
        same('LSTAR', read_msr(machine, LSTAR), at[entry])
        same('CSTAR', read_msr(machine, CSTAR), at['entry_call'])
        same('SFMASK', read_msr(machine, SFMASK), FLAGS)
        same('SYSENTER_CS', read_msr(machine, SYSENTER_CS), 0)
        same('PAT', read_msr(machine, PAT), WC if said['PAT'] else PAT_RESET)
        machine.detach()
        guest.line('uptime')
        guest.expect(r'^up \d')


def refused(code, error):
    """The kernel itself loads from a user's page, or jumps there: a fault, with which it stops."""
    with Guest('--cpu', 'max', '--', *stub.options(CONTROL)) as guest:
        guest.expect(r'^pecan> ')
        machine = stopped_in_kernel(guest)
        put_code(machine, code, GATEWAY)
        machine.detach()
        why = guest.expect(r'^panic: (.*)\n').group(1)
        require(why == 'exception 14 in the kernel, error code %x' % error, why)
        guest.expect(r'^The kernel has stopped')


NAMES = 'rax rbx rcx rdx rsi rdi rbp rsp r8 r9 r10 r11 r12 r13 r14 r15'.split()
LINE, PAGE = 64, 4096


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
    """For tests/machine/run; ask makes its Monitor."""
    every = dict.fromkeys(USED, True)
    none = dict.fromkeys(USED, False)
    return [
        ('control registers and MSRs are what the boot says, all features', registers, ask, every,
         'entry_syscall', '--cpu', 'max'),
        ('control registers and MSRs are what the boot says, no features', registers, ask, none,
         'entry_call', '--cpu', 'max', '--append', OFF + ' fastpath=off'),
        ('each line of a page whose memory attribute changes is flushed', flushed_lines),
        ('SMAP: the kernel does not read a page of users', refused, LOAD, 1),
        ('SMEP: the kernel does not execute a page of users', refused, JUMP, 0x11),
    ]
