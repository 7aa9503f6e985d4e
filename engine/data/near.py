"""Which texts say nearly the same: MinHash and locality-sensitive hashing, with every find verified.

Broder (1997): the smallest of the hashed shingles of two texts is the same one with the probability of their
resemblance. Several such minima, taken together as a band, bring the rows that are worth comparing into one bucket
(Leskovec et al., Mining of Massive Datasets, chapter 3). What shares a bucket is compared by its shingles, exactly
up to 256 of them and by its 256 smallest beyond (Broder's own sketch), so that a bucket is never taken for a find.

    near_duplicates(texts)        for a list that is to lose its near duplicates
    near_groups(texts)            for a split that keeps them on one side
    near_twins(held_out, train)   for a leakage check
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.data.shingles import Hashes, Places, shingled

Tick = Callable[[int], None]

DEFAULT_THRESHOLD = 0.7
_KEPT = 256  # shingles a row that are remembered for the comparison
_MINIMA = 96  # hashes a row at most
_MISSED = 0.02  # of pairs exactly at the threshold
_WINDOW = 8  # neighbours in a bucket that a row is compared with
_PARTNERS = 16  # finds after which two rows need not be compared
_ROUNDS = 20  # of looking for pairs that the buckets have not shown
_SORTED = 2_000_000  # hashes compared at a time
_LOW = np.uint64(2**32 - 1)
_HALF = np.uint64(32)


def near_duplicates(
    texts: Iterable[str], *, threshold: float = DEFAULT_THRESHOLD, shortest: int = 1, tick: Tick | None = None
) -> Places:
    """For each text the place of an earlier one that it resembles by ``threshold`` or more, or -1.

    The earlier one always has -1 itself, so that removing all others leaves a twin of each. Texts of fewer than
    ``shortest`` words are no twins of anything, nor are texts without a word. ``tick`` is called with how many texts
    were read, and may raise.
    """
    sketches = _sketched(texts, threshold=threshold, shortest=shortest, tick=tick)
    same = sketches.same()
    rows = np.flatnonzero(same == np.arange(len(same)))
    pairs = _pairs(sketches, rows, threshold, tick)
    for _ in range(_ROUNDS):
        if tick is not None:
            tick(len(same))
        lead = _leads(pairs, len(same))
        more = _second_hand(sketches, pairs, lead, threshold)
        if not len(more):
            break
        pairs = np.concatenate([pairs, more])
    again = (same >= 0) & (same != np.arange(len(same)))
    lead[again] = np.where(lead[same[again]] < 0, same[again], lead[same[again]])
    return lead


def near_groups(
    texts: Iterable[str], *, threshold: float = DEFAULT_THRESHOLD, shortest: int = 1, tick: Tick | None = None
) -> Places:
    """For each text a number that it shares with all it is connected to by resemblances of ``threshold`` or more:
    the place of the first of them. Texts without a twin have their own place. Otherwise as ``near_duplicates``."""
    sketches = _sketched(texts, threshold=threshold, shortest=shortest, tick=tick)
    same = sketches.same()
    places = np.arange(len(same))
    rows = np.flatnonzero(same == places)
    same = np.where(same < 0, places, same)
    parent = list(range(len(same)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for first, second in _listed(_pairs(sketches, rows, threshold, tick)):
        one, other = sorted((root(first), root(second)))
        parent[other] = one
    return np.fromiter((root(place) for place in same.tolist()), dtype=np.int64, count=len(same))


def near_twins(
    held_out: Iterable[str],
    train: Iterable[str],
    *,
    threshold: float = DEFAULT_THRESHOLD,
    shortest: int = 1,
    tick: Tick | None = None,
) -> Places:
    """For each held-out text the place of a training text that it resembles by ``threshold`` or more, or -1."""
    known = _sketched(train, threshold=threshold, shortest=shortest, tick=tick)
    offset = len(known.sizes)
    sketches = known.joined(_sketched(held_out, threshold=threshold, shortest=shortest, tick=tick))
    same = sketches.same()
    rows = np.flatnonzero(same == np.arange(len(same)))
    train_rows, asked = rows[rows < offset], rows[rows >= offset]
    twin = np.where((same >= 0) & (same < offset), same, -1)
    for band in range(len(sketches.bands)):
        asked = asked[twin[asked] < 0]
        if not len(asked):
            break
        if tick is not None:
            tick(len(same))
        found = train_rows[_within(sketches.bands[band][train_rows], sketches.bands[band][asked])]
        earlier, later = _in_buckets(sketches, np.concatenate([found, asked]), band)
        across = (earlier < offset) & (later >= offset)
        earlier, later = _verified(sketches, earlier[across], later[across], threshold)
        twin[later] = earlier
    copies = np.flatnonzero(same >= offset)
    twin[copies] = twin[same[copies]]
    return twin[offset:]


def resemblance(first: str, second: str) -> float:
    """The share of shingles that two texts have in common, 0 to 1; of two texts without a word, 0."""
    sets = [set(part.hashes.tolist()) for text in (first, second) for part in shingled([text])]
    together = len(sets[0] | sets[1])
    return len(sets[0] & sets[1]) / together if together else 0.0


# ---------------------------------------------------------------- sketches


@dataclass(frozen=True, slots=True)
class _Sketches:
    """What is remembered of each text. ``bands`` [bands, texts] are buckets; text ``i`` keeps the smallest of its
    ``sizes[i]`` shingles in ``kept[starts[i]:starts[i + 1]]``; ``prints`` [texts] are equal for equal sets."""

    bands: npt.NDArray[np.uint32]
    kept: npt.NDArray[np.uint32]
    starts: Places
    sizes: Places
    prints: Hashes

    def same(self) -> Places:
        """For each text the first with the same shingles, itself perhaps; -1 for a text that has none."""
        _, first, number = np.unique(self.prints, return_index=True, return_inverse=True)
        return np.where(self.sizes > 0, first[number], -1)

    def joined(self, other: "_Sketches") -> "_Sketches":
        """The texts of both, one after the other."""
        return _Sketches(
            np.concatenate([self.bands, other.bands], axis=1),
            np.concatenate([self.kept, other.kept]),
            np.concatenate([self.starts, other.starts[1:] + len(self.kept)]),
            np.concatenate([self.sizes, other.sizes]),
            np.concatenate([self.prints, other.prints]),
        )


def _sketched(texts: Iterable[str], *, threshold: float, shortest: int, tick: Tick | None) -> _Sketches:
    if not 0.0 < threshold <= 1.0:
        raise ValueError(f"a resemblance is above 0 and at most 1, not {threshold}")
    count, rows = bands_for(threshold)
    factors = np.random.default_rng(1997).integers(1, 2**63, size=(count, rows), dtype=np.uint64) * np.uint64(
        2
    )
    factors += np.uint64(1)
    parts = [_empty(count)]
    done = 0
    for part in shingled(texts):
        sizes = np.where(part.words >= shortest, np.diff(part.starts), 0)
        parts.append(_sketch(part.hashes, part.starts, sizes, factors))
        done += len(sizes)
        if tick is not None:
            tick(done)
    lengths = np.concatenate([np.diff(part.starts) for part in parts])
    return _Sketches(
        np.concatenate([part.bands for part in parts], axis=1),
        np.concatenate([part.kept for part in parts]),
        np.concatenate([[0], np.cumsum(lengths)]),
        np.concatenate([part.sizes for part in parts]),
        np.concatenate([part.prints for part in parts]),
    )


def bands_for(threshold: float) -> tuple[int, int]:
    """How many bands of how many minima: as long ones as find 98% of the pairs that are exactly at ``threshold``
    with 96 minima at most."""
    if threshold == 1.0:
        return 1, 1
    chosen = (_MINIMA, 1)
    for rows in range(1, 9):
        bands = math.ceil(math.log(_MISSED) / math.log1p(-(threshold**rows)))
        if bands * rows <= _MINIMA:
            chosen = (bands, rows)
    return chosen


def _empty(bands: int) -> _Sketches:
    nothing = np.empty(0, dtype=np.int64)
    return _Sketches(
        np.empty((bands, 0), dtype=np.uint32),
        np.empty(0, dtype=np.uint32),
        np.zeros(1, dtype=np.int64),
        nothing,
        nothing.astype(np.uint64),
    )


def _sketch(hashes: Hashes, starts: Places, sizes: Places, factors: Hashes) -> _Sketches:
    bands = np.zeros((len(factors), len(sizes)), dtype=np.uint32)
    prints = np.zeros(len(sizes), dtype=np.uint64)
    filled = np.flatnonzero(sizes)
    lengths = np.minimum(sizes, _KEPT)
    kept = (hashes[_ragged(starts[:-1], lengths)] >> np.uint64(20)).astype(np.uint32)
    if len(filled):
        hashes = hashes[_ragged(starts[filled], sizes[filled])]
        begins = np.cumsum(sizes[filled]) - sizes[filled]
        prints[filled] = np.add.reduceat((hashes ^ (hashes >> np.uint64(17))) * factors[0, 0], begins)
        for band, row in enumerate(factors):
            key = np.zeros(len(filled), dtype=np.uint64)
            for factor in row:
                key = (key ^ np.minimum.reduceat(hashes * factor, begins)) * factors[0, 0]
            bands[band, filled] = key >> _HALF
    return _Sketches(bands, kept, np.concatenate([[0], np.cumsum(lengths)]), sizes, prints)


# ---------------------------------------------------------------- pairs


def _pairs(sketches: _Sketches, rows: Places, threshold: float, tick: Tick | None) -> Hashes:
    """Each two of ``rows`` that resemble each other and share a bucket: the later one's place in the upper half of
    the bits, the earlier one's in the lower."""
    partners = np.zeros(len(sketches.sizes), dtype=np.int64)
    found = np.empty(0, dtype=np.uint64)
    for band in range(len(sketches.bands)):
        if tick is not None:
            tick(len(sketches.sizes))
        earlier, later = _in_buckets(sketches, rows, band)
        wanted = np.minimum(partners[earlier], partners[later]) < _PARTNERS
        pairs = _distinct(_joined(earlier[wanted], later[wanted]))
        earlier, later = _verified(sketches, *_halves(pairs[~_within(pairs, found)]), threshold)
        np.add.at(partners, np.concatenate([earlier, later]), 1)
        found = np.concatenate([found, _joined(earlier, later)])
    return found


