"""The gate: which figure is red, and why. No measuring here, so that it can be tested.

Every bar for counts is a ratchet. The best figure ever committed lies in ``ratchet.json``; a figure more than 3 % above it is red
even where the bar would allow it.
"""

from dataclasses import dataclass

from rows import Row

SLACK = 1.03
"""How far above the best committed figure a figure may lie."""

EQUAL_WITHIN = 0.5
"""Instructions per operation by which rows that shall be equal may differ: a branch now and then, not a search."""


FLAT_WITHIN = 1.5
"""How much longer a row may take than the one it shall be flat beside: a million timers do not fit the caches of a thousand."""


@dataclass(frozen=True)
class Verdict:
    """Whether a row passes. ``limit`` is what it was held against: ``None`` if nothing holds it yet."""

    passed: bool
    limit: float | None
    reason: str


def judge(
    row: Row, figures: dict[str, float], ratchet: dict[str, float], problem: str | None = None, adopt: bool = False
) -> Verdict:
    """Judges one row by all figures of the run. A row without a figure is red, with ``problem`` as its reason; so is one that
    nothing holds, unless its figure is about to be adopted."""
    figure = figures.get(row.name)
    limits = []
    if row.bar is not None:
        limits.append((row.bar, "the bar"))
    if row.name in ratchet:
        limits.append((ratchet[row.name] * SLACK, "the ratchet"))
    if row.equal_to is not None and row.equal_to in figures:
        limits.append((figures[row.equal_to] * row.equal_times + EQUAL_WITHIN, row.equal_to))
    limit, holder = min(limits, default=(None, ""))
    if figure is None:
        return Verdict(False, limit, problem or "not measured")
    if row.equal_to is not None and row.equal_to not in figures:
        return Verdict(False, limit, f"{row.equal_to} was not measured")
    if limit is None and not adopt:
        return Verdict(False, None, "nothing holds it: adopt its figure with --update")
    if limit is not None and figure > limit:
        return Verdict(False, limit, f"above {holder}: {figure:.2f} > {limit:.2f}")
    return Verdict(True, limit, "")


def tighten(rows: list[Row], figures: dict[str, float], ratchet: dict[str, float]) -> dict[str, float]:
    """The ratchet after this run: better figures replace worse ones, never the reverse; a figure above its bar does not
    enter, since a ratchet starts once the bar is met. Rows that no longer exist leave."""
    tightened = {}
    for row in rows:
        best = ratchet.get(row.name)
        figure = figures.get(row.name)
        if figure is not None and (row.bar is None or figure <= row.bar) and (best is None or figure < best):
            best = figure
        if best is not None:
            tightened[row.name] = round(best, 2)
    return tightened


@dataclass(frozen=True)
class Claim:
    """A bar for time: our median as a multiple of another one. ``ratio`` is ``None`` if one of them was not measured."""

    row: str
    beside: str
    ratio: float | None
    bar: float

    @property
    def held(self) -> bool:
        """Whether it was measured and lies within its bar."""
        return self.ratio is not None and self.ratio <= self.bar


def judge_time(rows: list[Row], medians: dict[str, dict[str, float]]) -> list[Claim]:
    """All bars for time of ``rows``, by the medians of the run: ``medians[row][peer]``. What was not measured is missed."""

    def ratio(ours: float | None, other: float | None) -> float | None:
        return None if ours is None or not other else ours / other

    claims = []
    for row in rows:
        taken = medians.get(row.name, {})
        ours = taken.get("ours")
        for peer, bar in (("stakker", row.stakker_bar), ("floor", row.floor_bar)):
            if bar is not None:
                claims.append(Claim(row.name, peer, ratio(ours, taken.get(peer)), bar))
        if row.flat_beside is not None:
            claims.append(Claim(row.name, row.flat_beside, ratio(ours, medians.get(row.flat_beside, {}).get("ours")), FLAT_WITHIN))
    return claims
