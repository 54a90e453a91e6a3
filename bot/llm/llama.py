"""llama.cpp through llama-cpp-python's low-level calls. The only file that imports llama_cpp.

Knows tokens, cells and sequences. Does not know stories, prompts, or who is
asking. A *cell* holds one token's keys and values; a *sequence* is a set of
cells that attend to each other, and sequences may share cells. Nothing here is
thread-safe: one thread owns a context.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BATCH = 512
"""Rows of one step at most; the fastest size for reading prompts on the CPUs measured."""
STATE_FORM = "2"
"""How saved states are laid out; a state of another form must not be loaded."""


@dataclass(frozen=True, slots=True)
class Row:
    """One token of a step: its position, its sequence, and whether its logits are wanted."""

    token: int
    position: int
    sequence: int
    wants_logits: bool = False


class DecodeError(ModelError):
    """llama.cpp refused a step; the sequences in it are not to be trusted any more."""


class NoRoomError(DecodeError):
    """No free cells for the step; nothing was changed."""


class LlamaContext:
    """A model's weights and one context of `cells` cells and `sequences` sequences."""

    def __init__(
        self,
        weights: Path,
        *,
        cells: int,
        sequences: int,
        threads: int,
        adapter: Path | None = None,
    ) -> None:
        """Read the weights (seconds) and a low-rank adapter for some of the steps.

        Raises ModelError if llama.cpp cannot use them.
        """
        import llama_cpp

        self._api: Any = llama_cpp
        _silence(llama_cpp)
        llama_cpp.llama_backend_init()
        self._model = llama_cpp.llama_model_load_from_file(
            str(weights).encode(), model_parameters(llama_cpp)
        )
        if not self._model:
            raise ModelError(
                f"llama.cpp cannot load {weights}. It may be damaged or of a kind that this "
                "llama.cpp does not know; `storychat models` lists weights that work."
            )
        params = llama_cpp.llama_context_default_params()
        params.n_ctx = cells
        params.n_batch = params.n_ubatch = BATCH
        params.n_seq_max = sequences
        params.n_threads = params.n_threads_batch = threads
        # One buffer for all sequences: a sequence can borrow a part of another's cells.
        params.kv_unified = True
        # It passes over the cells that a row does not see; without it every row pays for all.
        params.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_AUTO
        params.no_perf = True
        self._context = llama_cpp.llama_init_from_model(self._model, params)
        if not self._context:
            llama_cpp.llama_model_free(self._model)
            raise ModelError(
                f"There is not enough memory for a context of {cells} tokens. Close other "
                "programs, choose a smaller model, or lower STORYCHAT_CONTEXT_TOKENS."
            )
        self._adapter: Any = None
        self._is_adapted = False
        if adapter is not None:
            self._adapter = llama_cpp.llama_adapter_lora_init(self._model, str(adapter).encode())
            if not self._adapter:
                llama_cpp.llama_free(self._context)
                llama_cpp.llama_model_free(self._model)
                raise ModelError(f"{adapter} does not fit these weights. Install storychat anew.")
        self._memory = llama_cpp.llama_get_memory(self._context)
        self._vocab = llama_cpp.llama_model_get_vocab(self._model)
        self._batch = llama_cpp.llama_batch_init(BATCH, 0, 1)
        self.cells: int = llama_cpp.llama_n_ctx(self._context)
        self.vocabulary: int = llama_cpp.llama_vocab_n_tokens(self._vocab)
        self.trained_positions: int = llama_cpp.llama_model_n_ctx_train(self._model)

    def close(self) -> None:
        """Free context and weights; further use is an error."""
        self._api.llama_batch_free(self._batch)
        self._api.llama_free(self._context)
        self._api.llama_model_free(self._model)

    # ---- the model ----

    def metadata(self, key: str) -> str | None:
        """A text of the weights' own metadata, such as `tokenizer.chat_template`."""
        size = 1024
        while True:
            buffer = ctypes.create_string_buffer(size)
            length = self._api.llama_model_meta_val_str(self._model, key.encode(), buffer, size)
            if length < 0:
                return None
            if length < size:
                return buffer.value.decode("utf-8", errors="replace")
            size = length + 1

    def can_borrow(self) -> bool:
        """True if cells can be cut out and moved: no recurrent state, no sliding window."""
        api, model = self._api, self._model
        return bool(
            api.llama_memory_can_shift(self._memory)
            and not api.llama_model_is_recurrent(model)
            and not api.llama_model_is_hybrid(model)
            and api.llama_model_n_swa(model) == 0
        )

    def tokenize(self, text: str, *, special: bool = False) -> list[int]:
        """Tokens of `text`; `<|...|>` marks in it count as such only if `special`."""
        data = text.encode()
        size = len(data) + 8
        while True:
            tokens = (ctypes.c_int32 * size)()
            count = self._api.llama_tokenize(
                self._vocab, data, len(data), tokens, size, False, special
            )
            if count >= 0:
                return list(tokens[:count])
            size = -count

    def piece(self, token: int) -> bytes:
        """The bytes a token stands for; a character may be spread over several tokens."""
        buffer = ctypes.create_string_buffer(256)
        length = self._api.llama_token_to_piece(self._vocab, token, buffer, 256, 0, False)
        return buffer.raw[: max(length, 0)]

    def token_text(self, token: int) -> str:
        """A special token as it is written in a chat template; empty for none (-1)."""
        if token < 0:
            return ""
        return str(self._api.llama_vocab_get_text(self._vocab, token).decode())

    def first_token(self) -> int:
        """The token that begins a text, or -1."""
        return int(self._api.llama_vocab_bos(self._vocab))

    def last_token(self) -> int:
        """The token that ends a text, or -1."""
        return int(self._api.llama_vocab_eos(self._vocab))

    def is_end(self, token: int) -> bool:
        """True if the token ends an answer."""
        return bool(self._api.llama_vocab_is_eog(self._vocab, token))

    # ---- steps ----

    @property
    def has_adapter(self) -> bool:
        """True if `adapt` makes a difference."""
        return self._adapter is not None

    def adapt(self, adapted: bool) -> None:
        """From now on take steps with the adapter, or without it."""
        if self._adapter is None or adapted == self._is_adapted:
            return
        adapters = (type(self._adapter) * 1)(self._adapter)
        scales = (ctypes.c_float * 1)(1.0)
        result = self._api.llama_set_adapters_lora(self._context, adapters, int(adapted), scales)
        if result != 0:
            raise DecodeError(f"The adapter could not be used (llama.cpp says {result}).")
        self._is_adapted = adapted

    def decode(self, rows: Sequence[Row], *, interrupted: Callable[[], bool] | None = None) -> bool:
        """One step over at most BATCH rows; False if `interrupted` said so and nothing was kept.

        `interrupted` is asked some thousand times a step, from this thread.
        Raises NoRoomError or DecodeError.
        """
        batch = self._batch
        batch.n_tokens = len(rows)
        for i, row in enumerate(rows):
            batch.token[i] = row.token
            batch.pos[i] = row.position
            batch.n_seq_id[i] = 1
            batch.seq_id[i][0] = row.sequence
            batch.logits[i] = row.wants_logits
        if interrupted is None:
            result = self._api.llama_decode(self._context, batch)
        else:
            # Set for this step only: asking costs a little, which a short step would feel.
            question = self._api.ggml_abort_callback(lambda _: interrupted())
            self._api.llama_set_abort_callback(self._context, question, None)
            try:
                result = self._api.llama_decode(self._context, batch)
            finally:
                nobody = self._api.ggml_abort_callback()
                self._api.llama_set_abort_callback(self._context, nobody, None)
        if result == 2:
            return False
        if result == 1:
            raise NoRoomError("The model's context is full. Ask again in a moment.")
        if result != 0:
            raise DecodeError(f"The model failed at a step (llama.cpp says {result}). Ask again.")
        return True

    def logits(self, row: int) -> NDArray[np.float32]:
        """Logits of a row of the last step, shape (vocabulary,); valid until the next step."""
        import numpy as np

        pointer = self._api.llama_get_logits_ith(self._context, row)
        if not pointer:
            raise DecodeError("The model gave no logits. Ask again.")
        return np.ctypeslib.as_array(pointer, shape=(self.vocabulary,))

    # ---- sequences ----

    def share(self, source: int, target: int, start: int, end: int) -> None:
        """Let `target` see the cells of `source` at positions start..end; nothing is copied."""
        self._api.llama_memory_seq_cp(self._memory, source, target, start, end)

    def drop(self, sequence: int, start: int = -1, end: int = -1) -> None:
        """Take cells out of a sequence; those in no sequence are free. Default: all."""
        self._api.llama_memory_seq_rm(self._memory, sequence, start, end)

    def shift(self, sequence: int, delta: int) -> None:
        """Move all cells of a sequence that shares none by `delta` positions."""
        if delta:
            self._api.llama_memory_seq_add(self._memory, sequence, -1, -1, delta)

    def save(self, sequence: int) -> bytes:
        """The state of a sequence's cells (28.7 KB a token for a 1.5B model at 16 bits)."""
        size = self._api.llama_state_seq_get_size(self._context, sequence)
        buffer = (ctypes.c_uint8 * size)()
        written = self._api.llama_state_seq_get_data(self._context, buffer, size, sequence)
        return ctypes.string_at(buffer, written)

    def load(self, sequence: int, state: bytes) -> None:
        """Put a saved state into an empty sequence. Raises NoRoomError if it does not fit."""
        data = (ctypes.c_uint8 * len(state)).from_buffer_copy(state)
        if not self._api.llama_state_seq_set_data(self._context, data, len(state), sequence):
            raise NoRoomError("The model's context is full. Ask again in a moment.")


def model_parameters(api: Any) -> Any:
    """How weights are to be loaded by llama.cpp, `api`, on this machine."""
    parameters = api.llama_model_default_params()
    # Weights laid out for AMX crash llama.cpp's first step where an older gcc compiled it
    # (llama.cpp issue 20824): the compiler stores the tiles' configuration too late.
    if b"AMX_INT8 = 1" in api.llama_print_system_info():
        parameters.use_extra_bufts = False
    return parameters


_log_callback: Any = None


def _silence(api: Any) -> None:
    """llama.cpp talks to stderr; what a person must know is said by our own errors."""
    global _log_callback
    if _log_callback is None:
        _log_callback = api.llama_log_callback(lambda level, text, data: None)
        api.llama_log_set(_log_callback, ctypes.c_void_p(0))
