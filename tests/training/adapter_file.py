"""An adapter as llama.cpp reads it: a GGUF file of low-rank pairs in 16 bits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from torch.nn import Parameter

from tests.training.network import Adapter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def form(file: Path) -> tuple[int, float]:
    """Rank and alpha of an adapter that was written before."""
    import gguf

    reader = gguf.GGUFReader(file)
    rank = next(t.data.shape[0] for t in reader.tensors if t.name.endswith("lora_a"))
    alpha = reader.get_field(gguf.Keys.Adapter.LORA_ALPHA)
    return int(rank), float(alpha.contents())  # type: ignore[union-attr]


def read_into(adapter: Adapter, file: Path) -> None:
    """Go on from an adapter that was written before. Raises ValueError if it has another form."""
    import gguf
    import torch

    arrays = {tensor.name: tensor.data for tensor in gguf.GGUFReader(file).tensors}
    for name, weights in _tensors(adapter):
        array = arrays.pop(name, None)
        if array is None or array.shape != tuple(weights.shape):
            raise ValueError(f"{file} is no adapter of this form.")
        weights.data = torch.from_numpy(array.copy()).float()
    if arrays:
        raise ValueError(f"{file} has more layers than this adapter.")


def write(adapter: Adapter, file: Path, *, name: str, licence: str) -> None:
    """Write the adapter."""
    arrays = {key: weights.detach().float().numpy() for key, weights in _tensors(adapter)}
    write_arrays(arrays, file, alpha=adapter.alpha, name=name, licence=licence)


def write_arrays(
    arrays: Mapping[str, NDArray[np.floating]],
    file: Path,
    *,
    alpha: float,
    name: str,
    licence: str,
) -> None:
    """Write low-rank pairs by their names. Format: llama.cpp, `llama_adapter_lora_init`."""
    import gguf
    import numpy as np

    half = file.with_name(f"{file.name}.part")
    writer = gguf.GGUFWriter(half, "qwen2")
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_name(name)
    writer.add_license(licence)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, alpha)
    for key, array in arrays.items():
        writer.add_tensor(key, array.astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    half.replace(file)


def _tensors(adapter: Adapter) -> Iterator[tuple[str, Parameter]]:
    """The adapter's weights by their names in the file."""
    for key in adapter.down:
        layer, part = key.split("-")
        yield f"blk.{layer}.{part}.weight.lora_a", adapter.down[key]
        yield f"blk.{layer}.{part}.weight.lora_b", adapter.up[key]
