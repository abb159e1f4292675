"""Bodies in cross-section: what CT and MRI pictures are painted of."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from finetune.synthetic.drawing import Grid, between, fractal, grid, line, soft, star
from finetune.synthetic.sample import Bools, Bytes, Floats, Rng

Tissue = str
"""air, fat, muscle, bone, marrow, organ 1.., vessel, fluid, lesion, lung."""


@dataclass
class Body:
    """A cross-section as covers in the order of painting, and its labels.

    Attributes:
        g: Grid.
        covers: Tissue and (H, W) cover of each layer.
        labels: (H, W) values of ``names``.
        names: What the values mean.
    """

    g: Grid
    edge: float
    covers: list[tuple[Tissue, Floats]] = field(default_factory=list)
    labels: Bytes = field(default_factory=lambda: np.zeros((0, 0), np.uint8))
    names: dict[int, str] = field(default_factory=dict)

    def add(self, tissue: Tissue, inside: Floats, name: str = "", within: Bools | None = None) -> None:
        """Paint a tissue; with a name it becomes a label of its own, without it covers others' labels."""
        if within is not None:
            inside = np.where(within, inside, np.minimum(inside, -self.edge))
        self.covers.append((tissue, soft(inside, self.edge)))
        value = 0
        if name:
            value = next((v for v, n in self.names.items() if n == name), len(self.names) + 1)
            self.names[value] = name
        self.labels[inside > 0] = value


def new_body(rng: Rng, shape: tuple[int, int], bend: float, edge: float) -> Body:
    """A body without anything in it."""
    g = grid(rng, shape, bend)
    return Body(g, edge, labels=np.zeros(shape, np.uint8))


def abdomen(rng: Rng, body: Body) -> None:
    """Wall, spine, organs side by side, vessels, bowel, lesions."""
    g = body.g
    right, bottom = g.limits
    wide, deep = right * between(rng, 0.75, 0.93), bottom * between(rng, 0.7, 0.9)
    _wall(rng, body, wide, deep, between(rng, 0.02, 0.14))
    _spine(rng, body, deep)
    count = int(rng.integers(4, 9))
    taken = body.labels > 0
    for number in range(count):
        angle, far = between(rng, 0, 2 * np.pi), between(rng, 0.15, 0.6)
        centre = (far * wide * np.cos(angle), far * deep * np.sin(angle) - 0.08)
        radii = (between(rng, 0.07, 0.34), between(rng, 0.06, 0.26))
        inside = star(rng, g, centre, radii, None, between(rng, 0.03, 0.12))
        cavity = star(rng, g, (0, 0), (wide * 0.72, deep * 0.68), 0.0, 0.02)
        inside = np.minimum(inside, cavity)
        inside[taken] = np.minimum(inside[taken], -body.edge)
        if (inside > 0).sum() < 150:
            continue
        taken |= inside > -3
        body.add(f"organ {number % 5}", inside, f"organ {number + 1}")
        _inside_organ(rng, body, centre, radii, inside)
    _vessels(rng, body, wide, deep, taken)


def _wall(rng: Rng, body: Body, wide: float, deep: float, fat: float) -> None:
    g = body.g
    body.add("fat", star(rng, g, (0, 0), (wide, deep), 0.0, 0.02, 4))
    body.add("muscle", star(rng, g, (0, 0), (wide - fat, deep - fat), 0.0, 0.02, 4))
    body.add("mesentery", star(rng, g, (0, -0.04), (wide - fat - 0.1, deep - fat - 0.12), 0.0, 0.03, 5))
    for angle in np.arange(0, 2 * np.pi, between(rng, 0.35, 0.7)) + between(rng, 0, 1):
        place = ((wide - fat - 0.05) * np.cos(angle), (deep - fat - 0.05) * np.sin(angle))
        body.add("bone", star(rng, g, place, (between(rng, 0.03, 0.06), 0.022), angle + np.pi / 2, 0.03))


def _spine(rng: Rng, body: Body, deep: float) -> None:
    g, low = body.g, deep * between(rng, 0.5, 0.62)
    body.add("muscle", star(rng, g, (-0.2, low + 0.1), (0.16, 0.12), 0.4, 0.05))
    body.add("muscle", star(rng, g, (0.2, low + 0.1), (0.16, 0.12), -0.4, 0.05))
    size = between(rng, 0.09, 0.14)
    vertebra = star(rng, g, (0, low), (size, size * 0.8), 0.0, 0.03)
    body.add("bone", vertebra, "vertebra")
    body.covers.append(("marrow", soft(vertebra - 0.02 / g.pixel, body.edge)))
    arch = star(rng, g, (0, low + size * 1.2), (size, size * 0.55), 0.0, 0.05)
    body.add("bone", arch)
    body.add(
        "fluid", star(rng, g, (0, low + size * 1.05), (size * 0.4, size * 0.32), 0.0, 0.02), "spinal canal"
    )


