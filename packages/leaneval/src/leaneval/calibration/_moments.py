"""What S@k would be had the judge made no errors: an unbiased estimator for known error rates.

Let a rollout j be right (r_j = 1) where it compiles and means its problem. For n rollouts,

    S@k = 1 - average over the k-subsets A of the product over j in A of (1 - r_j).

A judge of sensitivity Se and specificity Sp passes a right compiling statement with probability Se
and a wrong one with 1 - Sp. With J = Se + Sp - 1 > 0,

    x_j = 1                  where the rollout does not compile,
    x_j = -(1 - Se) / J      where it compiles and passes,
    x_j = Se / J             where it compiles and fails

has expectation 1 - r_j (for k = 1 that is Rogan and Gladen 1978, Am. J. Epidemiol. 107). If the
judge errs independently on different statements, the product over A of the x_j has expectation
the product of the (1 - r_j), so the average over A is unbiased for every k <= n. Rollouts of one
and the same statement are right or wrong together and are judged once, so A takes their x once.
Where all statements differ that is, with s passing, f failing and d not compiling,

    sum over a + b + c = k of C(s, a) C(f, b) C(d, c) x_pass^a x_fail^b / C(n, k),

products of binomials, that is of falling factorials of the counts: the unbiased estimators of the
moments of a multinomial. With multiplicities m_u of the statements u the sum is the coefficient of
z^k in (1 + z)^d times the product over u of (1 + x_u ((1 + z)^m_u - 1)).

Invariant: pure. Error rates enter only through x_pass and x_fail, so a problem is a polynomial in
the two, which a bootstrap evaluates at many rates at once.
"""

from __future__ import annotations

from functools import lru_cache
from math import comb
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_K = 16
"""The polynomials of larger k are dear, and their variance beyond use."""


class Tally(NamedTuple):
    """One problem's rollouts.

    Attributes:
        failing: Rollouts that do not compile.
        right: Rollouts taken for right whatever the judge's rates (what is missing, at best).
        passed: Of each different statement that passes, how many rollouts are it.
        refused: The same of each that compiles and does not pass.
        wrong: Rollouts that compile, taken for wrong whatever the judge's rates (what has no score,
            at worst).
    """

    failing: int
    right: int
    passed: tuple[int, ...]
    refused: tuple[int, ...]
    wrong: int = 0

    @property
    def rollouts(self) -> int:
        """All of them."""
        return self.failing + self.wrong + self.right + sum(self.passed) + sum(self.refused)

    @property
    def as_compiling(self) -> Tally:
        """The tally of which 1 - S@k is 1 - C@k: all that compiles is right."""
        return Tally(self.failing, self.rollouts - self.failing, (), ())


@lru_cache(maxsize=65_536)
def polynomial(tally: Tally, k: int) -> NDArray[np.float64]:
    """A problem's 1 - S@k as a polynomial.

    Args:
        tally: The problem's.
        k: Draws, 1 <= k <= the tally's rollouts.

    Returns:
        (k + 1, k + 1): the coefficients of x_pass^a x_fail^b. Not to be written to.
    """
    grown = np.zeros((k + 1, k + 1, k + 1))
    grown[:, 0, 0] = [comb(tally.failing + tally.wrong, z) for z in range(k + 1)]
    for count in tally.passed:
        grown[:, 1:, :] += _drawn(grown, count)[:, :-1, :]
    for count in tally.refused:
        grown[:, :, 1:] += _drawn(grown, count)[:, :, :-1]
    found: NDArray[np.float64] = grown[k] / comb(tally.rollouts, k)
    found.flags.writeable = False
    return found


def _drawn(grown: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """`grown` times (1 + z)^count - 1, up to z^k: some of a statement's rollouts are drawn."""
    found = np.zeros_like(grown)
    for z in range(1, min(count, len(grown) - 1) + 1):
        found[z:] += comb(count, z) * grown[: len(grown) - z]
    return found


def powers(
    passed: NDArray[np.float64], refused: NDArray[np.float64], k: int
) -> NDArray[np.float64]:
    """x_pass^a x_fail^b.

    Args:
        passed: x_pass, (draws,).
        refused: x_fail, (draws,).
        k: Largest exponent.

    Returns:
        (draws, k + 1, k + 1).
    """
    exponents = np.arange(k + 1)
    found: NDArray[np.float64] = (
        passed[:, None, None] ** exponents[:, None] * refused[:, None, None] ** exponents
    )
    return found


def weights_of(
    sensitivity: NDArray[np.float64], specificity: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """x_pass and x_fail; NaN where the judge is no better than guessing (J <= 0)."""
    edge = sensitivity + specificity - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        safe = np.where(edge > 0, edge, np.nan)
        return (sensitivity - 1) / safe, sensitivity / safe
