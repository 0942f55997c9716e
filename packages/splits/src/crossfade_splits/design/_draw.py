"""One draw: the SFT order and the fresh problem matched to each place of the RL set.

Every place has a cell; places are laid out so that any number of first places holds each cell in
proportion. The SFT set takes problems of that cell from the front of a random order, the fresh set
from its back, so they never meet. Place i of the RL set at overlap p is SFT problem i where
i < round(p n), else fresh problem i: a swap within a cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crossfade_splits.design._strata import distances
from crossfade_splits.errors import UsageError
from crossfade_splits.pool import id_key, order_keys

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from crossfade_splits.design._strata import Strata


@dataclass(frozen=True)
class Draw:
    """Problems by place."""

    sft: NDArray[np.int64]
    """Problem of each SFT place; shared problems are its first places."""
    fresh: NDArray[np.int64]
    """Fresh problem of each RL place, -1 where no overlap asked for needs one."""
    order: NDArray[np.uint64]
    """A random key for each place, the order in which rows are written."""


def _weights(
    strata: Strata, sizes: NDArray[np.int64], mixture: dict[str, float]
) -> NDArray[np.float64]:
    """Each cell's share: the pool's own, or the mixture's spread over a source's cells."""
    if not mixture:
        own: NDArray[np.float64] = sizes / sizes.sum()
        return own
    sources = np.array([s if s is not None else "" for s in strata.sources])
    unknown = sorted(set(mixture) - set(sources.tolist()))
    if unknown:
        raise UsageError(
            f"A mixture must name sources of the pool, got {unknown}; it has "
            f"{sorted(set(sources.tolist()) - {''})}. Use its names, name the column that holds "
            "them (--source-column), and keep source in --stratify."
        )
    weights = np.zeros(len(sizes))
    total = sum(mixture.values())
    for name, share in mixture.items():
        mine = sources == name
        weights[mine] = share / total * sizes[mine] / sizes[mine].sum()
    return weights


def _layout(
    weights: NDArray[np.float64], places: int, labels: tuple[str, ...], seed: int
) -> NDArray[np.int64]:
    """The cell of each place: systematic, from a random start in each cell."""
    cells = np.flatnonzero(weights > 0)
    starts = [((id_key(f"{seed}/{labels[c]}") >> 11) + 1) / 2**53 for c in cells]
    counts = np.ceil(weights[cells] * places).astype(np.int64) + 2
    cell = np.repeat(cells, counts)
    nth = np.arange(len(cell)) - np.repeat(np.cumsum(counts) - counts, counts)
    due = (nth + np.repeat(starts, counts)) / weights[cell]
    laid: NDArray[np.int64] = cell[np.lexsort((cell, due))[:places]]
    return laid


class _Shelves:
    """Problems of each cell in random order, taken from both ends."""

    def __init__(self, strata: Strata, order: NDArray[np.uint64]) -> None:
        self.by_cell = np.lexsort((order, strata.cell))
        sizes = np.bincount(strata.cell, minlength=len(strata.labels))
        self.front = np.cumsum(sizes) - sizes
        self.back = np.cumsum(sizes)
        self._bins = strata.bins
        self._near: NDArray[np.int64] | None = None

    def take(self, cells: NDArray[np.int64], front: bool) -> NDArray[np.int64]:
        """One problem for each place, of the nearest cell where its own has run out.

        -1 in `cells` asks for none.
        """
        out = np.full(len(cells), -1, dtype=np.int64)
        late: list[int] = []
        for cell in np.unique(cells[cells >= 0]):
            places = np.flatnonzero(cells == cell)
            had = min(len(places), int(self.back[cell] - self.front[cell]))
            late.extend(places[had:].tolist())
            out[places[:had]] = self._cut(int(cell), had, front)
        for place in late:
            out[place] = self._cut(self._neighbour(int(cells[place])), 1, front)[0]
        return out

    def _cut(self, cell: int, count: int, front: bool) -> NDArray[np.int64]:
        cut: NDArray[np.int64]
        if front:
            self.front[cell] += count
            cut = self.by_cell[self.front[cell] - count : self.front[cell]]
        else:
            self.back[cell] -= count
            cut = self.by_cell[self.back[cell] : self.back[cell] + count][::-1]
        return cut

    def _neighbour(self, cell: int) -> int:
        if self._near is None:
            self._near = np.argsort(distances(self._bins), axis=1, kind="stable")
        left = self.back - self.front
        near = self._near[cell]
        return int(near[np.argmax(left[near] > 0)])


def draw(
    strata: Strata,
    ids: NDArray[np.uint64],
    sft: int,
    rl: int,
    unused: int,
    seed: int,
    mixture: dict[str, float],
) -> Draw:
    """Draw one SFT order and its matched fresh problems.

    Args:
        strata: the cell of each problem.
        ids: the id key of each problem.
        sft: size of the largest SFT set.
        rl: size of the largest RL set.
        unused: the first so many RL places are shared at every overlap and need no fresh problem.
        seed: of this draw.
        mixture: share of each source, or empty.

    Raises:
        UsageError: the pool holds fewer problems than SFT and fresh places.
    """
    needed = sft + rl - unused
    if needed > len(ids):
        raise UsageError(
            f"The pool must hold {needed:,} distinct problems (SFT {sft:,} + fresh "
            f"{rl - unused:,}), it holds {len(ids):,} after de-duplication and decontamination; "
            f"lower --sft or --rl by {needed - len(ids):,} in all, or raise the lowest --overlap."
        )
    sizes = np.bincount(strata.cell, minlength=len(strata.labels))
    cells = _layout(_weights(strata, sizes, mixture), max(sft, rl), strata.labels, seed)
    shelves = _Shelves(strata, order_keys(ids, seed, "problem"))
    chosen = shelves.take(cells[:sft], front=True)
    want = strata.cell[chosen][:rl]
    want = np.concatenate([want, cells[len(want) : rl]])
    want[:unused] = -1
    fresh = shelves.take(want, front=False)
    places = np.arange(max(sft, rl), dtype=np.uint64)
    return Draw(chosen, fresh, order_keys(places, seed, "place"))