def _leads(pairs: Hashes, count: int) -> Places:
    """For each row the first of its earlier partners that stays, or -1: then it stays itself."""
    lead = [-1] * count
    for first, second in _listed(np.sort(pairs)):
        if lead[second] < 0 and lead[first] < 0:
            lead[second] = first
    return np.asarray(lead, dtype=np.int64)


def _second_hand(sketches: _Sketches, pairs: Hashes, lead: Places, threshold: float) -> Hashes:
    """Pairs that no bucket has shown: a row that stays, and what its partner had to go for."""
    earlier, later = _halves(pairs)
    stays = np.concatenate([later[lead[later] < 0], earlier[lead[later] >= 0]])
    other = np.concatenate([lead[earlier[lead[later] < 0]], lead[later[lead[later] >= 0]]])
    new = (lead[stays] < 0) & (other >= 0) & (stays != other)
    stays, other = stays[new], other[new]
    found = _distinct(_joined(np.minimum(stays, other), np.maximum(stays, other)))
    return _joined(*_verified(sketches, *_halves(found[~_within(found, pairs)]), threshold))


def _listed(pairs: Hashes) -> Iterator[tuple[int, int]]:
    """The earlier and the later of each pair, some at a time as numbers of Python."""
    for begin in range(0, len(pairs), _SORTED):
        earlier, later = _halves(pairs[begin : begin + _SORTED])
        yield from zip(earlier.tolist(), later.tolist(), strict=True)


