# SPDX-License-Identifier: BSD-2-Clause
"""measure.py - runs of the benchmark under QEMU, and what was counted in them.

The program is started for its gateway address only, then twice for the rows, the cliffs and the curves each.
Both runs of a kind must agree in everything that the plugin reports, or there are no figures.
"""
import collections
import concurrent.futures
import importlib.machinery
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../tools'))
import arch  # noqa: E402 (the path is set just above)
from arch import O, TOP  # noqa: E402 (the path is set just above)
from guest import Guest, GuestError  # noqa: E402 (the path is set just above)

WORK = os.path.join(TOP, O, 'bench')
PLUGIN = os.path.join(WORK, 'scope.so')
PROGRAM = O + '/bench/guest'
QEMU, VERSION = arch.MACHINE['QEMU'], '7.2'
# 2,000 spaces take their kernel memory in pieces of 64 KiB.
MACHINE = {'nothing': ['--append', 'kdb=on'],
           'rows': ['--mem', '256', '--append', 'kdb=on'],
           'rows by C': ['--mem', '256', '--append', 'kdb=on fastpath=c'],
           'cliffs': ['--mem', '256', '--append', 'kdb=on'],
           'walks': ['--mem', '256', '--append', 'kdb=on'],
           'walks by C': ['--mem', '256', '--append', 'kdb=on fastpath=c'],
           'curves': ['--mem', '1024', '--append', 'kdb=on kmem=256M']}
BY_C = ['ipc_rtt_cross_0', 'ipc_rtt_cross_63']	# also without the fast path

# kernel: only what the kernel and its gateway page executed counts.
Figure = collections.namedtuple('Figure', 'name divisor kernel text windows')
Point = collections.namedtuple('Point', 'curve n divisor windows')


class BenchError(Exception):
    """There is no result; the text has the reason."""


def need_qemu():
    """Other emulators count differently: no figure of theirs could be compared with another."""
    if not shutil.which(QEMU):
        raise BenchError('%s is missing: install package %s' % (QEMU, arch.MACHINE['QEMU_PACKAGE']))
    text = subprocess.run([QEMU, '--version'], capture_output=True, text=True, check=False).stdout
    version = re.search(r'version (\d+\.\d+)', text)
    if not version or version.group(1) != VERSION:
        raise BenchError('QEMU %s is needed; this is: %s' % (VERSION, text.split('\n')[0] or 'no QEMU'))
    help_text = subprocess.run([QEMU, '-help'], capture_output=True, text=True, check=False).stdout
    if not re.search(r'^-plugin\b', help_text, re.M):
        raise BenchError('this QEMU has no plugins: one that was configured with --enable-plugins is needed')


def machine(kind):
    """Options of tools/qemu for a run of that kind; the kernel's come last."""
    return MACHINE[kind][:-1] + [' '.join([MACHINE[kind][-1], arch.MACHINE['BENCH_OPTION']]).strip()]


def run_guest(kind, options):
    """Everything that one run printed before its last line: QEMU may say something at its end."""
    try:
        with Guest('--root', '%s %s' % (PROGRAM, kind.split()[0]), '--boot', 'none', *machine(kind), '--',
                   '-icount', 'shift=0,sleep=off', *options) as guest:
            end = guest.expect(r'^bench: (done|failed.*)$')
            if end.group(1) != 'done':
                raise BenchError(end.group(0))
            guest.conclude()
            return guest.text.partition('bench: done')[0]
    except GuestError as e:
        raise BenchError('the benchmark did not run: %s' % e) from None


def gateway_options():
    """Options of the plugin: the pages that the kernel gives to user code, whose code counts as user."""
    pages = re.findall(r'^gateway (\d+)$', run_guest('nothing', []), re.M)
    return ''.join(',gateway=%#x' % int(page) for page in dict.fromkeys(pages)) + arch.real_options()


