# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 the seremotion authors
"""sounds.py - synthetic music, applause, crowds and noises, and what rooms and microphones do to a sound

All functions take a numpy.random.Generator first and give mono float64 arrays at 16 kHz; levels are arbitrary unless
said. What is modelled after whom is in docs/gate.md.
"""
import numpy as np

RATE = 16000


# ---- small tools ----

def rms(x):
    return float(np.sqrt(np.mean(x * x) + 1e-20))


def normalised(x):
    return x / rms(x)


def db(value):
    return 10.0 ** (value / 20.0)


def log_uniform(rng, low, high):
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def shape(x, gain):
    """Filters by a function of frequency in Hz that gives linear gains."""
    n = len(x) + -len(x) % 512
    return np.fft.irfft(np.fft.rfft(x, n) * gain(np.fft.rfftfreq(n, 1.0 / RATE)), n)[:len(x)]


def bell(centre, width):
    """A resonance: 1 at `centre`, half power `width` Hz apart."""
    return lambda f: 1.0 / np.sqrt(1.0 + ((f - centre) / (width / 2.0)) ** 2)


def resample(x, factor):
    """Plays `factor` times as fast, by linear interpolation after a low-pass where it is needed."""
    if factor > 1.02:
        x = shape(x, lambda f: 1.0 / (1.0 + (f * factor / 7600.0) ** 16))
    places = np.arange(0, len(x) - 1, factor)
    return np.interp(places, np.arange(len(x)), x)


