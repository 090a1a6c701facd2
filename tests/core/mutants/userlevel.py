# SPDX-License-Identifier: BSD-2-Clause
"""userlevel.py - mutants of user level: which lines the host programs of user level execute; what judges.

The host programs (tests/lib/user, posix, root and pecan, tests/system/drivers, shell and net/host) are built
by clang with its counters of coverage, in build/user of a tree: so one build says which lines are reached,
and judges a mutant. All have the address sanitizer, so that a step beyond the end of an array is noticed.
What only runs on the system is reached by none of them, and not drawn.
"""
import os
import re
import shutil
import subprocess

from reach import HOST_BAD, tool
from trial import NO_LIMIT, clean_environment, play

O = 'build/user'
PORT = 'lwip'
OF_PORT = ('net-test', 'cov/netserver-test')	# need the sources of this port
# Each program with its arguments: so many, that it ends soon.
PROGRAMS = {'user-test': [], 'cov/posix-test': [], 'cov/root-test': [], 'cov/drivers-test': [],
            'net-test': ['20000'], 'cov/netserver-test': [], 'cov/shell-test': [],
            'cov/lib-test': []}
# Mutants that each program must kill, or this judges nothing.
PLANTED = {
    'user-test': ['user/servers/names/table.c is_printable: return *text == 0; => return *text != 0;',
                  'user/root/memory/pool.c pool_free: if (within != 0) { => if (within == 0) {'],
    'cov/posix-test': ['user/lib/posix/memory.c pages_of: '
                       'return (bytes >> PAGE_LOG2) + (bytes % PAGE != 0); => '
                       'return (bytes >> PAGE_LOG2) + (bytes % PAGE == 0);'],
    'cov/root-test': ['user/root/device/device.c device_irq_detach: c->kind = CLAIM_NONE; => ;'],
    'cov/drivers-test': ['user/drivers/virtio-blk/main.c read_serial: disk_fail("does not answer"); => ;',
                         'user/drivers/rtc/arch/x86/clock.c wait_update: if (!(get(REG_A) & A_UPDATE)) => '
                         'if ((get(REG_A) & A_UPDATE))'],
    'cov/shell-test': ['user/apps/shell/paths.c paths_can_read: files_done(&f); => ;'],
    'cov/lib-test': ['user/lib/pecan/client/names.c enter: '
                     'for (unsigned n = 1; n < NAMES_SWEEPS && e == NAMES_E_FULL; n++) => '
                     'for (unsigned n = 0; n < NAMES_SWEEPS && e == NAMES_E_FULL; n++)'],
    'net-test': ['user/servers/net/socket/sock.c make_room: return s != NULL; => return s == NULL;'],
    'cov/netserver-test': ['user/servers/net/interface/interface.c give: '
                           'if (!ip4_addr_isany_val(g->own)) => '
                           'if (!(!ip4_addr_isany_val(g->own)))'],
}
MAKE = ['make', '-s', '-j2', 'O=' + O, 'DEPS=no', 'WARN=-w', 'CC=gcc',
        'FUZZ_CC=clang -fsanitize=address,bounds -fno-sanitize-recover=bounds',
        'HOSTCC=clang -fprofile-instr-generate -fcoverage-mapping -mllvm -runtime-counter-relocation']
BAD = HOST_BAD + r'|^ *not ok .*|^net-test: .*'


def archives(top, folder):
    """Put the port's archive, which is fetched for the tree in top, into the build folder of another."""
    port = os.path.join('ports', PORT)
    if subprocess.run(['tools/deps', 'port', PORT], cwd=top, check=False).returncode == 0:
        source = os.path.realpath(os.path.join(top, os.environ.get('O', 'build'), port, 'archive'))
        os.makedirs(os.path.join(folder, O, port), exist_ok=True)
        shutil.copy(source, os.path.join(folder, O, port))
    else:
        print('note: mutants: no %s: the source of %s could not be fetched'
              % (', '.join(OF_PORT), PORT), flush=True)


def programs(folder):
    """Those that can be built in the tree of this folder."""
    return [p for p in PROGRAMS if p not in OF_PORT or os.path.isdir(os.path.join(folder, O, 'ports', PORT))]


def make(folder, program):
    return subprocess.run(MAKE + [O + '/' + program], cwd=folder, env=clean_environment(), check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def command(program):
    return ['setarch', '-R', O + '/' + program] + PROGRAMS[program]


def run(folder, program, limit=NO_LIMIT, profile='/dev/null'):
    """Its Outcome; the counters are in the file profile meanwhile."""
    env = dict(clean_environment(), LLVM_PROFILE_FILE=profile)
    return play(command(program), folder, limit, BAD, env=env)


class Lines:
    """Lines that the host programs of a built tree execute, and which of the programs do."""

    def __init__(self, folder):
        self.folder, self.limits, self.of = folder, {}, {}

    def find(self, program, grace, factor):
        """Run a program without a mutant. Returns why it failed, or None."""
        raw, data = (os.path.join(O, program.replace('/', '-') + kind) for kind in ('.profraw', '.profdata'))
        raw_file = os.path.join(self.folder, O, '%c' + os.path.basename(raw))
        done = run(self.folder, program, profile=raw_file)
        if done.why:
            return done.why
        self.limits[program] = grace + factor * done.cpu
        tools = dict(cwd=self.folder, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                     text=True)
        subprocess.run([tool('llvm-profdata'), 'merge', '-o', data, raw], **tools)
        text = subprocess.run([tool('llvm-cov'), 'export', '-format=lcov', '-instr-profile=' + data,
                               O + '/' + program], **tools).stdout
        path = None
        for line in text.split('\n'):
            if line.startswith('SF:'):
                path = os.path.relpath(os.path.join(self.folder, line[3:]), self.folder)
            elif re.match(r'DA:\d+,[1-9]', line) and path.startswith('user/') and path.endswith('.c'):
                self.of.setdefault((path, int(line[3:].split(',')[0])), []).append(program)
        return None
