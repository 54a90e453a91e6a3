"""`python -m tests.training.mean FILE FILE --out FILE`: the mean of two adapters, side by side.

Half-way between two trainings an adapter keeps more of what each could do: Wortsman et
al., "Model soups" (2022). Low-rank additions cannot be averaged matrix by matrix; laid
side by side, of twice the rank, each at half its weight, they add up to their mean.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import gguf
import numpy as np

from tests.training import adapter_file


def write_mean(files: tuple[Path, Path], out: Path, *, name: str, licence: str) -> None:
    """Write the mean of two adapters of one form. Raises ValueError if their forms differ."""
    readers = [gguf.GGUFReader(file) for file in files]
    first, second = ({t.name: t.data for t in reader.tensors} for reader in readers)
    alphas = {alpha for _, alpha in map(adapter_file.form, files)}
    shapes = [{n: array.shape for n, array in one.items()} for one in (first, second)]
    if len(alphas) > 1 or shapes[0] != shapes[1]:
        raise ValueError("The two adapters are not of one form.")
    both = {
        key: np.concatenate([first[key], second[key]], axis=0)
        if key.endswith("lora_a")
        else np.concatenate([first[key], second[key]], axis=1) / 2
        for key in first
    }
    # What is added is alpha / rank x the product, and the rank is doubled.
    adapter_file.write_arrays(both, out, alpha=2 * alphas.pop(), name=name, licence=licence)


def main() -> None:
    """Parse arguments, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs=2, type=Path, metavar="FILE")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    arguments = parser.parse_args()
    one, other = arguments.files
    write_mean((one, other), arguments.out, name="storychat finder", licence="CC-BY-SA-4.0")


if __name__ == "__main__":
    main()