def cut(rng, x, n):
    """n samples from anywhere in x, which is repeated where it is too short."""
    if len(x) < n:
        x = np.tile(x, n // len(x) + 1)
    start = rng.integers(0, len(x) - n + 1)
    return x[start:start + n].copy()


def add_at(out, at, x):
    """Adds x to out from sample `at` on, as far as it fits."""
    if at >= len(out):
        return
    x = x[:len(out) - at]
    out[at:at + len(x)] += x


def slow_curve(rng, n, per_second, low, high):
    """A random curve between low and high that has about `per_second` corners."""
    corners = max(2, int(n / RATE * per_second) + 2)
    return np.interp(np.linspace(0, corners - 1, n), np.arange(corners), rng.uniform(low, high, corners))


# ---- rooms and microphones ----

def room(rng, rt60=None, wet=None):
    """An impulse response: a direct sound and exponentially decaying noise (Moorer 1979), darker towards its end."""
    rt60 = rt60 or log_uniform(rng, 0.12, 1.6)
    wet = wet if wet is not None else log_uniform(rng, 0.1, 1.5)
    n = int(min(1.2, rt60) * RATE)
    t = np.arange(n) / RATE
    tail = rng.standard_normal(n) * np.exp(-6.9 * t / rt60)
    dark = shape(tail, lambda f: 1.0 / (1.0 + (f / 1500.0) ** 2))
    fade = np.linspace(0.0, 1.0, n)
    tail = tail * (1 - fade) + dark * fade
    tail[:int(rng.uniform(0.001, 0.02) * RATE)] = 0
    response = tail / np.sqrt(np.sum(tail * tail)) * wet
    response[0] = 1.0
    return response


def convolve(x, response):
    n = len(x) + len(response)
    n += -n % 512
    return np.fft.irfft(np.fft.rfft(x, n) * np.fft.rfft(response, n), n)[:len(x)]


def equaliser(rng, depth):
    """A smooth random response of up to `depth` dB either way."""
    corners = rng.uniform(-depth, depth, 7)
    return lambda f: db(np.interp(np.log2(np.maximum(f, 40.0) / 40.0), np.linspace(0, 7.65, 7), corners))


def band_limit(rng):
    kind = rng.integers(4)
    low = rng.uniform(200, 400) if kind == 0 else log_uniform(rng, 30, 250)
    high = rng.uniform(3200, 3900) if kind <= 1 else log_uniform(rng, 3000, 7500)
    return lambda f: 1.0 / np.sqrt(1 + (low / np.maximum(f, 1)) ** 8) / np.sqrt(1 + (f / high) ** 24)


# ---- noises ----

def coloured(rng, n, slope):
    """Noise whose spectrum falls by `slope` dB per octave above 50 Hz."""
    return shape(rng.standard_normal(n), lambda f: db(-slope * np.log2(np.maximum(f, 50.0) / 50.0)))


def hum(rng, n):
    t = np.arange(n) / RATE
    f0 = rng.choice([50.0, 60.0, 100.0, 120.0, rng.uniform(30, 400)])
    x = sum(rng.uniform(0, 1) / k ** rng.uniform(0.3, 1.5) * np.sin(2 * np.pi * k * f0 * t + rng.uniform(0, 6.3))
            for k in range(1, int(rng.integers(2, 16))))
    return x + coloured(rng, n, 4) * log_uniform(rng, 0.003, 0.5)


def engine(rng, n):
    """A pulse train of wandering rate through resonances, with noise: motors, propellers, machines."""
    rate = log_uniform(rng, 8, 250) * slow_curve(rng, n, rng.choice([0.2, 1, 4]), 0.8, 1.25)
    phase = np.cumsum(rate) / RATE
    pulses = (phase % 1.0 < rng.uniform(0.05, 0.4)).astype(float)
    pulses = pulses - pulses.mean() + rng.standard_normal(n) * log_uniform(rng, 0.01, 0.7) * (
        1 + rng.uniform(0, 1) * np.sin(2 * np.pi * phase))
    peaks = [(log_uniform(rng, 60, 5000), log_uniform(rng, 40, 900)) for _ in range(3)]
    return shape(pulses, lambda f: sum(bell(c, w)(f) for c, w in peaks) + 0.05)


def tones(rng, n):
    """Beeps, chirps, sirens, whistles, dialling."""
    t = np.arange(n) / RATE
    kind = rng.integers(5)
    if kind == 0:
        x = sum(np.sin(2 * np.pi * log_uniform(rng, 100, 6000) * t) for _ in range(rng.integers(1, 4)))
    elif kind == 1:
        f = slow_curve(rng, n, rng.uniform(0.5, 5), *sorted([log_uniform(rng, 150, 6000), log_uniform(rng, 150, 6000)]))
        x = np.sin(2 * np.pi * np.cumsum(f) / RATE)
    elif kind == 2:
        period = log_uniform(rng, 0.15, 4)
        low, high = sorted([log_uniform(rng, 300, 3000), log_uniform(rng, 300, 3000)])
        wave = (1 - np.cos(2 * np.pi * t / period)) / 2 if rng.random() < 0.5 else (t / period % 1 < 0.5)
        x = np.sin(2 * np.pi * np.cumsum(low + (high - low) * wave) / RATE)
        x = np.tanh(x * log_uniform(rng, 0.3, 6))
    elif kind == 3:
        x = np.zeros(n)
        step = int(rng.uniform(0.08, 0.3) * RATE)
        for at in range(0, n, step):
            length = int(step * rng.uniform(0.4, 0.9))
            s = np.arange(length) / RATE
            add_at(x, at, np.sin(2 * np.pi * rng.choice([697, 770, 852, 941]) * s)
                   + np.sin(2 * np.pi * rng.choice([1209, 1336, 1477, 1633]) * s))
    else:
        f = log_uniform(rng, 500, 5000)
        on = (t * log_uniform(rng, 0.5, 8) % 1) < rng.uniform(0.1, 0.8)
        x = np.sin(2 * np.pi * f * t) * on
    return x + rng.standard_normal(n) * log_uniform(rng, 0.001, 0.2)


def events(rng, n):
    """Single knocks, clicks, splashes, bounces, calls: decaying modes or noise bursts at random or regular times."""
    x = np.zeros(n)
    regular, gap = rng.random() < 0.4, log_uniform(rng, 0.05, 1.2)
    same, kind, at = rng.random() < 0.6, rng.integers(4), rng.uniform(0, gap)
    sound = None
    while at * RATE < n:
        if sound is None or not same:
            sound = event(rng, kind)
        add_at(x, int(at * RATE), sound * db(rng.uniform(-12, 0)))
        at += gap * (rng.uniform(0.95, 1.05) if regular else rng.exponential() + 0.02)
    return x + coloured(rng, n, rng.uniform(0, 6)) * rms(x) * log_uniform(rng, 0.003, 0.4)


def event(rng, kind):
    length = int(log_uniform(rng, 0.03, 0.9) * RATE)
    t = np.arange(length) / RATE
    decay = np.exp(-t * log_uniform(rng, 4, 200))
    if kind == 0:
        return sum(rng.uniform(0, 1) * np.sin(2 * np.pi * log_uniform(rng, 80, 6000) * t)
                   * np.exp(-t * log_uniform(rng, 5, 150)) for _ in range(rng.integers(2, 9)))
    if kind == 1:
        return shape(rng.standard_normal(length) * decay, bell(log_uniform(rng, 100, 6000), log_uniform(rng, 100, 4000)))
    if kind == 2:  # a call of an animal: harmonics on one gliding pitch, one colour throughout
        f = np.interp(t, [0, t[-1] * rng.uniform(0.2, 0.8), t[-1]], log_uniform(rng, 150, 2500) * rng.uniform(0.6, 1.5, 3))
        phase = 2 * np.pi * np.cumsum(f) / RATE
        voice = sum(np.sin(k * phase) / k ** rng.uniform(0.2, 1.5) for k in range(1, 9) if k * f.max() < 7800)
        voice = voice * np.sin(np.pi * np.arange(length) / length) ** rng.uniform(0.3, 1.5)
        return shape(voice + 0.05 * rng.standard_normal(length), bell(log_uniform(rng, 400, 4000), 1500)) * 3
    burst = rng.standard_normal(length) * np.sin(np.pi * np.arange(length) / length) ** rng.uniform(0.3, 3)
    return shape(burst, equaliser(rng, 20))


def gusts(rng, n):
    """Wind, waves, rain, traffic: noise whose level and colour swell."""
    x = coloured(rng, n, rng.uniform(-1, 9))
    y = shape(rng.standard_normal(n), bell(log_uniform(rng, 200, 5000), log_uniform(rng, 200, 3000)))
    speed = log_uniform(rng, 0.2, 6)
    return normalised(x) * db(slow_curve(rng, n, speed, -25, 0)) + normalised(y) * db(slow_curve(rng, n, speed, -30, 0))


def noise(rng, n):
    kind = rng.integers(8)
    if kind == 0:
        return coloured(rng, n, rng.choice([0.0, 3.0, 6.0, rng.uniform(-3, 9)]))
    if kind == 1:
        return hum(rng, n)
    if kind == 2:
        return engine(rng, n)
    if kind == 3:
        return tones(rng, n)
    if kind == 4:
        return events(rng, n)
    if kind == 5:
        return gusts(rng, n)
    if kind == 6:  # modulated at the rate of syllables and around it, which speech is told by
        t = np.arange(n) / RATE
        depth, rate = rng.uniform(0.2, 1), log_uniform(rng, 0.5, 30)
        x = shape(rng.standard_normal(n), equaliser(rng, 25))
        return x * (1 + depth * np.sin(2 * np.pi * rate * t + rng.uniform(0, 6.3))) * db(slow_curve(rng, n, 4, -6, 0))
    density = log_uniform(rng, 3, 4000) / RATE  # crackle
    x = (rng.random(n) < density) * rng.standard_normal(n)
    return shape(x, bell(log_uniform(rng, 200, 7000), log_uniform(rng, 500, 8000))) + 1e-4 * rng.standard_normal(n)


# ---- applause ----

def clap(rng, centre, width):
    """One hand clap: noise with a sharp start that decays within milliseconds, coloured by the cavity between the hands
    (Peltola, Erkut, Cook and Valimaki, "Synthesis of hand clapping sounds", IEEE TASLP 15(3), 2007)."""
    n = int(0.06 * RATE)
    t = np.arange(n) / RATE
    burst = rng.standard_normal(n) * np.exp(-t / log_uniform(rng, 0.002, 0.012))
    return normalised(shape(burst, lambda f: bell(centre, width)(f) + rng.uniform(0.02, 0.2)))


def applause(rng, n, clappers=None):
    """An audience: each clapper has hands of their own (centre 0.5 to 2.8 kHz by how they are held), a rate of 2.5 to 5 per
    second that wanders, a distance; sometimes all clap together; the hall answers."""
    clappers = clappers or int(log_uniform(rng, 3, 250))
    together = rng.random() < 0.12
    common = rng.uniform(1.6, 3.5)
    x = np.zeros(n + RATE // 2)
    for _ in range(clappers):
        centre, width = log_uniform(rng, 500, 2800), log_uniform(rng, 300, 2200)
        sounds = [clap(rng, centre, width) for _ in range(3)]
        period = 1.0 / (common if together else rng.uniform(2.5, 5.0))
        jitter = rng.uniform(0.01, 0.05) if together else rng.uniform(0.02, 0.3)
        level = db(rng.uniform(-14, 0))
        at = rng.uniform(0, 0.08 if together else 2 * period) + (0 if together else rng.exponential(0.1))
        while at * RATE < n:
            add_at(x, int(at * RATE), sounds[rng.integers(3)] * level * rng.uniform(0.6, 1))
            at += max(0.05, period * (1 + jitter * rng.standard_normal()))
    x = x[:n]
    if rng.random() < 0.8:
        x = convolve(x, room(rng, log_uniform(rng, 0.3, 2.5), log_uniform(rng, 0.3, 6)))
    x = normalised(x)
    if rng.random() < 0.3:
        x = x + normalised(cheers(rng, n)) * db(rng.uniform(-20, -3))
    return x * db(slow_curve(rng, n, rng.choice([0.1, 0.3]), -12, 0))


# ---- crowds ----

VOWELS = [(730, 1090, 2440), (530, 1840, 2480), (570, 840, 2410), (300, 870, 2240), (490, 1350, 1690), (270, 2290, 3010)]


def call(rng, seconds):
    """One drawn-out shouted vowel: a pulse train on a rising and falling pitch through three formants (Peterson and
    Barney 1952)."""
    n = int(seconds * RATE)
    top = log_uniform(rng, 150, 650)
    f = np.interp(np.linspace(0, 1, n), [0, 0.25, 0.7, 1], top * np.array([0.7, 1, rng.uniform(0.85, 1.05), 0.65]))
    f *= 1 + rng.uniform(0, 0.03) * np.sin(2 * np.pi * rng.uniform(4, 8) * np.arange(n) / RATE)
    phase = np.cumsum(f) / RATE
    pulses = (phase % 1.0) * 2 - 1 + rng.standard_normal(n) * rng.uniform(0.05, 0.6)
    scale = rng.uniform(0.9, 1.25)
    peaks = [(p * scale, w) for p, w in zip(VOWELS[rng.integers(len(VOWELS))], (110, 150, 220))]
    x = shape(pulses, lambda g: sum(bell(c, w)(g) * a for (c, w), a in zip(peaks, (1, 0.6, 0.3))) + 0.01)
    return normalised(x) * np.sin(np.pi * np.linspace(0, 1, n)) ** 0.5


def cheers(rng, n):
    """Many overlapping calls, a few whistles, and the roar behind."""
    x = np.zeros(n)
    calls = [call(rng, rng.uniform(0.3, 2.2)) for _ in range(24)]
    for _ in range(int(log_uniform(rng, 8, 70) * n / RATE / 2) + 6):
        add_at(x, int(rng.uniform(-0.5, n / RATE) * RATE) % n, calls[rng.integers(24)] * db(rng.uniform(-12, 0)))
    for _ in range(rng.poisson(0.15 * n / RATE)):
        t = np.arange(int(rng.uniform(0.2, 1.0) * RATE)) / RATE
        f = rng.uniform(1200, 3500) * np.interp(t, [0, t[-1] / 2, t[-1]], rng.uniform(0.8, 1.2, 3))
        add_at(x, rng.integers(n), np.sin(2 * np.pi * np.cumsum(f) / RATE) * np.hanning(len(t)) * rng.uniform(0.3, 2))
    roar = shape(rng.standard_normal(n), lambda f: bell(rng.uniform(500, 1200), 1200)(f) + 0.05)
    x = normalised(x) + normalised(roar) * log_uniform(rng, 0.1, 2)
    if rng.random() < 0.8:
        x = convolve(x, room(rng, log_uniform(rng, 0.3, 2.5), log_uniform(rng, 0.3, 4)))
    return x


def babble(rng, n, voices):
    """Eight or more people talking at once, so many that none can be followed; `voices (rng, n, gap, whole)` gives one of
    them for n samples, who pauses for `gap` seconds."""
    gap, whole = rng.choice([0.05, 0.15, 0.5, 1.2]), rng.random() < 0.3
    count = int(log_uniform(rng, 8, 64) * (1 + (gap + 0.6 * whole) / 2))
    spread = rng.uniform(0, 4) if rng.random() < 0.6 else 0.0
    x = np.zeros(n)
    for _ in range(count):
        x += normalised(voices(rng, n, gap, whole)) * db(rng.uniform(-spread, 0))
    if rng.random() < 0.4:
        x = convolve(x, room(rng, log_uniform(rng, 0.3, 2.0), log_uniform(rng, 0.2, 3)))
    x = normalised(x)
    if rng.random() < 0.2:
        x += normalised(cheers(rng, n)) * db(rng.uniform(-15, 0))
    if rng.random() < 0.15:
        x += normalised(applause(rng, n)) * db(rng.uniform(-15, -3))
    return x


# ---- music ----

SCALES = [(0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 2, 4, 7, 9), (0, 3, 5, 6, 7, 10), (0, 2, 3, 5, 7, 9, 10)]


def plucked(rng, f, n, state):
    """Karplus and Strong, "Digital synthesis of plucked-string and drum timbres", CMJ 7(2), 1983, worked period by period."""
    period = max(2, int(round(RATE / f)))
    line = rng.uniform(-1, 1, period)
    if state['soft']:
        line = (line + np.roll(line, 1) + np.roll(line, 2)) / 3
    rows = []
    for _ in range(n // period + 1):
        rows.append(line)
        line = state['damp'] * (0.5 * line + 0.5 * np.roll(line, 1))
    return np.concatenate(rows)[:n]


def struck(rng, f, n, state):
    """Decaying partials, harmonic (piano) or stretched (bells, celesta, mallets)."""
    t = np.arange(n) / RATE
    x = np.zeros(n)
    for k in range(1, 10):
        g = f * k ** state['stretch']
        if g < 7800:
            x += k ** -state['slope'] * np.exp(-t * state['decay'] * k ** 0.6) * np.sin(2 * np.pi * g * t)
    return x


def sustained(rng, f, n, state):
    """Strings, winds, brass, organs, synthesisers: harmonics, vibrato, an envelope; one formant colours a choir."""
    t = np.arange(n) / RATE
    bend = 1 + state['vibrato'] * np.sin(2 * np.pi * state['speed'] * t + rng.uniform(0, 6.3)) * np.minimum(1, t * 4)
    phase = 2 * np.pi * np.cumsum(f * bend) / RATE
    x = np.zeros(n)
    for k in range(1, 16):
        if k * f < 7600 and (not state['odd'] or k % 2):
            colour = 1.0 if state['formant'] is None else 0.05 + bell(state['formant'], 400)(k * f)
            x += k ** -state['slope'] * colour * np.sin(k * phase + state['phases'][k])
    x += rng.standard_normal(n) * state['breath'] * np.abs(x).max()
    attack, release = int(state['attack'] * RATE) + 1, int(0.04 * RATE)
    envelope = np.minimum(1, np.arange(n) / attack) * np.minimum(1, (n - np.arange(n)) / release)
    return x * envelope * (1 - state['swell'] + state['swell'] * np.sin(np.pi * np.arange(n) / n))


def modulated(rng, f, n, state):
    """Frequency modulation (Chowning 1973): electric pianos, brass, bells."""
    t = np.arange(n) / RATE
    index = state['index'] * np.exp(-t * state['decay'])
    x = np.sin(2 * np.pi * f * t + index * np.sin(2 * np.pi * f * state['ratio'] * t))
    return x * np.exp(-t * state['decay'] * 0.6) * np.minimum(1, (n - np.arange(n)) / 400)


def instrument(rng):
    """A function of (frequency, samples) that plays one note, always with the same colour."""
    play = [plucked, struck, sustained, sustained, modulated][rng.integers(5)]
    state = {
        'soft': rng.random() < 0.6, 'damp': rng.uniform(0.985, 0.9995), 'stretch': rng.choice([1.0, 1.0, 1.01, 1.4]),
        'slope': rng.uniform(0.4, 2.2), 'decay': log_uniform(rng, 0.8, 12), 'vibrato': rng.choice([0, rng.uniform(0, 0.015)]),
        'speed': rng.uniform(4, 7.5), 'odd': rng.random() < 0.2, 'phases': rng.uniform(0, 6.3, 16),
        'formant': rng.uniform(400, 2500) if rng.random() < 0.3 else None, 'breath': rng.choice([0, log_uniform(rng, 1e-3, 0.05)]),
        'attack': log_uniform(rng, 0.005, 0.2), 'swell': rng.uniform(0, 0.9), 'index': rng.uniform(0.5, 8),
        'ratio': rng.choice([1, 2, 3, 1.41, 3.5, 0.5]),
    }
    return lambda f, n: play(rng, f, n, state)


def drum(rng, kind):
    n = int(0.3 * RATE)
    t = np.arange(n) / RATE
    if kind == 0:
        f = 45 + 120 * np.exp(-t * 40)
        return np.sin(2 * np.pi * np.cumsum(f) / RATE) * np.exp(-t * 14) * 2
    if kind == 1:
        body = np.sin(2 * np.pi * rng.uniform(160, 260) * t) * np.exp(-t * 25)
        return body + rng.standard_normal(n) * np.exp(-t * rng.uniform(12, 30))
    return shape(rng.standard_normal(n) * np.exp(-t * log_uniform(rng, 10, 90)), lambda f: (f / 8000) ** 2) * 2


def drums(rng, n, beat):
    x = np.zeros(n)
    kits = [drum(rng, kind) for kind in (0, 1, 2)]
    patterns = [rng.random(8) < p for p in (0.35, 0.3, 0.7)]
    patterns[0][0] = True
    for i in range(int(n / RATE / beat * 2) + 1):
        for kit, pattern, level in zip(kits, patterns, (1, 0.8, 0.35)):
            if pattern[i % 8]:
                add_at(x, int(i * beat / 2 * RATE), kit * level * rng.uniform(0.7, 1))
    return x


def notes(rng, n, beat, scale, root, part):
    """One voice of the piece: melody, arpeggio, chords or bass."""
    play, x, at, step = instrument(rng), np.zeros(n), 0.0, int(rng.integers(0, 7))
    octave = {'melody': rng.uniform(0, 2), 'arpeggio': rng.uniform(0, 1.5), 'chords': rng.uniform(-1, 1), 'bass': -1.5}[part]
    durations = {'melody': [0.5, 0.5, 1, 1, 1.5, 2, 0.25], 'arpeggio': [rng.choice([0.25, 0.5])],
                 'chords': [2, 4, 4, 1], 'bass': [1, 2, 0.5]}[part]
    legato = rng.uniform(0.6, 1.15)
    while at * RATE < n:
        length = float(rng.choice(durations)) * beat
        step = int(np.clip(step + rng.integers(-3, 4), -4, 12)) if part != 'arpeggio' else (step + 2) % 9
        tones_ = (0, 2, 4) if part == 'chords' else (0,)
        if part == 'arpeggio' or rng.random() > 0.1:
            for tone in tones_:
                degree = step + tone
                key = root + 12 * round(octave) + 12 * (degree // len(scale)) + scale[degree % len(scale)]
                f = 261.63 * 2 ** (key / 12)
                if 35 < f < 3500:
                    note = play(f, max(64, int(min(length * legato, n / RATE - at + 0.1) * RATE)))
                    fade = np.minimum(1, (len(note) - np.arange(len(note))) / 160)
                    add_at(x, int((at + abs(rng.normal(0, 0.008))) * RATE), note * fade * rng.uniform(0.5, 1))
        at += length
    return x


def music(rng, n):
    beat, scale, root = 60.0 / rng.uniform(55, 180), SCALES[rng.integers(len(SCALES))], int(rng.integers(-6, 7))
    parts = [p for p, share in (('melody', 0.7), ('arpeggio', 0.35), ('chords', 0.5), ('bass', 0.4), ('drums', 0.4))
             if rng.random() < share] or ['melody']
    x = np.zeros(n)
    for part in parts:
        y = drums(rng, n, beat) if part == 'drums' else notes(rng, n, beat, scale, root, part)
        if rms(y) > 1e-9:
            x += normalised(y) * db(rng.uniform(-10, 0))
    if rng.random() < 0.6:
        x = convolve(x, room(rng))
    return x + 1e-5 * rng.standard_normal(n)
