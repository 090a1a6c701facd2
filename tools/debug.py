# SPDX-License-Identifier: BSD-2-Clause
"""debug.py - the gdb commands of `make debug` (docs/user/debugging.md).

    tasks                   all tasks (spaces, under a root server that is not ours)
    threads                 all threads: id, task, state, partner, where in user code
    backtrace-of ID         user backtrace of a thread that does not run, with its task's symbols
    program NAME            use the symbols of this program for the programs' link address
    break-in NAME PLACE     breakpoint that stops in this task only

All is read from memory: kernel structures, and those of the root task, by their debug information. What is
the machine's is in tools/machine/ARCH/debug.py.
"""
import bisect
import functools
import os
import struct
import subprocess
import sys

import gdb

sys.dont_write_bytecode = True
sys.path.insert(0, 'tools')		# tools/debug starts gdb in the folder above
from arch import MACHINE, part  # noqa: E402 (the path is set just above)

M = part('debug')
WORD = int(MACHINE['WORD_BITS']) // 8
UNWIND = part('unwind')
DIRECT, IP = M.DIRECT, M.IP
SERVERS = {1: 'sigma0', 2: 'root'}	# by space
WORDS = {'little': '<%d', 'big': '>%d'}[MACHINE['BYTE_ORDER']] + {4: 'I', 8: 'Q'}[WORD]
VERSION_BITS = 32 if WORD == 8 else 14	# of a thread id (X.2, 2.1)
ASLEEP = {'RECV_COPYING': 'copying', 'RECV_WAITING': 'waiting', 'RECV_READY': 'waiting'}


def number_at(address, size):
    return int.from_bytes(gdb.selected_inferior().read_memory(address, size).tobytes(), MACHINE['BYTE_ORDER'])


def word(address):
    return number_at(address, WORD)


