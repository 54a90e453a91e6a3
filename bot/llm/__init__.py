"""The model that writes: one engine, many askers, and the memory of what it has read."""
