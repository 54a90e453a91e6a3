"""The model in torch: stories are read once without gradients, questions train an adapter on top.

A Qwen2 network (RMS norms, rotary positions, grouped queries, gated feed-forward)
whose weights come out of the GGUF file that llama.cpp will run, so that the
adapter learns beside the very same quantized weights. Stories are read with the
bare weights; only the rows of a question feel the adapter. So a story's states,
which the program keeps, serve with and without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import linear, scaled_dot_product_attention, silu

READ_AT_ONCE = 512
LEAD_IN = 1_024
"""Tokens of a story in view while the next are read; see bot/llm/reading.py."""

PARTS = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
"""The weights of a layer that the adapter adds to."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """Keys and values of what was read: for each layer two tensors (tokens, heads, width)."""

    keys: list[Tensor]
    values: list[Tensor]


@dataclass(frozen=True, slots=True)
class Segment:
    """One question's rows in a step: its tokens, and what it sees of a story."""

    tokens: Sequence[int]
    position: int
    """Of its first token."""
    story: Remembered
    visible: Tensor
    """Indices into the story's tokens."""


class Adapter(torch.nn.Module):
    """Low-rank additions to the weights of the layers from `first` on."""

    def __init__(self, network: Network, *, rank: int, alpha: float, first: int) -> None:
        super().__init__()
        self.rank, self.alpha, self.first = rank, alpha, first
        self.down = torch.nn.ParameterDict()
        self.up = torch.nn.ParameterDict()
        for layer in range(first, network.layers):
            for part in PARTS:
                out, into = network.weight(layer, part).shape
                name = f"{layer}-{part}"
                self.down[name] = torch.nn.Parameter(torch.randn(rank, into) / into**0.5)
                self.up[name] = torch.nn.Parameter(torch.zeros(out, rank))

    def add(self, layer: int, part: str, rows: Tensor, result: Tensor) -> Tensor:
        """`result` of a weight for `rows`, with the adapter's share."""
        if layer < self.first:
            return result
        name = f"{layer}-{part}"
        low = linear(rows, self.down[name].to(rows.dtype)) * (self.alpha / self.rank)
        return torch.addmm(result, low, self.up[name].to(rows.dtype).T)