def count(kind, gateway, more=''):
    """One run with the plugin: (what it printed, {window id: windows in their order}).

    gateway: of gateway_options; more: further options of the plugin, each after a comma.
    """
    # In a folder of this run alone: two benchmarks can run at the same time.
    with tempfile.TemporaryDirectory(prefix='count-', dir=WORK) as folder:
        out = os.path.join(folder, 'windows.json')
        plugin = '%s,out=%s%s%s' % (PLUGIN, out, gateway, more)
        text = run_guest(kind, ['-plugin', plugin])
        if not os.path.exists(out):
            raise BenchError('the plugin counted nothing')
        windows = collections.defaultdict(list)
        with open(out, encoding='ascii') as f:
            for line in f:
                window = json.loads(line)
                if 'warning' in window:
                    raise BenchError(window['warning'])
                windows[window['id']].append(window)
    return text, windows


def system_windows(name, init, program, patterns):
    """A program in a system of its own, with this description: the windows of its marks, and the matches of
    what it prints, for each of the patterns."""
    text, image, out = (os.path.join(WORK, name + '.' + kind) for kind in ('init', 'tar', 'json'))
    with open(text, 'w', encoding='ascii') as f:
        f.write(init)
    if os.path.exists(out):
        os.remove(out)		# the plugin appends
    subprocess.run(['tools/mkboot', image, text, O + '/bench/' + program], cwd=TOP, check=True)
    plugin = '%s,out=%s%s' % (PLUGIN, out, gateway_options())
    with Guest('--boot', image, '--', '-icount', 'shift=0,sleep=off', '-plugin', plugin) as guest:
        found = [guest.expect(p) for p in patterns]
        guest.finish()
    with open(out, encoding='ascii') as f:
        return [json.loads(line) for line in f], found


def traced(lines):
    """Of a trace (bench/scope/scope.c): of each window its number and [(is kernel, address)]."""
    number, insns = None, []
    for line in lines:
        words = line.split(None, 3)
        if words[0] != number:
            if number:
                yield int(number), insns
            number, insns = words[0], []
        if words[1] != 'd':
            insns.append((words[1] == 'k', int(words[2], 16)))
    if number:
        yield int(number), insns


def agree(kind, first, second):
    if first[0] != second[0]:
        raise BenchError('two runs of the %s do not say the same' % kind)
    for i in sorted(set(first[1]) | set(second[1])):
        if first[1][i] != second[1][i]:
            raise BenchError('two runs of the %s do not count the same in window %d' % (kind, i))


def figures_of(text, windows):
    announced = re.findall(r'^figure (\d+) (\S+) (\d+) ([01]) (.*)$', text, re.M)
    return [Figure(name, int(divisor), kernel == '1', rest, windows[int(w)])
            for w, name, divisor, kernel, rest in announced if name not in refused_of(text)]


def refused_of(text):
    """Names of the figures that the kernel refuses to let measure."""
    return set(re.findall(r'^refused (\S+)$', text, re.M))


def take(windows, used, window, some, name):
    """The next so many windows of that id."""
    mine = windows[window][used[window]:used[window] + some]
    if len(mine) != some:
        raise BenchError('windows of %s are missing' % name)
    used[window] += some
    return mine


def points_of(text, windows):
    points, used = [], collections.Counter()
    for curve, *numbers in re.findall(r'^point (\S+) (\d+) (\d+) (\d+) (\d+)$', text, re.M):
        n, w, some, divisor = map(int, numbers)
        points.append(Point(curve, n, divisor, take(windows, used, w, some, '%s at %d' % (curve, n))))
    return points


def costs_of(text, windows):
    """The output of a run that has names of its own: the cliffs, the pairs, and their bases."""
    costs, used = [], collections.Counter()
    for name, *numbers in re.findall(r'^cost (\S+) (\d+) (\d+) (\d+)$', text, re.M):
        w, some, divisor = map(int, numbers)
        costs.append(Figure(name, divisor, False, name, take(windows, used, w, some, name)))
    return costs


