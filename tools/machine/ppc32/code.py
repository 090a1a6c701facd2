# SPDX-License-Identifier: BSD-2-Clause
"""code.py - PowerPC's machine code as objdump prints it, for tools/machine_code.py and tools/stack-depth."""
import re

WORD = 4
CALL_BYTES = 0				# LR has the return address; its place is in the frame of the caller

LINE = re.compile(r'^ *([0-9a-f]+):\t(\S+) *(.*)')
TARGET = re.compile(r'(?:^|,)([0-9a-f]+) <')
RETURN = re.compile(r'^b(\w*)lr[+-]?$')
ENDS = re.compile(r'^(blr|rfi|trap)$')
LOOK_BACK = 64				# instructions before a jump by a table that can make its address

STORE = re.compile(r'^(st|cmp|tw|mt|dcb|icb)')
PUSH = re.compile(r'^r1,-(\d+)\(r1\)$')
UPDATE = re.compile(r'^\w+u r\d+,-?\d+\(r1\)$|^\w+ux r\d+,r1,')	# r1 is lowered otherwise
ADD = re.compile(r'^(r\d+),(r\d+),(-?\d+)$')
LOAD = re.compile(r'^(-?\d+)\((r\d+)\)$')
BASE = re.compile(r'\((r\d+)\)')
CHANGED = re.compile(r'^(ctr|r0|r[3-9]|r1[0-2])$')	# by a call
LOSES = re.compile(r'^(lmw|bd)')	# changes many registers, or CTR


def flow(line):
    """Where an instruction continues: next, call, jump, branch (which may be taken), return, end, and maybe,
    a return that may be taken."""
    name = line.name.rstrip('+-')
    if ENDS.match(name):
        return 'return' if name == 'blr' else 'end'
    if name in ('bl', 'bctrl', 'blrl'):
        return 'call'
    if name in ('b', 'bctr'):
        return 'jump'
    if RETURN.match(name):
        return 'maybe'
    return 'branch' if name.startswith('b') else 'next'


def taken(_):
    """What a return takes off the stack."""
    return 0


def table(code, line):
    """The addresses of a call or a jump by a table of constants; None if it is none.

    Its address is made of two halves, or of r13 and one (kernel.ld); its words are added to it, or are
    addresses.
    """
    if line.target is not None:
        return None
    words, relative, wanted, half = None, False, None, 0
    for at in range(line.at - 4, line.at - 4 * LOOK_BACK, -4):
        before = code.lines.get(at)
        if before is None or code.owner[at] != code.owner[line.at] or flow(before) in ('call', 'jump', 'end'):
            break
        operands = before.operands.split(',')
        if words is None:
            relative |= before.name == 'add'
            if before.name == 'lwzx':
                words = operands[1:]
        elif wanted is None and before.name in ('addi', 'addis') and operands[0] in words:
            wanted, half = operands[1], int(operands[2]) << 16 * (before.name == 'addis')
            if wanted == 'r13':
                return code.table(code.small + half, code.small + half if relative else 0)
        elif wanted is None and operands[0] in words and not STORE.match(before.name):
            words.remove(operands[0])	# the index
        elif wanted and before.name in ('li', 'lis') and operands[0] == wanted:
            base = (int(operands[1]) << 16 * (before.name == 'lis')) + half & 0xffffffff
            return code.table(base, base if relative else 0)
    return None


def called(_, line):
    """The place that has the target of a call by a pointer (origin); False: it is no such call."""
    return ('ctr', None) if line.name in ('bctr', 'bctrl') else False


def origin(code, line, place):
    """Where what is at a place was before the instruction; True: in a link; False: that is not known. A place
    is a register or a word of the stack; and an offset: it is in the memory there, None: it is its value."""
    name, offset = place
    first, _, rest = line.operands.partition(',')
    if flow(line) == 'call':
        return not CHANGED.match(name) and place
    if line.name == 'stw' and rest == name:
        return first, offset
    if line.name == 'mtctr' and name == 'ctr':
        return first, None
    if LOSES.match(line.name) or line.name.endswith('u') and name in ('r1', *BASE.findall(rest)):
        return False
    if first != name or STORE.match(line.name):
        return place if '(' not in name or first != 'r1' else False
    return written(code, line, offset)


def memory(code, base, offset):
    """The place that this register points to; r13 is that of small data all the time."""
    return code.small + offset in code.links if base == 'r13' else (base, offset)


