"""`python -m tests.training.mean FILE FILE --out FILE`: the mean of two adapters.

Half-way between two trainings an adapter keeps more of what each could do: Wortsman et
al., "Model soups" (2022). Low-rank additions cannot be averaged matrix by matrix; laid
side by side, of twice the rank, each at half its weight, they add up to their mean.
With `--rank`, what is nearest to that of this rank (Eckart and Young, 1936): two trainings
of which one went on from the other share most of their directions.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

from tests.training import adapter_file


def write_mean(
    files: tuple[Path, Path], out: Path, *, rank: int | None = None, name: str, licence: str
) -> None:
    """Write the mean of two adapters of one form, of their rank taken twice or of a lower `rank`.

    Raises ValueError if their forms differ.
    """
    readers = [gguf.GGUFReader(file) for file in files]
    first, second = ({t.name: t.data for t in reader.tensors} for reader in readers)
    forms = {adapter_file.form(file) for file in files}
    shapes = [{n: array.shape for n, array in one.items()} for one in (first, second)]
    if len(forms) > 1 or shapes[0] != shapes[1]:
        raise ValueError("The two adapters are not of one form.")
    rank_of_one, alpha = forms.pop()
    rank = min(rank or 2 * rank_of_one, 2 * rank_of_one)
    arrays: dict[str, NDArray[np.floating]] = {}
    for down in (key for key in first if key.endswith(".lora_a")):
        up = f"{down.removesuffix('a')}b"
        arrays[down], arrays[up] = nearest(
            np.concatenate([first[down], second[down]], axis=0),
            np.concatenate([first[up], second[up]], axis=1) / 2,
            rank=rank,
        )
    # What is added is alpha / rank x the product.
    alpha *= rank / rank_of_one
    adapter_file.write_arrays(arrays, out, alpha=alpha, name=name, licence=licence)


def nearest(
    down: NDArray[np.floating], up: NDArray[np.floating], *, rank: int
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """The pair of this rank whose product is nearest to `up` (out, r) times `down` (r, in)."""
    if rank >= len(down):
        return down, up
    out_of, small_up = np.linalg.qr(up.astype(np.float64))
    into, small_down = np.linalg.qr(down.astype(np.float64).T)
    left, sizes, right = np.linalg.svd(small_up @ small_down.T)
    share = np.sqrt(sizes[:rank])
    return share[:, None] * right[:rank] @ into.T, out_of @ left[:, :rank] * share


def main() -> None:
    """Parse arguments, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs=2, type=Path, metavar="FILE")
    parser.add_argument("--rank", type=int, metavar="N", help="of the mean; else twice as high")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    arguments = parser.parse_args()
    one, other = arguments.files
    write_mean(
        (one, other),
        arguments.out,
        rank=arguments.rank,
        name="storychat finder",
        licence="CC-BY-SA-4.0",
    )


if __name__ == "__main__":
    main()
