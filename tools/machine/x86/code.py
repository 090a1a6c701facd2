# SPDX-License-Identifier: BSD-2-Clause
"""code.py - x86's machine code as objdump prints it, for tools/machine_code.py and tools/stack-depth."""
import re

from arch import MACHINE

BITS = int(MACHINE['WORD_BITS'])
WORD = BITS // 8
SP, FP = {64: ('rsp', 'rbp'), 32: ('esp', 'ebp')}[BITS]
CALL_BYTES = WORD			# what a call itself takes of the stack

PREFIX = r'(?:rep|repz|repnz|lock|bnd|notrack|data16|[cdefgs]s) '
LINE = re.compile(r'^ *([0-9a-f]+):\t(?:%s)*(\S+) *([^#]*)' % PREFIX)
TARGET = re.compile(r'^([0-9a-f]+) <')
ENDS = re.compile(r'^(ret|iret|sysret|sysexit|ud2|hlt)[ql]?$')
BY_TABLE = re.compile(r'\*-?0x[0-9a-f]+\(,%%\w+,%d\)$' % WORD)	# a call or a jump by a table of constants

# Of what is called: registers and their parts, words of the stack and of fixed addresses.
REGISTER = re.compile(r'^%(?:[re]?([abcd])[xlh]|[re]?(si|di|bp|sp|[89]|1[0-5])[dwbl]?)$')
WHOLE = re.compile({64: r'^%r(..|\d+)$', 32: r'^%e..$'}[BITS])
SLOT = re.compile(r'^(-?0x[0-9a-f]+)?\(%%%s\)$' % SP)
FIXED = re.compile(r'^(-?0x[0-9a-f]+)(\(%rip\))?$')
CHANGED = {64: 'a c d si di 8 9 10 11', 32: 'a c d'}[BITS].split()	# by a call
READS = re.compile(r'^(cmp|test|push|bt[lqw]?$|j)')
# Writes registers that it does not name.
LOSES = re.compile(r'^(leave|cpuid|loop|movs[blqw]?$|stos|scas|cmps[blqw]?$|rd|mul|i?div)')

ALIGN = re.compile(r'^\$0xf{%d}([08]),%%%s$' % (2 * WORD - 1, SP))
CHANGE = re.compile(r'^\$(-?0x[0-9a-f]+),%%%s$' % SP)
POINTS = re.compile(r'^(-?0x[0-9a-f]+)\(%(\w+)\),%(\w+)$')
LEA = re.compile(r'^(-?0x[0-9a-f]+)\(%%%s\),%%%s$' % (SP, SP))
SAVES = re.compile(r'^%%%s,%%(\w+)$' % SP)
IMMEDIATE = re.compile(r'^\$-?0x[0-9a-f]+(,\(%%%s\))?$' % SP)


def flow(line):
    """Where an instruction continues: next, call, jump, branch (which may be taken), return, end."""
    if ENDS.match(line.name):
        return 'return' if line.name.startswith('ret') else 'end'
    if line.name.startswith('call'):
        return 'call'
    if line.name.startswith('j'):
        return 'jump' if line.name == 'jmp' else 'branch'
    return 'next'


def taken(line):
    """What a return takes off the stack, beside its address: of one that has a struct as its result."""
    return int(line.operands.strip().lstrip('$') or '0', 16)


def table(code, line):
    """The addresses of a call or a jump by a table of constants; None if it is none."""
    if not BY_TABLE.match(line.operands):
        return None
    return code.table(int(line.operands.split('(')[0].lstrip('*'), 16) % (1 << BITS))


def called(code, line):
    """The place that has the target of a call by a pointer (origin)."""
    return place_of(code, line, line.operands.lstrip('*'))


def register(operand):
    """The register that an operand is, or is a part of, without what says how large the part is."""
    found = REGISTER.match(operand)
    return found and (found.group(1) or found.group(2))


def place_of(code, line, operand):
    """A register, or (SP, offset) of a word of the stack; True: a link; False: anything else."""
    slot, fixed = SLOT.match(operand), FIXED.match(operand)
    if slot:
        return SP, int(slot.group(1) or '0', 16)
    if fixed:
        base = code.after.get(line.at, 0) if fixed.group(2) else 0
        return int(fixed.group(1), 16) + base in code.links
    return WHOLE.match(operand) and register(operand) or False


