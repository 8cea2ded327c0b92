#!/usr/bin/env python3
# plot-check.py - compares a picture of `seremotion plot` with its data
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Copyright (C) 2026 the seremotion authors
"""plot-check.py KIND PICTURE.svg [DATA]

Reads the SVG by an XML library, computes scales and places anew from the data, and compares. Letters are outlines
there; what is written is found out as a cipher is: one glyph of a font stands for one character, in all of its texts.
KIND `any` checks only what holds for every picture.
"""

import csv
import json
import math
import re
import sys
import xml.etree.ElementTree as ET

SVG = '{http://www.w3.org/2000/svg}'
HREF = '{http://www.w3.org/1999/xlink}href'
NEAR = 0.02  # pixels; cairo rounds to 1/256
BLUE, VERMILLION, GREY, SKY = (0, .447, .698), (.835, .369, 0), (.45, .45, .45), (.337, .706, .914)


def near(a, b, tolerance=NEAR):
    return all(abs(x - y) <= tolerance for x, y in zip(a, b, strict=True))


# ---- reading ----

class Path:
    """Outlines in one colour: subpaths are lists of points, of curves their control points too."""

    def __init__(self, element):
        style = dict(item.split(':') for item in element.get('style', '').replace(' ', '').split(';') if item)
        self.stroke, self.fill = (self.colour(style.get(key, 'none')) for key in ('stroke', 'fill'))
        self.width = float(style.get('stroke-width', 0))
        self.dashed = 'stroke-dasharray' in style
        self.subpaths = []
        assert element.get('transform') is None
        for command, numbers in re.findall(r'([A-Za-z])([-+.\deE\s]*)', element.get('d')):
            values = [float(x) for x in numbers.split()]
            points = list(zip(values[::2], values[1::2]))
            if command == 'M':
                self.subpaths.append(points)
            elif command in 'LC':
                self.subpaths[-1] += points
            else:
                assert command == 'Z', command
        # cairo leaves a lone M behind a Z.
        self.subpaths = [s for s in self.subpaths if len(s) > 1]

    @staticmethod
    def colour(text):
        match = re.fullmatch(r'rgb\(([\d.]+)%,([\d.]+)%,([\d.]+)%\)', text)
        return tuple(float(x) / 100 for x in match.groups()) if match else None

    def boxes(self):
        """(left, top, right, bottom) of each subpath."""
        return [(min(x for x, _ in s), min(y for _, y in s), max(x for x, _ in s), max(y for _, y in s))
                for s in self.subpaths]


class Picture:
    def __init__(self, path):
        root = ET.parse(path).getroot()
        assert root.tag == SVG + 'svg'
        assert [child.tag for child in root[:2]] == [SVG + 'title', SVG + 'desc']
        self.title, self.description = root[0].text, root[1].text
        self.size = tuple(float(root.get(key).removesuffix('px')) for key in ('width', 'height'))
        body = root[-1]
        background = body[0]
        assert background.tag == SVG + 'rect' and 'rgb(100%,100%,100%)' in background.get('style')
        assert near([float(background.get(key)) for key in ('x', 'y', 'width', 'height')], (0, 0) + self.size)
        self.paths, self.texts = [], []
        for element in body[1:]:
            if element.tag == SVG + 'path':
                self.paths.append(Path(element))
            else:
                assert element.tag == SVG + 'g' and all(use.tag == SVG + 'use' for use in element), element.tag
                self.texts.append([(use.get(HREF), float(use.get('x')), float(use.get('y'))) for use in element])
        self.cipher = {}

    def find(self, stroke=None, fill=None):
        return [p for p in self.paths if (stroke and p.stroke and near(p.stroke, stroke, .002))
                or (fill and p.fill and near(p.fill, fill, .002))]

    def frames(self):
        """The areas of charts, by rows."""
        boxes = [box for p in self.find(stroke=GREY) for s, box in zip(p.subpaths, p.boxes()) if len(s) == 4]
        return sorted(boxes, key=lambda box: (box[1], box[0]))

    def expect(self, text, left, top, right, bottom):
        """Exactly one text with its middle in this area can be `text`."""
        found = []
        for run in self.texts:
            x, y = (run[0][1] + run[-1][1]) / 2, (run[0][2] + run[-1][2]) / 2
            if not (left <= x <= right and top <= y <= bottom and len(run) == len(text)):
                continue
            font = re.match(r'#(.*)-', run[0][0]).group(1)
            characters, glyphs = (dict(half) for half in self.cipher.get(font, ({}, {})))
            if all(characters.setdefault(c, g[0]) == g[0] and glyphs.setdefault(g[0], c) == c
                   for c, g in zip(text, run)):
                found.append((font, characters, glyphs))
        assert len(found) == 1, f'{len(found)} texts like "{text}" in {left, top, right, bottom}'
        font, *self.cipher[font] = found[0]


