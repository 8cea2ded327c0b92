#!/usr/bin/env python3
# compare-check.py - computes a comparison anew from the exports of `seremotion analyze`
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Copyright (C) 2026 the seremotion authors
"""compare-check.py FOLDER: the manifest m.csv, what `seremotion compare` wrote of it (r.csv, r.json, r.html), and in csv/
what `seremotion analyze` did. Exit status 77 without pandas, SciPy or lxml."""

import json
import math
import os
import sys
import urllib.parse

try:
    import numpy
    import pandas
    from lxml import html
    from scipy import stats
except ImportError as error:
    print(f'{error.name} is not installed')
    sys.exit(77)

FOLDER = sys.argv[1]
PARTS = ['beginning', 'middle', 'end']


def path(name):
    return os.path.join(FOLDER, name)


def close(found, wanted, what, tolerance=1e-5):
    assert abs(found - wanted) <= tolerance, f'{what}: {found}, expected {wanted}'


manifest = pandas.read_csv(path('m.csv'))
rows = pandas.read_csv(path('r.csv'), keep_default_na=False, na_values={name: [''] for name in [
    'n', 'estimate', 'low', 'high', 'time_s', 'z', 'p', 'p_holm', 'p_least', 'gap']})
with open(path('r.json'), encoding='utf-8') as file:
    result = json.load(file)
labels = result['labels']

# ---- shares of each speech, from the windows ----

speeches = []
for line in manifest.itertuples():
    name = path(f'csv/{line.path[:-4]}.windows.csv')
    if not os.path.exists(name):
        assert line.path == 'no such file.wav'
        continue
    windows = pandas.read_csv(name)
    windows = windows[windows['emotion'] != 'none']
    end = pandas.read_csv(name)['end'].max()
    third = numpy.minimum((3 * (windows['start'] + windows['end']) / 2 / end).astype(int), 2)
    share = {label: (windows['leading'] == label).mean() for label in labels}
    parts = {part: {label: (windows['leading'][third == i] == label).mean() for label in labels}
             for i, part in enumerate(PARTS)}
    scores = {label: windows[f'score_{label}'] for label in labels}
    speeches.append({'path': line.path, 'speaker': line.speaker, 'sex': line.sex, 'share': share, 'parts': parts,
                     'scores': scores})
assert len(speeches) == 10
used = {label for label in labels if any(speech['share'][label] > 0 for speech in speeches)}
assert len(used) > 1, 'the recordings are too much alike to test anything'


def pick(**wanted):
    found = rows
    for column, value in wanted.items():
        found = found[found[column] == value]
    assert len(found) == 1, f'{len(found)} rows of {wanted}'
    return found.iloc[0]


for speech in speeches:
    for label in labels:
        row = pick(table='speech', file=speech['path'], part='whole', measure='share', label=label)
        close(row['estimate'], speech['share'][label], f'{speech["path"]} {label}')
        for part in PARTS:
            row = pick(table='speech', file=speech['path'], part=part, measure='share', label=label)
            close(row['estimate'], speech['parts'][part][label], f'{speech["path"]} {part} {label}')

# ---- speakers ----

names = list(dict.fromkeys(manifest['speaker']))
assert [speaker['name'] for speaker in result['speakers']] == names
groups = {name: [speech for speech in speeches if speech['speaker'] == name] for name in names}
for speaker in result['speakers']:
    own = groups[speaker['name']]
    assert speaker['speeches'] == len(own)
    for label in labels:
        values = [speech['share'][label] for speech in own]
        mean = numpy.mean(values)
        found = speaker['shares'][label]['plain']
        row = pick(table='speaker', speaker=speaker['name'], part='whole', measure='share', label=label)
        close(found['value'], mean, f'{speaker["name"]} {label}', 1e-9)
        close(row['estimate'], mean, f'{speaker["name"]} {label} in CSV')
        assert row['n'] == len(own)
        if len(own) < 2 or len(set(values)) == 1:
            assert found['low'] is None and numpy.isnan(row['low'])
        else:
            # As wide as Student's interval, but for the bounds at 0 and 1 and the skew.
            half = stats.t.ppf(0.975, len(own) - 1) * stats.sem(values)
            assert found['low'] <= mean <= found['high']
            assert found['high'] - found['low'] <= 3 * half
            assert found['low'] == 0 or found['high'] == 1 or found['high'] - found['low'] >= half
        for part in PARTS:
            mean = numpy.mean([speech['parts'][part][label] for speech in own])
            close(speaker['parts'][part][label]['value'], mean, f'{speaker["name"]} {part} {label}', 1e-9)
    total = sum(speaker['shares'][label]['corrected']['value'] for label in labels)
    close(total, 1, f'{speaker["name"]}: sum of the corrected shares', 1e-6)

# ---- the correction: shares that the matrix would turn into those observed, where there are such ----

matrix = numpy.where(numpy.eye(6) == 1, 600.5, 80.5)
matrix /= matrix.sum(axis=1, keepdims=True)
for speaker in result['speakers']:
    observed = numpy.array([speaker['shares'][label]['plain']['value'] for label in labels])
    corrected = numpy.array([speaker['shares'][label]['corrected']['value'] for label in labels])
    exact = numpy.linalg.solve(matrix.T, observed)
    if exact.min() > 0:
        assert abs(exact - corrected).max() < 1e-3, (exact, corrected)
    else:
        # The likeliest shares: no small step towards any label makes what was observed likelier.
        likelihood = (observed * numpy.log(corrected @ matrix)).sum()
        for label in numpy.eye(6):
            step = 0.999 * corrected + 0.001 * label
            assert (observed * numpy.log(step @ matrix)).sum() <= likelihood + 1e-6