def origin(code, line, place):
    """Where what is at a place was before the instruction; True: in a link; False: that is not known."""
    source, _, target = line.operands.strip().rpartition(',')
    if LOSES.match(line.name) or line.name.startswith('call') and place in CHANGED:
        return False
    if line.name == 'mov' and place_of(code, line, target) == place:
        return place_of(code, line, source)
    if line.name == 'push' and place == (SP, 0):
        return place_of(code, line, target)
    if line.name == 'pop' and register(target) == place:
        return SP, 0
    written = () if READS.match(line.name) else (source, target) if line.name == 'xchg' else (target,)
    if any(place in (register(operand), place_of(code, line, operand)) for operand in written):
        return False
    if place[0] != SP:
        return place
    try:
        return SP, place[1] - change(line)
    except ValueError:
        return False


def known_in(_):
    """{register: depth} at the beginning of a function: none."""
    return {}


def aside(line, known):
    """From `mov SP, REGISTER; lea ..., SP` to `mov REGISTER, SP` the stack is elsewhere: between are only
    such lea, pushes, and `and` and `or` of what was pushed. No address is based on SP."""
    if line.name == 'mov' and line.operands == '%%%s,%%%s' % (known['saved'], SP):
        del known['aside']
        return
    points = POINTS.match(line.operands)
    if line.name == 'lea' and points and points.group(3) == SP and points.group(2) != SP:
        return
    immediate = IMMEDIATE.match(line.operands)
    if line.name.startswith('push') and (immediate or SP not in line.operands):
        return
    if line.name.rstrip('lq') in ('and', 'or') and immediate:
        return
    raise ValueError('%x, where SP is not the stack: %s %s' % (line.at, line.name, line.operands))


def lowered(line, depth, known):
    """The depth after an instruction; known: that to which a register points. ValueError: SP is unknown."""
    base, points = known.get(FP), POINTS.match(line.operands)
    saves = SAVES.match(line.operands)
    if 'aside' in known:
        aside(line, known)
        return depth
    if line.name == 'lea' and points and points.group(3) == SP and known.get('saved') \
            and points.group(2) not in (SP, *known):
        known['aside'] = True
        return depth
    known.pop('saved', None)
    if line.name == 'mov' and saves and saves.group(1) != FP:
        known['saved'] = saves.group(1)
        return depth
    if line.name == 'lea' and points and points.group(2) == SP and points.group(3) != SP:
        known[points.group(3)] = depth - int(points.group(1), 16)
    elif line.name == 'lea' and points and points.group(3) == SP and points.group(2) in known:
        return known[points.group(2)] - int(points.group(1), 16)
    elif line.name == 'mov' and line.operands == '%%%s,%%%s' % (SP, FP):
        known[FP] = depth
    elif line.name == 'and' and known and ALIGN.match(line.operands):
        return depth + (8 if '8,' in line.operands else 16) - WORD	# SP is a multiple of WORD
    elif base is not None:
        if line.name in ('leave', 'leaveq'):
            return base - WORD
        if line.name == 'mov' and line.operands == '%%%s,%%%s' % (FP, SP):
            return base
    return depth + change(line)


def change(line):
    """By how much an instruction lowers SP."""
    if line.name.startswith('push'):
        return WORD
    if line.name.startswith('pop'):
        return -WORD
    if not line.operands.endswith('%' + SP) or line.name in ('cmp', 'cmpq', 'test'):
        return 0
    amount = CHANGE.match(line.operands)
    if amount and line.name in ('sub', 'subq'):
        return int(amount.group(1), 16)
    if amount and line.name in ('add', 'addq'):
        return -int(amount.group(1), 16)
    lea = LEA.match(line.operands)
    if lea and line.name == 'lea':
        return -int(lea.group(1), 16)
    raise ValueError('%x: %s %s' % (line.at, line.name, line.operands))