def check_any(picture, data=None):
    assert picture.title and picture.description
    points = [(x, y) for p in picture.paths for s in p.subpaths for x, y in s]
    points += [(x, y) for run in picture.texts for _, x, y in run]
    assert len(points) > 20
    for x, y in points:
        assert 0 <= x <= picture.size[0] and 0 <= y <= picture.size[1], (x, y)


# ---- scales ----

def loose(low, high, ticks):
    """Heckbert's loose labels: ends and step."""
    def nice(x, steps):
        power = 10 ** math.floor(math.log10(x))
        return power * next(value for limit, value in steps if x / power < limit)
    step = nice((high - low) / (ticks - 1), [(1.5, 1), (3, 2), (7, 5), (11, 10)])
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step, step


class Axes:
    def __init__(self, frame, x, y):
        self.frame, self.x, self.y = frame, x, y

    def place(self, x, y):
        left, top, right, bottom = self.frame
        return (left + (right - left) * (x - self.x[0]) / (self.x[1] - self.x[0]),
                bottom - (bottom - top) * (y - self.y[0]) / (self.y[1] - self.y[0]))

    def check_numbers(self, picture):
        """The first and the last number of either axis."""
        left, top, right, bottom = self.frame
        for low, high, step, vertical in (*self.x, False), (*self.y, True):
            decimals = max(-math.floor(math.log10(step) + 1e-9), 0)
            first, last = math.ceil(low / step - 1e-6) * step, math.floor(high / step + 1e-6) * step
            for value in first, last:
                if vertical:
                    y = self.place(0, value)[1]
                    picture.expect(f'{value:.{decimals}f}', left - 40, y - 7, left, y + 7)
                else:
                    x = self.place(value, 0)[0]
                    picture.expect(f'{value:.{decimals}f}', x - 6, bottom + 4, x + 6, bottom + 22)


def runs_through(line, places):
    """A line through these places in order: its corners are some of them, and the others lie on it, as cairo leaves out
    what does not bend it."""
    rest = iter(places)
    for a, b in zip(line, line[1:]):
        length = math.dist(a, b)
        for place in rest:
            across = abs((b[0] - a[0]) * (place[1] - a[1]) - (b[1] - a[1]) * (place[0] - a[0]))
            if across > NEAR * length or math.dist(a, place) + math.dist(place, b) > length + 3 * NEAR:
                return False
            if near(place, b):
                break
        else:
            return False
    return all(near(place, line[-1]) for place in rest) and near(line[0], places[0])


def check_series(picture, axes, colour, xs, ys, marked):
    """One line of the colour with these points, broken where a y is None, and a mark on each if there are any."""
    parts, last = [], None
    for x, y in zip(xs, ys):
        if y is not None:
            if last is None:
                parts.append([])
            parts[-1].append(axes.place(x, y))
        last = y
    want = [part for part in parts if len(part) > 1]
    lines = [p for p in picture.find(stroke=colour) if p.width > 1.5 and len(p.subpaths) == len(want)]
    assert not want or any(all(runs_through(s, part) for s, part in zip(p.subpaths, want)) for p in lines), \
        f'no line through {want[0][:3]}...'
    wanted = [place for part in parts for place in part if marked or len(part) == 1]
    assert not wanted or any(
        len(p.subpaths) == len(wanted) and all(near(((l + r) / 2, (t + b) / 2), place)
                                               for (l, t, r, b), place in zip(p.boxes(), wanted))
        for p in picture.find(fill=colour)), f'no marks at {wanted[:3]}...'


def check_no_text_on(picture, frames):
    for run in picture.texts:
        for _, x, y in run:
            assert not any(l < x < r and t < y < b for l, t, r, b in frames), 'text on the data'


# ---- kinds ----

def read_curves(path):
    if path.endswith('.csv'):
        with open(path, newline='') as file:
            return [{key: float(value) if value else None for key, value in row.items()}
                    for row in csv.DictReader(file)], None
    with open(path) as file:
        run = json.load(file)
    return run['history'], run.get('kept_epoch')