def words(address, size):
    data = gdb.selected_inferior().read_memory(address, size).tobytes()
    return struct.unpack(WORDS % (size // WORD), data)


def kernel(name):
    """A global variable of the kernel."""
    return gdb.lookup_objfile('pecan').lookup_global_symbol(name).value()


@functools.lru_cache
def constant(name):
    """An enumeration constant of the kernel."""
    return int(gdb.lookup_static_symbol(name).value())


def at(address, like):
    """The object at address, of the type that the pointer `like` points to."""
    return gdb.Value(address).cast(like.type).dereference()


def tid(raw):
    return '%d.%d' % (raw >> VERSION_BITS, raw & (1 << VERSION_BITS) - 1)


def booted():
    return int(kernel('kernel')['kip']) != 0


def threads():
    """All user threads, by number."""
    k = kernel('kernel')
    like, leaf_bytes = k['cpu'][0]['current'], 4096
    for leaf in words(int(k['table'].address), k['table'].type.sizeof):
        for t in words(leaf, leaf_bytes) if leaf else ():
            if t and int(at(t, like)['space']):
                yield at(t, like)


def current():
    """The thread that runs user code, or did so last (L1 of local.h)."""
    top = M.running(kernel)
    like = kernel('kernel')['cpu'][0]['current']
    return at(top, like) if DIRECT <= top < M.DIRECT_END else None


def registers(t):
    """The saved user registers, which are in front of the TCB."""
    like = kernel('thread_none').address.cast(gdb.lookup_type('struct arch_regs').pointer())
    return at(int(t.address) - like.type.target().sizeof, like)


def translate(space, address):
    """The kernel's address of a user address, or None."""
    if M.FIXED and address >= M.FIXED:
        return address
    table = M.top(space, address)
    for shift in M.SHIFTS:
        entry = number_at(table + (address >> shift & M.ENTRIES - 1) * M.ENTRY_BYTES, M.ENTRY_BYTES)
        last = shift == M.SHIFTS[-1]
        if not entry & (M.PRESENT if last else M.TABLE):
            return None
        if last or entry & M.LARGE:
            low = (1 << shift) - 1
            return DIRECT + (entry & M.ADDRESS & ~low) + (address & low)
        table = DIRECT + (entry & M.ADDRESS)
    return None


def user_bytes(space, address, count):
    place = translate(space, address)
    return gdb.selected_inferior().read_memory(place, count).tobytes() if place else b''


def reader(space):
    """The function that reads user memory of a space."""
    return lambda address, count: user_bytes(space, address, count)


def stopped_at():
    """Where the machine is stopped in user code; None in the kernel."""
    ip = int(gdb.parse_and_eval('(unsigned long)$pc'))
    return ip if ip < DIRECT else None


def user_state(t):
    """Where a thread that is not running continues in its own code: {register: value}."""
    r, space = registers(t), t['space']
    state = {name: int(r[field]) for name, field in M.SAVED.items()}
    by_ipc = int(t['recv']) == constant('RECV_READY') or int(r['entry']) == constant('REGS_IPC')
    UNWIND.leave_stub(state, space, by_ipc, reader(space))
    return state


def tasks():
    """[(number, program, space, first thread)] as our root task has them; empty with another one."""
    try:
        root = gdb.lookup_objfile('root').lookup_global_symbol('root').value()
    except (ValueError, AttributeError):
        return []
    found = []
    state = at(DIRECT + int(root.address), root.address)
    base = gdb.lookup_objfile('root').lookup_global_symbol('direct_base').value().address
    seen_by_root = word(DIRECT + int(base))	# where it has physical memory
    for slot in range(state['task'].type.range()[1] + 1):
        pointer = state['task'][slot]
        if int(pointer):
            task = at(int(pointer) - seen_by_root + DIRECT, pointer)
            image = at(int(task['image']) - seen_by_root + DIRECT, task['image'])
            found.append((int(task['id']), image['name'].string(), int(task['thread'][0]['id'])))
    return found


def names():
    """{space number: (task, program)}."""
    result = {number: ('-', name) for number, name in SERVERS.items()}
    first = {raw: (number, name) for number, name, raw in tasks()}
    for t in threads():
        raw = int(t['id']['raw'])
        if raw in first:
            result[int(t['space']['number'])] = first[raw]
    return result


def asleep(t):
    """How t waits for a message; None if it does not."""
    return next((text for name, text in ASLEEP.items() if int(t['recv']) == constant(name)), None)


def state_of(t):
    if int(t['life']) == constant('THREAD_INACTIVE'):
        return 'inactive'
    if int(t['halted']):
        return 'halted'
    if int(t['send']) == constant('SEND_QUEUED'):
        return 'sending'
    return asleep(t) or 'ready'


def partner_of(t):
    """The thread that t sends to or waits for."""
    if int(t['partner']):
        return tid(int(t['partner']['id']['raw']))
    raw = int(t['recv_from']['raw'])
    return '-' if not asleep(t) else 'any' if raw == (1 << 8 * WORD) - 1 else tid(raw)


@functools.lru_cache
def symbols(path):
    """Sorted [(address, name)] of an ELF file; empty if there is none."""
    if not os.path.isfile(path):
        return []
    text = subprocess.run(['nm', '--defined-only', path], capture_output=True, text=True, check=False).stdout
    return sorted((int(f[0], 16), f[2]) for f in map(str.split, text.splitlines()) if len(f) == 3)


def symbol_at(name, address):
    """SYMBOL+OFFSET of an address of that program, or nothing."""
    table = symbols('%s/%s%s' % (folder(), '' if name in SERVERS.values() else 'bin/', name))
    i = bisect.bisect(table, (address, '\x7f')) - 1
    return '%s+%d' % (table[i][1], address - table[i][0]) if i >= 0 else ''


def folder():
    return gdb.current_progspace().filename.rsplit('/', 1)[0]


def with_symbols(name):
    """Programs share one link address: only this one's symbols stay. The kernel's and servers' always do."""
    wanted = '%s/bin/%s' % (folder(), name)
    loaded = [o.filename for o in gdb.objfiles() if '/bin/' in o.filename]
    if name in SERVERS.values() or loaded == [wanted]:
        return
    for path in loaded:
        gdb.execute('remove-symbol-file ' + path, to_string=True)
    try:
        gdb.execute('add-symbol-file ' + wanted, to_string=True)
    except gdb.error:
        pass				# a program that is not of this build


class Command(gdb.Command):
    """A command whose text is its function's, and which needs a kernel that has started."""

    def __init__(self, name, function):
        self.__doc__, self.function = function.__doc__, function
        super().__init__(name, gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        with UNWIND.view():
            if not booted():
                raise gdb.GdbError('the kernel has not started yet')
            self.function(*gdb.string_to_argv(argument))


def list_tasks():
    """tasks: all tasks, with program, space and number of threads."""
    named, count, kip = names(), {}, {}
    for t in threads():
        number = int(t['space']['number'])
        count[number] = count.get(number, 0) + 1
        kip.setdefault(number, tid(int(t['id']['raw'])))
    print('%5s %5s %-16s %8s %s' % ('TASK', 'SPACE', 'PROGRAM', 'THREADS', 'FIRST'))
    for number in sorted(count):
        task, name = named.get(number, ('-', '?'))
        print('%5s %5d %-16s %8d %s' % (task, number, name, count[number], kip[number]))


def list_threads():
    """threads: all threads; * marks the one that runs."""
    named, running = names(), current()
    print('  %10s %5s %-16s %-9s %10s  %s' % ('THREAD', 'TASK', 'PROGRAM', 'STATE', 'PARTNER',
                                              'USER CODE AT'))
    for t in threads():
        task, name = named.get(int(t['space']['number']), ('-', '?'))
        runs = running is not None and t.address == running.address
        ip = runs and stopped_at() or user_state(t)[IP]	# what it saved is of its last call
        print('%s %10s %5s %-16s %-9s %10s  %x %s' % (
            '*' if runs else ' ', tid(int(t['id']['raw'])), task, name, 'running' if runs else state_of(t),
            partner_of(t), ip, symbol_at(name, ip)))


def backtrace_of(wanted):
    """backtrace-of ID: the user backtrace of a thread that does not run (ID as `threads` shows it)."""
    found = [t for t in threads() if tid(int(t['id']['raw'])) == wanted]
    if not found:
        raise gdb.GdbError('no thread has the id ' + wanted)
    space = found[0]['space']
    with_symbols(names().get(int(space['number']), ('-', '?'))[1])
    UNWIND.backtrace(user_state(found[0]), space, reader(space))


def use_program(name):
    """program NAME: use the symbols of build/bin/NAME, and of no other program linked at its address."""
    with_symbols(name)


class InTask(gdb.Breakpoint):
    """Stops if the running thread is one of that program's."""

    def __init__(self, program, address):
        self.program = program
        super().__init__('*%d' % address, type=gdb.BP_HARDWARE_BREAKPOINT)

    def stop(self):
        with UNWIND.view():
            return self.is_there()

    def is_there(self):
        t = current() if booted() else None
        return t is not None and names().get(int(t['space']['number']), ('-', '?'))[1] == self.program


def break_in(name, place):
    """break-in NAME PLACE: hardware breakpoint at PLACE that stops in tasks of the program NAME only."""
    with_symbols(name)
    wanted = '%s/%s%s' % (folder(), '' if name in SERVERS.values() else 'bin/', name)
    try:
        lines = gdb.decode_line(place)[1] or ()
    except gdb.error as e:
        raise gdb.GdbError(str(e)) from None
    own = [line.pc for line in lines if line.symtab and line.symtab.objfile.filename.endswith(wanted)]
    if not own:
        raise gdb.GdbError('%s has no %s' % (name, place))
    for pc in own:
        InTask(name, pc)


def stopped(_):
    """The symbols for the programs' link address are those of the program that runs."""
    try:
        with UNWIND.view():
            if booted() and stopped_at() is not None:
                with_symbols(names()[int(current()['space']['number'])][1])
    except (gdb.error, KeyError, TypeError):
        pass				# early in booting, or a space without a name


gdb.events.stop.connect(stopped)
Command('tasks', list_tasks)
Command('threads', list_threads)
Command('backtrace-of', backtrace_of)
for command_name, made in (('program', use_program), ('break-in', break_in)):
    type('Early', (Command,), {'invoke': lambda self, argument, from_tty:
         self.function(*gdb.string_to_argv(argument))})(command_name, made)
for setting in ('confirm off', 'pagination off', 'architecture ' + MACHINE['GDB']):
    gdb.execute('set ' + setting, to_string=True)