def _joined(earlier: Places, later: Places) -> Hashes:
    return (later.astype(np.uint64) << _HALF) | earlier.astype(np.uint64)


def _halves(pairs: Hashes) -> tuple[Places, Places]:
    return (pairs & _LOW).astype(np.int64), (pairs >> _HALF).astype(np.int64)


def _in_buckets(sketches: _Sketches, rows: Places, band: int) -> tuple[Places, Places]:
    """Pairs of ``rows`` that are neighbours in a bucket of ``band``; inside a bucket the next band gives the order,
    which brings those together that have most in common. Each is also paired with the bucket's first."""
    key = sketches.bands[band][rows].astype(np.uint64) << _HALF
    key |= sketches.bands[(band + 1) % len(sketches.bands)][rows].astype(np.uint64)
    order = np.argsort(key, kind="stable")
    bucket = (key[order] >> _HALF).astype(np.uint32)
    equal = bucket[1:] == bucket[:-1]
    crowded = np.flatnonzero(np.concatenate([equal, [False]]) | np.concatenate([[False], equal]))
    bucket, members = bucket[crowded], rows[order[crowded]]
    if not len(members):
        return members, members
    begins = np.flatnonzero(np.concatenate([[True], bucket[1:] != bucket[:-1]]))
    ones = [np.repeat(np.minimum.reduceat(members, begins), np.diff(begins, append=len(members)))]
    others = [members]
    for distance in range(1, _WINDOW + 1):
        together = np.flatnonzero(bucket[distance:] == bucket[:-distance])
        if not len(together):
            break
        ones.append(members[together])
        others.append(members[together + distance])
    one, other = np.concatenate(ones), np.concatenate(others)
    one, other = one[one != other], other[one != other]
    return np.minimum(one, other), np.maximum(one, other)