class Network:
    """Frozen weights in bfloat16."""

    def __init__(self, file: Path) -> None:
        import gguf

        reader = gguf.GGUFReader(file)
        self._weights: dict[str, Tensor] = {}
        for tensor in reader.tensors:
            # A copy that torch owns: the reader's memory belongs to the file.
            array = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
            self._weights[tensor.name] = torch.from_numpy(array.copy()).to(torch.bfloat16)

        def number(key: str) -> Any:
            return reader.get_field(f"qwen2.{key}").contents()  # type: ignore[union-attr]

        self.layers = int(number("block_count"))
        self._heads = int(number("attention.head_count"))
        self._kv_heads = int(number("attention.head_count_kv"))
        self._width = int(number("embedding_length")) // self._heads
        self._epsilon = float(number("attention.layer_norm_rms_epsilon"))
        half = torch.arange(0, self._width, 2, dtype=torch.float32) / self._width
        self._frequencies = 1.0 / float(number("rope.freq_base")) ** half

    def weight(self, layer: int, part: str) -> Tensor:
        """A layer's weight, shape (out, in)."""
        return self._weights[f"blk.{layer}.{part}.weight"]

    @torch.no_grad()
    def read(self, tokens: Sequence[int], positions: Sequence[int], *, pinned: int) -> Remembered:
        """Read a story; its first `pinned` tokens stay in view to the end."""
        keys = [torch.empty(0)] * self.layers
        values = [torch.empty(0)] * self.layers
        for begin in range(0, len(tokens), READ_AT_ONCE):
            end = min(begin + READ_AT_ONCE, len(tokens))
            past = torch.tensor(
                [i for i in range(begin) if i < pinned or i >= begin - LEAD_IN], dtype=torch.long
            )
            rows = self._weights["token_embd.weight"][torch.tensor(tokens[begin:end])]
            turn = self._turn(torch.tensor(positions[begin:end]))
            for layer in range(self.layers):
                query, key, value = self._projected(layer, rows, turn, None)
                before_k = keys[layer][past] if begin else key[:0]
                before_v = values[layer][past] if begin else value[:0]
                seen = self._attend(query, torch.cat([before_k, key]), torch.cat([before_v, value]))
                rows = self._after_attention(layer, rows, seen, None)
                keys[layer] = torch.cat([keys[layer], key]) if begin else key
                values[layer] = torch.cat([values[layer], value]) if begin else value
        return Remembered(keys, values)

    def logits(
        self, segments: Sequence[Segment], wanted: Sequence[Tensor], adapter: Adapter
    ) -> list[Tensor]:
        """For each segment the logits of its rows `wanted`, shape (rows, vocabulary)."""
        tokens = torch.tensor([t for s in segments for t in s.tokens])
        positions = torch.tensor([s.position + i for s in segments for i in range(len(s.tokens))])
        turn = self._turn(positions)
        rows = self._weights["token_embd.weight"][tokens]
        for layer in range(self.layers):
            query, key, value = self._projected(layer, rows, turn, adapter)
            seen, begin = [], 0
            for segment in segments:
                end = begin + len(segment.tokens)
                seen.append(
                    self._attend_to_story(
                        query[begin:end],
                        key[begin:end],
                        value[begin:end],
                        segment.story.keys[layer][segment.visible],
                        segment.story.values[layer][segment.visible],
                    )
                )
                begin = end
            rows = self._after_attention(layer, rows, torch.cat(seen), adapter)
        chosen, begin = [], 0
        for segment, of_segment in zip(segments, wanted, strict=True):
            chosen.append(begin + of_segment)
            begin += len(segment.tokens)
        rows = self._norm(rows[torch.cat(chosen)], self._weights["output_norm.weight"])
        head = self._weights.get("output.weight", self._weights["token_embd.weight"])
        return list(linear(rows, head).float().split([len(one) for one in wanted]))

    # ---- a layer ----

    def _projected(
        self, layer: int, rows: Tensor, turn: tuple[Tensor, Tensor], adapter: Adapter | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        normed = self._norm(rows, self._weights[f"blk.{layer}.attn_norm.weight"])
        query, key, value = (
            self._linear(layer, part, normed, adapter).view(len(rows), -1, self._width)
            for part in ("attn_q", "attn_k", "attn_v")
        )
        return _turned(query, turn), _turned(key, turn), value

    def _after_attention(
        self, layer: int, rows: Tensor, seen: Tensor, adapter: Adapter | None
    ) -> Tensor:
        rows = rows + self._linear(layer, "attn_output", seen, adapter)
        normed = self._norm(rows, self._weights[f"blk.{layer}.ffn_norm.weight"])
        gate = silu(self._linear(layer, "ffn_gate", normed, adapter))
        wide = gate * self._linear(layer, "ffn_up", normed, adapter)
        return rows + self._linear(layer, "ffn_down", wide, adapter)

    def _linear(self, layer: int, part: str, rows: Tensor, adapter: Adapter | None) -> Tensor:
        bias = self._weights.get(f"blk.{layer}.{part}.bias")
        result = linear(rows, self.weight(layer, part), bias)
        return result if adapter is None else adapter.add(layer, part, rows, result)

    def _norm(self, rows: Tensor, weight: Tensor) -> Tensor:
        wide = rows.float()
        scale = torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + self._epsilon)
        return (wide * scale).to(rows.dtype) * weight

    def _attend(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """The last len(query) of `key` are the rows' own, each of which sees those before it."""
        count, before = len(query), len(key) - len(query)
        mask = torch.ones(count, len(key), dtype=torch.bool).tril(before)
        seen = scaled_dot_product_attention(
            query.transpose(0, 1)[None],
            key.transpose(0, 1)[None],
            value.transpose(0, 1)[None],
            attn_mask=mask,
            enable_gqa=True,
        )
        return seen[0].transpose(0, 1).reshape(count, -1)

    def _attend_to_story(
        self, query: Tensor, key: Tensor, value: Tensor, story_keys: Tensor, story_values: Tensor
    ) -> Tensor:
        """The rows see all of the story's, and of their own those before.

        Written out, because the fused kernel would compute gradients for the story too.
        """
        count, groups = len(query), self._heads // self._kv_heads
        # (kv heads, queries of the group, width)
        asked = query.view(count, self._kv_heads, groups * self._width).transpose(0, 1)
        asked = asked.reshape(self._kv_heads, count * groups, self._width) * self._width**-0.5
        of_story = asked @ story_keys.permute(1, 2, 0)
        own = asked @ key.permute(1, 2, 0)
        later = torch.ones(count, count, dtype=torch.bool).triu(1).repeat_interleave(groups, 0)
        own = own.masked_fill(later, -torch.inf)
        shares = torch.cat([of_story, own], -1).float().softmax(-1).to(query.dtype)
        before = story_keys.shape[0]
        seen = shares[..., :before] @ story_values.transpose(0, 1)
        seen = seen + shares[..., before:] @ value.transpose(0, 1)
        seen = seen.view(self._kv_heads, count, groups * self._width).transpose(0, 1)
        return seen.reshape(count, -1)

    def _turn(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        angles = positions[:, None].float() * self._frequencies
        angles = torch.cat([angles, angles], dim=-1)[:, None]
        return angles.cos().to(torch.bfloat16), angles.sin().to(torch.bfloat16)


def _turned(vectors: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    first, second = vectors.chunk(2, dim=-1)
    return vectors * turn[0] + torch.cat([-second, first], dim=-1) * turn[1]