# ---- differences ----


def distance(x, y, axis):
    return abs(numpy.mean(x, axis=axis) - numpy.mean(y, axis=axis))


GAP = {'anger': .05, 'disgust': 0, 'fear': .1, 'happiness': 0, 'neutral': .05, 'sadness': 0}
tests = []
for difference in result['differences']:
    a, b = ([speech['share'][difference['emotion']] for speech in groups[difference[side]]] for side in 'ab')
    what = f'{difference["a"]} - {difference["b"]}, {difference["emotion"]}'
    close(difference['plain']['value'], numpy.mean(a) - numpy.mean(b), what, 1e-9)
    if len(set(a + b)) == 1:
        assert not difference['tested'] and difference['p_least'] == 1, what
    else:
        least = (2 if len(a) == len(b) else 1) / math.comb(len(a) + len(b), len(a))
        close(difference['p_least'], least, f'{what}: smallest p', 1e-9)
        assert difference['tested'] == (least <= 0.05), what
    if difference['tested']:
        p = stats.permutation_test((a, b), distance, vectorized=True, n_resamples=numpy.inf,
                                   alternative='greater').pvalue
        close(difference['p'], p, f'{what}: p', 1e-9)
        tests.append(difference)
    sexes = {groups[difference[side]][0]['sex'] for side in 'ab'}
    gap = GAP[difference['emotion']] if len(sexes) == 2 else None
    assert (difference['gap'] is None) == (gap is None), what
    if gap is not None:
        close(difference['gap'], gap, f'{what}: gap', 1e-9)
    assert difference['within_gap'] == (gap is not None and abs(difference['plain']['value']) < gap), what
    row = pick(table='difference', speaker=difference['a'], other_speaker=difference['b'],
               label=difference['emotion'], measure='share')
    close(row['estimate'], difference['plain']['value'], what)
    assert ('smaller than' in row['note']) == difference['within_gap'], what
    assert ('not tested' in row['note']) != difference['tested'], what
    assert difference['equal'] == ('all speeches have the same share' in row['note']), what
assert result['tests'] == len(tests) > 0
smallest = 0
for i, test in enumerate(sorted(tests, key=lambda test: test['p'])):
    smallest = max(smallest, min(1, (len(tests) - i) * test['p']))
    close(test['p_holm'], smallest, 'Holm', 1e-9)
close(result['p_least'], min(1, len(tests) * min(test['p_least'] for test in tests)), 'smallest p', 1e-9)

# ---- moments ----

for speaker in result['speakers']:
    own = groups[speaker['name']]
    pooled = {label: pandas.concat([speech['scores'][label] for speech in own]) for label in labels}
    assert len(speaker['moments']) <= 10
    for moment in speaker['moments']:
        recording = result['recordings'][moment['recording']]
        assert recording['speaker'] == speaker['name'] and moment['link'].startswith(recording['path'] + '#t='), moment
    assert [m['z'] for m in speaker['moments']] == sorted((m['z'] for m in speaker['moments']), reverse=True)
    for moment in speaker['moments']:
        scores = pooled[moment['emotion']]
        close(moment['z'], (moment['score'] - scores.mean()) / scores.std(), f'{moment["link"]}: z', 1e-3)
    # The best score of all that a label has among windows that it leads is among the moments when anything is.
    if speaker['moments']:
        best = speaker['moments'][0]
        assert abs(pooled[best['emotion']].max() - best['score']) < 1e-5

# ---- the page ----

page = html.parse(path('r.html'))
assert not page.xpath('//script|//link|//img|//iframe|//object') and not page.xpath('//@onclick|//@src')
text = page.getroot().text_content()
assert 'http' not in ''.join(page.xpath('//@href')), 'a link to elsewhere'
links = [urllib.parse.urlsplit(link) for link in page.xpath('//a/@href')]
assert len(links) == sum(len(speaker['moments']) for speaker in result['speakers']) > 0
for link in links:
    assert os.path.isfile(path(urllib.parse.unquote(link.path))) and not link.query, link
    assert link.fragment.startswith('t=') and float(link.fragment[2:]) >= 0, link
for name in names:
    assert name in text, name
assert 'no such file.wav' in text and '<b>1</b>' in text and not page.xpath('//td/b|//i')
assert len(page.xpath('//section[h2="Shares"]//svg[@role="img"]//g')) == 6
tables = page.xpath('//table')
captions = [table.find('caption').text_content() for table in tables]
sizes = dict(zip(captions, [len(table.xpath('.//tbody/tr')) for table in tables], strict=True))
assert sizes['Share of the windows with speech, mean over speeches'] == 6 * len(names)
assert sizes['Difference of shares in percentage points'] == len(result['differences'])
assert sizes['Recordings'] == len(manifest)
marks = [f'{t.text}' for t in page.xpath('//section[h2="Shares"]//svg[@role="img"]//path/title')]
assert len(marks) == 2 * 6 * len(names), len(marks)
