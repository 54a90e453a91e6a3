# The Telegram bot. Weights, library and state lie in the volume /data; see bot/telegram/README.md.

FROM python:3.11-slim-bookworm AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends build-essential \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY pyproject.toml requirements.lock ./
COPY bot ./bot
COPY index ./index
COPY prompts ./prompts
# README: the extra index with PyTorch's CPU build saves several GB.
ARG PIP_EXTRA_INDEX_URL=""
RUN python3 bot/install.py

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home --home-dir /data storychat
# The same path as where it was built: an environment cannot be moved.
WORKDIR /app
COPY --from=build /app /app
ENV PATH="/app/.venv/bin:$PATH" \
    HOME=/data \
    STORYCHAT_LIBRARY=/data/library \
    STORYCHAT_MODELS=/data/models \
    PYTHONDONTWRITEBYTECODE=1
USER storychat
VOLUME /data
HEALTHCHECK --interval=60s --timeout=20s --start-period=30m --retries=3 \
    CMD ["storychat", "telegram", "--health"]
# With the weights present, fetching them is over at once.
CMD ["sh", "-c", "storychat models fetch && exec storychat telegram"]
