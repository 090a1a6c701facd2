# SPDX-License-Identifier: BSD-2-Clause
"""page.py - the figures as one HTML page with plots: no scripts, nothing loaded from anywhere."""
import html
import math

import peers
from picture import element, label, scale, svg, ticks  # of tools, which place.py has put into the path

WIDTH, HEIGHT, LEFT, RIGHT, BOTTOM, TOP = 420, 220, 58, 26, 34, 12
COLOURS = {'Pecan': '#b3261e', 'target': '#555555', 'NOVA': '#1b6ca8', 'Pistachio': '#2e7d32',
           'seL4': '#e08a00', 'Fiasco': '#7b3fa0', 'Linux': '#888888', 'prototype': '#999999'}

STYLE = '''body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:76em;color:#222}
table{border-collapse:collapse;margin:1em 0}
td,th{border-bottom:1px solid #ddd;padding:.2em .7em;text-align:right}
td:first-child,th:first-child{text-align:left}.miss{color:#b3261e}.met{color:#2e7d32}
figure{display:inline-block;margin:.5em 1em .5em 0}figcaption{font-size:13px;max-width:420px}
svg text{font:11px system-ui,sans-serif;fill:#444}'''


def grid(top, y):
    """Horizontal lines with their values, from 0 to top."""
    parts = []
    for tick in ticks(0, top):
        parts.append(element('line', x1=LEFT, x2=WIDTH - RIGHT, y1='%.1f' % y(tick), y2='%.1f' % y(tick),
                             stroke='#e4e4e4'))
        parts.append(label(LEFT - 6, y(tick) + 4, '{:,.0f}'.format(tick), 'end'))
    return parts


def curve_plot(points, axis):
    """Cost, from 0, against n; n by its logarithm where it spans decades."""
    ns, costs = [n for n, _ in points], [c for _, c in points]
    log = min(ns) > 0 and max(ns) > 50
    place = math.log10 if log else float
    top = max(costs) * 1.15
    across = scale(place(min(ns)), place(max(ns)), LEFT, WIDTH - RIGHT)
    y = scale(0, top, HEIGHT - BOTTOM, TOP)

    def x(n):
        return across(place(n))

    parts = grid(top, y)
    for n in ns if len(ns) < 12 else ticks(min(ns), max(ns)):
        parts.append(label(x(n), HEIGHT - BOTTOM + 15, '{:,.0f}'.format(n)))
    parts.append(label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, axis))
    line = ' '.join('%.1f,%.1f' % (x(n), y(c)) for n, c in points)
    parts.append(element('polyline', points=line, fill='none', stroke=COLOURS['Pecan'], stroke_width=1.6))
    parts += [element('circle', cx='%.1f' % x(n), cy='%.1f' % y(c), r=2.2, fill=COLOURS['Pecan'])
              for n, c in points]
    return svg(parts, WIDTH, HEIGHT)


def sum_plot(points, across, up):
    """(allowed, measured, name, kind) as points; on the line, what is measured is what is allowed."""
    top = max(max(p[0], p[1]) for p in points) * 1.05
    x, y = scale(0, top, LEFT, WIDTH - RIGHT), scale(0, top, HEIGHT - BOTTOM, TOP)
    parts = [element('line', x1=LEFT, y1='%.1f' % y(0), x2='%.1f' % x(top), y2='%.1f' % y(top),
                     stroke='#999')] + grid(top, y)
    parts += [label(x(tick), HEIGHT - BOTTOM + 15, '{:,.0f}'.format(tick)) for tick in ticks(0, top)]
    parts.append(label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, across))
    parts.append(label(LEFT + 6, TOP + 10, up, 'start'))
    for allowed, cost, name, kind in points:
        colour = COLOURS['Pecan' if kind == 'miss' else 'Pistachio']
        dot = element('circle', cx='%.1f' % x(allowed), cy='%.1f' % y(cost), r=2.6, fill=colour)
        parts.append(dot.replace('</circle>', element('title', html.escape(name)) + '</circle>'))
    return svg(parts, WIDTH, HEIGHT)


def row_plot(row, value):
    """One line per kernel: how much each needs, from 0."""
    bars = [('Pecan', value)] + ([('target', row.target)] if row.target is not None else [])
    bars += [(kernel, n) for kernel, (n, _) in row.peers.items()]
    bars = [(name, n) for name, n in bars if n is not None]
    most, parts = max(n for _, n in bars) or 1, []
    for i, (name, n) in enumerate(bars):
        wide = n / most * (WIDTH - 150)
        parts.append(label(70, 15 + 18 * i, name, 'end'))
        parts.append(element('rect', x=76, y=5 + 18 * i, width='%.1f' % max(wide, 1), height=13,
                             fill=COLOURS[name]))
        parts.append(label(82 + wide, 15 + 18 * i, '{:,.0f}'.format(n), 'start'))
    return svg(parts, WIDTH, 18 * len(bars) + 8)


def table(head, rows):
    """rows: lists of cells; a cell is text, or (text, class)."""
    def cell(c):
        return element('td', html.escape(c)) if isinstance(c, str) else element('td', html.escape(c[0]), **{
            'class': c[1]})

    return element('table', element('tr', ''.join(element('th', html.escape(h)) for h in head)) + '\n'
                   + '\n'.join(element('tr', ''.join(map(cell, row))) for row in rows))


def paragraphs(markdown):
    """Headings and paragraphs of a text; each item of a list is a line."""
    parts = []
    for block in markdown.strip().split('\n\n'):
        if block.startswith('## '):
            parts.append(element('h3', html.escape(block[3:])))
        else:
            separator = '<br>' if block[0].isdigit() else ' '
            lines = block.replace('\n   ', ' ').split('\n')
            parts.append(element('p', separator.join(map(html.escape, lines))))
    return '\n'.join(parts)


def figure(plot, caption):
    return element('figure', plot + element('figcaption', html.escape(caption)))


def write(path, title, sections):
    """sections: (heading, introduction, HTML of its content)."""
    body = element('h1', html.escape(title))
    for heading, text, content in sections:
        body += '\n' + element('h2', html.escape(heading)) + element('p', html.escape(text)) + '\n' + content
    with open(path, 'w', encoding='utf-8') as f:
        f.write('<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>%s</title>'
                '<style>%s</style></head>\n<body>%s</body></html>\n' % (html.escape(title), STYLE, body))


def row_plots(rows, values):
    return '\n'.join(figure(row_plot(row, values.get(row.figure)), row.text) for row in rows
                     if row.figure in values and (row.peers or row.target is not None))


def kernels(rows):
    return [k for k in COLOURS if any(k in row.peers for row in rows)]


def row_table(rows, judged):
    """judged: {figure: (value, what the target says, met or miss or '')}."""
    names = kernels(rows)

    def cells(row):
        value, verdict, kind = judged[row.figure]
        target = '' if row.target is None else '{:,}'.format(row.target)
        return [row.text, row.figure, value, target, (verdict, kind)] + [
            row.peers[k][1] if k in row.peers else '' for k in names]

    return table(['operation', 'figure', 'Pecan', 'target', ''] + names, list(map(cells, rows)))


def lowest_peer(row):
    lowest = peers.best(row)
    return '%s %s' % (lowest[0], '{:,}'.format(lowest[1])) if lowest else ''