def written(code, line, offset):
    """The same of a register that the instruction has written."""
    rest = line.operands.partition(',')[2]
    load, number = LOAD.match(rest), rest.rpartition(',')[2]
    shift = 16 * line.name.endswith('is')
    if line.name == 'mr':
        return rest, offset
    if line.name == 'lwz' and load and load.group(2) == 'r1':
        return rest, offset
    if line.name == 'lwz' and load and offset is None:
        return memory(code, load.group(2), int(load.group(1)))
    if line.name in ('addi', 'addis') and offset is not None:
        return memory(code, rest.split(',')[0], offset + (int(number) << shift))
    if line.name in ('li', 'lis') and offset is not None:
        return (int(number) << shift) + offset & 0xffffffff in code.links
    return False


def known_in(name):
    """{register: depth} at the beginning of a function: _restgpr_ of gcc loads r1 from r11."""
    return {'r11': 0} if name.startswith('_restgpr_') else {}


def lowered(line, depth, known):
    """The depth after an instruction; known: that to which a register points. ValueError: SP is unknown."""
    push, add = PUSH.match(line.operands), ADD.match(line.operands)
    if line.name == 'stwu' and push:
        return depth + int(push.group(1))
    if line.name == 'addi' and add and add.group(2) in ('r1', *known):
        to = (depth if add.group(2) == 'r1' else known[add.group(2)]) - int(add.group(3))
        if add.group(1) == 'r1':
            return to
        known[add.group(1)] = to
        return depth
    first, _, rest = line.operands.partition(',')
    if line.name == 'mr' and rest == 'r1':
        known[first] = depth
    elif line.name == 'mr' and first == 'r1' and rest in known:
        return known[rest]
    elif line.name == 'lwz' and line.operands == 'r1,0(r1)':
        return 0				# the back chain: of a function with one frame
    elif first == 'r1' and not STORE.match(line.name) or UPDATE.match(line.name + ' ' + line.operands):
        raise ValueError('%x: %s %s' % (line.at, line.name, line.operands))
    return depth


# For the self-test of stack-depth: code; then the bytes of f, an instruction of g, the depth of trap_ipc; a
# link, and the base of small data.
LINK, SMALL = 0x9000, 0x10000
SAMPLE = """
00001000 <trap_ipc>:
    1000:	stwu    r1,-32(r1)
    1004:	mflr    r0
    1008:	bl      2000 <f>
    100c:	beq     cr7,1018 <trap_ipc+0x18>
    1010:	bl      3000 <g.part.0>
    1014:	trap
    1018:	bnelr+
    101c:	addi    r1,r1,32
    1020:	b       2000 <f>

00002000 <f>:
    2000:	stwu    r1,-BYTES(r1)
    2004:	mr      r31,r1
    2008:	stw     r1,8(r1)
    200c:	addi    r11,r31,BYTES
    2010:	mr      r1,r11
    2014:	blr

00003000 <g.part.0>:
    3000:	INSTRUCTION
    3004:	blr
"""
CASES = [(64, 'nop', 32 + 64), (16, 'bl      2000 <f>', 32 + 16), (8, 'bctrl', None),
         (8, 'bl      1000 <trap_ipc>', None), (8, 'mr      r1,r3', None), (8, 'stwu    r1,-48(r1)', 32 + 48),
         (8, 'stwux   r1,r1,r9', None), (8, 'bl      3000 <g.part.0>', None)]


def several(text):
    """The instructions, separated by semicolons, from 3010 on but for the first one."""
    first, *others = text.split('; ')
    return '\n'.join([first] + ['    30%x:\t%s' % (0x10 + 4 * i, line) for i, line in enumerate(others)])


CASES += [(8, several(text + '; mtctr   r11; bctrl'), 32 + 8 if good else None) for good, text in (
    (True, 'lis     r9,1; lwz     r11,-28672(r9)'), (False, 'lis     r9,1; lwz     r11,-28668(r9)'),
    (True, 'lwz     r11,-28672(r13)'), (False, 'lwz     r11,0(r3)'), (False, 'lis     r11,1'),
    (True, 'lis     r9,1; addi    r30,r9,-28672; bl      2000 <f>; lwz     r11,0(r30)'),
    (False, 'lis     r9,1; bl      2000 <f>; lwz     r11,-28672(r9)'),
    (True, 'lwz     r11,-28672(r13); cmpwi   r11,0; beq     3004 <g>; mr      r4,r11'),
    (False, 'lwz     r11,-28672(r13); beq     3014 <g>; mr      r11,r4'),
    (True, 'li      r9,0; addis   r9,r9,1; stw     r9,8(r1); lwz     r3,8(r1); lwz     r11,-28672(r3)'),
    (False, 'lwz     r9,-28672(r13); stw     r9,8(r1); stw     r3,8(r1); lwz     r11,8(r1)'),
    (False, 'lwz     r11,-28672(r13); stw     r11,8(r1); stwu    r1,-16(r1); lwz     r11,8(r1)'))]