# For the self-test of stack-depth: code; then the bytes of f, an instruction of g, the depth of trap_ipc.
LINK, SMALL = 0x9000, None
SAMPLE = """
0000000000001000 <trap_ipc>:
    1000:	push   %rbx
    1001:	sub    $0x20,%rsp
    1002:	call   2000 <f>
    1003:	je     1006 <trap_ipc+0x6>
    1004:	call   3000 <g.part.0>
    1005:	ud2
    1006:	add    $0x20,%rsp
    1007:	pop    %rbx
    1008:	jmp    2000 <f>

0000000000002000 <f>:
    2000:	push   %rbp
    2001:	mov    %rsp,%rbp
    2002:	sub    $0xBYTES,%rsp
    2003:	cmp    %rsp,%rax
    2004:	leave
    2005:	ret

0000000000003000 <g.part.0>:
    3000:	INSTRUCTION
    3001:	ret
""".replace('%rsp', '%' + SP).replace('%rbp', '%' + FP)
CASES = [(40, 'nop', 0x20 + 0x40 + 4 * WORD), (0, 'call   2000 <f>', 0x20 + 5 * WORD),
         (8, 'call   *%rax', None), (8, 'call   1000 <trap_ipc>', None), (8, 'mov    %rax,%' + SP, None),
         (8, 'call   *0x9999(,%%rax,%d)' % WORD, None),
         (8, 'push   %rbx', 0x20 + 8 + 4 * WORD), (8, 'call   3000 <g.part.0>', None)]
ASIDE = """mov    %SP,%rcx
    3010:	lea    -0x8(%rdi),%SP
    3011:	push   0x90(%rdx)
    3012:	MIDDLE
    3013:	push   0x8(%rax)
    3014:	mov    %rcx,%SP""".replace('SP', SP)
CASES += [(8, ASIDE.replace('MIDDLE', middle).replace('SP', SP), depth) for middle, depth in (
    ('andq   $0x250dd5,(%SP)', 0x20 + 8 + 4 * WORD), ('push   0x8(%SP)', None), ('call   2000 <f>', None),
    ('pop    %rax', None), ('mov    %rax,%SP', None))]
CASES += [(8, 'nop\n    3010:	lea    -0x8(%rdi),%' + SP, None)]


def several(text):
    """The instructions, separated by semicolons, from 3010 on but for the first one; %R: as %r or %e."""
    first, *others = text.replace('%R', '%' + SP[0]).replace('WORD', '%x' % WORD).split('; ')
    return '\n'.join([first] + ['    30%x:\t%s' % (0x10 + i, line) for i, line in enumerate(others)])


CASES += [(8, several(text), 0x20 + 8 + 4 * WORD + more if more is not None else None) for more, text in (
    (0, 'call   *0x9000'), (None, 'call   *0x9008'), (0, 'jmp    *0x9000'),
    (0, 'mov    0x9000,%Rbx; test   %Rbx,%Rbx; je     3001 <g>; push   %Rbp; call   *%Rbx; pop    %Rbp'),
    (None, 'mov    0x9008,%Rbx; call   *%Rbx'), (None, 'mov    $0x9000,%Rbx; call   *%Rbx'),
    (None, 'mov    0x9000,%Rbx; inc    %bl; call   *%Rbx'),
    (None, 'mov    0x9000,%Rbx; xchg   %Rbx,%Rax; call   *%Rbx'),
    (None, 'mov    0x9000,%Rbx; je     3012 <g>; mov    %Rax,%Rbx; call   *%Rbx'),
    (WORD, 'mov    0x9000,%Rbx; call   2000 <f>; call   *%Rbx'),
    (None, 'mov    0x9000,%Rcx; call   2000 <f>; call   *%Rcx'),
    (0, 'push   0x9000; push   %Rbp; mov    0xWORD(%Rsp),%Rbx; call   *%Rbx; pop    %Rbp; pop    %Rax'),
    (0, 'mov    0x9000,%Rax; push   %Rbp; mov    %Rax,(%Rsp); pop    %Rbx; call   *%Rbx'),
    (None, 'push   0x9000; push   %Rbp; mov    (%Rsp),%Rbx; call   *%Rbx; pop    %Rbp; pop    %Rax'))]
if BITS == 64:
    CASES += [(8, several('mov    0x5ff0(%rip),%rcx; call   *%rcx'), 0x20 + 8 + 4 * WORD),
              (8, several('mov    0x5ff0(%rip),%rcx; mov    %cx,%ax; mov    %ax,%cx; call   *%rcx'), None)]