def check_curves(picture, data):
    history, kept = read_curves(data)
    frames = picture.frames()
    epochs = [row['epoch'] for row in history]
    last = max(2, epochs[-1])
    step = max(1, loose(0, last, 6)[2])
    panels = ('loss', 1, 'cross entropy (nats)'), ('accuracy', 100, 'accuracy (%)')
    assert len(frames) == len(panels)
    check_no_text_on(picture, frames)
    for frame, (figure, factor, name) in zip(frames, panels):
        series = [[row[f'{part}_{figure}'] for row in history] for part in ('train', 'valid')]
        series = [[None if y is None else y * factor for y in ys] for ys in series]
        values = [y for ys in series for y in ys if y is not None]
        axes = Axes(frame, (0, last, step), loose(min(values), max(values), 6))
        for colour, ys in zip((BLUE, VERMILLION), series):
            check_series(picture, axes, colour, epochs, ys, last <= 40)
        left, top, right, bottom = frame
        picture.expect('epoch', left, bottom + 20, right, bottom + 40)
        picture.expect(name, left - 58, top, left - 36, bottom)
        axes.check_numbers(picture)
        if kept:
            tip = axes.place(kept, 0)[0], top - 1
            assert any(near(s[0], tip) for p in picture.find(fill=GREY) for s in p.subpaths), 'no epoch kept'
    picture.expect('training', 0, 46, picture.size[0], frames[0][1] - 10)
    if any(row['valid_loss'] is not None for row in history):
        picture.expect('validation', 0, 46, picture.size[0], frames[0][1] - 10)


def check_confusion(picture, data):
    with open(data) as file:
        figures = json.load(file)
    labels, confusion = figures['labels'], figures['confusion']
    n = len(labels)
    left, top, right, bottom = max(picture.frames(), key=lambda box: box[2] - box[0])
    cell = (right - left) / n
    squares = {tuple(round((v - o) / cell) for v, o in zip(box[:2], (left, top))): p
               for p in picture.paths if p.fill for box in p.boxes() if near((box[2] - box[0],), (cell,))}
    assert len(squares) == n * n
    upright = any(run[0][1] == run[-1][1] and len(run) > 1 and run[0][2] > bottom for run in picture.texts)
    for i, label in enumerate(labels):
        picture.expect(label, 20, top + i * cell, left, top + (i + .5) * cell)
        picture.expect(label, left + i * cell, bottom + 4, left + (i + 1) * cell, bottom + (200 if upright else 22))
    for r, row in enumerate(confusion):
        y = top + r * cell
        picture.expect(f'{sum(row)} clips', 20, y + cell / 2, left, y + cell)
        for c, count in enumerate(row):
            x, share = left + c * cell, count / sum(row) if sum(row) else 0
            assert near(squares[c, r].fill, [1 + share * (full - 1) for full in (0, .28, .48)], .002)
            picture.expect(str(count), x, y, x + cell, y + cell / 2)
            if sum(row):
                picture.expect(f'{100 * share:.{int(cell > 50)}f} %', x, y + cell / 2, x + cell, y + cell)
    picture.expect('predicted label', left, bottom, right, picture.size[1])


def check_reliability(picture, data):
    with open(data) as file:
        calibration = json.load(file)['calibration']
    frames = picture.frames()
    assert len(frames) == 4
    check_no_text_on(picture, frames)
    share = (0, 100, 20)
    whiskers = [p for p in picture.find(stroke=BLUE) if near((p.width,), (1,))]
    # The places of columns and the scale of densities follow from the bins.
    for i, name in enumerate(('before', 'after')):
        state, axes = calibration[name], Axes(frames[i], share, share)
        bins = state['bins']
        check_series(picture, axes, BLUE, [100 * b['confidence'] for b in bins],
                     [100 * b['accuracy'] for b in bins], True)
        for b, s in zip(bins, whiskers[i].subpaths, strict=True):
            # Wilson's interval as the roots of (p - x)^2 = z^2 x (1 - x) / n.
            z2, n, p = 1.959964 ** 2, b['clips'], b['accuracy']
            root = math.sqrt((2 * p + z2 / n) ** 2 - 4 * (1 + z2 / n) * p * p)
            for sign, place in zip((-1, 1), s):
                x = (2 * p + z2 / n + sign * root) / (2 * (1 + z2 / n))
                assert near(place, axes.place(100 * b['confidence'], 100 * x)), (place, x)
        left, top, right, _ = frames[i]
        ece = f'{100 * state["ece"]:.1f} %'
        picture.expect(f'{name} calibration: ECE {ece}', left, top - 26, right, top)
        assert f'{name.title()} calibration, expected calibration error {ece}' in picture.description
    check_histograms(picture, calibration, frames[2:], share)