def _inside_organ(
    rng: Rng, body: Body, centre: tuple[float, float], radii: tuple[float, float], organ: Floats
) -> None:
    """A lesion, a pelvis or vessels within an organ."""
    g, within = body.g, organ > 2
    what = rng.random()
    if what < 0.4:
        for _ in range(int(rng.integers(1, 3))):
            place = (
                centre[0] + between(rng, -0.4, 0.4) * radii[0],
                centre[1] + between(rng, -0.4, 0.4) * radii[1],
            )
            size = between(rng, 0.18, 0.5) * min(radii)
            lesion = star(rng, g, place, (size * between(rng, 0.8, 1.4), size), None, 0.09)
            body.add(str(rng.choice(["lesion", "fluid", "bright lesion"])), lesion, "lesion", within)
    elif what < 0.6:
        for _ in range(int(rng.integers(2, 6))):
            points = np.array(centre) + rng.normal(0, 0.04, (12, 2)).cumsum(0) * min(radii) * 4
            body.covers.append(("vessel", soft(np.where(within, line(g, points, 0.008), -3), 1.5) * 0.7))


def _vessels(rng: Rng, body: Body, wide: float, deep: float, taken: Bools) -> None:
    """Aorta and vena cava; loops of bowel with gas or contrast."""
    g = body.g
    for side, name in ((-1, "vena cava"), (1, "aorta")):
        place = (side * between(rng, 0.06, 0.14), deep * between(rng, 0.22, 0.34))
        size = between(rng, 0.035, 0.075)
        body.add("vessel", star(rng, g, place, (size * between(rng, 0.8, 1.4), size), None, 0.03), name)
    for _ in range(int(rng.integers(0, 7))):
        angle, far = between(rng, np.pi, 2 * np.pi), between(rng, 0.3, 0.65)
        place = (far * wide * np.cos(angle), far * deep * np.sin(angle))
        size = between(rng, 0.04, 0.12)
        loop = star(rng, g, place, (size * between(rng, 0.8, 2), size), None, 0.1)
        if (taken & (loop > 0)).any():
            continue
        taken |= loop > -2
        body.add("organ 1", loop)
        inner = loop - between(rng, 0.015, 0.03) / g.pixel
        body.add(str(rng.choice(["air", "contrast", "fluid"])), inner, "bowel lumen")


def chest(rng: Rng, body: Body) -> None:
    """Two lungs with vessels and nodules, heart with its chambers, aorta, spine."""
    g = body.g
    right, bottom = g.limits
    wide, deep = right * between(rng, 0.78, 0.93), bottom * between(rng, 0.66, 0.88)
    _wall(rng, body, wide, deep, between(rng, 0.02, 0.12))
    _spine(rng, body, deep)
    for side, name in ((-1, "right lung"), (1, "left lung")):
        radii = (between(rng, 0.26, 0.34) * wide, between(rng, 0.5, 0.66) * deep)
        inside = star(rng, g, (side * wide * between(rng, 0.38, 0.46), -0.04), radii, side * 0.12, 0.05, 5)
        body.add("lung", inside, name)
        for _ in range(int(rng.integers(8, 22))):
            start = np.array([side * 0.12 * wide, 0.0])
            way = np.array([side * between(rng, 0.0, 0.07), between(rng, -0.06, 0.06)])
            points = start + (way + rng.normal(0, 0.012, (14, 2))).cumsum(0)
            body.covers.append(("muscle", soft(np.where(inside > 1, line(g, points, 0.006), -3), 1.5) * 0.8))
        for _ in range(int(rng.integers(0, 3))):
            place = (side * wide * between(rng, 0.3, 0.55), deep * between(rng, -0.35, 0.3))
            size = between(rng, 0.03, 0.12)
            nodule = star(rng, g, place, (size, size * between(rng, 0.7, 1.2)), None, 0.1)
            body.add("lesion", nodule, "lung nodule", inside > 0)
    _heart(rng, body, deep)


def _heart(rng: Rng, body: Body, deep: float) -> None:
    g = body.g
    centre = (between(rng, 0.02, 0.16), -deep * between(rng, 0.12, 0.25))
    size = between(rng, 0.2, 0.3)
    body.add("organ 2", star(rng, g, centre, (size, size * 0.8), -0.5, 0.05), "heart wall")
    chamber = star(rng, g, (centre[0] + size * 0.35, centre[1] + 0.02), (size * 0.4, size * 0.3), -0.5, 0.06)
    body.add("vessel", chamber, "left ventricle")
    body.add(
        "organ 3",
        star(rng, g, (centre[0] - size * 0.4, centre[1]), (size * 0.35, size * 0.4), 0, 0.1),
        "right ventricle",
    )
    aorta = star(rng, g, (between(rng, 0.08, 0.16), deep * 0.36), (0.07, 0.07), 0, 0.03)
    body.add("vessel", aorta, "aorta")


