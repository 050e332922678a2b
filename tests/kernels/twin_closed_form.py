"""The band solver once more, in float64 and dense matrices: for tiny pictures."""

from dataclasses import dataclass

import numpy as np
from bgstream_kernels import BandSolver
from bgstream_kernels.planes import Plane

from tests.kernels.twin_guided import box, sample
from tests.kernels.twins import Double, smoothstep


@dataclass(frozen=True)
class Picture:
    """What a solver is given."""

    planes: tuple[Plane, Plane, Plane]
    subsampling: tuple[int, int]
    top: int
    alpha: Plane
    unknown: Plane

    def solver(self) -> BandSolver:
        height, width = self.alpha.shape
        return BandSolver((height, width), self.subsampling, self.top)

    def colours(self) -> Double:
        """(3, height, width), 0..1; chroma samples lie in the middle of what they cover."""
        y, x = ((np.arange(n) + 0.5) / by - 0.5 for n, by in zip(self.alpha.shape, self.subsampling, strict=True))
        small = [sample(plane.astype(np.float64), y, x) for plane in self.planes[1:]]
        return np.stack([self.planes[0].astype(np.float64), *small]) / self.top


def laplacian(colours: Double, eps: float) -> Double:
    """Levin's matting Laplacian, dense, from its definition (eq. 12), with ``eps`` on the covariance itself."""
    height, width = colours.shape[1:]
    index = np.arange(height * width).reshape(height, width)
    out = np.zeros((height * width, height * width))
    for y in range(1, height - 1):
        for x in range(1, width - 1):
            inside = index[y - 1 : y + 2, x - 1 : x + 2].ravel()
            window = colours[:, y - 1 : y + 2, x - 1 : x + 2].reshape(3, 9)
            away = window - window.mean(axis=1, keepdims=True)
            spread = away @ away.T / 9 + eps * np.eye(3)
            affinity = (1 + away.T @ np.linalg.inv(spread) @ away) / 9
            out[np.ix_(inside, inside)] += np.eye(9) - affinity
    return out


def explained(picture: Picture, made: BandSolver, cell: int, radius: int) -> Double:
    """Share of the (steepened) alpha's variance that a linear function of colour has, for each pixel."""
    size = picture.alpha.shape
    grid = tuple(-(-n // cell) for n in size)
    rows, columns = (np.arange(n) * cell + cell // 2 for n in grid)
    values = [means(picture.planes[0].astype(np.float64) / picture.top, cell)]
    for plane in picture.planes[1:]:
        down = np.minimum(rows // picture.subsampling[0], plane.shape[0] - 1)
        across = np.minimum(columns // picture.subsampling[1], plane.shape[1] - 1)
        values.append(plane[np.ix_(down, across)].astype(np.float64) / picture.top)
    crisp = np.clip((means(picture.alpha / 255, cell) - 0.5) * made.hard + 0.5, 0, 1)
    mean = [box(value, radius) for value in values]
    spread = np.empty((*grid, 3, 3))
    common = np.empty((*grid, 3))
    for i in range(3):
        common[..., i] = box(values[i] * crisp, radius) - mean[i] * box(crisp, radius)
        for j in range(3):
            spread[..., i, j] = box(values[i] * values[j], radius) - mean[i] * mean[j] + 10 * made.eps * (i == j)
    told = np.einsum("yxi,yxij,yxj->yx", common, np.linalg.inv(spread), common)
    share = told / (np.maximum(box(crisp**2, radius) - box(crisp, radius) ** 2, 0) + 1e-6)
    y, x = ((np.arange(n) + 0.5) / cell - 0.5 for n in size)
    return sample(share, y, x)


def means(plane: Double, cell: int) -> Double:
    """Over cell×cell pixels; over those that there are at the right and lower border."""
    down, across = (np.arange(0, n, cell) for n in plane.shape)
    total = np.add.reduceat(np.add.reduceat(plane, down, axis=0), across, axis=1)
    count = np.add.reduceat(np.add.reduceat(np.ones_like(plane), down, axis=0), across, axis=1)
    mean: Double = total / count
    return mean


def solved(picture: Picture, made: BandSolver, cell: int, radius: int) -> Double:
    """(height, width) of alpha 0..255, before it is rounded; solved exactly."""
    soft, free = picture.alpha / 255, picture.unknown.ravel() != 0
    share = explained(picture, made, cell, radius)
    doubt = 1 - smoothstep(share, *made.trust)
    weight = made.pull * (made.least + abs(2 * soft - 1)) * made.most**doubt
    prior = np.where(picture.unknown != 0, np.clip((soft - 0.5) * made.hard + 0.5, 0, 1), soft).ravel()
    matrix = laplacian(picture.colours(), made.eps)
    known = matrix[np.ix_(free, ~free)] @ prior[~free]
    pull = weight.ravel()[free]
    out = prior.copy()
    out[free] = np.linalg.solve(matrix[np.ix_(free, free)] + np.diag(pull), pull * prior[free] - known)
    crisp = np.clip((out.reshape(soft.shape) - 0.5) * made.gain + 0.5, 0, 1)
    say = smoothstep(share, *made.say) * (picture.unknown != 0)
    answer: Double = 255 * (soft + (crisp - soft) * say)
    return answer