def _verified(sketches: _Sketches, ones: Places, others: Places, threshold: float) -> tuple[Places, Places]:
    """The pairs that resemble each other by ``threshold`` or more."""
    small = np.minimum(sketches.sizes[ones], sketches.sizes[others])
    large = np.maximum(sketches.sizes[ones], sketches.sizes[others])
    possible = small >= threshold * large
    ones, others = ones[possible], others[possible]
    if not len(ones):
        return ones, others
    alike = [_resemblances(sketches, *part) >= threshold for part in _portions(sketches, ones, others)]
    good = np.concatenate(alike)
    return ones[good], others[good]


def _portions(sketches: _Sketches, ones: Places, others: Places) -> Iterator[tuple[Places, Places]]:
    lengths = np.diff(sketches.starts)
    portion = np.cumsum(lengths[ones] + lengths[others]) // _SORTED
    for cut in np.split(np.arange(len(ones)), np.flatnonzero(np.diff(portion)) + 1):
        yield ones[cut], others[cut]


def _resemblances(sketches: _Sketches, ones: Places, others: Places) -> npt.NDArray[np.float64]:
    """Of each pair: shared shingles among all, or among the smallest of all where not all are remembered."""
    lengths = np.diff(sketches.starts)
    both = np.concatenate([ones, others])
    pair = np.tile(np.arange(len(ones)), 2)
    flat = sketches.kept[_ragged(sketches.starts[both], lengths[both])]
    keys = (np.repeat(pair, lengths[both]).astype(np.uint64) << _HALF) | flat
    keys.sort()
    again = np.concatenate([[False], keys[1:] == keys[:-1]])
    owner = (keys >> _HALF).astype(np.int64)
    distinct = np.bincount(owner[~again], minlength=len(ones))
    rank = np.cumsum(~again) - 1 - (np.cumsum(distinct) - distinct)[owner]
    cut = np.maximum(sketches.sizes[ones], sketches.sizes[others]) > _KEPT
    limit = np.where(cut, np.minimum(distinct, _KEPT), distinct)
    shared = np.bincount(owner[again & (rank < limit[owner])], minlength=len(ones))
    return shared / np.maximum(limit, 1)


def _distinct(pairs: Hashes) -> Hashes:
    """Ascending and each once; sorting is many times faster here than the hash table of ``numpy.unique``."""
    pairs = np.sort(pairs)
    return pairs[np.concatenate([[True], pairs[1:] != pairs[:-1]])] if len(pairs) else pairs


def _within(values: npt.NDArray[Any], known: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Which of ``values`` are among the ``known``."""
    if not len(known):
        return np.zeros(len(values), dtype=np.bool_)
    known = np.sort(known)
    places = np.minimum(np.searchsorted(known, values), len(known) - 1)
    return known[places] == values


def _ragged(starts: Places, lengths: Places) -> Places:
    """The places ``starts[i] ... starts[i] + lengths[i]`` of all i, one after the other."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(starts - (ends - lengths), lengths)