def measure():
    """(figures of the rows, points of the curves, costs, names of figures that are refused)."""
    need_qemu()
    os.environ.pop('QEMU_EXTRA', None)  # the machine has no options of the caller's environment
    for needed in (PLUGIN, os.path.join(TOP, PROGRAM)):
        if not os.path.exists(needed):
            raise BenchError('%s is missing (make bench builds it)' % needed)
    gateway = gateway_options()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        runs = {kind: [pool.submit(count, kind, gateway) for _ in range(2)]
                for kind in ('curves', 'rows', 'rows by C', 'cliffs')}
        results = {kind: [f.result() for f in pair] for kind, pair in runs.items()}
    for kind, pair in results.items():
        agree(kind, *pair)
    by_c = {f.name: f for f in figures_of(*results['rows by C'][0])}
    slow = [by_c[name]._replace(name=name + '_c') for name in BY_C if name in by_c]
    return (figures_of(*results['rows'][0]) + slow, points_of(*results['curves'][0]),
            costs_of(*results['cliffs'][0]), refused_of(results['rows'][0][0]))


# ---- from windows to values ----

def total(window):
    return window['insn']['total']


def in_kernel(window):
    return window['insn']['kernel'] + window['gateway']


def steady(windows):
    """The windows after the warm-up: the last three quarters."""
    return windows[len(windows) // 4:]


def typical(figure):
    """The window with the median count after the warm-up."""
    if not figure.windows:
        raise BenchError('no window of %s was counted' % figure[0])
    ordered = sorted(steady(figure.windows), key=total)
    return ordered[(len(ordered) - 1) // 2]


def value_of(figure):
    window = typical(figure)
    return (in_kernel(window) if figure.kernel else total(window)) / figure.divisor


def point_value(point):
    return total(typical(point)) / point.divisor


def longest_closed(figures, points):
    """(instructions, name): the longest stretch with interrupts off, and the operation that it belongs to."""
    stretches = [(w['interrupts_off_max'], f.name) for f in figures for w in f.windows]
    stretches += [(w['interrupts_off_max'], 'curve %s at %d' % (p.curve, p.n)) for p in points
                  for w in p.windows]
    return max(stretches)


def number(value):
    """As it stands in the table and in figures.tsv: a whole number, or two places."""
    return '%d' % value if value == int(value) else '%.2f' % value


def code_lines():
    """{row: lines of code} of the kernel, by tools/house."""
    house = importlib.machinery.SourceFileLoader('house', os.path.join(TOP, 'tools/house')).load_module()
    sizes = dict(house.sizes())
    style = house.tool('check-style')
    own = ['kernel/arch/%s/%s' % (arch.ARCH, inside) for inside in ('*.[ch]', 'include/arch/*.h')]
    small = house.lines(style, *(path for folder in (arch.MACHINE['FAMILY'], arch.ARCH) for path in (
        'kernel/arch/%s/small*.[chS]' % folder, 'kernel/arch/%s/include/arch/small*.h' % folder)))
    return {'kernel_lines': sizes['kernel-lines'], 'kernel_entry_lines': sizes['assembly-entry-' + arch.ARCH],
            'kernel_boot_lines': sizes['assembly-boot-' + arch.ARCH],
            'kernel_machine_lines': house.lines(style, *own) - small, 'kernel_small_lines': small,
            'kernel_by_machine': house.by_machine()}


def kernel_sizes():
    """Bytes of the kernel's sections by kind, without padding and without what is freed after boot."""
    text = subprocess.run([arch.MACHINE['CROSS'] + 'size', '-A', '-d', O + '/pecan'], capture_output=True,
                          text=True, check=True, cwd=TOP).stdout
    sizes = {name: int(n) for name, n in re.findall(r'^\.(\S+)\s+(\d+)\s', text, re.M)}
    # gcc puts small constants of ppc32 among its variables, in .sdata: all of it is counted as constants.
    return {'text': sizes['text'] + sizes.get('low', 0), 'data': sizes.get('data', 0),
            'rodata': sizes['rodata'] + sizes.get('gateway', 0) + sizes.get('sdata', 0),
            'bss': sizes['bss'] + sizes.get('sbss', 0),
            'init': sizes['init'] + sizes.get('boot', 0)}