def head(rng: Rng, body: Body) -> None:
    """Skin, skull, brain with its folds, ventricles, lesions."""
    g = body.g
    right, bottom = g.limits
    wide, deep = right * between(rng, 0.68, 0.86), bottom * between(rng, 0.78, 0.93)
    body.add("fat", star(rng, g, (0, 0), (wide, deep), 0, 0.02, 4))
    skin = between(rng, 0.03, 0.06)
    body.add("bone", star(rng, g, (0, 0), (wide - skin, deep - skin), 0, 0.015, 4))
    skull = skin + between(rng, 0.04, 0.07)
    body.add("fluid", star(rng, g, (0, 0), (wide - skull, deep - skull), 0, 0.015, 4))
    folds = 0.02 * fractal(rng, g.shape, 3.2) / g.pixel
    brain = star(rng, g, (0, 0), (wide - skull - 0.02, deep - skull - 0.02), 0, 0.02, 5)
    body.add("organ 0", brain + np.minimum(folds, 0), "brain")
    body.covers.append(("organ 1", soft(brain - 0.09 / g.pixel + 2 * folds, 3 * body.edge)))
    for side in (-1, 1):
        place = (side * between(rng, 0.07, 0.13), between(rng, -0.12, 0.12))
        radii = (between(rng, 0.035, 0.08), between(rng, 0.14, 0.28))
        body.add("fluid", star(rng, g, place, radii, -side * between(rng, 0.1, 0.4), 0.08, 5), "ventricle")
    for _ in range(int(rng.integers(0, 4))):
        place = (between(rng, -0.5, 0.5) * wide, between(rng, -0.5, 0.5) * deep)
        size = between(rng, 0.04, 0.18)
        lesion = star(rng, g, place, (size, size * between(rng, 0.7, 1.3)), None, 0.1)
        body.add("bright lesion" if rng.random() < 0.7 else "lesion", lesion, "lesion", brain > 3)


def heart_short_axis(rng: Rng, body: Body) -> None:
    """A ring of muscle about a cavity, a crescent beside it, lung and wall around."""
    g = body.g
    right, bottom = g.limits
    fat = between(rng, 0.03, 0.12)
    _wall(rng, body, right * 0.95, bottom * 0.92, fat)
    trunk = star(rng, g, (0, 0), (right * 0.95 - fat - 0.1, bottom * 0.92 - fat - 0.1), 0.0, 0.02) > 0
    for side in (-1, 1):
        lung = star(rng, g, (side * right * 0.5, -0.1), (right * 0.33, bottom * 0.5), side * 0.2, 0.1)
        body.add("lung", lung, within=trunk)
    for _ in range(int(rng.integers(2, 6))):
        place = (between(rng, -0.7, 0.7) * right, between(rng, 0.25, 0.7) * bottom)
        radii = (between(rng, 0.15, 0.4), between(rng, 0.1, 0.25))
        body.add(f"organ {int(rng.integers(1, 5))}", star(rng, g, place, radii, None, 0.1), within=trunk)
    for _ in range(int(rng.integers(1, 4))):
        centre = (between(rng, -0.4, 0.4) * right, between(rng, -0.4, 0.2) * bottom)
        outer = between(rng, 0.12, 0.34)
        turn, squash = between(rng, 0, np.pi), between(rng, 0.8, 1.0)
        wall = star(rng, g, centre, (outer, outer * squash), turn, 0.03, 5)
        if (body.labels[wall > -4] > 0).any():
            continue
        toward = between(rng, 2.4, 3.9)
        beside = (centre[0] + 0.95 * outer * np.cos(toward), centre[1] + 0.95 * outer * np.sin(toward))
        cavity = star(
            rng, g, beside, (outer * between(rng, 0.5, 0.9), outer * between(rng, 0.9, 1.25)), toward, 0.06, 5
        )
        body.covers.append(("muscle", soft(cavity + 0.03 / g.pixel, body.edge)))
        body.add("vessel", cavity, "right ventricle")
        body.add("organ 0", wall, "ring wall")
        inner = outer * between(rng, 0.45, 0.8)
        body.add("vessel", star(rng, g, centre, (inner, inner * squash), turn, 0.05, 6), "cavity")