def check_histograms(picture, calibration, frames, share):
    columns = [p.boxes()[0] for p in picture.find(fill=[.35 + .65 * x for x in SKY])]
    states = [calibration[name] for name in ('before', 'after')]
    sides = [[box for box in columns if l - 1 <= box[0] and box[2] <= r + 1] for l, _, r, _ in frames]
    total = [sum(b['clips'] for b in state['bins']) for state in states]
    heights = []
    for state, side, frame, clips in zip(states, sides, frames, total):
        axes = Axes(frame, share, (0, 1, 1))
        bins = state['bins']
        edges = [bins[0]['low'], *((a['high'] + b['low']) / 2 for a, b in zip(bins, bins[1:])), bins[-1]['high']]
        places = [axes.place(100 * edge, 0)[0] for edge in edges]
        assert near((side[0][0], side[-1][2]), (places[0], places[-1]))
        assert all(any(near((box[0],), (place,)) for place in places) for box in side), (side, places)
        assert all(near((a[2],), (b[0],), .01) for a, b in zip(side, side[1:])), 'columns do not meet'
        area = sum((box[2] - box[0]) * (box[3] - box[1]) for box in side) / (frame[2] - frame[0]) * 100
        heights.append(area / (frame[3] - frame[1]))
        if len(side) == len(bins):
            # As many clips, as much area.
            for b, box in zip(bins, side):
                part = (box[2] - box[0]) * (box[3] - box[1]) / sum((x[2] - x[0]) * (x[3] - x[1]) for x in side)
                assert near((part,), (b['clips'] / clips,), .005), (part, b)
    # Both hold all clips: 100 % times points, on one scale.
    assert near((heights[0] / heights[1],), (1,), .02), heights
    top = 100 / heights[0]
    most = top * max((frame[3] - box[1]) / (frame[3] - frame[1]) for side, frame in zip(sides, frames) for box in side)
    assert near((top / loose(0, most, 3)[1],), (1,), .02), (top, most)


def check_coverage(picture, data):
    with open(data) as file:
        rows = [row for row in json.load(file)['coverage'] if row['answered'] > 0]
    frame, = picture.frames()
    check_no_text_on(picture, [frame])
    least = min(min(100 * row['accuracy'], 100 * row['uar']) for row in rows)
    axes = Axes(frame, (0, 100, 20), loose(least, 100, 6))
    xs = [100 * row['coverage'] for row in rows]
    for colour, figure in (BLUE, 'accuracy'), (VERMILLION, 'uar'):
        check_series(picture, axes, colour, xs, [100 * row[figure] for row in rows], True)
    hollow = [s for p in picture.find(fill=(1, 1, 1)) for s in p.subpaths]
    assert len(hollow) == 2 * sum(row['answered'] < 30 for row in rows)
    left, top, right, bottom = frame
    ticks = [s for p in picture.find(stroke=GREY) for s in p.subpaths
             if len(s) == 2 and near((s[0][1], s[1][1]), (top, top - 5))]
    assert near([s[0][0] for s in ticks], [axes.place(x, 0)[0] for x in xs])
    picture.expect('threshold', left, top - 36, right, top - 20)
    picture.expect(f'{rows[0]["threshold"]:.2f}', ticks[0][0][0] - 20, top - 20, ticks[0][0][0] + 20, top)
    picture.expect('clips that are answered (%)', left, bottom + 20, right, bottom + 40)
    picture.expect('accuracy, UAR (%)', left - 58, top, left - 36, bottom)
    axes.check_numbers(picture)


def check_architecture(picture, data):
    """`data` are lines TEXT|SHAPE|PARAMETERS, a box each."""
    rows = [line.split('|') for line in data.split('\n')]
    boxes = picture.frames()
    assert len(boxes) == len(rows)
    most = max(int(row[2] or 0) for row in rows)
    bars = [p.boxes()[0] for p in picture.find(fill=GREY) if len(p.subpaths[0]) == 4]
    assert len(bars) == sum(bool(row[2]) for row in rows)
    for (left, top, right, bottom), (text, shape, parameters) in zip(boxes, rows):
        picture.expect(text, left, top, right, bottom)
        if shape:
            picture.expect(shape, right, top, right + 110, bottom)
        if parameters:
            picture.expect(f'{int(parameters):,}', right + 110, top, right + 220, bottom)
            bar, = [b for b in bars if top < b[1] < bottom]
            assert near((bar[2] - bar[0],), (max(110 * int(parameters) / most, 1),))
    assert f'{sum(int(row[2] or 0) for row in rows):,} trainable parameters' in picture.description


kinds = {'any': check_any, 'curves': check_curves, 'confusion': check_confusion, 'reliability': check_reliability,
         'coverage': check_coverage, 'architecture': check_architecture}
the_picture = Picture(sys.argv[2])
check_any(the_picture)
kinds[sys.argv[1]](the_picture, sys.argv[3] if len(sys.argv) > 3 else None)
